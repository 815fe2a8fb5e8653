/* Gas, congestion, missed slots and outages: the level's recursion, the fee market's fixed
   points, the laws of what is drawn, the storm. */
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

/* A slot with a block that holds so much gas of ours; returns the block. */
static struct weather_block slot_with(struct weather_state *state, int64_t slot,
                                      double log_price, int64_t own_gas) {
    struct weather_block block;
    weather_step(&weather, state, slot * STEP_NS, log_price, &block);
    if (block.flags == 0) {
        weather_close(&weather, state, &block, own_gas);
    }
    return block;
}

/* Others fill exactly the target at the base fee of a calm day, to a gas of rounding: that
   is the fixed point of the base fee. */
static void a_calm_chain_costs_its_base_fee(void **unused) {
    (void)unused;
    const struct weather_config config = quiet();
    struct weather_state state;
    prepare(&config);
    weather_init(&weather, &state, 0.25, 1, 1);
    for (int64_t slot = 1; slot <= 1000; ++slot) {
        const struct weather_block block = slot_with(&state, slot, 0.25, 0);
        check_close("fee", (double)block.base_fee_wei, 1e10, 2e4);
        check_close("others", block.others_gas, 15e6, 50);
        check_i64("limit", block.limit_gas, 30000000);
        check_i64("for us", block.own_gas, 6000000);
        check_u64("flags", block.flags, 0);
        check_i64("time", block.time_ns, slot * STEP_NS);
        check_i64("price", state.price_wei, block.base_fee_wei);
    }
}

/* With q of its gas in every block the fee settles where others want target - q:
   base (1 - q / target)^(-1 / elasticity). */
static void what_we_use_moves_the_base_fee(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double elasticity;
        int64_t own_gas;
        double factor;
    } cases[] = {
        {"nothing",                   1, 0,       1              },
        {"two fifths of the target",  1, 6000000, 5.0 / 3        },
        {"where others are stubborn", 2, 6000000, 1.2909944487358},
        {"a tenth of the target",     1, 1500000, 10.0 / 9       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct weather_config config = quiet();
        struct weather_state state;
        config.elasticity = cases[i].elasticity;
        prepare(&config);
        weather_init(&weather, &state, 0, 1, 1);
        int64_t before = 0;
        for (int64_t slot = 1; slot <= 300; ++slot) {
            const struct weather_block block =
                slot_with(&state, slot, 0, cases[i].own_gas);
            check_true("on the way up", block.base_fee_wei >= before - 10);
            before = block.base_fee_wei;
        }
        check_relative(cases[i].name, (double)before, 1e10 * cases[i].factor, 1e-5);
        for (int64_t slot = 301; slot <= 600; ++slot) {
            before = slot_with(&state, slot, 0, 0).base_fee_wei;
        }
        check_relative("and back", (double)before, 1e10, 1e-5);
    }
}

/* A jump of r at slot 1: while it is within ten minutes (50 slots) the level stands at
   min(3, 45 |r|); then it halves every 40 minutes (200 slots).  The base fee follows: at
   the end of the ten minutes others pay base exp(0.8 m), or it is still on its way, which
   1.125 a block bounds. */
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
        prepare(&config);
        weather_init(&weather, &state, 0, 1, 1);
        double fastest = 1e10;
        for (int64_t slot = 1; slot <= 700; ++slot) {
            const struct weather_block block = slot_with(&state, slot, cases[i].jump, 0);
            const int64_t since = slot <= 50 ? 0 : slot - 50;
            const double level = cases[i].level * pow(0.5, (double)since / 200);
            check_close(cases[i].name, state.level, level, 1e-12);
            check_true("no faster than EIP-1559",
                       (double)block.base_fee_wei <= fastest * (1 + 1e-9));
            fastest *= 1.125;
            if (slot == 50 || slot == 700) {
                const double others = 1e10 * exp(0.8 * level);
                /* Others who waited leave a wave of a few per cent behind; fading by
                   0.28 % a slot is followed with a lag of eight slots. */
                check_relative("fee", (double)block.base_fee_wei, others, 0.05);
            }
        }
    }
}

/* Demand of e^2.4 = 11 targets meets a base fee that has not moved yet.  The price of
   inclusion is what leaves 30 M of it, w / 2 = 5.51 times the base fee, and with 5 M of
   ours 25 M, 0.6 w; and 0.6 w is not yet the base fee for another fifteen blocks. */
