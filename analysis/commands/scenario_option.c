#include "analysis/commands/scenario_option.h"

#include "analysis/run.h"
#include "analysis/say.h"

#include <argp.h>
#include <stdlib.h>

enum { KEY_SET = 256, KEY_FLAG };

static error_t parse(int key, char *text, struct argp_state *state) {
    struct scenario_option *option = state->input;
    switch (key) {
    case KEY_SET:
        option->sets[option->set_count++] = text;
        return 0;
    case KEY_FLAG:
        option->flag = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one scenario at a time", text);
        }
        option->scenario = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a preset or a scenario file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void scenario_option_parse(int argc, char **argv, const char *doc,
                           const struct scenario_flag *flag,
                           struct scenario_option *option) {
    const struct argp_option options[] = {
        {"set",                                                                           KEY_SET, "KEY=VALUE", 0,
         "change one value of the scenario, such as margin.initial=10%; may be repeated", 0},
        {flag->name,                                                                    KEY_FLAG, NULL, 0, flag->doc, 0},
        {0},
    };
    const struct argp argp = {options, parse, "SCENARIO", doc, 0, 0, 0};
    *option = (struct scenario_option){.sets = calloc((size_t)argc, sizeof(char *))};
    if (option->sets == NULL) {
        say("out of memory");
        exit(RUN_IO);
    }
    argp_parse(&argp, argc, argv, 0, NULL, option);
}

void scenario_option_free(struct scenario_option *option) {
    free(option->sets);
    option->sets = NULL;
}
