/* When a keeper bids, for how much, and how it sells what it has won. */
#include "agents/keeper_bid.h"
#include "tests/support/world_agents.h"

#define MINUTE_NS (60 * SECOND_NS)

/* Costs by hand: sigma 10 % a day and half an hour give 1.443 % of risk at an aversion of
   1; impact 2/3 x 0.75 x 10 % x sqrt(I / 100 M) = 5 % x sqrt(I / 100 M); the venue 0.1 %. */
static struct keeper_config terms(void) {
    struct keeper_config config = {0};
    desk_defaults(&agent_keeper, &config);
    config.count = 4;
    config.gas = 500000;
    config.auctions = 1;
    config.keeper_least_uusd = 25 * USD;
    config.fee_margin_ppm = 150000;
    config.fee_max_wei = 1000 * GWEI;
    config.unwind_ns = 30 * MINUTE_NS;
    config.risk_aversion = 1;
    config.capital_charge_ppm = 0;
    config.initial_ppm = 100000;
    config.venue_cost_ppm = 1000;
    config.volume_uusd = 100000000 * USD;
    config.impact_prefactor = 0.75;
    return config;
}

/* 100,000 USD of notional, of which 40 % have to be sold: worth 2,400, for sale at 1,000. */
static struct observe_target lot(void) {
    return (struct observe_target){.account = 33,
                                   .notional_uusd = 100000 * USD,
                                   .equity_uusd = 6000 * USD,
                                   .maintenance_uusd = 6500 * USD,
                                   .auction_start_ns = 1,
                                   .share_ppm = 400000,
                                   .fair_uusd = 2400 * USD,
                                   .cost_uusd = 1000 * USD,
                                   .pending_fee_wei = -1};
}

static struct observation watching(const struct observe_target *target, uint32_t count) {
    return (struct observation){.now_ns = 1000 * SECOND_NS,
                                .account = 20,
                                .outside_price_uusd = 200 * USD,
                                .base_fee_wei = 10 * GWEI,
                                .equity_uusd = 10000 * USD,
                                .daily_volatility = 0.1,
                                .target = target,
                                .target_count = count};
}

static struct reply wake(const struct keeper_config *config, struct keeper *keeper,
                         const struct observation *seen) {
    return desk_wake(&agent_keeper, config, keeper, seen, 0);
}

static void what_a_lot_has_to_be_worth(void **unused) {
    (void)unused;
    struct keeper_config config = terms();
    struct observation seen = watching(NULL, 0);
    /* sqrt(1 / 48) = 0.144338; 40,000 / 100 M = 0.0004, its root 0.02 */
    const double alone = (.0144338 + .001 + .05 * .02) * 40000;
    check_close("alone", (double)keeper_required_uusd(&config, &seen, 40000 * USD) / 1e6,
                alone, .01);
    /* with 960,000 held by others the root is 0.1 */
    seen.inventory_uusd = 960000 * USD;
    check_close("among others",
                (double)keeper_required_uusd(&config, &seen, 40000 * USD) / 1e6,
                (.0144338 + .001 + .05 * .1) * 40000, .01);
    config.capital_charge_ppm = 365 * 48 * 100000; /* 10 % of the margin per half hour */
    check_close("and for capital",
                (double)keeper_required_uusd(&config, &seen, 40000 * USD) / 1e6,
                (.0144338 + .001 + .05 * .1 + .01) * 40000, .01);
    seen.daily_volatility = 0;
    config.capital_charge_ppm = 0;
    check_i64("in a calm: the venue alone",
              keeper_required_uusd(&config, &seen, 40000 * USD), 40 * USD);
}

