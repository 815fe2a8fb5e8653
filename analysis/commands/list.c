#include "analysis/commands/catalogue.h"
#include "analysis/commands/command.h"
#include "analysis/json.h"
#include "analysis/run.h"
#include "analysis/say.h"

#include <stdio.h>

static const struct option_use uses[] = {
    {.id = OPTION_JSON},
    {.id = OPTION_COUNT},
};

struct printing {
    int width;
    const char *group; /* of the entry before */
};

static void print_entry(void *context, const struct catalogue_entry *entry) {
    struct printing *printing = context;
    if (entry->group != printing->group) {
        printing->group = entry->group;
        printf("  and %s:\n", entry->group);
    }
    printf("  %-*s ", printing->width, entry->name);
    if (entry->unit != NULL) {
        printf("%-8s ", entry->unit);
    }
    puts(entry->doc);
}

static void put_entry(void *context, const struct catalogue_entry *entry) {
    struct json *json = context;
    json_open(json, NULL, '{');
    json_text(json, "name", entry->name);
    if (entry->unit != NULL) {
        json_text(json, "unit", entry->unit);
    }
    json_text(json, "doc", entry->doc);
    if (entry->group != NULL) {
        json_text(json, "group", entry->group);
    }
    json_close(json, '{');
}

/* The kinds themselves, in the shape of the others. */
static void walk_kinds(catalogue_visit *visit, void *context) {
    for (const struct catalogue *row = catalogues; row->name != NULL; ++row) {
        visit(context, &(struct catalogue_entry){.name = row->name, .doc = row->doc});
    }
}

static int run(const struct options *options) {
    static const struct catalogue kinds = {"kinds", "", 14, walk_kinds};
    const struct catalogue *kind = &kinds;
    if (options->argument_count > 0) {
        kind = catalogue_find(options->argument[0]);
    }
    if (kind == NULL) {
        say("%s: no such kind; breakwater list names them", options->argument[0]);
        return RUN_INPUT;
    }
    if (!options_given(options, OPTION_JSON)) {
        kind->walk(print_entry, &(struct printing){.width = kind->width});
        return RUN_OK;
    }
    struct json json;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_open(&json, kind->name, '[');
    kind->walk(put_entry, &json);
    json_close(&json, '[');
    json_close(&json, '{');
    json_end(&json);
    return RUN_OK;
}

const struct command command_list = {
    .name = "list",
    .arguments = "[KIND]",
    .doc = "list presets, keys, markets, agents, metrics, ...",
    .about = "List what there is of a kind; without one, the kinds.",
    .options = uses,
    .words = OPTION_WORDS_KIND,
    .most = 1,
    .surplus = "one kind at a time",
    .run = run,
};
