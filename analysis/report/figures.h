/* figures.h -- the numbers a report tells, and how they are spelled.

   Units    as printed: percent, USD with k, M or B, and the units of the estimates.
   Memory   texts go to the caller's buffers.
   Threads  pure. */
#ifndef ANALYSIS_REPORT_FIGURES_H
#define ANALYSIS_REPORT_FIGURES_H

#include "analysis/estimate/metrics.h"
#include "analysis/number.h"

#include <stddef.h>

/* The table of results. */
extern const struct number_row figures_rows[];
extern const size_t figures_count;

#define FIGURES_SIZE 96

/* figures_value writes a value with its unit, "1.25M USD", "12.4 %"; unit is that of the
   estimate. */
void figures_value(enum number_look look, double value, const char *unit,
                   char text[FIGURES_SIZE]);

/* figures_legend explains the marks of metrics_marks. */
extern const char figures_legend[];

/* figures_warning says in words what metrics_marks marks, "" or "; ...". */
#define FIGURES_WARNING_SIZE 160
void figures_warning(const struct estimate *estimate, char text[FIGURES_WARNING_SIZE]);

/* figures_interval writes "low to high" with the unit; a bound the sample cannot give is
   "unknown". */
void figures_interval(enum number_look look, double low, double high, const char *unit,
                      char text[FIGURES_SIZE]);

/* figures_usd, figures_percent and figures_plain are writers for an axis. */
void figures_usd(double value, char text[NUMBER_SIZE]);
void figures_percent(double value, char text[NUMBER_SIZE]);
void figures_plain(double value, char text[NUMBER_SIZE]);

#endif
