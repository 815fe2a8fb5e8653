/* merge.h -- the parts of a run, made elsewhere or in turn, put together.

   Units    none.
   Memory   the plan is freed by plan_free, the result by run_result_free.
   Threads  one thread. */
#ifndef ANALYSIS_MERGE_H
#define ANALYSIS_MERGE_H

#include "analysis/plan.h"
#include "analysis/run.h"

#define MERGE_FOLDERS_MAX 1024

/* merge_shards reads every block of a run from the folders and evaluates it: the same
   digest as in one run.  The folders have to belong to one run and plan and to hold all
   its blocks; a block that several hold is taken from the first that can be read.
   Fails   says what is missing or does not fit; RUN_INPUT or RUN_IO. */
enum run_status merge_shards(const char *const *folders, size_t count, double level,
                             struct plan *plan, struct run_result *result);

/* merge_subject is the plan as the subject of a run that has been made. */
struct run_subject merge_subject(const struct plan *plan);

#endif
