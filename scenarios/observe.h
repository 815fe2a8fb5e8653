/* observe.h -- what an agent gets to see.

   Units    as agents/agent.h.
   Memory   the caller's observation.
   Threads  as the world. */
#ifndef SCENARIOS_OBSERVE_H
#define SCENARIOS_OBSERVE_H

#include "agents/registry.h"
#include "scenarios/world.h"

/* observe fills what the kind's mask allows; all else is zero. */
void observe(struct world *world, enum agent_kind_id kind, uint32_t index,
             uint32_t account, struct observation *observation);

/* observe_report returns a reporter's last report on chain. */
struct observe_report observe_report(const struct world *world, uint32_t index);

#endif
