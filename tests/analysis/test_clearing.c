/* Payments in a network of debts: published vectors, laws, and an iteration of another kind. */
#include "analysis/systemic/clearing.h"
#include "tests/support/check.h"

#include <math.h>

enum { NODES = 7, DEBTS = NODES * NODES, SYSTEMS = 400 };

/* A system small enough to look at, with its own room. */
struct small {
    struct clearing_system system;
    double asset[NODES], external[NODES];
    struct clearing_debt debt[DEBTS];
};

static void add(struct small *small, uint32_t from, uint32_t to, double amount) {
    small->debt[small->system.debt_count++] =
        (struct clearing_debt){.from = from, .to = to, .amount = amount};
}

static void begin(struct small *small, size_t count) {
    *small = (struct small){
        .system = {.count = count, .alpha = 1, .beta = 1}
    };
    small->system.asset = small->asset;
    small->system.external = small->external;
    small->system.debt = small->debt;
}

static void mesh(struct small *small) {
    static const double asset[] = {0.5, 0.625, 0.75}, external[] = {1.5, 0.5, 0.5};
    begin(small, 3);
    for (uint32_t i = 0; i < 3; ++i) {
        small->asset[i] = asset[i];
        small->external[i] = external[i];
        for (uint32_t j = 0; j < 3; ++j) {
            if (i != j) {
                add(small, i, j, 0.5);
            }
        }
    }
}

static void the_mesh_pays_the_published_vector(void **state) {
    (void)state;
    static const double paid[] = {165.0 / 112, 159.0 / 112, 1.5};
    static const unsigned char defaulted[] = {1, 1, 0};
    struct small small;
    struct clearing_solution solution;
    mesh(&small);
    assert_true(clearing_solve(&small.system, &solution));
    for (size_t i = 0; i < 3; ++i) {
        check_close("paid", solution.paid[i], paid[i], 1e-14);
        check_i64("default", solution.defaulted[i], defaulted[i]);
    }
    check_u64("first", solution.first, 1);
    check_u64("in the end", solution.defaults, 2);
    check_u64("rounds", solution.rounds, 2);
    clearing_free(&solution);
}

static void the_ring_pays_in_full(void **state) {
    (void)state;
    static const double asset[] = {20, 20, 10}, external[] = {17, 18, 8};
    static const double paid[] = {21, 21, 10}, equity[] = {1, 3, 3};
    struct small small;
    struct clearing_solution solution;
    begin(&small, 3);
    for (uint32_t i = 0; i < 3; ++i) {
        small.asset[i] = asset[i];
        small.external[i] = external[i];
        add(&small, i, (i + 1) % 3, 4.0 - i);
    }
    assert_true(clearing_solve(&small.system, &solution));
    for (size_t i = 0; i < 3; ++i) {
        check_close("paid", solution.paid[i], paid[i], 1e-14);
        check_close("equity", solution.equity[i], equity[i], 1e-14);
    }
    check_u64("defaults", solution.defaults, 0);
    check_u64("rounds", solution.rounds, 0);
    clearing_free(&solution);
}

/* 1 owes 4 to 2, 2 owes 3 to 3, 3 owes 2 to 1, nobody has anything: every vector (p, p, p)
   with p <= 2 clears, and the greatest pays 2. */
static void of_many_vectors_the_greatest_is_found(void **state) {
    (void)state;
    struct small small;
    struct clearing_solution solution;
    begin(&small, 3);
    add(&small, 0, 1, 4);
    add(&small, 1, 2, 3);
    add(&small, 2, 0, 2);
    assert_true(clearing_solve(&small.system, &solution));
    for (size_t i = 0; i < 3; ++i) {
        check_close("paid", solution.paid[i], 2, 1e-14);
    }
    check_i64("the last pays in full", solution.defaulted[2], 0);
    clearing_free(&solution);
}

/* One debtor with 6 against 10 owed to two: with alpha = 1/2 it pays 3, and its creditor, who
   owes 4 and has 1, gets 1.5 of it and recovers 1/2 + 1.5 beta with beta = 1/3: pays 1. */
static void recovery_rates_are_taken_off(void **state) {
    (void)state;
    struct small small;
    struct clearing_solution solution;
    begin(&small, 3);
    small.asset[0] = 6;
    small.asset[1] = 1;
    small.external[1] = 4;
    small.system.alpha = 0.5;
    small.system.beta = 1.0 / 3;
    add(&small, 0, 1, 5);
    add(&small, 0, 2, 5);
    assert_true(clearing_solve(&small.system, &solution));
    check_close("debtor", solution.paid[0], 3, 1e-14);
    check_close("creditor", solution.paid[1], 1, 1e-14);
    check_close("the other", solution.equity[2], 1.5, 1e-14);
    check_u64("rounds", solution.rounds, 2);
    clearing_free(&solution);
}

static double uniform(uint64_t *state) {
    return (double)(check_random(state) >> 11) * 0x1p-53;
}

