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

static void print_page(const struct store *store, const struct rerun_findings *findings) {
    const struct store_about *about = store_about_of(store);
    char count[NUMBER_SIZE], digest[DIGEST_TEXT_SIZE];
    number_count(about->paths, count);
    printf("%s: %s, %s paths, seed %" PRIu64 "\n", store_path(store),
           about->scenario_name, count, about->seed);
    if (findings->rows) {
        printf("  rows       their digest is the one in the file\n");
    } else {
        digest_text(findings->digest, digest);
        printf("  rows       NOT those of the run: their digest is\n             %s\n",
               digest);
    }
    if (findings->estimates) {
        printf("  estimates  follow from the rows\n");
    } else {
        printf("  estimates  do NOT follow from the rows%s%s\n",
               findings->estimate[0] != 0 ? ": " : "", findings->estimate);
    }
    if (findings->different == 0) {
        printf("  paths      %" PRIu64 " run again, %" PRIu64
               " of them for their bad debt: all the same\n",
               findings->paths, findings->worst);
    } else {
        printf("  paths      %" PRIu64 " of %" PRIu64
               " come out DIFFERENTLY: path %" PRIu64 " in %s\n",
               findings->different, findings->paths, findings->path, findings->field);
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
    json_flag(&json, "estimates", findings->estimates);
    json_unsigned(&json, "paths_run_again", findings->paths);
    json_unsigned(&json, "paths_different", findings->different);
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
        status = rerun_check_rows(store, &findings);
    }
    if (status == RUN_OK) {
        status = rerun_check_paths(store, &subject, (uint64_t)options->numbers.paths,
                                   &findings);
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
    if (!findings.rows || !findings.estimates || findings.different > 0) {
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
        "Digest and estimates are computed again from the rows; some paths, and the five "
        "with the most bad debt, are run again and compared field by field, log head "
        "included.\n\n"
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
