#include "scenarios/load.h"
#include "tests/scenarios/load_schema.h"
#include "tests/scenarios/wrong_inputs.h"
#include "tests/support/check.h"

#include <dirent.h>

static void every_mistake_is_told_with_place_and_remedy(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wrong_inputs / sizeof wrong_inputs[0]; ++i) {
        const char *label = wrong_inputs[i].label;
        struct load_result *result = load_memory(
            &toy_schema, "toy.yaml", wrong_inputs[i].text, wrong_inputs[i].size);
        check_text(label, load_errors(result), wrong_inputs[i].errors);
        check_i64(label, load_status_of(result), LOAD_REFUSED);
        check_true(label, load_struct(result) == NULL);
        load_free(result);
    }
}

static void mistakes_in_sets_are_told_as_sets(void **state) {
    (void)state;
    /* set, error */
    static const char *const cases[][2] = {
        {"margin.initial",        "--set margin.initial: is not an assignment; write "
                           "section.key=value\n"                      },
        {"=5%",                   "--set =5%: is not an assignment; write section.key=value\n"  },
        {"margin.initial=5",      "--set margin.initial=5: margin.initial: \"5\" is out of "
                             "range; allowed: 1 ppm to 100%\n"      },
        {"margin.initail=5%",
         "--set margin.initail=5%: margin.initail: section margin has no key "
         "\"initail\"; "
         "allowed: initial, maintenance, fund, delay; did you mean initial?\n"                  },
        {"mragin.initial=5%",
         "--set mragin.initial=5%: mragin.initial: there is no section \"mragin\"; "
         "allowed: market, margin, tiers, performance; did you mean margin?\n"                  },
        {"tiers[2].upto=5 USD",   "--set tiers[2].upto=5 USD: tiers[2].upto: section tiers "
                                "has 2 rows; rows count from 0\n"},
        {"tiers.upto=5 USD",
         "--set tiers.upto=5 USD: tiers.upto: section tiers is a list; "
         "write tiers[0].upto\n"                                                                },
        {"margin.initial=",       "--set margin.initial=: margin.initial: is empty; write it "
                            "like 6.25%\n"                           },
 /* A rule across keys points to the set that broke it. */
        {"margin.maintenance=6%",
         "--set margin.maintenance=6%: margin.maintenance: is above margin.initial; "
         "allowed: at most margin.initial\n"                                                    },
        {"tiers[1].upto=1 USD",
         "--set tiers[1].upto=1 USD: tiers[1].upto: is not above the row before\n"              },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct load_result *result = load_scenario(&toy_schema, "calm", cases[i], 1);
        check_text(cases[i][0], load_errors(result), cases[i][1]);
        check_i64(cases[i][0], load_status_of(result), LOAD_REFUSED);
        load_free(result);
    }
    const char *two[] = {"margin.fund=x", "tiers[0].leverage=0"};
    struct load_result *result = load_scenario(&toy_schema, "calm", two, 2);
    check_u64("both at once", load_error_count(result), 2);
    load_free(result);
}

