/* control.h -- the mean of bad debt, with the twin without feedback as control variate.

   X is bad debt of a path, Y that of its twin: the same storm with a protocol whose own
   flow does not move the price (impact.feedback=off).  The regression estimate

       mean X - beta (mean Y over the n pairs - mean Y over all N control paths),
       beta = cov(X, Y) / var Y,

   has the variance var(X - beta Y) / n + beta^2 var Y / N, and is worth nothing without
   control paths beyond the pairs: with N = n it is the mean of X.  A control path costs
   as much as a path, so it pays when one control run serves many runs.

   What pairs tell by themselves: the variance of X's mean if Y's were known exactly would
   be 1 / (1 - rho^2) times less; and the difference X - Y, on one storm, has
   (var X + var Y) / var(X - Y) times less variance than from separate storms.

   Units    USD; factors of variance "1".
   Memory   two columns are held while they are reduced.
   Threads  no shared state.
   Source   Lavenberg, Welch (1981), Management Science 27(3), 322-335; Cochran, Sampling
            Techniques (1977), 12.6 (regression with a mean from a larger sample). */
#ifndef ANALYSIS_ESTIMATE_CONTROL_H
#define ANALYSIS_ESTIMATE_CONTROL_H

#include "analysis/estimate/interval.h"

struct spool;

struct control {
    uint64_t pairs; /* 0: there is no twin */
    double beta, correlation;
    double known_reduction;  /* of the mean's variance, if the twin's mean were known */
    double paired_reduction; /* of the difference's variance */
    uint64_t paths;          /* control paths; 0: only the pairs */
    struct interval mean;    /* by regression; none without control paths */
    double reduction;        /* of the mean's variance, as it is; NaN: not known */
    double level;
};

/* control_fit reduces count pairs; control_mean is the mean of Y over control_count paths,
   the pairs among them, or ignored when that is 0.  With fewer than three pairs, or a twin
   that never varies, pairs is 0. */
struct control control_fit(const double *x, const double *y, size_t count,
                           double control_mean, uint64_t control_count, double level);

/* control_of_twin takes Y from the paths themselves, when they ran with world.twin=on.
   Fails   false when the spool cannot be read or memory runs out. */
bool control_of_twin(const struct spool *spool, double level, struct control *control);

/* control_of_run takes Y from the same paths of another run, and its mean from all of
   that.  Fails   as above; or with EINVAL in errno when a path of the spool is not in the
   other or stands elsewhere. */
bool control_of_run(const struct spool *spool, const struct spool *other, double level,
                    struct control *control);

#endif
