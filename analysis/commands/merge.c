#include "analysis/merge.h"

#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/commands/option.h"
#include "analysis/say.h"
#include "analysis/subject.h"

#include <stddef.h>

enum { KEY_JSON = 256, KEY_LEVEL };

static const struct argp_option options[] = {
    {"output",                        'o', "FILE", 0, "write results to FILE (HDF5)", 0},
    {"level",                         KEY_LEVEL, "SHARE", 0, "confidence level of the intervals (95%)", 0},
    {"json", KEY_JSON, 0, 0, "print one JSON object", 0},
    {"quiet",                               'q', 0, 0, "as in run; merge shows no progress anyway", 0},
    {0},
};

struct arguments {
    char *folders[MERGE_FOLDERS_MAX];
    size_t count;
    const char *out;
    bool json;
    struct option_numbers numbers;
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->out = text;
        return 0;
    case KEY_LEVEL:
        option_parse(state, &option_level, text, &arguments->numbers);
        return 0;
    case 'q':
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->count == MERGE_FOLDERS_MAX) {
            argp_error(state, "more than %d folders", MERGE_FOLDERS_MAX);
        }
        arguments->folders[arguments->count++] = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name the folders of shards, such as part1.h5.shards");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The scenario of the parts, for the event logs of the worst paths.  One that needs a file
   which is not here goes without, and says so. */
static enum run_status restore(const struct plan *plan, struct subject *subject) {
    const struct subject_text text = {
        .file = plan->name, .name = plan->name, .canonical = plan->canonical};
    const enum run_status status = subject_restore(&text, NULL, 0, subject);
    if (status == RUN_INPUT) {
        say("the event logs of the worst paths are left out");
        return RUN_OK;
    }
    return status;
}

int command_merge(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "SHARDS...",
        "Put the parts of a run together: the same digest as in one run.\v"
        "The parts come from `breakwater run ... --blocks A..B -o FILE`, which leaves "
        "FILE.shards; they are read, not changed.",
        0,
        0,
        0};
    struct arguments arguments = {.count = 0};
    param_default(&option_level, param_at(&option_level, &arguments.numbers));
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    enum run_status status = deliver_check(arguments.out);
    if (status != RUN_OK) {
        return (int)status;
    }
    struct plan plan;
    struct run_result result;
    status = merge_shards(arguments.folders, arguments.count, arguments.numbers.level,
                          &plan, &result);
    struct subject logged = {.loaded = NULL};
    if (status == RUN_OK && arguments.out != NULL) {
        status = restore(&plan, &logged);
        result.subject = logged.loaded != NULL ? &logged : NULL;
    }
    if (status == RUN_OK) {
        const struct run_subject subject = merge_subject(&plan);
        status = deliver(&subject, &result, arguments.out, arguments.json);
        status = status != RUN_OK ? status : run_verdict(&result.metrics);
    }
    subject_free(&logged);
    plan_free(&plan);
    run_result_free(&result);
    return (int)status;
}
