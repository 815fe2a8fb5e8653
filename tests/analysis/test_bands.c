/* Bands are the quantiles of all paths, however the paths came together. */
#include "analysis/bands.h"
#include "analysis/estimate/tail.h"
#include "analysis/interrupt.h"
#include "analysis/merge.h"
#include "analysis/plan.h"
#include "analysis/run.h"
#include "analysis/store.h"
#include "analysis/store_bands.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

enum { PATHS = 300 };

/* What fake path number `path` is worth: a jump at zero, wide scales, gaps. */
static int64_t value_of(uint64_t path, unsigned series, unsigned point) {
    uint64_t random = path * 1000003 + series * 7919 + point;
    const int64_t value =
        (int64_t)(check_random(&random) >> check_random_in(&random, 24, 50));
    const bool gap = (path + point) % 17 == 0;
    return gap ? -1 : path % 5 == 0 ? 0 : value;
}

static void fake_samples(uint64_t path, struct samples *samples) {
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            samples->value[series][point] = value_of(path, series, point);
        }
    }
}

static void fake_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                      struct outcome *outcome) {
    const uint64_t *interrupted = context;
    (void)memory;
    outcome->path = path;
    outcome->log_head[0] = seed;
    if (interrupted != NULL && path == *interrupted) {
        interrupt_signal = SIGTERM;
    }
}

static void fake_sampled(const void *context, void *memory, uint64_t seed, uint64_t path,
                         struct samples *samples, struct outcome *outcome) {
    fake_path(context, memory, seed, path, outcome);
    fake_samples(path, samples);
}

static struct run_subject subject_of(const uint64_t *interrupted) {
    static const char canonical[] = "margin.initial: 10%\n";
    struct run_subject subject = {.name = "fake",
                                  .canonical = canonical,
                                  .measure = "conditional",
                                  .context = interrupted,
                                  .footprint = 100,
                                  .run_path = fake_path,
                                  .sample_path = fake_sampled,
                                  .start_ns = INT64_C(1583971200000000000),
                                  .end_ns = INT64_C(1583971200000000000) +
                                            INT64_C(96) * 3600000000000};
    digest_of(canonical, sizeof canonical - 1, subject.hash);
    return subject;
}

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

static struct run_request request_of(unsigned threads, const char *out) {
    return (struct run_request){.seed = 7,
                                .paths = PATHS,
                                .threads = threads,
                                .level = 0.9,
                                .out = out,
                                .quiet = true,
                                .bands = true};
}

/* All series of bands, to be compared byte by byte (NaNs have one spelling here). */
static struct bands_series *all_of(const struct bands *bands) {
    struct bands_series *made = check_memory(SAMPLES_COUNT * sizeof *made);
    assert_non_null(bands);
    for (unsigned i = 0; i < SAMPLES_COUNT; ++i) {
        bands_compute(bands, (enum samples_series)i, 0.9, &made[i]);
    }
    return made;
}

/* The bands of the paths in order from `first`, every `step`-th, by bands_add alone. */
static struct bands *added(uint64_t first, uint64_t step) {
    static struct samples samples;
    static unsigned char record[SAMPLES_RECORD_SIZE];
    struct bands *bands = bands_open();
    assert_non_null(bands);
    for (uint64_t i = 0; i < PATHS; ++i) {
        fake_samples((first + i * step) % PATHS, &samples);
        samples_write(&samples, record);
        bands_add(bands, record);
    }
    return bands;
}

static void expect_same(const char *label, const struct bands *got) {
    struct bands *bands = added(0, 1);
    struct bands_series *want = all_of(bands), *have = all_of(got);
    check_bytes(label, (const unsigned char *)have, (const unsigned char *)want,
                SAMPLES_COUNT * sizeof *want);
    free(want);
    free(have);
    bands_close(bands);
}

/* A bin is 1/256 of its value wide and its middle is told. */
static void near(const char *label, double got, double want) {
    if (isnan(want)) {
        check_true(label, isnan(got));
    } else {
        check_close(label, got, want, fabs(want) / 512 + 1e-9);
    }
}

static void quantiles_are_those_of_the_sorted_values(void **state) {
    (void)state;
    struct bands *bands = added(0, 1);
    struct bands_series *made = all_of(bands);
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; point += 7) {
            int64_t value[PATHS];
            struct sample sample = {.integer = value,
                                    .divisor = samples_descriptions[series].divisor};
            for (uint64_t path = 0; path < PATHS; ++path) {
                const int64_t one = value_of(path, series, point);
                value[sample.count] = one;
                sample.count += one >= 0;
            }
            sample_sort(&sample);
            check_u64("count", made[series].count[point], sample.count);
            for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
                const struct interval got = made[series].quantile[point][i];
                const struct interval want =
                    tail_quantile(&sample, bands_quantile_ppm[i], 0.9);
                near("quantile", got.value, want.value);
                near("low", got.low, want.low);
                near("high", got.high, want.high);
            }
        }
    }
    /* Every fifth path is zero: so is the 5 % quantile, exactly. */
    check_true("zero", made[0].quantile[3][0].value == 0);
    check_true("and the median is not", made[0].quantile[3][2].value > 0);
    free(made);
    bands_close(bands);
}

