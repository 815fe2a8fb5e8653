#include "analysis/estimate/paired.h"
#include "tests/support/check.h"

#include <errno.h>
#include <math.h>

#define Z95 1.959963984540054

static struct paired_counts counts_of(uint64_t second, uint64_t first, uint64_t pairs) {
    return (struct paired_counts){
        .only_second = second, .only_first = first, .neither = pairs - second - first};
}

/* Log likelihood of the shares (second only, first only) = (q + d, q). */
static double likelihood(const struct paired_counts *counts, double d, double q) {
    const double b = (double)counts->only_second, c = (double)counts->only_first,
                 rest = (double)(counts->neither + counts->both);
    return (b > 0 ? b * log(q + d) : 0) + (c > 0 ? c * log(q) : 0) +
           (rest > 0 ? rest * log(1 - 2 * q - d) : 0);
}

/* The statistic with the share found by golden section instead of the closed root. */
static double statistic(const struct paired_counts *counts, double d) {
    const double b = (double)counts->only_second, c = (double)counts->only_first,
                 n = b + c + (double)(counts->neither + counts->both);
    const double ratio = (sqrt(5) - 1) / 2;
    double low = d < 0 ? -d : 0, high = (1 - d) / 2;
    for (int i = 0; i < 200; ++i) {
        const double left = high - ratio * (high - low),
                     right = low + ratio * (high - low);
        if (likelihood(counts, d, left) > likelihood(counts, d, right)) {
            high = right;
        } else {
            low = left;
        }
    }
    const double q = (low + high) / 2;
    return (b - c - n * d) / sqrt(n * (2 * q + d * (1 - d)));
}

/* A flat maximum is found to about 1e-8 of its place, so the statistic to about 1e-6. */
static void the_score_interval_ends_where_the_test_rejects(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t second, first, pairs;
    } cases[] = {
        {"a few",            12,  2,   50   },
        {"balanced",         20,  20,  160  },
        {"one side",         15,  0,   1000 },
        {"other side",       0,   15,  1000 },
        {"rare",             11,  3,   10000},
        {"nearly all apart", 60,  39,  100  },
        {"many",             400, 300, 1000 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct paired_counts counts =
            counts_of(cases[i].second, cases[i].first, cases[i].pairs);
        const struct interval got = paired_score(&counts, 0.95);
        check_close(cases[i].name, statistic(&counts, got.low), Z95, 1e-5);
        check_close(cases[i].name, statistic(&counts, got.high), -Z95, 1e-5);
    }
}

/* Airway reactivity of 21 children, 7 pairs apart one way and 1 the other (Bentur et al.
   2009): Fagerland, Lydersen, Laake (2014), Statistics in Medicine 33, 2850-2875, give
   Tango's interval as 0.026 to 0.517. */
static void a_published_interval_is_met(void **state) {
    (void)state;
    const struct paired_counts counts = counts_of(7, 1, 21);
    check_close("low", paired_score(&counts, 0.95).low, 0.026, 5e-4);
    check_close("high", paired_score(&counts, 0.95).high, 0.517, 5e-4);
}

/* Without a pair that disagrees the statistic is -n d / sqrt(n d (1 - d)) for d > 0: z at
   d = z^2 / (n + z^2). */
static void no_pair_apart_leaves_an_interval_around_zero(void **state) {
    (void)state;
    static const uint64_t sizes[] = {10, 1000, 100000};
    for (size_t i = 0; i < 3; ++i) {
        const double n = (double)sizes[i], end = Z95 * Z95 / (n + Z95 * Z95);
        const struct paired_counts counts = counts_of(0, 0, sizes[i]);
        check_relative("high", paired_score(&counts, 0.95).high, end, 1e-9);
        check_relative("low", paired_score(&counts, 0.95).low, -end, 1e-9);
        /* Exact: one pair in two tails of 1 % / 2, and the side is open. */
        const double most = 1 - pow(0.005, 1 / n);
        check_relative("exact", paired_exact(&counts, 0.95).high, most, 1e-9);
        check_relative("exact", paired_share(&counts, 0.95).low, -most, 1e-9);
    }
}

