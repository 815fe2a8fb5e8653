/* record_lots.h -- what the recorder notes of English auctions.

   A bite is a forced reduction of its vault; a deal is a lot that cleared, and its loss is
   the vault's; a lot that starts anew is one that nobody bid for.

   Units    micro-USD, 1e-6 base units.
   Memory   the recorder's.
   Threads  as the world. */
#ifndef SCENARIOS_RECORD_LOTS_H
#define SCENARIOS_RECORD_LOTS_H

#include "engine/liquidation/english_auction.h"
#include "engine/transaction.h"

struct world;

/* record_lots notes an applied bite or deal; lot is what it was about before it. */
void record_lots(struct world *world, const struct transaction *transaction,
                 const struct english_lot *lot, const struct receipt *receipt);

/* record_lots_units_uusd is what an account's units are worth, on the chain and off it: at
   the outside price less the bidders' mean discount, which is what unwinding costs. */
int64_t record_lots_units_uusd(const struct world *world, uint32_t account);

/* record_lots_bidders_uusd is what all bidders own now, on the chain and off it: cash,
   standing bids, and units. */
int64_t record_lots_bidders_uusd(const struct world *world);

#endif
