#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/control_run.h"
#include "analysis/interrupt.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "analysis/summary.h"
#include "analysis/variants.h"
#include "scenarios/ablation.h"
#include "sim/montecarlo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_PATHS },
    {.id = OPTION_SEED  },
    {.id = OPTION_SET   },
    {.id = OPTION_OUTPUT,
     .doc =
         "write results to FILE (HDF5); finished blocks wait in FILE.shards/ until then"},
    {.id = OPTION_RESUME                  },
    {.id = OPTION_THREADS},
    {.id = OPTION_LEVEL                  },
    {.id = OPTION_JSON},
    {.id = OPTION_QUIET                  },
    {.id = OPTION_PATH},
    {.id = OPTION_BLOCKS                  },
    {.id = OPTION_SENSITIVITIES},
    {.id = OPTION_UNTIL                  },
    {.id = OPTION_CONTROL},
    {.id = OPTION_FRAGILITY                  },
    {.id = OPTION_ABLATION},
    {.id = OPTION_COUNT                  },
};

/* What a run may take when only its precision is asked for: the seventh look. */
#define UNTIL_PATHS 65536

static uint64_t paths_of(const struct options *options) {
    const bool open =
        options_given(options, OPTION_UNTIL) && !options_given(options, OPTION_PATHS);
    return open ? UNTIL_PATHS : (uint64_t)options->numbers.paths;
}

/* Reads the rules of --until; false with the rule and a sentence when one is wrong. */
static bool read_rules(const struct options *options, struct until *until,
                       const char **rule, char *error, size_t size) {
    until->count = 0;
    for (size_t i = 0; i < options->item_count; ++i) {
        if (options->item[i].id != OPTION_UNTIL) {
            continue;
        }
        *rule = options->item[i].text;
        if (until->count == UNTIL_MAX) {
            snprintf(error, size, "more than %d of them", UNTIL_MAX);
            return false;
        }
        if (!until_parse(*rule, &until->rule[until->count], error, size)) {
            return false;
        }
        ++until->count;
    }
    return true;
}

static void check_paths(const struct argp_state *state, const struct options *options) {
    const bool part =
        options_given(options, OPTION_PATH) || options_given(options, OPTION_BLOCKS);
    const char *rule = "";
    char error[1024];
    struct until until;
    if (!read_rules(options, &until, &rule, error, sizeof error)) {
        argp_error(state, "--until %s: %s", rule, error);
    }
    if (until.count > 0 && part) {
        argp_error(state, "--until looks at all paths from the first on; it goes without "
                          "--path and --blocks");
    }
    if (options_given(options, OPTION_CONTROL) && part) {
        argp_error(state, "--control is for whole runs; it goes without --path and "
                          "--blocks");
    }
}

static void check_together(const struct argp_state *state,
                           const struct options *options) {
    const bool blocks = options_given(options, OPTION_BLOCKS);
    const bool one = options_given(options, OPTION_PATH);
    const bool out = options_given(options, OPTION_OUTPUT);
    const bool resume = options_given(options, OPTION_RESUME);
    if (one && (options_given(options, OPTION_PATHS) || out || resume || blocks)) {
        argp_error(state, "--path prints one path; it goes without -n, -o, --resume and "
                          "--blocks");
    }
    if ((options_given(options, OPTION_SENSITIVITIES) ||
         options_given(options, OPTION_ABLATION) ||
         options_given(options, OPTION_FRAGILITY)) &&
        (one || blocks)) {
        argp_error(state, "--sensitivities, --ablation and --fragility compare whole "
                          "runs; they go without --path and --blocks");
    }
    check_paths(state, options);
    if (resume && !out) {
        argp_error(state, "--resume goes on with FILE.shards/; name the FILE with -o");
    }
    if (!blocks) {
        return;
    }
    if (!out) {
        argp_error(state,
                   "--blocks leaves its part in FILE.shards/; name the FILE with -o");
    }
    const uint64_t count = montecarlo_block_count((uint64_t)options->numbers.paths);
    if ((uint64_t)options->first_block >= count || (uint64_t)options->end_block > count) {
        argp_error(state, "--blocks: %" PRId64 " paths have blocks 0..%" PRIu64,
                   options->numbers.paths, count);
    }
}

