/* Portfolio auctions in a world: who is sold, who pays, and that it is the same path
   however it is computed. */
#include "scenarios/auctions.h"
#include "scenarios/record_auction.h"
#include "tests/support/world_lab.h"

#define STORM                                                                            \
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h", "population.accounts=150",  \
        "population.owners=120", "population.near_margin_share=20%",                     \
        "traders.look_mean=20min"

static const char *const storm[] = {STORM, NULL};

enum { PATHS = 12 };

static void the_filter_and_the_exhaustive_watch_are_one_path(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "portfolio-auction", storm);
    for (uint64_t path = 0; path < 4; ++path) {
        lab.stage->terms.watch.exhaustive = 0;
        const struct outcome filter = lab_run(&lab, 71, path);
        lab.stage->terms.watch.exhaustive = 1;
        const struct outcome exhaustive = lab_run(&lab, 71, path);
        lab_same("path", &filter, &exhaustive);
        check_true("something was sold",
                   lab_money(&filter, OUTCOME_LIQUIDATED_NOTIONAL) > 0);
    }
    lab_close(&lab);
}

static void a_copy_of_an_open_auction_goes_on_as_the_path_does(void **unused) {
    (void)unused;
    struct lab lab;
    struct world copy;
    struct outcome whole, rest;
    lab_open(&lab, "portfolio-auction", storm);
    void *elsewhere = check_memory(lab.size);
    world_init(&lab.world, 72, 0, false);
    for (int64_t at = 0; *lab.world.engine.auctioned.count == 0; at += 5 * MINUTE_NS) {
        check_true("an auction opens in time", at < 5 * HOUR_NS);
        world_advance(&lab.world, lab.stage->start_ns + at);
    }
    world_clone(&lab.world, &copy, elsewhere);
    world_advance(&lab.world, lab.stage->end_ns);
    world_outcome(&lab.world, &whole);
    memset(lab.memory, 0x5a, lab.size);
    world_advance(&copy, lab.stage->end_ns);
    world_outcome(&copy, &rest);
    lab_same("the copy", &rest, &whole);
    free(elsewhere);
    lab_close(&lab);
}

/* What a keeper has in its margin account at the start is its purse's part of the capital. */
static void keepers_begin_with_capital_on_the_chain(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "portfolio-auction", storm);
    world_init(&lab.world, 73, 0, false);
    for (uint32_t i = 0; i < lab.stage->keeper_count; ++i) {
        const uint32_t account = lab.stage->keeper + i;
        check_i64("in the margin account", lab.world.engine.ledger.balance_micro[account],
                  237500 * USD);
        check_i64("for gas", lab.world.purses.balance_micro[account], 12500 * USD);
    }
    lab_close(&lab);
}

static wide held(const struct world *world) {
    wide sum = 0;
    for (uint32_t i = 0; i < world->stage->keeper_count; ++i) {
        sum += money_magnitude(
            portfolio_at(&world->engine.portfolio, world->stage->keeper + i, 0)
                ->size_ubase);
    }
    return sum;
}

/* Keepers buy in the storm and are flat again once it is quiet: nothing is kept. */
static void what_keepers_win_goes_to_the_venue(void **unused) {
    (void)unused;
    struct lab lab;
    wide most = 0;
    static const char *const quiet[] = {STORM,
                                        "population.near_margin_share=40%",
                                        "market.model=single-gap",
                                        "market.gap=-6%",
                                        "market.gap_time=30min",
                                        NULL};
    lab_open(&lab, "portfolio-auction", quiet);
    world_init(&lab.world, 74, 0, false);
    for (int64_t at = 0; at <= 5 * HOUR_NS; at += 5 * MINUTE_NS) {
        world_advance(&lab.world, lab.stage->start_ns + at);
        most = held(&lab.world) > most ? held(&lab.world) : most;
    }
    check_true("they held something", most > 0);
    check_true("and have sold nearly all of it", held(&lab.world) * 10 <= most);
    struct outcome outcome;
    world_outcome(&lab.world, &outcome);
    check_i64("nothing was lost", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
    lab_close(&lab);
}

/* With little time between buying and falling further, a keeper that cannot sell is put up
   for sale like anybody. */
static void a_keeper_below_maintenance_is_auctioned_itself(void **unused) {
    (void)unused;
    static const char *const reckless[] = {STORM, "keepers.capital=300k USD",
                                           "keepers.risk_aversion=0",
                                           "keepers.unwind_time=2d", NULL};
    struct lab lab;
    int auctioned = 0;
    lab_open(&lab, "portfolio-auction", reckless);
    for (uint64_t path = 0; path < PATHS && auctioned == 0; ++path) {
        world_init(&lab.world, 75, path, false);
        world_advance(&lab.world, lab.stage->end_ns);
        for (uint32_t i = 0; i < lab.stage->keeper_count; ++i) {
            auctioned +=
                account_set_has(&lab.world.record.liquidated, lab.stage->keeper + i);
        }
    }
    check_true("a keeper was sold", auctioned > 0);
    lab_close(&lab);
}

/* Sum of a field over the paths: money as it is, a ratio in 1e-6. */
static double total(const char *const *sets, enum outcome_field field) {
    struct lab lab;
    double sum = 0;
    lab_open(&lab, "portfolio-auction", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, 76, path);
        check_true("a value", !outcome_missing(&outcome, field));
        sum += outcome_descriptions[field].kind == OUTCOME_RATIO
                   ? outcome.value[field].real
                   : (double)outcome.value[field].integer;
    }
    lab_close(&lab);
    return sum / PATHS;
}

