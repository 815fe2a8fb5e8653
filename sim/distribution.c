#include "sim/distribution.h"

#include "engine/numeric.h"

#include <assert.h>

double distribution_normal(struct rng *rng) {
    return numeric_normal_from_bits(rng_next(rng));
}

enum { CHUNK = 512 }; /* draws at a time: the bits stay in the first-level cache */

void distribution_normal_fill(struct rng *rng, double *values, size_t count) {
    uint64_t bits[CHUNK];
    while (count > 0) {
        const size_t n = count < CHUNK ? count : CHUNK;
        rng_fill_u64(rng, bits, n);
        numeric_normal_from_bits_batch(bits, values, n);
        values += n;
        count -= n;
    }
}

double distribution_exponential(struct rng *rng, double mean) {
    assert(mean >= 0);
    return -mean * numeric_log(rng_uniform(rng));
}

void distribution_exponential_fill(struct rng *rng, double mean, double *values,
                                   size_t count) {
    uint64_t bits[CHUNK];
    assert(mean >= 0);
    while (count > 0) {
        const size_t n = count < CHUNK ? count : CHUNK;
        rng_fill_u64(rng, bits, n);
        for (size_t i = 0; i < n; ++i) {
            values[i] = numeric_uniform_from_bits(bits[i]);
        }
        numeric_log_batch(values, values, n);
        for (size_t i = 0; i < n; ++i) {
            values[i] *= -mean;
        }
        values += n;
        count -= n;
    }
}

double distribution_lognormal(struct rng *rng, double location, double scale) {
    assert(scale >= 0);
    return numeric_exp(location + scale * distribution_normal(rng));
}

static double gamma_from_one(struct rng *rng, double shape) {
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / numeric_sqrt(9.0 * d);
    for (;;) {
        const double x = distribution_normal(rng);
        const double root = 1.0 + c * x;
        if (root <= 0) {
            continue;
        }
        const double v = root * root * root;
        const double u = rng_uniform(rng);
        const double square = x * x;
        if (u < 1.0 - 0.0331 * square * square ||
            numeric_log(u) < 0.5 * square + d * (1.0 - v + numeric_log(v))) {
            return d * v;
        }
    }
}

static double gamma_logarithm(struct rng *rng, double shape) {
    if (shape >= 1) {
        return numeric_log(gamma_from_one(rng, shape));
    }
    const double base = numeric_log(gamma_from_one(rng, shape + 1));
    return base + numeric_log(rng_uniform(rng)) / shape;
}

double distribution_gamma(struct rng *rng, double shape) {
    assert(shape > 0);
    if (shape >= 1) {
        return gamma_from_one(rng, shape);
    }
    const double base = gamma_from_one(rng, shape + 1);
    return base * numeric_exp(numeric_log(rng_uniform(rng)) / shape);
}

void distribution_dirichlet_fill(struct rng *rng, const double *shape, double *shares,
                                 size_t count) {
    assert(count > 0);
    double largest = -NUMERIC_INFINITY;
    for (size_t i = 0; i < count; ++i) {
        assert(shape[i] >= 1e-9);
        shares[i] = gamma_logarithm(rng, shape[i]);
        largest = numeric_max(largest, shares[i]);
    }
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
        shares[i] = numeric_exp(shares[i] - largest);
        sum += shares[i];
    }
    for (size_t i = 0; i < count; ++i) {
        shares[i] /= sum;
    }
}

/* Adds up probabilities until they pass the uniform.  Terms below 2^-60 cannot move a sum
   near 1; at means up to 16 the first one is 1e-7, so they are beyond the mode. */
static int64_t poisson_piece(struct rng *rng, double mean) {
    const double u = rng_uniform(rng);
    double term = numeric_exp(-mean);
    double sum = term;
    int64_t count = 0;
    while (u > sum && term > 0x1p-60) {
        ++count;
        term *= mean / (double)count;
        sum += term;
    }
    return count;
}

int64_t distribution_poisson(struct rng *rng, double mean) {
    assert(mean >= 0);
    assert(mean <= 1e6);
    int64_t count = 0;
    for (; mean > 16; mean -= 16) {
        count += poisson_piece(rng, 16);
    }
    return count + poisson_piece(rng, mean);
}

int64_t distribution_integer(struct rng *rng, int64_t low, int64_t high) {
    assert(low <= high);
    const uint64_t width = (uint64_t)high - (uint64_t)low;
    const uint64_t step = width == UINT64_MAX ? rng_next(rng) : rng_below(rng, width + 1);
    return (int64_t)((uint64_t)low + step);
}
