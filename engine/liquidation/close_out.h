/* close_out.h -- liquidation by closing into the venue, a part of the position per block.

   quantity = min( max(share of position, what makes min_notional), max_notional / mark ),
   and the whole position when at most min_notional would remain.
   penalty  = share of the closed notional, from positive equity only; a part of it is the
   keeper's, topped up by the insurance fund to the keeper's least reward; the rest is the
   fund's.

   Units    micro-USD, 1e-6 base units, ppm.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   limits per block and penalty: dYdX v4, x/clob/keeper/liquidations.go; least
            reward: Maker dss clip.sol (tip). */
#ifndef ENGINE_CLOSE_OUT_H
#define ENGINE_CLOSE_OUT_H

#include "engine/money.h"
#include "engine/param.h"

enum liquidation_mechanism {
    LIQUIDATION_CLOSE_OUT,
    LIQUIDATION_PORTFOLIO_AUCTION,
    LIQUIDATION_ENGLISH_AUCTION,
};

struct close_out_terms {
    int64_t mechanism; /* enum liquidation_mechanism: whether accounts are closed out */
    int64_t share_ppm; /* of a position, per block */
    int64_t max_notional_uusd; /* per account and block */
    int64_t min_notional_uusd; /* a position at or below it is closed whole */
    int64_t penalty_ppm;       /* of closed notional */
    int64_t keeper_share_ppm;  /* of the penalty */
    int64_t keeper_least_uusd; /* the fund tops the keeper's reward up to it */
};

extern const struct param close_out_params[];

/* close_out_quantity returns the signed quantity that closes the next part of a position
   of so many base units at a mark price; it is never zero and never more than the
   position. */
int64_t close_out_quantity(const struct close_out_terms *terms, int64_t size_ubase,
                           int64_t mark_price_uusd);

struct close_out_charge {
    int64_t penalty_uusd; /* from the account */
    int64_t keeper_uusd;  /* of the penalty, to the keeper */
    int64_t tip_uusd;     /* from the fund to the keeper */
};

/* close_out_charge returns who is paid what for closing so much notional of an account
   with an equity (after the fill) while the fund holds a balance. */
struct close_out_charge close_out_charge(const struct close_out_terms *terms,
                                         wide notional_uusd, wide equity_uusd,
                                         int64_t fund_uusd);

#endif
