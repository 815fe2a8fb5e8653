/* The square-root law of one wave, the walk of the depth curve, and what they must obey. */
#include "scenarios/impact.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS INT64_C(12000000000)
#define MINUTE  INT64_C(60000000000)
#define MILLION INT64_C(1000000000000) /* USD, in micro-USD */
#define DAILY   0.06

static struct impact_config configured(void) {
    struct impact_config config;
    impact_config_default(&config);
    return config;
}

static struct impact prepared(const struct impact_config *config) {
    struct impact impact;
    impact_prepare(&impact, config, STEP_NS);
    return impact;
}

/* Trades once in an untouched market; returns the fill, writes the move. */
static double trade_once(const struct impact *impact, double daily, int64_t flow_uusd,
                         double *move) {
    struct impact_state state;
    double fill = -1;
    impact_init(&state, 0);
    impact_trade(impact, &state, 0, daily, flow_uusd, &fill);
    *move = impact_log(&state);
    return fill;
}

/* Y sigma sqrt(Q / V) with V = 209 M (sigma / sigma_bar)^0.6, by libm. */
static double law(double daily, double musd) {
    const double volume = 209 * pow(daily / (1.01 / sqrt(365)), 0.6);
    return 0.7 * daily * sqrt(musd / volume);
}

static void one_trade_moves_by_the_square_root_law(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    static const struct {
        double daily, musd;
    } cases[] = {
        {0.06, 1    },
        {0.06, 100  },
        {0.3,  1    },
        {0.01, 0.001},
        {1.2,  20   },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        double up, down;
        const int64_t flow = (int64_t)(cases[i].musd * 1e12);
        const double bought = trade_once(&impact, cases[i].daily, flow, &up);
        const double sold = trade_once(&impact, cases[i].daily, -flow, &down);
        check_relative("law", up, law(cases[i].daily, cases[i].musd), 1e-12);
        check_bits("sign", down, -up);
        check_bits("sign of the fill", sold, -bought);
        check_true("against the trader", bought > 0);
    }
}

static void a_fill_pays_the_larger_cost_and_not_the_sum(void **unused) {
    (void)unused;
    struct impact_config config = configured();
    double move;
    config.depth_elasticity = 0;
    struct impact impact = prepared(&config);
    /* The mean of sqrt over [0, Q] is 2/3 of its end. */
    const double small = trade_once(&impact, DAILY, MILLION / 100, &move);
    check_relative("metaorder", small, 2.0 / 3 * law(DAILY, 0.01), 1e-12);
    /* 6 M USD walk 2 % for every 3 M: on average half of 4 %. */
    const double large = trade_once(&impact, DAILY, 6 * MILLION, &move);
    check_relative("immediate", large, 0.02, 1e-12);
    config.depth_uusd = 0;
    impact = prepared(&config);
    const double deep = trade_once(&impact, DAILY, 6 * MILLION, &move);
    check_relative("no end of depth", deep, 2.0 / 3 * law(DAILY, 6), 1e-12);
    config.prefactor = 0;
    impact = prepared(&config);
    check_bits("frictionless", trade_once(&impact, DAILY, 6 * MILLION, &move), 0);
    check_bits("frictionless", move, 0);
}

static void depth_thins_with_volatility_down_to_its_floor(void **unused) {
    (void)unused;
    struct impact_config config = configured();
    config.feedback = 0;
    config.depth_floor = 0.5;
    const struct impact impact = prepared(&config);
    const double reference = 1.01 / sqrt(365);
    double move;
    /* 3 M USD walk 2 % of the depth at rest: 1 % on average. */
    check_relative("at rest", trade_once(&impact, reference, 3 * MILLION, &move), 0.01,
                   1e-12);
    check_relative("doubled", trade_once(&impact, 2 * reference, 3 * MILLION, &move),
                   0.01 * pow(2, 0.3), 1e-12);
    check_relative("floor", trade_once(&impact, 100 * reference, 3 * MILLION, &move),
                   0.02, 1e-12);
    check_relative("calm", trade_once(&impact, 0, 3 * MILLION, &move), 0.01, 1e-12);
}

static void impact_is_concave_and_a_round_trip_costs(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    double one, two;
    trade_once(&impact, DAILY, MILLION, &one);
    trade_once(&impact, DAILY, 4 * MILLION, &two);
    check_relative("four times the flow, twice the move", two, 2 * one, 1e-12);
    struct impact_state state;
    double bought, sold;
    impact_init(&state, 0);
    impact_trade(&impact, &state, 0, DAILY, MILLION, &bought);
    const double between = impact_log(&state);
    impact_trade(&impact, &state, 0, DAILY, -MILLION, &sold);
    check_close("the price is back", impact_log(&state), 0, 1e-16);
    check_true("the trader is not better off", between + sold <= bought);
}

static void children_move_the_price_as_far_as_their_parent(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    for (int64_t children = 2; children <= 1000; children *= 5) {
        struct impact_state state;
        double parent, fill, cost = 0, before = 0;
        trade_once(&impact, DAILY, -MILLION / 10, &parent);
        impact_init(&state, 0);
        for (int64_t child = 0; child < children; ++child) {
            impact_trade(&impact, &state, 0, DAILY, -MILLION / 10 / children, &fill);
            cost += (before + fill) / (double)children; /* against the first price */
            before = impact_log(&state);
        }
        check_relative("move", impact_log(&state), parent, 1e-9);
        check_i64("flow", state.sold_uusd, MILLION / 10 / children * children);
        /* So small a wave stays in the square root's reach: mean 2/3 of the end. */
        check_relative("cost", cost, 2.0 / 3 * parent, 1e-9);
    }
}

