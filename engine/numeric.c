#include "engine/numeric.h"

#include "engine/numeric_kernel.h"

#include <assert.h>

/* (log((1 + s) / (1 - s)) - 2 s - 2 s^3 / 3) / s^5 in s^2, relative error 2^-50.37 */
static const double pow_tail[] = {0x1.999999999999fp-2, 0x1.249249248e452p-2,
                                  0x1.c71c71d8187f6p-3, 0x1.745d09d1fecdep-3,
                                  0x1.3b18c179ac09dp-3, 0x1.1017957b52acbp-3,
                                  0x1.0885f7facdc90p-3};
/* (sin r - r) / r^3 in r^2, relative error 2^-52.82 */
static const double sin_tail[] = {-0x1.5555555555555p-3,  0x1.1111111110b97p-7,
                                  -0x1.a01a019e7d9dbp-13, 0x1.71de378f283c6p-19,
                                  -0x1.ae6003b2112cfp-26, 0x1.5e08934fe7913p-33};
/* (cos r - 1 + r^2 / 2) / r^4 in r^2, relative error 2^-54.83 */
static const double cos_tail[] = {0x1.5555555555555p-5,  -0x1.6c16c16c1695bp-10,
                                  0x1.a01a019f4c26ep-16, -0x1.27e4fa14b6f75p-22,
                                  0x1.1eeb65c3e2774p-29, -0x1.907b716b03601p-37};
/* 2/3 in two doubles; pi/2 in three parts of 33 bits and a rest. */
static const struct numeric_pair two_thirds = {0x1.5555555555555p-1,
                                               0x1.5555555555555p-55};

#define TWO_OVER_PI  0x1.45f306dc9c883p-1
#define HALF_PI_1    0x1.921fb544p+0
#define HALF_PI_2    0x1.0b4611a6p-34
#define HALF_PI_3    0x1.3198a2ep-69
#define HALF_PI_REST 0x1.b839a252049c1p-104

double numeric_exp(double x) {
    assert(!numeric_is_nan(x));
    return numeric_exp_of_sum(numeric_clamp(x, NUMERIC_EXP_LOW, NUMERIC_EXP_HIGH), 0);
}

double numeric_expm1(double x) {
    assert(!numeric_is_nan(x));
    if (x > 39) {
        return numeric_exp(x); /* 1 is below a quarter of its ulp */
    }
    if (x < -39) {
        return -1;
    }
    if (x == 0) {
        return x; /* keeps the sign of zero */
    }
    const struct numeric_exp_parts e = numeric_exp_reduce(x, 0);
    const double power = numeric_from_bits((e.exponent - 2048 + 1023) << 52);
    const struct numeric_pair integer = numeric_sum_exact(power, -1);
    const struct numeric_pair sum = numeric_sum_exact(integer.high, power * e.r);
    return sum.high + (sum.low + (integer.low + power * e.q));
}

/* Subnormal numbers are made normal first. */
static struct numeric_log_parts log_reduce_any(double x) {
    if (x < 0x1p-1022) {
        return numeric_log_reduce(x * 0x1p54, NUMERIC_LOG_SHIFT);
    }
    return numeric_log_reduce(x, 0);
}

double numeric_log(double x) {
    assert(x > 0);
    assert(x < NUMERIC_INFINITY);
    const struct numeric_log_parts parts = log_reduce_any(x);
    return numeric_log_of_parts(parts.k, parts.f, 0);
}

double numeric_log1p(double x) {
    assert(x > -1);
    assert(x < NUMERIC_INFINITY);
    if (x == 0) {
        return x; /* keeps the sign of zero */
    }
    if (x > NUMERIC_SQRT2 / 2 - 1 && x < NUMERIC_SQRT2 - 1) {
        return numeric_log_of_parts(0, x, 0);
    }
    const struct numeric_pair sum = numeric_sum_exact(1, x);
    const struct numeric_log_parts parts = numeric_log_reduce(sum.high, 0);
    return numeric_log_of_parts(parts.k, parts.f, sum.low / sum.high);
}

/* log(x) to about 2^-64 of itself, so that times y, up to 745, half an ulp is left:
   log(1 + f) = 2 s + 2/3 s^3 + s^5 tail, s = f / (2 + f), the first two terms and the
   quotient in two doubles. */
static struct numeric_pair log_of_two_doubles(double x) {
    const struct numeric_log_parts parts = log_reduce_any(x);
    const double f = parts.f;
    const struct numeric_pair below = numeric_sum_exact(2, f);
    const double s = f / below.high;
    const struct numeric_pair back = numeric_product_exact(s, below.high);
    const double s_low = (((f - back.high) - back.low) - s * below.low) / below.high;

