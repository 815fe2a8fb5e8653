/* What was written is read back bit for bit, and what is damaged is told. */
#include "analysis/run.h"
#include "analysis/run_digest.h"
#include "analysis/store.h"
#include "analysis/store_read.h"
#include "analysis/store_seal.h"
#include "tests/support/check.h"

#include <math.h>
#include <unistd.h>

enum { PATHS = 5000 }; /* more than one chunk of the file */

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
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Every field has values that are hard to carry: large, negative, tiny fractions. */
static void fake_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                      struct outcome *outcome) {
    (void)context;
    (void)memory;
    uint64_t random = seed * 7919 + path;
    memset(outcome, 0, sizeof *outcome);
    outcome->path = path;
    outcome->log_head[0] = check_random(&random);
    outcome->log_head[1] = path == 7 ? UINT64_C(1) << 63 : check_random(&random);
    if (path % 100 == 3) {
        outcome->status = OUTCOME_STATUS_LIMIT;
        outcome->missing = (UINT64_C(1) << OUTCOME_FIELD_COUNT) - 1;
        return;
    }
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const int64_t shift = check_random_in(&random, 12, 62);
        const int64_t value = (int64_t)(check_random(&random) >> shift);
        switch (outcome_descriptions[i].kind) {
        case OUTCOME_FLAG:
            outcome->value[i].integer = value & 1;
            break;
        case OUTCOME_RATIO:
            outcome->value[i].real = (double)(value - 1000000) / 7e9;
            break;
        default:
            /* Up to 2^51 units: 2.2 thousand million USD, 26 days. */
            outcome->value[i].integer = path % 2 == 0 ? value / 2 : -value / 2;
        }
        if (check_random(&random) % 10 == 0) {
            outcome->missing |= UINT64_C(1) << i;
            outcome->value[i].integer = 0;
        }
    }
}

static const char canonical[] = "margin.initial: 10%\n";

static struct run_result write_file(const char *path) {
    struct run_subject subject = {.name = "fake",
                                  .canonical = canonical,
                                  .measure = "conditional",
                                  .footprint = 100,
                                  .run_path = fake_path};
    const struct run_request request = {.seed = UINT64_C(1) << 63,
                                        .paths = PATHS,
                                        .threads = 2,
                                        .level = 0.9,
                                        .quiet = true};
    struct run_result result;
    char error[256];
    digest_of(canonical, sizeof canonical - 1, subject.hash);
    check_i64("run", run_execute(&subject, &request, &result), RUN_OK);
    check_true("written", store_write(path, &subject, &result, error, sizeof error));
    return result;
}

static struct store *open_fine(const char *path) {
    struct store_error error;
    struct store *store = store_open(path, &error);
    if (store == NULL) {
        print_error("%s\n", error.text);
    }
    assert_non_null(store);
    return store;
}

static void what_the_file_says_of_its_run_is_read(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store *store = open_fine(in_folder("a.h5"));
    const struct store_about *about = store_about_of(store);
    check_text("name", about->scenario_name, "fake");
    check_text("measure", about->measure, "conditional");
    check_text("scenario", about->canonical, canonical);
    check_u64("seed", about->seed, UINT64_C(1) << 63);
    check_u64("paths", about->paths, PATHS);
    check_u64("failed", about->failed, PATHS / 100);
    check_true("complete", about->complete);
    check_close("level", about->level, 0.9, 0);
    check_bytes("digest", about->digest, result.digest, DIGEST_SIZE);
    store_close(store);
    run_result_free(&result);
}

static void rows_come_back_bit_for_bit(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store *store = open_fine(in_folder("a.h5"));
    struct store_error error;
    unsigned char digest[DIGEST_SIZE], stored[OUTCOME_RECORD_SIZE];
    struct spool *spool = spool_open();
    assert_non_null(spool);
    check_true("spool", store_spool(store, spool, &error));
    check_u64("rows", spool_count(spool), PATHS);
    check_true("digest", run_digest(store_about_of(store)->scenario_hash,
                                    store_about_of(store)->seed, spool, digest));
    check_bytes("digest", digest, result.digest, DIGEST_SIZE);
    for (uint64_t path = 0; path < PATHS; path += 499) {
        struct outcome outcome, made;
        unsigned char record[OUTCOME_RECORD_SIZE];
        check_true("row", store_rows(store, path, 1, &outcome, &error));
        outcome_write(&outcome, stored);
        fake_path(NULL, NULL, UINT64_C(1) << 63, path, &made);
        outcome_write(&made, record);
        check_bytes("row", stored, record, sizeof record);
    }
    struct outcome outcome;
    check_true("no such row", !store_rows(store, PATHS, 1, &outcome, &error));
    check_i64("is the user's mistake", error.status, RUN_INPUT);
    check_contains("and told", error.text, "its paths are 0 to 4999");
    spool_close(spool);
    store_close(store);
    run_result_free(&result);
}

