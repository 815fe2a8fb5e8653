/* numeric.h -- elementary functions with the same bits on every machine.

   A path's result must not depend on the compiler, its optimisation level or the CPU; the
   functions of libm do.  These use only + - * / and square root, which IEEE 754 defines
   to the last bit, comparisons and integer operations on the representation.  The library
   has to be built with -ffp-contract=off, never with -ffast-math, and runs in
   round-to-nearest with subnormals on.  Batch functions choose the widest vector unit the
   CPU has; every width performs the same operations on each element, so scalar call,
   batch and every level give the same bits.

   Not a number is a bug of the caller: every function asserts that no argument is one.
   Errors are in ulp, units in the last place of the correctly rounded result; MPFR is the
   judge.  "Measured" is the largest met at 10^5 random points a range; bounds are tested.

   Units    none.
   Memory   nothing is allocated; constants only.
   Threads  every function is pure.
   Source   engine/numeric_kernel.h. */
#ifndef ENGINE_NUMERIC_H
#define ENGINE_NUMERIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NUMERIC_PI       0x1.921fb54442d18p+1
#define NUMERIC_LN2      0x1.62e42fefa39efp-1
#define NUMERIC_SQRT2    0x1.6a09e667f3bcdp+0
#define NUMERIC_INFINITY (__builtin_inf())

/* numeric_bits is the representation of x. */
static inline uint64_t numeric_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* numeric_from_bits is the double with that representation. */
static inline double numeric_from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* numeric_is_nan is true for not-a-number. */
static inline bool numeric_is_nan(double x) {
    return x != x;
}

/* numeric_is_finite is false for infinities and not-a-number. */
static inline bool numeric_is_finite(double x) {
    return x - x == 0;
}

/* numeric_abs is |x|. */
static inline double numeric_abs(double x) {
    return numeric_from_bits(numeric_bits(x) & (UINT64_MAX >> 1));
}

/* numeric_copy_sign is |x| with the sign of s, that of zero included. */
static inline double numeric_copy_sign(double x, double s) {
    const uint64_t sign = (uint64_t)1 << 63;
    return numeric_from_bits((numeric_bits(x) & ~sign) | (numeric_bits(s) & sign));
}

/* numeric_min is the smaller of a and b; b if they are equal. */
static inline double numeric_min(double a, double b) {
    return a < b ? a : b;
}

/* numeric_max is the larger of a and b; b if they are equal. */
static inline double numeric_max(double a, double b) {
    return a > b ? a : b;
}

/* numeric_clamp is the number of [low, high] next to x. */
static inline double numeric_clamp(double x, double low, double high) {
    return numeric_min(numeric_max(x, low), high);
}

/* numeric_sqrt is the correctly rounded square root of x >= 0. */
static inline double numeric_sqrt(double x) {
    return __builtin_sqrt(x); /* one instruction under -fno-math-errno */
}

/* numeric_round is the integer nearest to x, ties to even, exact, with the sign of x on a
   zero. */
static inline double numeric_round(double x) {
    const double no_fraction = 0x1p52; /* from here on every double is an integer */
    if (!(numeric_abs(x) < no_fraction)) {
        return x;
    }
    const double nearest = (numeric_abs(x) + no_fraction) - no_fraction;
    return numeric_copy_sign(nearest, x);
}

/* numeric_floor is the largest integer not above x, exact, with the sign of x on a zero.
 */
static inline double numeric_floor(double x) {
    const double nearest = numeric_round(x);
    return nearest > x ? numeric_copy_sign(nearest - 1, x) : nearest;
}

/* numeric_ceil is the smallest integer not below x, exact, with the sign of x on a zero.
 */
static inline double numeric_ceil(double x) {
    return -numeric_floor(-x);
}

/* numeric_exp is e^x.  exp(-inf) is 0; overflow is +inf, underflow gradual.
   Error   below 0.8 ulp (measured 0.68); 1.3 where the result is subnormal. */
double numeric_exp(double x);

