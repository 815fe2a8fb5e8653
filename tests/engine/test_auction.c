/* The portfolio auction as transactions: who pays whom, who may, and what stays exact. */
#include "tests/support/engine_world.h"

enum {
    ALICE = ACCOUNT_FIRST_USER,
    BOB,
    CAROL,
    DAVE,
    PARTICIPANTS = 4,
};

#define ALL MONEY_ONE

static enum engine_status start(struct engine_world *world, uint32_t target) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_AUCTION_START,
                                                .account = DAVE,
                                                .target = target});
}

static enum engine_status stop(struct engine_world *world, uint32_t target) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_AUCTION_STOP,
                                                .account = DAVE,
                                                .target = target});
}

static enum engine_status bid(struct engine_world *world, uint32_t bidder,
                              uint32_t target, int64_t share_ppm, int64_t limit) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_BID,
                                                .account = bidder,
                                                .target = target,
                                                .amount = share_ppm,
                                                .price_uusd = limit});
}

/* 10 % and 5 % of margin; Alice has 1,000 USD and is 80 long at 100. */
static void open_market(struct engine_world *world, int64_t fund) {
    struct engine_terms terms = world_terms(PARTICIPANTS);
    terms.close_out.mechanism = LIQUIDATION_PORTFOLIO_AUCTION;
    terms.auction = (struct portfolio_auction_terms){.start_ppm = 950000,
                                                     .cutoff_ppm = 700000,
                                                     .fast_ns = 900 * SECOND,
                                                     .slow_ns = 43200 * SECOND,
                                                     .insolvent_ns = 3600 * SECOND,
                                                     .fee_ppm = 100000,
                                                     .buffer_ppm = 150000};
    terms.oracle.heartbeat_ns = SECOND;
    terms.oracle.staleness_ns = 86400 * SECOND;
    world_open(world, &terms);
    world_block(world, 1, 0);
    world_report(world, 0, 0, usd(100));
    if (fund > 0) {
        world_deposit(world, ACCOUNT_FUND, fund);
    }
    world_deposit(world, ACCOUNT_POOL, usd(100000));
    for (uint32_t a = ALICE; a <= DAVE; ++a) {
        world_deposit(world, a, usd(1000));
    }
    world_status("Alice opens", world_trade(world, ALICE, 0, base(80)), ENGINE_OK);
}

static void price(struct engine_world *world, uint64_t block, int64_t usd_price) {
    world_block(world, block, 0);
    world_status("report", world_report(world, 0, 0, usd_price), ENGINE_OK);
}

static double equity(const struct engine_world *world, uint32_t account) {
    return (double)margin_equity_uusd(&world->engine.margin, account) / 1e6;
}

static int64_t held(const struct engine_world *world, uint32_t account) {
    return portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
}

/* At 92: E = 1000 - 640 = 360 < M = 368.  B = 360 - 368 x 1.15 = -63.2; the fee is a tenth
   of 63.2 / 423.2 of 360. */
static void a_solvent_account_is_sold_as_far_as_it_has_to_be(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world, 0);
    price(&world, 2, usd(92));
    world_status("start", start(&world, ALICE), ENGINE_OK);
    const double fee = 63.2 / 423.2 * 360 / 10;
    check_close("fee", (double)world.receipt.penalty_uusd / 1e6, fee, 2e-6);
    check_close("is the fund's",
                (double)world.engine.ledger.balance_micro[ACCOUNT_FUND] / 1e6, fee, 2e-6);
    /* 15 min later a bid pays 70 %. */
    const double e = 360 - fee, b = e - 368 * 1.15, f = -b / (-b + .7 * e);
    world_block(&world, 2 + 75, 0);
    world_status("bid", bid(&world, BOB, ALICE, ALL, 0), ENGINE_OK);
    check_close("price", (double)world.receipt.lot_paid_uusd / 1e6, .7 * e * f, 3e-6);
    check_close("worth", (double)world.receipt.lot_fair_uusd / 1e6, e * f, 3e-6);
    /* one unit of quantity is 92e-6 USD */
    check_close("notional", (double)world.receipt.lot_notional_uusd / 1e6, 7360 * f,
                2e-4);
    check_close("what Bob holds", (double)held(&world, BOB) / 1e6, 80 * f, 2e-6);
    check_i64("the rest is Alice's", held(&world, ALICE), base(80) - held(&world, BOB));
    check_close("Bob's equity", equity(&world, BOB), 1000 + .3 * e * f, 1e-5);
    check_close("Alice's equity", equity(&world, ALICE), e - .3 * e * f, 1e-5);
    check_close("is at the target", equity(&world, ALICE), 368 * 1.15 * (1 - f), 1e-4);
    check_i64("no shortfall", world.receipt.shortfall_uusd, 0);
    check_u64("the auction is over", world.engine.auction[ALICE].phase, AUCTION_NONE);
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* Three bids of a tenth each: what the first ones paid stays out of the later lots. */
static void earlier_bids_are_reserved(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world, 0);
    price(&world, 2, usd(92));
    start(&world, ALICE);
    double reserved = 0, e = equity(&world, ALICE);
    for (int i = 0; i < 3; ++i) {
        world_status("a bid", bid(&world, BOB, ALICE, 30000, 0), ENGINE_OK);
        const double paid = (e - reserved) * .95 * .03;
        check_close("paid", (double)world.receipt.lot_paid_uusd / 1e6, paid, 1e-5);
        e = (e - reserved) * .97 + reserved + paid;
        reserved += paid;
        check_close("equity", equity(&world, ALICE), e, 1e-5);
    }
    check_close("reserved", (double)world.engine.auction[ALICE].reserved_uusd / 1e6,
                reserved, 1e-5);
    world_close(&world);
}

