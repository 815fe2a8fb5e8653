/* tune_store.h -- the results file of a tuning.

   HDF5 by the conventions of a run's: root attributes say what was asked and answered, and
   /settings has one row a setting on the dimension `setting`, one column for each key (as
   text, and as a number with its unit), for cost and for every goal with its interval.

   Units    attributes of the columns.
   Memory   nothing is kept.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_TUNE_TUNE_STORE_H
#define ANALYSIS_TUNE_TUNE_STORE_H

#include "analysis/tune/tune.h"

#define TUNE_STORE_FORMAT         "breakwater-tune"
#define TUNE_STORE_FORMAT_VERSION 1

/* tune_store_write writes the file, whole or not at all.
   Fails   false, with one sentence in error. */
bool tune_store_write(const char *path, const struct tune *tune, char *error,
                      size_t error_size);

#endif
