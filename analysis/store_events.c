#include "analysis/store_events.h"

#include "analysis/event_table.h"
#include "analysis/publish.h"
#include "analysis/store_hdf5.h"
#include "analysis/version.h"
#include "engine/account.h"
#include "scenarios/semantics.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What every log says of its path. */
static void write_path(struct store_hdf5 *store, hid_t object,
                       const struct store_events *events) {
    char digest[DIGEST_TEXT_SIZE];
    unsigned char hash[DIGEST_SIZE];
    const struct outcome *outcome = &events->replay->outcome;
    outcome_digest(outcome, hash);
    digest_text(hash, digest);
    store_hdf5_integer(store, object, "path", (int64_t)outcome->path);
    store_hdf5_text(store, object, "status",
                    outcome_status_text((enum outcome_status)outcome->status));
    store_hdf5_text(store, object, "path_digest", digest);
}

static void write_about(struct store_hdf5 *store, const struct store_events *events) {
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, events->seed);
    store_hdf5_text(store, store->file, "format", STORE_EVENTS_FORMAT);
    store_hdf5_integer(store, store->file, "format_version", STORE_EVENTS_FORMAT_VERSION);
    store_hdf5_integer(store, store->file, "semantics", BREAKWATER_SEMANTICS);
    store_hdf5_text(store, store->file, "scenario_name", events->subject->run.name);
    store_hdf5_text(store, store->file, "scenario", events->subject->canonical);
    store_hdf5_text(store, store->file, "seed", seed);
    write_path(store, store->file, events);
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

static size_t count_rows(const struct store_events *events) {
    size_t count = 0;
    for (size_t i = 0; i < events->replay->count; ++i) {
        count += events->selected == NULL || events->selected[i] ? 1 : 0;
    }
    return count;
}

/* Whether any row has something in the column. */
static bool is_used(const struct event_column *column, const struct values *values,
                    size_t count) {
    bool used = false;
    for (size_t i = 0; i < count && !used; ++i) {
        if (is_text(column)) {
            used = values->text[i][0] != 0;
        } else if (is_whole(column)) {
            const int64_t value = ((const int64_t *)values->value)[i];
            used = value != 0 && value != -1;
        } else {
            const double value = ((const double *)values->value)[i];
            used = value != 0 && !isnan(value);
        }
    }
    return used;
}

/* Writes a column of the type its values have, and leaves it open. */
static hid_t write_column(struct store_hdf5 *store, hid_t group, hid_t scale,
                          const struct event_column *column,
                          const struct store_hdf5_column *made) {
    struct store_hdf5_column whole = *made;
    whole.group = group;
    whole.scale = scale;
    whole.name = column->name;
    whole.file_type = whole.memory_type;
    const hid_t dataset = store_hdf5_column(store, &whole);
    store_hdf5_text(store, dataset, "units", unit_of(column));
    store_hdf5_text(store, dataset, "long_name", column->meaning);
    return dataset;
}

static void write_plain(struct store_hdf5 *store, hid_t group, hid_t scale,
                        const struct event_column *column,
                        const struct store_hdf5_column *values) {
    const double missing = nan("");
    struct store_hdf5_column made = *values;
    made.memory_type = is_text(column)    ? store->text_type
                       : is_whole(column) ? H5T_NATIVE_INT64
                                          : H5T_NATIVE_DOUBLE;
    made.fill = is_text(column) || is_whole(column) ? NULL : &missing;
    store_hdf5_column_close(store, write_column(store, group, scale, column, &made));
}

/* The names of a column's codes; 0: it has none. */
static unsigned names_of(const struct event_column *column, unsigned code,
                         const char **name) {
    switch (column->kind) {
    case EVENT_NAME:
        *name = event_log_kind_name((enum event_log_kind)code);
        return EVENT_LOG_KIND_COUNT;
    case EVENT_TRADE:
        *name = transaction_kind_name((enum transaction_kind)code);
        return TRANSACTION_KIND_COUNT;
    case EVENT_STATUS:
        *name = engine_status_name((enum engine_status)code);
        return ENGINE_STATUS_COUNT;
    default:
        return 0;
    }
}

enum { CODE_MISSING = -1, CODES_MAX = 128, CODES_TEXT = 8192 };

/* A column of names as numbers that say what they mean, so that it takes a byte a row.
   Source  Climate and Forecast conventions 1.10, section 3.5. */
