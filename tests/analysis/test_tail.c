/* Known answers are those of DESIGN.md, "Known answers: intervals". */
#include "analysis/estimate/tail.h"
#include "engine/numeric.h"
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

/* P(low <= X < high) of a binomial, term by term. */
static double coverage(uint64_t n, double q, struct tail_ranks ranks) {
    double sum = 0;
    for (uint64_t k = ranks.low; k < ranks.high; ++k) {
        const double a = (double)k, b = (double)n;
        sum += exp(lgamma(b + 1) - lgamma(a + 1) - lgamma(b - a + 1) + a * log(q) +
                   (b - a) * log1p(-q));
    }
    return sum;
}

static void ranks_are_the_published_ones(void **state) {
    (void)state;
    const struct tail_ranks median = tail_quantile_ranks(100, Q50, 0.95);
    check_u64("median", median.value, 50);
    check_u64("median, low", median.low, 40);
    check_u64("median, high", median.high, 61);
    check_close("median, coverage", coverage(100, 0.5, median), 0.9648, 5e-5);
    const struct tail_ranks tail = tail_quantile_ranks(10000, Q99, 0.95);
    check_u64("99 %", tail.value, 9900);
    check_u64("99 %, low", tail.low, 9880);
    check_u64("99 %, high", tail.high, 9920);
    check_close("99 %, coverage", coverage(10000, 0.99, tail), 0.9558, 5e-5);
}

/* The smallest enclosing ranks: they cover the level, and one rank less on a side leaves
   more than half the rest there. */
static void ranks_are_the_closest_that_cover(void **state) {
    (void)state;
    static const uint64_t counts[] = {1, 2, 5, 37, 100, 299, 458, 459, 1000, 20000};
    static const uint32_t levels[] = {Q50, Q95, Q99};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) {
        for (size_t j = 0; j < sizeof levels / sizeof *levels; ++j) {
            const uint64_t n = counts[i];
            const double q = levels[j] / 1e6;
            const struct tail_ranks ranks = tail_quantile_ranks(n, levels[j], 0.95);
            const struct tail_ranks below = {0, 0, ranks.low};
            const struct tail_ranks below_next = {0, 0, ranks.low + 1};
            const struct tail_ranks above = {0, ranks.high, n + 1};
            const struct tail_ranks above_last = {0, ranks.high - 1, n + 1};
            check_true("low", coverage(n, q, below) <= 0.025 + 1e-9);
            check_true("low, closest", coverage(n, q, below_next) > 0.025 - 1e-9);
            check_true("high", coverage(n, q, above) <= 0.025 + 1e-9);
            check_true("high, closest", coverage(n, q, above_last) > 0.025 - 1e-9);
            check_true("enclose", ranks.low <= ranks.value && ranks.value <= ranks.high);
        }
    }
}

static void a_small_sample_has_no_upper_bound(void **state) {
    (void)state;
    int64_t values[100];
    for (int i = 0; i < 100; ++i) {
        values[i] = i + 1;
    }
    const struct sample sample = {
        .count = 100, .integer = values, .divisor = 1, .sorted = true};
    const struct interval at_risk = tail_quantile(&sample, Q99, 0.95);
    check_bits("value", at_risk.value, 99);
    check_bits("low", at_risk.low, 97);
    check_true("high", isnan(at_risk.high));
    const struct sample empty = {.divisor = 1, .sorted = true};
    check_true("empty", isnan(tail_quantile(&empty, Q50, 0.95).value));
}

static void an_atom_is_met_exactly(void **state) {
    (void)state;
    int64_t values[1000] = {0};
    for (int i = 995; i < 1000; ++i) {
        values[i] = 100;
    }
    const struct sample sample = {
        .count = 1000, .integer = values, .divisor = 1, .sorted = true};
    uint64_t tail;
    const struct interval shortfall = tail_shortfall(&sample, Q99, 0.95, &tail);
    check_bits("VaR", tail_quantile(&sample, Q99, 0.95).value, 0);
    check_bits("ES", shortfall.value, 50);
    check_u64("paths in the tail", tail, 5);
    /* (X - VaR)+ is 100 w.p. 0.005: standard deviation 100 sqrt(0.005 0.995), over
       0.01 sqrt(1000); n - 1 in the variance; 1.959964 of them. */
    const double error = 100 * sqrt(0.005 * 0.995 * 1000 / 999.0) / 0.01 / sqrt(1000);
    check_close("ES, high", shortfall.high, 50 + 1.959963985 * error, 1e-6);
    check_close("ES, low", shortfall.low, 50 - 1.959963985 * error, 1e-6);
}

