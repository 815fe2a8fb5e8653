/* systemic_output.h -- what studies of paths are shown as.

   Units    as printed: USD with k, M or B, hours, percent.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_SYSTEMIC_OUTPUT_H
#define ANALYSIS_COMMANDS_SYSTEMIC_OUTPUT_H

#include "analysis/systemic/bearers.h"
#include "analysis/systemic/study.h"

#include <stdbool.h>

struct systemic_output {
    const struct subject *subject;
    const char *results;  /* name of the results file; NULL: from a scenario */
    uint64_t seed, paths; /* of the run; paths 0: not known */
    double depth_share, level;
    const struct study *study;
    size_t count;
    bool worst;                    /* they are the worst of the run */
    const struct bearers *bearers; /* NULL: not known */
    uint32_t q_ppm;                /* of the bearers' tail */
};

/* systemic_output_print tells one study in full, several in a table and together.
   Fails   RUN_IO when memory is out, after saying so. */
enum run_status systemic_output_print(const struct systemic_output *output);

/* systemic_output_json writes all of it as one JSON object.  Fails   as above. */
enum run_status systemic_output_json(const struct systemic_output *output);

/* What several studies come to together. */
struct systemic_pooled {
    struct interval branching;
    struct interval only; /* of the liquidated, those who else would never have been */
    struct tail_shares_part class[OWNERS_CLASS_COUNT]; /* of the accounts' shortfalls */
    struct interval shortfall;
    size_t count; /* of the studies: those of complete paths */
};

/* systemic_output_pool puts the complete studies together; what rests on them being the
   worst of the run has no interval otherwise.  Fails   false when memory is out. */
bool systemic_output_pool(const struct systemic_output *output,
                          struct systemic_pooled *pooled);

#endif
