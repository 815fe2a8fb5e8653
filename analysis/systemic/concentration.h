/* concentration.h -- how much of a whole is with how few.

   herfindahl  sum of squared shares, 1 / n when equal, 1 when one has all;
   gini        0 when equal, (n - 1) / n when one has all;
   jain        (sum)^2 / (n sum of squares), 1 when equal, 1 / n when one has all.

   Units    shares of 1; values in any one unit, >= 0.
   Memory   scratch while it runs.
   Threads  pure functions.
   Source   Jain, Chiu, Hawe (1984), DEC-TR-301; Gini by the ordered form of Dixon et al.
            (1987), Ecology 68(5). */
#ifndef ANALYSIS_SYSTEMIC_CONCENTRATION_H
#define ANALYSIS_SYSTEMIC_CONCENTRATION_H

#include <stdbool.h>
#include <stddef.h>

enum { CONCENTRATION_TOP = 10 };

struct concentration {
    size_t count;   /* of values */
    size_t holders; /* of them above zero */
    double total;
    /* all 0 when total is 0 */
    double largest;   /* share of the largest one */
    double top_share; /* of the CONCENTRATION_TOP largest */
    double herfindahl, gini, jain;
};

/* concentration_measure looks at count values >= 0, in any order.
   Fails   false when memory is out. */
bool concentration_measure(const double *value, size_t count,
                           struct concentration *concentration);

#endif
