/* debt_rank.h -- distress that spreads before anybody defaults.

   h_i in [0, 1] is the part of its equity that node i has lost.  A creditor loses on each
   claim the part of it that its debtor has lost of its equity, clamped at all it has:

       linear  h(t+1) = min(1, h(t) + V (h(t) - h(t-1))),   V_ij = claim_ij / equity_i;
       once    each node passes its distress on in one step only, and W = min(1, V).

   It takes no account of what a node in trouble can still pay: an upper bound where the
   clearing vector is a lower one.

   Units    any one currency.
   Memory   the caller's arrays; scratch while it runs.
   Threads  pure functions.
   Source   Bardoscia, Battiston, Caccioli, Caldarelli (2015), PLoS ONE 10(6), e0130406;
            Battiston, Puliga, Kaushik, Tasca, Caldarelli (2012), Scientific Reports 2, 541. */
#ifndef ANALYSIS_SYSTEMIC_DEBT_RANK_H
#define ANALYSIS_SYSTEMIC_DEBT_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct debt_rank_claim {
    uint32_t creditor, debtor; /* different nodes */
    double amount;             /* >= 0 */
};

struct debt_rank_network {
    size_t count; /* of nodes */
    const double
        *equity; /* [node]; one without equity is in full distress from the start */
    const struct debt_rank_claim *claim;
    size_t claim_count;
};

enum debt_rank_rule { DEBT_RANK_LINEAR, DEBT_RANK_ONCE };

/* Distress that grows by less than this in a step has spread. */
#define DEBT_RANK_TOLERANCE 1e-13
#define DEBT_RANK_STEPS     1000000

struct debt_rank_result {
    uint64_t steps;
    bool settled; /* false: still growing after DEBT_RANK_STEPS */
    double rank;  /* equity lost beyond the first distress, over all equity; 0: none */
};

/* debt_rank_spread takes distress[node] in [0, 1] from the first shock to the end.
   Fails   false when memory is out. */
bool debt_rank_spread(const struct debt_rank_network *network, enum debt_rank_rule rule,
                      double *distress, struct debt_rank_result *result);

#endif
