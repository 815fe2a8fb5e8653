/* Known answers are those of DESIGN.md, "Known answers: intervals", and of tables. */
#include "analysis/estimate/interval.h"
#include "tests/support/check.h"

#include <math.h>

/* SplitMix64: the test's own numbers, independent of sim. */
static double next_uniform(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static void shares_have_the_published_intervals(void **state) {
    (void)state;
    /* events, trials, then both intervals at 95 % */
    static const struct {
        const char *name;
        uint64_t events, trials;
        double wilson_low, wilson_high, exact_low, exact_high;
    } cases[] = {
        {"3 of 1000", 3,  1000, 0.00102078, 0.00878301, 0.00061910, 0.00874202},
        {"0 of 1000", 0,  1000, 0,          0.00382676, 0,          0.0036821 },
        {"0 of 10",   0,  10,   0,          0.2775328,  0,          0.3084971 },
        {"10 of 10",  10, 10,   0.7224672,  1,          0.6915029,  1         },
        {"5 of 10",   5,  10,   0.2365931,  0.7634069,  0.1870860,  0.8129140 },
        {"1 of 1",    1,  1,    0.2065493,  1,          0.025,      1         },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct interval wilson =
            interval_wilson(cases[i].events, cases[i].trials, 0.95);
        const struct interval exact =
            interval_clopper_pearson(cases[i].events, cases[i].trials, 0.95);
        check_close(cases[i].name, wilson.low, cases[i].wilson_low, 6e-8);
        check_close(cases[i].name, wilson.high, cases[i].wilson_high, 6e-8);
        check_close(cases[i].name, exact.low, cases[i].exact_low, 6e-8);
        check_close(cases[i].name, exact.high, cases[i].exact_high, 6e-8);
        check_bits(cases[i].name, exact.value,
                   (double)cases[i].events / (double)cases[i].trials);
    }
}

static void no_events_give_the_closed_form(void **state) {
    (void)state;
    for (uint64_t n = 1; n < 2000000000; n *= 7) {
        const double bound = -expm1(log(0.025) / (double)n);
        check_relative("upper bound", interval_share(0, n, 0.95).high, bound, 1e-9);
        check_bits("lower bound", interval_share(0, n, 0.95).low, 0);
        check_relative("mirrored", 1 - interval_share(n, n, 0.95).low, bound, 1e-6);
    }
}

static void few_events_are_shown_exactly_and_many_by_wilson(void **state) {
    (void)state;
    static const uint64_t events[] = {0, 9, 10, 500, 990, 991, 1000};
    for (size_t i = 0; i < sizeof events / sizeof *events; ++i) {
        const uint64_t k = events[i];
        const struct interval shown = interval_share(k, 1000, 0.95);
        const struct interval want = k < 10 || k > 990
                                         ? interval_clopper_pearson(k, 1000, 0.95)
                                         : interval_wilson(k, 1000, 0.95);
        check_bits("low", shown.low, want.low);
        check_bits("high", shown.high, want.high);
    }
}

static void nothing_gives_no_interval(void **state) {
    (void)state;
    int64_t one[] = {7000000};
    const struct sample empty = {.divisor = 1};
    const struct sample single = {.count = 1, .integer = one, .divisor = 1e6};
    check_true("no trials", isnan(interval_share(0, 0, 0.95).high));
    check_true("no trials", isnan(interval_share(0, 0, 0.95).value));
    check_true("no values", isnan(interval_mean(&empty, 0.95).value));
    check_bits("one value", interval_mean(&single, 0.95).value, 7);
    check_true("one value, no interval", isnan(interval_mean(&single, 0.95).low));
    check_true("one value, no interval", isnan(interval_mean(&single, 0.95).high));
}

static void the_mean_has_students_interval(void **state) {
    (void)state;
    int64_t integers[] = {1000000, 5000000, 2000000, 4000000, 3000000};
    double reals[] = {1, 5, 2, 4, 3};
    /* Standard error sqrt(2.5 / 5), t at 0.975 with 4 degrees of freedom 2.776445105. */
    const double half = 2.776445105 * sqrt(0.5);
    const struct sample samples[] = {
        {.count = 5, .integer = integers, .divisor = 1e6},
        {.count = 5, .real = reals,       .divisor = 1  },
    };
    for (int i = 0; i < 2; ++i) {
        const struct interval mean = interval_mean(&samples[i], 0.95);
        check_bits("mean", mean.value, 3);
        check_close("low", mean.low, 3 - half, 1e-8);
        check_close("high", mean.high, 3 + half, 1e-8);
    }
}

static void equal_values_give_a_value_without_an_interval(void **state) {
    (void)state;
    double tenths[1000];
    int64_t cents[1000];
    for (int i = 0; i < 1000; ++i) {
        tenths[i] = 0.1;
        cents[i] = -INT64_C(9007199254740993);
    }
    const struct interval real = interval_mean(
        &(struct sample){.count = 1000, .real = tenths, .divisor = 1}, 0.95);
    const struct interval integer = interval_mean(
        &(struct sample){.count = 1000, .integer = cents, .divisor = 1e6}, 0.95);
    check_bits("value", real.value, 0.1);
    check_bits("value", integer.value, -9007199254.740992);
    check_true("no interval", isnan(real.low) && isnan(real.high));
    check_true("no interval", isnan(integer.low) && isnan(integer.high));
}

static void large_integers_are_summed_exactly(void **state) {
    (void)state;
    int64_t values[] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, INT64_MIN};
    const struct sample sample = {.count = 6, .integer = values, .divisor = 1};
    check_bits("mean", interval_mean(&sample, 0.95).value, -0.5);
    double spread[] = {1e300, 1, -1e300};
    const struct sample reals = {.count = 3, .real = spread, .divisor = 1};
    check_bits("mean of reals", interval_mean(&reals, 0.95).value, 1.0 / 3);
}

