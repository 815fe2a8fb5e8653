#include "analysis/commands/settings.h"

#include <stdio.h>

typedef void visit_setting(struct json *json, const struct subject *subject,
                           const char *key, const struct param *param);

static void walk_section(const struct section *section, visit_setting *visit,
                         struct json *json, const struct subject *subject) {
    const size_t rows = load_count(section, load_struct(subject->loaded));
    for (size_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < section_param_count(section); ++i) {
            const struct param *param = &section->params[i];
            char key[96];
            if (section->row_size != 0) {
                snprintf(key, sizeof key, "%s[%zu].%s", section->name, row, param->name);
            } else {
                snprintf(key, sizeof key, "%s.%s", section->name, param->name);
            }
            visit(json, subject, key, param);
        }
    }
}

static void print_setting(struct json *json, const struct subject *subject,
                          const char *key, const struct param *param) {
    (void)json;
    char value[PARAM_FORMAT_SIZE];
    load_get(subject_schema(), load_struct(subject->loaded), key, value, sizeof value);
    printf("  %-34s %-20s %s\n", key, value, param->doc);
}

static void put_setting(struct json *json, const struct subject *subject, const char *key,
                        const struct param *param) {
    char value[PARAM_FORMAT_SIZE];
    load_get(subject_schema(), load_struct(subject->loaded), key, value, sizeof value);
    json_open(json, key, '{');
    json_text(json, "value", value);
    json_text(json, "kind", param->kind->name);
    json_text(json, "unit", param->kind->unit);
    json_text(json, "doc", param->doc);
    json_text(json, "source", load_source(subject->loaded, key));
    json_close(json, '{');
}

void settings_print(const struct subject *subject) {
    const struct schema *schema = subject_schema();
    for (size_t i = 0; i < schema->section_count; ++i) {
        printf("\n%s: %s\n", schema->sections[i].name, schema->sections[i].doc);
        walk_section(&schema->sections[i], print_setting, NULL, subject);
    }
}

void settings_json(struct json *json, const struct subject *subject) {
    const struct schema *schema = subject_schema();
    json_open(json, "parameters", '{');
    for (size_t i = 0; i < schema->section_count; ++i) {
        walk_section(&schema->sections[i], put_setting, json, subject);
    }
    json_close(json, '{');
}
