#include "engine/margin/watch.h"
#include "tests/support/engine_world.h"

enum { ALICE = ACCOUNT_FIRST_USER, BOB, CAROL, FIRST_OF_MANY };

/* An engine at 100 USD with a pool, Alice long 10 and Bob short 10 with 200 USD each. */
static void open_pair(struct engine_world *world, const struct engine_terms *terms) {
    world_open(world, terms);
    world_block(world, 1, BLOCK_GENESIS);
    world_report(world, 0, 0, usd(100));
    world_deposit(world, ACCOUNT_POOL, usd(1000000));
    world_deposit(world, ALICE, usd(200));
    world_deposit(world, BOB, usd(200));
    world_status("long", world_trade(world, ALICE, 0, base(10)), ENGINE_OK);
    world_status("short", world_trade(world, BOB, 0, base(-10)), ENGINE_OK);
}

static bool unhealthy(const struct engine_world *world, uint32_t account) {
    return account_set_has(&world->engine.watch.unhealthy, account);
}

/* A long of 10 at 100 with 200 is worth 200 + 10 (p - 100) and needs 0.5 p: liquidatable
   below 800 / 9.5 = 84.210526... .  The short needs 0.5 p of 200 - 10 (p - 100): above
   1200 / 10.5 = 114.285714... . */
static void an_account_is_named_from_the_unit_at_which_it_is_unhealthy(void **state) {
    (void)state;
    /* mark in micro-USD; Alice, Bob liquidatable */
    static const struct {
        int64_t mark;
        bool alice, bob;
    } rows[] = {
        {100000000, false, false},
        {84210527,  false, false},
        {84210526,  true,  false},
        {84210527,  false, false},
        {114285714, false, false},
        {114285715, false, true },
        {60000000,  true,  false},
        {200000000, false, true },
        {90000000,  false, false},
    };
    for (int exhaustive = 0; exhaustive <= 1; ++exhaustive) {
        struct engine_terms terms = world_terms(3);
        struct engine_world world;
        terms.watch.exhaustive = exhaustive;
        open_pair(&world, &terms);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
            world_block(&world, i + 2, 0);
            world_status("report", world_report(&world, 0, 0, rows[i].mark), ENGINE_OK);
            check_i64("Alice", unhealthy(&world, ALICE), rows[i].alice);
            check_i64("Bob", unhealthy(&world, BOB), rows[i].bob);
            check_i64("nobody else", *world.engine.watch.unhealthy.count,
                      rows[i].alice + rows[i].bob);
        }
        world_close(&world);
    }
}

static void funding_alone_makes_an_account_unhealthy(void **state) {
    (void)state;
    for (int exhaustive = 0; exhaustive <= 1; ++exhaustive) {
        struct engine_terms terms = world_terms(3);
        struct engine_world world;
        terms.watch.exhaustive = exhaustive;
        terms.instrument[0].funding_interest_ppm = 100000;
        open_pair(&world, &terms);
        /* 10 % a day of 1,000 USD: 100 USD a day; from 200 USD down to 50 takes 1.5 days. */
        struct block_header header = {.number = 2, .time_ns = 12 * SECOND};
        header.time_ns += 36 * 3600 * SECOND;
        engine_begin_block(&world.engine, &header);
        check_true("owes exactly the margin", !unhealthy(&world, ALICE));
        header.number = 3;
        header.time_ns += 1000;
        engine_begin_block(&world.engine, &header);
        check_true("and a microsecond later more", unhealthy(&world, ALICE));
        check_true("the short receives", !unhealthy(&world, BOB));
        world_close(&world);
    }
}

static void a_move_inside_the_boxes_looks_at_nobody(void **state) {
    (void)state;
    enum { MANY = 200 };
    struct engine_terms terms = world_terms(FIRST_OF_MANY - ACCOUNT_FIRST_USER + MANY);
    struct engine_world world;
    open_pair(&world, &terms);
    for (uint32_t a = FIRST_OF_MANY; a < FIRST_OF_MANY + MANY; ++a) {
        world_deposit(&world, a, usd(300 + a));
        world_trade(&world, a, 0, a % 2 == 0 ? base(10) : base(-10));
    }
    const uint64_t before = *world.engine.watch.evaluations;
    for (uint64_t block = 2; block < 100; ++block) {
        world_block(&world, block, 0);
        world_status("report",
                     world_report(&world, 0, 0, usd(100) + (int64_t)(block % 7) * 100000),
                     ENGINE_OK);
    }
    check_u64("evaluations", *world.engine.watch.evaluations - before, 0);
    world_block(&world, 100, 0);
    world_report(&world, 0, 0, usd(70));
    const uint64_t fall = *world.engine.watch.evaluations - before;
    check_true("a fall looks at longs only", fall > 0 && fall <= MANY / 2 + 1);
    check_true("and finds Alice", unhealthy(&world, ALICE));
    world_close(&world);
}

