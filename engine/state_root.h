/* state_root.h -- the fingerprint of the chain's state.

   BLAKE2b-256 over the economically meaningful state, number by number: block, balances
   and holds, positions, markets, oracle reports, the withdrawal queue, the fund's
   counters and the log head.  What only speeds the engine up (the watch) stays out.

   Units    numbers as little-endian 64-bit words; wide ones as two.
   Memory   nothing is allocated.
   Threads  reads only. */
#ifndef ENGINE_STATE_ROOT_H
#define ENGINE_STATE_ROOT_H

#include "engine/engine.h"

#define STATE_ROOT_SIZE 32

/* state_root writes the root of the engine's state. */
void state_root(const struct engine *engine, unsigned char root[STATE_ROOT_SIZE]);

#endif
