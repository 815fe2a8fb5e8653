/* load_yaml.h -- YAML text to a small tree.  libfyaml is met in load_yaml.c only.

   The YAML of a scenario is plain data: one document of mappings, sequences and scalars,
   in UTF-8, at most LOAD_YAML_DEPTH deep.  Anchors, aliases, tags, merge keys, directives
   and tabs as indentation are refused; so is a key given twice.  Every scalar is text:
   what it means is decided by the row that reads it.

   Memory   a tree owns its nodes and strings; load_yaml_free releases them.
   Threads  one tree per load. */
#ifndef SCENARIOS_LOAD_YAML_H
#define SCENARIOS_LOAD_YAML_H

#include "scenarios/load_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_YAML_DEPTH 8    /* of mappings and sequences in each other */
#define LOAD_YAML_NODES 5000 /* scalars, mappings and sequences in one file */

enum load_node_kind { LOAD_NODE_SCALAR, LOAD_NODE_MAPPING, LOAD_NODE_SEQUENCE };

#define LOAD_NODE_NONE UINT32_MAX

struct load_node {
    enum load_node_kind kind;
    bool missing;         /* a scalar with nothing written: "key:" */
    uint32_t parent;      /* LOAD_NODE_NONE: the root */
    uint32_t first, last; /* children of a mapping or sequence */
    uint32_t next;        /* sibling */
    uint32_t index;       /* among its siblings */
    size_t key, key_at;   /* in a mapping: offset in strings, byte of the file */
    size_t text, at;      /* of a scalar: offset in strings; byte of the file */
};

struct load_tree {
    struct load_node *nodes; /* node 0 is the root; no nodes: an empty file */
    uint32_t count, capacity;
    struct load_text strings; /* zero-terminated */
    bool failed;              /* out of memory */
};

/* load_yaml_read parses a file; what is wrong goes to report.  It returns whether there
   is a tree to walk: after a syntax error there is none. */
bool load_yaml_read(const struct load_file *file, struct load_tree *tree,
                    struct load_report *report);

/* load_yaml_free releases a tree; a zeroed one is fine. */
void load_yaml_free(struct load_tree *tree);

/* load_yaml_key is the key of a child of a mapping; load_yaml_text a scalar's text. */
const char *load_yaml_key(const struct load_tree *tree, const struct load_node *node);
const char *load_yaml_text(const struct load_tree *tree, const struct load_node *node);

/* load_yaml_child returns the first child, load_yaml_next the next sibling, or NULL. */
const struct load_node *load_yaml_child(const struct load_tree *tree,
                                        const struct load_node *node);
const struct load_node *load_yaml_next(const struct load_tree *tree,
                                       const struct load_node *node);

/* load_yaml_path writes the way to a node as keys are written: "tiers[1].upto". */
void load_yaml_path(const struct load_tree *tree, const struct load_node *node,
                    char *path, size_t size);

#endif
