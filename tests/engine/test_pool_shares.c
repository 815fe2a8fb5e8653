/* Shares of the pool: what they cost, what they bring, and who is refused. */
#include "engine/pool_shares.h"
#include "tests/support/engine_world.h"

enum { ANNA = ACCOUNT_FIRST_USER, BEN, CLARA, PARTICIPANTS = 3 };

static enum engine_status stake(struct engine_world *world, uint32_t account,
                                int64_t amount) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_STAKE,
                                                .account = account,
                                                .amount = amount});
}

static enum engine_status unstake(struct engine_world *world, uint32_t account,
                                  int64_t shares) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_UNSTAKE,
                                                .account = account,
                                                .amount = shares});
}

/* Everybody has 1,000 USD, the price is 100 USD, reserve 50 %, finality 60 s. */
static void open_world(struct engine_world *world) {
    struct engine_terms terms = world_terms(PARTICIPANTS);
    terms.pool_shares.reserve_ppm = 500000;
    world_open(world, &terms);
    world_block(world, 1, 0);
    world_status("a price", world_report(world, 0, 0, usd(100)), ENGINE_OK);
    for (uint32_t account = ANNA; account <= CLARA; ++account) {
        world_status("cash", world_deposit(world, account, usd(1000)), ENGINE_OK);
    }
}

