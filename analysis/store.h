/* store.h -- the results file: HDF5 that h5py, xarray, Julia and R open.

   Root attributes say what was run (format, semantics, scenario, seed, paths, digest, and
   with --until the rules and whether they were met); /paths has one column per outcome
   field on the dimension `path`; /estimates has one row per estimate on the dimension
   `estimate`; /fund_depletion has one row per time at which a fund was depleted, on the
   dimension `time`; /control, when a twin ran, is a group of attributes.  Money is in USD
   as doubles, exact up to 2^53 micro-USD; counts are int64 and flags int8, with
   `_FillValue` where a value is missing; elsewhere a missing value is NaN.  The values of
   a failed path are missing.  /bands has quantiles
   over all paths at 97 points in time (store_bands.h), /worst the event logs of the worst
   paths (store_worst.h).
   Behind the end of the HDF5 file stands a checksum of all of it (analysis/store_seal.h).

   Units    attribute `units` of every column.
   Memory   the file is built in memory and written at once: about 450 bytes a path.
   Threads  one thread.
   Source   netCDF-4 conventions for dimension scales; DESIGN.md, "The results file". */
#ifndef ANALYSIS_STORE_H
#define ANALYSIS_STORE_H

#include "analysis/run.h"

#define STORE_FORMAT         "breakwater-results"
#define STORE_FORMAT_VERSION 1

/* store_write writes the results file by a temporary file, fsync and rename: there is a
   complete file or none.  The same results give the same bytes.
   Fails   false, with one sentence in error. */
bool store_write(const char *path, const struct run_subject *subject,
                 const struct run_result *result, char *error, size_t error_size);

#endif
