#include "engine/oracle/aggregate.h"
#include "tests/support/check.h"

#define SECOND INT64_C(1000000000)

enum { REPORTERS = 5 };

static const struct oracle_terms terms = {.reporter_count = REPORTERS,
                                          .quorum = 3,
                                          .deviation_ppm = 5000,
                                          .heartbeat_ns = 1200 * SECOND,
                                          .staleness_ns = 3600 * SECOND};

static void open_oracle(struct oracle *oracle, void **memory) {
    const size_t size = oracle_footprint(REPORTERS, 2);
    *memory = check_memory(size);
    memset(*memory, 0, size);
    oracle_bind(oracle, REPORTERS, 2, *memory);
}

static void a_report_is_due_by_deviation_or_age(void **state) {
    (void)state;
    /* last price, price, age in s, due */
    static const struct {
        int64_t last, price, age;
        bool due;
    } rows[] = {
        {200000000, 200999999, 0,    false},
        {200000000, 201000000, 0,    true },
        {200000000, 199000000, 0,    true },
        {200000000, 199000001, 1199, false},
        {200000000, 200000000, 1200, true },
        {1,         1,         1,    false},
        {1,         2,         1,    true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_true("due", oracle_due(&terms, rows[i].last, 0, rows[i].price,
                                     rows[i].age * SECOND) == rows[i].due);
    }
    check_true("any age is understood", oracle_due(&terms, 1, INT64_MIN, 1, INT64_MAX));
}

static void the_index_is_the_lower_median_of_fresh_reports(void **state) {
    (void)state;
    /* prices of reporters 0 .. 3 (0: none), age of the second in s, price of reporter 4;
       index */
    static const struct {
        const char *name;
        int64_t price[4], age, last, index;
    } rows[] = {
        {"below the quorum",    {5, 0, 0, 0}, 0,    7, 0},
        {"three",               {5, 9, 0, 0}, 0,    7, 7},
        {"four, lower middle",  {5, 9, 8, 0}, 0,    7, 7},
        {"four, the other way", {9, 5, 6, 0}, 0,    7, 6},
        {"five",                {9, 5, 6, 1}, 0,    7, 6},
        {"equal ones",          {7, 7, 9, 9}, 0,    9, 9},
        {"just fresh",          {5, 9, 0, 0}, 3600, 7, 7},
        {"one is stale",        {5, 9, 0, 0}, 3601, 7, 0},
        {"four fresh of five",  {1, 9, 2, 3}, 3601, 4, 2},
    };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; ++r) {
        struct oracle oracle;
        void *memory;
        open_oracle(&oracle, &memory);
        const int64_t now = 10000 * SECOND;
        for (uint32_t i = 0; i < 4; ++i) {
            const struct oracle_report report = {
                .price_uusd = rows[r].price[i],
                .observed_ns = now - (i == 1 ? rows[r].age * SECOND : 0),
                .accepted_ns = now};
            oracle_record(&oracle, 1, i, &report);
        }
        const struct oracle_report last = {
            .price_uusd = rows[r].last, .observed_ns = now, .accepted_ns = now};
        check_i64(rows[r].name, oracle_index(&oracle, &terms, 1, 4, &last),
                  rows[r].index);
        check_i64("the other instrument has none",
                  oracle_index(&oracle, &terms, 0, 4, &last), 0);
        check_i64("asking keeps nothing", oracle.report[REPORTERS + 4].price_uusd, 0);
        free(memory);
    }
}

static void a_report_is_refused_for_the_first_reason(void **state) {
    (void)state;
    struct oracle oracle;
    void *memory;
    open_oracle(&oracle, &memory);
    const struct oracle_report kept = {.price_uusd = 200000000,
                                       .observed_ns = 100 * SECOND,
                                       .accepted_ns = 100 * SECOND};
    oracle_record(&oracle, 0, 2, &kept);
    /* reporter, price, observed in s; status; accepted at 110 s */
    static const struct {
        uint32_t reporter;
        int64_t price, observed;
        enum engine_status status;
    } rows[] = {
        {2, 210000000,           105,  ENGINE_OK              },
        {5, 0,                   50,   ENGINE_UNKNOWN_REPORTER},
        {2, 0,                   50,   ENGINE_BAD_PRICE       },
        {2, -1,                  105,  ENGINE_BAD_PRICE       },
        {2, MONEY_PRICE_MAX + 1, 50,   ENGINE_BAD_PRICE       },
        {2, 200000000,           100,  ENGINE_REPORT_NOT_NEWER},
        {2, 210000000,           50,   ENGINE_REPORT_NOT_NEWER},
        {2, 210000000,           111,  ENGINE_REPORT_NOT_NEWER},
        {2, 200000001,           105,  ENGINE_REPORT_NOT_DUE  },
        {3, 200000001,           50,   ENGINE_OK              },
        {3, 200000001,           111,  ENGINE_REPORT_NOT_NEWER},
        {3, MONEY_PRICE_MAX,     -900, ENGINE_OK              },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct oracle_report report = {.price_uusd = rows[i].price,
                                             .observed_ns = rows[i].observed * SECOND,
                                             .accepted_ns = 110 * SECOND};
        const enum engine_status status =
            oracle_check(&oracle, &terms, 0, rows[i].reporter, &report);
        check_text("status", engine_status_name(status),
                   engine_status_name(rows[i].status));
    }
    free(memory);
}

/* An hourly delay, as Maker's oracle security module; the rows are one after another. */
static void a_delayed_median_takes_effect_one_interval_later(void **state) {
    (void)state;
    const struct oracle_terms delayed = {.delay_ns = 3600 * SECOND};
    const struct oracle_terms prompt = {.delay_ns = 0};
    struct oracle oracle;
    struct oracle_kept kept;
    void *memory;
    /* time in s, median, index that takes effect (0: the old one stays) */
    static const struct {
        const char *name;
        int64_t time, median, index;
    } rows[] = {
        {"the first at once",          100,   194, 194},
        {"same hour",                  3599,  190, 0  },
        {"next hour: what was kept",   3600,  180, 194},
        {"same hour again",            7199,  150, 0  },
        {"no median",                  7200,  0,   0  },
        {"late in the hour",           7900,  140, 180},
        {"two hours without a report", 18000, 100, 140},
        {"the hour after",             21600, 110, 100},
    };
    open_oracle(&oracle, &memory);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_i64(rows[i].name,
                  oracle_effective(&oracle, &delayed, 1, rows[i].median,
                                   rows[i].time * SECOND, &kept),
                  rows[i].index);
        oracle.kept[1] = kept;
    }
    check_i64("the other instrument has kept nothing", oracle.kept[0].price_uusd, 0);
    check_i64("without a delay",
              oracle_effective(&oracle, &prompt, 0, 77, 90000 * SECOND, &kept), 77);
    check_i64("nothing is kept", kept.price_uusd, 0);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_due_by_deviation_or_age),
        cmocka_unit_test(the_index_is_the_lower_median_of_fresh_reports),
        cmocka_unit_test(a_report_is_refused_for_the_first_reason),
        cmocka_unit_test(a_delayed_median_takes_effect_one_interval_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