static void the_interval_excludes_zero_when_mcnemar_rejects(void **state) {
    (void)state;
    for (uint64_t apart = INTERVAL_FEW; apart < 60; ++apart) {
        for (uint64_t second = 0; second <= apart; ++second) {
            const uint64_t first = apart - second;
            const struct paired_counts counts = counts_of(second, first, 500);
            const struct interval got = paired_share(&counts, 0.95);
            const double z = ((double)second - (double)first) / sqrt((double)apart);
            check_true("above", (got.low > 0) == (z > Z95));
            check_true("below", (got.high < 0) == (z < -Z95));
        }
    }
}

/* All of m pairs on one side: the bound of the side is (4 % / 2)^(1/m), above one half
   from m = 6 on. */
static void few_pairs_are_judged_exactly(void **state) {
    (void)state;
    for (uint64_t m = 1; m < INTERVAL_FEW; ++m) {
        const struct paired_counts counts = counts_of(m, 0, 1000);
        const struct interval got = paired_share(&counts, 0.95);
        check_true("excludes zero", (got.low > 0) == (pow(0.02, 1 / (double)m) > 0.5));
        check_true("six do, five do not", (got.low > 0) == (m >= 6));
        const struct paired_counts turned = counts_of(0, m, 1000);
        check_close("mirrored", paired_share(&turned, 0.95).high, -got.low, 1e-12);
    }
}

