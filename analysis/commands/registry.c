#include "analysis/commands/command.h"

#include <stdio.h>
#include <string.h>

const struct command *const commands[] = {
    &command_run,        &command_tune,    &command_compare,
    &command_merge,      &command_replay,  &command_systemic,
    &command_exec,       &command_margin,  &command_report,
    &command_verify,     &command_check,   &command_show,
    &command_list,       &command_explain, &command_version,
    &command_completion, &command_man,     NULL,
};

const struct command *command_find(const char *name) {
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        if (strcmp((*row)->name, name) == 0) {
            return *row;
        }
    }
    return NULL;
}

int command_start(const struct command *command, int argc, char **argv) {
    struct options options;
    options_parse(command, argc, argv, &options);
    const int code = command->run(&options);
    options_free(&options);
    return code;
}

int command_help(void) {
    puts("Usage: breakwater COMMAND [ARGUMENTS]\n\n"
         "Breakwater stress-tests on-chain derivatives settlement layers: the whole "
         "layer\n"
         "runs for real inside a parallel Monte Carlo simulation of storms.\n\n"
         "Commands:");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        printf("  %-10s %-12s %s\n", (*row)->name, (*row)->arguments, (*row)->doc);
    }
    puts("\n  breakwater COMMAND --help   the options of a command\n"
         "  breakwater man | man -l -   the manual\n\n"
         "Try: breakwater run black-thursday -n 1000 -o results.h5");
    return 0;
}
