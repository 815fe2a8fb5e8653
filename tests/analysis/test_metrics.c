#include "analysis/estimate/metrics.h"
#include "analysis/estimate/tail.h"
#include "tests/support/check.h"

#include <math.h>

/* A spool of paths; fill sets what differs from zero everywhere. */
static struct spool *make_spool(uint64_t count,
                                void (*fill)(struct outcome *outcome, uint64_t path)) {
    struct spool *spool = spool_open();
    assert_non_null(spool);
    for (uint64_t path = 0; path < count; ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome = {.path = path};
        fill(&outcome, path);
        outcome_write(&outcome, record);
        assert_true(spool_append(spool, record, 1));
    }
    return spool;
}

static struct metrics compute(uint64_t count,
                              void (*fill)(struct outcome *outcome, uint64_t path)) {
    struct metrics metrics;
    struct spool *spool = make_spool(count, fill);
    assert_true(metrics_compute(spool, 0.95, "horizon", &metrics));
    spool_close(spool);
    return metrics;
}

static const struct estimate *find(const struct metrics *metrics, const char *name) {
    const struct estimate *estimate = metrics_find(metrics, name);
    if (estimate == NULL) {
        print_error("no estimate %s\n", name);
    }
    assert_non_null(estimate);
    return estimate;
}

static void every_field_has_the_estimates_of_its_kind(void **state) {
    (void)state;
    struct metrics metrics;
    metrics_list(&metrics);
    static const char *const there[] = {"bad_debt_mean",      "bad_debt_es99",
                                        "p_insolvency",       "p_fund_depleted",
                                        "p_any_bad_debt",     "p_bad_debt",
                                        "mpor_p95_p95",       "liquidated_accounts_p50",
                                        "haircut_rate_var99", "fund_depletion_time_mean"};
    static const char *const not_there[] = {"gas_peak_es99", "insolvency_mean",
                                            "p_bad_debt_material", "mpor_p50_var99"};
    for (size_t i = 0; i < sizeof there / sizeof *there; ++i) {
        check_true(there[i], metrics_find(&metrics, there[i]) != NULL);
    }
    for (size_t i = 0; i < sizeof not_there / sizeof *not_there; ++i) {
        check_true(not_there[i], metrics_find(&metrics, not_there[i]) == NULL);
    }
    for (size_t i = 0; i < metrics.count; ++i) {
        for (size_t j = 0; j < i; ++j) {
            check_true(metrics.estimate[i].name,
                       strcmp(metrics.estimate[i].name, metrics.estimate[j].name) != 0);
        }
    }
}

static void fill_ramp(struct outcome *outcome, uint64_t path) {
    outcome->value[OUTCOME_BAD_DEBT].integer = (int64_t)(path + 1) * 1000000;
    outcome->value[OUTCOME_INSOLVENCY].integer = path < 250;
    outcome->value[OUTCOME_GAS_PEAK].integer = 80000000000;
    outcome->value[OUTCOME_MPOR_P50].integer = 90000000000;
    outcome->value[OUTCOME_HAIRCUT_RATE].real = 0.25;
    outcome->value[OUTCOME_FUND_DEPLETION_TIME].integer = 5400000000000;
    if (path >= 400) {
        outcome->missing = UINT64_C(1) << OUTCOME_FUND_DEPLETION_TIME;
    }
}

