/* Gas, congestion and missed slots: the level's recursion, the noise's law, the storm. */
#include "scenarios/market/market.h"
#include "scenarios/weather.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS INT64_C(12000000000)
#define GWEI    INT64_C(1000000000)

static struct weather weather;

static struct weather_config quiet(void) {
    struct weather_config config;
    weather_config_default(&config);
    config.noise_sd = 0;
    config.missed_probability = 0;
    return config;
}

static void prepare(const struct weather_config *config) {
    char error[256] = "";
    check_true(error, weather_prepare(&weather, config, STEP_NS, error, sizeof error));
}

static void a_calm_chain_costs_its_base_fee(void **unused) {
    (void)unused;
    const struct weather_config config = quiet();
    struct weather_state state;
    struct weather_block block;
    prepare(&config);
    weather_init(&weather, &state, 0.25, 1, 1);
    for (int64_t slot = 1; slot <= 1000; ++slot) {
        weather_step(&weather, &state, slot * STEP_NS, 0.25, &block);
        check_i64("fee", block.base_fee_wei, 10 * GWEI);
        check_i64("gas", block.gas_available, 6000000);
        check_u64("flags", block.flags, 0);
        check_i64("time", block.time_ns, slot * STEP_NS);
    }
}

/* A jump of r at slot 1: while it is within ten minutes (50 slots) the level stands at
   min(3, 45 |r|); then it halves every 40 minutes (200 slots). */
static void congestion_jumps_with_the_ten_minute_return_and_fades(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double jump, level;
    } cases[] = {
        {"2 % up",     0.02,  0.9},
        {"2 % down",   -0.02, 0.9},
        {"beyond cap", -0.3,  3.0},
        {"nothing",    0,     0  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const struct weather_config config = quiet();
        struct weather_state state;
        struct weather_block block;
        prepare(&config);
        weather_init(&weather, &state, 0, 1, 1);
        for (int64_t slot = 1; slot <= 700; ++slot) {
            weather_step(&weather, &state, slot * STEP_NS, cases[i].jump, &block);
            const int64_t since = slot <= 50 ? 0 : slot - 50;
            const double level = cases[i].level * pow(0.5, (double)since / 200);
            check_close(cases[i].name, state.level, level, 1e-12);
            /* one part in 1e12 of the fee and one wei of rounding down */
            const double fee = 1e10 * exp(0.8 * level);
            check_close("fee", (double)block.base_fee_wei, fee, 1e-12 * fee + 1);
            const double gas = 6e6 * exp(-0.5 * level);
            check_close("gas", (double)block.gas_available, gas, 1.001);
        }
    }
}

static void the_noise_is_a_stationary_ornstein_uhlenbeck_process(void **unused) {
    (void)unused;
    enum { PATHS = 4000, LAG = 150 }; /* 30 minutes: one half-life */
    struct weather_config config = quiet();
    config.noise_sd = 0.5;
    prepare(&config);
    double first = 0, last = 0, product = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct weather_state state;
        struct weather_block block;
        weather_init(&weather, &state, 0, 2, path);
        const double begin = state.noise / 0.5;
        for (int64_t slot = 1; slot <= LAG; ++slot) {
            weather_step(&weather, &state, slot * STEP_NS, 0, &block);
        }
        const double end = state.noise / 0.5;
        first += begin * begin;
        last += end * end;
        product += begin * end;
        check_close("fee", (double)block.base_fee_wei, 1e10 * exp(state.noise), 1.001);
    }
    /* Standard errors of sample moments of a normal pair with correlation 1/2. */
    check_close("variance at first", first / PATHS, 1, 5 * sqrt(2.0 / PATHS));
    check_close("variance at last", last / PATHS, 1, 5 * sqrt(2.0 / PATHS));
    check_close("correlation", product / PATHS, 0.5, 5 * sqrt(1.25 / PATHS));
}

static void slots_are_missed_at_their_rate_and_hold_no_gas(void **unused) {
    (void)unused;
    enum { SLOTS = 100000 };
    struct weather_config config = quiet();
    config.missed_probability = 0.005;
    struct weather_state state;
    struct weather_block block;
    prepare(&config);
    weather_init(&weather, &state, 0, 3, 1);
    int missed = 0, ones = 0;
    for (int64_t slot = 1; slot <= SLOTS; ++slot) {
        weather_step(&weather, &state, slot * STEP_NS, 0, &block);
        missed += (block.flags & WEATHER_MISSED) != 0;
        check_i64("gas", block.gas_available, block.flags != 0 ? 0 : 6000000);
        check_i64("a fee all the same", block.base_fee_wei, 10 * GWEI);
        ones += __builtin_popcountll(block.entropy);
    }
    check_close("missed", missed, SLOTS * 0.005, 5 * sqrt(SLOTS * 0.005 * 0.995));
    check_close("entropy", ones, 32.0 * SLOTS, 5 * sqrt(16.0 * SLOTS));
}

