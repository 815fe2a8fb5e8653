/* main.c -- the program: finds the command and leaves the rest to it. */
#include "analysis/commands/command.h"
#include "analysis/run.h"
#include "analysis/say.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

static int is(const char *text, const char *a, const char *b) {
    return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

int main(int argc, char **argv) {
    /* A closed pipe and a file limit are failed writes, told as such: not silent deaths. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    atexit(say_check_output);
    gsl_set_error_handler_off();
    argp_err_exit_status = RUN_INPUT;
    if (argc < 2) {
        command_help();
        return RUN_INPUT;
    }
    if (is(argv[1], "--help", "-h") || is(argv[1], "help", "-?")) {
        return command_help();
    }
    const bool version = is(argv[1], "--version", "-V");
    const struct command *command = version ? &command_version : command_find(argv[1]);
    if (command == NULL) {
        say("%s: no such command; breakwater --help lists them", argv[1]);
        return RUN_INPUT;
    }
    char name[64];
    snprintf(name, sizeof name, "breakwater %s", command->name);
    argv[1] = name;
    return command_start(command, argc - 1, argv + 1);
}
