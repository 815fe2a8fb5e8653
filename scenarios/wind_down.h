/* wind_down.h -- after the horizon: everything is settled, so that nothing can hide.

   At the frozen outside price, without impact and gas, every position is closed and every
   free balance withdrawn as far as cash is there, by ordinary transactions.  Its results
   are no metrics; what it must leave behind is: no position, no hold, an empty queue, and
   every identity.

   Units    micro-USD.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_WIND_DOWN_H
#define SCENARIOS_WIND_DOWN_H

#include "scenarios/world.h"

/* wind_down settles everything and returns the sum of what should be zero and is not, in
   micro-USD and 1e-6 base units. */
wide wind_down(struct world *world);

#endif
