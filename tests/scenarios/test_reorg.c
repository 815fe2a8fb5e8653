/* Forks: a chain that takes blocks back is the chain that never had them. */
#include "engine/state_root.h"
#include "scenarios/purse.h"
#include "tests/support/world_lab.h"

/* The crash hours with a fork every few minutes, and many slots without a block, so that
   what a fork leaves behind can be seen before the next block. */
static const char *const storm[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=5h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "fund.deposit=20k USD",
                                    "traders.look_mean=5min",
                                    "traders.withdraw_chance=20%",
                                    "collateral.share=30%",
                                    "settlement.finality=2min",
                                    "settlement.withdrawal_gate=2",
                                    "market_maker.settle=5k USD",
                                    "market_maker.capital=300k USD",
                                    "weather.missed_slots=25%",
                                    "weather.reorg_rate=300",
                                    "weather.reorg_depth_most=6",
                                    "pool.hedge_delay=3",
                                    NULL};

enum { PATHS = 3, SLOT_ROWS = 8192, JOURNAL = 4096, JOURNAL_ROWS = 65536 };
#define SLOT_NS (12 * SECOND_NS)

/* The canonical chain: headers, transactions, and the root behind each block. */
struct journal {
    uint64_t blocks, transactions;
    struct block_header header[JOURNAL];
    uint64_t end[JOURNAL]; /* of the block's transactions */
    unsigned char root[JOURNAL][STATE_ROOT_SIZE];
    struct transaction transaction[JOURNAL_ROWS];
};

/* What happened on the way, to show that the tests saw it. */
struct seen {
    uint64_t forks, depth[WEATHER_REORG_DEPTH + 1];
    uint64_t orphan[TRANSACTION_KIND_COUNT], refused, released, looked;
};

struct follower {
    struct lab lab;
    struct event_log log;
    struct event_row *row;
    void *before; /* a copy of the path before the slot in which the fork at hand began */
    void *last;   /* before this slot */
    struct world copy;
    struct journal *journal;
    struct seen seen;
};

static void follower_open(struct follower *follower, uint64_t path) {
    struct lab *lab = &follower->lab;
    lab_open(lab, "black-thursday", storm);
    follower->row = check_memory(SLOT_ROWS * sizeof *follower->row);
    follower->before = check_memory(lab->size);
    follower->last = check_memory(lab->size);
    follower->journal = check_memory(sizeof *follower->journal);
    memset(&follower->seen, 0, sizeof follower->seen);
    follower->journal->blocks = follower->journal->transactions = 0;
    event_log_init(&follower->log, follower->row, SLOT_ROWS, HOUR_NS);
    world_init(&lab->world, 11, path, false);
    lab->world.log = &follower->log;
}

static void follower_close(struct follower *follower) {
    free(follower->row);
    free(follower->before);
    free(follower->last);
    free(follower->journal);
    lab_close(&follower->lab);
}

static void journal_add(struct journal *journal, const struct engine *engine) {
    check_true("room for the block", journal->blocks < JOURNAL);
    journal->header[journal->blocks] = engine->core->block;
    journal->end[journal->blocks] = journal->transactions;
    state_root(engine, journal->root[journal->blocks]);
    journal->blocks += 1;
}

/* Forgets what a row says was taken back, or notes what was included. */
static void follow_row(struct follower *follower, const struct event_row *row) {
    struct journal *journal = follower->journal;
    if (row->kind == EVENT_LOG_REORG) {
        const uint64_t depth = (uint64_t)row->amount;
        check_true("a depth", depth >= 1 && depth <= WEATHER_REORG_DEPTH);
        journal->blocks -= depth;
        journal->transactions =
            journal->blocks == 0 ? 0 : journal->end[journal->blocks - 1];
        follower->seen.forks += 1;
        follower->seen.depth[depth] += 1;
        check_u64("the last block that stays", row->block,
                  journal->header[journal->blocks - 1].number);
    } else if (row->kind == EVENT_LOG_TRANSACTION) {
        check_true("room for the transaction", journal->transactions < JOURNAL_ROWS);
        journal->transaction[journal->transactions++] = row->transaction;
    }
}

static void count_orphans(struct follower *follower) {
    const struct world *world = &follower->lab.world;
    for (uint64_t i = 0; i < world->state->reorg.included; ++i) {
        const struct reorg_orphan *orphan = &world->reorg.orphan[i];
        follower->seen.orphan[orphan->entry.transaction.kind] += orphan->done;
        follower->seen.refused += orphan->done == 0;
    }
    follower->seen.released += world->state->reorg.released;
}

/* Nobody but the maker does anything outside besides gas, deposits and withdrawals, so that
   all purses are what they were before the fork. */
static void look_at_purses(struct follower *follower) {
    const struct world *world = &follower->lab.world;
    const struct world *before = &follower->copy;
    for (uint32_t account = OUTSIDE_ENDOWMENT; account < world->stage->account_count;
         ++account) {
        const bool hedged = account == OUTSIDE_MARKET || account == world->stage->maker ||
                            account == OUTSIDE_TRANSIT;
        if (!hedged) {
            check_i64("cash", world->purses.balance_micro[account],
                      before->purses.balance_micro[account]);
        }
        check_i64("units", world->unit_purses.balance_micro[account],
                  before->unit_purses.balance_micro[account]);
    }
}

