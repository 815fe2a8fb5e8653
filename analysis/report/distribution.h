/* distribution.h -- columns of outcomes turned into what charts show.

   A value that a path does not have is a NaN and left out.

   Units    those of the values; shares of the paths that have a value.
   Memory   results are values; sorting happens in the caller's array.
   Threads  pure. */
#ifndef ANALYSIS_REPORT_DISTRIBUTION_H
#define ANALYSIS_REPORT_DISTRIBUTION_H

#include "analysis/estimate/interval.h"

#include <stddef.h>
#include <stdint.h>

enum { DISTRIBUTION_STEPS = 200, DISTRIBUTION_BINS = 24, DISTRIBUTION_GROUPS = 10 };

/* The share of paths above a value. */
struct distribution_step {
    double value;
    uint64_t above; /* paths */
    struct interval share;
};

struct distribution_steps {
    size_t count;
    uint64_t paths;
    struct distribution_step step[DISTRIBUTION_STEPS];
};

/* distribution_pack moves the values that are numbers to the front, in order, and returns
   how many there are. */
size_t distribution_pack(double *value, size_t count);

/* distribution_sort orders values from smallest to largest. */
void distribution_sort(double *value, size_t count);

/* distribution_exceedance gives P(X > x) at values of the sorted sample: the largest ones
   each, below them steps that are evenly spaced in the logarithm of the share.  The first
   step is at the smallest value; shares fall strictly. */
void distribution_exceedance(const double *sorted, size_t count, double level,
                             struct distribution_steps *steps);

/* Values counted in bins of equal width. */
struct distribution_bins {
    double low, width;
    size_t count; /* 0: no value, or all the same */
    uint64_t paths, bin[DISTRIBUTION_BINS];
};

/* distribution_bins counts over the whole range; the last bin holds its upper edge. */
void distribution_bins(const double *value, size_t count, struct distribution_bins *bins);

/* Paths ordered by one value and cut into groups of equal size: how often something
   happens in each. */
struct distribution_group {
    double low, high, mean; /* of the ordering value */
    uint64_t paths, events;
    struct interval share;
};
struct distribution_groups {
    size_t count; /* 0: fewer than two groups can be told apart */
    struct distribution_group group[DISTRIBUTION_GROUPS];
};

/* A path: what orders it, and whether it is an event. */
struct distribution_pair {
    double value;
    uint64_t path; /* decides between equals, so that there is one order */
    int event;
};

/* distribution_groups sorts the pairs and cuts them; a group has DISTRIBUTION_GROUP_LEAST
   paths or more. */
#define DISTRIBUTION_GROUP_LEAST 20
void distribution_groups(struct distribution_pair *pair, size_t count, double level,
                         struct distribution_groups *groups);

#endif
