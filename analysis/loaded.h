/* loaded.h -- what the program says of a load that did not go well.

   Units    none.
   Memory   a load that failed is released.
   Threads  main thread. */
#ifndef ANALYSIS_LOADED_H
#define ANALYSIS_LOADED_H

#include "analysis/run.h"
#include "scenarios/load.h"

/* loaded_check returns RUN_OK when *loaded went well.
   Fails   says everything that is wrong, releases it and makes it NULL; RUN_INPUT or
           RUN_IO. */
enum run_status loaded_check(struct load_result **loaded);

#endif
