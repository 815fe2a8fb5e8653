/* tune_page.h -- what a tuning found, for people and for machines.

   Units    shown: USD, percent, or the metric's.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_TUNE_TUNE_PAGE_H
#define ANALYSIS_TUNE_TUNE_PAGE_H

#include "analysis/tune/tune.h"

#include <stdio.h>

/* tune_print writes the page: the recommendation, then the settings. */
void tune_print(FILE *file, const struct tune *tune);

/* tune_json writes everything as one object. */
void tune_json(FILE *file, const struct tune *tune);

/* tune_word is what became of a setting, in one or two words. */
const char *tune_word(const struct tune *tune, size_t index);

/* tune_label writes the values of a setting, separated by commas. */
#define TUNE_LABEL_SIZE (DESIGN_AXES * (DESIGN_VALUE_SIZE + 2))
void tune_label(const struct tune *tune, size_t index, char text[TUNE_LABEL_SIZE]);

/* tune_shown is what is known best about a setting: fresh numbers, or the search's; NULL: it
   was never run. */
const struct contestant *tune_shown(const struct tune_setting *setting);

#endif
