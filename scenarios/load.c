#include "scenarios/load.h"

#include "scenarios/load_result.h"
#include "scenarios/load_utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct load_node *find_child(const struct load_tree *tree, const char *key) {
    const struct load_node *node = load_yaml_child(tree, &tree->nodes[0]);
    while (node != NULL && strcmp(load_yaml_key(tree, node), key) != 0) {
        node = load_yaml_next(tree, node);
    }
    return node;
}

/* Parses a layer; returns whether it is a mapping that can be applied. */
static bool parse_layer(struct load_result *result, struct load_layer *layer) {
    const struct load_place start = {.file = &layer->file};
    if (!load_yaml_read(&layer->file, &layer->tree, &result->report)) {
        return false;
    }
    if (layer->tree.count == 0 || layer->tree.nodes[0].missing) {
        load_report_add(&result->report, start, "",
                        "is empty; a scenario is a mapping from section to keys");
        return false;
    }
    if (layer->tree.nodes[0].kind != LOAD_NODE_MAPPING) {
        load_report_add(&result->report, start, "",
                        "has to be a mapping from section to keys");
        return false;
    }
    return true;
}

/* Reads the layers a layer stands on; returns how many layers can be applied. */
static size_t open_chain(struct load_result *result) {
    for (size_t i = 0; i < result->layer_count; ++i) {
        struct load_layer *layer = &result->layers[i];
        if (!parse_layer(result, layer)) {
            return i;
        }
        const struct load_node *extends = find_child(&layer->tree, "extends");
        if (extends != NULL && extends->kind == LOAD_NODE_SCALAR && !extends->missing) {
            load_open(result, load_yaml_text(&layer->tree, extends), layer, extends);
        }
    }
    return result->layer_count;
}

/* The name a file has when it does not say one: "runs/calm.yaml" is "calm". */
static void name_after_file(struct load_result *result) {
    const char *name = result->layers[0].file.name;
    if (strncmp(name, "preset:", 7) == 0) {
        name += 7;
    }
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    const char *dot = strrchr(name, '.');
    const size_t length = dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name);
    load_text_add(&result->name, name, length);
}

static void complain_set(struct load_result *result, const char *set, const char *key,
                         const char *sentence) {
    char origin[512];
    snprintf(origin, sizeof origin, "--set %.480s", set);
    const struct load_place place = {.origin = origin};
    load_report_add(&result->report, place, key, sentence);
}

static void apply_set(struct load_result *result, const char *set) {
    char key[160], error[1024], shown[PARAM_QUOTE_SIZE];
    const char *equals = strchr(set, '=');
    if (load_utf8_check(set, strlen(set)) < strlen(set)) {
        complain_set(result, param_quote(set, shown), "",
                     "is not printable text in UTF-8");
        return;
    }
    if (equals == NULL || equals == set || (size_t)(equals - set) >= sizeof key) {
        complain_set(result, set, "", "is not an assignment; write section.key=value");
        return;
    }
    snprintf(key, sizeof key, "%.*s", (int)(equals - set), set);
    struct load_key found;
    if (!load_set(result->schema, result->scenario, key, equals + 1, error,
                  sizeof error)) {
        complain_set(result, set, key, error);
        return;
    }
    const bool valid = load_find(result->schema, key, &found, error, sizeof error);
    assert(valid);
    *load_slot_of(result, &found) =
        (struct load_slot){.place = {.origin = set}, .given = true};
}

/* The place of a file when nothing in it can be pointed at. */
static struct load_place whole_file(const struct load_result *result) {
    return (struct load_place){.origin = result->layers[0].file.name};
}

static void check_given(struct load_result *result, const struct load_key *key) {
    const struct load_slot *slot = load_slot_of(result, key);
    if (slot->given || key->param->fallback != NULL) {
        return;
    }
    char path[160], sentence[512];
    const struct load_key row_key = {key->section, NULL, key->row};
    struct load_place place = whole_file(result);
    if (key->section->row_size > 0) {
        place = load_slot_of(result, &row_key)->place;
        snprintf(path, sizeof path, "%s[%zu].%s", key->section->name, key->row,
                 key->param->name);
    } else {
        snprintf(path, sizeof path, "%s.%s", key->section->name, key->param->name);
    }
    snprintf(sentence, sizeof sentence, "has to be given: %.300s, such as %s",
             key->param->doc, key->param->kind->example);
    load_report_add(&result->report, place, path, sentence);
}

