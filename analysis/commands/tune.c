#include "analysis/tune/tune.h"

#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/interrupt.h"
#include "analysis/say.h"
#include "analysis/tune/tune_page.h"
#include "analysis/tune/tune_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_OVER                                            },
    {.id = OPTION_BUDGET                                          },
    {.id = OPTION_PATHS,                                            .doc = "paths of a setting that stays in the search (1000)"},
    {.id = OPTION_POINTS                                                            },
    {.id = OPTION_RESPONSE},
    {.id = OPTION_COST_WEIGHT                                                            },
    {.id = OPTION_SEED},
    {.id = OPTION_SET,                                                             .doc = "change one value of every scenario; may be repeated"},
    {.id = OPTION_THREADS},
    {.id = OPTION_LEVEL                                         },
    {.id = OPTION_OUTPUT                                           },
    {.id = OPTION_RESUME,
     .doc = "go on with the rounds that FILE.round1.shards and so on keep"},
    {.id = OPTION_JSON                                          },
    {.id = OPTION_QUIET                                                            },
    {.id = OPTION_COUNT                  },
};

static void check_together(const struct argp_state *state,
                           const struct options *options) {
    if (!options_given(options, OPTION_OVER)) {
        argp_error(state,
                   "name what to tune, such as --over margin.maintenance=5%%..12%%");
    }
    if (options_given(options, OPTION_RESUME) && !options_given(options, OPTION_OUTPUT)) {
        argp_error(state, "--resume needs the -o FILE of the run it goes on with");
    }
}

/* Reads --over, --response and --budget; says what is wrong. */
static enum run_status take_texts(const struct options *options, struct tune *tune) {
    char error[512];
    assert(tune->scenario[0] != NULL); /* the command line names one at least */
    const struct scenario *scenario = load_struct(tune->scenario[0]->loaded);
    for (size_t i = 0; i < options->item_count; ++i) {
        const struct option_item *item = &options->item[i];
        if (item->id == OPTION_OVER &&
            !design_axis_add(&tune->design, scenario, item->text, error, sizeof error)) {
            say("--over %s: %s", item->text, error);
            return RUN_INPUT;
        }
        if (item->id == OPTION_BUDGET &&
            !tune_goal(tune, item->text, error, sizeof error)) {
            say("--budget %s: %s", item->text, error);
            return RUN_INPUT;
        }
    }
    const char *response = options_text(options, OPTION_RESPONSE);
    tune->response = response_usual(&tune->design);
    if (response != NULL &&
        !response_parse(response, &tune->response, error, sizeof error)) {
        say("--response %s", error);
        return RUN_INPUT;
    }
    if (!design_fill(&tune->design, tune->request.seed, (size_t)options->numbers.points,
                     error, sizeof error)) {
        say("--over: %s", error);
        return RUN_INPUT;
    }
    return RUN_OK;
}

/* Writes the results file, if one was asked for, and lets go of the rounds. */
static enum run_status keep(const char *out, struct tune *tune) {
    char error[512];
    if (out == NULL) {
        return RUN_OK;
    }
    if (!tune_store_write(out, tune, error, sizeof error)) {
        say("%s; the rounds are kept", error);
        return RUN_IO;
    }
    return tune_discard(tune) ? RUN_OK : RUN_IO;
}

static enum run_status tune_all(const struct options *options, struct tune *tune) {
    enum run_status status = take_texts(options, tune);
    if (status == RUN_OK) {
        status = tune_open(tune);
    }
    if (status == RUN_OK) {
        interrupt_install();
        status = tune_run(tune);
    }
    if (status == RUN_OK) {
        const enum run_status kept = keep(options_text(options, OPTION_OUTPUT), tune);
        (options_given(options, OPTION_JSON) ? tune_json : tune_print)(stdout, tune);
        status = tune_verdict(tune);
        status = kept != RUN_OK ? kept : status;
    }
    return status;
}

static int run(const struct options *options) {
    struct subject subject[TUNE_SCENARIOS];
    struct tune *tune = calloc(1, sizeof *tune);
    enum run_status status = deliver_check(options_text(options, OPTION_OUTPUT));
    size_t count = 0;
    if (tune == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    tune->request = (struct tune_request){
        .seed = (uint64_t)options->numbers.seed,
        .paths = (uint64_t)options->numbers.paths,
        .threads = (unsigned)options->numbers.threads,
        .level = options->numbers.level,
        .out = options_text(options, OPTION_OUTPUT),
        .resume = options_given(options, OPTION_RESUME),
        .quiet = options_given(options, OPTION_QUIET),
        .sets = options->sets,
        .set_count = options->set_count,
    };
    tune->contest.cost_weight = options->numbers.cost_weight;
    for (; count < options->argument_count && status == RUN_OK; ++count) {
        memset(&subject[count], 0, sizeof subject[count]);
        status = subject_load(options->argument[count], options->sets, options->set_count,
                              &subject[count]);
        tune->scenario[count] = &subject[count];
    }
    tune->contest.scenario_count = count;
    if (status == RUN_OK) {
        status = tune_all(options, tune);
    }
    tune_free(tune);
    for (size_t i = 0; i < count; ++i) {
        subject_free(&subject[i]);
    }
    free(tune);
    return (int)status;
}

const struct command command_tune = {
    .name = "tune",
    .arguments = "SCENARIO...",
    .doc = "find the cheapest setting that keeps a risk within a budget",
    .about =
        "Find the setting of a few parameters that keeps the risk within a budget at "
        "least "
        "cost.\v"
        "Cost is the mean capital locked and, by its weight, what liquidations cost.  A "
        "budget is met only if the worse end of the interval meets it, in every "
        "scenario; "
        "cost is that of the first.  All settings run the same paths; what is published "
        "comes from a fresh seed.  Such as: breakwater tune black-thursday --over "
        "margin.maintenance=5%..12% --budget 'p_insolvency<=5%'\n\n"
        "Exit codes are those of run; 3: no setting is surely within the budget.",
    .options = uses,
    .words = OPTION_WORDS_SCENARIO,
    .least = 1,
    .most = TUNE_SCENARIOS,
    .missing = "name a preset or a scenario file",
    .surplus = "eight scenarios at most",
    .check = check_together,
    .run = run,
};
