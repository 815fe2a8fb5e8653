/* What a bidder bids, when it does not, and what it does with what it wins. */
#include "agents/bidder.h"
#include "tests/support/world_agents.h"

#define NOW_NS (100000 * SECOND_NS)

static struct bidder_config terms(void) {
    struct bidder_config config = {0};
    desk_defaults(&agent_bidder, &config);
    config.count = 10;
    config.raise_ppm = 30000;
    config.purse_uusd = 1000 * USD;
    config.fee_margin_ppm = 150000;
    config.fee_max_wei = 1000 * GWEI;
    config.bid_gas = 100000;
    config.deal_gas = 100000;
    config.order_least_uusd = 500 * USD;
    config.unwind_ns = 600 * SECOND_NS;
    return config;
}

/* Adaptive, at a discount of 5 %; 100 USD outside, so a unit is worth 95 to it. */
static struct bidder plain(void) {
    return (struct bidder){.discount_ppm = 50000};
}

static struct observation seen_with(const struct observe_lot *lot) {
    return (struct observation){.now_ns = NOW_NS,
                                .account = 9,
                                .outside_price_uusd = 100 * USD,
                                .base_fee_wei = 10 * GWEI,
                                .cash_uusd = 10000 * USD,
                                .purse_uusd = 1000 * USD,
                                .lot = lot,
                                .lot_count = 1};
}

static struct observe_lot lot_of(uint32_t bidder, int64_t bid_usd) {
    return (struct observe_lot){.id = 3,
                                .bidder = bidder,
                                .lot_ubase = 50000000,
                                .tab_uusd = 4000 * USD,
                                .bid_uusd = bid_usd * USD,
                                .bid_until_ns = NOW_NS + 1,
                                .end_ns = NOW_NS + 1};
}

static struct reply visit(const struct bidder *own, const struct observation *seen) {
    const struct bidder_config config = terms();
    struct bidder state = *own;
    return desk_wake(&agent_bidder, &config, &state, seen, 0);
}

/* The lot of 50 units is worth 4,750 to it, its tab is 4,000, so it bids the tab; at 60 USD
   it is worth 2,850.  Dent: 4,000 / 95 = 42.105264 units; a raise asks for 48.543689. */
static void it_bids_its_value_or_the_least_when_it_opens(void **unused) {
    (void)unused;
    /* name, outside price, bidder, bid; opener; bids, cash, units */
    static const struct {
        const char *name;
        int64_t price;
        uint32_t bidder;
        int64_t bid;
        bool opener, bids;
        int64_t cash, units;
    } rows[] = {
        {"the tab at once",            100, 0, 0,    false, true,  4000000000, 50000000},
        {"an opener: nothing",         100, 0, 0,    true,  true,  0,          50000000},
        {"its value below the tab",    60,  0, 0,    false, true,  2850000000, 50000000},
        {"over nothing, opener",       60,  7, 0,    true,  true,  1,          50000000},
        {"over 2,000",                 60,  7, 2000, false, true,  2850000000, 50000000},
        {"over 2,000, opener",         60,  7, 2000, true,  true,  2060000000, 50000000},
        {"over 2,767: raise too high", 60,  7, 2767, true,  false, 0,          0       },
        {"its own",                    60,  9, 2000, false, false, 0,          0       },
        {"over the tab: less of it",   100, 7, 4000, false, true,  4000000000, 42105264},
        {"over the tab, opener",       100, 7, 4000, true,  true,  4000000000, 48543689},
        {"over the tab, not worth it", 84,  7, 4000, false, false, 0,          0       },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct observe_lot lot = lot_of(rows[i].bidder, rows[i].bid);
        struct observation seen = seen_with(&lot);
        struct bidder own = plain();
        own.is_opener = rows[i].opener;
        seen.outside_price_uusd = rows[i].price * USD;
        const struct reply reply = visit(&own, &seen);
        check_u64(rows[i].name, reply.count, rows[i].bids);
        if (reply.count == 1 && rows[i].bids) {
            const struct transaction *sent = &reply.intent[0].transaction;
            check_u64("a bid", sent->kind, TRANSACTION_LOT_BID);
            check_u64("for the lot", sent->target, 3);
            check_i64(rows[i].name, sent->price_uusd, rows[i].cash);
            check_i64(rows[i].name, sent->amount, rows[i].units);
            check_i64("15 % over the base fee", reply.intent[0].fee_wei, 11500000000);
        }
    }
}

