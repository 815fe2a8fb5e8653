#include "analysis/commands/command.h"
#include "analysis/exec/output.h"
#include "analysis/say.h"

#include <stdio.h>

static const struct option_use uses[] = {
    {.id = OPTION_PROTOCOL,
     .doc = "the rules, instead of those the file names: derive-srm, dydx or a file"},
    {.id = OPTION_JSON                    },
    {.id = OPTION_COUNT},
};

static enum run_status answer(const struct options *options, struct exec_case *exec,
                              struct exec_run *done) {
    enum run_status status = exec_case_load(options->argument[0],
                                            options_text(options, OPTION_PROTOCOL), exec);
    if (status == RUN_OK) {
        status = exec_run_case(exec, done);
    }
    if (status != RUN_OK) {
        if (exec->file != NULL) {
            fputs(load_errors(exec->file), stderr);
        }
        return status;
    }
    if (options_given(options, OPTION_JSON)) {
        exec_output_json(stdout, exec, done);
    } else {
        exec_output_page(stdout, exec, done);
    }
    fflush(stdout);
    fputs(load_errors(exec->file), stderr);
    if (exec->file->report.count > LOAD_ERROR_LIMIT) {
        say("and %zu more", exec->file->report.count - LOAD_ERROR_LIMIT);
    }
    return done->failed > 0 ? RUN_UNMET : RUN_OK;
}

static int run(const struct options *options) {
    struct exec_case exec = {0};
    struct exec_run done = {0};
    const enum run_status status = answer(options, &exec, &done);
    exec_run_free(&done);
    exec_case_free(&exec);
    return (int)status;
}

const struct command command_exec = {
    .name = "exec",
    .arguments = "FILE",
    .doc = "carry out transactions against one engine; a test",
    .about =
        "Carry out transactions against one engine and show what becomes of them.\v"
        "FILE is YAML and names the rules (protocol), who there is (accounts), what they "
        "have at the start (opening) and what happens (steps); its expect: lines make it "
        "a test.  A transaction that is refused fails it, unless the refusal is "
        "expected.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 3 an "
        "expectation does not hold, 4 an accounting identity of the engine broke.",
    .options = uses,
    .words = OPTION_WORDS_FILE,
    .least = 1,
    .most = 1,
    .missing = "name a file of transactions; - is standard input",
    .surplus = "one file at a time",
    .run = run,
};
