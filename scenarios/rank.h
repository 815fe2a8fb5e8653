/* rank.h -- Spearman's rank correlation.

   Units    dimensionless.
   Memory   the caller's scratch of twice count values.
   Threads  pure function.
   Source   Spearman (1904), Am. J. Psychology 15(1); ties get their mean rank. */
#ifndef SCENARIOS_RANK_H
#define SCENARIOS_RANK_H

#include <stdbool.h>
#include <stdint.h>

/* rank_correlation writes the correlation of the ranks of a and b to *correlation; false
   when there are fewer than two pairs or one of them does not vary. */
bool rank_correlation(const double *a, const double *b, uint32_t count, double *scratch,
                      double *correlation);

#endif
