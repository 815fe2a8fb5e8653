/* record_auction.h -- what auctions brought in, whatever their kind.

   auction_recovery = sum of (bids paid + equity returned) / sum of equity at the trigger,
                      over auctions of accounts that were solvent then;
   zero_bid_share   = notional that cleared at <= 10 % of its fair value at that instant, or
                      was on offer in an auction that ended or turned insolvent without a
                      bid, / notional cleared or so left over.

   A mechanism calls record_auction_lot for each lot that clears and for what was on offer
   when an auction ends, or turns insolvent, without a bid; and record_auction_closed once
   for each auction that ends.  Nothing counts before the metrics begin.

   For portfolio auctions the trigger is the first block in which the account is below its
   maintenance margin at the outside price, as for the margin period of risk: an auction
   that begins late, or as an insolvent one, is measured against what there was.  What is still open at the horizon, begun or not, counts
   as it stands then, at the outside price.

   Units    micro-USD.
   Memory   record_auction_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  as the world. */
#ifndef SCENARIOS_RECORD_AUCTION_H
#define SCENARIOS_RECORD_AUCTION_H

#include "engine/account_set.h"
#include "engine/transaction.h"
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
    int64_t trigger_uusd;  /* equity at the trigger; not above 0: insolvent */
    int64_t paid_uusd;     /* by all bids together */
    int64_t returned_uusd; /* equity the owner is left with, besides what was paid */
};

struct
    record_sale { /* a portfolio below maintenance, until it is sold or has recovered */
    int64_t trigger_uusd;
    int64_t paid_uusd;     /* by all bids */
    int64_t reserved_uusd; /* and still the account's */
    uint64_t bids;
    uint64_t begun;     /* 1: the auction has begun */
    uint64_t forfeited; /* 1: it turned insolvent before anybody bid */
    uint64_t is_long;
};

struct record_sales {             /* a view */
    struct record_sale *sale;     /* [account] */
    struct account_set triggered; /* accounts with a sale at hand */
};

/* record_auction_footprint returns the bytes the sales of so many accounts need. */
size_t record_auction_footprint(uint32_t account_count);

/* record_auction_bind points the view at memory. */
void record_auction_bind(struct record_sales *sales, uint32_t account_count,
                         void *memory);

/* record_auction_lot counts a lot that cleared, or one that nobody bid for. */
void record_auction_lot(struct world *world, const struct record_lot *lot);

/* record_auction_closed counts an auction that has ended; one that began insolvent has no
   recovery. */
void record_auction_closed(struct world *world, const struct record_auction *auction);

/* record_auction_slot looks out for accounts that have fallen below maintenance, and for
   those that have recovered before anybody began an auction. */
void record_auction_slot(struct world *world);

/* record_auction_start, _bid and _stop note what a transaction has done to the portfolio
   auction of an account. */
void record_auction_start(struct world *world, uint32_t account,
                          const struct receipt *receipt);
void record_auction_bid(struct world *world, uint32_t account,
                        const struct receipt *receipt);
void record_auction_stop(struct world *world, uint32_t account);

/* record_auction_finish closes what is open at the horizon and writes the fields; without
   an auction they are missing. */
void record_auction_finish(struct world *world, struct outcome *outcome);

#endif
