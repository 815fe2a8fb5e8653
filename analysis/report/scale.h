/* scale.h -- from values to places on a chart, and where the marks of an axis stand.

   Units    values as they are shown; places in units of the drawing.
   Memory   values only.
   Threads  pure. */
#ifndef ANALYSIS_REPORT_SCALE_H
#define ANALYSIS_REPORT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#define SCALE_TICKS_MAX 32

struct scale {
    double low, high; /* values at both ends; positive when logarithmic */
    double from, to;  /* their places; to < from for an axis that points up */
    bool logarithmic;
};

/* scale_at is the place of a value; what is beyond an end stands at the end. */
double scale_at(const struct scale *scale, double value);

/* scale_step is the smallest of 1, 2, 5 times a power of ten that divides the span into at
   most so many parts.  Range   span > 0, parts >= 1. */
double scale_step(double span, unsigned parts);

/* scale_round widens a linear scale to multiples of its step, a logarithmic one to powers
   of ten; a scale without extent gets some. */
void scale_round(struct scale *scale, unsigned parts);

/* scale_ticks gives the values of the marks: multiples of the step, or powers of ten (over
   less than two decades with 2 and 5 between them).  Returns how many. */
size_t scale_ticks(const struct scale *scale, unsigned parts,
                   double tick[SCALE_TICKS_MAX]);

#endif
