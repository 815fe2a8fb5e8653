/* command.h -- the commands of the program, one row each.

   A command is one file that parses its own arguments and returns an exit code.

   Units    exit codes are those of enum run_status.
   Memory   each command frees what it takes.
   Threads  commands run on the main thread. */
#ifndef ANALYSIS_COMMANDS_COMMAND_H
#define ANALYSIS_COMMANDS_COMMAND_H

#include <stdbool.h>

struct command {
    const char *name;
    const char *arguments;             /* as shown by help */
    const char *doc;                   /* one line */
    int (*run)(int argc, char **argv); /* argv[0] is "breakwater NAME" */
};

/* The commands, in the order of the help; ends with a row without a name. */
extern const struct command commands[];

/* command_find is the command of a name, or NULL. */
const struct command *command_find(const char *name);

/* One function per command, each in its file. */
int command_run(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_report(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_systemic(int argc, char **argv);
int command_check(int argc, char **argv);
int command_show(int argc, char **argv);
int command_list(int argc, char **argv);
int command_explain(int argc, char **argv);

/* command_version prints the version; as JSON when asked. */
int command_version(bool as_json);

/* command_help prints what there is. */
int command_help(void);

#endif
