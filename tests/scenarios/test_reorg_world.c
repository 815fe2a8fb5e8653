/* Forks and everything that holds of any path: residuals, copies, the watch, the limits. */
#include "engine/segment.h"
#include "scenarios/purse.h"
#include "tests/support/world_lab.h"

static const char *const storm[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=4h",
                                    "population.accounts=120",
                                    "population.owners=100",
                                    "population.near_margin_share=20%",
                                    "fund.deposit=20k USD",
                                    "traders.look_mean=10min",
                                    "traders.withdraw_chance=20%",
                                    "collateral.share=30%",
                                    "settlement.finality=2min",
                                    "settlement.withdrawal_gate=2",
                                    "market_maker.settle=5k USD",
                                    "market_maker.capital=300k USD",
                                    "weather.reorg_rate=300",
                                    "pool.hedge_delay=3",
                                    NULL};
static const char *const stairs[] = {"world.horizon=4h",        "market.stair_fall=4%",
                                     "population.accounts=100", "population.owners=80",
                                     "fund.deposit=50k USD",    "weather.reorg_rate=1000",
                                     "weather.outage_rate=20",  "world.warm_up=0s",
                                     "performance.audit=block", NULL};
static const char *const gap[] = {"population.accounts=100", "population.owners=100",
                                  "keepers.capital=100 USD", "limits.mempool=64",
                                  "weather.reorg_rate=500",  "world.refused_gas=0%",
                                  "world.twin=on",           NULL};

static const char *const sales[] = {"market.start=2020-03-12T09:00:00Z",
                                    "world.horizon=3h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "weather.reorg_rate=400",
                                    NULL};
static const char *const vaults[] = {"market.start=2020-03-12T08:00:00Z",
                                     "world.horizon=6h",
                                     "vaults.count=150",
                                     "stuffer.on=on",
                                     "stuffer.bids=on",
                                     "settlement.finality=10min",
                                     "weather.reorg_rate=300",
                                     NULL};

static const struct sample {
    const char *preset;
    const char *const *sets;
} samples[] = {
    {"black-thursday",    storm },
    {"staircase-down",    stairs},
    {"single-gap",        gap   },
    {"portfolio-auction", sales },
    {"maker-2020",        vaults},
};
enum { SAMPLES = sizeof samples / sizeof samples[0], SETS = 24 };

/* The settings with one more. */
static void lab_open_with(struct lab *lab, const struct sample *sample,
                          const char *further) {
    const char *sets[SETS] = {NULL};
    size_t count = 0;
    for (; sample->sets[count] != NULL; ++count) {
        sets[count] = sample->sets[count];
    }
    check_true("room for the settings", count + 2 < SETS);
    sets[count] = further;
    lab_open(lab, sample->preset, sets);
}

static void nothing_is_lost_on_many_paths(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        int64_t forks = 0;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        for (uint64_t path = 0; path < 12; ++path) {
            const struct outcome outcome = lab_run(&lab, 3, path);
            check_i64("residual", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
            forks += lab_money(&outcome, OUTCOME_REORGANISATIONS);
        }
        check_true("forks", forks > 12 * 5);
        lab_close(&lab);
    }
}

static void the_watch_misses_nobody_after_a_fork(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab filter, exhaustive;
        lab_open(&filter, samples[s].preset, samples[s].sets);
        lab_open_with(&exhaustive, &samples[s], "performance.watch=exhaustive");
        for (uint64_t path = 0; path < 3; ++path) {
            const struct outcome one = lab_run(&filter, 7, path);
            const struct outcome other = lab_run(&exhaustive, 7, path);
            lab_same(samples[s].preset, &one, &other);
        }
        lab_close(&filter);
        lab_close(&exhaustive);
    }
}

static void the_memory_s_past_does_not_matter(void **unused) {
    (void)unused;
    static const int poison[] = {0x00, 0x5A, 0xFF};
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        memset(lab.memory, poison[2], lab.size);
        const struct outcome first = lab_run(&lab, 11, 1);
        for (int p = 0; p < 3; ++p) {
            memset(lab.memory, poison[p], lab.size);
            const struct outcome again = lab_run(&lab, 11, 1);
            lab_same(samples[s].preset, &again, &first);
        }
        lab_close(&lab);
    }
}

/* Goes on until a fork has so many orphans and so many paid withdrawals; false when the path
   ends before. */
