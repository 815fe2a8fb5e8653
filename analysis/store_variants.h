/* store_variants.h -- the groups /sensitivities and /ablation of a results file.

   One row a variant on the dimension `variant`, which holds its name.  For each metric
   there are its estimate (METRIC, _low, _high), the paired difference to the run itself
   (_difference, _difference_low, _difference_high) and that in standard errors (_errors).
   Attributes of the group: for each metric METRIC_base, METRIC_range_low and _range_high.

   Units    attribute `units` of every column.
   Memory   while it writes, columns of one double a variant.
   Threads  one thread. */
#ifndef ANALYSIS_STORE_VARIANTS_H
#define ANALYSIS_STORE_VARIANTS_H

#include "analysis/store_hdf5.h"
#include "analysis/variants.h"

/* store_variants_write writes a group of that name; a failure shows when the file is
   finished. */
void store_variants_write(struct store_hdf5 *store, const char *name,
                          const struct variants *variants);

#endif
