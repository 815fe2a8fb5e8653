/* Matched liquidation: published values, the rule's refusals, and what must hold of any
   takeover, tried on random accounts. */
#include "engine/liquidation/matched.h"
#include "tests/support/check.h"
#include "tests/support/engine_world.h"

enum { CARL = ACCOUNT_FIRST_USER, DAVE, ERIN, USERS = 3 };

/* dYdX v4, BTC 50,000, ETH 3,000, maintenance 10 %; equity and maintenance of the account by
   hand: -4501 + 0.1 * 50,000 = 499, 500 and so on. */
static void bankruptcy_quotes_are_the_published_ones(void **state) {
    (void)state;
    /* name, equity, maintenance, change of value, change of maintenance, quote */
    static const struct {
        const char *name;
        int64_t equity_uusd, maintenance_uusd, value_uusd, change_uusd, quote_uusd;
    } cases[] = {
        {"long, all of it",     499000000,   500000000,  -5000000000, -500000000, 4501000000 },
        {"short, all of it",    499000000,   500000000,  5000000000,  -500000000, -5499000000},
        {"half of a flat one",  0,           500000000,  -2500000000, -250000000, 2500000000 },
        {"one of two",          10000000,    50000000,   -300000000,  -30000000,  294000000  },
        {"a little of much",    49987000000, 5000000000, -10673500,   -1067350,   2776       },
        {"below nothing: more", -100000000,  500000000,  -5000000000, -500000000,
         5100000000                                                                          },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct matched_account account = {cases[i].equity_uusd,
                                                cases[i].maintenance_uusd};
        check_i64(cases[i].name,
                  (int64_t)matched_bankruptcy_quote_uusd(&account, cases[i].value_uusd,
                                                         cases[i].change_uusd),
                  cases[i].quote_uusd);
    }
}

