/* keeper_bid.h -- a keeper where accounts are auctioned: it bids, holds and sells.

   It bids at the first time when what a lot is worth exceeds its price by

     unwind   (2/3 Y sigma sqrt(I / V) + spread and fee of the venue) * notional, where I is
              what all bidders hold and this lot, V the outside market's daily volume
     risk     aversion * sigma * sqrt(unwind time) * notional
     gas      at the fee it offers
     capital  charge * initial margin * unwind time

   and for no more than its margin account carries.  What it wins it sells into the venue
   in ten equal parts over unwind_time.  It begins an auction, or lets it go on as insolvent,
   when the largest discount it may reach would pay for the lot.

   The pool, and debts without a position, it closes out as elsewhere.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   struct keeper is a member's state.
   Threads  pure functions.
   Source   DESIGN.md, "Keepers"; impact: scenarios/impact.h (mean over a metaorder). */
#ifndef AGENTS_KEEPER_BID_H
#define AGENTS_KEEPER_BID_H

#include "agents/keeper.h"

#define KEEPER_UNWIND_PARTS 10

/* keeper_bid decides what a bidding keeper does at a wake-up. */
void keeper_bid(const struct keeper_config *config, struct keeper *keeper,
                const struct observation *seen, struct rng *rng, struct reply *reply);

/* keeper_required_uusd is by how much a lot of so much notional has to be worth more than
   its price, gas aside, rounded up. */
int64_t keeper_required_uusd(const struct keeper_config *config,
                             const struct observation *seen, int64_t notional_uusd);

#endif
