/* genesis.h -- the book before time begins, built by ordinary transactions.

   Reports at the start price, the pool's and the fund's deposits, then for every trader a
   deposit and a trade at its entry price.  The block is marked so that trades fill at
   their own price; a user's book is taken over as it is, below margin or not.

   Units    micro-USD.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_GENESIS_H
#define SCENARIOS_GENESIS_H

#include "scenarios/world.h"

/* genesis_holders writes stage->trader_count holders: those drawn for the path, then those
   of the user's book.  weight is scratch for stage->drawn_count values.
   Keeps   those drawn are at or above initial margin at the start price. */
void genesis_holders(const struct stage *stage, uint64_t seed, uint64_t path,
                     double *weight, struct holder *holder);

/* genesis_build draws the population and applies the genesis block; a refused transaction
   or a drawn account below initial margin fails the path as an invariant. */
void genesis_build(struct world *world);

#endif
