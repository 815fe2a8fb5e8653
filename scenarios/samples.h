/* samples.h -- a path looked at 97 times: price, fund, gas and what happened so far.

   The span of the metrics is divided into 96 equal parts (22.5 min of 36 h: finer than a
   page can show, coarser than a block); a sample is the state at the end of each, and at the
   start.  Sampling looks between events and changes nothing, so it is part of no digest.

   A record holds places in log-linear bins (histogram.h, 256 a doubling), so that paths add
   up to counts: exact, in any order, in memory that does not grow with their number.  A
   place tells a value to within 1/256 of it; zero, and all values below 512, exactly.

   Units    micro-USD, wei, nanoseconds.
   Memory   values; the caller's.
   Threads  as the world. */
#ifndef SCENARIOS_SAMPLES_H
#define SCENARIOS_SAMPLES_H

#include <stdint.h>

struct stage;
struct world;

/* X(identifier, name, unit in files, stored units in one of them, meaning) */
#define SAMPLES_SERIES(X)                                                                \
    X(OUTSIDE_PRICE, "outside_price", "USD", 1e6, "price on the outside market")         \
    X(INDEX_PRICE, "index_price", "USD", 1e6, "price the oracle has accepted last")      \
    X(FUND, "fund", "USD", 1e6, "balance of the insurance fund")                         \
    X(LIQUIDATED, "liquidated_notional", "USD", 1e6,                                     \
      "size times mark of forced reductions since the start")                            \
    X(BASE_FEE, "base_fee", "gwei", 1e9, "what inclusion in a block costs per gas")      \
    X(OPEN_INTEREST, "open_interest", "USD", 1e6, "longs and shorts at the mark")        \
    X(BAD_DEBT, "bad_debt", "USD", 1e6,                                                  \
      "shortfalls of accounts closed since the start, before any layer pays")

#define SAMPLES_ENUM(identifier, name, unit, divisor, meaning) SAMPLES_##identifier,
enum samples_series { SAMPLES_SERIES(SAMPLES_ENUM) SAMPLES_COUNT };
#undef SAMPLES_ENUM

struct samples_description {
    const char *name, *unit;
    double divisor;
    const char *meaning;
};
extern const struct samples_description samples_descriptions[SAMPLES_COUNT];

#define SAMPLES_PARTS  96
#define SAMPLES_POINTS (SAMPLES_PARTS + 1)
#define SAMPLES_BITS   8
#define SAMPLES_PLACES 14336 /* 512 + 54 doublings of 256 */

/* A path's samples; -1 where there is none, such as an index before the first report. */
struct samples {
    int64_t value[SAMPLES_COUNT][SAMPLES_POINTS];
};

/* samples_time_ns is the time of a point of a span. Range   from_ns <= to_ns. */
int64_t samples_time_ns(int64_t from_ns, int64_t to_ns, unsigned point);

/* samples_run takes a world that has begun to its horizon, or to where it fails, and fills
   its samples on the way. */
void samples_run(struct world *world, struct samples *samples);

/* samples_none says that a path left none: one that failed. */
void samples_none(struct samples *samples);

/* SAMPLES_RECORD_SIZE bytes hold the places of one path as little-endian u16, series by
   series; SAMPLES_MISSING where there is no value. */
#define SAMPLES_RECORD_SIZE (2 * SAMPLES_COUNT * SAMPLES_POINTS)
#define SAMPLES_MISSING     UINT16_MAX

/* samples_write serialises; samples_place reads one place. */
void samples_write(const struct samples *samples,
                   unsigned char record[SAMPLES_RECORD_SIZE]);
uint16_t samples_place(const unsigned char record[SAMPLES_RECORD_SIZE],
                       enum samples_series series, unsigned point);

#endif
