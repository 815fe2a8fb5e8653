#include "scenarios/event_log.h"

#include "engine/state_root.h"
#include "scenarios/world.h"

#include <string.h>

#define PRICE_STEP_PPM INT64_C(10000) /* a move that gets its row */

void event_log_init(struct event_log *log, struct event_row *row, uint64_t capacity,
                    int64_t root_every_ns) {
    memset(log, 0, sizeof *log);
    log->row = row;
    log->capacity = capacity;
    log->root_every_ns = root_every_ns;
    digest_init(&log->history);
}

/* The world as it stands, with nothing said yet. */
static struct event_row row_of(const struct world *world, enum event_log_kind kind) {
    const struct world_state *state = world->state;
    return (struct event_row){
        .time_ns = state->now_ns,
        .block = world->engine.core->block.number,
        .kind = kind,
        .outside_uusd = state->outside_price_uusd,
        .index_uusd = world->engine.portfolio.market[0].index_price_uusd,
        .base_fee_wei = state->base_fee_wei,
        .fund_uusd = world->engine.ledger.balance_micro[ACCOUNT_FUND],
        .bad_debt_uusd = world->record.totals->shortfall_uusd};
}

static void add(struct event_log *log, const struct event_row *row) {
    if (log->count < log->capacity) {
        log->row[log->count] = *row;
    }
    log->count += 1;
}

void event_log_note(struct world *world, enum event_log_kind kind, uint32_t account,
                    int64_t amount) {
    if (world->log == NULL) {
        return;
    }
    struct event_row row = row_of(world, kind);
    row.account = account;
    row.amount = amount;
    add(world->log, &row);
}

static struct event_row row_of_entry(const struct world *world, enum event_log_kind kind,
                                     const struct mempool_entry *entry) {
    struct event_row row = row_of(world, kind);
    row.account = entry->sender;
    row.amount = entry->transaction.amount;
    row.fee_wei = entry->fee_wei;
    row.waited_ns = world->state->now_ns - entry->arrival_ns;
    row.transaction = entry->transaction;
    return row;
}

void event_log_entry(struct world *world, enum event_log_kind kind,
                     const struct mempool_entry *entry) {
    if (world->log != NULL) {
        const struct event_row row = row_of_entry(world, kind, entry);
        add(world->log, &row);
    }
}

_Static_assert(sizeof(struct receipt) % sizeof(uint64_t) == 0, "words of 64 bits");

/* Number by number: kind, account, target, instrument, amount, price, time, and all of the
   receipt, whose every field is a word of 64 bits. */
static void chain(struct digest *history, const struct event_row *row) {
    const struct transaction *transaction = &row->transaction;
    uint64_t word[sizeof row->receipt / sizeof(uint64_t)];
    memcpy(word, &row->receipt, sizeof word);
    digest_u64(history, row->block);
    digest_u32(history, transaction->kind);
    digest_u32(history, transaction->account);
    digest_u32(history, transaction->target);
    digest_u32(history, transaction->instrument);
    digest_u64(history, (uint64_t)transaction->amount);
    digest_u64(history, (uint64_t)transaction->price_uusd);
    digest_u64(history, (uint64_t)transaction->time_ns);
    for (size_t i = 0; i < sizeof word / sizeof *word; ++i) {
        digest_u64(history, word[i]);
    }
}

void event_log_transaction(struct world *world, const struct mempool_entry *entry,
                           const struct receipt *receipt) {
    if (world->log == NULL) {
        return;
    }
    struct event_row row = row_of_entry(world, EVENT_LOG_TRANSACTION, entry);
    row.receipt = *receipt;
    chain(&world->log->history, &row);
    add(world->log, &row);
}

static void add_root(struct world *world) {
    struct event_log *log = world->log;
    struct event_row row = row_of(world, EVENT_LOG_ROOT);
    struct digest history = log->history; /* goes on behind this head */
    state_root(&world->engine, row.root);
    digest_final(&history, row.history);
    add(log, &row);
    log->root_ns = row.time_ns;
}

void event_log_start(struct world *world) {
    struct event_log *log = world->log;
    if (log == NULL) {
        return;
    }
    const int64_t price = world->state->outside_price_uusd;
    const int64_t now_ns = world->state->now_ns;
    log->started = true;
    log->extremes = (struct event_extremes){
        .low_uusd = price, .low_ns = now_ns, .high_uusd = price, .high_ns = now_ns};
    event_log_note(world, EVENT_LOG_START, 0, world->record.totals->opening_uusd);
    add_root(world);
}

void event_log_fork(struct world *world) {
    if (world->log != NULL) {
        world->log->fork_history = world->log->history;
    }
}

void event_log_reorg(struct world *world, int64_t blocks) {
    struct event_log *log = world->log;
    if (log == NULL) {
        return;
    }
    log->history = log->fork_history;
    log->depleted = log->depleted && world->record.totals->fund_depletion_ns >= 0;
    event_log_note(world, EVENT_LOG_REORG, 0, blocks);
}

