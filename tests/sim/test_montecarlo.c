#include "../support/check.h"
#include "sim/montecarlo.h"
#include "sim/random.h"
#include "sim/shards.h"

#include <time.h>
#include <xmmintrin.h>

enum { RECORD = 24, PATHS = 2500, BLOCKS = 40, NOBODY = -1 };

/* What a run leaves behind: all records in order, and what the calls saw. */
struct sink {
    unsigned char *records;
    uint64_t paths;
    uint64_t next_block;
    bool in_order;
    uint64_t looks[16];
    uint32_t look_count;
    uint64_t stop_at;
    int64_t fail_path, fail_also; /* NOBODY: none */
    int64_t interrupt_path;
    volatile sig_atomic_t interrupt;
    uint64_t fail_save, fail_done; /* block numbers; 0: none */
    struct shards *shards;
    bool bad_floating_point;
    uint32_t opened, closed; /* only as threads that ended well */
    uint64_t last_tick;
};

static void sink_open(struct sink *sink) {
    *sink = (struct sink){.records = check_memory(PATHS * RECORD),
                          .in_order = true,
                          .fail_path = NOBODY,
                          .fail_also = NOBODY,
                          .interrupt_path = NOBODY};
}

/* A path: a varying number of draws, so that blocks take different times; the record
   depends on the path alone. */
static int run_path(void *worker, uint64_t path, unsigned char *record) {
    struct sink *const sink = (struct sink *)worker;
    const struct rng_address address = {.seed = 7, .path = path};
    struct rng rng = rng_stream(&address);
    uint64_t words[3] = {path, 0, 0};
    for (uint64_t i = rng_below(&rng, 3000); i > 0; --i) {
        words[1] ^= rng_next(&rng);
    }
    words[2] = rng_next(&rng);
    memcpy(record, words, RECORD);
    if ((int64_t)path == sink->interrupt_path) {
        sink->interrupt = 1;
    }
    if ((int64_t)path == sink->fail_path) {
        return 5;
    }
    return (int64_t)path == sink->fail_also ? 6 : 0;
}

static bool block_load(void *context, uint64_t number, uint32_t count,
                       unsigned char *records) {
    struct sink *const sink = (struct sink *)context;
    const struct shards_block block = {number, count};
    struct shards_error error;
    return sink->shards != NULL &&
           shards_read(sink->shards, block, records, &error) == SHARDS_OK;
}

static bool block_save(void *context, const struct montecarlo_block *block) {
    struct sink *const sink = (struct sink *)context;
    const struct shards_block saved = {block->number, block->count};
    struct shards_error error;
    if (sink->fail_save != 0 && block->number == sink->fail_save) {
        return false;
    }
    return sink->shards == NULL ||
           shards_write(sink->shards, saved, block->records, &error) == SHARDS_OK;
}

static bool block_done(void *context, const struct montecarlo_block *block) {
    struct sink *const sink = (struct sink *)context;
    sink->in_order = sink->in_order && block->number == sink->next_block;
    sink->next_block = block->number + 1;
    if (sink->fail_done != 0 && block->number == sink->fail_done) {
        return false;
    }
    memcpy(sink->records + block->number * MONTECARLO_BLOCK * RECORD, block->records,
           block->count * (size_t)RECORD);
    sink->paths += block->count;
    return true;
}

static bool after_prefix(void *context, uint64_t paths) {
    struct sink *const sink = (struct sink *)context;
    sink->looks[sink->look_count++ % 16] = paths;
    return sink->stop_at != 0 && paths >= sink->stop_at;
}

static void tick(void *context, uint64_t paths_finished) {
    ((struct sink *)context)->last_tick = paths_finished;
}

static void *worker_open(void *context, uint32_t thread) {
    struct sink *const sink = (struct sink *)context;
    if (sink->bad_floating_point && thread == 0) {
        _mm_setcsr(_mm_getcsr() | 0x8000); /* flush small results to zero */
    }
    __atomic_add_fetch(&sink->opened, 1, __ATOMIC_SEQ_CST);
    return sink;
}

