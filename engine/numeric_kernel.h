/* numeric_kernel.h -- bodies shared by the functions of one argument and the batches.

   Private to engine/numeric*.c and to the batches of engine/options.  Every body is free of branches and of calls, so that a
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

/* (a + 13/16) e^(a^2/2) cdf(-a) - 7/16, 0 <= a <= 39, error 2^-60.93 of the result */
static const double numeric_cdf_p[] = {
    -0x1.0000000000000p-5,  0x1.944b1ce90dc22p-4,   0x1.31909e8a4519fp-3,
    0x1.8b30fe842ecbdp-4,   0x1.30379f0b1b216p-5,   0x1.29f3494c06f32p-7,
    0x1.57efc5e1f3658p-10,  0x1.a5cdcea696b78p-15,  -0x1.70f653399bf7bp-16,
    -0x1.5d7169d086271p-18, -0x1.2209ae420c254p-21, -0x1.a5cbc31491825p-26};
static const double numeric_cdf_q[] = {
    0x1.0000000000000p+0,  0x1.3c06d48fd735cp+1,  0x1.6d3e32215dafbp+1,
    0x1.0561d0efb2b79p+1,  0x1.0206bc0c98e23p+0,  0x1.72006d9ad463bp-2,
    0x1.8a9c2ad80df82p-4,  0x1.3a5f4ee119630p-6,  0x1.70b6555e21a26p-9,
    0x1.3164a5f2d2f2ap-12, 0x1.44e0217646eddp-16, 0x1.55dab53165599p-21};

/* inverse(1/2 + q) / q - 3 in 0.475^2 - q^2, error 2^-58.09 of the result */
static const double numeric_centre_p[] = {
    0x1.20514333a85b9p+0,   0x1.0fefdbf34355ap+7,   0x1.813c0f5dabf12p+12,
    0x1.e7a0700276829p+16,  0x1.a021a6f78104ap+19,  -0x1.b9f401b957690p+22,
    -0x1.1a889c58ac1b6p+27, -0x1.8ddd300d141acp+29, -0x1.bfa1206392923p+30,
    -0x1.6b0feabaeeaa9p+30, -0x1.14e65840db180p+28};
static const double numeric_centre_q[] = {
    0x1.0000000000000p+0,  0x1.248d27f4827cap+7,  0x1.0fe4c32356361p+13,
    0x1.09baf623df67ep+18, 0x1.27b4da664f5fap+22, 0x1.7cb7d81d4ea7cp+25,
    0x1.154317cec6f46p+28, 0x1.af09600ff6490p+29, 0x1.41540c8fcb267p+30,
    0x1.77d9192fd2108p+29, 0x1.aefa0a8f8b463p+26};

/* inverse(e^-(r^2)) - 1.0 r in r - 1.9, [1.92, 6.062], error 2^-60.35 of the result */
static const double numeric_near_p[] = {
    0x1.aa12bfef70642p-6, 0x1.639d9a8886704p-1,  0x1.2523496d15f00p+0,
    0x1.91a136f2e7087p-1, 0x1.203863d3b9610p-2,  0x1.caea730ecd9e7p-5,
    0x1.89d3165e3aab4p-8, 0x1.41fa4e0522608p-12, 0x1.6594a18bbbd75p-18};
static const double numeric_near_q[] = {0x1.0000000000000p+0,  0x1.d889700489411p+0,
                                        0x1.61a4043d71d94p+0,  0x1.1346392e2abdbp-1,
                                        0x1.d90bd7f1b5d3dp-4,  0x1.b31e038d96f53p-7,
                                        0x1.77f8819e5f27bp-11, 0x1.af9a26f329a58p-17};

/* inverse(e^-(r^2)) - 1.375 r in r - 6.0, [6.06, 27.3], error 2^-62.55 of the result */
static const double numeric_far_p[] = {
    -0x1.09059c3e3bd42p-3, 0x1.53731be897227p-7,  0x1.85bda7cbccddfp-6,
    0x1.73532b4ebbf4ap-8,  0x1.346ac7103a6f0p-11, 0x1.03241e70a6242p-15,
    0x1.b69ac3f730536p-21, 0x1.4dba8518a5c11p-27, 0x1.480c2f8f30790p-35};
static const double numeric_far_q[] = {0x1.0000000000000p+0,  0x1.188b0207c3bc3p-1,
                                       0x1.e1677b3c4829dp-4,  0x1.9a6d16d6be685p-7,
                                       0x1.6d582900ab834p-11, 0x1.475cf52e2dde5p-16,
                                       0x1.03de67952e46dp-22, 0x1.056ac27b48d61p-30};

/* numeric_select is a where the condition holds, else b, with no branch to stop gcc from
   making vector code. */
NUMERIC_KERNEL double numeric_select(bool condition, double a, double b) {
    const uint64_t mask = 0 - (uint64_t)condition;
    return numeric_from_bits((numeric_bits(a) & mask) | (numeric_bits(b) & ~mask));
}