static void without_capital_nobody_bids(void **unused) {
    (void)unused;
    static const char *const none[] = {STORM, "keepers.capital=0 USD", NULL};
    check_close("nothing sold", total(none, OUTCOME_LIQUIDATED_NOTIONAL), 0, 0);
    check_true("nothing recovered", total(none, OUTCOME_AUCTION_RECOVERY) <
                                        total(storm, OUTCOME_AUCTION_RECOVERY) - .05);
}

static void gas_beyond_the_keepers_means_costs_everybody(void **unused) {
    (void)unused;
    static const char *const congested[] = {STORM, "weather.congestion=4",
                                            "keepers.fee_max=20 gwei",
                                            "keepers.fee_median=20 gwei", NULL};
    check_true("recovery falls", total(congested, OUTCOME_AUCTION_RECOVERY) <
                                     total(storm, OUTCOME_AUCTION_RECOVERY) - .05);
}

/* A lot is gone for nothing at a tenth of its worth, not above it. */
static void lots_are_counted_as_the_definition_says(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "portfolio-auction", storm);
    world_init(&lab.world, 77, 0, false);
    struct record_totals *totals = lab.world.record.totals;
    static const struct {
        const char *name;
        struct record_lot lot;
        int64_t zero;
    } rows[] = {
        {"a fair price",         {100 * USD, 50 * USD, 45 * USD, true},    0        },
        {"a tenth",              {100 * USD, 50 * USD, 5 * USD, true},     100 * USD},
        {"a bit more",           {100 * USD, 50 * USD, 5 * USD + 1, true}, 0        },
        {"nothing",              {100 * USD, 50 * USD, 0, true},           100 * USD},
        {"nobody",               {100 * USD, 50 * USD, 0, false},          100 * USD},
        {"worth nothing, taken", {100 * USD, -9 * USD, -9 * USD, true},    0        },
    };
    record_auction_lot(&lab.world, &rows[0].lot);
    check_i64("before the metrics", totals->auctioned_uusd, 0);
    totals->started = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const int64_t before = totals->zero_bid_uusd;
        record_auction_lot(&lab.world, &rows[i].lot);
        check_i64(rows[i].name, totals->zero_bid_uusd - before, rows[i].zero);
    }
    check_i64("all of them", totals->auctioned_uusd, 600 * USD);
    const struct record_auction solvent = {1000 * USD, 300 * USD, 400 * USD};
    const struct record_auction insolvent = {-5 * USD, 0, 10 * USD};
    record_auction_closed(&lab.world, &solvent);
    record_auction_closed(&lab.world, &insolvent);
    check_i64("equity at the trigger", totals->auction_trigger_uusd, 1000 * USD);
    check_i64("recovered", totals->auction_recovered_uusd, 700 * USD);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_filter_and_the_exhaustive_watch_are_one_path),
        cmocka_unit_test(a_copy_of_an_open_auction_goes_on_as_the_path_does),
        cmocka_unit_test(keepers_begin_with_capital_on_the_chain),
        cmocka_unit_test(what_keepers_win_goes_to_the_venue),
        cmocka_unit_test(a_keeper_below_maintenance_is_auctioned_itself),
        cmocka_unit_test(without_capital_nobody_bids),
        cmocka_unit_test(gas_beyond_the_keepers_means_costs_everybody),
        cmocka_unit_test(lots_are_counted_as_the_definition_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
