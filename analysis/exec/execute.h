/* execute.h -- a transaction file's case, carried out against one engine.

   Block 0 is the opening: prices are reported, the fund and the pool get their cash, and the
   accounts what they have, by deposits and by trades that need no margin.  The steps are
   block 1, at the same time, and after.

   Memory   a run owns its engine and receipts until exec_run_free.
   Threads  one thread. */
#ifndef ANALYSIS_EXEC_EXECUTE_H
#define ANALYSIS_EXEC_EXECUTE_H

#include "analysis/exec/case.h"

struct exec_done { /* what became of a step */
    struct receipt receipt;
    int64_t time_ns;
    uint64_t block;
};

struct exec_run {
    struct engine engine;
    void *memory;
    struct exec_done *done; /* one a step */
    size_t held, failed;    /* expectations; a transaction is one to be accepted, unless
                               the file says what becomes of it */
};

/* exec_run_case carries out all steps; expectations that fail are added to the report of
   exec->file, each with its place.
   Fails   after saying why: RUN_INPUT when the opening cannot be set up, RUN_BROKEN when an
           accounting identity does not hold, RUN_IO when memory is out. */
enum run_status exec_run_case(const struct exec_case *exec, struct exec_run *run);

/* exec_run_free gives back what a run owns; a zeroed one is fine. */
void exec_run_free(struct exec_run *run);

#endif
