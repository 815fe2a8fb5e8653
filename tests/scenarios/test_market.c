/* What holds for every market model, and the closed forms of the three simple ones. */
#include "scenarios/market/market.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS  INT64_C(12000000000)
#define HOUR_NS  INT64_C(3600000000000)
#define START_NS INT64_C(1583971200000000000) /* 2020-03-12T00:00:00Z */

static struct market market;

static void prepare(const struct market_config *config, int64_t step_ns) {
    char error[256] = "";
    check_true(error, market_prepare(&market, config, step_ns, error, sizeof error));
}

static struct market_config configured(enum market_model model) {
    struct market_config config;
    market_config_default(&config);
    config.model = model;
    return config;
}

static void run(struct market_state *state, int64_t span_ns) {
    const int64_t end_ns = state->time_ns + span_ns;
    while (state->time_ns < end_ns) {
        market_step(&market, state, state->time_ns + market.step_ns);
    }
}

static void every_row_is_named_as_the_choice_and_no_key_occurs_twice(void **unused) {
    (void)unused;
    const char *const *words = NULL;
    for (const struct param *row = market_params; row->name != NULL; ++row) {
        words = strcmp(row->name, "model") == 0 ? row->choices : words;
        for (const struct param *other = market_params; other != row; ++other) {
            check_true(row->name, strcmp(row->name, other->name) != 0);
        }
    }
    assert_non_null(words);
    for (int model = 0; model < MARKET_MODEL_COUNT; ++model) {
        check_text("name", market_models[model]->name, words[model]);
        check_true(words[model], strlen(market_models[model]->doc) > 20);
    }
    assert_null(words[MARKET_MODEL_COUNT]);
}

static void defaults_are_the_start_of_12_march(void **unused) {
    (void)unused;
    const struct market_config config = configured(MARKET_GBM);
    check_i64("start", config.start_ns, START_NS);
    check_i64("price", config.start_price_uusd, 194610000);
    check_bits("alpha", config.bridge.alpha, 0.3);
    check_bits("residual variance", config.bridge.residual_variance, 1.4);
    check_bits("severity sd", config.bridge.severity_sd, 0.1);
    check_i64("rebound", config.bridge.rebound, MARKET_REBOUND_FREE);
    check_text("facts", config.bridge.facts, "eth-2020-03");
}

static void every_model_rests_until_the_start(void **unused) {
    (void)unused;
    for (int model = 0; model < MARKET_MODEL_COUNT; ++model) {
        const struct market_config config = configured((enum market_model)model);
        struct market_state state;
        prepare(&config, STEP_NS);
        market_init(&market, &state, START_NS - HOUR_NS / 2, 1, 2);
        run(&state, HOUR_NS / 2);
        check_bits(market_models[model]->name, state.x, 0);
        check_true(market_models[model]->name, state.daily_volatility > 0);
    }
}

static void a_path_is_its_address_and_a_copy_goes_on_alike(void **unused) {
    (void)unused;
    for (int model = 0; model < MARKET_MODEL_COUNT; ++model) {
        const char *name = market_models[model]->name;
        const bool random = model != MARKET_SINGLE_GAP;
        const struct market_config config = configured((enum market_model)model);
        prepare(&config, STEP_NS);
        struct market_state first, again, other, copy;
        memset(&first, 0x5a, sizeof first);
        memset(&again, 0xff, sizeof again);
        market_init(&market, &first, START_NS, 42, 7);
        market_init(&market, &again, START_NS, 42, 7);
        market_init(&market, &other, START_NS, 42, 8);
        run(&first, 3 * HOUR_NS);
        run(&again, HOUR_NS);
        run(&other, 3 * HOUR_NS);
        memcpy(&copy, &again, sizeof copy);
        memset(&again, 0xa5, sizeof again);
        run(&copy, 2 * HOUR_NS);
        check_bytes(name, &first, &copy, sizeof first);
        check_true(name, random == (first.x != other.x));
    }
}

static void another_branch_changes_the_future_only(void **unused) {
    (void)unused;
    struct market_config config = configured(MARKET_KEYPOINTS);
    config.bridge.severity_sd = 0;
    prepare(&config, STEP_NS);
    struct market_state path, branch;
    market_init(&market, &path, START_NS, 42, 7);
    run(&path, HOUR_NS / 2);
    memcpy(&branch, &path, sizeof branch);
    market_rekey(&branch, 1);
    check_bits("present", branch.x, path.x);
    run(&path, STEP_NS * 5);
    run(&branch, STEP_NS * 5);
    check_true("future", branch.x != path.x);
    run(&path, HOUR_NS);
    run(&branch, HOUR_NS);
    check_true("the next hour's clock", branch.bridge.clock[30] != path.bridge.clock[30]);
}

