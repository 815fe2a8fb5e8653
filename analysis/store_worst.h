/* store_worst.h -- the event logs of the worst paths in a results file: /worst/1, /worst/2, ...

   They are the completed paths with the most bad debt, run again when the results are
   written and the same as stored, or nothing is written.  Each group has the columns of
   event_table.h on `event_number`, compressed; a column in which no row has a value is left
   out.  Attributes say which path it is, its digest, and the span of the metrics.

   Units    attribute `units` of every column.
   Memory   one path's log at a time.
   Threads  one thread. */
#ifndef ANALYSIS_STORE_WORST_H
#define ANALYSIS_STORE_WORST_H

#include "analysis/replay.h"
#include "analysis/store_read.h"

struct store_hdf5;

/* How many logs a results file has, of a run with as many complete paths. */
#define STORE_WORST 3

/* store_worst_write writes the logs of the worst paths in result->spool.
   Fails   sets store->failed, after saying why. */
void store_worst_write(struct store_hdf5 *store, const struct subject *subject,
                       const struct run_result *result);

/* What a drawing needs of a stored log: rows of time, prices, base fee, fund and bad debt;
   all else in them is zero. */
struct store_worst {
    uint64_t path;
    int64_t start_ns, end_ns; /* of the metrics */
    struct replay replay;
};

/* store_worst_read reads the log with a number, 1 the worst; *there tells whether the file
   has it.  Give it back by replay_free(&worst->replay).  Fails   false, with error. */
bool store_worst_read(struct store *store, unsigned number, struct store_worst *worst,
                      bool *there, struct store_error *error);

#endif
