/* Traders who post the underlying itself: the draw, the book, the seizures, the hedge. */
#include "scenarios/genesis.h"
#include "scenarios/node.h"
#include "scenarios/purse.h"
#include "tests/support/world_lab.h"

enum { PATHS = 8, STORMS = 4 };

#define STORM                                                                            \
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h", "population.accounts=150",  \
        "population.owners=120", "population.near_margin_share=20%",                     \
        "fund.deposit=100k USD"

/* 8 paths of 1,000 accounts: standard error sqrt(0.3 * 0.7 / 8000) = 0.0051; five. */
static void the_share_is_met_in_expectation(void **unused) {
    (void)unused;
    struct lab lab;
    int64_t posted = 0, all = 0;
    lab_open(&lab, "black-thursday", NULL);
    for (uint64_t path = 0; path < PATHS; ++path) {
        world_init(&lab.world, 71, path, false);
        for (uint32_t i = 0; i < lab.stage->trader_count; ++i) {
            const struct holder *holder = &lab.world.holder[i];
            posted += holder->collateral_ubase > 0;
            all += 1;
            check_true("one or the other",
                       (holder->collateral_ubase > 0) != (holder->collateral_uusd > 0));
        }
    }
    check_close("share", (double)posted / (double)all, 0.3, 5 * 0.0052);
    lab_close(&lab);
}

static wide value_of(const struct lab *lab, int64_t units) {
    return collateral_value_floor(units, lab->stage->population.start_price_uusd,
                                  lab->stage->terms.instrument[0].multiplier_ubase);
}

/* Units are worth what the cash was, to one unit rounded up, unless the haircut leaves less
   than initial margin; then one unit less would be too few.  All else is as it was. */
static void units_take_the_place_of_cash(void **unused) {
    (void)unused;
    static const char *const none[] = {"collateral.share=0%", NULL};
    static const char *const all[] = {"collateral.share=100%", NULL};
    struct lab cash, units;
    int64_t same = 0, more = 0;
    lab_open(&cash, "black-thursday", none);
    lab_open(&units, "black-thursday", all);
    world_init(&cash.world, 72, 0, false);
    world_init(&units.world, 72, 0, false);
    for (uint32_t i = 0; i < units.stage->trader_count; ++i) {
        const struct holder *had = &cash.world.holder[i];
        const struct holder *has = &units.world.holder[i];
        const uint32_t account = units.stage->trader + i;
        const struct margin margin = margin_evaluate(&units.world.engine.margin, account);
        check_i64("size", has->size_ubase, had->size_ubase);
        check_i64("entry", has->entry_price_uusd, had->entry_price_uusd);
        check_i64("owner", has->owner, had->owner);
        check_i64("no cash", has->collateral_uusd, 0);
        check_true("initial margin", margin.equity_uusd >= margin.initial_uusd);
        check_true("no less",
                   value_of(&units, has->collateral_ubase) >= had->collateral_uusd);
        if (value_of(&units, has->collateral_ubase - 1) < had->collateral_uusd) {
            same += 1;
            check_i64("response", has->response, had->response);
        } else {
            more += 1;
            const wide least = margin.initial_uusd - margin.equity_uusd +
                               collateral_margin_floor(&units.stage->terms.collateral,
                                                       margin.units_uusd);
            const wide fewer =
                collateral_margin_floor(&units.stage->terms.collateral,
                                        value_of(&units, has->collateral_ubase - 2));
            /* Open interest scales nothing here, so that the margin is that of genesis. */
            check_true("no more than the haircut asks for", fewer <= least);
        }
    }
    check_true("most are as they were", same > 500);
    check_true("some need more", more > 50);
    check_i64("the chain's units", units.world.unit_purses.balance_micro[OUTSIDE_CHAIN],
              -units.world.engine.collateral.balance_micro[ACCOUNT_EXTERNAL]);
    check_true("sound", purse_residual(&units.world) == 0);
    lab_close(&cash);
    lab_close(&units);
}

static void above_the_cap_cash_is_posted(void **unused) {
    (void)unused;
    static const char *const capped[] = {"collateral.share=100%",
                                         "collateral.cap=5000 USD", NULL};
    struct lab lab;
    int64_t small = 0, large = 0;
    lab_open(&lab, "black-thursday", capped);
    world_init(&lab.world, 73, 0, false);
    check_u64("fine", lab.world.state->status, OUTCOME_STATUS_COMPLETE);
    for (uint32_t i = 0; i < lab.stage->trader_count; ++i) {
        const struct holder *holder = &lab.world.holder[i];
        small += holder->collateral_ubase > 0;
        large += holder->collateral_uusd > 0;
        check_true("cap", value_of(&lab, holder->collateral_ubase) <= 5000 * USD);
        check_true("not without reason",
                   holder->collateral_ubase > 0 || holder->collateral_uusd > 4000 * USD);
    }
    check_true("both kinds", small > 100 && large > 100);
    lab_close(&lab);
}

struct part {
    const char *share;
    bool any, all; /* of the traders' bad debt is of units */
};

