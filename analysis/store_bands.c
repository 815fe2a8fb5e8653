#include "analysis/store_bands.h"

#include "analysis/store_hdf5.h"
#include "analysis/store_read_hdf5.h"
#include "analysis/store_read_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_NS 3.6e12

enum part { PART_VALUE, PART_LOW, PART_HIGH, PARTS };

static const struct {
    const char *ending, *meaning;
} parts[PARTS] = {
    [PART_VALUE] = {"",      "quantile over the paths, the middle of its bin: "},
    [PART_LOW] = {"_low",  "lower end of the interval of a quantile: "       },
    [PART_HIGH] = {"_high", "upper end of the interval of a quantile: "       },
};

static double *part_of(struct interval *interval, enum part part) {
    return part == PART_LOW    ? &interval->low
           : part == PART_HIGH ? &interval->high
                               : &interval->value;
}

/* The group in the making. */
struct writing {
    struct store_hdf5 *store;
    hid_t group, time, quantile;
};

/* A column along time, or a dimension itself when scale is 0. */
static hid_t put(const struct writing *writing, hid_t scale, const char *name,
                 const char *unit, const char *meaning,
                 const struct store_hdf5_column *values) {
    struct store_hdf5_column column = *values;
    column.group = writing->group;
    column.name = name;
    column.file_type = column.memory_type;
    column.scale = scale;
    const hid_t dataset = store_hdf5_column(writing->store, &column);
    store_hdf5_text(writing->store, dataset, "units", unit);
    store_hdf5_text(writing->store, dataset, "long_name", meaning);
    return dataset;
}

static void put_scales(struct writing *writing, const struct run_subject *subject) {
    int64_t time[SAMPLES_POINTS];
    double hours[SAMPLES_POINTS], quantile[BANDS_QUANTILES];
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        time[i] = samples_time_ns(subject->start_ns, subject->end_ns, i);
        hours[i] = (double)(time[i] - subject->start_ns) / HOUR_NS;
    }
    for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
        quantile[i] = (double)bands_quantile_ppm[i] / 1e6;
    }
    writing->time = put(writing, 0, "time", "nanoseconds since 1970-01-01",
                        "when the paths were looked at, UTC",
                        &(struct store_hdf5_column){.memory_type = H5T_NATIVE_INT64,
                                                    .values = time,
                                                    .count = SAMPLES_POINTS});
    writing->quantile = put(writing, 0, "quantile", "1", "share of the paths at or below",
                            &(struct store_hdf5_column){.memory_type = H5T_NATIVE_DOUBLE,
                                                        .values = quantile,
                                                        .count = BANDS_QUANTILES});
    store_hdf5_column_close(
        writing->store,
        put(writing, writing->time, "hours", "h", "time since the metrics began",
            &(struct store_hdf5_column){.memory_type = H5T_NATIVE_DOUBLE,
                                        .values = hours,
                                        .count = SAMPLES_POINTS}));
}

static void put_series(const struct writing *writing, enum samples_series series,
                       struct bands_series *made) {
    const struct samples_description *about = &samples_descriptions[series];
    const double missing = nan("");
    double value[SAMPLES_POINTS * BANDS_QUANTILES];
    char name[64], meaning[160];
    for (enum part part = PART_VALUE; part < PARTS; ++part) {
        for (unsigned i = 0; i < SAMPLES_POINTS * BANDS_QUANTILES; ++i) {
            value[i] =
                *part_of(&made->quantile[i / BANDS_QUANTILES][i % BANDS_QUANTILES], part);
        }
        snprintf(name, sizeof name, "%s%s", about->name, parts[part].ending);
        snprintf(meaning, sizeof meaning, "%s%s", parts[part].meaning, about->meaning);
        store_hdf5_column_close(
            writing->store,
            put(writing, writing->time, name, about->unit, meaning,
                &(struct store_hdf5_column){.memory_type = H5T_NATIVE_DOUBLE,
                                            .values = value,
                                            .count = SAMPLES_POINTS,
                                            .across = BANDS_QUANTILES,
                                            .scale_across = writing->quantile,
                                            .fill = &missing}));
    }
    int64_t count[SAMPLES_POINTS];
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        count[i] = (int64_t)made->count[i];
    }
    snprintf(name, sizeof name, "%s_n", about->name);
    snprintf(meaning, sizeof meaning, "paths with a value: %s", about->meaning);
    store_hdf5_column_close(
        writing->store, put(writing, writing->time, name, "1", meaning,
                            &(struct store_hdf5_column){.memory_type = H5T_NATIVE_INT64,
                                                        .values = count,
                                                        .count = SAMPLES_POINTS}));
}

