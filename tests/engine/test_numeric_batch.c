/* test_numeric_batch.c -- every vector level gives the bits of the scalar functions, and
   the normals made from bits are normal. */
#include "engine/numeric.h"
#include "tests/support/check.h"

#define CAPACITY 1100
#define GUARD    (-12345.0)

typedef void batch_at(enum numeric_level level, const double *in, double *out,
                      size_t count);
typedef void batch_best(const double *in, double *out, size_t count);

/* name, functions; range of the random arguments; the special ones */
static const struct kind {
    const char *name;
    batch_at *at;
    batch_best *best;
    double (*scalar)(double);
    double low, high;
    double special[12];
} kinds[] = {
    {"exp",
     numeric_exp_batch_at,            numeric_exp_batch,
     numeric_exp,            -760,
     720, {0, -0.0, 1, -745.2, -745.1, -708.5, 709.7, 709.8, 1e308, -1e308, 0x1p-1074,
      0.3465}                                                         },
    {"log",
     numeric_log_batch_at,            numeric_log_batch,
     numeric_log,            0,
     3,   {1, 0x1p-1074, 0x1p-1030, 0x1p-1022, 0x1.fffffffffffffp-1023, 1e308,
      1.4142135623730951, 0x1.6a09e667f3bcep+0, 0x1.6a09e667f3bccp-1,
      0x1.fffffffffffffp-1, 0x1.0000000000001p0, 2}                     },
    {"normal_cdf",
     numeric_normal_cdf_batch_at,     numeric_normal_cdf_batch,
     numeric_normal_cdf,     -40,
     10,  {0, -0.0, 39, -39, -38.5, -37.6, 1e308, -1e308, 0x1p-1074, -1, 1, -8}},
    {"normal_inverse",
     numeric_normal_inverse_batch_at, numeric_normal_inverse_batch,
     numeric_normal_inverse, 0,
     1,   {0.5, 0.025, 0.975, 0x1.999999999999ap-6, 0x1.f333333333334p-1, 0x1p-53, 1 - 0x1p-53,
      1e-17, 1e-300, 0x1p-1074, 0x1p-1022, 0x1.8p-1030}                 },
};

static const size_t counts[] = {0, 1, 2, 7, 8, 9, 16, 255, 256, 257, 511, 512, 1000};

static void fill(const struct kind *kind, double *in, uint64_t *random) {
    for (size_t i = 0; i < CAPACITY; ++i) {
        const double u = numeric_uniform_from_bits(check_random(random));
        in[i] = kind->low + (kind->high - kind->low) * u;
        if (check_random(random) % 8 == 0) {
            in[i] = kind->special[check_random(random) % 12];
        }
    }
}

static void check_batch(const struct kind *kind, const double *in, const double *out,
                        size_t count) {
    for (size_t i = 0; i < count; ++i) {
        check_u64(kind->name, numeric_bits(out[i]), numeric_bits(kind->scalar(in[i])));
    }
    check_bits("nothing is written beyond", out[count], GUARD);
}

static void every_level_has_the_bits_of_the_scalar(void **state) {
    (void)state;
    static double in[CAPACITY], out[CAPACITY];
    uint64_t random = 11;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; ++c) {
            for (int level = 0; level <= (int)numeric_level_best(); ++level) {
                fill(&kinds[k], in, &random);
                out[counts[c]] = GUARD;
                kinds[k].at((enum numeric_level)level, in, out, counts[c]);
                check_batch(&kinds[k], in, out, counts[c]);
            }
        }
    }
}

static void a_batch_may_write_over_its_input(void **state) {
    (void)state;
    static double in[CAPACITY], out[CAPACITY];
    uint64_t random = 12;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; ++c) {
            fill(&kinds[k], in, &random);
            memcpy(out, in, sizeof out);
            out[counts[c]] = GUARD;
            kinds[k].best(out, out, counts[c]);
            check_batch(&kinds[k], in, out, counts[c]);
        }
    }
}

static void normals_from_bits_are_the_inverse_of_uniforms(void **state) {
    (void)state;
    static uint64_t bits[CAPACITY];
    static double out[CAPACITY];
    uint64_t random = 13;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; ++c) {
        for (size_t i = 0; i < CAPACITY; ++i) {
            bits[i] = check_random(&random);
            if (i % 5 == 0) { /* deep in a tail */
                const uint64_t small = bits[i] >> (bits[i] % 64);
                bits[i] = i % 2 == 0 ? small : ~small;
            }
        }
        for (int level = 0; level <= (int)numeric_level_best(); ++level) {
            out[counts[c]] = GUARD;
            numeric_normal_from_bits_batch_at((enum numeric_level)level, bits, out,
                                              counts[c]);
            for (size_t i = 0; i < counts[c]; ++i) {
                const double z =
                    numeric_normal_inverse(numeric_uniform_from_bits(bits[i]));
                check_u64("batch", numeric_bits(out[i]), numeric_bits(z));
                check_u64("one", numeric_bits(numeric_normal_from_bits(bits[i])),
                          numeric_bits(z));
            }
            check_bits("nothing is written beyond", out[counts[c]], GUARD);
        }
    }
}

