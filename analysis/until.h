/* until.h -- taking paths until an interval is narrow enough.

   Whether to stop is asked at 1024 * 2^k paths and at the largest number allowed, of the
   complete prefix of paths alone: the answer depends neither on threads nor on time nor on
   interruptions.  Look k = 1, 2, ... spends an error of alpha 2^-k, alpha = 1 - level: its
   intervals have the level 1 - alpha 2^-k, and by Bonferroni's inequality all of them
   cover together with at least the level asked for, whichever look ends the run.  An
   interval of the plain level, looked at again and again, would not.

   A shortfall whose interval is not to be trusted (thin tail, batches that disagree) and a
   bound that the paths cannot give stop nothing.

   Units    half-widths in the metric's shown unit; relative ones as a share of the value.
   Memory   values.
   Threads  a look is one thread's.
   Source   Lan, DeMets (1983), Biometrika 70, 659-663 (error spending). */
#ifndef ANALYSIS_UNTIL_H
#define ANALYSIS_UNTIL_H

#include "analysis/estimate/metrics.h"

#include <stdio.h>

struct json;

/* One condition: the interval of a metric reaches no further than half to either side, in
   the mean of both sides. */
struct until_rule {
    char text[160]; /* as written: "p_insolvency=0.5%" */
    char metric[METRICS_NAME_SIZE];
    enum outcome_field field;
    double half;
    bool relative; /* half is a share of |value| */
};

#define UNTIL_MAX 16
struct until {
    size_t count;
    struct until_rule rule[UNTIL_MAX];
};

/* What came of it. */
struct until_state {
    const struct until *rules; /* the caller's; NULL: nobody asked */
    uint64_t paths;            /* at the last look */
    unsigned looks;            /* so far */
    bool reached;              /* by all rules */
    bool failed;               /* the look could not be taken; errno says why */
    double level;              /* asked for, over all looks */
    double widths[UNTIL_MAX];  /* half-widths at the last look; NaN: none */
    bool met[UNTIL_MAX];
};

/* until_parse reads METRIC=HALF: "p_insolvency=0.5%" and "bad_debt_mean=20k USD" in the
   metric's unit, "bad_debt_es99=relative:10%" of its value.
   Fails   false, with one sentence in error. */
bool until_parse(const char *text, struct until_rule *rule, char *error, size_t size);

/* until_level is the level of the intervals of look number 1, 2, ... */
double until_level(double level, unsigned look);

/* until_look takes the next look at the spool by state->rules, unless it was taken at this
   many paths already, and tells whether every rule is met. */
bool until_look(const struct spool *spool, double level, struct until_state *state);

/* until_text writes the rules, separated by blanks. */
#define UNTIL_TEXT_SIZE (UNTIL_MAX * 161)
void until_text(const struct until *until, char *text, size_t size);

/* until_print writes what came of it, a line or one for every rule that is not met;
   until_json the member "until".  Nothing when nobody asked. */
void until_print(FILE *file, const struct until_state *state);
void until_json(struct json *json, const struct until_state *state);

#endif
