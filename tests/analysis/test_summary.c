#include "analysis/number.h"
#include "analysis/summary.h"
#include "tests/support/check.h"

#include <math.h>

static void amounts_have_three_digits_and_a_scale(void **state) {
    (void)state;
    static const struct {
        double usd;
        const char *text;
    } cases[] = {
        {0,        "0"    },
        {0.004,    "0"    },
        {0.5,      "0.50" },
        {12.34,    "12.3" },
        {99.96,    "100"  },
        {999.4,    "999"  },
        {999.6,    "1.00k"},
        {1250,     "1.25k"},
        {-340400,  "-340k"},
        {999499,   "999k" },
        {999500,   "1.00M"},
        {1.334e6,  "1.33M"},
        {45.678e6, "45.7M"},
        {999.6e6,  "1.00B"},
        {123.4e9,  "123B" },
    };
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        number_usd(cases[i].usd, text);
        check_text("amount", text, cases[i].text);
    }
    number_usd(nan(""), text);
    check_text("no number", text, "-");
}

static void prices_are_told_in_full(void **state) {
    (void)state;
    static const struct {
        double usd;
        const char *text;
    } cases[] = {
        {194.61,     "194.61"   },
        {8123.456,   "8123.46"  },
        {1,          "1.00"     },
        {0.99987,    "0.9999"   },
        {0.00012345, "0.0001234"},
        {0,          "0"        },
    };
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        number_price(cases[i].usd, text);
        check_text("price", text, cases[i].text);
    }
}

static void shares_and_counts_read_well(void **state) {
    (void)state;
    static const struct {
        double share;
        const char *text;
    } shares[] = {
        {0,         "0"      },
        {0.124,     "12.4"   },
        {0.0371,    "3.71"   },
        {0.0000371, "0.00371"},
        {1,         "100.0"  }
    };
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < sizeof shares / sizeof *shares; ++i) {
        number_percent(shares[i].share, text);
        check_text("share", text, shares[i].text);
    }
    number_count(0, text);
    check_text("nothing", text, "0");
    number_count(999, text);
    check_text("hundreds", text, "999");
    number_count(1234567, text);
    check_text("a million", text, "1,234,567");
    number_count(UINT64_MAX, text);
    check_text("the most", text, "18,446,744,073,709,551,615");
}

/* A result of `count` paths of which some failed; bad debt is huge and negative amounts
   occur, to see what the widest page looks like. */
static struct run_result make_result(uint64_t count, uint64_t failed) {
    struct run_result result = {.seed = UINT64_MAX, .whole = true, .seconds = 12345.678};
    result.spool = spool_open();
    assert_non_null(result.spool);
    for (uint64_t path = 0; path < count; ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome = {.path = path};
        for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
            if (outcome_descriptions[i].kind == OUTCOME_RATIO) {
                outcome.value[i].real = -123.456;
            } else if (outcome_descriptions[i].kind == OUTCOME_FLAG) {
                outcome.value[i].integer = path % 2 == 0;
            } else {
                outcome.value[i].integer = -INT64_C(999888777666555) - (int64_t)path;
            }
        }
        outcome.status = path < failed ? OUTCOME_STATUS_LIMIT : OUTCOME_STATUS_COMPLETE;
        outcome_write(&outcome, record);
        assert_true(spool_append(result.spool, record, 1));
    }
    assert_true(metrics_compute(result.spool, 0.95, "conditional", &result.metrics));
    return result;
}

static const struct run_subject subject = {
    .name = "black-thursday-stuffed", .canonical = "", .measure = "conditional"};

static char page[32768];

static void print(const struct run_result *result,
                  void (*write)(FILE *file, const struct run_subject *subject,
                                const struct run_result *result)) {
    FILE *file = tmpfile();
    assert_non_null(file);
    write(file, &subject, result);
    rewind(file);
    const size_t size = fread(page, 1, sizeof page - 1, file);
    page[size] = 0;
    fclose(file);
}

static void the_page_fits_eighty_columns(void **state) {
    (void)state;
    static const uint64_t cases[][2] = {
        {1000, 0},
        {1000, 3},
        {1,    0},
        {2,    2}
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct run_result result = make_result(cases[i][0], cases[i][1]);
        print(&result, summary_print);
        for (const char *line = page; *line != 0;) {
            const char *end = strchr(line, '\n');
            assert_non_null(end);
            if (end - line > 80) {
                print_error("too long: %.*s\n", (int)(end - line), line);
            }
            check_true("80 columns", end - line <= 80);
            line = end + 1;
        }
        check_true("no number is shown as nan", strstr(page, "nan") == NULL);
        check_contains("the digest", page, "digest ");
        run_result_free(&result);
    }
}

static void failed_paths_are_in_the_head(void **state) {
    (void)state;
    struct run_result result = make_result(1000, 3);
    print(&result, summary_print);
    const char *told = strstr(page, "FAILED PATHS: 3");
    assert_non_null(told);
    check_true("before any estimate", told < strstr(page, "P(insolvency"));
    check_contains("why", page, "a bounded container was full");
    run_result_free(&result);
    result = make_result(1000, 0);
    print(&result, summary_print);
    check_true("not when none failed", strstr(page, "FAILED") == NULL);
    run_result_free(&result);
}

static void json_has_the_promised_members(void **state) {
    (void)state;
    static const char *const members[] = {
        "\"digest\": \"", "\"semantics\": ", "\"paths\": 1,", "\"failed_paths\": 0,",
        "\"seconds\": ", "\"cpu_seconds\": ", "\"measure\": \"conditional\"",
        "\"metrics\": {", "\"p_insolvency\": {\"value\": 1, \"low\": 0.025",
        /* one path has a mean, but no interval of it */
        "\"liquidated_accounts_mean\": {\"value\": -999888777666555, \"low\": null, "
        "\"high\": null, \"level\": 0.95, \"n\": 1, \"unit\": \"1\"}"};
    struct run_result result = make_result(1, 0);
    print(&result, summary_json);
    for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
        check_contains("member", page, members[i]);
    }
    check_true("no NaN", strstr(page, "nan") == NULL);
    run_result_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_have_three_digits_and_a_scale),
        cmocka_unit_test(prices_are_told_in_full),
        cmocka_unit_test(shares_and_counts_read_well),
        cmocka_unit_test(the_page_fits_eighty_columns),
        cmocka_unit_test(failed_paths_are_in_the_head),
        cmocka_unit_test(json_has_the_promised_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