static double log_choose(uint64_t n, uint64_t k) {
    return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* How often an interval covers p - q when pairs are apart with shares p and q: the sum of
   the probabilities of all counts, no sampling. */
static double coverage(const struct interval *got, uint64_t n, double p, double q) {
    double sum = 0;
    for (uint64_t b = 0; b <= n; ++b) {
        for (uint64_t c = 0; b + c <= n; ++c) {
            const struct interval *at = &got[b * (n + 1) + c];
            if (at->low <= p - q + 1e-12 && at->high >= p - q - 1e-12) {
                sum += exp(log_choose(n, b) + log_choose(n - b, c) + (double)b * log(p) +
                           (double)c * log(q) + (double)(n - b - c) * log(1 - p - q));
            }
        }
    }
    return sum;
}

static void intervals_cover_what_they_promise(void **state) {
    (void)state;
    enum { N = 24 };
    static struct interval exact[(N + 1) * (N + 1)], shown[(N + 1) * (N + 1)];
    for (uint64_t b = 0; b <= N; ++b) {
        for (uint64_t c = 0; b + c <= N; ++c) {
            const struct paired_counts counts = counts_of(b, c, N);
            exact[b * (N + 1) + c] = paired_exact(&counts, 0.95);
            shown[b * (N + 1) + c] = paired_share(&counts, 0.95);
        }
    }
    for (double p = 0.02; p < 0.5; p += 0.06) {
        for (double q = 0.02; q < 0.5; q += 0.06) {
            check_true("exact covers at least 95 %", coverage(exact, N, p, q) >= 0.95);
            /* Tango (1998), table: down to 93.5 % at such sizes. */
            check_true("shown covers nearly that", coverage(shown, N, p, q) >= 0.93);
        }
    }
}

/* A run of paths whose values fill decides. */
typedef void fill_outcome(struct outcome *outcome, uint64_t path);

static struct spool *make_spool(uint64_t count, fill_outcome *fill) {
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

static struct paired pair(uint64_t count, fill_outcome *first, fill_outcome *second,
                          enum outcome_field field, enum metrics_kind kind) {
    struct spool *a = make_spool(count, first), *b = make_spool(count, second);
    struct paired paired;
    assert_true(paired_compute(a, b, field, kind, 0.95, &paired));
    spool_close(a);
    spool_close(b);
    return paired;
}

static void fill_base(struct outcome *outcome, uint64_t path) {
    outcome->value[OUTCOME_BAD_DEBT].integer = (int64_t)(path * 1000) * 1000000;
    outcome->value[OUTCOME_HAIRCUT_RATE].real = 0.25;
    outcome->value[OUTCOME_INSOLVENCY].integer = path % 2 == 0;
    outcome->value[OUTCOME_POOL_PNL].integer = INT64_MAX - (int64_t)path;
}

/* One, two and three USD more; insolvent where the base is, and on path 1. */
static void fill_more(struct outcome *outcome, uint64_t path) {
    fill_base(outcome, path);
    outcome->value[OUTCOME_BAD_DEBT].integer += (int64_t)(path + 1) * 1000000;
    outcome->value[OUTCOME_HAIRCUT_RATE].real += 0.5;
    outcome->value[OUTCOME_INSOLVENCY].integer |= path == 1;
    outcome->value[OUTCOME_POOL_PNL].integer = -INT64_C(3000000) * (int64_t)(path + 1);
}

/* Differences 1, 2, 3: mean 2, standard error 1 / sqrt(3), t(2) = 4.302652730. */
static void means_differ_by_the_mean_of_the_differences(void **state) {
    (void)state;
    const struct paired got =
        pair(3, fill_base, fill_more, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_close("difference", got.difference.value, 2, 0);
    check_close("low", got.difference.low, 2 - 4.302652729911275 / sqrt(3), 1e-9);
    check_close("high", got.difference.high, 2 + 4.302652729911275 / sqrt(3), 1e-9);
    check_close("in standard errors", got.errors, 2 * sqrt(3), 1e-9);
    check_u64("pairs", got.pairs, 3);
    check_u64("higher", got.higher, 3);
    check_u64("lower", got.lower, 0);
    const struct paired turned =
        pair(3, fill_more, fill_base, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_close("turned", turned.difference.value, -2, 0);
    check_close("turned", turned.errors, -got.errors, 1e-14);
}

static void a_constant_difference_has_no_interval(void **state) {
    (void)state;
    const struct paired same =
        pair(3, fill_base, fill_base, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_close("no difference", same.difference.value, 0, 0);
    check_close("none in standard errors", same.errors, 0, 0);
    check_true("nor an interval", isnan(same.difference.low));
    const struct paired half =
        pair(3, fill_base, fill_more, OUTCOME_HAIRCUT_RATE, METRICS_MEAN);
    check_close("one half everywhere", half.difference.value, 0.5, 0);
    check_true("of which nothing tells the error", isnan(half.errors));
    const struct paired one =
        pair(1, fill_base, fill_more, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_close("one pair", one.difference.value, 1, 0);
    check_true("cannot say", isnan(one.difference.low) && isnan(one.errors));
    const struct paired none =
        pair(0, fill_base, fill_more, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_true("no pair", isnan(none.difference.value) && none.pairs == 0);
}

/* -3e6 (i + 1) - (2^63 - 1 - i) does not fit 64 bits. */
static void differences_beyond_64_bits_are_taken_as_doubles(void **state) {
    (void)state;
    const struct paired got =
        pair(2, fill_base, fill_more, OUTCOME_POOL_PNL, METRICS_MEAN);
    check_relative("difference", got.difference.value, -(9223372036854775807.0 / 1e6),
                   1e-12);
}

static void shares_count_the_pairs_that_disagree(void **state) {
    (void)state;
    const struct paired got =
        pair(100, fill_base, fill_more, OUTCOME_INSOLVENCY, METRICS_PROBABILITY);
    check_close("one of a hundred", got.difference.value, 0.01, 1e-15);
    check_u64("higher", got.higher, 1);
    check_u64("lower", got.lower, 0);
    check_close("McNemar", got.errors, 1, 1e-15);
    const struct paired_counts counts = counts_of(1, 0, 100);
    check_close("exact", got.difference.low, paired_exact(&counts, 0.95).low, 1e-15);
}

static void fill_failing(struct outcome *outcome, uint64_t path) {
    fill_base(outcome, path);
    if (path < 2) { /* insolvent and not in the base */
        outcome->status = OUTCOME_STATUS_LIMIT;
    }
}

/* Of ten pairs two failed in the second run: in the base one of them is an event. */
static void failed_pairs_count_both_ways_or_are_left_out(void **state) {
    (void)state;
    const struct paired got =
        pair(10, fill_base, fill_failing, OUTCOME_INSOLVENCY, METRICS_PROBABILITY);
    const struct paired_counts least = counts_of(0, 1, 10), most = counts_of(1, 0, 10);
    check_u64("failed", got.failed, 2);
    check_u64("pairs", got.pairs, 8);
    check_close("value", got.difference.value, 0, 0);
    check_close("low", got.difference.low, paired_share(&least, 0.95).low, 1e-15);
    check_close("high", got.difference.high, paired_share(&most, 0.95).high, 1e-15);
    const struct paired mean =
        pair(10, fill_failing, fill_more, OUTCOME_BAD_DEBT, METRICS_MEAN);
    check_u64("left out", mean.pairs, 8);
    check_u64("and told", mean.failed, 2);
    check_close("mean of 3 to 10", mean.difference.value, 6.5, 1e-12);
}

static void fill_spread(struct outcome *outcome, uint64_t path) {
    uint64_t seed = path;
    outcome->value[OUTCOME_BAD_DEBT].integer = check_random_in(&seed, 0, 1000000000);
}

static void fill_spread_more(struct outcome *outcome, uint64_t path) {
    fill_spread(outcome, path);
    outcome->value[OUTCOME_BAD_DEBT].integer =
        outcome->value[OUTCOME_BAD_DEBT].integer * 11 / 10;
}

/* Every value a tenth more: so is the shortfall, and as each pair's share of it is, the
   standard error of the difference is a tenth of that of the shortfall. */
static void shortfalls_are_paired_by_their_influence(void **state) {
    (void)state;
    enum { N = 5000 };
    struct spool *a = make_spool(N, fill_spread), *b = make_spool(N, fill_spread_more);
    struct metrics one, other;
    struct paired got;
    assert_true(metrics_compute(a, 0.95, "horizon", &one));
    assert_true(metrics_compute(b, 0.95, "horizon", &other));
    assert_true(paired_compute(a, b, OUTCOME_BAD_DEBT, METRICS_ES99, 0.95, &got));
    check_true("every path has more", got.higher == N && got.lower == 0);
    const struct estimate *first = metrics_find(&one, "bad_debt_es99");
    const struct estimate *second = metrics_find(&other, "bad_debt_es99");
    check_relative("difference", got.difference.value, second->value - first->value,
                   1e-9);
    const double half = (first->high - first->value) / 10;
    check_relative("half width", got.difference.high - got.difference.value, half, 2e-3);
    spool_close(a);
    spool_close(b);
}

static void fill_elsewhere(struct outcome *outcome, uint64_t path) {
    outcome->path = path + 1;
}

static void other_paths_are_no_pairs(void **state) {
    (void)state;
    struct paired paired;
    struct spool *a = make_spool(5, fill_base), *b = make_spool(6, fill_base),
                 *c = make_spool(5, fill_elsewhere);
    errno = 0;
    check_true("another number",
               !paired_compute(a, b, OUTCOME_BAD_DEBT, METRICS_MEAN, 0.95, &paired));
    check_i64("told", errno, EINVAL);
    errno = 0;
    check_true("other paths", !paired_compute(a, c, OUTCOME_INSOLVENCY,
                                              METRICS_PROBABILITY, 0.95, &paired));
    check_i64("told", errno, EINVAL);
    spool_close(a);
    spool_close(b);
    spool_close(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_interval_ends_where_the_test_rejects),
        cmocka_unit_test(a_published_interval_is_met),
        cmocka_unit_test(no_pair_apart_leaves_an_interval_around_zero),
        cmocka_unit_test(the_interval_excludes_zero_when_mcnemar_rejects),
        cmocka_unit_test(few_pairs_are_judged_exactly),
        cmocka_unit_test(intervals_cover_what_they_promise),
        cmocka_unit_test(means_differ_by_the_mean_of_the_differences),
        cmocka_unit_test(a_constant_difference_has_no_interval),
        cmocka_unit_test(differences_beyond_64_bits_are_taken_as_doubles),
        cmocka_unit_test(shares_count_the_pairs_that_disagree),
        cmocka_unit_test(failed_pairs_count_both_ways_or_are_left_out),
        cmocka_unit_test(shortfalls_are_paired_by_their_influence),
        cmocka_unit_test(other_paths_are_no_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
