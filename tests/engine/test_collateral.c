#include "engine/collateral.h"
#include "tests/support/engine_world.h"

enum { ALICE = ACCOUNT_FIRST_USER, BOB, KEEPER, USERS = 3 };

/* Haircut 10 %, cap 400 USD, seized 5 % below the mark; a liquidation costs 1 %, half of it
   the keeper's.  The fund has 30, the pool 10,000; the mark is 100. */
static void open_market(struct engine_world *world) {
    struct engine_terms terms = world_terms(USERS);
    terms.collateral = (struct collateral_terms){.accepted = 1,
                                                 .haircut_ppm = 100000,
                                                 .cap_uusd = usd(400),
                                                 .seize_spread_ppm = 50000};
    terms.close_out.penalty_ppm = 10000;
    terms.close_out.keeper_share_ppm = 500000;
    world_open(world, &terms);
    world_block(world, 1, 0);
    world_status("before a price", world_deposit_units(world, ALICE, 1), ENGINE_NO_PRICE);
    world_report(world, 0, 0, usd(100));
    world_deposit(world, ACCOUNT_POOL, usd(10000));
    world_deposit(world, ACCOUNT_FUND, usd(30));
}

static int64_t cash(const struct engine_world *world, uint32_t account) {
    return world->engine.ledger.balance_micro[account];
}

static int64_t units(const struct engine_world *world, uint32_t account) {
    return world->engine.collateral.balance_micro[account];
}

static void set_price(struct engine_world *world, int64_t price) {
    world_block(world, world->engine.core->block.number + 1, 0);
    world_status("report", world_report(world, 0, 0, price), ENGINE_OK);
}

static void check_sound(const struct engine_world *world) {
    check_true("residual", engine_residual(&world->engine) == 0);
    check_true("audit", engine_audit(&world->engine));
}

static void every_rounding_is_named(void **state) {
    (void)state;
    const struct collateral_terms terms = {.haircut_ppm = 100000,
                                           .seize_spread_ppm = 50000};
    const struct collateral_terms gift = {.seize_spread_ppm = MONEY_ONE};
    /* 1.000001 units at 3.333333: 3.333336333333 */
    check_i64("value", (int64_t)collateral_value_floor(1000001, 3333333, MONEY_ONE),
              3333336);
    check_i64("a contract of 1,000",
              (int64_t)collateral_value_floor(1000001, 3333333, 1000 * MONEY_ONE), 3333);
    check_i64("margin", (int64_t)collateral_margin_floor(&terms, 3333336), 3000002);
    check_i64("units", (int64_t)collateral_units_ceil(3333336, 3333333, MONEY_ONE),
              1000001);
    check_i64("one unit more",
              (int64_t)collateral_units_ceil(3333337, 3333333, MONEY_ONE), 1000002);
    check_i64("seized at", collateral_seize_price(&terms, 3333333), 3166666);
    check_i64("never for nothing", collateral_seize_price(&gift, 3333333), 1);
    check_true("shares", collateral_valid(&terms) && collateral_valid(&gift));
    check_true("more than all",
               !collateral_valid(&(struct collateral_terms){.haircut_ppm = 1000001}));
}

