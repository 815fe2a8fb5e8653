#include "analysis/run.h"

#include "analysis/bands.h"
#include "analysis/interrupt.h"
#include "analysis/plan.h"
#include "analysis/run_digest.h"
#include "analysis/say.h"
#include "analysis/setting.h"
#include "sim/montecarlo.h"
#include "sim/progress.h"
#include "sim/shards.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What the callbacks of a run share. */
struct job {
    const struct run_subject *subject;
    const struct run_request *request;
    struct run_result *result;
    struct shards *shards; /* NULL: blocks are not kept */
    struct shards_error error;
    struct progress progress;
    char unit[48];                /* of progress, when it goes from look to look */
    uint64_t insolvent, complete; /* of the prefix: what progress tells */
    bool spool_failed;
    int spool_error;
};

struct worker {
    const struct job *job;
    void *memory;
};

void *run_memory(const struct run_subject *subject) {
    const size_t line = 64; /* a cache line; aligned_alloc wants whole ones */
    return aligned_alloc(line, (subject->footprint + line) / line * line);
}

static void *open_worker(void *context, uint32_t thread) {
    (void)thread;
    const struct job *job = context;
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    worker->job = job;
    worker->memory = run_memory(job->subject);
    if (worker->memory == NULL) {
        free(worker);
        return NULL;
    }
    return worker;
}

static void close_worker(void *context, void *state) {
    (void)context;
    struct worker *worker = state;
    free(worker->memory);
    free(worker);
}

/* A broken invariant ends the run; any other failure is an outcome. */
static int run_path(void *state, uint64_t path, unsigned char *record) {
    const struct worker *worker = state;
    const struct run_subject *subject = worker->job->subject;
    const uint64_t seed = worker->job->request->seed;
    struct outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    if (worker->job->result->bands != NULL) {
        struct samples samples;
        subject->sample_path(subject->context, worker->memory, seed, path, &samples,
                             &outcome);
        samples_write(&samples, record + OUTCOME_RECORD_SIZE);
    } else {
        subject->run_path(subject->context, worker->memory, seed, path, &outcome);
    }
    assert(outcome.path == path);
    outcome_write(&outcome, record);
    return outcome.status == OUTCOME_STATUS_INVARIANT ? RUN_BROKEN : 0;
}

static bool load_block(void *context, uint64_t number, uint32_t count,
                       unsigned char *records) {
    struct job *job = context;
    const struct shards_block block = {number, count};
    return shards_has(job->shards, block) &&
           shards_read(job->shards, block, records, &job->error) == SHARDS_OK;
}

static bool save_block(void *context, const struct montecarlo_block *block) {
    struct job *job = context;
    return shards_write(job->shards, (struct shards_block){block->number, block->count},
                        block->records, &job->error) == SHARDS_OK;
}

size_t run_record_size(bool sampled) {
    return OUTCOME_RECORD_SIZE + (sampled ? SAMPLES_RECORD_SIZE : 0);
}

bool run_keep(struct run_result *result, const unsigned char *records, uint32_t count) {
    const size_t size = run_record_size(result->bands != NULL);
    for (uint32_t i = 0; i < count; ++i) {
        const unsigned char *record = records + i * size;
        if (!spool_append(result->spool, record, 1)) {
            return false;
        }
        if (result->bands != NULL) {
            bands_add(result->bands, record + OUTCOME_RECORD_SIZE);
        }
    }
    return true;
}

static bool reduce_block(void *context, const struct montecarlo_block *block) {
    struct job *job = context;
    const size_t size = run_record_size(job->result->bands != NULL);
    if (!run_keep(job->result, block->records, block->count)) {
        job->spool_failed = true;
        job->spool_error = errno;
        return false;
    }
    for (uint32_t i = 0; i < block->count; ++i) {
        struct outcome outcome;
        outcome_read(&outcome, block->records + i * size);
        if (outcome.status == OUTCOME_STATUS_COMPLETE &&
            !outcome_missing(&outcome, OUTCOME_INSOLVENCY)) {
            ++job->complete;
            job->insolvent += outcome.value[OUTCOME_INSOLVENCY].integer != 0;
        }
    }
    return true;
}

/* Progress goes to the next look: where the run ends nobody knows. */
static void aim_at_look(struct job *job, uint64_t paths) {
    snprintf(job->unit, sizeof job->unit, "paths to look %u",
             job->result->until.looks + 1);
    progress_retarget(&job->progress,
                      paths < job->request->paths ? paths : job->request->paths,
                      job->unit);
}

static bool look_at_prefix(void *context, uint64_t paths) {
    struct job *job = context;
    assert(spool_count(job->result->spool) == paths);
    if (until_look(job->result->spool, job->request->level, &job->result->until)) {
        return true;
    }
    aim_at_look(job, 2 * paths);
    return false;
}

static void tick(void *context, uint64_t paths_finished) {
    struct job *job = context;
    progress_update(&job->progress, paths_finished);
}