static void children_of_a_large_order_pay_no_less_than_the_walk(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    double move, fill, cost = 0, before = 0;
    const double parent = trade_once(&impact, DAILY, 6 * MILLION, &move);
    struct impact_state state;
    impact_init(&state, 0);
    for (int child = 0; child < 600; ++child) {
        impact_trade(&impact, &state, 0, DAILY, MILLION / 100, &fill);
        cost += (before + fill) / 600;
        before = impact_log(&state);
    }
    check_true("not cheaper", cost >= parent);
    check_true("nor the sum of both", cost < parent + 2.0 / 3 * move);
}

static void the_past_fades_with_its_half_lives(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    double end;
    trade_once(&impact, DAILY, MILLION, &end);
    static const int64_t minutes[] = {0, 5, 30, 60, 600};
    for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; ++i) {
        struct impact_state state;
        double fill;
        const double m = (double)minutes[i];
        impact_init(&state, 0);
        impact_trade(&impact, &state, 0, DAILY, MILLION, &fill);
        impact_advance(&impact, &state, minutes[i] * MINUTE);
        check_relative("move", impact_log(&state), end * (0.3 + 0.7 * pow(0.5, m / 30)),
                       1e-12);
        check_relative("wave", state.wave_uusd, 1e12 * pow(0.5, m / 60), 1e-12);
        check_relative("depth", state.taken_uusd[IMPACT_ASK], 1e12 * pow(0.5, m / 5),
                       1e-12);
        check_relative("deducted", state.moved[IMPACT_ASK], end * pow(0.5, m / 5), 1e-12);
        check_bits("other side", state.taken_uusd[IMPACT_BID], 0);
        check_i64("flow stays", state.bought_uusd, MILLION);
    }
}

static void fading_in_slots_is_fading_at_once(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    struct impact_state slots, once;
    double fill;
    impact_init(&slots, 0);
    impact_trade(&impact, &slots, 0, DAILY, MILLION, &fill);
    once = slots;
    for (int64_t slot = 1; slot <= 300; ++slot) {
        impact_advance(&impact, &slots, slot * STEP_NS);
    }
    impact_advance(&impact, &once, 300 * STEP_NS);
    check_relative("move", impact_log(&slots), impact_log(&once), 1e-12);
    check_relative("wave", slots.wave_uusd, once.wave_uusd, 1e-12);
}

static void without_feedback_is_a_prefactor_of_zero(void **unused) {
    (void)unused;
    struct impact_config config = configured();
    config.feedback = 0;
    const struct impact twin = prepared(&config);
    config = configured();
    config.prefactor = 0;
    const struct impact zero = prepared(&config);
    struct impact_state a, b;
    impact_init(&a, 0);
    impact_init(&b, 0);
    uint64_t random = 5;
    int64_t bought = 0, sold = 0;
    for (int64_t i = 1; i <= 200; ++i) {
        const int64_t flow = check_random_in(&random, -MILLION, MILLION);
        double fill_a, fill_b;
        impact_trade(&twin, &a, i * STEP_NS, DAILY, flow, &fill_a);
        impact_trade(&zero, &b, i * STEP_NS, DAILY, flow, &fill_b);
        check_bits("fill", fill_a, fill_b);
        check_true("depth is still walked", flow > 0 ? fill_a > 0 : fill_a <= 0);
        check_bits("price", impact_log(&a), 0);
        bought += flow > 0 ? flow : 0;
        sold += flow < 0 ? -flow : 0;
    }
    check_bytes("state", &a, &b, sizeof a);
    check_i64("bought", a.bought_uusd, bought);
    check_i64("sold", a.sold_uusd, sold);
}

/* k = 1024 is a power of two, so that even the rounding scales. */
static void scaling_every_dollar_changes_nothing(void **unused) {
    (void)unused;
    struct impact_config config = configured();
    const struct impact one = prepared(&config);
    config.volume_uusd *= 1024;
    config.depth_uusd *= 1024;
    const struct impact many = prepared(&config);
    struct impact_state a, b;
    impact_init(&a, 0);
    impact_init(&b, 0);
    uint64_t random = 6;
    for (int64_t i = 1; i <= 200; ++i) {
        const int64_t flow = check_random_in(&random, -MILLION, MILLION);
        double fill_a, fill_b;
        impact_trade(&one, &a, i * STEP_NS, DAILY, flow, &fill_a);
        impact_trade(&many, &b, i * STEP_NS, DAILY, flow * 1024, &fill_b);
        check_bits("fill", fill_a, fill_b);
        check_bits("price", impact_log(&a), impact_log(&b));
    }
}

static void nothing_traded_is_nothing_moved(void **unused) {
    (void)unused;
    const struct impact_config config = configured();
    const struct impact impact = prepared(&config);
    double move;
    check_bits("no flow", trade_once(&impact, DAILY, 0, &move), 0);
    check_bits("no flow", move, 0);
    trade_once(&impact, 0, MILLION, &move);
    check_bits("no volatility", move, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_trade_moves_by_the_square_root_law),
        cmocka_unit_test(a_fill_pays_the_larger_cost_and_not_the_sum),
        cmocka_unit_test(depth_thins_with_volatility_down_to_its_floor),
        cmocka_unit_test(impact_is_concave_and_a_round_trip_costs),
        cmocka_unit_test(children_move_the_price_as_far_as_their_parent),
        cmocka_unit_test(children_of_a_large_order_pay_no_less_than_the_walk),
        cmocka_unit_test(the_past_fades_with_its_half_lives),
        cmocka_unit_test(fading_in_slots_is_fading_at_once),
        cmocka_unit_test(without_feedback_is_a_prefactor_of_zero),
        cmocka_unit_test(scaling_every_dollar_changes_nothing),
        cmocka_unit_test(nothing_traded_is_nothing_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
