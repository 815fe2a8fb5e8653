/* What guards a tail: batches that check a shortfall's interval, and quantiles that know
   of paths that failed. */
#include "analysis/estimate/tail.h"
#include "tests/support/check.h"

#include <math.h>

#define Q50 500000u
#define Q95 950000u
#define Q99 990000u

static double next_uniform(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Twenty parts of 100 values 0 .. 99, with part i moved up by i.  The worst 10 % of a part
   average 94.5 + i: mean 104; the spread of 0 .. 19 is sqrt(35), over sqrt(20). */
static void batches_are_consecutive_parts(void **state) {
    (void)state;
    int64_t integer[2007];
    double real[2007];
    for (int i = 0; i < 2007; ++i) { /* seven are left over, and wild */
        integer[i] = i < 2000 ? (i * 37 % 100 + i / 100) * 1000000 : INT64_MAX;
        const int value = i * 37 % 100 + i / 100;
        real[i] = i < 2000 ? value : 1e300;
    }
    const double half = 2.093024054 * sqrt(35.0 / 20); /* t, 19 degrees, 0.975 */
    const struct sample samples[] = {
        {.count = 2007, .integer = integer, .divisor = 1e6},
        {.count = 2007, .real = real,       .divisor = 1  },
    };
    for (int i = 0; i < 2; ++i) {
        struct interval batches;
        assert_true(tail_shortfall_batches(&samples[i], 900000, 0.95, &batches));
        check_relative("value", batches.value, 104, 1e-12);
        check_close("low", batches.low, 104 - half, 1e-8);
        check_close("high", batches.high, 104 + half, 1e-8);
    }
}

static void fewer_than_fifty_in_the_tail_give_no_batches(void **state) {
    (void)state;
    double values[5000];
    for (int i = 0; i < 5000; ++i) {
        values[i] = i;
    }
    struct interval batches;
    struct sample sample = {.count = 4999, .real = values, .divisor = 1};
    assert_true(tail_shortfall_batches(&sample, Q99, 0.95, &batches));
    check_true("49.99 expected", isnan(batches.value) && isnan(batches.low));
    sample.count = 5000;
    assert_true(tail_shortfall_batches(&sample, Q99, 0.95, &batches));
    check_true("50 expected", !isnan(batches.low));
    sample.count = 0;
    assert_true(tail_shortfall_batches(&sample, Q99, 0.95, &batches));
    check_true("none", isnan(batches.value));
    check_true("nothing to compare", tail_batches_agree(&batches, &batches, 0.95));
}

/* Shortfalls of exponential samples; the sabotaged ones are wrong about their error by a
   factor of 2 and of 1/4.  What is right is refused less often than once in 1,000: of 200
   at most 4 (probability of more below 1e-6 at 1/1000). */
static void batches_find_a_wrong_interval(void **state) {
    (void)state;
    enum { REPETITIONS = 200, COUNT = 20000 };
    double *values = malloc(COUNT * sizeof *values);
    assert_non_null(values);
    uint64_t seed = 20200312;
    int refused = 0, narrow_refused = 0, wide_refused = 0;
    for (int repetition = 0; repetition < REPETITIONS; ++repetition) {
        for (int i = 0; i < COUNT; ++i) {
            values[i] = -log(next_uniform(&seed));
        }
        struct sample sample = {.count = COUNT, .real = values, .divisor = 1};
        struct interval batches, shortfall, wrong;
        uint64_t tail;
        assert_true(tail_shortfall_batches(&sample, Q95, 0.95, &batches));
        sample_sort(&sample);
        shortfall = tail_shortfall(&sample, Q95, 0.95, &tail);
        refused += !tail_batches_agree(&shortfall, &batches, 0.95);
        wrong = shortfall;
        wrong.low = (shortfall.value + shortfall.low) / 2;
        wrong.high = (shortfall.value + shortfall.high) / 2;
        narrow_refused += !tail_batches_agree(&wrong, &batches, 0.95);
        wrong.low = 4 * shortfall.low - 3 * shortfall.value;
        wrong.high = 4 * shortfall.high - 3 * shortfall.value;
        wide_refused += !tail_batches_agree(&wrong, &batches, 0.95);
    }
    free(values);
    check_true("right", refused <= 4);
    /* The error ratio is 2 sqrt(chi2/19), above 8/5 with probability 0.88; or a quarter
       of it, below 1/2 but for chi2 > 76. */
    check_true("too narrow", narrow_refused > REPETITIONS * 3 / 4);
    check_u64("too wide", (uint64_t)wide_refused, REPETITIONS);
}

/* Brute force: the failed trials put in as the smallest values, then as the largest, and
   the plain interval taken of each. */
static void failed_trials_bound_a_quantile(void **state) {
    (void)state;
    static const uint64_t counts[] = {1, 30, 200, 997, 5000};
    static const uint64_t lost[] = {0, 1, 3, 40, 300};
    static const uint32_t levels[] = {Q50, Q95, Q99};
    int64_t values[5300];
    for (size_t at = 0; at < 5 * 5 * 3; ++at) {
        const uint64_t count = counts[at % 5], failed = lost[at / 5 % 5];
        const uint32_t q = levels[at / 25];
        for (size_t i = 0; i < count; ++i) {
            values[i] = (int64_t)i + 1;
        }
        struct sample sample = {
            .count = count, .integer = values, .divisor = 1, .sorted = true};
        const struct interval got = tail_quantile_bounds(&sample, q, 0.95, failed);
        check_bits("value", got.value, tail_quantile(&sample, q, 0.95).value);
        sample.count = count + failed;
        for (size_t i = 0; i < failed; ++i) {
            values[count + i] = INT64_MAX;
        }
        const double high = tail_quantile(&sample, q, 0.95).high;
        check_true("high",
                   isnan(got.high) ? isnan(high) || high > 6000 : got.high == high);
        for (size_t i = 0; i < count + failed; ++i) {
            values[i] = i < failed ? INT64_MIN : (int64_t)(i - failed) + 1;
        }
        const double low = tail_quantile(&sample, q, 0.95).low;
        check_true("low", isnan(got.low) ? isnan(low) || low < 0 : got.low == low);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_are_consecutive_parts),
        cmocka_unit_test(fewer_than_fifty_in_the_tail_give_no_batches),
        cmocka_unit_test(batches_find_a_wrong_interval),
        cmocka_unit_test(failed_trials_bound_a_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
