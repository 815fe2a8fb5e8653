#include "engine/engine.h"
#include "tests/support/engine_world.h"

enum { ALICE = ACCOUNT_FIRST_USER, BOB, KEEPER, USERS = 3 };

static int64_t balance(const struct engine_world *world, uint32_t account) {
    return world->engine.ledger.balance_micro[account];
}

/* Price 100, pool 100,000, Alice and Bob 1,000 each, the fund 500. */
static void open_market(struct engine_world *world, const struct engine_terms *terms) {
    world_open(world, terms);
    world_block(world, 1, BLOCK_GENESIS);
    world_status("price", world_report(world, 0, 0, usd(100)), ENGINE_OK);
    world_status("pool", world_deposit(world, ACCOUNT_POOL, usd(100000)), ENGINE_OK);
    world_status("fund", world_deposit(world, ACCOUNT_FUND, usd(500)), ENGINE_OK);
    world_status("Alice", world_deposit(world, ALICE, usd(1000)), ENGINE_OK);
    world_status("Bob", world_deposit(world, BOB, usd(1000)), ENGINE_OK);
    world_block(world, 2, 0);
}

static void check_sound(const struct engine_world *world) {
    check_true("residual", engine_residual(&world->engine) == 0);
    check_true("audit", engine_audit(&world->engine));
}

/* 10 % of spread, 1 % of fee, half of it to the fund; liquidation at 5 %: half a position,
   penalty 2 %, of it 25 % the keeper's, 10 USD at least. */
static struct engine_terms costly_terms(void) {
    struct engine_terms terms = world_terms(USERS);
    terms.venue = (struct venue_terms){
        .half_spread_ppm = 100000, .fee_ppm = 10000, .fee_fund_ppm = 500000};
    terms.close_out = (struct close_out_terms){.share_ppm = 500000,
                                               .max_notional_uusd = usd(1000000),
                                               .penalty_ppm = 20000,
                                               .keeper_share_ppm = 250000,
                                               .keeper_least_uusd = usd(10)};
    return terms;
}

static void a_trade_pays_spread_and_fee(void **state) {
    (void)state;
    const struct engine_terms terms = costly_terms();
    struct engine_world world;
    open_market(&world, &terms);
    /* 20 bought at 110: 2,200, fee 22; the mark is 100: equity 1000 - 22 - 200 = 778. */
    world_status("trade", world_trade(&world, ALICE, 0, base(20)), ENGINE_OK);
    check_i64("filled", world.receipt.filled_ubase, base(20));
    check_i64("price", world.receipt.fill_price_uusd, usd(110));
    check_i64("mark", world.receipt.mark_price_uusd, usd(100));
    check_i64("fee", world.receipt.fee_uusd, usd(22));
    check_i64("slippage", world.receipt.slippage_uusd, usd(200));
    check_i64("balance", balance(&world, ALICE), usd(978));
    check_i64("fund", balance(&world, ACCOUNT_FUND), usd(511));
    check_i64("treasury", balance(&world, ACCOUNT_TREASURY), usd(11));
    const struct margin margin = margin_evaluate(&world.engine.margin, ALICE);
    check_i64("equity", (int64_t)margin.equity_uusd, usd(778));
    check_i64("initial", (int64_t)margin.initial_uusd, usd(200));
    check_i64("maintenance", (int64_t)margin.maintenance_uusd, usd(100));
    check_i64("withdrawable", engine_withdrawable_uusd(&world.engine, ALICE), usd(578));
    check_sound(&world);
    world_close(&world);
}

