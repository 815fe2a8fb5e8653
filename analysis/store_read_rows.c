#include "analysis/store_read_rows.h"

#include "analysis/store_read_hdf5.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 4096 }; /* a chunk of the file */

static bool no_memory(struct store_error *error) {
    error->status = RUN_IO;
    snprintf(error->text, sizeof error->text, "out of memory");
    return false;
}

static bool column_damaged(const struct store *store, const char *name,
                           struct store_error *error) {
    char what[160];
    if (!store_read_exists(store->file, name)) {
        return store_lacks(store, name, error);
    }
    snprintf(what, sizeof what, "column %s cannot be read", name);
    return store_damaged(store, what, error);
}

/* An attribute of a column, "" when it has none. */
static const char *note_of(struct store *store, hid_t dataset, const char *name) {
    char *text;
    if (!store_read_text(dataset, name, &text)) {
        return "";
    }
    return store_keep(store, text) ? text : "";
}

static bool read_integers(hid_t dataset, struct store_column *column) {
    int64_t fill;
    /* The fill value is written only where a value is missing. */
    const bool filled = store_read_integer(dataset, "_FillValue", &fill);
    if (!store_read_values(dataset, H5T_NATIVE_INT64, 0, column->count,
                           column->integer)) {
        return false;
    }
    for (size_t i = 0; filled && i < column->count; ++i) {
        column->integer[i] =
            column->integer[i] == fill ? STORE_MISSING : column->integer[i];
    }
    return true;
}

/* The bit patterns of the log heads do not fit a signed number. */
static bool read_patterns(hid_t dataset, struct store_column *column) {
    uint64_t *bits = malloc(column->count * sizeof *bits);
    const bool fine = bits != NULL && store_read_values(dataset, H5T_NATIVE_UINT64, 0,
                                                        column->count, bits);
    for (size_t i = 0; fine && i < column->count; ++i) {
        memcpy(&column->integer[i], &bits[i], sizeof bits[i]);
    }
    free(bits);
    return fine;
}

static bool is_pattern(hid_t dataset) {
    const hid_t type = H5Dget_type(dataset);
    const bool pattern = H5Tget_sign(type) == H5T_SGN_NONE;
    H5Tclose(type);
    return pattern;
}

/* How many values a damaged file may claim is bounded by what a run can have. */
static bool allocate(struct store_column *column) {
    const size_t room = column->count > 0 ? column->count : 1;
    switch (column->type) {
    case STORE_REAL:
        column->real = calloc(room, sizeof *column->real);
        return column->real != NULL;
    case STORE_INTEGER:
        column->integer = calloc(room, sizeof *column->integer);
        return column->integer != NULL;
    case STORE_TEXT:
        column->text = calloc(room, sizeof *column->text);
        return column->text != NULL;
    }
    return false;
}

bool store_column(struct store *store, const char *name, struct store_column *column,
                  struct store_error *error) {
    H5T_class_t class;
    memset(column, 0, sizeof *column);
    const hid_t dataset = store_read_open(store->file, name, &class, &column->count);
    if (dataset < 0) {
        column->count = 0;
        return column_damaged(store, name, error);
    }
    column->type = class == H5T_FLOAT    ? STORE_REAL
                   : class == H5T_STRING ? STORE_TEXT
                                         : STORE_INTEGER;
    const bool room = allocate(column);
    bool fine = room;
    if (fine && column->type == STORE_REAL) {
        fine =
            store_read_values(dataset, H5T_NATIVE_DOUBLE, 0, column->count, column->real);
    } else if (fine && column->type == STORE_TEXT) {
        fine = store_read_texts(dataset, column->count, column->text);
    } else if (fine) {
        fine = is_pattern(dataset) ? read_patterns(dataset, column)
                                   : read_integers(dataset, column);
    }
    column->unit = note_of(store, dataset, "units");
    column->meaning = note_of(store, dataset, "long_name");
    H5Dclose(dataset);
    if (!fine) {
        store_column_free(column);
        return room ? column_damaged(store, name, error) : no_memory(error);
    }
    return true;
}

void store_column_free(struct store_column *column) {
    for (size_t i = 0; column->text != NULL && i < column->count; ++i) {
        free(column->text[i]);
    }
    free(column->real);
    free(column->integer);
    free(column->text);
    memset(column, 0, sizeof *column);
}

