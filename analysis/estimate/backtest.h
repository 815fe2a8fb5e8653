/* backtest.h -- did the losses exceed the margin as often as promised, and at random?

   Of n days, x had a loss above a value at risk that promised a share p of them.

   Kupiec          proportion of failures: LR = -2 ln( (1-p)^(n-x) p^x /
                   (1-x/n)^(n-x) (x/n)^x ), chi-square with 1 degree of freedom.
   Christoffersen  independence: n_ij days in state j after a day in state i (0 no
                   exceedance, 1 exceedance); the likelihood of one rate for all days over
                   that of a rate after each state, chi-square with 1 degree.  Conditional
                   coverage is the sum with Kupiec's, with 2 degrees.
   Basel           traffic light: green below a cumulative probability of 95 %, red from
                   99.99 %, yellow between; 250 days at 1 % make 0-4, 5-9 and 10 or more.

   0 ln 0 is 0.  The ratio is two-sided: with no exceedance in 250 days at 1 % Kupiec
   rejects at 95 % (LR 5.03) that the promise is 1 %, since the margin is then larger than
   promised; Kupiec's table of regions begins at 0 there and does not.  This is the ratio.

   Units    counts of days; probabilities.
   Memory   values; nothing is allocated.
   Threads  no shared state.
   Source   Kupiec (1995), J. of Derivatives 3(2), 73-84; Christoffersen (1998),
            International Economic Review 39(4), 841-862; Basel Committee (1996),
            Supervisory framework for the use of "backtesting". */
#ifndef ANALYSIS_ESTIMATE_BACKTEST_H
#define ANALYSIS_ESTIMATE_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A likelihood ratio and the probability of one as large by chance. */
struct backtest {
    double ratio, p_value;
    unsigned degrees;
};

/* How often a day of state j followed one of state i. */
struct backtest_transitions {
    uint64_t from_calm_to_calm, from_calm_to_loss, from_loss_to_calm, from_loss_to_loss;
};

enum backtest_light { BACKTEST_GREEN, BACKTEST_YELLOW, BACKTEST_RED };

/* backtest_kupiec tests the number of exceedances.
   Range   exceedances <= days, days >= 1, 0 < promised < 1. */
struct backtest backtest_kupiec(uint64_t exceedances, uint64_t days, double promised);

/* backtest_transitions_of counts the transitions of a sequence of days. */
struct backtest_transitions backtest_transitions_of(const bool *exceeds, size_t days);

/* backtest_independence tests whether exceedances come in clusters.  Without a day after
   an exceedance, or without one after a calm day, the ratio is 0. */
struct backtest backtest_independence(const struct backtest_transitions *transitions);

/* backtest_conditional tests both at once. */
struct backtest backtest_conditional(const struct backtest *kupiec,
                                     const struct backtest *independence);

/* backtest_basel is the zone: of the probability of at most so many exceedances.
   Range   as backtest_kupiec, days <= 2^32 - 1. */
enum backtest_light backtest_basel(uint64_t exceedances, uint64_t days, double promised);

#endif
