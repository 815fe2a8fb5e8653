/* charts.h -- the drawings of a report, each a figure with its caption.

   A chart without data is left out: its function writes nothing.

   Units    as evidence.h.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_REPORT_CHARTS_H
#define ANALYSIS_REPORT_CHARTS_H

#include "analysis/number.h"
#include "analysis/report/evidence.h"

#include <stdio.h>

/* charts_headline: P(insolvency), its interval and its model range on one bar. */
void charts_headline(FILE *file, const struct evidence *evidence);

/* charts_exceedance: P(bad debt > x), with its band and the fund's size. */
void charts_exceedance(FILE *file, const struct evidence *evidence);

/* charts_waterfall: bad debt and who bore it, over all paths (0) or the insolvent (1). */
void charts_waterfall(FILE *file, const struct evidence *evidence, unsigned which);

/* What charts_bins draws. */
struct charts_bins {
    const struct distribution_bins *bins;
    const char *name, *title, *unit;
    void (*write)(double value, char text[32]);
};

/* charts_bins: how a column is spread over the paths. */
void charts_bins(FILE *file, const struct charts_bins *chart);

/* What charts_bands draws. */
struct charts_bands {
    const char *name, *title, *about, *axis, *unit;
    void (*write)(double value, char text[NUMBER_SIZE]);
    enum samples_series series;
    bool from_zero; /* the axis begins there */
};

/* charts_bands: a series over time, as a fan of its quantiles over the paths. */
void charts_bands(FILE *file, const struct evidence *evidence,
                  const struct charts_bands *chart);

/* charts_depletion: on how many paths the fund is depleted by each time, with its band. */
void charts_depletion(FILE *file, const struct evidence *evidence);

/* charts_severity: P(insolvency) against the severity of the storm, on the same paths. */
void charts_severity(FILE *file, const struct evidence *evidence);

/* charts_fragility: P(insolvency) by the depth of the fall. */
void charts_fragility(FILE *file, const struct evidence *evidence);

/* charts_tornado: P(insolvency) with each assumption changed. */
void charts_tornado(FILE *file, const struct evidence *evidence);

/* charts_path: price, fund and gas of the worst path, with its moments. */
void charts_path(FILE *file, const struct evidence *evidence);

/* How many moments are numbered in the drawing and listed below it. */
enum { CHARTS_MOMENTS = 24 };

#endif
