#include "engine/options/black76.h"

#include "engine/numeric_kernel.h"

#include <assert.h>

#define WIDTH  8   /* lanes of the widest vector */
#define BLOCK  256 /* options at a time, so that results stay close */
#define ARRAYS 7

#define LEAST 1e-9
#define MOST  1e15

/* Instead of 0: ln(F / K) over it is beyond the end of the tails unless F is K. */
#define DEVIATION_LEAST 1e-150

static size_t whole_vectors(size_t count) {
    return (count + WIDTH - 1) / WIDTH * WIDTH;
}

size_t black76_footprint(size_t count) {
    return ARRAYS * whole_vectors(count) * sizeof(double);
}

void black76_bind(struct black76_book *book, size_t count, void *memory) {
    const size_t lanes = whole_vectors(count);
    double *array = memory;
    book->count = count;
    book->strike = array;
    book->log_strike = array + lanes;
    book->per_strike = array + 2 * lanes;
    book->deviation = array + 3 * lanes;
    book->per_deviation = array + 4 * lanes;
    book->discount = array + 5 * lanes;
    book->side = array + 6 * lanes;
    for (size_t i = count; i < lanes; ++i) { /* harmless, never read out */
        book->strike[i] = book->per_strike[i] = 1;
        book->log_strike[i] = 0;
        book->deviation[i] = book->per_deviation[i] = 1;
        book->discount[i] = book->side[i] = 1;
    }
}

/* tail_share is cdf(-a) e^(a^2 / 2), one division for the two of numeric_cdf_tail. */
NUMERIC_KERNEL double tail_share(double a) {
    const double p = NUMERIC_POLYNOMIAL(numeric_cdf_p, a);
    const double q = NUMERIC_POLYNOMIAL(numeric_cdf_q, a);
    return (0.4375 * q + p) / (q * (a + 0.8125));
}

struct mark {
    double price, delta;
};

NUMERIC_KERNEL struct mark mark_one(const struct black76_book *book, size_t i,
                                    double forward, double log_forward) {
    const double s = book->deviation[i], side = book->side[i];
    const double d1 =
        (log_forward - book->log_strike[i]) * book->per_deviation[i] + 0.5 * s;
    const double d2 = d1 - s;
    const double far1 = numeric_abs(d1), far2 = numeric_abs(d2);
    const double a1 = numeric_select(far1 < NUMERIC_CDF_END, far1, NUMERIC_CDF_END);
    const double a2 = numeric_select(far2 < NUMERIC_CDF_END, far2, NUMERIC_CDF_END);
    /* The densities of d1 and d2 are in the proportion of strike to forward. */
    const double density = numeric_exp_of_sum(-0.5 * a1 * a1, 0);
    const double tail1 = tail_share(a1) * density;
    const double tail2 = tail_share(a2) * (density * (forward * book->per_strike[i]));
    const double n1 = numeric_select(side * d1 > 0, 1 - tail1, tail1);
    const double n2 = numeric_select(side * d2 > 0, 1 - tail2, tail2);
    const double worth = side * (forward * n1 - book->strike[i] * n2);
    return (struct mark){book->discount[i] * numeric_select(worth > 0, worth, 0),
                         book->discount[i] * side * n1};
}

NUMERIC_KERNEL void mark_body(const struct black76_book *book, double forward,
                              double *price, double *delta) {
    _Alignas(64) double prices[BLOCK], deltas[BLOCK];
    const double log_forward = numeric_log(forward);
    for (size_t done = 0; done < book->count; done += BLOCK) {
        const size_t left = book->count - done;
        const size_t length = left < BLOCK ? left : BLOCK;
        const size_t lanes = whole_vectors(length);
        for (size_t i = 0; i < lanes; ++i) {
            const struct mark mark = mark_one(book, done + i, forward, log_forward);
            prices[i] = mark.price;
            deltas[i] = mark.delta;
        }
        memcpy(price + done, prices, length * sizeof *price);
        memcpy(delta + done, deltas, length * sizeof *delta);
    }
}

/* What is out of range counts as wrong. */
NUMERIC_KERNEL uint64_t outside(double value, double low, double high) {
    return (uint64_t)(value >= low ? 0 : 1) | (uint64_t)(value <= high ? 0 : 1);
}

