#include "analysis/commands/command.h"
#include "analysis/interrupt.h"
#include "analysis/json_figure.h"
#include "analysis/number.h"
#include "analysis/rerun.h"
#include "analysis/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_PATHS,
     .doc = "run so many paths again, spread over the run (32)",
     .fallback = "32"},
    {.id = OPTION_SET,
     .doc = "where a file is that the run needs, such as book.file=FILE"},
    {.id = OPTION_JSON  },
    {.id = OPTION_COUNT                 },
};

/* What is said of a group, to a reader and to a machine. */
static const struct {
    const char *sentence, *word;
} words[] = {
    [STORE_AGAIN_ABSENT] = {"is not in the file",                         "absent"   },
    [STORE_AGAIN_SAME] = {"follows from the rows",                      "same"     },
    [STORE_AGAIN_FITS] = {"fits the rows; -n of all paths computes it", "fits"     },
    [STORE_AGAIN_UNCHECKED] = {"not checked",                                "unchecked"},
    [STORE_AGAIN_DIFFERS] = {"does NOT follow from the rows",              "differs"  },
};

static void print_page(const struct store *store, const struct rerun_findings *findings) {
    const struct store_about *about = store_about_of(store);
    char count[NUMBER_SIZE], digest[DIGEST_TEXT_SIZE];
    number_count(about->paths, count);
    printf("%s: %s, %s paths, seed %" PRIu64 "\n", store_path(store),
           about->scenario_name, count, about->seed);
    if (findings->rows) {
        printf("  %-16s their digest is the one in the file\n", "rows");
    } else {
        digest_text(findings->digest, digest);
        printf("  %-16s NOT those of the run: their digest is\n  %-16s %s\n", "rows", "",
               digest);
    }
    if (findings->different == 0) {
        printf("  %-16s %" PRIu64 " run again, %" PRIu64
               " of them for their bad debt: all the same\n",
               "paths", findings->paths, findings->worst);
    } else {
        printf("  %-16s %" PRIu64 " of %" PRIu64 " come out DIFFERENTLY: path %" PRIu64
               " in %s\n",
               "paths", findings->different, findings->paths, findings->path,
               findings->field);
    }
    for (unsigned i = 0; i < STORE_AGAIN_COUNT; ++i) {
        const struct store_again *group = &findings->group[i];
        if (group->word != STORE_AGAIN_ABSENT) {
            printf("  /%-15s %s%s%s\n", store_again_name[i], words[group->word].sentence,
                   group->what[0] != '\0' ? ": " : "", group->what);
        }
    }
    digest_text(about->digest, digest);
    printf("digest %s\n", digest);
}

static void print_json(const struct store *store, const struct rerun_findings *findings) {
    const struct store_about *about = store_about_of(store);
    char digest[DIGEST_TEXT_SIZE];
    struct json json;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_figure_run(&json,
                    &(struct json_figure_run){.scenario = about->scenario_name,
                                              .measure = about->measure,
                                              .digest = about->digest,
                                              .semantics = (uint64_t)about->semantics,
                                              .seed = about->seed,
                                              .paths = about->paths,
                                              .failed = about->failed});
    digest_text(findings->digest, digest);
    json_text(&json, "digest_of_rows", digest);
    json_flag(&json, "rows", findings->rows);
    json_flag(&json, "estimates",
              findings->group[STORE_AGAIN_ESTIMATES].word == STORE_AGAIN_SAME);
    json_unsigned(&json, "paths_run_again", findings->paths);
    json_unsigned(&json, "paths_different", findings->different);
    json_open(&json, "groups", '{');
    for (unsigned i = 0; i < STORE_AGAIN_COUNT; ++i) {
        json_open(&json, store_again_name[i], '{');
        json_text(&json, "is", words[findings->group[i].word].word);
        json_text(&json, "what", findings->group[i].what);
        json_close(&json, '{');
    }
    json_close(&json, '{');
    json_close(&json, '{');
    json_end(&json);
}

static enum run_status verify(struct store *store, const struct options *options) {
    const struct store_about *about = store_about_of(store);
    struct rerun_findings findings = {.rows = false};
    struct subject subject;
    enum run_status status =
        rerun_subject(store, options->sets, options->set_count, &subject);
    if (status != RUN_OK) {
        return status;
    }
    if (memcmp(subject.run.hash, about->scenario_hash, sizeof about->scenario_hash) !=
        0) {
        say("%s: with these --set it is another scenario", store_path(store));
        status = RUN_INPUT;
    }
    if (status == RUN_OK) {
        status =
            rerun_check(store, &subject, (uint64_t)options->numbers.paths, &findings);
    }
    subject_free(&subject);
    if (status != RUN_OK) {
        return status;
    }
    if (options_given(options, OPTION_JSON)) {
        print_json(store, &findings);
    } else {
        print_page(store, &findings);
    }
    if (!rerun_agrees(&findings)) {
        say("%s: is not the run it says it is", store_path(store));
        return RUN_BROKEN;
    }
    return RUN_OK;
}

static int run(const struct options *options) {
    struct store_error error;
    interrupt_install();
    struct store *store = store_open(options->argument[0], &error);
    if (store == NULL) {
        say("%s", error.text);
        return (int)error.status;
    }
    const enum run_status status = verify(store, options);
    store_close(store);
    return (int)status;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "RESULTS.h5",
    .doc = "check that a results file is the run it says it is",
    .about =
        "Check that a results file is the run it says it is.\v"
        "Digest, estimates, times of depletion and the control of a twin are computed "
        "again from the rows; some paths, and the five with the most bad debt, are run "
        "again and compared field by field, log head included; so are the event logs of "
        "/worst, row by row. Time bands have to fit the rows, and follow from the paths "
        "when -n runs all of them again. What rests on other runs is not checked, and "
        "told.\n\n"
        "Exit codes: 0 all the same, 1 I/O failure or out of memory, 2 bad input or "
        "usage, 4 something differs.",
    .options = uses,
    .words = OPTION_WORDS_RESULTS,
    .least = 1,
    .most = 1,
    .missing = "name a results file",
    .surplus = "one results file at a time",
    .run = run,
};
