#include "analysis/commands/command.h"
#include "analysis/commands/option.h"
#include "analysis/commands/systemic_output.h"
#include "analysis/interrupt.h"
#include "analysis/replay.h"
#include "analysis/rerun.h"
#include "analysis/say.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PPM 1e6

enum { KEY_PATH = 256, KEY_WORST, KEY_SEED, KEY_SET, KEY_DEPTH, KEY_TAIL, KEY_JSON };

static const struct argp_option options[] = {
    {"path",                    KEY_PATH, "N", 0, "one path, told in full", 0},
    {"worst",                      KEY_WORST, "K", 0, "the K paths with the most bad debt (5)", 0},
    {"seed", KEY_SEED, "N", 0, "seed of a scenario's random streams (1)", 0},
    {"set",                         KEY_SET, "KEY=VALUE", 0, "change one value of a scenario; may be repeated",
     0},
    {"depth",KEY_DEPTH, "SHARE", 0,
     "the share of the book's depth that closing may take (10%)", 0},
    {"tail",                        KEY_TAIL, "SHARE", 0,
     "who bears the worst paths: those beyond this share of all (95%)", 0},
    {"json",                        KEY_JSON, 0, 0, "print one JSON object", 0},
    {0                   },
};

/* The numbers of this command's own. */
struct numbers {
    int64_t worst, depth_ppm, tail_ppm;
};

static const struct param rows[] = {
    {.name = "--worst",
     .kind = &param_integer,
     .offset = offsetof(struct numbers, worst),
     .low = "1",
     .high = "10000",
     .fallback = "5",
     .doc = "paths with the most bad debt" },
    {.name = "--depth",
     .kind = &param_ppm,
     .offset = offsetof(struct numbers, depth_ppm),
     .low = "0.01%",
     .high = "100%",
     .fallback = "10%",
     .doc = "share of the book's depth"    },
    {.name = "--tail",
     .kind = &param_ppm,
     .offset = offsetof(struct numbers, tail_ppm),
     .low = "50%",
     .high = "99.99%",
     .fallback = "95%",
     .doc = "share of paths below the tail"},
};

struct arguments {
    const char *subject;
    const char **sets;
    size_t set_count;
    struct option_numbers common;
    struct numbers own;
    bool path_given, worst_given, seed_given, json;
};

static void parse_own(const struct argp_state *state, const struct param *row,
                      const char *text, struct numbers *own) {
    char error[256];
    if (!param_parse(row, text, param_at(row, own), error, sizeof error)) {
        argp_error(state, "%s %s: %s", row->name, text, error);
    }
}

static void check_usage(const struct argp_state *state,
                        const struct arguments *arguments) {
    const bool results =
        arguments->subject != NULL && store_is_results(arguments->subject);
    if (arguments->subject == NULL) {
        argp_error(state, "name a results file, a preset or a scenario file");
    } else if (arguments->path_given && arguments->worst_given) {
        argp_error(state, "--path and --worst: one of them");
    } else if (!results && !arguments->path_given) {
        argp_error(state,
                   "%s is no results file, so which path? --path N, or a file made by "
                   "breakwater run -o FILE.h5",
                   arguments->subject);
    } else if (results && arguments->seed_given) {
        argp_error(state, "--seed: the paths are those of %s", arguments->subject);
    }
}

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_PATH:
        arguments->path_given = true;
        option_parse(state, &option_path, text, &arguments->common);
        return 0;
    case KEY_WORST:
        arguments->worst_given = true;
        parse_own(state, &rows[0], text, &arguments->own);
        return 0;
    case KEY_SEED:
        arguments->seed_given = true;
        option_parse(state, &option_seed, text, &arguments->common);
        return 0;
    case KEY_SET:
        arguments->sets[arguments->set_count++] = text;
        return 0;
    case KEY_DEPTH:
        parse_own(state, &rows[1], text, &arguments->own);
        return 0;
    case KEY_TAIL:
        parse_own(state, &rows[2], text, &arguments->own);
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one results file or scenario at a time", text);
        }
        arguments->subject = text;
        return 0;
    case ARGP_KEY_END:
        check_usage(state, arguments);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is studied, and where it is from. */
struct work {
    const struct arguments *arguments;
    struct store *store; /* NULL: from a scenario */
    struct subject subject;
    uint64_t *path;
    size_t count;
    struct study *study;
    struct bearers bearers;
    struct systemic_output output;
};

static enum run_status fail(const struct store_error *error) {
    say("%s", error->text);
    return error->status;
}

/* The study of a stored path has to come out as it was stored. */
static enum run_status compare(const struct work *work, const struct study *study) {
    struct store_error error;
    struct outcome stored;
    if (work->store == NULL) {
        return RUN_OK;
    }
    if (!store_rows(work->store, study->path, 1, &stored, &error)) {
        return fail(&error);
    }
    const char *differs = replay_differs(&stored, &study->outcome);
    if (differs != NULL) {
        say("%s: path %" PRIu64 " comes out differently: %s is not what is stored",
            store_path(work->store), study->path, differs);
        return RUN_BROKEN;
    }
    return RUN_OK;
}

