/* waterfall.h -- who pays a loss: insurance fund, then the winners.

   1. The insurance fund pays as far as its balance goes.
   2. The rest is charged to solvent accounts with an open profit in the instrument, the
   pool among them, pro rata to min(profit, equity): floor(loss * win / all wins),
   remainders from the last account in order backwards.
   3. What exceeds all their profits is charged pro rata to the equity they and all other
      solvent accounts have left.
   The pool's gain on a close-out is realised by the close-out itself, so it is charged as
   equity in step 3.  What even that does not cover stays as a negative balance of the
   defaulter: withdrawals that were accepted before are beyond reach.
   Auto-deleveraging (liquidation/deleverage.h) comes before: what it closes at a price
   that leaves nothing owed never gets here.

   Units    micro-USD.
   Memory   the caller provides room for one stake an account; what is in it does not
            matter.  Steps 2 and 3 evaluate each account once.
   Threads  as the ledger.
   Source   pro rata of winners with the remainder to the last: Vega, core/settlement. */
#ifndef ENGINE_WATERFALL_H
#define ENGINE_WATERFALL_H

#include "engine/account_set.h"
#include "engine/margin/margin.h"

enum waterfall_deleverage { WATERFALL_DELEVERAGE_NONE, WATERFALL_DELEVERAGE_RANKED };
enum waterfall_when { WATERFALL_WHEN_ACCOUNT, WATERFALL_WHEN_ALL };

struct waterfall_terms {
    int64_t deleverage; /* enum waterfall_deleverage */
    int64_t
        deleverage_when; /* enum waterfall_when: whose shortfalls the fund cannot pay */
    int64_t deleverage_most; /* accounts deleveraged by one liquidation */
};

extern const struct param waterfall_params[];

#define WATERFALL_DELEVERAGE_MOST 256

struct waterfall_stake { /* what an account has that a loss may be charged to */
    wide equity_uusd;    /* 0 when not positive */
    wide profit_uusd;    /* of it, open profit in the instrument */
};

struct waterfall { /* a view */
    struct ledger *ledger;
    const struct margin_view *view;
    struct account_set *touched;
    struct waterfall_stake *stake; /* [account] */
};

struct waterfall_payment {
    int64_t fund_uusd;           /* paid by the insurance fund */
    int64_t socialised_uusd;     /* charged to accounts other than the pool */
    int64_t pool_uusd;           /* charged to the pool */
    int64_t charged_equity_uusd; /* equity of those charged, before the charge */
};

/* waterfall_cover brings the defaulter's free balance up by so much of shortfall > 0 as
   the layers pay, and adds everybody it charged to touched. */
struct waterfall_payment waterfall_cover(const struct waterfall *waterfall,
                                         uint32_t defaulter, uint32_t instrument,
                                         int64_t shortfall_uusd);

#endif
