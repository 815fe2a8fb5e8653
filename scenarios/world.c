#include "scenarios/world.h"

#include "engine/segment.h"
#include "scenarios/genesis.h"
#include "scenarios/lots.h"
#include "scenarios/node.h"
#include "scenarios/purse.h"
#include "scenarios/wake.h"
#include "scenarios/wind_down.h"

#include <string.h>

#define EVENT_SPAN_SLOTS 4 /* what is due within so many slots is kept in order */

enum { PRIORITY_SLOT, PRIORITY_ARRIVAL, PRIORITY_AGENT, PRIORITY_SAMPLE };

static size_t node_footprint(const struct stage *stage) {
    return mempool_footprint((uint32_t)stage->scenario.limits.mempool,
                             stage->account_count) +
           segment_size(stage->account_count * sizeof(struct chase));
}

static size_t scratch_count(const struct stage *stage) {
    const size_t traders = stage->trader_count;
    const size_t holders = traders > stage->vault_count ? traders : stage->vault_count;
    const size_t returns = 2 * (size_t)stage->return_samples;
    return holders > returns ? holders : returns;
}

static size_t outside_footprint(const struct stage *stage) {
    const uint32_t accounts = stage->account_count;
    return segment_size(sizeof(struct world_state)) + 2 * ledger_footprint(accounts) +
           segment_size(event_queue_footprint(stage->event_capacity)) +
           segment_size(stage->trader_count * sizeof(struct holder)) +
           segment_size(stage->trader_count * sizeof(struct trader)) +
           segment_size(stage->keeper_count * sizeof(struct keeper)) +
           segment_size(sizeof(struct market_maker)) +
           segment_size(stage->stuffer_count * sizeof(struct stuffer)) +
           segment_size(stage->bidder_count * sizeof(struct bidder)) +
           segment_size(stage->vault_count * sizeof(struct vault)) +
           segment_size((size_t)stage->terms.english.room * sizeof(struct observe_lot)) +
           segment_size(stage->bidder_count) +
           segment_size(stage->provider_count * sizeof(struct provider)) +
           segment_size(stage->reporter_count * sizeof(struct venues_state)) +
           segment_size(stage->reporter_count * sizeof(int64_t)) +
           segment_size(accounts * sizeof(uint64_t)) + segment_size(stage->keeper_count) +
           segment_size(OBSERVE_TARGETS * sizeof(struct observe_target)) +
           segment_size(scratch_count(stage) * sizeof(double)) +
           watch_aside_footprint(accounts, 1) + record_footprint(stage) +
           reorg_footprint(stage);
}

/* The twin's verdict waits behind the block: it is not part of the path. */
static size_t path_footprint(const struct stage *stage) {
    return segment_size(engine_footprint(&stage->terms)) +
           segment_size(node_footprint(stage)) + segment_size(outside_footprint(stage));
}

size_t world_footprint(const struct stage *stage) {
    return path_footprint(stage) + account_set_footprint(stage->account_count);
}

static void bind_agents(struct world *world, unsigned char **cursor) {
    const struct stage *stage = world->stage;
    const uint32_t accounts = stage->account_count;
    world->holder = segment_take(cursor, stage->trader_count * sizeof(struct holder));
    world->trader = segment_take(cursor, stage->trader_count * sizeof(struct trader));
    world->keeper = segment_take(cursor, stage->keeper_count * sizeof(struct keeper));
    world->maker = segment_take(cursor, sizeof(struct market_maker));
    world->stuffer = segment_take(cursor, stage->stuffer_count * sizeof(struct stuffer));
    world->bidder = segment_take(cursor, stage->bidder_count * sizeof(struct bidder));
    world->vault = segment_take(cursor, stage->vault_count * sizeof(struct vault));
    world->lot = segment_take(cursor, (size_t)stage->terms.english.room *
                                          sizeof(struct observe_lot));
    world->bidder_awake = segment_take(cursor, stage->bidder_count);
    world->provider =
        segment_take(cursor, stage->provider_count * sizeof(struct provider));
    world->venue =
        segment_take(cursor, stage->reporter_count * sizeof(struct venues_state));
    world->venue_price_uusd =
        segment_take(cursor, stage->reporter_count * sizeof(int64_t));
    world->occasion = segment_take(cursor, accounts * sizeof(uint64_t));
    world->awake = segment_take(cursor, stage->keeper_count);
    world->target = segment_take(cursor, OBSERVE_TARGETS * sizeof(struct observe_target));
    world->scratch = segment_take(cursor, scratch_count(stage) * sizeof(double));
}

