#include "analysis/tune/tune_store.h"

#include "analysis/publish.h"
#include "analysis/store_hdf5.h"
#include "analysis/tune/tune_page.h"
#include "analysis/version.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The group in the making, with room for one column. */
struct rows {
    struct store_hdf5 *store;
    const struct tune *tune;
    hid_t group, scale;
    size_t count;
    const char **texts;
    char (*labels)[TUNE_LABEL_SIZE];
    double *reals;
};

static void finish_column(struct rows *rows, hid_t dataset, const char *unit,
                          const char *meaning) {
    if (unit != NULL) {
        store_hdf5_text(rows->store, dataset, "units", unit);
    }
    store_hdf5_text(rows->store, dataset, "long_name", meaning);
    if (rows->scale == 0) {
        rows->scale = dataset;
    } else {
        store_hdf5_column_close(rows->store, dataset);
    }
}

static void write_texts(struct rows *rows, const char *name, const char *meaning) {
    const struct store_hdf5_column column = {
        .group = rows->group,
        .name = name,
        .memory_type = rows->store->text_type,
        .file_type = rows->store->text_type,
        .values = rows->texts,
        .count = rows->count,
        .scale = rows->scale,
    };
    finish_column(rows, store_hdf5_column(rows->store, &column), NULL, meaning);
}

static void write_reals(struct rows *rows, const char *name, const char *unit,
                        const char *meaning) {
    const double fill = nan("");
    const struct store_hdf5_column column = {
        .group = rows->group,
        .name = name,
        .memory_type = H5T_NATIVE_DOUBLE,
        .file_type = H5T_NATIVE_DOUBLE,
        .values = rows->reals,
        .count = rows->count,
        .scale = rows->scale,
        .fill = &fill,
    };
    finish_column(rows, store_hdf5_column(rows->store, &column), unit, meaning);
}

/* An interval of every setting, picked by its place in struct contestant. */
typedef struct interval interval_of(const struct rows *rows,
                                    const struct contestant *shown, size_t index);

static struct interval cost_of(const struct rows *rows, const struct contestant *shown,
                               size_t index) {
    (void)rows;
    (void)index;
    return shown->mean_cost;
}

static struct interval capital_of(const struct rows *rows, const struct contestant *shown,
                                  size_t index) {
    (void)rows;
    (void)index;
    return shown->capital;
}

static struct interval paid_of(const struct rows *rows, const struct contestant *shown,
                               size_t index) {
    (void)rows;
    (void)index;
    return shown->liquidation;
}

static struct interval goal_of(const struct rows *rows, const struct contestant *shown,
                               size_t index) {
    (void)rows;
    const struct estimate *estimate = &shown->estimate[index];
    return (struct interval){estimate->value, estimate->low, estimate->high};
}

static void write_interval(struct rows *rows, const char *name, const char *unit,
                           interval_of *of, size_t index) {
    static const char *const endings[] = {"", "_low", "_high"};
    static const char *const meanings[] = {"estimate", "lower end of its interval",
                                           "upper end of its interval"};
    char column[METRICS_NAME_SIZE + 32];
    for (size_t part = 0; part < 3; ++part) {
        for (size_t i = 0; i < rows->count; ++i) {
            const struct contestant *shown = tune_shown(&rows->tune->setting[i]);
            const struct interval interval =
                shown != NULL ? of(rows, shown, index) : interval_none();
            rows->reals[i] = part == 0   ? interval.value
                             : part == 1 ? interval.low
                                         : interval.high;
        }
        snprintf(column, sizeof column, "%s%s", name, endings[part]);
        write_reals(rows, column, unit, meanings[part]);
    }
}

/* Stored units in one shown unit, and what that is. */
static double shown_unit(const struct param_kind *kind, const char **unit) {
    *unit = kind == &param_money || kind == &param_price ? "USD"
            : kind == &param_time                        ? "s"
            : kind == &param_gas_price                   ? "gwei"
                                                         : "1";
    return kind == &param_integer || kind == &param_real     ? 1
           : kind == &param_time || kind == &param_gas_price ? 1e9
                                                             : 1e6;
}

static void write_keys(struct rows *rows) {
    const struct design *design = &rows->tune->design;
    for (size_t i = 0; i < rows->count; ++i) {
        tune_label(rows->tune, i, rows->labels[i]);
        rows->texts[i] = rows->labels[i];
    }
    write_texts(rows, "setting", "values of the keys, in order");
    for (size_t k = 0; k < design->axis_count; ++k) {
        const char *unit;
        const double divisor = shown_unit(design->axis[k].param->kind, &unit);
        for (size_t i = 0; i < rows->count; ++i) {
            rows->reals[i] = design->point[i].at[k] / divisor;
        }
        write_reals(rows, design->axis[k].key, unit, design->axis[k].param->doc);
    }
}

