/* evidence_columns.h -- what a report takes from the columns of /paths.

   Units    as evidence.h.
   Memory   one column is in memory while it is worked on, and three that belong together.
   Threads  one thread. */
#ifndef ANALYSIS_REPORT_EVIDENCE_COLUMNS_H
#define ANALYSIS_REPORT_EVIDENCE_COLUMNS_H

#include "analysis/report/evidence.h"

/* evidence_columns fills debt, waterfall, liquidated, gas, fragility and sensitivities.  A
   column the file does not have leaves its part empty.
   Fails   false, with error. */
bool evidence_columns(struct evidence *evidence, struct store_error *error);

#endif
