#include "scenarios/load_yaml.h"

#include "engine/param.h"
#include "scenarios/load_quote.h"
#include "scenarios/load_utf8.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One parse: libfyaml's events on the left, our tree on the right. */
struct reader {
    const struct load_file *file;
    struct load_tree *tree;
    struct load_report *report;
    struct fy_parser *parser;
    uint32_t open[LOAD_YAML_DEPTH]; /* mappings and sequences around this place */
    size_t depth;
    bool has_key; /* in a mapping: the key is read, its value comes next */
    size_t key, key_at;
    size_t documents;
    bool stop;
};

static void complain_at(struct reader *reader, size_t at, const char *key,
                        const char *sentence) {
    load_report_add(reader->report, (struct load_place){.file = reader->file, .at = at},
                    key, sentence);
}

static void stop_at(struct reader *reader, size_t at, const char *sentence) {
    complain_at(reader, at, "", sentence);
    reader->stop = true;
}

static struct load_node *innermost(struct reader *reader) {
    return reader->depth > 0 ? &reader->tree->nodes[reader->open[reader->depth - 1]]
                             : NULL;
}

static bool in_mapping(struct reader *reader) {
    const struct load_node *parent = innermost(reader);
    return parent != NULL && parent->kind == LOAD_NODE_MAPPING;
}

static bool grow(struct load_tree *tree) {
    if (tree->count < tree->capacity) {
        return true;
    }
    const uint32_t capacity = tree->capacity * 2 + 64;
    struct load_node *nodes = realloc(tree->nodes, capacity * sizeof *nodes);
    if (nodes == NULL) {
        tree->failed = true;
        return false;
    }
    tree->nodes = nodes;
    tree->capacity = capacity;
    return true;
}

static size_t line_of(const struct load_file *file, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; ++i) {
        line += file->text[i] == '\n';
    }
    return line;
}

/* A key given twice is an error at its second place. */
static void check_twice(struct reader *reader, const struct load_node *node) {
    const struct load_tree *tree = reader->tree;
    const char *key = load_yaml_key(tree, node);
    const struct load_node *other = load_yaml_child(tree, &tree->nodes[node->parent]);
    while (other != node && strcmp(key, load_yaml_key(tree, other)) != 0) {
        other = load_yaml_next(tree, other);
    }
    if (other != node) {
        char path[256], sentence[64];
        load_yaml_path(tree, node, path, sizeof path);
        snprintf(sentence, sizeof sentence, "is given twice; first on line %zu",
                 line_of(reader->file, other->key_at));
        complain_at(reader, node->key_at, path, sentence);
    }
}

/* Adds a node below the innermost open one; LOAD_NODE_NONE when it cannot. */
static uint32_t add_node(struct reader *reader, enum load_node_kind kind, size_t at) {
    struct load_tree *tree = reader->tree;
    if (tree->count >= LOAD_YAML_NODES) {
        stop_at(reader, at, "has too many entries; at most 5000 are allowed");
        return LOAD_NODE_NONE;
    }
    if (!grow(tree)) {
        reader->stop = true;
        return LOAD_NODE_NONE;
    }
    const uint32_t added = tree->count++;
    struct load_node *node = &tree->nodes[added];
    *node = (struct load_node){.kind = kind,
                               .parent = LOAD_NODE_NONE,
                               .first = LOAD_NODE_NONE,
                               .last = LOAD_NODE_NONE,
                               .next = LOAD_NODE_NONE,
                               .key = reader->key,
                               .key_at = reader->key_at,
                               .at = at};
    if (reader->depth > 0) {
        node->parent = reader->open[reader->depth - 1];
        struct load_node *parent = &tree->nodes[node->parent];
        if (parent->first == LOAD_NODE_NONE) {
            parent->first = added;
        } else {
            tree->nodes[parent->last].next = added;
            node->index = tree->nodes[parent->last].index + 1;
        }
        parent->last = added;
        if (parent->kind == LOAD_NODE_MAPPING) {
            check_twice(reader, node);
        }
    }
    reader->has_key = false;
    return added;
}

