#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/commands/option.h"
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

enum {
    KEY_SEED = 256,
    KEY_THREADS,
    KEY_SET,
    KEY_PATH,
    KEY_BLOCKS,
    KEY_RESUME,
    KEY_JSON,
    KEY_LEVEL,
    KEY_SENSITIVITIES,
    KEY_ABLATION,
    KEY_UNTIL,
    KEY_CONTROL,
    KEY_FRAGILITY
};

static const struct argp_option options[] = {
    {"paths",                                                                         'n', "PATHS", 0, "number of paths (1000)", 0},
    {"seed",                                                                        KEY_SEED, "N", 0, "seed of the random streams (1)", 0},
    {"set",                                                       KEY_SET, "KEY=VALUE", 0,
     "change one value of the scenario, such as margin.initial=10%; may be repeated", 0},
    {"output",                                                                               'o', "FILE", 0,
     "write results to FILE (HDF5); finished blocks wait in FILE.shards/ until then", 0},
    {"resume",KEY_RESUME, 0, 0, "go on with FILE.shards/; -n may be larger than before",
     0},
    {"threads",                                                                              KEY_THREADS, "N", 0, "threads (all that this process may use)", 0},
    {"level",                                                                              KEY_LEVEL, "SHARE", 0, "confidence level of the intervals (95%)", 0},
    {"json",                                                                           KEY_JSON, 0, 0, "print one JSON object", 0},
    {"quiet",                                                                    'q', 0, 0, "show no progress", 0},
    {"path", KEY_PATH, "N", 0, "run only path N and print its outcome", 0},
    {"blocks",                                                                               KEY_BLOCKS, "A..B", 0,
     "run only blocks A to B - 1 of 64 paths each and keep FILE.shards/ for merge; "
     "A.. is all from A on", 0},
    {"sensitivities",KEY_SENSITIVITIES, 0, 0,
     "also run the variants of `sensitivities:` on the same paths; headlines get a model "
     "range", 0},
    {"until",                                                                              KEY_UNTIL, "METRIC=HALF", 0,
     "stop at 1024, 2048, 4096, ... paths once the interval of METRIC is +- HALF, such "
     "as "
     "p_insolvency=0.5% or bad_debt_es99=relative:10%; may be repeated; -n is the most "
     "(65536)", 0},
    {"control",                                                                              KEY_CONTROL, "RESULTS", 0,
     "estimate mean bad debt with these results of the same seed as control variate: a "
     "longer run of the twin, --set impact.feedback=off", 0},
    {"ablation",                                                                        KEY_ABLATION, 0, 0,
     "also run without liquidation cost, gas, oracle lag and impact, one at a time", 0},
    {"fragility",                                                                              KEY_FRAGILITY, 0, 0,
     "also run the storm at 0.5 to 1.3 times its severity: P(insolvency) against "
     "severity", 0},
    {0                       },
};

struct arguments {
    const char *scenario;
    const char **sets;
    size_t set_count;
    struct option_numbers numbers;
    bool paths_given, path_given, resume, json, quiet, blocks_given;
    bool sensitivities, ablation, fragility;
    const char *out;
    int64_t first_block, end_block;
    struct until until;
    const char *control;
};

static void check_together(const struct argp_state *state,
                           const struct arguments *arguments) {
    if (arguments->path_given && (arguments->paths_given || arguments->out != NULL ||
                                  arguments->resume || arguments->blocks_given)) {
        argp_error(state, "--path prints one path; it goes without -n, -o, --resume and "
                          "--blocks");
    }
    if ((arguments->sensitivities || arguments->ablation || arguments->fragility) &&
        (arguments->path_given || arguments->blocks_given)) {
        argp_error(state, "--sensitivities, --ablation and --fragility compare whole "
                          "runs; they go without --path and --blocks");
    }
    if (arguments->until.count > 0 &&
        (arguments->path_given || arguments->blocks_given)) {
        argp_error(state, "--until looks at all paths from the first on; it goes without "
                          "--path and --blocks");
    }
    if (arguments->control != NULL &&
        (arguments->path_given || arguments->blocks_given)) {
        argp_error(state, "--control is for whole runs; it goes without --path and "
                          "--blocks");
    }
    if (arguments->resume && arguments->out == NULL) {
        argp_error(state, "--resume goes on with FILE.shards/; name the FILE with -o");
    }
    if (!arguments->blocks_given) {
        return;
    }
    if (arguments->out == NULL) {
        argp_error(state,
                   "--blocks leaves its part in FILE.shards/; name the FILE with -o");
    }
    const uint64_t count = montecarlo_block_count((uint64_t)arguments->numbers.paths);
    if ((uint64_t)arguments->first_block >= count ||
        (uint64_t)arguments->end_block > count) {
        argp_error(state, "--blocks: %" PRId64 " paths have blocks 0..%" PRIu64,
                   arguments->numbers.paths, count);
    }
}

/* What a run may take when only its precision is asked for: the seventh look. */
#define UNTIL_PATHS 65536

