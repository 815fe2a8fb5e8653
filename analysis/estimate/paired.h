/* paired.h -- the difference between two runs on common random numbers.

   Path i of both runs is one pair: it meets the same storm, so the difference of a pair
   varies far less than the difference of two independent paths.

   Means       d_i = second - first; Student's t interval of the mean of d_i.
   Shortfall   ES is the mean of q + (x_i - q)+ / (1 - a), q the VaR of its own run; the
               two are paired as means are.
   Shares      only pairs that disagree tell anything.  With b pairs that are an event in
               the second run only and c in the first only, the difference is
               (b - c) / n.  The interval is Tango's score interval: it excludes zero
               exactly when McNemar's test rejects.  With fewer than INTERVAL_FEW pairs
               that disagree it is exact: Clopper-Pearson bounds of the share b / (b + c),
               at four fifths of the error, and of (b + c) / n, at one fifth, combined.

   Units    those of the estimate, second less first.
   Memory   two columns of one field are held while one difference is computed.
   Threads  no shared state.
   Source   Tango (1998), Statistics in Medicine 17, 891-908; McNemar (1947),
            Psychometrika 12, 153-157; Rockafellar, Uryasev (2000), J. of Risk 2(3) (ES
            as a mean). */
#ifndef ANALYSIS_ESTIMATE_PAIRED_H
#define ANALYSIS_ESTIMATE_PAIRED_H

#include "analysis/estimate/metrics.h"

/* How often a pair is an event in the runs. */
struct paired_counts {
    uint64_t both, only_first, only_second, neither;
};

struct paired {
    struct interval difference; /* second less first */
    double errors;              /* the difference in its standard errors; 0: no pair
                                   differs; NaN: one pair cannot say */
    uint64_t pairs;             /* paths with a value in both runs */
    uint64_t higher, lower; /* pairs in which the second run's value is higher, lower */
    uint64_t failed;        /* pairs with a path that failed in either run */
};

/* paired_score is Tango's interval for a difference of shares, paired_exact the one for
   few pairs that disagree, and paired_share the one that is shown.
   Range   at least one pair. */
struct interval paired_score(const struct paired_counts *counts, double level);
struct interval paired_exact(const struct paired_counts *counts, double level);
struct interval paired_share(const struct paired_counts *counts, double level);

/* paired_possible tells whether there is a paired interval for estimates of a kind:
   means, expected shortfalls and probabilities. */
bool paired_possible(enum metrics_kind kind);

/* paired_compute compares one estimate of two runs, path by path.  A pair that failed in
   either run is left out of means; for a probability the interval spans both answers.
   Range   paired_possible(kind).
   Fails   false when a spool cannot be read, memory runs out, or the spools do not hold
           the same paths (errno is EINVAL then). */
bool paired_compute(const struct spool *first, const struct spool *second,
                    enum outcome_field field, enum metrics_kind kind, double level,
                    struct paired *paired);

#endif
