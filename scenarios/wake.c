#include "scenarios/wake.h"

#include "scenarios/auctions.h"
#include "scenarios/node.h"
#include "scenarios/observe.h"
#include "scenarios/purposes.h"
#include "scenarios/purse.h"
#include "scenarios/stock.h"

uint64_t wake_owner(const struct world *world, enum agent_kind_id kind, uint32_t index) {
    return random_hash_u64(world->stage->kind_hash[kind], index);
}

static struct rng agent_stream(const struct world *world, enum purpose purpose,
                               enum agent_kind_id kind, uint32_t index,
                               uint64_t occasion) {
    const struct rng_address address = {.seed = world->state->seed,
                                        .path = world->state->path,
                                        .branch = world->state->branch,
                                        .purpose = purpose,
                                        .owner = wake_owner(world, kind, index),
                                        .occasion = occasion};
    return rng_stream(&address);
}

static int64_t first_look_ns(const struct world *world, enum agent_kind_id kind,
                             uint32_t index, int64_t within_ns) {
    struct rng rng = agent_stream(world, PURPOSE_PHASE, kind, index, 0);
    return world->stage->begin_ns + 1 + (int64_t)rng_below(&rng, (uint64_t)within_ns);
}

static void schedule_members(struct world *world, enum agent_kind_id kind, uint32_t first,
                             uint32_t count, int64_t within_ns) {
    for (uint32_t i = 0; i < count; ++i) {
        world_schedule(world, EVENT_AGENT, first + i,
                       first_look_ns(world, kind, i, within_ns), 0);
    }
}

/* Owners of the pool who never look are never woken, nor is an arbitrageur without cash. */
static void schedule_pool(struct world *world) {
    const struct stage *stage = world->stage;
    const struct scenario *scenario = &stage->scenario;
    if (scenario->arbitrageur.capital_uusd > 0) {
        world_schedule(
            world, EVENT_AGENT, stage->arbitrageur,
            first_look_ns(world, AGENT_ARBITRAGEUR, 0, scenario->arbitrageur.look_ns), 0);
    }
    for (uint32_t i = 0; i < stage->provider_count; ++i) {
        if (world->provider[i].runs) {
            world_schedule(
                world, EVENT_AGENT, stage->provider + i,
                first_look_ns(world, AGENT_PROVIDER, i, scenario->providers.look_ns), 0);
        }
    }
}

/* First wake-ups are spread: nobody looks at the same instant as anybody else, except the
   reporters, whose rounds are common. */
void wake_first(struct world *world) {
    const struct stage *stage = world->stage;
    const struct scenario *scenario = &stage->scenario;
    world_schedule(world, EVENT_AGENT, stage->maker,
                   first_look_ns(world, AGENT_MARKET_MAKER, 0,
                                 scenario->market_maker.hedge_delay_ns),
                   0);
    if (stage->reporter_count > 0) {
        world_schedule(
            world, EVENT_ROUND, 0,
            first_look_ns(world, AGENT_REPORTER, 0, scenario->reporters.look_ns), 0);
    }
    schedule_members(world, AGENT_TRADER, stage->trader, stage->trader_count,
                     scenario->traders.look_mean_ns);
    schedule_members(world, AGENT_VAULT, stage->vault, stage->vault_count,
                     scenario->vaults.look_mean_ns);
    schedule_members(world, AGENT_STUFFER, stage->stuffer, stage->stuffer_count,
                     scenario->world.slot_ns);
    schedule_pool(world);
}

/* Keepers wake only when there is something to liquidate, and not before the start: what is
   under water then is part of the metrics. */
void wake_keepers(struct world *world) {
    const struct stage *stage = world->stage;
    if (world->state->now_ns < stage->start_ns || auctions_pause(world)) {
        return;
    }
    node_targets(world);
    const bool targets = world->state->target_count != 0;
    if (!targets && !auctions_held(world)) {
        return;
    }
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        if (!world->awake[i] && (targets || auctions_holds(world, stage->keeper + i))) {
            world->awake[i] = 1;
            world_schedule(world, EVENT_AGENT, stage->keeper + i,
                           world->state->now_ns + 1 + world->keeper[i].latency_ns, 0);
        }
    }
}

void wake_sleepers(struct world *world) {
    const struct stage *stage = world->stage;
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        if (world->trader[i].rests == 0) {
            continue;
        }
        const uint32_t account = stage->trader + i;
        struct rng rng =
            agent_stream(world, PURPOSE_PHASE, AGENT_TRADER, i, world->occasion[account]);
        const int64_t wait_ns =
            (int64_t)rng_below(&rng, (uint64_t)stage->scenario.traders.look_mean_ns);
        world->trader[i].rests = 0;
        world_schedule(world, EVENT_AGENT, account, world->state->now_ns + 1 + wait_ns,
                       0);
    }
}

