/* world_agents.h -- an agent at work without a world: configuration, observation, reply.

   Units    as agents/agent.h.
   Memory   values; nothing is allocated.
   Threads  one desk per thread. */
#ifndef TESTS_SUPPORT_WORLD_AGENTS_H
#define TESTS_SUPPORT_WORLD_AGENTS_H

#include "agents/agent.h"
#include "engine/money.h"
#include "tests/support/check.h"

#define USD       MONEY_ONE
#define GWEI      INT64_C(1000000000)
#define SECOND_NS INT64_C(1000000000)

/* desk_defaults writes the defaults of a kind's parameters to its configuration. */
static inline void desk_defaults(const struct agent_kind *kind, void *config) {
    for (const struct param *row = kind->params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

/* desk_stream is the stream of one occasion. */
static inline struct rng desk_stream(uint64_t seed, uint64_t occasion) {
    const struct rng_address address = {.seed = seed, .occasion = occasion};
    return rng_stream(&address);
}

/* desk_wake wakes a member and returns what it wants. */
static inline struct reply desk_wake(const struct agent_kind *kind, const void *config,
                                     void *state, const struct observation *seen,
                                     uint64_t occasion) {
    struct reply reply;
    struct rng rng = desk_stream(1, occasion);
    memset(&reply, 0, sizeof reply);
    kind->wake(config, state, seen, &rng, &reply);
    return reply;
}

#endif
