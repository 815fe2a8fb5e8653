#include "analysis/commands/catalogue.h"

#include "agents/registry.h"
#include "analysis/estimate/metrics.h"
#include "analysis/event_table.h"
#include "analysis/margin/portfolio.h"
#include "analysis/protocol.h"
#include "analysis/subject.h"
#include "scenarios/ablation.h"
#include "scenarios/embedded.h"
#include "scenarios/market/market.h"

#include <stdio.h>
#include <string.h>

static void put(catalogue_visit *visit, void *context, const char *name,
                const char *doc) {
    visit(context, &(struct catalogue_entry){.name = name, .doc = doc});
}

static void walk_presets(catalogue_visit *visit, void *context) {
    for (const struct embedded_file *row = embedded_presets; row->name != NULL; ++row) {
        struct load_result *loaded = load_scenario(subject_schema(), row->name, NULL, 0);
        put(visit, context, row->name, loaded == NULL ? "" : load_doc(loaded));
        load_free(loaded);
    }
}

static void walk_protocols(catalogue_visit *visit, void *context) {
    for (const struct embedded_file *row = embedded_protocols; row->name != NULL; ++row) {
        struct load_result *loaded = load_scenario(&protocol_schema, row->name, NULL, 0);
        put(visit, context, row->name, loaded == NULL ? "" : load_doc(loaded));
        load_free(loaded);
    }
}

static void walk_sections(catalogue_visit *visit, void *context) {
    const struct schema *schema = subject_schema();
    for (size_t i = 0; i < schema->section_count; ++i) {
        put(visit, context, schema->sections[i].name, schema->sections[i].doc);
    }
}

static void walk_keys_of(const struct schema *schema, catalogue_visit *visit,
                         void *context) {
    for (size_t i = 0; i < schema->section_count; ++i) {
        const struct section *section = &schema->sections[i];
        for (size_t j = 0; j < section_param_count(section); ++j) {
            char key[96];
            snprintf(key, sizeof key, "%s%s.%s", section->name,
                     section->row_size != 0 ? "[0]" : "", section->params[j].name);
            put(visit, context, key, section->params[j].doc);
        }
    }
}

static void walk_keys(catalogue_visit *visit, void *context) {
    walk_keys_of(subject_schema(), visit, context);
}

static void walk_protocol_keys(catalogue_visit *visit, void *context) {
    walk_keys_of(&protocol_schema, visit, context);
}

static void walk_portfolio_keys(catalogue_visit *visit, void *context) {
    walk_keys_of(&portfolio_schema, visit, context);
}

static void walk_markets(catalogue_visit *visit, void *context) {
    for (unsigned i = 0; i < MARKET_MODEL_COUNT; ++i) {
        put(visit, context, market_models[i]->name, market_models[i]->doc);
    }
}

static void walk_agents(catalogue_visit *visit, void *context) {
    for (unsigned i = 0; i < AGENT_KIND_COUNT; ++i) {
        put(visit, context, agent_kinds[i]->name, agent_kinds[i]->doc);
    }
}

static void walk_metrics(catalogue_visit *visit, void *context) {
    struct metrics metrics;
    metrics_list(&metrics);
    for (size_t i = 0; i < metrics.count; ++i) {
        char doc[256];
        metrics_doc(&metrics.estimate[i], doc, sizeof doc);
        visit(context, &(struct catalogue_entry){.name = metrics.estimate[i].name,
                                                 .unit = metrics.estimate[i].unit,
                                                 .doc = doc});
    }
}

static void walk_outcomes(catalogue_visit *visit, void *context) {
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        visit(context, &(struct catalogue_entry){.name = outcome_descriptions[i].name,
                                                 .unit = outcome_descriptions[i].unit,
                                                 .doc = outcome_descriptions[i].meaning});
    }
}

static void walk_statuses(catalogue_visit *visit, void *context) {
    for (unsigned i = 0; i < OUTCOME_STATUS_COUNT; ++i) {
        char number[12];
        snprintf(number, sizeof number, "%u", i);
        put(visit, context, number, outcome_status_text((enum outcome_status)i));
    }
}

static void walk_events(catalogue_visit *visit, void *context) {
    const char *group = NULL;
#define EVENT_ENTRY(identifier, event, meaning)                                          \
    visit(context, &(struct catalogue_entry){event, NULL, meaning, group});
    EVENT_KINDS(EVENT_ENTRY)
    group = "by kind of transaction";
    TRANSACTION_KINDS(EVENT_ENTRY)
#undef EVENT_ENTRY
}

static void walk_columns(catalogue_visit *visit, void *context) {
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        put(visit, context, column.name, column.meaning);
    }
}

static void walk_ablations(catalogue_visit *visit, void *context) {
    for (const struct ablation *row = ablations; row->name != NULL; ++row) {
        put(visit, context, row->name, row->doc);
    }
}

const struct catalogue catalogues[] = {
    {"presets",        "scenarios that come with the program",             24, walk_presets  },
    {"sections",       "parts of a scenario",                              24, walk_sections },
    {"keys",           "every value of a scenario, for --set",             36, walk_keys     },
    {"protocols",      "rules that come with the program, for --protocol", 24, walk_protocols},
    {"protocol-keys",  "every value of a protocol, for margin --rule",     36,
     walk_protocol_keys                                                                      },
    {"portfolio-keys", "every value of a portfolio, for margin --set",     36,
     walk_portfolio_keys                                                                     },
    {"markets",        "models of the outside price",                      24, walk_markets  },
    {"agents",         "kinds of participants",                            24, walk_agents   },
    {"metrics",        "estimates of a run, for expect and --json",        36, walk_metrics  },
    {"outcomes",       "what every path yields, the columns of results",   32, walk_outcomes },
    {"statuses",       "how a path may end",                               2,  walk_statuses },
    {"events",         "kinds of event of a path, for replay --kind",      24, walk_events   },
    {"columns",        "columns of a file of events, replay -o",           24, walk_columns  },
    {"ablations",      "mechanisms that run --ablation takes out",         24, walk_ablations},
    {NULL,             NULL,                                               0,  NULL          },
};

const struct catalogue *catalogue_find(const char *name) {
    for (const struct catalogue *row = catalogues; row->name != NULL; ++row) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}