static void write_verdicts(struct rows *rows) {
    const struct tune *tune = rows->tune;
    for (size_t i = 0; i < rows->count; ++i) {
        rows->texts[i] = tune_word(tune, i);
    }
    write_texts(rows, "verdict", "what became of it");
    for (size_t i = 0; i < rows->count; ++i) {
        rows->texts[i] = tune->setting[i].subject[0].run.name;
        rows->texts[i] = rows->texts[i] != NULL ? rows->texts[i] : "";
    }
    write_texts(rows, "scenario",
                "what runs it, with the first scenario; empty: refused");
    const struct {
        const char *name, *meaning;
    } flags[] = {
        {"paths",             "paths of the numbers shown"                        },
        {"fresh",             "1: paths of the fresh seed; 0: of the search"      },
        {"current",           "1: the present setting"                            },
        {"pareto",            "1: nothing is surely better in cost and every goal"},
        {"indistinguishable", "1: not to be told from the recommended one"        }
    };
    for (size_t f = 0; f < sizeof flags / sizeof *flags; ++f) {
        for (size_t i = 0; i < rows->count; ++i) {
            const struct tune_setting *own = &tune->setting[i];
            const struct contestant *shown = tune_shown(own);
            const double values[] = {shown != NULL ? (double)shown->paths : 0,
                                     shown == &own->final, tune->design.point[i].current,
                                     own->pareto, own->alike};
            rows->reals[i] = values[f];
        }
        write_reals(rows, flags[f].name, "1", flags[f].meaning);
    }
}

static void write_settings(struct rows *rows) {
    const struct tune *tune = rows->tune;
    rows->group = store_hdf5_group(rows->store, "settings");
    write_keys(rows);
    write_interval(rows, "cost", "USD", cost_of, 0);
    write_interval(rows, "capital_locked", "USD", capital_of, 0);
    write_interval(rows, "liquidation_cost", "USD", paid_of, 0);
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        char name[METRICS_NAME_SIZE + 8];
        snprintf(name, sizeof name, "goal_%zu", g);
        write_interval(rows, name, tune->contest.goal[g].metric.unit, goal_of, g);
    }
    write_verdicts(rows);
    store_hdf5_column_close(rows->store, rows->scale);
    store_hdf5_group_close(rows->store, rows->group);
}

static void write_index(struct store_hdf5 *store, const char *name, size_t index) {
    store_hdf5_integer(store, store->file, name,
                       index == TUNE_NONE ? -1 : (int64_t)index);
}

static void write_attributes(struct store_hdf5 *store, const struct tune *tune) {
    char name[64], text[24];
    const hid_t root = store->file;
    store_hdf5_text(store, root, "format", TUNE_STORE_FORMAT);
    store_hdf5_integer(store, root, "format_version", TUNE_STORE_FORMAT_VERSION);
    store_hdf5_integer(store, root, "semantics", BREAKWATER_SEMANTICS);
    store_hdf5_text(store, root, "release", version_release());
    snprintf(text, sizeof text, "%" PRIu64, tune->request.seed);
    store_hdf5_text(store, root, "seed", text);
    snprintf(text, sizeof text, "%" PRIu64, tune->fresh_seed);
    store_hdf5_text(store, root, "fresh_seed", text);
    store_hdf5_integer(store, root, "paths", (int64_t)tune->request.paths);
    store_hdf5_integer(store, root, "fresh_paths", (int64_t)tune->fresh_paths);
    store_hdf5_integer(store, root, "failed_paths", (int64_t)tune->failed);
    store_hdf5_real(store, root, "level", tune->request.level);
    store_hdf5_real(store, root, "cost_weight", tune->contest.cost_weight);
    store_hdf5_text(store, root, "response", tune->response.name);
    write_index(store, "recommended", tune->recommended);
    write_index(store, "nearest", tune->nearest);
    write_index(store, "surely_over_below", tune->over_below);
    write_index(store, "surely_over_above", tune->over_above);
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        snprintf(name, sizeof name, "scenario_%zu", s);
        store_hdf5_text(store, root, name, tune->scenario[s]->run.canonical);
        snprintf(name, sizeof name, "scenario_%zu_name", s);
        store_hdf5_text(store, root, name, tune->scenario[s]->run.name);
    }
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        const struct contest_goal *goal = &tune->contest.goal[g];
        snprintf(name, sizeof name, "goal_%zu", g);
        store_hdf5_text(store, root, name, goal->metric.name);
        snprintf(name, sizeof name, "goal_%zu_budget", g);
        store_hdf5_text(store, root, name, goal->expect.text);
        snprintf(name, sizeof name, "goal_%zu_limit", g);
        store_hdf5_real(store, root, name, goal->limit);
        snprintf(name, sizeof name, "goal_%zu_scenario", g);
        store_hdf5_integer(store, root, name, (int64_t)goal->scenario);
    }
}

bool tune_store_write(const char *path, const struct tune *tune, char *error,
                      size_t error_size) {
    struct store_hdf5 store;
    const size_t count = tune->design.count;
    struct rows rows = {
        .store = &store,
        .tune = tune,
        .count = count,
        .texts = calloc(count + 1, sizeof *rows.texts),
        .labels = calloc(count + 1, sizeof *rows.labels),
        .reals = calloc(count + 1, sizeof *rows.reals),
    };
    store_hdf5_begin(&store);
    if (rows.texts == NULL || rows.labels == NULL || rows.reals == NULL) {
        store.failed = true;
    } else {
        write_attributes(&store, tune);
        write_settings(&rows);
    }
    free(rows.texts);
    free(rows.labels);
    free(rows.reals);
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
