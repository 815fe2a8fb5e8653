/* What the storm's headlines owe to each mechanism, on the same paths of the whole
   black-thursday: none is decoration. */
#include "scenarios/ablation.h"
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 64, SEED = 22 };

enum headline { DEBT, ACCOUNTS, HEDGED, HEADLINES };
static const enum outcome_field field[HEADLINES] = {
    OUTCOME_BAD_DEBT, OUTCOME_LIQUIDATED_ACCOUNTS, OUTCOME_POOL_PNL_HEDGED};

struct columns {
    double value[HEADLINES][PATHS];
};

static const struct ablation *named(const char *name) {
    const struct ablation *row = ablations;
    while (row->name != NULL && strcmp(row->name, name) != 0) {
        ++row;
    }
    check_true(name, row->name != NULL);
    return row;
}

/* The storm without a mechanism; NULL: with all of them. */
static struct columns without(const char *name) {
    const char *sets[VARIANT_SETS + 1] = {NULL};
    struct columns columns;
    struct lab lab;
    if (name != NULL) {
        memcpy(sets, named(name)->sets, sizeof named(name)->sets);
    }
    lab_open(&lab, "black-thursday", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, SEED, path);
        for (int h = 0; h < HEADLINES; ++h) {
            columns.value[h][path] = (double)lab_money(&outcome, field[h]);
        }
    }
    lab_close(&lab);
    return columns;
}

/* The mean of second - first in its standard errors. */
static double errors_of(const struct columns *first, const struct columns *second,
                        enum headline headline) {
    double sum = 0, squares = 0;
    for (int path = 0; path < PATHS; ++path) {
        const double difference =
            second->value[headline][path] - first->value[headline][path];
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / PATHS;
    return mean / sqrt((squares / PATHS - mean * mean) / (PATHS - 1));
}

/* Above three standard errors: one in 740 by chance, of each row.  Impact moves
   bad debt by as much only over 3,000 paths: test_world_lag.c. */
static void each_mechanism_moves_a_headline(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum headline headline;
        int sign; /* of the headline without the mechanism */
    } rows[] = {
        {"liquidation cost", DEBT,     1 },
        {"gas",              HEDGED,   -1},
        {"oracle lag",       DEBT,     1 },
        {"impact",           ACCOUNTS, -1},
    };
    const struct columns base = without(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct columns columns = without(rows[i].name);
        check_true(rows[i].name,
                   rows[i].sign * errors_of(&base, &columns, rows[i].headline) > 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mechanism_moves_a_headline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
