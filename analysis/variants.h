/* variants.h -- a run beside runs of the same paths with a few values changed.

   Every variant runs the base's paths with the base's seed, so that path i meets the same
   storm in all of them, and is then compared with the base pair by pair.  With an output
   file each variant keeps its blocks in a folder of its own under FILE.shards/, named after
   its scenario's hash: an interrupted run goes on there with --resume.

   Units    those of the estimates; differences are variant less base.
   Memory   one spool at a time; variants_free gives everything back.
   Threads  as run_execute. */
#ifndef ANALYSIS_VARIANTS_H
#define ANALYSIS_VARIANTS_H

#include "analysis/estimate/paired.h"
#include "analysis/subject.h"
#include "scenarios/variant.h"

/* The estimates that variants are compared by: X(metric). */
#define VARIANTS_METRICS(X)                                                              \
    X("p_insolvency")                                                                    \
    X("bad_debt_mean")                                                                   \
    X("pool_pnl_hedged_mean")                                                            \
    X("liquidated_notional_mean")
#define VARIANTS_ONE(metric) +1
enum { VARIANTS_METRIC_COUNT = 0 VARIANTS_METRICS(VARIANTS_ONE) };
#undef VARIANTS_ONE
extern const char *const variants_metric[VARIANTS_METRIC_COUNT];

struct variants_row {
    struct variant variant;
    bool same;         /* changes nothing here: its values are the base's */
    char problem[256]; /* why it was not run; "" when it was */
    unsigned char hash[DIGEST_SIZE], digest[DIGEST_SIZE];
    uint64_t failed; /* paths */
    struct estimate estimate[VARIANTS_METRIC_COUNT];
    struct paired paired[VARIANTS_METRIC_COUNT];
};

struct variants {
    size_t count;
    struct variants_row *row;
    struct estimate base[VARIANTS_METRIC_COUNT];
    struct run_result *kept; /* of each row: its folder of shards, once it has run */
};

/* The smallest and the largest estimate over base and variants. */
struct variants_range {
    double low, high;
    const struct variants_row *lowest, *highest; /* NULL: the base */
};

/* variants_run runs every variant of a base whose run is complete; those that the result was
   compared with already are not run again.
   Fails   as run_execute; what has run is kept for --resume. */
enum run_status variants_run(const struct subject *base,
                             const struct run_request *request,
                             const struct run_result *result,
                             const struct variant *variant, size_t count,
                             struct variants *variants);

/* variants_range is the model range of a metric. */
struct variants_range variants_range(const struct variants *variants, size_t metric);

/* variants_verdict is run_verdict over all variants. */
enum run_status variants_verdict(const struct variants *variants);

/* variants_discard_shards removes the folders, once the results are safe.
   Fails   false, after saying why. */
bool variants_discard_shards(struct variants *variants);

/* variants_free gives back what variants own; a zeroed one is fine. */
void variants_free(struct variants *variants);

#endif