static void worker_close(void *context, void *worker) {
    struct sink *const sink = (struct sink *)worker;
    check_true("same", context == worker);
    _mm_setcsr(_mm_getcsr() & ~0x8000u);
    __atomic_add_fetch(&sink->closed, 1, __ATOMIC_SEQ_CST);
}

static const struct montecarlo_calls calls_of_sink = {.worker_open = worker_open,
                                                      .worker_close = worker_close,
                                                      .run_path = run_path,
                                                      .block_load = block_load,
                                                      .block_save = block_save,
                                                      .block_done = block_done,
                                                      .after_prefix = after_prefix,
                                                      .tick = tick};

static struct montecarlo_result run(struct sink *sink, uint32_t threads) {
    const struct montecarlo_plan plan = {.path_count = PATHS,
                                         .threads = threads,
                                         .record_size = RECORD,
                                         .interrupt = &sink->interrupt};
    struct montecarlo_calls calls = calls_of_sink;
    calls.context = sink;
    return montecarlo_run(&plan, &calls);
}

/* The records without any library: a loop over the paths. */
static unsigned char *expected_records(void) {
    struct sink sink;
    sink_open(&sink);
    for (uint64_t path = 0; path < PATHS; ++path) {
        check_i64("path", run_path(&sink, path, sink.records + path * RECORD), 0);
    }
    return sink.records;
}

static void thread_count_does_not_change_a_byte(void **state) {
    static const uint32_t threads[] = {1, 2, 3, 5};
    unsigned char *const expected = expected_records();
    (void)state;
    for (size_t i = 0; i < sizeof threads / sizeof *threads; ++i) {
        struct sink sink;
        sink_open(&sink);
        const struct montecarlo_result result = run(&sink, threads[i]);
        check_u64("status", result.status, MONTECARLO_OK);
        check_u64("threads", result.threads, threads[i]);
        check_u64("workers", sink.opened, threads[i]);
        check_u64("workers closed", sink.closed, threads[i]);
        check_u64("paths", result.path_count, PATHS);
        check_u64("blocks", result.blocks_run, BLOCKS);
        check_true("in order", sink.in_order);
        check_bytes("records", sink.records, expected, PATHS * RECORD);
        check_u64("looks", sink.look_count, 2);
        check_u64("first look", sink.looks[0], 1024);
        check_u64("second look", sink.looks[1], 2048);
        free(sink.records);
    }
    free(expected);
}

static void a_look_that_says_stop_ends_the_run_at_that_prefix(void **state) {
    (void)state;
    for (uint32_t threads = 1; threads <= 3; ++threads) {
        struct sink sink;
        sink_open(&sink);
        sink.stop_at = 1024;
        sink.fail_path = 1030; /* behind the prefix: it never happened */
        const struct montecarlo_result result = run(&sink, threads);
        check_u64("status", result.status, MONTECARLO_OK);
        check_true("stopped", result.stopped);
        check_u64("paths", result.path_count, 1024);
        check_u64("paths given", sink.paths, 1024);
        check_u64("looks", sink.look_count, 1);
        free(sink.records);
    }
}

static void the_lowest_failing_path_is_reported(void **state) {
    (void)state;
    for (uint32_t threads = 1; threads <= 5; ++threads) {
        struct sink sink;
        sink_open(&sink);
        sink.fail_path = 777;      /* in block 12 */
        sink.fail_also = 777 + 64; /* in block 13 */
        const struct montecarlo_result result = run(&sink, threads);
        check_u64("status", result.status, MONTECARLO_PATH_FAILED);
        check_u64("path", result.failed_path, 777);
        check_i64("code", result.failed_code, 5);
        check_u64("finished blocks", result.path_count, 12 * MONTECARLO_BLOCK);
        free(sink.records);
    }
}

static void a_sink_that_fails_ends_the_run(void **state) {
    (void)state;
    struct sink sink;
    sink_open(&sink);
    sink.fail_save = 9;
    check_u64("save", run(&sink, 2).status, MONTECARLO_SINK_FAILED);
    check_true("no block from there on", sink.next_block <= 9);
    free(sink.records);
    sink_open(&sink);
    sink.fail_done = 9;
    const struct montecarlo_result result = run(&sink, 2);
    check_u64("done", result.status, MONTECARLO_SINK_FAILED);
    check_u64("paths", result.path_count, 9 * MONTECARLO_BLOCK);
    free(sink.records);
}

