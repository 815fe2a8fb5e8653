/* run.h -- a run: which paths of what, and what came of it.

   What a path is reaches run_execute as a callback, so that a run can be tested with
   paths whose outcomes are known.

   Units    seconds for durations.
   Memory   a result owns its spool until run_result_free.
   Threads  run_execute uses request.threads threads; call it from the main thread. */
#ifndef ANALYSIS_RUN_H
#define ANALYSIS_RUN_H

#include "analysis/estimate/control.h"
#include "analysis/estimate/metrics.h"
#include "analysis/estimate/survival.h"
#include "analysis/spool.h"
#include "analysis/until.h"
#include "engine/digest.h"
#include "scenarios/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bands;
struct samples;
struct shards;
struct subject;
struct variants;

/* What ends the program: its exit codes. */
enum run_status {
    RUN_OK = 0,
    RUN_IO = 1,            /* I/O failure or out of memory */
    RUN_INPUT = 2,         /* bad input or usage */
    RUN_UNMET = 3,         /* an expectation failed or the precision was not reached */
    RUN_BROKEN = 4,        /* an invariant broke or more than 0.1 % of the paths failed */
    RUN_INTERRUPTED = 130, /* SIGINT; 143: SIGTERM; results are kept */
    RUN_TERMINATED = 143,
};

/* What is run.  The hash covers the canonical text without performance keys. */
struct run_subject {
    const char *name;
    const char *canonical; /* resolved scenario in canonical spelling */
    const char *measure;   /* what probabilities are conditional on: "conditional" */
    unsigned char hash[DIGEST_SIZE];
    const void *context;
    size_t footprint; /* bytes of memory a path needs */
    void (*run_path)(const void *context, void *memory, uint64_t seed, uint64_t path,
                     struct outcome *outcome);
    /* The same, and the path's samples; NULL: its paths have none. */
    void (*sample_path)(const void *context, void *memory, uint64_t seed, uint64_t path,
                        struct samples *samples, struct outcome *outcome);
    int64_t start_ns, end_ns; /* of the samples */
    /* Its paths are of several scenarios, and run_path says itself which one broke: there is
       nothing to estimate from all of them together. */
    bool mixed;
};

/* run_memory allocates what a path of the subject runs in; the caller frees it.
   Fails   NULL when memory is out. */
void *run_memory(const struct run_subject *subject);

struct run_request {
    uint64_t seed;
    uint64_t paths;   /* paths 0 .. paths - 1 are the whole run */
    unsigned threads; /* at least 1 */
    double level;     /* of the intervals, such as 0.95; with until over all looks */
    const char *out;  /* results file, or NULL */
    bool resume;
    bool quiet;
    bool bands;                /* sample the paths, if the subject can */
    const struct until *until; /* stop at fewer paths when these are met; NULL: never */
    const char *unit;          /* what progress counts; NULL: "paths" */
    bool part; /* only blocks first_block .. end_block - 1; keep the shards */
    uint64_t first_block;
    uint64_t end_block;
};

struct run_result {
    struct spool *spool;
    struct metrics metrics;
    struct survival depletion; /* of the fund; empty when the horizon is not known */
    struct control control;    /* of mean bad debt; without pairs when no twin ran */
    unsigned char digest[DIGEST_SIZE]; /* of a whole run */
    bool whole;                        /* every path of the request is in the spool, or
                                          as many as request.until wanted */
    struct until_state until;          /* without request.until: no looks */
    double seconds, cpu_seconds;
    double level; /* of the intervals */
    uint64_t seed;
    struct bands *bands; /* of all paths in the spool; NULL: they were not sampled */
    char shards[4096];   /* folder the blocks are in, or "" */
    struct shards *held; /* the same, open and locked, when the run is whole */
    /* What it was compared with; the caller's.  NULL: nothing. */
    struct variants *sensitivities, *ablation, *fragility;
    /* Runs its worst paths again for their event logs; the caller's.  NULL: no logs. */
    const struct subject *subject;
};

/* run_execute runs the request, says on stderr what goes wrong, and fills result.  With
   an output file the blocks go to FILE.shards/ first; the file itself is the caller's to
   write, and run_discard_shards removes the folder after that. */
enum run_status run_execute(const struct run_subject *subject,
                            const struct run_request *request, struct run_result *result);

/* run_record_size is the bytes a path leaves behind: its outcome, then its samples. */
size_t run_record_size(bool sampled);

/* run_keep takes count records to the end of result->spool and, where they are sampled,
   into result->bands.  Fails   false, with errno set. */
bool run_keep(struct run_result *result, const unsigned char *records, uint32_t count);

/* run_evaluate fills digest and metrics from the outcomes in result->spool; run_execute
   does it itself.  Fails   RUN_IO, after saying why. */
enum run_status run_evaluate(const struct run_subject *subject,
                             const struct run_request *request,
                             struct run_result *result);

/* run_discard_shards removes result->shards and what is in it, once the results are safe.
   Fails   false, after saying why. */
bool run_discard_shards(struct run_result *result);

/* run_result_free gives back what a result owns. */
void run_result_free(struct run_result *result);

/* run_verdict is the exit code for paths that failed: RUN_BROKEN after an invariant or
   for more than 0.1 %, else RUN_OK. */
enum run_status run_verdict(const struct metrics *metrics);

#endif