static void without_cash_profit_or_room_it_stays_away(void **unused) {
    (void)unused;
    const struct observe_lot lot = lot_of(0, 0);
    struct observation seen = seen_with(&lot);
    const struct bidder own = plain();
    check_u64("it bids", visit(&own, &seen).count, 1);
    seen.cash_uusd = 4000 * USD - 1;
    check_u64("no cash", visit(&own, &seen).count, 0);
    seen.cash_uusd = 4000 * USD;
    check_u64("just enough", visit(&own, &seen).count, 1);
    seen.pending_count = 1;
    seen.pending[0] = (struct observe_pending){
        .kind = TRANSACTION_LOT_BID, .target = 4, .price_uusd = 1, .fee_wei = 50 * GWEI};
    check_u64("another bid waits for the cash", visit(&own, &seen).count, 0);
    seen.pending[0].price_uusd = 0;
    seen.pending[0].target = 3;
    check_u64("its own bid already waits", visit(&own, &seen).count, 0);
    seen.pending_count = OBSERVE_PENDING;
    for (int i = 0; i < OBSERVE_PENDING; ++i) {
        seen.pending[i] =
            (struct observe_pending){.kind = TRANSACTION_DEAL, .fee_wei = 50 * GWEI};
    }
    check_u64("too much waits", visit(&own, &seen).count, 0);
    seen.pending_count = 0;
    seen.base_fee_wei = 900 * GWEI;
    check_u64("its fee is capped below the base fee's margin", visit(&own, &seen).count,
              1);
    seen.base_fee_wei = 1001 * GWEI;
    check_u64("its cap is below the base fee", visit(&own, &seen).count, 0);
    /* The lot yields 5,000 - 4,000; 200,000 gas at 60,000 gwei and 100 USD cost 1,200. */
    struct bidder fixed = plain();
    fixed.is_static = 1;
    fixed.fee_wei = 60000 * GWEI;
    seen.base_fee_wei = 10 * GWEI;
    check_u64("gas eats the profit", visit(&fixed, &seen).count, 0);
    fixed.fee_wei = 40000 * GWEI;
    check_u64("gas leaves some", visit(&fixed, &seen).count, 1);
}

static void a_static_one_keeps_its_fee_and_waits(void **unused) {
    (void)unused;
    const struct observe_lot lot = lot_of(0, 0);
    struct observation seen = seen_with(&lot);
    struct bidder own = plain();
    own.is_static = 1;
    own.fee_wei = 20 * GWEI;
    seen.base_fee_wei = 100 * GWEI;
    struct reply reply = visit(&own, &seen);
    check_u64("bids below the base fee", reply.count, 1);
    check_i64("at its own", reply.intent[0].fee_wei, 20 * GWEI);
    seen.lot_count = 0;
    seen.pending_count = 1;
    seen.pending[0] = (struct observe_pending){.sequence = 5,
                                               .slot = 2,
                                               .kind = TRANSACTION_LOT_BID,
                                               .target = 3,
                                               .amount = 50000000,
                                               .price_uusd = 7,
                                               .fee_wei = 20 * GWEI};
    check_u64("what is stuck stays stuck", visit(&own, &seen).count, 0);
    own.is_static = 0;
    reply = visit(&own, &seen);
    check_u64("an adaptive one", reply.count, 1);
    check_u64("replaces it", reply.intent[0].kind, INTENT_REPLACE);
    check_i64("at a fee that gets in", reply.intent[0].fee_wei, 115 * GWEI);
    check_i64("with the same bid", reply.intent[0].transaction.price_uusd, 7);
    check_i64("for as much", reply.intent[0].transaction.amount, 50000000);
}

