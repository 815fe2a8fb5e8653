#include "analysis/estimate/survival.h"
#include "analysis/spool.h"
#include "tests/support/check.h"

#include <math.h>

enum { MOST = 2000 };

/* Weeks of remission under 6-mercaptopurine: Freireich et al. (1963), Blood 21, 699-716,
   as in Kalbfleisch and Prentice (2002), table 1.2 of the comparison by Gehan. */
static struct survival_time remission[] = {
    {6,  true },
    {6,  true },
    {6,  true },
    {6,  false},
    {7,  true },
    {9,  false},
    {10, true },
    {10, false},
    {11, false},
    {13, true },
    {16, true },
    {17, false},
    {19, false},
    {20, false},
    {22, true },
    {23, true },
    {25, false},
    {32, false},
    {32, false},
    {34, false},
    {35, false},
};

static struct survival fit(const struct survival_time *path, size_t count, double horizon,
                           uint64_t failed) {
    static struct survival_time copy[MOST];
    struct survival survival;
    for (size_t i = 0; i < count; ++i) {
        copy[i] = path[count - 1 - i]; /* order must not matter */
    }
    struct survival_data data = {
        .count = count, .path = copy, .horizon = horizon, .failed = failed};
    assert_true(survival_fit(&data, 0.95, &survival));
    return survival;
}

/* The published table: survival to four digits, Greenwood's errors to four, and the
   log-log intervals of Stata's `sts list` to four.  At 6 weeks nobody was censored yet and
   the events are few: the interval there is Clopper and Pearson's of 3 in 21. */
static void remissions_have_the_published_curve(void **state) {
    (void)state;
    static const struct {
        double time;
        uint64_t at_risk, events;
        double survival, error, low, high;
    } want[] = {
        {6,  21, 3, 0.8571, 0.0764, 0.6366, 0.9695},
        {7,  17, 1, 0.8067, 0.0869, 0.5631, 0.9228},
        {10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894},
        {13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491},
        {16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049},
        {22, 7,  1, 0.5378, 0.1282, 0.2678, 0.7468},
        {23, 6,  1, 0.4482, 0.1346, 0.1881, 0.6801},
    };
    struct survival survival = fit(remission, 21, 35, 0);
    check_u64("steps", survival.count, 7);
    check_u64("paths", survival.paths, 21);
    check_u64("events", survival.events, 9);
    for (size_t i = 0; i < 7; ++i) {
        const struct survival_step *step = &survival.step[i];
        check_bits("time", step->time, want[i].time);
        check_u64("at risk", step->at_risk, want[i].at_risk);
        check_u64("events", step->events, want[i].events);
        check_close("survival", 1 - step->incidence.value, want[i].survival, 5.1e-5);
        check_close("error", step->error, want[i].error, 5.1e-5);
        check_close("low", 1 - step->incidence.high, want[i].low, 5.1e-5);
        check_close("high", 1 - step->incidence.low, want[i].high, 5.1e-5);
    }
    check_bits("median", survival.median.value, 23);
    check_bits("its lower end", survival.median.low, 13);
    check_true("it has no upper end", isnan(survival.median.high));
    survival_free(&survival);
}

/* Areas of the rectangles under the published curve, and the sum of Greenwood's type with
   them, by hand to 35 weeks. */
