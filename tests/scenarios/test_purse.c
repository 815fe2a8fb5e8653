/* Cash outside the chain, the bridge, and the hedge: double entry to the unit. */
#include "scenarios/purse.h"
#include "tests/support/world_lab.h"

static const char *const small[] = {"population.accounts=10", "population.owners=10",
                                    "impact.prefactor=0", "impact.depth=0 USD", NULL};

static void start(struct lab *lab) {
    lab_open(lab, "black-thursday", small);
    world_init(&lab->world, 1, 0, false);
    check_true("sound", purse_residual(&lab->world) == 0);
}

static void profit_of_the_hedge_is_settled_rounded_down(void **unused) {
    (void)unused;
    /* name, position, move of the price, profit */
    static const struct {
        const char *name;
        int64_t size_ubase, move_uusd, profit_uusd;
    } cases[] = {
        {"a long gains",             2000000,  10000000,  20000000 },
        {"a long loses",             2000000,  -10000000, -20000000},
        {"a short gains",            -2000000, -10000000, 20000000 },
        {"a fraction is lost",       1,        999999,    0        },
        {"a fraction of a loss, up", 1,        -1,        -1       },
        {"a short's, too",           -3,       1,         -1       },
        {"no move",                  2000000,  0,         0        },
    };
    struct lab lab;
    start(&lab);
    struct world_state *state = lab.world.state;
    const int64_t *purse = lab.world.purses.balance_micro;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const int64_t before = purse[lab.stage->maker];
        state->hedge_ubase = cases[i].size_ubase;
        state->hedge_mark_uusd = state->outside_price_uusd;
        state->outside_price_uusd += cases[i].move_uusd;
        purse_settle_hedge(&lab.world);
        check_i64(cases[i].name, purse[lab.stage->maker] - before, cases[i].profit_uusd);
        purse_settle_hedge(&lab.world);
        check_i64("only once", purse[lab.stage->maker] - before, cases[i].profit_uusd);
    }
    lab_close(&lab);
}

static void an_order_moves_flow(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const int64_t *purse = world->purses.balance_micro;
    const int64_t before = purse[lab.stage->maker];
    purse_trade_hedge(world, 5000000);
    check_i64("position", world->state->hedge_ubase, 5000000);
    check_i64("without depth and impact it is free", purse[lab.stage->maker], before);
    check_i64("flow", world->state->impact.bought_uusd,
              (int64_t)money_value_floor(5000000, world->state->outside_price_uusd));
    check_true("sound", purse_residual(world) == 0);
    lab_close(&lab);
}

/* A depth of 1 M USD within 2 %: half of 100 k USD is walked on average, a log of 0.001. */
static void an_order_pays_what_the_law_says(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", small);
    lab.stage->impact.config.depth_uusd = 1000000 * USD;
    lab.stage->impact.config.depth_elasticity = 0;
    struct world *world = &lab.world;
    world_init(world, 1, 0, false);
    const int64_t *purse = world->purses.balance_micro;
    const int64_t cash = purse[lab.stage->maker];
    const int64_t price = world->state->outside_price_uusd;
    purse_trade_hedge(world, money_mul_div_floor(-100000 * USD, MONEY_ONE, price));
    const double paid = (double)(cash - purse[lab.stage->maker]) / 1e6;
    check_close("1 - e^-0.001", paid, 100000 * 0.00099950016662500845, 0.001);
    check_true("sound", purse_residual(world) == 0);
    lab_close(&lab);
}

static void cash_on_the_bridge_is_in_transit(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t maker = lab.stage->maker;
    const int64_t *purse = world->purses.balance_micro;
    const int64_t before = purse[maker];
    purse_bridge(world, maker, ACCOUNT_POOL, before + 1);
    purse_bridge(world, maker, ACCOUNT_POOL, 0);
    purse_bridge(world, maker, ACCOUNT_POOL, -5);
    check_i64("more than there is, or nothing, is not sent", purse[maker], before);
    purse_bridge(world, maker, ACCOUNT_POOL, 1000 * USD);
    check_i64("sent", purse[maker], before - 1000 * USD);
    check_i64("under way", purse[OUTSIDE_TRANSIT], 1000 * USD);
    const int64_t pool = world->engine.ledger.balance_micro[ACCOUNT_POOL];
    world_advance(world, lab.stage->begin_ns + 19 * MINUTE_NS);
    check_i64("20 minutes long", purse[OUTSIDE_TRANSIT], 1000 * USD);
    world_advance(world, lab.stage->begin_ns + 23 * MINUTE_NS);
    check_i64("then it is there", purse[OUTSIDE_TRANSIT], 0);
    check_true("as a deposit of the pool",
               world->engine.ledger.balance_micro[ACCOUNT_POOL] >= pool + 1000 * USD);
    check_true("sound", purse_residual(world) == 0);
    lab_close(&lab);
}

static void gas_goes_to_its_account(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    const int64_t *purse = lab.world.purses.balance_micro;
    const int64_t before = purse[lab.stage->keeper];
    const int64_t gas = purse[OUTSIDE_GAS];
    purse_pay_gas(&lab.world, lab.stage->keeper, 7);
    check_i64("paid", purse[lab.stage->keeper], before - 7);
    check_i64("received", purse[OUTSIDE_GAS], gas + 7);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profit_of_the_hedge_is_settled_rounded_down),
        cmocka_unit_test(an_order_moves_flow),
        cmocka_unit_test(an_order_pays_what_the_law_says),
        cmocka_unit_test(cash_on_the_bridge_is_in_transit),
        cmocka_unit_test(gas_goes_to_its_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
