/* Samples look and do not touch; they are the state of the path at their times. */
#include "scenarios/histogram.h"
#include "scenarios/samples.h"
#include "tests/support/world_lab.h"

static const char *const small[] = {"population.accounts=120", "population.owners=100",
                                    NULL};

static void points_divide_the_span_evenly(void **state) {
    (void)state;
    check_i64("first", samples_time_ns(1000, 9700, 0), 1000);
    check_i64("last", samples_time_ns(1000, 9700, SAMPLES_PARTS), 9700);
    check_i64("24 of 96", samples_time_ns(0, 36 * HOUR_NS, 24), 9 * HOUR_NS);
    check_i64("down", samples_time_ns(0, 97, 95), 95); /* 97 * 95 / 96 = 95.99 */
    check_i64("no span", samples_time_ns(5, 5, 40), 5);
    check_i64("no overflow", samples_time_ns(0, INT64_MAX, SAMPLES_PARTS), INT64_MAX);
}

static void a_sampled_path_is_the_same_path(void **state) {
    (void)state;
    static const char *const presets[] = {"black-thursday", "lp-run", "maker-2020"};
    for (size_t i = 0; i < sizeof presets / sizeof *presets; ++i) {
        struct lab lab;
        struct samples samples;
        lab_open(&lab, presets[i], i == 0 ? small : NULL);
        for (uint64_t path = 0; path < 2; ++path) {
            struct outcome seen;
            const struct outcome alone = lab_run(&lab, 7, path);
            world_sample_path(lab.memory, lab.stage, 7, path, &samples, &seen);
            lab_same(presets[i], &seen, &alone);
        }
        lab_close(&lab);
    }
}

static void a_sample_is_the_state_at_its_time(void **state) {
    (void)state;
    struct lab lab;
    struct samples samples;
    struct outcome outcome;
    lab_open(&lab, "black-thursday", small);
    world_sample_path(lab.memory, lab.stage, 7, 3, &samples, &outcome);
    const struct engine *engine = &lab.world.engine;
    for (unsigned point = 0; point < SAMPLES_POINTS; point += 12) {
        world_init(&lab.world, 7, 3, false);
        world_advance(&lab.world,
                      samples_time_ns(lab.stage->start_ns, lab.stage->end_ns, point));
        check_i64("price", samples.value[SAMPLES_OUTSIDE_PRICE][point],
                  lab.world.state->outside_price_uusd);
        check_i64("index", samples.value[SAMPLES_INDEX_PRICE][point],
                  engine->portfolio.market[0].index_price_uusd);
        check_i64("fund", samples.value[SAMPLES_FUND][point],
                  engine->ledger.balance_micro[ACCOUNT_FUND]);
        check_i64("gas", samples.value[SAMPLES_BASE_FEE][point],
                  lab.world.state->base_fee_wei);
    }
    lab_close(&lab);
}

/* At the horizon the counts are those of the outcome; on the way they only grow. */
static void counts_end_as_outcomes(void **state) {
    (void)state;
    struct lab lab;
    struct samples samples;
    struct outcome outcome;
    int64_t liquidated = 0, debt = 0;
    lab_open(&lab, "black-thursday", small);
    for (uint64_t path = 0; path < 4; ++path) {
        world_sample_path(lab.memory, lab.stage, 7, path, &samples, &outcome);
        const int64_t *sold = samples.value[SAMPLES_LIQUIDATED];
        const int64_t *lost = samples.value[SAMPLES_BAD_DEBT];
        check_i64("liquidated", sold[SAMPLES_PARTS],
                  lab_money(&outcome, OUTCOME_LIQUIDATED_NOTIONAL));
        check_i64("closed bad debt", lost[SAMPLES_PARTS],
                  lab_money(&outcome, OUTCOME_BAD_DEBT) -
                      lab_money(&outcome, OUTCOME_SHORTFALL_OPEN));
        check_i64("nothing at the start", sold[0] + lost[0], 0);
        for (unsigned point = 1; point < SAMPLES_POINTS; ++point) {
            check_true("grows", sold[point] >= sold[point - 1]);
            check_true("grows", lost[point] >= lost[point - 1]);
        }
        liquidated += sold[SAMPLES_PARTS];
        debt += lost[SAMPLES_PARTS];
    }
    check_true("something was liquidated", liquidated > 0);
    check_true("and something lost", debt > 0);
    lab_close(&lab);
}

static void a_failed_path_leaves_none(void **state) {
    (void)state;
    struct lab lab;
    struct samples samples;
    struct outcome outcome;
    memset(&samples, 0x5A, sizeof samples);
    lab_open(&lab, "black-thursday", small);
    lab.stage->event_capacity = 8; /* a queue that is full at once */
    world_bind(&lab.world, lab.stage, lab.memory);
    world_sample_path(lab.memory, lab.stage, 7, 0, &samples, &outcome);
    check_u64("it failed", outcome.status, OUTCOME_STATUS_LIMIT);
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            check_i64("none", samples.value[series][point], -1);
        }
    }
    lab_close(&lab);
}

static void a_record_holds_the_place_of_every_value(void **state) {
    (void)state;
    static struct samples samples;
    static unsigned char record[SAMPLES_RECORD_SIZE];
    uint64_t random = 11;
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            samples.value[series][point] =
                point % 10 == 9
                    ? -1
                    : (int64_t)(check_random(&random) >> check_random_in(&random, 1, 63));
        }
    }
    samples.value[0][0] = INT64_MAX;
    samples_write(&samples, record);
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            const int64_t value = samples.value[series][point];
            check_u64("place", samples_place(record, (enum samples_series)series, point),
                      value < 0 ? SAMPLES_MISSING : histogram_place(value, SAMPLES_BITS));
        }
    }
    check_u64("the last place", samples_place(record, (enum samples_series)0, 0),
              SAMPLES_PLACES - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_divide_the_span_evenly),
        cmocka_unit_test(a_sampled_path_is_the_same_path),
        cmocka_unit_test(a_sample_is_the_state_at_its_time),
        cmocka_unit_test(counts_end_as_outcomes),
        cmocka_unit_test(a_failed_path_leaves_none),
        cmocka_unit_test(a_record_holds_the_place_of_every_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
