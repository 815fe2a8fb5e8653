/* contest.h -- how two settings compare on the same paths, goal by goal.

   A setting has a cost and goals: a metric in a scenario, and a limit it is not to pass.

       cost = capital_locked + weight * liquidation_cost, mean over paths,

   of the first scenario.  Estimates are those of metrics.h; differences are paired where
   paired.h can pair them (means, shortfalls, probabilities), else two intervals that do not
   meet are a difference.

   Units    cost in USD; goals in the unit of their metric.
   Memory   a contestant owns its column of costs until contest_free.
   Threads  one thread.
   Source   DESIGN.md, "Tuning has an objective". */
#ifndef ANALYSIS_TUNE_CONTEST_H
#define ANALYSIS_TUNE_CONTEST_H

#include "analysis/estimate/paired.h"
#include "scenarios/load.h"

#define CONTEST_GOALS 16

/* One metric of one scenario.  Smaller is better where the budget says "<=". */
struct contest_goal {
    struct load_expect expect; /* text of the budget; "" for a goal without limit */
    struct estimate metric;    /* its name, field, kind and unit */
    size_t scenario;
    bool more_is_better;
    double limit; /* NaN: none */
};

/* What the paths of one setting say. */
struct contestant {
    struct spool *const *spool; /* one a scenario */
    double *cost;               /* of every path, NaN where it failed */
    size_t paths;
    uint64_t failed; /* over all scenarios */
    struct interval mean_cost, capital, liquidation;
    struct estimate estimate[CONTEST_GOALS];
};

struct contest {
    size_t goal_count, scenario_count;
    struct contest_goal goal[CONTEST_GOALS];
    double cost_weight;
};

/* contest_look computes the estimates of a setting at a level, and its column of costs.
   Fails   false, errno set. */
bool contest_look(const struct contest *contest, struct contestant *one, double level);

/* contest_cost is B's cost less A's, paired.  Fails   false when memory runs out. */
bool contest_cost(const struct contestant *a, const struct contestant *b, double level,
                  struct interval *difference);

/* contest_goal_difference is the same for a goal: in its unit, B less A.  Not paired: the
   widest that the two intervals allow.
   Fails   false, errno set. */
bool contest_goal_difference(const struct contest *contest, size_t goal,
                             const struct contestant *a, const struct contestant *b,
                             double level, struct interval *difference);

/* How a setting stands to a limit. */
enum contest_verdict {
    CONTEST_WITHIN,  /* the worse end of the interval meets it */
    CONTEST_UNCLEAR, /* the interval holds it, or there is none */
    CONTEST_OVER,    /* not even the better end does */
};

/* contest_verdict_of is the worst verdict over the goals that have a limit: WITHIN only if
   all are met, OVER if one surely is not.  A shortfall from too few paths is not within. */
enum contest_verdict contest_verdict_of(const struct contest *contest,
                                        const struct contestant *one);

/* contest_excess is how far the estimates are over their limits, the largest as a share of
   the limit (or in the metric's unit at a limit of 0); negative: within.  Without limits it
   is the largest goal. */
double contest_excess(const struct contest *contest, const struct contestant *one);

/* contest_beats tells whether B is surely better than A in cost and in every goal.
   Fails   false in *fine, errno set. */
bool contest_beats(const struct contest *contest, const struct contestant *b,
                   const struct contestant *a, double level, bool *fine);

/* contest_free gives the column back. */
void contest_free(struct contestant *one);

#endif
