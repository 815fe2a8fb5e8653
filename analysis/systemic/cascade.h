/* cascade.h -- who pushed whom: trees of liquidations and how fast they branch.

   Each member has one earlier member as its parent, or none: then it is a root.  When the
   children of a member are Poisson with mean R < 1, the size of a tree follows Borel's law,
   with mean 1 / (1 - R), and R = 1 - roots / members maximises the likelihood.

   Units    none.
   Memory   scratch while it runs.
   Threads  no shared state.
   Source   Borel (1942), C. R. Acad. Sci. 214; Consul and Famoye (2006), Lagrangian
            Probability Distributions, section 8.4; the interval: Efron and Tibshirani
            (1993), section 13.3 (percentile bootstrap), by path. */
#ifndef ANALYSIS_SYSTEMIC_CASCADE_H
#define ANALYSIS_SYSTEMIC_CASCADE_H

#include "analysis/estimate/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CASCADE_ROOT UINT32_MAX

struct cascade {
    size_t count;   /* of members */
    size_t roots;   /* and of trees */
    size_t largest; /* members of the largest tree */
    size_t depth;   /* generations of the deepest; 1: nobody pushed anybody */
    size_t most;    /* children of one member */
};

/* cascade_measure looks at the trees of parent[count], an earlier index or CASCADE_ROOT
   each.  Fails   false when memory is out. */
bool cascade_measure(const uint32_t *parent, size_t count, struct cascade *cascade);

/* cascade_branching is R of all trees of so many paths, with its interval by resampling the
   paths, not the trees; without members there is no value, from one path no interval.
   Fails   false when memory is out. */
bool cascade_branching(const struct cascade *path, size_t paths, double level,
                       struct interval *branching);

#endif
