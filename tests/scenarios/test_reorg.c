/* Forks: a chain that takes blocks back is the chain that never had them. */
#include "engine/state_root.h"
#include "scenarios/node.h"
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

static const char *const sales[] = {"market.start=2020-03-12T09:00:00Z",
                                    "world.horizon=3h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "weather.missed_slots=25%",
                                    "weather.reorg_rate=400",
                                    NULL};
static const char *const vaults[] = {"market.start=2020-03-12T08:00:00Z",
                                     "world.horizon=6h",
                                     "vaults.count=150",
                                     "stuffer.on=on",
                                     "stuffer.bids=on",
                                     "settlement.finality=10min",
                                     "weather.missed_slots=25%",
                                     "weather.reorg_rate=300",
                                     NULL};

static const struct sample {
    const char *preset;
    const char *const *sets;
    uint64_t paths;
} samples[] = {
    {"black-thursday",    storm,  3},
    {"portfolio-auction", sales,  1},
    {"maker-2020",        vaults, 1},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

enum { SLOT_ROWS = 8192, JOURNAL = 4096, JOURNAL_ROWS = 65536 };
#define SLOT_NS (12 * SECOND_NS)

/* The canonical chain: headers, transactions, and the root behind each block. */
struct journal {
    uint64_t blocks, transactions;
    struct block_header header[JOURNAL];
    uint64_t end[JOURNAL]; /* of the block's transactions */
    unsigned char root[JOURNAL][STATE_ROOT_SIZE];
    struct transaction transaction[JOURNAL_ROWS];
    struct receipt receipt[JOURNAL_ROWS];
};

/* What happened on the way, to show that the tests saw it. */
struct seen {
    uint64_t forks, depth[WEATHER_REORG_DEPTH + 1];
    uint64_t orphan[TRANSACTION_KIND_COUNT], refused, released, looked;
    uint64_t pool_released;
};

struct follower {
    const struct sample *sample;
    uint64_t path;
    struct lab lab;
    struct event_log log;
    struct event_row *row;
    void *before; /* a copy of the path before the slot in which the fork at hand began */
    void *last;   /* before this slot */
    struct world copy;
    uint64_t orphans;     /* told by the log */
    int64_t arrived_uusd; /* from the chain, since that slot began */
    struct journal *journal;
    struct seen seen;
};

static void follower_open(struct follower *follower, const struct sample *sample,
                          uint64_t path) {
    struct lab *lab = &follower->lab;
    follower->sample = sample;
    follower->path = path;
    lab_open(lab, sample->preset, sample->sets);
    follower->row = check_memory(SLOT_ROWS * sizeof *follower->row);
    follower->before = check_memory(lab->size);
    follower->last = check_memory(lab->size);
    follower->journal = check_memory(sizeof *follower->journal);
    memset(&follower->seen, 0, sizeof follower->seen);
    follower->arrived_uusd = 0;
    follower->orphans = 0;
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
        journal->transaction[journal->transactions] = row->transaction;
        journal->receipt[journal->transactions++] = row->receipt;
    } else if (row->kind == EVENT_LOG_ORPHANED) {
        follower->orphans += 1;
    } else if (row->kind == EVENT_LOG_ARRIVED) {
        follower->arrived_uusd += row->amount;
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
    const struct escrow *escrow = &follower->copy.engine.escrow;
    for (uint64_t i = 0; i < world->state->reorg.released; ++i) {
        const uint64_t at = (escrow->state->head + i) % escrow->capacity;
        follower->seen.pool_released += escrow->entry[at].account == ACCOUNT_POOL;
    }
}

/* Bidders sell the units they have won. */
static bool sells_outside(const struct world *world, uint32_t account) {
    const struct stage *stage = world->stage;
    return account == OUTSIDE_SALES ||
           (account >= stage->stuffer && account < stage->vault);
}

/* Nobody but the maker and bidders does anything outside besides gas, deposits and
   withdrawals, so that all purses are what they were before the fork. */
static void look_at_purses(struct follower *follower) {
    const struct world *world = &follower->lab.world;
    const struct world *before = &follower->copy;
    check_i64("asked of the chain", world->state->asked_uusd,
              before->state->asked_uusd - follower->arrived_uusd);
    check_i64("flow", world->state->flow_emitted_ubase,
              before->state->flow_emitted_ubase);
    for (uint32_t account = OUTSIDE_ENDOWMENT; account < world->stage->account_count;
         ++account) {
        const bool hedged = account == OUTSIDE_MARKET || account == world->stage->maker ||
                            account == OUTSIDE_TRANSIT || sells_outside(world, account);
        if (!hedged) {
            check_i64("cash", world->purses.balance_micro[account],
                      before->purses.balance_micro[account]);
        }
        if (!sells_outside(world, account)) {
            check_i64("units", world->unit_purses.balance_micro[account],
                      before->unit_purses.balance_micro[account]);
        }
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

/* What has arrived in the slot at hand: its beginning is that of the copy. */
static int64_t arrived_in(const struct follower *follower) {
    int64_t sum = 0;
    for (uint64_t i = 0; i < follower->log.count; ++i) {
        const struct event_row *row = &follower->row[i];
        sum += row->kind == EVENT_LOG_ARRIVED ? row->amount : 0;
    }
    return sum;
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
    check_true("nothing arrives that was not sent",
               world->purses.balance_micro[OUTSIDE_TRANSIT] >= 0);
    for (uint64_t i = 0; i < follower->log.count; ++i) {
        follow_row(follower, &follower->row[i]);
    }
    const bool block = world->engine.core->block.time_ns == now_ns;
    if (block) {
        journal_add(follower->journal, &world->engine);
    }
    if (forked && world->state->reorg.end_ns == 0) {
        count_orphans(follower);
        check_u64("each orphan is told", follower->orphans, world->state->reorg.included);
    }
    follower->orphans = 0;
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
        follower->arrived_uusd = arrived_in(follower);
    }
}

/* More withdrawals of the pool's cash than its maker would ask for by itself. */
static void ask_pool(struct world *world) {
    const struct intent intent = {
        .transaction = {.kind = TRANSACTION_WITHDRAW,
                        .account = ACCOUNT_POOL,
                        .amount = 100 * USD},
        .fee_wei = INT64_C(300000000000),
        .gas = 150000
    };
    node_send(world, world->stage->maker, &intent, 0);
}

static void follow(struct follower *follower) {
    const struct stage *stage = follower->lab.stage;
    for (int64_t now_ns = stage->begin_ns + SLOT_NS; now_ns <= stage->end_ns;
         now_ns += SLOT_NS) {
        if (now_ns / SLOT_NS % 7 == 0) {
            ask_pool(&follower->lab.world);
        }
        follow_slot(follower, now_ns);
    }
}

/* Applies the journal to an engine that has seen the genesis block only; returns how many
   blocks have the root that was noted. */
static uint64_t replay(const struct follower *follower, uint64_t left_out) {
    const struct journal *journal = follower->journal;
    struct lab fresh;
    uint64_t same = 0, next = 0;
    unsigned char root[STATE_ROOT_SIZE];
    lab_open(&fresh, follower->sample->preset, follower->sample->sets);
    world_init(&fresh.world, 11, follower->path, false);
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
    all->pool_released += seen->pool_released;
    for (int i = 0; i <= WEATHER_REORG_DEPTH; ++i) {
        all->depth[i] += seen->depth[i];
    }
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        all->orphan[i] += seen->orphan[i];
    }
}

/* The outcome counts the canonical chain only: what its receipts add up to since the start
   of the metrics. */
static void compare_counts(const struct follower *follower,
                           const struct outcome *outcome) {
    const struct journal *journal = follower->journal;
    const int64_t start_ns = follower->lab.stage->start_ns;
    int64_t shortfall = 0, fund = 0, socialised = 0, pool = 0, slippage = 0;
    uint64_t next = 0;
    for (uint64_t block = 0; block < journal->blocks; ++block) {
        for (; next < journal->end[block]; ++next) {
            const struct receipt *receipt = &journal->receipt[next];
            const struct transaction *transaction = &journal->transaction[next];
            if (journal->header[block].time_ns > start_ns &&
                transaction->kind == TRANSACTION_LIQUIDATE) {
                shortfall += receipt->shortfall_uusd;
                fund += receipt->fund_paid_uusd;
                socialised += receipt->socialised_uusd;
                pool += receipt->pool_absorbed_uusd;
                slippage += receipt->slippage_uusd;
            }
        }
    }
    check_i64("bad debt", lab_money(outcome, OUTCOME_BAD_DEBT),
              shortfall + lab_money(outcome, OUTCOME_SHORTFALL_OPEN));
    check_i64("fund", lab_money(outcome, OUTCOME_FUND_DRAW), fund);
    check_i64("socialised", lab_money(outcome, OUTCOME_SOCIALISED_LOSS), socialised);
    check_i64("pool", lab_money(outcome, OUTCOME_POOL_ABSORBED), pool);
    check_close("slippage",
                outcome->value[OUTCOME_SLIPPAGE_RATE].real *
                    (double)lab_money(outcome, OUTCOME_LIQUIDATED_NOTIONAL),
                (double)slippage, 1e-9 * (double)slippage);
    check_true("losses", shortfall > 0 && slippage > 0);
}

/* The history that a log ends with is that of the canonical chain. */
static void compare_history(const struct follower *follower) {
    const struct journal *journal = follower->journal;
    struct digest digest;
    unsigned char head[DIGEST_SIZE];
    const struct event_row *last = NULL;
    uint64_t next = 0;
    digest_init(&digest);
    for (uint64_t block = 0; block < journal->blocks; ++block) {
        for (; next < journal->end[block]; ++next) {
            const struct transaction *t = &journal->transaction[next];
            const uint32_t half[] = {t->kind, t->account, t->target, t->instrument};
            const int64_t word[] = {t->amount, t->price_uusd, t->time_ns};
            digest_u64(&digest, journal->header[block].number);
            for (size_t k = 0; k < 4; ++k) {
                digest_u32(&digest, half[k]);
            }
            digest_update(&digest, word, sizeof word); /* this machine is little-endian */
            digest_update(&digest, &journal->receipt[next], sizeof journal->receipt[0]);
        }
    }
    digest_final(&digest, head);
    for (uint64_t i = 0; i < follower->log.count; ++i) {
        last = follower->row[i].kind == EVENT_LOG_ROOT ? &follower->row[i] : last;
    }
    assert_non_null(last);
    if (last != NULL) {
        check_bytes("history", head, last->history, sizeof head);
    }
}

/* Follows one path and compares; what was seen on it is added. */
static void check_path(const struct sample *sample, uint64_t path, struct seen *all) {
    struct follower follower;
    struct outcome outcome;
    follower_open(&follower, sample, path);
    follow(&follower);
    const uint64_t blocks = follower.journal->blocks;
    check_true("a chain", blocks > 500);
    check_u64("every block's root", replay(&follower, UINT64_MAX), blocks);
    check_true("the comparison can fail",
               replay(&follower, follower.journal->transactions / 2) < blocks);
    world_outcome(&follower.lab.world, &outcome);
    check_u64("complete", outcome.status, OUTCOME_STATUS_COMPLETE);
    check_i64("forks are counted", lab_money(&outcome, OUTCOME_REORGANISATIONS),
              (int64_t)follower.seen.forks);
    check_i64("nothing is lost", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
    compare_history(&follower);
    if (sample->sets == storm) {
        compare_counts(&follower, &outcome);
    }
    add_seen(all, &follower.seen);
    follower_close(&follower);
}

static void the_canonical_chain_replayed_alone_has_the_same_roots(void **unused) {
    (void)unused;
    struct seen all = {0};
    for (size_t s = 0; s < SAMPLES; ++s) {
        for (uint64_t path = 0; path < samples[s].paths; ++path) {
            check_path(&samples[s], path, &all);
        }
    }
    for (int depth = 1; depth <= WEATHER_REORG_DEPTH; ++depth) {
        check_true("each depth", all.depth[depth] > 0);
    }
    /* Nobody buys into the pool, or leaves it, in these samples. */
    for (int kind = 0; kind < TRANSACTION_STAKE; ++kind) {
        check_true(transaction_kind_name((enum transaction_kind)kind),
                   all.orphan[kind] > 0);
    }
    check_true("some of everything",
               all.forks > 100 && all.refused > 0 && all.released > 0 && all.looked > 20);
    check_true("cash on its way is called back", all.pool_released > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_chain_replayed_alone_has_the_same_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
