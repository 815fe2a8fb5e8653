/* Owners of the pool who run, and the arbitrageur who trades against it, in whole paths. */
#include "scenarios/purse.h"
#include "tests/support/world_lab.h"

enum { PATHS = 5 };

#define STORM                                                                            \
    "market.start=2020-03-12T08:00:00Z", "world.horizon=6h", "population.accounts=120",  \
        "population.owners=100", "fund.deposit=100k USD", "traders.look_mean=20min"

static int64_t sum_of(const char *preset, const char *const *sets,
                      enum outcome_field field) {
    struct lab lab;
    int64_t sum = 0;
    lab_open(&lab, preset, sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, 71, path);
        check_i64("nothing is lost", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
        sum += lab_money(&outcome, field);
    }
    lab_close(&lab);
    return sum;
}

/* Who owns the pool, how many they are, and what it reserves, changes nothing while nobody
   leaves. */
static void owners_who_stay_change_nothing(void **unused) {
    (void)unused;
    static const char *const nobody[] = {STORM, "providers.count=0", NULL};
    static const char *const few[] = {STORM, "providers.count=3", "pool.reserve=900%",
                                      NULL};
    static const char *const many[] = {STORM, "providers.count=50", NULL};
    struct lab lab[3];
    lab_open(&lab[0], "black-thursday", nobody);
    lab_open(&lab[1], "black-thursday", few);
    lab_open(&lab[2], "black-thursday", many);
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct outcome outcome[3];
        for (int i = 0; i < 3; ++i) {
            outcome[i] = lab_run(&lab[i], 72, path);
            outcome[i].log_head[0] = outcome[i].log_head[1] = 0; /* has the stakes */
        }
        lab_same("three owners", &outcome[1], &outcome[0]);
        lab_same("fifty", &outcome[2], &outcome[0]);
        check_i64("nobody left", lab_money(&outcome[2], OUTCOME_LP_WITHDRAWN), 0);
        check_i64("nobody waits", lab_money(&outcome[2], OUTCOME_POOL_LIQUIDITY_GAP_MAX),
                  0);
    }
    for (int i = 0; i < 3; ++i) {
        lab_close(&lab[i]);
    }
}

static void more_who_run_take_more(void **unused) {
    (void)unused;
    static const char *const none[] = {STORM, "providers.run_share=0%", NULL};
    static const char *const some[] = {STORM, "providers.run_share=40%", NULL};
    static const char *const all[] = {STORM, "providers.run_share=100%", NULL};
    const int64_t few = sum_of("lp-run", some, OUTCOME_LP_WITHDRAWN);
    const int64_t most = sum_of("lp-run", all, OUTCOME_LP_WITHDRAWN);
    check_i64("none", sum_of("lp-run", none, OUTCOME_LP_WITHDRAWN), 0);
    check_true("some", few > PATHS * 1000000 * USD);
    check_true("all of them more", most > few + PATHS * 1000000 * USD);
}

/* Nobody delays and everybody runs: what the pool keeps is not paid out. */
static void the_reserve_is_what_is_left(void **unused) {
    (void)unused;
    static const char *const low[] = {STORM, "providers.run_share=100%",
                                      "providers.delay_median=0s", "pool.reserve=0%",
                                      NULL};
    static const char *const high[] = {STORM, "providers.run_share=100%",
                                       "providers.delay_median=0s", "pool.reserve=100%",
                                       NULL};
    static const char *const whole[] = {STORM, "providers.run_share=100%",
                                        "providers.delay_median=0s", "pool.reserve=1000%",
                                        NULL};
    const int64_t most = sum_of("lp-run", low, OUTCOME_LP_WITHDRAWN);
    const int64_t less = sum_of("lp-run", high, OUTCOME_LP_WITHDRAWN);
    check_true("a reserve is kept", less < most);
    check_true("more of it, more", sum_of("lp-run", whole, OUTCOME_LP_WITHDRAWN) < less);
    check_true("and they wait for it",
               sum_of("lp-run", whole, OUTCOME_POOL_LIQUIDITY_GAP_MAX) >
                   sum_of("lp-run", low, OUTCOME_POOL_LIQUIDITY_GAP_MAX));
}

/* Everybody leaves at once in a calm: what the pool earned is not what it paid out. */
static void pnl_is_net_of_what_owners_took(void **unused) {
    (void)unused;
    static const char *const leave[] = {
        "population.accounts=120",  "population.owners=100",   "world.horizon=12h",
        "providers.run_share=100%", "providers.price_fall=0%", NULL};
    struct lab lab;
    lab_open(&lab, "calm", leave);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, 73, path);
        const int64_t pnl = lab_money(&outcome, OUTCOME_POOL_PNL);
        check_true("most of it went",
                   lab_money(&outcome, OUTCOME_LP_WITHDRAWN) > 6000000 * USD);
        check_true("a calm makes and costs little", money_magnitude(pnl) < 600000 * USD);
    }
    lab_close(&lab);
}