/* An unevaluated sum; |low| is at most half an ulp of high, or nearly so. */
struct numeric_pair {
    double high, low;
};

/* numeric_four_terms is the sum of c[i] x^i, i < min(count, 4). */
NUMERIC_KERNEL double numeric_four_terms(const double *c, int count, double x,
                                         double square) {
    if (count == 1) {
        return c[0];
    }
    const double low = c[0] + c[1] * x;
    if (count == 2) {
        return low;
    }
    return low + (count == 3 ? c[2] : c[2] + c[3] * x) * square;
}

/* numeric_polynomial is the sum of c[i] x^i, i < count: Horner's rule in x^4, since one
   long chain of dependent steps would leave the units idle. */
NUMERIC_KERNEL double numeric_polynomial(const double *c, int count, double x) {
    const double square = x * x;
    const double fourth = square * square;
    const int last = (count - 1) / 4 * 4;
    double sum = numeric_four_terms(c + last, count - last, x, square);
    for (int i = last - 4; i >= 0; i -= 4) {
        sum = sum * fourth + numeric_four_terms(c + i, 4, x, square);
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

/* Beyond these e^x is 0 or infinite; callers bring x inside. */
#define NUMERIC_EXP_LOW  (-746.0)
#define NUMERIC_EXP_HIGH 710.0

/* numeric_exp_of_sum is e^(x + low), |x| < 1100.  Scaling takes two steps, so that overflow
   and gradual underflow happen in the last product. */
NUMERIC_KERNEL double numeric_exp_of_sum(double x, double low) {
    const struct numeric_exp_parts e = numeric_exp_reduce(x, low);
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

/* numeric_log_reduce splits x 2^-shift, x finite and at least 2^-1022. */
NUMERIC_KERNEL struct numeric_log_parts numeric_log_reduce(double x, double shift) {
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
    const uint64_t bits = numeric_bits(x);
    const uint64_t exponent = (bits - sqrt_half + ((uint64_t)1024 << 52)) >> 52;
    const double one_plus_f = numeric_from_bits(bits - ((exponent - 1024) << 52));
    const double integer = numeric_from_bits(exponent | numeric_bits(0x1p52)) - 0x1p52;
    return (struct numeric_log_parts){integer - (1024 + shift), one_plus_f - 1};
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

/* Subnormal arguments of the logarithm are first multiplied by 2^this. */
#define NUMERIC_LOG_SHIFT 54.0

/* numeric_cdf_tail is the normal distribution function at -a, 0 <= a <= NUMERIC_CDF_END.
   The exponential needs both halves of the square of a: at 37 half an ulp of it is 300
   ulp of the result. */
#define NUMERIC_CDF_END 39.0
NUMERIC_KERNEL double numeric_cdf_tail(double a) {
    const struct numeric_pair square = numeric_product_exact(a, a);
    const double density = numeric_exp_of_sum(-0.5 * square.high, -0.5 * square.low);
    const double varying =
        NUMERIC_POLYNOMIAL(numeric_cdf_p, a) / NUMERIC_POLYNOMIAL(numeric_cdf_q, a);
    return (0.4375 + varying) / (a + 0.8125) * density;
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
    return q * (3 + NUMERIC_POLYNOMIAL(numeric_centre_p, r) /
                        NUMERIC_POLYNOMIAL(numeric_centre_q, r));
}

/* numeric_inverse_depth is sqrt(-log(p 2^-shift)), the variable of the tails. */
NUMERIC_KERNEL double numeric_inverse_depth(double p, double shift) {
    const struct numeric_log_parts parts = numeric_log_reduce(p, shift);
    return numeric_sqrt(-numeric_log_of_parts(parts.k, parts.f, 0));
}

/* numeric_inverse_near is minus the inverse at that depth up to NUMERIC_FAR_FROM. */
NUMERIC_KERNEL double numeric_inverse_near(double depth) {
    const double t = depth - NUMERIC_NEAR_START;
    return depth +
           NUMERIC_POLYNOMIAL(numeric_near_p, t) / NUMERIC_POLYNOMIAL(numeric_near_q, t);
}

/* numeric_inverse_far is minus the inverse at any greater depth. */
NUMERIC_KERNEL double numeric_inverse_far(double depth) {
    const double t = depth - NUMERIC_FAR_START;
    return 1.375 * depth +
           NUMERIC_POLYNOMIAL(numeric_far_p, t) / NUMERIC_POLYNOMIAL(numeric_far_q, t);
}

/* numeric_centred_from_bits is numeric_uniform_from_bits(bits) - 1/2, exact. */
NUMERIC_KERNEL double numeric_centred_from_bits(uint64_t bits) {
    const double one_to_two = numeric_from_bits((bits >> 12) | 0x3ff0000000000000);
    return (one_to_two - 1.5) + 0x1p-53;
}

#endif