static void units_count_after_their_haircut(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_status("2 units", world_deposit_units(&world, ALICE, base(2)), ENGINE_OK);
    world_status("18 open", world_trade(&world, ALICE, 0, base(18)), ENGINE_OK);
    world_status("not one more", world_trade(&world, ALICE, 0, 1),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    const struct margin margin = margin_evaluate(&world.engine.margin, ALICE);
    check_i64("as margin", (int64_t)margin.equity_uusd, usd(180));
    check_i64("before the haircut", (int64_t)margin.units_uusd, usd(200));
    check_i64("worth", (int64_t)margin_equity_uusd(&world.engine.margin, ALICE),
              usd(200));
    check_i64("no cash to take", engine_withdrawable_uusd(&world.engine, ALICE), 0);
    world_status("no unit to take", world_withdraw_units(&world, ALICE, 1),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    check_sound(&world);
    world_close(&world);
}

static void a_deposit_beyond_the_cap_is_refused(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_status("at the cap", world_deposit_units(&world, ALICE, base(4)), ENGINE_OK);
    world_status("one unit more is worth 100 micro-USD more",
                 world_deposit_units(&world, ALICE, 1), ENGINE_COLLATERAL_CAP);
    world_status("each account its own", world_deposit_units(&world, BOB, base(4)),
                 ENGINE_OK);
    set_price(&world, usd(50));
    world_status("worth half", world_deposit_units(&world, ALICE, base(4)), ENGINE_OK);
    check_sound(&world);
    world_close(&world);
}

/* 10 long at 100 need 100 of margin; 2 units give 180.  Of them 0.888888 may leave:
   1.111112 * 100 * 0.9 = 100.00008; with one more only 99.99999. */
static void units_leave_once_final_as_far_as_margin_allows(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit_units(&world, ALICE, base(2));
    world_trade(&world, ALICE, 0, base(10));
    world_status("too many", world_withdraw_units(&world, ALICE, 888889),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_status("as many", world_withdraw_units(&world, ALICE, 888888), ENGINE_OK);
    world_status("once", world_withdraw_units(&world, ALICE, 1),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    check_i64("still there", units(&world, ALICE), base(2));
    check_i64("held", world.engine.collateral.hold_micro[ALICE], 888888);
    world_block(&world, 5, 0);
    check_i64("not final", units(&world, ALICE), base(2));
    world_block(&world, 6, 0);
    check_i64("gone", units(&world, ALICE), 1111112);
    check_i64("on the chain", units(&world, ACCOUNT_EXTERNAL), -1111112);
    check_sound(&world);
    world_close(&world);
}

/* 10 long at 100 on 2 units.  At 88 equity as margin is 158.4 - 120 = 38.4, below 44.
   Closed at 88 the debt is 120, with the penalty of 8.8 it is 128.8; a unit brings 83.6:
   1.540669856... units are needed, 1.540670 bring 128.800012. */
static void a_liquidation_seizes_what_the_debt_needs(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit_units(&world, ALICE, base(2));
    world_trade(&world, ALICE, 0, base(10));
    set_price(&world, usd(88));
    world_status("liquidate", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("closed", world.receipt.filled_ubase, base(-10));
    check_i64("penalty", world.receipt.penalty_uusd, 8800000);
    check_i64("seized", world.receipt.seized_ubase, 1540670);
    check_i64("at", world.receipt.seize_price_uusd, 83600000);
    check_i64("shortfall", world.receipt.shortfall_uusd, 0);
    check_i64("cash left", cash(&world, ALICE), 12);
    check_i64("units left", units(&world, ALICE), 459330);
    check_i64("the pool's units", units(&world, ACCOUNT_POOL), 1540670);
    check_i64("the pool's cash", cash(&world, ACCOUNT_POOL),
              usd(10000) + usd(120) - 128800012);
    check_i64("the keeper's", cash(&world, KEEPER), 4400000);
    check_sound(&world);
    world_close(&world);
}

/* At 80 the debt is 200; 2 units bring 152; of the 48 left the fund pays 30 and the pool,
   whose gain of 200 is its equity, 18. */
static void only_what_units_do_not_pay_is_a_shortfall(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit_units(&world, ALICE, base(2));
    world_trade(&world, ALICE, 0, base(10));
    set_price(&world, usd(80));
    world_status("liquidate", world_liquidate(&world, KEEPER, ALICE, 0), ENGINE_OK);
    check_i64("all units", world.receipt.seized_ubase, base(2));
    check_i64("at", world.receipt.seize_price_uusd, usd(76));
    check_i64("no penalty", world.receipt.penalty_uusd, 0);
    check_i64("shortfall", world.receipt.shortfall_uusd, usd(48));
    check_i64("fund", world.receipt.fund_paid_uusd, usd(30));
    check_i64("pool", world.receipt.pool_absorbed_uusd, usd(18));
    check_i64("Alice", cash(&world, ALICE), 0);
    check_i64("the pool", cash(&world, ACCOUNT_POOL), usd(10000 + 200 - 152 - 18));
    check_i64("worth", (int64_t)margin_equity_uusd(&world.engine.margin, ACCOUNT_POOL),
              usd(10000 + 200 - 152 - 18 + 160));
    check_sound(&world);
    world_close(&world);
}

/* Bob closes 10 long at a loss of 200 on 3 units: a debt without a position.  2.7 p < 200
   from 74.074074 on.  At 74 a unit brings 70.3: with the penalty of 2 the debt is 202 and
   needs 2.87339971... units; 2.873400 bring 202.000020. */
static void a_borrower_without_a_position_is_liquidated(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit_units(&world, BOB, base(3));
    world_trade(&world, BOB, 0, base(10));
    set_price(&world, usd(80));
    world_status("closes himself", world_trade(&world, BOB, 0, base(-10)), ENGINE_OK);
    check_i64("debt", cash(&world, BOB), usd(-200));
    world_status("healthy", world_liquidate(&world, KEEPER, BOB, 0), ENGINE_HEALTHY);
    set_price(&world, 74074075);
    check_true("just healthy", !account_set_has(&world.engine.watch.unhealthy, BOB));
    set_price(&world, 74074074);
    check_true("no more", account_set_has(&world.engine.watch.unhealthy, BOB));
    set_price(&world, usd(74));
    world_status("liquidate", world_liquidate(&world, KEEPER, BOB, 0), ENGINE_OK);
    check_i64("nothing to close", world.receipt.filled_ubase, 0);
    check_i64("seized", world.receipt.seized_ubase, 2873400);
    check_i64("penalty", world.receipt.penalty_uusd, usd(2));
    check_i64("keeper", world.receipt.keeper_reward_uusd, usd(1));
    check_i64("cash left", cash(&world, BOB), 20);
    check_i64("units left", units(&world, BOB), 126600);
    check_true("healthy again", !account_set_has(&world.engine.watch.unhealthy, BOB));
    world_status("once", world_liquidate(&world, KEEPER, BOB, 0), ENGINE_NO_POSITION);
    check_sound(&world);
    world_close(&world);
}

static void a_stale_price_of_the_collateral_is_stale_for_all(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit_units(&world, ALICE, base(2));
    world_block(&world, 400, 0);
    check_true("stale", engine_price_stale(&world.engine, 0));
    world_status("units that secure nothing", world_withdraw_units(&world, ALICE, 1),
                 ENGINE_OK);
    world_report(&world, 0, 0, usd(100));
    world_trade(&world, ALICE, 0, base(10));
    set_price(&world, usd(99));
    world_trade(&world, ALICE, 0, base(-10));
    check_i64("debt", cash(&world, ALICE), usd(-10));
    world_block(&world, 800, 0);
    world_status("units that secure a debt", world_withdraw_units(&world, ALICE, 1),
                 ENGINE_STALE_PRICE);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rounding_is_named),
        cmocka_unit_test(units_count_after_their_haircut),
        cmocka_unit_test(a_deposit_beyond_the_cap_is_refused),
        cmocka_unit_test(units_leave_once_final_as_far_as_margin_allows),
        cmocka_unit_test(a_liquidation_seizes_what_the_debt_needs),
        cmocka_unit_test(only_what_units_do_not_pay_is_a_shortfall),
        cmocka_unit_test(a_borrower_without_a_position_is_liquidated),
        cmocka_unit_test(a_stale_price_of_the_collateral_is_stale_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
