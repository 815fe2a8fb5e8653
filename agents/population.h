/* population.h -- the book at the start: who holds what, bought where, with how much.

   Sizes are lognormal, scaled so that longs and shorts meet their open interest, each at
   most a share of it.  Leverage at the start is lognormal within bounds; a named share of
   the accounts is placed near the liquidation boundary instead, where a crowd drawn far
   from it finds nothing.  Entry prices are log-uniform in a range; collateral is solved so
   that equity at the start price gives the leverage drawn.

   Units    micro-USD, 1e-6 base units, ppm.
   Memory   the caller's array of struct holder; nothing is allocated.
   Threads  pure functions.
   Source   DESIGN.md, "The book"; sizes: Aave v2 liquidations 2020-12 to 2022-04, standard
            deviation of the logarithm 2.07. */
#ifndef AGENTS_POPULATION_H
#define AGENTS_POPULATION_H

#include "engine/param.h"
#include "sim/random.h"

#include <stdint.h>

struct population_config {
    int64_t accounts, owners;
    int64_t long_uusd, short_uusd; /* open interest at the start price */
    double size_sd;                /* of the logarithm */
    int64_t cap_ppm;               /* largest account, share of its side */
    double leverage_median, leverage_sd;
    double leverage_low, leverage_high;
    int64_t near_margin_ppm; /* share of accounts near the boundary */
    double near_move;        /* ... within this adverse move */
    int64_t entry_low_uusd, entry_high_uusd;
    double wallet_median;               /* cash outside, as a multiple of collateral */
    int64_t top_up_ppm, deleverage_ppm; /* how accounts respond; the rest freeze */
};

enum holder_response { HOLDER_FREEZE, HOLDER_TOP_UP, HOLDER_DELEVERAGE };

struct holder {
    int64_t size_ubase; /* signed */
    int64_t entry_price_uusd;
    int64_t collateral_uusd;  /* in cash */
    int64_t collateral_ubase; /* beside it, in units of the underlying */
    int64_t wallet_uusd;
    uint32_t owner;
    uint32_t response; /* enum holder_response */
};

/* What the draw needs to know of the market and its margin. */
struct population_terms {
    int64_t start_price_uusd;
    int64_t initial_ppm, maintenance_ppm;
};

extern const struct param population_params[];

struct population_address { /* where the population's streams are */
    uint64_t seed, path, purpose;
};

/* population_draw fills config->accounts holders; weight is scratch for as many values.
   Range   entry_low <= entry_high, leverage_low <= leverage_high; accounts >= 2.
   Keeps   every holder's equity at the start price is at or above initial margin; the
           sizes of a side add up to its open interest within one base unit a holder. */
void population_draw(const struct population_config *config,
                     const struct population_terms *terms,
                     const struct population_address *address, double *weight,
                     struct holder *holder);

/* population_habits draws what a holder is like whoever chose its position: the wallet,
   from the collateral, and the response.  index is its place in the population. */
void population_habits(const struct population_config *config,
                       const struct population_address *address, uint32_t index,
                       struct holder *holder);

#endif
