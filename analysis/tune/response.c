#include "analysis/tune/response.h"

#include "engine/numeric.h"
#include "scenarios/load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char initial[] = "margin.initial", maintenance[] = "margin.maintenance";

bool response_parse(const char *text, struct response *response, char *error,
                    size_t error_size) {
    static const char elastic[] = "elastic:";
    static const struct param row = {
        .name = "elasticity", .kind = &param_real, .low = "0", .high = "10"};
    char shown[PARAM_QUOTE_SIZE], sentence[256];
    *response = (struct response){.none = strcmp(text, "none") == 0};
    snprintf(response->name, sizeof response->name, "%s", text);
    if (strncmp(text, elastic, strlen(elastic)) == 0) {
        if (strlen(text) >= sizeof response->name ||
            !param_parse(&row, text + strlen(elastic), &response->elasticity, sentence,
                         sizeof sentence)) {
            snprintf(error, error_size, "%s: write elastic:E with E from 0 to 10",
                     param_quote(text, shown));
            return false;
        }
        return true;
    }
    response->elasticity = strcmp(text, "hold_equity") == 0 ? 1 : 0;
    if (!response->none && strcmp(text, "hold_positions") != 0 &&
        strcmp(text, "hold_equity") != 0) {
        snprintf(error, error_size,
                 "%s: allowed: hold_positions, hold_equity, elastic:E, none",
                 param_quote(text, shown));
        return false;
    }
    return true;
}

/* The axis of a key; NULL: not swept. */
static const struct design_axis *axis_of(const struct design *design, const char *key,
                                         size_t *index) {
    for (size_t i = 0; i < design->axis_count; ++i) {
        if (strcmp(design->axis[i].key, key) == 0) {
            *index = i;
            return &design->axis[i];
        }
    }
    return NULL;
}

struct response response_usual(const struct design *design) {
    size_t index;
    struct response response = {.none = true, .name = "none"};
    if (axis_of(design, maintenance, &index) != NULL) {
        response = (struct response){.name = "hold_positions"};
    } else if (axis_of(design, initial, &index) != NULL) {
        response = (struct response){.name = "hold_equity", .elasticity = 1};
    }
    return response;
}

/* The requirement in present ones: the larger ratio of the swept margins, 1 without. */
static double ratio_of(const struct design *design, size_t point) {
    static const char *const keys[] = {initial, maintenance};
    double ratio = 0;
    for (size_t k = 0; k < 2; ++k) {
        size_t index;
        const struct design_axis *axis = axis_of(design, keys[k], &index);
        if (axis != NULL && axis->current > 0) {
            ratio = fmax(ratio, design->point[point].at[index] / axis->current);
        }
    }
    return ratio > 0 ? ratio : 1;
}

static bool scale(const struct response_setting *setting, const char *key, double factor,
                  struct variant *variant, char *error, size_t error_size) {
    char text[PARAM_FORMAT_SIZE];
    size_t index;
    if (axis_of(setting->design, key, &index) != NULL) {
        snprintf(
            error, error_size,
            "%s: is swept and moved by users' response as well; with --response none "
            "it is swept alone",
            key);
        return false;
    }
    if (!variant_scale(setting->scenario, key, factor, text, error, error_size)) {
        return false;
    }
    variant_add(variant, key, text);
    return true;
}

static bool respond(const struct response_setting *setting, struct variant *variant,
                    char *error, size_t error_size) {
    const struct response *response = setting->response;
    static const char *const leverage[] = {"population.leverage_median",
                                           "population.leverage_low",
                                           "population.leverage_high"};
    static const char *const notional[] = {"population.open_interest_long",
                                           "population.open_interest_short"};
    const double ratio = ratio_of(setting->design, setting->point);
    if (response->none || ratio == 1) {
        return true;
    }
    if (setting->scenario->book.file[0] != '\0') {
        snprintf(error, error_size,
                 "the book comes from a file: what its users would do "
                 "is not known; try --response none");
        return false;
    }
    for (size_t i = 0; i < 3; ++i) {
        if (!scale(setting, leverage[i], 1 / ratio, variant, error, error_size)) {
            return false;
        }
    }
    for (size_t i = 0; i < 2 && response->elasticity > 0; ++i) {
        if (!scale(setting, notional[i], numeric_pow(ratio, -response->elasticity),
                   variant, error, error_size)) {
            return false;
        }
    }
    return true;
}

/* A maintenance margin above the initial one takes it along. */
static void lift_initial(const struct design *design, size_t point,
                         const struct scenario *scenario, struct variant *variant) {
    size_t index, other;
    const struct design_axis *axis = axis_of(design, maintenance, &index);
    if (axis != NULL && axis_of(design, initial, &other) == NULL &&
        design->point[point].at[index] >
            (double)scenario->instrument.margin.initial_ppm) {
        variant_add(variant, initial, design->point[point].value[index]);
    }
}

bool response_variant(const struct response_setting *setting, struct variant *variant,
                      char *error, size_t error_size) {
    const struct design *design = setting->design;
    *variant = (struct variant){.set_count = 0};
    snprintf(variant->what, sizeof variant->what, "tune");
    for (size_t i = 0; i < design->axis_count; ++i) {
        variant_add(variant, design->axis[i].key, design->point[setting->point].value[i]);
    }
    lift_initial(design, setting->point, setting->scenario, variant);
    return respond(setting, variant, error, error_size);
}
