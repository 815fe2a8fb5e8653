#include "analysis/store_variants.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The columns a metric has, and how each is read from a row. */
enum part {
    VALUE,
    LOW,
    HIGH,
    DIFFERENCE,
    DIFFERENCE_LOW,
    DIFFERENCE_HIGH,
    ERRORS,
    PARTS
};

static const struct {
    const char *ending, *meaning;
} parts[PARTS] = {
    [VALUE] = {"",                 "estimate of the variant"          },
    [LOW] = {"_low",             "lower end of its interval"        },
    [HIGH] = {"_high",            "upper end of its interval"        },
    [DIFFERENCE] = {"_difference",      "variant less base, paired by path"},
    [DIFFERENCE_LOW] = {"_difference_low",  "lower end of the paired interval" },
    [DIFFERENCE_HIGH] = {"_difference_high", "upper end of the paired interval" },
    [ERRORS] = {"_errors",          "the difference in its standard errors; McNemar's for a "
                           "probability"     },
};

static double part_of(const struct variants_row *row, size_t metric, enum part part) {
    const struct estimate *estimate = &row->estimate[metric];
    const struct paired *paired = &row->paired[metric];
    if (*row->problem != '\0') {
        return nan("");
    }
    switch (part) {
    case VALUE:
        return estimate->value;
    case LOW:
        return estimate->low;
    case HIGH:
        return estimate->high;
    case DIFFERENCE:
        return paired->difference.value;
    case DIFFERENCE_LOW:
        return paired->difference.low;
    case DIFFERENCE_HIGH:
        return paired->difference.high;
    default:
        return paired->errors;
    }
}

/* A group in the making. */
struct table {
    struct store_hdf5 *store;
    const struct variants *variants;
    hid_t group, scale;
    const char **texts; /* one a variant */
    char (*names)[2 * VARIANT_NAME];
    double *reals;
};

static void write_texts(struct table *table, const char *name, const char *meaning) {
    const struct store_hdf5_column column = {
        .group = table->group,
        .name = name,
        .memory_type = table->store->text_type,
        .file_type = table->store->text_type,
        .values = table->texts,
        .count = table->variants->count,
        .scale = table->scale,
    };
    const hid_t dataset = store_hdf5_column(table->store, &column);
    store_hdf5_text(table->store, dataset, "long_name", meaning);
    if (table->scale == 0) {
        table->scale = dataset;
    } else {
        store_hdf5_column_close(table->store, dataset);
    }
}

static void write_names(struct table *table) {
    const struct variants *variants = table->variants;
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variant *variant = &variants->row[i].variant;
        snprintf(table->names[i], sizeof table->names[i], "%s %s", variant->what,
                 variant->change);
        table->texts[i] = table->names[i];
    }
    write_texts(table, "variant", "what is otherwise than in the run itself");
    for (size_t i = 0; i < variants->count; ++i) {
        table->texts[i] = variants->row[i].variant.what;
    }
    write_texts(table, "what", "key or mechanism");
    for (size_t i = 0; i < variants->count; ++i) {
        table->texts[i] = variants->row[i].variant.change;
    }
    write_texts(table, "change", "factor, value or off");
}

static void write_digests(struct table *table) {
    const struct variants *variants = table->variants;
    for (size_t i = 0; i < variants->count; ++i) {
        if (*variants->row[i].problem != '\0') {
            table->texts[i] = "";
            continue;
        }
        _Static_assert(DIGEST_TEXT_SIZE <= sizeof table->names[0], "a digest has room");
        digest_text(variants->row[i].digest, table->names[i]);
        table->texts[i] = table->names[i];
    }
    write_texts(table, "digest", "digest of the variant's run, empty if it was not run");
}

static void write_metric(struct table *table, size_t metric) {
    const struct variants *variants = table->variants;
    const struct variants_range range = variants_range(variants, metric);
    const char *metric_name = variants_metric[metric];
    const double fill = nan("");
    char name[METRICS_NAME_SIZE + 32];
    for (enum part part = VALUE; part < PARTS; ++part) {
        for (size_t i = 0; i < variants->count; ++i) {
            table->reals[i] = part_of(&variants->row[i], metric, part);
        }
        snprintf(name, sizeof name, "%s%s", metric_name, parts[part].ending);
        const struct store_hdf5_column column = {
            .group = table->group,
            .name = name,
            .memory_type = H5T_NATIVE_DOUBLE,
            .file_type = H5T_NATIVE_DOUBLE,
            .values = table->reals,
            .count = variants->count,
            .scale = table->scale,
            .fill = &fill,
        };
        const hid_t dataset = store_hdf5_column(table->store, &column);
        store_hdf5_text(table->store, dataset, "units",
                        part == ERRORS ? "1" : variants->base[metric].unit);
        store_hdf5_text(table->store, dataset, "long_name", parts[part].meaning);
        store_hdf5_column_close(table->store, dataset);
    }
    snprintf(name, sizeof name, "%s_base", metric_name);
    store_hdf5_real(table->store, table->group, name, variants->base[metric].value);
    snprintf(name, sizeof name, "%s_range_low", metric_name);
    store_hdf5_real(table->store, table->group, name, range.low);
    snprintf(name, sizeof name, "%s_range_high", metric_name);
    store_hdf5_real(table->store, table->group, name, range.high);
}

void store_variants_write(struct store_hdf5 *store, const char *name,
                          const struct variants *variants) {
    struct table table = {
        .store = store,
        .variants = variants,
        .texts = calloc(variants->count + 1, sizeof *table.texts),
        .names = calloc(variants->count + 1, sizeof *table.names),
        .reals = calloc(variants->count + 1, sizeof *table.reals),
    };
    if (table.texts == NULL || table.names == NULL || table.reals == NULL) {
        store->failed = true;
    } else {
        table.group = store_hdf5_group(store, name);
        write_names(&table);
        write_digests(&table);
        for (size_t metric = 0; metric < VARIANTS_METRIC_COUNT; ++metric) {
            write_metric(&table, metric);
        }
        store_hdf5_column_close(store, table.scale);
        store_hdf5_group_close(store, table.group);
    }
    free(table.texts);
    free(table.names);
    free(table.reals);
}
