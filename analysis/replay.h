/* replay.h -- one path again, with its event log.

   The path runs twice: once to count the rows, once to keep them.  Both give the outcome
   of the run, and the same one.

   Units    as scenarios/event_log.h.
   Memory   a replay owns its rows until replay_free.
   Threads  one thread. */
#ifndef ANALYSIS_REPLAY_H
#define ANALYSIS_REPLAY_H

#include "analysis/subject.h"
#include "scenarios/event_log.h"

#include <stddef.h>

#define REPLAY_ROOT_NS INT64_C(3600000000000) /* how often a state root is taken: 1 h */

struct replay {
    struct event_row *row;
    size_t count;
    struct event_extremes extremes;
    struct outcome outcome;
};

/* replay_path runs a path of the subject; a state root is taken every root_ns nanoseconds
   and after each shortfall.  Fails   RUN_IO, after saying why. */
enum run_status replay_path(const struct subject *subject, uint64_t seed, uint64_t path,
                            int64_t root_ns, struct replay *replay);

/* replay_free gives the rows back. */
void replay_free(struct replay *replay);

/* replay_who writes who an account is, such as "trader 17" or "insurance fund"; what is no
   account is a number. */
#define REPLAY_WHO_SIZE 32
void replay_who(const struct stage *stage, uint32_t account, char text[REPLAY_WHO_SIZE]);

/* replay_differs names the first thing in which two outcomes differ, such as "bad_debt" or
   "the log head"; NULL when they are the same. */
const char *replay_differs(const struct outcome *one, const struct outcome *other);

#endif
