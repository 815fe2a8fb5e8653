/* Runs of paths whose outcomes are known, without a world: what is tested is what a run
   adds to its paths. */
#include "analysis/interrupt.h"
#include "analysis/merge.h"
#include "analysis/plan.h"
#include "analysis/run.h"
#include "analysis/run_digest.h"
#include "analysis/store.h"
#include "scenarios/semantics.h"
#include "tests/support/check.h"

#include <math.h>
#include <sys/stat.h>

/* What a fake path is told: where to break, where to interrupt. */
struct fake {
    uint64_t broken_path, interrupted_path;
};

static void fake_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                      struct outcome *outcome) {
    const struct fake *fake = context;
    memset(memory, 0xA5, 100);
    outcome->path = path;
    outcome->log_head[0] = seed * 1000003 + path;
    outcome->value[OUTCOME_BAD_DEBT].integer = (int64_t)(path % 100) * 1000000;
    outcome->value[OUTCOME_INSOLVENCY].integer = path % 10 == 0;
    outcome->value[OUTCOME_HAIRCUT_RATE].real = (double)(int64_t)(path % 7) / 7;
    outcome->missing = path % 3 == 0 ? 0 : UINT64_C(1) << OUTCOME_FUND_DEPLETION_TIME;
    if (path == fake->broken_path) {
        outcome->status = OUTCOME_STATUS_INVARIANT;
    }
    if (path == fake->interrupted_path) {
        interrupt_signal = SIGTERM;
    }
}

static const struct fake calm = {UINT64_MAX, UINT64_MAX};

static struct run_subject subject_of(const struct fake *fake) {
    static const char canonical[] = "margin.initial: 10%\n";
    struct run_subject subject = {
        .name = "fake",
        .canonical = canonical,
        .measure = "conditional",
        .context = fake,
        .footprint = 100,
        .run_path = fake_path,
    };
    digest_of(canonical, sizeof canonical - 1, subject.hash);
    return subject;
}

/* A folder for the files of one test. */
static char folder[64];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/breakwater-test-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}