    struct numeric_pair square = numeric_product_exact(s, s);
    square.low += 2 * s * s_low;
    struct numeric_pair third = numeric_product_exact(square.high, two_thirds.high);
    third.low += square.high * two_thirds.low + square.low * two_thirds.high;
    const double rest =
        square.high * square.high * NUMERIC_POLYNOMIAL(pow_tail, square.high);
    struct numeric_pair factor = numeric_sum_exact(third.high, rest);
    factor.low += third.low;
    struct numeric_pair cubic = numeric_product_exact(s, factor.high);
    cubic.low += s * factor.low + s_low * factor.high;

    const struct numeric_pair first =
        numeric_sum_exact(parts.k * NUMERIC_LN2_HIGH, 2 * s);
    const struct numeric_pair second = numeric_sum_exact(first.high, cubic.high);
    const double low =
        (first.low + second.low) + ((2 * s_low + cubic.low) + parts.k * NUMERIC_LN2_LOW);
    return numeric_sum_exact(second.high, low);
}

double numeric_pow(double x, double y) {
    assert(x >= 0);
    assert(x < NUMERIC_INFINITY);
    assert(numeric_is_finite(y));
    if (y == 0) {
        return 1;
    }
    if (x == 0) {
        assert(y > 0);
        return 0;
    }
    const struct numeric_pair log_x = log_of_two_doubles(x);
    const double exponent = y * log_x.high;
    if (exponent > 710) {
        return NUMERIC_INFINITY;
    }
    if (exponent < -746) {
        return 0;
    }
    const struct numeric_pair product = numeric_product_exact(y, log_x.high);
    return numeric_exp_of_sum(product.high, product.low + y * log_x.low);
}

/* x = quadrant pi/2 + r + r_low, |r| <= pi/4; each product with a 33-bit part is exact
   for the 16 bits of the multiple that |x| <= 1e5 allows. */
struct angle {
    uint64_t quadrant;
    double r, r_low;
};

static struct angle angle_reduce(double x) {
    assert(numeric_abs(x) <= 1e5);
    const double shifted = x * TWO_OVER_PI + NUMERIC_SHIFT;
    const double k = shifted - NUMERIC_SHIFT;
    const struct numeric_pair first =
        numeric_sum_exact(x - k * HALF_PI_1, -(k * HALF_PI_2));
    const struct numeric_pair second = numeric_sum_exact(first.high, -(k * HALF_PI_3));
    const double low = (first.low + second.low) - k * HALF_PI_REST;
    const struct numeric_pair r = numeric_sum_exact(second.high, low);
    return (struct angle){numeric_bits(shifted) & 3, r.high, r.low};
}

static double sin_of_reduced(struct angle a) {
    const double square = a.r * a.r;
    const double cubic = square * a.r * NUMERIC_POLYNOMIAL(sin_tail, square);
    return a.r + (cubic + a.r_low * (1 - 0.5 * square));
}

static double cos_of_reduced(struct angle a) {
    const double square = a.r * a.r;
    const double half = 0.5 * square;
    const double most = 1 - half;
    const double tail = square * square * NUMERIC_POLYNOMIAL(cos_tail, square);
    return most + (((1 - most) - half) + (tail - a.r * a.r_low));
}

double numeric_sin(double x) {
    const struct angle a = angle_reduce(x);
    const double value = a.quadrant & 1 ? cos_of_reduced(a) : sin_of_reduced(a);
    return a.quadrant & 2 ? -value : value;
}

double numeric_cos(double x) {
    const struct angle a = angle_reduce(x);
    const double value = a.quadrant & 1 ? sin_of_reduced(a) : cos_of_reduced(a);
    return (a.quadrant + 1) & 2 ? -value : value;
}

double numeric_normal_cdf(double x) {
    assert(!numeric_is_nan(x));
    const double tail = numeric_cdf_tail(numeric_min(numeric_abs(x), NUMERIC_CDF_END));
    return x > 0 ? 1 - tail : tail;
}

double numeric_normal_inverse(double p) {
    assert(p > 0);
    assert(p < 1);
    const double q = p - 0.5;
    if (numeric_abs(q) <= NUMERIC_CENTRE) {
        return numeric_inverse_centre(q);
    }
    const double beyond = q < 0 ? p : 1 - p;
    const double depth = beyond < 0x1p-1022
                             ? numeric_inverse_depth(beyond * 0x1p54, NUMERIC_LOG_SHIFT)
                             : numeric_inverse_depth(beyond, 0);
    const double size = depth < NUMERIC_FAR_FROM ? numeric_inverse_near(depth)
                                                 : numeric_inverse_far(depth);
    return numeric_copy_sign(size, q);
}

double numeric_normal_from_bits(uint64_t bits) {
    return numeric_normal_inverse(numeric_uniform_from_bits(bits));
}
