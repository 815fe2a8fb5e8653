/* models.h -- what the intervals are tried on: models whose truth is known.

   Units    those of each model.
   Memory   a model draws into the arrays of its worker.
   Threads  one worker a thread. */
#ifndef TESTS_COVERAGE_MODELS_H
#define TESTS_COVERAGE_MODELS_H

#include "analysis/estimate/interval.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stddef.h>

enum { MODELS_PATHS_MAX = 100000 };
#define MODELS_LEVEL 0.95

struct models_worker {
    struct rng rng;
    double values[MODELS_PATHS_MAX];
};

struct model {
    const char *estimate, *law;
    size_t paths; /* of one replication */
    double parameter;
    /* draw makes one replication and returns the interval of its estimate. */
    struct interval (*draw)(const struct model *model, struct models_worker *worker);
    double truth;
    /* exact is the coverage by summing over all that may happen; NULL: not known. */
    double (*exact)(const struct model *model);
    /* What a measured coverage of 2,000 replications has to lie in. */
    double least, most;
    const char *remark;
};

extern const struct model models[];
extern const size_t models_count;

#endif