static void add_rule(struct argp_state *state, const char *text, struct until *until) {
    char error[1024];
    if (until->count == UNTIL_MAX) {
        argp_error(state, "--until: more than %d of them", UNTIL_MAX);
    } else if (!until_parse(text, &until->rule[until->count], error, sizeof error)) {
        argp_error(state, "--until %s: %s", text, error);
    } else {
        ++until->count;
    }
}

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'n':
        arguments->paths_given = true;
        option_parse(state, &option_paths, text, &arguments->numbers);
        return 0;
    case KEY_SEED:
        option_parse(state, &option_seed, text, &arguments->numbers);
        return 0;
    case KEY_THREADS:
        option_parse(state, &option_threads, text, &arguments->numbers);
        return 0;
    case KEY_LEVEL:
        option_parse(state, &option_level, text, &arguments->numbers);
        return 0;
    case KEY_PATH:
        arguments->path_given = true;
        option_parse(state, &option_path, text, &arguments->numbers);
        return 0;
    case KEY_BLOCKS:
        arguments->blocks_given = true;
        option_blocks(state, text, &arguments->first_block, &arguments->end_block);
        return 0;
    case KEY_SET:
        arguments->sets[arguments->set_count++] = text;
        return 0;
    case KEY_RESUME:
        arguments->resume = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case KEY_UNTIL:
        add_rule(state, text, &arguments->until);
        return 0;
    case KEY_CONTROL:
        arguments->control = text;
        return 0;
    case KEY_SENSITIVITIES:
        arguments->sensitivities = true;
        return 0;
    case KEY_ABLATION:
        arguments->ablation = true;
        return 0;
    case KEY_FRAGILITY:
        arguments->fragility = true;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case 'o':
        arguments->out = text;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one scenario at a time", text);
        }
        arguments->scenario = text;
        return 0;
    case ARGP_KEY_END:
        if (arguments->until.count > 0 && !arguments->paths_given) {
            arguments->numbers.paths = UNTIL_PATHS;
        }
        check_together(state, arguments);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Runs one path and prints what came of it. */
static enum run_status run_single(const struct subject *subject,
                                  const struct arguments *arguments) {
    const size_t line = 64;
    void *memory = aligned_alloc(line, (subject->run.footprint + line) / line * line);
    if (memory == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    struct outcome outcome = {.path = 0};
    subject->run.run_path(subject->run.context, memory, (uint64_t)arguments->numbers.seed,
                          (uint64_t)arguments->numbers.path, &outcome);
    free(memory);
    if (arguments->json) {
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
                               const struct arguments *arguments,
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
    if (arguments->sensitivities) {
        const size_t count = sensitivities_list(&subject->stage->scenario, variant);
        status = variants_run(subject, &same, result, variant, count,
                              &comparisons->sensitivities);
        result->sensitivities = &comparisons->sensitivities;
    }
    if (arguments->ablation && status == RUN_OK) {
        const size_t count = ablation_list(variant);
        status =
            variants_run(subject, &same, result, variant, count, &comparisons->ablation);
        result->ablation = &comparisons->ablation;
    }
    if (arguments->fragility && status == RUN_OK) {
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
                               const struct arguments *arguments,
                               const struct run_request *request,
                               struct run_result *result) {
    memset(result, 0, sizeof *result);
    enum run_status status = RUN_OK;
    if (arguments->control != NULL) {
        status = control_run_check(arguments->control, request);
    }
    if (status == RUN_OK) {
        status = run_execute(&subject->run, request, result);
    }
    if (status == RUN_OK && arguments->control != NULL) {
        status = control_run_take(arguments->control, result);
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
                               const struct arguments *arguments) {
    const struct run_request request = {
        .seed = (uint64_t)arguments->numbers.seed,
        .paths = (uint64_t)arguments->numbers.paths,
        .threads = (unsigned)arguments->numbers.threads,
        .level = arguments->numbers.level,
        .out = arguments->out,
        .resume = arguments->resume,
        .quiet = arguments->quiet,
        .until = arguments->until.count > 0 ? &arguments->until : NULL,
        .bands = true,
        .part = arguments->blocks_given,
        .first_block = (uint64_t)arguments->first_block,
        .end_block = (uint64_t)arguments->end_block,
    };
    struct run_result result;
    struct comparisons comparisons = {{0}, {0}, {0}};
    if (arguments->fragility && !has_severity(subject)) {
        return RUN_INPUT;
    }
    enum run_status status = execute(subject, arguments, &request, &result);
    result.subject = subject;
    if (status == RUN_OK && result.whole) {
        status = compare(subject, arguments, &request, &comparisons, &result);
    }
    const bool stopped = status == RUN_INTERRUPTED || status == RUN_TERMINATED;
    const uint64_t made = result.spool == NULL ? 0 : spool_count(result.spool);
    if ((status == RUN_OK || stopped) && made > 0) {
        /* A part has no results file: merge writes it.  Nor has a run whose variants are
           not complete: --resume goes on with them. */
        const enum run_status delivered =
            deliver(&subject->run, &result, result.whole && !stopped ? request.out : NULL,
                    arguments->json);
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

int command_run(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "[SCENARIO]",
        "Run a scenario many times and tell what may happen, with intervals.\v"
        "SCENARIO is a preset (breakwater list presets), a file, or - for standard "
        "input; black-thursday when not given.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 3 an "
        "expectation failed or the precision was not reached, 4 an invariant broke or "
        "more than 0.1 % of the paths "
        "failed, 130 or 143 interrupted with results kept.",
        0,
        0,
        0};
    struct arguments arguments = {
        .scenario = "black-thursday",
        .sets = calloc((size_t)argc, sizeof *arguments.sets),
        .numbers = {.threads = (int64_t)montecarlo_threads_available()},
    };
    if (arguments.sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    param_default(&option_paths, param_at(&option_paths, &arguments.numbers));
    param_default(&option_seed, param_at(&option_seed, &arguments.numbers));
    param_default(&option_level, param_at(&option_level, &arguments.numbers));
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct subject subject;
    enum run_status status = deliver_check(arguments.out);
    if (status == RUN_OK) {
        status = subject_load(arguments.scenario, arguments.sets, arguments.set_count,
                              &subject);
    }
    if (status == RUN_OK) {
        interrupt_install();
        status = arguments.path_given ? run_single(&subject, &arguments)
                                      : run_all(&subject, &arguments);
        subject_free(&subject);
    }
    free(arguments.sets);
    return (int)status;
}
