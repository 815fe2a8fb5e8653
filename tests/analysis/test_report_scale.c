#include "analysis/report/scale.h"
#include "tests/support/check.h"

static void steps_are_1_2_5(void **state) {
    (void)state;
    static const struct {
        const char *label;
        double span;
        unsigned parts;
        double want;
    } rows[] = {
        {"10 in 5",     10,     5, 2   },
        {"10 in 4",     10,     4, 5   },
        {"10 in 3",     10,     3, 5   },
        {"10 in 1",     10,     1, 10  },
        {"1 in 5",      1,      5, 0.2 },
        {"0.03 in 5",   0.03,   5, 0.01},
        {"1.92e6 in 5", 1.92e6, 5, 5e5 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        check_relative(rows[i].label, scale_step(rows[i].span, rows[i].parts),
                       rows[i].want, 1e-12);
    }
}

static void check_ticks(const char *label, const struct scale *scale, unsigned parts,
                        const double *want, size_t count) {
    double tick[SCALE_TICKS_MAX];
    check_u64(label, scale_ticks(scale, parts, tick), count);
    for (size_t i = 0; i < count; ++i) {
        check_close(label, tick[i], want[i], 1e-9 * (1 + want[i]));
    }
}

static void marks_are_multiples_inside_the_ends(void **state) {
    (void)state;
    check_ticks("0 to 1", &(struct scale){.low = 0, .high = 1}, 5,
                (const double[]){0, 0.2, 0.4, 0.6, 0.8, 1}, 6);
    check_ticks("-3 to 11", &(struct scale){.low = -3, .high = 11}, 3,
                (const double[]){0, 5, 10}, 3);
    check_ticks("three decades",
                &(struct scale){.low = 0.001, .high = 1, .logarithmic = true}, 5,
                (const double[]){0.001, 0.01, 0.1, 1}, 4);
    check_ticks("one decade", &(struct scale){.low = 1, .high = 10, .logarithmic = true},
                5, (const double[]){1, 2, 5, 10}, 4);
}

static void rounding_widens_to_whole_steps(void **state) {
    (void)state;
    struct scale scale = {.low = 0.13, .high = 0.47};
    scale_round(&scale, 4);
    check_close("low", scale.low, 0.1, 1e-12);
    check_close("high", scale.high, 0.5, 1e-12);
    scale = (struct scale){.low = 7, .high = 7};
    scale_round(&scale, 4);
    check_true("no extent gets some", scale.high > scale.low);
    scale = (struct scale){.low = 0.0005, .high = 1, .logarithmic = true};
    scale_round(&scale, 4);
    check_relative("a power of ten", scale.low, 1e-4, 1e-12);
    check_relative("itself", scale.high, 1, 1e-12);
}

static void places_run_from_one_end_to_the_other(void **state) {
    (void)state;
    const struct scale up = {.low = 10, .high = 20, .from = 100, .to = 0};
    check_close("low", scale_at(&up, 10), 100, 1e-12);
    check_close("middle", scale_at(&up, 15), 50, 1e-12);
    check_close("beyond", scale_at(&up, 99), 0, 1e-12);
    check_close("below", scale_at(&up, -1), 100, 1e-12);
    const struct scale powers = {
        .low = 0.01, .high = 1, .from = 0, .to = 10, .logarithmic = true};
    check_close("half the decades", scale_at(&powers, 0.1), 5, 1e-12);
    check_close("zero stands at the end", scale_at(&powers, 0), 0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_1_2_5),
        cmocka_unit_test(marks_are_multiples_inside_the_ends),
        cmocka_unit_test(rounding_widens_to_whole_steps),
        cmocka_unit_test(places_run_from_one_end_to_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
