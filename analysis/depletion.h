/* depletion.h -- when the insurance fund is depleted, for a terminal and for a machine.

   Units    hours.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_DEPLETION_H
#define ANALYSIS_DEPLETION_H

#include "analysis/run.h"

#include <stdio.h>

struct json;

/* depletion_print writes a section of the page; nothing when no path depleted the fund. */
void depletion_print(FILE *file, const struct run_result *result);

/* depletion_json writes the member "fund_depletion", with the incidence at DEPLETION_TIMES
   evenly spaced times up to the horizon; nothing when the horizon is not known.  The
   results file has every time. */
#define DEPLETION_TIMES 24
void depletion_json(struct json *json, const struct run_result *result);

#endif
