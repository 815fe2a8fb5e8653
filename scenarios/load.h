/* load.h -- scenario files: YAML text in, one validated immutable struct out.

   A scenario file holds `name`, `doc`, `extends` (a preset or a file, relative to this
   one), `expect` (assertions about metrics) and one mapping per section, or a sequence of
   mappings per list section.  Inside any of them `source:` says where the values come
   from: one text for all keys given beside it, or a mapping from key to text.  A file
   overrides what it extends key by key (a list as a whole); --set comes last.

   Everything wrong is reported at once, as
       file:line:col: key: what is wrong, what is allowed, did you mean
   followed by the line and a caret; nothing is printed.

   Units    those of the param rows.
   Memory   a result owns everything it returns; load_free releases it.  Loading
   allocates; reading a result does not. Threads  a result may be read by many threads. */
#ifndef SCENARIOS_LOAD_H
#define SCENARIOS_LOAD_H

#include "scenarios/sections.h"

#include <stdbool.h>
#include <stddef.h>

#define LOAD_FILE_LIMIT  (1024 * 1024) /* bytes of one file */
#define LOAD_DEPTH_LIMIT 8             /* files in one chain of extends */
#define LOAD_ERROR_LIMIT 100           /* errors told in full; more are counted */

/* A status is also the exit code of a command that stops because of it. */
enum load_status {
    LOAD_OK = 0,
    LOAD_FAILED = 1,  /* the machine: a read error, out of memory */
    LOAD_REFUSED = 2, /* the input: load_errors tells all of it */
};

enum load_comparator { LOAD_LESS, LOAD_AT_MOST, LOAD_GREATER, LOAD_AT_LEAST };

/* The unit of 5% and 50 bp. */
#define LOAD_EXPECT_SHARE "%"

/* One line of `expect:`, such as p_insolvency <= 5%. */
struct load_expect {
    char text[160];  /* as written */
    char metric[64]; /* "p_insolvency" */
    enum load_comparator comparator;
    double value;  /* 0.05; 1.5M USD is 1500000 */
    char unit[16]; /* "USD", "h", ... as written behind the number; "" for none */
};

struct load_result;

/* load_scenario loads what a user named: "-" is standard input; a text with a slash or
   ending in .yaml or .yml, or naming an existing file, is that file; anything else is a
   preset.  sets are set_count texts "section.key=value" or "section[2].key=value".
   Fails   returns NULL only when memory is out; otherwise see load_status_of. */
struct load_result *load_scenario(const struct schema *schema, const char *argument,
                                  const char *const *sets, size_t set_count);

/* load_memory loads size bytes of YAML as if they were the file called name. */
struct load_result *load_memory(const struct schema *schema, const char *name,
                                const char *text, size_t size);

/* load_memory_set does the same and lets --set texts have the last word. */
struct load_result *load_memory_set(const struct schema *schema,
                                    const struct embedded_file *file,
                                    const char *const *sets, size_t set_count);

/* load_free releases a result and all it returned; NULL is fine. */
void load_free(struct load_result *result);

/* load_status_of tells how loading went. */
enum load_status load_status_of(const struct load_result *result);

/* load_errors is everything wrong, ready to print, "" when nothing is; load_error_count
   counts the messages. */
const char *load_errors(const struct load_result *result);
size_t load_error_count(const struct load_result *result);

/* load_struct is the scenario, schema->size bytes; NULL unless the status is LOAD_OK. */
const void *load_struct(const struct load_result *result);

/* load_schema is the schema the result was loaded by. */
const struct schema *load_schema(const struct load_result *result);

/* load_name is the file's `name`, or else the preset's or file's name without its ending;
   load_doc is its `doc`, or that of the file it extends, or "". */
const char *load_name(const struct load_result *result);
const char *load_doc(const struct load_result *result);

/* load_expects are the assertions of the file, or of the one it extends. */
const struct load_expect *load_expects(const struct load_result *result, size_t *count);

/* load_expect_parse reads one such assertion from its text.
   Fails   false, with one sentence in error. */
bool load_expect_parse(const struct schema *schema, const char *text,
                       struct load_expect *expect, char *error, size_t size);

/* load_expect_holds tells whether a value, in the unit of the limit, meets an assertion. */
bool load_expect_holds(const struct load_expect *expect, double value, double limit);

/* load_expect_seconds is how long a unit of time is; 0 for another unit. */
double load_expect_seconds(const char *unit);

/* load_expect_fits tells whether a number in a unit can be compared with a metric in its:
   no unit, the same, two of time, or a share with "1". */
bool load_expect_fits(const char *unit, const char *metric_unit);

/* load_source is the source told for a value, such as ("margin.initial"), NULL when none
   was told by the file that set it last. */
const char *load_source(const struct load_result *result, const char *key);

/* A key, found: the address of one value in a scenario struct. */
struct load_key {
    const struct section *section;
    const struct param *param;
    size_t row; /* of a list section */
};

/* load_find finds "section.key" or "section[row].key" in the tables.
   Fails   writes one sentence (what is wrong, what is allowed, did you mean) to error. */
bool load_find(const struct schema *schema, const char *text, struct load_key *key,
               char *error, size_t error_size);

/* load_count is the number of rows of a list section in a scenario, 1 for a mapping. */
size_t load_count(const struct section *section, const void *scenario);

/* load_row is the address of a row of a section (row 0 of a mapping). */
void *load_row(const struct section *section, void *scenario, size_t row);
const void *load_row_const(const struct section *section, const void *scenario,
                           size_t row);

/* load_set writes one value, by name, to a scenario the caller may change: the copy that
   `tune` and `explain` work on.  The row of a list has to exist.  It checks the row's
   bounds, not what schema->validate checks.
   Fails   as load_find, or as param_parse; the scenario is unchanged. */
bool load_set(const struct schema *schema, void *scenario, const char *key,
              const char *text, char *error, size_t error_size);

/* load_get writes the canonical spelling of one value, by name. */
bool load_get(const struct schema *schema, const void *scenario, const char *key,
              char *text, size_t size);

/* load_defaults zeroes a scenario and writes every default; lists are empty and values
   that have to be given are 0. */
void load_defaults(const struct schema *schema, void *scenario);

#endif
