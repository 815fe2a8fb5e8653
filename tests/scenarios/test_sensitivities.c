/* The section sensitivities, the variants made of it, and ablations. */
#include "scenarios/ablation.h"
#include "scenarios/canonical.h"
#include "scenarios/load.h"
#include "scenarios/sensitivities.h"
#include "scenarios/variant.h"
#include "tests/support/check.h"

#define HEAD "extends: black-thursday\nsensitivities:\n"

static struct load_result *load(const char *text) {
    struct load_result *result = load_memory(&scenario_schema, "own", text, strlen(text));
    assert_non_null(result);
    return result;
}

/* Loads what has to be fine. */
static const struct scenario *fine(const char *text, struct load_result **result) {
    *result = load(text);
    check_text(text, load_errors(*result), "");
    return load_struct(*result);
}

static void lists_are_read_in_one_spelling(void **state) {
    (void)state;
    static const struct param row = {.name = "list", .kind = &param_list};
    static const struct {
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {"",                     ""                    },
        {"  ",                   ""                    },
        {"0.5",                  "0.5"                 },
        {"0.5,2",                "0.5, 2"              },
        {" 0.5 ,  2 ",           "0.5, 2"              },
        {"1.5M USD, 2M USD",     "1.5M USD, 2M USD"    },
        {"2020-03-12T08:00:00Z", "2020-03-12T08:00:00Z"},
        {"1,",                   NULL                  },
        {",1",                   NULL                  },
        {"1,,2",                 NULL                  },
        {"[1]",                  NULL                  },
        {"a#b",                  NULL                  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char value[PARAM_LIST_SIZE], error[256], text[PARAM_FORMAT_SIZE];
        const bool read = param_parse(&row, cases[i].text, value, error, sizeof error);
        check_true(cases[i].text, read == (cases[i].want != NULL));
        if (read) {
            row.kind->format(&row, value, text, sizeof text);
            check_text(cases[i].text, text, cases[i].want);
        }
    }
}

static void items_are_cut_at_the_commas(void **state) {
    (void)state;
    char item[PARAM_TEXT_SIZE];
    check_true("first", param_list_item("0.5, 1.5M USD", 0, item));
    check_text("first", item, "0.5");
    check_true("second", param_list_item("0.5, 1.5M USD", 1, item));
    check_text("second", item, "1.5M USD");
    check_true("no third", !param_list_item("0.5, 1.5M USD", 2, item));
    check_true("nor in an empty list", !param_list_item("", 0, item));
}

/* 128 bytes are the end of a list: refused, never cut. */
static void a_long_list_is_refused(void **state) {
    (void)state;
    char text[1024] = HEAD "  - key: impact.prefactor\n    factors: [1";
    for (int i = 0; i < 60; ++i) {
        strncat(text, ", 0.25", sizeof text - strlen(text) - 1);
    }
    strncat(text, "]\n", sizeof text - strlen(text) - 1);
    struct load_result *result = load(text);
    check_contains("told", load_errors(result), "own:4:14: sensitivities[0].factors: ");
    check_contains("told", load_errors(result), "is too long");
    load_free(result);
}

static void each_item_is_a_variant(void **state) {
    (void)state;
    static struct variant variants[SENSITIVITIES_VARIANTS];
    static const struct {
        const char *what, *change, *key, *value;
    } want[] = {
        {"impact.prefactor",   "x0.5",    "impact.prefactor",   "0.35"     },
        {"impact.prefactor",   "x2",      "impact.prefactor",   "1.4"      },
        {"fund.deposit",       "x1.5",    "fund.deposit",       "1.05M USD"},
        {"fund.deposit",       "2M USD",  "fund.deposit",       "2M USD"   },
        {"market.rebound",     "history", "market.rebound",     "history"  },
        {"oracle.heartbeat",   "x0.5",    "oracle.heartbeat",   "10min"    },
        {"margin.maintenance", "8.00%",   "margin.maintenance", "8%"       },
    };
    struct load_result *result;
    const struct scenario *scenario =
        fine(HEAD "  - {key: impact.prefactor, factors: [0.5, 2]}\n"
                  "  - key: fund.deposit\n    factors: 1.5\n    values: [2M USD]\n"
                  "  - {key: market.rebound, values: history}\n"
                  "  - {key: oracle.heartbeat, factors: [50%]}\n"
                  "  - {key: margin.maintenance, values: [8.00%]}\n",
             &result);
    const size_t count = sensitivities_list(scenario, variants);
    check_u64("count", count, sizeof want / sizeof *want);
    for (size_t i = 0; i < count; ++i) {
        check_text("what", variants[i].what, want[i].what);
        check_u64("one key", variants[i].set_count, 1);
        check_text("key", variants[i].set[0].key, want[i].key);
        check_text(want[i].what, variants[i].set[0].value, want[i].value);
        if (i != 5) { /* written 50% */
            check_text("change", variants[i].change, want[i].change);
        }
    }
    load_free(result);
}

/* impact, depth and gas times 0.5 and 2; severity 10 % less and more. */
static void a_scenario_without_any_has_the_default_ones(void **state) {
    (void)state;
    static struct variant variants[SENSITIVITIES_VARIANTS];
    static const struct {
        const char *preset, *severity;
        size_t count, keys;
    } cases[] = {
        {"extends: black-thursday\n",                    "market.severity",       8, 1},
        {"extends: calm\n",                              "market.volatility",     8, 1},
        {"extends: single-gap\n",                        "market.gap",            8, 1},
        {"extends: staircase-down\n",                    "market.stair_fall",     8, 1},
        {"extends: calm\nmarket:\n  model: svcj\n",      "market.variance_start", 8, 2},
        {"extends: black-thursday\nsensitivities: []\n", "market.severity",       8, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct load_result *result;
        const struct scenario *scenario = fine(cases[i].preset, &result);
        const size_t count = sensitivities_list(scenario, variants);
        check_u64(cases[i].preset, count, cases[i].count);
        check_text("impact", variants[0].set[0].key, "impact.prefactor");
        check_text("depth", variants[2].set[0].key, "impact.depth");
        check_text("gas", variants[4].set[0].key, "weather.base_fee");
        check_text("severity", variants[count - 1].set[0].key, cases[i].severity);
        check_u64("keys", variants[count - 1].set_count, cases[i].keys);
        for (size_t k = 0; k < count; ++k) {
            struct scenario *copy = check_memory(sizeof *copy);
            char error[512] = "";
            *copy = *scenario;
            check_true(variants[k].what,
                       variant_apply(&variants[k], copy, error, sizeof error));
            free(copy);
        }
        load_free(result);
    }
}

static void every_mistake_is_told_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"  - {key: impact.prefactr, factors: [2]}\n",
         "own:3:11: sensitivities[0].key: section impact has no key \"prefactr\""                       },
        {"  - {key: impct.prefactor, factors: [2]}\n",           "did you mean impact?"                 },
        {"  - {key: impact.prefactor, factors: [0.5, -2]}\n",
         "own:3:38: sensitivities[0].factors: \"-2\" is out of range"                                   },
        {"  - {key: impact.prefactor, factors: [two]}\n",        "sensitivities[0].factors: "           },
        {"  - {key: impact.prefactor, factors: [[1]]}\n",
         "sensitivities[0].factors: is a list or mapping"                                               },
        {"  - {key: impact.prefactor}\n",
         "own:3:11: sensitivities[0].key: has neither factors nor values"                               },
        {"  - {key: market.rebound, factors: [2]}\n",
         "sensitivities[0].factors: 2: market.rebound is no number to be multiplied"                    },
        {"  - {key: market.start, factors: [2]}\n",              "is no number"                         },
        {"  - {key: market.rebound, values: [free, hstory]}\n",
         "own:3:35: sensitivities[0].values: hstory: \"hstory\" is not allowed"                         },
        {"  - {key: margin.maintenance, values: [8%, 300%]}\n",
         "sensitivities[0].values: 300%: \"300%\" is out of range"                                      },
        {"  - {key: margin.maintenance, factors: [2]}\n",
         "sensitivities[0].factors: 2: margin: "                                                        },
        {"  - {key: keepers.count, factors: [1000]}\n",
         "sensitivities[0].factors: 1000: keepers.count: \"8000\" is out of range"                      },
        {"  - {key: performance.watch, values: [exhaustive]}\n",
         "the keys of section performance cannot vary here"                                             },
        {"  - {key: book.file, values: [x]}\n",                  "cannot vary here"                     },
        {"  - {key: 'sensitivities[0].key', values: [x]}\n",     "cannot vary here"                     },
        {"  - {factors: [2]}\n",                                 "sensitivities[0].key: has to be given"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char text[512];
        snprintf(text, sizeof text, HEAD "%s", cases[i].text);
        struct load_result *result = load(text);
        check_i64(text, load_status_of(result), LOAD_REFUSED);
        check_u64(text, load_error_count(result), 1);
        check_contains(text, load_errors(result), cases[i].want);
        load_free(result);
    }
}