static void write_codes(struct store_hdf5 *store, hid_t group, hid_t scale,
                        const struct event_column *column,
                        const struct store_events *events, int8_t *code) {
    static const int8_t missing = CODE_MISSING;
    char meanings[CODES_TEXT];
    int8_t values[CODES_MAX];
    const char *name = "";
    const unsigned names = names_of(column, 0, &name);
    size_t used = 0, next = 0, without = 0;
    assert(names <= CODES_MAX);
    for (unsigned i = 0; i < names; ++i) {
        names_of(column, i, &name);
        used += (size_t)snprintf(meanings + used, sizeof meanings - used, "%s%s",
                                 i == 0 ? "" : " ", name);
        assert(used < sizeof meanings);
        values[i] = (int8_t)i;
    }
    for (size_t i = 0; i < events->replay->count; ++i) {
        const struct event_row *row = &events->replay->row[i];
        if (events->selected == NULL || events->selected[i]) {
            const bool has = event_table_has(column, row);
            code[next++] =
                has ? (int8_t)event_table_word(column, row) : (int8_t)CODE_MISSING;
            without += !has;
        }
    }
    const hid_t dataset =
        write_column(store, group, scale, column,
                     &(struct store_hdf5_column){.memory_type = H5T_NATIVE_INT8,
                                                 .values = code,
                                                 .count = next,
                                                 .fill = without > 0 ? &missing : NULL,
                                                 .packed = true});
    store_hdf5_bytes(store, dataset, "flag_values", values, names);
    store_hdf5_text(store, dataset, "flag_meanings", meanings);
    store_hdf5_column_close(store, dataset);
}

static void write_packed(struct store_hdf5 *store, hid_t group, hid_t scale,
                         const struct event_column *given,
                         const struct store_events *events, const struct values *values) {
    struct event_column column = *given;
    const char *name;
    const size_t count = count_rows(events);
    if (column.kind == EVENT_HASH ||
        (column.kind == EVENT_WHO &&
         column.offset == offsetof(struct event_row, account))) {
        return; /* texts cannot be deflated; the number is a column of its own */
    }
    if (column.kind == EVENT_WHO) {
        column.kind = EVENT_ACCOUNT;
        column.meaning = "whose position, number of the account";
    }
    if (names_of(&column, 0, &name) > 0) {
        write_codes(store, group, scale, &column, events, values->value);
        return;
    }
    gather(events, &column, values);
    if (is_used(&column, values, count)) {
        write_plain(store, group, scale, &column,
                    &(struct store_hdf5_column){
                        .values = values->value, .count = count, .packed = true});
    }
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
                                             .count = count,
                                             .packed = events->packed};
    return store_hdf5_column(store, &column);
}

static void write_events(struct store_hdf5 *store, hid_t group,
                         const struct store_events *events) {
    const size_t count = count_rows(events);
    const struct values values = {.value = calloc(count + 1, 8),
                                  .text = calloc(count + 1, EVENT_TEXT_SIZE)};
    if (values.value == NULL || values.text == NULL) {
        store->failed = true;
        free(values.value);
        free(values.text);
        return;
    }
    const hid_t scale = write_scale(store, group, events, count, values.value);
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        if (events->packed) {
            write_packed(store, group, scale, &column, events, &values);
            continue;
        }
        gather(events, &column, &values);
        write_plain(store, group, scale, &column,
                    &(struct store_hdf5_column){.values = values.value, .count = count});
    }
    store_hdf5_column_close(store, scale);
    free(values.value);
    free(values.text);
}

/* Who has which accounts, as "7 market maker, 8 reporter 0, ...": the first of each kind. */
static void write_accounts(struct store_hdf5 *store, hid_t group,
                           const struct stage *stage) {
    const uint32_t first[] = {stage->maker,  stage->reporter, stage->keeper,
                              stage->trader, stage->bidder,   stage->vault,
                              stage->stuffer};
    char text[512] = "", who[REPLAY_WHO_SIZE];
    size_t used = 0;
    for (uint32_t account = 0; account < stage->account_count; ++account) {
        bool begins = account < ACCOUNT_FIRST_USER;
        for (size_t i = 0; i < sizeof first / sizeof *first; ++i) {
            begins |= first[i] == account;
        }
        if (begins) {
            replay_who(stage, account, who);
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%u %s",
                                     used == 0 ? "" : ", ", account, who);
            assert(used < sizeof text);
        }
    }
    store_hdf5_text(store, group, "accounts", text);
}

void store_events_group(struct store_hdf5 *store, const char *name,
                        const struct store_events *events) {
    const struct stage *stage = events->subject->stage;
    const hid_t group = store_hdf5_group(store, name);
    write_path(store, group, events);
    store_hdf5_integer(store, group, "start_ns", stage->start_ns);
    store_hdf5_integer(store, group, "end_ns", stage->end_ns);
    write_accounts(store, group, stage);
    write_events(store, group, events);
    store_hdf5_group_close(store, group);
}

bool store_events_write(const char *path, const struct store_events *events, char *error,
                        size_t error_size) {
    struct store_hdf5 store;
    store_hdf5_begin(&store);
    write_about(&store, events);
    const hid_t group = store_hdf5_group(&store, "events");
    write_events(&store, group, events);
    store_hdf5_group_close(&store, group);
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