static struct shards *open_shards(const char *directory, enum shards_mode mode) {
    const struct shards_options options = {
        .directory = directory, .mode = mode, .identity = "a run", .record_size = RECORD};
    struct shards_error error;
    struct shards *shards;
    check_u64(directory, shards_open(&options, &shards, &error), SHARDS_OK);
    return shards;
}

static void interruption_and_resume_give_the_same_bytes(void **state) {
    char directory[] = "/tmp/test_montecarlo.XXXXXX";
    unsigned char *const expected = expected_records();
    struct shards_error error;
    struct sink sink;
    uint64_t starts = 0, loaded = 0;
    (void)state;
    check_true("directory", mkdtemp(directory) != NULL);
    for (enum montecarlo_status status = MONTECARLO_INTERRUPTED; status != MONTECARLO_OK;
         ++starts) {
        sink_open(&sink);
        sink.shards = open_shards(directory, starts == 0 ? SHARDS_NEW : SHARDS_RESUME);
        sink.interrupt_path = starts < 5 ? 300 + 450 * (int64_t)starts : NOBODY;
        const struct montecarlo_result result = run(&sink, 1 + (uint32_t)starts % 3);
        status = result.status;
        if (status != MONTECARLO_OK) {
            check_u64("status", status, MONTECARLO_INTERRUPTED);
            check_bytes("prefix", sink.records, expected, result.path_count * RECORD);
            check_u64("close", shards_close(sink.shards, &error), SHARDS_OK);
            free(sink.records);
        }
        check_true("goes on where it was", result.blocks_loaded >= loaded);
        loaded = result.blocks_loaded;
    }
    check_u64("starts", starts, 6);
    check_true("some came from the shards", loaded > 20);
    check_bytes("records", sink.records, expected, PATHS * RECORD);
    check_u64("remove", shards_remove(sink.shards, &error), SHARDS_OK);
    check_true("nothing left", access(directory, F_OK) != 0);
    free(sink.records);
    free(expected);
}

