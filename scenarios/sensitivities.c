#include "scenarios/sensitivities.h"

#include "scenarios/load.h"
#include "scenarios/variant.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sections whose keys cannot vary: a book is read when a file is loaded, and the others
   do not change a path. */
static const char *const fixed_sections[] = {"book", "performance", "sensitivities"};

/* A key of the scenario: told with its line when there is none of that name. */
static bool parse_key(const struct param *param, const char *text, void *value,
                      char *error, size_t error_size) {
    struct load_key found;
    if (!param_text.parse(param, text, value, error, error_size) ||
        !load_find(&scenario_schema, text, &found, error, error_size)) {
        return false;
    }
    for (size_t i = 0; i < sizeof fixed_sections / sizeof *fixed_sections; ++i) {
        if (strcmp(found.section->name, fixed_sections[i]) == 0) {
            snprintf(error, error_size, "the keys of section %s cannot vary here",
                     fixed_sections[i]);
            return false;
        }
    }
    return true;
}

static void format_key(const struct param *param, const void *value, char *text,
                       size_t size) {
    param_text.format(param, value, text, size);
}

static const struct param_kind param_key = {
    .name = "key",
    .unit = "1",
    .example = "impact.prefactor",
    .size = PARAM_TEXT_SIZE,
    .parse = parse_key,
    .format = format_key,
};

const struct param sensitivities_params[] = {
    PARAM(struct sensitivity, key, "key", param_key, NULL, NULL, NULL,
          "which value of the scenario is tried otherwise"),
    PARAM(struct sensitivity, factors, "factors", param_factors, NULL, NULL, "",
          "what it is multiplied by, one variant each"),
    PARAM(struct sensitivity, values, "values", param_list, NULL, NULL, "",
          "what it is replaced by, one variant each"),
    {.name = NULL},
};

/* The double of a factor that param_factors has let pass. */
static double factor_of(const char *item) {
    static const struct param number = {.name = "factor", .kind = &param_real};
    char error[256];
    double factor = 0;
    const bool valid = param_parse(&number, item, &factor, error, sizeof error);
    assert(valid);
    return factor;
}

static void begin(struct variant *variant, const char *what, const char *sign,
                  const char *item) {
    memset(variant, 0, sizeof *variant);
    snprintf(variant->what, sizeof variant->what, "%s", what);
    snprintf(variant->change, sizeof variant->change, "%s%.60s", sign, item);
}

/* Writes the variant of one factor; false after saying why there is none. */
static bool scaled(const struct scenario *scenario, const char *key, const char *item,
                   struct variant *variant, char *error, size_t error_size) {
    char text[PARAM_FORMAT_SIZE];
    begin(variant, key, "x", item);
    if (!variant_scale(scenario, key, factor_of(item), text, error, error_size)) {
        return false;
    }
    variant_add(variant, key, text);
    return true;
}

/* The canonical spelling of a value, so that equal values are equal texts. */
static bool replaced(const char *key, const char *item, struct variant *variant,
                     char *error, size_t error_size) {
    struct load_key found;
    union {
        int64_t integer;
        double real;
        char text[PARAM_FORMAT_SIZE];
    } value;
    char text[PARAM_FORMAT_SIZE];
    begin(variant, key, "", item);
    if (!load_find(&scenario_schema, key, &found, error, error_size) ||
        !param_parse(found.param, item, &value, error, error_size)) {
        return false;
    }
    found.param->kind->format(found.param, &value, text, sizeof text);
    variant_add(variant, key, text);
    return true;
}

/* What is made of a row: variants, or complaints. */
struct making {
    const struct scenario *scenario;
    struct variant *variants; /* NULL: only checked */
    size_t count;
    section_complain *complain; /* NULL: there is nothing to complain about */
    void *context;
    struct scenario *copy; /* checked ones are tried on it */
    bool fine;
};

static void complain(struct making *making, size_t row, const char *list,
                     const char *item, const char *sentence) {
    char key[64], text[1024];
    assert(making->complain != NULL);
    snprintf(key, sizeof key, "sensitivities[%zu].%s", row, list);
    snprintf(text, sizeof text, "%s%s%.900s", item, *item != '\0' ? ": " : "", sentence);
    making->complain(making->context, key, text);
    making->fine = false;
}

static void make_item(struct making *making, size_t row, bool factor, const char *item) {
    const struct sensitivity *own = &making->scenario->sensitivities.row[row];
    const char *list = factor ? "factors" : "values";
    struct variant variant;
    char error[800];
    const bool made =
        factor ? scaled(making->scenario, own->key, item, &variant, error, sizeof error)
               : replaced(own->key, item, &variant, error, sizeof error);
    if (!made) {
        complain(making, row, list, item, error);
        return;
    }
    if (making->count == SENSITIVITIES_VARIANTS) {
        complain(making, row, list, item, "is a variant too many; at most 64");
        return;
    }
    if (making->variants != NULL) {
        making->variants[making->count] = variant;
    } else {
        assert(making->copy != NULL);
        *making->copy = *making->scenario;
        if (!variant_apply(&variant, making->copy, error, sizeof error)) {
            complain(making, row, list, item, error);
        }
    }
    ++making->count;
}

