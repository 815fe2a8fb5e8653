/* The hedger: what it holds, what its equity carries, and how it settles with the pool. */
#include "agents/market_maker.h"
#include "tests/support/world_agents.h"

#define HOUR_NS (3600 * SECOND_NS)

static struct market_maker_config terms(void) {
    struct market_maker_config config = {0};
    desk_defaults(&agent_market_maker, &config);
    config.capital_uusd = 1000000 * USD;
    config.margin_ppm = 100000;
    config.settle_uusd = 100000 * USD;
    config.order_least_uusd = 5000 * USD;
    config.hedge_ratio_ppm = 900000;
    config.hedge_delay_ns = 60 * SECOND_NS;
    config.pool_account = 6;
    return config;
}

static struct observation at_rest(void) {
    return (struct observation){.now_ns = 100 * HOUR_NS,
                                .account = 7,
                                .outside_price_uusd = 200 * USD,
                                .purse_uusd = 1000000 * USD,
                                .outside_equity_uusd = 1000000 * USD,
                                .base_fee_wei = 10 * GWEI};
}

static void it_trades_towards_what_the_hedge_ratio_asks(void **unused) {
    (void)unused;
    /* name, pool, own position, equity, order */
    static const struct {
        const char *name;
        int64_t pool_ubase, own_ubase, equity_uusd, order_ubase;
    } cases[] = {
        {"the pool is short: buys 90 %",      -10000000000,  0,            1000000000000, 9000000000  },
        {"the pool is long: sells 90 %",      10000000000,   0,            1000000000000, -9000000000 },
        {"the rest of it",                    -10000000000,  8000000000,   1000000000000, 1000000000  },
        {"it has too much",                   -10000000000,  10000000000,  1000000000000, -1000000000 },
        {"below 5000 USD it does not bother", -10000000000,  8975000001,   1000000000000, 0           },
        {"5000 USD it does",                  -10000000000,  8975000000,   1000000000000, 25000000    },
        {"equity carries ten times itself",   -100000000000, 0,            1000000000000, 50000000000 },
        {"half of it, half as much",          -100000000000, 0,            500000000000,  25000000000 },
        {"it shrinks with its equity",        -100000000000, 50000000000,  500000000000,
         -25000000000                                                                                 },
        {"nothing left: all goes",            -100000000000, 50000000000,  -1,            -50000000000},
        {"a short, too",                      100000000000,  -50000000000, 500000000000,  25000000000 },
    };
    const struct market_maker_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_maker own = {.asked_ns = 100 * HOUR_NS};
        struct observation seen = at_rest();
        seen.pool_position_ubase = cases[i].pool_ubase;
        seen.outside_position_ubase = cases[i].own_ubase;
        seen.outside_equity_uusd = cases[i].equity_uusd;
        const struct reply reply =
            desk_wake(&agent_market_maker, &config, &own, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].order_ubase != 0);
        if (reply.count == 1) {
            check_u64("an order outside", reply.intent[0].kind, INTENT_ORDER);
            check_i64(cases[i].name, reply.intent[0].amount, cases[i].order_ubase);
        }
        check_i64("looks again", reply.wake_ns, seen.now_ns + 60 * SECOND_NS);
    }
}

static void without_an_outside_margin_nothing_limits_it(void **unused) {
    (void)unused;
    struct market_maker_config config = terms();
    struct market_maker own = {0};
    struct observation seen = at_rest();
    config.margin_ppm = 0;
    seen.pool_position_ubase = -1000000 * USD;
    const struct reply reply = desk_wake(&agent_market_maker, &config, &own, &seen, 0);
    check_i64("90 %", reply.intent[0].amount, 900000 * USD);
}

static void profit_goes_to_the_pool(void **unused) {
    (void)unused;
    /* name, equity, cash, sent */
    static const struct {
        const char *name;
        int64_t equity_uusd, purse_uusd, sent_uusd;
    } cases[] = {
        {"just below the threshold", 1099999999999, 1099999999999, 0           },
        {"at the threshold",         1100000000000, 1100000000000, 100000000000},
        {"all of it",                1250000000000, 1250000000000, 250000000000},
        {"as far as there is cash",  1250000000000, 40000000000,   40000000000 },
        {"no cash at all",           1250000000000, 0,             0           },
    };
    const struct market_maker_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_maker own = {0};
        struct observation seen = at_rest();
        seen.outside_equity_uusd = cases[i].equity_uusd;
        seen.purse_uusd = cases[i].purse_uusd;
        const struct reply reply =
            desk_wake(&agent_market_maker, &config, &own, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].sent_uusd != 0);
        if (reply.count == 1) {
            check_u64("over the bridge", reply.intent[0].kind, INTENT_BRIDGE);
            check_u64("to the pool", reply.intent[0].transaction.account, 6);
            check_i64(cases[i].name, reply.intent[0].amount, cases[i].sent_uusd);
        }
    }
}

static void a_loss_is_asked_back_once_an_hour(void **unused) {
    (void)unused;
    /* name, equity, on its way, hours since it asked, transactions waiting, asks for */
    static const struct {
        const char *name;
        int64_t equity_uusd, on_its_way_uusd, hours;
        uint32_t pending;
        int64_t asks_uusd;
    } cases[] = {
        {"just below the threshold", 900000000001, 0,            5, 0, 0           },
        {"at the threshold",         900000000000, 0,            5, 0, 100000000000},
        {"what is under way counts", 700000000000, 150000000000, 5, 0, 150000000000},
        {"enough is under way",      700000000000, 250000000000, 5, 0, 0           },
        {"it has just asked",        700000000000, 0,            0, 0, 0           },
        {"an hour ago",              700000000000, 0,            1, 0, 300000000000},
        {"one waits already",        700000000000, 0,            5, 1, 0           },
    };
    const struct market_maker_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct market_maker own = {.asked_ns = (100 - cases[i].hours) * HOUR_NS};
        struct observation seen = at_rest();
        seen.outside_equity_uusd = cases[i].equity_uusd;
        seen.on_its_way_uusd = cases[i].on_its_way_uusd;
        seen.pending_count = cases[i].pending;
        const struct reply reply =
            desk_wake(&agent_market_maker, &config, &own, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].asks_uusd != 0);
        if (reply.count == 1) {
            const struct transaction *transaction = &reply.intent[0].transaction;
            check_u64("a withdrawal", transaction->kind, TRANSACTION_WITHDRAW);
            check_u64("of the pool", transaction->account, 6);
            check_i64(cases[i].name, transaction->amount, cases[i].asks_uusd);
            check_i64("remembered", own.asked_ns, seen.now_ns);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_trades_towards_what_the_hedge_ratio_asks),
        cmocka_unit_test(without_an_outside_margin_nothing_limits_it),
        cmocka_unit_test(profit_goes_to_the_pool),
        cmocka_unit_test(a_loss_is_asked_back_once_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
