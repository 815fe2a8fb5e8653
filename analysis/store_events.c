#include "analysis/store_events.h"

#include "analysis/event_table.h"
#include "analysis/publish.h"
#include "analysis/store_hdf5.h"
#include "analysis/version.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_about(struct store_hdf5 *store, const struct store_events *events) {
    char seed[24], digest[DIGEST_TEXT_SIZE];
    unsigned char hash[DIGEST_SIZE];
    const struct outcome *outcome = &events->replay->outcome;
    outcome_digest(outcome, hash);
    digest_text(hash, digest);
    snprintf(seed, sizeof seed, "%" PRIu64, events->seed);
    store_hdf5_text(store, store->file, "format", STORE_EVENTS_FORMAT);
    store_hdf5_integer(store, store->file, "format_version", STORE_EVENTS_FORMAT_VERSION);
    store_hdf5_integer(store, store->file, "semantics", BREAKWATER_SEMANTICS);
    store_hdf5_text(store, store->file, "scenario_name", events->subject->run.name);
    store_hdf5_text(store, store->file, "scenario", events->subject->canonical);
    store_hdf5_text(store, store->file, "seed", seed);
    store_hdf5_integer(store, store->file, "path", (int64_t)outcome->path);
    store_hdf5_text(store, store->file, "status",
                    outcome_status_text((enum outcome_status)outcome->status));
    store_hdf5_text(store, store->file, "path_digest", digest);
    store_hdf5_text(store, store->file, "release", version_release());
}

static bool is_text(const struct event_column *column) {
    switch (column->kind) {
    case EVENT_WHO:
    case EVENT_NAME:
    case EVENT_TRADE:
    case EVENT_STATUS:
    case EVENT_HASH:
        return true;
    default:
        return false;
    }
}

static bool is_whole(const struct event_column *column) {
    return column->kind == EVENT_TIME || column->kind == EVENT_COUNT ||
           column->kind == EVENT_ACCOUNT || column->kind == EVENT_RAW;
}

/* What the name of a column ends in. */
static const char *unit_of(const struct event_column *column) {
    static const struct {
        const char *ending, *unit;
    } units[] = {
        {"_usd",  "USD" },
        {"_gwei", "gwei"},
        {"_s",    "s"   },
        {"_base", "1"   }
    };
    if (column->kind == EVENT_TIME) {
        return "nanoseconds since 1970-01-01";
    }
    const size_t length = strlen(column->name);
    for (size_t i = 0; i < sizeof units / sizeof *units; ++i) {
        const size_t ending = strlen(units[i].ending);
        if (length > ending &&
            strcmp(column->name + length - ending, units[i].ending) == 0) {
            return units[i].unit;
        }
    }
    return "1";
}

/* The values of one column, and the texts they may point to. */
struct values {
    void *value; /* int64_t, double or const char * each */
    char (*text)[EVENT_TEXT_SIZE];
};

static void gather(const struct store_events *events, const struct event_column *column,
                   const struct values *values) {
    const struct replay *replay = events->replay;
    size_t next = 0;
    for (size_t i = 0; i < replay->count; ++i) {
        const struct event_row *row = &replay->row[i];
        if (events->selected != NULL && !events->selected[i]) {
            continue;
        }
        if (is_text(column)) {
            event_table_text(column, row, events->subject->stage, values->text[next]);
            ((const char **)values->value)[next] = values->text[next];
        } else if (is_whole(column)) {
            ((int64_t *)values->value)[next] =
                event_table_has(column, row) ? event_table_word(column, row) : -1;
        } else {
            ((double *)values->value)[next] = event_table_real(column, row);
        }
        ++next;
    }
}

static void write_column(struct store_hdf5 *store, hid_t group, hid_t scale,
                         const struct event_column *column,
                         const struct store_hdf5_column *made) {
    struct store_hdf5_column whole = *made;
    const double missing = nan("");
    whole.group = group;
    whole.scale = scale;
    whole.name = column->name;
    whole.memory_type = is_text(column)    ? store->text_type
                        : is_whole(column) ? H5T_NATIVE_INT64
                                           : H5T_NATIVE_DOUBLE;
    whole.file_type = whole.memory_type;
    whole.fill = is_text(column) || is_whole(column) ? NULL : &missing;
    const hid_t dataset = store_hdf5_column(store, &whole);
    store_hdf5_text(store, dataset, "units", unit_of(column));
    store_hdf5_text(store, dataset, "long_name", column->meaning);
    store_hdf5_column_close(store, dataset);
}

/* The dimension: the number of the row in the whole log. */
static hid_t write_scale(struct store_hdf5 *store, hid_t group,
                         const struct store_events *events, size_t count,
                         int64_t *number) {
    size_t next = 0;
    for (size_t i = 0; i < events->replay->count; ++i) {
        if (events->selected == NULL || events->selected[i]) {
            number[next++] = (int64_t)i;
        }
    }
    const struct store_hdf5_column column = {.group = group,
                                             .name = "event_number",
                                             .memory_type = H5T_NATIVE_INT64,
                                             .file_type = H5T_NATIVE_INT64,
                                             .values = number,
                                             .count = count};
    return store_hdf5_column(store, &column);
}

static void write_events(struct store_hdf5 *store, const struct store_events *events) {
    size_t count = 0;
    for (size_t i = 0; i < events->replay->count; ++i) {
        count += events->selected == NULL || events->selected[i] ? 1 : 0;
    }
    const struct values values = {.value = calloc(count + 1, 8),
                                  .text = calloc(count + 1, EVENT_TEXT_SIZE)};
    if (values.value == NULL || values.text == NULL) {
        store->failed = true;
        free(values.value);
        free(values.text);
        return;
    }
    const hid_t group = store_hdf5_group(store, "events");
    const hid_t scale = write_scale(store, group, events, count, values.value);
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        const struct store_hdf5_column made = {.values = values.value, .count = count};
        gather(events, &column, &values);
        write_column(store, group, scale, &column, &made);
    }
    store_hdf5_column_close(store, scale);
    store_hdf5_group_close(store, group);
    free(values.value);
    free(values.text);
}

bool store_events_write(const char *path, const struct store_events *events, char *error,
                        size_t error_size) {
    struct store_hdf5 store;
    store_hdf5_begin(&store);
    write_about(&store, events);
    write_events(&store, events);
    size_t size;
    void *bytes = store_hdf5_finish(&store, &size);
    if (bytes == NULL) {
        snprintf(error, error_size, "%s: cannot be built: out of memory", path);
        return false;
    }
    const bool written = publish_file(path, bytes, size, error, error_size);
    free(bytes);
    return written;
}