static void gbm_has_the_moments_of_its_closed_form(void **unused) {
    (void)unused;
    enum { PATHS = 20000 };
    struct market_config config = configured(MARKET_GBM);
    config.drift = 3;
    prepare(&config, HOUR_NS / 12);
    double sum = 0, squares = 0, price = 0;
    const double years = 12.0 / 8760;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 3, path);
        run(&state, 12 * HOUR_NS);
        sum += state.x;
        squares += state.x * state.x;
        price += exp(state.x);
    }
    const double variance = 0.8 * 0.8 * years;
    const double mean = (3 - 0.5 * 0.8 * 0.8) * years;
    const double error = sqrt(variance / PATHS); /* standard error of the mean */
    check_close("mean", sum / PATHS, mean, 5 * error);
    /* That of the second moment about the true mean: variance sqrt(2 / PATHS). */
    check_close("variance", squares / PATHS - 2 * mean * sum / PATHS + mean * mean,
                variance, 5 * variance * sqrt(2.0 / PATHS));
    check_close("expected price", price / PATHS, exp(3 * years), 5.1 * error);
}

static void gbm_without_volatility_grows_at_its_drift(void **unused) {
    (void)unused;
    struct market_config config = configured(MARKET_GBM);
    config.volatility = 0;
    struct market_state state;
    prepare(&config, STEP_NS);
    market_init(&market, &state, START_NS, 1, 1);
    run(&state, HOUR_NS);
    check_bits("no drift", state.x, 0);
    check_bits("volatility", state.daily_volatility, 0);
    config.drift = 1;
    prepare(&config, STEP_NS);
    market_init(&market, &state, START_NS, 1, 1);
    run(&state, 24 * HOUR_NS);
    check_relative("a day", state.x, 1.0 / 365, 1e-12);
}

static void a_single_gap_is_exact_to_the_unit(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double gap;
        int64_t start_uusd, after_uusd;
    } cases[] = {
        {"ETH falls 30 %",   -0.3,  194610000,     136227000   },
        {"halves",           -0.5,  200000002,     100000001   },
        {"rises",            0.125, 100000000,     112500000   },
        {"of a large price", -0.1,  1000000000000, 900000000000},
        {"nothing",          0,     194610000,     194610000   },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_config config = configured(MARKET_SINGLE_GAP);
        config.gap.gap = cases[i].gap;
        struct market_state state;
        int64_t price = 0;
        prepare(&config, STEP_NS);
        market_init(&market, &state, START_NS, 1, 1);
        run(&state, HOUR_NS - STEP_NS);
        check_true("price", market_price(cases[i].start_uusd, state.x, &price));
        check_i64(cases[i].name, price, cases[i].start_uusd);
        run(&state, STEP_NS);
        check_true("price", market_price(cases[i].start_uusd, state.x, &price));
        check_i64(cases[i].name, price, cases[i].after_uusd);
        const double after = state.x;
        run(&state, 5 * HOUR_NS);
        check_bits("rests again", state.x, after);
    }
}

/* Of a gap to a half, 70 % of the logarithm closes: half of that after an hour, all of it in
   the end, at 2^-0.3. */
static void a_gap_may_close_again(void **unused) {
    (void)unused;
    struct market_config config = configured(MARKET_SINGLE_GAP);
    config.gap.gap = -0.5;
    config.gap.recovery = 0.7;
    config.gap.half_life_ns = HOUR_NS;
    struct market_state state;
    prepare(&config, STEP_NS);
    market_init(&market, &state, START_NS, 1, 1);
    run(&state, HOUR_NS);
    check_relative("the gap", exp(state.x), 0.5, 1e-12);
    run(&state, HOUR_NS);
    check_relative("half", exp(state.x), pow(2, -0.65), 1e-12);
    run(&state, HOUR_NS);
    check_relative("three quarters", exp(state.x), pow(2, -0.475), 1e-12);
    run(&state, 100 * HOUR_NS);
    check_relative("in the end", exp(state.x), pow(2, -0.3), 1e-12);
}

static void gaps_are_lognormal_and_their_noise_a_martingale(void **unused) {
    (void)unused;
    enum { PATHS = 4000 };
    struct market_config config = configured(MARKET_SINGLE_GAP);
    config.gap.sd = 0.2;
    config.gap.noise = 1;
    prepare(&config, HOUR_NS / 12);
    double sum = 0, squares = 0, price = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 4, path);
        run(&state, HOUR_NS - market.step_ns);
        price += exp(state.x);
        run(&state, market.step_ns);
        const double z = log((state.x - state.wander) / log(0.7)) / 0.2;
        sum += z;
        squares += z * z;
    }
    check_close("mean", sum / PATHS, 0, 5 / sqrt(PATHS));
    check_close("variance", squares / PATHS, 1, 5 * sqrt(2.0 / PATHS));
    check_close("martingale", price / PATHS, 1, 5 * sqrt(1.0 / 8760 / PATHS));
}

