/* registry.h -- the kinds of agents: one file and one row each.

   Memory   static tables. */
#ifndef AGENTS_REGISTRY_H
#define AGENTS_REGISTRY_H

#include "agents/agent.h"

enum agent_kind_id {
    AGENT_MARKET_MAKER,
    AGENT_REPORTER,
    AGENT_KEEPER,
    AGENT_TRADER,
    AGENT_STUFFER,
    AGENT_BIDDER,
    AGENT_VAULT,
    AGENT_PROVIDER,
    AGENT_ARBITRAGEUR,
    AGENT_KIND_COUNT
};

extern const struct agent_kind *const agent_kinds[AGENT_KIND_COUNT];

#endif
