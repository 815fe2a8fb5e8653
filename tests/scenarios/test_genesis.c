/* The book before time begins: sides, margins, cash, and no residual. */
#include "tests/support/world_lab.h"

static const char *const presets[] = {"black-thursday", "calm", "single-gap",
                                      "staircase-down"};

static void the_book_is_sound(void **unused) {
    (void)unused;
    for (size_t p = 0; p < sizeof presets / sizeof presets[0]; ++p) {
        struct lab lab;
        lab_open(&lab, presets[p], NULL);
        const struct stage *stage = lab.stage;
        const struct engine *engine = &lab.world.engine;
        for (uint64_t path = 0; path < 4; ++path) {
            world_init(&lab.world, 61, path, false);
            const struct contract *contract = &engine->portfolio.market[0];
            const struct position *pool =
                portfolio_at(&engine->portfolio, ACCOUNT_POOL, 0);
            check_u64("fine", lab.world.state->status, OUTCOME_STATUS_COMPLETE);
            check_true("audit", engine_audit(engine));
            check_i64("longs = shorts + pool", contract->long_ubase,
                      contract->short_ubase - pool->size_ubase);
            check_true(
                "open interest",
                money_magnitude((int64_t)money_value_floor(contract->long_ubase,
                                                           stage->start_price_uusd) -
                                stage->scenario.population.long_uusd) < 2 * USD);
            check_i64("the index", contract->index_price_uusd, stage->start_price_uusd);
            for (uint32_t a = stage->trader; a < stage->provider; ++a) {
                const struct margin margin = margin_evaluate(&engine->margin, a);
                check_true("initial margin", margin.equity_uusd >= margin.initial_uusd);
                check_true("a position", margin.exposed);
            }
            check_i64("the pool is owned", engine->shares.totals->outstanding,
                      stage->scenario.pool.deposit_uusd);
            check_i64("a twentieth each", engine->shares.held[stage->provider + 19],
                      stage->scenario.pool.deposit_uusd / 20);
            check_i64("the fund", engine->ledger.balance_micro[ACCOUNT_FUND],
                      stage->scenario.fund.deposit_uusd);
            check_i64("no fees", engine->ledger.balance_micro[ACCOUNT_TREASURY], 0);
            check_i64("emitted flow is the pool's", lab.world.state->flow_emitted_ubase,
                      pool->size_ubase);
        }
        lab_close(&lab);
    }
}

/* The book does not depend on the storm, the fund or the fees: common random numbers. */
static void other_settings_leave_the_book_alone(void **unused) {
    (void)unused;
    static const char *const other[] = {"market.severity=2",        "fund.deposit=7 USD",
                                        "weather.base_fee=99 gwei", "keepers.count=3",
                                        "oracle.reporters=9",       NULL};
    struct lab a, b;
    lab_open(&a, "black-thursday", NULL);
    lab_open(&b, "black-thursday", other);
    world_init(&a.world, 62, 5, false);
    world_init(&b.world, 62, 5, false);
    check_bytes("holders", b.world.holder, a.world.holder,
                a.stage->trader_count * sizeof *a.world.holder);
    lab_close(&a);
    lab_close(&b);
}

static void purses_hold_what_was_given(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", NULL);
    const struct stage *stage = lab.stage;
    const int64_t *purse = lab.world.purses.balance_micro;
    world_init(&lab.world, 63, 1, false);
    check_i64("the maker", purse[stage->maker],
              stage->scenario.market_maker.capital_uusd);
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        check_i64("a keeper", purse[stage->keeper + i], 250000 * USD);
    }
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        check_i64("a trader", purse[stage->trader + i], lab.world.holder[i].wallet_uusd);
    }
    check_i64("the chain", purse[OUTSIDE_CHAIN],
              -lab.world.engine.ledger.balance_micro[ACCOUNT_EXTERNAL]);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_is_sound),
        cmocka_unit_test(other_settings_leave_the_book_alone),
        cmocka_unit_test(purses_hold_what_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