static void the_first_share_costs_a_dollar(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    world_status("thirty were there", world_deposit(&world, ACCOUNT_POOL, usd(30)),
                 ENGINE_OK);
    world_status("the first owner", stake(&world, ANNA, usd(60)), ENGINE_OK);
    const struct pool_shares *shares = &world.engine.shares;
    check_i64("hers", shares->held[ANNA], usd(60));
    check_i64("the treasury's", shares->held[ACCOUNT_TREASURY], usd(30));
    check_i64("all", shares->totals->outstanding, usd(90));
    check_i64("receipt: shares", world.receipt.shares, usd(60));
    check_i64("receipt: cash", world.receipt.pool_cash_uusd, usd(60));
    check_i64("the pool", world.engine.ledger.balance_micro[ACCOUNT_POOL], usd(90));
    check_i64("her cash", world.engine.ledger.balance_micro[ANNA], usd(940));
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* 90 shares of a pool of 100 USD: a share is worth 10/9 of a dollar. */
static void both_ways_round_against_whoever_asks(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_deposit(&world, ACCOUNT_POOL, usd(10));
    world_status("one unit of cash is 0.9", stake(&world, BEN, 1), ENGINE_SHARES_DUST);
    world_status("seven", stake(&world, BEN, 7), ENGINE_OK);
    check_i64("are 6.3", world.receipt.shares, 6);
    world_status("ten shares", unstake(&world, ANNA, 10), ENGINE_OK);
    check_i64("are 11.11 units", world.receipt.pool_cash_uusd, -11);
    check_i64("and ten fewer", world.receipt.shares, -10);
    world_status("the rest of his", unstake(&world, BEN, 6), ENGINE_OK);
    check_i64("is 6.67 units", world.receipt.pool_cash_uusd, -6);
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

static void the_last_owner_takes_it_all(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_deposit(&world, ACCOUNT_POOL, usd(10) + 7);
    world_status("all of them", unstake(&world, ANNA, usd(90)), ENGINE_OK);
    check_i64("nothing is left", world.engine.ledger.balance_micro[ACCOUNT_POOL], 0);
    check_i64("no share, either", world.engine.shares.totals->outstanding, 0);
    check_i64("held for her", world.engine.ledger.hold_micro[ANNA], usd(100) + 7);
    check_i64("still on the chain", world.engine.ledger.balance_micro[ACCOUNT_EXTERNAL],
              -(usd(3010) + 7));
    world_block(&world, 5, 0); /* 48 s later */
    check_u64("not final", world.engine.escrow.state->count, 1);
    world_block(&world, 6, 0); /* 60 s later */
    check_u64("final", world.engine.escrow.state->count, 0);
    check_i64("gone", world.engine.ledger.balance_micro[ACCOUNT_EXTERNAL], -usd(2910));
    check_i64("her other cash", world.engine.ledger.balance_micro[ANNA], usd(910));
    check_true("audit", engine_audit(&world.engine));
    world_close(&world);
}

/* A long of one contract: the pool is short 100 USD and keeps 50. */
static void the_reserve_stays(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_status("a long", world_trade(&world, CLARA, 0, base(1)), ENGINE_OK);
    check_i64("payable", engine_redeemable_uusd(&world.engine), usd(40));
    world_status("a unit too many", unstake(&world, ANNA, usd(40) + 1),
                 ENGINE_POOL_RESERVE);
    check_i64("nothing changed", world.engine.shares.held[ANNA], usd(90));
    world_status("as many as it can", unstake(&world, ANNA, usd(40)), ENGINE_OK);
    check_i64("nothing more", engine_redeemable_uusd(&world.engine), 0);
    world_status("no unit more", unstake(&world, ANNA, 1), ENGINE_POOL_RESERVE);
    world_status("the long goes", world_trade(&world, CLARA, 0, -base(1)), ENGINE_OK);
    world_status("and so do the rest", unstake(&world, ANNA, usd(50)), ENGINE_OK);
    world_close(&world);
}

/* The price at 150: the pool owes the long 50 of its 90, then at 200 more than it has. */
static void a_pool_without_equity_has_worthless_shares(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_trade(&world, CLARA, 0, base(1));
    world_block(&world, 2, 0);
    world_report(&world, 0, 0, usd(150));
    world_status("40 of 90 dollars for all shares", stake(&world, BEN, usd(4)),
                 ENGINE_OK);
    check_i64("so many", world.receipt.shares, usd(9));
    world_block(&world, 3, 0);
    world_report(&world, 0, 0, usd(200));
    world_status("into a hole", stake(&world, BEN, usd(1)), ENGINE_POOL_INSOLVENT);
    world_status("out of it", unstake(&world, ANNA, usd(1)), ENGINE_POOL_INSOLVENT);
    world_close(&world);
}

static void whoever_may_not_is_told_why(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_status("the pool itself", stake(&world, ACCOUNT_POOL, usd(1)),
                 ENGINE_UNKNOWN_ACCOUNT);
    world_status("the treasury", unstake(&world, ACCOUNT_TREASURY, 1),
                 ENGINE_UNKNOWN_ACCOUNT);
    world_status("nobody", stake(&world, CLARA + 1, usd(1)), ENGINE_UNKNOWN_ACCOUNT);
    world_status("nothing", stake(&world, ANNA, 0), ENGINE_BAD_AMOUNT);
    world_status("less than nothing", unstake(&world, ANNA, -1), ENGINE_BAD_AMOUNT);
    world_status("not hers", unstake(&world, ANNA, usd(90) + 1),
                 ENGINE_INSUFFICIENT_SHARES);
    world_status("not his", unstake(&world, BEN, 1), ENGINE_INSUFFICIENT_SHARES);
    world_status("more than he has", stake(&world, BEN, usd(1000) + 1),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_trade(&world, BEN, 0, base(50));
    world_status("what margin needs", stake(&world, BEN, usd(500) + 1),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_status("what it does not", stake(&world, BEN, usd(500)), ENGINE_OK);
    world.engine.core->gated_until = 3;
    world_status("the gate", unstake(&world, ANNA, usd(1)), ENGINE_WITHDRAWALS_GATED);
    world.engine.core->gated_until = 0;
    world_block(&world, 400, 0); /* 80 minutes: the price is stale */
    world_status("an old price", unstake(&world, ANNA, usd(1)), ENGINE_STALE_PRICE);
    world_status("that way, too", stake(&world, CLARA, usd(1)), ENGINE_STALE_PRICE);
    world_close(&world);
}

/* The pool's gain is not cash yet: its equity may exceed what it can pay. */
static void cash_that_is_not_there_is_not_paid(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world_trade(&world, CLARA, 0, base(9));
    world_block(&world, 2, 0);
    world_report(&world, 0, 0, usd(20)); /* 720 of open profit for the pool */
    world_status("nine shares are 81 dollars", unstake(&world, ANNA, usd(9)), ENGINE_OK);
    check_i64("81", world.receipt.pool_cash_uusd, -usd(81));
    world_status("nine more", unstake(&world, ANNA, usd(9)), ENGINE_POOL_CASH);
    world_close(&world);
}

/* No stake and no unstake makes the others' share cheaper. */
static void a_share_never_loses_by_others_coming_or_going(void **unused) {
    (void)unused;
    struct engine_world world;
    uint64_t random = 5;
    int64_t done = 0;
    open_world(&world);
    for (uint64_t step = 0; step < 4000; ++step) {
        const struct pool_shares *shares = &world.engine.shares;
        world_block(&world, 2 + step, 0);
        world_report(&world, 0, 0, usd(100));
        if (step % 7 == 0) {
            world_deposit(&world, ACCOUNT_POOL, check_random_in(&random, 1, 999));
        }
        const wide equity = margin_equity_uusd(&world.engine.margin, ACCOUNT_POOL);
        const wide all = shares->totals->outstanding;
        const uint32_t who = ANNA + (uint32_t)(check_random(&random) % PARTICIPANTS);
        const int64_t amount = check_random_in(&random, 1, 5000);
        done += (step % 2 == 0 ? stake(&world, who, amount)
                               : unstake(&world, who, amount)) == ENGINE_OK;
        const wide after = margin_equity_uusd(&world.engine.margin, ACCOUNT_POOL);
        const wide all_after = shares->totals->outstanding;
        check_true("equity a share",
                   all == 0 || all_after == 0 || after * all >= equity * all_after);
        check_true("audit", engine_audit(&world.engine));
    }
    check_true("many came and went", done > 1000);
    world_close(&world);
}

static void the_most_shares_for_cash_is_exact(void **unused) {
    (void)unused;
    struct pool_shares_totals totals = {.outstanding = 90};
    const struct pool_shares shares = {.totals = &totals};
    for (int64_t equity = 1; equity < 400; equity += 3) {
        for (int64_t cash = 0; cash < 120; ++cash) {
            int64_t most = 0; /* by trying */
            for (int64_t s = 0; s <= 90; ++s) {
                most = s * equity / 90 <= cash ? s : most;
            }
            check_i64("most", pool_shares_worth_at_most(&shares, cash, equity), most);
        }
    }
    check_i64("worthless", pool_shares_worth_at_most(&shares, 5, 0), 0);
}

static void a_share_out_of_place_is_found(void **unused) {
    (void)unused;
    struct engine_world world;
    open_world(&world);
    stake(&world, ANNA, usd(90));
    world.engine.shares.held[BEN] += 1;
    check_true("a share from nowhere", !engine_audit(&world.engine));
    world.engine.shares.held[BEN] -= 1;
    world.engine.shares.totals->outstanding += 1;
    check_i64("a wrong total", (int64_t)engine_residual(&world.engine), 1);
    world.engine.shares.totals->outstanding -= 1;
    world.engine.shares.held[BEN] -= 1;
    world.engine.shares.held[ANNA] += 1;
    check_true("less than none", !engine_audit(&world.engine));
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_share_costs_a_dollar),
        cmocka_unit_test(both_ways_round_against_whoever_asks),
        cmocka_unit_test(the_last_owner_takes_it_all),
        cmocka_unit_test(the_reserve_stays),
        cmocka_unit_test(a_pool_without_equity_has_worthless_shares),
        cmocka_unit_test(whoever_may_not_is_told_why),
        cmocka_unit_test(cash_that_is_not_there_is_not_paid),
        cmocka_unit_test(a_share_never_loses_by_others_coming_or_going),
        cmocka_unit_test(the_most_shares_for_cash_is_exact),
        cmocka_unit_test(a_share_out_of_place_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
