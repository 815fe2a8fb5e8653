#include "engine/money.h"
#include "tests/support/check.h"

#define BIG ((wide)INT64_MAX)

static void every_division_rounds_as_it_is_called(void **state) {
    (void)state;
    /* a, b, floor, ceil, toward zero */
    static const struct {
        int64_t a, b, down, up, inward;
    } cases[] = {
        {7,         2,         3,              4,              3             },
        {-7,        2,         -4,             -3,             -3            },
        {6,         2,         3,              3,              3             },
        {-6,        2,         -3,             -3,             -3            },
        {0,         5,         0,              0,              0             },
        {1,         INT64_MAX, 0,              1,              0             },
        {-1,        INT64_MAX, -1,             0,              0             },
        {INT64_MIN, 1,         INT64_MIN,      INT64_MIN,      INT64_MIN     },
        {INT64_MAX, 1,         INT64_MAX,      INT64_MAX,      INT64_MAX     },
        {INT64_MIN, 1000000,   -9223372036855, -9223372036854, -9223372036854},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const wide a = cases[i].a, b = cases[i].b;
        check_i64("floor", (int64_t)money_divide_floor(a, b), cases[i].down);
        check_i64("ceil", (int64_t)money_divide_ceil(a, b), cases[i].up);
        check_i64("inward", (int64_t)money_divide_toward_zero(a, b), cases[i].inward);
        /* The same quotient beyond 64 bits, where the division takes another way. */
        const wide k = (wide)1 << 60;
        if (b < (wide)1 << 62) {
            check_i64("wide floor", (int64_t)money_divide_floor(a * k, b * k),
                      cases[i].down);
            check_i64("wide ceil", (int64_t)money_divide_ceil(a * k, b * k), cases[i].up);
            check_i64("wide inward", (int64_t)money_divide_toward_zero(a * k, b * k),
                      cases[i].inward);
        }
    }
}

static void narrow_and_wide_divisions_agree_at_the_border(void **state) {
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 200000; ++i) {
        const wide a = (i & 1 ? BIG : -BIG - 1) + check_random_in(&random, -3, 3);
        const wide b = (wide)check_random_in(&random, 1, INT64_MAX - 1) >>
                       (check_random(&random) % 63);
        const wide divisor = b < 1 ? 1 : b;
        const wide down = money_divide_floor(a, divisor);
        const wide up = money_divide_ceil(a, divisor);
        check_true("floor is the largest below",
                   down * divisor <= a && a - down * divisor < divisor);
        check_true("ceil is the least above",
                   up * divisor >= a && up * divisor - a < divisor);
        const wide inward = money_divide_toward_zero(a, divisor);
        check_true("inward", inward == (a < 0 ? up : down));
    }
}

/* Every size of dividend against every size of divisor: one instruction divides where the
   quotient is known to fit, the compiler's function does elsewhere. */
static void every_size_divides_as_the_language_does(void **state) {
    (void)state;
    uint64_t random = 9;
    for (int bits = 0; bits < 126; ++bits) {
        for (int by = 0; by < 126; ++by) {
            for (int i = 0; i < 12; ++i) {
                const uwide noise =
                    (uwide)check_random(&random) << 64 | check_random(&random);
                const uwide top = (uwide)1 << bits, divisor = (uwide)1 << by;
                wide a = (wide)(top | (noise & (top - 1)));
                const wide b = (wide)(divisor | (noise >> 2 & (divisor - 1)));
                a = i == 0 ? a / b * b : i == 1 ? a / b * b - 1 : a;
                a = i % 2 == 0 ? a : -a;
                const wide whole = a / b;
                const bool inexact = whole * b != a;
                check_true("inward", money_divide_toward_zero(a, b) == whole);
                check_true("floor",
                           money_divide_floor(a, b) == whole - (a < 0 && inexact));
                check_true("ceil", money_divide_ceil(a, b) == whole + (a > 0 && inexact));
            }
        }
    }
}

static void a_product_is_wide_before_it_is_divided(void **state) {
    (void)state;
    check_i64("up to the full range",
              money_mul_div_floor(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    check_i64("floor", money_mul_div_floor(INT64_C(1) << 61, 7, 3),
              INT64_C(5380300354831952554));
    check_i64("ceil", money_mul_div_ceil(INT64_C(1) << 61, 7, 3),
              INT64_C(5380300354831952555));
    check_i64("825, not 824.9999", money_mul_div_floor(1500000000, 550000, 1000000),
              825000000);
}

static void values_round_against_the_holder(void **state) {
    (void)state;
    check_i64("long", (int64_t)money_value_floor(3, 500000), 1);
    check_i64("long owes", (int64_t)money_value_ceil(3, 500000), 2);
    check_i64("short", (int64_t)money_value_floor(-3, 500000), -2);
    check_i64("short owes", (int64_t)money_value_ceil(-3, 500000), -1);
    check_i64("10 ETH at 200", (int64_t)money_value_floor(10000000, 200000000),
              2000000000);
}

static void a_value_fits_up_to_the_largest_size(void **state) {
    (void)state;
    check_true("most", money_fits(MONEY_SIZE_MAX) && money_fits(-MONEY_SIZE_MAX));
    check_true("beyond", !money_fits((wide)MONEY_SIZE_MAX + 1));
    check_true("below", !money_fits(-(wide)MONEY_SIZE_MAX - 1));
}

static void doubles_become_integers_by_name(void **state) {
    (void)state;
    /* value, floor, ceil */
    static const struct {
        double value;
        int64_t down, up;
    } cases[] = {
        {1.5,                   1,                            2 },
        {-1.5,                  -2,                           -1},
        {2.0,                   2,                            2 },
        {-0.0,                  0,                            0 },
        {0x1p-1074,             0,                            1 },
        {-0x1p-1074,            -1,                           0 },
        {4611686018427387392.0, INT64_C(4611686018427387392),
         INT64_C(4611686018427387392)                           },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        check_i64("floor", money_from_double_floor(cases[i].value), cases[i].down);
        check_i64("ceil", money_from_double_ceil(cases[i].value), cases[i].up);
    }
}

static void narrow_too_much(void *argument) {
    money_narrow(*(const wide *)argument);
}

static void divide_by_zero(void *argument) {
    money_divide_floor(1, *(const int *)argument);
}

static void double_to_integer(void *argument) {
    money_from_double_floor(*(const double *)argument);
}

static void what_does_not_fit_is_a_bug(void **state) {
    (void)state;
    wide beyond = BIG + 1;
    int zero = 0;
    double huge = 0x1p62, none = strtod("nan", NULL);
    check_aborts("2^63", narrow_too_much, &beyond);
    check_aborts("divisor 0", divide_by_zero, &zero);
    check_aborts("2^62", double_to_integer, &huge);
    check_aborts("not a number", double_to_integer, &none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_division_rounds_as_it_is_called),
        cmocka_unit_test(narrow_and_wide_divisions_agree_at_the_border),
        cmocka_unit_test(every_size_divides_as_the_language_does),
        cmocka_unit_test(a_product_is_wide_before_it_is_divided),
        cmocka_unit_test(values_round_against_the_holder),
        cmocka_unit_test(a_value_fits_up_to_the_largest_size),
        cmocka_unit_test(doubles_become_integers_by_name),
        cmocka_unit_test(what_does_not_fit_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
