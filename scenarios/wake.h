/* wake.h -- agents look at the world, and what they want is carried out.

   Units    as the world.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_WAKE_H
#define SCENARIOS_WAKE_H

#include "scenarios/world.h"

/* wake_owner hashes a population's name and the index in it: the owner of a stream. */
uint64_t wake_owner(const struct world *world, enum agent_kind_id kind, uint32_t index);

/* wake_first schedules the first look of everybody who looks without being called. */
void wake_first(struct world *world);

/* wake_keepers calls the keepers when there is somebody to liquidate. */
void wake_keepers(struct world *world);

/* wake_sleepers calls those who had stopped looking because they had nothing left: each
   looks at some time within the usual wait. */
void wake_sleepers(struct world *world);

/* wake_agent lets an account's agent look, and schedules its next look. */
void wake_agent(struct world *world, uint32_t account);

/* wake_round lets all reporters look, and schedules the next round. */
void wake_round(struct world *world);

#endif
