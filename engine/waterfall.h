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

   Units    micro-USD.
   Memory   nothing is allocated; steps 2 and 3 walk all accounts.
   Threads  as the ledger.
   Source   pro rata of winners with the remainder to the last: Vega, core/settlement. */
#ifndef ENGINE_WATERFALL_H
#define ENGINE_WATERFALL_H

#include "engine/account_set.h"
#include "engine/margin/margin.h"

struct waterfall_payment {
    int64_t fund_uusd;           /* paid by the insurance fund */
    int64_t socialised_uusd;     /* charged to accounts other than the pool */
    int64_t pool_uusd;           /* charged to the pool */
    int64_t charged_equity_uusd; /* equity of those charged, before the charge */
};

/* waterfall_cover brings the defaulter's free balance up by so much of shortfall > 0 as
   the layers pay, and adds everybody it charged to touched. */
struct waterfall_payment waterfall_cover(struct ledger *ledger,
                                         const struct margin_view *view,
                                         struct account_set *touched, uint32_t defaulter,
                                         uint32_t instrument, int64_t shortfall_uusd);

#endif
