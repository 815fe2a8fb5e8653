#include "analysis/systemic/clearing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The debts by creditor, and what a round needs. */
struct work {
    const struct clearing_system *system;
    struct clearing_solution *solution;
    size_t *begin; /* [node + 1]: its first claim */
    uint32_t *debtor;
    double *share;        /* of what the debtor pays in all */
    unsigned char *known; /* [node]: its payment of this round is known */
    uint32_t *core;       /* nodes whose payments hang together */
    size_t core_count;
};

static void free_work(struct work *work) {
    free(work->begin);
    free(work->debtor);
    free(work->share);
    free(work->known);
    free(work->core);
}

static bool allocate(struct work *work, const struct clearing_system *system,
                     struct clearing_solution *solution) {
    const size_t count = system->count + 1, debts = system->debt_count + 1;
    memset(work, 0, sizeof *work);
    memset(solution, 0, sizeof *solution);
    work->system = system;
    work->solution = solution;
    work->begin = calloc(count + 1, sizeof *work->begin);
    work->debtor = calloc(debts, sizeof *work->debtor);
    work->share = calloc(debts, sizeof *work->share);
    work->known = calloc(count, 1);
    work->core = calloc(count, sizeof *work->core);
    solution->count = system->count;
    solution->owed = calloc(count, sizeof *solution->owed);
    solution->paid = calloc(count, sizeof *solution->paid);
    solution->received = calloc(count, sizeof *solution->received);
    solution->equity = calloc(count, sizeof *solution->equity);
    solution->defaulted = calloc(count, 1);
    return work->begin != NULL && work->debtor != NULL && work->share != NULL &&
           work->known != NULL && work->core != NULL && solution->owed != NULL &&
           solution->paid != NULL && solution->received != NULL &&
           solution->equity != NULL && solution->defaulted != NULL;
}

static void sort_by_creditor(struct work *work) {
    const struct clearing_system *system = work->system;
    double *owed = work->solution->owed;
    for (size_t i = 0; i < system->count; ++i) {
        assert(system->asset[i] >= 0 && system->external[i] >= 0);
        owed[i] = system->external[i];
    }
    for (size_t k = 0; k < system->debt_count; ++k) {
        const struct clearing_debt *debt = &system->debt[k];
        assert(debt->from < system->count && debt->to < system->count);
        assert(debt->from != debt->to && debt->amount >= 0);
        owed[debt->from] += debt->amount;
        work->begin[debt->to + 2] += 1; /* two ahead: filled below, it ends one ahead */
    }
    for (size_t i = 2; i <= system->count; ++i) {
        work->begin[i] += work->begin[i - 1];
    }
    for (size_t k = 0; k < system->debt_count; ++k) {
        const struct clearing_debt *debt = &system->debt[k];
        const size_t at = work->begin[debt->to + 1]++;
        work->debtor[at] = debt->from;
        work->share[at] = debt->amount > 0 ? debt->amount / owed[debt->from] : 0;
    }
}

static double received_by(const struct work *work, size_t node) {
    double sum = 0;
    for (size_t k = work->begin[node]; k < work->begin[node + 1]; ++k) {
        sum += work->share[k] * work->solution->paid[work->debtor[k]];
    }
    return sum;
}

/* Who cannot pay all it owes out of what it has and gets; how many there are. */
static size_t find_defaults(struct work *work) {
    struct clearing_solution *solution = work->solution;
    size_t defaults = 0;
    for (size_t i = 0; i < solution->count; ++i) {
        solution->received[i] = received_by(work, i);
        const double has = work->system->asset[i] + solution->received[i];
        solution->defaulted[i] |=
            has < solution->owed[i] * (1 - CLEARING_TOLERANCE) ? 1 : 0;
        defaults += solution->defaulted[i];
    }
    return defaults;
}

static bool all_debtors_known(const struct work *work, size_t node) {
    for (size_t k = work->begin[node]; k < work->begin[node + 1]; ++k) {
        if (!work->known[work->debtor[k]]) {
            return false;
        }
    }
    return true;
}

/* What a node in default pays when those whose payments are not known pay nothing. */
static double pays_from_known(const struct work *work, size_t node) {
    const struct clearing_system *system = work->system;
    double sum = 0;
    for (size_t k = work->begin[node]; k < work->begin[node + 1]; ++k) {
        if (work->known[work->debtor[k]]) {
            sum += work->share[k] * work->solution->paid[work->debtor[k]];
        }
    }
    return system->alpha * system->asset[node] + system->beta * sum;
}

