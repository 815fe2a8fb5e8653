/* load_result.h -- what the parts of the loader share: the files of one load, and where
   every value came from.

   Memory   all of it belongs to the load_result and ends with load_free.
   Threads  one load by one thread. */
#ifndef SCENARIOS_LOAD_RESULT_H
#define SCENARIOS_LOAD_RESULT_H

#include "scenarios/load.h"
#include "scenarios/load_text.h"
#include "scenarios/load_yaml.h"

#include <stdint.h>

/* One file of a chain of extends; the leaf is layer 0. */
struct load_layer {
    struct load_file file;
    struct load_tree tree;
    bool on_disk; /* not a preset, not a stream: extends may name files beside it */
    uint64_t device, inode;
};

/* Where a section, a row or a value was written last, and its source text. */
struct load_slot {
    struct load_place place;
    const char *source;
    bool given;
};

struct load_result {
    const struct schema *schema;
    enum load_status status;
    struct load_report report;
    struct load_layer layers[LOAD_DEPTH_LIMIT];
    size_t layer_count;
    void *scenario;
    struct load_slot *slots;
    struct load_text name; /* without ending */
    const char *doc;
    struct load_expect *expects;
    size_t expect_count;
    bool failed; /* the machine's fault, told in report or out of memory */
};

/* load_slot_of finds the slot of a value; with key->param NULL that of the row.
   load_slot_section finds that of the section. */
struct load_slot *load_slot_of(const struct load_result *result,
                               const struct load_key *key);
struct load_slot *load_slot_section(const struct load_result *result,
                                    const struct section *section);

/* load_slot_count is how many slots a schema needs. */
size_t load_slot_count(const struct schema *schema);

/* load_complain reports a sentence about a node; at_key points to the key, not the value.
 */
void load_complain(struct load_result *result, const struct load_layer *layer,
                   const struct load_node *node, bool at_key, const char *sentence);

/* load_open reads what argument names into the next layer.  from is the layer that
   extends it at node, or NULL for the user's argument.  It returns false after reporting
   why not.
 */
bool load_open(struct load_result *result, const char *argument,
               const struct load_layer *from, const struct load_node *node);

/* load_open_memory makes bytes the next layer. */
bool load_open_memory(struct load_result *result, const char *name, const char *text,
                      size_t size);

/* load_apply writes everything a layer says into the scenario. */
void load_apply(struct load_result *result, const struct load_layer *layer);

/* load_apply_defaults writes the defaults of one row. */
void load_apply_defaults(const struct section *section, void *row);

/* load_expect_read reads the expectations of a layer, a sequence of texts. */
void load_expect_read(struct load_result *result, const struct load_layer *layer,
                      const struct load_node *list);

#endif