static void a_full_block_goes_to_whoever_pays_most(void **unused) {
    (void)unused;
    struct weather_config config = quiet();
    struct weather_state state;
    config.patience_ns = 1; /* nobody waits */
    prepare(&config);
    weather_init(&weather, &state, 0, 1, 1);
    const double worth = 1e10 * exp(2.4);
    const struct weather_block block = slot_with(&state, 1, -0.3, 5000000);
    check_i64("the fee has not moved", block.base_fee_wei, 10 * GWEI);
    check_relative("others", block.others_gas, 15e6 * exp(2.4), 1e-12);
    check_close("first in", (double)weather_price_wei(&weather, &block, 0), worth / 2, 2);
    check_close("behind 5 M", (double)weather_price_wei(&weather, &block, 5000000),
                0.6 * worth, 2);
    check_close("of the last place", (double)state.price_wei, 0.6 * worth, 2);
    check_i64("no room", weather_price_wei(&weather, &block, 30000000),
              FEE_MARKET_HIGHEST);
    int64_t slot = 2;
    while (slot_with(&state, slot, -0.3, 0).base_fee_wei < state.price_wei) {
        ++slot;
    }
    /* 1.125^k >= 5.51 first at k = 15. */
    check_i64("blocks until the base fee is the price", slot, 1 + 15);
}

static void the_price_rises_with_what_is_in_the_block(void **unused) {
    (void)unused;
    struct weather_config config = quiet();
    prepare(&config);
    for (int jump = 0; jump <= 40; ++jump) {
        struct weather_state state;
        weather_init(&weather, &state, 0, 1, 1);
        const struct weather_block block = slot_with(&state, 1, 0.002 * jump, 0);
        int64_t before = block.base_fee_wei;
        for (int64_t own = 0; own <= 30000000; own += 500000) {
            const int64_t price = weather_price_wei(&weather, &block, own);
            check_true("rises", price >= before);
            before = price;
        }
    }
}

static void a_free_chain_has_no_price_and_nobody_else(void **unused) {
    (void)unused;
    struct weather_config config;
    struct weather_state state;
    weather_config_default(&config);
    config.base_fee_wei = 0;
    prepare(&config);
    weather_init(&weather, &state, 0, 1, 1);
    for (int64_t slot = 1; slot <= 100; ++slot) {
        const struct weather_block block = slot_with(&state, slot, -0.3, 6000000);
        check_i64("fee", block.base_fee_wei, 0);
        check_bits("others", block.others_gas, 0);
        check_i64("price", weather_price_wei(&weather, &block, 29999999), 0);
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
        weather_init(&weather, &state, 0, 2, path);
        const double begin = state.noise / 0.5;
        check_close("fee", (double)state.base_fee_wei, 1e10 * exp(state.noise), 1.001);
        for (int64_t slot = 1; slot <= LAG; ++slot) {
            slot_with(&state, slot, 0, 0);
        }
        const double end = state.noise / 0.5;
        first += begin * begin;
        last += end * end;
        product += begin * end;
    }
    /* Standard errors of sample moments of a normal pair with correlation 1/2. */
    check_close("variance at first", first / PATHS, 1, 5 * sqrt(2.0 / PATHS));
    check_close("variance at last", last / PATHS, 1, 5 * sqrt(2.0 / PATHS));
    check_close("correlation", product / PATHS, 0.5, 5 * sqrt(1.25 / PATHS));
}

static void slots_are_missed_at_their_rate_and_the_next_block_is_fuller(void **unused) {
    (void)unused;
    enum { SLOTS = 100000 };
    struct weather_config config = quiet();
    config.missed_probability = 0.005;
    struct weather_state state;
    prepare(&config);
    weather_init(&weather, &state, 0, 3, 1);
    const double stay = pow(0.5, 0.2); /* 12 s of a minute's half-life */
    int missed = 0, ones = 0, fuller = 0;
    bool gap = false;
    for (int64_t slot = 1; slot <= SLOTS; ++slot) {
        const int64_t before = state.base_fee_wei;
        const struct weather_block block = slot_with(&state, slot, 0, 0);
        const bool absent = block.flags == WEATHER_MISSED;
        missed += absent;
        check_i64("a fee all the same", block.base_fee_wei, before);
        if (gap && !absent && fabs((double)before - 1e10) < 1e6) {
            /* A single gap in the calm: its slot's others came on top. */
            check_relative("others", block.others_gas, 15e6 * (1 + stay), 1e-3);
            check_true("dearer next", state.base_fee_wei > before);
            ++fuller;
        }
        gap = absent && state.waiting < 1;
        ones += __builtin_popcountll(block.entropy);
    }
    check_true("gaps in the calm", fuller > 50);
    check_close("missed", missed, SLOTS * 0.005, 5 * sqrt(SLOTS * 0.005 * 0.995));
    check_close("entropy", ones, 32.0 * SLOTS, 5 * sqrt(16.0 * SLOTS));
}

