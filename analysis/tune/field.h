/* field.h -- many scenarios side by side, each run for the next so many of its paths.

   A cell is one scenario and what its paths gave so far.  One call takes every cell of a
   list from the same path on: path i of all cells meets the same storm.  All cells' paths
   are one run, so that the threads share them whatever their number, and with a file name
   they are kept as any run's blocks are.

   Units    paths.
   Memory   a cell owns its spool until field_cell_free.
   Threads  field_run uses request->threads threads. */
#ifndef ANALYSIS_TUNE_FIELD_H
#define ANALYSIS_TUNE_FIELD_H

#include "analysis/run.h"

struct field_cell {
    const struct run_subject *run;
    struct spool *spool; /* NULL before the first paths */
};

struct field_request {
    uint64_t seed;
    uint64_t first, end; /* the paths that every cell runs; cells have 0 .. first - 1 */
    unsigned threads;
    const char *out; /* keeps blocks in OUT.shards; NULL: nowhere */
    bool resume;     /* goes on with those */
    const char *unit;
    bool quiet;
};

/* field_run runs the cells.  kept, of a run with blocks, is for run_discard_shards and
   run_result_free.
   Fails   as run_execute, after saying why. */
enum run_status field_run(struct field_cell *const *cell, size_t count,
                          const struct field_request *request, struct run_result *kept);

/* field_cell_free gives the spool back. */
void field_cell_free(struct field_cell *cell);

#endif
