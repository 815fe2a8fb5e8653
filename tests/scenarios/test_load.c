#include "scenarios/canonical.h"
#include "scenarios/load.h"
#include "tests/scenarios/load_schema.h"
#include "tests/support/check.h"

static struct load_result *load(const char *text) {
    struct load_result *result = load_memory(&toy_schema, "toy.yaml", text, strlen(text));
    check_true("memory", result != NULL);
    return result;
}

static const struct toy *toy_of(const struct load_result *result) {
    check_text("errors", load_errors(result), "");
    check_i64("status", load_status_of(result), LOAD_OK);
    return load_struct(result);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    check_true(path, file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void every_key_is_read_and_the_rest_is_default(void **state) {
    (void)state;
    struct load_result *result = load("name: 'Toy: one'\n"
                                      "doc: |\n  Two\n  lines.\n"
                                      "market:\n"
                                      "  spot: 194.61 USD   # a comment\n"
                                      "  model: \"key-points\"\n"
                                      "  facts: eth hours\n"
                                      "margin: {initial: 10%, fund: 2M USD}\n"
                                      "tiers:\n"
                                      "  - upto: 1M USD\n"
                                      "    leverage: 2.5\n"
                                      "  - upto: 2M USD\n"
                                      "performance:\n");
    const struct toy *toy = toy_of(result);
    check_text("name", load_name(result), "Toy: one");
    check_text("doc", load_doc(result), "Two\nlines.\n");
    check_i64("spot", toy->market.spot_uusd, 194610000);
    check_i64("model", toy->market.model, 2);
    check_text("facts", toy->market.facts, "eth hours");
    check_i64("start", toy->market.start_ns, INT64_C(1583971200000000000));
    check_i64("initial", toy->margin.initial_ppm, 100000);
    check_i64("maintenance", toy->margin.maintenance_ppm, 30000);
    check_i64("fund", toy->margin.fund_uusd, INT64_C(2000000000000));
    check_i64("rows", toy->tier_count, 2);
    check_i64("leverage 0", toy->tiers[0].leverage_u, 2500000);
    check_i64("leverage 1", toy->tiers[1].leverage_u, 10000000);
    check_i64("shard", toy->performance.shard, 64);
    load_free(result);
}

static void a_preset_is_extended_key_by_key_and_a_list_as_a_whole(void **state) {
    (void)state;
    struct load_result *result = load("extends: storm\n"
                                      "margin: {delay: 1min}\n"
                                      "tiers: [{upto: 7 USD}]\n");
    const struct toy *toy = toy_of(result);
    check_i64("from calm", toy->market.spot_uusd, 194610000);
    check_i64("from storm", toy->market.model, 1);
    check_i64("own", toy->margin.delay_ns, INT64_C(60000000000));
    check_i64("rows", toy->tier_count, 1);
    check_i64("no rest of the list", toy->tiers[1].upto_uusd, 0);
    check_text("own name", load_name(result), "toy");
    check_text("doc of the base", load_doc(result), "Nothing happens.");
    size_t count = 0;
    check_text("expect", load_expects(result, &count)[0].metric, "p_insolvency");
    check_u64("expects", count, 1);
    check_text("source", load_source(result, "market.spot"), "exchange close");
    load_free(result);
}

static void a_source_ends_when_another_file_or_set_overrides_its_value(void **state) {
    (void)state;
    struct load_result *result =
        load("extends: calm\nmarket: {spot: 5 USD}\n"
             "margin: {initial: 9%, fund: 1 USD, source: vote 7}\n"
             "tiers:\n"
             "  - {upto: 1 USD, source: {upto: table 3}}\n");
    toy_of(result);
    check_true("overridden", load_source(result, "market.spot") == NULL);
    check_text("one for all", load_source(result, "margin.initial"), "vote 7");
    check_true("default", load_source(result, "margin.delay") == NULL);
    check_text("row", load_source(result, "tiers[0].upto"), "table 3");
    check_true("row", load_source(result, "tiers[0].leverage") == NULL);
    check_true("no such key", load_source(result, "nothing") == NULL);
    load_free(result);

    const char *sets[] = {"market.spot=7 USD", "tiers[1].leverage=3"};
    result = load_scenario(&toy_schema, "calm", sets, 2);
    const struct toy *toy = toy_of(result);
    check_true("set", load_source(result, "market.spot") == NULL);
    check_i64("set", toy->market.spot_uusd, 7000000);
    check_i64("set in a row", toy->tiers[1].leverage_u, 3000000);
    check_i64("other row", toy->tiers[0].leverage_u, 10000000);
    load_free(result);
}

static void expectations_are_parsed(void **state) {
    (void)state;
    struct load_result *result = load("extends: calm\nexpect:\n"
                                      "  - p_insolvency<5 bp\n"
                                      "  - mean_bad_debt <= 1.5M USD\n"
                                      "  - 'p95_mpor >= 20min'\n");
    toy_of(result);
    size_t count = 0;
    const struct load_expect *expect = load_expects(result, &count);
    check_u64("count", count, 3);
    check_i64("0", expect[0].comparator, LOAD_LESS);
    check_bits("0", expect[0].value, 5e-4);
    check_text("1", expect[1].metric, "mean_bad_debt");
    check_i64("1", expect[1].comparator, LOAD_AT_MOST);
    check_bits("1", expect[1].value, 1500000);
    check_text("1", expect[1].unit, "USD");
    check_i64("2", expect[2].comparator, LOAD_AT_LEAST);
    check_text("2", expect[2].unit, "min");
    check_text("2", expect[2].text, "p95_mpor >= 20min");
    load_free(result);
}

/* A share is no money, and a word is no number of hours. */
static void a_number_is_in_a_unit_its_metric_has(void **state) {
    static const struct {
        const char *text, *error, *unit;
        double value;
    } cases[] = {
        {"p_insolvency <= 5%",       NULL,                                              "%",   0.05 },
        {"p_insolvency <= 50 bp",    NULL,                                              "%",   0.005},
        {"p_insolvency <= 0.05",     NULL,                                              "",    0.05 },
        {"mean_bad_debt <= 20k USD", NULL,                                              "USD", 2e4  },
        {"mean_bad_debt <= 20k",     NULL,                                              "",    2e4  },
        {"p95_mpor <= 2h",           NULL,                                              "h",   2    },
        {"mean_bad_debt <= 1%",      "mean_bad_debt is in USD, not in %",               "",    0    },
        {"mean_bad_debt <= 100 bp",  "mean_bad_debt is in USD, not in %",               "",    0    },
        {"mean_bad_debt <= 1% USD",  "both % and USD",                                  "",    0    },
        {"mean_bad_debt <= 2h",      "mean_bad_debt is in USD, not in h",               "",    0    },
        {"p95_mpor <= 20 USD",       "p95_mpor is in min, not in USD",                  "",    0    },
        {"p_insolvency <= 5 USD",    "p_insolvency is in shares or counts, not in USD", "",
         0                                                                                          },
        {"p_insolvency <= high",     "\"high\"",                                        "",    0    },
        {"p95_mpor <= seconds",      "\"seconds\"",                                     "",    0    },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct load_expect expect;
        char error[1024] = "";
        const bool fine =
            load_expect_parse(&toy_schema, cases[i].text, &expect, error, sizeof error);
        check_true(cases[i].text, fine == (cases[i].error == NULL));
        if (fine) {
            check_bits(cases[i].text, expect.value, cases[i].value);
            check_text(cases[i].text, expect.unit, cases[i].unit);
        } else {
            check_contains(cases[i].text, error, cases[i].error);
        }
    }
}

static void files_extend_files_beside_them(void **state) {
    (void)state;
    char folder[] = "/tmp/breakwater-load-XXXXXX", path[128], base[128];
    check_true("folder", mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/leaf.yaml", folder);
    snprintf(base, sizeof base, "%s/base.yml", folder);
    write_file(path, "extends: base.yml\nmargin: {initial: 20%}\n");
    write_file(base, "extends: calm\nmargin: {initial: 30%, maintenance: 4%}\n");
    struct load_result *result = load_scenario(&toy_schema, path, NULL, 0);
    const struct toy *toy = toy_of(result);
    check_i64("leaf", toy->margin.initial_ppm, 200000);
    check_i64("base", toy->margin.maintenance_ppm, 40000);
    check_i64("preset", toy->market.spot_uusd, 194610000);
    check_text("name", load_name(result), "leaf");
    load_free(result);

    write_file(base, "extends: leaf.yaml\n");
    result = load_scenario(&toy_schema, path, NULL, 0);
    check_i64("circle", load_status_of(result), LOAD_REFUSED);
    check_contains("circle", load_errors(result), "base.yml:1:10: extends: extends ");
    check_contains("circle", load_errors(result), "which extends this file: a circle\n");
    load_free(result);

    /* A file of the name of a preset comes first: the user can see it. */
    check_true("enter", chdir(folder) == 0);
    write_file("calm", "extends: storm\nmargin: {initial: 44%}\n");
    result = load_scenario(&toy_schema, "calm", NULL, 0);
    check_i64("file", toy_of(result)->margin.initial_ppm, 440000);
    load_free(result);
    check_true("tidy", unlink("calm") == 0 && unlink(path) == 0 && unlink(base) == 0 &&
                           chdir("/") == 0 && rmdir(folder) == 0);
}

static void chains_end_at_eight_files(void **state) {
    (void)state;
    char folder[] = "/tmp/breakwater-load-XXXXXX", path[128], text[128];
    check_true("folder", mkdtemp(folder) != NULL);
    for (int depth = 0; depth < 9; ++depth) { /* 0 stands alone, 8 has 8 below it */
        snprintf(path, sizeof path, "%s/%d.yaml", folder, depth);
        snprintf(text, sizeof text,
                 depth == 0 ? "market: {spot: 1 USD}\n" : "extends: %d.yaml\n",
                 depth - 1);
        write_file(path, text);
        struct load_result *result = load_scenario(&toy_schema, path, NULL, 0);
        check_i64(path, load_status_of(result), depth < 8 ? LOAD_OK : LOAD_REFUSED);
        if (depth == 8) {
            check_contains(path, load_errors(result),
                           "1.yaml:1:10: extends: is file 9 in a chain of extends; at "
                           "most 8\n");
        }
        load_free(result);
    }
    for (int depth = 0; depth < 9; ++depth) {
        snprintf(path, sizeof path, "%s/%d.yaml", folder, depth);
        check_true(path, unlink(path) == 0);
    }
    check_true("tidy", rmdir(folder) == 0);
}

static void canonical_text_is_one_line_a_value_in_table_order(void **state) {
    (void)state;
    const char *sets[] = {"performance.shard=1", "market.facts=two words"};
    struct load_result *result = load_scenario(&toy_schema, "calm", sets, 2);
    char text[2048];
    const size_t length = canonical_write(&toy_schema, toy_of(result), text, sizeof text);
    check_text("canonical", text,
               "market.spot: 194.61 USD\n"
               "market.model: gbm\n"
               "market.start: 2020-03-12T00:00:00Z\n"
               "market.correlation: 0\n"
               "market.facts: two words\n"
               "margin.initial: 5%\n"
               "margin.maintenance: 3%\n"
               "margin.fund: 1.5M USD\n"
               "margin.delay: 12s\n"
               "tiers[0].upto: 1M USD\n"
               "tiers[0].leverage: 10\n"
               "tiers[1].upto: 2M USD\n"
               "tiers[1].leverage: 5\n");
    check_u64("length", length, strlen(text));
    char cut[10];
    check_u64("cut", canonical_write(&toy_schema, toy_of(result), cut, sizeof cut),
              length);
    check_text("cut", cut, "market.sp");
    load_free(result);
}

/* Loads what show writes, and compares struct, canonical text, name, doc, sources. */
static void check_shown(const struct load_result *result, const char *label) {
    static char shown[65536], again[65536];
    const size_t length = canonical_show(result, shown, sizeof shown);
    check_true(label, length < sizeof shown);
    struct load_result *back = load_memory(&toy_schema, "shown.yaml", shown, length);
    check_text(label, load_errors(back), "");
    check_bytes(label, load_struct(back), load_struct(result), sizeof(struct toy));
    canonical_show(back, again, sizeof again);
    check_text(label, again, shown);
    load_free(back);
}

static void what_show_writes_loads_to_the_same_scenario(void **state) {
    (void)state;
    struct load_result *result =
        load("name: \"quote \\\" back \\\\ tab\\t\\u2028 \\r\\n: # - end\"\n"
             "doc: >\n  folded\n  text\n\n  é\n"
             "expect: ['mean_bad_debt > 3']\n"
             "market: {spot: 1 USD, facts: ': #,[]{}&*!|>%@`', source: \"a: b # c\\n\"}\n"
             "tiers:\n  - {upto: 1 USD, source: first}\n  - {upto: 2 USD}\n");
    toy_of(result);
    check_shown(result, "odd texts");
    load_free(result);

    uint64_t random = 5;
    for (int round = 0; round < 2000; ++round) {
        struct toy toy;
        char error[256], text[PARAM_FORMAT_SIZE];
        const char *sets[16];
        static char set[16][256 + 64];
        size_t count = 0;
        load_defaults(&toy_schema, &toy);
        static const char *const keys[] = {
            "market.spot",   "market.correlation", "margin.fund",       "margin.delay",
            "tiers[0].upto", "tiers[1].leverage",  "performance.shard", "market.start"};
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) {
            struct load_key key;
            check_true(keys[i],
                       load_find(&toy_schema, keys[i], &key, error, sizeof error));
            double real = (double)check_random_in(&random, -999999, 999999) / 1e6;
            int64_t value = check_random_in(&random, 1, 999);
            if (key.param->kind != &param_integer) {
                value = 1000000 + check_random_in(&random, 0, 900000000);
            }
            const void *bits =
                key.param->kind == &param_real ? (void *)&real : (void *)&value;
            key.param->kind->format(key.param, bits, text, sizeof text);
            snprintf(set[count], sizeof set[count], "%s=%s", keys[i], text);
            sets[count] = set[count];
            ++count;
        }
        /* Tier 0 may come to lie above tier 1: then it has to be refused, not shown. */
        result = load_scenario(&toy_schema, "calm", sets, count);
        if (load_status_of(result) == LOAD_OK) {
            check_shown(result, "random values");
        } else {
            check_contains("order", load_errors(result), "is not above the row before");
        }
        load_free(result);
    }
}

static void one_key_is_set_and_read_by_name(void **state) {
    (void)state;
    struct toy toy;
    char text[PARAM_FORMAT_SIZE], error[512] = "";
    load_defaults(&toy_schema, &toy);
    check_true("set", load_set(&toy_schema, &toy, "margin.initial", "7.5%", error,
                               sizeof error));
    check_i64("set", toy.margin.initial_ppm, 75000);
    check_true("get", load_get(&toy_schema, &toy, "margin.initial", text, sizeof text));
    check_text("get", text, "7.5%");
    check_true("none", !load_get(&toy_schema, &toy, "margin.none", text, sizeof text));
    /* key, text, error */
    static const char *const cases[][3] = {
        {"margin.initial",                   "700%",  "\"700%\" is out of range; allowed: 1 ppm to 100%" },
        {"margin.initail",                   "7%",
         "section margin has no key \"initail\"; allowed: initial, maintenance, fund, "
         "delay; did you mean initial?"                                                                  },
        {"margn.initial",                    "7%",
         "there is no section \"margn\"; allowed: market, margin, tiers, performance; "
         "did "
         "you mean margin?"                                                                              },
        {"margin",                           "7%",    "section margin is a mapping; write margin.initial"},
        {"margin[0].initial",                "7%",    "section margin is a mapping; write margin.initial"},
        {"tiers.upto",                       "7 USD", "section tiers is a list; write tiers[0].upto"     },
        {"tiers[0].upto",                    "7 USD", "section tiers has 0 rows; rows count from 0"      },
        {"tiers[9].upto",                    "7 USD", "section tiers has at most 4 rows"                 },
        {"tiers[99999999999999999999].upto", "7 USD", "section tiers has at most 4 rows"                 },
        {"tiers[x].upto",                    "7 USD", "section tiers is a list; write tiers[0].upto"     },
    };
    const struct toy before = toy;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        check_true(cases[i][0], !load_set(&toy_schema, &toy, cases[i][0], cases[i][1],
                                          error, sizeof error));
        check_text(cases[i][0], error, cases[i][2]);
    }
    check_bytes("unchanged", &toy, &before, sizeof toy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read_and_the_rest_is_default),
        cmocka_unit_test(a_preset_is_extended_key_by_key_and_a_list_as_a_whole),
        cmocka_unit_test(a_source_ends_when_another_file_or_set_overrides_its_value),
        cmocka_unit_test(expectations_are_parsed),
        cmocka_unit_test(a_number_is_in_a_unit_its_metric_has),
        cmocka_unit_test(files_extend_files_beside_them),
        cmocka_unit_test(chains_end_at_eight_files),
        cmocka_unit_test(canonical_text_is_one_line_a_value_in_table_order),
        cmocka_unit_test(what_show_writes_loads_to_the_same_scenario),
        cmocka_unit_test(one_key_is_set_and_read_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