/* Pays as long as there is somebody whose debtors have all paid; the rest is the core. */
static void pay_outside_core(struct work *work) {
    struct clearing_solution *solution = work->solution;
    bool moved = true;
    for (size_t i = 0; i < solution->count; ++i) {
        work->known[i] = !solution->defaulted[i];
        if (work->known[i]) {
            solution->paid[i] = solution->owed[i];
        }
    }
    while (moved) {
        moved = false;
        for (size_t i = 0; i < solution->count; ++i) {
            if (!work->known[i] && all_debtors_known(work, i)) {
                solution->paid[i] = pays_from_known(work, i);
                work->known[i] = 1;
                moved = true;
            }
        }
    }
    work->core_count = 0;
    for (size_t i = 0; i < solution->count; ++i) {
        if (!work->known[i]) {
            work->core[work->core_count++] = (uint32_t)i;
        }
    }
}

static double magnitude(double value) {
    return value < 0 ? -value : value;
}

/* Solves rows of count coefficients and a right side, which becomes the solution.  The
   matrix is nonsingular: of nodes that owe only each other one is not in default. */
static void eliminate(double *row, size_t count) {
    const size_t width = count + 1;
    for (size_t c = 0; c < count; ++c) {
        size_t pivot = c;
        for (size_t r = c + 1; r < count; ++r) {
            if (magnitude(row[r * width + c]) > magnitude(row[pivot * width + c])) {
                pivot = r;
            }
        }
        assert(row[pivot * width + c] != 0);
        for (size_t k = c; pivot != c && k < width; ++k) {
            const double kept = row[c * width + k];
            row[c * width + k] = row[pivot * width + k];
            row[pivot * width + k] = kept;
        }
        for (size_t r = c + 1; r < count; ++r) {
            const double factor = row[r * width + c] / row[c * width + c];
            for (size_t k = c; factor != 0 && k < width; ++k) {
                row[r * width + k] -= factor * row[c * width + k];
            }
        }
    }
    for (size_t c = count; c-- > 0;) {
        double right = row[c * width + count];
        for (size_t k = c + 1; k < count; ++k) {
            right -= row[c * width + k] * row[k * width + count];
        }
        row[c * width + count] = right / row[c * width + c];
    }
}

/* p_i = alpha a_i + beta (sum over known + sum over the core of share p). */
static bool pay_core(struct work *work) {
    const size_t count = work->core_count, width = count + 1;
    if (count == 0) {
        return true;
    }
    double *row = calloc(count * width, sizeof *row);
    uint32_t *place = calloc(work->system->count, sizeof *place);
    if (row == NULL || place == NULL) {
        free(row);
        free(place);
        return false;
    }
    for (size_t c = 0; c < count; ++c) {
        place[work->core[c]] = (uint32_t)c;
    }
    for (size_t c = 0; c < count; ++c) {
        const size_t node = work->core[c];
        row[c * width + c] += 1;
        row[c * width + count] = pays_from_known(work, node);
        for (size_t k = work->begin[node]; k < work->begin[node + 1]; ++k) {
            if (!work->known[work->debtor[k]]) {
                row[c * width + place[work->debtor[k]]] -=
                    work->system->beta * work->share[k];
            }
        }
    }
    eliminate(row, count);
    for (size_t c = 0; c < count; ++c) {
        work->solution->paid[work->core[c]] = row[c * width + count];
    }
    free(row);
    free(place);
    return true;
}

static bool solve(struct work *work) {
    struct clearing_solution *solution = work->solution;
    sort_by_creditor(work);
    memcpy(solution->paid, solution->owed, solution->count * sizeof *solution->paid);
    for (size_t found = find_defaults(work); found > solution->defaults;
         found = find_defaults(work)) {
        solution->defaults = found;
        solution->first = solution->rounds == 0 ? found : solution->first;
        solution->rounds += 1;
        pay_outside_core(work);
        if (!pay_core(work)) {
            return false;
        }
    }
    for (size_t i = 0; i < solution->count; ++i) {
        const double left =
            work->system->asset[i] + solution->received[i] - solution->paid[i];
        solution->equity[i] = solution->defaulted[i] || left < 0 ? 0 : left;
    }
    return true;
}

bool clearing_solve(const struct clearing_system *system,
                    struct clearing_solution *solution) {
    struct work work;
    assert(system->alpha >= 0 && system->alpha <= 1);
    assert(system->beta >= 0 && system->beta <= 1);
    const bool solved = allocate(&work, system, solution) && solve(&work);
    free_work(&work);
    if (!solved) {
        clearing_free(solution);
    }
    return solved;
}

void clearing_free(struct clearing_solution *solution) {
    free(solution->owed);
    free(solution->paid);
    free(solution->received);
    free(solution->equity);
    free(solution->defaulted);
    memset(solution, 0, sizeof *solution);
}
