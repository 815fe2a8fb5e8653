/* Auto-deleveraging through the engine's door: amounts by hand, properties at random. */
#include "tests/support/random_world.h"

enum { KEEPER = ACCOUNT_FIRST_USER, LOSER, SAFE, BOLD, LATE, USERS = 5 };

#define PRICE 100

/* Prices are whole USD here; a book at 100 without friction, the pool with cash. */
static struct engine_terms ranked(void) {
    struct engine_terms terms = world_terms(USERS);
    terms.waterfall = (struct waterfall_terms){.deleverage = WATERFALL_DELEVERAGE_RANKED,
                                               .deleverage_most = 8};
    return terms;
}

static void price(struct engine_world *world, uint32_t instrument, int64_t price_usd) {
    world_block(world, world->engine.core->block.number + 1, 0);
    world_status("report", world_report(world, 0, instrument, usd(price_usd)), ENGINE_OK);
}

static void open_book(struct engine_world *world, const struct engine_terms *terms,
                      int64_t fund_usd) {
    world_open(world, terms);
    price(world, 0, PRICE);
    world_deposit(world, ACCOUNT_POOL, usd(100000));
    if (fund_usd > 0) {
        world_deposit(world, ACCOUNT_FUND, usd(fund_usd));
    }
}

static void enter(struct engine_world *world, uint32_t account, int64_t deposit_usd,
                  int64_t size) {
    world_status("deposit", world_deposit(world, account, usd(deposit_usd)), ENGINE_OK);
    world_status("trade", world_trade(world, account, 0, base(size)), ENGINE_OK);
}

/* A long of 10 with 200 against shorts of 4 (leverage 1) and 6 (leverage 6); side -1 turns
   all of it round.  After a move of 30 the loser lacks 100: bankrupt 10 from the mark. */
static void open_usual(struct engine_world *world, const struct engine_terms *terms,
                       int64_t fund_usd, int64_t side) {
    open_book(world, terms, fund_usd);
    enter(world, LOSER, 200, 10 * side);
    enter(world, SAFE, 400, -4 * side);
    enter(world, BOLD, 100, -6 * side);
    price(world, 0, PRICE - 30 * side);
}

static int64_t balance(const struct engine_world *world, uint32_t account) {
    return world->engine.ledger.balance_micro[account];
}

static int64_t size_of(const struct engine_world *world, uint32_t account) {
    return portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
}

static void liquidate(struct engine_world *world, enum engine_status want) {
    world_status("liquidate", world_liquidate(world, KEEPER, LOSER, 0), want);
    check_true("audit", engine_audit(&world->engine));
}

static void winners_take_the_position_at_bankruptcy(void **state) {
    (void)state;
    for (int64_t side = -1; side <= 1; side += 2) {
        const struct engine_terms terms = ranked();
        struct engine_world world;
        open_usual(&world, &terms, 0, side);
        liquidate(&world, ENGINE_OK);
        const struct receipt *receipt = &world.receipt;
        /* Profit ratios are the same, so leverage decides: 6 * 70 / 280 against 4 * 70 / 520
           for the shorts; for the longs likewise. */
        check_i64("closed", receipt->deleveraged_ubase, -base(10 * side));
        check_i64("price", receipt->deleverage_price_uusd, usd(100 - 20 * side));
        check_i64("mark", receipt->mark_price_uusd, usd(100 - 30 * side));
        check_i64("two of them", receipt->deleveraged_count, 2);
        check_u64("first", world.engine.deleveraged[0].account, BOLD);
        check_u64("second", world.engine.deleveraged[1].account, SAFE);
        check_i64("first one's change", world.engine.deleveraged[0].quantity_ubase,
                  base(6 * side));
        check_i64("first haircut", world.engine.deleveraged[0].haircut_uusd, usd(60));
        check_i64("second haircut", world.engine.deleveraged[1].haircut_uusd, usd(40));
        check_i64("haircut", receipt->haircut_uusd, usd(100));
        check_i64("shortfall", receipt->shortfall_uusd, usd(100));
        check_i64("covered", receipt->deleverage_covered_uusd, usd(100));
        check_i64("overshoot", receipt->overshoot_uusd, 0);
        check_i64("nothing against the pool", receipt->filled_ubase, 0);
        check_i64("nobody else pays",
                  receipt->fund_paid_uusd + receipt->socialised_uusd +
                      receipt->pool_absorbed_uusd + receipt->penalty_uusd,
                  0);
        check_i64("the loser has nothing", balance(&world, LOSER), 0);
        check_i64("bold: 100 + 6 * 20", balance(&world, BOLD), usd(220));
        check_i64("safe: 400 + 4 * 20", balance(&world, SAFE), usd(480));
        check_i64("no interest is left", world.engine.portfolio.market[0].long_ubase, 0);
        check_true("withdrawals wait",
                   world.engine.core->gated_until >= world.engine.core->block.number);
        world_close(&world);
    }
}

