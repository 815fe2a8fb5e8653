/* The price through the facts of an hour: what is exact on every path, and the laws of
   what is drawn. */
#include "scenarios/market/market.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS  INT64_C(12000000000)
#define HOUR_NS  INT64_C(3600000000000)
#define START_NS INT64_C(1583971200000000000) /* 2020-03-12T00:00:00Z */
#define CRASH    10                           /* hours to 10:00 */
#define LOWEST   26                           /* hours to the hour of the lowest low */

static struct market market;

/* With a residual variance that stays where it is. */
static struct market_config plain(enum market_rebound rebound) {
    struct market_config config;
    market_config_default(&config);
    config.model = MARKET_KEYPOINTS;
    config.bridge.severity_sd = 0;
    config.bridge.rebound = rebound;
    config.variance.speed = 0;
    config.variance.volatility = 0;
    config.variance.jump_rate = 0;
    return config;
}

/* The fit of 12 March 2020 (V0 1.406, mean 0, kappa 2.631, xi 3.862, rho 0.340), with
   jumps that it does not have. */
static struct market_config stochastic(enum market_rebound rebound, double jump_rate) {
    struct market_config config = plain(rebound);
    config.variance.mean = 0;
    config.variance.speed = 2.631;
    config.variance.volatility = 3.862;
    config.variance.correlation = 0.340;
    config.variance.jump_rate = jump_rate;
    config.variance.jump_mean = -0.02;
    config.variance.jump_sd = 0.03;
    config.variance.variance_jump_mean = 0.5;
    config.variance.jump_correlation = -0.01;
    return config;
}

static void prepare(const struct market_config *config, int64_t step_ns) {
    char error[256] = "";
    check_true(error, market_prepare(&market, config, step_ns, error, sizeof error));
}

static void step(struct market_state *state) {
    market_step(&market, state, state->time_ns + market.step_ns);
}

static void run_to(struct market_state *state, int64_t time_ns) {
    while (state->time_ns < time_ns) {
        step(state);
    }
}

/* What one hour of a path showed. */
struct seen {
    double low, high, close;
    int64_t low_ns, high_ns; /* first time */
};

static struct seen watch_hour(struct market_state *state) {
    struct seen seen = {state->x, state->x, state->x, state->time_ns, state->time_ns};
    const int64_t end_ns = state->time_ns + HOUR_NS;
    while (state->time_ns < end_ns) {
        step(state);
        if (state->x < seen.low) {
            seen.low = state->x;
            seen.low_ns = state->time_ns;
        }
        if (state->x > seen.high) {
            seen.high = state->x;
            seen.high_ns = state->time_ns;
        }
    }
    seen.close = state->x;
    return seen;
}

static void check_hour(const struct market_state *state, const struct seen *seen,
                       int64_t row) {
    const struct keypoint_hour *fact = &market.bridge.keypoints.hour[row];
    int64_t price = 0;
    check_bits("low", seen->low, market.bridge.low[row]);
    check_bits("high", seen->high, market.bridge.high[row]);
    check_bits("close", seen->close, market.bridge.close[row]);
    check_true("low", market_price(194610000, seen->low, &price));
    check_i64("low", price, fact->low_uusd);
    check_true("high", market_price(194610000, seen->high, &price));
    check_i64("high", price, fact->high_uusd);
    check_true("close", market_price(194610000, seen->close, &price));
    check_i64("close", price, fact->close_uusd);
    const bool low_first = fact->close_uusd > fact->open_uusd;
    check_true("order", low_first == (seen->low_ns < seen->high_ns));
    check_i64("on the hour", state->time_ns, fact->start_ns + HOUR_NS);
}

/* The definition of open, high, low, close, for every hour of the storm, several steps
   (down to twelve an hour) and calm to violent noise. */
