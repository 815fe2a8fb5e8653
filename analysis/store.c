#include "analysis/store.h"

#include "analysis/control_run.h"
#include "analysis/publish.h"
#include "analysis/store_bands.h"
#include "analysis/store_depletion.h"
#include "analysis/store_estimates.h"
#include "analysis/store_hdf5.h"
#include "analysis/store_variants.h"
#include "analysis/store_worst.h"
#include "analysis/version.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void write_attributes(struct store_hdf5 *store, const struct run_subject *subject,
                             const struct run_result *result) {
    char digest[DIGEST_TEXT_SIZE], hash[DIGEST_TEXT_SIZE];
    digest_text(result->digest, digest);
    digest_text(subject->hash, hash);
    const hid_t root = store->file;
    store_hdf5_text(store, root, "format", STORE_FORMAT);
    store_hdf5_integer(store, root, "format_version", STORE_FORMAT_VERSION);
    store_hdf5_integer(store, root, "complete", result->whole);
    store_hdf5_integer(store, root, "semantics", BREAKWATER_SEMANTICS);
    store_hdf5_text(store, root, "digest", digest);
    store_hdf5_text(store, root, "scenario_name", subject->name);
    store_hdf5_text(store, root, "measure", subject->measure);
    store_hdf5_text(store, root, "scenario_hash", hash);
    store_hdf5_text(store, root, "scenario", subject->canonical);
    store_hdf5_text(store, root, "release", version_release());
    store_hdf5_text(store, root, "compiler", version_compiler());
}

/* The seed is a 64-bit pattern: as text, since readers differ on unsigned attributes. */
static void write_plan(struct store_hdf5 *store, const struct run_result *result) {
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, result->seed);
    store_hdf5_text(store, store->file, "seed", seed);
    store_hdf5_integer(store, store->file, "paths", (int64_t)result->metrics.paths);
    store_hdf5_integer(store, store->file, "failed_paths",
                       (int64_t)result->metrics.failed);
    if (result->until.rules != NULL) {
        char text[UNTIL_TEXT_SIZE];
        until_text(result->until.rules, text, sizeof text);
        store_hdf5_text(store, store->file, "until", text);
        store_hdf5_integer(store, store->file, "until_reached", result->until.reached);
        store_hdf5_integer(store, store->file, "until_looks", result->until.looks);
        store_hdf5_real(store, store->file, "until_level", result->until.level);
    }
    if (result->metrics.count > 0) {
        store_hdf5_real(store, store->file, "level", result->metrics.estimate[0].level);
    }
}

/* One column in the making: a field, or one of the words every path has. */
struct column {
    enum { COLUMN_FIELD, COLUMN_PATH, COLUMN_STATUS, COLUMN_LOG_0, COLUMN_LOG_1 } what;
    enum outcome_field field;
    size_t next;
    size_t missing;
    void *values; /* of the column's memory type, count of them */
};

enum { MISSING_FLAG = -1 };
#define MISSING_COUNT INT64_MIN

static void put_field(struct column *column, const struct outcome *outcome) {
    const enum outcome_field field = column->field;
    const enum outcome_kind kind = outcome_descriptions[field].kind;
    const union outcome_value value = outcome->value[field];
    const bool missing =
        outcome->status != OUTCOME_STATUS_COMPLETE || outcome_missing(outcome, field);
    column->missing += missing;
    if (kind == OUTCOME_COUNT) {
        ((int64_t *)column->values)[column->next] =
            missing ? MISSING_COUNT : value.integer;
    } else if (kind == OUTCOME_FLAG) {
        ((int8_t *)column->values)[column->next] =
            missing ? MISSING_FLAG : (int8_t)value.integer;
    } else if (missing) {
        ((double *)column->values)[column->next] = nan("");
    } else {
        ((double *)column->values)[column->next] =
            kind == OUTCOME_RATIO ? value.real
                                  : (double)value.integer / spool_divisor(field);
    }
}

static bool put_value(void *context, const struct outcome *outcome) {
    struct column *column = context;
    switch (column->what) {
    case COLUMN_FIELD:
        put_field(column, outcome);
        break;
    case COLUMN_PATH:
        ((uint64_t *)column->values)[column->next] = outcome->path;
        break;
    case COLUMN_STATUS:
        ((int8_t *)column->values)[column->next] = (int8_t)outcome->status;
        break;
    case COLUMN_LOG_0:
        ((uint64_t *)column->values)[column->next] = outcome->log_head[0];
        break;
    case COLUMN_LOG_1:
        ((uint64_t *)column->values)[column->next] = outcome->log_head[1];
        break;
    }
    ++column->next;
    return true;
}

/* What a column looks like in the file. */
struct shape {
    const char *name, *unit, *meaning;
    hid_t type;
    const void *fill; /* for a missing value */
};

