#include "analysis/estimate/control.h"

#include "analysis/spool.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

struct moments {
    double mean_x, mean_y;
    double xx, yy, xy; /* sums of products of deviations */
};

static struct moments moments_of(const double *x, const double *y, size_t count) {
    struct moments moments = {0, 0, 0, 0, 0};
    for (size_t i = 0; i < count; ++i) {
        moments.mean_x += x[i] / (double)count;
        moments.mean_y += y[i] / (double)count;
    }
    for (size_t i = 0; i < count; ++i) {
        const double a = x[i] - moments.mean_x, b = y[i] - moments.mean_y;
        moments.xx += a * a;
        moments.yy += b * b;
        moments.xy += a * b;
    }
    return moments;
}

struct control control_fit(const double *x, const double *y, size_t count,
                           double control_mean, uint64_t control_count, double level) {
    struct control control = {
        .mean = interval_none(), .reduction = nan(""), .level = level};
    const struct moments moments = moments_of(x, y, count);
    if (count < 3 || !(moments.xx > 0) || !(moments.yy > 0)) {
        return control;
    }
    const double n = (double)count;
    const double rest = fmax(0, moments.xx - moments.xy * moments.xy / moments.yy);
    const double apart = moments.xx + moments.yy - 2 * moments.xy;
    control.pairs = count;
    control.beta = moments.xy / moments.yy;
    control.correlation = moments.xy / sqrt(moments.xx * moments.yy);
    control.known_reduction = moments.xx / rest;
    control.paired_reduction = (moments.xx + moments.yy) / apart;
    if (control_count == 0) {
        return control;
    }
    const double variance = rest / (n - 2) / n + control.beta * control.beta *
                                                     moments.yy / (n - 1) /
                                                     (double)control_count;
    const double half = gsl_cdf_tdist_Pinv((1 + level) / 2, n - 2) * sqrt(variance);
    control.paths = control_count;
    control.mean.value = moments.mean_x - control.beta * (moments.mean_y - control_mean);
    control.mean.low = control.mean.value - half;
    control.mean.high = control.mean.value + half;
    control.reduction = moments.xx / (n - 1) / n / variance;
    return control;
}

struct gathering {
    const struct spool *other; /* NULL: the twin is in the path itself */
    size_t count;
    double *x, *y;
};

static double bad_debt(const struct outcome *outcome) {
    return (double)outcome->value[OUTCOME_BAD_DEBT].integer /
           spool_divisor(OUTCOME_BAD_DEBT);
}

static void put_pair(struct gathering *gathering, double x, double y) {
    gathering->x[gathering->count] = x;
    gathering->y[gathering->count++] = y;
}

static bool gather_twin(void *context, const struct outcome *outcome) {
    if (outcome->status == OUTCOME_STATUS_COMPLETE &&
        !outcome_missing(outcome, OUTCOME_FEEDBACK_BAD_DEBT)) {
        const double feedback =
            (double)outcome->value[OUTCOME_FEEDBACK_BAD_DEBT].integer /
            spool_divisor(OUTCOME_FEEDBACK_BAD_DEBT);
        put_pair(context, bad_debt(outcome), bad_debt(outcome) - feedback);
    }
    return true;
}

static bool gather_other(void *context, const struct outcome *outcome) {
    struct gathering *gathering = context;
    unsigned char record[OUTCOME_RECORD_SIZE];
    struct outcome other;
    if (outcome->path >= spool_count(gathering->other)) {
        errno = EINVAL;
        return false;
    }
    if (!spool_read(gathering->other, outcome->path, 1, record)) {
        return false;
    }
    outcome_read(&other, record);
    if (other.path != outcome->path) {
        errno = EINVAL;
        return false;
    }
    if (outcome->status == OUTCOME_STATUS_COMPLETE &&
        other.status == OUTCOME_STATUS_COMPLETE) {
        put_pair(gathering, bad_debt(outcome), bad_debt(&other));
    }
    return true;
}

static bool gather(const struct spool *spool, struct gathering *gathering) {
    const size_t size = ((size_t)spool_count(spool) + 1) * sizeof(double);
    gathering->x = malloc(size);
    gathering->y = malloc(size);
    return gathering->x != NULL && gathering->y != NULL &&
           spool_visit(spool, gathering->other == NULL ? gather_twin : gather_other,
                       gathering);
}

static void give_back(struct gathering *gathering) {
    const int reason = errno;
    free(gathering->x);
    free(gathering->y);
    errno = reason;
}

bool control_of_twin(const struct spool *spool, double level, struct control *control) {
    struct gathering gathering = {.other = NULL};
    const bool fine = gather(spool, &gathering);
    if (fine) {
        *control =
            control_fit(gathering.x, gathering.y, gathering.count, nan(""), 0, level);
    }
    give_back(&gathering);
    return fine;
}

bool control_of_run(const struct spool *spool, const struct spool *other, double level,
                    struct control *control) {
    struct gathering gathering = {.other = other};
    struct sample sample;
    bool fine = gather(spool, &gathering);
    if (fine && spool_sample(other, OUTCOME_BAD_DEBT, &sample)) {
        const struct interval mean = interval_mean(&sample, level);
        *control = control_fit(gathering.x, gathering.y, gathering.count, mean.value,
                               sample.count, level);
        sample_free(&sample);
    } else {
        fine = false;
    }
    give_back(&gathering);
    return fine;
}
