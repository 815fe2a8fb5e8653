#include "analysis/estimate/tail.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#define PPM 1000000u

/* The smallest k in 0 .. n with P(X <= k) >= p, X binomial(n, q). */
static uint64_t binomial_quantile(uint64_t n, double q, double p) {
    uint64_t low = 0, high = n; /* P(X <= n) is 1 */
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle, q, (unsigned)n) >= p) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

struct tail_ranks tail_quantile_ranks(uint64_t count, uint32_t q_ppm, double level) {
    assert(count >= 1);
    assert(count <= UINT32_MAX);
    assert(q_ppm > 0);
    assert(q_ppm < PPM);
    const double q = (double)q_ppm / PPM, outside = (1 - level) / 2;
    /* P(X <= k) is at most `outside` below the quantile and not at it, unless met. */
    const uint64_t edge = binomial_quantile(count, q, outside);
    const bool met = gsl_cdf_binomial_P((unsigned)edge, q, (unsigned)count) <= outside;
    return (struct tail_ranks){
        .value = (count * q_ppm + PPM - 1) / PPM,
        .low = edge + met,
        .high = binomial_quantile(count, q, 1 - outside) + 1,
    };
}

struct interval tail_quantile_bounds(const struct sample *sorted, uint32_t q_ppm,
                                     double level, uint64_t failed) {
    assert(sorted->sorted);
    const uint64_t count = sorted->count;
    if (count == 0) {
        return interval_none();
    }
    const struct tail_ranks ranks = tail_quantile_ranks(count + failed, q_ppm, level);
    const uint64_t rank = tail_quantile_ranks(count, q_ppm, level).value;
    const bool below = ranks.low > failed, above = ranks.high <= count;
    return (struct interval){
        .value = sample_at(sorted, rank),
        .low = below ? sample_at(sorted, ranks.low - failed) : nan(""),
        .high = above ? sample_at(sorted, ranks.high) : nan(""),
    };
}

struct interval tail_quantile(const struct sample *sorted, uint32_t q_ppm, double level) {
    return tail_quantile_bounds(sorted, q_ppm, level, 0);
}

struct interval tail_shortfall(const struct sample *sorted, uint32_t q_ppm, double level,
                               uint64_t *tail_count) {
    assert(sorted->sorted);
    assert(q_ppm < PPM);
    *tail_count = 0;
    if (sorted->count == 0) {
        return interval_none();
    }
    const size_t n = sorted->count;
    const size_t rank = (size_t)(((uint64_t)n * q_ppm + PPM - 1) / PPM);
    const double at_risk = sample_at(sorted, rank);
    /* The excess over VaR is zero up to its rank and, with ties, somewhat beyond it. */
    double sum = 0;
    for (size_t i = rank + 1; i <= n; ++i) {
        const double excess = sample_at(sorted, i) - at_risk;
        sum += excess;
        *tail_count += excess > 0;
    }
    const double mean = sum / (double)n, tail = (double)(PPM - q_ppm) / PPM;
    struct interval shortfall = interval_none();
    shortfall.value = at_risk + mean / tail;
    if (*tail_count == 0) {
        return shortfall;
    }
    double squares = (double)rank * mean * mean;
    for (size_t i = rank + 1; i <= n; ++i) {
        const double away = sample_at(sorted, i) - at_risk - mean;
        squares += away * away;
    }
    const double error = sqrt(squares / (double)(n - 1) / (double)n) / tail;
    const double half = gsl_cdf_ugaussian_Pinv((1 + level) / 2) * error;
    shortfall.low = shortfall.value - half;
    shortfall.high = shortfall.value + half;
    return shortfall;
}

/* Part number `part` of the sample, sorted, in the arrays of `into`. */
static void take_part(const struct sample *in_order, size_t part, struct sample *into) {
    const size_t first = part * into->count;
    if (in_order->integer != NULL) {
        memcpy(into->integer, in_order->integer + first,
               into->count * sizeof *into->integer);
    } else {
        assert(in_order->real != NULL);
        memcpy(into->real, in_order->real + first, into->count * sizeof *into->real);
    }
    sample_sort(into);
}

bool tail_shortfall_batches(const struct sample *in_order, uint32_t q_ppm, double level,
                            struct interval *batches) {
    assert(q_ppm < PPM);
    const size_t count = in_order->count;
    *batches = interval_none();
    if ((uint64_t)count * (PPM - q_ppm) < (uint64_t)TAIL_FEW * PPM) {
        return true;
    }
    struct sample part = {.count = count / TAIL_BATCHES, .divisor = in_order->divisor};
    void *values = malloc(part.count * sizeof(double));
    if (values == NULL) {
        return false;
    }
    if (in_order->integer != NULL) {
        part.integer = values;
    } else {
        part.real = values;
    }
    double shortfall[TAIL_BATCHES];
    for (size_t i = 0; i < TAIL_BATCHES; ++i) {
        uint64_t tail_count;
        take_part(in_order, i, &part);
        shortfall[i] = tail_shortfall(&part, q_ppm, level, &tail_count).value;
    }
    free(values);
    const struct sample spread = {.count = TAIL_BATCHES, .real = shortfall, .divisor = 1};
    *batches = interval_mean(&spread, level);
    return true;
}

bool tail_batches_agree(const struct interval *shortfall, const struct interval *batches,
                        double level) {
    const double normal = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
    const double student = gsl_cdf_tdist_Pinv((1 + level) / 2, TAIL_BATCHES - 1);
    const double error = (shortfall->high - shortfall->low) / normal;
    const double other = (batches->high - batches->low) / student;
    if (isnan(error) || isnan(other)) {
        return true;
    }
    return other >= error / 2 && other <= error * 8 / 5;
}
