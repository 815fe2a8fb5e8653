#include "analysis/commands/command.h"
#include "analysis/commands/compare_side.h"
#include "analysis/interrupt.h"
#include "analysis/say.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_use uses[] = {
    {.id = OPTION_PATHS,                                                 .doc = "number of paths (1000, or those of a results file)"},
    {.id = OPTION_SEED,
     .doc = "seed of the random streams (1, or that of a results file)"},
    {.id = OPTION_SET, .doc = "change one value of both scenarios; may be repeated"},
    {.id = OPTION_SET_A                                                  },
    {.id = OPTION_SET_B                                                                 },
    {.id = OPTION_THREADS               },
    {.id = OPTION_LEVEL},
    {.id = OPTION_JSON                                                  },
    {.id = OPTION_QUIET                                                                 },
    {.id = OPTION_COUNT               },
};

/* Both are opened before either is run: what is wrong with B is told at once. */
static enum run_status take_both(const struct options *options,
                                 struct compare_one side[2]) {
    static const char *const units[] = {"paths of A", "paths of B"};
    struct run_request request = {
        .seed = (uint64_t)options->numbers.seed,
        .paths = (uint64_t)options->numbers.paths,
        .threads = (unsigned)options->numbers.threads,
        .level = options->numbers.level,
        .quiet = options_given(options, OPTION_QUIET),
    };
    const bool given =
        options_given(options, OPTION_PATHS) || options_given(options, OPTION_SEED);
    enum run_status status = RUN_OK;
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        status = compare_side_open(&side[i]);
    }
    if (status == RUN_OK) {
        status = compare_side_fit(&side[0], &side[1], given, &request);
    }
    for (unsigned i = 0; i < 2 && status == RUN_OK; ++i) {
        request.unit = units[i];
        status = compare_side_take(&side[i], &request);
    }
    return status;
}

static enum run_status compare_both(const struct options *options,
                                    struct compare_one side[2]) {
    struct compare compare = {.row = NULL};
    enum run_status status = take_both(options, side);
    if (status == RUN_OK) {
        const struct compare_side a = compare_side_of(&side[0]);
        const struct compare_side b = compare_side_of(&side[1]);
        status = compare_make(&a, &b, options->numbers.level, &compare);
    }
    if (status == RUN_OK) {
        (options_given(options, OPTION_JSON) ? compare_json : compare_print)(stdout,
                                                                             &compare);
        const enum run_status other = run_verdict(&side[1].result.metrics);
        status = run_verdict(&side[0].result.metrics);
        status = status != RUN_OK ? status : other;
    }
    compare_free(&compare);
    for (unsigned i = 0; i < 2; ++i) {
        compare_side_free(&side[i]);
    }
    return status;
}

static int run(const struct options *options) {
    static const enum option_id own[] = {OPTION_SET_A, OPTION_SET_B};
    struct compare_one side[2] = {{.argument = options->argument[0]}, {.argument = NULL}};
    side[1].argument = options->argument[options->argument_count - 1];
    for (unsigned i = 0; i < 2; ++i) {
        side[i].sets = calloc(options->item_count + 1, sizeof *side[i].sets);
        if (side[i].sets == NULL) {
            say("out of memory");
            free(side[0].sets);
            return RUN_IO;
        }
        side[i].set_count = options_list(options, OPTION_SET, own[i], side[i].sets);
    }
    interrupt_install();
    const enum run_status status = compare_both(options, side);
    free(side[0].sets);
    free(side[1].sets);
    return (int)status;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "A [B]",
    .doc = "compare scenarios or results on the same paths",
    .about =
        "Compare two runs of the same paths, path by path.\v"
        "A and B are presets, scenario files or results files; without B it is A again.  "
        "A results file stands as it is, and the other side runs its paths.  Such as: "
        "breakwater compare black-thursday --set-b margin.maintenance=8% -n 1000\n\n"
        "Exit codes are those of run; a difference is no failure.",
    .options = uses,
    .words = OPTION_WORDS_SUBJECT,
    .least = 1,
    .most = 2,
    .missing = "name two scenarios or results, or one and what differs with --set-b",
    .surplus = "two at a time",
    .run = run,
};
