/* numeric_kernel.h -- bodies shared by the functions of one argument and the batches.

   Private to engine/numeric*.c.  Every body is free of branches and of calls, so that a
   loop over it becomes vector code at any width with the same operations on each element.
   Products are never fused and sums never reordered: the order written is the result.

   Units    none.
   Memory   constants only.
   Threads  every function is pure.
   Source   reductions: Cody and Waite (1980), Software Manual for the Elementary
            Functions, chapters 5 and 6; exact sums and products: Dekker (1971),
            Numerische Mathematik 18, sections 4 and 5.  Coefficients: minimax
            approximations by Remez exchange in 60 digits, rounded once. */
#ifndef ENGINE_NUMERIC_KERNEL_H
#define ENGINE_NUMERIC_KERNEL_H

#include "engine/numeric.h"

#define NUMERIC_KERNEL static inline __attribute__((always_inline))

/* Adding and subtracting it rounds to an integer that stands in the low bits. */
#define NUMERIC_SHIFT 0x1.8p52

#define NUMERIC_LOG2E    0x1.71547652b82fep+0
#define NUMERIC_LN2_HIGH 0x1.62e42fefp-1 /* 33 bits: exact times any exponent */
#define NUMERIC_LN2_LOW  0x1.473de6af278edp-34

/* (e^r - 1 - r) / r^2, |r| <= ln 2 / 2, relative error 2^-58.33 */
static const double numeric_exp_tail[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.555555555554ep-5,
    0x1.11111111100c8p-7,  0x1.6c16c16c1a08cp-10, 0x1.a01a01abf34c9p-13,
    0x1.a01a019068b3ep-16, 0x1.71de020bc2627p-19, 0x1.27e510a7502c5p-22,
    0x1.af4e3b615c20ap-26, 0x1.1f1a84ceb3f5bp-29};

/* (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, relative error 2^-50.94 */
static const double numeric_log_tail[] = {0x1.5555555555558p-1, 0x1.99999999951c8p-2,
                                          0x1.2492492e0fa21p-2, 0x1.c71c62bfa6358p-3,
                                          0x1.7462bf3e384e5p-3, 0x1.39fd06601f7edp-3,
                                          0x1.2b68c68fb357cp-3};

/* e^(a^2/2) cdf(-a), 0 <= a <= 39, relative error 2^-59.91 */
static const double numeric_cdf_p[] = {
    0x1.0000000000000p-1,  0x1.a7e84b1ac8bacp-1,  0x1.5bf9cf5b8ab02p-1,
    0x1.6df254fa53e3ap-2,  0x1.0e74cc8cc757fp-3,  0x1.2439f771d36c4p-5,
    0x1.d2e037a82fc36p-8,  0x1.109af61783abap-10, 0x1.bf188c0cf4cf9p-14,
    0x1.d444fa5b757fap-18, 0x1.e1934330fa6dbp-23};
static const double numeric_cdf_q[] = {
    0x1.0000000000000p+0,  0x1.3a153a5cb536ap+1,  0x1.6896feb8b77a7p+1,
    0x1.003283887d9f9p+1,  0x1.f5d9102ef5bd1p-1,  0x1.64b5fac7b9fe6p-2,
    0x1.78c8fd413b2d0p-4,  0x1.28ee2d48a06b2p-6,  0x1.57f3dfb8ecabep-9,
    0x1.18c3e5423a076p-12, 0x1.2571c16f73b1fp-16, 0x1.2dc853ef63d7fp-21};

/* inverse(1/2 + q) / q in 0.475^2 - q^2, relative error 2^-58.09 */
static const double numeric_centre_p[] = {
    0x1.081450ccea16ep+2,  0x1.1f65d4f432b2ep+9,  0x1.f826288c6c4d6p+14,
    0x1.cb8c7f361dec3p+19, 0x1.d5916208ef1fbp+23, 0x1.0fba420830429p+27,
    0x1.59427c9fff67bp+29, 0x1.bf9f781167602p+30, 0x1.022d82a5e7709p+31,
    0x1.916b761998dc5p+29, 0x1.72a97d566ae53p+25};
static const double numeric_centre_q[] = {
    0x1.0000000000000p+0,  0x1.248d27f4827cap+7,  0x1.0fe4c32356361p+13,
    0x1.09baf623df67ep+18, 0x1.27b4da664f5fap+22, 0x1.7cb7d81d4ea7cp+25,
    0x1.154317cec6f46p+28, 0x1.af09600ff6490p+29, 0x1.41540c8fcb267p+30,
    0x1.77d9192fd2108p+29, 0x1.aefa0a8f8b463p+26};

/* inverse(e^-(r^2)) in r - 1.9, [1.92, 6.062], relative error 2^-60.35 */
static const double numeric_near_p[] = {
    0x1.ed0eb1662427fp+0, 0x1.4ce82eecd2002p+2,  0x1.6765e39331137p+2,
    0x1.97fbab0493c8dp+1, 0x1.09ddd0ca514eap+0,  0x1.92ec192891d84p-3,
    0x1.525688aa27cbcp-6, 0x1.12e2eae47a970p-10, 0x1.31323bdc83c89p-16};
