#include "analysis/commands/command.h"
#include "analysis/estimate/metrics.h"
#include "analysis/json.h"
#include "analysis/say.h"
#include "analysis/subject.h"

#include <stdio.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_SCENARIO},
    {.id = OPTION_JSON},
    {.id = OPTION_COUNT},
};

/* What is explained: a key of a scenario, or something that a run yields. */
struct found {
    const char *name;
    const struct param *param; /* of a key */
    const char *what;          /* of the others: "metric", ... */
    const char *unit;
    char doc[256];
    char scenario[64], value[PARAM_FORMAT_SIZE], source[512]; /* "": not there */
};

static void take_result(struct found *found, const char *what, const char *unit,
                        const char *doc) {
    found->what = what;
    found->unit = unit;
    snprintf(found->doc, sizeof found->doc, "%s", doc);
}

/* Metrics and outcomes have no dot in their names, keys have one. */
static bool find_result(struct found *found) {
    struct metrics metrics;
    metrics_list(&metrics);
    const struct estimate *estimate = metrics_find(&metrics, found->name);
    if (estimate != NULL) {
        char doc[256];
        metrics_doc(estimate, doc, sizeof doc);
        take_result(found, "metric", estimate->unit, doc);
        return true;
    }
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        if (strcmp(outcome_descriptions[i].name, found->name) == 0) {
            take_result(found, "outcome of a path", outcome_descriptions[i].unit,
                        outcome_descriptions[i].meaning);
            return true;
        }
    }
    return false;
}

/* The key's row of the tables, and what it is in a scenario. */
static enum run_status find_key(struct found *found, const char *scenario) {
    struct load_key key;
    struct subject subject;
    char error[512];
    if (!load_find(subject_schema(), found->name, &key, error, sizeof error)) {
        say("%s", error);
        return RUN_INPUT;
    }
    found->param = key.param;
    const enum run_status status = subject_load(scenario, NULL, 0, &subject);
    if (status != RUN_OK) {
        return status;
    }
    if (load_get(subject_schema(), load_struct(subject.loaded), found->name, found->value,
                 sizeof found->value)) {
        const char *source = load_source(subject.loaded, found->name);
        snprintf(found->scenario, sizeof found->scenario, "%s", subject.run.name);
        snprintf(found->source, sizeof found->source, "%s", source != NULL ? source : "");
    }
    subject_free(&subject);
    return RUN_OK;
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

static void print_page(const struct found *found) {
    if (found->param == NULL) {
        printf("%s (%s, unit %s)\n  %s\n", found->name, found->what, found->unit,
               found->doc);
        return;
    }
    print_param(found->name, found->param);
    if (found->scenario[0] != 0) {
        printf("  in %s: %s%s%s\n", found->scenario, found->value,
               found->source[0] != 0 ? ", source: " : "", found->source);
    }
}

static void put_param(struct json *json, const struct param *param) {
    json_text(json, "what", "key of a scenario");
    json_text(json, "kind", param->kind->name);
    json_text(json, "unit", param->kind->unit);
    json_text(json, "doc", param->doc);
    if (param->choices != NULL) {
        json_open(json, "choices", '[');
        for (const char *const *word = param->choices; *word != NULL; ++word) {
            json_text(json, NULL, *word);
        }
        json_close(json, '[');
    } else {
        json_text(json, "example", param->kind->example);
    }
    json_text(json, "low", param->low);
    json_text(json, "high", param->high);
    json_text(json, "default", param->fallback);
}

static void print_json(const struct found *found) {
    struct json json;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "name", found->name);
    if (found->param != NULL) {
        put_param(&json, found->param);
    } else {
        json_text(&json, "what", found->what);
        json_text(&json, "unit", found->unit);
        json_text(&json, "doc", found->doc);
    }
    if (found->scenario[0] != 0) {
        json_text(&json, "scenario", found->scenario);
        json_text(&json, "value", found->value);
        json_text(&json, "source", found->source[0] != 0 ? found->source : NULL);
    }
    json_close(&json, '{');
    json_end(&json);
}

static int run(const struct options *options) {
    const char *scenario = options_text(options, OPTION_SCENARIO);
    struct found found = {.name = options->argument[0]};
    if (strchr(found.name, '.') != NULL || !find_result(&found)) {
        const enum run_status status =
            find_key(&found, scenario != NULL ? scenario : "black-thursday");
        if (status != RUN_OK) {
            return (int)status;
        }
    }
    (options_given(options, OPTION_JSON) ? print_json : print_page)(&found);
    return RUN_OK;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "KEY",
    .doc = "explain a key of a scenario, a metric or an outcome",
    .about =
        "Explain a key of a scenario (section.key), a metric or an outcome: meaning, "
        "unit, bounds, default, and the value and source in a scenario.",
    .options = uses,
    .words = OPTION_WORDS_KEY,
    .least = 1,
    .most = 1,
    .missing = "name a key, a metric or an outcome; breakwater list keys",
    .surplus = "one key at a time",
    .run = run,
};
