/* matched.h -- liquidation against whoever takes the position over, at a price in bounds.

   With V the value of the position, M its maintenance margin, and E and T the equity and
   the maintenance margin of the whole account:

     bankruptcy quote  cash for closing a part that leaves the account as it was, share for
                       share: -change of V - floor(E * |change of M| / T)
     fillable price    the least favourable price at which it may be taken over:
                       (V - a * spread * M) / size,  a = clamp(adjustment * (1 - E / T), 0, 1)
     insurance delta   what it was taken over for less the bankruptcy quote; above 0 the
                       fund receives it, at most fee_most of the notional, below 0 the fund
                       pays it

   Deleveraging closes a part against a position of the other side at the bankruptcy quote,
   provided that this is no worse than the other account's own bankruptcy quote.

   Units    micro-USD, 1e-6 base units, ppm.
   Range    |amount| <= MONEY_SIZE_MAX.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   dYdX v4, x/clob/keeper/liquidations.go and deleveraging.go. */
#ifndef ENGINE_LIQUIDATION_MATCHED_H
#define ENGINE_LIQUIDATION_MATCHED_H

#include "engine/money.h"
#include "engine/param.h"

struct matched_terms {
    int64_t on;             /* 0 or 1: LIQUIDATE is such a takeover */
    int64_t fee_most_ppm;   /* of the notional, to the insurance fund */
    int64_t spread_ppm;     /* of the position's maintenance margin */
    int64_t adjustment_ppm; /* how fast the fillable price falls with the equity */
};

extern const struct param matched_params[];

struct matched_account { /* whose position it is */
    wide equity_uusd, maintenance_uusd;
};

/* matched_bankruptcy_quote_uusd returns the cash the account receives (negative: pays) for a
   change of its position's value and of its maintenance margin.  Rounded up, for the
   account: closed whole it owes nothing.
   Range  maintenance > 0. */
wide matched_bankruptcy_quote_uusd(const struct matched_account *account,
                                   wide value_change_uusd, wide maintenance_change_uusd);

struct matched_position { /* all of it, at the mark */
    int64_t size_ubase;   /* not 0 */
    wide value_uusd;      /* signed */
    wide maintenance_uusd;
};

/* matched_fillable_price returns the price, rounded for the account: up for a long, down for
   a short.  It may lie outside the range of prices.
   Range  the account's maintenance > 0. */
wide matched_fillable_price(const struct matched_terms *terms,
                            const struct matched_account *account,
                            const struct matched_position *position);

struct matched_delta {
    wide fee_uusd;  /* from the account to the fund */
    wide draw_uusd; /* from the fund to the account */
};

/* matched_insurance_delta returns who pays whom when the account receives fill_uusd (signed)
   where quote_uusd was the bankruptcy quote; the fee is rounded down. */
struct matched_delta matched_insurance_delta(const struct matched_terms *terms,
                                             wide fill_uusd, wide quote_uusd);

#endif
