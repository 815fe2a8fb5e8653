/* bench_numeric.c -- time of the project's elementary functions beside the C library's.

   Prints one line a function: nanoseconds per call, the same of libm, their ratio; then
   nanoseconds per element of each batch at each level this CPU has.  Best of several
   rounds, so that a busy machine disturbs little. */
#include "engine/numeric.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define POINTS 4096
#define ROUNDS 200

static double points[POINTS];
static uint64_t words[POINTS];
static double results[POINTS];

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* splitmix64, Steele, Lea and Flood (2014), figure 17 */
static uint64_t next_word(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void fill(double low, double high) {
    uint64_t state = 1;
    for (size_t i = 0; i < POINTS; ++i) {
        words[i] = next_word(&state);
        points[i] = low + (high - low) * numeric_uniform_from_bits(words[i]);
    }
}

static double time_function(double (*function)(double)) {
    double best = 1e300;
    for (int round = 0; round < ROUNDS; ++round) {
        const double start = now_ns();
        for (size_t i = 0; i < POINTS; ++i) {
            results[i] = function(points[i]);
        }
        best = numeric_min(best, now_ns() - start);
    }
    return best / POINTS;
}

typedef void batch(enum numeric_level level, const double *in, double *out, size_t count);

static double time_batch(batch *function, enum numeric_level level) {
    double best = 1e300;
    for (int round = 0; round < ROUNDS; ++round) {
        const double start = now_ns();
        function(level, points, results, POINTS);
        best = numeric_min(best, now_ns() - start);
    }
    return best / POINTS;
}

/* The words stand in for the points. */
static void normals(enum numeric_level level, const double *in, double *out,
                    size_t count) {
    (void)in;
    numeric_normal_from_bits_batch_at(level, words, out, count);
}

static double numeric_pow_bench(double x) {
    return numeric_pow(x, 1.7);
}

static double libm_pow_bench(double x) {
    return pow(x, 1.7);
}

static double libm_cdf(double x) {
    return 0.5 * erfc(-x * sqrt(0.5));
}

static const struct {
    const char *name;
    double (*ours)(double), (*libm)(double);
    double low, high;
} functions[] = {
    {"exp",            numeric_exp,            exp,            -20,   20       },
    {"log",            numeric_log,            log,            0.01,  100      },
    {"log1p",          numeric_log1p,          log1p,          -0.5,  1        },
    {"expm1",          numeric_expm1,          expm1,          -1,    1        },
    {"pow",            numeric_pow_bench,      libm_pow_bench, 0.01,  100      },
    {"sin",            numeric_sin,            sin,            -10,   10       },
    {"cos",            numeric_cos,            cos,            -10,   10       },
    {"normal_cdf",     numeric_normal_cdf,     libm_cdf,       -6,    6        },
    {"normal_inverse", numeric_normal_inverse, NULL,           1e-12, 1 - 1e-12},
};

static const struct {
    const char *name;
    batch *function;
    double low, high;
} batches[] = {
    {"exp_batch",              numeric_exp_batch_at,            -20,   20       },
    {"log_batch",              numeric_log_batch_at,            0.01,  100      },
    {"normal_cdf_batch",       numeric_normal_cdf_batch_at,     -6,    6        },
    {"normal_inverse_batch",   numeric_normal_inverse_batch_at, 1e-12, 1 - 1e-12},
    {"normal_from_bits_batch", normals,                         0,     1        },
};

int main(void) {
    static const char *const levels[NUMERIC_LEVEL_COUNT] = {"sse2", "avx2", "avx512"};
    printf("%-24s %8s %8s %8s\n", "ns per call", "numeric", "libm", "ratio");
    for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
        fill(functions[i].low, functions[i].high);
        const double ours = time_function(functions[i].ours);
        printf("%-24s %8.2f", functions[i].name, ours);
        if (functions[i].libm != NULL) {
            const double libm = time_function(functions[i].libm);
            printf(" %8.2f %8.2f", libm, ours / libm);
        }
        printf("\n");
    }
    printf("\n%-24s", "ns per element");
    for (int level = 0; level <= (int)numeric_level_best(); ++level) {
        printf(" %8s", levels[level]);
    }
    printf("\n");
    for (size_t i = 0; i < sizeof batches / sizeof *batches; ++i) {
        fill(batches[i].low, batches[i].high);
        printf("%-24s", batches[i].name);
        for (int level = 0; level <= (int)numeric_level_best(); ++level) {
            printf(" %8.2f", time_batch(batches[i].function, (enum numeric_level)level));
        }
        printf("\n");
    }
    return 0;
}
