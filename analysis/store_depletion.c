#include "analysis/store_depletion.h"

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
