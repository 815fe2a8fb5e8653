#include "analysis/estimate/paired.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum { RECORDS_AT_ONCE = 256 };

static uint64_t pairs_of(const struct paired_counts *counts) {
    return counts->both + counts->only_first + counts->only_second + counts->neither;
}

static double share_difference(const struct paired_counts *counts) {
    return ((double)counts->only_second - (double)counts->only_first) /
           (double)pairs_of(counts);
}

/* Tango's statistic for a supposed difference.  The share that is an event in the first
   run only is its maximum likelihood estimate under that difference. */
static double score_at(const struct paired_counts *counts, double difference) {
    const double n = (double)pairs_of(counts), b = (double)counts->only_second,
                 c = (double)counts->only_first;
    const double A = 2 * n, B = -b - c + (2 * n - b + c) * difference,
                 C = -c * difference * (1 - difference);
    const double share = (sqrt(fmax(0, B * B - 4 * A * C)) - B) / (2 * A);
    const double variance = n * (2 * share + difference * (1 - difference));
    const double away = b - c - n * difference;
    if (!(variance > 0)) {
        return away > 0 ? HUGE_VAL : away < 0 ? -HUGE_VAL : 0;
    }
    return away / sqrt(variance);
}

/* Where the statistic, which falls with the supposed difference, passes a value. */
static double score_passes(const struct paired_counts *counts, double value, double low,
                           double high) {
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        if (score_at(counts, middle) > value) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

struct interval paired_score(const struct paired_counts *counts, double level) {
    assert(pairs_of(counts) > 0);
    const double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
    const double difference = share_difference(counts);
    return (struct interval){
        .value = difference,
        .low = score_passes(counts, z, -1, difference),
        .high = score_passes(counts, -z, difference, 1),
    };
}

struct interval paired_exact(const struct paired_counts *counts, double level) {
    const uint64_t n = pairs_of(counts), b = counts->only_second;
    const uint64_t apart = b + counts->only_first;
    assert(n > 0);
    const double error = 1 - level;
    const struct interval often =
        interval_clopper_pearson(apart, n, 1 - error / 5); /* pairs that disagree */
    struct interval side = {.value = 0.5, .low = 0, .high = 1};
    if (apart > 0) {
        side = interval_clopper_pearson(b, apart, 1 - error * 4 / 5);
    }
    const double low = 2 * side.low - 1, high = 2 * side.high - 1;
    return (struct interval){
        .value = share_difference(counts),
        .low = low * (low > 0 ? often.low : often.high),
        .high = high * (high > 0 ? often.high : often.low),
    };
}

struct interval paired_share(const struct paired_counts *counts, double level) {
    return counts->only_first + counts->only_second < INTERVAL_FEW
               ? paired_exact(counts, level)
               : paired_score(counts, level);
}

bool paired_possible(enum metrics_kind kind) {
    return kind == METRICS_MEAN || kind == METRICS_ES99 || kind == METRICS_PROBABILITY;
}

/* Called for every pair of paths; what it returns ends the walk when false. */
typedef bool pair_visit(void *context, const struct outcome *first,
                        const struct outcome *second);

static bool visit_some(const unsigned char *first, const unsigned char *second,
                       uint64_t count, pair_visit *visit, void *context) {
    for (uint64_t i = 0; i < count; ++i) {
        struct outcome a, b;
        outcome_read(&a, first + i * OUTCOME_RECORD_SIZE);
        outcome_read(&b, second + i * OUTCOME_RECORD_SIZE);
        if (a.path != b.path) {
            errno = EINVAL;
            return false;
        }
        if (!visit(context, &a, &b)) {
            return false;
        }
    }
    return true;
}

static bool visit_pairs(const struct spool *first, const struct spool *second,
                        pair_visit *visit, void *context) {
    const uint64_t total = spool_count(first);
    if (spool_count(second) != total) {
        errno = EINVAL;
        return false;
    }
    const size_t size = (size_t)RECORDS_AT_ONCE * OUTCOME_RECORD_SIZE;
    unsigned char *records = malloc(2 * size);
    bool fine = records != NULL;
    for (uint64_t at = 0; fine && at < total; at += RECORDS_AT_ONCE) {
        const uint64_t left = total - at;
        const uint64_t count = left < RECORDS_AT_ONCE ? left : RECORDS_AT_ONCE;
        fine = spool_read(first, at, count, records) &&
               spool_read(second, at, count, records + size) &&
               visit_some(records, records + size, count, visit, context);
    }
    free(records);
    return fine;
}

static bool complete(const struct outcome *outcome) {
    return outcome->status == OUTCOME_STATUS_COMPLETE;
}

struct flag_pairs {
    enum outcome_field field;
    struct paired_counts counts;
    /* Pairs that failed, by what the path that did not fail says: 0, 1, or both failed. */
    uint64_t first_is[2], second_is[2], neither_known;
};

static bool count_flags(void *context, const struct outcome *first,
                        const struct outcome *second) {
    struct flag_pairs *flags = context;
    const bool a = first->value[flags->field].integer != 0;
    const bool b = second->value[flags->field].integer != 0;
    if (!complete(first) && !complete(second)) {
        ++flags->neither_known;
    } else if (!complete(first)) {
        ++flags->second_is[b];
    } else if (!complete(second)) {
        ++flags->first_is[a];
    } else if (!outcome_missing(first, flags->field) &&
               !outcome_missing(second, flags->field)) {
        ++*(a   ? b ? &flags->counts.both : &flags->counts.only_first
            : b ? &flags->counts.only_second
                : &flags->counts.neither);
    }
    return true;
}

/* The counts if every path that failed had answered so that the difference is largest:
   it was an event in the second run and none in the first. */
static struct paired_counts most(const struct flag_pairs *flags) {
    struct paired_counts counts = flags->counts;
    counts.both += flags->first_is[1];
    counts.neither += flags->second_is[0];
    counts.only_second += flags->first_is[0] + flags->second_is[1] + flags->neither_known;
    return counts;
}

static struct paired_counts least(const struct flag_pairs *flags) {
    struct paired_counts counts = flags->counts;
    counts.both += flags->second_is[1];
    counts.neither += flags->first_is[0];
    counts.only_first += flags->first_is[1] + flags->second_is[0] + flags->neither_known;
    return counts;
}

static bool compute_share(const struct spool *first, const struct spool *second,
                          enum outcome_field field, double level, struct paired *paired) {
    struct flag_pairs flags = {.field = field};
    if (!visit_pairs(first, second, count_flags, &flags)) {
        return false;
    }
    const struct paired_counts *counts = &flags.counts;
    paired->higher = counts->only_second;
    paired->lower = counts->only_first;
    paired->pairs = pairs_of(counts);
    paired->failed = flags.neither_known + flags.first_is[0] + flags.first_is[1] +
                     flags.second_is[0] + flags.second_is[1];
    if (paired->pairs == 0) {
        return true;
    }
    paired->difference = paired_share(counts, level);
    if (paired->failed > 0) {
        const struct paired_counts low = least(&flags), high = most(&flags);
        paired->difference.low = paired_share(&low, level).low;
        paired->difference.high = paired_share(&high, level).high;
    }
    const double apart = (double)(counts->only_second + counts->only_first);
    const double more = (double)counts->only_second - (double)counts->only_first;
    paired->errors = apart > 0 ? more / sqrt(apart) : 0;
    return true;
}

/* The values of both runs on pairs that have both, in stored units. */
struct value_pairs {
    enum outcome_field field;
    bool real;
    size_t count;
    union outcome_value *first, *second;
    uint64_t failed;
};

static bool gather_values(void *context, const struct outcome *first,
                          const struct outcome *second) {
    struct value_pairs *values = context;
    if (!complete(first) || !complete(second)) {
        ++values->failed;
    } else if (!outcome_missing(first, values->field) &&
               !outcome_missing(second, values->field)) {
        values->first[values->count] = first->value[values->field];
        values->second[values->count] = second->value[values->field];
        ++values->count;
    }
    return true;
}

static double real_value(const struct value_pairs *values, union outcome_value value) {
    return values->real ? value.real : (double)value.integer;
}

/* Writes the differences over the first run's values: exact where integers allow it. */
static void subtract(struct value_pairs *values, struct sample *sample) {
    bool exact = !values->real;
    for (size_t i = 0; i < values->count && exact; ++i) {
        int64_t difference;
        exact = !__builtin_sub_overflow(values->second[i].integer,
                                        values->first[i].integer, &difference);
    }
    sample->count = values->count;
    for (size_t i = 0; i < values->count; ++i) {
        union outcome_value *to = &values->first[i];
        if (exact) {
            to->integer = values->second[i].integer - to->integer;
        } else {
            to->real = real_value(values, values->second[i]) - real_value(values, *to);
        }
    }
    sample->integer = exact ? &values->first->integer : NULL;
    sample->real = exact ? NULL : &values->first->real;
}

/* Replaces values by q + (x - q)+ / (1 - a): their mean is the expected shortfall. */
static bool to_shortfall(struct value_pairs *values, union outcome_value *column) {
    const double tail = 0.01; /* of METRICS_ES99 */
    double *sorted = malloc((values->count + 1) * sizeof *sorted);
    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < values->count; ++i) {
        sorted[i] = real_value(values, column[i]);
    }
    struct sample sample = {.count = values->count, .real = sorted, .divisor = 1};
    sample_sort(&sample);
    const size_t rank = (values->count * 99 + 99) / 100;
    const double at_risk = rank > 0 ? sorted[rank - 1] : 0;
    for (size_t i = 0; i < values->count; ++i) {
        const double value = real_value(values, column[i]);
        column[i].real = at_risk + (value > at_risk ? (value - at_risk) / tail : 0);
    }
    free(sorted);
    return true;
}

