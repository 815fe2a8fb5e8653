/* make_black76.c -- writes tests/vectors/black76.txt: options priced by MPFR.

   Each line is OPTION(put, forward, strike, volatility, years, discount, price, delta, gamma,
   vega, theta, rho): arguments exact, results correctly rounded from 400 bits.
       cc make_black76.c -lmpfr -lm && ./a.out > black76.txt

   Memory   MPFR's own. */
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>

#define BITS  400
#define ROUND MPFR_RNDN
#define NEW(name)                                                                        \
    mpfr_t name;                                                                         \
    mpfr_init2(name, BITS)

static uint64_t state = 76;

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

static void cdf(mpfr_t result, const mpfr_t x) {
    NEW(root);
    mpfr_set_d(root, 0.5, ROUND);
    mpfr_sqrt(root, root, ROUND);
    mpfr_mul(result, x, root, ROUND);
    mpfr_neg(result, result, ROUND);
    mpfr_erfc(result, result, ROUND);
    mpfr_div_2ui(result, result, 1, ROUND);
    mpfr_clear(root);
}

static void density(mpfr_t result, const mpfr_t x) {
    NEW(pi);
    mpfr_const_pi(pi, ROUND);
    mpfr_mul_2ui(pi, pi, 1, ROUND);
    mpfr_sqrt(pi, pi, ROUND);
    mpfr_sqr(result, x, ROUND);
    mpfr_div_2ui(result, result, 1, ROUND);
    mpfr_neg(result, result, ROUND);
    mpfr_exp(result, result, ROUND);
    mpfr_div(result, result, pi, ROUND);
    mpfr_clear(pi);
}

struct point {
    int put;
    double f, k, v, t, d;
};

static void print(const char *before, const mpfr_t x) {
    printf("%s%a", before, mpfr_get_d(x, ROUND));
}

static void write(const struct point *p) {
    mpfr_t root, s, d1, d2, n1, n2, phi, price, x, rate;
    mpfr_inits2(BITS, root, s, d1, d2, n1, n2, phi, price, x, rate, (mpfr_ptr)0);
    mpfr_set_d(root, p->t, ROUND);
    mpfr_sqrt(root, root, ROUND);
    mpfr_mul_d(s, root, p->v, ROUND);
    mpfr_set_d(d1, p->f, ROUND);
    mpfr_div_d(d1, d1, p->k, ROUND);
    mpfr_log(d1, d1, ROUND);
    mpfr_div(d1, d1, s, ROUND);
    mpfr_div_2ui(x, s, 1, ROUND);
    mpfr_add(d1, d1, x, ROUND);
    mpfr_sub(d2, d1, s, ROUND);
    density(phi, d1);
    if (p->put) {
        mpfr_neg(d1, d1, ROUND);
        mpfr_neg(d2, d2, ROUND);
    }
    cdf(n1, d1);
    cdf(n2, d2);
    mpfr_mul_d(price, n1, p->f, ROUND);
    mpfr_mul_d(x, n2, p->k, ROUND);
    mpfr_sub(price, price, x, ROUND);
    mpfr_mul_d(price, price, p->put ? -p->d : p->d, ROUND);
    printf("OPTION(%d, %a, %a, %a, %a, %a", p->put, p->f, p->k, p->v, p->t, p->d);
    print(", ", price);
    mpfr_mul_d(x, n1, p->put ? -p->d : p->d, ROUND);
    print(", ", x);
    mpfr_mul_d(x, phi, p->d, ROUND); /* gamma = D phi / (F s) */
    mpfr_div_d(x, x, p->f, ROUND);
    mpfr_div(x, x, s, ROUND);
    print(", ", x);
    mpfr_mul_d(x, phi, p->d, ROUND); /* vega = D F phi sqrt(t) */
    mpfr_mul_d(x, x, p->f, ROUND);
    mpfr_mul(x, x, root, ROUND);
    print(", ", x);
    mpfr_mul_d(x, x, p->v, ROUND); /* theta = r price - vega volatility / (2 t) */
    mpfr_div_d(x, x, p->t, ROUND);
    mpfr_div_2ui(x, x, 1, ROUND);
    mpfr_set_d(rate, p->d, ROUND);
    mpfr_log(rate, rate, ROUND);
    mpfr_div_d(rate, rate, p->t, ROUND);
    mpfr_mul(rate, rate, price, ROUND);
    mpfr_add(x, x, rate, ROUND);
    mpfr_neg(x, x, ROUND);
    print(", ", x);
    mpfr_mul_d(x, price, -p->t, ROUND);
    print(", ", x);
    printf(")\n");
    mpfr_clears(root, s, d1, d2, n1, n2, phi, price, x, rate, (mpfr_ptr)0);
}

int main(void) {
    static const double moneyness[] = {1, 0.999999, 1.5, 0.02, 40};
    static const double deviation[] = {0.001, 0.05, 0.5, 2, 23};
    for (int i = 0; i < 50; ++i) { /* every corner, calls and puts */
        struct point p = {i % 2, 1500, 1500 * moneyness[i / 2 % 5], 0, 0.25, 1};
        p.v = 2 * deviation[i / 10];
        write(&p);
    }
    for (int i = 0; i < 350; ++i) { /* what is traded, and far beyond */
        struct point p;
        p.put = i % 2;
        p.f = between(1, 100000);
        const double spread = i % 3 == 0 ? 3 : 0.3;
        p.k = p.f * between(1 / (1 + spread), 1 + spread);
        p.t = between(0.001, i % 5 == 0 ? 30 : 1);
        p.v = between(0.1, i % 7 == 0 ? 4 : 1.5);
        p.d = between(0.7, 1);
        write(&p);
    }
    return 0;
}