static void draw(struct small *small, uint64_t *random, bool costs) {
    begin(small, (size_t)check_random_in(random, 2, NODES));
    const uint32_t count = (uint32_t)small->system.count;
    for (uint32_t i = 0; i < count; ++i) {
        small->asset[i] = 2 * uniform(random);
        small->external[i] = uniform(random);
        for (uint32_t j = 0; j < count; ++j) {
            if (i != j && uniform(random) < 0.5) {
                add(small, i, j, 2 * uniform(random));
            }
        }
    }
    small->system.alpha = costs ? uniform(random) : 1;
    small->system.beta = costs ? uniform(random) : 1;
}

/* The same by walking down from full payment, which needs thousands of steps. */
static void walk_down(const struct small *small, double *paid) {
    const struct clearing_system *system = &small->system;
    double owed[NODES];
    for (size_t i = 0; i < system->count; ++i) {
        owed[i] = system->external[i];
    }
    for (size_t k = 0; k < system->debt_count; ++k) {
        owed[system->debt[k].from] += system->debt[k].amount;
    }
    for (size_t i = 0; i < system->count; ++i) {
        paid[i] = owed[i];
    }
    for (int step = 0; step < 20000; ++step) {
        double got[NODES] = {0};
        for (size_t k = 0; k < system->debt_count; ++k) {
            const struct clearing_debt *debt = &system->debt[k];
            got[debt->to] += paid[debt->from] * debt->amount / owed[debt->from];
        }
        for (size_t i = 0; i < system->count; ++i) {
            if (paid[i] < owed[i] || system->asset[i] + got[i] < owed[i] * (1 - 1e-12)) {
                paid[i] = system->alpha * system->asset[i] + system->beta * got[i];
            }
        }
    }
}

/* Largest difference of the two over many systems; wrong turns all debts round. */
static double worst_difference(bool costs, bool wrong) {
    uint64_t random = 42 + costs;
    double worst = 0;
    for (int s = 0; s < SYSTEMS; ++s) {
        struct small small;
        struct clearing_solution solution;
        double paid[NODES];
        draw(&small, &random, costs);
        walk_down(&small, paid);
        for (size_t k = 0; wrong && k < small.system.debt_count; ++k) {
            const uint32_t from = small.debt[k].from;
            small.debt[k].from = small.debt[k].to;
            small.debt[k].to = from;
        }
        assert_true(clearing_solve(&small.system, &solution));
        for (size_t i = 0; i < small.system.count; ++i) {
            worst = fmax(worst, fabs(solution.paid[i] - paid[i]));
        }
        clearing_free(&solution);
    }
    return worst;
}

/* Circles of debts contract by what leaves them; of 400 small systems none needs more than
   20,000 steps to be within 1e-9. */
static void another_iteration_ends_at_the_same_vector(void **state) {
    (void)state;
    check_close("no costs", worst_difference(false, false), 0, 1e-9);
    check_close("with costs", worst_difference(true, false), 0, 1e-9);
    check_true("turned round it differs", worst_difference(false, true) > 0.1);
}

static void check_laws(const struct small *small,
                       const struct clearing_solution *solution) {
    const struct clearing_system *system = &small->system;
    double assets = 0, external = 0, equity = 0;
    for (size_t i = 0; i < system->count; ++i) {
        const double has = small->asset[i] + solution->received[i];
        check_true("not below 0", solution->paid[i] >= 0);
        check_true("not above what is owed",
                   solution->paid[i] <= solution->owed[i] * (1 + 1e-12));
        check_true("limited liability", solution->paid[i] <= has + 1e-9);
        if (!solution->defaulted[i]) {
            check_close("priority", solution->paid[i], solution->owed[i], 1e-12);
        } else if (system->alpha == 1 && system->beta == 1) {
            check_close("all it has", solution->paid[i], has, 1e-9);
        }
        assets += small->asset[i];
        equity += solution->equity[i];
        external += solution->owed[i] > 0
                        ? solution->paid[i] * small->external[i] / solution->owed[i]
                        : 0;
    }
    check_true("rounds", solution->rounds <= system->count);
    if (system->alpha == 1 && system->beta == 1) {
        check_close("nothing is lost", external + equity, assets, 1e-9);
    } else {
        check_true("nothing is made", external + equity <= assets + 1e-9);
    }
}

static void the_laws_hold_for_any_system(void **state) {
    (void)state;
    uint64_t random = 7;
    for (int s = 0; s < SYSTEMS; ++s) {
        struct small small;
        struct clearing_solution before, after;
        draw(&small, &random, s % 2 == 1);
        assert_true(clearing_solve(&small.system, &before));
        check_laws(&small, &before);
        const size_t richer = (size_t)check_random_in(&random, 0, 1);
        small.asset[richer] += uniform(&random);
        assert_true(clearing_solve(&small.system, &after));
        for (size_t i = 0; i < small.system.count; ++i) {
            check_true("monotone", after.paid[i] >= before.paid[i] - 1e-9);
        }
        clearing_free(&before);
        clearing_free(&after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mesh_pays_the_published_vector),
        cmocka_unit_test(the_ring_pays_in_full),
        cmocka_unit_test(of_many_vectors_the_greatest_is_found),
        cmocka_unit_test(recovery_rates_are_taken_off),
        cmocka_unit_test(another_iteration_ends_at_the_same_vector),
        cmocka_unit_test(the_laws_hold_for_any_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