/* It needs 657.35 USD and gas of 500 k x 11.5 gwei x 200 USD = 1.15 USD. */
static void it_bids_when_the_discount_pays_and_not_before(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    /* cost of the lot in USD; does it bid? */
    static const struct {
        const char *name;
        int64_t cost;
        bool bids;
    } cases[] = {
        {"at the fair price",     2400,  false},
        {"a bit too dear",        1744,  false},
        {"just enough for costs", 1741,  true },
        {"cheap",                 1000,  true },
        {"paid to take it",       -1000, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observe_target target = lot();
        struct keeper keeper = {0};
        target.cost_uusd = cases[i].cost * USD;
        const struct observation seen = watching(&target, 1);
        const struct reply reply = wake(&config, &keeper, &seen);
        check_u64(cases[i].name, reply.count, cases[i].bids);
        if (!cases[i].bids) {
            continue;
        }
        const struct intent *intent = &reply.intent[0];
        check_u64("a bid", intent->transaction.kind, TRANSACTION_BID);
        check_u64("for it", intent->transaction.target, 33);
        check_u64("by itself", intent->transaction.account, 20);
        check_i64("fee", intent->fee_wei, 11500000000);
        /* At most what leaves its costs covered: 2400 - 657.35 - 1.15. */
        check_close("limit", (double)intent->transaction.price_uusd / 1e6, 1741.50, .05);
    }
}

static void it_bids_for_no_more_than_its_margin_carries(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    /* free equity in USD; share asked for */
    static const struct {
        const char *name;
        int64_t equity, initial, share_ppm;
    } cases[] = {
        {"all that is for sale, and more should there be", 10000, 0,    1000000},
        {"more than is for sale",                          5000,  0,    500000 },
        {"a part",                                         3000,  1000, 200000 },
        {"nothing left",                                   1000,  1000, 0      },
        {"below its own margin",                           500,   1000, 0      },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const struct observe_target target = lot();
        struct keeper keeper = {0};
        struct observation seen = watching(&target, 1);
        seen.equity_uusd = cases[i].equity * USD;
        seen.initial_uusd = cases[i].initial * USD;
        const struct reply reply = wake(&config, &keeper, &seen);
        check_u64(cases[i].name, reply.count, cases[i].share_ppm > 0);
        check_i64(cases[i].name,
                  reply.count == 0 ? 0 : reply.intent[0].transaction.amount,
                  cases[i].share_ppm);
    }
    /* Two lots of 40,000 with margin for 50,000: the second gets what is left. */
    struct observe_target two[2] = {lot(), lot()};
    two[1].account = 34;
    struct keeper keeper = {0};
    struct observation seen = watching(two, 2);
    seen.equity_uusd = 5000 * USD;
    const struct reply reply = wake(&config, &keeper, &seen);
    check_u64("both", reply.count, 2);
    check_i64("half", reply.intent[0].transaction.amount, 500000);
    check_i64("a tenth", reply.intent[1].transaction.amount, 100000);
}

static void it_begins_what_may_pay_and_leaves_what_cannot(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct observe_target target = lot();
    struct keeper keeper = {0};
    target.due = 1;
    target.auction_start_ns = 0;
    struct observation seen = watching(&target, 1);
    struct reply reply = wake(&config, &keeper, &seen);
    check_u64("one", reply.count, 1);
    check_u64("a start", reply.intent[0].transaction.kind, TRANSACTION_AUCTION_START);
    target.fair_uusd = 600 * USD; /* below the 657 it would have to be worth */
    reply = wake(&config, &keeper, &seen);
    check_u64("never worth it", reply.count, 0);
    target.fair_uusd = -600 * USD; /* insolvent: up to the maintenance margin is paid */
    reply = wake(&config, &keeper, &seen);
    check_u64("an insolvent one", reply.count, 1);
    target.pending_fee_wei = 10 * GWEI;
    reply = wake(&config, &keeper, &seen);
    check_u64("somebody else is after it", reply.count, 0);
    target.pending_fee_wei = -1;
    target.account = seen.account;
    reply = wake(&config, &keeper, &seen);
    check_u64("not itself", reply.count, 0);
}

static void what_cannot_be_auctioned_is_closed_out(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = {0};
    struct observe_target debt = lot(), pool = lot();
    debt.auction_start_ns = pool.auction_start_ns = 0;
    debt.due = 1;
    debt.notional_uusd = 0;
    pool.account = 6;
    pool.due = pool.share_ppm = 0;
    const struct observe_target *const rows[] = {&debt, &pool};
    for (int i = 0; i < 2; ++i) {
        const struct observation seen = watching(rows[i], 1);
        const struct reply reply = wake(&config, &keeper, &seen);
        check_u64("one", reply.count, 1);
        check_u64("a close-out", reply.intent[0].transaction.kind, TRANSACTION_LIQUIDATE);
        check_u64("of it", reply.intent[0].transaction.target, rows[i]->account);
    }
}

/* Ten equal parts: a tenth of what is there, then a ninth, down to all of it. */
static void what_it_wins_it_sells_in_ten_parts(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = {0};
    struct observation seen = watching(NULL, 0);
    seen.position_ubase = 1000000000;
    int sales = 0;
    for (int minute = 0; minute <= 40; ++minute) {
        const struct reply reply = wake(&config, &keeper, &seen);
        if (reply.count > 0) {
            const struct transaction *sale = &reply.intent[0].transaction;
            sales += 1;
            check_u64("a trade", sale->kind, TRANSACTION_TRADE);
            check_i64("a tenth of the beginning", sale->amount, -100000000);
            seen.position_ubase += sale->amount;
        }
        seen.now_ns += MINUTE_NS;
    }
    check_i64("ten sales", sales, 10);
    check_i64("flat", seen.position_ubase, 0);
}

static void a_sale_is_not_sent_twice_but_an_adaptive_keeper_raises_it(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = {.held_ubase = -500, .unwind_by_ns = 1};
    struct observation seen = watching(NULL, 0);
    seen.position_ubase = -500;
    seen.pending_count = 1;
    seen.pending[0] = (struct observe_pending){
        .sequence = 7, .slot = 3, .kind = TRANSACTION_TRADE, .fee_wei = 10 * GWEI};
    struct reply reply = wake(&config, &keeper, &seen);
    check_u64("waits", reply.count, 0);
    seen.base_fee_wei = 20 * GWEI;
    reply = wake(&config, &keeper, &seen);
    check_u64("raises", reply.count, 1);
    check_u64("replaces", reply.intent[0].kind, INTENT_REPLACE);
    check_u64("that one", reply.intent[0].sequence, 7);
    check_i64("buys all back", reply.intent[0].transaction.amount, 500);
    check_i64("for", reply.intent[0].fee_wei, 23 * GWEI);
    struct keeper fixed = {.is_static = 1, .fee_wei = 90 * GWEI, .held_ubase = -500};
    reply = wake(&config, &fixed, &seen);
    check_u64("a script does not", reply.count, 0);
}

static void in_an_auction_of_its_own_it_only_ends_it(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    const struct observe_target target = lot();
    struct keeper keeper = {0};
    struct observation seen = watching(&target, 1);
    seen.position_ubase = 5;
    seen.own_auction = AUCTION_OWN_OPEN;
    struct reply reply = wake(&config, &keeper, &seen);
    check_u64("nothing", reply.count, 0);
    seen.own_auction = AUCTION_OWN_OVER;
    reply = wake(&config, &keeper, &seen);
    check_u64("one", reply.count, 1);
    check_u64("stop", reply.intent[0].transaction.kind, TRANSACTION_AUCTION_STOP);
    check_u64("its own", reply.intent[0].transaction.target, seen.account);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_lot_has_to_be_worth),
        cmocka_unit_test(it_bids_when_the_discount_pays_and_not_before),
        cmocka_unit_test(it_bids_for_no_more_than_its_margin_carries),
        cmocka_unit_test(it_begins_what_may_pay_and_leaves_what_cannot),
        cmocka_unit_test(what_cannot_be_auctioned_is_closed_out),
        cmocka_unit_test(what_it_wins_it_sells_in_ten_parts),
        cmocka_unit_test(a_sale_is_not_sent_twice_but_an_adaptive_keeper_raises_it),
        cmocka_unit_test(in_an_auction_of_its_own_it_only_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