static void bad_debt_of_units_is_a_part_of_bad_debt(void **unused) {
    (void)unused;
    static const struct part parts[] = {
        {"collateral.share=0%",   false, false},
        {"collateral.share=30%",  true,  false},
        {"collateral.share=100%", true,  true },
    };
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; ++p) {
        const char *const sets[] = {STORM, "performance.audit=block", parts[p].share,
                                    NULL};
        struct lab lab;
        int64_t own = 0, bad_debt = 0;
        lab_open(&lab, "black-thursday", sets);
        for (uint64_t path = 0; path < STORMS; ++path) {
            const struct outcome outcome = lab_run(&lab, 74, path);
            const struct record_account *pool = &lab.world.record.account[ACCOUNT_POOL];
            own += lab_money(&outcome, OUTCOME_BAD_DEBT_UNDERLYING);
            bad_debt += lab_money(&outcome, OUTCOME_BAD_DEBT) - pool->shortfall_uusd;
        }
        check_true(parts[p].share, (own > 0) == parts[p].any);
        check_true(parts[p].share, (own == bad_debt) == parts[p].all);
        check_true(parts[p].share, own <= bad_debt && bad_debt > 0);
        lab_close(&lab);
    }
}

/* The same book, the same storm: the collateral falls with the price. */
static void wrong_way_collateral_costs_more(void **unused) {
    (void)unused;
    static const char *const cash[] = {STORM, "collateral.share=0%", NULL};
    static const char *const units[] = {STORM, "collateral.share=100%", NULL};
    struct lab a, b;
    int64_t more = 0;
    lab_open(&a, "black-thursday", cash);
    lab_open(&b, "black-thursday", units);
    for (uint64_t path = 0; path < STORMS; ++path) {
        const struct outcome with_cash = lab_run(&a, 75, path);
        const struct outcome with_units = lab_run(&b, 75, path);
        more += lab_money(&with_units, OUTCOME_BAD_DEBT) -
                lab_money(&with_cash, OUTCOME_BAD_DEBT);
    }
    check_true("in sum", more > 0);
    lab_close(&a);
    lab_close(&b);
}

/* A trader in debt without a position: a keeper's liquidation seizes what the debt needs, the
   pool has the units, the flow is emitted, and the maker sells nine tenths of it outside. */
static void what_is_seized_is_sold_outside_once(void **unused) {
    (void)unused;
    static const char *const sets[] = {"collateral.share=100%",
                                       "population.accounts=10",
                                       "population.owners=10",
                                       "market.volatility=0",
                                       "keepers.count=1",
                                       "traders.trade_chance=0%",
                                       "traders.withdraw_chance=0%",
                                       "population.leverage_high=1.2",
                                       "population.top_up_share=0%",
                                       "population.deleverage_share=0%",
                                       "population.near_margin_share=0%",
                                       "market_maker.order_least=0 USD",
                                       "venue.fee=0%",
                                       NULL};
    struct lab lab;
    lab_open(&lab, "calm", sets);
    struct world *world = &lab.world;
    world_init(world, 76, 0, false);
    world_advance(world, lab.stage->start_ns + 10 * MINUTE_NS);
    const int64_t pool =
        portfolio_at(&world->engine.portfolio, ACCOUNT_POOL, 0)->size_ubase;
    const int64_t hedged = world->state->hedge_ubase;
    check_true("the hedge is there", money_magnitude(pool * 9 / 10 + hedged) <= 1);
    /* Flat at the mark; a loss that never was takes its cash, and more. */
    const uint32_t account = lab.stage->trader;
    const int64_t size = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    const int64_t mark = world->engine.core->mark_price_uusd[0];
    struct receipt receipt;
    const struct block_header header = {.number = world->engine.core->block.number + 1,
                                        .time_ns = world->state->now_ns,
                                        .flags = BLOCK_GENESIS | BLOCK_UNMARGINED};
    engine_begin_block(&world->engine, &header);
    world->state->slot += 1;
    engine_apply(&world->engine,
                 &(struct transaction){.kind = TRANSACTION_TRADE,
                                       .account = account,
                                       .amount = -size,
                                       .price_uusd = mark},
                 &receipt);
    world->state->flow_emitted_ubase -= receipt.filled_ubase;
    const wide worth = margin_units_uusd(&world->engine.margin, account);
    const int64_t debt =
        money_narrow(ledger_free(&world->engine.ledger, account) + worth * 95 / 100);
    ledger_move(&world->engine.ledger, account, ACCOUNT_TREASURY, debt);
    watch_account(&world->engine.watch, account);
    check_true("nothing is lost so far", purse_residual(world) == 0);
    check_true("in debt", account_set_has(&world->engine.watch.unhealthy, account));
    world_advance(world, world->state->now_ns + 30 * MINUTE_NS);
    check_u64("sound", world->state->status, OUTCOME_STATUS_COMPLETE);
    const int64_t seized = world->engine.collateral.balance_micro[ACCOUNT_POOL];
    const int64_t delta =
        portfolio_at(&world->engine.portfolio, ACCOUNT_POOL, 0)->size_ubase + seized;
    check_true("seized", seized > 0);
    check_true("paid", ledger_free(&world->engine.ledger, account) >= 0);
    check_true("sold", money_magnitude(delta * 9 / 10 + world->state->hedge_ubase) <= 1);
    check_i64("once", world->state->flow_emitted_ubase, delta);
    check_i64("none was liquidated otherwise", *world->record.liquidated.count, 1);
    check_i64("no shortfall", world->record.totals->shortfall_uusd, 0);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_is_met_in_expectation),
        cmocka_unit_test(units_take_the_place_of_cash),
        cmocka_unit_test(above_the_cap_cash_is_posted),
        cmocka_unit_test(bad_debt_of_units_is_a_part_of_bad_debt),
        cmocka_unit_test(wrong_way_collateral_costs_more),
        cmocka_unit_test(what_is_seized_is_sold_outside_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
