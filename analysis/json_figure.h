/* json_figure.h -- how runs, intervals and estimates are spelled in JSON, everywhere alike.

   Each writes members into the object that is open.

   Units    those of the figures.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_JSON_FIGURE_H
#define ANALYSIS_JSON_FIGURE_H

#include "analysis/estimate/paired.h"
#include "analysis/json.h"

/* What a run is known by. */
struct json_figure_run {
    const char *scenario, *measure;
    const unsigned char *digest; /* of DIGEST_SIZE bytes */
    uint64_t semantics, seed, paths, failed;
};

/* json_figure_run writes scenario, measure, digest, semantics, seed, paths and
   failed_paths. */
void json_figure_run(struct json *json, const struct json_figure_run *run);

/* json_figure_interval writes value, low and high. */
void json_figure_interval(struct json *json, const struct interval *interval);

/* json_figure_estimate writes those of an estimate, level, n and unit. */
void json_figure_estimate(struct json *json, const struct estimate *estimate);

/* json_figure_paired writes difference, difference_low, difference_high, standard_errors
   and the counts of pairs. */
void json_figure_paired(struct json *json, const struct paired *paired);

#endif