static void
every_hour_attains_its_extremes_in_order_and_never_exceeds_them(void **unused) {
    (void)unused;
    static const struct {
        int64_t step_s;
        double alpha, variance;
        double jump_rate; /* below 0: a constant variance */
    } cases[] = {
        {12,  0.3,  1.4, -1   },
        {6,   0.3,  1.4, -1   },
        {300, 0.3,  1.4, -1   },
        {12,  0.05, 100, -1   },
        {9,   1000, 0,   -1   },
        {12,  0.3,  1.4, 0    },
        {12,  0.3,  1.4, 10000},
        {300, 0.05, 100, 10000},
        {12,  0.3,  0,   10000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_config config =
            cases[i].jump_rate < 0
                ? plain(MARKET_REBOUND_HISTORY)
                : stochastic(MARKET_REBOUND_HISTORY, cases[i].jump_rate);
        config.bridge.alpha = cases[i].alpha;
        config.bridge.residual_variance = cases[i].variance;
        prepare(&config, cases[i].step_s * INT64_C(1000000000));
        const int64_t first = market.bridge.first;
        check_i64("first row", first, 7 * 24);
        for (uint64_t path = 0; path < 20; ++path) {
            struct market_state state;
            market_init(&market, &state, START_NS, 11, path);
            for (int64_t row = first; row < first + 36; ++row) {
                const struct seen seen = watch_hour(&state);
                check_hour(&state, &seen, row);
            }
        }
    }
}

static void the_free_rebound_is_pinned_to_the_low_and_not_beyond(void **unused) {
    (void)unused;
    const struct market_config config = plain(MARKET_REBOUND_FREE);
    prepare(&config, STEP_NS);
    const int64_t row = market.bridge.first + LOWEST;
    check_i64("its hour", market.bridge.last_hour, row);
    check_i64("the low", market.bridge.keypoints.hour[row].low_uusd, 86000000);
    int free_at_close = 0;
    for (uint64_t path = 0; path < 50; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 12, path);
        run_to(&state, START_NS + LOWEST * HOUR_NS);
        check_bits("open of the hour", state.x, market.bridge.close[row - 1]);
        while (state.bridge.pinned) {
            step(&state);
        }
        check_bits("the low", state.x, market.bridge.low[row]);
        check_true("inside the hour", state.time_ns < START_NS + (LOWEST + 1) * HOUR_NS);
        run_to(&state, START_NS + (LOWEST + 1) * HOUR_NS);
        free_at_close += state.x != market.bridge.close[row];
    }
    check_i64("nobody is pinned to the close", free_at_close, 50);
}

/* From the low on, x is Gaussian with variance s^2 sum of v_k dt, v_k = v0 + (v - v0) c^k,
   and exp(x) a martingale.  A severity of 3 tells s from s^2. */
static void the_free_phase_has_the_law_of_its_variance(void **unused) {
    (void)unused;
    enum { PATHS = 3000 };
    struct market_config config = plain(MARKET_REBOUND_FREE);
    config.bridge.severity = 3;
    prepare(&config, INT64_C(60000000000));
    double sum = 0, squares = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 13, path);
        while (state.bridge.pinned) {
            step(&state);
        }
        check_true("stressed", state.variance > 25 && state.variance < 60);
        const double years = 60.0 / (365 * 86400);
        const double c = pow(0.5, 60.0 / 86400), excess = state.variance - 1.4;
        const double total =
            9 * years * (600 * 1.4 + excess * (1 - pow(c, 600)) / (1 - c));
        const double from = state.x;
        run_to(&state, state.time_ns + 10 * HOUR_NS);
        const double z = (state.x - from + 0.5 * total) / sqrt(total);
        sum += z;
        squares += z * z;
    }
    check_close("mean", sum / PATHS, 0, 5 / sqrt(PATHS));
    check_close("variance", squares / PATHS, 1, 5 * sqrt(2.0 / PATHS));
}

