#include "analysis/replay.h"

#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/commands/replay_output.h"
#include "analysis/rerun.h"
#include "analysis/say.h"
#include "analysis/store_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_PATH_OR_WORST                                 },
    {.id = OPTION_SEED,                                           .doc = "seed of a scenario's random streams (1)"},
    {.id = OPTION_SET,                                                           .doc = "change one value of the scenario; may be repeated"},
    {.id = OPTION_FROM},
    {.id = OPTION_TO                                          },
    {.id = OPTION_KIND                                            },
    {.id = OPTION_EVERY                                          },
    {.id = OPTION_ALL                                         },
    {.id = OPTION_JSON,                                            .doc = "print one JSON object with every event"},
    {.id = OPTION_OUTPUT,                                           .doc = "write the events to FILE.h5 or FILE.csv"},
    {.id = OPTION_COUNT                                                          },
};

static void check_path(const struct argp_state *state, const struct options *options) {
    if (!options_given(options, OPTION_PATH_OR_WORST)) {
        argp_error(state, "which path? --path N, or --path worst of a results file");
    }
}

static bool wants_worst(const struct options *options) {
    return strcmp(options_text(options, OPTION_PATH_OR_WORST), "worst") == 0;
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

static enum run_status choose_path(struct store *store, const struct options *options,
                                   struct source *source) {
    struct store_error error;
    size_t count = 1;
    source->path = (uint64_t)options->numbers.path;
    if (wants_worst(options)) {
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

static enum run_status read_store(struct store *store, const struct options *options,
                                  struct source *source) {
    const struct store_about *about = store_about_of(store);
    enum run_status status = choose_path(store, options, source);
    if (status == RUN_OK) {
        status =
            rerun_subject(store, options->sets, options->set_count, &source->subject);
    }
    if (status != RUN_OK) {
        return status;
    }
    source->seed = options_given(options, OPTION_SEED) ? (uint64_t)options->numbers.seed
                                                       : about->seed;
    source->changed = memcmp(source->subject.run.hash, about->scenario_hash,
                             sizeof about->scenario_hash) != 0;
    source->known = !source->changed && source->seed == about->seed;
    return RUN_OK;
}

static enum run_status open_source(const struct options *options, struct source *source) {
    memset(source, 0, sizeof *source);
    if (store_is_results(options->argument[0])) {
        struct store_error error;
        struct store *store = store_open(options->argument[0], &error);
        const enum run_status status =
            store == NULL ? fail(&error) : read_store(store, options, source);
        store_close(store);
        return status;
    }
    if (wants_worst(options)) {
        say("--path worst: %s is no results file; make one by breakwater run -o FILE.h5",
            options->argument[0]);
        return RUN_INPUT;
    }
    source->seed = (uint64_t)options->numbers.seed;
    source->path = (uint64_t)options->numbers.path;
    return subject_load(options->argument[0], options->sets, options->set_count,
                        &source->subject);
}

/* Says where the path comes from, and whether it is the one that was stored. */
static enum run_status compare(const struct options *options, const struct replay *replay,
                               struct source *source) {
    char *origin = source->origin;
    const size_t size = sizeof source->origin;
    const bool results = store_is_results(options->argument[0]);
    if (!results) {
        snprintf(origin, size,
                 "Run from the scenario; there is no stored run to compare.");
    } else if (!source->known) {
        snprintf(origin, size, "From %s with %s: not the stored path.",
                 options->argument[0],
                 source->changed ? "a changed scenario" : "another seed");
    } else {
        const char *differs = replay_differs(&source->stored, &replay->outcome);
        snprintf(origin, size, "Same as stored in %s: every outcome and the log head.",
                 options->argument[0]);
        if (differs != NULL) {
            snprintf(origin, size, "NOT the path stored in %s: %s differs.",
                     options->argument[0], differs);
            say("%s: path %" PRIu64 " comes out differently: %s is not what is stored",
                options->argument[0], source->path, differs);
            return RUN_BROKEN;
        }
    }
    return RUN_OK;
}

static int run(const struct options *options) {
    const struct replay_output output = {
        .from = options_text(options, OPTION_FROM),
        .to = options_text(options, OPTION_TO),
        .kinds = options_text(options, OPTION_KIND),
        .every = options_text(options, OPTION_EVERY),
        .out = options_text(options, OPTION_OUTPUT),
        .all = options_given(options, OPTION_ALL),
        .json = options_given(options, OPTION_JSON),
    };
    struct source source;
    struct replay replay;
    enum run_status status = open_source(options, &source);
    if (status == RUN_OK) {
        status = replay_output_check(&output, source.subject.stage);
    }
    if (status == RUN_OK) {
        status = replay_path(&source.subject, source.seed, source.path, REPLAY_ROOT_NS,
                             &replay);
    }
    if (status != RUN_OK) {
        subject_free(&source.subject);
        return (int)status;
    }
    const enum run_status same = compare(options, &replay, &source);
    const struct replay_told told = {.subject = &source.subject,
                                     .replay = &replay,
                                     .seed = source.seed,
                                     .origin = source.origin,
                                     .stored = source.known,
                                     .same = same == RUN_OK};
    status = replay_output(&output, &told);
    if (status == RUN_OK && replay.outcome.status == OUTCOME_STATUS_INVARIANT) {
        status = RUN_BROKEN;
    }
    replay_free(&replay);
    subject_free(&source.subject);
    return (int)(status != RUN_OK ? status : same);
}

const struct command command_replay = {
    .name = "replay",
    .arguments = "RESULTS",
    .doc = "tell what happened on one path, event by event",
    .about =
        "Run one path again and tell what happened on it.\v"
        "RESULTS is a results file, or a scenario.  Of a results file, scenario and seed "
        "are those of the run, and the path has to come out as it was stored.  A run "
        "over "
        "a book of one's own needs that file again: --set book.file=FILE.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 4 the "
        "path does not come out as it was stored, or broke an invariant.",
    .options = uses,
    .words = OPTION_WORDS_SUBJECT,
    .least = 1,
    .most = 1,
    .missing = "name a results file, a preset or a scenario file",
    .surplus = "one results file or scenario at a time",
    .check = check_path,
    .run = run,
};
