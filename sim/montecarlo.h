/* montecarlo.h -- runs independent paths on all cores, with the same bytes on 1 or 64.

   A block is MONTECARLO_BLOCK consecutive paths: the unit of work, of saving and of
   resume. Workers take blocks in order of number.  Each finished block is saved at once
   (block_save, in whatever order blocks finish) and then handed to the reduction in order
   of number (block_done): the reduction sees the same blocks in the same order whatever
   the number of threads, so its result has the same bits.  Saved blocks of an earlier,
   interrupted run come back through block_load and take the same way.

   Looks.  after_prefix is asked at 1024 * 2^k paths, about the complete prefix only; what
   runs ahead of a look that says stop is forgotten.  Nothing depends on time.

   Failure.  If paths fail fatally, the one with the lowest number in the lowest block is
   reported: all lower blocks are finished first, so it does not depend on scheduling.

   Units    none.
   Memory   2 * threads + 16 blocks of records, allocated at the start: flat in the number
            of paths.  Workers own what worker_open returns.
   Threads  montecarlo_run makes its own team.  worker_open, run_path and worker_close run
            on the worker's thread; block_load, block_save, block_done, after_prefix and
            tick run on any worker's, one at a time, so they may share state. */
#ifndef SIM_MONTECARLO_H
#define SIM_MONTECARLO_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONTECARLO_BLOCK      64
#define MONTECARLO_FIRST_LOOK 1024

struct montecarlo_plan {
    uint64_t path_count;  /* paths 0 .. path_count - 1; the last block may be short */
    uint64_t first_block; /* the part to run: blocks first_block .. end_block - 1 */
    uint64_t end_block;   /* 0: to the end */
    uint32_t threads;     /* 0: montecarlo_threads_available() */
    size_t record_size;   /* bytes a path leaves behind */
    const volatile sig_atomic_t *interrupt; /* non-zero: stop at the next path; or NULL */
};

/* One finished block: count records, record_size bytes each, one after the other. */
struct montecarlo_block {
    uint64_t number; /* its paths are number * MONTECARLO_BLOCK + 0 .. count - 1 */
    uint32_t count;
    bool loaded; /* came from block_load */
    const unsigned char *records;
};

/* What to run and whom to tell.  Only run_path is required. */
struct montecarlo_calls {
    void *context;
    /* worker_open returns a worker's state, NULL if it cannot be made.  Without it the
       worker is the context. */
    void *(*worker_open)(void *context, uint32_t thread);
    void (*worker_close)(void *context, void *worker);
    /* run_path runs one path and writes its whole record.  Non-zero ends the run. */
    int (*run_path)(void *worker, uint64_t path, unsigned char *record);
    /* block_load writes a block that was saved before and returns true, or returns false.
     */
    bool (*block_load)(void *context, uint64_t number, uint32_t count,
                       unsigned char *records);
    /* block_save keeps a block; false (disk full) ends the run. */
    bool (*block_save)(void *context, const struct montecarlo_block *block);
    /* block_done reduces the next block in order; false ends the run. */
    bool (*block_done)(void *context, const struct montecarlo_block *block);
    /* after_prefix says whether the first `paths` paths suffice.  Not asked in a run that
       starts at another block than 0. */
    bool (*after_prefix)(void *context, uint64_t paths);
    /* tick is told now and then how many paths are finished (progress). */
    void (*tick)(void *context, uint64_t paths_finished);
};

#define MONTECARLO_STATUS_TABLE(X)                                                       \
    X(OK, "finished")                                                                    \
    X(PATH_FAILED, "a path ended the run")                                               \
    X(SINK_FAILED, "a finished block could not be kept")                                 \
    X(INTERRUPTED, "interrupted; finished blocks are kept")                              \
    X(NO_MEMORY, "out of memory")                                                        \
    X(WORKER_FAILED, "a worker could not be started")                                    \
    X(FLOATING_POINT, "the processor does not round to nearest, or flushes small "       \
                      "numbers")

enum montecarlo_status {
#define X(name, text) MONTECARLO_##name,
    MONTECARLO_STATUS_TABLE(X)
#undef X
        MONTECARLO_STATUS_COUNT
};

struct montecarlo_result {
    enum montecarlo_status status;
    bool stopped;           /* after_prefix said the paths suffice */
    uint32_t threads;       /* that worked */
    uint64_t path_count;    /* in blocks given to block_done */
    uint64_t blocks_run;    /* and saved */
    uint64_t blocks_loaded; /* from block_load */
    uint64_t failed_path;   /* PATH_FAILED: which, and what run_path returned */
    int failed_code;
};

/* montecarlo_run runs the plan and returns when every worker has ended.
   Range   path_count >= 1, record_size >= 1, first_block < end_block <= blocks. */
struct montecarlo_result montecarlo_run(const struct montecarlo_plan *plan,
                                        const struct montecarlo_calls *calls);

/* montecarlo_block_count returns how many blocks path_count paths make. */
uint64_t montecarlo_block_count(uint64_t path_count);

/* montecarlo_threads_available returns the processors this process may use: its affinity
   mask, and the control group's quota rounded up.  At least 1. */
uint32_t montecarlo_threads_available(void);

/* montecarlo_status_text returns one sentence. */
const char *montecarlo_status_text(enum montecarlo_status status);

#endif