/* A bridge from (a0, y0) to (a1, y1) is at a normal with mean y0 + f (y1 - y0), f the
   share of business time passed, and variance V (a - a0)(a1 - a) / (a1 - a0).  Looked at
   on the last step before the second key point, where steps are long and what remains is
   short; noise so small that the extremes, 0.3 apart, are never met. */
static void between_two_key_points_the_price_is_a_brownian_bridge(void **unused) {
    (void)unused;
    enum { PATHS = 4000 };
    struct market_config config = plain(MARKET_REBOUND_HISTORY);
    config.start_ns = START_NS + CRASH * HOUR_NS;
    config.bridge.residual_variance = 0.001;
    config.bridge.alpha = 5;
    prepare(&config, HOUR_NS / 12);
    double sum = 0, squares = 0;
    int64_t met = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, config.start_ns, 14, path);
        while (state.bridge.key_next == 0) {
            step(&state);
        }
        const double a0 = state.bridge.clock_now, y0 = state.x;
        const double a1 = state.bridge.key_clock[1], y1 = state.bridge.key_y[1];
        if (state.bridge.key_time_ns[1] - state.time_ns < 3 * market.step_ns) {
            continue; /* the key points are too near each other */
        }
        run_to(&state, state.bridge.key_time_ns[1] - market.step_ns);
        const double a = state.bridge.clock_now;
        const double variance = 0.001 / 8760 * (a - a0) * (a1 - a) / (a1 - a0);
        const double z =
            (state.x - y0 - (a - a0) / (a1 - a0) * (y1 - y0)) / sqrt(variance);
        sum += z;
        squares += z * z;
        ++met;
    }
    check_true("many paths", met > PATHS / 4);
    check_close("mean", sum / (double)met, 0, 5 / sqrt((double)met));
    check_close("variance", squares / (double)met, 1, 5 * sqrt(2 / (double)met));
}

/* Dirichlet(alpha) shares w of 60 minutes: E sum w^2 = (alpha + 1) / (60 alpha + 1). */
static void business_time_is_dirichlet(void **unused) {
    (void)unused;
    enum { PATHS = 4000 };
    const struct market_config config = plain(MARKET_REBOUND_HISTORY);
    prepare(&config, STEP_NS);
    double sum = 0, squares = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 15, path);
        double concentration = 0;
        for (int minute = 0; minute < MARKET_MINUTES; ++minute) {
            const double share =
                state.bridge.clock[minute + 1] - state.bridge.clock[minute];
            check_true("time passes", share > 0);
            concentration += share * share;
        }
        check_bits("begins", state.bridge.clock[0], 0);
        check_bits("ends", state.bridge.clock[MARKET_MINUTES], 1);
        sum += concentration;
        squares += concentration * concentration;
    }
    const double mean = sum / PATHS;
    const double error = sqrt((squares / PATHS - mean * mean) / PATHS);
    check_close("concentration", mean, 1.3 / 19, 5 * error);
}

static void severity_multiplies_every_log_return(void **unused) {
    (void)unused;
    struct market_config config = plain(MARKET_REBOUND_HISTORY);
    prepare(&config, STEP_NS);
    struct market_state once, twice;
    market_init(&market, &once, START_NS, 16, 1);
    double path[3000];
    for (int i = 0; i < 3000; ++i) {
        step(&once);
        path[i] = once.x;
    }
    config.bridge.severity = 2;
    prepare(&config, STEP_NS);
    market_init(&market, &twice, START_NS, 16, 1);
    for (int i = 0; i < 3000; ++i) {
        step(&twice);
        check_bits("twice", twice.x, 2 * path[i]);
    }
    check_relative("volatility", twice.daily_volatility, 2 * once.daily_volatility,
                   1e-15);
}