/* Outages begin at a rate r e^(c m) while the chain is up and last exponentially with a
   mean of L: begun in n slots up, n r slot / day of them; the mean number of slots down is
   1 / (1 - e^(-slot / L)). */
static void outages_begin_at_their_rate_and_last_their_time(void **unused) {
    (void)unused;
    enum { SLOTS = 400000 };
    static const struct {
        const char *name;
        double jump, factor;
    } cases[] = {
        {"calm",      0,   1                },
        {"congested", 0.3, 20.08553692318767}, /* e^3: level 3, outage_congestion 1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct weather_config config = quiet();
        config.outage_rate = 20;
        config.outage_mean_ns = INT64_C(120000000000);
        prepare(&config);
        struct weather_state state;
        weather_init(&weather, &state, 0, 3, 2);
        int64_t down = 0, begun = 0;
        bool was_down = false;
        for (int64_t slot = 1; slot <= SLOTS; ++slot) {
            /* The price moves to and fro within the window: the level stays. */
            const double price = slot % 2 == 0 ? 0 : cases[i].jump;
            weather.lag = 1;
            const struct weather_block block = slot_with(&state, slot, price, 0);
            const bool is_down = (block.flags & WEATHER_OUTAGE) != 0;
            check_true("a missed slot, too",
                       !is_down || (block.flags & WEATHER_MISSED) != 0);
            down += is_down;
            begun += is_down && !was_down;
            was_down = is_down;
        }
        const double chance = 20.0 * 12 / 86400 * cases[i].factor;
        const double up = (double)(SLOTS - down + begun);
        /* One that begins as another ends is seen as its continuation: a share `chance`
           of them. */
        check_close(cases[i].name, (double)begun, up * chance * (1 - chance),
                    5 * sqrt(up * chance));
        const double length = 1 / (1 - exp(-0.1)) / (1 - chance);
        check_close("length", (double)down / (double)begun, length,
                    5 * length / sqrt((double)begun));
    }
}

/* When blocks come again, those who waited fill them: patience bounds how many. */
static void after_an_outage_blocks_are_full_and_dear(void **unused) {
    (void)unused;
    struct weather_config config = quiet();
    config.outage_rate = 1e-9; /* only the one put there by hand */
    prepare(&config);
    struct weather_state state;
    weather_init(&weather, &state, 0, 3, 3);
    slot_with(&state, 1, 0, 0);
    state.down_until_ns = 101 * STEP_NS;
    for (int64_t slot = 2; slot <= 100; ++slot) {
        check_true("down", (slot_with(&state, slot, 0, 0).flags & WEATHER_OUTAGE) != 0);
    }
    const double stay = pow(0.5, 0.2);
    check_relative("waiting", state.waiting, stay / (1 - stay), 1e-5);
    int64_t highest = 0, full = 0;
    for (int64_t slot = 101; slot <= 200; ++slot) {
        const struct weather_block block = slot_with(&state, slot, 0, 0);
        check_u64("up", block.flags, 0);
        full += block.others_gas >= 30e6;
        highest = block.base_fee_wei > highest ? block.base_fee_wei : highest;
    }
    check_true("full blocks", full >= 3 && full <= 10);
    check_true("dear", highest > 13 * GWEI && highest < 25 * GWEI);
    check_close("calm again", (double)state.base_fee_wei, 1e10, 2e7);
}

/* With the fork's own slots in between, forks come every mean wait + mean depth + the half
   slot until the next block; depths are uniform. */
