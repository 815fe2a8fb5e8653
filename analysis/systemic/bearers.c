#include "analysis/systemic/bearers.h"

#include "analysis/estimate/tail.h"
#include "analysis/say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COVAR_BAND_PPM 5000u

enum { FUND, WINNERS, OTHERS, POOL, NOBODY };

static const char *const names[BEARERS_ROWS][2] = {
    {"fund",           "the insurance fund"      },
    {"winners",        "winners, deleveraged"    },
    {"socialised",     "others, socialised"      },
    {"pool",           "the pool, as a winner"   },
    {"open",           "nobody yet"              },
    {"pool_loss",      "the pool, hedge included"},
    {"keeper_loss",    "keepers"                 },
    {"arbitrage_loss", "the arbitrageur"         },
    {"adversary_loss", "adversaries"             },
};

struct table {
    size_t count;
    double *total;
    double *part[BEARERS_ROWS];
};

/* Adds sign times a column of /paths to a part. */
static enum run_status add_column(struct store *store, const char *name, double sign,
                                  double *sum) {
    struct store_column column;
    struct store_error error;
    if (!store_column(store, name, &column, &error)) {
        say("%s", error.text);
        return error.status;
    }
    const bool real =
        column.type == STORE_REAL && column.count == store_about_of(store)->paths;
    for (size_t i = 0; real && i < column.count; ++i) {
        sum[i] += sign * column.real[i];
    }
    store_column_free(&column);
    if (!real) {
        say("%s: %s is not a column of numbers, one a path", store_path(store), name);
    }
    return real ? RUN_OK : RUN_INPUT;
}

static enum run_status read_table(struct store *store, struct table *table) {
    const struct {
        const char *name;
        double sign;
        double *sum;
    } columns[] = {
        {"paths/bad_debt",         1,  table->total           },
        {"paths/fund_draw",        1,  table->part[FUND]      },
        {"paths/adl_haircut",      1,  table->part[WINNERS]   },
        {"paths/adl_overshoot",    -1, table->part[WINNERS]   },
        {"paths/socialised_loss",  1,  table->part[OTHERS]    },
        {"paths/pool_absorbed",    1,  table->part[POOL]      },
        {"paths/pool_pnl_hedged",  -1, table->part[NOBODY + 1]},
        {"paths/keeper_pnl",       -1, table->part[NOBODY + 2]},
        {"paths/arbitrage_pnl",    -1, table->part[NOBODY + 3]},
        {"paths/adversary_profit", -1, table->part[NOBODY + 4]},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; ++i) {
        const enum run_status status =
            add_column(store, columns[i].name, columns[i].sign, columns[i].sum);
        if (status != RUN_OK) {
            return status;
        }
    }
    return RUN_OK;
}

/* Leaves out paths that failed; what no other part has is open. */
static void complete_table(struct table *table, size_t paths) {
    for (size_t i = 0; i < paths; ++i) {
        if (isnan(table->total[i])) {
            continue;
        }
        const size_t to = table->count++;
        table->total[to] = table->total[i];
        for (int k = 0; k < BEARERS_ROWS; ++k) {
            table->part[k][to] = table->part[k][i];
        }
        table->part[NOBODY][to] = table->total[to];
        for (int k = 0; k < NOBODY; ++k) {
            table->part[NOBODY][to] -= table->part[k][to];
        }
        /* Amounts are whole micro-USD; what differences of doubles add is no money. */
        table->part[NOBODY][to] = round(table->part[NOBODY][to] * 1e6) / 1e6;
    }
}

/* Whether a column has no value on some path: then there was no such participant. */
static bool is_missing(const double *part, size_t count) {
    bool missing = false;
    for (size_t i = 0; i < count; ++i) {
        missing |= isnan(part[i]) != 0;
    }
    return missing;
}

static enum run_status share_out(const struct table *table, uint32_t q_ppm, double level,
                                 struct bearers *bearers) {
    const struct tail_shares_terms terms = {
        .count = table->count, .q_ppm = q_ppm, .level = level};
    struct tail_shares_tail tail;
    if (!tail_shares_find(table->total, &terms, &tail)) {
        say("out of memory");
        return RUN_IO;
    }
    bearers->paths = table->count;
    bearers->value_at_risk = tail.value_at_risk;
    bearers->effective = tail.effective;
    bearers->shortfall = tail.shortfall;
    bearers->above = tail.above;
    for (int k = 0; k < BEARERS_ROWS; ++k) {
        struct bearers_row *row = &bearers->row[k];
        *row = (struct bearers_row){.name = names[k][0], .who = names[k][1]};
        row->in_tail.shortfall = row->in_tail.share = interval_none();
        if (!is_missing(table->part[k], table->count)) {
            row->in_tail = tail_shares_of(table->part[k], table->total, &tail, &terms);
        }
    }
    tail_shares_free(&tail);
    if (!tail_shares_covar(table->part[NOBODY + 1], table->total, &terms, COVAR_BAND_PPM,
                           &bearers->covar_paths, &bearers->covar)) {
        say("out of memory");
        return RUN_IO;
    }
    return RUN_OK;
}

/* The quantile of a column over complete paths. */
static enum run_status find_quantile(struct store *store, const char *name,
                                     uint32_t q_ppm, struct interval *quantile) {
    const size_t paths = (size_t)store_about_of(store)->paths;
    struct sample sample = {.divisor = 1, .real = calloc(paths + 1, sizeof(double))};
    if (sample.real == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    const enum run_status status = add_column(store, name, 1, sample.real);
    if (status == RUN_OK) {
        for (size_t i = 0; i < paths; ++i) {
            if (!isnan(sample.real[i])) {
                sample.real[sample.count++] = sample.real[i];
            }
        }
        sample_sort(&sample);
        *quantile = tail_quantile(&sample, q_ppm, store_about_of(store)->level);
    }
    sample_free(&sample);
    return status;
}

static enum run_status find_covers(struct store *store, uint32_t q_ppm,
                                   struct bearers *bearers) {
    const enum run_status status =
        find_quantile(store, "paths/cover_1", q_ppm, &bearers->cover_1);
    return status != RUN_OK
               ? status
               : find_quantile(store, "paths/cover_2", q_ppm, &bearers->cover_2);
}

static enum run_status find(struct store *store, uint32_t q_ppm, struct table *table,
                            struct bearers *bearers) {
    const enum run_status status = read_table(store, table);
    if (status != RUN_OK) {
        return status;
    }
    complete_table(table, (size_t)store_about_of(store)->paths);
    if (table->count == 0) {
        say("%s: no path of it is complete", store_path(store));
        return RUN_INPUT;
    }
    return share_out(table, q_ppm, store_about_of(store)->level, bearers);
}

enum run_status bearers_find(struct store *store, uint32_t q_ppm,
                             struct bearers *bearers) {
    const size_t paths = (size_t)store_about_of(store)->paths;
    struct table table = {0};
    double *values = calloc((paths + 1) * (BEARERS_ROWS + 1), sizeof *values);
    memset(bearers, 0, sizeof *bearers);
    if (values == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    table.total = values;
    for (size_t k = 0; k < BEARERS_ROWS; ++k) {
        table.part[k] = values + (k + 1) * (paths + 1);
    }
    const enum run_status status = find(store, q_ppm, &table, bearers);
    free(values);
    return status != RUN_OK ? status : find_covers(store, q_ppm, bearers);
}
