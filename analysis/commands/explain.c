#include "analysis/commands/command.h"
#include "analysis/estimate/metrics.h"
#include "analysis/say.h"
#include "analysis/subject.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum { KEY_SCENARIO = 's' };

static const struct argp_option options[] = {
    {"scenario",  KEY_SCENARIO, "SCENARIO", 0,
     "whose value and source to show (black-thursday)", 0},
    {0},
};

struct arguments {
    const char *key, *scenario;
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_SCENARIO:
        arguments->scenario = text;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one key at a time", text);
        }
        arguments->key = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a key, a metric or an outcome; breakwater list keys");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Metrics and outcomes have no dot in their names, keys have one. */
static bool explain_result(const char *name) {
    struct metrics metrics;
    metrics_list(&metrics);
    const struct estimate *estimate = metrics_find(&metrics, name);
    if (estimate != NULL) {
        char doc[256];
        metrics_doc(estimate, doc, sizeof doc);
        printf("%s (metric, unit %s)\n  %s\n", name, estimate->unit, doc);
        return true;
    }
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        if (strcmp(outcome_descriptions[i].name, name) == 0) {
            printf("%s (outcome of a path, unit %s)\n  %s\n", name,
                   outcome_descriptions[i].unit, outcome_descriptions[i].meaning);
            return true;
        }
    }
    return false;
}

static void print_param(const char *key, const struct param *param) {
    printf("%s (%s)\n  %s\n", key, param->kind->name, param->doc);
    if (param->kind->unit != NULL && strcmp(param->kind->unit, "1") != 0) {
        printf("  unit      %s\n", param->kind->unit);
    }
    if (param->choices != NULL) {
        printf("  one of   ");
        for (const char *const *word = param->choices; *word != NULL; ++word) {
            printf(" %s", *word);
        }
        putchar('\n');
    } else {
        printf("  written   %s\n", param->kind->example);
    }
    if (param->low != NULL || param->high != NULL) {
        printf("  allowed   %s to %s\n", param->low != NULL ? param->low : "any",
               param->high != NULL ? param->high : "any");
    }
    printf("  default   %s\n", param->fallback == NULL ? "none: has to be given"
                               : param->kind->list && *param->fallback == '\0'
                                   ? "[]"
                                   : param->fallback);
}

int command_explain(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "KEY",
        "Explain a key of a scenario (section.key), a metric or an outcome: meaning, "
        "unit, "
        "bounds, default, and the value and source in a scenario.",
        0,
        0,
        0};
    struct arguments arguments = {NULL, "black-thursday"};
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (strchr(arguments.key, '.') == NULL && explain_result(arguments.key)) {
        return RUN_OK;
    }
    struct load_key found;
    char error[512];
    if (!load_find(subject_schema(), arguments.key, &found, error, sizeof error)) {
        say("%s", error);
        return RUN_INPUT;
    }
    print_param(arguments.key, found.param);
    struct subject subject;
    const enum run_status status = subject_load(arguments.scenario, NULL, 0, &subject);
    if (status != RUN_OK) {
        return (int)status;
    }
    char value[PARAM_FORMAT_SIZE];
    if (load_get(subject_schema(), load_struct(subject.loaded), arguments.key, value,
                 sizeof value)) {
        const char *source = load_source(subject.loaded, arguments.key);
        printf("  in %s: %s%s%s\n", subject.run.name, value,
               source != NULL ? ", source: " : "", source != NULL ? source : "");
    }
    subject_free(&subject);
    return RUN_OK;
}
