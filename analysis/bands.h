/* bands.h -- where the middle and the edges of all paths are at each point in time.

   Every series of samples.h is counted in fixed bins at every point: adding a path is adding
   one to a count, so the order of paths, the number of threads and the parts of a run leave
   no trace.  A quantile is the middle of the bin in which its rank falls; with the bins of
   samples.h that is within 1/512 of the value, and exact for zero.

   Units    those of samples_descriptions in files.
   Memory   bands own 78 MB of address space, of which only the pages that are counted in are
            ever touched: a few MB.
   Threads  one thread at a time.
   Source   David, Nagaraja, Order Statistics (2003), section 7.1 (intervals by ranks). */
#ifndef ANALYSIS_BANDS_H
#define ANALYSIS_BANDS_H

#include "analysis/estimate/interval.h"
#include "scenarios/samples.h"

#include <stddef.h>

/* The quantiles that are told, in ppm. */
#define BANDS_QUANTILES_PPM(X) X(50000) X(250000) X(500000) X(750000) X(950000)
#define BANDS_ONE(ppm)         +1
enum { BANDS_QUANTILES = 0 BANDS_QUANTILES_PPM(BANDS_ONE) };
#undef BANDS_ONE
extern const uint32_t bands_quantile_ppm[BANDS_QUANTILES];

struct bands; /* opaque: counts */

/* bands_open makes empty ones.  Fails   NULL when memory is out. */
struct bands *bands_open(void);

/* bands_close gives everything back; NULL is allowed. */
void bands_close(struct bands *bands);

/* bands_add counts one path. */
void bands_add(struct bands *bands, const unsigned char record[SAMPLES_RECORD_SIZE]);

/* A series at all points; count is how many paths have a value there. */
struct bands_series {
    uint64_t count[SAMPLES_POINTS];
    struct interval quantile[SAMPLES_POINTS][BANDS_QUANTILES];
};

/* bands_compute gives the quantiles of a series with their intervals of a level.  A quantile
   of no path is none, and a bound the paths cannot give is a NaN. */
void bands_compute(const struct bands *bands, enum samples_series series, double level,
                   struct bands_series *made);

#endif