static void forks_come_at_their_rate_and_every_depth_is_as_likely(void **unused) {
    (void)unused;
    enum { SLOTS = 400000, MOST = 6 };
    struct weather_config config = quiet();
    struct weather_state state;
    int64_t depths[MOST + 1] = {0}, count = 0, until = 0;
    config.reorg_rate = 100;
    config.reorg_depth_most = MOST;
    config.missed_probability = 0.05;
    prepare(&config);
    weather_init(&weather, &state, 0, 4, 1);
    for (int64_t slot = 1; slot <= SLOTS; ++slot) {
        const struct weather_block block = slot_with(&state, slot, 0, 0);
        if (block.fork_slots == 0) {
            continue;
        }
        check_u64("a fork begins with a block", block.flags, 0);
        check_true("not within another", slot >= until);
        check_true("a depth", block.fork_slots >= 1 && block.fork_slots <= MOST);
        until = slot + block.fork_slots;
        depths[block.fork_slots] += 1;
        count += 1;
    }
    /* 72 slots of waiting, 3.5 of fork, 0.5 until the next slot, 0.05 missed ones; the
       count of renewals has relative standard error 1 / sqrt(count): five of them. */
    const double want = SLOTS / (72 + 3.5 + 0.5 + 0.05);
    check_relative("rate", (double)count, want, 5 / sqrt(want));
    for (int depth = 1; depth <= MOST; ++depth) {
        const double each = (double)count / MOST;
        check_close("depth", (double)depths[depth], each, 5 * sqrt(each));
    }
}

static void forks_shift_no_other_luck(void **unused) {
    (void)unused;
    struct weather_config config = quiet();
    struct weather_state with, without;
    uint64_t forks = 0;
    config.noise_sd = 0.2;
    config.missed_probability = 0.1;
    config.outage_rate = 5;
    for (int64_t slot = 0; slot <= 5000; ++slot) {
        config.reorg_rate = 300;
        prepare(&config);
        if (slot == 0) {
            weather_init(&weather, &with, 0, 4, 1);
        }
        struct weather_block one = slot_with(&with, slot, 0, 1000);
        config.reorg_rate = 0;
        prepare(&config);
        if (slot == 0) {
            weather_init(&weather, &without, 0, 4, 1);
        }
        const struct weather_block other = slot_with(&without, slot, 0, 1000);
        forks += one.fork_slots > 0;
        check_i64("none where there are none", other.fork_slots, 0);
        one.fork_slots = 0;
        check_bytes("the same block", &one, &other, sizeof one);
    }
    check_true("forks", forks > 100);
    weather_rekey(&with, 3);
    check_u64("another branch", with.address.branch, 3);
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

static void what_does_not_go_together_is_told(void **unused) {
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
    config = quiet();
    config.market.target_gas = config.market.limit_gas + 1;
    check_true("target",
               !weather_prepare(&weather, &config, STEP_NS, error, sizeof error));
    check_contains("target", error, "gas_target");
    config = quiet();
    config.congestion = 5;
    config.jump_cap = 20;
    check_true("price",
               !weather_prepare(&weather, &config, STEP_NS, error, sizeof error));
    check_contains("price", error, "100M gwei");
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
            if (block.flags == 0) {
                weather_close(&weather, &state, &block, 0);
            }
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
        cmocka_unit_test(what_we_use_moves_the_base_fee),
        cmocka_unit_test(a_full_block_goes_to_whoever_pays_most),
        cmocka_unit_test(the_price_rises_with_what_is_in_the_block),
        cmocka_unit_test(a_free_chain_has_no_price_and_nobody_else),
        cmocka_unit_test(congestion_jumps_with_the_ten_minute_return_and_fades),
        cmocka_unit_test(the_noise_is_a_stationary_ornstein_uhlenbeck_process),
        cmocka_unit_test(slots_are_missed_at_their_rate_and_the_next_block_is_fuller),
        cmocka_unit_test(outages_begin_at_their_rate_and_last_their_time),
        cmocka_unit_test(after_an_outage_blocks_are_full_and_dear),
        cmocka_unit_test(forks_come_at_their_rate_and_every_depth_is_as_likely),
        cmocka_unit_test(forks_shift_no_other_luck),
        cmocka_unit_test(the_same_address_has_the_same_weather),
        cmocka_unit_test(what_does_not_go_together_is_told),
        cmocka_unit_test(the_storm_of_march_2020_peaks_where_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
