/* weather.h -- the chain's weather: what a block costs and how much of it is left for us.

   ln gas = ln base + u + congestion * m.  The congestion level m jumps to
   min(cap, scale |r|), with r the last ten minutes' log return of the outside price, when
   that is above where it stands, and decays with a half-life of 40 minutes; u is a
   stationary Ornstein-Uhlenbeck process.  Gas and price move together because both r and
   the storm are one path.  The gas left for this protocol is limit * share *
   exp(-crowding * m), in whole gas, and none in a missed slot.

   Units    fees wei of gas price; gas in units of gas; time int64 nanoseconds.
   Memory   struct weather is immutable once prepared; struct weather_state is plain data.
   Threads  pure functions of their arguments.
   Source   DESIGN.md, "The storm"; gas_peak against published peaks of 12 March 2020. */
#ifndef SCENARIOS_WEATHER_H
#define SCENARIOS_WEATHER_H

#include "engine/param.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weather_config {
    int64_t base_fee_wei;
    double congestion;
    double jump_scale;
    double jump_cap;
    int64_t jump_half_life_ns;
    int64_t window_ns;
    double noise_sd;
    int64_t noise_half_life_ns;
    int64_t gas_limit;
    double gas_share;
    double crowding;
    double missed_probability;
};

struct weather {
    struct weather_config config;
    int64_t step_ns;
    int64_t lag; /* steps of the return window */
    double jump_decay;
    double noise_decay;
    double noise_step; /* standard deviation of the noise a step */
};

#define WEATHER_HISTORY 512

struct weather_state {
    struct rng rng;
    struct rng_address address;
    int64_t steps;                     /* taken */
    double noise;                      /* u */
    double level;                      /* m */
    double log_price[WEATHER_HISTORY]; /* ring: that of step s at s % WEATHER_HISTORY */
};

enum weather_flag { WEATHER_MISSED = 1 };

struct weather_block {
    int64_t time_ns;
    int64_t base_fee_wei;  /* what inclusion costs */
    int64_t gas_available; /* for this protocol; 0 in a missed slot */
    uint64_t entropy;      /* for random-start selections */
    uint64_t flags;        /* enum weather_flag */
};

/* weather_params are the section's parameters; ends with a row whose name is NULL. */
extern const struct param weather_params[];

/* weather_config_default writes every parameter's default. */
void weather_config_default(struct weather_config *config);

/* weather_prepare derives what all paths share; step_ns is the length of a slot.
   Fails   false, with one sentence in error, unless the return window is 1 to
           WEATHER_HISTORY - 1 slots. */
bool weather_prepare(struct weather *weather, const struct weather_config *config,
                     int64_t step_ns, char *error, size_t error_size);

/* weather_init writes the state of a calm chain: m = 0, u from its stationary law, the
   price flat at log_price. */
void weather_init(const struct weather *weather, struct weather_state *state,
                  double log_price, uint64_t seed, uint64_t path);

/* weather_step advances one slot to now_ns and writes its block.  log_price is the price
   whose returns stir the chain; without this protocol's impact the weather of a path and
   of its twin without feedback are the same.
   Draws   three words a step. */
void weather_step(const struct weather *weather, struct weather_state *state,
                  int64_t now_ns, double log_price, struct weather_block *block);

/* weather_rekey gives what is still to be drawn to another branch of the path. */
void weather_rekey(struct weather_state *state, uint64_t branch);

#endif
