#include "analysis/estimate/metrics.h"

#include "analysis/estimate/tail.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define Q50 500000u
#define Q95 950000u
#define Q99 990000u

static const struct {
    const char *ending, *doc;
} kinds[] = {
    [METRICS_MEAN] = {"_mean",  "mean"                                      },
    [METRICS_P50] = {"_p50",   "median"                                    },
    [METRICS_P95] = {"_p95",   "95 % quantile"                             },
    [METRICS_VAR99] = {"_var99", "99 % quantile (value at risk)"             },
    [METRICS_ES99] = {"_es99",  "mean of the worst 1 % (expected shortfall)"},
    [METRICS_PROBABILITY] = {"",       "probability"                               },
};

static void list_one(struct metrics *metrics, enum outcome_field field,
                     enum metrics_kind kind) {
    assert(metrics->count < METRICS_MAX);
    struct estimate *estimate = &metrics->estimate[metrics->count++];
    const char *name = outcome_descriptions[field].name;
    estimate->field = field;
    estimate->kind = kind;
    estimate->unit = outcome_descriptions[field].unit;
    estimate->value = estimate->low = estimate->high = nan("");
    estimate->batch_low = estimate->batch_high = nan("");
    if (kind == METRICS_PROBABILITY) {
        name = field == OUTCOME_BAD_DEBT_MATERIAL ? "bad_debt" : name;
        snprintf(estimate->name, sizeof estimate->name, "p_%s", name);
    } else {
        snprintf(estimate->name, sizeof estimate->name, "%s%s", name, kinds[kind].ending);
    }
}

void metrics_list(struct metrics *metrics) {
    memset(metrics, 0, sizeof *metrics);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const enum outcome_field field = (enum outcome_field)i;
        const enum outcome_kind kind = outcome_descriptions[i].kind;
        if (kind == OUTCOME_FLAG) {
            list_one(metrics, field, METRICS_PROBABILITY);
            continue;
        }
        list_one(metrics, field, METRICS_MEAN);
        list_one(metrics, field, METRICS_P50);
        list_one(metrics, field, METRICS_P95);
        if (kind != OUTCOME_TIME && kind != OUTCOME_GAS) {
            list_one(metrics, field, METRICS_VAR99);
            list_one(metrics, field, METRICS_ES99);
        }
    }
}

void metrics_doc(const struct estimate *estimate, char *text, size_t size) {
    snprintf(text, size, "%s of: %s", kinds[estimate->kind].doc,
             outcome_descriptions[estimate->field].meaning);
}

/* A failed path may have been an event: the interval spans both answers. */
static struct interval probability(const struct sample *flags, uint64_t failed,
                                   double level) {
    uint64_t events = 0;
    for (size_t i = 0; i < flags->count; ++i) {
        events += flags->integer[i] != 0;
    }
    const uint64_t trials = flags->count + failed;
    struct interval share = interval_share(events, flags->count, level);
    if (failed > 0) {
        share.low = interval_share(events, trials, level).low;
        share.high = interval_share(events + failed, trials, level).high;
    }
    return share;
}

/* One field over the paths: its values in order of size, and what was computed from them
   in order of paths. */
struct field_sample {
    struct sample sample;
    struct interval batches; /* of the shortfall */
};

static struct interval shortfall_of(struct estimate *estimate,
                                    const struct field_sample *of, double level) {
    uint64_t tail = 0;
    const struct interval shortfall = tail_shortfall(&of->sample, Q99, level, &tail);
    estimate->thin_tail = tail < TAIL_FEW;
    estimate->batch_low = of->batches.low;
    estimate->batch_high = of->batches.high;
    estimate->batches_disagree = !tail_batches_agree(&shortfall, &of->batches, level);
    return shortfall;
}

