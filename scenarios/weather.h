/* weather.h -- the chain's weather: what block space costs, who else wants it, and when
   there are no blocks.

   What others would pay moves with the market,

       ln w = ln base + u + congestion * m.

   The congestion level m jumps to min(cap, scale |r|), with r the last ten minutes' log
   return of the outside price, when that is above where it stands, and decays with a
   half-life of 40 minutes; u is a stationary Ornstein-Uhlenbeck process.  Gas and price
   move together because both r and the storm are one path.

   At w others fill exactly the target of a block; at a price p they want
   target * (w / p)^elasticity a slot, so that the fee market (engine/chain/fee_market.h)
   settles at w when this protocol wants nothing, and above it when it does.  Whoever of
   them does not get in waits for a while (patience); behind a gap in the blocks they are
   many.  A block goes to whoever offers most.  So the price of inclusion is the base fee
   while everybody fits, and what the last of the others who fit would pay while not:
   weather_price_wei.  Its rise takes the base fee several blocks, in which a fee just
   above it is not enough.

   This protocol can use a share of a block at most.

   A slot is missed by chance.  An outage, too, begins by chance, more often when the
   chain is congested, and takes an exponential time; its slots are missed ones.

   A fork begins by chance, too, after an exponential time and with a block; its depth is
   drawn when it begins, uniform from 1 to reorg_depth_most slots.  After so many slots the
   chain returns to where the fork began (scenarios/reorg.h).  Others' demand and the base
   fee do not: whoever wins, the others' transactions are in both branches.

   With a base fee of 0 the chain is free and empty: no price, nobody else.

   Units    fees wei per unit of gas; gas in units of gas; time int64 nanoseconds.
   Memory   struct weather is immutable once prepared; struct weather_state is plain data.
   Threads  pure functions of their arguments.
   Source   DESIGN.md, "The storm"; EIP-1559; gas_peak against published peaks of 12 March
            2020; reorg_depth_most against the seven blocks that Ethereum's beacon chain lost
            on 25 May 2022. */
#ifndef SCENARIOS_WEATHER_H
#define SCENARIOS_WEATHER_H

#include "engine/chain/fee_market.h"
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
    struct fee_market_terms market;
    double own_share;
    double elasticity;
    int64_t patience_ns;
    double missed_probability;
    double outage_rate; /* per day */
    int64_t outage_mean_ns;
    double outage_congestion;
    double reorg_rate; /* per day */
    int64_t reorg_depth_most;
};

#define WEATHER_REORG_DEPTH 6 /* most slots a fork can last */

struct weather {
    struct weather_config config;
    int64_t step_ns;
    int64_t lag; /* steps of the return window */
    double jump_decay;
    double noise_decay;
    double noise_step;  /* standard deviation of the noise a step */
    double log_base;    /* ln of the calm base fee; 0 on a free chain */
    int64_t own_gas;    /* most of a block for this protocol */
    double wait_decay;  /* of the waiting others, a step */
    double outage_step; /* probability that one begins, on a calm chain */
};

#define WEATHER_HISTORY 512

struct weather_state {
    struct rng rng;
    struct rng_address address;
    int64_t steps;         /* taken */
    double noise;          /* u */
    double level;          /* m */
    double waiting;        /* others' demand that waits, in slots' worth */
    int64_t base_fee_wei;  /* of the next block */
    int64_t price_wei;     /* what inclusion in the last block took at its end */
    int64_t down_until_ns; /* end of the last outage */
    int64_t fork_due_ns;   /* the next fork begins with the first block from then on */
    uint64_t forks;        /* drawn, that one included */
    double log_price[WEATHER_HISTORY]; /* ring: that of step s at s % WEATHER_HISTORY */
};

enum weather_flag { WEATHER_MISSED = 1, WEATHER_OUTAGE = 2 };

struct weather_block {
    int64_t time_ns;
    int64_t base_fee_wei;
    int64_t limit_gas;
    int64_t own_gas;    /* most of it for this protocol */
    double others_gas;  /* that others want at the base fee; may exceed the limit */
    uint64_t entropy;   /* for random-start selections */
    uint64_t flags;     /* enum weather_flag; without a block all of them are set */
    int64_t fork_slots; /* a fork of so many slots begins with this block; 0: none */
};

/* weather_params are the section's parameters; ends with a row whose name is NULL. */
extern const struct param weather_params[];

/* weather_config_default writes every parameter's default. */
void weather_config_default(struct weather_config *config);

/* weather_prepare derives what all paths share; step_ns is the length of a slot.
   Fails   false, with one sentence in error, unless the return window is 1 to
           WEATHER_HISTORY - 1 slots, the target is at most the limit, and the price of gas
           stays in the fee market's range. */
bool weather_prepare(struct weather *weather, const struct weather_config *config,
                     int64_t step_ns, char *error, size_t error_size);

/* weather_init writes the state of a calm chain: m = 0, u from its stationary law, the
   price flat at log_price, the base fee at w. */
void weather_init(const struct weather *weather, struct weather_state *state,
                  double log_price, uint64_t seed, uint64_t path);

/* weather_step advances one slot to now_ns and writes its block; weather_close has to
   follow unless the slot is missed.  log_price is the price whose returns stir the chain,
   without this protocol's impact: w is the same on a path and on its twin without
   feedback, and what the fee makes of it differs by their own gas.
   Draws   three words a step; where forks are possible, two words of a stream of its own a
           fork. */
void weather_step(const struct weather *weather, struct weather_state *state,
                  int64_t now_ns, double log_price, struct weather_block *block);

/* weather_price_wei returns the least fee that gets another transaction of this protocol
   into a block that already holds own_gas of it: at least the base fee.  It rises with
   own_gas; the last one in may displace its own gas more than paid for. */
int64_t weather_price_wei(const struct weather *weather,
                          const struct weather_block *block, int64_t own_gas);

/* weather_close fills the block with others and sets the base fee of the next.
   Range   0 <= own_gas <= limit. */
void weather_close(const struct weather *weather, struct weather_state *state,
                   const struct weather_block *block, int64_t own_gas);

/* weather_rekey gives what is still to be drawn to another branch of the path. */
void weather_rekey(struct weather_state *state, uint64_t branch);

#endif
