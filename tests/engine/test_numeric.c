/* test_numeric.c -- the elementary functions of one argument, against MPFR. */
#include "engine/numeric.h"
#include "tests/support/check.h"

enum function { EXP, EXPM1, LOG, LOG1P, POW, SIN, COS, CDF, INVERSE, FUNCTION_COUNT };

struct vector {
    enum function function;
    double x, y;
    double result; /* correctly rounded */
    double rest;   /* exact value less result */
};

#define VECTOR(function, x, y, result, rest) {function, x, y, result, rest},
static const struct vector vectors[] = {
#include "tests/vectors/numeric.txt"
};
#define VECTOR_COUNT (sizeof vectors / sizeof *vectors)

static double not_a_number(void) {
    return NUMERIC_INFINITY - NUMERIC_INFINITY;
}

static double evaluate(enum function function, double x, double y) {
    switch (function) {
    case EXP:
        return numeric_exp(x);
    case EXPM1:
        return numeric_expm1(x);
    case LOG:
        return numeric_log(x);
    case LOG1P:
        return numeric_log1p(x);
    case POW:
        return numeric_pow(x, y);
    case SIN:
        return numeric_sin(x);
    case COS:
        return numeric_cos(x);
    case CDF:
        return numeric_normal_cdf(x);
    default:
        return numeric_normal_inverse(x);
    }
}

/* The unit in the last place of a finite x. */
static double ulp_of(double x) {
    const double size = numeric_max(numeric_abs(x), 0x1p-1022);
    return numeric_from_bits(numeric_bits(size) + 1) - size;
}

/* Distance of got from the exact value in ulp; infinite unless both are finite or equal. */
static double ulps_off(double got, const struct vector *v) {
    if (got == v->result && !numeric_is_finite(got)) {
        return 0;
    }
    if (!numeric_is_finite(got) || !numeric_is_finite(v->result)) {
        return NUMERIC_INFINITY;
    }
    return numeric_abs((got - v->result) - v->rest) / ulp_of(v->result);
}

/* The header's bounds.  A subnormal result is rounded twice: half an ulp more. */
static bool vector_holds(double got, const struct vector *v) {
    static const double bounds[INVERSE] = {
        [EXP] = 0.8,  [EXPM1] = 1.3, [LOG] = 0.95, [LOG1P] = 0.95,
        [POW] = 0.95, [SIN] = 0.95,  [COS] = 0.95, [CDF] = 3.5};
    if (v->function == INVERSE) {
        const double error = numeric_abs((got - v->result) - v->rest);
        return error <= 7e-16 * numeric_abs(v->result);
    }
    const bool subnormal = numeric_abs(v->result) < 0x1p-1022;
    return ulps_off(got, v) <= bounds[v->function] + (subnormal ? 0.5 : 0);
}

static void every_function_is_within_its_bound_of_mpfr(void **state) {
    (void)state;
    double worst[FUNCTION_COUNT] = {0};
    int count[FUNCTION_COUNT] = {0};
    for (size_t i = 0; i < VECTOR_COUNT; ++i) {
        const struct vector *v = &vectors[i];
        const double got = evaluate(v->function, v->x, v->y);
        char label[96];
        snprintf(label, sizeof label, "function %d at %a, %a: got %a, %.3f ulp",
                 (int)v->function, v->x, v->y, got, ulps_off(got, v));
        check_true(label, vector_holds(got, v));
        worst[v->function] = numeric_max(worst[v->function], ulps_off(got, v));
        ++count[v->function];
    }
    for (int function = 0; function < FUNCTION_COUNT; ++function) {
        print_message("function %d: largest error %.3f ulp at %d points\n", function,
                      worst[function], count[function]);
        check_true("two hundred points each", count[function] >= 200);
    }
}

/* Moving a result by more than the bound allows has to be noticed at every vector. */
static void the_comparison_can_fail(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; ++i) {
        const struct vector *v = &vectors[i];
        if (numeric_is_finite(v->result) && v->result != 0) {
            const uint64_t step = 8;
            const double off = numeric_from_bits(numeric_bits(v->result) + step);
            check_true("eight ulp are too much", !vector_holds(off, v));
        }
    }
}