static void check_all_given(struct load_result *result) {
    for (size_t i = 0; i < result->schema->section_count; ++i) {
        const struct section *section = &result->schema->sections[i];
        const size_t rows = load_count(section, result->scenario);
        for (size_t value = 0; value < rows * section_param_count(section); ++value) {
            const struct load_key key = {
                section, &section->params[value % section_param_count(section)],
                value / section_param_count(section)};
            check_given(result, &key);
        }
    }
}

/* Reads the row of "tiers[1]"; without one, a row that no list has. */
static size_t row_of(const char *key) {
    size_t row = 0;
    const char *at = strchr(key, '[');
    if (at == NULL) {
        return SIZE_MAX;
    }
    for (++at; *at >= '0' && *at <= '9'; ++at) {
        row = row * 10 + (size_t)(*at - '0');
    }
    return row;
}

/* Finds where "margin.initial", "tiers[1].upto", "tiers[1]" or "tiers" was written. */
static struct load_place place_of_key(const struct load_result *result, const char *key) {
    struct load_key found;
    char error[1024];
    if (load_find(result->schema, key, &found, error, sizeof error)) {
        return load_slot_of(result, &found)->place;
    }
    const size_t length = strcspn(key, "[."), row = row_of(key);
    for (size_t i = 0; i < result->schema->section_count; ++i) {
        const struct section *section = &result->schema->sections[i];
        const struct load_key row_key = {section, NULL, row};
        if (strlen(section->name) == length && strncmp(section->name, key, length) == 0) {
            return section->row_size > 0 && row < section->capacity
                       ? load_slot_of(result, &row_key)->place
                       : load_slot_section(result, section)->place;
        }
    }
    return (struct load_place){0};
}

static void complain_rule(void *context, const char *key, const char *message) {
    struct load_result *result = context;
    const struct load_place place = place_of_key(result, key);
    if (place.file != NULL) {
        load_report_add(&result->report, place, key, message);
    } else if (place.origin != NULL) {
        complain_set(result, place.origin, key, message);
    } else { /* a default, or a section nobody wrote */
        load_report_add(&result->report, whole_file(result), key, message);
    }
}

/* Writes where a file is that the value at key names. */
static bool path_beside(void *context, const char *key, const char *name, char *path,
                        size_t size) {
    const struct load_result *result = context;
    const struct load_file *file = place_of_key(result, key).file;
    int folder = 0;
    for (size_t i = 0; i < result->layer_count; ++i) {
        const struct load_layer *layer = &result->layers[i];
        const char *slash = strrchr(layer->file.name, '/');
        if (file == &layer->file && layer->on_disk && slash != NULL && name[0] != '/') {
            folder = (int)(slash - layer->file.name) + 1;
        }
    }
    const int length =
        snprintf(path, size, "%.*s%s", folder, folder > 0 ? file->name : "", name);
    return length >= 0 && (size_t)length < size;
}

static void attach(struct load_result *result) {
    const struct section_attach with = {.complain = complain_rule,
                                        .path = path_beside,
                                        .context = result,
                                        .report = &result->report,
                                        .failed = &result->failed};
    if (result->schema->attach != NULL) {
        result->schema->attach(result->scenario, &with);
    }
}

static void validate(struct load_result *result) {
    const struct schema *schema = result->schema;
    if (schema->validate == NULL) {
        return;
    }
    const bool valid = schema->validate(result->scenario, complain_rule, result);
    assert(valid == (result->report.count == 0));
}

static struct load_result *begin(const struct schema *schema) {
    struct load_result *result = calloc(1, sizeof *result);
    if (result == NULL) {
        return NULL;
    }
    result->schema = schema;
    result->scenario = calloc(1, schema->size);
    result->slots = calloc(load_slot_count(schema), sizeof *result->slots);
    if (result->scenario == NULL || result->slots == NULL) {
        load_free(result);
        return NULL;
    }
    load_defaults(schema, result->scenario);
    return result;
}

