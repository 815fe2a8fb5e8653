/* metrics.h -- every estimate of a run: which there are, and their values.

   The list grows from the outcome table: money, ratios and counts get FIELD_mean, _p50,
   _p95, _var99 and _es99; times and gas the first three; flags p_FIELD.

   Units    those of the outcome table; probabilities and ratios "1".
   Memory   estimates are values; one column at a time is held while they are computed.
   Threads  call from one thread. */
#ifndef ANALYSIS_ESTIMATE_METRICS_H
#define ANALYSIS_ESTIMATE_METRICS_H

#include "analysis/spool.h"
#include "scenarios/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define METRICS_NAME_SIZE 64
#define METRICS_MAX       (5 * OUTCOME_FIELD_COUNT)

enum metrics_kind {
    METRICS_MEAN,
    METRICS_P50,
    METRICS_P95,
    METRICS_VAR99,
    METRICS_ES99,
    METRICS_PROBABILITY,
};

struct estimate {
    char name[METRICS_NAME_SIZE];
    enum outcome_field field;
    enum metrics_kind kind;
    double value, low, high; /* NaN: the sample cannot say */
    double level;
    uint64_t n; /* completed paths on which the field has a value */
    const char *unit;
    char measure[METRICS_NAME_SIZE]; /* probability it is taken under */
    bool incomplete;                 /* a path failed: it is missing from value and n */
    bool thin_tail;                  /* a shortfall from fewer than TAIL_FEW paths */
    /* A shortfall's interval from TAIL_BATCHES parts of the paths; NaN: not computed. */
    double batch_low, batch_high;
    bool batches_disagree; /* by more than chance: the interval is not to be trusted */
};

/* Added to the measure of estimates of a field that some completed path has no value of. */
#define METRICS_GIVEN_VALUE ", given a value"

struct metrics {
    struct estimate estimate[METRICS_MAX];
    size_t count;
    uint64_t paths;                           /* in the spool */
    uint64_t by_status[OUTCOME_STATUS_COUNT]; /* how paths ended */
    uint64_t failed;                          /* all but complete */
};

/* metrics_list fills names, fields, kinds and units without values, for `list`. */
void metrics_list(struct metrics *metrics);

/* metrics_doc writes one line on what the estimate is. */
void metrics_doc(const struct estimate *estimate, char *text, size_t size);

/* metrics_begin lists the estimates and counts how the paths of the spool ended;
   metrics_compute_field then fills those of one field, as metrics_compute does for all.
   Fail    as metrics_compute. */
bool metrics_begin(const struct spool *spool, struct metrics *metrics);
bool metrics_compute_field(const struct spool *spool, enum outcome_field field,
                           double level, const char *measure, struct metrics *metrics);

/* metrics_compute reads every column of the spool and fills metrics; measure is that of
   the run, such as "conditional".  A probability
   counts the failed paths as events for its upper end and not for its lower; a quantile
   takes them for the largest values and for the smallest; means and shortfalls have no
   such bounds and leave them out.
   Fails   false when the spool cannot be read or memory runs out. */
bool metrics_compute(const struct spool *spool, double level, const char *measure,
                     struct metrics *metrics);

/* metrics_marks writes what an estimate may not be trusted for, behind a blank each: "~" a
   thin tail, "!" batches that disagree, "*" missing paths; "" when all is well. */
#define METRICS_MARKS_SIZE 8
void metrics_marks(const struct estimate *estimate, char text[METRICS_MARKS_SIZE]);

/* metrics_find is the estimate of a name, or NULL. */
const struct estimate *metrics_find(const struct metrics *metrics, const char *name);

#endif