/* The interval that narrows while one waits. */
static void describe(void *context, char *text, size_t size) {
    const struct job *job = context;
    const struct interval share =
        interval_share(job->insolvent, job->complete, job->request->level);
    if (job->complete == 0) {
        text[0] = 0;
        return;
    }
    snprintf(text, size, "P(insolvency) %.2f%% [%.2f, %.2f]", 100 * share.value,
             100 * share.low, 100 * share.high);
}

static enum run_status status_of(const struct shards_error *error) {
    switch (error->status) {
    case SHARDS_EXISTS:
    case SHARDS_OTHER_RUN:
    case SHARDS_FORMAT:
    case SHARDS_NOT_THERE:
        return RUN_INPUT;
    default:
        return RUN_IO;
    }
}

/* Closes the folder and keeps its blocks; a failed run that has none leaves none. */
static enum run_status let_go_shards(struct job *job, enum run_status status) {
    enum shards_status closed;
    if (job->shards == NULL) {
        return status;
    }
    if (status != RUN_OK && shards_block_count(job->shards) == 0) {
        plan_remove(job->result->shards);
        closed = shards_remove(job->shards, &job->error);
    } else {
        closed = shards_close(job->shards, &job->error);
    }
    job->shards = NULL;
    if (closed != SHARDS_OK && status != RUN_IO) {
        say("%s", job->error.text);
        return status == RUN_OK ? RUN_IO : status;
    }
    return status;
}

/* Opens FILE.shards, says what is wrong with it. */
static enum run_status open_shards(struct job *job) {
    struct run_result *result = job->result;
    const struct run_request *request = job->request;
    char identity[PLAN_IDENTITY_SIZE], error[512];
    snprintf(result->shards, sizeof result->shards, "%s.shards", request->out);
    plan_identity(job->subject->hash, request->seed, identity);
    struct shards_options options = {
        .directory = result->shards,
        .mode = request->resume ? SHARDS_RESUME : SHARDS_NEW,
        .identity = identity,
        .record_size = run_record_size(result->bands != NULL),
    };
    enum shards_status status = shards_open(&options, &job->shards, &job->error);
    if (status == SHARDS_NOT_THERE && request->resume) {
        options.mode = SHARDS_NEW; /* stopped before anything was kept */
        status = shards_open(&options, &job->shards, &job->error);
    }
    if (status != SHARDS_OK) {
        say("%s%s", job->error.text,
            status == SHARDS_EXISTS ? "; go on with --resume, or remove it" : "");
        return status_of(&job->error);
    }
    const char *damaged;
    const size_t count = shards_damaged(job->shards, &damaged);
    if (count > 0) {
        say("%s: %zu saved block%s did not fit the checksum and will be run again",
            damaged, count, count == 1 ? "" : "s");
    }
    if (!plan_write(result->shards, job->subject, request, error, sizeof error)) {
        say("%s", error);
        let_go_shards(job, RUN_IO);
        return RUN_IO;
    }
    return RUN_OK;
}

static enum run_status say_outcome(const struct job *job,
                                   const struct montecarlo_result *made) {
    const struct run_request *request = job->request;
    const bool kept_any = job->shards != NULL && shards_block_count(job->shards) > 0;
    const char *kept = kept_any ? job->result->shards : NULL;
    switch (made->status) {
    case MONTECARLO_OK:
        return RUN_OK;
    case MONTECARLO_PATH_FAILED:
        if (job->subject->mixed) {
            return RUN_BROKEN;
        }
        say("path %" PRIu64 ": %s; the run ends here\n"
            "replay: breakwater replay %s --seed %" PRIu64 " --path %" PRIu64
            " (with the same --set)",
            made->failed_path, outcome_status_text(OUTCOME_STATUS_INVARIANT),
            job->subject->name, request->seed, made->failed_path);
        return RUN_BROKEN;
    case MONTECARLO_INTERRUPTED:
        if (kept != NULL) {
            say("interrupted after %" PRIu64 " of %" PRIu64
                " paths; they are kept in %s, go on with --resume",
                made->path_count, request->paths, kept);
        } else {
            say("interrupted after %" PRIu64 " of %" PRIu64 " paths", made->path_count,
                request->paths);
        }
        return interrupt_signal == SIGTERM ? RUN_TERMINATED : RUN_INTERRUPTED;
    case MONTECARLO_SINK_FAILED:
        if (job->spool_failed) {
            say("the temporary file of the outcomes cannot be written: %s",
                strerror(job->spool_error));
        } else {
            say("%s", job->error.text);
        }
        return RUN_IO;
    default:
        say("%s", montecarlo_status_text(made->status));
        return RUN_IO;
    }
}

