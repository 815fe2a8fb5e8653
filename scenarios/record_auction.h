/* record_auction.h -- what auctions brought in, whatever their kind.

   auction_recovery = sum of (bids paid + equity returned) / sum of equity at the trigger,
                      over auctions that began solvent;
   zero_bid_share   = notional that cleared at <= 10 % of its fair value at that instant, or
                      was on offer in an auction that ended or turned insolvent without a
                      bid, / notional cleared or so left over.

   A mechanism calls record_auction_lot for each lot that clears and for what was on offer
   when an auction ends, or turns insolvent, without a bid; and record_auction_closed once
   for each auction that ends.  Nothing counts before the metrics begin.

   Units    micro-USD.
   Memory   the recorder's.
   Threads  as the world. */
#ifndef SCENARIOS_RECORD_AUCTION_H
#define SCENARIOS_RECORD_AUCTION_H

#include "scenarios/outcome.h"

#include <stdbool.h>
#include <stdint.h>

struct world;

struct record_lot {
    int64_t notional_uusd; /* |size| times mark, or the collateral's value */
    int64_t fair_uusd;     /* what the lot is worth now */
    int64_t paid_uusd;     /* by the winner */
    bool taken;            /* somebody bid, be it nothing */
};

struct record_auction {
    int64_t trigger_uusd;  /* equity when the auction began; not above 0: insolvent */
    int64_t paid_uusd;     /* by all bids together */
    int64_t returned_uusd; /* equity the owner is left with, besides what was paid */
};

/* record_auction_lot counts a lot that cleared, or one that nobody bid for. */
void record_auction_lot(struct world *world, const struct record_lot *lot);

/* record_auction_closed counts an auction that has ended; one that began insolvent has no
   recovery. */
void record_auction_closed(struct world *world, const struct record_auction *auction);

/* record_auction_finish writes the fields of a path that has reached its horizon; without
   an auction they are missing. */
void record_auction_finish(const struct world *world, struct outcome *outcome);

#endif
