#include "sim/montecarlo.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include <omp.h>

#define TICK_NS INT64_C(50000000)

/* A place for one block between the worker that runs it and the reduction.  Block b uses
   place b % places; it may be taken once b - places is reduced. */
struct place {
    unsigned char *records;
    uint32_t count;
    bool ready;
    bool loaded;
};

struct run {
    const struct montecarlo_plan *plan;
    const struct montecarlo_calls *calls;
    struct place *places;
    uint64_t place_count;
    omp_lock_t lock; /* guards what follows, and makes the calls one at a time */
    uint64_t next_taken;
    uint64_t next_reduced;
    uint64_t next_look; /* in paths; 0: never */
    struct montecarlo_result result;
    /* Blocks from here on are not wanted (any more): workers drop them. */
    _Atomic uint64_t limit;
    _Atomic uint64_t paths_finished;
    _Atomic int64_t ticked_ns;
};

enum step { STEP_RUN, STEP_AGAIN, STEP_WAIT, STEP_END };

uint64_t montecarlo_block_count(uint64_t path_count) {
    return path_count / MONTECARLO_BLOCK + (path_count % MONTECARLO_BLOCK != 0);
}

const char *montecarlo_status_text(enum montecarlo_status status) {
    static const char *const texts[MONTECARLO_STATUS_COUNT] = {
#define X(name, text) [MONTECARLO_##name] = (text),
        MONTECARLO_STATUS_TABLE(X)
#undef X
    };
    assert(status < MONTECARLO_STATUS_COUNT);
    return texts[status];
}

/* The last bits of a sum tell the direction of rounding, half the smallest normal number
   whether small results are flushed, and the smallest subnormal whether operands are. */
static bool floating_point_is_standard(void) {
    volatile double one = 1, half_ulp = 0x1p-53, more = 0x1.8p-53, less = 0x1p-54;
    volatile double normal = 0x1p-1022, subnormal = 0x1p-1074;
    const volatile double tie = one + half_ulp, up = one + more, down = one + less;
    const volatile double halved = normal * 0.5, raised = subnormal * 0x1p60;
    return tie <= 1 && up > 1 && down <= 1 && halved > 0 && raised > 0;
}

static int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool is_interrupted(const struct run *run) {
    return run->plan->interrupt != NULL && *run->plan->interrupt != 0;
}

static uint32_t count_of(const struct run *run, uint64_t number) {
    const uint64_t left = run->plan->path_count - number * MONTECARLO_BLOCK;
    return left < MONTECARLO_BLOCK ? (uint32_t)left : MONTECARLO_BLOCK;
}

static struct place *place_of(const struct run *run, uint64_t number) {
    return &run->places[number % run->place_count];
}

/* end_with ends the run; the first reason stands, but a reason of the machine goes before
   one of a path.  Called under the lock. */
static void end_with(struct run *run, enum montecarlo_status status) {
    if (run->result.status == MONTECARLO_OK ||
        run->result.status == MONTECARLO_PATH_FAILED) {
        run->result.status = status;
    }
    run->limit = 0;
}

static struct montecarlo_block block_of(const struct run *run, uint64_t number) {
    const struct place *const place = place_of(run, number);
    return (struct montecarlo_block){.number = number,
                                     .count = place->count,
                                     .loaded = place->loaded,
                                     .records = place->records};
}

static void look(struct run *run) {
    if (run->next_look == 0 || run->result.path_count != run->next_look) {
        return;
    }
    run->next_look *= 2;
    if (run->calls->after_prefix(run->calls->context, run->result.path_count)) {
        /* A path that failed meanwhile lies behind the prefix: it never happened. */
        run->result.stopped = true;
        run->result.status = MONTECARLO_OK;
        run->limit = 0;
    }
}

/* reduce hands on the finished blocks that are next in order.  Called under the lock. */
static void reduce(struct run *run) {
    const struct montecarlo_calls *const calls = run->calls;
    while (run->next_reduced < run->limit && place_of(run, run->next_reduced)->ready) {
        const struct montecarlo_block block = block_of(run, run->next_reduced);
        place_of(run, block.number)->ready = false;
        if (calls->block_done != NULL && !calls->block_done(calls->context, &block)) {
            end_with(run, MONTECARLO_SINK_FAILED);
            return;
        }
        ++run->next_reduced;
        run->result.path_count += block.count;
        run->result.blocks_loaded += block.loaded;
        look(run);
    }
}

/* tick tells the caller how far the run is, if nobody else is telling anything. */
static void tick(struct run *run) {
    if (run->calls->tick == NULL || monotonic_ns() - run->ticked_ns < TICK_NS ||
        !omp_test_lock(&run->lock)) {
        return;
    }
    run->ticked_ns = monotonic_ns();
    run->calls->tick(run->calls->context, run->paths_finished);
    omp_unset_lock(&run->lock);
}

/* take_locked chooses the next block; blocks that were saved before go the whole way
   here.  Called under the lock. */
static enum step take_locked(struct run *run, uint64_t *number) {
    if (is_interrupted(run) || run->next_taken >= run->limit) {
        return STEP_END;
    }
    if (run->next_taken >= run->next_reduced + run->place_count) {
        return STEP_WAIT;
    }
    *number = run->next_taken++;
    struct place *const place = place_of(run, *number);
    place->count = count_of(run, *number);
    place->loaded = run->calls->block_load != NULL &&
                    run->calls->block_load(run->calls->context, *number, place->count,
                                           place->records);
    if (!place->loaded) {
        return STEP_RUN;
    }
    place->ready = true;
    run->paths_finished += place->count;
    reduce(run);
    return STEP_AGAIN;
}

