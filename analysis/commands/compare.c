#include "analysis/compare.h"

#include "analysis/commands/command.h"
#include "analysis/commands/option.h"
#include "analysis/interrupt.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "sim/montecarlo.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_SEED = 256, KEY_THREADS, KEY_SET, KEY_SET_A, KEY_SET_B, KEY_JSON, KEY_LEVEL };

static const struct argp_option options[] = {
    {"paths",                                               'n', "PATHS", 0, "number of paths (1000)", 0},
    {"seed",                                              KEY_SEED, "N", 0, "seed of the random streams (1)", 0},
    {"set",                             KEY_SET, "KEY=VALUE", 0,
     "change one value of both scenarios; may be repeated", 0},
    {"set-a",                                                     KEY_SET_A, "KEY=VALUE", 0, "change one value of A", 0},
    {"set-b",KEY_SET_B, "KEY=VALUE", 0, "change one value of B", 0},
    {"threads",                                                    KEY_THREADS, "N", 0, "threads (all that this process may use)", 0},
    {"level",                                                    KEY_LEVEL, "SHARE", 0, "confidence level of the intervals (95%)", 0},
    {"json",                                                 KEY_JSON, 0, 0, "print one JSON object", 0},
    {"quiet",                                          'q', 0, 0, "show no progress", 0},
    {0},
};

/* One of the two, as the user named it. */
struct side {
    const char *scenario;
    const char **sets;
    size_t set_count;
    struct subject subject;
    struct run_result result;
};

struct arguments {
    struct side side[2];
    struct option_numbers numbers;
    bool json, quiet;
};

static void add_set(struct side *side, const char *text) {
    side->sets[side->set_count++] = text;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'n':
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
    case KEY_SET:
        add_set(&arguments->side[0], text);
        add_set(&arguments->side[1], text);
        return 0;
    case KEY_SET_A:
        add_set(&arguments->side[0], text);
        return 0;
    case KEY_SET_B:
        add_set(&arguments->side[1], text);
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) {
            argp_error(state, "%s: two scenarios at a time", text);
        }
        arguments->side[state->arg_num].scenario = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name two scenarios, or one and what differs with --set-b");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum run_status run_side(struct arguments *arguments, unsigned which) {
    static const char *const units[] = {"paths of A", "paths of B"};
    struct side *side = &arguments->side[which];
    const struct run_request request = {
        .seed = (uint64_t)arguments->numbers.seed,
        .paths = (uint64_t)arguments->numbers.paths,
        .threads = (unsigned)arguments->numbers.threads,
        .level = arguments->numbers.level,
        .quiet = arguments->quiet,
        .unit = units[which],
    };
    return run_execute(&side->subject.run, &request, &side->result);
}

static struct compare_side side_of(const struct side *side) {
    return (struct compare_side){
        .name = side->subject.run.name,
        .measure = side->subject.run.measure,
        .canonical = side->subject.run.canonical,
        .seed = side->result.seed,
        .spool = side->result.spool,
        .metrics = &side->result.metrics,
        .digest = side->result.digest,
    };
}

/* Both are loaded before either is run: what is wrong with B is told at once. */
static enum run_status run_both(struct arguments *arguments) {
    struct compare compare = {.row = NULL};
    enum run_status status = RUN_OK;
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        struct side *side = &arguments->side[i];
        status =
            subject_load(side->scenario, side->sets, side->set_count, &side->subject);
    }
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        status = run_side(arguments, i);
    }
    if (status == RUN_OK) {
        const struct compare_side a = side_of(&arguments->side[0]);
        const struct compare_side b = side_of(&arguments->side[1]);
        status = compare_make(&a, &b, arguments->numbers.level, &compare);
    }
    if (status == RUN_OK) {
        (arguments->json ? compare_json : compare_print)(stdout, &compare);
        const enum run_status other = run_verdict(&arguments->side[1].result.metrics);
        status = run_verdict(&arguments->side[0].result.metrics);
        status = status != RUN_OK ? status : other;
    }
    compare_free(&compare);
    for (unsigned i = 0; i < 2; ++i) {
        run_result_free(&arguments->side[i].result);
        subject_free(&arguments->side[i].subject);
    }
    return status;
}

int command_compare(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "A [B]",
        "Run two scenarios on the same paths and tell what differs, path by path.\v"
        "A and B are presets or files; without B it is A again.  Such as: breakwater "
        "compare black-thursday --set-b margin.maintenance=8% -n 1000\n\n"
        "Exit codes are those of run; a difference is no failure.",
        0,
        0,
        0};
    struct arguments arguments = {
        .numbers = {.threads = (int64_t)montecarlo_threads_available()}};
    for (unsigned i = 0; i < 2; ++i) {
        arguments.side[i].sets = calloc((size_t)argc, sizeof *arguments.side[i].sets);
    }
    if (arguments.side[0].sets == NULL || arguments.side[1].sets == NULL) {
        say("out of memory");
        free(arguments.side[0].sets);
        free(arguments.side[1].sets);
        return RUN_IO;
    }
    param_default(&option_paths, param_at(&option_paths, &arguments.numbers));
    param_default(&option_seed, param_at(&option_seed, &arguments.numbers));
    param_default(&option_level, param_at(&option_level, &arguments.numbers));
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (arguments.side[1].scenario == NULL) {
        arguments.side[1].scenario = arguments.side[0].scenario;
    }
    interrupt_install();
    const enum run_status status = run_both(&arguments);
    free(arguments.side[0].sets);
    free(arguments.side[1].sets);
    return (int)status;
}