/* The arrays of a book and its input never overlap; restrict lets the loop be vectors. */
NUMERIC_KERNEL void cache_body(const struct black76_book *book,
                               const struct black76_input *input) {
    const double *restrict strikes = input->strike;
    const double *restrict volatilities = input->volatility;
    const double *restrict years = input->years;
    double *restrict log_strike = book->log_strike;
    double *restrict per_strike = book->per_strike;
    double *restrict deviation = book->deviation;
    double *restrict per_deviation = book->per_deviation;
    const size_t count = book->count; /* no store can change it */
    uint64_t wrong = 0;
    for (size_t i = 0; i < count; ++i) {
        const double product = volatilities[i] * numeric_sqrt(years[i]);
        const double most = numeric_select(product < BLACK76_DEVIATION_MOST, product,
                                           BLACK76_DEVIATION_MOST);
        const double s = numeric_select(most > DEVIATION_LEAST, most, DEVIATION_LEAST);
        deviation[i] = s;
        per_deviation[i] = 1 / s;
        per_strike[i] = 1 / strikes[i];
    }
    for (size_t i = 0; i < count; ++i) {
        const struct numeric_log_parts parts = numeric_log_reduce(strikes[i], 0);
        log_strike[i] = numeric_log_of_parts(parts.k, parts.f, 0);
    }
    for (size_t i = 0; i < count; ++i) {
        wrong |= outside(strikes[i], LEAST, MOST) | outside(volatilities[i], 0, 1e3) |
                 outside(years[i], 0, 1e3);
    }
    for (size_t i = 0; i < count; ++i) {
        wrong |= outside(input->discount[i], LEAST, 1e3) |
                 outside(input->side[i] * input->side[i], 1, 1);
    }
    assert(wrong == 0); /* an option is out of range */
    memcpy(book->strike, strikes, count * sizeof *strikes);
    memcpy(book->discount, input->discount, count * sizeof *strikes);
    memcpy(book->side, input->side, count * sizeof *strikes);
}

#define AT(suffix, attributes)                                                           \
    attributes static void mark##suffix(const struct black76_book *book, double forward, \
                                        double *price, double *delta) {                  \
        mark_body(book, forward, price, delta);                                          \
    }                                                                                    \
    attributes static void cache##suffix(const struct black76_book *book,                \
                                         const struct black76_input *input) {            \
        cache_body(book, input);                                                         \
    }
AT(_baseline, )
AT(_avx2, __attribute__((target("avx2"))))
AT(_avx512, __attribute__((target("avx512f,avx512dq"))))

void black76_mark_at(enum numeric_level level, const struct black76_book *book,
                     double forward, double *price, double *delta) {
    assert(level <= numeric_level_best());
    assert(forward >= LEAST && forward <= MOST);
    if (level == NUMERIC_AVX512) {
        mark_avx512(book, forward, price, delta);
    } else if (level == NUMERIC_AVX2) {
        mark_avx2(book, forward, price, delta);
    } else {
        mark_baseline(book, forward, price, delta);
    }
}

void black76_cache_at(enum numeric_level level, struct black76_book *book,
                      const struct black76_input *input) {
    assert(level <= numeric_level_best());
    if (level == NUMERIC_AVX512) {
        cache_avx512(book, input);
    } else if (level == NUMERIC_AVX2) {
        cache_avx2(book, input);
    } else {
        cache_baseline(book, input);
    }
}

void black76_cache(struct black76_book *book, const struct black76_input *input) {
    black76_cache_at(numeric_level_best(), book, input);
}

void black76_mark(const struct black76_book *book, double forward, double *price,
                  double *delta) {
    black76_mark_at(numeric_level_best(), book, forward, price, delta);
}

/* ln(F / K): near 1 the difference is exact and the quotient is not. */
static double log_ratio(double forward, double strike) {
    const double ratio = forward / strike;
    return ratio > 0.5 && ratio < 2 ? numeric_log1p((forward - strike) / strike)
                                    : numeric_log(ratio);
}

struct black76_greeks black76_evaluate(const struct black76_option *option,
                                       double forward) {
    _Alignas(BLACK76_ALIGNMENT) double memory[ARRAYS * WIDTH];
    struct black76_book book;
    const double side = option->put ? -1 : 1;
    const struct black76_input input = {&option->strike, &option->volatility,
                                        &option->years, &option->discount, &side};
    struct black76_greeks greeks = {0};
    black76_bind(&book, 1, memory);
    black76_cache_at(NUMERIC_BASELINE, &book, &input);
    black76_mark_at(NUMERIC_BASELINE, &book, forward, &greeks.price, &greeks.delta);
    greeks.rho = -option->years * greeks.price;
    const double root = numeric_sqrt(option->years), s = option->volatility * root;
    const double d1 = s > 0 ? log_ratio(forward, option->strike) / s + 0.5 * s : 0;
    if (s > DEVIATION_LEAST && s < BLACK76_DEVIATION_MOST && numeric_abs(d1) < 40) {
        const double density = numeric_exp(-0.5 * d1 * d1) *
                               (1 / (NUMERIC_SQRT2 * numeric_sqrt(NUMERIC_PI)));
        greeks.gamma = option->discount * density / (forward * s);
        greeks.vega = option->discount * forward * density * root;
        greeks.theta = -0.5 * greeks.vega * option->volatility / option->years;
    }
    if (option->years > 0) {
        greeks.theta += -numeric_log(option->discount) / option->years * greeks.price;
    }
    return greeks;
}