static void fillable_prices_are_the_published_ones(void **state) {
    (void)state;
    static const struct matched_terms terms = {.spread_ppm = 100000,
                                               .adjustment_ppm = 1000000};
    static const struct matched_terms steep = {.spread_ppm = 100000,
                                               .adjustment_ppm = 2000000};
    /* name, terms, equity, size, price; a tenth of a bitcoin has 500 USD of maintenance */
    const struct {
        const char *name;
        const struct matched_terms *terms;
        int64_t equity_uusd, size_ubase, price_uusd;
    } cases[] = {
        {"long",              &terms, 499000000,  100000,  49999000000},
        {"short",             &terms, 499000000,  -100000, 50001000000},
        {"long, all used up", &terms, 0,          100000,  49500000000},
        {"clamped below",     &terms, -400000000, 100000,  49500000000},
        {"healthy: the mark", &terms, 600000000,  100000,  50000000000},
        {"twice as steep",    &steep, 499000000,  100000,  49998000000},
        {"steep, clamped",    &steep, 100000000,  -100000, 50500000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct matched_account account = {cases[i].equity_uusd, 500000000};
        const struct matched_position position = {.size_ubase = cases[i].size_ubase,
                                                  .value_uusd =
                                                      (wide)cases[i].size_ubase * 50000,
                                                  .maintenance_uusd = 500000000};
        check_i64(cases[i].name,
                  (int64_t)matched_fillable_price(cases[i].terms, &account, &position),
                  cases[i].price_uusd);
    }
}

static void the_fund_gets_the_delta_up_to_its_fee_or_pays_it(void **state) {
    (void)state;
    /* name, most, fill, quote, fee, draw: -5100 USD and 0.1 BTC, filled at 56,100 */
    static const struct {
        const char *name;
        int64_t most_ppm, fill_uusd, quote_uusd, fee_uusd, draw_uusd;
    } cases[] = {
        {"0.5 %",               5000,    5610000000,  5100000000,  28050000,  0       },
        {"2.5 %",               25000,   5610000000,  5100000000,  140250000, 0       },
        {"100 %",               1000000, 5610000000,  5100000000,  510000000, 0       },
        {"at bankruptcy",       5000,    5100000000,  5100000000,  0,         0       },
        {"below it",            5000,    5050000000,  5100000000,  0,         50000000},
        {"a short pays less",   5000,    -4900000000, -5000000000, 24500000,  0       },
        {"a short pays more",   5000,    -5010000000, -5000000000, 0,         10000000},
        {"the fee rounds down", 5000,    199,         100,         0,         0       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct matched_terms terms = {.fee_most_ppm = cases[i].most_ppm};
        const struct matched_delta delta =
            matched_insurance_delta(&terms, cases[i].fill_uusd, cases[i].quote_uusd);
        check_i64(cases[i].name, (int64_t)delta.fee_uusd, cases[i].fee_uusd);
        check_i64(cases[i].name, (int64_t)delta.draw_uusd, cases[i].draw_uusd);
    }
}

/* -- the rule ----------------------------------------------------------------------- */

static struct engine_terms matched_terms_of(void) {
    struct engine_terms terms = world_terms(USERS);
    terms.instrument_count = 2;
    for (int i = 0; i < 2; ++i) {
        terms.instrument[i].margin =
            (struct margin_linear){.initial_ppm = 200000, .maintenance_ppm = 100000};
    }
    terms.escrow.gate_blocks = 50;
    terms.matched = (struct matched_terms){
        .on = 1, .fee_most_ppm = 5000, .spread_ppm = 100000, .adjustment_ppm = 1000000};
    return terms;
}

/* A fill of a genesis block: the account has so much cash and the position at cost. */
static void give(struct engine_world *world, uint32_t account, uint32_t instrument,
                 int64_t cash, int64_t size_ubase, int64_t price) {
    if (cash > 0) {
        world_status("deposit", world_deposit(world, account, cash), ENGINE_OK);
    }
    if (size_ubase != 0) {
        const struct transaction trade = {.kind = TRANSACTION_TRADE,
                                          .account = account,
                                          .instrument = instrument,
                                          .amount = size_ubase,
                                          .price_uusd = price};
        world_status("trade", world_do(world, trade), ENGINE_OK);
    }
}

static void open_at(struct engine_world *world, const struct engine_terms *terms,
                    int64_t price) {
    world_open(world, terms);
    world_block(world, 1, BLOCK_GENESIS | BLOCK_UNMARGINED);
    world_report(world, 0, 0, price);
}

static enum engine_status take_over(struct engine_world *world, uint32_t account,
                                    uint32_t target, int64_t amount, int64_t price) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_LIQUIDATE,
                                                .account = account,
                                                .target = target,
                                                .amount = amount,
                                                .price_uusd = price});
}

