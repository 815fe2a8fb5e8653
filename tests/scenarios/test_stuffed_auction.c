/* What portfolio auctions bring in while somebody fills the blocks, on the same paths: with
   and without him, with keepers who pay for their gas and with keepers who do not. */
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 12, SEED = 2021 };

struct tally {
    double trigger_usd, regained_usd;  /* sums over paths: equity-weighted recovery */
    double auctioned_usd, nothing_usd; /* notional: cleared or left over, for nothing */
    double share[PATHS];               /* auction_recovery */
};

static struct tally run(const char *const *sets) {
    struct lab lab;
    struct tally tally = {0};
    lab_open(&lab, "stuffed-auction", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, SEED, path);
        const struct record_totals *totals = lab.world.record.totals;
        check_i64("identities", lab_money(&outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
        check_true("auctions", !outcome_missing(&outcome, OUTCOME_AUCTION_RECOVERY));
        tally.share[path] = outcome.value[OUTCOME_AUCTION_RECOVERY].real;
        tally.trigger_usd += (double)totals->auction_trigger_uusd / 1e6;
        tally.regained_usd += (double)totals->auction_recovered_uusd / 1e6;
        tally.auctioned_usd += (double)totals->auctioned_uusd / 1e6;
        tally.nothing_usd += (double)totals->zero_bid_uusd / 1e6;
    }
    lab_close(&lab);
    return tally;
}

/* The preset as it is. */
static const struct tally *stuffed(void) {
    static struct tally tally;
    static bool made;
    if (!made) {
        tally = run((const char *const[]){NULL});
        made = true;
    }
    return &tally;
}

static double recovery(const struct tally *tally) {
    return tally->regained_usd / tally->trigger_usd;
}

static double zero_bids(const struct tally *tally) {
    return tally->nothing_usd / tally->auctioned_usd;
}

/* The mean of second - first of the paths' recoveries, in its standard errors. */
static double errors_of(const struct tally *first, const struct tally *second) {
    double sum = 0, squares = 0;
    for (int path = 0; path < PATHS; ++path) {
        const double difference = second->share[path] - first->share[path];
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / PATHS;
    return mean / sqrt((squares / PATHS - mean * mean) / (PATHS - 1));
}

static const char *const payers[] = {"stuffer.on=off", "keepers.static_share=0%", NULL};

/* Over 128 paths the means are 0.82 and 0.32 of what accounts had when they fell below
   maintenance, with standard errors of 0.005 and 0.016; 3 % and three quarters of the
   notional go for nothing. */
static void a_stuffer_leaves_less_than_half_of_what_auctions_bring_in(void **state) {
    (void)state;
    const struct tally calm = run(payers);
    check_true("above 0.8", recovery(&calm) > 0.8);
    check_true("below 0.5", recovery(stuffed()) < 0.5);
    check_true("more for nothing", zero_bids(stuffed()) > zero_bids(&calm) + 0.3);
    check_true("path by path", errors_of(&calm, stuffed()) < -5);
}

/* Keepers who pay what a block costs get past him now and then: 0.52 over 128 paths. */
static void keepers_who_pay_for_their_gas_bring_in_more_beside_him(void **state) {
    (void)state;
    const struct tally paid = run((const char *const[]){"keepers.static_share=0%", NULL});
    check_true("recovery", errors_of(stuffed(), &paid) > 3);
    check_true("for nothing", zero_bids(&paid) < zero_bids(stuffed()));
}

/* Maintenance of 6.5 % is gone before anybody can bid, be the chain free and empty, keepers
   indifferent to risk, and the oracle of every block: 0.73 over 48 paths. */
static void thin_margins_leave_less_than_that_to_anybody(void **state) {
    (void)state;
    const struct tally thin = run((const char *const[]){
        "stuffer.on=off", "keepers.static_share=0%", "margin.maintenance=6.5%",
        "margin.initial=10%", "population.leverage_median=3.5",
        "population.leverage_high=10", "weather.base_fee=0 gwei",
        "weather.gas_share=100%", "keepers.risk_aversion=0", "reporters.look=12s",
        "oracle.deviation=0%", NULL});
    check_true("below 0.8", recovery(&thin) < 0.8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuffer_leaves_less_than_half_of_what_auctions_bring_in),
        cmocka_unit_test(keepers_who_pay_for_their_gas_bring_in_more_beside_him),
        cmocka_unit_test(thin_margins_leave_less_than_that_to_anybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