/* A sender's orphans lead its queue, in the order in which they were included. */
static void look_at_nonces(const struct world *world) {
    const struct mempool *mempool = &world->mempool;
    check_true("the mempool is in order", mempool_audit(mempool));
    for (uint32_t sender = 0; sender < mempool->sender_count; ++sender) {
        uint32_t at = mempool->first[sender];
        for (uint64_t i = 0; i < world->state->reorg.included; ++i) {
            const struct mempool_entry *orphan = &world->reorg.orphan[i].entry;
            if (orphan->sender != sender || at == 0) {
                continue;
            }
            const struct mempool_entry *waiting = &mempool->entry[at - 1];
            const bool deposit = orphan->transaction.kind == TRANSACTION_DEPOSIT;
            const bool same = waiting->arrival_ns == orphan->arrival_ns &&
                              memcmp(&waiting->transaction, &orphan->transaction,
                                     sizeof waiting->transaction) == 0;
            check_true("in front, in order", same || deposit);
            at = same ? waiting->next : at;
        }
    }
}

/* Advances one slot and follows it. */
static void follow_slot(struct follower *follower, int64_t now_ns) {
    struct world *world = &follower->lab.world;
    const uint64_t forks = world->state->reorg.count;
    const bool forked = world->state->reorg.end_ns != 0;
    memcpy(follower->last, follower->lab.memory, follower->lab.size);
    follower->log.count = 0;
    world_advance(world, now_ns);
    check_u64("status", world->state->status, OUTCOME_STATUS_COMPLETE);
    check_true("room for the rows", follower->log.count < SLOT_ROWS);
    check_true("the chain adds up", engine_residual(&world->engine) == 0);
    check_true("the outside adds up", purse_residual(world) == 0);
    for (uint64_t i = 0; i < follower->log.count; ++i) {
        follow_row(follower, &follower->row[i]);
    }
    const bool block = world->engine.core->block.time_ns == now_ns;
    if (block) {
        journal_add(follower->journal, &world->engine);
    }
    if (forked && world->state->reorg.end_ns == 0) {
        count_orphans(follower);
    }
    if (!block && world->state->reorg.count > forks) {
        look_at_purses(follower);
        look_at_nonces(world);
        follower->seen.looked += 1;
    }
    const bool began =
        world->state->reorg.end_ns != 0 && (!forked || world->state->reorg.count > forks);
    if (began) {
        void *memory = follower->before;
        follower->before = follower->last;
        follower->last = memory;
        world_bind(&follower->copy, follower->lab.stage, follower->before);
    }
}

static void follow(struct follower *follower) {
    const struct stage *stage = follower->lab.stage;
    for (int64_t now_ns = stage->begin_ns + SLOT_NS; now_ns <= stage->end_ns;
         now_ns += SLOT_NS) {
        follow_slot(follower, now_ns);
    }
}

/* Applies the journal to an engine that has seen the genesis block only; returns how many
   blocks have the root that was noted. */
static uint64_t replay(const struct follower *follower, uint64_t path,
                       uint64_t left_out) {
    const struct journal *journal = follower->journal;
    struct lab fresh;
    uint64_t same = 0, next = 0;
    unsigned char root[STATE_ROOT_SIZE];
    lab_open(&fresh, "black-thursday", storm);
    world_init(&fresh.world, 11, path, false);
    for (uint64_t i = 0; i < journal->blocks; ++i) {
        engine_begin_block(&fresh.world.engine, &journal->header[i]);
        for (; next < journal->end[i]; ++next) {
            struct receipt receipt;
            if (next != left_out) {
                engine_apply(&fresh.world.engine, &journal->transaction[next], &receipt);
            }
        }
        state_root(&fresh.world.engine, root);
        same += memcmp(root, journal->root[i], sizeof root) == 0;
    }
    check_true("audit", engine_audit(&fresh.world.engine));
    lab_close(&fresh);
    return same;
}

static void add_seen(struct seen *all, const struct seen *seen) {
    all->forks += seen->forks;
    all->refused += seen->refused;
    all->released += seen->released;
    all->looked += seen->looked;
    for (int i = 0; i <= WEATHER_REORG_DEPTH; ++i) {
        all->depth[i] += seen->depth[i];
    }
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        all->orphan[i] += seen->orphan[i];
    }
}

static void the_canonical_chain_replayed_alone_has_the_same_roots(void **unused) {
    (void)unused;
    struct seen all = {0};
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct follower follower;
        struct outcome outcome;
        follower_open(&follower, path);
        follow(&follower);
        const uint64_t blocks = follower.journal->blocks;
        check_true("a chain", blocks > 800);
        check_u64("every block's root", replay(&follower, path, UINT64_MAX), blocks);
        check_true("the comparison can fail",
                   replay(&follower, path, follower.journal->transactions / 2) < blocks);
        world_outcome(&follower.lab.world, &outcome);
        check_u64("complete", outcome.status, OUTCOME_STATUS_COMPLETE);
        check_i64("forks are counted", lab_money(&outcome, OUTCOME_REORGANISATIONS),
                  (int64_t)follower.seen.forks);
        check_i64("nothing is lost", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
        add_seen(&all, &follower.seen);
        follower_close(&follower);
    }
    for (int depth = 1; depth <= WEATHER_REORG_DEPTH; ++depth) {
        check_true("each depth", all.depth[depth] > 0);
    }
    for (int kind = 0; kind < TRANSACTION_KIND_COUNT; ++kind) {
        check_true(transaction_kind_name((enum transaction_kind)kind),
                   all.orphan[kind] > 0);
    }
    check_true("some of everything",
               all.forks > 100 && all.refused > 0 && all.released > 0 && all.looked > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_chain_replayed_alone_has_the_same_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
