/* race.h -- the search of a tuning: rounds of more and more paths for fewer settings.

   Units    as contest.h.
   Memory   as tune.h.
   Threads  call from the main thread. */
#ifndef ANALYSIS_TUNE_RACE_H
#define ANALYSIS_TUNE_RACE_H

#include "analysis/tune/tune.h"

/* race_run runs the rounds of the search and settles the fate of every setting. */
enum run_status race_run(struct tune *tune);

/* Settings and the paths they run next: first .. end - 1 of the search, or of the fresh
   seed. */
struct race_round {
    const size_t *list;
    size_t count, round;
    uint64_t first, end;
    double level;
    bool fresh;
};

/* race_round runs a round's settings as one run, kept as number `round`, and looks at them at
   a level.  Fails   as field_run. */
enum run_status race_round(struct tune *tune, const struct race_round *round);

/* race_drop settles the fate of the settings of a list that cannot be the answer, at a
   level, and returns how many are left, moved to its front.
   Fails   SIZE_MAX, errno set. */
size_t race_drop(struct tune *tune, size_t *list, size_t count, double level);

#endif
