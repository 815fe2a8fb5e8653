#include "analysis/estimate/tail.h"

#include <assert.h>
#include <math.h>

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

struct interval tail_quantile(const struct sample *sorted, uint32_t q_ppm, double level) {
    assert(sorted->sorted);
    if (sorted->count == 0) {
        return interval_none();
    }
    const struct tail_ranks ranks = tail_quantile_ranks(sorted->count, q_ppm, level);
    return (struct interval){
        .value = sample_at(sorted, ranks.value),
        .low = ranks.low >= 1 ? sample_at(sorted, ranks.low) : nan(""),
        .high = ranks.high <= sorted->count ? sample_at(sorted, ranks.high) : nan(""),
    };
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
