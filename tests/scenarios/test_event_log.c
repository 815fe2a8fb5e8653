/* The log looks and changes nothing; what it says adds up to what the path yields. */
#include "engine/collateral.h"
#include "engine/state_root.h"
#include "tests/support/world_lab.h"

static const char *const storm[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=5h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "fund.deposit=20k USD",
                                    "traders.look_mean=20min",
                                    "weather.missed_slots=5%",
                                    "pool.hedge_delay=3",
                                    NULL};
static const char *const twin[] = {"market.start=2020-03-12T10:00:00Z",
                                   "world.horizon=1h",
                                   "population.accounts=100",
                                   "population.owners=100",
                                   "world.twin=on",
                                   NULL};
static const char *const gap[] = {"population.accounts=100", "population.owners=100",
                                  "keepers.capital=100 USD", "limits.mempool=64", NULL};

static const struct sample {
    const char *preset;
    const char *const *sets;
} samples[] = {
    {"black-thursday", storm},
    {"black-thursday", twin },
    {"single-gap",     gap  },
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

/* A path with all its rows. */
struct logged {
    struct lab lab;
    struct event_log log;
    struct event_row *row;
    struct outcome outcome;
};

static void replay(struct logged *logged, uint64_t seed, uint64_t path) {
    struct lab *lab = &logged->lab;
    event_log_init(&logged->log, NULL, 0, HOUR_NS);
    world_replay_path(lab->memory, lab->stage, seed, path, &logged->log,
                      &logged->outcome);
    const uint64_t count = logged->log.count;
    logged->row = check_memory((count + 1) * sizeof *logged->row);
    event_log_init(&logged->log, logged->row, count, HOUR_NS);
    world_replay_path(lab->memory, lab->stage, seed, path, &logged->log,
                      &logged->outcome);
    check_u64("rows of both times", logged->log.count, count);
}

static void logged_open(struct logged *logged, const struct sample *sample) {
    lab_open(&logged->lab, sample->preset, sample->sets);
    replay(logged, 11, 2);
}

static void logged_close(struct logged *logged) {
    free(logged->row);
    lab_close(&logged->lab);
}

static void the_log_changes_no_bit(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab bare;
        struct logged logged;
        lab_open(&bare, samples[s].preset, samples[s].sets);
        const struct outcome without = lab_run(&bare, 11, 2);
        logged_open(&logged, &samples[s]);
        lab_same("outcome", &logged.outcome, &without);
        check_u64("footprint", logged.lab.size, bare.size);
        check_bytes("the whole block", logged.lab.memory, bare.memory, bare.size);
        check_true("something was logged", logged.log.count > 100);
        logged_close(&logged);
        lab_close(&bare);
    }
}

static void the_same_path_gives_the_same_rows(void **unused) {
    (void)unused;
    struct logged one, other;
    logged_open(&one, &samples[0]);
    logged_open(&other, &samples[0]);
    check_u64("rows", other.log.count, one.log.count);
    check_bytes("rows", other.row, one.row, one.log.count * sizeof *one.row);
    free(other.row);
    replay(&other, 11, 3);
    const bool same = other.log.count == one.log.count &&
                      memcmp(other.row, one.row, one.log.count * sizeof *one.row) == 0;
    check_true("another path has other rows", !same);
    logged_close(&one);
    logged_close(&other);
}

static uint64_t count_of(const struct logged *logged, enum event_log_kind kind) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < logged->log.count; ++i) {
        count += logged->row[i].kind == kind;
    }
    return count;
}

static void rows_are_in_the_order_of_time_and_framed(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct logged logged;
        logged_open(&logged, &samples[s]);
        const struct event_row *row = logged.row;
        for (uint64_t i = 1; i < logged.log.count; ++i) {
            check_true("time goes on", row[i].time_ns >= row[i - 1].time_ns);
            check_true("blocks go on", row[i].block >= row[i - 1].block);
            check_true("bad debt only grows",
                       row[i].bad_debt_uusd >= row[i - 1].bad_debt_uusd);
        }
        check_u64("one start", count_of(&logged, EVENT_LOG_START), 1);
        check_u64("one end", count_of(&logged, EVENT_LOG_END), 1);
        check_u64("the end is last", row[logged.log.count - 1].kind, EVENT_LOG_END);
        check_u64("no failure", count_of(&logged, EVENT_LOG_FAILED), 0);
        logged_close(&logged);
    }
}

/* The recorder counts by itself; the rows have to add up to the same. */
/* Seized units' value at the mark less what they brought. */
static int64_t units_lost(const struct receipt *receipt) {
    return (int64_t)(collateral_value_floor(receipt->seized_ubase,
                                            receipt->mark_price_uusd, MONEY_ONE) -
                     collateral_value_floor(receipt->seized_ubase,
                                            receipt->seize_price_uusd, MONEY_ONE));
}

