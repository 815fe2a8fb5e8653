/* rerun.h -- a stored run, run again: is the file what it says it is?

   Units    none.
   Memory   nothing is kept.
   Threads  one thread. */
#ifndef ANALYSIS_RERUN_H
#define ANALYSIS_RERUN_H

#include "analysis/store_again.h"
#include "analysis/store_read.h"
#include "analysis/subject.h"

/* rerun_subject makes the scenario of a results file runnable, with --set texts on top: a
   run over a book of one's own needs book.file again.
   Fails   says why; RUN_INPUT when another semantics made the file. */
enum run_status rerun_subject(const struct store *store, const char *const *sets,
                              size_t set_count, struct subject *subject);

/* What a check found.  The texts are "" when all is well. */
struct rerun_findings {
    bool rows;      /* the digest of the rows is the one in the file */
    uint64_t paths; /* run again */
    uint64_t worst; /* of them: those with the most bad debt */
    uint64_t different;
    uint64_t path;                     /* the first that comes out differently */
    char field[64];                    /* and in what */
    unsigned char digest[DIGEST_SIZE]; /* of the rows */
    struct store_again group[STORE_AGAIN_COUNT];
};

/* rerun_check recomputes the digest from the rows of the file, runs paths of it again (so
   many, evenly spread over the run, and those with the most bad debt), and makes the groups
   of the file again from what it has.
   Fails   RUN_IO or RUN_INPUT, after saying why; RUN_INTERRUPTED or RUN_TERMINATED when
   somebody asked to stop. */
enum run_status rerun_check(struct store *store, const struct subject *subject,
                            uint64_t spread, struct rerun_findings *findings);

/* rerun_agrees tells whether all of it is as stored. */
bool rerun_agrees(const struct rerun_findings *findings);

#endif
