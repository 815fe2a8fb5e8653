#include "analysis/commands/command.h"
#include "analysis/commands/option.h"
#include "analysis/interrupt.h"
#include "analysis/json.h"
#include "analysis/number.h"
#include "analysis/rerun.h"
#include "analysis/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SET = 256, KEY_JSON };

static const struct argp_option options[] = {
    {"paths",                                              'n', "PATHS", 0, "run so many paths again, spread over the run (32)", 0},
    {"set",                                             KEY_SET, "KEY=VALUE", 0,
     "where a file is that the run needs, such as book.file=FILE", 0},
    {"json", KEY_JSON, 0, 0, "print one JSON object", 0},
    {0                                                   },
};

struct arguments {
    const char *file;
    const char **sets;
    size_t set_count;
    struct option_numbers numbers;
    bool json;
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'n':
        option_parse(state, &option_paths, text, &arguments->numbers);
        return 0;
    case KEY_SET:
        arguments->sets[arguments->set_count++] = text;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one results file at a time", text);
        }
        arguments->file = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a results file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

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
    json_text(&json, "scenario", about->scenario_name);
    json_unsigned(&json, "seed", about->seed);
    json_unsigned(&json, "paths", about->paths);
    digest_text(about->digest, digest);
    json_text(&json, "digest", digest);
    digest_text(findings->digest, digest);
    json_text(&json, "digest_of_rows", digest);
    json_flag(&json, "rows", findings->rows);
    json_flag(&json, "estimates", findings->estimates);
    json_unsigned(&json, "paths_run_again", findings->paths);
    json_unsigned(&json, "paths_different", findings->different);
    json_close(&json, '{');
    json_end(&json);
}

static enum run_status verify(struct store *store, const struct arguments *arguments) {
    const struct store_about *about = store_about_of(store);
    struct rerun_findings findings = {.rows = false};
    struct subject subject;
    enum run_status status =
        rerun_subject(store, arguments->sets, arguments->set_count, &subject);
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
        status = rerun_check_paths(store, &subject, (uint64_t)arguments->numbers.paths,
                                   &findings);
    }
    subject_free(&subject);
    if (status != RUN_OK) {
        return status;
    }
    if (arguments->json) {
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

int command_verify(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "RESULTS.h5",
        "Check that a results file is the run it says it is.\v"
        "Digest and estimates are computed again from the rows; some paths, and the five "
        "with the most bad debt, are run again and compared field by field, log head "
        "included.\n\n"
        "Exit codes: 0 all the same, 1 I/O failure or out of memory, 2 bad input or "
        "usage, "
        "4 something differs.",
        0,
        0,
        0};
    struct store_error error;
    struct arguments arguments = {.sets = calloc((size_t)argc, sizeof *arguments.sets),
                                  .numbers = {.paths = 32}};
    if (arguments.sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    interrupt_install();
    struct store *store = store_open(arguments.file, &error);
    enum run_status status;
    if (store == NULL) {
        say("%s", error.text);
        status = error.status;
    } else {
        status = verify(store, &arguments);
    }
    store_close(store);
    free(arguments.sets);
    return (int)status;
}