static void uniforms_stay_inside_and_are_symmetric(void **state) {
    (void)state;
    check_bits("lowest", numeric_uniform_from_bits(0), 0x1p-53);
    check_bits("highest", numeric_uniform_from_bits(UINT64_MAX), 1 - 0x1p-53);
    check_true("below 8.21", numeric_normal_from_bits(UINT64_MAX) < 8.21);
    uint64_t random = 14;
    for (int i = 0; i < 10000; ++i) {
        const uint64_t word = check_random(&random);
        const double u = numeric_uniform_from_bits(word);
        check_bits("mirrored bits, mirrored uniform", numeric_uniform_from_bits(~word),
                   1 - u);
        check_bits("mirrored bits, mirrored normal", numeric_normal_from_bits(~word),
                   -numeric_normal_from_bits(word));
    }
}

/* DRAWS normals of a counter hashed by splitmix64.  The k-th moment's standard error is
   sqrt(Var(z^k) / DRAWS) with Var 1, 2, 15, 96 for k = 1..4 (E z^2, z^4, z^6, z^8 being 1,
   3, 15, 105); the share beyond 3, p = 2.6998e-3, has sqrt(p (1 - p) / DRAWS).  Five of
   them; the seed is fixed. */
static void moments_are_those_of_the_normal(void **state) {
    (void)state;
    enum { DRAWS = 1 << 22, CHUNK = 1024 };
    static uint64_t bits[CHUNK];
    static double z[CHUNK];
    double sum[5] = {0};
    uint64_t random = 2024;
    for (int chunk = 0; chunk < DRAWS / CHUNK; ++chunk) {
        for (size_t i = 0; i < CHUNK; ++i) {
            bits[i] = check_random(&random);
        }
        numeric_normal_from_bits_batch(bits, z, CHUNK);
        for (size_t i = 0; i < CHUNK; ++i) {
            const double square = z[i] * z[i];
            sum[0] += square > 9 ? 1 : 0;
            sum[1] += z[i];
            sum[2] += square;
            sum[3] += square * z[i];
            sum[4] += square * square;
        }
    }
    const double tail = 0.0026997960632601866;
    check_close("share beyond 3", sum[0] / DRAWS, tail,
                5 * numeric_sqrt(tail * (1 - tail) / DRAWS));
    check_close("mean", sum[1] / DRAWS, 0, 5 * numeric_sqrt(1.0 / DRAWS));
    check_close("second moment", sum[2] / DRAWS, 1, 5 * numeric_sqrt(2.0 / DRAWS));
    check_close("third moment", sum[3] / DRAWS, 0, 5 * numeric_sqrt(15.0 / DRAWS));
    check_close("fourth moment", sum[4] / DRAWS, 3, 5 * numeric_sqrt(96.0 / DRAWS));
}

/* One bad element, the last of its batch, ends the program at every level. */
struct bad {
    const struct kind *kind;
    enum numeric_level level;
    double value;
};

static void run_bad(void *argument) {
    const struct bad *bad = (const struct bad *)argument;
    double in[9], out[9];
    for (size_t i = 0; i < 9; ++i) {
        in[i] = 0.5;
    }
    in[8] = bad->value;
    bad->kind->at(bad->level, in, out, 9);
}

static void one_bad_argument_is_an_assertion(void **state) {
    (void)state;
    const double nan = NUMERIC_INFINITY - NUMERIC_INFINITY;
    const struct {
        size_t kind;
        double value;
    } cases[] = {
        {0, nan             },
        {1, 0               },
        {1, NUMERIC_INFINITY},
        {1, nan             },
        {2, nan             },
        {3, 0               },
        {3, 1               },
        {3, nan             },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        for (int level = 0; level <= (int)numeric_level_best(); ++level) {
            struct bad bad = {&kinds[cases[i].kind], (enum numeric_level)level,
                              cases[i].value};
            check_aborts(bad.kind->name, run_bad, &bad);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_has_the_bits_of_the_scalar),
        cmocka_unit_test(a_batch_may_write_over_its_input),
        cmocka_unit_test(normals_from_bits_are_the_inverse_of_uniforms),
        cmocka_unit_test(uniforms_stay_inside_and_are_symmetric),
        cmocka_unit_test(moments_are_those_of_the_normal),
        cmocka_unit_test(one_bad_argument_is_an_assertion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
