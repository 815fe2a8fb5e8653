/* The square-root law of one wave, the walk of the depth curve, and what they must obey. */
#include "scenarios/impact.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS INT64_C(12000000000)
#define MINUTE  INT64_C(60000000000)
#define MILLION INT64_C(1000000000000) /* USD, in micro-USD */
#define DAILY   0.06

static struct impact_config eventful(void) {
    struct impact_config config;
    impact_config_default(&config);
    return config;
}

/* A book that does not draw back. */
static struct impact_config configured(void) {
    struct impact_config config = eventful();
    config.event_depth = 1;
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
    impact_init(&state, 0, 0);
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
    impact_init(&state, 0, 0);
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
        impact_init(&state, 0, 0);
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
    impact_init(&state, 0, 0);
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
        impact_init(&state, 0, 0);
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
    impact_init(&slots, 0, 0);
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
    impact_init(&a, 0, 0);
    impact_init(&b, 0, 0);
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
    impact_init(&a, 0, 0);
    impact_init(&b, 0, 0);
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

#define REFERENCE (1.01 / sqrt(365)) /* the daily volatility depth is from */

/* The state of a market at rest whose outside price has then moved by this logarithm. */
static struct impact_state moved_by(const struct impact *impact, double outside) {
    struct impact_state state;
    impact_init(&state, 0, 2);
    impact_follow(impact, &state, 2 + outside);
    return state;
}

/* By hand: 1 % is half a book of 2 %, and each book takes 0.32 off ln depth, up to ln 5. */
static void a_move_of_the_outside_price_makes_an_event(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double moved, share;
    } cases[] = {
        {"nothing",              0,     1                 },
        {"1 % up",               0.01,  0.8521437889662113},
        {"1 % down",             -0.01, 0.8521437889662113},
        {"10 %: 1.6 of 1.609",   0.1,   0.2018965179946554},
        {"beyond its full size", -0.3,  0.2               },
    };
    const struct impact_config config = eventful();
    const struct impact impact = prepared(&config);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const struct impact_state state = moved_by(&impact, cases[i].moved);
        check_relative(cases[i].name, impact_depth_uusd(&impact, &state, REFERENCE),
                       3e12 * cases[i].share, 1e-12);
        /* Volatility and event multiply, down to the floor of 5 %. */
        const double both = cases[i].share * pow(4, -0.3);
        check_relative("volatile", impact_depth_uusd(&impact, &state, 4 * REFERENCE),
                       3e12 * both, 1e-12);
        const double floored = cases[i].share * pow(1000, -0.3);
        check_relative("floor", impact_depth_uusd(&impact, &state, 1000 * REFERENCE),
                       3e12 * (floored > 0.05 ? floored : 0.05), 1e-12);
    }
}

/* Two books run through by own sales, by a fall of 4 %, or half by each, are the same event,
   and what runs the other way is taken off. */
static void moves_and_own_flow_meet_in_one_state(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        double books, moved; /* first sold, then the price moves */
        double event;
    } cases[] = {
        {"the price falls",       0, -0.04, 0.64},
        {"we sell",               2, 0,     0.64},
        {"one each",              1, -0.02, 0.64},
        {"the price recovers",    2, 0.02,  0.64}, /* an event does not end by it */
        {"against a rise of 8 %", 1, 0.08,  0.96}, /* four up, one down */
    };
    const struct impact_config config = eventful();
    const struct impact impact = prepared(&config);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct impact_state state;
        double fill;
        impact_init(&state, 0, 0);
        const int64_t flow = -(int64_t)(cases[i].books * 3) * MILLION;
        impact_trade(&impact, &state, 0, REFERENCE, flow, &fill);
        impact_follow(&impact, &state, cases[i].moved);
        check_relative(cases[i].name, state.event, cases[i].event, 1e-12);
        check_close("run through", state.run_through,
                    cases[i].moved / 0.02 - cases[i].books, 1e-12);
    }
}

/* ln depth comes back as 2^(-t / h), h = 43 min ln 2 / ln(ln 5 / ln 2): half the depth
   after 43 minutes.  The book refills with a half-life of 5 minutes. */
static void an_event_fades_and_half_the_depth_is_back_in_time(void **unused) {
    (void)unused;
    const struct impact_config config = eventful();
    const struct impact impact = prepared(&config);
    const double half_life = 43 * log(2) / log(log(5) / log(2));
    static const int64_t minutes[] = {0, 1, 5, 43, 120, 6000};
    for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; ++i) {
        const double m = (double)minutes[i];
        struct impact_state once = moved_by(&impact, -0.3), slots = once;
        impact_advance(&impact, &once, minutes[i] * MINUTE);
        const double left = log(5) * pow(0.5, m / half_life);
        check_relative("event", once.event, left, 1e-11);
        check_relative("depth", impact_depth_uusd(&impact, &once, REFERENCE),
                       3e12 * exp(-left), 1e-11);
        check_relative("refill", once.run_through, -15 * pow(0.5, m / 5), 1e-11);
        for (int64_t slot = 1; slot <= minutes[i] * 5; ++slot) {
            impact_advance(&impact, &slots, slot * STEP_NS);
        }
        check_relative("in slots", slots.event, once.event, 1e-9);
        if (minutes[i] == 43) {
            check_relative("half", impact_depth_uusd(&impact, &once, REFERENCE), 1.5e12,
                           1e-11);
        }
    }
}