/* At 85: E = -200, M = 340; half-way through the hour the payout is (200 + 540) / 2. */
static void whoever_takes_an_insolvent_account_is_paid_by_the_waterfall(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world, usd(50));
    price(&world, 2, usd(85));
    world_status("start", start(&world, ALICE), ENGINE_OK);
    check_i64("no fee", world.receipt.penalty_uusd, 0);
    check_u64("insolvent", world.engine.auction[ALICE].phase, AUCTION_INSOLVENT);
    check_i64("need", (int64_t)world.engine.core->insolvent_uusd, usd(540));
    world_block(&world, 2 + 150, 0);
    world_status("wants more", bid(&world, BOB, ALICE, ALL, -usd(371)),
                 ENGINE_LIMIT_PRICE);
    world_status("takes it", bid(&world, BOB, ALICE, ALL, -usd(370)), ENGINE_OK);
    check_i64("payout", world.receipt.lot_paid_uusd, -usd(370));
    check_i64("shortfall, premium included", world.receipt.shortfall_uusd, usd(370));
    check_i64("fund", world.receipt.fund_paid_uusd, usd(50));
    check_i64("others", world.receipt.socialised_uusd + world.receipt.pool_absorbed_uusd,
              usd(320));
    check_i64("all of it", held(&world, BOB), base(80));
    check_i64("Alice has nothing", held(&world, ALICE), 0);
    check_i64("and owes nothing", world.engine.ledger.balance_micro[ALICE], 0);
    check_i64("nothing is at stake", (int64_t)world.engine.core->insolvent_uusd, 0);
    check_true("audit", engine_audit(&world.engine));
    /* Bob's premium is the payout less the hole, less what he was charged as an owner. */
    check_true("Bob gains", equity(&world, BOB) > 1000);
    check_true("no more than the premium", equity(&world, BOB) <= 1170 + 1e-6);
    world_close(&world);
}

