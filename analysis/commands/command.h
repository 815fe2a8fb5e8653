/* command.h -- the commands of the program, one row each.

   A command is one file and one row.  Help, manual and completions walk the rows.

   Units    exit codes are those of enum run_status.
   Memory   each command frees what it takes.
   Threads  commands run on the main thread. */
#ifndef ANALYSIS_COMMANDS_COMMAND_H
#define ANALYSIS_COMMANDS_COMMAND_H

#include "analysis/commands/option.h"

#include <stdbool.h>
#include <stddef.h>

struct command {
    const char *name;
    const char *arguments; /* as shown by help */
    const char *doc;       /* one line, no full stop */
    const char *about; /* what --help says; after \v, what it says below the options */
    const struct option_use *options;
    enum option_words words; /* what its arguments are */
    size_t least, most;      /* how many arguments */
    const char *missing;     /* what is said when there are fewer */
    const char *surplus;     /* and when there are more */
    /* check refuses, by argp_error, what does not go together; NULL: anything does. */
    void (*check)(const struct argp_state *state, const struct options *options);
    int (*run)(const struct options *options);
};

/* The commands, in the order of the help; ends with NULL. */
extern const struct command *const commands[];

/* One row a file. */
extern const struct command command_run, command_tune, command_compare, command_merge,
    command_replay, command_systemic, command_exec, command_margin, command_report,
    command_verify, command_check, command_show, command_list, command_explain,
    command_version, command_man, command_completion;

/* command_find is the command of a name, or NULL. */
const struct command *command_find(const char *name);

/* command_start reads the arguments (argv[0] is "breakwater NAME") and runs the command;
   the result is the exit code. */
int command_start(const struct command *command, int argc, char **argv);

/* command_help prints what there is. */
int command_help(void);

#endif
