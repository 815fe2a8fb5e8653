#include "analysis/commands/command.h"
#include "analysis/commands/compare_side.h"
#include "analysis/commands/option.h"
#include "analysis/interrupt.h"
#include "analysis/say.h"
#include "sim/montecarlo.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_SEED = 256, KEY_THREADS, KEY_SET, KEY_SET_A, KEY_SET_B, KEY_JSON, KEY_LEVEL };

static const struct argp_option options[] = {
    {"paths",                                               'n', "PATHS", 0, "number of paths (1000, or those of a results file)", 0},
    {"seed",                                              KEY_SEED, "N", 0,
     "seed of the random streams (1, or that of a results file)", 0},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "change one value of both scenarios; may be repeated", 0},
    {"set-a",                                                     KEY_SET_A, "KEY=VALUE", 0, "change one value of A", 0},
    {"set-b",KEY_SET_B, "KEY=VALUE", 0, "change one value of B", 0},
    {"threads",                                                    KEY_THREADS, "N", 0, "threads (all that this process may use)", 0},
    {"level",                                                    KEY_LEVEL, "SHARE", 0, "confidence level of the intervals (95%)", 0},
    {"json",                                                 KEY_JSON, 0, 0, "print one JSON object", 0},
    {"quiet",                                          'q', 0, 0, "show no progress", 0},
    {0},
};

struct arguments {
    struct compare_one side[2];
    struct option_numbers numbers;
    bool given, json, quiet; /* given: -n or --seed */
};

static void add_set(struct compare_one *side, const char *text) {
    side->sets[side->set_count++] = text;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'n':
        arguments->given = true;
        option_parse(state, &option_paths, text, &arguments->numbers);
        return 0;
    case KEY_SEED:
        arguments->given = true;
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
            argp_error(state, "%s: two at a time", text);
        }
        arguments->side[state->arg_num].argument = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state,
                   "name two scenarios or results, or one and what differs with --set-b");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Both are opened before either is run: what is wrong with B is told at once. */
static enum run_status take_both(struct arguments *arguments) {
    static const char *const units[] = {"paths of A", "paths of B"};
    struct compare_one *side = arguments->side;
    struct run_request request = {
        .seed = (uint64_t)arguments->numbers.seed,
        .paths = (uint64_t)arguments->numbers.paths,
        .threads = (unsigned)arguments->numbers.threads,
        .level = arguments->numbers.level,
        .quiet = arguments->quiet,
    };
    enum run_status status = RUN_OK;
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        status = compare_side_open(&side[i]);
    }
    if (status == RUN_OK) {
        status = compare_side_fit(&side[0], &side[1], arguments->given, &request);
    }
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        request.unit = units[i];
        status = compare_side_take(&side[i], &request);
    }
    return status;
}

static enum run_status compare_both(struct arguments *arguments) {
    struct compare compare = {.row = NULL};
    enum run_status status = take_both(arguments);
    if (status == RUN_OK) {
        const struct compare_side a = compare_side_of(&arguments->side[0]);
        const struct compare_side b = compare_side_of(&arguments->side[1]);
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
        compare_side_free(&arguments->side[i]);
    }
    return status;
}

int command_compare(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "A [B]",
        "Compare two runs of the same paths, path by path.\v"
        "A and B are presets, scenario files or results files; without B it is A again.  "
        "A results file stands as it is, and the other side runs its paths.  Such as: "
        "breakwater compare black-thursday --set-b margin.maintenance=8% -n 1000\n\n"
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
    if (arguments.side[1].argument == NULL) {
        arguments.side[1].argument = arguments.side[0].argument;
    }
    interrupt_install();
    const enum run_status status = compare_both(&arguments);
    free(arguments.side[0].sets);
    free(arguments.side[1].sets);
    return (int)status;
}