static void the_same_address_has_the_same_weather(void **unused) {
    (void)unused;
    struct weather_config config;
    weather_config_default(&config);
    prepare(&config);
    struct weather_state a, b, copy;
    struct weather_block block_a, block_b;
    memset(&a, 0x5a, sizeof a);
    memset(&b, 0xff, sizeof b);
    weather_init(&weather, &a, 0, 4, 9);
    weather_init(&weather, &b, 0, 4, 9);
    for (int64_t slot = 1; slot <= 1000; ++slot) {
        weather_step(&weather, &a, slot * STEP_NS, 1e-4 * (double)slot, &block_a);
        weather_step(&weather, &b, slot * STEP_NS, 1e-4 * (double)slot, &block_b);
        check_u64("entropy", block_a.entropy, block_b.entropy);
    }
    check_bytes("state", &a, &b, sizeof a);
    memcpy(&copy, &a, sizeof copy);
    weather_rekey(&copy, 1);
    weather_step(&weather, &a, 1001 * STEP_NS, 0.1, &block_a);
    weather_step(&weather, &copy, 1001 * STEP_NS, 0.1, &block_b);
    check_true("another branch", block_a.entropy != block_b.entropy);
    check_bits("the same past", a.level, copy.level);
}

static void a_window_that_does_not_fit_is_told(void **unused) {
    (void)unused;
    struct weather_config config = quiet();
    char error[256];
    config.window_ns = STEP_NS - 1;
    check_true("short",
               !weather_prepare(&weather, &config, STEP_NS, error, sizeof error));
    check_contains("short", error, "congestion_window");
    config.window_ns = STEP_NS * WEATHER_HISTORY;
    check_true("long", !weather_prepare(&weather, &config, STEP_NS, error, sizeof error));
    check_contains("long", error, "1 to 511 slots");
}

/* Published peaks of 12 March 2020 are 80 to 200 gwei: the defaults have to put nine of
   ten paths there, and the calm hours before near the base fee. */
static void the_storm_of_march_2020_peaks_where_it_did(void **unused) {
    (void)unused;
    enum { PATHS = 200, SLOTS = 10800 };
    static struct market market;
    struct market_config market_config;
    struct weather_config config;
    char error[256] = "";
    market_config_default(&market_config);
    market_config.model = MARKET_KEYPOINTS;
    weather_config_default(&config);
    prepare(&config);
    check_true(error,
               market_prepare(&market, &market_config, STEP_NS, error, sizeof error));
    int inside = 0;
    double calm = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state price;
        struct weather_state state;
        int64_t peak_wei = 0;
        market_init(&market, &price, market_config.start_ns, 7, path);
        weather_init(&weather, &state, 0, 7, path);
        for (int64_t slot = 1; slot <= SLOTS; ++slot) {
            struct weather_block block;
            market_step(&market, &price, price.time_ns + STEP_NS);
            weather_step(&weather, &state, price.time_ns, price.x, &block);
            peak_wei = block.base_fee_wei > peak_wei ? block.base_fee_wei : peak_wei;
            calm += slot <= 300 ? (double)block.base_fee_wei / 300 / PATHS : 0;
        }
        inside += peak_wei >= 80 * GWEI && peak_wei <= 200 * GWEI;
    }
    check_true("peaks", inside >= PATHS * 9 / 10);
    check_true("calm", calm > 9e9 && calm < 30e9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calm_chain_costs_its_base_fee),
        cmocka_unit_test(congestion_jumps_with_the_ten_minute_return_and_fades),
        cmocka_unit_test(the_noise_is_a_stationary_ornstein_uhlenbeck_process),
        cmocka_unit_test(slots_are_missed_at_their_rate_and_hold_no_gas),
        cmocka_unit_test(the_same_address_has_the_same_weather),
        cmocka_unit_test(a_window_that_does_not_fit_is_told),
        cmocka_unit_test(the_storm_of_march_2020_peaks_where_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