void world_bind(struct world *world, const struct stage *stage, void *memory) {
    const uint32_t accounts = stage->account_count;
    unsigned char *cursor = memory;
    world->stage = stage;
    engine_bind(&world->engine, &stage->terms,
                segment_take(&cursor, engine_footprint(&stage->terms)));
    const uint32_t waiting = (uint32_t)stage->scenario.limits.mempool;
    mempool_bind(&world->mempool, waiting, accounts,
                 segment_take(&cursor, mempool_footprint(waiting, accounts)));
    world->chase = segment_take(&cursor, accounts * sizeof(struct chase));
    world->state = segment_take(&cursor, sizeof(struct world_state));
    ledger_bind(&world->purses, accounts,
                segment_take(&cursor, ledger_footprint(accounts)));
    ledger_bind(&world->unit_purses, accounts,
                segment_take(&cursor, ledger_footprint(accounts)));
    event_queue_bind(
        &world->queue, stage->event_capacity,
        event_queue_span_bits(EVENT_SPAN_SLOTS * stage->scenario.world.slot_ns),
        segment_take(&cursor, event_queue_footprint(stage->event_capacity)));
    bind_agents(world, &cursor);
    world->outside_view = world->engine.margin;
    world->outside_view.mark_price_uusd = world->state->outside_mark_uusd;
    watch_aside_bind(&world->outside, &world->engine.watch, &world->outside_view,
                     segment_take(&cursor, watch_aside_footprint(accounts, 1)));
    record_bind(&world->record, stage, segment_take(&cursor, record_footprint(stage)));
    reorg_bind(&world->reorg, stage, segment_take(&cursor, reorg_footprint(stage)));
    world->log = NULL;
}

void world_fail(struct world *world, enum outcome_status status) {
    if (world->state->status == OUTCOME_STATUS_COMPLETE) {
        world->state->status = status;
    }
}

void world_schedule(struct world *world, enum world_event kind, uint32_t subject,
                    int64_t time_ns, uint64_t data) {
    static const uint8_t priority[] = {
        [EVENT_SLOT] = PRIORITY_SLOT,
        [EVENT_SAMPLE] = PRIORITY_SAMPLE,
        [EVENT_ARRIVE_CHAIN] = PRIORITY_ARRIVAL,
        [EVENT_ARRIVE_OUTSIDE] = PRIORITY_ARRIVAL,
        [EVENT_ROUND] = PRIORITY_AGENT,
        [EVENT_AGENT] = PRIORITY_AGENT,
    };
    const struct event event = {.time_ns = time_ns,
                                .kind = kind,
                                .subject = subject,
                                .data = data,
                                .priority = priority[kind]};
    if (!event_queue_push(&world->queue, &event, NULL)) {
        world_fail(world, OUTCOME_STATUS_LIMIT);
    }
}

void world_reprice(struct world *world) {
    struct world_state *state = world->state;
    const double log_price = state->market.x + impact_log(&state->impact);
    int64_t mark = 0;
    if (market_price(world->stage->start_price_uusd, log_price,
                     &state->outside_price_uusd)) {
        mark = instrument_mark_uusd(&world->stage->terms.instrument[0],
                                    state->outside_price_uusd);
    }
    if (mark < MONEY_PRICE_MIN || mark > MONEY_PRICE_MAX) {
        world_fail(world, OUTCOME_STATUS_PRICE_RANGE);
        return;
    }
    state->outside_mark_uusd[0] = mark;
}

void world_look_outside(struct world *world) {
    watch_aside_look(&world->outside, &world->engine.changed);
}

static void start_metrics(struct world *world) {
    record_start(world);
    event_log_start(world);
    world_schedule(world, EVENT_SAMPLE, 0, world->state->now_ns, 0);
}

