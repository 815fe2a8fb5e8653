/* Prices and moments by simulation against closed forms.

   The calls are those of the literature, computed to the digits shown by at least two
   independent methods (Lewis' integral, the COS method, series, QuantLib).  A fixed seed
   and PATHS paths; a price may miss by three standard errors, a martingale, which is
   looked at on eight dates of every row, by four. */
#include "tests/scenarios/variance_lab.h"

enum { PATHS = 200000, DATES = 8, STRIKES = 3 };

struct row {
    const char *name;
    enum market_model model;
    double rate, yield, years;
    int64_t steps; /* in all; a multiple of DATES */
    double volatility;
    struct market_variance_config values;
    double strike[STRIKES], call[STRIKES]; /* of a start price of 100; 0: no more */
};

/* start, mean, speed, volatility, correlation; jump rate, mean, sd; variance jump mean,
   slope */
static const struct row rows[] = {
    {"Heston, Lewis",
     MARKET_HESTON, 0.01,
     0.02, 1,
     32,  0,
     {.04, .25, 4, 1, -.5, 0, 0, 0, 0, 0, 0},
     {80, 100, 120},
     {26.774758743999, 16.070154917029, 9.024913483458}   },
    {"Heston, Fang and Oosterlee",
     MARKET_HESTON, 0,
     0,    1,
     32,  0,
     {.0175, .0398, 1.5768, .5751, -.5711, 0, 0, 0, 0, 0, 0},
     {100},
     {5.7851554344}                                       },
    {"Heston, Broadie and Kaya, 1 year",
     MARKET_HESTON, .0319,
     0,    1,
     32,  0,
     {.010201, .019, 6.21, .61, -.70, 0, 0, 0, 0, 0, 0},
     {100},
     {6.806113313462}                                     },
    {"Heston, Broadie and Kaya, 5 years",
     MARKET_HESTON, .05,
     0,    5,
     80,  0,
     {.09, .09, 2, 1, -.3, 0, 0, 0, 0, 0, 0},
     {100},
     {34.999758351184}                                    },
    {"Heston, Andersen I",
     MARKET_HESTON, 0,
     0,    10,
     160, 0,
     {.04, .04, .5, 1, -.9, 0, 0, 0, 0, 0, 0},
     {60, 100},
     {44.329975070174, 13.084670136992}                   },
    {"Heston, Andersen III",
     MARKET_HESTON, .05,
     0,    5,
     80,  0,
     {.09, .09, 1, 1, -.3, 0, 0, 0, 0, 0, 0},
     {60, 100},
     {56.57502466975, 33.59681806456}                     },
    {"Heston, BTC of January 2026",
     MARKET_HESTON, 0,
     0,    30. / 365,
     120, 0,
     {.1284, .2765, 8.884, 3.165, -.242, 0, 0, 0, 0, 0, 0},
     {80, 100, 120},
     {20.3409229999, 4.28650281063, .325589271943}        },
    {"Bates, Broadie and Kaya",
     MARKET_BATES,  .0319,
     0,    5,
     80,  0,
     /* mean jump -12 %: ln 0.88 - 0.15^2 / 2 */
     {.008836, .014, 3.99, .27, -.79, .11, -.139083371509885, .15, 0, 0, 0},
     {100},
     {20.164154582244}                                    },
    {"SVCJ, Broadie and Kaya",
     MARKET_SVCJ,   .0319,
     0,    1,
     32,  0,
     {.007569, .008, 3.46, .14, -.82, .47, -.0865387664172386, 1e-4, .05, -.38, 0},
     {100},
     {6.861875621425}                                     },
    {"Merton, Haug",
     MARKET_MERTON, .08,
     0,    1,
     8,   .216506350946,
     {0, 0, 0, 0, 0, 1, -.0078125, .125, 0, 0, 0},
     {80, 100, 110},
     {27.3312679220248, 13.8319733831157, 9.1984063477433}},
};

static struct market market;

struct sample {
    struct lab_mean call[STRIKES];
    struct lab_mean price[DATES];
};

static void simulate(const struct row *row, struct sample *sample) {
    struct market_config config = lab_default(row->model);
    config.drift = row->rate - row->yield;
    config.volatility = row->volatility;
    config.variance = row->values;
    lab_prepare(&market, &config,
                (int64_t)(row->years * (double)LAB_YEAR_NS / (double)row->steps));
    memset(sample, 0, sizeof *sample);
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        lab_start(&market, &state, 11, path);
        for (int date = 0; date < DATES; ++date) {
            lab_run(&market, &state, row->steps / DATES);
            lab_add(&sample->price[date], exp(state.x));
        }
        const double price = 100 * exp(state.x);
        for (int i = 0; i < STRIKES && row->strike[i] > 0; ++i) {
            lab_add(&sample->call[i], fmax(price - row->strike[i], 0));
        }
    }
}

