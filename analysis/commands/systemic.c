#include "analysis/commands/command.h"
#include "analysis/commands/systemic_output.h"
#include "analysis/interrupt.h"
#include "analysis/replay.h"
#include "analysis/rerun.h"
#include "analysis/say.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PPM 1e6

static const struct option_use uses[] = {
    {.id = OPTION_PATH,                                 .doc = "one path, told in full"},
    {.id = OPTION_WORST                                                },
    {.id = OPTION_SEED, .doc = "seed of a scenario's random streams (1)"},
    {.id = OPTION_SET, .doc = "change one value of a scenario; may be repeated"},
    {.id = OPTION_DEPTH                                 },
    {.id = OPTION_TAIL                                                },
    {.id = OPTION_JSON               },
    {.id = OPTION_COUNT},
};

static void check_usage(const struct argp_state *state, const struct options *options) {
    const bool results = store_is_results(options->argument[0]);
    const bool path = options_given(options, OPTION_PATH);
    if (path && options_given(options, OPTION_WORST)) {
        argp_error(state, "--path and --worst: one of them");
    } else if (!results && !path) {
        argp_error(state,
                   "%s is no results file, so which path? --path N, or a file made by "
                   "breakwater run -o FILE.h5",
                   options->argument[0]);
    } else if (results && options_given(options, OPTION_SEED)) {
        argp_error(state, "--seed: the paths are those of %s", options->argument[0]);
    }
}

/* What is studied, and where it is from. */
struct work {
    const struct options *options;
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
            .depth_share = (double)work->options->numbers.depth_ppm / PPM};
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
    const struct options *options = work->options;
    struct store_error error;
    const bool one = options_given(options, OPTION_PATH);
    work->count = one ? 1 : (size_t)options->numbers.worst;
    work->path = calloc(work->count, sizeof *work->path);
    work->study = calloc(work->count, sizeof *work->study);
    if (work->path == NULL || work->study == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    work->path[0] = one ? (uint64_t)options->numbers.path : 0;
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
    const struct options *options = work->options;
    struct store_error error;
    if (!store_is_results(options->argument[0])) {
        return subject_load(options->argument[0], options->sets, options->set_count,
                            &work->subject);
    }
    work->store = store_open(options->argument[0], &error);
    if (work->store == NULL) {
        return fail(&error);
    }
    const enum run_status status =
        rerun_subject(work->store, options->sets, options->set_count, &work->subject);
    const struct store_about *about = store_about_of(work->store);
    if (status == RUN_OK && memcmp(work->subject.run.hash, about->scenario_hash,
                                   sizeof about->scenario_hash) != 0) {
        say("%s: with --set it is another scenario, and its paths are not those that "
            "are stored; study one by its name",
            options->argument[0]);
        return RUN_INPUT;
    }
    return status;
}

static void describe(struct work *work) {
    const struct options *options = work->options;
    work->output =
        (struct systemic_output){.subject = &work->subject,
                                 .seed = (uint64_t)options->numbers.seed,
                                 .depth_share = (double)options->numbers.depth_ppm / PPM,
                                 .level = options->numbers.level,
                                 .worst = !options_given(options, OPTION_PATH),
                                 .q_ppm = (uint32_t)options->numbers.tail_ppm};
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
    return options_given(work->options, OPTION_JSON)
               ? systemic_output_json(&work->output)
               : systemic_output_print(&work->output);
}

static int run(const struct options *options) {
    struct work work = {.options = options};
    interrupt_install();
    const enum run_status status = answer(&work);
    store_close(work.store);
    subject_free(&work.subject);
    free(work.path);
    free(work.study);
    return (int)status;
}

const struct command command_systemic = {
    .name = "systemic",
    .arguments = "RESULTS",
    .doc = "look at its worst paths as a system: contagion, cover, cascades",
    .about =
        "Run paths again and look at them as a system: who owes whom when it is worst, "
        "who can pay, which owners fall short, which liquidation pushed which account "
        "over, how long it takes to get out.\v"
        "RESULTS is a results file, or a scenario.  Of a results file the paths are its "
        "worst ones, and they have to come out as they were stored; over all its paths "
        "it says who bears the tail.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 4 a "
        "path does not come out as it was stored, 130, 143 interrupted.",
    .options = uses,
    .words = OPTION_WORDS_SUBJECT,
    .least = 1,
    .most = 1,
    .missing = "name a results file, a preset or a scenario file",
    .surplus = "one results file or scenario at a time",
    .check = check_usage,
    .run = run,
};
