#include "engine/waterfall.h"
#include "tests/support/engine_world.h"

enum { A = ACCOUNT_FIRST_USER, B, C, D };

/* Amounts are whole micro-USD here: a base unit at a mark of 180 micro-USD is worth 180. */
static void place(struct engine_world *world, uint32_t account, int64_t funds,
                  int64_t size, int64_t price) {
    struct position *position = portfolio_at(&world->engine.portfolio, account, 0);
    ledger_move(&world->engine.ledger, ACCOUNT_EXTERNAL, account, funds);
    position->size_ubase = base(size);
    position->cost_uusd = size * price;
}

static void open_at(struct engine_world *world, int64_t mark) {
    const struct engine_terms terms = world_terms(4);
    world_open(world, &terms);
    /* What is in its working memory does not matter. */
    memset(world->engine.waterfall.stake, 0x5A,
           terms.account_count * sizeof(struct waterfall_stake));
    world->engine.core->mark_price_uusd[0] = mark;
    world->engine.portfolio.market[0].mark_price_uusd = mark;
}

static struct waterfall_payment cover(struct engine_world *world, uint32_t defaulter,
                                      int64_t shortfall) {
    return waterfall_cover(&world->engine.waterfall, defaulter, 0, shortfall);
}

static int64_t balance(const struct engine_world *world, uint32_t account) {
    return world->engine.ledger.balance_micro[account];
}

/* Vega, core/settlement, loss socialisation: mark 100 -> 180, p1 owes 8,000 and has 5,000,
   p2 is due 8,000 and aux2 80; p2 realises -2,970 and gets 5,030, aux2 50. */
static void winners_share_a_loss_as_in_vega(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    place(&world, A, 0, 100, 100); /* p2 */
    place(&world, B, 1000, -1, 100);
    place(&world, C, -3000, 0, 100); /* p1 after its close-out */
    place(&world, D, 0, 1, 100);     /* aux2, the last in order, takes the remainder */
    const struct waterfall_payment payment = cover(&world, C, 3000);
    check_i64("p2", balance(&world, A), -2970);
    check_i64("aux1 has no profit", balance(&world, B), 1000);
    check_i64("p1", balance(&world, C), 0);
    check_i64("aux2", balance(&world, D), -30);
    check_i64("fund", payment.fund_uusd, 0);
    check_i64("socialised", payment.socialised_uusd, 3000);
    check_i64("pool", payment.pool_uusd, 0);
    check_i64("equity of those charged", payment.charged_equity_uusd, 8080);
    check_true("touched", account_set_has(&world.engine.touched, A) &&
                              account_set_has(&world.engine.touched, D) &&
                              !account_set_has(&world.engine.touched, B));
    world_close(&world);
}

static void the_last_in_order_takes_the_remainder(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    place(&world, A, 0, 1, 100);   /* floor(3000 * 80 / 8080) = 29 */
    place(&world, B, 0, 100, 100); /* floor(3000 * 8000 / 8080) = 2970, and one more */
    place(&world, C, -3000, 0, 0);
    cover(&world, C, 3000);
    check_i64("first", balance(&world, A), -29);
    check_i64("last", balance(&world, B), -2971);
    world_close(&world);
}

static void the_fund_pays_first(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    ledger_move(&world.engine.ledger, ACCOUNT_EXTERNAL, ACCOUNT_FUND, 2000);
    place(&world, A, 0, 100, 100);
    place(&world, B, -1500, 0, 0);
    struct waterfall_payment payment = cover(&world, B, 1500);
    check_i64("all by the fund", payment.fund_uusd, 1500);
    check_i64("nobody else", payment.socialised_uusd + payment.charged_equity_uusd, 0);
    place(&world, B, -1500, 0, 0);
    payment = cover(&world, B, 1500);
    check_i64("the rest of the fund", payment.fund_uusd, 500);
    check_i64("then the winners", payment.socialised_uusd, 1000);
    check_i64("defaulter", balance(&world, B), 0);
    check_i64("fund", balance(&world, ACCOUNT_FUND), 0);
    world_close(&world);
}

static void a_winner_gives_no_more_than_its_equity(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    /* Profits 800 and 800; A has an equity of 100 only.  Wins 100 and 800: of 450, 50 and
       400. */
    place(&world, A, -700, 10, 100);
    place(&world, B, 0, 10, 100);
    place(&world, C, -450, 0, 0);
    const struct waterfall_payment payment = cover(&world, C, 450);
    check_i64("A", balance(&world, A), -750);
    check_i64("B", balance(&world, B), -400);
    check_i64("equity", payment.charged_equity_uusd, 900);
    world_close(&world);
}

static void beyond_the_profits_equity_shares_the_loss(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    /* The pool's profit is 80 of an equity of 280; A has none, 300 of cash; B is insolvent.
       Of 280: 80 by profit; 200 pro rata to 200 and 300. */
    place(&world, ACCOUNT_POOL, 200, 1, 100);
    place(&world, A, 300, 0, 0);
    place(&world, B, -10, 0, 0);
    place(&world, C, -280, 0, 0);
    account_set_add(&world.engine.touched, ACCOUNT_POOL); /* as by the close-out's fill */
    const struct waterfall_payment payment = cover(&world, C, 280);
    check_i64("pool", balance(&world, ACCOUNT_POOL), 200 - 80 - 80);
    check_i64("A", balance(&world, A), 300 - 120);
    check_i64("B", balance(&world, B), -10);
    check_i64("pool's part", payment.pool_uusd, 160);
    check_i64("socialised", payment.socialised_uusd, 120);
    check_i64("equity before, each once", payment.charged_equity_uusd, 280 + 300);
    world_close(&world);
}

static void what_nobody_has_stays_with_the_defaulter(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    place(&world, A, 300, 0, 0);
    place(&world, C, -1000, 0, 0);
    const struct waterfall_payment payment = cover(&world, C, 1000);
    check_i64("paid", payment.socialised_uusd, 300);
    check_i64("left", balance(&world, C), -700);
    check_i64("A", balance(&world, A), 0);
    world_close(&world);
}

static void a_held_withdrawal_is_not_charged(void **state) {
    (void)state;
    struct engine_world world;
    open_at(&world, 180);
    place(&world, A, 300, 0, 0);
    place(&world, B, 300, 0, 0);
    place(&world, C, -100, 0, 0);
    ledger_hold(&world.engine.ledger, A, 200);
    cover(&world, C, 100);
    check_i64("A by 100", balance(&world, A), 275);
    check_i64("B by 300", balance(&world, B), 225);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(winners_share_a_loss_as_in_vega),
        cmocka_unit_test(the_last_in_order_takes_the_remainder),
        cmocka_unit_test(the_fund_pays_first),
        cmocka_unit_test(a_winner_gives_no_more_than_its_equity),
        cmocka_unit_test(beyond_the_profits_equity_shares_the_loss),
        cmocka_unit_test(what_nobody_has_stays_with_the_defaulter),
        cmocka_unit_test(a_held_withdrawal_is_not_charged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
