/* The insurance fund as a risk process: traders' fees flow in, what bankrupt accounts owe
   leaves through liquidation and waterfall, and the fund is ruined as often as the theory of
   Cramer and Lundberg says.  Defaults come at rate 1, what they owe is exponential with mean
   1 USD, fees come in at 1.2 USD per unit of time.

   Source  Asmussen and Albrecher (2010), Ruin Probabilities, 2nd ed.: chapter IV for
           psi(u) = exp(-u / 6) / 1.2, chapter V proposition 1.3 for psi(u, T). */
#include "sim/distribution.h"
#include "tests/support/engine_world.h"

#include <math.h>

enum { TRADER = ACCOUNT_FIRST_USER, DEFAULTER, KEEPER, USERS = 3 };
enum { PRICE = 100, MARGIN = 10 }; /* USD; the defaulter's on a position of one unit */

#define FEE_PPM INT64_C(10000)

struct process {
    double reserve_usd; /* the fund at the start */
    double owed_usd;    /* mean of what a default leaves */
    double horizon;     /* the time at which it ends; 0: none */
    double ceiling_usd; /* the balance at which it ends; 0: none */
};

struct path {
    struct engine_world world;
    struct rng rng;
    uint64_t block;
    int64_t deposits_uusd, fees_uusd, draws_uusd; /* of the fund, counted from outside */
};

static int64_t fund(const struct path *path) {
    return path->world.engine.ledger.balance_micro[ACCOUNT_FUND];
}

static void begin(struct path *path, uint64_t flags) {
    world_block(&path->world, ++path->block, flags);
}

static void open_path(struct path *path, const struct process *process, uint64_t number) {
    struct engine_terms terms = world_terms(USERS);
    terms.venue = (struct venue_terms){.fee_ppm = FEE_PPM, .fee_fund_ppm = MONEY_ONE};
    *path = (struct path){
        .rng = rng_stream(&(struct rng_address){.seed = 17, .path = number}),
        .deposits_uusd = (int64_t)(process->reserve_usd * MONEY_ONE)};
    struct engine_world *world = &path->world;
    world_open(world, &terms);
    begin(path, BLOCK_GENESIS);
    world_status("price", world_report(world, 0, 0, usd(PRICE)), ENGINE_OK);
    world_status("pool", world_deposit(world, ACCOUNT_POOL, usd(1000000)), ENGINE_OK);
    world_status("trader", world_deposit(world, TRADER, usd(1000000)), ENGINE_OK);
    if (path->deposits_uusd > 0) {
        world_status("fund", world_deposit(world, ACCOUNT_FUND, path->deposits_uusd),
                     ENGINE_OK);
    }
}

/* The trader buys and sells again for as much as it takes.  The engine rounds each fee up:
   two micro-USD more at most. */
static void earn(struct path *path, double fees_usd) {
    const double notional_usd = fees_usd / 2 * (double)MONEY_ONE / (double)FEE_PPM;
    const int64_t quantity = (int64_t)(notional_usd / PRICE * (double)MONEY_ONE);
    if (quantity == 0) {
        return;
    }
    const int64_t sides[] = {quantity, -quantity};
    for (int side = 0; side < 2; ++side) {
        world_status("trade", world_trade(&path->world, TRADER, 0, sides[side]),
                     ENGINE_OK);
        path->fees_uusd += path->world.receipt.fee_uusd;
    }
}

/* A long enters with its margin, in a block of genesis since those are free of fee; the price
   falls until it owes the amount; a keeper closes it out.  Tells whether the fund paid. */
