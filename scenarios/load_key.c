#include "scenarios/load.h"
#include "scenarios/load_result.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct section *find_section(const struct schema *schema, const char *name,
                                          size_t length) {
    for (size_t i = 0; i < schema->section_count; ++i) {
        const struct section *section = &schema->sections[i];
        if (strlen(section->name) == length && memcmp(section->name, name, length) == 0) {
            return section;
        }
    }
    return NULL;
}

static void refuse_section(const struct schema *schema, const char *name, size_t length,
                           char *error, size_t error_size) {
    char word[96], shown[PARAM_QUOTE_SIZE], tail[700];
    snprintf(word, sizeof word, "%.*s", length < 90 ? (int)length : 90, name);
    struct load_words words = {0};
    for (size_t i = 0; i < schema->section_count; ++i) {
        load_words_add(&words, word, schema->sections[i].name);
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(error, error_size, "there is no section %s%s", param_quote(word, shown),
             tail);
}

static void refuse_param(const struct section *section, const char *name, char *error,
                         size_t error_size) {
    char shown[PARAM_QUOTE_SIZE], tail[700];
    struct load_words words = {0};
    for (size_t i = 0; i < section_param_count(section); ++i) {
        load_words_add(&words, name, section->params[i].name);
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(error, error_size, "section %s has no key %s%s", section->name,
             param_quote(name, shown), tail);
}

/* Reads "[12]"; returns the byte behind it, NULL when there is no such thing. */
static const char *read_row(const char *at, size_t *row) {
    if (*at++ != '[' || *at < '0' || *at > '9') {
        return NULL;
    }
    for (*row = 0; *at >= '0' && *at <= '9'; ++at) {
        *row = *row > 1000000 ? *row : *row * 10 + (size_t)(*at - '0');
    }
    return *at == ']' ? at + 1 : NULL;
}

bool load_find(const struct schema *schema, const char *text, struct load_key *key,
               char *error, size_t error_size) {
    const size_t length = strcspn(text, ".[");
    const struct section *section = find_section(schema, text, length);
    if (section == NULL) {
        refuse_section(schema, text, length, error, error_size);
        return false;
    }
    const char *at = text + length;
    size_t row = 0;
    const bool list = section->row_size > 0;
    if (*at == '[' || list) {
        at = list ? read_row(at, &row) : NULL;
    }
    if (at == NULL || *at != '.') {
        snprintf(error, error_size,
                 list ? "section %s is a list; write %s[0].%s"
                      : "section %s is a mapping; write %s.%s",
                 section->name, section->name, section->params[0].name);
        return false;
    }
    if (list && row >= section->capacity) {
        snprintf(error, error_size, "section %s has at most %zu rows", section->name,
                 section->capacity);
        return false;
    }
    ++at;
    for (size_t i = 0; i < section_param_count(section); ++i) {
        if (strcmp(section->params[i].name, at) == 0) {
            *key = (struct load_key){section, &section->params[i], row};
            return true;
        }
    }
    refuse_param(section, at, error, error_size);
    return false;
}

size_t load_count(const struct section *section, const void *scenario) {
    if (section->row_size == 0) {
        return 1;
    }
    uint32_t count;
    memcpy(&count, (const char *)scenario + section->count_offset, sizeof count);
    assert(count <= section->capacity);
    return count;
}

void *load_row(const struct section *section, void *scenario, size_t row) {
    return (char *)scenario + section->offset + row * section->row_size;
}

const void *load_row_const(const struct section *section, const void *scenario,
                           size_t row) {
    return (const char *)scenario + section->offset + row * section->row_size;
}

static bool find_existing(const struct schema *schema, const void *scenario,
                          const char *text, struct load_key *key, char *error,
                          size_t error_size) {
    if (!load_find(schema, text, key, error, error_size)) {
        return false;
    }
    const size_t count = load_count(key->section, scenario);
    if (key->row >= count) {
        snprintf(error, error_size, "section %s has %zu row%s; rows count from 0",
                 key->section->name, count, count == 1 ? "" : "s");
        return false;
    }
    return true;
}

bool load_set(const struct schema *schema, void *scenario, const char *key,
              const char *text, char *error, size_t error_size) {
    struct load_key found;
    if (!find_existing(schema, scenario, key, &found, error, error_size)) {
        return false;
    }
    void *row = load_row(found.section, scenario, found.row);
    return param_parse(found.param, text, param_at(found.param, row), error, error_size);
}

bool load_get(const struct schema *schema, const void *scenario, const char *key,
              char *text, size_t size) {
    struct load_key found;
    char error[1024];
    if (!find_existing(schema, scenario, key, &found, error, sizeof error)) {
        return false;
    }
    const char *row = load_row_const(found.section, scenario, found.row);
    found.param->kind->format(found.param, row + found.param->offset, text, size);
    return true;
}

void load_apply_defaults(const struct section *section, void *row) {
    for (size_t i = 0; i < section_param_count(section); ++i) {
        if (section->params[i].fallback != NULL) {
            param_default(&section->params[i], param_at(&section->params[i], row));
        }
    }
}

void load_defaults(const struct schema *schema, void *scenario) {
    memset(scenario, 0, schema->size);
    for (size_t i = 0; i < schema->section_count; ++i) {
        if (schema->sections[i].row_size == 0) {
            load_apply_defaults(&schema->sections[i],
                                load_row(&schema->sections[i], scenario, 0));
        }
    }
}

/* Slots of a section: itself, then each row followed by its values. */
static size_t section_slots(const struct section *section) {
    const size_t rows = section->row_size > 0 ? section->capacity : 1;
    return 1 + rows * (1 + section_param_count(section));
}

size_t load_slot_count(const struct schema *schema) {
    size_t count = 0;
    for (size_t i = 0; i < schema->section_count; ++i) {
        count += section_slots(&schema->sections[i]);
    }
    return count;
}

struct load_slot *load_slot_section(const struct load_result *result,
                                    const struct section *section) {
    struct load_slot *slot = result->slots;
    for (const struct section *s = result->schema->sections; s != section; ++s) {
        slot += section_slots(s);
    }
    return slot;
}

struct load_slot *load_slot_of(const struct load_result *result,
                               const struct load_key *key) {
    struct load_slot *row = load_slot_section(result, key->section) + 1 +
                            key->row * (1 + section_param_count(key->section));
    return key->param == NULL ? row : row + 1 + (key->param - key->section->params);
}