static void a_liquidation_closes_a_part_and_pays_the_keeper(void **state) {
    (void)state;
    const struct engine_terms terms = costly_terms();
    struct engine_world world;
    open_market(&world, &terms);
    world_trade(&world, ALICE, 0, base(20));
    world_status("still healthy", world_liquidate(&world, KEEPER, ALICE, 0),
                 ENGINE_HEALTHY);
    /* At 64: equity 978 + 1280 - 2200 = 58 < 64.  Half is sold at 57.6: equity 58 - 64 < 0,
       so there is no penalty and the fund tips 10. */
    world_report(&world, 0, 0, usd(64));
    world_status("close-out", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("filled", world.receipt.filled_ubase, base(-10));
    check_i64("price", world.receipt.fill_price_uusd, 57600000);
    check_i64("slippage", world.receipt.slippage_uusd, usd(64));
    check_i64("penalty", world.receipt.penalty_uusd, 0);
    check_i64("reward", world.receipt.keeper_reward_uusd, usd(10));
    check_i64("tip", world.receipt.keeper_tip_uusd, usd(10));
    check_i64("keeper", balance(&world, KEEPER), usd(10));
    check_i64("realised -524", balance(&world, ALICE), usd(978 - 524));
    check_sound(&world);
    world_status("once a block", world_liquidate(&world, KEEPER, ALICE, 0),
                 ENGINE_LIQUIDATION_LIMIT);
    world_block(&world, 3, 0);
    world_status("the next block", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("half again", world.receipt.filled_ubase, base(-5));
    check_sound(&world);
    world_close(&world);
}

static void a_penalty_is_shared_between_keeper_and_fund(void **state) {
    (void)state;
    struct engine_terms terms = costly_terms();
    terms.venue = (struct venue_terms){0};
    struct engine_world world;
    open_market(&world, &terms);
    /* 100 at 100; at 94.5 the equity is 450 of 472.5 needed; half is sold: notional 4,725,
       penalty 94.5, a quarter of it 23.625 to the keeper. */
    world_status("trade", world_trade(&world, ALICE, 0, base(100)), ENGINE_OK);
    world_report(&world, 0, 0, 94500000);
    world_status("close-out", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("penalty", world.receipt.penalty_uusd, 94500000);
    check_i64("keeper", balance(&world, KEEPER), 23625000);
    check_i64("no tip", world.receipt.keeper_tip_uusd, 0);
    check_i64("fund", balance(&world, ACCOUNT_FUND), usd(500) + 70875000);
    check_i64("Alice", balance(&world, ALICE), usd(1000 - 275) - 94500000);
    check_true("healthy again", !account_set_has(&world.engine.watch.unhealthy, ALICE));
    check_sound(&world);
    world_close(&world);
}

/* A gap from 100 to 80: Alice, long 100 with 1,000, loses 2,000.  The fund has 500; Bob, short
   20, has won 400 and the pool, short 80, 1,600: of 500 they bear 100 and 400. */
static void a_gap_runs_through_the_waterfall_to_the_unit(void **state) {
    (void)state;
    struct engine_terms terms = world_terms(USERS);
    terms.escrow.gate_blocks = 3;
    struct engine_world world;
    open_market(&world, &terms);
    world_status("Alice", world_trade(&world, ALICE, 0, base(100)), ENGINE_OK);
    world_status("Bob", world_trade(&world, BOB, 0, base(-20)), ENGINE_OK);
    world_report(&world, 0, 0, usd(80));
    world_status("not by herself", world_trade(&world, ALICE, 0, base(-100)),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_status("close-out", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("shortfall", world.receipt.shortfall_uusd, usd(1000));
    check_i64("fund", world.receipt.fund_paid_uusd, usd(500));
    /* After the close-out the pool is long 20 at 80 and has realised its 1,600, so that Bob
       is the only one with an open profit: he bears 400, and the remaining 100 are shared by
       equities of 1,000 and 101,600; the last of the two takes the remainder. */
    check_i64("Bob", balance(&world, BOB), usd(1000 - 400) - 974659);
    check_i64("socialised", world.receipt.socialised_uusd, usd(400) + 974659);
    check_i64("pool", world.receipt.pool_absorbed_uusd, usd(100) - 974659);
    check_i64("equity", world.receipt.charged_equity_uusd, usd(1400 + 101600));
    check_i64("Alice", balance(&world, ALICE), 0);
    check_i64("least of the fund", world.engine.core->fund_least_uusd, 0);
    check_sound(&world);
    world_status("gated", world_withdraw(&world, BOB, 1), ENGINE_WITHDRAWALS_GATED);
    world_block(&world, 4, 0);
    world_status("still", world_withdraw(&world, BOB, 1), ENGINE_WITHDRAWALS_GATED);
    world_block(&world, 5, 0);
    world_status("open", world_withdraw(&world, BOB, 1), ENGINE_OK);
    world_close(&world);
}

static void an_insolvent_pool_is_restored_to_zero(void **state) {
    (void)state;
    const struct engine_terms terms = world_terms(USERS);
    struct engine_world world;
    open_market(&world, &terms);
    world_deposit(&world, ALICE, usd(100000));
    world_status("trade", world_trade(&world, ALICE, 0, base(1000)), ENGINE_OK);
    world_status("solvent", world_liquidate(&world, KEEPER, ACCOUNT_POOL, 0),
                 ENGINE_HEALTHY);
    world_report(&world, 0, 0, usd(201));
    check_i64("the pool lacks 1,000",
              (int64_t)margin_equity_uusd(&world.engine.margin, ACCOUNT_POOL),
              usd(-1000));
    world_status("nobody may open", world_trade(&world, BOB, 0, base(1)),
                 ENGINE_POOL_INSOLVENT);
    world_status("restored", world_liquidate(&world, KEEPER, ACCOUNT_POOL, 0), ENGINE_OK);
    check_i64("fund", world.receipt.fund_paid_uusd, usd(500));
    check_i64("Alice", world.receipt.socialised_uusd, usd(500));
    check_i64("equity", (int64_t)margin_equity_uusd(&world.engine.margin, ACCOUNT_POOL),
              0);
    world_status("and solvent", world_liquidate(&world, KEEPER, ACCOUNT_POOL, 0),
                 ENGINE_HEALTHY);
    check_sound(&world);
    world_close(&world);
}

static void a_genesis_trade_fills_at_its_own_price_free_of_fee(void **state) {
    (void)state;
    struct engine_terms terms = costly_terms();
    terms.venue.pool_max_net_exposure_uusd = usd(1);
    struct engine_world world;
    open_market(&world, &terms);
    world_block(&world, 3, BLOCK_GENESIS);
    struct transaction trade = {.kind = TRANSACTION_TRADE,
                                .account = ALICE,
                                .amount = base(10),
                                .price_uusd = usd(90)};
    world_status("at its price", world_do(&world, trade), ENGINE_OK);
    check_i64("price", world.receipt.fill_price_uusd, usd(90));
    check_i64("fee", world.receipt.fee_uusd, 0);
    trade.amount = base(1000);
    trade.price_uusd = usd(100);
    world_status("margin is asked", world_do(&world, trade),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_block(&world, 4, 0);
    trade.amount = base(1);
    trade.price_uusd = usd(90);
    world_status("later it is a limit", world_do(&world, trade), ENGINE_LIMIT_PRICE);
    check_sound(&world);
    world_close(&world);
}

static void a_genesis_block_closes_even_at_a_loss(void **state) {
    (void)state;
    const struct engine_terms terms = world_terms(USERS);
    struct engine_world world;
    open_market(&world, &terms);
    world_status("trade", world_trade(&world, ALICE, 0, base(100)), ENGINE_OK);
    world_report(&world, 0, 0, usd(80));
    const struct transaction close = {.kind = TRANSACTION_TRADE,
                                      .account = ALICE,
                                      .amount = base(-100),
                                      .price_uusd = usd(80)};
    world_status("otherwise the keepers'", world_do(&world, close),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_block(&world, 3, BLOCK_GENESIS);
    world_status("closed", world_do(&world, close), ENGINE_OK);
    check_i64("her debt", balance(&world, ALICE), usd(-1000));
    check_i64("clearing", balance(&world, ACCOUNT_CLEARING), 0);
    check_sound(&world);
    world_close(&world);
}

static void holds_drain_when_everything_is_final(void **state) {
    (void)state;
    const struct engine_terms terms = world_terms(USERS);
    struct engine_world world;
    open_market(&world, &terms);
    world_status("Alice", world_withdraw(&world, ALICE, usd(1000)), ENGINE_OK);
    world_status("Bob", world_withdraw(&world, BOB, usd(999)), ENGINE_OK);
    check_i64("nothing is free", ledger_free(&world.engine.ledger, ALICE), 0);
    check_sound(&world);
    world_block(&world, 6, 0);
    check_i64("still held", world.engine.ledger.hold_micro[ALICE], usd(1000));
    world_block(&world, 7, 0);
    check_true("drained", world.engine.ledger.totals->hold_micro == 0);
    check_i64("Alice", balance(&world, ALICE), 0);
    check_i64("Bob", balance(&world, BOB), usd(1));
    check_sound(&world);
    world_close(&world);
}

static void a_mark_is_the_index_times_the_multiplier(void **state) {
    (void)state;
    struct engine_terms terms = world_terms(USERS);
    terms.instrument[0].multiplier_ubase = base(1000);
    struct engine_world world;
    world_open(&world, &terms);
    world_block(&world, 1, 0);
    world_status("a tenth of a cent", world_report(&world, 0, 0, 1000), ENGINE_OK);
    check_i64("mark", world.receipt.mark_price_uusd, usd(1));
    world_block(&world, 2, 0);
    world_status("too high for a contract",
                 world_report(&world, 0, 0, MONEY_PRICE_MAX / 1000 + 1),
                 ENGINE_BAD_PRICE);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trade_pays_spread_and_fee),
        cmocka_unit_test(a_liquidation_closes_a_part_and_pays_the_keeper),
        cmocka_unit_test(a_penalty_is_shared_between_keeper_and_fund),
        cmocka_unit_test(a_gap_runs_through_the_waterfall_to_the_unit),
        cmocka_unit_test(an_insolvent_pool_is_restored_to_zero),
        cmocka_unit_test(a_genesis_trade_fills_at_its_own_price_free_of_fee),
        cmocka_unit_test(a_genesis_block_closes_even_at_a_loss),
        cmocka_unit_test(holds_drain_when_everything_is_final),
        cmocka_unit_test(a_mark_is_the_index_times_the_multiplier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
