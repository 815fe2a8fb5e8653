#include "scenarios/load_result.h"

#include <stdio.h>
#include <string.h>

void load_complain(struct load_result *result, const struct load_layer *layer,
                   const struct load_node *node, bool at_key, const char *sentence) {
    char path[256];
    load_yaml_path(&layer->tree, node, path, sizeof path);
    const struct load_place place = {.file = &layer->file,
                                     .at = at_key ? node->key_at : node->at};
    load_report_add(&result->report, place, path, sentence);
}

/* One mapping of a file on its way into one row of a section. */
struct filling {
    struct load_result *result;
    const struct load_layer *layer;
    const struct section *section;
    const struct load_node *mapping;
    size_t row;
    void *memory;
};

static struct load_place place_of(const struct load_layer *layer,
                                  const struct load_node *node) {
    return (struct load_place){.file = &layer->file, .at = node->at};
}

static void complain_key(const struct filling *filling, const struct load_node *node) {
    const char *name = load_yaml_key(&filling->layer->tree, node);
    struct load_words words = {0};
    for (size_t i = 0; i < section_param_count(filling->section); ++i) {
        load_words_add(&words, name, filling->section->params[i].name);
    }
    char tail[700], sentence[800];
    load_words_print(&words, tail, sizeof tail);
    snprintf(sentence, sizeof sentence, "unknown key%s", tail);
    load_complain(filling->result, filling->layer, node, true, sentence);
}

static const struct param *find_param(const struct section *section, const char *name) {
    for (size_t i = 0; i < section_param_count(section); ++i) {
        if (strcmp(section->params[i].name, name) == 0) {
            return &section->params[i];
        }
    }
    return NULL;
}

/* The items of a sequence as one text, "0.5, 2"; NULL when one of them is no value.  An
   item behind the room there is makes the text too long to be parsed, not shorter. */
static const char *join_items(const struct filling *filling, const struct load_node *list,
                              char text[PARAM_FORMAT_SIZE + 64]) {
    const struct load_tree *tree = &filling->layer->tree;
    size_t used = 0;
    text[0] = '\0';
    const struct load_node *node = load_yaml_child(tree, list);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        if (node->kind != LOAD_NODE_SCALAR || node->missing) {
            return NULL;
        }
        const size_t room = PARAM_FORMAT_SIZE + 64 - used;
        const int length = snprintf(text + used, room, "%s%s", used > 0 ? ", " : "",
                                    load_yaml_text(tree, node));
        used += length < (int)room ? (size_t)length : room - 1;
    }
    return text;
}

static void fill_value(const struct filling *filling, const struct param *param,
                       const struct load_node *node) {
    char error[512], joined[PARAM_FORMAT_SIZE + 64];
    const char *text = NULL;
    if (param->kind->list && node->kind == LOAD_NODE_SEQUENCE) {
        text = join_items(filling, node, joined);
    } else if (node->kind == LOAD_NODE_SCALAR && !node->missing) {
        text = load_yaml_text(&filling->layer->tree, node);
    }
    if (text == NULL) {
        snprintf(error, sizeof error, "%s; write one value, like %s",
                 node->kind != LOAD_NODE_SCALAR ? "is a list or mapping" : "has no value",
                 param->fallback != NULL && *param->fallback != '\0'
                     ? param->fallback
                     : param->kind->example);
        load_complain(filling->result, filling->layer, node, node->missing, error);
        return;
    }
    if (!param_parse(param, text, param_at(param, filling->memory), error,
                     sizeof error)) {
        load_complain(filling->result, filling->layer, node, false, error);
    }
    const struct load_key key = {filling->section, param, filling->row};
    *load_slot_of(filling->result, &key) =
        (struct load_slot){.place = place_of(filling->layer, node), .given = true};
}

/* One text for every value of this mapping. */
static void source_all(const struct filling *filling, const char *text) {
    const struct load_tree *tree = &filling->layer->tree;
    const struct load_node *node = load_yaml_child(tree, filling->mapping);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        const struct param *param =
            find_param(filling->section, load_yaml_key(tree, node));
        if (param != NULL) {
            const struct load_key key = {filling->section, param, filling->row};
            load_slot_of(filling->result, &key)->source = text;
        }
    }
}

static void fill_source(const struct filling *filling, const struct load_node *source) {
    const struct load_tree *tree = &filling->layer->tree;
    if (source->kind == LOAD_NODE_SCALAR && !source->missing) {
        source_all(filling, load_yaml_text(tree, source));
        return;
    }
    if (source->kind != LOAD_NODE_MAPPING) {
        load_complain(filling->result, filling->layer, source, source->missing,
                      "has to be a text, or a mapping from key to text");
        return;
    }
    const struct load_node *node = load_yaml_child(tree, source);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        const struct param *param =
            find_param(filling->section, load_yaml_key(tree, node));
        if (param == NULL) {
            complain_key(filling, node);
        } else if (node->kind != LOAD_NODE_SCALAR || node->missing) {
            load_complain(filling->result, filling->layer, node, node->missing,
                          "has to be a text that says where the value comes from");
        } else {
            const struct load_key key = {filling->section, param, filling->row};
            load_slot_of(filling->result, &key)->source = load_yaml_text(tree, node);
        }
    }
}