static bool reach(struct world *world, uint64_t orphans, uint64_t released) {
    const int64_t slot_ns = world->stage->scenario.world.slot_ns;
    const struct reorg_state *fork = &world->state->reorg;
    for (int64_t now_ns = world->state->now_ns + slot_ns; now_ns <= world->stage->end_ns;
         now_ns += slot_ns) {
        world_advance(world, now_ns);
        if (fork->end_ns > now_ns && fork->included >= orphans &&
            fork->released >= released) {
            return true;
        }
    }
    return false;
}

static struct outcome finish(struct world *world) {
    struct outcome outcome;
    world_advance(world, world->stage->end_ns);
    world_outcome(world, &outcome);
    return outcome;
}

static void a_copy_made_within_a_fork_goes_on_alike(void **unused) {
    (void)unused;
    struct lab lab;
    struct world copy;
    lab_open(&lab, "black-thursday", storm);
    const struct outcome whole = lab_run(&lab, 5, 3);
    void *elsewhere = check_memory(lab.size + SEGMENT_ALIGNMENT);
    memset(lab.memory, 0xFF, lab.size);
    world_init(&lab.world, 5, 3, false);
    check_true("within a fork", reach(&lab.world, 3, 0));
    world_clone(&lab.world, &copy, (unsigned char *)elsewhere + SEGMENT_ALIGNMENT);
    memset(lab.memory, 0x5A, lab.size);
    const struct outcome outcome = finish(&copy);
    lab_same("copy", &outcome, &whole);
    free(elsewhere);
    lab_close(&lab);
}

/* What may be forgotten when a fork ends. */
enum mistake {
    MISTAKE_NONE,
    MISTAKE_GAS,
    MISTAKE_DEPOSIT,
    MISTAKE_WITHDRAWAL,
    MISTAKE_FLOW,
    MISTAKE_CHAIN,
    MISTAKES
};

/* The first orphan that is a deposit of cash, or NULL. */
static struct reorg_orphan *orphaned_deposit(struct world *world) {
    for (uint64_t i = 0; i < world->state->reorg.included; ++i) {
        struct reorg_orphan *orphan = &world->reorg.orphan[i];
        if (orphan->entry.transaction.kind == TRANSACTION_DEPOSIT && orphan->done != 0) {
            return orphan;
        }
    }
    return NULL;
}

static void make(struct world *world, enum mistake mistake) {
    struct reorg_state *fork = &world->state->reorg;
    struct reorg_orphan *deposit = orphaned_deposit(world);
    switch (mistake) {
    case MISTAKE_GAS:
        world->reorg.orphan[0].gas_uusd -= 1;
        break;
    case MISTAKE_DEPOSIT:
        if (deposit != NULL) {
            deposit->done = 0;
        }
        break;
    case MISTAKE_WITHDRAWAL:
        fork->released -= 1;
        break;
    case MISTAKE_FLOW:
        fork->flow_emitted_ubase += 1;
        break;
    case MISTAKE_CHAIN:
        ((struct engine_core *)world->reorg.chain)->fund_fees_uusd += 1;
        break;
    default:
        break;
    }
}

static void what_is_not_taken_back_breaks_an_invariant(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", storm);
    for (int mistake = MISTAKE_NONE; mistake < MISTAKES; ++mistake) {
        bool found = false;
        struct outcome outcome = {0};
        for (uint64_t path = 0; path < 20 && !found; ++path) {
            world_init(&lab.world, 3, path, false);
            found = reach(&lab.world, 1, mistake == MISTAKE_WITHDRAWAL ? 1 : 0);
            while (found && mistake == MISTAKE_DEPOSIT &&
                   orphaned_deposit(&lab.world) == NULL) {
                found = reach(&lab.world, 1, 0);
            }
        }
        check_true("a fork in which it can be made", found);
        make(&lab.world, (enum mistake)mistake);
        outcome = finish(&lab.world);
        check_u64("status", outcome.status,
                  mistake == MISTAKE_NONE ? OUTCOME_STATUS_COMPLETE
                                          : OUTCOME_STATUS_INVARIANT);
    }
    lab_close(&lab);
}

