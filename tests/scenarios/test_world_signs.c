/* Signs that theory fixes, on common random numbers: the same book, the same storm. */
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 24, MANY = 128 };

#define STORM                                                                            \
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h", "population.accounts=150",  \
        "population.owners=120", "population.near_margin_share=20%",                     \
        "traders.look_mean=20min"
#define SMALL "population.accounts=150", "population.owners=120"

/* Bad debt, or any field, path by path. */
static void column(const char *preset, const char *const *sets, enum outcome_field field,
                   uint64_t paths, int64_t *to) {
    struct lab lab;
    lab_open(&lab, preset, sets);
    for (uint64_t path = 0; path < paths; ++path) {
        const struct outcome outcome = lab_run(&lab, 51, path);
        to[path] = lab_money(&outcome, field);
    }
    lab_close(&lab);
}

static void a_larger_fund_never_makes_a_path_insolvent(void **unused) {
    (void)unused;
    static const char *const funds[] = {"fund.deposit=50k USD", "fund.deposit=200k USD",
                                        "fund.deposit=800k USD", "fund.deposit=5M USD"};
    int64_t before[PATHS], now[PATHS];
    int64_t counts[4] = {0};
    for (int f = 0; f < 4; ++f) {
        const char *const sets[] = {funds[f], STORM, NULL};
        column("black-thursday", sets, OUTCOME_INSOLVENCY, PATHS, now);
        for (int path = 0; path < PATHS; ++path) {
            check_true(funds[f], f == 0 || now[path] <= before[path]);
            counts[f] += now[path];
        }
        memcpy(before, now, sizeof now);
    }
    check_true("it matters", counts[0] > counts[3] && counts[1] > counts[2]);
}

static void more_equity_lowers_what_a_gap_costs_path_by_path(void **unused) {
    (void)unused;
    static const char *const highest[] = {
        "population.leverage_high=10", "population.leverage_high=7",
        "population.leverage_high=5", "population.leverage_high=3"};
    int64_t before[PATHS], now[PATHS];
    for (int h = 0; h < 4; ++h) {
        const char *const sets[] = {highest[h], SMALL, "population.near_margin_share=0%",
                                    "traders.withdraw_chance=0%", NULL};
        column("single-gap", sets, OUTCOME_BAD_DEBT, PATHS, now);
        int64_t fell = 0;
        for (int path = 0; path < PATHS; ++path) {
            check_true(highest[h], h == 0 || now[path] <= before[path]);
            fell += h > 0 && now[path] < before[path];
        }
        check_true("it matters", h == 0 || fell > PATHS / 2 || before[0] == 0);
        memcpy(before, now, sizeof now);
    }
    check_i64("equity of a third outlives a fall of a fifth", before[0], 0);
}

static void a_larger_gap_costs_more_path_by_path(void **unused) {
    (void)unused;
    static const char *const gaps[] = {"market.gap=-10%", "market.gap=-20%",
                                       "market.gap=-30%", "market.gap=-50%"};
    int64_t before[PATHS], now[PATHS];
    for (int g = 0; g < 4; ++g) {
        const char *const sets[] = {gaps[g], SMALL, NULL};
        column("single-gap", sets, OUTCOME_BAD_DEBT, PATHS, now);
        for (int path = 0; path < PATHS; ++path) {
            check_true(gaps[g], g == 0 || now[path] > before[path]);
        }
        memcpy(before, now, sizeof now);
    }
}

/* The mean of the second less the first, paired, in its standard errors. */
static double paired(const char *preset, const char *const *first,
                     const char *const *second) {
    int64_t one[MANY], other[MANY];
    double sum = 0, squares = 0;
    column(preset, first, OUTCOME_BAD_DEBT, MANY, one);
    column(preset, second, OUTCOME_BAD_DEBT, MANY, other);
    for (int path = 0; path < MANY; ++path) {
        const double difference = (double)(other[path] - one[path]) / 1e6;
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / MANY;
    const double error = sqrt((squares / MANY - mean * mean) / MANY);
    return error > 0 ? mean / error : 0;
}

struct sign {
    const char *name, *preset;
    const char *base[12], *other[12]; /* the second has more bad debt */
};

/* A difference counts when it is above two standard errors: one in forty by chance. */
static void signs_on_average(void **unused) {
    (void)unused;
    static const struct sign signs[] = {
        {"no keepers",                                 "staircase-down", {SMALL, NULL},                           {SMALL, "keepers.count=0", NULL}},
        {"keepers that cannot pay their gas for long",
         "staircase-down",                                               {SMALL, NULL},
         {SMALL, "keepers.capital=400 USD", NULL}                                                                                                 },
        {"smaller close-outs",
         "staircase-down",                                               {SMALL, NULL},
         {SMALL, "liquidation.max_notional_per_block=2k USD",
          "liquidation.min_notional=500 USD", NULL}                                                                                               },
        {"keepers whose fee is fixed too low",
         "staircase-down",                                               {SMALL, NULL},
         {SMALL, "keepers.static_share=100%", "keepers.fee_median=13 gwei",
          "keepers.fee_sd=0.1", NULL}                                                                                                             },
        {"congestion",
         "black-thursday",                                               {STORM, "weather.congestion=0.4", NULL},
         {STORM, "weather.congestion=0.8", NULL}                                                                                                  },
        {"impact",
         "black-thursday",                                               {STORM, NULL},
         {STORM, "impact.prefactor=1.4", NULL}                                                                                                    },
    };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; ++i) {
        const double errors = paired(signs[i].preset, signs[i].base, signs[i].other);
        check_true(signs[i].name, errors > 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_larger_fund_never_makes_a_path_insolvent),
        cmocka_unit_test(more_equity_lowers_what_a_gap_costs_path_by_path),
        cmocka_unit_test(a_larger_gap_costs_more_path_by_path),
        cmocka_unit_test(signs_on_average),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
