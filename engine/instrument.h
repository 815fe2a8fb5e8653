/* instrument.h -- the terms of a perpetual future.

   Units    micro-USD, ppm, nanoseconds.
   Memory   values, set once at load.
   Threads  pure functions. */
#ifndef ENGINE_INSTRUMENT_H
#define ENGINE_INSTRUMENT_H

#include "engine/margin/linear.h"
#include "engine/param.h"

struct instrument_terms {
    char name[PARAM_TEXT_SIZE];
    /* The mark price of a contract is the index price times multiplier: an asset that
       costs less than 0.001 USD is traded in contracts of many units. */
    int64_t multiplier_ubase;       /* base units in one contract, 1e-6 */
    int64_t funding_interest_ppm;   /* per day, paid by longs whatever the skew */
    int64_t funding_slope_ppm;      /* per day at full skew */
    int64_t funding_cap_ppm;        /* per day, either way */
    int64_t open_interest_max_uusd; /* notional; 0: no limit */
    struct margin_linear margin;
};

extern const struct param instrument_params[];

/* instrument_mark_uusd returns the mark price of one contract at an index price. */
static inline int64_t instrument_mark_uusd(const struct instrument_terms *terms,
                                           int64_t index_price_uusd) {
    return money_mul_div_floor(index_price_uusd, terms->multiplier_ubase, MONEY_ONE);
}

#endif
