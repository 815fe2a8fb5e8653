/* The recorder counts what it is told, from the start of the metrics on. */
#include "scenarios/record.h"
#include "tests/support/world_lab.h"

static const char *const small[] = {"population.accounts=10", "population.owners=4",
                                    "world.warm_up=0s", "keepers.count=2", NULL};

static void start(struct lab *lab, bool metrics) {
    lab_open(lab, "black-thursday", small);
    world_init(&lab->world, 1, 0, false);
    lab->world.record.totals->started = metrics;
    /* An hour later, with an account at hand. */
    lab->world.state->now_ns += HOUR_NS;
}

static struct mempool_entry liquidation(const struct lab *lab, uint32_t trader,
                                        int64_t waited_ns) {
    return (struct mempool_entry){
        .transaction = {.kind = TRANSACTION_LIQUIDATE,
                        .account = lab->stage->keeper,
                        .target = lab->stage->trader + trader},
        .arrival_ns = lab->world.state->now_ns - waited_ns
    };
}

static struct receipt closing(void) {
    return (struct receipt){.filled_ubase = -2000000,
                            .fill_price_uusd = 190 * USD,
                            .mark_price_uusd = 200 * USD,
                            .penalty_uusd = 6 * USD,
                            .keeper_tip_uusd = 1 * USD,
                            .slippage_uusd = 20 * USD,
                            .shortfall_uusd = 100 * USD,
                            .fund_paid_uusd = 70 * USD,
                            .socialised_uusd = 20 * USD,
                            .pool_absorbed_uusd = 10 * USD,
                            .charged_equity_uusd = 3000 * USD};
}

static void a_liquidation_is_counted_once_in_each_sum(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab, true);
    const struct mempool_entry entry = liquidation(&lab, 2, 0);
    const struct receipt receipt = closing();
    const struct record_totals *totals = lab.world.record.totals;
    record_transaction(&lab.world, &entry, &receipt);
    record_transaction(&lab.world, &entry, &receipt);
    check_i64("notional at the mark", totals->liquidated_uusd, 800 * USD);
    check_i64("slippage", totals->slippage_uusd, 40 * USD);
    check_i64("penalty", totals->penalty_uusd, 12 * USD);
    check_i64("tips", totals->tip_uusd, 2 * USD);
    check_i64("shortfall", totals->shortfall_uusd, 200 * USD);
    check_i64("fund", totals->fund_paid_uusd, 140 * USD);
    check_i64("socialised", totals->socialised_uusd, 40 * USD);
    check_i64("pool", totals->pool_absorbed_uusd, 20 * USD);
    check_i64("equity charged", totals->charged_equity_uusd, 6000 * USD);
    check_i64("of the account",
              lab.world.record.account[entry.transaction.target].shortfall_uusd,
              200 * USD);
    check_u64("one account", *lab.world.record.liquidated.count, 1);
    check_i64("the fund was short at once", totals->fund_depletion_ns, HOUR_NS);
    check_i64("bad debt", record_bad_debt_uusd(&lab.world), 200 * USD);
    lab_close(&lab);
}