/* What it won is over, what nobody wanted starts anew; others' lots are theirs to take. */
static void it_deals_bites_and_unwinds(void **unused) {
    (void)unused;
    struct observe_lot lot = lot_of(9, 0);
    lot.bid_until_ns = NOW_NS;
    struct observation seen = seen_with(&lot);
    struct bidder own = plain();
    check_u64("takes its own", visit(&own, &seen).intent[0].transaction.kind,
              TRANSACTION_DEAL);
    lot.bidder = 7;
    check_u64("not others'", visit(&own, &seen).count, 0);
    lot.bidder = 0;
    lot.end_ns = NOW_NS;
    check_u64("starts anew", visit(&own, &seen).intent[0].transaction.kind,
              TRANSACTION_DEAL);
    const struct observe_target vault = {.account = 77, .pending_fee_wei = -1};
    seen.lot_count = 0;
    seen.target = &vault;
    seen.target_count = 1;
    check_u64("bites", visit(&own, &seen).intent[0].transaction.kind, TRANSACTION_BITE);
    seen.cash_uusd = 0;
    check_u64("not without cash", visit(&own, &seen).count, 0);

    seen.target_count = 0;
    seen.units_ubase = 45000000;
    struct reply reply = visit(&own, &seen);
    check_u64("takes units off the chain", reply.intent[0].transaction.kind,
              TRANSACTION_WITHDRAW);
    check_u64("units", reply.intent[0].transaction.instrument, ASSET_UNDERLYING);
    check_i64("all", reply.intent[0].transaction.amount, 45000000);
    /* 60 s of 600 s: a tenth of 200 units; at least 500 USD, which is 5 units */
    seen.units_ubase = 0;
    seen.stock_ubase = 200000000;
    own.sold_ns = NOW_NS - 60 * SECOND_NS;
    reply = visit(&own, &seen);
    check_u64("sells", reply.intent[0].kind, INTENT_SELL);
    check_i64("a tenth", reply.intent[0].amount, 20000000);
    own.sold_ns = NOW_NS;
    check_i64("at least", visit(&own, &seen).intent[0].amount, 5000000);
    seen.stock_ubase = 3000000;
    check_i64("at most all", visit(&own, &seen).intent[0].amount, 3000000);
    seen.stock_ubase = 0;
    seen.purse_uusd = 1500 * USD - 1;
    check_u64("keeps small change", visit(&own, &seen).count, 0);
    seen.purse_uusd = 1500 * USD;
    reply = visit(&own, &seen);
    check_u64("sends cash back", reply.intent[0].kind, INTENT_BRIDGE);
    check_i64("beyond its purse", reply.intent[0].amount, 500 * USD);
}

static void shares_of_the_kinds_are_exact(void **unused) {
    (void)unused;
    struct bidder_config config = terms();
    config.static_ppm = 600000;
    config.opener_ppm = 500000;
    int64_t fixed = 0, openers = 0, both = 0;
    for (uint32_t i = 0; i < 10; ++i) {
        struct bidder own = {0};
        struct rng rng = desk_stream(3, i);
        agent_bidder.init(&config, &own, i, &rng);
        fixed += own.is_static;
        openers += own.is_opener;
        both += own.is_static * own.is_opener;
        check_true("discount within a half of its mean",
                   own.discount_ppm >= 25000 && own.discount_ppm <= 75000);
        check_true("latency", own.latency_ns >= 0 && own.latency_ns < config.latency_ns);
    }
    check_i64("static", fixed, 6);
    check_i64("half of the other four open low", openers, 2);
    check_i64("none is both", both, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_bids_its_value_or_the_least_when_it_opens),
        cmocka_unit_test(without_cash_profit_or_room_it_stays_away),
        cmocka_unit_test(a_static_one_keeps_its_fee_and_waits),
        cmocka_unit_test(it_deals_bites_and_unwinds),
        cmocka_unit_test(shares_of_the_kinds_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