static void equal_values_have_no_tail(void **state) {
    (void)state;
    double values[500];
    for (int i = 0; i < 500; ++i) {
        values[i] = 0.3;
    }
    const struct sample sample = {
        .count = 500, .real = values, .divisor = 1, .sorted = true};
    uint64_t tail;
    const struct interval shortfall = tail_shortfall(&sample, Q99, 0.95, &tail);
    check_bits("value", shortfall.value, 0.3);
    check_true("no interval", isnan(shortfall.low) && isnan(shortfall.high));
    check_u64("tail", tail, 0);
    const struct sample one = {.count = 1, .real = values, .divisor = 1, .sorted = true};
    check_bits("one path", tail_shortfall(&one, Q99, 0.95, &tail).value, 0.3);
    check_true("one path", isnan(tail_shortfall(&one, Q99, 0.95, &tail).high));
}

/* Quantiles on a grid of n = 1e6 midpoints.  VaR is off by half a step, 5e-7 over the
   density (0.0267 and 0.01); ES by the midpoint rule near the end, below 1e-4. */
static void known_laws_have_their_var_and_es(void **state) {
    (void)state;
    enum { COUNT = 1000000 };
    double *normal = malloc(COUNT * sizeof *normal);
    double *exponential = malloc(COUNT * sizeof *exponential);
    assert_non_null(normal);
    assert_non_null(exponential);
    for (int i = 0; i < COUNT; ++i) {
        const double p = (i + 0.5) / COUNT;
        normal[i] = numeric_normal_inverse(p);
        exponential[i] = -log1p(-p);
    }
    const struct {
        const char *name;
        double *values, at_risk, shortfall;
    } cases[] = {
        {"normal",      normal,      2.326348, 2.665214},
        {"exponential", exponential, 4.605170, 5.605170},
    };
    for (int i = 0; i < 2; ++i) {
        const struct sample sample = {
            .count = COUNT, .real = cases[i].values, .divisor = 1, .sorted = true};
        uint64_t tail;
        check_close(cases[i].name, tail_quantile(&sample, Q99, 0.95).value,
                    cases[i].at_risk, 6e-5);
        check_close(cases[i].name, tail_shortfall(&sample, Q99, 0.95, &tail).value,
                    cases[i].shortfall, 1e-4);
        check_u64(cases[i].name, tail, 10000);
    }
    free(normal);
    free(exponential);
}

/* 1,000 repetitions: the standard error of a coverage of 0.95 is 0.0069, five of them
   0.034.  An order-statistic interval covers at least its level.  The shortfall of an
   exponential from 200 tail paths covers about 0.93, since the tail is skewed. */
static void intervals_cover_the_truth_as_often_as_they_say(void **state) {
    (void)state;
    enum { REPETITIONS = 1000, COUNT = 20000 };
    double *values = malloc(COUNT * sizeof *values);
    assert_non_null(values);
    uint64_t seed = 12031320;
    int quantile_covers = 0, shortfall_covers = 0;
    for (int repetition = 0; repetition < REPETITIONS; ++repetition) {
        /* The tail alone is drawn exponential; below it any value will do, and is 0:
           how many are in it is binomial, drawn one by one. */
        size_t above = 0;
        for (int i = 0; i < COUNT; ++i) {
            above += next_uniform(&seed) < 0.02;
        }
        for (size_t i = 0; i < COUNT; ++i) {
            values[i] = i < COUNT - above ? 0 : -log(0.02) - log(next_uniform(&seed));
        }
        struct sample sample = {.count = COUNT, .real = values, .divisor = 1};
        sample_sort(&sample);
        uint64_t tail;
        const struct interval at_risk = tail_quantile(&sample, Q99, 0.95);
        const struct interval shortfall = tail_shortfall(&sample, Q99, 0.95, &tail);
        quantile_covers += at_risk.low <= 4.605170 && 4.605170 <= at_risk.high;
        shortfall_covers += shortfall.low <= 5.605170 && 5.605170 <= shortfall.high;
    }
    free(values);
    check_close("VaR", (double)quantile_covers / REPETITIONS, 0.955, 0.034);
    check_close("ES", (double)shortfall_covers / REPETITIONS, 0.94, 0.034);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_the_published_ones),
        cmocka_unit_test(ranks_are_the_closest_that_cover),
        cmocka_unit_test(a_small_sample_has_no_upper_bound),
        cmocka_unit_test(an_atom_is_met_exactly),
        cmocka_unit_test(equal_values_have_no_tail),
        cmocka_unit_test(known_laws_have_their_var_and_es),
        cmocka_unit_test(intervals_cover_the_truth_as_often_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
