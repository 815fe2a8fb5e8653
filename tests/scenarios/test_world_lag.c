/* What a stuck oracle hides.  Accounts are closed at the index.  Reporters who stop at 80 gwei
   leave it behind when blocks cost twice that: accounts then leave at an older, better price,
   and what closing does to the outside price does not come back to those who are closed next.
   With reporters who pay what a block costs, congestion and impact have the signs of theory,
   and plainly; the same paths of the whole black-thursday. */
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 64, SEED = 23 };

struct columns {
    double debt[PATHS], insolvent[PATHS];
};

static struct columns run(const char *one, const char *other) {
    const char *const sets[] = {one, other, NULL};
    struct columns columns;
    struct lab lab;
    lab_open(&lab, "black-thursday", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, SEED, path);
        columns.debt[path] = (double)lab_money(&outcome, OUTCOME_BAD_DEBT);
        columns.insolvent[path] = (double)lab_money(&outcome, OUTCOME_INSOLVENCY);
    }
    lab_close(&lab);
    return columns;
}

/* The mean of second - first in its standard errors. */
static double errors_of(const double *first, const double *second) {
    double sum = 0, squares = 0;
    for (int path = 0; path < PATHS; ++path) {
        const double difference = second[path] - first[path];
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / PATHS;
    return mean / sqrt((squares / PATHS - mean * mean) / (PATHS - 1));
}

#define PAYING "reporters.fee_cap=1000 gwei"

/* Above three standard errors: one in 740 by chance; impact is weaker, 11 of them over 640
   paths, and has to show two, one in 44. */
static void
where_the_index_follows_congestion_and_impact_cost_what_they_must(void **state) {
    (void)state;
    const struct columns base = run(PAYING, NULL);
    const struct columns calmer = run(PAYING, "weather.congestion=0.4");
    const struct columns harder = run(PAYING, "impact.prefactor=1.4");
    check_true("half the congestion", errors_of(base.debt, calmer.debt) < -3);
    check_true("fewer insolvent", errors_of(base.insolvent, calmer.insolvent) < -3);
    check_true("twice the impact", errors_of(base.debt, harder.debt) > 2);
}

/* And it is the stuck index that shields accounts: paying reporters make it worse. */
static void a_stuck_index_shields_accounts(void **state) {
    (void)state;
    const struct columns stuck = run("reporters.fee_cap=80 gwei", NULL);
    const struct columns base = run(PAYING, NULL);
    check_true("bad debt", errors_of(stuck.debt, base.debt) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            where_the_index_follows_congestion_and_impact_cost_what_they_must),
        cmocka_unit_test(a_stuck_index_shields_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