/* The larger the move or the flow, the thinner the book, the dearer the fill: never below
   that of a market without events. */
static void a_fill_gets_dearer_with_every_move(void **unused) {
    (void)unused;
    struct impact_config config = eventful();
    const struct impact impact = prepared(&config);
    config.event_depth = 1;
    const struct impact steady = prepared(&config);
    int dearer = 0;
    for (int64_t musd = 1; musd <= 30; ++musd) {
        double before = 0, move;
        const double usual = trade_once(&steady, DAILY, musd * MILLION, &move);
        for (int moved = 0; moved <= 40; ++moved) {
            struct impact_state state = moved_by(&impact, 0.005 * moved);
            double fill;
            impact_trade(&impact, &state, 0, DAILY, musd * MILLION, &fill);
            check_true("not cheaper than before", fill >= before);
            check_true("nor than without events", fill >= usual);
            check_relative("the same move of the price", impact_log(&state), move, 1e-12);
            dearer += fill > usual * 1.5;
            before = fill;
        }
    }
    check_true("events matter", dearer > 300);
}

/* Q in an untouched market of depth D walks, with z = 0.32 Q / D, half the book at the
   depth of the middle, 1 % Q / D exp(z / 2); its thousand children of one instant walk the
   integral, 2 % Q / D (e^z (z - 1) + 1) / z^2.  So cutting an order is no way around the
   event it makes. */
static void a_walk_thins_the_book_it_walks(void **unused) {
    (void)unused;
    enum { CHILDREN = 1000 };
    struct impact_config config = eventful();
    config.prefactor = 0;
    const struct impact impact = prepared(&config);
    for (int64_t musd = 1; musd <= 12; ++musd) {
        double move;
        const double parent = trade_once(&impact, REFERENCE, -musd * MILLION, &move);
        const double books = (double)musd / 3, z = 0.32 * books;
        check_relative("parent", parent, -0.01 * books * exp(z / 2), 1e-12);
        struct impact_state state;
        double cost = 0, fill;
        impact_init(&state, 0, 0);
        for (int child = 0; child < CHILDREN; ++child) {
            impact_trade(&impact, &state, 0, REFERENCE, -musd * MILLION / CHILDREN,
                         &fill);
            cost += fill / CHILDREN;
        }
        const double integral = 0.02 * books * (exp(z) * (z - 1) + 1) / (z * z);
        check_relative("children", cost, -integral, 2.0 / CHILDREN);
        check_true("no cheaper", cost < parent);
    }
}

/* Without depth, or events of no size or no response, no state moves, and a market without
   friction stays exactly so. */
static void events_can_be_off_and_frictionless_stays_exact(void **unused) {
    (void)unused;
    for (int how = 0; how < 3; ++how) {
        struct impact_config config = eventful();
        config.event_depth = how == 0 ? 1 : config.event_depth;
        config.event_response = how == 1 ? 0 : config.event_response;
        config.depth_uusd = how == 2 ? 0 : config.depth_uusd;
        config.prefactor = how == 2 ? 0 : config.prefactor;
        const struct impact impact = prepared(&config);
        struct impact_state state = moved_by(&impact, -0.3);
        double fill;
        impact_trade(&impact, &state, 0, REFERENCE, -MILLION, &fill);
        impact_advance(&impact, &state, MINUTE);
        impact_follow(&impact, &state, 1);
        check_bits("event", state.event, 0);
        check_bits("run through", state.run_through, 0);
        if (how == 2) {
            check_bits("fill", fill, 0);
            check_bits("price", impact_log(&state), 0);
        } else {
            check_relative("depth", impact_depth_uusd(&impact, &state, REFERENCE), 3e12,
                           1e-12);
        }
    }
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
        cmocka_unit_test(a_move_of_the_outside_price_makes_an_event),
        cmocka_unit_test(moves_and_own_flow_meet_in_one_state),
        cmocka_unit_test(an_event_fades_and_half_the_depth_is_back_in_time),
        cmocka_unit_test(a_fill_gets_dearer_with_every_move),
        cmocka_unit_test(a_walk_thins_the_book_it_walks),
        cmocka_unit_test(events_can_be_off_and_frictionless_stays_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