static enum step take(struct run *run, uint64_t *number) {
    omp_set_lock(&run->lock);
    const enum step step = take_locked(run, number);
    omp_unset_lock(&run->lock);
    return step;
}

static void fail_path(struct run *run, uint64_t number, uint64_t path, int code) {
    omp_set_lock(&run->lock);
    if (number < run->limit) {
        run->limit = number;
        run->result.status = MONTECARLO_PATH_FAILED;
        run->result.failed_path = path;
        run->result.failed_code = code;
    }
    omp_unset_lock(&run->lock);
}

/* run_paths fills a block's place; false if the block was dropped on the way. */
static bool run_paths(struct run *run, void *worker, uint64_t number) {
    const struct place *const place = place_of(run, number);
    const uint64_t first = number * MONTECARLO_BLOCK;
    for (uint32_t i = 0; i < place->count; ++i) {
        if (is_interrupted(run) || number >= run->limit) {
            return false;
        }
        unsigned char *const record = place->records + i * run->plan->record_size;
        const int code = run->calls->run_path(worker, first + i, record);
        if (code != 0) {
            fail_path(run, number, first + i, code);
            return false;
        }
        ++run->paths_finished;
        tick(run);
    }
    return true;
}

static void finish(struct run *run, uint64_t number) {
    omp_set_lock(&run->lock);
    place_of(run, number)->ready = true;
    const struct montecarlo_block block = block_of(run, number);
    if (run->calls->block_save == NULL ||
        run->calls->block_save(run->calls->context, &block)) {
        ++run->result.blocks_run;
        reduce(run);
    } else if (!run->result.stopped) {
        end_with(run, MONTECARLO_SINK_FAILED);
    }
    omp_unset_lock(&run->lock);
}

static void refuse(struct run *run, enum montecarlo_status status) {
    omp_set_lock(&run->lock);
    end_with(run, status);
    omp_unset_lock(&run->lock);
}

static void work(struct run *run, void *worker) {
    for (;;) {
        uint64_t number;
        if (!floating_point_is_standard()) {
            refuse(run, MONTECARLO_FLOATING_POINT);
            return;
        }
        const enum step step = take(run, &number);
        if (step == STEP_END) {
            return;
        }
        if (step == STEP_RUN && run_paths(run, worker, number)) {
            finish(run, number);
        }
        if (step == STEP_WAIT) { /* one slow block holds up all others: rare */
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        }
        tick(run);
    }
}

static void start_worker(struct run *run, uint32_t thread) {
    const struct montecarlo_calls *const calls = run->calls;
    void *worker = calls->context;
    if (calls->worker_open != NULL) {
        worker = calls->worker_open(calls->context, thread);
        if (worker == NULL) {
            refuse(run, MONTECARLO_WORKER_FAILED);
            return;
        }
    }
    work(run, worker);
    if (calls->worker_close != NULL) {
        calls->worker_close(calls->context, worker);
    }
}

/* places_make allocates the places and their records as one piece. */
static bool places_make(struct run *run) {
    size_t block_size, size;
    if (__builtin_mul_overflow(run->plan->record_size, MONTECARLO_BLOCK, &block_size) ||
        __builtin_mul_overflow(block_size, run->place_count, &size)) {
        return false;
    }
    run->places = calloc(run->place_count, sizeof *run->places);
    unsigned char *const records = malloc(size);
    if (run->places == NULL || records == NULL) {
        free(run->places);
        free(records);
        return false;
    }
    for (uint64_t i = 0; i < run->place_count; ++i) {
        run->places[i].records = records + i * block_size;
    }
    return true;
}

static uint32_t team_size(const struct montecarlo_plan *plan, uint64_t blocks) {
    const uint32_t asked =
        plan->threads != 0 ? plan->threads : montecarlo_threads_available();
    return blocks < asked ? (uint32_t)blocks : asked;
}

static void run_team(struct run *run, uint32_t threads) {
#pragma omp parallel num_threads(threads)
    {
#pragma omp single
        run->result.threads = (uint32_t)omp_get_num_threads();
        start_worker(run, (uint32_t)omp_get_thread_num());
    }
}

struct montecarlo_result montecarlo_run(const struct montecarlo_plan *plan,
                                        const struct montecarlo_calls *calls) {
    const uint64_t blocks = montecarlo_block_count(plan->path_count);
    const uint64_t end = plan->end_block != 0 ? plan->end_block : blocks;
    assert(plan->path_count >= 1);
    assert(plan->record_size >= 1);
    assert(plan->first_block < end);
    assert(end <= blocks);
    assert(calls->run_path != NULL);

    const uint32_t threads = team_size(plan, end - plan->first_block);
    struct run run = {.plan = plan,
                      .calls = calls,
                      .place_count = 2 * (uint64_t)threads + 16,
                      .next_taken = plan->first_block,
                      .next_reduced = plan->first_block,
                      .limit = end};
    if (calls->after_prefix != NULL && plan->first_block == 0) {
        run.next_look = MONTECARLO_FIRST_LOOK;
    }
    if (!places_make(&run)) {
        run.result.status = MONTECARLO_NO_MEMORY;
        return run.result;
    }
    omp_init_lock(&run.lock);
    run_team(&run, threads);
    omp_destroy_lock(&run.lock);
    free(run.places[0].records);
    free(run.places);
    if (run.result.status == MONTECARLO_OK && !run.result.stopped &&
        run.next_reduced < end) {
        run.result.status = MONTECARLO_INTERRUPTED;
    }
    return run.result;
}
