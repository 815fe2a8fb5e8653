/* tail.h -- quantiles, value at risk and expected shortfall of a sorted sample.

   A quantile is the inverse of the empirical distribution, inf{x : F(x) >= q}: always one
   of the values, so an atom (no bad debt on most paths) is met exactly.

   Units    probabilities in ppm, so that ranks are exact; values as in interval.h.
   Memory   nothing is allocated.
   Threads  no shared state.
   Source   David, Nagaraja, Order Statistics (2003), section 7.1 (ranks); Acerbi, Tasche
            (2002), J. Banking and Finance 26(7) (shortfall with atoms). */
#ifndef ANALYSIS_ESTIMATE_TAIL_H
#define ANALYSIS_ESTIMATE_TAIL_H

#include "analysis/estimate/interval.h"

/* Ranks are 1-based.  low 0: no value bounds the quantile from below at this level; high
   count + 1: none bounds it from above. */
struct tail_ranks {
    uint64_t value, low, high;
};

/* tail_quantile_ranks gives the rank of the quantile and of the order statistics that
   enclose it: low the largest with P(X < low) <= (1 - level) / 2 and high the smallest
   with P(X < high) >= (1 + level) / 2, X binomial(count, q).  Range count >= 1. */
struct tail_ranks tail_quantile_ranks(uint64_t count, uint32_t q_ppm, double level);

/* tail_quantile is the quantile between its two order statistics. */
struct interval tail_quantile(const struct sample *sorted, uint32_t q_ppm, double level);

/* tail_quantile_bounds is the same when `failed` more trials gave no value: the lower end
   takes them for smaller than every value, the upper end for larger.  An end that falls
   among them is a NaN. */
struct interval tail_quantile_bounds(const struct sample *sorted, uint32_t q_ppm,
                                     double level, uint64_t failed);

/* tail_shortfall is the expected shortfall, the mean of the worst 1 - q of the mass:
   ES = VaR + E[(X - VaR)+] / (1 - q), with the normal interval of its influence function,
   se^2 = Var[(X - VaR)+] / ((1 - q)^2 n).  *tail_count counts the values above VaR: with
   fewer than TAIL_FEW the interval is not to be trusted, with none there is none. */
#define TAIL_FEW 50
struct interval tail_shortfall(const struct sample *sorted, uint32_t q_ppm, double level,
                               uint64_t *tail_count);

/* tail_shortfall_batches checks that interval: the sample, in the order it was drawn, is
   cut into TAIL_BATCHES equal parts (what is left over is not used), and the spread of
   their shortfalls gives Student's t interval around their mean.  It assumes neither a
   known VaR nor a linear estimate; it is less exact, and a small part's shortfall is too
   low.  None when fewer than TAIL_FEW values are to be expected in the tail.
   Fails   false when memory runs out. */
#define TAIL_BATCHES 20
bool tail_shortfall_batches(const struct sample *in_order, uint32_t q_ppm, double level,
                            struct interval *batches);

/* tail_batches_agree tells whether the two intervals are about as wide as each other.  The
   squared ratio of their errors is chi-square with 19 degrees of freedom over 19 when the
   first is right: outside [1/2, 8/5] less often than once in 1,000.  True when there is
   nothing to compare. */
bool tail_batches_agree(const struct interval *shortfall, const struct interval *batches,
                        double level);

#endif
