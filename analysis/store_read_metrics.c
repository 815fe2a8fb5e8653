#include "analysis/store_read_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of /estimates that make an estimate, in the order they are read. */
enum {
    NAME,
    VALUE,
    LOW,
    HIGH,
    LEVEL,
    COUNT,
    UNIT,
    MEASURE,
    INCOMPLETE,
    THIN,
    BATCH_LOW,
    BATCH_HIGH,
    DISAGREE,
    COLUMNS
};

static const struct {
    const char *name;
    enum store_type type;
} columns[COLUMNS] = {
    [NAME] = {"estimates/estimate",         STORE_TEXT   },
    [VALUE] = {"estimates/value",            STORE_REAL   },
    [LOW] = {"estimates/low",              STORE_REAL   },
    [HIGH] = {"estimates/high",             STORE_REAL   },
    [LEVEL] = {"estimates/level",            STORE_REAL   },
    [COUNT] = {"estimates/n",                STORE_INTEGER},
    [UNIT] = {"estimates/unit",             STORE_TEXT   },
    [MEASURE] = {"estimates/measure",          STORE_TEXT   },
    [INCOMPLETE] = {"estimates/incomplete",       STORE_INTEGER},
    [THIN] = {"estimates/thin_tail",        STORE_INTEGER},
    [BATCH_LOW] = {"estimates/batch_low",        STORE_REAL   },
    [BATCH_HIGH] = {"estimates/batch_high",       STORE_REAL   },
    [DISAGREE] = {"estimates/batches_disagree", STORE_INTEGER},
};

/* Field, kind and unit of an estimate are this program's where it knows it. */
static bool name_estimate(struct store *store, const char *name, const char *unit,
                          const struct metrics *known, struct estimate *estimate) {
    const struct estimate *same = metrics_find(known, name);
    *estimate = (struct estimate){
        .field = OUTCOME_FIELD_COUNT, .batch_low = nan(""), .batch_high = nan("")};
    snprintf(estimate->name, sizeof estimate->name, "%s", name);
    if (same != NULL) {
        estimate->field = same->field;
        estimate->kind = same->kind;
    }
    if (same != NULL && strcmp(same->unit, unit) == 0) {
        estimate->unit = same->unit;
        return true;
    }
    char *kept = strdup(unit);
    estimate->unit = kept;
    return kept != NULL && store_keep(store, kept);
}

static void put_estimate(const struct store_column *column, size_t row,
                         struct estimate *estimate) {
    estimate->value = column[VALUE].real[row];
    estimate->low = column[LOW].real[row];
    estimate->high = column[HIGH].real[row];
    estimate->level = column[LEVEL].real[row];
    estimate->n = (uint64_t)column[COUNT].integer[row];
    estimate->incomplete = column[INCOMPLETE].integer[row] != 0;
    estimate->thin_tail = column[THIN].integer[row] != 0;
    estimate->batch_low = column[BATCH_LOW].real[row];
    estimate->batch_high = column[BATCH_HIGH].real[row];
    estimate->batches_disagree = column[DISAGREE].integer[row] != 0;
    snprintf(estimate->measure, sizeof estimate->measure, "%s",
             column[MEASURE].text[row]);
}

static bool gather(struct store *store, const struct store_column *column,
                   struct metrics *metrics, struct store_error *error) {
    struct metrics *known = calloc(1, sizeof *known);
    bool fine = known != NULL;
    if (fine) {
        metrics_list(known);
    }
    for (size_t i = 0; fine && i < column[NAME].count; ++i) {
        struct estimate *estimate = &metrics->estimate[metrics->count++];
        fine = name_estimate(store, column[NAME].text[i], column[UNIT].text[i], known,
                             estimate);
        put_estimate(column, i, estimate);
    }
    free(known);
    if (!fine) {
        error->status = RUN_IO;
        snprintf(error->text, sizeof error->text, "out of memory");
    }
    return fine;
}

static bool count_status(struct store *store, struct metrics *metrics,
                         struct store_error *error) {
    struct store_column column;
    if (!store_column(store, "paths/status", &column, error)) {
        return false;
    }
    bool fine = column.type == STORE_INTEGER && column.count == store->about.paths;
    for (size_t i = 0; fine && i < column.count; ++i) {
        const int64_t status = column.integer[i];
        fine = status >= 0 && status < OUTCOME_STATUS_COUNT;
        if (fine) {
            metrics->by_status[status] += 1;
            metrics->failed += status != OUTCOME_STATUS_COMPLETE;
        }
    }
    store_column_free(&column);
    return fine || store_damaged(store, "column paths/status has no such values", error);
}

bool store_metrics(struct store *store, struct metrics *metrics,
                   struct store_error *error) {
    struct store_column column[COLUMNS];
    bool fine = true;
    memset(column, 0, sizeof column);
    memset(metrics, 0, sizeof *metrics);
    metrics->paths = store->about.paths;
    for (size_t i = 0; fine && i < COLUMNS; ++i) {
        fine = store_column(store, columns[i].name, &column[i], error);
        if (fine &&
            (column[i].type != columns[i].type || column[i].count != column[NAME].count ||
             column[i].count > METRICS_MAX)) {
            fine = store_damaged(store, "the estimates have another shape", error);
        }
    }
    fine = fine && gather(store, column, metrics, error) &&
           count_status(store, metrics, error);
    for (size_t i = 0; i < COLUMNS; ++i) {
        store_column_free(&column[i]);
    }
    return fine;
}