/* Two winners' fills, by hand; one owner has the larger part of the haircut. */
static void a_deleveraging_is_counted_by_fill_and_by_owner(void **unused) {
    (void)unused;
    struct lab lab;
    struct outcome outcome;
    start(&lab, true);
    struct world *world = &lab.world;
    uint32_t other = 1;
    while (world->holder[other].owner == world->holder[0].owner) {
        other += 1;
    }
    const uint32_t winner[] = {lab.stage->trader, lab.stage->trader + other};
    const int64_t haircut[] = {30 * USD, 10 * USD};
    for (int i = 0; i < 2; ++i) {
        world->engine.deleveraged[i] =
            (struct deleverage_fill){.account = winner[i],
                                     .quantity_ubase = (i + 1) * 1000000,
                                     .mark_price_uusd = 200 * USD,
                                     .haircut_uusd = haircut[i]};
    }
    const struct receipt receipt = {.deleveraged_ubase = -3000000,
                                    .deleverage_price_uusd = 210 * USD,
                                    .mark_price_uusd = 200 * USD,
                                    .haircut_uusd = 40 * USD,
                                    .deleverage_covered_uusd = 39 * USD,
                                    .overshoot_uusd = 1 * USD,
                                    .deleveraged_count = 2,
                                    .shortfall_uusd = 44 * USD,
                                    .fund_paid_uusd = 5 * USD};
    const struct mempool_entry entry = liquidation(&lab, 2, 0);
    record_transaction(world, &entry, &receipt);
    record_finish(world, &outcome);
    check_i64("somebody was", lab_money(&outcome, OUTCOME_ADL), 1);
    check_i64("notional", lab_money(&outcome, OUTCOME_ADL_NOTIONAL), 600 * USD);
    check_i64("haircut", lab_money(&outcome, OUTCOME_ADL_HAIRCUT), 40 * USD);
    check_i64("overshoot", lab_money(&outcome, OUTCOME_ADL_OVERSHOOT), 1 * USD);
    check_close("largest owner", outcome.value[OUTCOME_ADL_MAX_SHARE].real, 0.75, 1e-15);
    check_i64("bad debt", lab_money(&outcome, OUTCOME_BAD_DEBT), 44 * USD);
    check_i64("before auto-deleveraging", lab_money(&outcome, OUTCOME_UNCOVERED_LOSS),
              39 * USD);
    check_i64("nothing socialised", lab_money(&outcome, OUTCOME_SOCIALISED_LOSS), 0);
    check_i64("of the closed account", lab_money(&outcome, OUTCOME_LIQUIDATED_NOTIONAL),
              600 * USD);
    check_i64("identities", (int64_t)record_residual(world), 0);
    world->record.totals->adl_overshoot_uusd += 1;
    check_i64("a unit more", (int64_t)record_residual(world), 1);
    world->record.totals->adl_covered_uusd += 2;
    check_i64("and two in both", (int64_t)record_residual(world), 5);
    lab_close(&lab);
}

static void before_the_start_nothing_counts(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab, false);
    const struct mempool_entry entry = liquidation(&lab, 2, 0);
    const struct receipt receipt = closing();
    record_transaction(&lab.world, &entry, &receipt);
    record_slot(&lab.world);
    check_i64("notional", lab.world.record.totals->liquidated_uusd, 0);
    check_i64("shortfall", lab.world.record.totals->shortfall_uusd, 0);
    check_i64("gas", lab.world.record.gas->total, 0);
    lab_close(&lab);
}

static void refusals_and_patience(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab, true);
    const struct record_totals *totals = lab.world.record.totals;
    const struct receipt refused = {.status = ENGINE_HEALTHY, .shortfall_uusd = 9};
    const struct mempool_entry patient = liquidation(&lab, 1, 25 * 12 * SECOND_NS);
    const struct mempool_entry late = liquidation(&lab, 1, 25 * 12 * SECOND_NS + 1);
    record_transaction(&lab.world, &patient, &refused);
    check_i64("25 blocks are in time", totals->keeper_excluded, 0);
    record_transaction(&lab.world, &late, &refused);
    check_i64("more are not", totals->keeper_excluded, 1);
    check_i64("of two", totals->keeper_sent, 2);
    check_i64("a refusal liquidates nothing", totals->shortfall_uusd, 0);
    lab_close(&lab);
}

static void a_fund_that_pays_in_full_is_not_depleted(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab, true);
    struct receipt receipt = closing();
    receipt.fund_paid_uusd = receipt.shortfall_uusd;
    receipt.socialised_uusd = receipt.pool_absorbed_uusd = 0;
    const struct mempool_entry entry = liquidation(&lab, 1, 0);
    record_transaction(&lab.world, &entry, &receipt);
    check_i64("not yet", lab.world.record.totals->fund_depletion_ns, -1);
    lab_close(&lab);
}

