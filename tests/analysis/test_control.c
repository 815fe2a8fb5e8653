#include "analysis/estimate/control.h"
#include "analysis/spool.h"
#include "sim/distribution.h"
#include "tests/support/check.h"

#include <errno.h>
#include <math.h>

static struct rng stream(uint64_t number) {
    return rng_pcg64(20200312, number);
}

/* Five pairs by hand: x = 1 2 3 4 5, y = 2 1 4 3 5.  Means 3 and 3, sums of squares 10 and
   10, of products 8: beta 0.8, rho 0.8, rest 10 - 6.4 = 3.6, differences 4. */
static void five_pairs_are_reduced_by_hand(void **state) {
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
    const struct control alone = control_fit(x, y, 5, nan(""), 0, 0.95);
    check_u64("pairs", alone.pairs, 5);
    check_relative("beta", alone.beta, 0.8, 1e-14);
    check_relative("correlation", alone.correlation, 0.8, 1e-14);
    check_relative("if known", alone.known_reduction, 1 / (1 - 0.64), 1e-14);
    check_relative("paired", alone.paired_reduction, 5, 1e-14);
    check_true("no mean without control paths", isnan(alone.mean.value));
    const struct control control = control_fit(x, y, 5, 3.5, 1000, 0.95);
    /* Rest 3.6 / 3 / 5 = 0.24, twin 0.64 * 2.5 / 1000 = 0.0016; t with 3 degrees at 0.975
       is 3.182446305. */
    check_relative("mean", control.mean.value, 3.4, 1e-14);
    check_relative("high", control.mean.high, 3.4 + 3.182446305 * sqrt(0.2416), 1e-9);
    check_relative("low", control.mean.low, 3.4 - 3.182446305 * sqrt(0.2416), 1e-9);
    check_relative("reduction", control.reduction, 0.5 / 0.2416, 1e-13);
}

static void what_never_varies_controls_nothing(void **state) {
    (void)state;
    static const double x[] = {1, 2, 3}, same[] = {4, 4, 4};
    check_u64("twin", control_fit(x, same, 3, 4, 10, 0.95).pairs, 0);
    check_u64("path", control_fit(same, x, 3, 4, 10, 0.95).pairs, 0);
    check_u64("two pairs", control_fit(x, x, 2, 4, 10, 0.95).pairs, 0);
    check_u64("none", control_fit(NULL, NULL, 0, 4, 10, 0.95).pairs, 0);
}

/* X = Y + E, Y exponential, E normal with a tenth of its variance, N = 10 n.  The regression
   removes all of Y but what N leaves: the variance is (0.1 + 1 / 10) / n against 1.1 / n,
   5.5 times less.  2,000 repetitions: coverage within 94 to 96; the variance over
   repetitions has a relative standard error of sqrt(2 / 2000) = 0.032, five of them 0.16,
   and without control paths, N = n, the estimate would be the plain mean. */
static void the_mean_is_as_precise_as_it_says(void **state) {
    (void)state;
    enum { REPETITIONS = 2000, PAIRS = 200, PATHS = 2000 };
    double x[PAIRS], y[PATHS], squares = 0, plain = 0, told = 0;
    int covers = 0;
    for (uint64_t repetition = 0; repetition < REPETITIONS; ++repetition) {
        struct rng rng = stream(repetition);
        double mean = 0, mean_x = 0;
        distribution_exponential_fill(&rng, 1, y, PATHS);
        for (size_t i = 0; i < PATHS; ++i) {
            mean += y[i] / PATHS;
        }
        for (size_t i = 0; i < PAIRS; ++i) {
            x[i] = y[i] + sqrt(0.1) * distribution_normal(&rng);
            mean_x += x[i] / PAIRS;
        }
        const struct control control = control_fit(x, y, PAIRS, mean, PATHS, 0.95);
        covers += control.mean.low <= 1 && 1 <= control.mean.high;
        squares += (control.mean.value - 1) * (control.mean.value - 1) / REPETITIONS;
        plain += (mean_x - 1) * (mean_x - 1) / REPETITIONS;
        told += control.reduction / REPETITIONS;
    }
    check_true("coverage", covers >= 0.94 * REPETITIONS && covers <= 0.96 * REPETITIONS);
    check_relative("variance", squares, 0.2 / PAIRS, 0.16);
    check_relative("plain", plain, 1.1 / PAIRS, 0.16);
    check_relative("reduction as told", told, 5.5, 0.05);
}

static void put(struct spool *spool, uint64_t path, int64_t debt, int64_t feedback,
                bool twin, bool failed) {
    unsigned char record[OUTCOME_RECORD_SIZE];
    struct outcome outcome = {.path = path};
    outcome.value[OUTCOME_BAD_DEBT].integer = debt * 1000000;
    outcome.value[OUTCOME_FEEDBACK_BAD_DEBT].integer = feedback * 1000000;
    outcome.missing = twin ? 0 : UINT64_C(1) << OUTCOME_FEEDBACK_BAD_DEBT;
    outcome.status = failed ? OUTCOME_STATUS_LIMIT : OUTCOME_STATUS_COMPLETE;
    outcome_write(&outcome, record);
    assert_true(spool_append(spool, record, 1));
}

/* The pairs from above as paths, with their twins aside, and as a run of twins. */
static void twins_come_from_paths_or_from_another_run(void **state) {
    (void)state;
    static const int64_t x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
    struct spool *paths = spool_open(), *other = spool_open(), *wrong = spool_open();
    assert_non_null(paths);
    assert_non_null(other);
    assert_non_null(wrong);
    struct control control;
    assert_true(control_of_twin(paths, 0.95, &control));
    check_u64("no path", control.pairs, 0);
    for (uint64_t i = 0; i < 7; ++i) { /* the sixth failed, the seventh has no twin */
        put(paths, i, i < 5 ? x[i] : 9, i < 5 ? x[i] - y[i] : 0, i < 6, i == 5);
        put(wrong, i + 1, 1, 0, false, false);
    }
    for (uint64_t i = 0; i < 12; ++i) { /* the seventh failed here */
        put(other, i, i < 5 ? y[i] : 4, 0, false, i == 6);
    }
    assert_true(control_of_twin(paths, 0.95, &control));
    check_u64("twins", control.pairs, 5);
    check_relative("beta", control.beta, 0.8, 1e-14);
    check_u64("no control paths", control.paths, 0);
    assert_true(control_of_run(paths, other, 0.95, &control));
    check_u64("pairs", control.pairs, 5);
    check_u64("control paths", control.paths, 11);
    check_relative("mean", control.mean.value, 3 - 0.8 * (3 - (15 + 6 * 4) / 11.0),
                   1e-13);
    errno = 0;
    check_true("other paths", !control_of_run(paths, wrong, 0.95, &control));
    check_i64("told", errno, EINVAL);
    check_true("too few", !control_of_run(other, paths, 0.95, &control));
    spool_close(paths);
    spool_close(other);
    spool_close(wrong);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_pairs_are_reduced_by_hand),
        cmocka_unit_test(what_never_varies_controls_nothing),
        cmocka_unit_test(the_mean_is_as_precise_as_it_says),
        cmocka_unit_test(twins_come_from_paths_or_from_another_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
