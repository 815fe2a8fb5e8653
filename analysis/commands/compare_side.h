/* compare_side.h -- one of the two that are compared: a scenario to be run, or the results
   of one that has been.

   A results file stands as it is; with --set its scenario is run again with that change,
   on the file's paths.

   Units    none.
   Memory   a side owns what it opened until compare_side_free.
   Threads  one thread; a run uses those of its request. */
#ifndef ANALYSIS_COMMANDS_COMPARE_SIDE_H
#define ANALYSIS_COMMANDS_COMPARE_SIDE_H

#include "analysis/compare.h"
#include "analysis/store_read.h"
#include "analysis/subject.h"

struct compare_one {
    const char *argument; /* as the user named it */
    const char **sets;
    size_t set_count;
    struct store *store; /* NULL: a scenario */
    bool runs;           /* else the store has the outcomes */
    struct subject subject;
    struct run_result result;
    struct run_subject stored; /* what a store was a run of */
};

/* compare_side_open loads a scenario or opens a file.  Fails   after saying why. */
enum run_status compare_side_open(struct compare_one *one);

/* compare_side_fit checks what is known before anything runs, two files against each
   other, and lets a file decide on seed and paths: *request has the user's, and given tells
   whether they were asked for.  Fails   RUN_INPUT, after saying what does not fit. */
enum run_status compare_side_fit(const struct compare_one *one,
                                 const struct compare_one *other, bool given,
                                 struct run_request *request);

/* compare_side_take runs the scenario, or reads the outcomes. */
enum run_status compare_side_take(struct compare_one *one,
                                  const struct run_request *request);

/* compare_side_of is the side as it is compared, once taken. */
struct compare_side compare_side_of(const struct compare_one *one);

/* compare_side_free gives back what was opened; a zeroed one is fine. */
void compare_side_free(struct compare_one *one);

#endif