static void all_of_them_at_once(void **state) {
    (void)state;
    struct load_result *result =
        load(HEAD "  - {key: margin.maintenance, values: [8%, 12%, 300%]}\n"
                  "  - {key: market.rebound, values: [fre], factors: [2]}\n"
                  "  - {key: fund.deposit}\n");
    check_u64("12%, 300%, fre, the factor, no item", load_error_count(result), 5);
    load_free(result);
}

static void they_do_not_change_the_scenario(void **state) {
    (void)state;
    struct load_result *plain, *tried;
    unsigned char one[32], other[32];
    const struct scenario *a = fine("extends: black-thursday\n", &plain);
    const struct scenario *b =
        fine(HEAD "  - {key: impact.prefactor, factors: [3]}\n", &tried);
    scenario_hash(a, one);
    scenario_hash(b, other);
    check_bytes("hash", other, one, sizeof one);
    load_free(plain);
    load_free(tried);
}

static void the_shown_file_has_them(void **state) {
    (void)state;
    struct load_result *result, *again;
    static char text[65536];
    const struct scenario *scenario =
        fine(HEAD "  - {key: impact.prefactor, factors: [0.5, 2], source: a guess}\n"
                  "  - {key: fund.deposit, values: [1.5M USD]}\n",
             &result);
    check_true("fits", canonical_show(result, text, sizeof text) < sizeof text);
    check_contains("a list", text, "    factors: [0.5, 2]\n");
    check_contains("its source", text, "      factors: \"a guess\"\n");
    const struct scenario *copy = fine(text, &again);
    check_bytes("read back", &copy->sensitivities, &scenario->sensitivities,
                sizeof scenario->sensitivities);
    load_free(result);
    load_free(again);
}

