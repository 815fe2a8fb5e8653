/* bearers.h -- who bears the worst paths of a run, from the columns of its results file.

   Bad debt is paid by the insurance fund, by winners who are auto-deleveraged, by all others
   when the rest is socialised, by the pool, or by nobody yet: the five add up to it on every
   path, so their means in the tail are shares of its expected shortfall.  What participants
   lost or gained on the same paths is no part of that sum: their marginal shortfall.

   Units    USD.
   Memory   a table is a value.
   Threads  one thread: it reads a store. */
#ifndef ANALYSIS_SYSTEMIC_BEARERS_H
#define ANALYSIS_SYSTEMIC_BEARERS_H

#include "analysis/store_read.h"
#include "analysis/systemic/tail_shares.h"

enum {
    BEARERS_PARTS = 5,
    BEARERS_OTHERS = 4,
    BEARERS_ROWS = BEARERS_PARTS + BEARERS_OTHERS
};

struct bearers_row {
    const char *name, *who;
    struct tail_shares_part in_tail; /* a loss is positive */
};

struct bearers {
    size_t paths; /* complete ones */
    double value_at_risk, effective;
    struct interval shortfall;
    uint64_t above;
    struct bearers_row row[BEARERS_ROWS]; /* the parts first */
    struct interval cover_1, cover_2;     /* their quantile, over all paths */
    /* bad debt's value at risk on paths on which the pool's loss is near its own */
    struct interval covar;
    size_t covar_paths;
};

/* bearers_find reads the columns and shares out the tail above q_ppm.
   Fails   RUN_IO or RUN_INPUT, after saying why; RUN_INPUT when no path is complete. */
enum run_status bearers_find(struct store *store, uint32_t q_ppm,
                             struct bearers *bearers);

#endif