static void values_are_in_shown_units(void **state) {
    (void)state;
    const struct metrics metrics = compute(1000, fill_ramp);
    static const struct {
        const char *name, *unit;
        double value;
        uint64_t n;
    } cases[] = {
        {"bad_debt_mean",            "USD",  500.5, 1000},
        {"bad_debt_p50",             "USD",  500,   1000},
        {"bad_debt_p95",             "USD",  950,   1000},
        {"bad_debt_var99",           "USD",  990,   1000},
        {"bad_debt_es99",            "USD",  995.5, 1000},
        {"p_insolvency",             "1",    0.25,  1000},
        {"gas_peak_p95",             "gwei", 80,    1000},
        {"mpor_p50_mean",            "min",  1.5,   1000},
        {"haircut_rate_mean",        "1",    0.25,  1000},
        {"fund_depletion_time_mean", "h",    1.5,   400 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct estimate *estimate = find(&metrics, cases[i].name);
        check_relative(cases[i].name, estimate->value, cases[i].value, 1e-14);
        check_text(cases[i].name, estimate->unit, cases[i].unit);
        check_u64(cases[i].name, estimate->n, cases[i].n);
        check_text(cases[i].name, estimate->measure,
                   cases[i].n == 1000 ? "horizon" : "horizon, given a value");
        check_bits(cases[i].name, estimate->level, 0.95);
        check_true(cases[i].name, !estimate->incomplete);
    }
    check_true("ten paths above VaR are few", find(&metrics, "bad_debt_es99")->thin_tail);
    check_bits("the median's low is its 469th value", find(&metrics, "bad_debt_p50")->low,
               469);
    check_bits("and its high the 532nd", find(&metrics, "bad_debt_p50")->high, 532);
}

static void fill_failing(struct outcome *outcome, uint64_t path) {
    outcome->value[OUTCOME_INSOLVENCY].integer = path < 3;
    outcome->value[OUTCOME_BAD_DEBT].integer = 1000000;
    if (path >= 997) {
        outcome->status = OUTCOME_STATUS_LIMIT;
        outcome->value[OUTCOME_BAD_DEBT].integer = INT64_MAX;
        outcome->value[OUTCOME_INSOLVENCY].integer = 1;
    }
}

static void failed_paths_widen_a_probability_both_ways(void **state) {
    (void)state;
    const struct metrics metrics = compute(1000, fill_failing);
    const struct estimate *share = find(&metrics, "p_insolvency");
    check_u64("failed", metrics.failed, 3);
    check_u64("by status", metrics.by_status[OUTCOME_STATUS_LIMIT], 3);
    check_u64("n", share->n, 997);
    check_bits("value", share->value, 3.0 / 997);
    check_bits("low: none of them", share->low, interval_share(3, 1000, 0.95).low);
    check_bits("high: all of them", share->high, interval_share(6, 1000, 0.95).high);
    check_true("incomplete", share->incomplete);
    const struct estimate *mean = find(&metrics, "bad_debt_mean");
    check_bits("they are in no mean", mean->value, 1);
    check_u64("n of the mean", mean->n, 997);
    check_true("incomplete", mean->incomplete);
}

static void fill_long_ramp(struct outcome *outcome, uint64_t path) {
    fill_ramp(outcome, path * 7919 % 6000); /* a prime: every value once */
    if (path < 20) {
        outcome->status = OUTCOME_STATUS_LIMIT;
    }
}

static void tails_know_of_failed_paths_and_of_batches(void **state) {
    (void)state;
    struct spool *spool = make_spool(6000, fill_long_ramp);
    struct metrics metrics;
    struct sample sample;
    struct interval batches;
    assert_true(metrics_compute(spool, 0.95, "horizon", &metrics));
    assert_true(spool_sample(spool, OUTCOME_BAD_DEBT, &sample));
    assert_true(tail_shortfall_batches(&sample, 990000, 0.95, &batches));
    sample_sort(&sample);
    const struct interval quantile = tail_quantile_bounds(&sample, 990000, 0.95, 20);
    const struct estimate *at_risk = find(&metrics, "bad_debt_var99");
    check_bits("low", at_risk->low, quantile.low);
    check_bits("high", at_risk->high, quantile.high);
    check_true("wider", tail_quantile(&sample, 990000, 0.95).low > at_risk->low);
    const struct estimate *shortfall = find(&metrics, "bad_debt_es99");
    check_bits("batches, low", shortfall->batch_low, batches.low);
    check_bits("batches, high", shortfall->batch_high, batches.high);
    check_true("not thin", !shortfall->thin_tail);
    check_true("others have none", isnan(at_risk->batch_low));
    sample_free(&sample);
    spool_close(spool);
}

static void fill_nothing(struct outcome *outcome, uint64_t path) {
    (void)path;
    outcome->missing = 0;
}

static void no_path_and_one_path_are_answered(void **state) {
    (void)state;
    const struct metrics none = compute(0, fill_nothing), one = compute(1, fill_nothing);
    for (size_t i = 0; i < none.count; ++i) {
        const struct estimate *estimate = &none.estimate[i];
        check_true(estimate->name, isnan(estimate->value) && isnan(estimate->low));
        check_u64(estimate->name, estimate->n, 0);
    }
    for (size_t i = 0; i < one.count; ++i) {
        check_bits(one.estimate[i].name, one.estimate[i].value, 0);
        check_u64(one.estimate[i].name, one.estimate[i].n, 1);
    }
    check_true("the mean of one has no interval",
               isnan(find(&one, "bad_debt_mean")->low));
    check_bits("a probability has: 0", find(&one, "p_insolvency")->low, 0);
    check_close("to 0.975", find(&one, "p_insolvency")->high, 0.975, 1e-12);
}

static void fill_all_failed(struct outcome *outcome, uint64_t path) {
    (void)path;
    outcome->status = OUTCOME_STATUS_NUMERIC;
}

static void a_run_that_failed_altogether_knows_nothing(void **state) {
    (void)state;
    const struct metrics metrics = compute(20, fill_all_failed);
    const struct estimate *share = find(&metrics, "p_insolvency");
    check_true("value", isnan(share->value));
    check_bits("low", share->low, 0);
    check_bits("high", share->high, 1);
}

static void a_spool_gives_back_what_it_took(void **state) {
    (void)state;
    struct spool *spool = make_spool(1000, fill_ramp);
    unsigned char records[3 * OUTCOME_RECORD_SIZE];
    check_u64("count", spool_count(spool), 1000);
    assert_true(spool_read(spool, 997, 3, records));
    for (uint64_t i = 0; i < 3; ++i) {
        struct outcome outcome;
        outcome_read(&outcome, records + i * OUTCOME_RECORD_SIZE);
        check_u64("path", outcome.path, 997 + i);
        check_i64("bad debt", outcome.value[OUTCOME_BAD_DEBT].integer,
                  (int64_t)(998 + i) * 1000000);
    }
    struct sample sample;
    assert_true(spool_sample(spool, OUTCOME_FUND_DEPLETION_TIME, &sample));
    check_u64("present values", sample.count, 400);
    sample_free(&sample);
    spool_close(spool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_has_the_estimates_of_its_kind),
        cmocka_unit_test(values_are_in_shown_units),
        cmocka_unit_test(failed_paths_widen_a_probability_both_ways),
        cmocka_unit_test(tails_know_of_failed_paths_and_of_batches),
        cmocka_unit_test(no_path_and_one_path_are_answered),
        cmocka_unit_test(a_run_that_failed_altogether_knows_nothing),
        cmocka_unit_test(a_spool_gives_back_what_it_took),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