/* Lots that stay won although their deal was taken back. */
static void a_lot_that_is_not_taken_back_breaks_an_invariant(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "maker-2020", vaults);
    for (int64_t mistake = 0; mistake < 2; ++mistake) {
        world_init(&lab.world, 3, 0, false);
        check_true("within a fork", reach(&lab.world, 1, 0));
        lab.world.state->reorg.stock_won_ubase += mistake;
        const struct outcome outcome = finish(&lab.world);
        check_u64("status", outcome.status,
                  mistake == 0 ? OUTCOME_STATUS_COMPLETE : OUTCOME_STATUS_INVARIANT);
    }
    lab_close(&lab);
}

static void without_forks_nothing_is_there_and_nothing_changes(void **unused) {
    (void)unused;
    struct lab none, forks;
    lab_open_with(&none, &samples[0], "weather.reorg_rate=0");
    lab_open(&forks, "black-thursday", storm);
    check_true("memory for forks only where there are some", none.size < forks.size);
    check_true("no list", none.world.reorg.orphan == NULL);
    const struct outcome without = lab_run(&none, 7, 0);
    const struct outcome with = lab_run(&forks, 7, 0);
    forks.stage->weather.config.reorg_rate = 1e-9;
    const struct outcome rare = lab_run(&forks, 7, 0);
    check_i64("none", lab_money(&without, OUTCOME_REORGANISATIONS), 0);
    check_true("some", lab_money(&with, OUTCOME_REORGANISATIONS) > 10);
    lab_same("possible and never happening", &rare, &without);
    check_true("and happening", lab_differs(&with, &without));
    lab_close(&none);
    lab_close(&forks);
}

static void what_a_fork_could_take_back_too_late_is_told(void **unused) {
    (void)unused;
    static const struct {
        const char *setting, *key;
    } cases[] = {
        {"settlement.finality=72s",    "settlement.finality" },
        {"settlement.finality=73s",    NULL                  },
        {"world.transfer_delay=72s",   "world.transfer_delay"},
        {"world.transfer_delay=73s",   NULL                  },
        {"weather.reorg_depth_most=1", NULL                  },
    };
    struct stage *stage = check_memory(sizeof *stage);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const char *key = "";
        char sentence[256] = "";
        struct scenario *scenario = check_memory(sizeof *scenario);
        /* Loading would refuse it already. */
        const char *const sets[] = {cases[i].setting, NULL};
        lab_load(scenario, "black-thursday", sets);
        scenario->weather.reorg_rate = 1;
        const bool fine = stage_prepare(stage, scenario, &key, sentence, sizeof sentence);
        check_true(cases[i].setting, fine == (cases[i].key == NULL));
        if (!fine) {
            check_text("key", key, cases[i].key);
            check_true(sentence, strstr(sentence, "weather.reorg_depth_most") != NULL);
        }
        free(scenario);
    }
    free(stage);
}

/* Forks are neither in the warm-up nor across the horizon. */
static void forks_keep_within_the_metrics(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", storm);
    const int64_t slot_ns = lab.stage->scenario.world.slot_ns;
    for (uint64_t path = 0; path < 4; ++path) {
        world_init(&lab.world, 9, path, false);
        for (int64_t now_ns = lab.stage->begin_ns; now_ns <= lab.stage->end_ns;
             now_ns += slot_ns) {
            world_advance(&lab.world, now_ns);
            const struct reorg_state *fork = &lab.world.state->reorg;
            check_true("after the start", now_ns > lab.stage->start_ns ||
                                              (fork->end_ns == 0 && fork->count == 0));
            check_true("over at the end",
                       fork->end_ns <= lab.stage->end_ns &&
                           (now_ns < lab.stage->end_ns || fork->end_ns == 0));
        }
        check_true("the warm-up has drawn some",
                   lab.world.state->weather.forks > lab.world.state->reorg.count + 1);
    }
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_on_many_paths),
        cmocka_unit_test(the_watch_misses_nobody_after_a_fork),
        cmocka_unit_test(the_memory_s_past_does_not_matter),
        cmocka_unit_test(a_copy_made_within_a_fork_goes_on_alike),
        cmocka_unit_test(what_is_not_taken_back_breaks_an_invariant),
        cmocka_unit_test(a_lot_that_is_not_taken_back_breaks_an_invariant),
        cmocka_unit_test(without_forks_nothing_is_there_and_nothing_changes),
        cmocka_unit_test(what_a_fork_could_take_back_too_late_is_told),
        cmocka_unit_test(forks_keep_within_the_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
