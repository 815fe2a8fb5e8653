#include "analysis/report/distribution.h"
#include "analysis/report/verdict.h"
#include "tests/support/check.h"

#include <math.h>

/* By hand: 6 of 10 are 0, then 1, 2, 2, 5. */
static void exceedance_of_ten_values_with_ties(void **state) {
    (void)state;
    double value[] = {2, 0, 0, 5, 0, 0, nan(""), 1, 0, 2, 0};
    static const struct {
        double value;
        uint64_t above;
    } want[] = {
        {0, 4},
        {1, 3},
        {2, 1},
        {5, 0}
    };
    const size_t count = distribution_pack(value, sizeof value / sizeof *value);
    struct distribution_steps steps;
    check_u64("a missing value is none", count, 10);
    distribution_sort(value, count);
    distribution_exceedance(value, count, 0.95, &steps);
    check_u64("steps", steps.count, 4);
    check_u64("paths", steps.paths, 10);
    for (size_t i = 0; i < 4; ++i) {
        check_close("value", steps.step[i].value, want[i].value, 0);
        check_u64("above", steps.step[i].above, want[i].above);
        check_close("share", steps.step[i].share.value, (double)want[i].above / 10,
                    1e-15);
    }
    /* Clopper-Pearson of 0 of 10: 1 - 0.025^(1/10). */
    check_close("upper end", steps.step[3].share.high, 1 - pow(0.025, 0.1), 1e-12);
}

/* X = 1 .. n: P(X > x) = (n - x) / n at each step, however few of them are kept. */
static void exceedance_of_many_values_keeps_the_tail(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 41, 42, 43, 199, 1000, 100000};
    static double value[100000];
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; ++k) {
        const size_t count = sizes[k];
        struct distribution_steps steps;
        for (size_t i = 0; i < count; ++i) {
            value[i] = (double)(i + 1);
        }
        distribution_exceedance(value, count, 0.95, &steps);
        check_true("not too many", steps.count <= DISTRIBUTION_STEPS);
        check_close("first", steps.step[0].value, 1, 0);
        check_close("last", steps.step[steps.count - 1].value, (double)count, 0);
        uint64_t before = count;
        for (size_t i = 0; i < steps.count; ++i) {
            const struct distribution_step *step = &steps.step[i];
            check_u64("above", step->above, count - (uint64_t)step->value);
            check_true("falls", step->above < before);
            check_true("each of the largest", before > 40 || before - step->above == 1);
            before = step->above;
        }
    }
}

static void bins_hold_every_value(void **state) {
    (void)state;
    double value[] = {0, 24, 12, 11.999, nan(""), 0.5, 24};
    struct distribution_bins bins;
    distribution_bins(value, sizeof value / sizeof *value, &bins);
    check_u64("bins", bins.count, 24);
    check_close("width", bins.width, 1, 1e-15);
    check_u64("paths", bins.paths, 6);
    check_u64("first", bins.bin[0], 2);
    check_u64("below a bound", bins.bin[11], 1);
    check_u64("on a bound", bins.bin[12], 1);
    check_u64("the upper end is in the last", bins.bin[23], 2);
    value[0] = value[1] = 3;
    distribution_bins(value, 2, &bins);
    check_u64("all the same: none", bins.count, 0);
    distribution_bins(value, 0, &bins);
    check_u64("nothing: none", bins.count, 0);
}

/* 60 paths at 0 .. 59, an event from 40 on: three groups of 20 with 0, 0 and 20. */
static void groups_are_of_equal_size(void **state) {
    (void)state;
    struct distribution_pair pair[60];
    struct distribution_groups groups;
    for (size_t i = 0; i < 60; ++i) {
        const uint64_t path = (i * 7) % 60;
        pair[i] = (struct distribution_pair){(double)path, path, path >= 40};
    }
    distribution_groups(pair, 60, 0.95, &groups);
    check_u64("groups", groups.count, 3);
    for (size_t i = 0; i < 3; ++i) {
        check_u64("paths", groups.group[i].paths, 20);
        check_close("mean", groups.group[i].mean, 9.5 + 20 * (double)i, 1e-12);
        check_u64("events", groups.group[i].events, i == 2 ? 20 : 0);
    }
    distribution_groups(pair, 39, 0.95, &groups);
    check_u64("too few for two", groups.count, 0);
    for (size_t i = 0; i < 60; ++i) {
        pair[i].value = 1;
    }
    distribution_groups(pair, 60, 0.95, &groups);
    check_u64("all the same", groups.count, 0);
}

static void bands_of_the_verdict(void **state) {
    (void)state;
    check_text("none", verdict_word(verdict_of(0)), "holds");
    check_text("below a bound", verdict_word(verdict_of(0.00999)), "holds");
    check_text("a bound is the worse", verdict_word(verdict_of(0.01)), "strained");
    check_text("one in ten", verdict_word(verdict_of(0.1)), "fragile");
    check_text("one in three", verdict_word(verdict_of(0.33)), "fails often");
    check_text("always", verdict_word(verdict_of(1)), "breaks");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exceedance_of_ten_values_with_ties),
        cmocka_unit_test(exceedance_of_many_values_keeps_the_tail),
        cmocka_unit_test(bins_hold_every_value),
        cmocka_unit_test(groups_are_of_equal_size),
        cmocka_unit_test(bands_of_the_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
