/* The logs in a results file are those of the worst paths, row by row. */
#include "analysis/run.h"
#include "analysis/store.h"
#include "analysis/store_worst.h"
#include "tests/support/check.h"

#include <stdlib.h>

static char folder[64], file[128];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/breakwater-test-XXXXXX");
    const bool made = mkdtemp(folder) != NULL;
    snprintf(file, sizeof file, "%s/r.h5", folder);
    return !made;
}

static int remove_folder(void **state) {
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}

static void load(struct subject *subject) {
    static const char *const sets[] = {"population.accounts=60", "population.owners=50",
                                       "world.horizon=14h"};
    check_i64("loaded", subject_load("black-thursday", sets, 3, subject), RUN_OK);
}

static struct run_result run(const struct subject *subject, uint64_t paths) {
    const struct run_request request = {
        .seed = 7, .paths = paths, .threads = 2, .level = 0.95, .quiet = true};
    struct run_result result;
    check_i64("run", run_execute(&subject->run, &request, &result), RUN_OK);
    result.subject = subject;
    return result;
}

/* By its definition: no completed path that comes before it is left out. */
static uint64_t worst_by_hand(const struct spool *spool, const uint64_t *before,
                              unsigned count) {
    uint64_t best = UINT64_MAX;
    int64_t most = -1;
    for (uint64_t path = 0; path < spool_count(spool); ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome;
        bool taken = false;
        assert_true(spool_read(spool, path, 1, record));
        outcome_read(&outcome, record);
        for (unsigned i = 0; i < count; ++i) {
            taken |= before[i] == path;
        }
        if (!taken && outcome.value[OUTCOME_BAD_DEBT].integer > most) {
            most = outcome.value[OUTCOME_BAD_DEBT].integer;
            best = path;
        }
    }
    return best;
}

static void expect_rows(const struct replay *got, const struct replay *want) {
    check_u64("rows", got->count, want->count);
    check_true("many", want->count > 100);
    for (size_t i = 0; i < want->count; ++i) {
        const struct event_row *one = &got->row[i], *other = &want->row[i];
        check_i64("time", one->time_ns, other->time_ns);
        check_i64("outside", one->outside_uusd, other->outside_uusd);
        check_i64("index", one->index_uusd, other->index_uusd);
        check_i64("fund", one->fund_uusd, other->fund_uusd);
        check_i64("gas", one->base_fee_wei, other->base_fee_wei);
        check_i64("bad debt", one->bad_debt_uusd, other->bad_debt_uusd);
    }
}

static void logs_are_those_of_the_worst_paths(void **state) {
    (void)state;
    struct subject subject;
    char text[256];
    uint64_t paths[STORE_WORST];
    load(&subject);
    struct run_result result = run(&subject, 40);
    assert_true(store_write(file, &subject.run, &result, text, sizeof text));
    struct store_error error;
    struct store *store = store_open(file, &error);
    assert_non_null(store);
    for (unsigned i = 0; i < STORE_WORST; ++i) {
        struct store_worst worst;
        struct replay replay;
        bool there = false;
        check_true("read", store_worst_read(store, i + 1, &worst, &there, &error));
        check_true("there", there);
        paths[i] = worst.path;
        check_u64("path", worst.path, worst_by_hand(result.spool, paths, i));
        check_i64("start", worst.start_ns, subject.stage->start_ns);
        check_i64("end", worst.end_ns, subject.stage->end_ns);
        check_i64("again", replay_path(&subject, 7, worst.path, REPLAY_ROOT_NS, &replay),
                  RUN_OK);
        expect_rows(&worst.replay, &replay);
        replay_free(&replay);
        replay_free(&worst.replay);
    }
    struct store_worst none;
    bool there = true;
    check_true("no more",
               store_worst_read(store, STORE_WORST + 1, &none, &there, &error));
    check_true("not there", !there);
    store_close(store);
    run_result_free(&result);
    subject_free(&subject);
}

static void a_short_run_has_as_many_as_it_has_paths(void **state) {
    (void)state;
    struct subject subject;
    struct store_worst worst;
    struct store_error error;
    char text[256];
    bool there = true;
    load(&subject);
    struct run_result result = run(&subject, 1);
    assert_true(store_write(file, &subject.run, &result, text, sizeof text));
    struct store *store = store_open(file, &error);
    assert_non_null(store);
    check_true("one", store_worst_read(store, 1, &worst, &there, &error) && there);
    replay_free(&worst.replay);
    check_true("not two", store_worst_read(store, 2, &worst, &there, &error) && !there);
    store_close(store);
    run_result_free(&result);
    subject_free(&subject);
}

/* A path that does not come out as it was stored is told, and nothing is written. */
static void a_path_that_differs_writes_nothing(void **state) {
    (void)state;
    struct subject subject, other;
    static const char *const sets[] = {"population.accounts=60", "population.owners=50",
                                       "world.horizon=14h", "margin.maintenance=7%"};
    char text[256];
    load(&subject);
    check_i64("loaded", subject_load("black-thursday", sets, 4, &other), RUN_OK);
    struct run_result result = run(&subject, 8);
    result.subject = &other;
    check_true("refused", !store_write(file, &subject.run, &result, text, sizeof text));
    check_true("no file", fopen(file, "rb") == NULL);
    run_result_free(&result);
    subject_free(&subject);
    subject_free(&other);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(logs_are_those_of_the_worst_paths),
        TEST(a_short_run_has_as_many_as_it_has_paths),
        TEST(a_path_that_differs_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