static const double numeric_near_q[] = {0x1.0000000000000p+0,  0x1.d889700489411p+0,
                                        0x1.61a4043d71d94p+0,  0x1.1346392e2abdbp-1,
                                        0x1.d90bd7f1b5d3dp-4,  0x1.b31e038d96f53p-7,
                                        0x1.77f8819e5f27bp-11, 0x1.af9a26f329a58p-17};

/* inverse(e^-(r^2)) in r - 6.0, [6.06, 27.3], relative error 2^-62.55 */
static const double numeric_far_p[] = {
    0x1.03dbe98f0710bp+3,  0x1.79f913a5f625ap+2,  0x1.bf2fe38f9afa6p+0,
    0x1.1518feed50d51p-2,  0x1.81ff107e50f30p-6,  0x1.2d78b8beef050p-10,
    0x1.f1545299738b7p-16, 0x1.782c535a5de84p-22, 0x1.71b32ce5fdaa2p-30};
static const double numeric_far_q[] = {0x1.0000000000000p+0,  0x1.188b0207c3bc3p-1,
                                       0x1.e1677b3c4829dp-4,  0x1.9a6d16d6be685p-7,
                                       0x1.6d582900ab834p-11, 0x1.475cf52e2dde5p-16,
                                       0x1.03de67952e46dp-22, 0x1.056ac27b48d61p-30};

/* An unevaluated sum; |low| is at most half an ulp of high, or nearly so. */
struct numeric_pair {
    double high, low;
};

/* numeric_polynomial is the sum of c[i] x^i, i < count, by Horner's rule. */
NUMERIC_KERNEL double numeric_polynomial(const double *c, int count, double x) {
    double sum = c[count - 1];
    for (int i = count - 2; i >= 0; --i) {
        sum = sum * x + c[i];
    }
    return sum;
}

#define NUMERIC_POLYNOMIAL(c, x)                                                         \
    numeric_polynomial((c), (int)(sizeof(c) / sizeof((c)[0])), (x))

/* numeric_sum_exact is a + b. */
NUMERIC_KERNEL struct numeric_pair numeric_sum_exact(double a, double b) {
    const double sum = a + b;
    const double b_used = sum - a;
    const double a_used = sum - b_used;
    return (struct numeric_pair){sum, (a - a_used) + (b - b_used)};
}

/* numeric_upper_half is x with the lower 27 bits cleared: products of two are exact. */
NUMERIC_KERNEL double numeric_upper_half(double x) {
    return numeric_from_bits(numeric_bits(x) & ~(uint64_t)0x7ffffff);
}

/* numeric_product_exact is a * b but for a part in 2^107. */
NUMERIC_KERNEL struct numeric_pair numeric_product_exact(double a, double b) {
    const double a_high = numeric_upper_half(a);
    const double b_high = numeric_upper_half(b);
    const double a_low = a - a_high;
    const double b_low = b - b_high;
    const double product = a * b;
    const double rest = (a_high * b_high - product) + a_high * b_low;
    return (struct numeric_pair){product, (rest + a_low * b_high) + a_low * b_low};
}

/* x = k ln 2 + r, |r| <= ln(2) / 2; e^r = 1 + r + q. */
struct numeric_exp_parts {
    uint64_t exponent; /* k + 2048 */
    double r, q;
};

/* numeric_exp_reduce splits x + low, |x| < 1100, |low| small against it. */
NUMERIC_KERNEL struct numeric_exp_parts numeric_exp_reduce(double x, double low) {
    const double shifted = x * NUMERIC_LOG2E + NUMERIC_SHIFT;
    const double k = shifted - NUMERIC_SHIFT;
    const double high_part = x - k * NUMERIC_LN2_HIGH; /* exact */
    const double low_part = k * NUMERIC_LN2_LOW - low;
    const double r = high_part - low_part;
    const double r_error = (high_part - r) - low_part;
    const double tail = NUMERIC_POLYNOMIAL(numeric_exp_tail, r);
    return (struct numeric_exp_parts){numeric_bits(shifted) -
                                          numeric_bits(NUMERIC_SHIFT) + 2048,
                                      r, r_error + (r * r) * tail};
}

/* numeric_exp_of_sum is e^(x + low), x any number.  Scaling takes two steps, so that
   overflow and gradual underflow happen in the last product. */
NUMERIC_KERNEL double numeric_exp_of_sum(double x, double low) {
    const double inside = numeric_clamp(x, -746, 710);
    const struct numeric_exp_parts e = numeric_exp_reduce(inside, low);
    const double sum = 1 + e.r;
    const double value = sum + (((1 - sum) + e.r) + e.q);
    const uint64_t half = e.exponent >> 1;
    const uint64_t other = e.exponent - half;
    return value * numeric_from_bits((half - 1) << 52) *
           numeric_from_bits((other - 1) << 52);
}

