/* scenario_option.h -- the arguments of commands that look at one scenario.

   Units    none.
   Memory   an option owns its list of texts until scenario_option_free.
   Threads  main thread: argp prints and exits. */
#ifndef ANALYSIS_COMMANDS_SCENARIO_OPTION_H
#define ANALYSIS_COMMANDS_SCENARIO_OPTION_H

#include <stdbool.h>
#include <stddef.h>

struct scenario_option {
    const char *scenario;
    const char **sets; /* texts of --set */
    size_t set_count;
    bool flag; /* the command's own was given */
};

/* A command's own option without a value. */
struct scenario_flag {
    const char *name, *doc;
};

/* scenario_option_parse reads SCENARIO, --set and the flag; wrong usage ends the program
   with exit code 2, --help with 0. */
void scenario_option_parse(int argc, char **argv, const char *doc,
                           const struct scenario_flag *flag,
                           struct scenario_option *option);

/* scenario_option_free gives the list back. */
void scenario_option_free(struct scenario_option *option);

#endif
