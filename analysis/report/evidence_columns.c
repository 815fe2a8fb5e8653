#include "analysis/report/evidence_columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYER_NAME(identifier, name) [EVIDENCE_##identifier] = (name),
const char *const evidence_layer_name[EVIDENCE_LAYER_COUNT] = {
    EVIDENCE_LAYERS(LAYER_NAME)};
#undef LAYER_NAME

static bool no_memory(struct store_error *error) {
    error->status = RUN_IO;
    snprintf(error->text, sizeof error->text, "out of memory");
    return false;
}

/* A group of columns, and how long each has to be. */
struct group {
    struct store *store;
    const char *name;
    size_t count;
};

/* A column of reals or integers as reals, what is missing as NaN.  *value is NULL when the
   file has no such column or it holds no numbers. */
static bool read_values(const struct group *group, const char *name, double **value,
                        struct store_error *error) {
    struct store *store = group->store;
    char path[128];
    const char *there;
    struct store_column column;
    bool found = false;
    *value = NULL;
    for (size_t i = 0; !found && (there = store_column_name(store, group->name, i));
         ++i) {
        found = strcmp(there, name) == 0;
    }
    if (!found) {
        return true;
    }
    snprintf(path, sizeof path, "%.60s/%.60s", group->name, name);
    if (!store_column(store, path, &column, error)) {
        return false;
    }
    if (column.count != group->count) {
        store_column_free(&column);
        error->status = RUN_INPUT;
        snprintf(error->text, sizeof error->text,
                 "%.300s: is damaged: column %s has another length", store_path(store),
                 path);
        return false;
    }
    if (column.type == STORE_REAL) {
        *value = column.real;
        column.real = NULL;
    } else if (column.type == STORE_INTEGER) {
        *value = calloc(column.count + 1, sizeof **value);
        for (size_t i = 0; *value != NULL && i < column.count; ++i) {
            const int64_t integer = column.integer[i];
            (*value)[i] = integer == STORE_MISSING ? nan("") : (double)integer;
        }
    }
    const bool fine = *value != NULL || column.type == STORE_TEXT;
    store_column_free(&column);
    return fine || no_memory(error);
}

static bool read_paths(const struct evidence *evidence, enum outcome_field field,
                       double **value, struct store_error *error) {
    const struct group group = {evidence->store, "paths", (size_t)evidence->about->paths};
    return read_values(&group, outcome_descriptions[field].name, value, error);
}

/* The mean over the paths that have a value and, with only, are marked in it. */
static struct interval mean_of(const struct evidence *evidence, const double *value,
                               const double *only, uint64_t *paths) {
    const size_t count = (size_t)evidence->about->paths;
    struct sample sample = {.count = 0, .divisor = 1};
    sample.real = calloc(count + 1, sizeof *sample.real);
    if (sample.real == NULL) {
        return interval_none();
    }
    for (size_t i = 0; i < count; ++i) {
        if (!isnan(value[i]) && (only == NULL || only[i] > 0)) {
            sample.real[sample.count++] = value[i];
        }
    }
    *paths = sample.count;
    const struct interval mean = interval_mean(&sample, evidence->about->level);
    sample_free(&sample);
    return mean;
}

static void put_means(const struct evidence *evidence, const double *value,
                      const double *insolvent, struct interval *mean[2]) {
    uint64_t paths;
    *mean[0] = value == NULL ? interval_none() : mean_of(evidence, value, NULL, &paths);
    *mean[1] = value == NULL || insolvent == NULL
                   ? interval_none()
                   : mean_of(evidence, value, insolvent, &paths);
}