/* Gathers one column from the spool and writes it; the dataset is left open. */
static hid_t write_column(struct store_hdf5 *store, const struct spool *spool,
                          hid_t group, hid_t scale, struct column *column,
                          const struct shape *shape) {
    const size_t count = (size_t)spool_count(spool);
    column->values = malloc(count > 0 ? count * 8 : 8);
    if (column->values == NULL || !spool_visit(spool, put_value, column)) {
        store->failed = true;
    }
    /* Doubles always say what a missing value is; integers only when they have one, or
       readers would turn whole columns into doubles. */
    const bool filled = shape->type == H5T_NATIVE_DOUBLE || column->missing > 0;
    const struct store_hdf5_column made = {
        .group = group,
        .name = shape->name,
        .memory_type = shape->type,
        .file_type = shape->type,
        .values = column->values,
        .count = count,
        .scale = scale,
        .fill = filled ? shape->fill : NULL,
    };
    const hid_t dataset = store_hdf5_column(store, &made);
    free(column->values);
    column->values = NULL;
    store_hdf5_text(store, dataset, "units", shape->unit);
    store_hdf5_text(store, dataset, "long_name", shape->meaning);
    return dataset;
}

static void write_field(struct store_hdf5 *store, const struct spool *spool, hid_t group,
                        hid_t scale, enum outcome_field field) {
    static const int8_t missing_flag = MISSING_FLAG;
    static const int64_t missing_count = MISSING_COUNT;
    const double missing_real = nan("");
    const struct outcome_description *about = &outcome_descriptions[field];
    struct shape shape = {about->name, about->unit, about->meaning, H5T_NATIVE_DOUBLE,
                          &missing_real};
    if (about->kind == OUTCOME_COUNT) {
        shape.type = H5T_NATIVE_INT64;
        shape.fill = &missing_count;
    } else if (about->kind == OUTCOME_FLAG) {
        shape.type = H5T_NATIVE_INT8;
        shape.fill = &missing_flag;
    }
    struct column column = {.what = COLUMN_FIELD, .field = field};
    store_hdf5_column_close(store,
                            write_column(store, spool, group, scale, &column, &shape));
}

static void write_paths(struct store_hdf5 *store, const struct spool *spool) {
    const hid_t group = store_hdf5_group(store, "paths");
    struct column path = {.what = COLUMN_PATH}, status = {.what = COLUMN_STATUS},
                  low = {.what = COLUMN_LOG_0}, high = {.what = COLUMN_LOG_1};
    const hid_t scale = write_column(
        store, spool, group, 0, &path,
        &(struct shape){"path", "1", "number of the path", H5T_NATIVE_INT64, NULL});
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        write_field(store, spool, group, scale, (enum outcome_field)i);
    }
    const hid_t ended =
        write_column(store, spool, group, scale, &status,
                     &(struct shape){"status", "1",
                                     "how the path ended: 0 complete, 1 limit, "
                                     "2 price range, 3 numeric, 4 invariant",
                                     H5T_NATIVE_INT8, NULL});
    store_hdf5_column_close(store, ended);
    const char *head = "hash of the path's transaction log, one of two words";
    store_hdf5_column_close(
        store,
        write_column(store, spool, group, scale, &low,
                     &(struct shape){"log_head_0", "1", head, H5T_NATIVE_UINT64, NULL}));
    store_hdf5_column_close(
        store,
        write_column(store, spool, group, scale, &high,
                     &(struct shape){"log_head_1", "1", head, H5T_NATIVE_UINT64, NULL}));
    store_hdf5_column_close(store, scale);
    store_hdf5_group_close(store, group);
}

bool store_write(const char *path, const struct run_subject *subject,
                 const struct run_result *result, char *error, size_t error_size) {
    struct store_hdf5 store;
    store_hdf5_begin(&store);
    write_attributes(&store, subject, result);
    write_plan(&store, result);
    write_paths(&store, result->spool);
    store_estimates_write(&store, &result->metrics);
    store_depletion_write(&store, &result->depletion);
    control_run_store(&store, result);
    if (result->bands != NULL) {
        store_bands_write(&store, subject, result);
    }
    if (result->sensitivities != NULL) {
        store_variants_write(&store, "sensitivities", result->sensitivities);
    }
    if (result->ablation != NULL) {
        store_variants_write(&store, "ablation", result->ablation);
    }
    if (result->fragility != NULL) {
        store_variants_write(&store, "fragility", result->fragility);
    }
    if (result->subject != NULL) {
        store_worst_write(&store, result->subject, result);
    }
    size_t size;
    void *bytes = store_hdf5_finish(&store, &size);
    if (bytes == NULL) {
        snprintf(error, error_size, "%s: cannot be built: out of memory or disk space",
                 path);
        return false;
    }
    const bool written = publish_file(path, bytes, size, error, error_size);
    free(bytes);
    return written;
}
