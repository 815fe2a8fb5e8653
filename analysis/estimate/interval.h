/* interval.h -- a number with the interval it comes with: means and shares.

   Units    those of the sample, divided by its divisor.
   Memory   a sample owns two arrays until sample_free; intervals are values.
   Threads  no shared state; one sample per thread.
   Source   Brown, Cai, DasGupta (2001), Statistical Science 16(2) (Wilson); Clopper,
            Pearson (1934), Biometrika 26(4). */
#ifndef ANALYSIS_ESTIMATE_INTERVAL_H
#define ANALYSIS_ESTIMATE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bound that the sample cannot give is a NaN, and so is the value of an empty sample.
 */
struct interval {
    double value, low, high;
};

/* The present values of one field.  Exactly one of the arrays is used: integers stay
   integers until the last division. */
struct sample {
    size_t count;
    int64_t *integer; /* NULL when the values are real */
    double *real;     /* NULL when the values are integers */
    double divisor;   /* stored units in one shown unit, such as 1e6 for USD */
    bool sorted;
};

/* sample_free gives the arrays back. */
void sample_free(struct sample *sample);

/* sample_sort orders the values from smallest to largest. */
void sample_sort(struct sample *sample);

/* sample_at is the value with a rank, 1 <= rank <= count, in shown units. */
double sample_at(const struct sample *sample, size_t rank);

/* interval_none is the answer when there is nothing to answer from. */
struct interval interval_none(void);

/* interval_mean is the mean with Student's t interval.  Integers are summed exactly.
   Without two different values there is no interval: they do not tell how far off the
   mean may be. */
struct interval interval_mean(const struct sample *sample, double level);

/* interval_wilson is the score interval of events out of trials; none without trials. */
struct interval interval_wilson(uint64_t events, uint64_t trials, double level);

/* interval_clopper_pearson is the interval by inverting the binomial test: it covers at
   least level, always.  None without trials. */
struct interval interval_clopper_pearson(uint64_t events, uint64_t trials, double level);

/* interval_share is what is shown for a probability: Clopper-Pearson where fewer than
   INTERVAL_FEW trials are events or fewer than that are not, else Wilson. */
#define INTERVAL_FEW 10
struct interval interval_share(uint64_t events, uint64_t trials, double level);

#endif
