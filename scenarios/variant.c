#include "scenarios/variant.h"

#include "engine/money.h"
#include "scenarios/load.h"
#include "scenarios/stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void variant_add(struct variant *variant, const char *key, const char *value) {
    assert(variant->set_count < VARIANT_SETS);
    struct variant_set *set = &variant->set[variant->set_count++];
    assert(strlen(key) < sizeof set->key);
    assert(strlen(value) < sizeof set->value);
    snprintf(set->key, sizeof set->key, "%s", key);
    snprintf(set->value, sizeof set->value, "%s", value);
}

/* Kinds whose value is an int64_t that a factor makes sense of. */
static bool is_amount(const struct param_kind *kind) {
    static const struct param_kind *const kinds[] = {
        &param_integer,  &param_ppm,  &param_money,     &param_price,
        &param_quantity, &param_time, &param_gas_price, NULL};
    const struct param_kind *const *at = kinds;
    while (*at != NULL && *at != kind) {
        ++at;
    }
    return *at != NULL;
}

bool variant_scale(const struct scenario *scenario, const char *key, double factor,
                   char text[PARAM_FORMAT_SIZE], char *error, size_t error_size) {
    const double most = 4.6e18; /* below 2^62, what money_from_double_floor takes */
    struct load_key found;
    assert(factor >= 0);
    if (!load_find(&scenario_schema, key, &found, error, error_size)) {
        return false;
    }
    const struct param_kind *kind = found.param->kind;
    const char *at = (const char *)load_row_const(found.section, scenario, found.row) +
                     found.param->offset;
    if (kind == &param_real) {
        double value;
        memcpy(&value, at, sizeof value);
        value *= factor;
        kind->format(found.param, &value, text, PARAM_FORMAT_SIZE);
        return true;
    }
    if (!is_amount(kind)) {
        snprintf(error, error_size, "%s is no number to be multiplied; give values", key);
        return false;
    }
    int64_t value;
    memcpy(&value, at, sizeof value);
    const double product = (double)value * factor;
    if (product > most || product < -most) {
        snprintf(error, error_size, "%s becomes too large", key);
        return false;
    }
    value = money_from_double_floor(product + 0.5); /* to the nearest stored unit */
    kind->format(found.param, &value, text, PARAM_FORMAT_SIZE);
    return true;
}

static bool set_all(const struct variant *variant, struct scenario *scenario, char *error,
                    size_t error_size) {
    for (uint32_t i = 0; i < variant->set_count; ++i) {
        const struct variant_set *set = &variant->set[i];
        char sentence[512];
        if (!load_set(&scenario_schema, scenario, set->key, set->value, sentence,
                      sizeof sentence)) {
            snprintf(error, error_size, "%s: %s", set->key, sentence);
            return false;
        }
    }
    return true;
}

bool variant_apply(const struct variant *variant, struct scenario *scenario, char *error,
                   size_t error_size) {
    struct stage *stage = malloc(sizeof *stage);
    const char *key = "";
    char sentence[512] = "out of memory";
    bool fine = set_all(variant, scenario, error, error_size);
    if (fine && (stage == NULL ||
                 !stage_prepare(stage, scenario, &key, sentence, sizeof sentence))) {
        snprintf(error, error_size, "%s%s%s", key, *key != '\0' ? ": " : "", sentence);
        fine = false;
    }
    free(stage);
    return fine;
}

bool variant_keeps(const struct variant *variant, const struct scenario *scenario) {
    for (uint32_t i = 0; i < variant->set_count; ++i) {
        char value[PARAM_FORMAT_SIZE];
        const bool known = load_get(&scenario_schema, scenario, variant->set[i].key,
                                    value, sizeof value);
        if (!known || strcmp(value, variant->set[i].value) != 0) {
            return false;
        }
    }
    return true;
}
