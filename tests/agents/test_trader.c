/* How traders respond when margin runs low, and what they do otherwise. */
#include "agents/population.h"
#include "agents/trader.h"
#include "tests/support/world_agents.h"

static struct trader_config terms(void) {
    struct trader_config config = {0};
    desk_defaults(&agent_trader, &config);
    config.look_mean_ns = 3600 * SECOND_NS;
    config.alarm_ppm = 1300000;
    config.comfort_ppm = 2000000;
    config.withdraw_ppm = 20000;
    config.trade_ppm = 100000;
    config.trade_part_ppm = 100000;
    config.fee_margin_ppm = 200000;
    config.fee_cap_wei = 150 * GWEI;
    config.gas = 200000;
    return config;
}

/* 10 contracts at 200 USD: maintenance 6.5 % of 2000 USD = 130 USD; alarm at 169 USD,
   comfort at 260 USD.  Gas at 12 gwei: 200 k x 12e-9 x 200 USD = 0.48 USD. */
static struct observation low(int64_t equity_uusd, int64_t purse_uusd) {
    return (struct observation){.now_ns = 50 * SECOND_NS,
                                .account = 30,
                                .index_price_uusd = 200 * USD,
                                .base_fee_wei = 10 * GWEI,
                                .position_ubase = 10 * MONEY_ONE,
                                .equity_uusd = equity_uusd,
                                .maintenance_uusd = 130 * USD,
                                .notional_uusd = 2000 * USD,
                                .purse_uusd = purse_uusd};
}

static void the_alarm_rings_below_its_multiple(void **unused) {
    (void)unused;
    struct trader_config config = terms();
    struct trader trader = {.response = HOLDER_TOP_UP};
    config.trade_ppm = config.withdraw_ppm = 0;
    struct observation seen = low(169 * USD, 1000 * USD);
    check_u64("at 130 %", desk_wake(&agent_trader, &config, &trader, &seen, 0).count, 0);
    seen.equity_uusd -= 1;
    check_u64("below", desk_wake(&agent_trader, &config, &trader, &seen, 0).count, 1);
    seen.pending_count = 1;
    check_u64("not twice", desk_wake(&agent_trader, &config, &trader, &seen, 0).count, 0);
    seen.pending_count = 0;
    seen.position_ubase = 0;
    check_u64("nothing to save",
              desk_wake(&agent_trader, &config, &trader, &seen, 0).count, 0);
}

/* In an auction a deposit helps, a trade is refused; who has recovered ends it. */
static void in_an_auction_it_tops_up_or_ends_it(void **unused) {
    (void)unused;
    const struct trader_config config = terms();
    /* name, response, what has become of the auction, kind sent; -1: nothing */
    static const struct {
        const char *name;
        int64_t response, own_auction;
        int64_t kind;
    } cases[] = {
        {"tops up",            HOLDER_TOP_UP,     AUCTION_OWN_OPEN, TRANSACTION_DEPOSIT     },
        {"cannot reduce",      HOLDER_DELEVERAGE, AUCTION_OWN_OPEN, -1                      },
        {"freezes",            HOLDER_FREEZE,     AUCTION_OWN_OPEN, -1                      },
        {"ends it",            HOLDER_FREEZE,     AUCTION_OWN_OVER, TRANSACTION_AUCTION_STOP},
        {"rather than pay in", HOLDER_TOP_UP,     AUCTION_OWN_OVER, TRANSACTION_AUCTION_STOP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct trader trader = {.response = (uint64_t)cases[i].response};
        struct observation seen = low(100 * USD, 1000 * USD);
        seen.own_auction = cases[i].own_auction;
        const struct reply reply = desk_wake(&agent_trader, &config, &trader, &seen, 0);
        const struct transaction *sent = &reply.intent[0].transaction;
        check_i64(cases[i].name, reply.count == 0 ? -1 : (int64_t)sent->kind,
                  cases[i].kind);
        check_true("its own",
                   cases[i].kind != TRANSACTION_AUCTION_STOP || sent->target == 30);
        check_true("no amount",
                   cases[i].kind != TRANSACTION_AUCTION_STOP || sent->amount == 0);
    }
}

static void it_tops_up_to_comfort_as_far_as_its_purse_goes(void **unused) {
    (void)unused;
    /* name, equity, purse, deposit */
    static const struct {
        const char *name;
        int64_t equity_uusd, purse_uusd, deposit_uusd;
    } cases[] = {
        {"to 200 % of maintenance", 150000000, 1000000000, 110000000},
        {"from below zero",         -40000000, 1000000000, 300000000},
        {"the purse less its gas",  150000000, 50000000,   49520000 },
        {"exactly enough with gas", 150000000, 110480000,  110000000},
        {"one unit short of it",    150000000, 110479999,  109999999},
        {"only the gas is left",    150000000, 480000,     0        },
        {"not even that",           150000000, 1,          0        },
    };
    const struct trader_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct trader trader = {.response = HOLDER_TOP_UP};
        const struct observation seen = low(cases[i].equity_uusd, cases[i].purse_uusd);
        const struct reply reply = desk_wake(&agent_trader, &config, &trader, &seen, i);
        check_u64(cases[i].name, reply.count, cases[i].deposit_uusd > 0);
        if (reply.count == 1) {
            const struct intent *intent = &reply.intent[0];
            check_u64("a deposit", intent->transaction.kind, TRANSACTION_DEPOSIT);
            check_i64(cases[i].name, intent->transaction.amount, cases[i].deposit_uusd);
            check_i64("20 % over the base fee", intent->fee_wei, 12 * GWEI);
        }
    }
}

