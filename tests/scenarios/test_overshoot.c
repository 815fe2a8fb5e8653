/* What a jump leaves unpaid.  The log price is Kou's: a diffusion with jumps, down with an
   exponential size of rate eta.  An account is closed out once it is below its maintenance
   margin.  The diffusion closes it there, without a loss; a jump goes on, and by how much is
   exponential with rate eta again, whatever the account's distance was.  Only what exceeds
   the margin that is left becomes a shortfall, and that excess is exponential once more.

   With b the distance to the barrier in logarithms, d the one from there to bankruptcy, and a
   drift towards the barrier,
     P(shortfall) = exp(-eta d) (1 - eta / beta) (1 - exp(-b beta)),   beta > eta,
   where beta is the root of the exponent G(beta) = 0 of minus the log price.

   Source  Kou and Wang (2003), First passage times of a jump diffusion process, Advances in
           Applied Probability 35(2), theorem 3.1 with alpha -> 0. */
#include "sim/distribution.h"
#include "tests/support/engine_world.h"

#include <math.h>

enum { TRADER = ACCOUNT_FIRST_USER, KEEPER, USERS = 2, RUNS = 20000 };

/* Per unit of time; a long of 100 units at 100 USD with 1,000 USD at 5 %: the barrier is
   90 / 0.95, bankruptcy is at 90. */
#define DRIFT      (-0.02)
#define VOLATILITY 0.03
#define JUMP_RATE  1.0
#define DOWN_SHARE 0.6
#define DOWN_ETA   20.0
#define UP_ETA     25.0
#define UNITS      100
#define PRICE      100.0
#define BANKRUPT   90.0
#define BARRIER    (BANKRUPT / 0.95)

/* G of minus the log price: its down jumps are up. */
static double exponent(double x) {
    return -DRIFT * x + VOLATILITY * VOLATILITY * x * x / 2 +
           JUMP_RATE * (DOWN_SHARE * DOWN_ETA / (DOWN_ETA - x) +
                        (1 - DOWN_SHARE) * UP_ETA / (UP_ETA + x) - 1);
}

/* The root above eta, where the exponent rises from minus infinity. */
static double root_above_eta(void) {
    double low = DOWN_ETA, high = 1e6;
    check_true("one root", exponent(high) > 0);
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        if (exponent(middle) < 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

struct run {
    struct engine_world world;
    struct rng rng;
    uint64_t block;
};

static void open_run(struct run *run) {
    struct engine_terms terms = world_terms(USERS);
    *run = (struct run){.rng = rng_stream(&(struct rng_address){.seed = 18})};
    world_open(&run->world, &terms);
    world_block(&run->world, ++run->block, BLOCK_GENESIS);
    world_status("price", world_report(&run->world, 0, 0, usd(100)), ENGINE_OK);
    world_status("pool", world_deposit(&run->world, ACCOUNT_POOL, usd(1000000000)),
                 ENGINE_OK);
    world_status("fund", world_deposit(&run->world, ACCOUNT_FUND, usd(1000000000)),
                 ENGINE_OK);
}

/* The oracle reports the price, and a keeper tries: whether the account was closed. */
static bool look(struct run *run, double price) {
    struct engine_world *world = &run->world;
    world_block(world, ++run->block, 0);
    world_status("report", world_report(world, 0, 0, (int64_t)(price * MONEY_ONE)),
                 ENGINE_OK);
    const enum engine_status status = world_liquidate(world, KEEPER, TRADER, 0);
    check_true("the engine's barrier is where the algebra has it",
               status == (price < BARRIER ? ENGINE_OK : ENGINE_HEALTHY));
    return status == ENGINE_OK;
}

/* The lowest value of a Brownian motion between its ends. */
static double lowest_between(struct run *run, double from, double to, double time) {
    const double e = distribution_exponential(&run->rng, 1);
    const double move = to - from;
    return (from + to - sqrt(move * move + 2 * VOLATILITY * VOLATILITY * time * e)) / 2;
}

static double jump(struct run *run) {
    const double which = rng_uniform(&run->rng);
    return which < DOWN_SHARE ? -distribution_exponential(&run->rng, 1 / DOWN_ETA)
                              : distribution_exponential(&run->rng, 1 / UP_ETA);
}

/* One account until it is closed: what it owes then. */
static int64_t shortfall_uusd(struct run *run) {
    struct engine_world *world = &run->world;
    world_block(world, ++run->block, 0);
    world_status("start", world_report(world, 0, 0, usd(100)), ENGINE_OK);
    const int64_t held = world->engine.ledger.balance_micro[TRADER];
    world_status("margin", world_deposit(world, TRADER, usd(1000) - held), ENGINE_OK);
    world_status("entry", world_trade(world, TRADER, 0, base(UNITS)), ENGINE_OK);
    double x = 0; /* log price against the start */
    for (bool closed = false; !closed;) {
        const double wait = distribution_exponential(&run->rng, 1 / JUMP_RATE);
        const double z = distribution_normal(&run->rng);
        const double before = x + DRIFT * wait + VOLATILITY * sqrt(wait) * z;
        if (PRICE * exp(lowest_between(run, x, before, wait)) < BARRIER) {
            /* It passes the barrier without a jump: seen there, a micro-USD below. */
            closed = look(run, BARRIER - 2e-6);
        } else {
            x = before + jump(run);
            closed = look(run, PRICE * exp(x));
        }
    }
    check_true("nothing is lost", engine_residual(&world->engine) == 0);
    return world->receipt.shortfall_uusd;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The largest distance between the sample's distribution and the exponential one, times the
   root of the size: above 2.2 with a probability of 2 exp(-2 * 2.2^2) = 1.3e-4. */
static double kolmogorov(double *sample, int count, double rate) {
    double most = 0;
    qsort(sample, (size_t)count, sizeof *sample, ascending);
    for (int i = 0; i < count; ++i) {
        const double law = -expm1(-rate * sample[i]);
        most = fmax(most, fmax(law - (double)i / count, (double)(i + 1) / count - law));
    }
    return most * sqrt(count);
}

static double excess[RUNS];

static void shortfalls_follow_the_overshoot_of_kou(void **state) {
    (void)state;
    struct run run;
    int count = 0;
    open_run(&run);
    for (int i = 0; i < RUNS; ++i) {
        const int64_t owed_uusd = shortfall_uusd(&run);
        if (owed_uusd > 0) {
            /* It owes units x (bankrupt - price). */
            excess[count++] = -log1p(-(double)owed_uusd / MONEY_ONE / (UNITS * BANKRUPT));
        }
    }
    check_true("audit", engine_audit(&run.world.engine));
    world_close(&run.world);
    const double beta = root_above_eta();
    const double p = exp(-DOWN_ETA * log(BARRIER / BANKRUPT)) * (1 - DOWN_ETA / beta) *
                     -expm1(-log(PRICE / BARRIER) * beta);
    /* Four standard errors of a share of RUNS. */
    check_close("P(shortfall)", (double)count / RUNS, p, 4 * sqrt(p * (1 - p) / RUNS));
    check_true("exponential", kolmogorov(excess, count, DOWN_ETA) < 2.2);
    /* A rate a tenth larger moves the law by 0.1 / e = 0.037 at most: 0.037 sqrt(4,000) is
       2.3 on top of the sample's own distance. */
    check_true("another rate would be noticed",
               kolmogorov(excess, count, 1.1 * DOWN_ETA) > 2.2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortfalls_follow_the_overshoot_of_kou),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