static void the_restricted_mean_is_the_area(void **state) {
    (void)state;
    static const double time[] = {0, 6, 7, 10, 13, 16, 22, 23, 35};
    static const double at_risk[] = {0, 21, 17, 15, 12, 11, 7, 6};
    static const double events[] = {0, 3, 1, 1, 1, 1, 1, 1};
    double level[9] = {1}, area = 0, variance = 0;
    for (int i = 1; i < 8; ++i) {
        level[i] = level[i - 1] * (1 - events[i] / at_risk[i]);
    }
    for (int i = 7; i >= 0; --i) {
        area += level[i] * (time[i + 1] - time[i]);
        if (i > 0) {
            variance += area * area * events[i] / (at_risk[i] * (at_risk[i] - events[i]));
        }
    }
    struct survival survival = fit(remission, 21, 35, 0);
    check_relative("area", survival.restricted_mean.value, area, 1e-12);
    check_close("published", area, 23.29, 0.005);
    check_close("published error", sqrt(variance), 2.83, 0.005);
    check_relative("low", survival.restricted_mean.low,
                   area - 1.959963985 * sqrt(variance), 1e-9);
    check_relative("high", survival.restricted_mean.high,
                   area + 1.959963985 * sqrt(variance), 1e-9);
    survival_free(&survival);
}

/* Watched to the end, all of it is plain counting: shares, means, binomial variance. */
static void without_censoring_it_is_a_share_and_a_mean(void **state) {
    (void)state;
    struct survival_time path[500];
    double sum = 0, squares = 0;
    for (int i = 0; i < 500; ++i) {
        const double time = 1 + i * 7 % 100; /* 1 .. 100, each five times */
        path[i] = (struct survival_time){time, true};
        const double watched = time < 60 ? time : 60;
        sum += watched;
        squares += watched * watched;
    }
    struct survival survival = fit(path, 500, 60, 0);
    check_u64("steps", survival.count, 60);
    for (size_t i = 0; i < 60; ++i) {
        const double share = (double)(i + 1) / 100;
        const struct survival_step *step = &survival.step[i];
        check_relative("share", step->incidence.value, share, 1e-12);
        check_relative("error", step->error, sqrt(share * (1 - share) / 500), 1e-12);
    }
    check_bits("few: exact", survival.step[0].incidence.high,
               interval_clopper_pearson(5, 500, 0.95).high);
    check_true("many: Greenwood", survival.step[1].incidence.high !=
                                      interval_clopper_pearson(10, 500, 0.95).high);
    check_bits("median", survival.median.value, 50);
    const double mean = sum / 500, error = sqrt((squares / 500 - mean * mean) / 500);
    check_relative("mean", survival.restricted_mean.value, mean, 1e-12);
    check_relative("its interval", survival.restricted_mean.high,
                   mean + 1.959963985 * error, 1e-9);
    check_bits("at 10.5", survival_at(&survival, 10.5).value,
               survival.step[9].incidence.value);
    check_bits("before", survival_at(&survival, 0.5).value, 0);
    check_bits("before, no lower", survival_at(&survival, 0.5).low, 0);
    check_bits("before, upper", survival_at(&survival, 0.5).high,
               interval_clopper_pearson(0, 500, 0.95).high);
    check_bits("at the end", survival.incidence.high, survival.step[59].incidence.high);
    survival_free(&survival);
}

static void all_at_once_leaves_nobody(void **state) {
    (void)state;
    struct survival_time path[12];
    for (int i = 0; i < 12; ++i) {
        path[i] = (struct survival_time){3, true};
    }
    struct survival survival = fit(path, 12, 10, 0);
    check_u64("steps", survival.count, 1);
    check_bits("incidence", survival.incidence.value, 1);
    check_bits("low", survival.incidence.low, interval_clopper_pearson(12, 12, 0.95).low);
    check_bits("high", survival.incidence.high, 1);
    check_true("no error", isnan(survival.step[0].error));
    check_bits("median", survival.median.value, 3);
    check_bits("mean", survival.restricted_mean.value, 3);
    survival_free(&survival);
}