static void open_node(struct reader *reader, enum load_node_kind kind, size_t at) {
    if (in_mapping(reader) && !reader->has_key) {
        stop_at(reader, at, "a key has to be a word, not a mapping or a list");
        return;
    }
    if (reader->depth >= LOAD_YAML_DEPTH) {
        stop_at(reader, at, "is nested too deep; at most 8 levels are allowed");
        return;
    }
    const uint32_t added = add_node(reader, kind, at);
    if (added != LOAD_NODE_NONE) {
        reader->open[reader->depth++] = added;
    }
}

static void close_node(struct reader *reader) {
    assert(reader->depth > 0);
    --reader->depth;
    reader->has_key = false;
}

/* Appends what a scalar says; escapes such as "\0" may bring bytes we do not take. */
static size_t keep_text(struct reader *reader, struct fy_token *token, size_t at) {
    struct load_text *strings = &reader->tree->strings;
    const size_t start = strings->length;
    if (token != NULL && fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED) {
        const size_t from = fy_token_start_mark(token)->input_pos;
        const size_t size = fy_token_end_mark(token)->input_pos - from;
        load_text_add(strings, reader->file->text + from, size);
        if (!strings->failed) {
            strings->length = start + load_quote_decode(reader->file->text + from, size,
                                                        strings->bytes + start);
        }
    } else if (token != NULL) {
        size_t size = 0;
        const char *text = fy_token_get_text(token, &size);
        load_text_add(strings, text != NULL ? text : "", text != NULL ? size : 0);
    }
    load_text_add(strings, "", 1);
    const size_t size = strings->failed ? 0 : strings->length - 1 - start;
    if (size > 0 && load_utf8_check(strings->bytes + start, size) < size) {
        stop_at(reader, at, "contains an escaped character that is not allowed in text");
    }
    return start;
}

static void take_scalar(struct reader *reader, struct fy_token *token, size_t at) {
    const size_t text = keep_text(reader, token, at);
    if (reader->stop || reader->tree->strings.failed) {
        return;
    }
    if (in_mapping(reader) && !reader->has_key) {
        reader->key = text;
        reader->key_at = at;
        reader->has_key = true;
        if (strcmp(reader->tree->strings.bytes + text, "<<") == 0) {
            stop_at(reader, at, "merge keys are not allowed; use extends");
        }
        return;
    }
    const bool plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
    const uint32_t added = add_node(reader, LOAD_NODE_SCALAR, at);
    if (added != LOAD_NODE_NONE) {
        struct load_node *node = &reader->tree->nodes[added];
        node->text = text;
        node->missing = plain && reader->tree->strings.bytes[text] == '\0';
    }
}

static void take_event(struct reader *reader, struct fy_event *event, size_t at) {
    struct fy_token *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++reader->documents > 1) {
            stop_at(reader, at, "a second document starts here; one is allowed");
        } else if (event->document_start.document_state != NULL &&
                   fy_document_state_version_explicit(
                       event->document_start.document_state)) {
            stop_at(reader, at, "directives are not allowed");
        }
        return;
    case FYET_MAPPING_START:
        anchor = event->mapping_start.anchor;
        tag = event->mapping_start.tag;
        break;
    case FYET_SEQUENCE_START:
        anchor = event->sequence_start.anchor;
        tag = event->sequence_start.tag;
        break;
    case FYET_SCALAR:
        anchor = event->scalar.anchor;
        tag = event->scalar.tag;
        break;
    default:
        break;
    }
    if (anchor != NULL || event->type == FYET_ALIAS) {
        stop_at(reader, at, "anchors and aliases are not allowed; write the value again");
    } else if (tag != NULL) {
        stop_at(reader, at, "tags are not allowed; every value is text");
    } else if (event->type == FYET_SCALAR) {
        take_scalar(reader, event->scalar.value, at);
    } else if (event->type == FYET_MAPPING_START) {
        open_node(reader, LOAD_NODE_MAPPING, at);
    } else if (event->type == FYET_SEQUENCE_START) {
        open_node(reader, LOAD_NODE_SEQUENCE, at);
    } else if (event->type == FYET_MAPPING_END || event->type == FYET_SEQUENCE_END) {
        close_node(reader);
    }
}

