/* genesis.h -- the book before time begins, built by ordinary transactions.

   Reports at the start price, the pool's and the fund's deposits, then for every trader a
   deposit and a trade at its entry price.  The block is marked so that trades fill at
   their own price.

   Units    micro-USD.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_GENESIS_H
#define SCENARIOS_GENESIS_H

#include "scenarios/world.h"

/* genesis_build draws the population and applies the genesis block; a refused transaction
   fails the path as an invariant: collateral was solved so that none is. */
void genesis_build(struct world *world);

#endif