static void what_is_owned_at_the_end_is_paid_out(void **unused) {
    (void)unused;
    static const char *const sets[] = {"population.accounts=120", "population.owners=100",
                                       "world.horizon=2h", NULL};
    struct lab lab;
    struct outcome outcome;
    lab_open(&lab, "calm", sets);
    const struct engine *engine = &lab.world.engine;
    world_init(&lab.world, 74, 0, false);
    world_advance(&lab.world, lab.stage->end_ns);
    check_i64("while it runs", engine->shares.totals->outstanding, 12000000 * USD);
    world_outcome(&lab.world, &outcome);
    check_i64("no share is left", engine->shares.totals->outstanding, 0);
    check_i64("no cash, either", engine->ledger.balance_micro[ACCOUNT_POOL], 0);
    lab_close(&lab);
}

static void the_watch_and_the_audit_change_no_bit(void **unused) {
    (void)unused;
    static const char *const sets[] = {STORM, NULL};
    static const char *const slow[] = {STORM, "performance.watch=exhaustive",
                                       "performance.audit=block", NULL};
    struct lab fast, careful;
    lab_open(&fast, "lp-run", sets);
    lab_open(&careful, "lp-run", slow);
    for (uint64_t path = 0; path < 2; ++path) {
        const struct outcome want = lab_run(&fast, 75, path);
        const struct outcome got = lab_run(&careful, 75, path);
        lab_same("exhaustive", &got, &want);
        check_true("it did something", lab_money(&want, OUTCOME_ARBITRAGE_PNL) != 0);
    }
    lab_close(&fast);
    lab_close(&careful);
}

/* Whatever it gains, others lose: the pool and its hedge, mostly. */
static void the_arbitrageur_takes_from_the_pool(void **unused) {
    (void)unused;
    static const char *const without[] = {STORM, "arbitrageur.capital=0 USD", NULL};
    static const char *const with[] = {STORM, "arbitrageur.capital=1M USD", NULL};
    check_i64("none", sum_of("black-thursday", without, OUTCOME_ARBITRAGE_PNL), 0);
    check_true("one earns", sum_of("black-thursday", with, OUTCOME_ARBITRAGE_PNL) > 0);
    check_true("the pool pays",
               sum_of("black-thursday", with, OUTCOME_POOL_PNL_HEDGED) <
                   sum_of("black-thursday", without, OUTCOME_POOL_PNL_HEDGED));
}

static void what_it_owns_is_its_capital_and_its_gains(void **unused) {
    (void)unused;
    static const char *const sets[] = {STORM, "arbitrageur.capital=1M USD",
                                       "arbitrageur.chain_share=30%", NULL};
    struct lab lab;
    lab_open(&lab, "black-thursday", sets);
    struct world *world = &lab.world;
    const uint32_t account = lab.stage->arbitrageur;
    world_init(world, 76, 0, false);
    check_i64("on the chain", world->engine.ledger.balance_micro[account], 300000 * USD);
    check_i64("outside", world->purses.balance_micro[account], 700000 * USD);
    check_i64("together", record_arbitrage_uusd(world), 1000000 * USD);
    world_advance(world, lab.stage->end_ns);
    check_i64("no unit of risk is lost", (int64_t)purse_residual(world), 0);
    const wide chain = margin_equity_uusd(&world->outside_view, account) +
                       world->engine.ledger.hold_micro[account];
    const int64_t unpaid = (int64_t)money_value_floor(
        world->state->arbitrage_ubase,
        world->state->outside_price_uusd - world->state->arbitrage_mark_uusd);
    check_i64("chain, purse, and what the market owes",
              (int64_t)chain + world->purses.balance_micro[account] + unpaid,
              record_arbitrage_uusd(world));
    check_true(
        "it hedges what it holds",
        money_magnitude(world->state->arbitrage_ubase +
                        portfolio_at(&world->engine.portfolio, account, 0)->size_ubase) <=
            500 * MONEY_ONE);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_who_stay_change_nothing),
        cmocka_unit_test(more_who_run_take_more),
        cmocka_unit_test(the_reserve_is_what_is_left),
        cmocka_unit_test(pnl_is_net_of_what_owners_took),
        cmocka_unit_test(what_is_owned_at_the_end_is_paid_out),
        cmocka_unit_test(the_watch_and_the_audit_change_no_bit),
        cmocka_unit_test(the_arbitrageur_takes_from_the_pool),
        cmocka_unit_test(what_it_owns_is_its_capital_and_its_gains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