/* A variant is checked as a whole scenario is: 8 % maintenance over 7 % initial margin. */
static void a_variant_that_does_not_go_together_is_refused(void **state) {
    (void)state;
    struct load_result *result;
    struct variant variant = {.set_count = 0};
    char error[512] = "";
    const struct scenario *scenario = fine("extends: black-thursday\n", &result);
    struct scenario *copy = check_memory(sizeof *copy);
    *copy = *scenario;
    variant_add(&variant, "margin.initial", "7%");
    check_true("fine", variant_apply(&variant, copy, error, sizeof error));
    check_true("changes it", !variant_keeps(&variant, scenario));
    check_true("once", variant_keeps(&variant, copy));
    variant_add(&variant, "margin.maintenance", "8%");
    *copy = *scenario;
    check_true("refused", !variant_apply(&variant, copy, error, sizeof error));
    check_contains("told", error, "margin: ");
    free(copy);
    load_free(result);
}

static void factors_round_to_the_stored_unit(void **state) {
    (void)state;
    static const struct {
        const char *key, *want; /* NULL: refused */
        double factor;
    } cases[] = {
        {"keepers.count",    "3",                 0.33   }, /* 2.64 */
        {"keepers.count",    "0",                 0      },
        {"fund.deposit",     "233333.333333 USD", 1.0 / 3},
        {"market.gap",       "-0.6",              2      },
        {"world.horizon",    "18h",               0.5    },
        {"margin.initial",   "9%",                0.9    },
        {"weather.base_fee", "5 gwei",            0.5    },
        {"market.rebound",   NULL,                2      },
        {"instrument.name",  NULL,                2      },
        {"no.such",          NULL,                2      },
    };
    struct load_result *result;
    const struct scenario *scenario = fine("extends: black-thursday\n", &result);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char text[PARAM_FORMAT_SIZE], error[1024];
        const bool made = variant_scale(scenario, cases[i].key, cases[i].factor, text,
                                        error, sizeof error);
        check_true(cases[i].key, made == (cases[i].want != NULL));
        if (made) {
            struct scenario *copy = check_memory(sizeof *copy);
            char want[PARAM_FORMAT_SIZE];
            *copy = *scenario; /* spelled by the key's own kind */
            check_true(cases[i].key, load_set(&scenario_schema, copy, cases[i].key,
                                              cases[i].want, error, sizeof error));
            load_get(&scenario_schema, copy, cases[i].key, want, sizeof want);
            check_text(cases[i].key, text, want);
            free(copy);
        }
    }
    load_free(result);
}