static void severity_is_lognormal_around_its_factor(void **unused) {
    (void)unused;
    enum { PATHS = 4000 };
    struct market_config config = plain(MARKET_REBOUND_HISTORY);
    config.bridge.severity = 1.5;
    config.bridge.severity_sd = 0.1;
    prepare(&config, STEP_NS);
    double sum = 0, squares = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 17, path);
        const double z = log(state.bridge.severity / 1.5) / 0.1;
        sum += z;
        squares += z * z;
    }
    check_close("mean", sum / PATHS, 0, 5 / sqrt(PATHS));
    check_close("variance", squares / PATHS, 1, 5 * sqrt(2.0 / PATHS));
}

/* On the hour the running variance is v = m v + (1 - m) R^2 / (4 ln 2) hours a year, with
   m = 2^(-1/6) and R = ln(high / low), from 1.40 on, whatever was drawn. */
static void volatility_on_the_hour_follows_from_the_facts(void **unused) {
    (void)unused;
    const struct market_config config = plain(MARKET_REBOUND_HISTORY);
    prepare(&config, STEP_NS);
    struct market_state state;
    market_init(&market, &state, START_NS, 18, 1);
    const double memory = pow(2, -1.0 / 6);
    double variance = 1.4;
    for (int64_t hour = 0; hour < 30; ++hour) {
        const struct keypoint_hour *fact =
            &market.bridge.keypoints.hour[market.bridge.first + hour];
        const double range = log((double)fact->high_uusd / (double)fact->low_uusd);
        variance = memory * variance + (1 - memory) * range * range / (4 * log(2)) * 8760;
        run_to(&state, START_NS + (hour + 1) * HOUR_NS);
        check_relative("variance", state.variance, variance, 1e-12);
        check_relative("daily", state.daily_volatility, sqrt(variance / 365), 1e-12);
    }
    check_true("a storm", sqrt(variance) > 5);
}

static void history_goes_on_freely_when_the_facts_end(void **unused) {
    (void)unused;
    struct market_config config = plain(MARKET_REBOUND_HISTORY);
    config.start_ns = INT64_C(1584140400000000000); /* 13 March 23:00, the last hour */
    prepare(&config, STEP_NS);
    struct market_state state;
    market_init(&market, &state, config.start_ns, 19, 1);
    run_to(&state, config.start_ns + HOUR_NS);
    check_bits("close", state.x, market.bridge.close[market.bridge.keypoints.count - 1]);
    const double close = state.x;
    run_to(&state, config.start_ns + 2 * HOUR_NS);
    check_true("moves", state.x != close);
}

/* Square-root variance from V0 = 1.4 with mean 0: after t its mean is V0 e^(-k t), its
   variance V0 x^2 e^(-k t) (1 - e^(-k t)) / k.  Jumps of mean 0.5 at a rate of 500 add
   0.5 * 500 (1 - e^(-k t)) / k to the mean. */
static void the_residual_variance_has_its_law(void **unused) {
    (void)unused;
    enum { PATHS = 2000 };
    for (int jumps = 0; jumps <= 1; ++jumps) {
        const struct market_config config =
            stochastic(MARKET_REBOUND_HISTORY, jumps == 0 ? 0 : 500);
        prepare(&config, HOUR_NS / 12);
        double sum = 0, squares = 0;
        for (uint64_t path = 0; path < PATHS; ++path) {
            struct market_state state;
            market_init(&market, &state, START_NS, 21, path);
            run_to(&state, START_NS + 24 * HOUR_NS);
            sum += state.bridge.residual;
            squares += state.bridge.residual * state.bridge.residual;
        }
        const double mean = sum / PATHS, variance = squares / PATHS - mean * mean;
        const double left = exp(-2.631 / 365), gone = (1 - left) / 2.631;
        const double want = 1.4 * left + jumps * 250 * gone;
        check_close("mean", mean, want, 5 * sqrt(variance / PATHS));
        if (jumps == 0) {
            /* Nearly normal, skewed a little: 2 / n of its square, and a tenth. */
            const double spread = 1.4 * 3.862 * 3.862 * left * gone;
            check_relative("variance", variance, spread, 5.5 * sqrt(2.0 / PATHS));
        }
    }
}