static bool out_of_memory(const struct load_result *result) {
    bool failed = result->report.text.failed || result->name.failed;
    for (size_t i = 0; i < result->layer_count; ++i) {
        failed |= result->layers[i].tree.failed || result->layers[i].tree.strings.failed;
    }
    return failed || (result->failed && result->report.count == 0);
}

/* Applies the layers, the sets and the checks; ends the load. */
static struct load_result *finish(struct load_result *result, const char *const *sets,
                                  size_t set_count) {
    const size_t usable = open_chain(result);
    if (result->layer_count > 0) {
        name_after_file(result);
    }
    for (size_t i = usable; i > 0; --i) {
        load_apply(result, &result->layers[i - 1]);
    }
    for (size_t i = 0; i < set_count; ++i) {
        apply_set(result, sets[i]);
    }
    /* A value that could not be read would only lead to more complaints. */
    if (result->report.count == 0 && result->layer_count > 0) {
        check_all_given(result);
    }
    if (result->report.count == 0 && result->layer_count > 0) {
        attach(result);
    }
    if (result->report.count == 0 && result->layer_count > 0 && !result->failed) {
        validate(result);
    }
    if (out_of_memory(result)) {
        load_free(result);
        return NULL;
    }
    if (result->report.count > LOAD_ERROR_LIMIT) {
        load_text_print(&result->report.text, "and %zu more errors\n",
                        result->report.count - LOAD_ERROR_LIMIT);
    }
    result->status = result->failed             ? LOAD_FAILED
                     : result->report.count > 0 ? LOAD_REFUSED
                                                : LOAD_OK;
    return result;
}

struct load_result *load_scenario(const struct schema *schema, const char *argument,
                                  const char *const *sets, size_t set_count) {
    struct load_result *result = begin(schema);
    if (result == NULL) {
        return NULL;
    }
    load_open(result, argument, NULL, NULL);
    return finish(result, sets, set_count);
}

struct load_result *load_memory_set(const struct schema *schema,
                                    const struct embedded_file *file,
                                    const char *const *sets, size_t set_count) {
    struct load_result *result = begin(schema);
    if (result == NULL) {
        return NULL;
    }
    load_open_memory(result, file->name, file->text, file->size);
    return finish(result, sets, set_count);
}

struct load_result *load_memory(const struct schema *schema, const char *name,
                                const char *text, size_t size) {
    const struct embedded_file file = {.name = name, .text = text, .size = size};
    return load_memory_set(schema, &file, NULL, 0);
}

void load_free(struct load_result *result) {
    if (result == NULL) {
        return;
    }
    if (result->scenario != NULL && result->schema->detach != NULL) {
        result->schema->detach(result->scenario);
    }
    for (size_t i = 0; i < result->layer_count; ++i) {
        free(result->layers[i].file.name);
        free(result->layers[i].file.text);
        load_yaml_free(&result->layers[i].tree);
    }
    free(result->report.text.bytes);
    free(result->name.bytes);
    free(result->expects);
    free(result->slots);
    free(result->scenario);
    free(result);
}

enum load_status load_status_of(const struct load_result *result) {
    return result->status;
}

const char *load_errors(const struct load_result *result) {
    return result->report.text.bytes != NULL ? result->report.text.bytes : "";
}

size_t load_error_count(const struct load_result *result) {
    return result->report.count;
}

const void *load_struct(const struct load_result *result) {
    return result->status == LOAD_OK ? result->scenario : NULL;
}

const struct schema *load_schema(const struct load_result *result) {
    return result->schema;
}

const char *load_name(const struct load_result *result) {
    return result->name.bytes != NULL ? result->name.bytes : "";
}

const char *load_doc(const struct load_result *result) {
    return result->doc != NULL ? result->doc : "";
}

const struct load_expect *load_expects(const struct load_result *result, size_t *count) {
    *count = result->expect_count;
    return result->expects;
}

const char *load_source(const struct load_result *result, const char *key) {
    struct load_key found;
    char error[1024];
    return load_find(result->schema, key, &found, error, sizeof error)
               ? load_slot_of(result, &found)->source
               : NULL;
}
