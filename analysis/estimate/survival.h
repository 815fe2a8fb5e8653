/* survival.h -- when does it happen?  Times to an event that not every path meets.

   A path without the event until the end is *censored* there: all that is known is that it
   takes longer.  Kaplan and Meier's product over the times of events uses it for as long
   as it was watched,

       S(t) = prod over t_i <= t of (1 - d_i / n_i),   incidence F = 1 - S,

   d_i events at t_i among n_i paths still at risk.  Greenwood's variance is
   S^2 sum d_i / (n_i (n_i - d_i)); the interval is taken of log(-log S), so that it stays
   within [0, 1].  Where fewer than INTERVAL_FEW paths had or did not have the event, and
   nobody was censored before, the interval is Clopper and Pearson's.  Intervals are
   pointwise: each covers its own time, not the whole curve.

   Failed paths may have met the event at any time or never: the lower end of every
   incidence takes them for paths that never do, the upper end for paths that did at the
   start.

   Units    times in the caller's unit, shown as hours.
   Memory   a survival owns its steps until survival_free.
   Threads  no shared state.
   Source   Kaplan, Meier (1958), J. American Statistical Association 53, 457-481;
            Greenwood (1926), Reports on Public Health 33; Kalbfleisch, Prentice (2002),
            The Statistical Analysis of Failure Time Data, 1.4 (log-log); Brookmeyer,
            Crowley (1982), Biometrics 38, 29-41 (median). */
#ifndef ANALYSIS_ESTIMATE_SURVIVAL_H
#define ANALYSIS_ESTIMATE_SURVIVAL_H

#include "analysis/estimate/interval.h"

struct spool;

struct survival_time {
    double time; /* above 0: of the event, or until when the path was watched */
    bool event;
};

/* What was observed.  A time beyond the horizon counts as censored at the horizon. */
struct survival_data {
    size_t count;
    struct survival_time *path; /* put in order by survival_fit */
    double horizon;
    uint64_t failed; /* paths of which nothing is known */
};

/* One time at which paths met the event. */
struct survival_step {
    double time;
    uint64_t at_risk, events; /* just before, and at, this time */
    struct interval incidence;
    double error; /* Greenwood's, of the incidence; NaN when no path is left */
};

struct survival {
    size_t count;
    struct survival_step *step; /* in order of time */
    double horizon, level;
    uint64_t paths, events, failed; /* paths: those that did not fail */
    struct interval incidence;      /* at the horizon */
    struct interval before;         /* the incidence, 0, before the first step */
    /* The first time at which the incidence reaches a half; NaN when it does not, and so
       for either end. */
    struct interval median;
    /* The mean of min(time, horizon): the area under S. */
    struct interval restricted_mean;
};

/* survival_fit estimates from what was observed.  Without paths everything is a NaN.
   Range   horizon > 0.
   Fails   false when memory runs out; the survival is empty then. */
bool survival_fit(struct survival_data *data, double level, struct survival *survival);

/* survival_depletion does it for the time at which the insurance fund could not pay, in
   hours.  Fails   false when the spool cannot be read or memory runs out. */
bool survival_depletion(const struct spool *spool, double horizon_h, double level,
                        struct survival *survival);

/* survival_at is the incidence at a time: that of the last step until then. */
struct interval survival_at(const struct survival *survival, double time);

/* survival_free gives the steps back; a zeroed one is fine. */
void survival_free(struct survival *survival);

#endif