/* Runs one path and prints what came of it. */
static enum run_status run_single(const struct subject *subject,
                                  const struct options *options) {
    void *memory = run_memory(&subject->run);
    if (memory == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    struct outcome outcome = {.path = 0};
    subject->run.run_path(subject->run.context, memory, (uint64_t)options->numbers.seed,
                          (uint64_t)options->numbers.path, &outcome);
    free(memory);
    if (options_given(options, OPTION_JSON)) {
        summary_outcome_json(stdout, &outcome);
    } else {
        summary_outcome(stdout, &outcome);
    }
    return outcome.status == OUTCOME_STATUS_INVARIANT ? RUN_BROKEN : RUN_OK;
}

/* The variants of one run, and where they are compared. */
struct comparisons {
    struct variants sensitivities, ablation, fragility;
};

static enum run_status compare(const struct subject *subject,
                               const struct options *options,
                               const struct run_request *request,
                               struct comparisons *comparisons,
                               struct run_result *result) {
    struct variant *variant = calloc(SENSITIVITIES_VARIANTS, sizeof *variant);
    enum run_status status = RUN_OK;
    struct run_request same = *request; /* the paths that were taken, at their level */
    same.until = NULL;
    same.paths = result->metrics.paths;
    same.level = result->metrics.estimate[0].level;
    if (variant == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (options_given(options, OPTION_SENSITIVITIES)) {
        const size_t count = sensitivities_list(&subject->stage->scenario, variant);
        status = variants_run(subject, &same, result, variant, count,
                              &comparisons->sensitivities);
        result->sensitivities = &comparisons->sensitivities;
    }
    if (options_given(options, OPTION_ABLATION) && status == RUN_OK) {
        const size_t count = ablation_list(variant);
        status =
            variants_run(subject, &same, result, variant, count, &comparisons->ablation);
        result->ablation = &comparisons->ablation;
    }
    if (options_given(options, OPTION_FRAGILITY) && status == RUN_OK) {
        const size_t count = sensitivities_severity(&subject->stage->scenario, variant);
        status =
            variants_run(subject, &same, result, variant, count, &comparisons->fragility);
        result->fragility = &comparisons->fragility;
    }
    free(variant);
    if (status != RUN_OK) { /* what is not complete is not told */
        result->sensitivities = result->ablation = result->fragility = NULL;
    }
    return status;
}

/* Runs the paths, beside those of a control when there is one. */
static enum run_status execute(const struct subject *subject,
                               const struct options *options,
                               const struct run_request *request,
                               struct run_result *result) {
    const char *control = options_text(options, OPTION_CONTROL);
    memset(result, 0, sizeof *result);
    enum run_status status = RUN_OK;
    if (control != NULL) {
        status = control_run_check(control, request);
    }
    if (status == RUN_OK) {
        status = run_execute(&subject->run, request, result);
    }
    if (status == RUN_OK && control != NULL) {
        status = control_run_take(control, result);
    }
    return status;
}

/* Says why not. */
static bool has_severity(const struct subject *subject) {
    struct variant variant[SENSITIVITIES_SEVERITIES];
    if (sensitivities_severity(&subject->stage->scenario, variant) > 0) {
        return true;
    }
    say("--fragility: the model of this scenario's market has no severity to vary");
    return false;
}

static enum run_status run_all(const struct subject *subject,
                               const struct options *options) {
    struct until until;
    const char *rule;
    char error[1024];
    if (!read_rules(options, &until, &rule, error, sizeof error)) {
        return RUN_INPUT; /* told when the options were read */
    }
    const struct run_request request = {
        .seed = (uint64_t)options->numbers.seed,
        .paths = paths_of(options),
        .until = until.count > 0 ? &until : NULL,
        .threads = (unsigned)options->numbers.threads,
        .level = options->numbers.level,
        .out = options_text(options, OPTION_OUTPUT),
        .resume = options_given(options, OPTION_RESUME),
        .quiet = options_given(options, OPTION_QUIET),
        .bands = true,
        .part = options_given(options, OPTION_BLOCKS),
        .first_block = (uint64_t)options->first_block,
        .end_block = (uint64_t)options->end_block,
    };
    struct run_result result;
    struct comparisons comparisons = {{0}, {0}, {0}};
    if (options_given(options, OPTION_FRAGILITY) && !has_severity(subject)) {
        return RUN_INPUT;
    }
    enum run_status status = execute(subject, options, &request, &result);
    result.subject = subject;
    if (status == RUN_OK && result.whole) {
        status = compare(subject, options, &request, &comparisons, &result);
    }
    const bool stopped = status == RUN_INTERRUPTED || status == RUN_TERMINATED;
    const uint64_t made = result.spool == NULL ? 0 : spool_count(result.spool);
    if ((status == RUN_OK || stopped) && made > 0) {
        /* A part has no results file: merge writes it.  Nor has a run whose variants are
           not complete: --resume goes on with them. */
        const enum run_status delivered =
            deliver(&subject->run, &result, result.whole && !stopped ? request.out : NULL,
                    options_given(options, OPTION_JSON));
        status = delivered != RUN_OK ? delivered : status;
    }
    if (status == RUN_OK) {
        status = run_verdict(&result.metrics);
        const enum run_status unmet =
            result.whole ? subject_expects(subject, &result.metrics) : RUN_OK;
        const enum run_status broken = variants_verdict(&comparisons.sensitivities);
        status = status != RUN_OK ? status : broken != RUN_OK ? broken : unmet;
        if (status == RUN_OK && request.until != NULL && !result.until.reached) {
            say("precision not reached after %" PRIu64 " paths", result.metrics.paths);
            status = RUN_UNMET;
        }
    }
    variants_free(&comparisons.sensitivities);
    variants_free(&comparisons.ablation);
    variants_free(&comparisons.fragility);
    run_result_free(&result);
    return status;
}

static int run(const struct options *options) {
    const char *scenario =
        options->argument_count > 0 ? options->argument[0] : "black-thursday";
    struct subject subject;
    enum run_status status = deliver_check(options_text(options, OPTION_OUTPUT));
    if (status == RUN_OK) {
        status = subject_load(scenario, options->sets, options->set_count, &subject);
    }
    if (status == RUN_OK) {
        interrupt_install();
        status = options_given(options, OPTION_PATH) ? run_single(&subject, options)
                                                     : run_all(&subject, options);
        subject_free(&subject);
    }
    return (int)status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "[SCENARIO]",
    .doc = "run a scenario many times; estimates with intervals",
    .about =
        "Run a scenario many times and tell what may happen, with intervals.\v"
        "SCENARIO is a preset (breakwater list presets), a file, or - for standard "
        "input; black-thursday when not given.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 3 "
        "an expectation failed or the precision was not reached, 4 an invariant broke or "
        "more than 0.1 % of the paths "
        "failed, 130 or 143 interrupted with results kept.",
    .options = uses,
    .words = OPTION_WORDS_SCENARIO,
    .most = 1,
    .surplus = "one scenario at a time",
    .check = check_together,
    .run = run,
};