static void bids_let_a_solvent_auction_go_on_as_insolvent(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world, usd(1000));
    price(&world, 2, usd(92));
    start(&world, ALICE);
    world_status("a bid", bid(&world, BOB, ALICE, 50000, 0), ENGINE_OK);
    world_status("nothing to go on with", start(&world, ALICE), ENGINE_IN_AUCTION);
    price(&world, 3, usd(87)); /* the rest: 76 units, 5 below what 354 carries */
    check_true("nothing but the reserve",
               equity(&world, ALICE) * 1e6 <=
                   (double)world.engine.auction[ALICE].reserved_uusd);
    world_status("not as solvent", bid(&world, BOB, ALICE, ALL, 0),
                 ENGINE_AUCTION_INSOLVENT);
    world_status("goes on", start(&world, ALICE), ENGINE_OK);
    check_u64("as insolvent", world.engine.auction[ALICE].phase, AUCTION_INSOLVENT);
    check_i64("nothing reserved", world.engine.auction[ALICE].reserved_uusd, 0);
    check_i64("no second fee", world.receipt.penalty_uusd, 0);
    world_status("a bid", bid(&world, CAROL, ALICE, ALL, 0), ENGINE_OK);
    check_i64("all", held(&world, ALICE), 0);
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* Derive's test: insolvent accounts need 300 and 600 in all; a fund of 599 blocks. */
static void withdrawals_wait_while_the_fund_is_too_small(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world, 0);
    price(&world, 2, 88000000); /* Alice: E = 40, M = 352 */
    world_status("Alice falls", start(&world, ALICE), ENGINE_OK);
    world_status("solvent: no matter", world_withdraw(&world, DAVE, usd(1)), ENGINE_OK);
    price(&world, 3, 86842105); /* -52.6, M = 347.4: needs 400 less the fee paid */
    start(&world, ALICE);
    const int64_t need = (int64_t)world.engine.core->insolvent_uusd;
    check_true("about 400", need > usd(380) && need < usd(420));
    const int64_t fund = world.engine.ledger.balance_micro[ACCOUNT_FUND];
    world_status("blocked", world_withdraw(&world, DAVE, usd(1)),
                 ENGINE_WITHDRAWALS_GATED);
    world_deposit(&world, ACCOUNT_FUND, need - fund - 1);
    world_status("one short", world_withdraw(&world, DAVE, usd(1)),
                 ENGINE_WITHDRAWALS_GATED);
    world_deposit(&world, ACCOUNT_FUND, 1);
    world_status("enough", world_withdraw(&world, DAVE, usd(1)), ENGINE_OK);
    world_close(&world);
}

/* Everything but the log and the counters of the engine. */
static void check_unchanged(struct engine_world *world, const char *name,
                            struct transaction transaction, enum engine_status want) {
    unsigned char *before = check_memory(world->size);
    memcpy(before, world->memory, world->size);
    struct engine_core *core = world->engine.core;
    world_status(name, world_do(world, transaction), want);
    const struct engine_core *old = (const struct engine_core *)(const void *)before;
    check_true("the log goes on", memcmp(&old->log, &core->log, sizeof core->log) != 0);
    core->log = old->log;
    core->transactions = old->transactions;
    core->refusals = old->refusals;
    check_bytes(name, world->memory, before, world->size);
    free(before);
}

