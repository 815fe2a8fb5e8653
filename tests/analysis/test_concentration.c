/* How much is with how few: hands' calculations and what they must not depend on. */
#include "analysis/systemic/concentration.h"
#include "tests/support/check.h"

static void small_sets_come_out_as_by_hand(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value[4];
        size_t count, holders;
        double largest, herfindahl, gini, jain;
    } cases[] = {
        {"equal",        {2, 2, 2, 2}, 4, 4, 0.25, 0.25, 0,      1         },
        {"one has all",  {0, 0, 5, 0}, 4, 1, 1,    1,    0.75,   0.25      },
        {"alone",        {7},          1, 1, 1,    1,    0,      1         },
        {"1 to 4",       {4, 1, 3, 2}, 4, 4, 0.4,  0.3,  0.25,   100. / 120},
        {"two of three", {1, 0, 1},    3, 2, 0.5,  0.5,  1. / 3, 2. / 3    },
        {"nothing",      {0, 0},       2, 0, 0,    0,    0,      0         },
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        struct concentration found;
        assert_true(concentration_measure(cases[c].value, cases[c].count, &found));
        check_u64(cases[c].name, found.holders, cases[c].holders);
        check_close(cases[c].name, found.largest, cases[c].largest, 1e-15);
        check_close(cases[c].name, found.herfindahl, cases[c].herfindahl, 1e-15);
        check_close(cases[c].name, found.gini, cases[c].gini, 1e-15);
        check_close(cases[c].name, found.jain, cases[c].jain, 1e-15);
        check_close(cases[c].name, found.top_share, found.total > 0 ? 1 : 0, 1e-15);
    }
}

/* 1 to 20: the ten largest hold 155 of 210.  Gini by its definition, the mean absolute
   difference over twice the mean. */
static void definitions_agree_with_brute_force(void **state) {
    (void)state;
    double value[20], apart = 0;
    struct concentration found;
    for (size_t i = 0; i < 20; ++i) {
        value[i] = (double)(7 * i % 20 + 1);
    }
    for (size_t i = 0; i < 20; ++i) {
        for (size_t j = 0; j < 20; ++j) {
            apart += value[i] > value[j] ? value[i] - value[j] : value[j] - value[i];
        }
    }
    assert_true(concentration_measure(value, 20, &found));
    check_close("top ten", found.top_share, 155.0 / 210, 1e-15);
    check_close("gini", found.gini, apart / 400 / (2 * 10.5), 1e-14);
    value[3] += 1; /* what a difference makes is seen */
    struct concentration other;
    assert_true(concentration_measure(value, 20, &other));
    check_true("not blind", other.gini != found.gini && other.jain != found.jain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_sets_come_out_as_by_hand),
        cmocka_unit_test(definitions_agree_with_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
