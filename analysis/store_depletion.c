#include "analysis/store_depletion.h"

#include "analysis/store_read_hdf5.h"
#include "analysis/store_read_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum part { TIME, AT_RISK, DEPLETED, INCIDENCE, ERROR, LOW, HIGH, PARTS };

static const struct {
    const char *name, *unit, *meaning;
} parts[PARTS] = {
    [TIME] = {"time",      "h", "time since the start"                                 },
    [AT_RISK] = {"at_risk",   "1", "paths whose fund was not depleted before"             },
    [DEPLETED] = {"depleted",  "1", "paths whose fund was depleted at this time"           },
    [INCIDENCE] = {"incidence", "1",
              "share of paths whose fund is depleted (Kaplan-Meier)"                   },
    [ERROR] = {"error",     "1", "standard error of the incidence (Greenwood)"          },
    [LOW] = {"low",       "1", "lower end of the interval of the incidence, pointwise"},
    [HIGH] = {"high",      "1", "upper end of the interval of the incidence, pointwise"},
};

static double part_of(const struct survival_step *step, enum part part) {
    switch (part) {
    case TIME:
        return step->time;
    case AT_RISK:
        return (double)step->at_risk;
    case DEPLETED:
        return (double)step->events;
    case INCIDENCE:
        return step->incidence.value;
    case ERROR:
        return step->error;
    case LOW:
        return step->incidence.low;
    default:
        return step->incidence.high;
    }
}

static void write_interval(struct store_hdf5 *store, hid_t group, const char *name,
                           const struct interval *interval) {
    char text[64];
    store_hdf5_real(store, group, name, interval->value);
    snprintf(text, sizeof text, "%s_low", name);
    store_hdf5_real(store, group, text, interval->low);
    snprintf(text, sizeof text, "%s_high", name);
    store_hdf5_real(store, group, text, interval->high);
}

void store_depletion_write(struct store_hdf5 *store, const struct survival *survival) {
    const double fill = nan("");
    double *values = malloc((survival->count + 1) * sizeof *values);
    if (survival->horizon == 0 || values == NULL) {
        store->failed |= values == NULL;
        free(values);
        return;
    }
    const hid_t group = store_hdf5_group(store, "fund_depletion");
    store_hdf5_integer(store, group, "paths", (int64_t)survival->paths);
    store_hdf5_integer(store, group, "depleted", (int64_t)survival->events);
    store_hdf5_integer(store, group, "failed_paths", (int64_t)survival->failed);
    store_hdf5_text(store, group, "units", "h");
    store_hdf5_real(store, group, "horizon", survival->horizon);
    store_hdf5_real(store, group, "level", survival->level);
    write_interval(store, group, "incidence", &survival->incidence);
    write_interval(store, group, "median", &survival->median);
    write_interval(store, group, "restricted_mean", &survival->restricted_mean);
    hid_t scale = 0;
    for (enum part part = TIME; part < PARTS; ++part) {
        for (size_t i = 0; i < survival->count; ++i) {
            values[i] = part_of(&survival->step[i], part);
        }
        const struct store_hdf5_column column = {
            .group = group,
            .name = parts[part].name,
            .memory_type = H5T_NATIVE_DOUBLE,
            .file_type = H5T_NATIVE_DOUBLE,
            .values = values,
            .count = survival->count,
            .scale = scale,
            .fill = part == TIME ? NULL : &fill,
        };
        const hid_t dataset = store_hdf5_column(store, &column);
        store_hdf5_text(store, dataset, "units", parts[part].unit);
        store_hdf5_text(store, dataset, "long_name", parts[part].meaning);
        if (part == TIME) {
            scale = dataset;
        } else {
            store_hdf5_column_close(store, dataset);
        }
    }
    store_hdf5_column_close(store, scale);
    store_hdf5_group_close(store, group);
    free(values);
}

static bool set_part(struct survival_step *step, enum part part, double value) {
    const bool counted = part == AT_RISK || part == DEPLETED;
    if (counted && !(value >= 0 && value < 0x1p53)) {
        return false;
    }
    switch (part) {
    case TIME:
        step->time = value;
        return isfinite(value);
    case AT_RISK:
        step->at_risk = (uint64_t)value;
        return true;
    case DEPLETED:
        step->events = (uint64_t)value;
        return true;
    case INCIDENCE:
        step->incidence.value = value;
        return value >= 0 && value <= 1;
    case ERROR:
        step->error = value;
        return true;
    case LOW:
        step->incidence.low = value;
        return true;
    default:
        step->incidence.high = value;
        return true;
    }
}

static bool read_part(struct store *store, enum part part, struct survival *survival,
                      struct store_error *error) {
    struct store_column column;
    char name[64];
    snprintf(name, sizeof name, "fund_depletion/%s", parts[part].name);
    if (!store_column(store, name, &column, error)) {
        return false;
    }
    bool fine = column.type == STORE_REAL;
    if (part == TIME && fine) {
        survival->step = calloc(column.count + 1, sizeof *survival->step);
        survival->count = survival->step == NULL ? 0 : column.count;
    }
    fine = fine && survival->step != NULL && column.count == survival->count;
    for (size_t i = 0; fine && i < column.count; ++i) {
        fine = set_part(&survival->step[i], part, column.real[i]);
    }
    store_column_free(&column);
    return fine ||
           store_damaged(store, "the times of depletion have another shape", error);
}

static bool read_interval(hid_t group, const char *name, struct interval *interval) {
    char low[64], high[64];
    snprintf(low, sizeof low, "%s_low", name);
    snprintf(high, sizeof high, "%s_high", name);
    return store_read_real(group, name, &interval->value) &&
           store_read_real(group, low, &interval->low) &&
           store_read_real(group, high, &interval->high);
}

static bool read_about(hid_t group, struct survival *survival) {
    int64_t paths, events, failed;
    const bool fine = store_read_integer(group, "paths", &paths) && paths >= 0 &&
                      store_read_integer(group, "depleted", &events) && events >= 0 &&
                      store_read_integer(group, "failed_paths", &failed) && failed >= 0 &&
                      store_read_real(group, "horizon", &survival->horizon) &&
                      survival->horizon > 0 &&
                      store_read_real(group, "level", &survival->level) &&
                      read_interval(group, "incidence", &survival->incidence) &&
                      read_interval(group, "median", &survival->median) &&
                      read_interval(group, "restricted_mean", &survival->restricted_mean);
    if (fine) {
        survival->paths = (uint64_t)paths;
        survival->events = (uint64_t)events;
        survival->failed = (uint64_t)failed;
        survival->before = (struct interval){0, 0, 0};
    }
    return fine;
}

bool store_depletion_read(struct store *store, struct survival *survival,
                          struct store_error *error) {
    *survival = (struct survival){.count = 0};
    if (H5Lexists(store->file, "fund_depletion", H5P_DEFAULT) <= 0) {
        return true;
    }
    const hid_t group = H5Gopen2(store->file, "fund_depletion", H5P_DEFAULT);
    bool fine = group >= 0 && read_about(group, survival);
    if (group >= 0) {
        H5Gclose(group);
    }
    fine = fine || store_damaged(store, "the times of depletion say nothing", error);
    for (enum part part = TIME; fine && part < PARTS; ++part) {
        fine = read_part(store, part, survival, error);
    }
    if (!fine) {
        survival_free(survival);
    }
    return fine;
}