static struct interval estimate_of(struct estimate *estimate,
                                   const struct field_sample *of, uint64_t failed,
                                   double level) {
    const struct sample *sample = &of->sample;
    switch (estimate->kind) {
    case METRICS_MEAN:
        return interval_mean(sample, level);
    case METRICS_P50:
        return tail_quantile_bounds(sample, Q50, level, failed);
    case METRICS_P95:
        return tail_quantile_bounds(sample, Q95, level, failed);
    case METRICS_VAR99:
        return tail_quantile_bounds(sample, Q99, level, failed);
    case METRICS_ES99:
        return shortfall_of(estimate, of, level);
    case METRICS_PROBABILITY:
        return probability(sample, failed, level);
    }
    assert(false); /* every kind has its formula */
    return interval_none();
}

static bool count_status(void *context, const struct outcome *outcome) {
    struct metrics *metrics = context;
    assert(outcome->status < OUTCOME_STATUS_COUNT);
    ++metrics->by_status[outcome->status];
    return true;
}

/* Fills the estimates that belong to the field. */
static void fill_field(struct metrics *metrics, enum outcome_field field,
                       const struct field_sample *of, double level, const char *measure) {
    const bool conditional = of->sample.count < metrics->paths - metrics->failed;
    for (size_t i = 0; i < metrics->count; ++i) {
        struct estimate *estimate = &metrics->estimate[i];
        if (estimate->field != field) {
            continue;
        }
        const struct interval interval =
            estimate_of(estimate, of, metrics->failed, level);
        estimate->value = interval.value;
        estimate->low = interval.low;
        estimate->high = interval.high;
        estimate->level = level;
        estimate->n = of->sample.count;
        snprintf(estimate->measure, sizeof estimate->measure, "%s%s", measure,
                 conditional ? METRICS_GIVEN_VALUE : "");
        estimate->incomplete = metrics->failed > 0;
    }
}

bool metrics_begin(const struct spool *spool, struct metrics *metrics) {
    metrics_list(metrics);
    metrics->paths = spool_count(spool);
    if (!spool_visit(spool, count_status, metrics)) {
        return false;
    }
    metrics->failed = metrics->paths - metrics->by_status[OUTCOME_STATUS_COMPLETE];
    return true;
}

static bool has_shortfall(const struct metrics *metrics, enum outcome_field field) {
    for (size_t i = 0; i < metrics->count; ++i) {
        if (metrics->estimate[i].field == field &&
            metrics->estimate[i].kind == METRICS_ES99) {
            return true;
        }
    }
    return false;
}

bool metrics_compute_field(const struct spool *spool, enum outcome_field field,
                           double level, const char *measure, struct metrics *metrics) {
    struct field_sample of;
    if (!spool_sample(spool, field, &of.sample)) {
        return false;
    }
    of.batches = interval_none();
    const bool fine = !has_shortfall(metrics, field) ||
                      tail_shortfall_batches(&of.sample, Q99, level, &of.batches);
    sample_sort(&of.sample);
    fill_field(metrics, field, &of, level, measure);
    sample_free(&of.sample);
    return fine;
}

bool metrics_compute(const struct spool *spool, double level, const char *measure,
                     struct metrics *metrics) {
    bool fine = metrics_begin(spool, metrics);
    for (unsigned i = 0; fine && i < OUTCOME_FIELD_COUNT; ++i) {
        fine =
            metrics_compute_field(spool, (enum outcome_field)i, level, measure, metrics);
    }
    return fine;
}

void metrics_marks(const struct estimate *estimate, char text[METRICS_MARKS_SIZE]) {
    snprintf(text, METRICS_MARKS_SIZE, "%s%s%s", estimate->thin_tail ? " ~" : "",
             estimate->batches_disagree ? " !" : "", estimate->incomplete ? " *" : "");
}

const struct estimate *metrics_find(const struct metrics *metrics, const char *name) {
    for (size_t i = 0; i < metrics->count; ++i) {
        if (strcmp(metrics->estimate[i].name, name) == 0) {
            return &metrics->estimate[i];
        }
    }
    return NULL;
}
