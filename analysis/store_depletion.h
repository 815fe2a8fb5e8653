/* store_depletion.h -- when the fund is depleted, in a results file.

   /fund_depletion has the dimension `time`: the times at which paths depleted the fund,
   with paths at risk, incidence, Greenwood's error and the interval; as attributes the
   horizon, the level and what sums the curve up.

   Units    hours.
   Memory   columns are gathered while they are written, one at a time when read.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_STORE_DEPLETION_H
#define ANALYSIS_STORE_DEPLETION_H

#include "analysis/estimate/survival.h"
#include "analysis/store_hdf5.h"
#include "analysis/store_read.h"

/* store_depletion_write writes the group; nothing when the horizon is not known. */
void store_depletion_write(struct store_hdf5 *store, const struct survival *survival);

/* store_depletion_read reads the group; nothing, horizon 0, of a file without it.  Give it
   back by survival_free.  Fails   false, with error. */
bool store_depletion_read(struct store *store, struct survival *survival,
                          struct store_error *error);

#endif