static void judge(struct sample *sample, double level, struct paired *paired) {
    paired->pairs = sample->count;
    if (sample->count == 0) {
        return;
    }
    paired->difference = interval_mean(sample, level);
    const double half = paired->difference.high - paired->difference.value;
    if (paired->higher + paired->lower == 0) {
        paired->errors = 0;
    } else if (sample->count > 1 && half > 0) {
        const double t = gsl_cdf_tdist_Pinv((1 + level) / 2, (double)sample->count - 1);
        paired->errors = paired->difference.value * t / half;
    }
}

/* Pairs by what the paths say themselves, before a shortfall weighs them. */
static void count_pairs(const struct value_pairs *values, struct paired *paired) {
    for (size_t i = 0; i < values->count; ++i) {
        const union outcome_value a = values->first[i], b = values->second[i];
        paired->higher += values->real ? b.real > a.real : b.integer > a.integer;
        paired->lower += values->real ? b.real < a.real : b.integer < a.integer;
    }
}

static bool compute_mean(const struct spool *first, const struct spool *second,
                         struct value_pairs *values, bool shortfall, double level,
                         struct paired *paired) {
    if (!visit_pairs(first, second, gather_values, values)) {
        return false;
    }
    count_pairs(values, paired);
    if (shortfall) {
        if (!to_shortfall(values, values->first) ||
            !to_shortfall(values, values->second)) {
            return false;
        }
        values->real = true;
    }
    struct sample sample = {.divisor = spool_divisor(values->field)};
    subtract(values, &sample);
    judge(&sample, level, paired);
    paired->failed = values->failed;
    return true;
}

bool paired_compute(const struct spool *first, const struct spool *second,
                    enum outcome_field field, enum metrics_kind kind, double level,
                    struct paired *paired) {
    assert(paired_possible(kind));
    *paired = (struct paired){.difference = interval_none(), .errors = nan("")};
    if (kind == METRICS_PROBABILITY) {
        return compute_share(first, second, field, level, paired);
    }
    const size_t count = (size_t)spool_count(first) + 1;
    struct value_pairs values = {
        .field = field,
        .real = outcome_descriptions[field].kind == OUTCOME_RATIO,
        .first = malloc(count * sizeof *values.first),
        .second = malloc(count * sizeof *values.second),
    };
    const bool fine =
        values.first != NULL && values.second != NULL &&
        compute_mean(first, second, &values, kind == METRICS_ES99, level, paired);
    free(values.first);
    free(values.second);
    return fine;
}