static void special_arguments_give_the_documented_results(void **state) {
    (void)state;
    const double inf = NUMERIC_INFINITY;
    const struct {
        const char *name;
        enum function function;
        double x, y, result;
    } cases[] = {
        {"exp of 0",           EXP,     0,         0,      1        },
        {"exp of -inf",        EXP,     -inf,      0,      0        },
        {"exp of inf",         EXP,     inf,       0,      inf      },
        {"exp far below",      EXP,     -1e308,    0,      0        },
        {"exp far above",      EXP,     1e308,     0,      inf      },
        {"expm1 of -0",        EXPM1,   -0.0,      0,      -0.0     },
        {"expm1 of -inf",      EXPM1,   -inf,      0,      -1       },
        {"expm1 of inf",       EXPM1,   inf,       0,      inf      },
        {"expm1 of the least", EXPM1,   0x1p-1074, 0,      0x1p-1074},
        {"log of 1",           LOG,     1,         0,      0        },
        {"log1p of -0",        LOG1P,   -0.0,      0,      -0.0     },
        {"log1p of the least", LOG1P,   0x1p-1074, 0,      0x1p-1074},
        {"x to the 0",         POW,     17,        0,      1        },
        {"0 to the 0",         POW,     0,         0,      1        },
        {"0 to a positive",    POW,     0,         0.5,    0        },
        {"1 to a huge",        POW,     1,         1e308,  1        },
        {"power overflows",    POW,     1e300,     1e300,  inf      },
        {"power underflows",   POW,     1e300,     -1e300, 0        },
        {"small to a huge",    POW,     0x1p-1074, 1e308,  0        },
        {"sine of 0",          SIN,     0,         0,      0        },
        {"cosine of 0",        COS,     0,         0,      1        },
        {"cdf of 0",           CDF,     0,         0,      0.5      },
        {"cdf of -inf",        CDF,     -inf,      0,      0        },
        {"cdf of inf",         CDF,     inf,       0,      1        },
        {"cdf far below",      CDF,     -39,       0,      0        },
        {"cdf far above",      CDF,     39,        0,      1        },
        {"inverse of a half",  INVERSE, 0.5,       0,      0        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const double got = evaluate(cases[i].function, cases[i].x, cases[i].y);
        check_u64(cases[i].name, numeric_bits(got), numeric_bits(cases[i].result));
    }
}

static void evaluate_vector(void *argument) {
    const struct vector *v = (const struct vector *)argument;
    volatile double result = evaluate(v->function, v->x, v->y);
    (void)result;
}

static void arguments_out_of_range_are_assertions(void **state) {
    (void)state;
    const double inf = NUMERIC_INFINITY, nan = not_a_number();
    struct vector cases[] = {
        {EXP,     nan,      0,   0, 0},
        {EXPM1,   nan,      0,   0, 0},
        {LOG,     0,        0,   0, 0},
        {LOG,     -1,       0,   0, 0},
        {LOG,     inf,      0,   0, 0},
        {LOG,     nan,      0,   0, 0},
        {LOG1P,   -1,       0,   0, 0},
        {LOG1P,   nan,      0,   0, 0},
        {POW,     -1,       2,   0, 0},
        {POW,     0,        -1,  0, 0},
        {POW,     2,        inf, 0, 0},
        {POW,     nan,      1,   0, 0},
        {SIN,     100000.1, 0,   0, 0},
        {COS,     -1e6,     0,   0, 0},
        {COS,     nan,      0,   0, 0},
        {CDF,     nan,      0,   0, 0},
        {INVERSE, 0,        0,   0, 0},
        {INVERSE, 1,        0,   0, 0},
        {INVERSE, nan,      0,   0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        check_aborts("out of range", evaluate_vector, &cases[i]);
    }
}

/* Two hundred steps of 2^-44 of x across each place where the formula changes: the result
   moves by more than twice the error bound a step, so it may never turn back. */
static void functions_rise_across_their_branch_points(void **state) {
    (void)state;
    static const struct {
        enum function function;
        double at;
    } cases[] = {
        {EXP,     0x1.62e42fefa39efp-2    }, /* ln(2) / 2 */
        {EXP,     -0x1.62e42fefa39efp-2   },
        {EXP,     3 * 0x1.62e42fefa39efp-2},
        {EXP,     -708.4                  },
        {EXPM1,   0x1.62e42fefa39efp-2    },
        {EXPM1,   -0x1.62e42fefa39efp-2   },
        {EXPM1,   39                      },
        {LOG,     0x1.6a09e667f3bcdp+0    }, /* sqrt 2 */
        {LOG,     0x1.6a09e667f3bcdp-1    },
        {LOG,     1                       },
        {LOG1P,   0x1.a827999fcef34p-2    }, /* sqrt 2 - 1 */
        {LOG1P,   -0x1.2bec333018866p-2   },
        {SIN,     0x1.921fb54442d18p-1    }, /* pi / 4 */
        {SIN,     -0x1.921fb54442d18p-1   },
        {CDF,     -1                      },
        {CDF,     -8                      },
        {CDF,     -30                     },
        {INVERSE, 0.025                   },
        {INVERSE, 0.975                   },
        {INVERSE, 1.1102230246251565e-16  }, /* 2^-53 */
        {INVERSE, 1.1103e-16              }, /* near e^-(6.061^2) */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const double step = numeric_abs(cases[i].at) * 0x1p-44;
        double before = evaluate(cases[i].function, cases[i].at - 101 * step, 0);
        for (int k = -100; k <= 100; ++k) {
            const double after = evaluate(cases[i].function, cases[i].at + k * step, 0);
            char label[64];
            snprintf(label, sizeof label, "function %d, step %d from %.17g",
                     (int)cases[i].function, k, cases[i].at);
            check_true(label, after >= before);
            before = after;
        }
    }
}

/* One step of FNV-1a on eight bytes at once. */
static uint64_t mix(uint64_t hash, double x) {
    return (hash ^ numeric_bits(x)) * 0x100000001b3;
}

/* The constant is a record, not a theory: it is the same for gcc and clang at every
   optimisation level, and changes only with the functions themselves, hence with every
   result digest. */
static void every_build_gives_the_same_bits(void **state) {
    (void)state;
    uint64_t random = 77, hash = 0xcbf29ce484222325;
    for (int i = 0; i < 100000; ++i) {
        const double u = numeric_uniform_from_bits(check_random(&random));
        const double x = 60 * (u - 0.5);
        hash = mix(hash, numeric_exp(x));
        hash = mix(hash, numeric_expm1(x));
        hash = mix(hash, numeric_log(u));
        hash = mix(hash, numeric_log1p(u * x * x));
        hash = mix(hash, numeric_pow(u, x));
        hash = mix(hash, numeric_sin(x));
        hash = mix(hash, numeric_cos(1000 * x));
        hash = mix(hash, numeric_normal_cdf(x));
        hash = mix(hash, numeric_normal_inverse(u));
    }
    check_u64("fingerprint", hash, 0xa4e4ec46890efed9);
}

static void symmetric_functions_are_symmetric(void **state) {
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < 20000; ++i) {
        const double u = numeric_uniform_from_bits(check_random(&random));
        const double x = 10 * u;
        check_bits("sine is odd", numeric_sin(-x), -numeric_sin(x));
        check_bits("cosine is even", numeric_cos(-x), numeric_cos(x));
        check_bits("inverse is odd", numeric_normal_inverse(1 - u),
                   -numeric_normal_inverse(u));
        check_close("the two tails make one",
                    numeric_normal_cdf(x) + numeric_normal_cdf(-x), 1, 0x1p-53);
    }
}

static void rounding_to_integers_is_exact(void **state) {
    (void)state;
    static const struct {
        double x, floor, ceil, round;
    } cases[] = {
        {0.0,                  0,          0,          0         },
        {-0.0,                 -0.0,       -0.0,       -0.0      },
        {0.3,                  0,          1,          0         },
        {-0.3,                 -1,         -0.0,       -0.0      },
        {0.5,                  0,          1,          0         },
        {1.5,                  1,          2,          2         },
        {2.5,                  2,          3,          2         },
        {-2.5,                 -3,         -2,         -2        },
        {-1,                   -1,         -1,         -1        },
        {0x1.fffffffffffffp-1, 0,          1,          1         },
        {0x1p-1074,            0,          1,          0         },
        {0x1.8p51,             0x1.8p51,   0x1.8p51,   0x1.8p51  },
        {0x1p51 + 0.5,         0x1p51,     0x1p51 + 1, 0x1p51    },
        {0x1p52 + 1,           0x1p52 + 1, 0x1p52 + 1, 0x1p52 + 1},
        {-1e300,               -1e300,     -1e300,     -1e300    },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const double x = cases[i].x;
        check_u64("floor", numeric_bits(numeric_floor(x)), numeric_bits(cases[i].floor));
        check_u64("ceil", numeric_bits(numeric_ceil(x)), numeric_bits(cases[i].ceil));
        check_u64("round", numeric_bits(numeric_round(x)), numeric_bits(cases[i].round));
    }
    check_bits("floor keeps infinity", numeric_floor(-NUMERIC_INFINITY),
               -NUMERIC_INFINITY);
}

static void helpers_compare_and_classify(void **state) {
    (void)state;
    check_bits("smaller", numeric_min(2, -3), -3);
    check_bits("larger", numeric_max(2, -3), 2);
    check_bits("clamped up", numeric_clamp(-5, -1, 4), -1);
    check_bits("clamped down", numeric_clamp(5, -1, 4), 4);
    check_bits("not clamped", numeric_clamp(3, -1, 4), 3);
    check_bits("size", numeric_abs(-2.5), 2.5);
    check_bits("sign copied", numeric_copy_sign(2.5, -0.0), -2.5);
    check_bits("root", numeric_sqrt(2), NUMERIC_SQRT2);
    check_true("finite", numeric_is_finite(1e308));
    check_true("infinite", !numeric_is_finite(-NUMERIC_INFINITY));
    check_true("no number is not finite", !numeric_is_finite(not_a_number()));
    check_true("no number", numeric_is_nan(not_a_number()));
    check_true("infinity is one", !numeric_is_nan(NUMERIC_INFINITY));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_is_within_its_bound_of_mpfr),
        cmocka_unit_test(the_comparison_can_fail),
        cmocka_unit_test(special_arguments_give_the_documented_results),
        cmocka_unit_test(arguments_out_of_range_are_assertions),
        cmocka_unit_test(functions_rise_across_their_branch_points),
        cmocka_unit_test(every_build_gives_the_same_bits),
        cmocka_unit_test(symmetric_functions_are_symmetric),
        cmocka_unit_test(rounding_to_integers_is_exact),
        cmocka_unit_test(helpers_compare_and_classify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