/* A variance goes with the square; a severity of 1 is the scenario itself. */
static void severities_scale_the_storm(void **state) {
    (void)state;
    static const struct {
        const char *text, *key, *want[SENSITIVITIES_SEVERITIES];
    } cases[] = {
        {"extends: black-thursday\n",
         "market.severity",      {"0.5", "0.6", "0.7", "0.8", "0.9", "1", "1.1", "1.2", "1.3"}        },
        {"extends: calm\nmarket: {model: svcj, variance_start: 2, variance_mean: 1}\n",
         "market.variance_mean", {"0.25", "0.36", "0.49", "0.64", "0.81", "1", "1.21", "1.44", "1.69"}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        struct load_result *result;
        const struct scenario *scenario = fine(cases[c].text, &result);
        struct variant *variant =
            check_memory(SENSITIVITIES_SEVERITIES * sizeof *variant);
        check_u64("count", sensitivities_severity(scenario, variant),
                  SENSITIVITIES_SEVERITIES);
        for (size_t i = 0; i < SENSITIVITIES_SEVERITIES; ++i) {
            const struct variant_set *last = &variant[i].set[variant[i].set_count - 1];
            char value[PARAM_FORMAT_SIZE];
            double got = 0, want = 0;
            check_text("key", last->key, cases[c].key);
            check_true("number", sscanf(last->value, "%lf", &got) == 1 &&
                                     sscanf(cases[c].want[i], "%lf", &want) == 1);
            check_close(cases[c].want[i], got, want, 1e-12);
            check_true("change", variant[i].change[0] == 'x');
            check_true("1 changes nothing", variant_keeps(&variant[i], scenario) ==
                                                (strcmp(variant[i].change, "x1") == 0));
            struct scenario *copy = check_memory(sizeof *copy);
            *copy = *scenario;
            check_true("it can run",
                       variant_apply(&variant[i], copy, value, sizeof value));
            free(copy);
        }
        free(variant);
        load_free(result);
    }
}

static void every_ablation_goes_with_every_preset(void **state) {
    (void)state;
    struct variant variants[ABLATIONS_MAX];
    const size_t count = ablation_list(variants);
    check_true("there are some", count >= 4);
    const struct embedded_file *preset = scenario_schema.presets;
    for (; preset->name != NULL; ++preset) {
        struct load_result *result =
            load_scenario(&scenario_schema, preset->name, NULL, 0);
        const struct scenario *scenario = load_struct(result);
        assert_non_null(scenario);
        for (size_t i = 0; i < count; ++i) {
            struct scenario *copy = check_memory(sizeof *copy);
            char error[512] = "";
            *copy = *scenario;
            const bool made = variant_apply(&variants[i], copy, error, sizeof error);
            check_text(preset->name, error, "");
            check_true(variants[i].what, made);
            free(copy);
        }
        load_free(result);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read_in_one_spelling),
        cmocka_unit_test(items_are_cut_at_the_commas),
        cmocka_unit_test(a_long_list_is_refused),
        cmocka_unit_test(each_item_is_a_variant),
        cmocka_unit_test(a_scenario_without_any_has_the_default_ones),
        cmocka_unit_test(every_mistake_is_told_with_its_place),
        cmocka_unit_test(all_of_them_at_once),
        cmocka_unit_test(they_do_not_change_the_scenario),
        cmocka_unit_test(the_shown_file_has_them),
        cmocka_unit_test(a_variant_that_does_not_go_together_is_refused),
        cmocka_unit_test(factors_round_to_the_stored_unit),
        cmocka_unit_test(severities_scale_the_storm),
        cmocka_unit_test(every_ablation_goes_with_every_preset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