/* Once free, E[price] stays, jumps and correlation included; and the noise of the price has
   correlation 0.340 with that of the variance. */
static void the_free_price_is_a_martingale_with_its_leverage(void **unused) {
    (void)unused;
    enum { PATHS = 4000, HOURS = 6 };
    struct market_config config = stochastic(MARKET_REBOUND_FREE, 2000);
    config.bridge.severity = 2;
    prepare(&config, HOUR_NS / 12);
    double sum = 0, squares = 0, product = 0, own = 0, other = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(&market, &state, START_NS, 22, path);
        while (state.bridge.pinned) {
            step(&state);
        }
        const double from = state.x;
        const int64_t jumps = state.stochastic.jumps;
        const double v = state.variance, residual = state.bridge.residual;
        step(&state);
        if (state.stochastic.jumps == jumps) {
            const double dx = (state.x - from) / (2 * sqrt(v));
            const double dv = (state.bridge.residual - residual) / sqrt(residual);
            product += dx * dv;
            own += dx * dx;
            other += dv * dv;
        }
        run_to(&state, state.time_ns + HOURS * HOUR_NS);
        const double growth = exp(state.x - from);
        sum += growth;
        squares += growth * growth;
    }
    const double mean = sum / PATHS;
    const double error = sqrt((squares / PATHS - mean * mean) / PATHS);
    check_true("it moves", error > 0.001);
    check_close("martingale", mean, 1, 5 * error);
    /* The drift of a step adds 2e-4 of its noise's square: far below the error. */
    check_close("leverage", product / sqrt(own * other), 0.340, 5 / sqrt(PATHS));
}

/* From open to close of the 36 hours the facts have 637 % (data/README.md), whatever is
   drawn.  In ten minutes the same storm is rougher, but not as rough as three legs an hour,
   open to extreme to extreme to close, each within ten minutes: 1212 % from the facts. */
static void the_storm_is_as_rough_as_it_was(void **unused) {
    (void)unused;
    enum { PATHS = 40 };
    const struct market_config config = stochastic(MARKET_REBOUND_HISTORY, 0);
    prepare(&config, STEP_NS);
    double fine = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        double hours = 0, tens = 0, hour_x = 0, ten_x = 0;
        market_init(&market, &state, START_NS, 23, path);
        for (int ten = 1; ten <= 36 * 6; ++ten) {
            run_to(&state, START_NS + ten * HOUR_NS / 6);
            tens += (state.x - ten_x) * (state.x - ten_x);
            ten_x = state.x;
            if (ten % 6 == 0) {
                hours += (state.x - hour_x) * (state.x - hour_x);
                hour_x = state.x;
            }
        }
        check_close("hourly", sqrt(hours / 36 * 8760), 6.37, 0.01);
        fine += tens / 36 * 8760 / PATHS;
    }
    check_true("ten minutes", sqrt(fine) > 6.37 && sqrt(fine) < 12.12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hour_attains_its_extremes_in_order_and_never_exceeds_them),
        cmocka_unit_test(the_free_rebound_is_pinned_to_the_low_and_not_beyond),
        cmocka_unit_test(the_free_phase_has_the_law_of_its_variance),
        cmocka_unit_test(between_two_key_points_the_price_is_a_brownian_bridge),
        cmocka_unit_test(business_time_is_dirichlet),
        cmocka_unit_test(severity_multiplies_every_log_return),
        cmocka_unit_test(severity_is_lognormal_around_its_factor),
        cmocka_unit_test(volatility_on_the_hour_follows_from_the_facts),
        cmocka_unit_test(the_residual_variance_has_its_law),
        cmocka_unit_test(the_free_price_is_a_martingale_with_its_leverage),
        cmocka_unit_test(the_storm_is_as_rough_as_it_was),
        cmocka_unit_test(history_goes_on_freely_when_the_facts_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