void world_init(struct world *world, uint64_t seed, uint64_t path, bool feedback_off) {
    const struct stage *stage = world->stage;
    const struct scenario *scenario = &stage->scenario;
    memset((void *)world->engine.core, 0, path_footprint(stage));
    struct world_state *state = world->state;
    state->seed = seed;
    state->path = path;
    state->feedback_off = feedback_off;
    state->now_ns = stage->begin_ns;
    state->base_fee_wei = scenario->weather.base_fee_wei;
    state->hedge_mark_uusd = stage->start_price_uusd;
    state->arbitrage_mark_uusd = stage->start_price_uusd;
    mempool_init(&world->mempool);
    event_queue_clear(&world->queue);
    market_init(&stage->market, &state->market, stage->begin_ns, seed, path);
    weather_init(&stage->weather, &state->weather, state->market.x, seed, path);
    impact_init(&state->impact, stage->begin_ns, state->market.x);
    for (uint32_t i = 0; i < stage->reporter_count; ++i) {
        venues_init(&world->venue[i], stage->begin_ns, seed, path,
                    wake_owner(world, AGENT_REPORTER, i));
    }
    genesis_build(world);
    world_reprice(world);
    world_schedule(world, EVENT_SLOT, 0, stage->begin_ns + scenario->world.slot_ns, 0);
    wake_first(world);
    world_look_outside(world);
    if (stage->begin_ns == stage->start_ns) { /* no warm-up: no slot begins the metrics */
        start_metrics(world);
    }
}

static void handle_slot(struct world *world) {
    const struct stage *stage = world->stage;
    struct world_state *state = world->state;
    struct weather_block block;
    const int64_t now_ns = state->now_ns;
    /* First of all: it takes the place at the front of the queue that it has just left. */
    world_schedule(world, EVENT_SLOT, 0, now_ns + stage->scenario.world.slot_ns, 0);
    state->slot += 1;
    market_step(&stage->market, &state->market, now_ns);
    impact_advance(world_impact(world), &state->impact, now_ns);
    impact_follow(world_impact(world), &state->impact, state->market.x);
    world_reprice(world);
    weather_step(&stage->weather, &state->weather, now_ns, state->market.x, &block);
    state->base_fee_wei = block.base_fee_wei;
    if (state->status != OUTCOME_STATUS_COMPLETE) {
        return;
    }
    const bool missed = (block.flags & WEATHER_MISSED) != 0;
    reorg_slot(world, &block);
    if (!missed) {
        node_block(world, &block);
    }
    world_look_outside(world);
    if (now_ns == stage->start_ns) {
        start_metrics(world);
    }
    record_slot(world);
    event_log_slot(world, missed);
    wake_keepers(world);
    lots_wake(world);
    account_set_clear(&world->engine.changed);
}

/* Cash from the bridge becomes an ordinary deposit, with the maker's fee; the pool's is
   the maker's to send. */
static void arrive_chain(struct world *world, uint32_t account, int64_t amount_uusd) {
    const struct market_maker_config *config = &world->stage->scenario.market_maker;
    const struct intent intent = {
        .kind = INTENT_SEND,
        .transaction = {.kind = TRANSACTION_DEPOSIT,
                        .account = account,
                        .amount = amount_uusd},
        .fee_wei = config->fee_wei,
        .gas = config->gas
    };
    const uint32_t sender = account == ACCOUNT_POOL ? world->stage->maker : account;
    node_send(world, sender, &intent, NODE_TAG_BRIDGE);
}

static void handle(struct world *world, const struct event *event) {
    world->state->now_ns = event->time_ns;
    switch ((enum world_event)event->kind) {
    case EVENT_SLOT:
        handle_slot(world);
        break;
    case EVENT_SAMPLE:
        record_sample(world);
        world_schedule(world, EVENT_SAMPLE, 0,
                       event->time_ns + world->stage->scenario.world.sample_ns, 0);
        break;
    case EVENT_ARRIVE_CHAIN:
        arrive_chain(world, event->subject, (int64_t)event->data);
        break;
    case EVENT_ARRIVE_OUTSIDE:
        purse_arrived(world, event->subject, (int64_t)event->data);
        break;
    case EVENT_ROUND:
        wake_round(world);
        break;
    case EVENT_AGENT:
        wake_agent(world, event->subject);
        break;
    }
}

void world_advance(struct world *world, int64_t until_ns) {
    struct event event;
    while (world->state->status == OUTCOME_STATUS_COMPLETE &&
           event_queue_peek(&world->queue, &event) && event.time_ns <= until_ns) {
        event_queue_pop(&world->queue, &event);
        handle(world, &event);
    }
}

void world_clone(const struct world *world, struct world *copy, void *memory) {
    memcpy(memory, world->engine.core, path_footprint(world->stage));
    world_bind(copy, world->stage, memory);
}

void world_rekey(struct world *world, uint64_t branch) {
    struct world_state *state = world->state;
    state->branch = branch;
    market_rekey(&state->market, branch);
    weather_rekey(&state->weather, branch);
    for (uint32_t i = 0; i < world->stage->reporter_count; ++i) {
        venues_rekey(&world->venue[i], branch);
    }
}