static void make_row(struct making *making, size_t row) {
    const struct sensitivity *own = &making->scenario->sensitivities.row[row];
    char item[PARAM_TEXT_SIZE];
    if (*own->factors == '\0' && *own->values == '\0') {
        complain(making, row, "key", "",
                 "has neither factors nor values; write factors: [0.5, 2]");
    }
    for (size_t i = 0; param_list_item(own->factors, i, item); ++i) {
        make_item(making, row, true, item);
    }
    for (size_t i = 0; param_list_item(own->values, i, item); ++i) {
        make_item(making, row, false, item);
    }
}

bool sensitivities_check(const struct scenario *scenario, section_complain *complain_,
                         void *context) {
    struct making making = {.scenario = scenario,
                            .complain = complain_,
                            .context = context,
                            .copy = malloc(sizeof *making.copy),
                            .fine = true};
    if (making.copy == NULL) {
        complain_(context, "sensitivities", "out of memory");
        return false;
    }
    for (size_t row = 0; row < scenario->sensitivities.count; ++row) {
        make_row(&making, row);
    }
    free(making.copy);
    return making.fine;
}

/* What is tried when a scenario does not say: factors of what is least known.  The storm's
   severity is a key of its own only where facts pin the path; elsewhere the model's size
   of moves stands for it, and a variance takes the square. */
static const struct standard {
    int model; /* of the market; -1: any */
    const char *key, *also, *less, *more;
} standards[] = {
    {-1,                "impact.prefactor",      NULL,                   "0.5",  "2"   },
    {-1,                "impact.depth",          NULL,                   "0.5",  "2"   },
    {-1,                "weather.base_fee",      NULL,                   "0.5",  "2"   },
    {MARKET_KEYPOINTS,  "market.severity",       NULL,                   "0.9",  "1.1" },
    {MARKET_GBM,        "market.volatility",     NULL,                   "0.9",  "1.1" },
    {MARKET_MERTON,     "market.volatility",     NULL,                   "0.9",  "1.1" },
    {MARKET_SINGLE_GAP, "market.gap",            NULL,                   "0.9",  "1.1" },
    {MARKET_STAIRCASE,  "market.stair_fall",     NULL,                   "0.9",  "1.1" },
    {MARKET_HESTON,     "market.variance_start", "market.variance_mean", "0.81", "1.21"},
    {MARKET_BATES,      "market.variance_start", "market.variance_mean", "0.81", "1.21"},
    {MARKET_SVCJ,       "market.variance_start", "market.variance_mean", "0.81", "1.21"},
};

static bool make_standard(const struct scenario *scenario,
                          const struct standard *standard, const char *factor,
                          struct variant *variant) {
    char error[256], text[PARAM_FORMAT_SIZE];
    if (!scaled(scenario, standard->key, factor, variant, error, sizeof error)) {
        return false; /* only where the product has no integer: it is out of bounds */
    }
    if (standard->also != NULL &&
        variant_scale(scenario, standard->also, factor_of(factor), text, error,
                      sizeof error)) {
        variant_add(variant, standard->also, text);
    }
    return true;
}

size_t sensitivities_list(const struct scenario *scenario, struct variant *variants) {
    struct making making = {.scenario = scenario, .variants = variants, .fine = true};
    for (size_t row = 0; row < scenario->sensitivities.count; ++row) {
        make_row(&making, row);
    }
    if (scenario->sensitivities.count > 0) {
        return making.count;
    }
    size_t count = 0;
    for (size_t i = 0; i < sizeof standards / sizeof *standards; ++i) {
        const struct standard *standard = &standards[i];
        if (standard->model == -1 || standard->model == scenario->market.model) {
            count += make_standard(scenario, standard, standard->less, &variants[count]);
            count += make_standard(scenario, standard, standard->more, &variants[count]);
        }
    }
    return count;
}

static bool make_severity(const struct scenario *scenario,
                          const struct standard *standard, const char *factor,
                          struct variant *variant) {
    const char *keys[] = {standard->key, standard->also};
    const double times = factor_of(factor);
    begin(variant, standard->key, "x", factor);
    for (size_t i = 0; i < sizeof keys / sizeof *keys && keys[i] != NULL; ++i) {
        char text[PARAM_FORMAT_SIZE], error[256];
        if (!variant_scale(scenario, keys[i],
                           standard->also != NULL ? times * times : times, text, error,
                           sizeof error)) {
            return false; /* as in make_standard */
        }
        variant_add(variant, keys[i], text);
    }
    return true;
}

size_t sensitivities_severity(const struct scenario *scenario, struct variant *variants) {
    static const char *const factors[SENSITIVITIES_SEVERITIES] = {
        "0.5", "0.6", "0.7", "0.8", "0.9", "1", "1.1", "1.2", "1.3"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof standards / sizeof *standards; ++i) {
        for (size_t k = 0;
             standards[i].model == scenario->market.model && k < SENSITIVITIES_SEVERITIES;
             ++k) {
            count += make_severity(scenario, &standards[i], factors[k], &variants[count]);
        }
    }
    return count;
}
