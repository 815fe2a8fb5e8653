/* The arbitrageur: for which gaps it trades, how much, and that it hedges all of it. */
#include "agents/arbitrageur.h"
#include "tests/support/world_agents.h"

/* A trade and its hedge cost 0.5 % one way, 1 % both; with the edge a gap pays above 1.2 %
   where a position grows and above 0.7 % where it shrinks. */
static struct arbitrageur_config terms(void) {
    struct arbitrageur_config config = {0};
    desk_defaults(&agent_arbitrageur, &config);
    config.half_spread_ppm = 500;
    config.venue_fee_ppm = 500;
    config.outside_cost_ppm = 4000;
    config.edge_ppm = 2000;
    config.order_most_uusd = 100000 * USD;
    config.order_least_uusd = 5000 * USD;
    config.margin_ppm = 100000;
    config.initial_ppm = 100000;
    config.multiplier_ubase = MONEY_ONE;
    return config;
}

static struct observation at_rest(void) {
    return (struct observation){.now_ns = 100 * SECOND_NS,
                                .account = 60,
                                .outside_price_uusd = 200 * USD,
                                .index_price_uusd = 200 * USD,
                                .equity_uusd = 500000 * USD,
                                .withdrawable_uusd = 500000 * USD,
                                .purse_uusd = 500000 * USD,
                                .outside_equity_uusd = 500000 * USD,
                                .base_fee_wei = 10 * GWEI};
}

static void it_trades_the_gap_that_pays(void **unused) {
    (void)unused;
    /* name, outside price, position held (and hedged), trade wanted */
    static const struct {
        const char *name;
        int64_t outside_uusd, held_ubase, trade_ubase;
    } cases[] = {
        {"no gap",                                200000000, 0,          0         },
        {"1.2 % up: just not",                    202400000, 0,          0         },
        {"a fifth up: buys for 100,000 USD",      240000000, 0,          416666666 },
        {"a fifth down: sells for them",          160000000, 0,          -625000000},
        {"grows a long in a wide gap",            240000000, 100000000,  416666666 },
        {"0.7 % down: keeps its long",            198600000, 100000000,  0         },
        {"1.1 % down: gives back all of a small", 197800000, 100000000,  -100000000},
        {"and of a large one a part",             197800000, 2000000000, -505561172},
        {"1.1 % up: covers a short",              202200000, -100000000, 100000000 },
    };
    const struct arbitrageur_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observation seen = at_rest();
        seen.outside_price_uusd = cases[i].outside_uusd;
        seen.position_ubase = cases[i].held_ubase;
        seen.outside_position_ubase = -cases[i].held_ubase;
        const struct reply reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
        check_i64("looks again", reply.wake_ns, seen.now_ns + config.look_ns);
        check_u64(cases[i].name, reply.count, cases[i].trade_ubase != 0);
        if (reply.count == 1) {
            const struct transaction *trade = &reply.intent[0].transaction;
            check_u64("a trade", trade->kind, TRANSACTION_TRADE);
            check_i64(cases[i].name, trade->amount, cases[i].trade_ubase);
        }
    }
}

/* It keeps 1.15 % of 240 USD: the whole 1.2 % but the spread, which is in the fill. */
static void the_limit_keeps_its_edge(void **unused) {
    (void)unused;
    const struct arbitrageur_config config = terms();
    struct observation seen = at_rest();
    seen.outside_price_uusd = 240 * USD;
    struct reply reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
    check_i64("buys below", reply.intent[0].transaction.price_uusd, 237240000);
    seen.outside_price_uusd = 160 * USD;
    reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
    check_i64("sells above", reply.intent[0].transaction.price_uusd, 161840000);
}

/* The pool is short 10,000 units, 2M USD at 200: with a depth of 200M the venue asks 1 %
   more than the index.  Of a gap of 3 % 2 % is left, 0.8 % more than it needs. */
