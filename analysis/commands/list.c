#include "agents/registry.h"
#include "analysis/commands/command.h"
#include "analysis/estimate/metrics.h"
#include "analysis/event_table.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "scenarios/ablation.h"
#include "scenarios/embedded.h"
#include "scenarios/market/market.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

static void list_presets(void) {
    for (const struct embedded_file *row = embedded_presets; row->name != NULL; ++row) {
        struct load_result *loaded = load_scenario(subject_schema(), row->name, NULL, 0);
        printf("  %-24s %s\n", row->name, loaded == NULL ? "" : load_doc(loaded));
        load_free(loaded);
    }
}

static void list_sections(void) {
    const struct schema *schema = subject_schema();
    for (size_t i = 0; i < schema->section_count; ++i) {
        printf("  %-24s %s\n", schema->sections[i].name, schema->sections[i].doc);
    }
}

static void list_keys(void) {
    const struct schema *schema = subject_schema();
    for (size_t i = 0; i < schema->section_count; ++i) {
        const struct section *section = &schema->sections[i];
        for (size_t j = 0; j < section_param_count(section); ++j) {
            char key[96];
            snprintf(key, sizeof key, "%s%s.%s", section->name,
                     section->row_size != 0 ? "[0]" : "", section->params[j].name);
            printf("  %-36s %s\n", key, section->params[j].doc);
        }
    }
}

static void list_markets(void) {
    for (unsigned i = 0; i < MARKET_MODEL_COUNT; ++i) {
        printf("  %-24s %s\n", market_models[i]->name, market_models[i]->doc);
    }
}

static void list_agents(void) {
    for (unsigned i = 0; i < AGENT_KIND_COUNT; ++i) {
        printf("  %-24s %s\n", agent_kinds[i]->name, agent_kinds[i]->doc);
    }
}

static void list_metrics(void) {
    struct metrics metrics;
    metrics_list(&metrics);
    for (size_t i = 0; i < metrics.count; ++i) {
        char doc[256];
        metrics_doc(&metrics.estimate[i], doc, sizeof doc);
        printf("  %-36s %-8s %s\n", metrics.estimate[i].name, metrics.estimate[i].unit,
               doc);
    }
}

static void list_outcomes(void) {
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        printf("  %-32s %-8s %s\n", outcome_descriptions[i].name,
               outcome_descriptions[i].unit, outcome_descriptions[i].meaning);
    }
}

static void list_events(void) {
#define EVENT_LINE(identifier, name, meaning) printf("  %-24s %s\n", name, meaning);
    EVENT_KINDS(EVENT_LINE)
    puts("  and by kind of transaction:");
    TRANSACTION_KINDS(EVENT_LINE)
#undef EVENT_LINE
}

static void list_columns(void) {
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        printf("  %-24s %s\n", column.name, column.meaning);
    }
}

static void list_ablations(void) {
    for (const struct ablation *row = ablations; row->name != NULL; ++row) {
        printf("  %-24s %s\n", row->name, row->doc);
    }
}

static void list_statuses(void) {
    for (unsigned i = 0; i < OUTCOME_STATUS_COUNT; ++i) {
        printf("  %u  %s\n", i, outcome_status_text((enum outcome_status)i));
    }
}

static const struct {
    const char *name, *doc;
    void (*list)(void);
} kinds[] = {
    {"presets",   "scenarios that come with the program",           list_presets  },
    {"sections",  "parts of a scenario",                            list_sections },
    {"keys",      "every value of a scenario, for --set",           list_keys     },
    {"markets",   "models of the outside price",                    list_markets  },
    {"agents",    "kinds of participants",                          list_agents   },
    {"metrics",   "estimates of a run, for expect and --json",      list_metrics  },
    {"outcomes",  "what every path yields, the columns of results", list_outcomes },
    {"statuses",  "how a path may end",                             list_statuses },
    {"events",    "kinds of event of a path, for replay --kind",    list_events   },
    {"columns",   "columns of a file of events, replay -o",         list_columns  },
    {"ablations", "mechanisms that run --ablation takes out",       list_ablations},
};

enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static error_t parse(int key, char *text, struct argp_state *state) {
    const char **kind = state->input;
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    if (state->arg_num > 0) {
        argp_error(state, "%s: one kind at a time", text);
    }
    *kind = text;
    return 0;
}

int command_list(int argc, char **argv) {
    static const struct argp argp = {
        NULL, parse, "[KIND]", "List what there is of a kind; without one, the kinds.",
        0,    0,     0};
    const char *kind = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &kind);
    for (size_t i = 0; i < KIND_COUNT; ++i) {
        if (kind == NULL) {
            printf("  %-10s %s\n", kinds[i].name, kinds[i].doc);
        } else if (strcmp(kind, kinds[i].name) == 0) {
            kinds[i].list();
            return RUN_OK;
        }
    }
    if (kind != NULL) {
        say("%s: no such kind; breakwater list names them", kind);
        return RUN_INPUT;
    }
    return RUN_OK;
}
