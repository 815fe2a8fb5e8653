/* output.h -- what a transaction file's run has to show: receipts, accounts, roots.

   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_EXEC_OUTPUT_H
#define ANALYSIS_EXEC_OUTPUT_H

#include "analysis/exec/execute.h"

#include <stdio.h>

/* exec_output_page prints it for a person, exec_output_json as one JSON object. */
void exec_output_page(FILE *file, const struct exec_case *exec,
                      const struct exec_run *run);
void exec_output_json(FILE *file, const struct exec_case *exec,
                      const struct exec_run *run);

#endif
