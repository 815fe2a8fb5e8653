#include "scenarios/reorg.h"

#include "engine/segment.h"
#include "scenarios/node.h"
#include "scenarios/purse.h"
#include "scenarios/stock.h"
#include "scenarios/wake.h"

#include <string.h>

static uint64_t orphans_most(const struct stage *stage) {
    const struct scenario *scenario = &stage->scenario;
    return (uint64_t)(scenario->limits.mempool * scenario->weather.reorg_depth_most);
}

static bool possible(const struct stage *stage) {
    return stage->scenario.weather.reorg_rate > 0;
}

size_t reorg_footprint(const struct stage *stage) {
    if (!possible(stage)) {
        return 0;
    }
    return segment_size(engine_footprint(&stage->terms)) +
           segment_size(record_chain_size(stage)) +
           segment_size(orphans_most(stage) * sizeof(struct reorg_orphan));
}

void reorg_bind(struct reorg *reorg, const struct stage *stage, void *memory) {
    unsigned char *cursor = memory;
    *reorg = (struct reorg){0};
    if (possible(stage)) {
        reorg->capacity = orphans_most(stage);
        reorg->chain = segment_take(&cursor, engine_footprint(&stage->terms));
        reorg->record = segment_take(&cursor, record_chain_size(stage));
        reorg->orphan =
            segment_take(&cursor, reorg->capacity * sizeof(struct reorg_orphan));
    }
}

static void begin(struct world *world, int64_t slots) {
    const struct stage *stage = world->stage;
    struct reorg_state *fork = &world->state->reorg;
    const int64_t end_ns = world->state->now_ns + slots * stage->scenario.world.slot_ns;
    if (world->state->now_ns <= stage->start_ns || end_ns > stage->end_ns) {
        return;
    }
    memcpy(world->reorg.chain, world->engine.core, engine_footprint(&stage->terms));
    memcpy(world->reorg.record, world->record.totals, record_chain_size(stage));
    *fork = (struct reorg_state){.end_ns = end_ns,
                                 .count = fork->count,
                                 .slots = slots,
                                 .flow_emitted_ubase = world->state->flow_emitted_ubase,
                                 .stock_won_ubase = world->state->stock_won_ubase,
                                 .gas_uusd = world->purses.balance_micro[OUTSIDE_GAS]};
    event_log_fork(world);
}

/* What was paid in doomed blocks had been accepted before them, because finality is longer
   than a fork: it leads the queue that has returned. */
static void take_back_released(struct world *world) {
    const struct escrow *escrow = &world->engine.escrow;
    const uint64_t released = world->state->reorg.released;
    assert(released <= escrow->state->count);
    for (uint64_t i = 0; i < released; ++i) {
        purse_take_back(world,
                        &escrow->entry[(escrow->state->head + i) % escrow->capacity]);
    }
}

static void end(struct world *world) {
    const struct stage *stage = world->stage;
    struct world_state *state = world->state;
    struct reorg_state *fork = &state->reorg;
    struct account_set *changed = &world->engine.changed;
    const struct reorg_orphan *orphan = world->reorg.orphan;
    memcpy(world->engine.core, world->reorg.chain, engine_footprint(&stage->terms));
    record_restore(world, world->reorg.record, fork->slots);
    state->flow_emitted_ubase = fork->flow_emitted_ubase;
    state->stock_won_ubase = fork->stock_won_ubase;
    take_back_released(world);
    for (uint64_t i = 0; i < fork->included; ++i) {
        node_take_back(world, &orphan[i]);
    }
    event_log_reorg(world, (int64_t)fork->blocks);
    for (uint64_t i = 0; i < fork->included; ++i) {
        event_log_entry(world, EVENT_LOG_ORPHANED, &orphan[i].entry);
    }
    for (uint64_t i = fork->included; i > 0; --i) {
        node_put_back(world, &orphan[i - 1]);
    }
    /* Who was what before the fork is for the watch at the outside price to find out. */
    for (uint32_t account = 0; account < stage->account_count; ++account) {
        account_set_add(changed, account);
    }
    if (engine_residual(&world->engine) != 0 || purse_residual(world) != 0 ||
        stock_residual(world) != 0 ||
        world->purses.balance_micro[OUTSIDE_GAS] != fork->gas_uusd) {
        world_fail(world, OUTCOME_STATUS_INVARIANT);
    }
    wake_sleepers(world); /* the fork may have given them back what they had lost */
    fork->end_ns = 0;
    fork->count += 1;
}

void reorg_slot(struct world *world, const struct weather_block *block) {
    struct reorg_state *fork = &world->state->reorg;
    if (fork->end_ns != 0 && world->state->now_ns >= fork->end_ns) {
        end(world);
    }
    if (block->fork_slots > 0) {
        assert(fork->end_ns == 0);
        begin(world, block->fork_slots);
    }
    if (fork->end_ns != 0) {
        fork->blocks += (block->flags & WEATHER_MISSED) == 0;
    }
}

void reorg_included(struct world *world, const struct mempool_entry *entry, bool done,
                    int64_t gas_uusd) {
    struct reorg_state *fork = &world->state->reorg;
    if (fork->end_ns == 0) {
        return;
    }
    assert(fork->included < world->reorg.capacity);
    world->reorg.orphan[fork->included] =
        (struct reorg_orphan){.entry = *entry, .gas_uusd = gas_uusd, .done = done};
    fork->included += 1;
}

void reorg_released(struct world *world, uint64_t count) {
    if (world->state->reorg.end_ns != 0) {
        world->state->reorg.released += count;
    }
}
