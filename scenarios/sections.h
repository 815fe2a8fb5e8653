/* sections.h -- the shape of a scenario: sections, each a C struct described by a table.

   A scenario is one flat immutable struct.  A section is a mapping in YAML and a struct
   inside it; a list section is a sequence of mappings and an array of structs with a
   uint32_t count.  The loader, `show`, `explain`, `tune` and the canonical text all walk
   these tables; none of them knows a section by name.

   Units    those of each param row.
   Memory   tables are static and const.
   Threads  const. */
#ifndef SCENARIOS_SECTIONS_H
#define SCENARIOS_SECTIONS_H

#include "engine/param.h"
#include "scenarios/embedded.h"

#include <stdbool.h>
#include <stddef.h>

/* The keys name, doc, extends, expect and source have their own meaning; no section and
   no parameter is called so. */
struct section {
    const char *name;
    const char *doc; /* one line */
    const struct param *params;
    size_t param_count;  /* 0: the table ends with a row whose name is NULL */
    size_t offset;       /* of the struct, or of row 0, inside the scenario */
    size_t row_size;     /* list sections: bytes of one row; 0: not a list */
    size_t capacity;     /* list sections: most rows */
    size_t count_offset; /* list sections: of the uint32_t count, inside the scenario */
    bool excluded_from_hash;  /* changes how a run is computed, never what it computes */
    const char *excluded_key; /* one key that is not hashed: where, never what */
};

/* SECTION and SECTION_LIST are one row of a table each:
   SECTION(struct scenario, margin, margin_params, "margin rules") and
   SECTION_LIST(struct scenario, tiers, tier_count, tier_params, "open-interest tiers").
 */
#define SECTION(type, member, table, doc_)                                               \
    {                                                                                    \
        .name = #member, .doc = (doc_), .params = (table),                               \
        .param_count = sizeof(table) / sizeof((table)[0]),                               \
        .offset = offsetof(type, member)                                                 \
    }
#define SECTION_LIST(type, member, count_member, table, doc_)                            \
    {                                                                                    \
        .name = #member, .doc = (doc_), .params = (table),                               \
        .param_count = sizeof(table) / sizeof((table)[0]),                               \
        .offset = offsetof(type, member), .row_size = sizeof(((type *)0)->member[0]),    \
        .capacity = sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0]),        \
        .count_offset = offsetof(type, count_member)                                     \
    }
#define SECTION_EXCLUDED(type, member, table, doc_)                                      \
    {                                                                                    \
        .name = #member, .doc = (doc_), .params = (table),                               \
        .param_count = sizeof(table) / sizeof((table)[0]),                               \
        .offset = offsetof(type, member), .excluded_from_hash = true                     \
    }

/* section_param_count returns how many parameters a section has. */
static inline size_t section_param_count(const struct section *section) {
    size_t count = section->param_count;
    if (count == 0) {
        while (section->params[count].name != NULL) {
            count += 1;
        }
    }
    return count;
}

/* section_complain reports that the value at key ("margin.initial", "tiers[1].upto" or
   just "tiers") does not go with the others; message is one sentence. */
typedef void section_complain(void *context, const char *key, const char *message);

struct load_report;

/* How a scenario takes in what it names but does not hold, files beside it. */
struct section_attach {
    section_complain *complain; /* about a value of the scenario */
    /* path writes where a file is that the value at key names: relative to the file that
       says so, or to the working folder.  False: too long. */
    bool (*path)(void *context, const char *key, const char *name, char *path,
                 size_t size);
    void *context;
    struct load_report *report; /* about what is inside such a file */
    bool *failed;               /* the machine's fault, not the input's */
};

struct schema {
    const struct section *sections;
    size_t section_count;
    size_t size; /* of the scenario struct */
    /* attach reads what the scenario names, once all values are known; detach gives it back
       when the scenario's load ends.  May be NULL. */
    void (*attach)(void *scenario, const struct section_attach *with);
    void (*detach)(void *scenario);
    /* validate checks what one row alone cannot, tells everything wrong to complain and
       returns whether nothing was.  May be NULL. */
    bool (*validate)(const void *scenario, section_complain *complain, void *context);
    /* presets that extends and the command line may name; ends with a NULL name. */
    const struct embedded_file *presets;
    /* metric_name returns the name of the i-th metric that `expect` may test, NULL behind
       the last.  NULL: any word is a metric. */
    const char *(*metric_name)(size_t index);
    /* metric_unit returns its unit, "1" for shares; NULL: any unit will do. */
    const char *(*metric_unit)(size_t index);
};

#endif