static void the_order_of_paths_leaves_no_trace(void **state) {
    (void)state;
    struct bands *backwards = added(PATHS - 1, PATHS - 1), *mixed = added(5, 7);
    expect_same("backwards", backwards);
    expect_same("in strides", mixed);
    bands_close(backwards);
    bands_close(mixed);
}

static void one_more_path_shows(void **state) {
    (void)state;
    struct bands *bands = added(0, 1);
    static struct samples samples;
    static unsigned char record[SAMPLES_RECORD_SIZE];
    struct bands_series *before = all_of(bands);
    fake_samples(1, &samples);
    samples_write(&samples, record);
    bands_add(bands, record);
    struct bands_series *after = all_of(bands);
    check_true("it does", memcmp(before, after, SAMPLES_COUNT * sizeof *before) != 0);
    free(before);
    free(after);
    bands_close(bands);
}

static void nothing_has_no_quantile(void **state) {
    (void)state;
    struct bands *bands = bands_open();
    struct bands_series *made = all_of(bands);
    check_u64("count", made[0].count[0], 0);
    check_true("value", isnan(made[0].quantile[0][2].value));
    free(made);
    bands_close(bands);
}

static void threads_resume_and_parts_give_the_same(void **state) {
    (void)state;
    const struct run_subject subject = subject_of(NULL);
    struct run_result result;
    for (unsigned threads = 1; threads <= 3; ++threads) {
        const struct run_request request = request_of(threads, NULL);
        check_i64("run", run_execute(&subject, &request, &result), RUN_OK);
        expect_same("threads", result.bands);
        run_result_free(&result);
    }
    const uint64_t at = 200;
    const struct run_subject interrupted = subject_of(&at);
    struct run_request request = request_of(1, in_folder("a.h5"));
    check_i64("stopped", run_execute(&interrupted, &request, &result), RUN_TERMINATED);
    interrupt_signal = 0;
    run_result_free(&result);
    request.resume = true;
    check_i64("resumed", run_execute(&subject, &request, &result), RUN_OK);
    expect_same("resumed", result.bands);
    run_result_free(&result);
    char one[128], two[128];
    snprintf(one, sizeof one, "%s", in_folder("one.h5.shards"));
    snprintf(two, sizeof two, "%s", in_folder("two.h5.shards"));
    const char *const both[] = {two, one};
    struct plan plan;
    request = request_of(1, in_folder("one.h5"));
    request.part = true;
    request.end_block = 2;
    check_i64("one", run_execute(&subject, &request, &result), RUN_OK);
    run_result_free(&result);
    request.out = in_folder("two.h5");
    request.first_block = 2;
    request.end_block = 5;
    check_i64("two", run_execute(&subject, &request, &result), RUN_OK);
    run_result_free(&result);
    check_i64("merged", merge_shards(both, 2, 0.9, &plan, &result), RUN_OK);
    expect_same("merged", result.bands);
    check_i64("from", plan.start_ns, subject.start_ns);
    check_i64("to", plan.end_ns, subject.end_ns);
    plan_free(&plan);
    run_result_free(&result);
}

static void a_file_gives_them_back(void **state) {
    (void)state;
    const struct run_subject subject = subject_of(NULL);
    const struct run_request request = request_of(2, NULL);
    struct run_result result;
    struct store_error error;
    char text[256];
    check_i64("run", run_execute(&subject, &request, &result), RUN_OK);
    const char *path = in_folder("bands.h5");
    check_true("written", store_write(path, &subject, &result, text, sizeof text));
    struct store *store = store_open(path, &error);
    assert_non_null(store);
    struct store_bands *read = check_memory(sizeof *read);
    check_true("read", store_bands_read(store, read, &error));
    check_true("there", read->there);
    struct bands_series *want = all_of(result.bands);
    check_bytes("the same", (const unsigned char *)read->series,
                (const unsigned char *)want, SAMPLES_COUNT * sizeof *want);
    check_close("hours", read->hours[50], 50, 1e-12);
    store_close(store);
    free(want);
    run_result_free(&result);

    struct run_request without = request;
    without.bands = false;
    check_i64("run", run_execute(&subject, &without, &result), RUN_OK);
    path = in_folder("none.h5");
    check_true("written", store_write(path, &subject, &result, text, sizeof text));
    store = store_open(path, &error);
    check_true("a file without is read", store_bands_read(store, read, &error));
    check_true("and has none", !read->there);
    store_close(store);
    free(read);
    run_result_free(&result);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(quantiles_are_those_of_the_sorted_values),
        TEST(the_order_of_paths_leaves_no_trace),
        TEST(one_more_path_shows),
        TEST(nothing_has_no_quantile),
        TEST(threads_resume_and_parts_give_the_same),
        TEST(a_file_gives_them_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
