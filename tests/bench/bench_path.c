/* bench_path.c -- a whole path of the default scenario: what it costs, and where that goes.

   path      CPU time of a path of black-thursday, median of REPEATS batches of other paths,
             and the ratio to a baseline: a million normal variables drawn one by one.
   watch     the same paths with the watch as a filter and with every account evaluated at
             every move; both must leave the same records.
   threads   wall-clock time of the same paths on one thread and on two; a loaded machine
             shows less than it can.
   memory    the block that a worker holds, and its largest parts. */
#include "engine/segment.h"
#include "scenarios/load.h"
#include "scenarios/outcome.h"
#include "scenarios/world.h"
#include "sim/distribution.h"
#include "sim/montecarlo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRESET "black-thursday"

enum { REPEATS = 5, BATCH = 6, DRAWS = 1000000, SEED = 1, THREAD_PATHS = 256 };

static double clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values) {
    qsort(values, REPEATS, sizeof values[0], by_value);
    return values[REPEATS / 2];
}

static void *memory_of(size_t size) {
    const size_t unit = SEGMENT_ALIGNMENT;
    void *memory = aligned_alloc(unit, (size + unit - 1) / unit * unit);
    if (memory == NULL) {
        perror("bench_path");
        exit(1);
    }
    return memory;
}

static struct stage *open_stage(const char *watch) {
    struct stage *stage = memory_of(sizeof *stage);
    struct load_result *loaded = load_scenario(&scenario_schema, PRESET, &watch, 1);
    const struct scenario *scenario = loaded == NULL ? NULL : load_struct(loaded);
    const char *key = "";
    char sentence[256] = "";
    if (scenario == NULL) {
        fprintf(stderr, "bench_path: %s\n",
                loaded == NULL ? "out of memory" : load_errors(loaded));
        exit(1);
    }
    if (!stage_prepare(stage, scenario, &key, sentence, sizeof sentence)) {
        fprintf(stderr, "bench_path: %s %s\n", key, sentence);
        exit(1);
    }
    load_free(loaded);
    return stage;
}

/* CPU seconds of a path, mean of a batch, whose records it writes. */
static double run_batch(const struct stage *stage, void *memory, int batch,
                        unsigned char *records) {
    struct outcome outcome;
    const double start = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < BATCH; ++i) {
        world_run_path(memory, stage, SEED, (uint64_t)(batch * BATCH + i), &outcome);
        outcome_write(&outcome, records + (size_t)i * OUTCOME_RECORD_SIZE);
    }
    return (clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - start) / BATCH;
}

static double run_draws(void) {
    const struct rng_address address = {.seed = SEED};
    struct rng rng = rng_stream(&address);
    double sum = 0;
    const double start = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < DRAWS; ++i) {
        sum += distribution_normal(&rng);
    }
    const double took = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    return sum > -DRAWS ? took : -took; /* the sum is used: the loop stays */
}

static void bench_paths(const struct stage *filter, const struct stage *exhaustive,
                        void *memory) {
    static unsigned char fast_record[BATCH * OUTCOME_RECORD_SIZE];
    static unsigned char slow_record[BATCH * OUTCOME_RECORD_SIZE];
    double fast[REPEATS], slow[REPEATS], draws[REPEATS];
    bool same = true;
    for (int r = 0; r < REPEATS; ++r) {
        draws[r] = run_draws();
        fast[r] = run_batch(filter, memory, r, fast_record);
        slow[r] = run_batch(exhaustive, memory, r, slow_record);
        same = same && memcmp(fast_record, slow_record, sizeof fast_record) == 0;
    }
    const double quick = median(fast), thorough = median(slow);
    printf("path, " PRESET "      %7.2f ms of CPU  %6.2f x baseline\n", 1e3 * quick,
           quick / median(draws));
    printf("watch, exhaustive         %7.2f ms of CPU  %6.2f x the filter%s\n",
           1e3 * thorough, thorough / quick, same ? "" : "   RECORDS DIFFER");
}

struct worker {
    const struct stage *stage;
    void *memory;
};

static void *worker_open(void *context, uint32_t thread) {
    struct worker *worker = memory_of(sizeof *worker);
    worker->stage = context;
    worker->memory = memory_of(world_footprint(worker->stage));
    (void)thread;
    return worker;
}

static void worker_close(void *context, void *worker_) {
    struct worker *worker = worker_;
    (void)context;
    free(worker->memory);
    free(worker);
}

static int run_path(void *worker_, uint64_t path, unsigned char *record) {
    const struct worker *worker = worker_;
    struct outcome outcome;
    world_run_path(worker->memory, worker->stage, SEED, path, &outcome);
    outcome_write(&outcome, record);
    return 0;
}

static double run_team(struct stage *stage, uint32_t threads) {
    const struct montecarlo_plan plan = {.path_count = THREAD_PATHS,
                                         .threads = threads,
                                         .record_size = OUTCOME_RECORD_SIZE};
    const struct montecarlo_calls calls = {.context = stage,
                                           .worker_open = worker_open,
                                           .worker_close = worker_close,
                                           .run_path = run_path};
    const double start = clock_seconds(CLOCK_MONOTONIC);
    const struct montecarlo_result result = montecarlo_run(&plan, &calls);
    if (result.status != MONTECARLO_OK) {
        fprintf(stderr, "bench_path: %s\n", montecarlo_status_text(result.status));
        exit(1);
    }
    return clock_seconds(CLOCK_MONOTONIC) - start;
}

static void bench_threads(struct stage *stage) {
    const double one = run_team(stage, 1), two = run_team(stage, 2);
    printf("threads, two              %7.2f ms a path     %6.2f x as fast as one\n",
           1e3 * two / THREAD_PATHS, one / two);
}

static void bench_memory(const struct stage *stage) {
    const double kib = 1024;
    printf(
        "memory, a worker          %7.1f KiB: engine %.1f, recorder %.1f, events %.1f; "
        "%u accounts\n",
        (double)world_footprint(stage) / kib,
        (double)engine_footprint(&stage->terms) / kib,
        (double)record_footprint(stage) / kib,
        (double)event_queue_footprint(stage->event_capacity) / kib, stage->account_count);
}

int main(void) {
    struct stage *filter = open_stage("performance.watch=filter");
    struct stage *exhaustive = open_stage("performance.watch=exhaustive");
    void *memory = memory_of(world_footprint(filter));
    bench_paths(filter, exhaustive, memory);
    bench_threads(filter);
    bench_memory(filter);
    free(memory);
    free(exhaustive);
    free(filter);
    return 0;
}
