/* lots.h -- English auctions seen from the world: what bidders see, when they wake, and what
   is open at the end.

   Units    micro-USD, 1e-6 base units, nanoseconds.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_LOTS_H
#define SCENARIOS_LOTS_H

#include "scenarios/world.h"

/* lots_wake lists the open lots and wakes the bidders when there is something to bite, to
   bid for, or to sell. */
void lots_wake(struct world *world);

/* lots_look returns the open lot a deal is about as it is before it; no lot, all zero,
   otherwise. */
struct english_lot lots_look(const struct world *world,
                             const struct transaction *transaction);

/* lots_open_shortfall_uusd is what open lots would leave unpaid now: the debt less the
   standing bid, or less the collateral's value at the outside price. */
int64_t lots_open_shortfall_uusd(const struct world *world);

/* lots_settle ends all auctions: a lot goes to its bidder, or back to its vault.  The block
   is one of BLOCK_GENESIS. */
void lots_settle(struct world *world);

#endif
