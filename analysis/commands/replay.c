#include "analysis/replay.h"

#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/commands/option.h"
#include "analysis/commands/replay_output.h"
#include "analysis/rerun.h"
#include "analysis/say.h"
#include "analysis/store_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_PATH = 256,
    KEY_SEED,
    KEY_SET,
    KEY_FROM,
    KEY_TO,
    KEY_KIND,
    KEY_EVERY,
    KEY_ALL,
    KEY_JSON
};

static const struct argp_option options[] = {
    {"path",                                                      KEY_PATH, "N", 0, "number of the path; worst is that with the most bad debt",
     0},
    {"seed",                                                        KEY_SEED, "N", 0, "seed of a scenario's random streams (1)", 0},
    {"set", KEY_SET, "KEY=VALUE", 0, "change one value of the scenario; may be repeated",
     0},
    {"from",                                                           KEY_FROM, "TIME", 0,
     "tell from here on: 10h, T+10:30:00 or 2020-03-12T10:30:00Z", 0},
    {"to",KEY_TO, "TIME", 0, "tell up to here", 0},
    {"kind",                                                          KEY_KIND, "KIND,...", 0,
     "tell only these kinds of event or transaction, such as liquidate,root", 0},
    {"every",                                                          KEY_EVERY, "TIME", 0,
     "length of a stretch of the timeline (by the span: 1h for 36h)", 0},
    {"all",                                                       KEY_ALL, 0, 0, "every event on a line of its own", 0},
    {"json",                                                KEY_JSON, 0, 0, "print one JSON object with every event", 0},
    {"output",        'o', "FILE", 0, "write the events to FILE.h5 or FILE.csv", 0},
    {0                                                          },
};

