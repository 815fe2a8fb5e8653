/* deliver.h -- hands out what a run made: the results file and the page or JSON.

   Units    none.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_DELIVER_H
#define ANALYSIS_COMMANDS_DELIVER_H

#include "analysis/run.h"

#include <stdbool.h>

/* deliver_check says whether the results file could be written, before anything is run.
   Fails   RUN_INPUT for a name no file can have, RUN_IO for a folder that is closed. */
enum run_status deliver_check(const char *out);

/* deliver writes the results file (out may be NULL), removes the shards after it, and
   prints summary or JSON.  Fails   RUN_IO, after saying why; the shards are kept then. */
enum run_status deliver(const struct run_subject *subject, struct run_result *result,
                        const char *out, bool as_json);

#endif
