/* store_depletion.h -- writes when the fund is depleted into a results file.

   /fund_depletion has the dimension `time`: the times at which paths depleted the fund,
   with paths at risk, incidence, Greenwood's error and the interval; as attributes the
   horizon, the level and what sums the curve up.

   Units    hours.
   Memory   columns are gathered while they are written.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_STORE_DEPLETION_H
#define ANALYSIS_STORE_DEPLETION_H

#include "analysis/estimate/survival.h"
#include "analysis/store_hdf5.h"

/* store_depletion_write writes the group; nothing when the horizon is not known. */
void store_depletion_write(struct store_hdf5 *store, const struct survival *survival);

#endif
