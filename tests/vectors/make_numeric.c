/* make_numeric.c -- writes tests/vectors/numeric.txt: values of elementary functions.

   Each line is VECTOR(FUNCTION, x, y, result, rest): the result correctly rounded and what
   the exact value is above it, both by MPFR with 400 bits; y is the exponent of the power
   and 0 elsewhere.  Points are random over the range in use and at hard places: reduction
   boundaries, cancellation, neighbours of branch points, ends of the range.
       cc -I. make_numeric.c -lmpfr -lm && ./a.out > numeric.txt

   Memory   MPFR's own. */
#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>

#define BITS  400
#define ROUND MPFR_RNDN

static uint64_t state = 2024;

/* splitmix64, Steele, Lea and Flood (2014), figure 17 */
static uint64_t next_word(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static double between(double low, double high) {
    return low + (high - low) * (double)(next_word() >> 11) * 0x1p-53;
}

typedef void reference(mpfr_t result, const mpfr_t x, const mpfr_t y);

static void reference_exp(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_exp(result, x, ROUND);
}

static void reference_expm1(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_expm1(result, x, ROUND);
}

static void reference_log(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_log(result, x, ROUND);
}

static void reference_log1p(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_log1p(result, x, ROUND);
}

static void reference_pow(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    mpfr_pow(result, x, y, ROUND);
}

static void reference_sin(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_sin(result, x, ROUND);
}

static void reference_cos(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_cos(result, x, ROUND);
}

/* erfc(-x / sqrt 2) / 2 */
static void reference_cdf(mpfr_t result, const mpfr_t x, const mpfr_t y) {
    (void)y;
    mpfr_t root;
    mpfr_init2(root, BITS);
    mpfr_sqrt_ui(root, 2, ROUND);
    mpfr_div(result, x, root, ROUND);
    mpfr_neg(result, result, ROUND);
    mpfr_erfc(result, result, ROUND);
    mpfr_div_2ui(result, result, 1, ROUND);
    mpfr_clear(root);
}

/* Newton's rule on log cdf, which is concave: from below the root it approaches without
   passing, from above it passes once. */
static void reference_inverse(mpfr_t result, const mpfr_t p, const mpfr_t y) {
    mpfr_t log_p, cdf, density, step;
    mpfr_inits2(BITS, log_p, cdf, density, step, (mpfr_ptr)0);
    mpfr_log(log_p, p, ROUND);
    const double start = mpfr_get_d(log_p, ROUND);
    mpfr_set_d(result, start < -1 ? -sqrt(-2 * start) : 0, ROUND);
    for (int i = 0; i < 100; ++i) {
        reference_cdf(cdf, result, y);
        mpfr_sqr(density, result, ROUND);
        mpfr_div_si(density, density, -2, ROUND);
        mpfr_exp(density, density, ROUND);
        mpfr_const_pi(step, ROUND);
        mpfr_mul_2ui(step, step, 1, ROUND);
        mpfr_sqrt(step, step, ROUND);
        mpfr_div(density, density, step, ROUND);
        mpfr_log(step, cdf, ROUND);
        mpfr_sub(step, log_p, step, ROUND);
        mpfr_mul(step, step, cdf, ROUND);
        mpfr_div(step, step, density, ROUND);
        mpfr_add(result, result, step, ROUND);
        if (mpfr_zero_p(step) || mpfr_get_exp(step) < -BITS + 40) {
            break;
        }
    }
    mpfr_clears(log_p, cdf, density, step, (mpfr_ptr)0);
}

static void print_vector(const char *name, reference *function, double x, double y) {
    mpfr_t exact, exact_x, exact_y;
    mpfr_inits2(BITS, exact, exact_x, exact_y, (mpfr_ptr)0);
    mpfr_set_d(exact_x, x, ROUND);
    mpfr_set_d(exact_y, y, ROUND);
    function(exact, exact_x, exact_y);
    const double result = mpfr_get_d(exact, ROUND);
    double rest = 0;
    if (isfinite(result)) {
        mpfr_sub_d(exact, exact, result, ROUND);
        rest = mpfr_get_d(exact, ROUND);
    }
    char text[32];
    snprintf(text, sizeof text, isinf(result) ? "NUMERIC_INFINITY" : "%a", result);
    printf("VECTOR(%s, %a, %a, %s, %.4a)\n", name, x, y, text, rest);
    mpfr_clears(exact, exact_x, exact_y, (mpfr_ptr)0);
}

/* x and its neighbours */
static void print_around(const char *name, reference *function, double x) {
    print_vector(name, function, nextafter(x, -INFINITY), 0);
    print_vector(name, function, x, 0);
    print_vector(name, function, nextafter(x, INFINITY), 0);
}

static void print_random(const char *name, reference *function, int count, double low,
                         double high) {
    for (int i = 0; i < count; ++i) {
        print_vector(name, function, between(low, high), 0);
    }
}

/* Sizes spread evenly over the logarithm, both signs when asked. */
static void print_sizes(const char *name, reference *function, int count, double low,
                        double high, double sign) {
    for (int i = 0; i < count; ++i) {
        const double size = exp(between(log(low), log(high)));
        print_vector(name, function, i % 2 == 0 ? size : sign * size, 0);
    }
}

static void make_exp(void) {
    print_random("EXP", reference_exp, 120, -2, 2);
    print_random("EXP", reference_exp, 80, -708, 709);
    print_random("EXP", reference_exp, 30, -745, -708);
    print_sizes("EXP", reference_exp, 30, 1e-20, 1, -1);
    for (int k = -9; k <= 9; k += 2) {
        print_around("EXP", reference_exp, k * 0.5 * 0x1.62e42fefa39efp-1);
    }
    print_around("EXP", reference_exp, 0x1.62e42fefa39efp+9); /* largest finite result */
    print_around("EXP", reference_exp,
                 -0x1.6232bdd7abcd2p+9); /* smallest normal result */
    print_around("EXP", reference_exp, -0x1.74910d52d3051p+9); /* smallest result */

    print_random("EXPM1", reference_expm1, 120, -1, 1);
    print_random("EXPM1", reference_expm1, 60, -40, 40);
    print_sizes("EXPM1", reference_expm1, 60, 1e-300, 1, -1);
    for (int k = -9; k <= 9; k += 2) {
        print_around("EXPM1", reference_expm1, k * 0.5 * 0x1.62e42fefa39efp-1);
    }
    print_around("EXPM1", reference_expm1, 39);
    print_around("EXPM1", reference_expm1, -39);
    print_around("EXPM1", reference_expm1, 0x1.62e42fefa39efp+9);
}

static void make_log(void) {
    print_random("LOG", reference_log, 120, 0.5, 2);
    print_sizes("LOG", reference_log, 80, 0x1p-1022, 0x1.fffffp1023, 1);
    print_sizes("LOG", reference_log, 20, 0x1p-1074, 0x1p-1022, 1);
    for (int i = 1; i <= 52; i += 3) {
        print_vector("LOG", reference_log, 1 + ldexp(1, -i), 0);
        print_vector("LOG", reference_log, 1 - ldexp(1, -i), 0);
    }
    print_around("LOG", reference_log, 0x1.6a09e667f3bcdp+0);
    print_around("LOG", reference_log, 0x1.6a09e667f3bcdp-1);
    print_around("LOG", reference_log, 0x1p-1022);
    print_vector("LOG", reference_log, 0x1p-1074, 0);
    print_vector("LOG", reference_log, 0x1.fffffffffffffp+1023, 0);

    print_random("LOG1P", reference_log1p, 120, -0.6, 1);
    print_sizes("LOG1P", reference_log1p, 60, 1e-300, 0.9, -1);
    print_sizes("LOG1P", reference_log1p, 40, 1, 1e300, 1);
    print_around("LOG1P", reference_log1p, 0x1.a827999fcef34p-2);
    print_around("LOG1P", reference_log1p, -0x1.2bec333018866p-2);
    print_around("LOG1P", reference_log1p, 0x1p53);
    for (int i = 2; i <= 53; i += 3) {
        print_vector("LOG1P", reference_log1p, -1 + ldexp(1, -i), 0);
    }
}

static void make_pow(void) {
    for (int i = 0; i < 120; ++i) {
        const double y = between(-5, 5); /* one draw a statement: the order is ours */
        const double x = exp(between(-5, 5));
        print_vector("POW", reference_pow, x, y);
    }
    for (int i = 0; i < 80; ++i) {
        const double x = exp(between(-700, 700));
        print_vector("POW", reference_pow, x, between(-708, 709) / fabs(log(x)));
    }
    for (int i = 0; i < 80; ++i) {
        const double x = 1 + between(-0.3, 0.4) * exp(between(-30, 0));
        print_vector("POW", reference_pow, x, between(-708, 709) / log(x));
    }
    for (int i = 0; i < 20; ++i) {
        const double x = exp(between(-740, -710));
        print_vector("POW", reference_pow, x, between(-1, 1));
        const double y = between(-1073, -1023);
        const double base = 1 + between(0, 1);
        print_vector("POW", reference_pow, base, y);
    }
    static const double points[][2] = {
        {2,           0.5   },
        {2,           1023  },
        {2,           1024  },
        {2,           -1074 },
        {2,           -1076 },
        {10,          308   },
        {10,          309   },
        {0.5,         0.5   },
        {1,           1e300 },
        {1e-300,      2     },
        {0x1p-1074,   1     },
        {3,           40    },
        {1.1,         1.1   },
        {7,           -3    },
        {1 + 0x1p-52, 1     },
        {1,           -1    },
        {0x1p-1074,   -1    },
        {4,           1e-300},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
        print_vector("POW", reference_pow, points[i][0], points[i][1]);
    }
}

static void make_angle(const char *name, reference *function) {
    print_random(name, function, 100, -10, 10);
    print_random(name, function, 80, -1e5, 1e5);
    print_sizes(name, function, 30, 1e-20, 1, -1);
    for (int k = 1; k <= 21; k += 2) {
        print_around(name, function, k * 0x1.921fb54442d18p-1);
    }
    /* the multiples of pi/2 that lie nearest to a double, for their size */
    double limit = 1;
    for (int k = 1; k <= 63661; ++k) {
        const long double multiple = k * 1.57079632679489661923132169163975L;
        const double x = (double)multiple;
        const double distance = fabs((double)(multiple - (long double)x)) * 1e16 / x;
        if (distance < limit || distance < 2e-4) {
            limit = fmin(limit, distance);
            print_vector(name, function, k % 2 == 0 ? x : -x, 0);
        }
    }
    print_vector(name, function, 1e5, 0);
    print_vector(name, function, -1e5, 0);
}

static void make_normal(void) {
    print_random("CDF", reference_cdf, 120, -8, 8);
    print_random("CDF", reference_cdf, 120, -37.5, 0);
    print_sizes("CDF", reference_cdf, 40, 1e-20, 1, -1);
    print_around("CDF", reference_cdf, -37.5);
    print_around("CDF", reference_cdf, 8.2);

    print_random("INVERSE", reference_inverse, 100, 0, 1);
    print_random("INVERSE", reference_inverse, 60, 0, 0.03);
    print_random("INVERSE", reference_inverse, 30, 0.97, 1);
    print_sizes("INVERSE", reference_inverse, 60, 0x1p-1022, 0.025, 1);
    print_sizes("INVERSE", reference_inverse, 20, 0x1p-60, 1e-10, 1);
    for (int i = 2; i <= 52; i += 4) {
        print_vector("INVERSE", reference_inverse, 0.5 + ldexp(1, -i), 0);
        print_vector("INVERSE", reference_inverse, 0.5 - ldexp(1, -i), 0);
        print_vector("INVERSE", reference_inverse, 1 - ldexp(1, -i), 0);
    }
    print_around("INVERSE", reference_inverse, 0.025);
    print_around("INVERSE", reference_inverse, 0.975);
    print_around("INVERSE", reference_inverse, exp(-6.061 * 6.061));
    print_around("INVERSE", reference_inverse, 0x1p-53);
    print_around("INVERSE", reference_inverse, 0x1p-1022);
    print_vector("INVERSE", reference_inverse, 0x1p-1074, 0);
    print_vector("INVERSE", reference_inverse, 1 - 0x1p-53, 0);
}

int main(void) {
    make_exp();
    make_log();
    make_pow();
    make_angle("SIN", reference_sin);
    make_angle("COS", reference_cos);
    make_normal();
    return 0;
}
