/* Spearman's correlation by hand, by definition, and where it has no value. */
#include "scenarios/rank.h"
#include "tests/support/check.h"

#include <math.h>

enum { MOST = 64 };

/* Mean ranks counted one by one, then Pearson's correlation of them. */
static double by_definition(const double *a, const double *b, int count) {
    double rank[2][MOST], sums[5] = {0};
    const double *values[2] = {a, b};
    for (int v = 0; v < 2; ++v) {
        for (int i = 0; i < count; ++i) {
            int below = 0, equal = 0;
            for (int j = 0; j < count; ++j) {
                below += values[v][j] < values[v][i];
                equal += !(values[v][j] < values[v][i]) && !(values[v][j] > values[v][i]);
            }
            rank[v][i] = below + (equal + 1) / 2.0;
        }
    }
    for (int i = 0; i < count; ++i) {
        sums[0] += rank[0][i];
        sums[1] += rank[1][i];
        sums[2] += rank[0][i] * rank[0][i];
        sums[3] += rank[1][i] * rank[1][i];
        sums[4] += rank[0][i] * rank[1][i];
    }
    return (sums[4] - sums[0] * sums[1] / count) /
           sqrt((sums[2] - sums[0] * sums[0] / count) *
                (sums[3] - sums[1] * sums[1] / count));
}

static void known_values(void **unused) {
    (void)unused;
    /* name, a, b, count, has a value, correlation */
    static const struct {
        const char *name;
        double a[10], b[10];
        uint32_t count;
        bool has_value;
        double correlation;
    } cases[] = {
        {"same order",     {1, 2, 3, 9},                  {10, 20, 21, 22}, 4, true,  1 },
        {"reversed",       {1, 2, 3, 9},                  {5, 4, 3, -2},    4, true,  -1},
        {"IQ and TV",
         {106, 100, 86, 101, 99, 103, 97, 113, 112, 110},
         {7, 27, 2, 50, 28, 29, 20, 12, 6, 17},
         10,                                                                   true,
         -29.0 / 165                                                                    },
        {"ties",           {1, 1, 2, 2},                  {1, 2, 1, 2},     4, true,  0 },
        {"one pair",       {1},                           {2},              1, false, 0 },
        {"none",           {0},                           {0},              0, false, 0 },
        {"one is resting", {1, 2, 3},                     {7, 7, 7},        3, false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        double scratch[20], correlation = 0;
        check_true(cases[i].name,
                   rank_correlation(cases[i].a, cases[i].b, cases[i].count, scratch,
                                    &correlation) == cases[i].has_value);
        check_close(cases[i].name, correlation, cases[i].correlation, 1e-15);
    }
}

static void random_values_agree_with_the_definition(void **unused) {
    (void)unused;
    uint64_t random = 3;
    for (int round = 0; round < 500; ++round) {
        double a[MOST], b[MOST], scratch[2 * MOST], correlation;
        const uint32_t count = (uint32_t)check_random_in(&random, 5, MOST);
        for (uint32_t i = 0; i < count; ++i) {
            a[i] = (double)check_random_in(&random, -9, 9); /* many ties */
            b[i] = a[i] / 3 + (double)check_random_in(&random, 0, 5);
        }
        check_true("has a value", rank_correlation(a, b, count, scratch, &correlation));
        check_close("correlation", correlation, by_definition(a, b, (int)count), 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(random_values_agree_with_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
