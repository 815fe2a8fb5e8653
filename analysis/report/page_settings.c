#include "analysis/report/parts.h"
#include "scenarios/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The value a key has without a scenario: the default of its row; NULL when it has none. */
static const char *fallback_of(const struct param *param, char text[PARAM_FORMAT_SIZE]) {
    _Alignas(max_align_t) unsigned char value[PARAM_FORMAT_SIZE];
    if (param->fallback == NULL) {
        return NULL;
    }
    memset(value, 0, sizeof value);
    param_default(param, value);
    param->kind->format(param, value, text, PARAM_FORMAT_SIZE);
    return text;
}

struct visitor {
    void (*visit)(void *context, const struct parts_setting *setting);
    void *context;
};

static void visit_line(const struct evidence *evidence, const struct visitor *visitor,
                       const char *key, const char *value) {
    const struct load_result *preset =
        evidence->is_preset ? evidence->preset.loaded : NULL;
    char usual[PARAM_FORMAT_SIZE], fallback[PARAM_FORMAT_SIZE], error[256];
    struct load_key found;
    if (!load_find(subject_schema(), key, &found, error, sizeof error)) {
        return; /* of another version: the full text below the table has it */
    }
    const bool known = preset != NULL && load_get(subject_schema(), load_struct(preset),
                                                  key, usual, sizeof usual);
    const bool same = known && strcmp(usual, value) == 0;
    const char *source = same ? load_source(preset, key) : NULL;
    const char *normal = fallback_of(found.param, fallback);
    const bool usual_here = normal != NULL && strcmp(normal, value) == 0;
    if ((preset != NULL && same && source == NULL) || (preset == NULL && usual_here)) {
        return;
    }
    visitor->visit(visitor->context, &(struct parts_setting){
                                         .key = key,
                                         .value = value,
                                         .doc = found.param->doc,
                                         .source = source != NULL ? source : "",
                                         .other = known && !same ? usual : NULL,
                                     });
}

void parts_settings(const struct evidence *evidence,
                    void (*visit)(void *context, const struct parts_setting *setting),
                    void *context) {
    const struct visitor visitor = {visit, context};
    for (const char *line = evidence->about->canonical; line != NULL && *line != 0;) {
        char key[128], value[PARAM_FORMAT_SIZE];
        const int width = (int)strcspn(line, "\n"), length = (int)strcspn(line, ":\n");
        if (length < width) {
            const char *start = line + length + 1;
            start += *start == ' ';
            snprintf(key, sizeof key, "%.*s", length, line);
            snprintf(value, sizeof value, "%.*s", (int)strcspn(start, "\n"), start);
            visit_line(evidence, &visitor, key, value);
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
}

/* Text within single quotes of a shell. */
static size_t quote(char *text, size_t size, const char *word) {
    size_t used = 0;
    if (size < 2) {
        return 0;
    }
    text[used++] = '\'';
    for (; *word != 0 && used + 6 < size; ++word) {
        if (*word == '\'') {
            memcpy(text + used, "'\\''", 4);
            used += 4;
        } else {
            text[used++] = *word;
        }
    }
    text[used++] = '\'';
    text[used] = 0;
    return used;
}

enum { SETS_MAX = 8 };
struct changes {
    size_t count;
    char set[SETS_MAX][PARAM_FORMAT_SIZE + 160];
};

static void add_change(void *context, const struct parts_setting *setting) {
    struct changes *changes = context;
    if (setting->other == NULL) {
        return;
    }
    if (changes->count < SETS_MAX) {
        snprintf(changes->set[changes->count], sizeof changes->set[0], "%s=%s",
                 setting->key, setting->value);
    }
    changes->count += 1;
}

/* Whether the preset with these changes is the scenario that was run. */
static bool is_same(const struct evidence *evidence, const struct changes *changes) {
    const char *set[SETS_MAX];
    struct subject subject;
    for (size_t i = 0; i < changes->count; ++i) {
        set[i] = changes->set[i];
    }
    if (subject_load(evidence->about->scenario_name, set, changes->count, &subject) !=
        RUN_OK) {
        return false;
    }
    const bool same = memcmp(subject.run.hash, evidence->about->scenario_hash,
                             sizeof subject.run.hash) == 0;
    subject_free(&subject);
    return same;
}

bool parts_command(const struct evidence *evidence, char text[PARTS_COMMAND_SIZE]) {
    const struct store_about *about = evidence->about;
    struct changes *changes = calloc(1, sizeof *changes);
    bool named = false;
    size_t used = 0;
    if (changes != NULL && evidence->is_preset) {
        parts_settings(evidence, add_change, changes);
        named = changes->count <= SETS_MAX && is_same(evidence, changes);
    }
    used += (size_t)snprintf(text, PARTS_COMMAND_SIZE, "breakwater run %s",
                             named ? about->scenario_name : "scenario.yaml");
    for (size_t i = 0; named && i < changes->count; ++i) {
        used += (size_t)snprintf(text + used, PARTS_COMMAND_SIZE - used, " --set ");
        used += quote(text + used, PARTS_COMMAND_SIZE - used, changes->set[i]);
    }
    snprintf(text + used, PARTS_COMMAND_SIZE - used,
             " -n %" PRIu64 " --seed %" PRIu64 "%s%s%s -o again.h5", about->paths,
             about->seed, evidence->sensitivities.count > 0 ? " --sensitivities" : "",
             evidence->ablation.count > 0 ? " --ablation" : "",
             evidence->severity.count > 0 ? " --fragility" : "");
    free(changes);
    return named;
}
