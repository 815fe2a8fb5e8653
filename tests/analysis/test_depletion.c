#include "analysis/depletion.h"
#include "analysis/json.h"
#include "analysis/setting.h"
#include "tests/support/check.h"

#include <math.h>

static char page[16384];

/* Paths of which every fourth depletes its fund, the k-th after k minutes. */
static struct run_result make_result(uint64_t count, uint64_t every) {
    struct run_result result = {.seed = 1};
    result.spool = spool_open();
    assert_non_null(result.spool);
    for (uint64_t path = 0; path < count; ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome = {.path = path};
        outcome.value[OUTCOME_FUND_DEPLETION_TIME].integer =
            (int64_t)(path + 1) * 60000000000;
        if (path % every != 0) {
            outcome.missing = UINT64_C(1) << OUTCOME_FUND_DEPLETION_TIME;
        }
        outcome_write(&outcome, record);
        assert_true(spool_append(result.spool, record, 1));
    }
    assert_true(metrics_compute(result.spool, 0.95, "conditional", &result.metrics));
    assert_true(survival_depletion(result.spool, 36, 0.95, &result.depletion));
    return result;
}

static void read_page(FILE *file) {
    rewind(file);
    page[fread(page, 1, sizeof page - 1, file)] = 0;
    fclose(file);
}

static void print(const struct run_result *result) {
    FILE *file = tmpfile();
    assert_non_null(file);
    depletion_print(file, result);
    read_page(file);
}

static void print_json(const struct run_result *result) {
    struct json json;
    FILE *file = tmpfile();
    assert_non_null(file);
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    depletion_json(&json, result);
    json_close(&json, '{');
    json_end(&json);
    read_page(file);
}

static void the_median_is_shown_only_when_it_exists(void **state) {
    (void)state;
    struct run_result fourth = make_result(400, 4), all = make_result(400, 1);
    print(&fourth);
    check_contains("restricted", page, "mean time, 36 h where it is not");
    check_true("no median", strstr(page, "median") == NULL);
    /* 100 paths at 1, 5, ... 397 minutes: mean 199 min, 3.317 h; with 300 at 36 h 27.83 */
    check_contains("given depletion", page, "3.32 h");
    check_contains("restricted", page, "27.8 h");
    check_contains("of how many", page, "n 100");
    print(&all);
    check_contains("median", page, "median time");
    check_contains("200 minutes", page, "3.33 h");
    check_true("not restricted", strstr(page, "where it is not") == NULL);
    run_result_free(&fourth);
    run_result_free(&all);
}

static void nobody_depleted_is_no_section(void **state) {
    (void)state;
    struct run_result never = make_result(3, 4);
    never.depletion.events = 0;
    print(&never);
    check_text("page", page, "");
    run_result_free(&never);
}

static void json_has_the_curve(void **state) {
    (void)state;
    struct run_result fourth = make_result(400, 4), unknown = {.seed = 1};
    print_json(&fourth);
    check_contains("depleted", page, "\"depleted\": 100");
    check_contains("no median", page, "\"median\": {\"value\": null");
    /* After 1.5 h the paths 0, 4, ... 88 have: 23 of 400. */
    check_contains("at 1.5 h", page, "{\"time\": 1.5, \"incidence\": 0.0575");
    check_contains("at the end", page, "{\"time\": 36, \"incidence\": 0.25,");
    print_json(&unknown);
    check_true("no horizon, nothing", strstr(page, "fund_depletion") == NULL);
    run_result_free(&fourth);
}

static void the_horizon_comes_from_the_canonical_text(void **state) {
    (void)state;
    static const char text[] = "world.horizons: 3h\nworld.horizon: 90min\nfund.a: 1\n";
    char value[64];
    check_bits("hours", setting_horizon_h(text), 1.5);
    check_true("none", isnan(setting_horizon_h("fund.a: 1\n")));
    check_text("last", setting_text(text, "fund.a", value, sizeof value), "1");
    check_true("no key", setting_text(text, "fund.b", value, sizeof value) == NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_shown_only_when_it_exists),
        cmocka_unit_test(nobody_depleted_is_no_section),
        cmocka_unit_test(json_has_the_curve),
        cmocka_unit_test(the_horizon_comes_from_the_canonical_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