static void what_cannot_be_opened_is_told(void **state) {
    (void)state;
    /* argument, status, error */
    static const struct {
        const char *argument;
        enum load_status status;
        const char *error;
    } cases[] = {
        {"clam",           LOAD_REFUSED,
         "clam: there is no preset \"clam\" and no such file; allowed: calm, storm, "
         "circle, "
         "lost; did you mean calm?\n"                                                           },
        {"",               LOAD_REFUSED, ": names no scenario; a file or a preset is expected\n"},
        {"/",              LOAD_REFUSED, "/: is a folder, not a scenario file\n"                },
        {"no-such.yaml",   LOAD_REFUSED,
         "no-such.yaml: cannot be opened: No such file or directory\n"                          },
        {"./calm",         LOAD_REFUSED, "./calm: cannot be opened: No such file or directory\n"},
        {"/dev/zero",      LOAD_REFUSED,
         "/dev/zero: is too large; a scenario has at most 1 MiB\n"                              },
 /* the memory of this process: it opens, but page 0 cannot be read */
        {"/proc/self/mem", LOAD_FAILED,
         "/proc/self/mem: cannot be read: Input/output error\n"                                 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct load_result *result =
            load_scenario(&toy_schema, cases[i].argument, NULL, 0);
        check_text(cases[i].argument, load_errors(result), cases[i].error);
        check_i64(cases[i].argument, load_status_of(result), cases[i].status);
        load_free(result);
    }
}

/* Files of one mebibyte made of one short piece of text. */
static void large_files_end_quickly_and_in_words(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "[",      "{",     "- ",  "? ",   "a: ",   "a:\n",  "[a,",   "{a: ",
        "\"",     "'",     "#",   "\n",   " ",     "x",     "- a\n", "&a ",
        "*a ",    "!a ",   "|\n", "%a\n", "---\n", "...\n", ": ",    "\xc3\xa9",
        "a: [\n", "x\n- ", "{[",  ",",    "]",     "?\n",
    };
    char *text = malloc(LOAD_FILE_LIMIT + 1);
    check_true("memory", text != NULL);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; ++i) {
        const size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < LOAD_FILE_LIMIT; ++at) {
            text[at] = pieces[i][at % length];
        }
        struct load_result *result =
            load_memory(&toy_schema, "large", text, LOAD_FILE_LIMIT);
        check_i64(pieces[i], load_status_of(result), LOAD_REFUSED);
        check_true(pieces[i], load_error_count(result) > 0);
        check_true(pieces[i], strlen(load_errors(result)) < 65536);
        load_free(result);
    }
    memset(text, '\n', LOAD_FILE_LIMIT + 1);
    struct load_result *result =
        load_memory(&toy_schema, "large", text, LOAD_FILE_LIMIT + 1);
    check_text("one byte more", load_errors(result),
               "large: is too large; a scenario has at most 1 MiB\n");
    load_free(result);
    free(text);
}

static void errors_beyond_a_hundred_are_counted(void **state) {
    (void)state;
    char text[8192] = "extends: calm\nmargin:\n";
    for (int i = 0; i < 150; ++i) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "  k%d: 1\n", i);
    }
    struct load_result *result = load_memory(&toy_schema, "many", text, strlen(text));
    check_u64("counted", load_error_count(result), 150);
    check_contains("the hundredth", load_errors(result), "many:102:3: margin.k99: ");
    check_true("no more", strstr(load_errors(result), "margin.k100") == NULL);
    check_contains("the rest", load_errors(result), "\nand 50 more errors\n");
    load_free(result);
}

/* Each file of tests/e2e/bad may say in its first line, behind "# wants: ", what is said
   about it whatever the schema. */
static void check_sample(const char *folder, const char *name) {
    char path[1024], first[256] = "";
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    check_true(path, file != NULL);
    const bool line = fgets(first, sizeof first, file) != NULL;
    fclose(file);
    struct load_result *result = load_scenario(&toy_schema, path, NULL, 0);
    check_i64(path, load_status_of(result), LOAD_REFUSED);
    check_true(path, load_error_count(result) > 0);
    if (line && strncmp(first, "# wants: ", 9) == 0) {
        first[strcspn(first, "\n")] = '\0';
        check_contains(path, load_errors(result), first + 9);
    }
    load_free(result);
}

static void every_bad_sample_is_refused(void **state) {
    (void)state;
    char folder[512];
    check_source("tests/e2e/bad", folder, sizeof folder);
    DIR *directory = opendir(folder);
    check_true(folder, directory != NULL);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strstr(entry->d_name, ".yaml") != NULL) {
            check_sample(folder, entry->d_name);
            ++count;
        }
    }
    closedir(directory);
    check_true("samples", count >= 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_told_with_place_and_remedy),
        cmocka_unit_test(mistakes_in_sets_are_told_as_sets),
        cmocka_unit_test(what_cannot_be_opened_is_told),
        cmocka_unit_test(large_files_end_quickly_and_in_words),
        cmocka_unit_test(errors_beyond_a_hundred_are_counted),
        cmocka_unit_test(every_bad_sample_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