static enum run_status study_paths(struct work *work) {
    for (size_t i = 0; i < work->count; ++i) {
        const struct study_terms terms = {
            .seed = work->output.seed,
            .path = work->path[i],
            .depth_share = (double)work->arguments->own.depth_ppm / PPM};
        if (interrupt_signal != 0) {
            say("interrupted after %zu paths", i);
            return interrupt_signal == SIGTERM ? RUN_TERMINATED : RUN_INTERRUPTED;
        }
        enum run_status status = study_run(&work->subject, &terms, &work->study[i]);
        if (status == RUN_OK) {
            status = compare(work, &work->study[i]);
        }
        if (status != RUN_OK) {
            return status;
        }
    }
    return RUN_OK;
}

static enum run_status choose_paths(struct work *work) {
    const struct arguments *arguments = work->arguments;
    struct store_error error;
    const bool one = arguments->path_given;
    work->count = one ? 1 : (size_t)arguments->own.worst;
    work->path = calloc(work->count, sizeof *work->path);
    work->study = calloc(work->count, sizeof *work->study);
    if (work->path == NULL || work->study == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    work->path[0] = one ? (uint64_t)arguments->common.path : 0;
    if (!one &&
        !store_largest(work->store, "bad_debt", work->path, &work->count, &error)) {
        return fail(&error);
    }
    if (work->count == 0) {
        say("%s: no path of it is complete; name one by --path N",
            store_path(work->store));
        return RUN_INPUT;
    }
    return RUN_OK;
}

static enum run_status open_work(struct work *work) {
    const struct arguments *arguments = work->arguments;
    struct store_error error;
    if (!store_is_results(arguments->subject)) {
        return subject_load(arguments->subject, arguments->sets, arguments->set_count,
                            &work->subject);
    }
    work->store = store_open(arguments->subject, &error);
    if (work->store == NULL) {
        return fail(&error);
    }
    const enum run_status status =
        rerun_subject(work->store, arguments->sets, arguments->set_count, &work->subject);
    const struct store_about *about = store_about_of(work->store);
    if (status == RUN_OK && memcmp(work->subject.run.hash, about->scenario_hash,
                                   sizeof about->scenario_hash) != 0) {
        say("%s: with --set it is another scenario, and its paths are not those that "
            "are stored; study one by its name",
            arguments->subject);
        return RUN_INPUT;
    }
    return status;
}

static void describe(struct work *work) {
    const struct arguments *arguments = work->arguments;
    work->output =
        (struct systemic_output){.subject = &work->subject,
                                 .seed = (uint64_t)arguments->common.seed,
                                 .depth_share = (double)arguments->own.depth_ppm / PPM,
                                 .level = arguments->common.level,
                                 .worst = !arguments->path_given,
                                 .q_ppm = (uint32_t)arguments->own.tail_ppm};
    if (work->store != NULL) {
        const struct store_about *about = store_about_of(work->store);
        work->output.results = store_path(work->store);
        work->output.seed = about->seed;
        work->output.paths = about->paths;
        work->output.level = about->level;
    }
}

static enum run_status answer(struct work *work) {
    enum run_status status = open_work(work);
    if (status != RUN_OK) {
        return status;
    }
    describe(work);
    status = choose_paths(work);
    if (status == RUN_OK && work->store != NULL) {
        status = bearers_find(work->store, work->output.q_ppm, &work->bearers);
        work->output.bearers = &work->bearers;
    }
    if (status == RUN_OK) {
        status = study_paths(work);
    }
    if (status != RUN_OK) {
        return status;
    }
    work->output.study = work->study;
    work->output.count = work->count;
    return work->arguments->json ? systemic_output_json(&work->output)
                                 : systemic_output_print(&work->output);
}

static enum run_status run(const struct arguments *arguments) {
    struct work work = {.arguments = arguments};
    interrupt_install();
    const enum run_status status = answer(&work);
    store_close(work.store);
    subject_free(&work.subject);
    free(work.path);
    free(work.study);
    return status;
}

int command_systemic(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "RESULTS.h5|SCENARIO",
        "Run paths again and look at them as a system: who owes whom when it is worst, "
        "who can pay, which owners fall short, which liquidation pushed which account "
        "over, how long it takes to get out.\v"
        "Of a results file the paths are its worst ones, and they have to come out as "
        "they were stored; over all its paths it says who bears the tail.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 4 a "
        "path does not come out as it was stored, 130, 143 interrupted.",
        0,
        0,
        0};
    struct arguments arguments = {.sets = calloc((size_t)argc, sizeof *arguments.sets)};
    if (arguments.sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    param_default(&option_seed, param_at(&option_seed, &arguments.common));
    param_default(&option_level, param_at(&option_level, &arguments.common));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        param_default(&rows[i], param_at(&rows[i], &arguments.own));
    }
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    const enum run_status status = run(&arguments);
    free(arguments.sets);
    return (int)status;
}