static void estimates_come_back_as_printed(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store *store = open_fine(in_folder("a.h5"));
    struct store_error error;
    struct metrics *metrics = check_memory(sizeof *metrics);
    check_true("read", store_metrics(store, metrics, &error));
    check_u64("count", metrics->count, result.metrics.count);
    for (size_t i = 0; i < metrics->count; ++i) {
        const struct estimate *got = &metrics->estimate[i];
        const struct estimate *want = &result.metrics.estimate[i];
        check_text("name", got->name, want->name);
        check_text("unit", got->unit, want->unit);
        check_text("measure", got->measure, want->measure);
        check_true(want->name, got->value == want->value ||
                                   (isnan(got->value) && isnan(want->value)));
        check_u64("n", got->n, want->n);
        check_i64("field", got->field, want->field);
        check_i64("kind", got->kind, want->kind);
    }
    check_bytes("by status", metrics->by_status, result.metrics.by_status,
                sizeof metrics->by_status);
    check_u64("failed", metrics->failed, result.metrics.failed);
    free(metrics);
    store_close(store);
    run_result_free(&result);
}

static void columns_are_found_by_name(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store *store = open_fine(in_folder("a.h5"));
    struct store_error error;
    struct store_column column;
    check_text("first", store_column_name(store, "paths", 0), "path");
    check_text("second", store_column_name(store, "paths", 1), "bad_debt");
    size_t count = 0;
    while (store_column_name(store, "paths", count) != NULL) {
        ++count;
    }
    check_u64("path, fields, status, two log heads", count, OUTCOME_FIELD_COUNT + 4);
    check_true("column", store_column(store, "paths/bad_debt", &column, &error));
    check_text("unit", column.unit, "USD");
    check_u64("values", column.count, PATHS);
    check_true("a failed path has none", isnan(column.real[3]));
    store_column_free(&column);
    check_true("flags", store_column(store, "paths/insolvency", &column, &error));
    check_i64("integers", column.type, STORE_INTEGER);
    check_i64("missing", column.integer[3], STORE_MISSING);
    store_column_free(&column);
    check_true("heads", store_column(store, "paths/log_head_1", &column, &error));
    check_i64("a bit pattern is no missing value", column.integer[7], INT64_MIN);
    store_column_free(&column);
    check_true("texts", store_column(store, "estimates/unit", &column, &error));
    check_i64("texts", column.type, STORE_TEXT);
    store_column_free(&column);
    check_true("none", !store_column(store, "paths/nothing", &column, &error));
    check_contains("told", error.text, "has no column paths/nothing");
    store_close(store);
    run_result_free(&result);
}

static void the_largest_are_found_in_order(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store *store = open_fine(in_folder("a.h5"));
    struct store_error error;
    struct store_column column;
    uint64_t path[5];
    size_t count = 5;
    check_true("largest", store_largest(store, "bad_debt", path, &count, &error));
    check_u64("five", count, 5);
    check_true("column", store_column(store, "paths/bad_debt", &column, &error));
    for (size_t i = 0; i < column.count; ++i) {
        /* Each path is among the five, or not above the fifth. */
        bool among = false;
        for (size_t k = 0; k < 5; ++k) {
            among |= path[k] == i;
        }
        check_true("the five are the largest",
                   among || !(column.real[i] > column.real[path[4]]));
    }
    for (size_t k = 1; k < 5; ++k) {
        check_true("in order", column.real[path[k - 1]] >= column.real[path[k]]);
    }
    store_column_free(&column);
    store_close(store);
    run_result_free(&result);
}