const char *store_column_name(struct store *store, const char *group, size_t index) {
    const ssize_t length = H5Lget_name_by_idx(store->file, group, H5_INDEX_CRT_ORDER,
                                              H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    char *name = length < 0 ? NULL : malloc((size_t)length + 1);
    if (name == NULL) {
        return NULL;
    }
    H5Lget_name_by_idx(store->file, group, H5_INDEX_CRT_ORDER, H5_ITER_INC, index, name,
                       (size_t)length + 1, H5P_DEFAULT);
    return store_keep(store, name) ? name : NULL;
}

/* Rows first .. first + count - 1, and room for one column of them, either way. */
struct part {
    uint64_t first;
    size_t count;
    int64_t *integer;
    double *real;
    struct outcome *outcome;
};

/* Reads the part of a column; false when it is not there or has another length. */
static bool read_part(struct store *store, const char *name, hid_t type,
                      const struct part *part, void *values) {
    H5T_class_t class;
    size_t rows;
    const hid_t dataset = store_read_open(store->file, name, &class, &rows);
    if (dataset < 0) {
        return false;
    }
    const bool fine =
        class != H5T_STRING && rows == store->about.paths &&
        store_read_values(dataset, type, (size_t)part->first, part->count, values);
    H5Dclose(dataset);
    return fine;
}

/* A stored real as the integer it was made of; false when it was made of none.  Exact below
   2^52 units, where neighbours differ by more than half a unit in the last place. */
static bool integer_of(double shown, double divisor, int64_t *value) {
    const double scaled = shown * divisor;
    if (!(fabs(scaled) < 9e18)) {
        return false;
    }
    *value = llround(scaled);
    for (int64_t off = -1; off <= 1; ++off) {
        if ((double)(*value + off) / divisor == shown) {
            *value += off;
            return true;
        }
    }
    return false;
}

/* Puts one value of one field; false for a number no outcome has. */
static bool put_value(struct outcome *outcome, enum outcome_field field, double real,
                      int64_t integer) {
    const enum outcome_kind kind = outcome_descriptions[field].kind;
    union outcome_value *value = &outcome->value[field];
    if (kind == OUTCOME_COUNT || kind == OUTCOME_FLAG) {
        const int64_t missing = kind == OUTCOME_FLAG ? -1 : STORE_MISSING;
        if (integer != missing) {
            value->integer = integer;
            return kind == OUTCOME_COUNT || (integer & ~INT64_C(1)) == 0;
        }
    } else if (!isnan(real)) {
        if (kind == OUTCOME_RATIO) {
            value->real = real;
            return isfinite(real) != 0;
        }
        return integer_of(real, spool_divisor(field), &value->integer);
    }
    outcome->missing |= UINT64_C(1) << field;
    return true;
}

static bool read_field(struct store *store, const struct part *part,
                       enum outcome_field field, struct store_error *error) {
    char name[80];
    const struct outcome_description *about = &outcome_descriptions[field];
    const bool whole = about->kind == OUTCOME_COUNT || about->kind == OUTCOME_FLAG;
    snprintf(name, sizeof name, "paths/%s", about->name);
    if (!read_part(store, name, whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE, part,
                   whole ? (void *)part->integer : (void *)part->real)) {
        return column_damaged(store, name, error);
    }
    for (size_t i = 0; i < part->count; ++i) {
        if (!put_value(&part->outcome[i], field, part->real[i], part->integer[i])) {
            char what[160];
            snprintf(what, sizeof what,
                     "column %s, path %" PRIu64 ": no path yields such a value", name,
                     part->first + i);
            return store_damaged(store, what, error);
        }
    }
    return true;
}

static bool read_heads(struct store *store, const struct part *part) {
    static const char *const names[2] = {"paths/log_head_0", "paths/log_head_1"};
    bool fine = true;
    for (size_t lane = 0; lane < 2; ++lane) {
        fine =
            fine && read_part(store, names[lane], H5T_NATIVE_UINT64, part, part->integer);
        for (size_t i = 0; fine && i < part->count; ++i) {
            memcpy(&part->outcome[i].log_head[lane], &part->integer[i], sizeof(uint64_t));
        }
    }
    return fine;
}

static bool read_words(struct store *store, const struct part *part) {
    const hid_t type = H5T_NATIVE_INT64;
    bool fine = read_part(store, "paths/path", type, part, part->integer);
    for (size_t i = 0; fine && i < part->count; ++i) {
        part->outcome[i].path = part->first + i;
        fine = (uint64_t)part->integer[i] == part->first + i;
    }
    fine = fine && read_part(store, "paths/status", type, part, part->integer);
    for (size_t i = 0; fine && i < part->count; ++i) {
        part->outcome[i].status = (uint64_t)part->integer[i];
        fine = part->outcome[i].status < OUTCOME_STATUS_COUNT;
    }
    return fine && read_heads(store, part);
}

static bool check_range(const struct store *store, uint64_t first, size_t count,
                        struct store_error *error) {
    const uint64_t paths = store->about.paths;
    if (first <= paths && count <= paths - first) {
        return true;
    }
    error->status = RUN_INPUT;
    snprintf(error->text, sizeof error->text,
             "%s: has no path %" PRIu64 "; its paths are 0 to %" PRIu64, store->path,
             first + count - 1, paths - 1);
    return false;
}

bool store_rows(struct store *store, uint64_t first, size_t count,
                struct outcome *outcome, struct store_error *error) {
    if (!check_range(store, first, count, error)) {
        return false;
    }
    const struct part part = {.first = first,
                              .count = count,
                              .integer = calloc(count + 1, sizeof *part.integer),
                              .real = calloc(count + 1, sizeof *part.real),
                              .outcome = outcome};
    memset(outcome, 0, count * sizeof *outcome);
    bool fine = (part.integer != NULL && part.real != NULL) || no_memory(error);
    if (fine && !read_words(store, &part)) {
        fine = store_damaged(store, "path numbers, status or log heads cannot be read",
                             error);
    }
    for (unsigned i = 0; fine && i < OUTCOME_FIELD_COUNT; ++i) {
        fine = read_field(store, &part, (enum outcome_field)i, error);
    }
    free(part.integer);
    free(part.real);
    return fine;
}

bool store_spool(struct store *store, struct spool *spool, struct store_error *error) {
    struct outcome *rows = calloc(ROWS_AT_ONCE, sizeof *rows);
    unsigned char *record = malloc((size_t)ROWS_AT_ONCE * OUTCOME_RECORD_SIZE);
    bool fine = (rows != NULL && record != NULL) || no_memory(error);
    for (uint64_t first = 0; fine && first < store->about.paths; first += ROWS_AT_ONCE) {
        const uint64_t left = store->about.paths - first;
        const size_t count = left < ROWS_AT_ONCE ? (size_t)left : ROWS_AT_ONCE;
        fine = store_rows(store, first, count, rows, error);
        for (size_t i = 0; fine && i < count; ++i) {
            outcome_write(&rows[i], record + i * OUTCOME_RECORD_SIZE);
        }
        if (fine && !spool_append(spool, record, count)) {
            error->status = RUN_IO;
            snprintf(error->text, sizeof error->text,
                     "the temporary file of the outcomes cannot be written");
            fine = false;
        }
    }
    free(rows);
    free(record);
    return fine;
}

/* Puts a path among the largest found so far. */
static void place(const double *value, uint64_t path, uint64_t *best, size_t *found,
                  size_t wanted) {
    size_t at = *found;
    while (at > 0 && value[best[at - 1]] < value[path]) {
        --at;
    }
    if (at == wanted) {
        return;
    }
    *found += *found < wanted ? 1 : 0;
    for (size_t i = *found - 1; i > at; --i) {
        best[i] = best[i - 1];
    }
    best[at] = path;
}

bool store_largest(struct store *store, const char *name, uint64_t *path, size_t *count,
                   struct store_error *error) {
    struct store_column column;
    char full[128];
    const size_t wanted = *count;
    *count = 0;
    snprintf(full, sizeof full, "paths/%s", name);
    if (!store_column(store, full, &column, error)) {
        return false;
    }
    for (size_t i = 0; column.type == STORE_REAL && i < column.count; ++i) {
        if (!isnan(column.real[i])) {
            place(column.real, i, path, count, wanted);
        }
    }
    store_column_free(&column);
    return true;
}