/* What auto-deleveraging covered: the haircut less what was taken beyond the need. */
static bool read_layer(const struct evidence *evidence, enum evidence_layer layer,
                       double **value, struct store_error *error) {
    static const enum outcome_field fields[EVIDENCE_LAYER_COUNT] = {
        [EVIDENCE_FUND] = OUTCOME_FUND_DRAW,
        [EVIDENCE_DELEVERAGED] = OUTCOME_ADL_HAIRCUT,
        [EVIDENCE_SOCIALISED] = OUTCOME_SOCIALISED_LOSS,
        [EVIDENCE_POOL] = OUTCOME_POOL_ABSORBED,
        [EVIDENCE_OPEN] = OUTCOME_SHORTFALL_OPEN,
    };
    double *beyond = NULL;
    if (!read_paths(evidence, fields[layer], value, error)) {
        return false;
    }
    if (layer != EVIDENCE_DELEVERAGED || *value == NULL) {
        return true;
    }
    if (!read_paths(evidence, OUTCOME_ADL_OVERSHOOT, &beyond, error)) {
        return false;
    }
    for (uint64_t i = 0; beyond != NULL && i < evidence->about->paths; ++i) {
        (*value)[i] -= beyond[i];
    }
    free(beyond);
    return true;
}

static bool gather_waterfall(struct evidence *evidence, const double *insolvent,
                             struct store_error *error) {
    struct evidence_waterfall *waterfall = &evidence->waterfall;
    for (unsigned i = 0; i < EVIDENCE_LAYER_COUNT; ++i) {
        struct interval *mean[2] = {&waterfall->layer[0][i], &waterfall->layer[1][i]};
        double *value = NULL;
        const bool fine = read_layer(evidence, (enum evidence_layer)i, &value, error);
        if (fine) {
            put_means(evidence, value, insolvent, mean);
        }
        free(value);
        if (!fine) {
            return false;
        }
    }
    return true;
}

static bool gather_debt(struct evidence *evidence, const double *insolvent,
                        struct store_error *error) {
    struct evidence_waterfall *waterfall = &evidence->waterfall;
    struct interval *mean[2] = {&waterfall->debt[0], &waterfall->debt[1]};
    double *value;
    if (!read_paths(evidence, OUTCOME_BAD_DEBT, &value, error)) {
        return false;
    }
    put_means(evidence, value, insolvent, mean);
    if (value != NULL) {
        mean_of(evidence, value, NULL, &waterfall->paths[0]);
        if (insolvent != NULL) {
            mean_of(evidence, value, insolvent, &waterfall->paths[1]);
        }
        const size_t count = distribution_pack(value, (size_t)evidence->about->paths);
        distribution_sort(value, count);
        distribution_exceedance(value, count, evidence->about->level, &evidence->debt);
    }
    free(value);
    return true;
}

static bool gather_bins(struct evidence *evidence, enum outcome_field field,
                        struct distribution_bins *bins, struct store_error *error) {
    double *value;
    if (!read_paths(evidence, field, &value, error)) {
        return false;
    }
    if (value != NULL) {
        distribution_bins(value, (size_t)evidence->about->paths, bins);
    }
    free(value);
    return true;
}

static bool gather_fragility(struct evidence *evidence, const double *insolvent,
                             struct store_error *error) {
    const size_t paths = (size_t)evidence->about->paths;
    double *fall;
    if (insolvent == NULL) {
        return true;
    }
    if (!read_paths(evidence, OUTCOME_STORM_DRAWDOWN, &fall, error)) {
        return false;
    }
    struct distribution_pair *pair =
        fall == NULL ? NULL : calloc(paths + 1, sizeof *pair);
    size_t count = 0;
    for (size_t i = 0; pair != NULL && i < paths; ++i) {
        if (!isnan(fall[i]) && !isnan(insolvent[i])) {
            pair[count++] = (struct distribution_pair){
                .value = -fall[i], .path = i, .event = insolvent[i] > 0};
        }
    }
    if (count > 0) {
        distribution_groups(pair, count, evidence->about->level, &evidence->fragility);
    }
    const bool fine = fall == NULL || pair != NULL;
    free(pair);
    free(fall);
    return fine || no_memory(error);
}

static void put_range(struct evidence_variants *variants, double base) {
    variants->range = (struct interval){base, base, base};
    for (size_t i = 0; i < variants->count; ++i) {
        const double value = variants->variant[i].estimate.value;
        variants->range.low = value < variants->range.low ? value : variants->range.low;
        variants->range.high =
            value > variants->range.high ? value : variants->range.high;
    }
}

enum {
    ESTIMATE,
    LOW,
    HIGH,
    DIFFERENCE,
    DIFFERENCE_LOW,
    DIFFERENCE_HIGH,
    ERRORS,
    DEBT,
    DEBT_LOW,
    DEBT_HIGH,
    DEBT_ERRORS,
    NUMBERS
};