static void the_rows_add_up_to_the_outcome(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct logged logged;
        int64_t shortfall = 0, fund = 0, socialised = 0, pool = 0, cost = 0, covered = 0;
        logged_open(&logged, &samples[s]);
        for (uint64_t i = 0; i < logged.log.count; ++i) {
            const struct event_row *row = &logged.row[i];
            const struct receipt *receipt = &row->receipt;
            if (row->kind == EVENT_LOG_TRANSACTION &&
                row->transaction.kind == TRANSACTION_LIQUIDATE) {
                shortfall += receipt->shortfall_uusd;
                fund += receipt->fund_paid_uusd;
                socialised += receipt->socialised_uusd;
                pool += receipt->pool_absorbed_uusd;
                covered += receipt->deleverage_covered_uusd;
                cost += receipt->slippage_uusd + receipt->penalty_uusd +
                        receipt->keeper_tip_uusd + units_lost(receipt);
                check_i64("bad debt so far", row->bad_debt_uusd, shortfall);
            }
        }
        const struct outcome *outcome = &logged.outcome;
        check_i64("bad debt", shortfall + lab_money(outcome, OUTCOME_SHORTFALL_OPEN),
                  lab_money(outcome, OUTCOME_BAD_DEBT));
        check_i64("fund", fund, lab_money(outcome, OUTCOME_FUND_DRAW));
        check_i64("socialised", socialised, lab_money(outcome, OUTCOME_SOCIALISED_LOSS));
        check_i64("auto-deleveraged",
                  covered + fund + socialised + pool +
                      lab_money(outcome, OUTCOME_SHORTFALL_OPEN),
                  lab_money(outcome, OUTCOME_BAD_DEBT));
        check_i64("pool", pool, lab_money(outcome, OUTCOME_POOL_ABSORBED));
        check_i64("cost", cost, lab_money(outcome, OUTCOME_LIQUIDATION_COST));
        check_u64("the fund runs dry once, or not", count_of(&logged, EVENT_LOG_DEPLETED),
                  (uint64_t)lab_money(outcome, OUTCOME_FUND_DEPLETED));
        check_true("liquidations happened", cost > 0);
        logged_close(&logged);
    }
}

static void the_extremes_are_those_of_the_outcome(void **unused) {
    (void)unused;
    struct logged logged;
    logged_open(&logged, &samples[0]);
    const struct event_extremes *most = &logged.log.extremes;
    check_i64("gas", most->gas_wei, lab_money(&logged.outcome, OUTCOME_GAS_PEAK));
    /* Rounded up to 1e-6. */
    check_close("oracle gap", (double)most->gap_ppm / 1e6,
                logged.outcome.value[OUTCOME_ORACLE_GAP_MAX].real, 1.01e-6);
    int64_t least = INT64_MAX;
    for (uint64_t i = 0; i < logged.log.count; ++i) {
        const struct event_row *row = &logged.row[i];
        if (row->time_ns >= logged.lab.stage->start_ns && row->outside_uusd < least) {
            least = row->outside_uusd;
        }
    }
    /* A row may come between slots, but a price moves by impact alone there. */
    check_relative("lowest price", (double)least, (double)most->low_uusd, 0.02);
    check_true("low before high or after", most->low_uusd < most->high_uusd);
    logged_close(&logged);
}

/* The root of a row is that of a world that was run up to its time without a log. */
static void a_state_root_is_that_of_the_world_at_its_time(void **unused) {
    (void)unused;
    struct logged logged;
    unsigned char root[STATE_ROOT_SIZE];
    int64_t last_ns = 0;
    uint64_t roots = 0, compared = 0;
    logged_open(&logged, &samples[0]);
    struct lab bare;
    lab_open(&bare, samples[0].preset, samples[0].sets);
    world_init(&bare.world, 11, 2, false);
    for (uint64_t i = 0; i + 2 < logged.log.count; ++i) {
        const struct event_row *row = &logged.row[i];
        if (row->kind != EVENT_LOG_ROOT) {
            continue;
        }
        check_true("at least every hour",
                   last_ns == 0 || row->time_ns - last_ns <= HOUR_NS);
        last_ns = row->time_ns;
        world_advance(&bare.world, row->time_ns);
        state_root(&bare.world.engine, root);
        check_bytes("root", row->root, root, sizeof root);
        compared += 1;
        roots += memcmp(row->root, row->history, sizeof root) != 0;
    }
    check_true("several roots", compared > 6);
    check_u64("root and history are not the same thing", roots, compared);
    lab_close(&bare);
    logged_close(&logged);
}