static double clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum run_status run_blocks(struct job *job) {
    const struct run_request *request = job->request;
    const struct montecarlo_plan plan = {
        .path_count = request->paths,
        .first_block = request->part ? request->first_block : 0,
        .end_block = request->part ? request->end_block : 0,
        .threads = request->threads,
        .record_size = run_record_size(job->result->bands != NULL),
        .interrupt = &interrupt_signal,
    };
    const struct montecarlo_calls calls = {
        .context = job,
        .worker_open = open_worker,
        .worker_close = close_worker,
        .run_path = run_path,
        .block_load = job->shards != NULL ? load_block : NULL,
        .block_save = job->shards != NULL ? save_block : NULL,
        .block_done = reduce_block,
        .after_prefix = request->until != NULL ? look_at_prefix : NULL,
        .tick = tick,
    };
    uint64_t end = request->paths;
    if (request->part && request->end_block < montecarlo_block_count(request->paths)) {
        end = request->end_block * MONTECARLO_BLOCK;
    }
    const struct progress_options options = {
        .total = end - plan.first_block * MONTECARLO_BLOCK,
        .unit = request->unit != NULL ? request->unit : "paths",
        .quiet = request->quiet,
        .descriptor = STDERR_FILENO,
        .describe = job->subject->mixed ? NULL : describe,
        .context = job,
    };
    /* What an earlier session saved is done, and says nothing about the rate. */
    const uint64_t saved =
        job->shards == NULL ? 0 : shards_block_count(job->shards) * MONTECARLO_BLOCK;
    progress_open(&job->progress, &options,
                  saved < options.total ? saved : options.total);
    if (request->until != NULL) {
        aim_at_look(job, MONTECARLO_FIRST_LOOK);
    }
    const struct montecarlo_result made = montecarlo_run(&plan, &calls);
    if (request->until != NULL && made.path_count > 0) {
        progress_retarget(&job->progress, made.path_count, options.unit);
    }
    progress_update(&job->progress, made.path_count);
    progress_close(&job->progress);
    return say_outcome(job, &made);
}

static bool compute_depletion(const struct run_subject *subject, double level,
                              struct run_result *result) {
    const double horizon_h = setting_horizon_h(subject->canonical);
    return isnan(horizon_h) ||
           survival_depletion(result->spool, horizon_h, level, &result->depletion);
}

enum run_status run_evaluate(const struct run_subject *subject,
                             const struct run_request *request,
                             struct run_result *result) {
    result->seed = request->seed;
    const uint64_t made = spool_count(result->spool);
    double level = request->level;
    if (request->until != NULL) {
        struct until_state *state = &result->until;
        if (made == request->paths) { /* the last chance, unless it was a look already */
            until_look(result->spool, request->level, state);
        }
        const bool looked = state->looks > 0 && state->paths == made;
        level = until_level(request->level, looked ? state->looks : state->looks + 1);
    }
    result->level = level;
    result->whole = !request->part && (made == request->paths || result->until.reached);
    if (!run_digest(subject->hash, request->seed, result->spool, result->digest) ||
        !metrics_compute(result->spool, level, subject->measure, &result->metrics) ||
        !compute_depletion(subject, level, result) ||
        !control_of_twin(result->spool, level, &result->control) ||
        result->until.failed) {
        say("the outcomes cannot be read back: %s", strerror(errno));
        return RUN_IO;
    }
    return RUN_OK;
}

enum run_status run_execute(const struct run_subject *subject,
                            const struct run_request *request,
                            struct run_result *result) {
    assert(request->paths >= 1);
    memset(result, 0, sizeof *result);
    struct job job = {.subject = subject, .request = request, .result = result};
    result->until.rules = request->until;
    result->spool = spool_open();
    if (result->spool == NULL) {
        say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
        return RUN_IO;
    }
    if (request->bands && subject->sample_path != NULL) {
        result->bands = bands_open();
        if (result->bands == NULL) {
            say("out of memory");
            return RUN_IO;
        }
    }
    if (request->out != NULL) {
        const enum run_status opened = open_shards(&job);
        if (opened != RUN_OK) {
            return opened;
        }
    }
    const double begun = clock_seconds(CLOCK_MONOTONIC);
    const double cpu_begun = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    enum run_status status = run_blocks(&job);
    result->seconds = clock_seconds(CLOCK_MONOTONIC) - begun;
    result->cpu_seconds = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begun;
    if (status == RUN_OK && !request->part) {
        result->held = job.shards; /* locked until the results are written */
    } else {
        status = let_go_shards(&job, status);
    }
    if (status == RUN_IO || subject->mixed) {
        return status;
    }
    const enum run_status evaluated = run_evaluate(subject, request, result);
    return evaluated == RUN_OK ? status : evaluated;
}

bool run_discard_shards(struct run_result *result) {
    if (result->held == NULL) {
        return true;
    }
    struct shards_error error;
    plan_remove(result->shards);
    const enum shards_status status = shards_remove(result->held, &error);
    result->held = NULL;
    if (status != SHARDS_OK) {
        say("%s", error.text);
    }
    return status == SHARDS_OK;
}

void run_result_free(struct run_result *result) {
    struct shards_error error;
    shards_close(result->held, &error);
    result->held = NULL;
    survival_free(&result->depletion);
    spool_close(result->spool);
    result->spool = NULL;
    bands_close(result->bands);
    result->bands = NULL;
}

enum run_status run_verdict(const struct metrics *metrics) {
    const bool broken = metrics->by_status[OUTCOME_STATUS_INVARIANT] > 0;
    const bool many = metrics->failed * 1000 > metrics->paths;
    return broken || many ? RUN_BROKEN : RUN_OK;
}