static void follow_extremes(const struct world *world, struct event_extremes *extremes) {
    const struct world_state *state = world->state;
    const int64_t index = world->engine.portfolio.market[0].index_price_uusd;
    const int64_t gap = money_narrow(money_divide_ceil(
        (wide)money_magnitude(index - state->outside_price_uusd) * MONEY_ONE,
        state->outside_price_uusd));
    if (state->outside_price_uusd < extremes->low_uusd) {
        extremes->low_uusd = state->outside_price_uusd;
        extremes->low_ns = state->now_ns;
    }
    if (state->outside_price_uusd > extremes->high_uusd) {
        extremes->high_uusd = state->outside_price_uusd;
        extremes->high_ns = state->now_ns;
    }
    if (state->base_fee_wei > extremes->gas_wei) {
        extremes->gas_wei = state->base_fee_wei;
        extremes->gas_ns = state->now_ns;
    }
    if (gap > extremes->gap_ppm) {
        extremes->gap_ppm = gap;
        extremes->gap_ns = state->now_ns;
    }
}

/* Waiting times grow by one slot at a time, so each entry passes the limit once. */
static void add_stuck(struct world *world) {
    const struct stage *stage = world->stage;
    const int64_t slot_ns = stage->scenario.world.slot_ns;
    for (uint32_t i = 0; i < world->mempool.capacity; ++i) {
        const struct mempool_entry *entry = &world->mempool.entry[i];
        const int64_t over_ns =
            world->state->now_ns - entry->arrival_ns - RECORD_EXCLUDED_BLOCKS * slot_ns;
        if (entry->sequence != 0 && entry->sender >= stage->keeper &&
            entry->sender < stage->keeper + stage->keeper_count && over_ns > 0 &&
            over_ns <= slot_ns) {
            event_log_entry(world, EVENT_LOG_STUCK, entry);
        }
    }
}

static void follow_weather(struct world *world) {
    struct event_log *log = world->log;
    const int64_t price = world->state->outside_price_uusd;
    const int64_t fee = world->state->base_fee_wei;
    const wide moved = (wide)money_magnitude(price - log->price_uusd) * MONEY_ONE;
    if (log->price_uusd == 0 || moved >= (wide)log->price_uusd * PRICE_STEP_PPM) {
        event_log_note(world, EVENT_LOG_PRICE, 0, 0);
        log->price_uusd = price;
    }
    if (log->fee_wei == 0 || (wide)fee >= (wide)log->fee_wei * 2 ||
        (wide)fee * 2 <= (wide)log->fee_wei) {
        event_log_note(world, EVENT_LOG_GAS, 0, 0);
        log->fee_wei = fee;
    }
}

static void follow_gates(struct world *world) {
    struct event_log *log = world->log;
    const struct engine_core *core = world->engine.core;
    const bool gated = core->block.number < core->gated_until;
    if (!log->depleted && world->record.totals->fund_depletion_ns >= 0 && log->started) {
        event_log_note(world, EVENT_LOG_DEPLETED, ACCOUNT_FUND, 0);
        log->depleted = true;
    }
    if (gated != log->gated) {
        event_log_note(world, gated ? EVENT_LOG_GATED : EVENT_LOG_OPENED, 0, 0);
        log->gated = gated;
    }
}

void event_log_slot(struct world *world, bool missed) {
    struct event_log *log = world->log;
    if (log == NULL) {
        return;
    }
    if (missed) {
        event_log_note(world, EVENT_LOG_MISSED, 0, 0);
    }
    follow_weather(world);
    add_stuck(world);
    follow_gates(world);
    if (!log->started) {
        return;
    }
    follow_extremes(world, &log->extremes);
    const int64_t shortfall = world->record.totals->shortfall_uusd;
    if (shortfall != log->shortfall_uusd ||
        world->state->now_ns - log->root_ns >= log->root_every_ns) {
        add_root(world);
        log->shortfall_uusd = shortfall;
    }
}

void event_log_end(struct world *world) {
    if (world->log == NULL) {
        return;
    }
    const uint64_t status = world->state->status;
    add_root(world);
    event_log_note(world,
                   status == OUTCOME_STATUS_COMPLETE ? EVENT_LOG_END : EVENT_LOG_FAILED,
                   0, 0);
    world->log = NULL; /* what is wound down is no part of the story */
}

#define EVENT_NAME(identifier, name, meaning)    name,
#define EVENT_MEANING(identifier, name, meaning) meaning,

const char *event_log_kind_name(enum event_log_kind kind) {
    static const char *const names[] = {EVENT_KINDS(EVENT_NAME)};
    assert(kind < EVENT_LOG_KIND_COUNT);
    return names[kind];
}

const char *event_log_kind_meaning(enum event_log_kind kind) {
    static const char *const meanings[] = {EVENT_KINDS(EVENT_MEANING)};
    assert(kind < EVENT_LOG_KIND_COUNT);
    return meanings[kind];
}