static void the_fund_pays_what_it_has_and_the_winners_the_rest(void **state) {
    (void)state;
    /* fund, keeper's least reward; drawn, price, haircut */
    static const struct {
        const char *name;
        int64_t fund, least, drawn, price, haircut;
    } rows[] = {
        {"no fund",            0,  0,  0,  80, 100},
        {"a part",             40, 0,  40, 76, 60 },
        {"nearly all",         99, 0,  99, 71, 1  }, /* 70.1 */
        {"the keeper first",   50, 10, 40, 76, 60 },
        {"the keeper has all", 8,  10, 0,  80, 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct engine_terms terms = ranked();
        struct engine_world world;
        terms.close_out.keeper_least_uusd = usd(rows[i].least);
        open_usual(&world, &terms, rows[i].fund, 1);
        liquidate(&world, ENGINE_OK);
        const struct receipt *receipt = &world.receipt;
        const int64_t want =
            rows[i].fund == 99 ? usd(70) + MONEY_ONE / 10 : usd(rows[i].price);
        check_i64(rows[i].name, receipt->deleverage_price_uusd, want);
        check_i64(rows[i].name, receipt->fund_paid_uusd, usd(rows[i].drawn));
        check_i64(rows[i].name, receipt->haircut_uusd, usd(rows[i].haircut));
        check_i64(rows[i].name, receipt->shortfall_uusd, usd(100));
        check_i64(rows[i].name, receipt->keeper_tip_uusd,
                  usd(rows[i].least < rows[i].fund ? rows[i].least : rows[i].fund));
        check_i64("the loser has nothing", balance(&world, LOSER), 0);
        check_i64("nor has the fund", balance(&world, ACCOUNT_FUND), 0);
        world_close(&world);
    }
}

static void what_the_fund_can_pay_goes_into_the_venue(void **state) {
    (void)state;
    struct engine_terms terms = ranked();
    struct engine_world world;
    open_usual(&world, &terms, 100, 1);
    liquidate(&world, ENGINE_OK);
    check_i64("a fund of the whole shortfall", world.receipt.deleveraged_count, 0);
    check_i64("against the pool", world.receipt.filled_ubase, -base(10));
    check_i64("paid", world.receipt.fund_paid_uusd, usd(100));
    world_close(&world);
    /* Half a percent of 700 is 3.5: with 100 the fund cannot pay the close-out, too; it pays
       all that is lacking at the mark, and the winners close there. */
    terms.venue.half_spread_ppm = 5000;
    open_usual(&world, &terms, 100, 1);
    liquidate(&world, ENGINE_OK);
    check_i64("two deleveraged", world.receipt.deleveraged_count, 2);
    check_true("haircut below the spread paid at the start",
               world.receipt.haircut_uusd <= usd(5));
    world_close(&world);
    terms.venue.half_spread_ppm = 0;
    terms.waterfall.deleverage = WATERFALL_DELEVERAGE_NONE;
    open_usual(&world, &terms, 0, 1);
    liquidate(&world, ENGINE_OK);
    check_i64("not without the rule", world.receipt.deleveraged_count, 0);
    check_i64("socialised", world.receipt.socialised_uusd, usd(100));
    world_close(&world);
}

static void so_many_at_a_time_and_the_rest_in_the_next_block(void **state) {
    (void)state;
    struct engine_terms terms = ranked();
    struct engine_world world;
    terms.waterfall.deleverage_most = 1;
    open_usual(&world, &terms, 50, 1);
    liquidate(&world, ENGINE_OK);
    /* The price is that of the whole: 50 of 100 from the fund, 5 a unit from the winners. */
    check_i64("price", world.receipt.deleverage_price_uusd, usd(75));
    check_i64("six of ten", world.receipt.deleveraged_ubase, -base(6));
    check_i64("haircut", world.receipt.haircut_uusd, usd(30));
    check_i64("the fund's part", world.receipt.fund_paid_uusd, usd(30));
    check_i64("shortfall so far", world.receipt.shortfall_uusd, usd(60));
    check_i64("equity left", (int64_t)margin_equity_uusd(&world.engine.margin, LOSER),
              -usd(40));
    liquidate(&world, ENGINE_LIQUIDATION_LIMIT);
    price(&world, 0, 70);
    liquidate(&world, ENGINE_OK);
    check_i64("the other one", world.receipt.deleveraged_ubase, -base(4));
    check_u64("safe", world.engine.deleveraged[0].account, SAFE);
    check_i64("haircut", world.receipt.haircut_uusd, usd(20));
    check_i64("the rest of the fund", world.receipt.fund_paid_uusd, usd(20));
    check_i64("the loser has nothing", balance(&world, LOSER), 0);
    world_close(&world);
}

/* One entered at 75 and is closed at 80 by nobody; one has taken its profit out down to 7 a
   unit.  The pool has won most of all and is not asked. */
static void who_would_lose_more_than_it_has_won_is_passed_over(void **state) {
    (void)state;
    const struct engine_terms terms = ranked();
    struct engine_world world;
    open_book(&world, &terms, 0);
    enter(&world, LOSER, 200, 10);
    enter(&world, SAFE, 400, -4);
    enter(&world, BOLD, 40, -3);
    price(&world, 0, 75);
    enter(&world, LATE, 1000, -2);
    price(&world, 0, 70);
    world_status("withdraw", world_withdraw(&world, BOLD, usd(40)), ENGINE_OK);
    world_status("withdraw", world_trade(&world, BOLD, 0, -base(2)), ENGINE_OK);
    /* Five units, 40 + 90 - 40 = 90 of equity: 18 a unit, profit 18; still eligible. */
    price(&world, 0, 70);
    liquidate(&world, ENGINE_OK);
    check_i64("safe and bold", world.receipt.deleveraged_count, 2);
    check_u64("bold first", world.engine.deleveraged[0].account, BOLD);
    check_i64("late is left alone", size_of(&world, LATE), -base(2));
    check_i64("one unit is left", size_of(&world, LOSER), base(1));
    check_i64("it lacks 10", (int64_t)margin_equity_uusd(&world.engine.margin, LOSER),
              -usd(10));
    const int64_t pool = size_of(&world, ACCOUNT_POOL);
    check_i64("the pool is not touched", pool, base(1));
    price(&world, 0, 70);
    liquidate(&world, ENGINE_OK);
    check_i64("nobody is eligible", world.receipt.deleveraged_count, 0);
    check_i64("into the venue", world.receipt.filled_ubase, -base(1));
    check_i64("others pay",
              world.receipt.socialised_uusd + world.receipt.pool_absorbed_uusd, usd(10));
    world_close(&world);
}

/* Equity of 7 a unit is less than the 10 to lose. */
static void nobody_is_closed_into_bankruptcy(void **state) {
    (void)state;
    const struct engine_terms terms = ranked();
    struct engine_world world;
    open_usual(&world, &terms, 0, 1);
    /* Bold: 100 + 180 of equity; it takes out all but 42, a tenth of its notional. */
    world_block(&world, 3, 0);
    ledger_move(&world.engine.ledger, BOLD, ACCOUNT_TREASURY, usd(238));
    liquidate(&world, ENGINE_OK);
    check_i64("safe alone", world.receipt.deleveraged_count, 1);
    check_u64("safe", world.engine.deleveraged[0].account, SAFE);
    check_i64("bold keeps its position", size_of(&world, BOLD), -base(6));
    ledger_move(&world.engine.ledger, ACCOUNT_TREASURY, BOLD, usd(18));
    world_block(&world, 4, 0);
    liquidate(&world, ENGINE_OK);
    check_u64("with just enough", world.engine.deleveraged[0].account, BOLD);
    check_i64("it has nothing left",
              (int64_t)margin_equity_uusd(&world.engine.margin, BOLD), 0);
    world_close(&world);
}

/* 3 units lack 100.000001: a price 33.333334 away, and a micro-USD more than needed. */
static void rounding_leaves_the_bankrupt_a_crumb(void **state) {
    (void)state;
    const struct engine_terms terms = ranked();
    struct engine_world world;
    open_book(&world, &terms, 0);
    enter(&world, LOSER, 50, 3);
    enter(&world, SAFE, 400, -3);
    ledger_move(&world.engine.ledger, LOSER, ACCOUNT_TREASURY, 1);
    price(&world, 0, 50);
    liquidate(&world, ENGINE_OK);
    check_i64("price", world.receipt.deleverage_price_uusd, usd(50) + 33333334);
    check_i64("haircut", world.receipt.haircut_uusd, 100000002);
    check_i64("covered", world.receipt.deleverage_covered_uusd, 100000001);
    check_i64("overshoot", world.receipt.overshoot_uusd, 1);
    check_i64("a crumb", balance(&world, LOSER), 1);
    world_close(&world);
}

/* Two positions: 60 and 2 * 40 need 3 and 4 of maintenance; of 20 lacking, 60 / 7 is the
   first one's. */
static void each_position_bears_its_part(void **state) {
    (void)state;
    struct engine_terms terms = ranked();
    struct engine_world world;
    terms.instrument_count = 2;
    open_book(&world, &terms, 0);
    price(&world, 1, 50);
    enter(&world, LOSER, 40, 1);
    enter(&world, SAFE, 400, -1);
    world_trade(&world, LOSER, 1, base(2));
    world_trade(&world, SAFE, 1, -base(2));
    price(&world, 0, 60);
    price(&world, 1, 40);
    liquidate(&world, ENGINE_OK);
    check_i64("price", world.receipt.deleverage_price_uusd, usd(60) + 8571429);
    check_i64("lacking", (int64_t)margin_equity_uusd(&world.engine.margin, LOSER),
              -11428571);
    price(&world, 1, 40);
    world_status("second", world_liquidate(&world, KEEPER, LOSER, 1), ENGINE_OK);
    check_i64("price", world.receipt.deleverage_price_uusd, usd(40) + 5714286);
    check_i64("a crumb", balance(&world, LOSER), 1);
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* Two bankrupt accounts lack 100 and 40; a fund of 110 suffices for either of them. */
static void together_they_may_lack_more_than_the_fund_has(void **state) {
    (void)state;
    for (int64_t when = WATERFALL_WHEN_ACCOUNT; when <= WATERFALL_WHEN_ALL; ++when) {
        struct engine_terms terms = ranked();
        struct engine_world world;
        terms.waterfall.deleverage_when = when;
        open_book(&world, &terms, 110);
        enter(&world, LOSER, 200, 10);
        enter(&world, LATE, 80, 4);
        enter(&world, SAFE, 4000, -14);
        price(&world, 0, 70);
        liquidate(&world, ENGINE_OK);
        check_i64("deleveraged", world.receipt.deleveraged_count,
                  when == WATERFALL_WHEN_ALL);
        check_i64("the fund pays either way", world.receipt.fund_paid_uusd, usd(100));
        check_i64("no haircut yet", world.receipt.haircut_uusd, 0);
        world_status("late", world_liquidate(&world, KEEPER, LATE, 0), ENGINE_OK);
        check_i64("now there is", world.receipt.haircut_uusd, usd(30));
        world_close(&world);
    }
}

struct tally {
    int64_t fills, partial, shared, flat;
};

/* One bankrupt account's liquidation: what must hold of every winner and of the whole. */
static void check_one(struct engine_world *world, uint32_t target, uint32_t instrument,
                      struct tally *tally) {
    enum { MOST = ACCOUNT_FIRST_USER + 16 };
    const struct engine *engine = &world->engine;
    const struct margin_view *view = &engine->margin;
    const struct receipt *receipt = &world->receipt;
    wide equity[MOST], profit[MOST];
    int64_t size[MOST];
    const uint32_t accounts = world->terms.account_count;
    for (uint32_t a = 0; a < accounts; ++a) {
        equity[a] = margin_equity_uusd(view, a);
        profit[a] = margin_profit_uusd(view, a, instrument);
        size[a] = portfolio_at(&engine->portfolio, a, instrument)->size_ubase;
    }
    if (world_liquidate(world, KEEPER, target, instrument) != ENGINE_OK ||
        receipt->deleveraged_count == 0) {
        return;
    }
    int64_t haircuts = 0, closed = 0;
    for (int64_t i = 0; i < receipt->deleveraged_count; ++i) {
        const struct deleverage_fill *fill = &engine->deleveraged[i];
        const uint32_t a = fill->account;
        const wide loss = equity[a] - margin_equity_uusd(view, a);
        const int64_t after = size[a] + fill->quantity_ubase;
        check_true("no more than its profit, nor than its equity",
                   loss <= profit[a] && loss <= equity[a] && fill->haircut_uusd >= 0);
        check_i64("its position", after,
                  portfolio_at(&engine->portfolio, a, instrument)->size_ubase);
        check_true("smaller, on the same side",
                   (after == 0 || (after > 0) == (size[a] > 0)) &&
                       money_magnitude(after) < money_magnitude(size[a]));
        haircuts += fill->haircut_uusd;
        closed += fill->quantity_ubase;
        size[a] = after;
    }
    const int64_t left = size[target] + receipt->deleveraged_ubase;
    const wide rest = margin_equity_uusd(view, target);
    check_i64("what they took", closed, -receipt->deleveraged_ubase);
    check_i64("haircuts", haircuts, receipt->haircut_uusd);
    check_i64("E", haircuts, receipt->deleverage_covered_uusd + receipt->overshoot_uusd);
    check_i64("B", receipt->shortfall_uusd,
              receipt->fund_paid_uusd + receipt->deleverage_covered_uusd);
    check_i64("what the account is better off by", (int64_t)(rest - equity[target]),
              receipt->fund_paid_uusd + haircuts);
    check_i64("against the pool", size[ACCOUNT_POOL],
              portfolio_at(&engine->portfolio, ACCOUNT_POOL, instrument)->size_ubase);
    check_true("overshoot is rounding",
               receipt->overshoot_uusd <= money_magnitude(closed) / MONEY_ONE +
                                              2 * receipt->deleveraged_count + 1);
    check_true("all closed: nothing is owed",
               left != 0 || world->terms.instrument_count > 1 || rest >= 0);
    check_true("audit", engine_audit(engine));
    tally->fills += receipt->deleveraged_count;
    tally->shared += receipt->fund_paid_uusd > 0;
    tally->partial += left != 0;
    tally->flat += receipt->haircut_uusd == 0;
}

static void random_book(struct engine_world *world, uint64_t *random) {
    struct engine_terms terms = random_terms(random);
    terms.account_count = ACCOUNT_FIRST_USER + (uint32_t)check_random_in(random, 3, 16);
    terms.instrument_count = (uint32_t)check_random_in(random, 1, 2);
    terms.oracle = world_terms(1).oracle;
    terms.close_out.keeper_least_uusd = 0; /* a winner may be the keeper */
    terms.close_out.mechanism = LIQUIDATION_CLOSE_OUT;
    terms.waterfall.deleverage = WATERFALL_DELEVERAGE_RANKED;
    terms.waterfall.deleverage_most = check_random_in(random, 1, 6);
    for (uint32_t i = 0; i < terms.instrument_count; ++i) {
        terms.instrument[i].multiplier_ubase = MONEY_ONE;
    }
    world_open(world, &terms);
    for (uint32_t i = 0; i < terms.instrument_count; ++i) {
        world_block(world, i + 1, 0);
        world_report(world, 0, i, random_scale(random, 37) + 1000);
    }
    world_deposit(world, ACCOUNT_POOL, usd(1000000000));
    world_deposit(world, ACCOUNT_FUND, usd(random_scale(random, 13)));
    for (uint32_t a = ACCOUNT_FIRST_USER; a < terms.account_count; ++a) {
        world_deposit(world, a, random_scale(random, 36));
        for (uint32_t i = 0; i < terms.instrument_count; ++i) {
            const int64_t mark = world->engine.core->mark_price_uusd[i];
            const wide most = (wide)balance(world, a) * 12 * MONEY_ONE / mark;
            const int64_t limit = money_fits(most) ? (int64_t)most : MONEY_SIZE_MAX;
            world_trade(world, a, i, check_random_in(random, -limit, limit));
        }
    }
}

static void winners_and_losers_keep_what_must_hold(void **state) {
    (void)state;
    struct tally tally = {0};
    uint64_t random = 5;
    for (int round = 0; round < 4000; ++round) {
        struct engine_world world;
        random_book(&world, &random);
        for (uint64_t block = 4; block < 10; ++block) {
            const uint32_t moved =
                (uint32_t)(check_random(&random) % world.terms.instrument_count);
            const int64_t mark = world.engine.core->mark_price_uusd[moved];
            world_block(&world, block, 0);
            world_report(&world, 0, moved,
                         mark / 100 * check_random_in(&random, 60, 150) + 1);
            for (uint32_t a = ACCOUNT_FIRST_USER; a < world.terms.account_count; ++a) {
                check_one(&world, a, (uint32_t)(block % world.terms.instrument_count),
                          &tally);
            }
        }
        world_close(&world);
    }
    print_message("%d fills, %d shared with the fund, %d partial, %d flat\n",
                  (int)tally.fills, (int)tally.shared, (int)tally.partial,
                  (int)tally.flat);
    check_true("many", tally.fills > 2000 && tally.shared > 200 && tally.partial > 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(winners_take_the_position_at_bankruptcy),
        cmocka_unit_test(the_fund_pays_what_it_has_and_the_winners_the_rest),
        cmocka_unit_test(what_the_fund_can_pay_goes_into_the_venue),
        cmocka_unit_test(so_many_at_a_time_and_the_rest_in_the_next_block),
        cmocka_unit_test(who_would_lose_more_than_it_has_won_is_passed_over),
        cmocka_unit_test(nobody_is_closed_into_bankruptcy),
        cmocka_unit_test(rounding_leaves_the_bankrupt_a_crumb),
        cmocka_unit_test(each_position_bears_its_part),
        cmocka_unit_test(together_they_may_lack_more_than_the_fund_has),
        cmocka_unit_test(winners_and_losers_keep_what_must_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
