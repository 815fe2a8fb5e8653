#include "analysis/store_estimates.h"

#include <stdlib.h>

/* The columns of /estimates, side by side. */
struct estimate_columns {
    const char *name[METRICS_MAX], *unit[METRICS_MAX], *measure[METRICS_MAX];
    char meaning[METRICS_MAX][256];
    const char *meanings[METRICS_MAX];
    double value[METRICS_MAX], low[METRICS_MAX], high[METRICS_MAX], level[METRICS_MAX];
    double batch_low[METRICS_MAX], batch_high[METRICS_MAX];
    int64_t n[METRICS_MAX];
    int8_t incomplete[METRICS_MAX], thin_tail[METRICS_MAX];
    int8_t disagree[METRICS_MAX];
    int64_t thin; /* estimates with a thin tail */
};

static void fill_columns(struct estimate_columns *columns,
                         const struct metrics *metrics) {
    for (size_t i = 0; i < metrics->count; ++i) {
        const struct estimate *estimate = &metrics->estimate[i];
        columns->name[i] = estimate->name;
        columns->unit[i] = estimate->unit;
        columns->measure[i] = estimate->measure;
        metrics_doc(estimate, columns->meaning[i], sizeof columns->meaning[i]);
        columns->meanings[i] = columns->meaning[i];
        columns->value[i] = estimate->value;
        columns->low[i] = estimate->low;
        columns->high[i] = estimate->high;
        columns->level[i] = estimate->level;
        columns->n[i] = (int64_t)estimate->n;
        columns->incomplete[i] = estimate->incomplete;
        columns->thin_tail[i] = estimate->thin_tail;
        columns->thin += estimate->thin_tail;
        columns->batch_low[i] = estimate->batch_low;
        columns->batch_high[i] = estimate->batch_high;
        columns->disagree[i] = estimate->batches_disagree;
    }
}

void store_estimates_write(struct store_hdf5 *store, const struct metrics *metrics) {
    struct estimate_columns *columns = calloc(1, sizeof *columns);
    if (columns == NULL) {
        store->failed = true;
        return;
    }
    fill_columns(columns, metrics);
    const hid_t text = store->text_type;
    const struct {
        const char *name, *meaning;
        hid_t type;
        const void *values;
    } rows[] = {
        {"estimate",         "name of the estimate",                               text,              columns->name    },
        {"value",            "in the unit of column unit",                         H5T_NATIVE_DOUBLE, columns->value   },
        {"low",              "lower end of the interval",                          H5T_NATIVE_DOUBLE, columns->low     },
        {"high",             "upper end of the interval",                          H5T_NATIVE_DOUBLE, columns->high    },
        {"level",            "confidence level of the interval",                   H5T_NATIVE_DOUBLE, columns->level   },
        {"n",                "paths with a value",                                 H5T_NATIVE_INT64,  columns->n       },
        {"unit",             "unit of value, low and high",                        text,              columns->unit    },
        {"measure",          "probability measure",                                text,              columns->measure },
        {"meaning",          "what is estimated",                                  text,              columns->meanings},
        {"incomplete",       "1: failed paths are left out",                       H5T_NATIVE_INT8,
         columns->incomplete                                                                                           },
        {"thin_tail",        "1: a shortfall from fewer than 50 paths",            H5T_NATIVE_INT8,
         columns->thin_tail                                                                                            },
        {"batch_low",        "a shortfall's lower end by 20 batches",              H5T_NATIVE_DOUBLE,
         columns->batch_low                                                                                            },
        {"batch_high",       "its upper end by 20 batches",                        H5T_NATIVE_DOUBLE,
         columns->batch_high                                                                                           },
        {"batches_disagree", "1: batches spread otherwise than the interval says",
         H5T_NATIVE_INT8,                                                                             columns->disagree},
    };
    const hid_t group = store_hdf5_group(store, "estimates");
    store_hdf5_integer(store, group, "thin_tails", columns->thin);
    hid_t scale = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const struct store_hdf5_column column = {
            .group = group,
            .name = rows[i].name,
            .memory_type = rows[i].type,
            .file_type = rows[i].type,
            .values = rows[i].values,
            .count = metrics->count,
            .scale = scale,
        };
        const hid_t dataset = store_hdf5_column(store, &column);
        store_hdf5_text(store, dataset, "long_name", rows[i].meaning);
        if (i == 0) {
            scale = dataset;
        } else {
            store_hdf5_column_close(store, dataset);
        }
    }
    store_hdf5_column_close(store, scale);
    store_hdf5_group_close(store, group);
    free(columns);
}