static void calls_are_those_of_the_literature_and_prices_martingales(void **unused) {
    (void)unused;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; ++r) {
        const struct row *row = &rows[r];
        struct sample sample;
        simulate(row, &sample);
        for (int date = 0; date < DATES; ++date) {
            const double years = row->years * (date + 1) / DATES;
            lab_check(row->name, &sample.price[date],
                      exp((row->rate - row->yield) * years), 4);
        }
        for (int i = 0; i < STRIKES && row->strike[i] > 0; ++i) {
            const double grown = exp(row->rate * row->years);
            lab_check(row->name, &sample.call[i], row->call[i] * grown, 3);
            /* The intervals are narrow enough to tell something. */
            const double error = lab_standard_error(&sample.call[i]);
            check_true(row->name, error < .2);
            check_true(row->name, error < .02 * row->call[i] * grown);
        }
    }
}

/* Expected variance: start e^-kt + (mean + rate * jump / speed)(1 - e^-kt), at any step:
   the scheme's mean is exact.  The price is a martingale also where the correlation is
   positive. */
static void published_crypto_sets_have_their_moments_on_every_date(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        struct market_variance_config values;
    } sets[] = {
        {"BTC", {.225, .108, 13.38, .940, -.425, 1.288, -.068, .158, .737, -.030, 0} },
        {"ETH", {.377, .249, 15.70, 2.269, .142, 2.271, -.132, .0003, .334, -.999, 0}},
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; ++i) {
        const struct market_variance_config *v = &sets[i].values;
        struct market_config config = lab_default(MARKET_SVCJ);
        config.variance = *v;
        config.drift = .3;
        lab_prepare(&market, &config, LAB_YEAR_NS / 365 / 4);
        struct lab_mean price[DATES] = {0}, variance[DATES] = {0};
        for (uint64_t path = 0; path < PATHS / 4; ++path) {
            struct market_state state;
            lab_start(&market, &state, 12, path);
            for (int date = 0; date < DATES; ++date) {
                lab_run(&market, &state, 15);
                lab_add(&price[date], exp(state.x));
                lab_add(&variance[date], state.variance);
            }
        }
        for (int date = 0; date < DATES; ++date) {
            const double years = 15. / 4 / 365 * (date + 1);
            const double kept = exp(-v->speed * years);
            const double level =
                v->mean + v->jump_rate * v->variance_jump_mean / v->speed;
            lab_check(sets[i].name, &price[date], exp(.3 * years), 4);
            lab_check(sets[i].name, &variance[date], v->start * kept + level * (1 - kept),
                      4);
        }
    }
}

/* BTC of 5 February 2026 (Heston), 30 days: published shares of paths at variance 0, at
   1, 4 and 24 steps a day: 49, 42, 34 % (to half a per cent), at-the-money price
   0.089475. */
static void variance_is_exactly_0_as_often_as_published(void **unused) {
    (void)unused;
    static const struct {
        int64_t a_day;
        double share;
    } cases[] = {
        {1,  .49},
        {4,  .42},
        {24, .34},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_config config = lab_default(MARKET_HESTON);
        config.variance = (struct market_variance_config){
            .start = 1.4247,
            .mean = .4163,
            .speed = 18.516,
            .volatility = 11.326,
            .correlation = -.528,
        };
        lab_prepare(&market, &config, LAB_YEAR_NS / 365 / cases[i].a_day);
        struct lab_mean call = {0}, zero = {0};
        for (uint64_t path = 0; path < 20000; ++path) {
            struct market_state state;
            lab_start(&market, &state, 13, path);
            lab_run(&market, &state, 30 * cases[i].a_day);
            check_true("variance", state.variance >= 0);
            lab_add(&zero, state.variance <= 0);
            lab_add(&call, fmax(exp(state.x) - 1, 0));
        }
        check_close("share", zero.sum / zero.count, cases[i].share,
                    .005 + 3 * lab_standard_error(&zero));
        lab_check("at the money", &call, .089475, 3);
    }
}

/* One step of a year, in which nothing but jumps makes variance: with J jumps' Zv at
   uniform instants, I = integral of V has mean rate m / 2 and variance rate 2 m^2 / 3, and
   ln S = -I / 2 + sqrt(I) Z.  Jumps put at the end of the step would leave ln S at 0. */
static void jumps_fall_inside_the_step(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance = (struct market_variance_config){
        .jump_rate = 3,
        .variance_jump_mean = .2,
    };
    lab_prepare(&market, &config, LAB_YEAR_NS);
    struct lab_mean x = {0}, square = {0}, count = {0}, pairs = {0}, variance = {0};
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        lab_start(&market, &state, 14, path);
        lab_run(&market, &state, 1);
        const double jumps = (double)state.stochastic.jumps;
        lab_add(&count, jumps);
        lab_add(&pairs, jumps * (jumps - 1));
        lab_add(&variance, state.variance);
        lab_add(&x, state.x);
        lab_add(&square, state.x * state.x);
    }
    lab_check("jumps", &count, 3, 4);
    lab_check("pairs of jumps", &pairs, 9, 4);
    lab_check("variance", &variance, .6, 4);
    lab_check("log price", &x, -.15, 4);
    /* E x^2 = E I + E I^2 / 4 = .3 + (3 * 2 * .04 / 3 + .09) / 4 */
    lab_check("its square", &square, .3 + (.08 + .09) / 4, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_those_of_the_literature_and_prices_martingales),
        cmocka_unit_test(published_crypto_sets_have_their_moments_on_every_date),
        cmocka_unit_test(variance_is_exactly_0_as_often_as_published),
        cmocka_unit_test(jumps_fall_inside_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