static void take_events(struct reader *reader) {
    size_t at = 0;
    while (!reader->stop && !reader->tree->failed && !reader->tree->strings.failed) {
        struct fy_event *event = fy_parser_parse(reader->parser);
        if (event == NULL) {
            return;
        }
        const struct fy_mark *mark = fy_event_start_mark(event);
        if (mark != NULL) { /* an empty value has none: it stands where its key stands */
            at = mark->input_pos;
        }
        take_event(reader, event, at);
        fy_parser_event_free(reader->parser, event);
    }
}

/* The first error libfyaml collected: the others follow from it. */
static void take_syntax_error(struct reader *reader, struct fy_diag *diag) {
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    if (error == NULL) {
        complain_at(reader, 0, "", "is not YAML");
        return;
    }
    const size_t line = error->line > 0 ? (size_t)error->line : 1;
    const size_t column = error->column > 0 ? (size_t)error->column : 1;
    complain_at(reader, load_report_offset(reader->file, line, column), "", error->msg);
}

static bool run_parser(struct reader *reader, struct fy_diag *diag) {
    const struct fy_parse_cfg settings = {
        .flags = FYPCF_DISABLE_MMAP_OPT | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2,
        .diag = diag,
    };
    reader->parser = fy_parser_create(&settings);
    if (reader->parser == NULL) {
        return false;
    }
    const bool ready =
        fy_parser_set_string(reader->parser, reader->file->text, reader->file->size) == 0;
    if (ready) {
        take_events(reader);
        if (!reader->stop && fy_parser_get_stream_error(reader->parser)) {
            take_syntax_error(reader, diag);
            reader->stop = true;
        }
    }
    fy_parser_destroy(reader->parser);
    return ready;
}

bool load_yaml_read(const struct load_file *file, struct load_tree *tree,
                    struct load_report *report) {
    struct reader reader = {.file = file, .tree = tree, .report = report};
    if (!load_utf8_lint(file, report)) {
        return false;
    }
    /* Without this libfyaml prints to stderr on its own. */
    const struct fy_diag_cfg quiet = {.level = FYET_ERROR, .module_mask = ~0U};
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (diag == NULL) {
        tree->failed = true;
        return false;
    }
    fy_diag_set_collect_errors(diag, true);
    tree->failed |= !run_parser(&reader, diag);
    fy_diag_destroy(diag);
    return !reader.stop && !tree->failed && !tree->strings.failed;
}

void load_yaml_free(struct load_tree *tree) {
    free(tree->nodes);
    free(tree->strings.bytes);
    *tree = (struct load_tree){0};
}

const char *load_yaml_key(const struct load_tree *tree, const struct load_node *node) {
    return tree->strings.bytes + node->key;
}

const char *load_yaml_text(const struct load_tree *tree, const struct load_node *node) {
    return tree->strings.bytes + node->text;
}

const struct load_node *load_yaml_child(const struct load_tree *tree,
                                        const struct load_node *node) {
    return node->first == LOAD_NODE_NONE ? NULL : &tree->nodes[node->first];
}

const struct load_node *load_yaml_next(const struct load_tree *tree,
                                       const struct load_node *node) {
    return node->next == LOAD_NODE_NONE ? NULL : &tree->nodes[node->next];
}

void load_yaml_path(const struct load_tree *tree, const struct load_node *node,
                    char *path, size_t size) {
    const struct load_node *chain[LOAD_YAML_DEPTH + 1];
    size_t length = 0;
    for (; node->parent != LOAD_NODE_NONE; node = &tree->nodes[node->parent]) {
        chain[length++] = node;
    }
    path[0] = '\0';
    while (length > 0) {
        node = chain[--length];
        const size_t used = strlen(path);
        if (tree->nodes[node->parent].kind == LOAD_NODE_SEQUENCE) {
            snprintf(path + used, size - used, "[%u]", (unsigned)node->index);
            continue;
        }
        /* An unknown key may be anything: it is shown as a message shows text. */
        char shown[PARAM_QUOTE_SIZE];
        param_quote(load_yaml_key(tree, node), shown);
        snprintf(path + used, size - used, "%s%.*s", used > 0 ? "." : "",
                 (int)(strlen(shown) - 2), shown + 1);
    }
}
