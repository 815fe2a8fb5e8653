/* replay_output.h -- what of a replayed path is shown, and how.

   Units    times are texts of the user: a duration since the start, T+hh:mm:ss, or an
            instant in UTC.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_REPLAY_OUTPUT_H
#define ANALYSIS_COMMANDS_REPLAY_OUTPUT_H

#include "analysis/replay.h"

#include <stdbool.h>

struct replay_output {
    const char *from, *to, *kinds, *every, *out; /* NULL: not given */
    bool all, json;
};

/* What is told, and what a stored run says of it. */
struct replay_told {
    const struct subject *subject;
    const struct replay *replay;
    uint64_t seed;
    const char *origin;
    bool stored, same;
};

/* replay_output_check reads the user's texts and says what is wrong with them, before
   anything is run.  Fails   RUN_INPUT. */
enum run_status replay_output_check(const struct replay_output *output,
                                    const struct stage *stage);

/* replay_output prints story or JSON and writes the file.
   Fails   RUN_IO, after saying why. */
enum run_status replay_output(const struct replay_output *output,
                              const struct replay_told *told);

#endif
