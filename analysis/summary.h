/* summary.h -- a run on one terminal page, for the engineer who ran it.

   Units    as printed; USD with k, M or B; every number with its interval.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_SUMMARY_H
#define ANALYSIS_SUMMARY_H

#include "analysis/run.h"

#include <stdio.h>

/* summary_print writes the page, 80 columns wide. */
void summary_print(FILE *file, const struct run_subject *subject,
                   const struct run_result *result);

/* summary_json writes the run as one JSON object. */
void summary_json(FILE *file, const struct run_subject *subject,
                  const struct run_result *result);

/* summary_outcome writes the fields of one path, one a line. */
void summary_outcome(FILE *file, const struct outcome *outcome);

/* summary_outcome_json writes them as one JSON object. */
void summary_outcome_json(FILE *file, const struct outcome *outcome);

struct json;

/* summary_outcome_members writes them as members of an object that is open. */
void summary_outcome_members(struct json *json, const struct outcome *outcome);

#endif