/* x = 2^k (1 + f), 1 + f within a factor sqrt(2) of 1. */
struct numeric_log_parts {
    double k, f;
};

/* numeric_log_reduce splits x, 0 < x < inf. */
NUMERIC_KERNEL struct numeric_log_parts numeric_log_reduce(double x) {
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
    const bool subnormal = x < 0x1p-1022;
    const double scaled = subnormal ? x * 0x1p54 : x;
    const double scale = subnormal ? 1024 + 54 : 1024;
    const uint64_t bits = numeric_bits(scaled);
    const uint64_t exponent = (bits - sqrt_half + ((uint64_t)1024 << 52)) >> 52;
    const double one_plus_f = numeric_from_bits(bits - ((exponent - 1024) << 52));
    const double integer = numeric_from_bits(exponent | numeric_bits(0x1p52)) - 0x1p52;
    return (struct numeric_log_parts){integer - scale, one_plus_f - 1};
}

/* numeric_log_of_parts is k ln 2 + log(1 + f) + c, c a correction below an ulp. */
NUMERIC_KERNEL double numeric_log_of_parts(double k, double f, double c) {
    const double s = f / (2 + f);
    const double u = s * s;
    const double half_square = 0.5 * f * f;
    const double tail = u * NUMERIC_POLYNOMIAL(numeric_log_tail, u);
    const double low = s * (half_square + tail) + (k * NUMERIC_LN2_LOW + c);
    return k * NUMERIC_LN2_HIGH - ((half_square - low) - f);
}

/* numeric_log_positive is log(x), 0 < x < inf. */
NUMERIC_KERNEL double numeric_log_positive(double x) {
    const struct numeric_log_parts parts = numeric_log_reduce(x);
    return numeric_log_of_parts(parts.k, parts.f, 0);
}

/* numeric_cdf_any is the normal distribution function of any number: of the square of x
   the exponential needs both halves, for at x = 37 half an ulp of it is 300 ulp of the
   result. */
NUMERIC_KERNEL double numeric_cdf_any(double x) {
    const double a = numeric_min(numeric_abs(x), 39);
    const struct numeric_pair square = numeric_product_exact(a, a);
    const double density = numeric_exp_of_sum(-0.5 * square.high, -0.5 * square.low);
    const double ratio =
        NUMERIC_POLYNOMIAL(numeric_cdf_p, a) / NUMERIC_POLYNOMIAL(numeric_cdf_q, a);
    const double tail = ratio * density;
    return x > 0 ? 1 - tail : tail;
}

/* The inverse has a centre, |p - 1/2| <= 0.475, and tails in sqrt(-log p): near ones that
   hold every p >= 2^-53, and far ones. */
#define NUMERIC_CENTRE        0.475
#define NUMERIC_CENTRE_SQUARE 0x1.ce147ae147ae1p-3
#define NUMERIC_NEAR_START    1.9
#define NUMERIC_FAR_START     6.0
#define NUMERIC_FAR_FROM      6.061

/* numeric_inverse_centre is the inverse at 1/2 + q, |q| <= NUMERIC_CENTRE. */
NUMERIC_KERNEL double numeric_inverse_centre(double q) {
    const double r = NUMERIC_CENTRE_SQUARE - q * q;
    return q * (NUMERIC_POLYNOMIAL(numeric_centre_p, r) /
                NUMERIC_POLYNOMIAL(numeric_centre_q, r));
}

/* numeric_inverse_depth is sqrt(-log p), the variable of the tails. */
NUMERIC_KERNEL double numeric_inverse_depth(double p) {
    return numeric_sqrt(-numeric_log_positive(p));
}

/* numeric_inverse_near is minus the inverse at that depth up to NUMERIC_FAR_FROM. */
NUMERIC_KERNEL double numeric_inverse_near(double depth) {
    const double t = depth - NUMERIC_NEAR_START;
    return NUMERIC_POLYNOMIAL(numeric_near_p, t) / NUMERIC_POLYNOMIAL(numeric_near_q, t);
}

/* numeric_inverse_far is minus the inverse at any greater depth. */
NUMERIC_KERNEL double numeric_inverse_far(double depth) {
    const double t = depth - NUMERIC_FAR_START;
    return NUMERIC_POLYNOMIAL(numeric_far_p, t) / NUMERIC_POLYNOMIAL(numeric_far_q, t);
}

/* numeric_centred_from_bits is numeric_uniform_from_bits(bits) - 1/2, exact. */
NUMERIC_KERNEL double numeric_centred_from_bits(uint64_t bits) {
    const double one_to_two = numeric_from_bits((bits >> 12) | 0x3ff0000000000000);
    return (one_to_two - 1.5) + 0x1p-53;
}

#endif
