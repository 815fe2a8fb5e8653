/* answer.h -- the end of a tuning: fresh numbers, and the setting they speak for.

   Units    as contest.h.
   Memory   as tune.h.
   Threads  call from the main thread. */
#ifndef ANALYSIS_TUNE_ANSWER_H
#define ANALYSIS_TUNE_ANSWER_H

#include "analysis/tune/tune.h"

/* answer_run runs what the search left, and the present setting, on the fresh seed, and
   fills verdicts and the answer. */
enum run_status answer_run(struct tune *tune);

#endif