static const char *in_folder(const char *name) {
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static bool exists(const char *path) {
    struct stat about;
    return stat(path, &about) == 0;
}

static struct run_request request_of(uint64_t paths, unsigned threads, const char *out) {
    return (struct run_request){.seed = 7,
                                .paths = paths,
                                .threads = threads,
                                .level = 0.95,
                                .out = out,
                                .quiet = true};
}

/* Runs and returns the digest as text. */
static enum run_status run(const struct run_request *request, const struct fake *fake,
                           char digest[DIGEST_TEXT_SIZE]) {
    const struct run_subject subject = subject_of(fake);
    struct run_result result;
    const enum run_status status = run_execute(&subject, request, &result);
    digest_text(result.digest, digest);
    run_result_free(&result);
    return status;
}

/* The digest of a run by its definition, from paths run one after the other. */
static void defined_digest(uint64_t paths, char text[DIGEST_TEXT_SIZE]) {
    const struct run_subject subject = subject_of(&calm);
    unsigned char hash[DIGEST_SIZE], memory[100];
    struct digest digest;
    digest_init(&digest);
    digest_update(&digest, "breakwater-digest-1", 19);
    digest_u32(&digest, BREAKWATER_SEMANTICS);
    digest_update(&digest, subject.hash, DIGEST_SIZE);
    digest_u64(&digest, 7);
    digest_u64(&digest, paths);
    for (uint64_t path = 0; path < paths; ++path) {
        struct outcome outcome = {.path = path};
        fake_path(&calm, memory, 7, path, &outcome);
        outcome_digest(&outcome, hash);
        digest_update(&digest, hash, DIGEST_SIZE);
    }
    digest_final(&digest, hash);
    digest_text(hash, text);
}

static void the_digest_is_the_same_on_any_number_of_threads(void **state) {
    (void)state;
    char want[DIGEST_TEXT_SIZE], got[DIGEST_TEXT_SIZE];
    static const uint64_t counts[] = {1, 63, 64, 65, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) {
        defined_digest(counts[i], want);
        for (unsigned threads = 1; threads <= 3; ++threads) {
            const struct run_request request = request_of(counts[i], threads, NULL);
            check_i64("status", run(&request, &calm, got), RUN_OK);
            check_text("digest", got, want);
        }
    }
}

static void the_digest_depends_on_seed_count_and_scenario(void **state) {
    (void)state;
    struct run_subject subject = subject_of(&calm);
    unsigned char reference[DIGEST_SIZE], other[DIGEST_SIZE];
    struct spool *spool = spool_open();
    unsigned char record[OUTCOME_RECORD_SIZE];
    const struct outcome outcome = {.path = 0};
    outcome_write(&outcome, record);
    assert_true(spool_append(spool, record, 1));
    assert_true(run_digest(subject.hash, 7, spool, reference));
    assert_true(run_digest(subject.hash, 8, spool, other));
    check_true("seed", memcmp(reference, other, DIGEST_SIZE) != 0);
    subject.hash[31] ^= 1;
    assert_true(run_digest(subject.hash, 7, spool, other));
    check_true("scenario", memcmp(reference, other, DIGEST_SIZE) != 0);
    subject.hash[31] ^= 1;
    assert_true(spool_append(spool, record, 1));
    assert_true(run_digest(subject.hash, 7, spool, other));
    check_true("count", memcmp(reference, other, DIGEST_SIZE) != 0);
    spool_close(spool);
}

static void an_interrupted_run_resumes_to_the_same_digest(void **state) {
    (void)state;
    char want[DIGEST_TEXT_SIZE], got[DIGEST_TEXT_SIZE];
    const struct fake interrupted = {UINT64_MAX, 300};
    struct run_request request = request_of(1000, 1, in_folder("a.h5"));
    defined_digest(1000, want);
    check_i64("interrupted", run(&request, &interrupted, got), RUN_TERMINATED);
    interrupt_signal = 0;
    check_true("the folder is kept", exists(in_folder("a.h5.shards/plan")));
    check_true("another digest", strcmp(got, want) != 0);
    check_i64("it is not started over", run(&request, &calm, got), RUN_INPUT);
    request.resume = true;
    request.seed = 8;
    check_i64("nor resumed as another run", run(&request, &calm, got), RUN_INPUT);
    request.seed = 7;
    check_i64("resumed", run(&request, &calm, got), RUN_OK);
    check_text("digest", got, want);
    request.paths = 1500;
    defined_digest(1500, want);
    check_i64("extended", run(&request, &calm, got), RUN_OK);
    check_text("digest of more", got, want);
}

static void a_broken_invariant_ends_the_run(void **state) {
    (void)state;
    char got[DIGEST_TEXT_SIZE];
    const struct fake broken = {200, UINT64_MAX};
    const struct run_request request = request_of(1000, 2, NULL);
    check_i64("status", run(&request, &broken, got), RUN_BROKEN);
}

static void parts_merge_to_the_same_digest_and_file(void **state) {
    (void)state;
    char want[DIGEST_TEXT_SIZE], got[DIGEST_TEXT_SIZE], error[256];
    char one[128], two[128];
    snprintf(one, sizeof one, "%s", in_folder("one.h5.shards"));
    snprintf(two, sizeof two, "%s", in_folder("two.h5.shards"));
    const char *const both[] = {two, one};
    struct plan plan;
    struct run_result result;
    defined_digest(1000, want);
    struct run_request request = request_of(1000, 1, in_folder("one.h5"));
    request.part = true;
    request.first_block = 0;
    request.end_block = 9;
    check_i64("part one", run(&request, &calm, got), RUN_OK);
    check_i64("a part lacks blocks", merge_shards(&both[1], 1, 0.95, &plan, &result),
              RUN_INPUT);
    plan_free(&plan);
    run_result_free(&result);
    request.out = in_folder("two.h5");
    request.first_block = 9;
    request.end_block = 16;
    check_i64("part two", run(&request, &calm, got), RUN_OK);
    check_i64("merged", merge_shards(both, 2, 0.95, &plan, &result), RUN_OK);
    digest_text(result.digest, got);
    check_text("digest", got, want);
    check_true("whole", result.whole);
    const struct run_subject merged = merge_subject(&plan), whole = subject_of(&calm);
    assert_true(
        store_write(in_folder("merged.h5"), &merged, &result, error, sizeof error));
    plan_free(&plan);
    run_result_free(&result);

    request = request_of(1000, 2, NULL);
    check_i64("in one", run_execute(&whole, &request, &result), RUN_OK);
    assert_true(store_write(in_folder("whole.h5"), &whole, &result, error, sizeof error));
    run_result_free(&result);
    char command[512];
    snprintf(command, sizeof command, "cmp %s %s", in_folder("merged.h5"),
             in_folder("whole.h5"));
    check_i64("the files are the same bytes", system(command), 0);
}

static void parts_of_different_runs_do_not_merge(void **state) {
    (void)state;
    char got[DIGEST_TEXT_SIZE], one[128], two[128];
    snprintf(one, sizeof one, "%s", in_folder("one.h5.shards"));
    snprintf(two, sizeof two, "%s", in_folder("two.h5.shards"));
    const char *const both[] = {one, two};
    struct plan plan;
    struct run_result result;
    struct run_request request = request_of(128, 1, in_folder("one.h5"));
    request.part = true;
    request.end_block = 1;
    check_i64("one", run(&request, &calm, got), RUN_OK);
    request.out = in_folder("two.h5");
    request.seed = 8;
    request.first_block = 1;
    request.end_block = 2;
    check_i64("two", run(&request, &calm, got), RUN_OK);
    check_i64("merge", merge_shards(both, 2, 0.95, &plan, &result), RUN_INPUT);
    plan_free(&plan);
    run_result_free(&result);
}

static void shards_go_when_the_results_are_safe(void **state) {
    (void)state;
    const struct run_subject subject = subject_of(&calm);
    const struct run_request request = request_of(100, 1, in_folder("a.h5"));
    struct run_result result;
    char error[256];
    check_i64("run", run_execute(&subject, &request, &result), RUN_OK);
    check_true("they are there", exists(in_folder("a.h5.shards")));
    check_true("a folder that is not there", !store_write(in_folder("no/a.h5"), &subject,
                                                          &result, error, sizeof error));
    assert_true(store_write(request.out, &subject, &result, error, sizeof error));
    assert_true(run_discard_shards(&result));
    check_true("they are gone", !exists(in_folder("a.h5.shards")));
    check_true("the results are there", exists(in_folder("a.h5")));
    run_result_free(&result);
}

static void one_failed_path_in_a_thousand_is_allowed(void **state) {
    (void)state;
    struct metrics metrics = {.paths = 2000, .failed = 2};
    check_i64("2 of 2000", run_verdict(&metrics), RUN_OK);
    metrics.failed = 3;
    check_i64("3 of 2000", run_verdict(&metrics), RUN_BROKEN);
    metrics.failed = 1;
    metrics.by_status[OUTCOME_STATUS_INVARIANT] = 1;
    check_i64("a broken invariant", run_verdict(&metrics), RUN_BROKEN);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_digest_is_the_same_on_any_number_of_threads),
        TEST(the_digest_depends_on_seed_count_and_scenario),
        TEST(an_interrupted_run_resumes_to_the_same_digest),
        TEST(a_broken_invariant_ends_the_run),
        TEST(parts_merge_to_the_same_digest_and_file),
        TEST(parts_of_different_runs_do_not_merge),
        TEST(shards_go_when_the_results_are_safe),
        TEST(one_failed_path_in_a_thousand_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