static void carry_out(struct world *world, uint32_t account,
                      const struct intent *intent) {
    switch (intent->kind) {
    case INTENT_SEND:
        node_send(world, account, intent, 0);
        break;
    case INTENT_REPLACE:
        node_replace(world, account, intent);
        break;
    case INTENT_ORDER:
        purse_order(world, account, intent->amount);
        break;
    case INTENT_SELL:
        stock_sell(world, account, intent->amount);
        break;
    case INTENT_BRIDGE:
        purse_bridge(world, account, intent->transaction.account, intent->amount);
        break;
    }
}

struct who {
    enum agent_kind_id kind;
    uint32_t index;
    const void *config;
    void *state;
};

static struct who who_is(struct world *world, uint32_t account) {
    const struct stage *stage = world->stage;
    const struct scenario *scenario = &stage->scenario;
    if (account == stage->arbitrageur) {
        return (struct who){AGENT_ARBITRAGEUR, 0, &scenario->arbitrageur, NULL};
    }
    if (account >= stage->provider) {
        const uint32_t i = account - stage->provider;
        return (struct who){AGENT_PROVIDER, i, &scenario->providers, &world->provider[i]};
    }
    if (account >= stage->trader) {
        const uint32_t i = account - stage->trader;
        return (struct who){AGENT_TRADER, i, &scenario->traders, &world->trader[i]};
    }
    if (account >= stage->vault) {
        const uint32_t i = account - stage->vault;
        return (struct who){AGENT_VAULT, i, &scenario->vaults, &world->vault[i]};
    }
    if (account >= stage->bidder) {
        const uint32_t i = account - stage->bidder;
        return (struct who){AGENT_BIDDER, i, &scenario->bidders, &world->bidder[i]};
    }
    if (account >= stage->stuffer) {
        const uint32_t i = account - stage->stuffer;
        return (struct who){AGENT_STUFFER, i, &scenario->stuffer, &world->stuffer[i]};
    }
    if (account >= stage->keeper) {
        const uint32_t i = account - stage->keeper;
        return (struct who){AGENT_KEEPER, i, &scenario->keepers, &world->keeper[i]};
    }
    if (account >= stage->reporter) {
        return (struct who){AGENT_REPORTER, account - stage->reporter,
                            &scenario->reporters, NULL};
    }
    return (struct who){AGENT_MARKET_MAKER, 0, &scenario->market_maker, world->maker};
}

/* Returns when the agent wants to look again; 0: when the world has something to see. */
static int64_t wake(struct world *world, uint32_t account) {
    const struct who who = who_is(world, account);
    struct observation seen;
    struct reply reply;
    struct rng rng = {0};
    reply.count = 0;
    reply.wake_ns = 0;
    if (agent_kinds[who.kind]->draws) {
        rng = agent_stream(world, PURPOSE_AGENT, who.kind, who.index,
                           world->occasion[account]);
    }
    world->occasion[account] += 1;
    observe(world, who.kind, who.index, account, &seen);
    agent_kinds[who.kind]->wake(who.config, who.state, &seen, &rng, &reply);
    for (uint32_t i = 0; i < reply.count; ++i) {
        carry_out(world, account, &reply.intent[i]);
    }
    if (who.kind == AGENT_KEEPER) {
        world->awake[who.index] = 0;
    } else if (who.kind == AGENT_BIDDER) {
        world->bidder_awake[who.index] = 0;
    }
    return reply.wake_ns;
}

void wake_agent(struct world *world, uint32_t account) {
    const int64_t wake_ns = wake(world, account);
    if (wake_ns > world->state->now_ns) {
        world_schedule(world, EVENT_AGENT, account, wake_ns, 0);
    }
}

void wake_round(struct world *world) {
    const struct stage *stage = world->stage;
    const struct world_state *state = world->state;
    const struct reporter_config *config = &stage->scenario.reporters;
    /* In the place at the front of the queue that this round has just left. */
    world_schedule(world, EVENT_ROUND, 0, state->now_ns + config->look_ns, 0);
    const struct venues_glance glance = {.now_ns = state->now_ns,
                                         .outside_price_uusd = state->outside_price_uusd,
                                         .daily_volatility =
                                             state->market.daily_volatility};
    if (!venues_look(&stage->venues, world->venue, stage->reporter_count, &glance,
                     world->venue_price_uusd)) {
        world_fail(world, OUTCOME_STATUS_PRICE_RANGE);
        return;
    }
    for (uint32_t i = 0; i < stage->reporter_count; ++i) {
        const uint32_t account = stage->reporter + i;
        const struct observe_report last = observe_report(world, i);
        /* Most rounds have no news: they are not worth a whole observation. */
        if (world->mempool.first[account] != 0 ||
            reporter_due(config, &last, state->now_ns, world->venue_price_uusd[i])) {
            wake(world, account);
        }
    }
}