/* Accounts 0 to 3 have an owner each; the others share those. */
static void cover_is_by_owner(void **unused) {
    (void)unused;
    struct lab lab;
    struct outcome outcome;
    int64_t owned[4] = {0};
    start(&lab, true);
    for (uint32_t i = 0; i < 10; ++i) {
        struct receipt receipt = closing();
        const struct mempool_entry entry = liquidation(&lab, i, 0);
        receipt.shortfall_uusd = receipt.fund_paid_uusd = (i + 1) * (i + 1) * USD;
        owned[lab.world.holder[i].owner] += receipt.shortfall_uusd;
        record_transaction(&lab.world, &entry, &receipt);
    }
    int64_t first = 0, second = 0;
    for (int owner = 0; owner < 4; ++owner) {
        second = money_max(second, money_min(first, owned[owner]));
        first = money_max(first, owned[owner]);
    }
    record_finish(&lab.world, &outcome);
    check_i64("the largest", lab_money(&outcome, OUTCOME_COVER_1), first);
    check_i64("the two largest", lab_money(&outcome, OUTCOME_COVER_2), first + second);
    check_i64("all", lab_money(&outcome, OUTCOME_BAD_DEBT), 385 * USD);
    lab_close(&lab);
}

/* A long that was closed at the mark and would be above initial margin again after a rise:
   once the outside price is there, and not a unit before. */
static void a_liquidation_that_would_have_recovered_is_noticed(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab, true);
    struct world *world = &lab.world;
    uint32_t trader = 0;
    while (world->holder[trader].size_ubase < 1000) {
        trader += 1;
    }
    const uint32_t account = lab.stage->trader + trader;
    const struct position *position = portfolio_at(&world->engine.portfolio, account, 0);
    const int64_t mark = world->engine.core->mark_price_uusd[0];
    /* Take collateral until 7 % are left: below initial, above maintenance. */
    const wide notional = money_value_ceil(position->size_ubase, mark);
    const wide spare = margin_equity_uusd(&world->engine.margin, account) -
                       money_divide_floor(notional * 7, 100);
    ledger_move(&world->engine.ledger, account, ACCOUNT_TREASURY, money_narrow(spare));
    /* The price at which untouched equity is a tenth of notional, by hand and search. */
    int64_t recovers = mark;
    for (int64_t step = mark; step > 0; step /= 2) {
        const wide gain = money_value_floor(position->size_ubase, recovers + step - mark);
        const wide equity = money_divide_floor(notional * 7, 100) + gain;
        if (equity * 10 < money_value_ceil(position->size_ubase, recovers + step)) {
            recovers += step;
        }
    }
    struct receipt receipt = {.filled_ubase = -position->size_ubase / 10,
                              .fill_price_uusd = mark,
                              .mark_price_uusd = mark};
    /* The recorder is told after the fill. */
    portfolio_fill(&world->engine.portfolio, &world->engine.ledger, account, 0,
                   receipt.filled_ubase, mark);
    const struct mempool_entry entry = liquidation(&lab, trader, 0);
    record_transaction(world, &entry, &receipt);
    const struct record_totals *totals = world->record.totals;
    const int64_t slack = recovers / 100000; /* roundings of a small position */
    world->state->outside_mark_uusd[0] = recovers - slack;
    record_slot(world);
    check_i64("not yet", totals->recovered_uusd, 0);
    world->state->outside_mark_uusd[0] = recovers + slack;
    record_slot(world);
    check_i64("now", totals->recovered_uusd, totals->liquidated_uusd);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_liquidation_is_counted_once_in_each_sum),
        cmocka_unit_test(a_deleveraging_is_counted_by_fill_and_by_owner),
        cmocka_unit_test(before_the_start_nothing_counts),
        cmocka_unit_test(refusals_and_patience),
        cmocka_unit_test(a_fund_that_pays_in_full_is_not_depleted),
        cmocka_unit_test(cover_is_by_owner),
        cmocka_unit_test(a_liquidation_that_would_have_recovered_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
