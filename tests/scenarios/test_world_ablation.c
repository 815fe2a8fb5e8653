/* What the storm's headlines owe to each mechanism, on the same paths of the whole
   black-thursday: none is decoration. */
#include "scenarios/ablation.h"
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 64, SEED = 22, SETS = 32 };

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

/* The storm without up to two mechanisms; NULL: none. */
static struct columns without(const char *one, const char *other) {
    const char *sets[SETS] = {NULL};
    const char *const names[] = {one, other};
    struct columns columns;
    struct lab lab;
    int count = 0;
    for (int n = 0; n < 2 && names[n] != NULL; ++n) {
        const struct ablation *row = named(names[n]);
        for (int i = 0; i < VARIANT_SETS && row->sets[i] != NULL; ++i) {
            sets[count++] = row->sets[i];
        }
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

/* Above three standard errors: one in 740 by chance, of each row.  Impact moves bad debt by
   as much only over 1,000 paths, see below. */
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
    const struct columns base = without(NULL, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct columns columns = without(rows[i].name, NULL);
        check_true(rows[i].name,
                   rows[i].sign * errors_of(&base, &columns, rows[i].headline) > 3);
    }
}

/* Accounts are closed at the index.  While it stands still in the storm, what closing does to
   the outside price does not come back to those who are closed next; an index of every block
   carries it on, and the same paths show it in bad debt. */
static void impact_costs_more_where_the_index_follows(void **state) {
    (void)state;
    const struct columns prompt = without("oracle lag", NULL);
    const struct columns neither = without("oracle lag", "impact");
    check_true("bad debt", errors_of(&prompt, &neither, DEBT) < -3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mechanism_moves_a_headline),
        cmocka_unit_test(impact_costs_more_where_the_index_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
