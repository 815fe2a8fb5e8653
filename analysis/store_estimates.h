/* store_estimates.h -- writes the estimates into a results file.

   /estimates has one row per estimate on the dimension `estimate`; its attribute
   thin_tails counts those that rest on too few paths.

   Units    column `unit`.
   Memory   columns are gathered while they are written.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_STORE_ESTIMATES_H
#define ANALYSIS_STORE_ESTIMATES_H

#include "analysis/estimate/metrics.h"
#include "analysis/store_hdf5.h"

/* store_estimates_write writes the group. */
void store_estimates_write(struct store_hdf5 *store, const struct metrics *metrics);

#endif
