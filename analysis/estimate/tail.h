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

/* tail_shortfall is the expected shortfall, the mean of the worst 1 - q of the mass:
   ES = VaR + E[(X - VaR)+] / (1 - q), with the normal interval of its influence function,
   se^2 = Var[(X - VaR)+] / ((1 - q)^2 n).  *tail_count counts the values above VaR: with
   fewer than TAIL_FEW the interval is not to be trusted, with none there is none. */
#define TAIL_FEW 50
struct interval tail_shortfall(const struct sample *sorted, uint32_t q_ppm, double level,
                               uint64_t *tail_count);

#endif
