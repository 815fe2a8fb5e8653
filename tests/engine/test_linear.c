#include "engine/margin/linear.h"
#include "tests/support/check.h"

/* 10 % and 5 % up to 1,000; 20 % and 8 % up to 3,000; 50 % and 25 % above: in micro-USD. */
static const struct margin_linear bracketed = {
    .initial_ppm = 100000,
    .maintenance_ppm = 50000,
    .tier_count = 2,
    .tier = {{1000, 200000, 80000}, {3000, 500000, 250000}},
};

static void each_bracket_asks_its_own_rate(void **state) {
    (void)state;
    /* notional; initial, maintenance */
    static const struct {
        int64_t notional, initial, maintenance;
    } rows[] = {
        {0,     0,    0   },
        {1,     1,    1   },
        {20,    2,    1   },
        {21,    3,    2   },
        {1000,  100,  50  },
        {1001,  101,  51  },
        {2000,  300,  130 },
        {3000,  500,  210 },
        {3004,  502,  211 },
        {5000,  1500, 710 },
        {10000, 4000, 1960},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const wide notional = rows[i].notional;
        check_i64("initial", (int64_t)margin_linear_initial(&bracketed, notional, 0),
                  rows[i].initial);
        check_i64("maintenance", (int64_t)margin_linear_maintenance(&bracketed, notional),
                  rows[i].maintenance);
    }
    check_i64("least", margin_linear_maintenance_least_ppm(&bracketed), 50000);
    check_i64("most", margin_linear_maintenance_most_ppm(&bracketed), 250000);
}

/* dYdX v4, x/perpetuals/types/liquidity_tier.go: base .2, band 1 M to 2 M USD. */
static void the_initial_rate_grows_with_open_interest(void **state) {
    (void)state;
    const struct margin_linear margin = {.initial_ppm = 200000,
                                         .maintenance_ppm = 100000,
                                         .scaling_lower_uusd = 1000000 * MONEY_ONE,
                                         .scaling_upper_uusd = 2000000 * MONEY_ONE};
    /* open interest in USD; rate */
    static const struct {
        int64_t interest, rate;
    } rows[] = {
        {0,       200000 },
        {1000000, 200000 },
        {1000001, 200000 },
        {1000002, 200001 },
        {1234567, 387653 },
        {1500000, 600000 },
        {1999999, 999999 },
        {2000000, 1000000},
        {9000000, 1000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const wide interest = (wide)rows[i].interest * MONEY_ONE;
        check_i64("rate", margin_linear_scaled_ppm(&margin, 200000, interest),
                  rows[i].rate);
        check_i64("initial margin",
                  (int64_t)margin_linear_initial(&margin, MONEY_ONE, interest),
                  rows[i].rate);
        check_i64("maintenance does not scale",
                  (int64_t)margin_linear_maintenance(&margin, MONEY_ONE), 100000);
    }
}

static void every_bracket_scales(void **state) {
    (void)state;
    struct margin_linear margin = bracketed;
    margin.scaling_upper_uusd = 1000;
    /* Half way to 100 %: 55 %, 60 % and 75 % of 1,000, 2,000 and 2,000. */
    check_i64("half way", (int64_t)margin_linear_initial(&margin, 5000, 500),
              550 + 1200 + 1500);
    check_i64("at the end", (int64_t)margin_linear_initial(&margin, 5000, 1000), 5000);
}

static void terms_that_do_not_ascend_are_refused(void **state) {
    (void)state;
    check_true("valid", margin_linear_valid(&bracketed));
    struct margin_linear margin = bracketed;
    margin.maintenance_ppm = 100001;
    check_true("maintenance above initial", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier[1].above_uusd = 1000;
    check_true("the same start twice", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier[0].above_uusd = 0;
    check_true("a second bracket at zero", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier[1].initial_ppm = 199999;
    margin.tier[1].maintenance_ppm = 80000;
    check_true("the initial rate falls", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier[1].maintenance_ppm = 79999;
    check_true("the maintenance rate falls", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier[1].maintenance_ppm = 500001;
    check_true("maintenance above initial in a bracket", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.tier_count = MARGIN_LINEAR_TIERS + 1;
    check_true("too many brackets", !margin_linear_valid(&margin));
    margin = bracketed;
    margin.scaling_lower_uusd = margin.scaling_upper_uusd = 5;
    check_true("no band", !margin_linear_valid(&margin));
    margin.scaling_upper_uusd = 0;
    check_true("no scaling", margin_linear_valid(&margin));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bracket_asks_its_own_rate),
        cmocka_unit_test(the_initial_rate_grows_with_open_interest),
        cmocka_unit_test(every_bracket_scales),
        cmocka_unit_test(terms_that_do_not_ascend_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
