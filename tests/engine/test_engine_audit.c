/* Every identity of the engine, broken by one unit: the audit notices each. */
#include "tests/support/random_world.h"

/* A world in the middle of things: positions, debts, holds, dust, a used fund, auctions. */
static void open_busy(struct engine_world *world) {
    struct plain plain;
    uint64_t random = 19;
    int64_t price[PLAIN_INSTRUMENTS] = {usd(200), usd(3), usd(9000)};
    struct engine_terms terms = random_terms(&random);
    terms.instrument_count = 2;
    terms.escrow.queue = PLAIN_QUEUE;
    terms.escrow.finality_ns = 100000 * SECOND;
    world_open(world, &terms);
    plain_init(&plain, &world->terms);
    for (int step = 0; step < 6000; ++step) {
        if (step % 6 == 0) {
            const struct block_header header =
                random_header(&random, &world->engine.core->block);
            engine_begin_block(&world->engine, &header);
            plain_begin_block(&plain, &header);
        }
        const struct transaction transaction = random_transaction(&random, &plain, price);
        struct receipt receipt;
        plain_apply(&plain, &transaction, &receipt);
        world_do(world, transaction);
    }
    check_true("units", world->engine.collateral.balance_micro[ACCOUNT_EXTERNAL] < 0);
    check_true("holds", world->engine.ledger.totals->hold_micro > 0);
    check_true("dust", world->engine.ledger.balance_micro[ACCOUNT_DUST] > 0);
    check_true("fees", world->engine.core->fund_fees_uusd > 0);
    check_true("positions", world->engine.portfolio.market[0].long_ubase > 0);
    check_true("the pool's",
               portfolio_at(&world->engine.portfolio, ACCOUNT_POOL, 0)->size_ubase != 0);
    check_true("draws", world->engine.core->fund_draws_uusd > 0);
    check_true("insolvent auctions", world->engine.core->insolvent_uusd > 0);
    check_true("sound", engine_audit(&world->engine));
}

struct number {
    const char *name;
    int64_t *value;
    bool residual; /* noticed in O(1) */
};

static void one_unit_off_is_noticed(void **state) {
    (void)state;
    struct engine_world world;
    open_busy(&world);
    struct engine *engine = &world.engine;
    struct engine_core *core = engine->core;
    struct position *position = portfolio_at(&engine->portfolio, ACCOUNT_POOL, 0);
    struct contract *market = &engine->portfolio.market[0];
    const uint64_t head = engine->escrow.state->head;
    const struct number numbers[] = {
        {"balance of a participant", &engine->ledger.balance_micro[ACCOUNT_FIRST_USER],
         false                                                                                   },
        {"balance of the pool",      &engine->ledger.balance_micro[ACCOUNT_POOL],           false},
        {"cash",                     &engine->ledger.balance_micro[ACCOUNT_EXTERNAL],       false},
        {"clearing",                 &engine->ledger.balance_micro[ACCOUNT_CLEARING],       false},
        {"funding",                  &engine->ledger.balance_micro[ACCOUNT_FUNDING],        false},
        {"dust",                     &engine->ledger.balance_micro[ACCOUNT_DUST],           false},
        {"fund",                     &engine->ledger.balance_micro[ACCOUNT_FUND],           true },
        {"treasury",                 &engine->ledger.balance_micro[ACCOUNT_TREASURY],       false},
        {"hold",                     &engine->ledger.hold_micro[ACCOUNT_FIRST_USER],        false},
        {"queued withdrawal",        &engine->escrow.entry[head].amount_micro,              false},
        {"units of a participant",   &engine->collateral.balance_micro[ACCOUNT_FIRST_USER],
         false                                                                                   },
        {"units of the pool",        &engine->collateral.balance_micro[ACCOUNT_POOL],       false},
        {"units held",               &engine->collateral.balance_micro[ACCOUNT_EXTERNAL],   false},
        {"hold of units",            &engine->collateral.hold_micro[ACCOUNT_FIRST_USER],    false},
        {"size",                     &position->size_ubase,                                 false},
        {"cost",                     &position->cost_uusd,                                  false},
        {"longs",                    &market->long_ubase,                                   false},
        {"shorts",                   &market->short_ubase,                                  false},
        {"fund deposits",            &core->fund_deposits_uusd,                             true },
        {"fund fees",                &core->fund_fees_uusd,                                 true },
        {"fund penalties",           &core->fund_penalties_uusd,                            true },
        {"fund draws",               &core->fund_draws_uusd,                                true },
        {"fund tips",                &core->fund_tips_uusd,                                 true },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        for (int64_t unit = -1; unit <= 1; unit += 2) {
            *numbers[i].value += unit;
            check_true(numbers[i].name, !engine_audit(engine));
            check_true(numbers[i].name,
                       (engine_residual(engine) != 0) == numbers[i].residual);
            *numbers[i].value -= unit;
        }
    }
    const uint32_t auctioned = account_set_next(&engine->auctioned, 0);
    account_set_remove(&engine->auctioned, auctioned);
    check_true("an auction nobody knows of", !engine_audit(engine));
    account_set_add(&engine->auctioned, auctioned);
    check_true("sound again", engine_audit(engine));
    world_close(&world);
}

static void one_unit_off_in_a_sum_is_noticed(void **state) {
    (void)state;
    struct engine_world world;
    open_busy(&world);
    struct engine *engine = &world.engine;
    struct contract *market = &engine->portfolio.market[0];
    wide *const sums[] = {
        &engine->ledger.totals->balance_micro,
        &engine->ledger.totals->hold_micro,
        &engine->collateral.totals->balance_micro,
        &engine->collateral.totals->hold_micro,
        &engine->escrow.state->pending_micro[ASSET_CASH],
        &engine->escrow.state->pending_micro[ASSET_UNDERLYING],
        &portfolio_at(&engine->portfolio, ACCOUNT_POOL, 0)->funding_index,
        &market->funding_remainder,
        &engine->core->insolvent_uusd};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; ++i) {
        *sums[i] += 1;
        check_true("audit", !engine_audit(engine));
        check_true("residual of the running sums",
                   (engine_residual(engine) != 0) == (i < 6));
        *sums[i] -= 1;
    }
    market->funding_remainder += MONEY_INDEX_ONE;
    check_true("a whole unit as remainder", engine_residual(engine) != 0);
    market->funding_remainder -= MONEY_INDEX_ONE;
    check_true("sound again", engine_audit(engine));
    world_close(&world);
}

static void a_one_sided_entry_is_noticed_at_once(void **state) {
    (void)state;
    struct engine_world world;
    open_busy(&world);
    /* As if a movement had booked its debit and forgotten its credit. */
    world.engine.ledger.balance_micro[ACCOUNT_FIRST_USER] -= 5;
    world.engine.ledger.totals->balance_micro -= 5;
    check_true("residual", engine_residual(&world.engine) != 0);
    check_true("audit", !engine_audit(&world.engine));
    world_close(&world);
}

static void a_one_sided_entry_of_units_is_noticed_at_once(void **state) {
    (void)state;
    struct engine_world world;
    open_busy(&world);
    world.engine.collateral.balance_micro[ACCOUNT_POOL] += 5;
    world.engine.collateral.totals->balance_micro += 5;
    check_true("residual", engine_residual(&world.engine) != 0);
    check_true("audit", !engine_audit(&world.engine));
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_off_is_noticed),
        cmocka_unit_test(one_unit_off_in_a_sum_is_noticed),
        cmocka_unit_test(a_one_sided_entry_is_noticed_at_once),
        cmocka_unit_test(a_one_sided_entry_of_units_is_noticed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
