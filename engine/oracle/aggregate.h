/* aggregate.h -- the index price: median of the reporters' fresh prices.

   A report is due when it deviates from the reporter's last one by at least `deviation`,
   or when that is older than `heartbeat`.  The index is the median of the last reports
   not older than `staleness`, once `quorum` of them are there (of an even number the
   lower middle is taken: no price is invented).  An index older than `staleness` is
   stale: what needs a fresh price is refused.

   With a delay the index is not the median but one that was kept back: at the first report
   of each interval of that length the median kept at the last such report takes effect and
   the present one is kept in its place.  The index is then one to two delays old.

   Units    micro-USD, nanoseconds, ppm.
   Memory   oracle_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one oracle per thread.
   Source   median of observations with deviation and heartbeat: Chainlink OCR; quorum and
            price age: dYdX v4, x/prices; delay: Maker osm.sol (hop; cur and nxt). */
#ifndef ENGINE_ORACLE_AGGREGATE_H
#define ENGINE_ORACLE_AGGREGATE_H

#include "engine/money.h"
#include "engine/param.h"
#include "engine/status.h"

#define ORACLE_REPORTERS 64

struct oracle_terms {
    int64_t reporter_count;
    int64_t quorum;
    int64_t deviation_ppm;
    int64_t heartbeat_ns;
    int64_t staleness_ns;
    int64_t delay_ns; /* 0: the median is the index at once */
};

extern const struct param oracle_params[];

struct oracle_report {
    int64_t price_uusd; /* 0: none yet */
    int64_t observed_ns;
    int64_t accepted_ns;
};

struct oracle_kept {        /* of one instrument, where there is a delay */
    int64_t price_uusd;     /* the median that comes into effect next; 0: none yet */
    int64_t interval_since; /* number of the interval it was kept in, plus 1 */
};

struct oracle { /* a view */
    uint32_t reporter_count;
    struct oracle_report *report; /* [instrument][reporter] */
    struct oracle_kept *kept;     /* [instrument] */
};

/* oracle_footprint returns the bytes the reports need. */
size_t oracle_footprint(uint32_t reporter_count, uint32_t instrument_count);

/* oracle_bind points the view at memory. */
void oracle_bind(struct oracle *oracle, uint32_t reporter_count,
                 uint32_t instrument_count, void *memory);

/* oracle_due tells whether a new price would be due after the last one. */
bool oracle_due(const struct oracle_terms *terms, int64_t last_price_uusd,
                int64_t last_observed_ns, int64_t price_uusd, int64_t observed_ns);

/* oracle_check returns the status a report would get: ENGINE_UNKNOWN_REPORTER,
   ENGINE_BAD_PRICE, ENGINE_REPORT_NOT_NEWER, ENGINE_REPORT_NOT_DUE or ENGINE_OK. */
enum engine_status oracle_check(const struct oracle *oracle,
                                const struct oracle_terms *terms, uint32_t instrument,
                                uint32_t reporter, const struct oracle_report *report);

/* oracle_index returns the index price there will be with a checked report in place of the
   reporter's last one, or 0 while fewer than quorum reports are fresh. */
int64_t oracle_index(const struct oracle *oracle, const struct oracle_terms *terms,
                     uint32_t instrument, uint32_t reporter,
                     const struct oracle_report *report);

/* oracle_effective returns the index that a median makes at now_ns, or 0 while the one in
   effect stays, and writes what is kept back from then on to *kept.  The first median is
   in effect at once. */
int64_t oracle_effective(const struct oracle *oracle, const struct oracle_terms *terms,
                         uint32_t instrument, int64_t median_uusd, int64_t now_ns,
                         struct oracle_kept *kept);

/* oracle_record keeps a checked report. */
void oracle_record(struct oracle *oracle, uint32_t instrument, uint32_t reporter,
                   const struct oracle_report *report);

#endif