static void every_refusal_changes_nothing(void **state) {
    (void)state;
    const struct engine_terms terms = matched_terms_of();
    struct engine_world world;
    open_at(&world, &terms, usd(50000));
    /* -5100 USD and 0.1 BTC; Dave rich, Erin with 1 USD and short */
    give(&world, CARL, 0, 0, 100000, usd(51000));
    give(&world, DAVE, 0, usd(100000), 0, 0);
    give(&world, ERIN, 0, usd(1000), -10000, usd(50000));
    world_block(&world, 2, 0);
    enum { LIQUIDATE = TRANSACTION_LIQUIDATE };
    /* kind, account, target, instrument, amount, price, time */
    static const struct {
        const char *name;
        struct transaction transaction;
        enum engine_status status;
    } rows[] = {
        {"oneself",             {LIQUIDATE, CARL, CARL, 0, 0, 1, 0},   ENGINE_UNKNOWN_ACCOUNT   },
        {"the fund",            {LIQUIDATE, DAVE, 4, 0, 0, 1, 0},      ENGINE_UNKNOWN_ACCOUNT   },
        {"by the pool",
         {LIQUIDATE, ACCOUNT_POOL, CARL, 0, 0, 1, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                 },
        {"where",               {LIQUIDATE, DAVE, CARL, 2, -1, 1, 0},  ENGINE_UNKNOWN_INSTRUMENT},
        {"less than nothing",   {LIQUIDATE, DAVE, CARL, 0, -1, -1, 0}, ENGINE_BAD_AMOUNT        },
        {"price below 0",       {LIQUIDATE, DAVE, CARL, 0, 0, -1, 0},  ENGINE_BAD_PRICE         },
        {"no price yet",        {LIQUIDATE, DAVE, CARL, 1, 0, 1, 0},   ENGINE_NO_PRICE          },
        {"who has nothing",     {LIQUIDATE, CARL, DAVE, 0, 0, 1, 0},   ENGINE_NO_POSITION       },
        {"against nothing",     {LIQUIDATE, DAVE, CARL, 0, 0, 0, 0},   ENGINE_NO_POSITION       },
        {"healthy",             {LIQUIDATE, DAVE, ERIN, 0, 0, 1, 0},   ENGINE_HEALTHY           },
        {"below fillable",
         {LIQUIDATE, DAVE, CARL, 0, 0, 49499999999, 0},
         ENGINE_LIMIT_PRICE                                                                     },
        {"fund is empty",
         {LIQUIDATE, DAVE, CARL, 0, 0, 49500000000, 0},
         ENGINE_FUND_INSUFFICIENT                                                               },
        {"buyer below initial",
         {LIQUIDATE, ERIN, CARL, 0, 0, 52000000000, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                         },
        {"buyer is poor",
         {LIQUIDATE, ERIN, CARL, 0, 0, 80000000000, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                         },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const int64_t before = world.engine.ledger.balance_micro[DAVE];
        world_status(rows[i].name, world_do(&world, rows[i].transaction), rows[i].status);
        check_i64(rows[i].name, world.engine.ledger.balance_micro[DAVE], before);
        check_i64(rows[i].name,
                  portfolio_at(&world.engine.portfolio, CARL, 0)->size_ubase, 100000);
        check_true(rows[i].name, engine_audit(&world.engine));
    }
    world_status("at its price", take_over(&world, DAVE, CARL, 1000, usd(51000)),
                 ENGINE_OK);
    world_status("once a block", take_over(&world, DAVE, CARL, 1000, usd(51000)),
                 ENGINE_LIQUIDATION_LIMIT);
    world_close(&world);
}

/* Deleveraging has no price of its own to choose the moment for. */
static void nobody_takes_over_at_a_stale_price(void **state) {
    (void)state;
    const struct engine_terms terms = matched_terms_of();
    struct engine_world world;
    open_at(&world, &terms, usd(50000));
    give(&world, CARL, 0, 0, 100000, usd(49500));
    give(&world, DAVE, 0, usd(100000), -100000, usd(50000));
    world_block(&world, 302, 0); /* 3,612 s after the report */
    world_status("stale", take_over(&world, DAVE, CARL, 0, usd(51000)),
                 ENGINE_STALE_PRICE);
    world_status("before no position", take_over(&world, CARL, ERIN, 0, usd(51000)),
                 ENGINE_STALE_PRICE);
    world_block(&world, 303, 0);
    world_report(&world, 0, 0, usd(49000));
    world_status("fresh", take_over(&world, DAVE, CARL, 0, usd(49600)), ENGINE_OK);
    world_close(&world);
}

static void a_draw_gates_withdrawals_and_is_counted(void **state) {
    (void)state;
    const struct engine_terms terms = matched_terms_of();
    struct engine_world world;
    open_at(&world, &terms, usd(50000));
    give(&world, CARL, 0, 0, 100000, usd(51000));
    give(&world, DAVE, 0, usd(100000), 0, 0);
    world_deposit(&world, ACCOUNT_FUND, usd(150));
    world_block(&world, 2, 0);
    world_status("taken over", take_over(&world, DAVE, CARL, 0, usd(50000)), ENGINE_OK);
    check_i64("paid", world.receipt.fund_paid_uusd, usd(100));
    check_i64("shortfall", world.receipt.shortfall_uusd, usd(100));
    check_i64("fund", world.engine.ledger.balance_micro[ACCOUNT_FUND], usd(50));
    check_i64("nothing is owed", world.engine.ledger.balance_micro[CARL], 0);
    world_status("gated", world_withdraw(&world, DAVE, 1), ENGINE_WITHDRAWALS_GATED);
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* dYdX v4: Carl short 1 BTC against Dave long 1 BTC, at Carl's bankruptcy price. */
static void deleveraging_is_at_the_bankruptcy_price_or_not_at_all(void **state) {
    (void)state;
    /* name, Carl's cash, Dave's cash, status, Dave's cash then; cash is less the cost */
    static const struct {
        const char *name;
        int64_t carl_usd, dave_usd;
        enum engine_status status;
        int64_t after_usd;
    } cases[] = {
        {"Dave is rich",            54999, 50000,  ENGINE_OK,          104999},
        {"Dave is under, too",      54999, -45001, ENGINE_OK,          9998  },
        {"prices do not overlap",   49999, -50000, ENGINE_LIMIT_PRICE, -50000},
        {"they just overlap",       50000, -50000, ENGINE_OK,          0     },
        {"both worth nothing less", 49999, -49999, ENGINE_OK,          0     },
    };
    const struct engine_terms terms = matched_terms_of();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct engine_world world;
        open_at(&world, &terms, usd(50000));
        /* at 1 USD less or more than what is left the cost makes the cash */
        give(&world, CARL, 0, 0, -MONEY_ONE, usd(cases[i].carl_usd));
        give(&world, DAVE, 0,
             cases[i].dave_usd > 0 ? usd(cases[i].dave_usd) + usd(50000) : 0, MONEY_ONE,
             cases[i].dave_usd > 0 ? usd(50000) : usd(-cases[i].dave_usd));
        world_block(&world, 2, 0);
        world_status(cases[i].name, take_over(&world, DAVE, CARL, 0, 0), cases[i].status);
        const int64_t cost = portfolio_at(&world.engine.portfolio, DAVE, 0)->cost_uusd;
        check_i64(cases[i].name, world.engine.ledger.balance_micro[DAVE] - cost,
                  usd(cases[i].after_usd));
        check_true(cases[i].name, engine_audit(&world.engine));
        world_close(&world);
    }
}

/* -- what must hold of any takeover ------------------------------------------------- */

static uint64_t next(uint64_t *state) { /* xorshift64 */
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int64_t between(uint64_t *state, int64_t low, int64_t high) {
    return low + (int64_t)(next(state) % (uint64_t)(high - low + 1));
}

struct tally {
    int taken, deleveraged, drawn, charged, refused;
};

/* The target keeps at least its share of health: E' T >= E T' but for rounding, of one
   micro-USD a side; and what the account, the fund and the target have together at the mark
   stays what it was. */
static void try_one(uint64_t *seed, const struct engine_terms *terms,
                    struct tally *tally) {
    struct engine_world world;
    const int64_t mark = between(seed, usd(10), usd(60000));
    const int64_t size = between(seed, 1000, 5000000) * (next(seed) % 2 == 0 ? 1 : -1);
    const int64_t own = between(seed, -5000000, 5000000);
    open_at(&world, terms, mark);
    const int64_t lean = mark / 1000 * between(seed, 900, 1100);
    give(&world, CARL, 0, between(seed, 0, usd(20)), size, lean);
    give(&world, DAVE, 0, between(seed, 0, usd(300000)), own, mark);
    world_deposit(&world, ACCOUNT_FUND, between(seed, 1, usd(20000)));
    world_block(&world, 2, 0);
    const struct margin before = margin_health(&world.engine.margin, CARL);
    const wide all = margin_equity_uusd(&world.engine.margin, CARL) +
                     margin_equity_uusd(&world.engine.margin, DAVE) +
                     world.engine.ledger.balance_micro[ACCOUNT_FUND];
    const int64_t price =
        next(seed) % 3 == 0 ? 0 : mark / 1000 * between(seed, 950, 1050);
    const enum engine_status status = take_over(&world, DAVE, CARL, 0, price);
    const struct margin after = margin_health(&world.engine.margin, CARL);
    const wide then = margin_equity_uusd(&world.engine.margin, CARL) +
                      margin_equity_uusd(&world.engine.margin, DAVE) +
                      world.engine.ledger.balance_micro[ACCOUNT_FUND];
    check_true("audit", engine_audit(&world.engine));
    /* three values at the mark, each rounded by less than one micro-USD */
    check_true("nothing is made or lost", money_wide_magnitude(all - then) <= 3);
    if (status == ENGINE_OK) {
        const wide kept = after.equity_uusd * before.maintenance_uusd;
        const wide due = before.equity_uusd * after.maintenance_uusd;
        const wide slack =
            4 * (before.maintenance_uusd + money_wide_magnitude(before.equity_uusd));
        check_true("no worse than its share", kept >= due - slack);
        tally->taken += price != 0;
        tally->deleveraged += price == 0;
        tally->drawn += world.receipt.fund_paid_uusd > 0;
        tally->charged += world.receipt.penalty_uusd > 0;
    } else {
        tally->refused += 1;
    }
    world_close(&world);
}

static void no_takeover_leaves_the_target_worse_than_its_share(void **state) {
    (void)state;
    struct engine_terms terms = matched_terms_of();
    struct tally tally = {0};
    uint64_t seed = UINT64_C(88172645463325252);
    for (int i = 0; i < 4000; ++i) {
        terms.close_out.share_ppm = i % 2 == 0 ? MONEY_ONE : 250000;
        try_one(&seed, &terms, &tally);
    }
    check_true("taken over", tally.taken > 50);
    check_true("deleveraged", tally.deleveraged > 50);
    check_true("drawn", tally.drawn > 20);
    check_true("charged", tally.charged > 20);
    check_true("refused", tally.refused > 50);
}

static void terms_that_do_not_go_together_are_told(void **state) {
    (void)state;
    const char *sentence;
    struct engine_terms terms = matched_terms_of();
    check_true("fine", engine_terms_valid(&terms, &sentence));
    terms.collateral.accepted = 1;
    check_true("collateral", !engine_terms_valid(&terms, &sentence));
    terms.collateral.accepted = 0;
    terms.close_out.mechanism = LIQUIDATION_PORTFOLIO_AUCTION;
    terms.auction = (struct portfolio_auction_terms){.start_ppm = 2, .cutoff_ppm = 1};
    check_true("auction", !engine_terms_valid(&terms, &sentence));
    terms = matched_terms_of();
    terms.instrument[1].margin.maintenance_ppm = 0;
    check_true("maintenance", !engine_terms_valid(&terms, &sentence));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bankruptcy_quotes_are_the_published_ones),
        cmocka_unit_test(fillable_prices_are_the_published_ones),
        cmocka_unit_test(the_fund_gets_the_delta_up_to_its_fee_or_pays_it),
        cmocka_unit_test(every_refusal_changes_nothing),
        cmocka_unit_test(nobody_takes_over_at_a_stale_price),
        cmocka_unit_test(a_draw_gates_withdrawals_and_is_counted),
        cmocka_unit_test(deleveraging_is_at_the_bankruptcy_price_or_not_at_all),
        cmocka_unit_test(no_takeover_leaves_the_target_worse_than_its_share),
        cmocka_unit_test(terms_that_do_not_go_together_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
