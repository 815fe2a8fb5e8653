/* control_run.h -- a results file as control of a run, and what came of it.

   Units    USD.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_CONTROL_RUN_H
#define ANALYSIS_CONTROL_RUN_H

#include "analysis/run.h"
#include "analysis/store_hdf5.h"

#include <stdio.h>

struct json;

/* control_run_check says whether the file may be a control of the request: results of the
   same seed and semantics, with more paths.  Fails   RUN_INPUT or RUN_IO, after saying
   why. */
enum run_status control_run_check(const char *path, const struct run_request *request);

/* control_run_take reads it and fills result->control.  Fails   as above. */
enum run_status control_run_take(const char *path, struct run_result *result);

/* control_run_print writes a section of the page, control_run_json the member "control",
   control_run_store attributes of the results file; nothing without a twin. */
void control_run_print(FILE *file, const struct run_result *result);
void control_run_json(struct json *json, const struct run_result *result);
void control_run_store(struct store_hdf5 *store, const struct run_result *result);

#endif
