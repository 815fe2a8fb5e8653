/* stock.h -- units of the underlying off the chain, and their sale on the outside market.

   Units    1e-6 base units, micro-USD.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_STOCK_H
#define SCENARIOS_STOCK_H

#include "scenarios/world.h"

/* stock_sell sells an account's units on the outside market, at most what it has: the fill
   pays the impact law's cost, the price moves, and the proceeds are in its purse. */
void stock_sell(struct world *world, uint32_t account, int64_t units_ubase);

/* stock_residual is how far what auctions handed to bidders is from what they have sold and
   what they hold: 0, or something is lost. */
wide stock_residual(const struct world *world);

#endif
