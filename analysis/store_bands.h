/* store_bands.h -- the time bands in a results file: /bands.

   Every series has NAME, NAME_low and NAME_high on the dimensions (time, quantile): the
   quantile over all paths and its interval, at the level and of the measure the group says;
   NAME_n on time counts the paths with a value.  `time` is the instant, `hours` counts from
   the start of the metrics.

   Units    attribute `units` of every column.
   Memory   bands that were read are a value of some 100 KB.
   Threads  one thread. */
#ifndef ANALYSIS_STORE_BANDS_H
#define ANALYSIS_STORE_BANDS_H

#include "analysis/bands.h"
#include "analysis/run.h"
#include "analysis/store_read.h"

struct store_hdf5;

/* store_bands_write writes the group from result->bands, which is not NULL. */
void store_bands_write(struct store_hdf5 *store, const struct run_subject *subject,
                       const struct run_result *result);

/* Bands as they were stored.  A series the file does not have counts no path. */
struct store_bands {
    bool there; /* the file has the group */
    double hours[SAMPLES_POINTS];
    struct bands_series series[SAMPLES_COUNT];
};

/* store_bands_read reads the group.  Fails   false, with error, when it is damaged. */
bool store_bands_read(struct store *store, struct store_bands *bands,
                      struct store_error *error);

#endif