/* The child is killed with SIGKILL at random moments; what it published is loaded. */
static void kills_and_resume_give_the_same_bytes(void **state) {
    char directory[] = "/tmp/test_montecarlo.XXXXXX";
    unsigned char *const expected = expected_records();
    struct shards_error error;
    uint64_t seed = 5;
    (void)state;
    check_true("directory", mkdtemp(directory) != NULL);
    struct shards *const first = open_shards(directory, SHARDS_NEW);
    check_u64("close", shards_close(first, &error), SHARDS_OK);
    for (int kill_number = 0; kill_number < 10; ++kill_number) {
        fflush(NULL);
        const pid_t child = fork();
        if (child == 0) { /* one thread: a process forked from OpenMP must not start it */
            struct sink sink;
            sink_open(&sink);
            sink.shards = open_shards(directory, SHARDS_RESUME);
            run(&sink, 1);
            _exit(0);
        }
        const int64_t wait_ns = check_random_in(&seed, 0, 4000000);
        nanosleep(&(struct timespec){.tv_nsec = wait_ns}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    struct sink sink;
    const char *file;
    sink_open(&sink);
    sink.shards = open_shards(directory, SHARDS_RESUME);
    check_u64("nothing damaged", shards_damaged(sink.shards, &file), 0);
    check_u64("status", run(&sink, 2).status, MONTECARLO_OK);
    check_bytes("records", sink.records, expected, PATHS * RECORD);
    check_u64("remove", shards_remove(sink.shards, &error), SHARDS_OK);
    free(sink.records);
    free(expected);
}

static void parts_add_up_to_the_whole(void **state) {
    unsigned char *const expected = expected_records();
    struct sink sink;
    struct montecarlo_calls calls = calls_of_sink;
    (void)state;
    sink_open(&sink);
    calls.context = &sink;
    for (uint64_t block = 0; block < BLOCKS; block += 15) {
        const uint64_t end = block + 15 < BLOCKS ? block + 15 : 0;
        const struct montecarlo_plan plan = {.path_count = PATHS,
                                             .first_block = block,
                                             .end_block = end,
                                             .threads = 2,
                                             .record_size = RECORD};
        sink.next_block = block;
        check_u64("status", montecarlo_run(&plan, &calls).status, MONTECARLO_OK);
    }
    check_u64("paths", sink.paths, PATHS);
    check_u64("no look at a part that lacks the start", sink.look_count, 0);
    check_bytes("records", sink.records, expected, PATHS * RECORD);
    free(sink.records);
    free(expected);
}

static void flushed_denormals_are_refused(void **state) {
    (void)state;
    struct sink sink;
    sink_open(&sink);
    sink.bad_floating_point = true;
    check_u64("status", run(&sink, 2).status, MONTECARLO_FLOATING_POINT);
    free(sink.records);
}

static void *no_worker(void *context, uint32_t thread) {
    return thread == 1 ? NULL : context;
}

static void a_worker_that_cannot_start_ends_the_run(void **state) {
    struct sink sink;
    const struct montecarlo_plan plan = {
        .path_count = PATHS, .threads = 2, .record_size = RECORD};
    struct montecarlo_calls calls = calls_of_sink;
    (void)state;
    sink_open(&sink);
    calls.context = &sink;
    calls.worker_open = no_worker;
    check_u64("status", montecarlo_run(&plan, &calls).status, MONTECARLO_WORKER_FAILED);
    free(sink.records);
}

static void one_path_is_a_run(void **state) {
    struct sink sink;
    const struct montecarlo_plan plan = {
        .path_count = 1, .threads = 3, .record_size = RECORD};
    const struct montecarlo_calls calls = {.context = &sink, .run_path = run_path};
    (void)state;
    sink_open(&sink);
    const struct montecarlo_result result = montecarlo_run(&plan, &calls);
    check_u64("status", result.status, MONTECARLO_OK);
    check_u64("paths", result.path_count, 1);
    check_u64("threads", result.threads, 1);
    check_u64("blocks of 1", montecarlo_block_count(1), 1);
    check_u64("blocks of 64", montecarlo_block_count(64), 1);
    check_u64("blocks of 65", montecarlo_block_count(65), 2);
    free(sink.records);
}

static void impossible_record_sizes_are_out_of_memory(void **state) {
    struct sink sink;
    const struct montecarlo_plan plan = {
        .path_count = 1, .threads = 1, .record_size = SIZE_MAX / 2};
    const struct montecarlo_calls calls = {.context = &sink, .run_path = run_path};
    (void)state;
    sink_open(&sink);
    check_u64("status", montecarlo_run(&plan, &calls).status, MONTECARLO_NO_MEMORY);
    free(sink.records);
}

static void every_status_has_a_text(void **state) {
    (void)state;
    for (int i = 0; i < MONTECARLO_STATUS_COUNT; ++i) {
        check_true("text", montecarlo_status_text((enum montecarlo_status)i)[0] != '\0');
    }
}

static void affinity_limits_the_threads(void **state) {
    (void)state;
    const uint32_t before = montecarlo_threads_available();
    check_true("at least one", before >= 1);
    check_true("no more than there are",
               before <= (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        /* first: a process that has used OpenMP must not fork and use it again */
        cmocka_unit_test(kills_and_resume_give_the_same_bytes),
        cmocka_unit_test(thread_count_does_not_change_a_byte),
        cmocka_unit_test(a_look_that_says_stop_ends_the_run_at_that_prefix),
        cmocka_unit_test(the_lowest_failing_path_is_reported),
        cmocka_unit_test(a_sink_that_fails_ends_the_run),
        cmocka_unit_test(interruption_and_resume_give_the_same_bytes),
        cmocka_unit_test(parts_add_up_to_the_whole),
        cmocka_unit_test(flushed_denormals_are_refused),
        cmocka_unit_test(a_worker_that_cannot_start_ends_the_run),
        cmocka_unit_test(one_path_is_a_run),
        cmocka_unit_test(impossible_record_sizes_are_out_of_memory),
        cmocka_unit_test(every_status_has_a_text),
        cmocka_unit_test(affinity_limits_the_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