/* kept / size = equity / comfort: equity then is comfort again. */
static void it_reduces_to_comfort(void **unused) {
    (void)unused;
    /* name, size, equity, trade */
    static const struct {
        const char *name;
        int64_t size_ubase, equity_uusd, trade_ubase;
    } cases[] = {
        {"a long sells half",     10000000,  130000000, -5000000 },
        {"a short buys half",     -10000000, 130000000, 5000000  },
        {"rounded towards less",  10000000,  100000000, -6153847 },
        {"no equity: all of it",  10000000,  0,         -10000000},
        {"below zero: all of it", -10000000, -5000000,  10000000 },
    };
    const struct trader_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct trader trader = {.response = HOLDER_DELEVERAGE};
        struct observation seen = low(cases[i].equity_uusd, 1000 * USD);
        seen.position_ubase = cases[i].size_ubase;
        const struct reply reply = desk_wake(&agent_trader, &config, &trader, &seen, i);
        check_u64(cases[i].name, reply.count, 1);
        check_u64("a trade", reply.intent[0].transaction.kind, TRANSACTION_TRADE);
        check_i64(cases[i].name, reply.intent[0].transaction.amount,
                  cases[i].trade_ubase);
    }
}

static void who_freezes_does_nothing(void **unused) {
    (void)unused;
    const struct trader_config config = terms();
    struct trader trader = {.response = HOLDER_FREEZE};
    for (uint64_t i = 0; i < 200; ++i) {
        const struct observation seen = low(100 * USD, 1000 * USD);
        check_u64("frozen", desk_wake(&agent_trader, &config, &trader, &seen, i).count,
                  0);
    }
}

static void the_fee_is_capped(void **unused) {
    (void)unused;
    const struct trader_config config = terms();
    struct trader trader = {.response = HOLDER_DELEVERAGE};
    struct observation seen = low(100 * USD, 1000 * USD);
    seen.base_fee_wei = 400 * GWEI;
    const struct reply reply = desk_wake(&agent_trader, &config, &trader, &seen, 0);
    check_i64("150 gwei", reply.intent[0].fee_wei, 150 * GWEI);
}

/* At ease: trades with 10 % chance, withdraws half of what is free with 2 %, waits an
   exponential time; tolerances are five standard errors. */
static void at_ease_it_lives_by_its_chances(void **unused) {
    (void)unused;
    enum { LOOKS = 40000 };
    const struct trader_config config = terms();
    struct trader trader = {.response = HOLDER_FREEZE};
    struct observation seen = low(800 * USD, 1000 * USD);
    int trades = 0, withdrawals = 0;
    double mean_part = 0, waited = 0;
    seen.withdrawable_uusd = 601 * USD + 1;
    for (uint64_t i = 0; i < LOOKS; ++i) {
        const struct reply reply = desk_wake(&agent_trader, &config, &trader, &seen, i);
        check_true("later", reply.wake_ns > seen.now_ns);
        waited += (double)(reply.wake_ns - seen.now_ns) / LOOKS;
        if (reply.count == 0) {
            continue;
        }
        const struct transaction *transaction = &reply.intent[0].transaction;
        if (transaction->kind == TRANSACTION_TRADE) {
            trades += 1;
            mean_part += (double)transaction->amount;
            check_true("a tenth at most", transaction->amount >= -MONEY_ONE &&
                                              transaction->amount <= MONEY_ONE);
        } else {
            withdrawals += 1;
            check_u64("a withdrawal", transaction->kind, TRANSACTION_WITHDRAW);
            check_i64("half", transaction->amount, 300 * USD + 500000);
        }
    }
    check_close("trades", (double)trades / LOOKS, 0.1, 5 * 0.3 / 200);
    check_close("withdrawals", (double)withdrawals / LOOKS, 0.02, 5 * 0.14 / 200);
    check_close("either way alike", mean_part / trades / 1e6, 0, 5 * 0.577 / 63);
    check_close("waits an hour", waited, 3600e9, 5 * 3600e9 / 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_alarm_rings_below_its_multiple),
        cmocka_unit_test(in_an_auction_it_tops_up_or_ends_it),
        cmocka_unit_test(it_tops_up_to_comfort_as_far_as_its_purse_goes),
        cmocka_unit_test(it_reduces_to_comfort),
        cmocka_unit_test(who_freezes_does_nothing),
        cmocka_unit_test(the_fee_is_capped),
        cmocka_unit_test(at_ease_it_lives_by_its_chances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