static void fill(const struct filling *filling) {
    const struct load_tree *tree = &filling->layer->tree;
    const struct load_key row = {filling->section, NULL, filling->row};
    load_slot_of(filling->result, &row)->place =
        place_of(filling->layer, filling->mapping);
    const struct load_node *source = NULL;
    const struct load_node *node = load_yaml_child(tree, filling->mapping);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        const char *name = load_yaml_key(tree, node);
        const struct param *param = find_param(filling->section, name);
        if (strcmp(name, "source") == 0) {
            source = node;
        } else if (param != NULL) {
            fill_value(filling, param, node);
        } else {
            complain_key(filling, node);
        }
    }
    if (source != NULL) { /* last, since it speaks of all the values around it */
        fill_source(filling, source);
    }
}

static void empty_list(struct load_result *result, const struct section *section) {
    struct load_slot *slots = load_slot_section(result, section);
    memset(slots + 1, 0,
           section->capacity * (1 + section_param_count(section)) * sizeof *slots);
    memset(load_row(section, result->scenario, 0), 0,
           section->capacity * section->row_size);
}

/* A list replaces the one it overrides as a whole. */
static void apply_list(struct load_result *result, const struct load_layer *layer,
                       const struct section *section, const struct load_node *list) {
    const struct load_tree *tree = &layer->tree;
    char sentence[160];
    if (list->kind != LOAD_NODE_SEQUENCE) {
        snprintf(sentence, sizeof sentence,
                 "is a list; write each row as \"- %s: ...\", or [] for no rows",
                 section->params[0].name);
        load_complain(result, layer, list, true, sentence);
        return;
    }
    empty_list(result, section);
    uint32_t count = 0;
    const struct load_node *node = load_yaml_child(tree, list);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        if (count == section->capacity) {
            snprintf(sentence, sizeof sentence,
                     "is a row too many; at most %zu are allowed", section->capacity);
            load_complain(result, layer, node, false, sentence);
            break;
        }
        void *memory = load_row(section, result->scenario, count);
        load_apply_defaults(section, memory);
        const struct filling filling = {result, layer, section, node, count++, memory};
        if (node->kind == LOAD_NODE_MAPPING) {
            fill(&filling);
        } else {
            load_complain(result, layer, node, false,
                          "has to be a mapping from key to value");
        }
    }
    memcpy((char *)result->scenario + section->count_offset, &count, sizeof count);
}

static void apply_section(struct load_result *result, const struct load_layer *layer,
                          const struct section *section, const struct load_node *node) {
    load_slot_section(result, section)->place =
        (struct load_place){.file = &layer->file, .at = node->key_at};
    if (section->row_size > 0) {
        apply_list(result, layer, section, node);
    } else if (node->kind == LOAD_NODE_MAPPING) {
        const struct filling filling = {
            result, layer, section, node, 0, load_row(section, result->scenario, 0)};
        fill(&filling);
    } else if (!node->missing) { /* "section:" alone changes nothing */
        load_complain(result, layer, node, true,
                      "is a section; write its keys below it, indented");
    }
}

static const char *const own_keys[] = {"name", "doc", "extends", "expect"};
#define OWN_KEY_COUNT (sizeof own_keys / sizeof own_keys[0])

static void complain_section(struct load_result *result, const struct load_layer *layer,
                             const struct load_node *node) {
    const char *name = load_yaml_key(&layer->tree, node);
    struct load_words words = {0};
    char tail[700], sentence[900];
    for (size_t i = 0; i < OWN_KEY_COUNT; ++i) {
        load_words_add(&words, name, own_keys[i]);
    }
    for (size_t i = 0; i < result->schema->section_count; ++i) {
        const struct section *section = &result->schema->sections[i];
        load_words_add(&words, name, section->name);
        if (find_param(section, name) != NULL) {
            snprintf(sentence, sizeof sentence,
                     "unknown key; it belongs into the section %s", section->name);
            load_complain(result, layer, node, true, sentence);
            return;
        }
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(sentence, sizeof sentence, "unknown key%s", tail);
    load_complain(result, layer, node, true, sentence);
}

/* name, doc, extends and expect; returns false when the key is none of them. */
static bool apply_own(struct load_result *result, const struct load_layer *layer,
                      const struct load_node *node) {
    const char *key = load_yaml_key(&layer->tree, node);
    size_t i = 0;
    while (i < OWN_KEY_COUNT && strcmp(own_keys[i], key) != 0) {
        ++i;
    }
    if (i == OWN_KEY_COUNT) {
        return false;
    }
    if (strcmp(key, "expect") == 0) {
        load_expect_read(result, layer, node);
    } else if (node->kind != LOAD_NODE_SCALAR || node->missing) {
        load_complain(result, layer, node, true, "has to be a text");
    } else if (strcmp(key, "name") == 0 && layer == result->layers) {
        const char *name = load_yaml_text(&layer->tree, node);
        result->name.length = 0;
        load_text_add(&result->name, name, strlen(name));
    } else if (strcmp(key, "doc") == 0) {
        result->doc = load_yaml_text(&layer->tree, node);
    }
    return true;
}

static const struct section *find_section(const struct schema *schema, const char *name) {
    for (size_t i = 0; i < schema->section_count; ++i) {
        if (strcmp(schema->sections[i].name, name) == 0) {
            return &schema->sections[i];
        }
    }
    return NULL;
}

void load_apply(struct load_result *result, const struct load_layer *layer) {
    const struct load_tree *tree = &layer->tree;
    const struct load_node *node = load_yaml_child(tree, &tree->nodes[0]);
    for (; node != NULL; node = load_yaml_next(tree, node)) {
        if (apply_own(result, layer, node)) {
            continue;
        }
        const struct section *section =
            find_section(result->schema, load_yaml_key(tree, node));
        if (section != NULL) {
            apply_section(result, layer, section, node);
        } else {
            complain_section(result, layer, node);
        }
    }
}