void world_outcome(struct world *world, struct outcome *outcome) {
    const struct engine_core *core = world->engine.core;
    memset(outcome, 0, sizeof *outcome);
    outcome->path = world->state->path;
    outcome->log_head[0] = core->log.lane[0];
    outcome->log_head[1] = core->log.lane[1];
    event_log_end(world);
    record_finish(world, outcome);
    if (world->state->status == OUTCOME_STATUS_COMPLETE) {
        wide residual = wind_down(world);
        residual += record_residual(world);
        outcome->value[OUTCOME_IDENTITY_RESIDUAL].integer =
            residual > INT64_MAX ? INT64_MAX : (int64_t)residual;
        outcome->missing &= ~(UINT64_C(1) << OUTCOME_IDENTITY_RESIDUAL);
        if (residual != 0) {
            world_fail(world, OUTCOME_STATUS_INVARIANT);
        }
    }
    outcome->status = world->state->status;
    if (outcome->status != OUTCOME_STATUS_COMPLETE) {
        /* What a path that stopped on the way has seen is no outcome. */
        outcome->missing = (UINT64_C(1) << OUTCOME_FIELD_COUNT) - 1;
        memset(outcome->value, 0, sizeof outcome->value);
    }
}

static void run(struct world *world, uint64_t seed, uint64_t path, bool feedback_off) {
    world_init(world, seed, path, feedback_off);
    world_advance(world, world->stage->end_ns);
}

/* Runs the path without feedback and keeps who was liquidated behind the block. */
static int64_t run_twin(struct world *world, struct account_set *liquidated,
                        uint64_t seed, uint64_t path) {
    const struct account_set *own = &world->record.liquidated;
    run(world, seed, path, true);
    for (uint32_t account = 0; account < own->account_count; ++account) {
        account_set_remove(liquidated, account);
        if (account_set_has(own, account)) {
            account_set_add(liquidated, account);
        }
    }
    return record_bad_debt_uusd(world);
}

/* Who looks at a path, and sees none of its twin; NULL: nobody. */
struct onlookers {
    struct event_log *log;
    struct samples *samples;
};

static void run_seen(struct world *world, uint64_t seed, uint64_t path,
                     const struct onlookers *onlookers) {
    world->log = onlookers->log;
    if (onlookers->samples == NULL) {
        run(world, seed, path, false);
        return;
    }
    world_init(world, seed, path, false);
    samples_run(world, onlookers->samples);
}

static void run_path(void *memory, const struct stage *stage, uint64_t seed,
                     uint64_t path, const struct onlookers *onlookers,
                     struct outcome *outcome) {
    struct world world;
    world_bind(&world, stage, memory);
    if (!stage->scenario.world.twin) {
        run_seen(&world, seed, path, onlookers);
        world_outcome(&world, outcome);
        return;
    }
    struct account_set liquidated;
    void *behind = (unsigned char *)memory + path_footprint(stage);
    memset(behind, 0, account_set_footprint(stage->account_count));
    account_set_bind(&liquidated, stage->account_count, behind);
    const int64_t bad_debt_uusd = run_twin(&world, &liquidated, seed, path);
    const uint64_t twin_status = world.state->status;
    run_seen(&world, seed, path, onlookers);
    struct record_totals *totals = world.record.totals;
    for (uint32_t account = 0; account < stage->account_count; ++account) {
        totals->twin_missed += account_set_has(&world.record.liquidated, account) &&
                               !account_set_has(&liquidated, account);
    }
    totals->twin = 1;
    totals->twin_bad_debt_uusd = bad_debt_uusd;
    world_fail(&world, (enum outcome_status)twin_status);
    world_outcome(&world, outcome);
}

void world_run_path(void *memory, const struct stage *stage, uint64_t seed, uint64_t path,
                    struct outcome *outcome) {
    run_path(memory, stage, seed, path, &(struct onlookers){NULL, NULL}, outcome);
}

void world_replay_path(void *memory, const struct stage *stage, uint64_t seed,
                       uint64_t path, struct event_log *log, struct outcome *outcome) {
    run_path(memory, stage, seed, path, &(struct onlookers){log, NULL}, outcome);
}

void world_sample_path(void *memory, const struct stage *stage, uint64_t seed,
                       uint64_t path, struct samples *samples, struct outcome *outcome) {
    run_path(memory, stage, seed, path, &(struct onlookers){NULL, samples}, outcome);
    if (outcome->status != OUTCOME_STATUS_COMPLETE) { /* the twin may be what failed */
        samples_none(samples);
    }
}
