#include "analysis/systemic/debt_rank.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct work {
    const struct debt_rank_network *network;
    enum debt_rank_rule rule;
    double *distress;
    double *fresh;       /* [node]: distress not yet passed on */
    double *gained;      /* [node]: in the step at hand */
    unsigned char *done; /* [node]: has passed its distress on */
};

static double lesser(double a, double b) {
    return a < b ? a : b;
}

/* One step; returns the largest gain of any node. */
static double step(struct work *work) {
    const struct debt_rank_network *network = work->network;
    double most = 0;
    memset(work->gained, 0, network->count * sizeof *work->gained);
    for (size_t k = 0; k < network->claim_count; ++k) {
        const struct debt_rank_claim *claim = &network->claim[k];
        const double equity = network->equity[claim->creditor];
        if (equity > 0) {
            const double weight = claim->amount / equity;
            work->gained[claim->creditor] +=
                (work->rule == DEBT_RANK_ONCE ? lesser(1, weight) : weight) *
                work->fresh[claim->debtor];
        }
    }
    for (size_t i = 0; i < network->count; ++i) {
        const double before = work->distress[i];
        const double after = lesser(1, before + work->gained[i]);
        work->distress[i] = after;
        const bool spent = work->done[i] || work->fresh[i] > 0;
        work->done[i] = work->rule == DEBT_RANK_ONCE && spent;
        work->fresh[i] = work->done[i] ? 0 : after - before;
        most = work->fresh[i] > most ? work->fresh[i] : most;
    }
    return most;
}

static void spread(struct work *work, struct debt_rank_result *result) {
    const struct debt_rank_network *network = work->network;
    double first = 0, last = 0, equity = 0;
    for (size_t i = 0; i < network->count; ++i) {
        assert(work->distress[i] >= 0 && work->distress[i] <= 1);
        if (network->equity[i] <= 0) {
            work->distress[i] = 1;
        } else {
            equity += network->equity[i];
            first += network->equity[i] * work->distress[i];
        }
        work->fresh[i] = work->distress[i];
    }
    while (!result->settled && result->steps < DEBT_RANK_STEPS) {
        result->settled = step(work) < DEBT_RANK_TOLERANCE;
        result->steps += 1;
    }
    for (size_t i = 0; i < network->count; ++i) {
        last += network->equity[i] > 0 ? network->equity[i] * work->distress[i] : 0;
    }
    result->rank = equity > 0 ? (last - first) / equity : 0;
}

bool debt_rank_spread(const struct debt_rank_network *network, enum debt_rank_rule rule,
                      double *distress, struct debt_rank_result *result) {
    struct work work = {.network = network,
                        .rule = rule,
                        .distress = distress,
                        .fresh = calloc(network->count + 1, sizeof *work.fresh),
                        .gained = calloc(network->count + 1, sizeof *work.gained),
                        .done = calloc(network->count + 1, 1)};
    const bool made = work.fresh != NULL && work.gained != NULL && work.done != NULL;
    memset(result, 0, sizeof *result);
    if (made) {
        spread(&work, result);
    }
    free(work.fresh);
    free(work.gained);
    free(work.done);
    return made;
}