void store_bands_write(struct store_hdf5 *store, const struct run_subject *subject,
                       const struct run_result *result) {
    struct bands_series *made = calloc(1, sizeof *made);
    if (made == NULL) {
        store->failed = true;
        return;
    }
    struct writing writing = {.store = store, .group = store_hdf5_group(store, "bands")};
    store_hdf5_real(store, writing.group, "level", result->level);
    store_hdf5_text(store, writing.group, "measure", subject->measure);
    store_hdf5_real(store, writing.group, "resolution", 1.0 / (1 << SAMPLES_BITS));
    put_scales(&writing, subject);
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        bands_compute(result->bands, (enum samples_series)series, result->level, made);
        put_series(&writing, (enum samples_series)series, made);
    }
    store_hdf5_column_close(store, writing.time);
    store_hdf5_column_close(store, writing.quantile);
    store_hdf5_group_close(store, writing.group);
    free(made);
}

static bool has(const struct store *store, const char *name) {
    return H5Lexists(store->file, name, H5P_DEFAULT) > 0;
}

/* One series; a file without it leaves all counts at 0. */
static bool read_series(const struct store *store, enum samples_series series,
                        struct bands_series *made) {
    const char *name = samples_descriptions[series].name;
    double value[SAMPLES_POINTS * BANDS_QUANTILES], count[SAMPLES_POINTS];
    char path[80];
    snprintf(path, sizeof path, "bands/%s", name);
    if (!has(store, path)) {
        return true;
    }
    for (enum part part = PART_VALUE; part < PARTS; ++part) {
        snprintf(path, sizeof path, "bands/%s%s", name, parts[part].ending);
        if (!store_read_table(store->file, path, SAMPLES_POINTS, BANDS_QUANTILES,
                              value)) {
            return false;
        }
        for (unsigned i = 0; i < SAMPLES_POINTS * BANDS_QUANTILES; ++i) {
            *part_of(&made->quantile[i / BANDS_QUANTILES][i % BANDS_QUANTILES], part) =
                value[i];
        }
    }
    snprintf(path, sizeof path, "bands/%s_n", name);
    if (!store_read_table(store->file, path, SAMPLES_POINTS, 0, count)) {
        return false;
    }
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        if (!(count[i] >= 0 && count[i] <= (double)store->about.paths)) {
            return false;
        }
        made->count[i] = (uint64_t)count[i];
    }
    return true;
}

/* The quantiles of the file are those of this program. */
static bool same_quantiles(const struct store *store) {
    double quantile[BANDS_QUANTILES];
    if (!store_read_table(store->file, "bands/quantile", BANDS_QUANTILES, 0, quantile)) {
        return false;
    }
    for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
        if (!(fabs(quantile[i] - (double)bands_quantile_ppm[i] / 1e6) < 1e-9)) {
            return false;
        }
    }
    return true;
}

bool store_bands_read(struct store *store, struct store_bands *bands,
                      struct store_error *error) {
    memset(bands, 0, sizeof *bands);
    if (!has(store, "bands")) {
        return true;
    }
    bool fine =
        same_quantiles(store) &&
        store_read_table(store->file, "bands/hours", SAMPLES_POINTS, 0, bands->hours);
    for (unsigned i = 0; fine && i < SAMPLES_POINTS; ++i) {
        fine = isfinite(bands->hours[i]) &&
               (i == 0 || bands->hours[i] >= bands->hours[i - 1]);
    }
    for (unsigned series = 0; fine && series < SAMPLES_COUNT; ++series) {
        fine = read_series(store, (enum samples_series)series, &bands->series[series]);
    }
    bands->there = fine;
    return fine || store_damaged(store, "the time bands have another shape", error);
}
