#include "analysis/bands.h"
#include "analysis/store_again.h"
#include "analysis/store_bands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What the check compares: bands as they are in the file, and as far as rows make them. */
struct check {
    const struct store_bands *stored;
    const struct run_result *made;
    const struct bands_series *implied; /* by the series that rows tell of */
    struct store_again *finding;
};

static bool close_to(double one, double other) {
    return one == other || (isnan(one) && isnan(other)) ||
           fabs(one - other) <= 1e-9 * (fabs(one) + fabs(other));
}

static bool differs(const struct check *check, const char *name, unsigned point,
                    const char *what) {
    check->finding->word = STORE_AGAIN_DIFFERS;
    snprintf(check->finding->what, sizeof check->finding->what, "bands/%s %s, value %u",
             name, what, point);
    return false;
}

/* A rising row of numbers, those that are missing left out. */
static bool rises(double *before, double value) {
    const bool fine = isnan(value) || isnan(*before) || value >= *before;
    *before = isnan(value) ? *before : value;
    return fine;
}

static bool check_order(const struct check *check, enum samples_series series,
                        unsigned point) {
    const struct bands_series *own = &check->stored->series[series];
    double value = nan(""), low = nan(""), high = nan("");
    for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
        const struct interval *at = &own->quantile[point][i];
        double inside = at->low;
        const bool fine = rises(&value, at->value) && rises(&low, at->low) &&
                          rises(&high, at->high) && rises(&inside, at->value) &&
                          rises(&inside, at->high);
        if (!fine || isnan(at->value) != (own->count[point] == 0)) {
            return differs(check, samples_descriptions[series].name, point,
                           "is out of order");
        }
    }
    return true;
}

static bool is_sum(enum samples_series series) {
    return series == SAMPLES_LIQUIDATED || series == SAMPLES_BAD_DEBT;
}

/* What is summed up along every path rises in every quantile. */
static bool check_sum(const struct check *check, enum samples_series series,
                      unsigned point) {
    const struct bands_series *own = &check->stored->series[series];
    for (unsigned i = 0; point > 0 && is_sum(series) && i < BANDS_QUANTILES; ++i) {
        const struct interval *before = &own->quantile[point - 1][i];
        const struct interval *at = &own->quantile[point][i];
        if (at->value < before->value || at->low < before->low ||
            at->high < before->high) {
            return differs(check, samples_descriptions[series].name, point, "falls");
        }
    }
    return true;
}

/* Before the first report of the oracle there is no index; all else every path has. */
static bool check_count(const struct check *check, enum samples_series series,
                        unsigned point) {
    const struct metrics *metrics = &check->made->metrics;
    const struct bands_series *own = &check->stored->series[series];
    const uint64_t complete = metrics->paths - metrics->failed;
    const bool may_lack = series == SAMPLES_INDEX_PRICE;
    const bool fine = may_lack
                          ? own->count[point] <= complete &&
                                (point == 0 || own->count[point] >= own->count[point - 1])
                          : own->count[point] == complete;
    return fine || differs(check, samples_descriptions[series].name, point,
                           "does not count every path");
}

/* The fund at any time is at least what it is at its least. */
static bool check_fund(const struct check *check, unsigned point) {
    const struct bands_series *own = &check->stored->series[SAMPLES_FUND];
    const struct bands_series *least = &check->implied[SAMPLES_FUND];
    for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
        if (own->quantile[point][i].value < least->quantile[SAMPLES_PARTS][i].value) {
            return differs(check, "fund", point, "is below the least of the paths");
        }
    }
    return true;
}

static bool check_end(const struct check *check, enum samples_series series) {
    const struct bands_series *own = &check->stored->series[series];
    const struct bands_series *rows = &check->implied[series];
    for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
        const struct interval *stored = &own->quantile[SAMPLES_PARTS][i];
        const struct interval *made = &rows->quantile[SAMPLES_PARTS][i];
        if (!close_to(stored->value, made->value) || !close_to(stored->low, made->low) ||
            !close_to(stored->high, made->high)) {
            return differs(check, samples_descriptions[series].name, SAMPLES_PARTS,
                           "is not that of the rows");
        }
    }
    return true;
}

static bool check_bands(const struct check *check, const struct run_subject *subject) {
    bool fine =
        check_end(check, SAMPLES_LIQUIDATED) && check_end(check, SAMPLES_BAD_DEBT);
    for (unsigned point = 0; fine && point < SAMPLES_POINTS; ++point) {
        const int64_t since = samples_time_ns(subject->start_ns, subject->end_ns, point) -
                              subject->start_ns;
        fine = close_to(check->stored->hours[point], (double)since / 3.6e12) ||
               differs(check, "hours", point, "is another time");
        fine = fine && check_fund(check, point);
        for (unsigned i = 0; fine && i < SAMPLES_COUNT; ++i) {
            const enum samples_series series = (enum samples_series)i;
            fine = check_count(check, series, point) &&
                   check_order(check, series, point) && check_sum(check, series, point);
        }
    }
    return fine;
}

/* What the row of a path says of its last sample, or bounds it by. */
static bool imply(void *context, const struct outcome *outcome) {
    struct bands *bands = context;
    struct samples samples;
    unsigned char record[SAMPLES_RECORD_SIZE];
    if (outcome->status != OUTCOME_STATUS_COMPLETE) {
        return true;
    }
    samples_none(&samples);
    samples.value[SAMPLES_LIQUIDATED][SAMPLES_PARTS] =
        outcome->value[OUTCOME_LIQUIDATED_NOTIONAL].integer;
    samples.value[SAMPLES_BAD_DEBT][SAMPLES_PARTS] =
        outcome->value[OUTCOME_BAD_DEBT].integer -
        outcome->value[OUTCOME_SHORTFALL_OPEN].integer;
    samples.value[SAMPLES_FUND][SAMPLES_PARTS] = outcome->value[OUTCOME_FUND_MIN].integer;
    samples_write(&samples, record);
    bands_add(bands, record);
    return true;
}

/* What the rows say of the bands, by series; false when memory is out. */
static bool imply_bands(const struct run_result *made,
                        struct bands_series implied[SAMPLES_COUNT]) {
    static const enum samples_series told[] = {SAMPLES_LIQUIDATED, SAMPLES_BAD_DEBT,
                                               SAMPLES_FUND};
    struct bands *bands = bands_open();
    const bool fine = bands != NULL && spool_visit(made->spool, imply, bands);
    for (size_t i = 0; fine && i < sizeof told / sizeof *told; ++i) {
        bands_compute(bands, told[i], made->level, &implied[told[i]]);
    }
    bands_close(bands);
    return fine;
}

bool store_again_bands(struct store *store, const struct run_subject *subject,
                       const struct run_result *made, struct store_again *finding) {
    struct store_error error;
    struct store_bands *stored = calloc(1, sizeof *stored);
    struct bands_series *implied = calloc(SAMPLES_COUNT, sizeof *implied);
    const struct check check = {stored, made, implied, finding};
    const bool fine = stored != NULL && implied != NULL && imply_bands(made, implied);
    if (fine && !store_bands_read(store, stored, &error)) {
        finding->word = STORE_AGAIN_DIFFERS;
        snprintf(finding->what, sizeof finding->what, "%.255s", error.text);
    } else if (fine) {
        finding->word = STORE_AGAIN_FITS;
        check_bands(&check, subject);
    }
    free(implied);
    free(stored);
    return fine;
}
