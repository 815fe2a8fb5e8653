#include "analysis/merge.h"

#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/say.h"
#include "analysis/subject.h"

#include <stddef.h>

static const struct option_use uses[] = {
    {.id = OPTION_OUTPUT},
    {.id = OPTION_LEVEL },
    {.id = OPTION_JSON  },
    {.id = OPTION_QUIET,  .doc = "as in run; merge shows no progress anyway"},
    {.id = OPTION_COUNT                  },
};

/* The scenario of the parts, for the event logs of the worst paths.  One that needs a file
   which is not here goes without, and says so. */
static enum run_status restore(const struct plan *plan, struct subject *subject) {
    const struct subject_text text = {
        .file = plan->name, .name = plan->name, .canonical = plan->canonical};
    const enum run_status status = subject_restore(&text, NULL, 0, subject);
    if (status == RUN_INPUT) {
        say("the event logs of the worst paths are left out");
        return RUN_OK;
    }
    return status;
}

static int run(const struct options *options) {
    const char *out = options_text(options, OPTION_OUTPUT);
    enum run_status status = deliver_check(out);
    if (status != RUN_OK) {
        return (int)status;
    }
    struct plan plan;
    struct run_result result;
    status = merge_shards(options->argument, options->argument_count,
                          options->numbers.level, &plan, &result);
    struct subject logged = {.loaded = NULL};
    if (status == RUN_OK && out != NULL) {
        status = restore(&plan, &logged);
        result.subject = logged.loaded != NULL ? &logged : NULL;
    }
    if (status == RUN_OK) {
        const struct run_subject subject = merge_subject(&plan);
        status = deliver(&subject, &result, out, options_given(options, OPTION_JSON));
        status = status != RUN_OK ? status : run_verdict(&result.metrics);
    }
    subject_free(&logged);
    plan_free(&plan);
    run_result_free(&result);
    return (int)status;
}

const struct command command_merge = {
    .name = "merge",
    .arguments = "SHARDS...",
    .doc = "put the parts of a run together",
    .about =
        "Put the parts of a run together: the same digest as in one run.\v"
        "The parts come from `breakwater run ... --blocks A..B -o FILE`, which leaves "
        "FILE.shards; they are read, not changed.",
    .options = uses,
    .words = OPTION_WORDS_SHARDS,
    .least = 1,
    .most = MERGE_FOLDERS_MAX,
    .missing = "name the folders of shards, such as part1.h5.shards",
    .surplus = "is one folder too many; merge some first",
    .run = run,
};