static bool suffer(struct path *path, int64_t owed_uusd) {
    struct engine_world *world = &path->world;
    const struct transaction entry = {.kind = TRANSACTION_TRADE,
                                      .account = DEFAULTER,
                                      .amount = base(1),
                                      .price_uusd = usd(PRICE)};
    begin(path, BLOCK_GENESIS);
    world_status("margin", world_deposit(world, DEFAULTER, usd(MARGIN)), ENGINE_OK);
    world_status("entry", world_do(world, entry), ENGINE_OK);
    begin(path, 0);
    world_status("fall", world_report(world, 0, 0, usd(PRICE - MARGIN) - owed_uusd),
                 ENGINE_OK);
    world_status("close-out", world_liquidate(world, KEEPER, DEFAULTER, 0), ENGINE_OK);
    const struct receipt paid = world->receipt;
    check_i64("what it owes", paid.shortfall_uusd, owed_uusd);
    check_i64("who pays it",
              paid.fund_paid_uusd + paid.socialised_uusd + paid.pool_absorbed_uusd,
              owed_uusd);
    path->draws_uusd += paid.fund_paid_uusd;
    begin(path, 0);
    world_status("back", world_report(world, 0, 0, usd(PRICE)), ENGINE_OK);
    check_i64("to the unit", fund(path),
              path->deposits_uusd + path->fees_uusd - path->draws_uusd);
    check_true("residual", engine_residual(&world->engine) == 0);
    return paid.fund_paid_uusd == owed_uusd;
}

/* Between two defaults the balance only rises, and without a step: that it reaches the
   ceiling is seen before the next default. */
static bool is_ruined(const struct process *process, uint64_t number) {
    struct path path;
    open_path(&path, process, number);
    double now = 0;
    bool solvent = true;
    for (;;) {
        const double wait = distribution_exponential(&path.rng, 1);
        const double owed_usd = distribution_exponential(&path.rng, process->owed_usd);
        now += wait;
        if (process->horizon > 0 && now > process->horizon) {
            break;
        }
        earn(&path, 1.2 * wait);
        if (process->ceiling_usd > 0 &&
            fund(&path) >= (int64_t)(process->ceiling_usd * MONEY_ONE)) {
            break;
        }
        const int64_t owed_uusd = (int64_t)(owed_usd * MONEY_ONE);
        if (owed_uusd > 0 && !suffer(&path, owed_uusd)) {
            solvent = false;
            break;
        }
    }
    check_true("nothing is lost", engine_audit(&path.world.engine));
    world_close(&path.world);
    return !solvent;
}

/* The share of paths ruined, less what it should be, in standard errors of that many. */
static double errors_of(const struct process *process, int paths, double probability) {
    int ruined = 0;
    for (int number = 0; number < paths; ++number) {
        ruined += is_ruined(process, (uint64_t)number);
    }
    return ((double)ruined / paths - probability) /
           sqrt(probability * (1 - probability) / paths);
}

/* Four standard errors: one seed of 15,000 would fail. */
static void within_ten_units_of_time_the_fund_is_ruined_as_often_as_known(void **state) {
    (void)state;
    const struct process process = {.reserve_usd = 5, .owed_usd = 1, .horizon = 10};
    check_close("psi(5, 10)", errors_of(&process, 20000, 0.157983), 0, 4);
}

/* A path that has risen to a ceiling b is ruined later with probability psi(b), hence
   psi(u) = P + (1 - P) psi(b), and P is what a finite run can show. */
static void sooner_or_later_it_is_ruined_as_often_as_known(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double reserve_usd, psi;
    } cases[] = {
        {"psi(0)",  0,  0.833333},
        {"psi(5)",  5,  0.362165},
        {"psi(10)", 10, 0.157396},
    };
    const double at_ceiling = 0.029728; /* psi(20) */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const struct process process = {
            .reserve_usd = cases[i].reserve_usd, .owed_usd = 1, .ceiling_usd = 20};
        const double before = (cases[i].psi - at_ceiling) / (1 - at_ceiling);
        check_close(cases[i].name, errors_of(&process, 4000, before), 0, 4);
    }
}

/* Debts a tenth larger make psi(5, 10) = 0.224 by the same formula: 25 standard errors. */
static void larger_debts_would_be_noticed(void **state) {
    (void)state;
    const struct process process = {.reserve_usd = 5, .owed_usd = 1.1, .horizon = 10};
    check_true("noticed", errors_of(&process, 20000, 0.157983) > 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_ten_units_of_time_the_fund_is_ruined_as_often_as_known),
        cmocka_unit_test(sooner_or_later_it_is_ruined_as_often_as_known),
        cmocka_unit_test(larger_debts_would_be_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
