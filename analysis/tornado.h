/* tornado.h -- what a run was compared with, on the terminal page and in JSON.

   One line a variant: a bar from the base's estimate to the variant's, the estimate, and
   the paired difference with its interval.  Variants of one key stand together; the key
   with the largest effect comes first.

   Units    as printed: percent and percentage points, USD with k, M or B.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_TORNADO_H
#define ANALYSIS_TORNADO_H

#include "analysis/json.h"
#include "analysis/variants.h"

#include <stdio.h>

/* tornado_print writes one table for each metric, 80 columns wide. */
void tornado_print(FILE *file, const struct variants *variants);

/* tornado_print_ablation writes what the headlines owe to each mechanism: the difference
   without it, with its interval and in standard errors. */
void tornado_print_ablation(FILE *file, const struct variants *variants);

/* tornado_print_fragility writes P(insolvency) with its interval for every severity. */
void tornado_print_fragility(FILE *file, const struct variants *variants);

/* tornado_print_range writes the line below a headline of that name, if it has a range. */
void tornado_print_range(FILE *file, const struct variants *variants, const char *metric);

/* tornado_json writes the variants as an array under key, and for sensitivities the
   object model_range. */
void tornado_json(struct json *json, const char *key, const struct variants *variants);
void tornado_json_range(struct json *json, const struct variants *variants);

#endif