static void samples_are_sorted_by_value(void **state) {
    (void)state;
    int64_t integers[] = {3, INT64_MIN, 0, INT64_MAX, -1};
    double reals[] = {3, -1e300, 0, 1e300, -1};
    struct sample a = {.count = 5, .integer = integers, .divisor = 1};
    struct sample b = {.count = 5, .real = reals, .divisor = 2};
    sample_sort(&a);
    sample_sort(&b);
    for (size_t i = 1; i < 5; ++i) {
        check_true("integers", integers[i - 1] < integers[i]);
        check_true("reals", reals[i - 1] < reals[i]);
    }
    check_bits("in shown units", sample_at(&b, 4), 1.5);
}

/* 4,000 repetitions: the standard error of a coverage of 0.95 is 0.0034; five of them are
   0.017.  The mean of 200 exponentials covers slightly less than its level, by about 0.01
   (skewness 2, one term of Edgeworth's expansion); Wilson's coverage oscillates. */
static void intervals_cover_the_truth_as_often_as_they_say(void **state) {
    (void)state;
    enum { REPETITIONS = 4000, COUNT = 200 };
    uint64_t seed = 20200312;
    int mean_covers = 0, share_covers = 0;
    for (int repetition = 0; repetition < REPETITIONS; ++repetition) {
        double values[COUNT];
        uint64_t events = 0;
        for (int i = 0; i < COUNT; ++i) {
            values[i] = -log(next_uniform(&seed));
            events += next_uniform(&seed) < 0.2;
        }
        const struct sample sample = {.count = COUNT, .real = values, .divisor = 1};
        const struct interval mean = interval_mean(&sample, 0.95);
        const struct interval share = interval_share(events, COUNT, 0.95);
        mean_covers += mean.low <= 1 && 1 <= mean.high;
        share_covers += share.low <= 0.2 && 0.2 <= share.high;
    }
    check_close("mean", (double)mean_covers / REPETITIONS, 0.945, 0.017);
    check_close("share", (double)share_covers / REPETITIONS, 0.95, 0.017);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_have_the_published_intervals),
        cmocka_unit_test(no_events_give_the_closed_form),
        cmocka_unit_test(few_events_are_shown_exactly_and_many_by_wilson),
        cmocka_unit_test(nothing_gives_no_interval),
        cmocka_unit_test(the_mean_has_students_interval),
        cmocka_unit_test(equal_values_give_a_value_without_an_interval),
        cmocka_unit_test(large_integers_are_summed_exactly),
        cmocka_unit_test(samples_are_sorted_by_value),
        cmocka_unit_test(intervals_cover_the_truth_as_often_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