static void what_is_refused_changes_nothing(void **state) {
    (void)state;
    struct engine_world world;
    enum {
        WITHDRAW = TRANSACTION_WITHDRAW,
        TRADE = TRANSACTION_TRADE,
        LIQUIDATE = TRANSACTION_LIQUIDATE,
        START = TRANSACTION_AUCTION_START,
        BID = TRANSACTION_BID,
        STOP = TRANSACTION_AUCTION_STOP,
    };
    /* kind, account, target, instrument, amount, price, time */
    static const struct {
        const char *name;
        struct transaction transaction;
        enum engine_status status;
    } rows[] = {
        {"closing out is another way",
         {LIQUIDATE, DAVE, ALICE, 0, 0, 0, 0},
         ENGINE_WRONG_MECHANISM                                                                        },
        {"the pool is no bidder",
         {BID, ACCOUNT_POOL, ALICE, 0, ALL, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                        },
        {"nor for sale",                {START, DAVE, ACCOUNT_POOL, 0, 0, 0, 0}, ENGINE_UNKNOWN_ACCOUNT},
        {"nobody bids for his own",
         {BID, ALICE, ALICE, 0, ALL, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                        },
        {"a healthy account",           {START, DAVE, BOB, 0, 0, 0, 0},          ENGINE_HEALTHY        },
        {"begun already",               {START, DAVE, ALICE, 0, 0, 0, 0},        ENGINE_IN_AUCTION     },
        {"a bid for a healthy one",
         {BID, BOB, CAROL, 0, ALL, 0, 0},
         ENGINE_NOT_IN_AUCTION                                                                         },
        {"stop what has not begun",     {STOP, DAVE, BOB, 0, 0, 0, 0},           ENGINE_NOT_IN_AUCTION },
        {"stop what has not recovered",
         {STOP, ALICE, ALICE, 0, 0, 0, 0},
         ENGINE_NOT_RECOVERED                                                                          },
        {"a bid for nothing",           {BID, BOB, ALICE, 0, 0, 0, 0},           ENGINE_BAD_AMOUNT     },
        {"a bid for more than all",
         {BID, BOB, ALICE, 0, ALL + 1, 0, 0},
         ENGINE_BAD_AMOUNT                                                                             },
        {"a limit beyond range",
         {BID, BOB, ALICE, 0, ALL, INT64_MIN, 0},
         ENGINE_BAD_PRICE                                                                              },
        {"a limit of one cent",         {BID, BOB, ALICE, 0, ALL, 10000, 0},     ENGINE_LIMIT_PRICE    },
        {"without margin",
         {BID, CAROL, ALICE, 0, ALL, 0, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                                },
        {"withdraw in an auction",      {WITHDRAW, ALICE, 0, 0, 1, 0, 0},        ENGINE_IN_AUCTION     },
        {"trade in an auction",         {TRADE, ALICE, 0, 0, -1, 0, 0},          ENGINE_IN_AUCTION     },
    };
    open_market(&world, usd(50));
    price(&world, 2, usd(92));
    world_status("start", start(&world, ALICE), ENGINE_OK);
    price(&world, 3, 91900000);
    world_status("Carol is full", world_trade(&world, CAROL, 0, base(108)), ENGINE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_unchanged(&world, rows[i].name, rows[i].transaction, rows[i].status);
    }
    world_block(&world, 3 + 7300, 0);
    check_unchanged(
        &world, "a stale price",
        (struct transaction){.kind = BID, .account = BOB, .target = ALICE, .amount = ALL},
        ENGINE_STALE_PRICE);
    price(&world, 3 + 7301, usd(100));
    check_unchanged(
        &world, "recovered",
        (struct transaction){.kind = BID, .account = BOB, .target = ALICE, .amount = ALL},
        ENGINE_HEALTHY);
    world_status("stop", stop(&world, ALICE), ENGINE_OK);
    world_status("and she trades again", world_trade(&world, ALICE, 0, -base(1)),
                 ENGINE_OK);
    world_close(&world);
}

/* A bid's effect on the target, in theory: B grows by f (M (1 + buffer) - (E - R) (1 - d)),
   which is positive while B < 0. */
static void no_bid_leaves_the_account_worse_than_the_rule_says(void **state) {
    (void)state;
    uint64_t random = 5;
    int sold = 0;
    for (int i = 0; i < 400; ++i) {
        struct engine_world world;
        open_market(&world, 0);
        for (uint32_t a = BOB; a <= DAVE; ++a) {
            world_deposit(&world, a, usd(9000));
        }
        price(&world, 2, check_random_in(&random, 88500000, 92000000));
        world_status("start", start(&world, ALICE), ENGINE_OK);
        uint64_t block = 3;
        for (int k = 0; k < 6 && world.engine.auction[ALICE].phase == AUCTION_SOLVENT;
             ++k) {
            block += (uint64_t)check_random_in(&random, 1, 900);
            price(&world, block, check_random_in(&random, 88400000, 92000000));
            const struct margin m = margin_health(&world.engine.margin, ALICE);
            const double e = (double)m.equity_uusd, need = (double)m.maintenance_uusd;
            const double r = (double)world.engine.auction[ALICE].reserved_uusd;
            const int64_t size = held(&world, ALICE);
            const int64_t elapsed =
                world.engine.core->block.time_ns - world.engine.auction[ALICE].start_ns;
            const double d =
                (double)portfolio_auction_discount(&world.terms.auction, elapsed) / 1e18;
            if (bid(&world, BOB, ALICE, check_random_in(&random, 1, ALL), 0) !=
                ENGINE_OK) {
                continue;
            }
            sold += 1;
            const double f = 1 - (double)held(&world, ALICE) / (double)size;
            const struct margin then = margin_health(&world.engine.margin, ALICE);
            const double gain = (double)then.equity_uusd - e -
                                1.15 * ((double)then.maintenance_uusd - need);
            /* f comes back from a size in 1e-6 of 80: 1e-8 of some 400 USD */
            check_close("B grows as it should", gain,
                        f * (1.15 * need - (e - r) * (1 - d)), 30);
            check_true("and grows", gain > 0);
            check_true("audit", engine_audit(&world.engine));
        }
        world_close(&world);
    }
    check_true("many bids", sold > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_solvent_account_is_sold_as_far_as_it_has_to_be),
        cmocka_unit_test(earlier_bids_are_reserved),
        cmocka_unit_test(whoever_takes_an_insolvent_account_is_paid_by_the_waterfall),
        cmocka_unit_test(bids_let_a_solvent_auction_go_on_as_insolvent),
        cmocka_unit_test(withdrawals_wait_while_the_fund_is_too_small),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(no_bid_leaves_the_account_worse_than_the_rule_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
