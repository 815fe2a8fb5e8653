/* Which way the storm's headlines move when one value does: the whole of black-thursday, the
   same paths, path i against path i. */
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 64, SEED = 20 };

/* Accounts near the boundary are placed by the maintenance margin: without them the book
   stays what it is when that margin changes. */
#define BOOK "population.near_margin_share=0%"

struct columns {
    int64_t debt_uusd[PATHS], insolvent[PATHS], liquidated_uusd[PATHS];
};

static struct columns run(const char *const *sets) {
    struct columns columns;
    struct lab lab;
    lab_open(&lab, "black-thursday", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, SEED, path);
        columns.debt_uusd[path] = lab_money(&outcome, OUTCOME_BAD_DEBT);
        columns.insolvent[path] = lab_money(&outcome, OUTCOME_INSOLVENCY);
        columns.liquidated_uusd[path] = lab_money(&outcome, OUTCOME_LIQUIDATED_NOTIONAL);
    }
    lab_close(&lab);
    return columns;
}

static const struct columns *base(void) {
    static struct columns columns;
    static bool made;
    if (!made) {
        columns = run((const char *const[]){BOOK, NULL});
        made = true;
    }
    return &columns;
}

/* The mean of second - first in its standard errors. */
static double errors_of(const int64_t *first, const int64_t *second) {
    double sum = 0, squares = 0;
    for (int path = 0; path < PATHS; ++path) {
        const double difference = (double)(second[path] - first[path]) / 1e6;
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / PATHS;
    return mean / sqrt((squares / PATHS - mean * mean) / (PATHS - 1));
}

static void more_maintenance_margin_means_less_bad_debt(void **state) {
    (void)state;
    const struct columns more =
        run((const char *const[]){BOOK, "margin.maintenance=8%", NULL});
    check_true("bad debt", errors_of(base()->debt_uusd, more.debt_uusd) < -3);
}

static void a_fund_twice_as_large_saves_paths_and_ruins_none(void **state) {
    (void)state;
    const struct columns more =
        run((const char *const[]){BOOK, "fund.deposit=1.4M USD", NULL});
    int saved = 0;
    for (int path = 0; path < PATHS; ++path) {
        check_true("none", more.insolvent[path] <= base()->insolvent[path]);
        saved += more.insolvent[path] < base()->insolvent[path];
    }
    check_true("a tenth of them at least", saved >= PATHS / 10);
}

/* One of forty by chance for bad debt: paths whose liquidations fall into other blocks part
   company, and their differences are wide.  What is closed tells it beyond doubt. */
static void impact_closes_more_and_leaves_more_bad_debt(void **state) {
    (void)state;
    const struct columns none =
        run((const char *const[]){BOOK, "impact.feedback=off", NULL});
    const struct columns more =
        run((const char *const[]){BOOK, "impact.prefactor=7", NULL});
    check_true("closed", errors_of(none.liquidated_uusd, more.liquidated_uusd) > 3);
    check_true("bad debt", errors_of(none.debt_uusd, more.debt_uusd) > 2);
}

/* Without a penalty a part that was closed restores more health: the rest of the position
   stays open, and falls with the next leg of the storm. */
static void without_penalties_less_is_closed_and_more_is_lost(void **state) {
    (void)state;
    const struct columns waived =
        run((const char *const[]){BOOK, "liquidation.penalty=0%", "keepers.unpaid=on",
                                  "liquidation.keeper_least=0 USD", NULL});
    const struct columns unpaid =
        run((const char *const[]){BOOK, "keepers.unpaid=on", NULL});
    check_true("closed", errors_of(base()->liquidated_uusd, waived.liquidated_uusd) < -3);
    check_true("bad debt", errors_of(base()->debt_uusd, waived.debt_uusd) > 3);
    check_true("which unpaid keepers alone do not",
               fabs(errors_of(base()->debt_uusd, unpaid.debt_uusd)) < 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_maintenance_margin_means_less_bad_debt),
        cmocka_unit_test(a_fund_twice_as_large_saves_paths_and_ruins_none),
        cmocka_unit_test(impact_closes_more_and_leaves_more_bad_debt),
        cmocka_unit_test(without_penalties_less_is_closed_and_more_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
