#include "analysis/estimate/interval.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

__extension__ typedef __int128 wide;

void sample_free(struct sample *sample) {
    free(sample->integer);
    free(sample->real);
    *sample = (struct sample){.divisor = 1};
}

static int compare_integers(const void *left, const void *right) {
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int compare_reals(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void sample_sort(struct sample *sample) {
    if (sample->count > 1 && sample->integer != NULL) {
        qsort(sample->integer, sample->count, sizeof(int64_t), compare_integers);
    } else if (sample->count > 1) {
        qsort(sample->real, sample->count, sizeof(double), compare_reals);
    }
    sample->sorted = true;
}

/* The value at an index, in stored units. */
static double stored_value(const struct sample *sample, size_t index) {
    return sample->integer != NULL ? (double)sample->integer[index] : sample->real[index];
}

double sample_at(const struct sample *sample, size_t rank) {
    assert(rank >= 1);
    assert(rank <= sample->count);
    return stored_value(sample, rank - 1) / sample->divisor;
}

struct interval interval_none(void) {
    return (struct interval){nan(""), nan(""), nan("")};
}

static bool all_equal(const struct sample *sample) {
    for (size_t i = 1; i < sample->count; ++i) {
        if (sample->integer != NULL ? sample->integer[i] != sample->integer[0]
                                    : sample->real[i] != sample->real[0]) {
            return false;
        }
    }
    return true;
}

/* The mean in stored units. */
static double stored_mean(const struct sample *sample) {
    if (sample->integer != NULL) {
        wide sum = 0;
        for (size_t i = 0; i < sample->count; ++i) {
            sum += sample->integer[i];
        }
        return (double)sum / (double)sample->count;
    }
    /* Neumaier's sum: the error does not grow with the count. */
    double sum = 0, lost = 0;
    for (size_t i = 0; i < sample->count; ++i) {
        const double value = sample->real[i], next = sum + value;
        lost += fabs(sum) >= fabs(value) ? (sum - next) + value : (value - next) + sum;
        sum = next;
    }
    return (sum + lost) / (double)sample->count;
}

struct interval interval_mean(const struct sample *sample, double level) {
    assert(level > 0);
    assert(level < 1);
    if (sample->count == 0) {
        return interval_none();
    }
    struct interval mean = interval_none();
    if (sample->count > 1 && all_equal(sample)) {
        mean.value = sample_at(sample, 1);
        return mean;
    }
    const double centre = stored_mean(sample);
    mean.value = centre / sample->divisor;
    if (sample->count == 1) {
        return mean;
    }
    double squares = 0;
    for (size_t i = 0; i < sample->count; ++i) {
        const double away = stored_value(sample, i) - centre;
        squares += away * away;
    }
    const double count = (double)sample->count;
    const double error = sqrt(squares / (count - 1) / count) / sample->divisor;
    const double half = gsl_cdf_tdist_Pinv((1 + level) / 2, count - 1) * error;
    mean.low = mean.value - half;
    mean.high = mean.value + half;
    return mean;
}

struct interval interval_wilson(uint64_t events, uint64_t trials, double level) {
    assert(events <= trials);
    if (trials == 0) {
        return interval_none();
    }
    const double n = (double)trials, p = (double)events / n;
    const double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), z2 = z * z;
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return (struct interval){
        .value = p,
        .low = events == 0 ? 0 : fmax(0, centre - half),
        .high = events == trials ? 1 : fmin(1, centre + half),
    };
}

/* The x at which the beta distribution function reaches p.  Bisection: 1,100 halvings
   would reach the smallest double, 200 reach 1e-60; a Newton step may leave [0, 1]. */
static double beta_quantile(double p, double a, double b) {
    double low = 0, high = 1;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        if (gsl_cdf_beta_P(middle, a, b) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

struct interval interval_clopper_pearson(uint64_t events, uint64_t trials, double level) {
    assert(events <= trials);
    if (trials == 0) {
        return interval_none();
    }
    const double k = (double)events, n = (double)trials, outside = (1 - level) / 2;
    return (struct interval){
        .value = k / n,
        .low = events == 0 ? 0 : beta_quantile(outside, k, n - k + 1),
        .high = events == trials ? 1 : beta_quantile(1 - outside, k + 1, n - k),
    };
}

struct interval interval_share(uint64_t events, uint64_t trials, double level) {
    assert(events <= trials);
    return events < INTERVAL_FEW || trials - events < INTERVAL_FEW
               ? interval_clopper_pearson(events, trials, level)
               : interval_wilson(events, trials, level);
}