static unsigned char *bytes_of(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = check_memory(*size);
    check_u64("read", fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void put_bytes(const char *path, const unsigned char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    check_u64("written", fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Opens and reads everything; true when it was read and is the run. */
static bool reads_as(const char *path, const unsigned char digest[DIGEST_SIZE],
                     struct store_error *error) {
    unsigned char own[DIGEST_SIZE];
    struct store *store = store_open(path, error);
    struct spool *spool = spool_open();
    bool same = store != NULL && store_spool(store, spool, error);
    if (same) {
        same = run_digest(store_about_of(store)->scenario_hash,
                          store_about_of(store)->seed, spool, own) &&
               memcmp(own, digest, DIGEST_SIZE) == 0 &&
               memcmp(store_about_of(store)->digest, digest, DIGEST_SIZE) == 0;
        error->text[0] = 0;
    }
    spool_close(spool);
    store_close(store);
    return same;
}

static void what_is_not_a_results_file_is_told(void **state) {
    (void)state;
    static const struct {
        const char *name, *content, *told;
    } cases[] = {
        {"empty.h5", "",                         "is empty"      },
        {"short.h5", "\x89HDF",                  "it is not HDF5"},
        {"text.h5",  "name: not a results file", "it is not HDF5"},
        {"bare.h5",  "\x89HDF\r\n\x1a\n",        "cut short"     },
    };
    struct store_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        put_bytes(in_folder(cases[i].name), (const unsigned char *)cases[i].content,
                  strlen(cases[i].content));
        assert_null(store_open(in_folder(cases[i].name), &error));
        check_i64("the user's mistake", error.status, RUN_INPUT);
        check_contains("told", error.text, cases[i].told);
    }
    assert_null(store_open(in_folder("nothing.h5"), &error));
    check_contains("told", error.text, "No such file");
    assert_null(store_open(folder, &error));
    check_contains("told", error.text, "is a folder");
}

static void a_file_cut_short_is_told(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store_error error;
    size_t size;
    unsigned char *bytes = bytes_of(in_folder("a.h5"), &size);
    for (size_t part = 1; part < 20; ++part) {
        put_bytes(in_folder("cut.h5"), bytes, size * part / 20);
        check_true("cut", !reads_as(in_folder("cut.h5"), result.digest, &error));
        check_i64("the file's fault", error.status, RUN_INPUT);
        check_contains("named", error.text, "cut.h5");
    }
    free(bytes);
    run_result_free(&result);
}

/* Never a crash, and never rows without a word. */
static void a_changed_byte_does_no_harm(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store_error error;
    size_t size;
    uint64_t random = 5, told = 0;
    unsigned char *bytes = bytes_of(in_folder("a.h5"), &size);
    check_true("fine before", reads_as(in_folder("a.h5"), result.digest, &error));
    enum { FLIPS = 150 };
    for (int i = 0; i < FLIPS; ++i) {
        const size_t at = (size_t)(check_random(&random) % size);
        const unsigned char before = bytes[at];
        bytes[at] ^= (unsigned char)(1 << check_random(&random) % 8);
        put_bytes(in_folder("flip.h5"), bytes, size);
        told += !reads_as(in_folder("flip.h5"), result.digest, &error);
        bytes[at] = before;
    }
    check_u64("all are noticed", told, FLIPS); /* by the seal */
    free(bytes);
    run_result_free(&result);
}

/* Behind the end of the HDF5 file stands its seal; a program that edits the file cuts it
   off, and a file without one is read as it is. */
static void a_seal_fits_or_is_not_there(void **state) {
    (void)state;
    struct run_result result = write_file(in_folder("a.h5"));
    struct store_error error;
    size_t size;
    unsigned char *bytes = bytes_of(in_folder("a.h5"), &size);
    FILE *file = fopen(in_folder("a.h5"), "rb");
    assert_non_null(file);
    check_i64("as written", store_seal_check(file), STORE_SEAL_FITS);
    fclose(file);
    check_u64("where HDF5 ends", store_seal_end(bytes), size - SEAL_SIZE);
    put_bytes(in_folder("bare.h5"), bytes, size - SEAL_SIZE);
    check_true("without a seal", reads_as(in_folder("bare.h5"), result.digest, &error));
    for (size_t at = size - SEAL_SIZE; at < size; ++at) {
        bytes[at] ^= 1;
        put_bytes(in_folder("bent.h5"), bytes, size);
        check_true("a bent seal", !reads_as(in_folder("bent.h5"), result.digest, &error));
        check_contains("told", error.text, "its checksum does not fit");
        bytes[at] ^= 1;
        put_bytes(in_folder("part.h5"), bytes, at + (at == size - SEAL_SIZE));
        check_true("part of one", !reads_as(in_folder("part.h5"), result.digest, &error));
        check_contains("told", error.text, "cut short");
    }
    put_bytes(in_folder("long.h5"), bytes, size);
    file = fopen(in_folder("long.h5"), "ab");
    assert_non_null(file);
    fputs("more", file);
    fclose(file);
    check_true("something behind",
               !reads_as(in_folder("long.h5"), result.digest, &error));
    free(bytes);
    run_result_free(&result);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_the_file_says_of_its_run_is_read),
        TEST(rows_come_back_bit_for_bit),
        TEST(estimates_come_back_as_printed),
        TEST(columns_are_found_by_name),
        TEST(the_largest_are_found_in_order),
        TEST(what_is_not_a_results_file_is_told),
        TEST(a_file_cut_short_is_told),
        TEST(a_changed_byte_does_no_harm),
        TEST(a_seal_fits_or_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