struct arguments {
    const char *subject; /* results file or scenario */
    const char **sets;
    size_t set_count;
    struct option_numbers numbers;
    bool path_given, seed_given, worst;
    struct replay_output output;
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_PATH:
        arguments->path_given = true;
        arguments->worst = strcmp(text, "worst") == 0;
        if (!arguments->worst) {
            option_parse(state, &option_path, text, &arguments->numbers);
        }
        return 0;
    case KEY_SEED:
        arguments->seed_given = true;
        option_parse(state, &option_seed, text, &arguments->numbers);
        return 0;
    case KEY_SET:
        arguments->sets[arguments->set_count++] = text;
        return 0;
    case KEY_FROM:
        arguments->output.from = text;
        return 0;
    case KEY_TO:
        arguments->output.to = text;
        return 0;
    case KEY_KIND:
        arguments->output.kinds = text;
        return 0;
    case KEY_EVERY:
        arguments->output.every = text;
        return 0;
    case KEY_ALL:
        arguments->output.all = true;
        return 0;
    case KEY_JSON:
        arguments->output.json = true;
        return 0;
    case 'o':
        arguments->output.out = text;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one results file or scenario at a time", text);
        }
        arguments->subject = text;
        return 0;
    case ARGP_KEY_END:
        if (arguments->subject == NULL) {
            argp_error(state, "name a results file, a preset or a scenario file");
        }
        if (!arguments->path_given) {
            argp_error(state, "which path? --path N, or --path worst of a results file");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What a path is taken from, and what is known of it. */
struct source {
    struct subject subject;
    struct outcome stored;
    bool known; /* stored is the path's row, and the scenario is the file's */
    bool changed;
    uint64_t seed, path;
    char origin[512];
};

static enum run_status fail(const struct store_error *error) {
    say("%s", error->text);
    return error->status;
}

static enum run_status choose_path(struct store *store, const struct arguments *arguments,
                                   struct source *source) {
    struct store_error error;
    size_t count = 1;
    source->path = (uint64_t)arguments->numbers.path;
    if (arguments->worst) {
        if (!store_largest(store, "bad_debt", &source->path, &count, &error)) {
            return fail(&error);
        }
        if (count == 0) {
            say("%s: no path of it is complete; name one by --path N", store_path(store));
            return RUN_INPUT;
        }
    }
    if (!store_rows(store, source->path, 1, &source->stored, &error)) {
        return fail(&error);
    }
    return RUN_OK;
}

static enum run_status read_store(struct store *store, const struct arguments *arguments,
                                  struct source *source) {
    const struct store_about *about = store_about_of(store);
    enum run_status status = choose_path(store, arguments, source);
    if (status == RUN_OK) {
        status =
            rerun_subject(store, arguments->sets, arguments->set_count, &source->subject);
    }
    if (status != RUN_OK) {
        return status;
    }
    source->seed =
        arguments->seed_given ? (uint64_t)arguments->numbers.seed : about->seed;
    source->changed = memcmp(source->subject.run.hash, about->scenario_hash,
                             sizeof about->scenario_hash) != 0;
    source->known = !source->changed && source->seed == about->seed;
    return RUN_OK;
}

static enum run_status open_source(const struct arguments *arguments,
                                   struct source *source) {
    memset(source, 0, sizeof *source);
    if (store_is_results(arguments->subject)) {
        struct store_error error;
        struct store *store = store_open(arguments->subject, &error);
        const enum run_status status =
            store == NULL ? fail(&error) : read_store(store, arguments, source);
        store_close(store);
        return status;
    }
    if (arguments->worst) {
        say("--path worst: %s is no results file; make one by breakwater run -o FILE.h5",
            arguments->subject);
        return RUN_INPUT;
    }
    source->seed = (uint64_t)arguments->numbers.seed;
    source->path = (uint64_t)arguments->numbers.path;
    return subject_load(arguments->subject, arguments->sets, arguments->set_count,
                        &source->subject);
}

/* Says where the path comes from, and whether it is the one that was stored. */
static enum run_status compare(const struct arguments *arguments,
                               const struct replay *replay, struct source *source) {
    char *origin = source->origin;
    const size_t size = sizeof source->origin;
    const bool results = store_is_results(arguments->subject);
    if (!results) {
        snprintf(origin, size,
                 "Run from the scenario; there is no stored run to compare.");
    } else if (!source->known) {
        snprintf(origin, size, "From %s with %s: not the stored path.",
                 arguments->subject,
                 source->changed ? "a changed scenario" : "another seed");
    } else {
        const char *differs = replay_differs(&source->stored, &replay->outcome);
        snprintf(origin, size, "Same as stored in %s: every outcome and the log head.",
                 arguments->subject);
        if (differs != NULL) {
            snprintf(origin, size, "NOT the path stored in %s: %s differs.",
                     arguments->subject, differs);
            say("%s: path %" PRIu64 " comes out differently: %s is not what is stored",
                arguments->subject, source->path, differs);
            return RUN_BROKEN;
        }
    }
    return RUN_OK;
}

static enum run_status run(const struct arguments *arguments) {
    struct source source;
    struct replay replay;
    enum run_status status = open_source(arguments, &source);
    if (status == RUN_OK) {
        status = replay_output_check(&arguments->output, source.subject.stage);
    }
    if (status == RUN_OK) {
        status = replay_path(&source.subject, source.seed, source.path, REPLAY_ROOT_NS,
                             &replay);
    }
    if (status != RUN_OK) {
        subject_free(&source.subject);
        return status;
    }
    const enum run_status same = compare(arguments, &replay, &source);
    const struct replay_told told = {.subject = &source.subject,
                                     .replay = &replay,
                                     .seed = source.seed,
                                     .origin = source.origin,
                                     .stored = source.known,
                                     .same = same == RUN_OK};
    status = replay_output(&arguments->output, &told);
    if (status == RUN_OK && replay.outcome.status == OUTCOME_STATUS_INVARIANT) {
        status = RUN_BROKEN;
    }
    replay_free(&replay);
    subject_free(&source.subject);
    return status != RUN_OK ? status : same;
}

int command_replay(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "RESULTS.h5|SCENARIO",
        "Run one path again and tell what happened on it.\v"
        "Of a results file, scenario and seed are those of the run, and the path has to "
        "come out as it was stored.  A run over a book of one's own needs that file "
        "again: "
        "--set book.file=FILE.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 4 the "
        "path does not come out as it was stored, or broke an invariant.",
        0,
        0,
        0};
    struct arguments arguments = {.sets = calloc((size_t)argc, sizeof *arguments.sets)};
    if (arguments.sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    param_default(&option_seed, param_at(&option_seed, &arguments.numbers));
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    const enum run_status status = run(&arguments);
    free(arguments.sets);
    return (int)status;
}