static bool make_variants(struct evidence_variants *variants,
                          double *const value[NUMBERS], struct store_error *error) {
    const size_t count = variants->name[0].count;
    bool whole = variants->name[0].text != NULL && variants->name[1].text != NULL &&
                 variants->name[1].count == count;
    for (size_t i = 0; i < NUMBERS; ++i) {
        whole = whole && value[i] != NULL;
    }
    if (!whole) {
        return true; /* of another version: the report goes without */
    }
    variants->variant = calloc(count + 1, sizeof *variants->variant);
    if (variants->variant == NULL) {
        return no_memory(error);
    }
    variants->count = count;
    for (size_t i = 0; i < count; ++i) {
        variants->variant[i] = (struct evidence_variant){
            .what = variants->name[0].text[i],
            .change = variants->name[1].text[i],
            .estimate = {value[ESTIMATE][i],   value[LOW][i],            value[HIGH][i]     },
            .difference = {value[DIFFERENCE][i], value[DIFFERENCE_LOW][i],
                         value[DIFFERENCE_HIGH][i]                                          },
            .errors = value[ERRORS][i],
            .debt_difference = {value[DEBT][i],       value[DEBT_LOW][i],       value[DEBT_HIGH][i]},
            .debt_errors = value[DEBT_ERRORS][i],
        };
    }
    return true;
}

static bool gather_variants(struct evidence *evidence, const char *name,
                            struct evidence_variants *variants,
                            struct store_error *error) {
    static const char *const names[NUMBERS] = {
        [ESTIMATE] = "p_insolvency",
        [LOW] = "p_insolvency_low",
        [HIGH] = "p_insolvency_high",
        [DIFFERENCE] = "p_insolvency_difference",
        [DIFFERENCE_LOW] = "p_insolvency_difference_low",
        [DIFFERENCE_HIGH] = "p_insolvency_difference_high",
        [ERRORS] = "p_insolvency_errors",
        [DEBT] = "bad_debt_mean_difference",
        [DEBT_LOW] = "bad_debt_mean_difference_low",
        [DEBT_HIGH] = "bad_debt_mean_difference_high",
        [DEBT_ERRORS] = "bad_debt_mean_errors",
    };
    struct store *store = evidence->store;
    const struct estimate *base = metrics_find(&evidence->metrics, "p_insolvency");
    double *value[NUMBERS] = {NULL};
    char what[64], change[64];
    bool fine = true;
    if (base == NULL || store_column_name(store, name, 0) == NULL) {
        return true;
    }
    snprintf(what, sizeof what, "%s/what", name);
    snprintf(change, sizeof change, "%s/change", name);
    if (!store_column(store, what, &variants->name[0], error) ||
        !store_column(store, change, &variants->name[1], error)) {
        return false;
    }
    const struct group group = {store, name, variants->name[0].count};
    for (size_t i = 0; fine && i < NUMBERS; ++i) {
        fine = read_values(&group, names[i], &value[i], error);
    }
    fine = fine && make_variants(variants, value, error);
    put_range(variants, base->value);
    for (size_t i = 0; i < NUMBERS; ++i) {
        free(value[i]);
    }
    return fine;
}

bool evidence_columns(struct evidence *evidence, struct store_error *error) {
    double *insolvent;
    if (!read_paths(evidence, OUTCOME_INSOLVENCY, &insolvent, error)) {
        return false;
    }
    const bool fine =
        gather_debt(evidence, insolvent, error) &&
        gather_waterfall(evidence, insolvent, error) &&
        gather_fragility(evidence, insolvent, error) &&
        gather_bins(evidence, OUTCOME_LIQUIDATED_NOTIONAL, &evidence->liquidated,
                    error) &&
        gather_bins(evidence, OUTCOME_GAS_PEAK, &evidence->gas, error) &&
        gather_variants(evidence, "sensitivities", &evidence->sensitivities, error) &&
        gather_variants(evidence, "ablation", &evidence->ablation, error) &&
        gather_variants(evidence, "fragility", &evidence->severity, error);
    free(insolvent);
    return fine;
}