static void the_history_is_of_every_transaction_and_receipt(void **unused) {
    (void)unused;
    struct logged logged;
    struct digest digest;
    unsigned char head[DIGEST_SIZE] = {0};
    logged_open(&logged, &samples[0]);
    digest_init(&digest);
    const struct event_row *last = NULL;
    for (uint64_t i = 0; i < logged.log.count; ++i) {
        const struct event_row *row = &logged.row[i];
        last = row->kind == EVENT_LOG_ROOT ? row : last;
        if (row->kind != EVENT_LOG_TRANSACTION) {
            continue;
        }
        const struct transaction *t = &row->transaction;
        digest_u64(&digest, row->block);
        const uint32_t half[] = {t->kind, t->account, t->target, t->instrument};
        for (size_t k = 0; k < 4; ++k) {
            digest_u32(&digest, half[k]);
        }
        const int64_t word[] = {t->amount, t->price_uusd, t->time_ns};
        digest_update(&digest, word, sizeof word); /* this machine is little-endian */
        digest_update(&digest, &row->receipt, sizeof row->receipt);
    }
    digest_final(&digest, head);
    assert_non_null(last);
    if (last != NULL) {
        check_bytes("history", last->history, head, sizeof head);
    }
    logged_close(&logged);
}

static void every_kind_of_event_of_the_storm_is_there(void **unused) {
    (void)unused;
    static const enum event_log_kind kinds[] = {
        EVENT_LOG_PRICE, EVENT_LOG_GAS,         EVENT_LOG_MISSED,   EVENT_LOG_REPRICED,
        EVENT_LOG_STUCK, EVENT_LOG_TRANSACTION, EVENT_LOG_RELEASED, EVENT_LOG_DEPLETED,
        EVENT_LOG_HEDGE, EVENT_LOG_GATED,       EVENT_LOG_ROOT,
    };
    struct logged logged;
    logged_open(&logged, &samples[0]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
        check_true(event_log_kind_name(kinds[i]), count_of(&logged, kinds[i]) > 0);
    }
    uint64_t refused = 0;
    for (uint64_t i = 0; i < logged.log.count; ++i) {
        refused += logged.row[i].receipt.status != ENGINE_OK;
    }
    check_true("refused transactions are there, too", refused > 0);
    logged_close(&logged);
}

/* A staircase that halves the price until it leaves the range. */
static void a_path_that_fails_ends_in_a_row_that_says_so(void **unused) {
    (void)unused;
    static const char *const abyss[] = {
        "market.stair_fall=50%",   "market.stair_steps=60", "market.stair_interval=5min",
        "population.accounts=100", "population.owners=100", NULL};
    static const struct sample sample = {"staircase-down", abyss};
    struct logged logged;
    logged_open(&logged, &sample);
    check_u64("status", logged.outcome.status, OUTCOME_STATUS_PRICE_RANGE);
    check_u64("one failure", count_of(&logged, EVENT_LOG_FAILED), 1);
    check_u64("no end", count_of(&logged, EVENT_LOG_END), 0);
    check_u64("the failure is last", logged.row[logged.log.count - 1].kind,
              EVENT_LOG_FAILED);
    logged_close(&logged);
}

static void without_room_rows_are_counted_and_not_written(void **unused) {
    (void)unused;
    struct logged logged;
    struct event_row guard[3], unwritten;
    logged_open(&logged, &samples[2]);
    memset(guard, 0xA5, sizeof guard);
    unwritten = guard[2];
    event_log_init(&logged.log, guard, 2, HOUR_NS);
    const uint64_t count = logged.log.count;
    check_u64("begun anew", count, 0);
    world_replay_path(logged.lab.memory, logged.lab.stage, 11, 2, &logged.log,
                      &logged.outcome);
    check_true("all are counted", logged.log.count > 2);
    check_bytes("two are there", guard, logged.row, 2 * sizeof *guard);
    check_bytes("the third is not", &guard[2], &unwritten, sizeof unwritten);
    logged_close(&logged);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_changes_no_bit),
        cmocka_unit_test(the_same_path_gives_the_same_rows),
        cmocka_unit_test(rows_are_in_the_order_of_time_and_framed),
        cmocka_unit_test(the_rows_add_up_to_the_outcome),
        cmocka_unit_test(the_extremes_are_those_of_the_outcome),
        cmocka_unit_test(a_state_root_is_that_of_the_world_at_its_time),
        cmocka_unit_test(the_history_is_of_every_transaction_and_receipt),
        cmocka_unit_test(every_kind_of_event_of_the_storm_is_there),
        cmocka_unit_test(a_path_that_fails_ends_in_a_row_that_says_so),
        cmocka_unit_test(without_room_rows_are_counted_and_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
