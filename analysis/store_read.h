/* store_read.h -- the one reader of results files.

   What is damaged, cut short, of another program or of a newer breakwater is told in one
   sentence; nothing is printed.  A missing value is NaN in a column of reals and
   STORE_MISSING in one of integers.  Rows come back as the outcomes that were stored, bit
   for bit: a stored number that no outcome has is damage.

   Units    those of the file; outcomes as in scenarios/outcome.h.
   Memory   a store owns its texts until store_close; a column its values until
            store_column_free: one column at a time is all that is ever in memory.
   Threads  one thread: HDF5 has one lock.
   Source   analysis/store.h describes the file. */
#ifndef ANALYSIS_STORE_READ_H
#define ANALYSIS_STORE_READ_H

#include "analysis/estimate/metrics.h"
#include "analysis/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_MISSING INT64_MIN

/* status: RUN_INPUT, the file is not what it should be; RUN_IO, it cannot be read, or
   memory is out. */
struct store_error {
    enum run_status status;
    char text[512];
};

/* What the file says about its run. */
struct store_about {
    const char *scenario_name, *measure, *release, *compiler;
    const char *canonical; /* the scenario, by the hash below not damaged */
    unsigned char scenario_hash[DIGEST_SIZE], digest[DIGEST_SIZE];
    int64_t semantics;
    uint64_t seed, paths, failed;
    double level; /* of the intervals */
    bool complete;
};

struct store;

/* store_is_results tells whether the file at path begins like HDF5, or is called .h5. */
bool store_is_results(const char *path);

/* store_open opens a results file and reads what it says about its run.
   Fails   NULL, with error. */
struct store *store_open(const char *path, struct store_error *error);

/* store_close gives everything back; NULL is allowed. */
void store_close(struct store *store);

/* store_about_of is what the file says about its run; store_path is its name. */
const struct store_about *store_about_of(const struct store *store);
const char *store_path(const struct store *store);

enum store_type { STORE_REAL, STORE_INTEGER, STORE_TEXT };

struct store_column {
    enum store_type type;
    size_t count;
    double *real;        /* of STORE_REAL, else NULL */
    int64_t *integer;    /* of STORE_INTEGER; the log heads are bit patterns */
    char **text;         /* of STORE_TEXT */
    const char *unit;    /* "" when the file gives none */
    const char *meaning; /* "" when the file gives none */
};

/* store_column reads one column by its name, such as "paths/bad_debt" or
   "estimates/value".  Fails   false, with error; the column is empty then. */
bool store_column(struct store *store, const char *name, struct store_column *column,
                  struct store_error *error);

/* store_column_free gives the values back. */
void store_column_free(struct store_column *column);

/* store_column_name is the name of the index-th column of a group, such as "paths", in the
   order they were written; NULL behind the last. */
const char *store_column_name(struct store *store, const char *group, size_t index);

/* store_rows reads the outcomes of count paths from path first on.
   Fails   false, with error. */
bool store_rows(struct store *store, uint64_t first, size_t count,
                struct outcome *outcome, struct store_error *error);

/* store_spool reads the outcomes of all paths into the spool, in path order. */
bool store_spool(struct store *store, struct spool *spool, struct store_error *error);

/* store_metrics reads the estimates as they were printed.  One this program does not know
   has the field OUTCOME_FIELD_COUNT. */
bool store_metrics(struct store *store, struct metrics *metrics,
                   struct store_error *error);

/* store_largest finds the paths with the largest values of a column of /paths, the largest
   first, the lower number first of equals.  *count is how many are wanted, then how many
   there are. */
bool store_largest(struct store *store, const char *name, uint64_t *path, size_t *count,
                   struct store_error *error);

#endif