static void a_staircase_without_noise_falls_by_the_same_share(void **unused) {
    (void)unused;
    struct market_config config = configured(MARKET_STAIRCASE);
    config.staircase.noise = 0;
    config.staircase.steps = 5;
    config.staircase.fall = 0.5;
    struct market_state state;
    prepare(&config, STEP_NS);
    market_init(&market, &state, START_NS, 1, 1);
    int64_t price = 0, expected = 64000000;
    for (int stair = 0; stair < 8; ++stair) {
        run(&state, HOUR_NS / 2 - STEP_NS);
        check_true("price", market_price(64000000, state.x, &price));
        check_i64("before", price, expected);
        run(&state, STEP_NS);
        expected = stair < 5 ? expected / 2 : expected;
        check_true("price", market_price(64000000, state.x, &price));
        check_i64("after", price, expected);
    }
}

static void the_noise_of_a_staircase_has_its_volatility(void **unused) {
    (void)unused;
    enum { PATHS = 10000 };
    const struct market_config config = configured(MARKET_STAIRCASE);
    prepare(&config, HOUR_NS / 12);
    double sum = 0, squares = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 5, path);
        run(&state, 4 * HOUR_NS);
        sum += state.x;
        squares += state.x * state.x;
    }
    const double variance = 0.1 * 0.1 * 4 / 8760;
    const double mean = 8 * log(0.98) - 0.5 * variance;
    check_close("mean", sum / PATHS, mean, 5 * sqrt(variance / PATHS));
    check_close("variance", squares / PATHS - sum / PATHS * sum / PATHS, variance,
                5 * variance * sqrt(2.0 / PATHS));
}

static void a_price_outside_the_range_is_refused(void **unused) {
    (void)unused;
    int64_t price = -7;
    check_true("zero", !market_price(100000000, -19, &price));
    check_true("infinite", !market_price(100000000, 800, &price));
    check_true("above 2^53", !market_price(INT64_C(1) << 53, 1e-9, &price));
    check_i64("left alone", price, -7);
    check_true("largest", market_price(INT64_C(1) << 53, 0, &price));
    check_i64("largest", price, INT64_C(1) << 53);
    check_true("smallest", market_price(1, 0, &price));
    check_i64("smallest", price, 1);
}

static void what_does_not_go_together_is_told(void **unused) {
    (void)unused;
    char error[256];
    struct market_config config = configured(MARKET_GBM);
    check_true("7 s", !market_prepare(&market, &config, INT64_C(7000000000), error,
                                      sizeof error));
    check_contains("7 s", error, "divide an hour");
    check_true("10 min",
               !market_prepare(&market, &config, HOUR_NS / 6, error, sizeof error));
    check_contains("10 min", error, "at most 5 min");
    config.model = MARKET_KEYPOINTS;
    config.start_ns += HOUR_NS / 2;
    check_true("start", !market_prepare(&market, &config, STEP_NS, error, sizeof error));
    check_contains("start", error, "2020-03-05T00:00:00Z to 2020-03-13T23:00:00Z");
    strcpy(config.bridge.facts, "eth-2021");
    check_true("facts", !market_prepare(&market, &config, STEP_NS, error, sizeof error));
    check_contains("facts", error, "there are: eth-2020-03");
    check_contains("facts", error, "\"eth-2021\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_named_as_the_choice_and_no_key_occurs_twice),
        cmocka_unit_test(defaults_are_the_start_of_12_march),
        cmocka_unit_test(every_model_rests_until_the_start),
        cmocka_unit_test(a_path_is_its_address_and_a_copy_goes_on_alike),
        cmocka_unit_test(another_branch_changes_the_future_only),
        cmocka_unit_test(gbm_has_the_moments_of_its_closed_form),
        cmocka_unit_test(gbm_without_volatility_grows_at_its_drift),
        cmocka_unit_test(a_single_gap_is_exact_to_the_unit),
        cmocka_unit_test(a_gap_may_close_again),
        cmocka_unit_test(gaps_are_lognormal_and_their_noise_a_martingale),
        cmocka_unit_test(a_staircase_without_noise_falls_by_the_same_share),
        cmocka_unit_test(the_noise_of_a_staircase_has_its_volatility),
        cmocka_unit_test(a_price_outside_the_range_is_refused),
        cmocka_unit_test(what_does_not_go_together_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
