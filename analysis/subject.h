/* subject.h -- a scenario as the commands use it: loaded, spelled canonically, runnable.

   Units    those of the scenario.
   Memory   a subject owns what it points to until subject_free.
   Threads  load on one thread; run from many. */
#ifndef ANALYSIS_SUBJECT_H
#define ANALYSIS_SUBJECT_H

#include "analysis/run.h"
#include "scenarios/load.h"
#include "scenarios/stage.h"

#include <stddef.h>

struct subject {
    struct load_result *loaded;
    char *canonical;
    char *name; /* of a derived subject; NULL: the loaded one's */
    struct stage *stage;
    struct run_subject run;
};

struct variant;

/* subject_schema is the scenario's schema with the names of all metrics, so that `expect`
   is checked when a file is loaded. */
const struct schema *subject_schema(void);

/* subject_load loads what a user named, with its --set texts.
   Fails   says everything that is wrong; RUN_INPUT or RUN_IO. */
enum run_status subject_load(const char *argument, const char *const *sets,
                             size_t set_count, struct subject *subject);

/* A scenario as a results file holds it. */
struct subject_text {
    const char *file, *name;
    const char *canonical;
};

/* subject_restore makes a subject of it, with the --set texts on top. */
enum run_status subject_restore(const struct subject_text *text, const char *const *sets,
                                size_t set_count, struct subject *subject);

/* subject_derive makes the subject of a variant.  Its name repeats the changes as --set
   would, so that a path can be replayed.  The base has to live as long.
   Fails   RUN_INPUT, silently, with one sentence in error, when the values do not go
           together; RUN_IO, after saying why. */
enum run_status subject_derive(const struct subject *base, const struct variant *variant,
                               struct subject *derived, char *error, size_t error_size);

/* subject_free gives back what a subject owns. */
void subject_free(struct subject *subject);

/* subject_limit is the number of an assertion in the unit of the estimate; a number
   without a unit is in that unit.  Fails   false when the units do not go together. */
bool subject_limit(const struct load_expect *expect, const struct estimate *estimate,
                   double *limit);

/* subject_expects tells, on stderr, which expectations of the scenario the estimates do
   not meet.  Returns RUN_OK, RUN_UNMET, or RUN_INPUT for a unit that is not the metric's. */
enum run_status subject_expects(const struct subject *subject,
                                const struct metrics *metrics);

#endif
