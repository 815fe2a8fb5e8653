#include "analysis/commands/command.h"

#include <stdio.h>
#include <string.h>

const struct command commands[] = {
    {"run",      "[SCENARIO]", "run a scenario many times; estimates with intervals",
     command_run                                                                                        },
    {"compare",  "A [B]",      "compare scenarios or results on the same paths",
     command_compare                                                                                    },
    {"merge",    "SHARDS...",  "put the parts of a run together",                       command_merge   },
    {"replay",   "RESULTS",    "tell what happened on one path, event by event",
     command_replay                                                                                     },
    {"systemic", "RESULTS",
     "look at its worst paths as a system: contagion, cover, cascades",                 command_systemic},
    {"report",   "RESULTS",    "write one page to decide by: verdict, charts, limits",
     command_report                                                                                     },
    {"verify",   "RESULTS",    "check that a results file is the run it says it is",
     command_verify                                                                                     },
    {"check",    "SCENARIO",   "tell everything that is wrong with a scenario file",
     command_check                                                                                      },
    {"show",     "SCENARIO",   "print a scenario complete, every value and its source",
     command_show                                                                                       },
    {"list",     "[KIND]",     "list presets, keys, markets, agents, metrics, ...",     command_list    },
    {"explain",  "KEY",        "explain a key of a scenario, a metric or an outcome",
     command_explain                                                                                    },
    {NULL,       NULL,         NULL,                                                    NULL            },
};

const struct command *command_find(const char *name) {
    for (const struct command *row = commands; row->name != NULL; ++row) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

int command_help(void) {
    puts("Usage: breakwater COMMAND [ARGUMENTS]\n\n"
         "Breakwater stress-tests on-chain derivatives settlement layers: the whole "
         "layer\n"
         "runs for real inside a parallel Monte Carlo simulation of storms.\n\n"
         "Commands:");
    for (const struct command *row = commands; row->name != NULL; ++row) {
        printf("  %-8s %-12s %s\n", row->name, row->arguments, row->doc);
    }
    puts("\n  breakwater COMMAND --help       the options of a command\n"
         "  breakwater --version [--json]   version, compiler, libraries\n\n"
         "Try: breakwater run black-thursday -n 1000 -o results.h5");
    return 0;
}