/* numeric_expm1 is e^x - 1, accurate near 0.  expm1(-inf) is -1; overflow is +inf.
   Error   below 1.3 ulp (measured 1.10). */
double numeric_expm1(double x);

/* numeric_log is the natural logarithm.
   Range   0 < x < inf, asserted.
   Error   below 0.95 ulp (measured 0.83). */
double numeric_log(double x);

/* numeric_log1p is log(1 + x), accurate near 0.
   Range   -1 < x < inf, asserted.
   Error   below 0.95 ulp (measured 0.84). */
double numeric_log1p(double x);

/* numeric_pow is x^y.  x^0 is 1, 0^y is 0 for y > 0; overflow is +inf, underflow gradual.
   Range   0 <= x < inf, y finite, and y >= 0 where x is 0; asserted.
   Error   below 0.95 ulp (measured 0.84); 1.45 where the result is subnormal. */
double numeric_pow(double x, double y);

/* numeric_sin and numeric_cos are sine and cosine of x radians.
   Range   |x| <= 1e5, asserted.
   Error   below 0.95 ulp (measured 0.84). */
double numeric_sin(double x);
double numeric_cos(double x);

/* numeric_normal_cdf is the probability that a standard normal variable is below x.
   cdf(-inf) is 0, cdf(inf) is 1; below -37.5 the result is subnormal, then 0.
   Error   below 3.5 ulp (measured 3.13) for x >= -37.5. */
double numeric_normal_cdf(double x);

/* numeric_normal_inverse is the x with numeric_normal_cdf(x) = p.
   Range   0 < p < 1, asserted.
   Error   below 7e-16 |x| (measured 5.2e-16, at |p - 1/2| near 0.475). */
double numeric_normal_inverse(double p);

/* numeric_uniform_from_bits is (k + 1/2) / 2^52 with k the upper 52 of 64 random bits:
   strictly inside (0, 1), exact, symmetric about 1/2. */
static inline double numeric_uniform_from_bits(uint64_t bits) {
    const double one_to_two = numeric_from_bits((bits >> 12) | 0x3ff0000000000000);
    return (one_to_two - 1) + 0x1p-53;
}

/* numeric_normal_from_bits is numeric_normal_inverse(numeric_uniform_from_bits(bits)), to
   the bit: a standard normal variable from 64 random bits, by inversion; |z| < 8.21. */
double numeric_normal_from_bits(uint64_t bits);

/* Vector units of x86-64.  A level may be asked for only if the CPU has it. */
enum numeric_level {
    NUMERIC_BASELINE, /* SSE2: every x86-64 */
    NUMERIC_AVX2,
    NUMERIC_AVX512,
    NUMERIC_LEVEL_COUNT
};

/* numeric_level_best is the highest level this CPU has. */
enum numeric_level numeric_level_best(void);

/* The batch functions write f(in[i]) to out[i] for all i < count, each with the bits of
   the function of one argument; they pay from about eight elements.  out and in may be
   the same array but not overlap otherwise. */
void numeric_exp_batch(const double *in, double *out, size_t count);
void numeric_log_batch(const double *in, double *out, size_t count);
void numeric_normal_cdf_batch(const double *in, double *out, size_t count);
void numeric_normal_inverse_batch(const double *in, double *out, size_t count);
void numeric_normal_from_bits_batch(const uint64_t *bits, double *out, size_t count);

/* The same at a chosen level not above numeric_level_best(), asserted. */
void numeric_exp_batch_at(enum numeric_level level, const double *in, double *out,
                          size_t count);
void numeric_log_batch_at(enum numeric_level level, const double *in, double *out,
                          size_t count);
void numeric_normal_cdf_batch_at(enum numeric_level level, const double *in, double *out,
                                 size_t count);
void numeric_normal_inverse_batch_at(enum numeric_level level, const double *in,
                                     double *out, size_t count);
void numeric_normal_from_bits_batch_at(enum numeric_level level, const uint64_t *bits,
                                       double *out, size_t count);

#endif