static void it_sees_the_premium(void **unused) {
    (void)unused;
    struct arbitrageur_config config = terms();
    struct observation seen = at_rest();
    config.order_most_uusd = 10000000 * USD;
    config.skew_depth_uusd = 200000000 * USD;
    seen.equity_uusd = 100000000 * USD;
    seen.outside_equity_uusd = 100000000 * USD;
    seen.pool_position_ubase = -10000000000;
    seen.outside_price_uusd = 206 * USD;
    const struct reply reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
    check_u64("trades", reply.count, 1);
    check_i64("0.8 % of the depth, 1.6M USD", reply.intent[0].transaction.amount,
              7766990291); /* 1,600,000 / 206 */
    seen.outside_price_uusd =
        204 * USD; /* 1 % is left: too little to buy, none to sell */
    check_u64("a smaller gap",
              desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0).count, 0);
}

static void it_holds_the_opposite_outside(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t chain_ubase, outside_ubase, order_ubase;
    } cases[] = {
        {"nothing to hedge",             0,          0,          0         },
        {"a new long",                   500000000,  0,          -500000000},
        {"a new short",                  -500000000, 0,          500000000 },
        {"what is missing",              500000000,  -300000000, -200000000},
        {"less than 5000 USD can wait",  500000000,  -480000000, 0         },
        {"unless nothing is left there", 0,          -20000000,  20000000  },
    };
    const struct arbitrageur_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observation seen = at_rest();
        seen.position_ubase = cases[i].chain_ubase;
        seen.outside_position_ubase = cases[i].outside_ubase;
        seen.pending_count = 1; /* hedges whatever waits */
        const struct reply reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].order_ubase != 0);
        if (reply.count == 1) {
            check_u64("outside", reply.intent[0].kind, INTENT_ORDER);
            check_i64(cases[i].name, reply.intent[0].amount, cases[i].order_ubase);
        }
    }
}

/* A long of 5,000 units, 1M USD: 100,000 of initial margin there, 100,000 outside. */
static void cash_goes_where_margin_is_low(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t equity, outside, withdrawable; /* USD */
        uint32_t kind;
        int64_t amount; /* USD; of a trade base units */
    } cases[] = {
        {"half of it is missing: tops up to twice", 50000,  900000, 0,     TRANSACTION_DEPOSIT,
         150000                                                                                       },
        {"low outside: twice what lacks",           400000, 80000,  90000, TRANSACTION_WITHDRAW,
         40000                                                                                        },
        {"as far as it may",                        400000, 20000,  90000, TRANSACTION_WITHDRAW, 90000},
        {"low on both sides: closes",               50000,  90000,  0,     TRANSACTION_TRADE,    -5000},
        {"nothing may leave: closes",               150000, 90000,  0,     TRANSACTION_TRADE,    -5000},
    };
    const struct arbitrageur_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observation seen = at_rest();
        seen.position_ubase = 5000 * MONEY_ONE;
        seen.outside_position_ubase = -5000 * MONEY_ONE;
        seen.initial_uusd = 100000 * USD;
        seen.equity_uusd = cases[i].equity * USD;
        seen.outside_equity_uusd = cases[i].outside * USD;
        seen.withdrawable_uusd = cases[i].withdrawable * USD;
        const struct reply reply = desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0);
        check_u64(cases[i].name, reply.count, 1);
        check_u64(cases[i].name, reply.intent[0].transaction.kind, cases[i].kind);
        check_i64(cases[i].name, reply.intent[0].transaction.amount,
                  cases[i].amount * USD);
        check_u64("its own", reply.intent[0].transaction.account, 60);
    }
}

static void without_a_price_or_margin_it_waits(void **unused) {
    (void)unused;
    const struct arbitrageur_config config = terms();
    struct observation seen = at_rest();
    seen.index_price_uusd = 0;
    check_u64("no index", desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0).count,
              0);
    seen = at_rest();
    seen.outside_price_uusd = 240 * USD;
    seen.outside_equity_uusd = 900 * USD; /* carries 4,500 USD with room to spare */
    check_u64("no cash", desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0).count, 0);
    seen = at_rest();
    seen.outside_price_uusd = 240 * USD;
    seen.pending_count = 1;
    check_u64("one waits", desk_wake(&agent_arbitrageur, &config, NULL, &seen, 0).count,
              0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_trades_the_gap_that_pays),
        cmocka_unit_test(the_limit_keeps_its_edge),
        cmocka_unit_test(it_sees_the_premium),
        cmocka_unit_test(it_holds_the_opposite_outside),
        cmocka_unit_test(cash_goes_where_margin_is_low),
        cmocka_unit_test(without_a_price_or_margin_it_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
