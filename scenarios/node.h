/* node.h -- between the participants and the engine: mempool in, blocks out.

   Units    wei per gas, micro-USD, nanoseconds.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_NODE_H
#define SCENARIOS_NODE_H

#include "scenarios/world.h"

enum { NODE_TAG_BRIDGE = 1 }; /* a deposit whose cash is in transit, not in a purse */

/* node_send puts a participant's transaction into the mempool; what a deposit takes is held
   in its purse, and one that the purse does not have is not sent. */
void node_send(struct world *world, uint32_t sender, const struct intent *intent,
               uint32_t tag);

/* node_replace re-prices a waiting transaction of a participant. */
void node_replace(struct world *world, uint32_t sender, const struct intent *intent);

/* node_take_back undoes what followed outside from a transaction of a block that was taken
   back; the purses are as if it had never been. */
void node_take_back(struct world *world, const struct reorg_orphan *orphan);

/* node_put_back lets it wait again, ahead of its sender's others; the last one first.  A
   deposit that the purse does not have any more is not put back, nor one over the bridge
   that was refused: its cash has already set out again. */
void node_put_back(struct world *world, const struct reorg_orphan *orphan);

/* node_block makes the block of a slot: best fees first, as far as they outbid what others
   pay for the gas, and tells the weather what was used. */
void node_block(struct world *world, const struct weather_block *block);

/* node_targets lists the accounts below maintenance, for the keepers to see. */
void node_targets(struct world *world);

#endif
