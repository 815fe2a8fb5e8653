/* clearing.h -- who can pay whom: the greatest clearing vector of a network of debts.

   Each node owes nominal amounts to other nodes and to the outside, has assets of its own,
   and pays what it has, pro rata to whom it owes, when that is less than what it owes.  Its
   debts to the outside rank with the others.  A node in default recovers only alpha of its
   own assets and beta of what it receives; 1 and 1 are the model without such costs.

   Units    any one currency.
   Memory   a solution owns its arrays until clearing_free; while solving, 8 m^2 bytes for
            the m nodes in default that owe each other in a circle.
   Threads  pure functions.
   Source   Eisenberg and Noe (2001), Management Science 47(2), section 3.1 (fictitious
            default); Rogers and Veraart (2013), Management Science 59(4), section 3. */
#ifndef ANALYSIS_SYSTEMIC_CLEARING_H
#define ANALYSIS_SYSTEMIC_CLEARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clearing_debt {
    uint32_t from, to; /* different nodes */
    double amount;     /* >= 0 */
};

struct clearing_system {
    size_t count;           /* of nodes */
    const double *asset;    /* [node], outside the network, >= 0 */
    const double *external; /* [node], owed to the outside, >= 0 */
    const struct clearing_debt *debt;
    size_t debt_count;
    double alpha, beta; /* recovery rates, in [0, 1] */
};

/* A node that is short of less than this part of what it owes is not in default: rounding
   is no default. */
#define CLEARING_TOLERANCE 1e-12

struct clearing_solution {
    size_t count;
    double *owed, *paid;      /* [node], in all */
    double *received;         /* [node], from other nodes */
    double *equity;           /* [node], left after paying, >= 0; 0 in default */
    unsigned char *defaulted; /* [node] */
    unsigned rounds; /* in which further nodes went into default; at most count */
    size_t first;    /* in default although everybody else pays in full */
    size_t defaults; /* in default in the end */
};

/* clearing_solve finds the greatest vector of payments in which everybody pays all it owes,
   or all it has.  Fails   false when memory is out; the solution is empty then. */
bool clearing_solve(const struct clearing_system *system,
                    struct clearing_solution *solution);

/* clearing_free gives the arrays back. */
void clearing_free(struct clearing_solution *solution);

#endif