/* Short 10 at 100 with 15 units at a haircut of 10 % and 1,150 of debt; maintenance is 5 %
   of the first 1,000 of notional and all of what is above.  Health is 3 p - 150 up to 100 and
   800 - 6.5 p from there: zero at 50 and at 123.0769230769...: a fall and a rise are
   risks. */
static void open_hedged(struct engine_world *world, int64_t exhaustive, int64_t ignored) {
    struct engine_terms terms = world_terms(3);
    terms.collateral = (struct collateral_terms){.accepted = 1, .haircut_ppm = 100000};
    terms.watch.exhaustive = exhaustive;
    terms.watch.collateral_ignored = ignored;
    terms.instrument[0].margin.tier_count = 1;
    terms.instrument[0].margin.tier[0] = (struct margin_linear_tier){
        .above_uusd = usd(1000), .initial_ppm = MONEY_ONE, .maintenance_ppm = MONEY_ONE};
    world_open(world, &terms);
    world_block(world, 1, BLOCK_GENESIS | BLOCK_UNMARGINED);
    world_report(world, 0, 0, usd(100));
    world_deposit(world, ACCOUNT_POOL, usd(1000000));
    world_deposit_units(world, ALICE, base(15));
    struct transaction trade = {.kind = TRANSACTION_TRADE,
                                .account = ALICE,
                                .amount = base(10),
                                .price_uusd = usd(215)};
    world_status("dear", world_do(world, trade), ENGINE_OK);
    trade.amount = base(-20);
    trade.price_uusd = usd(100);
    world_status("cheap", world_do(world, trade), ENGINE_OK);
    check_i64("debt", world->engine.ledger.balance_micro[ALICE], usd(-1150));
}

/* Whether the filter names her as the definition does, along a walk of the mark. */
static bool hedged_named_in_time(int64_t ignored, int64_t from, int64_t step) {
    struct engine_world world;
    bool in_time = true;
    open_hedged(&world, 0, ignored);
    for (int64_t cents = from; cents > 3000 && cents < 17000; cents += step) {
        world_block(&world, world.engine.core->block.number + 1, 0);
        world_report(&world, 0, 0, cents * 10000);
        const struct margin margin = margin_evaluate(&world.engine.margin, ALICE);
        in_time = in_time && unhealthy(&world, ALICE) == margin_liquidatable(&margin);
    }
    world_close(&world);
    return in_time;
}

static void a_short_with_more_collateral_than_size_has_two_edges(void **state) {
    (void)state;
    static const struct {
        int64_t mark;
        bool unhealthy;
    } rows[] = {
        {100000000, false},
        {50000000,  false},
        {49999999,  true },
        {50000001,  false},
        {123076923, false},
        {123076924, true },
        {40000000,  true },
        {60000000,  false},
    };
    for (int exhaustive = 0; exhaustive <= 1; ++exhaustive) {
        struct engine_world world;
        open_hedged(&world, exhaustive, 0);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
            world_block(&world, i + 2, 0);
            world_report(&world, 0, 0, rows[i].mark);
            check_i64("Alice", unhealthy(&world, ALICE), rows[i].unhealthy);
        }
        world_close(&world);
    }
    check_true("all the way down", hedged_named_in_time(0, 9999, -1));
    check_true("all the way up", hedged_named_in_time(0, 10001, 1));
}

static void
collateral_that_the_constant_ignores_misses_an_unhealthy_account(void **state) {
    (void)state;
    check_true("the way down", !hedged_named_in_time(1, 9999, -1));
}

/* Drives the mark in small steps through Alice's edge and tells whether the filter names her
   at the same step as the definition does. */
static bool names_in_time(int64_t constant_ppm) {
    struct engine_terms terms = world_terms(3);
    struct engine_world world;
    bool in_time = true;
    terms.watch.constant_ppm = constant_ppm;
    open_pair(&world, &terms);
    for (int64_t cents = 9999; cents > 8000; --cents) {
        world_block(&world, world.engine.core->block.number + 1, 0);
        world_report(&world, 0, 0, cents * 10000);
        const struct margin margin = margin_evaluate(&world.engine.margin, ALICE);
        in_time = in_time && unhealthy(&world, ALICE) == margin_liquidatable(&margin);
    }
    world_close(&world);
    return in_time;
}

static void half_a_constant_misses_an_unhealthy_account(void **state) {
    (void)state;
    check_true("the proved constant", names_in_time(WATCH_EXACT_PPM));
    check_true("half of it", !names_in_time(WATCH_EXACT_PPM / 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_named_from_the_unit_at_which_it_is_unhealthy),
        cmocka_unit_test(funding_alone_makes_an_account_unhealthy),
        cmocka_unit_test(a_move_inside_the_boxes_looks_at_nobody),
        cmocka_unit_test(a_short_with_more_collateral_than_size_has_two_edges),
        cmocka_unit_test(
            collateral_that_the_constant_ignores_misses_an_unhealthy_account),
        cmocka_unit_test(half_a_constant_misses_an_unhealthy_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