static void nothing_and_never_are_answered(void **state) {
    (void)state;
    struct survival_time path[100];
    for (int i = 0; i < 100; ++i) {
        path[i] = (struct survival_time){36, false};
    }
    struct survival none = fit(path, 0, 36, 3), never = fit(path, 100, 36, 0);
    check_true("no path", isnan(none.incidence.value) && isnan(none.median.value) &&
                              isnan(none.restricted_mean.value));
    check_u64("never: steps", never.count, 0);
    check_bits("never", never.incidence.value, 0);
    check_bits("low", never.incidence.low, 0);
    check_bits("high", never.incidence.high, interval_clopper_pearson(0, 100, 0.95).high);
    check_true("no median", isnan(never.median.value));
    check_bits("the mean is the horizon", never.restricted_mean.value, 36);
    check_true("and has no interval", isnan(never.restricted_mean.low));
    survival_free(&none);
    survival_free(&never);
}

/* Brute force: the failed paths put in as events at the start, or as paths without any. */
static void failed_paths_widen_the_curve_both_ways(void **state) {
    (void)state;
    struct survival_time path[MOST];
    for (int i = 0; i < 400; ++i) {
        path[i] = (struct survival_time){1 + i % 50, i % 2 == 0};
    }
    for (int i = 400; i < 420; ++i) {
        path[i] = (struct survival_time){60, false};
    }
    struct survival got = fit(path, 400, 60, 20), plain = fit(path, 400, 60, 0);
    struct survival never = fit(path, 420, 60, 0);
    for (int i = 400; i < 420; ++i) {
        path[i] = (struct survival_time){0, true};
    }
    struct survival start = fit(path, 420, 60, 0);
    check_u64("steps", got.count, 25);
    check_u64("the start is one more", start.count, 26);
    for (size_t i = 0; i < got.count; ++i) {
        const struct interval *incidence = &got.step[i].incidence;
        check_bits("value", incidence->value, plain.step[i].incidence.value);
        check_relative("low", incidence->low, never.step[i].incidence.low, 1e-12);
        check_relative("high", incidence->high, start.step[i + 1].incidence.high, 1e-12);
    }
    check_bits("mean", got.restricted_mean.value, plain.restricted_mean.value);
    check_relative("mean, low", got.restricted_mean.low, start.restricted_mean.low,
                   1e-12);
    check_relative("mean, high", got.restricted_mean.high, never.restricted_mean.high,
                   1e-12);
    check_bits("median, low", got.median.low, start.median.low);
    check_u64("failed", got.failed, 20);
    survival_free(&got);
    survival_free(&plain);
    survival_free(&never);
    survival_free(&start);
}

static void a_spool_gives_hours(void **state) {
    (void)state;
    struct spool *spool = spool_open();
    assert_non_null(spool);
    for (uint64_t path = 0; path < 100; ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome = {.path = path};
        outcome.value[OUTCOME_FUND_DEPLETION_TIME].integer = 5400000000000; /* 1.5 h */
        if (path >= 30) {
            outcome.missing = UINT64_C(1) << OUTCOME_FUND_DEPLETION_TIME;
        }
        if (path == 99) {
            outcome.status = OUTCOME_STATUS_LIMIT;
        }
        outcome_write(&outcome, record);
        assert_true(spool_append(spool, record, 1));
    }
    struct survival survival;
    assert_true(survival_depletion(spool, 36, 0.95, &survival));
    spool_close(spool);
    check_u64("steps", survival.count, 1);
    check_bits("time", survival.step[0].time, 1.5);
    check_u64("paths", survival.paths, 99);
    check_u64("failed", survival.failed, 1);
    check_relative("incidence", survival.incidence.value, 30.0 / 99, 1e-12);
    check_relative("mean", survival.restricted_mean.value, (30 * 1.5 + 69 * 36) / 99,
                   1e-12);
    survival_free(&survival);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remissions_have_the_published_curve),
        cmocka_unit_test(the_restricted_mean_is_the_area),
        cmocka_unit_test(without_censoring_it_is_a_share_and_a_mean),
        cmocka_unit_test(all_at_once_leaves_nobody),
        cmocka_unit_test(nothing_and_never_are_answered),
        cmocka_unit_test(failed_paths_widen_the_curve_both_ways),
        cmocka_unit_test(a_spool_gives_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
