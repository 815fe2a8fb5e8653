#include "engine/options/svi.h"
#include "tests/support/check.h"

/* Slices and volatilities as Derive's published margin cases have them; the last digits of
   the published volatilities are cut. */
static void volatilities_are_the_published_ones(void **state) {
    (void)state;
    static const struct svi btc9 = {0.002138900837067276,  0.041639765820381208,
                                    -0.290894349076049536, -0.026351062568175804,
                                    0.062563079314213912,  95776.67392708939,
                                    0.02520611364789};
    static const struct svi eth9 = {0.007565004123347051,  0.056657535290617424,
                                    -0.550126934432354304, -0.063306755636129112,
                                    0.04832319830307816,   2682.9997436016715,
                                    0.02520674784373};
    static const struct svi btc16 = {0.001312702925407463,  0.050422218997729072,
                                     -0.098193989548562656, -0.006080219757221094,
                                     0.15345141996372912,   95923.63240250274,
                                     0.04438419583968};
    static const struct svi btc219 = {0.07368236692851656,   0.205025228089922624,
                                      -0.260716351690481504, -0.220169931306819072,
                                      0.556540627238575424,  100374.61000117072,
                                      0.600548579401320064};
    const struct {
        const struct svi *svi;
        double strike, volatility;
    } cases[] = {
        {&btc9,   100000, 0.453803924322},
        {&eth9,   4000,   0.87955436511 },
        {&eth9,   4200,   0.883325540219},
        {&eth9,   2700,   0.636019070582},
        {&btc16,  100000, 0.45476307688 },
        {&btc219, 100000, 0.554337751179},
        {&btc219, 110000, 0.559215739633},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        double k;
        check_close("volatility", svi_volatility(cases[i].svi, cases[i].strike),
                    cases[i].volatility, 2e-12);
        check_text("no arbitrage", svi_fault_text(svi_check(cases[i].svi, &k)),
                   "no arbitrage");
    }
}

/* Axel Vogt's example, Gatheral and Jacquier (2014), section 3. */
static const struct svi vogt = {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153, 100, 1};

static void a_smile_with_butterfly_arbitrage_is_named(void **state) {
    (void)state;
    double k;
    check_text("Vogt", svi_fault_text(svi_check(&vogt, &k)),
               svi_fault_text(SVI_BUTTERFLY));
    check_true("the negative density lies between 0.6 and 1.2", k > 0.6 && k < 1.2);
}

static void what_is_no_smile_is_named(void **state) {
    (void)state;
    const struct svi fine = {0.04, 0.1, -0.3, 0, 0.2, 100, 0.5};
    double k;
    check_i64("fine", svi_check(&fine, &k), SVI_FINE);
    struct svi wrong = fine;
    wrong.b = -0.1;
    check_i64("b", svi_check(&wrong, &k), SVI_RANGE);
    wrong = fine;
    wrong.rho = -1;
    check_i64("rho", svi_check(&wrong, &k), SVI_RANGE);
    wrong = fine;
    wrong.a = -0.02; /* the least variance is a + b sigma sqrt(1 - rho^2) = -0.0009 */
    check_i64("variance", svi_check(&wrong, &k), SVI_VARIANCE);
    wrong = fine;
    wrong.b = 1.6; /* 1.6 * 1.3 = 2.08 */
    check_i64("wing", svi_check(&wrong, &k), SVI_WING);
}

static void less_variance_later_is_named(void **state) {
    (void)state;
    const struct svi early = {0.04, 0.1, -0.3, 0, 0.2, 100, 0.5};
    struct svi late = svi_tied(&early, 1.5);
    double k;
    check_i64("more everywhere", svi_check_calendar(&early, &late, &k), SVI_FINE);
    check_i64("the other way", svi_check_calendar(&late, &early, &k), SVI_CALENDAR);
    late = early; /* the same level, but the right wing falls below */
    late.rho = -0.6;
    check_i64("a wing", svi_check_calendar(&early, &late, &k), SVI_CALENDAR);
    check_true("on the right", k > 0);
}

/* The variance state scales every total variance, so volatilities by its root. */
static void a_tied_slice_follows_the_variance_state(void **state) {
    (void)state;
    const struct svi calm = {0.04, 0.1, -0.3, 0, 0.2, 100, 0.5};
    const struct svi storm = svi_tied(&calm, 4);
    for (double strike = 60; strike <= 160; strike += 20) {
        check_relative("twice the volatility", svi_volatility(&storm, strike),
                       2 * svi_volatility(&calm, strike), 1e-15);
    }
    const struct svi far = svi_tied(&calm, 40);
    double k;
    check_true("a storm may bring arbitrage, and it is told",
               svi_check(&far, &k) != SVI_FINE);
}

/* Strikes beyond the flat wings: no more than at their edge, 4 sqrt(a + b sigma). */
static void wings_are_flat(void **state) {
    (void)state;
    const struct svi svi = {0.04, 0.1, -0.3, 0, 0.2, 100, 0.5};
    check_bits("right", svi_volatility(&svi, 1e4), svi_volatility(&svi, 1e6));
    check_bits("left", svi_volatility(&svi, 1), svi_volatility(&svi, 0.01));
    const double edge = 4 * numeric_sqrt(0.04 + 0.1 * 0.2);
    check_relative("at the edge", svi_volatility(&svi, 1e6),
                   numeric_sqrt(svi_variance(&svi, edge) / 0.5), 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volatilities_are_the_published_ones),
        cmocka_unit_test(a_smile_with_butterfly_arbitrage_is_named),
        cmocka_unit_test(what_is_no_smile_is_named),
        cmocka_unit_test(less_variance_later_is_named),
        cmocka_unit_test(a_tied_slice_follows_the_variance_state),
        cmocka_unit_test(wings_are_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
