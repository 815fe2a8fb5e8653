#include "analysis/estimate/backtest.h"
#include "tests/support/check.h"

#include <math.h>

/* Published: the worked example of a 95 % value at risk over 1043 days with 57 failures
   (degrees of freedom 1, 1, 2), and Kupiec's ratio at 250 days and 1 %. */
static void the_published_ratios_come_out(void **state) {
    (void)state;
    const struct backtest_transitions counts = {932, 53, 53, 4};
    const struct backtest kupiec = backtest_kupiec(57, 1043, 0.05);
    const struct backtest independence = backtest_independence(&counts);
    const struct backtest both = backtest_conditional(&kupiec, &independence);
    check_close("proportion of failures", kupiec.ratio, 0.461466395, 5.1e-10);
    check_close("independence", independence.ratio, 0.258663153, 5.1e-10);
    check_close("conditional coverage", both.ratio, 0.720129548, 5.1e-10);
    check_u64("degrees", kupiec.degrees, 1);
    check_u64("degrees", independence.degrees, 1);
    check_u64("degrees", both.degrees, 2);
    check_close("4 of 250", backtest_kupiec(4, 250, 0.01).ratio, 0.769138, 5.1e-7);
    check_close("5 of 250", backtest_kupiec(5, 250, 0.01).ratio, 1.956810, 5.1e-7);
    check_close("10 of 250", backtest_kupiec(10, 250, 0.01).ratio, 12.955491, 5.1e-7);
}

/* A ratio at a critical value has the probability of that value. */
static void ratios_have_the_probability_of_chi_square(void **state) {
    (void)state;
    static const struct {
        double outside, one, two;
    } cases[] = {
        {0.10, 2.705543, 4.605170},
        {0.05, 3.841459, 5.991465},
        {0.01, 6.634897, 9.210340},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct backtest none = {0, 1, 1}, one = {cases[i].one, 0, 1},
                              two = {cases[i].two, 0, 2};
        const struct backtest sum = backtest_conditional(&none, &two);
        check_close("two degrees", sum.p_value, cases[i].outside, 1e-7);
        /* One degree: twice the normal tail behind its root. */
        check_close("one degree", erfc(sqrt(one.ratio / 2)), cases[i].outside, 1e-7);
    }
    const struct backtest kupiec = backtest_kupiec(10, 250, 0.01);
    check_relative("its own", kupiec.p_value, erfc(sqrt(kupiec.ratio / 2)), 1e-9);
}

/* 0 ln 0 is 0: x = 0 leaves -2 n ln(1 - p), x = n leaves -2 n ln p. */
static void no_exceedance_and_all_are_answered(void **state) {
    (void)state;
    const struct backtest none = backtest_kupiec(0, 250, 0.01);
    check_close("none of 250", none.ratio, -500 * log(0.99), 1e-12);
    check_close("as told", none.ratio, 5.03, 0.005);
    check_true("is rejected at 95 %", none.p_value < 0.05);
    check_close("all of 10", backtest_kupiec(10, 10, 0.5).ratio, -20 * log(0.5), 1e-12);
    check_close("as promised", backtest_kupiec(10, 1000, 0.01).ratio, 0, 1e-12);
    const struct backtest_transitions calm = {249, 0, 0, 0}, empty = {0, 0, 0, 0};
    check_bits("never", backtest_independence(&calm).ratio, 0);
    check_bits("no days", backtest_independence(&empty).ratio, 0);
    check_bits("no evidence", backtest_independence(&empty).p_value, 1);
}

static void transitions_are_counted(void **state) {
    (void)state;
    static const bool days[] = {false, false, true,  true, true,
                                false, true,  false, false};
    const struct backtest_transitions counts = backtest_transitions_of(days, 9);
    check_u64("calm, calm", counts.from_calm_to_calm, 2);
    check_u64("calm, loss", counts.from_calm_to_loss, 2);
    check_u64("loss, calm", counts.from_loss_to_calm, 2);
    check_u64("loss, loss", counts.from_loss_to_loss, 2);
    const struct backtest_transitions one = backtest_transitions_of(days, 1);
    check_u64("one day has none", one.from_calm_to_calm + one.from_calm_to_loss, 0);
    const struct backtest_transitions none = backtest_transitions_of(NULL, 0);
    check_u64("nor has no day", none.from_calm_to_calm, 0);
}

/* Exceedances in clusters are found, and the same number spread out is not. */
static void clusters_are_found(void **state) {
    (void)state;
    bool clustered[1000] = {false}, spread[1000] = {false};
    for (int i = 0; i < 50; ++i) {
        clustered[100 + i / 5 * 80 + i % 5] = true; /* ten runs of five */
        spread[i * 20 + i * 7 % 11] = true;
    }
    const struct backtest_transitions a = backtest_transitions_of(clustered, 1000),
                                      b = backtest_transitions_of(spread, 1000);
    check_true("clustered", backtest_independence(&a).p_value < 1e-9);
    check_true("spread", backtest_independence(&b).p_value > 0.01);
}

static void the_traffic_light_is_basels(void **state) {
    (void)state;
    for (uint64_t x = 0; x <= 250; ++x) {
        const enum backtest_light want = x <= 4   ? BACKTEST_GREEN
                                         : x <= 9 ? BACKTEST_YELLOW
                                                  : BACKTEST_RED;
        check_i64("zone", backtest_basel(x, 250, 0.01), want);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_ratios_come_out),
        cmocka_unit_test(ratios_have_the_probability_of_chi_square),
        cmocka_unit_test(no_exceedance_and_all_are_answered),
        cmocka_unit_test(transitions_are_counted),
        cmocka_unit_test(clusters_are_found),
        cmocka_unit_test(the_traffic_light_is_basels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
