/* rerun.h -- a stored run, run again: is the file what it says it is?

   Units    none.
   Memory   nothing is kept.
   Threads  one thread. */
#ifndef ANALYSIS_RERUN_H
#define ANALYSIS_RERUN_H

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
    bool estimates; /* they follow from the rows */
    uint64_t paths; /* run again */
    uint64_t worst; /* of them: those with the most bad debt */
    uint64_t different;
    char estimate[64];                 /* the first that does not follow */
    uint64_t path;                     /* the first that comes out differently */
    char field[64];                    /* and in what */
    unsigned char digest[DIGEST_SIZE]; /* of the rows */
};

/* rerun_check_rows recomputes digest and estimates from the rows of the file.
   Fails   RUN_IO or RUN_INPUT, after saying why. */
enum run_status rerun_check_rows(struct store *store, struct rerun_findings *findings);

/* rerun_check_paths runs paths of the file again: so many, evenly spread over the run, and
   those with the most bad debt.  Fails   as above; RUN_INTERRUPTED or RUN_TERMINATED when
   somebody asked to stop. */
enum run_status rerun_check_paths(struct store *store, const struct subject *subject,
                                  uint64_t spread, struct rerun_findings *findings);

#endif
