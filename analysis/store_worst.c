#include "analysis/store_worst.h"

#include "analysis/say.h"
#include "analysis/store_events.h"
#include "analysis/store_hdf5.h"
#include "analysis/store_read_hdf5.h"
#include "analysis/store_read_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The worst paths so far, the worst first; of equals the lower number first. */
struct worst {
    size_t count;
    struct outcome outcome[STORE_WORST];
};

static bool find_worst(void *context, const struct outcome *outcome) {
    struct worst *worst = context;
    if (outcome->status != OUTCOME_STATUS_COMPLETE ||
        outcome_missing(outcome, OUTCOME_BAD_DEBT)) {
        return true;
    }
    const int64_t debt = outcome->value[OUTCOME_BAD_DEBT].integer;
    size_t at = worst->count;
    while (at > 0 && debt > worst->outcome[at - 1].value[OUTCOME_BAD_DEBT].integer) {
        at -= 1;
    }
    if (at == STORE_WORST) {
        return true;
    }
    worst->count += worst->count < STORE_WORST;
    for (size_t i = worst->count - 1; i > at; --i) {
        worst->outcome[i] = worst->outcome[i - 1];
    }
    worst->outcome[at] = *outcome;
    return true;
}

/* One path again, and its log. */
static bool write_path(struct store_hdf5 *store, const struct subject *subject,
                       uint64_t seed, const struct outcome *outcome, size_t number) {
    struct replay replay;
    char name[32];
    if (replay_path(subject, seed, outcome->path, REPLAY_ROOT_NS, &replay) != RUN_OK) {
        return false;
    }
    const char *differs = replay_differs(outcome, &replay.outcome);
    if (differs != NULL) {
        say("run again for its event log, path %" PRIu64 " comes out differently: %s",
            outcome->path, differs);
    } else {
        snprintf(name, sizeof name, "worst/%zu", number);
        store_events_group(
            store, name,
            &(struct store_events){
                .subject = subject, .replay = &replay, .seed = seed, .packed = true});
    }
    replay_free(&replay);
    return differs == NULL;
}

void store_worst_write(struct store_hdf5 *store, const struct subject *subject,
                       const struct run_result *result) {
    struct worst worst = {.count = 0};
    if (!spool_visit(result->spool, find_worst, &worst)) {
        say("the outcomes cannot be read back: %s", strerror(errno));
        store->failed = true;
        return;
    }
    const hid_t group = store_hdf5_group(store, "worst");
    bool fine = true;
    for (size_t i = 0; i < worst.count && fine; ++i) {
        fine = write_path(store, subject, result->seed, &worst.outcome[i], i + 1);
    }
    store_hdf5_group_close(store, group);
    store->failed |= !fine;
}

/* The columns that are read, and where they go; all are in the unit times 1e-6 or 1e-9. */
static const struct {
    const char *name;
    size_t offset;
    double scale;
} columns[] = {
    {"outside_price_usd", offsetof(struct event_row, outside_uusd),  1e6},
    {"index_price_usd",   offsetof(struct event_row, index_uusd),    1e6},
    {"fund_usd",          offsetof(struct event_row, fund_uusd),     1e6},
    {"base_fee_gwei",     offsetof(struct event_row, base_fee_wei),  1e9},
    {"bad_debt_usd",      offsetof(struct event_row, bad_debt_uusd), 1e6},
};

/* A column that was left out is zero on every row. */
static bool read_column(struct store *store, const char *path, size_t index,
                        struct replay *replay, struct store_error *error) {
    struct store_column column;
    char name[64];
    snprintf(name, sizeof name, "%s/%s", path, columns[index].name);
    if (H5Lexists(store->file, name, H5P_DEFAULT) <= 0) {
        return true;
    }
    if (!store_column(store, name, &column, error)) {
        return false;
    }
    bool fine = column.type == STORE_REAL && column.count == replay->count;
    for (size_t i = 0; fine && i < replay->count; ++i) {
        const double value = column.real[i] * columns[index].scale;
        fine = fabs(value) < 9e18;
        if (fine) {
            const int64_t word = llround(value);
            memcpy((unsigned char *)&replay->row[i] + columns[index].offset, &word,
                   sizeof word);
        }
    }
    store_column_free(&column);
    return fine || store_damaged(store, "an event log has another shape", error);
}

static bool read_times(struct store *store, const char *path, struct replay *replay,
                       struct store_error *error) {
    struct store_column column;
    char name[64];
    snprintf(name, sizeof name, "%s/time", path);
    if (!store_column(store, name, &column, error)) {
        return false;
    }
    const bool whole = column.type == STORE_INTEGER;
    replay->row = whole ? calloc(column.count + 1, sizeof *replay->row) : NULL;
    for (size_t i = 0; replay->row != NULL && i < column.count; ++i) {
        replay->row[i].time_ns = column.integer[i];
    }
    replay->count = replay->row != NULL ? column.count : 0;
    store_column_free(&column);
    if (whole && replay->row == NULL) {
        error->status = RUN_IO;
        snprintf(error->text, sizeof error->text, "out of memory");
        return false;
    }
    return whole || store_damaged(store, "an event log has another shape", error);
}

static bool read_about(const struct store *store, const char *path,
                       struct store_worst *worst) {
    int64_t number = -1;
    const hid_t group = H5Gopen2(store->file, path, H5P_DEFAULT);
    const bool fine = group >= 0 && store_read_integer(group, "path", &number) &&
                      number >= 0 &&
                      store_read_integer(group, "start_ns", &worst->start_ns) &&
                      store_read_integer(group, "end_ns", &worst->end_ns) &&
                      worst->start_ns < worst->end_ns;
    worst->path = (uint64_t)number;
    if (group >= 0) {
        H5Gclose(group);
    }
    return fine;
}

bool store_worst_read(struct store *store, unsigned number, struct store_worst *worst,
                      bool *there, struct store_error *error) {
    char path[32];
    memset(worst, 0, sizeof *worst);
    snprintf(path, sizeof path, "worst/%u", number);
    *there = H5Lexists(store->file, "worst", H5P_DEFAULT) > 0 &&
             H5Lexists(store->file, path, H5P_DEFAULT) > 0;
    if (!*there) {
        return true;
    }
    bool fine = read_about(store, path, worst) ||
                store_damaged(store, "an event log does not say its path", error);
    fine = fine && read_times(store, path, &worst->replay, error);
    for (size_t i = 0; fine && i < sizeof columns / sizeof *columns; ++i) {
        fine = read_column(store, path, i, &worst->replay, error);
    }
    if (!fine) {
        replay_free(&worst->replay);
        *there = false;
    }
    return fine;
}
