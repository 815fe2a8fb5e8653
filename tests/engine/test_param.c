#include "engine/decimal.h"
#include "engine/param.h"
#include "tests/support/check.h"

#include <float.h>

static const char *const words[] = {"linear", "standard", "grid", NULL};

struct row {
    int64_t value;
};

static const struct param bare[] = {
    PARAM(struct row, value, "integer", param_integer, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "ppm", param_ppm, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "money", param_money, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "price", param_price, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "quantity", param_quantity, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "time", param_time, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "gas_price", param_gas_price, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "instant", param_instant, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "flag", param_flag, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "real", param_real, NULL, NULL, NULL, ""),
    PARAM(struct row, value, "text", param_text, NULL, NULL, NULL, ""),
    PARAM_CHOICE(struct row, value, "choice", words, "linear", ""),
};
#define BARE_COUNT (sizeof bare / sizeof bare[0])

static const struct param *bare_of(const char *name) {
    for (size_t i = 0; i < BARE_COUNT; ++i) {
        if (strcmp(bare[i].name, name) == 0) {
            return &bare[i];
        }
    }
    fail_msg("no kind %s", name);
    return NULL;
}

static void texts_are_read_exactly(void **state) {
    (void)state;
    /* kind, text, stored value, canonical spelling */
    static const struct {
        const char *kind, *text;
        int64_t value;
        const char *canonical;
    } cases[] = {
        {"integer",   "42",                     42,                           "42"                    },
        {"integer",   "1_000",                  1000,                         "1000"                  },
        {"integer",   "15M",                    15000000,                     "15000000"              },
        {"integer",   "1.5k",                   1500,                         "1500"                  },
        {"integer",   " -7 ",                   -7,                           "-7"                    },
        {"integer",   "2e3",                    2000,                         "2000"                  },
        {"integer",   "10.000",                 10,                           "10"                    },
        {"integer",   "9223372036854775807",    INT64_MAX,                    "9223372036854775807"   },
        {"integer",   "-9223372036854775808",   INT64_MIN,                    "-9223372036854775808"  },
        {"ppm",       "6.25%",                  62500,                        "6.25%"                 },
        {"ppm",       "0.0625",                 62500,                        "6.25%"                 },
        {"ppm",       "62500 ppm",              62500,                        "6.25%"                 },
        {"ppm",       "5 bp",                   500,                          "0.05%"                 },
        {"ppm",       "0.05 bp",                5,                            "0.0005%"               },
        {"ppm",       "-100%",                  -1000000,                     "-100%"                 },
        {"ppm",       "1",                      1000000,                      "100%"                  },
        {"money",     "1.5M USD",               INT64_C(1500000000000),       "1.5M USD"              },
        {"money",     "100k USD",               INT64_C(100000000000),        "100000 USD"            },
        {"money",     "2BUSD",                  INT64_C(2000000000000000),    "2B USD"                },
        {"money",     "1_234_567.89 USD",       INT64_C(1234567890000),       "1234567.89 USD"        },
        {"money",     "0.000001 USD",           1,                            "0.000001 USD"          },
        {"money",     "0",                      0,                            "0 USD"                 },
        {"money",     "-0.5 USD",               -500000,                      "-0.5 USD"              },
        {"price",     "194.61 USD",             194610000,                    "194.61 USD"            },
        {"price",     "1.5M USD",               INT64_C(1500000000000),       "1500000 USD"           },
        {"quantity",  "2.5",                    2500000,                      "2.5"                   },
        {"quantity",  "3k",                     INT64_C(3000000000),          "3000"                  },
        {"time",      "12s",                    INT64_C(12000000000),         "12s"                   },
        {"time",      "20min",                  INT64_C(1200000000000),       "20min"                 },
        {"time",      "36h",                    INT64_C(129600000000000),     "36h"                   },
        {"time",      "400ms",                  400000000,                    "400ms"                 },
        {"time",      "0.5 h",                  INT64_C(1800000000000),       "30min"                 },
        {"time",      "48h",                    INT64_C(172800000000000),     "2d"                    },
        {"time",      "0.333h",                 INT64_C(1198800000000),       "1198800ms"             },
        {"time",      "7ns",                    7,                            "7ns"                   },
        {"time",      "0",                      0,                            "0s"                    },
        {"gas_price", "10 gwei",                INT64_C(10000000000),         "10 gwei"               },
        {"gas_price", "1 wei",                  1,                            "0.000000001 gwei"      },
        {"instant",   "1970-01-01",             0,                            "1970-01-01T00:00:00Z"  },
 /* 18,333 days: date -u -d 2020-03-12 +%s is 1583971200 */
        {"instant",   "2020-03-12T00:00:00Z",   INT64_C(1583971200000000000),
         "2020-03-12T00:00:00Z"                                                                       },
        {"instant",   "2020-02-29T23:59Z",      INT64_C(1583020740000000000),
         "2020-02-29T23:59:00Z"                                                                       },
        {"instant",   "1969-12-31T23:59:59.5Z", -500000000,                   "1969-12-31T23:59:59.5Z"},
        {"flag",      "on",                     1,                            "on"                    },
        {"flag",      "false",                  0,                            "off"                   },
        {"flag",      "yes",                    1,                            "on"                    },
        {"choice",    "standard",               1,                            "standard"              },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const struct param *param = bare_of(cases[i].kind);
        int64_t value = 77;
        char error[256] = "", text[PARAM_FORMAT_SIZE];
        const bool valid = param_parse(param, cases[i].text, &value, error, sizeof error);
        check_text(cases[i].text, error, "");
        check_true(cases[i].text, valid);
        check_i64(cases[i].text, value, cases[i].value);
        param->kind->format(param, &value, text, sizeof text);
        check_text(cases[i].text, text, cases[i].canonical);
    }
}

static void wrong_texts_are_refused_in_words(void **state) {
    (void)state;
    /* kind, text, message */
    static const char *const cases[][3] = {
        {"integer",   "",                                                                 "is empty; write it like 15M"                            },
        {"integer",   "abc",                                                              "\"abc\" is not a number; write it like 15M"             },
        {"integer",   "12.5",                                                             "\"12.5\" is finer than a whole number"                  },
        {"integer",   "1__0",
         "\"1__0\" has an unknown unit \"__0\"; allowed: a bare number"                                                                            },
        {"integer",   "0x10",
         "\"0x10\" has an unknown unit \"x10\"; allowed: a bare number"                                                                            },
        {"integer",   "9223372036854775808",
         "\"9223372036854775808\" is too large to store; the limit is "
         "9223372036854775807"                                                                                                                     },
        {"integer",   "nan",                                                              "\"nan\" is not a number; write it like 15M"             },
        {"integer",   "1\x1b[2J",
         "\"1?[2J\" has an unknown unit \"?[2J\"; allowed: a bare number"                                                                          },
        {"ppm",       "0.00001%",                                                         "\"0.00001%\" is finer than 1 ppm"                       },
        {"ppm",       "5 percent",
         "\"5 percent\" has an unknown unit \"percent\"; allowed: %, bp, ppm or a bare "
         "fraction"                                                                                                                                },
        {"money",     "12",
         "\"12\" needs a unit; allowed: USD, k USD, M USD, B USD; such as "
         "1.5M USD"                                                                                                                                },
        {"money",     "0.0000001 USD",                                                    "\"0.0000001 USD\" is finer than 1e-6 USD"               },
        {"money",     "1e30 USD",
         "\"1e30 USD\" is too large to store; the limit is 9223372036854.775807 USD"                                                               },
        {"money",     "-1e99999999999 USD",
         "\"-1e99999999999 USD\" is too large to store; the limit is "
         "-9223372036854.775808 USD"                                                                                                               },
        {"money",     "5 EUR",
         "\"5 EUR\" has an unknown unit \"EUR\"; allowed: USD, k USD, M USD, B USD"                                                                },
        {"time",      "12",
         "\"12\" needs a unit; allowed: ns, us, ms, s, min, h, d; such as 12s"                                                                     },
        {"time",      "12 m",
         "\"12 m\" has an unknown unit \"m\"; allowed: ns, us, ms, s, min, h, d"                                                                   },
        {"time",      "0.1ns",                                                            "\"0.1ns\" is finer than 1 ns"                           },
        {"time",      "1e9 d",
         "\"1e9 d\" is too large to store; the limit is 9223372036.854775807s"                                                                     },
        {"gas_price", "0.1 wei",                                                          "\"0.1 wei\" is finer than 1 wei"                        },
        {"instant",   "2020-02-30",
         "\"2020-02-30\" is not an instant in UTC; write it like 2020-03-12T00:00:00Z"                                                             },
        {"instant",   "2020-03-12T00:00:00",
         "\"2020-03-12T00:00:00\" is not an instant in UTC; write it like "
         "2020-03-12T00:00:00Z"                                                                                                                    },
        {"instant",   "2300-01-01",
         "\"2300-01-01\" cannot be stored; allowed: 1677-09-22 to 2262-04-11"                                                                      },
        {"flag",      "maybe",                                                            "\"maybe\" is not allowed; allowed: on, off, true, false"},
        {"choice",    "standrad",
         "\"standrad\" is not allowed; allowed: linear, standard, grid; did you mean "
         "standard?"                                                                                                                               },
        {"choice",    "zzz",                                                              "\"zzz\" is not allowed; allowed: linear, standard, grid"},
        {"real",      "1e301",                                                            "\"1e301\" is outside +-1e300 or closer to 0 than 1e-300"},
        {"real",      "infinity",                                                         "\"infinity\" is not a number; write it like 0.3"        },
        {"text",      "a\nb",
         "\"a?b\" contains a control character; one line of printable "
         "text is allowed"                                                                                                                         },
        {"text",      "0123456789012345678901234567890123456789012345678901234567890123",
         "\"012345678901234567890123456789012345678901234567890123456...\" is too long; "
         "at most 63 bytes"                                                                                                                        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char value[PARAM_TEXT_SIZE], before[PARAM_TEXT_SIZE], error[256] = "";
        memset(value, 0x5A, sizeof value);
        memcpy(before, value, sizeof value);
        check_true(cases[i][1], !param_parse(bare_of(cases[i][0]), cases[i][1], value,
                                             error, sizeof error));
        check_text(cases[i][1], error, cases[i][2]);
        check_bytes(cases[i][1], value, before, sizeof value);
    }
}

static void bounds_are_inclusive_and_told(void **state) {
    (void)state;
    static const struct param both =
        PARAM(struct row, value, "p", param_ppm, "1%", "50%", "2%", "");
    static const struct param low =
        PARAM(struct row, value, "p", param_money, "0", NULL, NULL, "");
    static const struct param high =
        PARAM(struct row, value, "p", param_real, NULL, "2.5", NULL, "");
    /* row, text, message or "" */
    static const struct {
        const struct param *param;
        const char *text, *message;
    } cases[] = {
        {&both, "1%",      ""                                               },
        {&both, "50%",     ""                                               },
        {&both, "0.9999%", "\"0.9999%\" is out of range; allowed: 1% to 50%"},
        {&both, "120%",    "\"120%\" is out of range; allowed: 1% to 50%"   },
        {&low,  "0",       ""                                               },
        {&low,  "-1 USD",  "\"-1 USD\" is too low; allowed: at least 0"     },
        {&high, "2.5",     ""                                               },
        {&high, "2.6",     "\"2.6\" is too high; allowed: at most 2.5"      },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char error[256] = "";
        int64_t value = 0;
        check_true(cases[i].text,
                   param_parse(cases[i].param, cases[i].text, &value, error,
                               sizeof error) == (cases[i].message[0] == '\0'));
        check_text(cases[i].text, error, cases[i].message);
    }
    int64_t value = 0;
    param_default(&both, &value);
    check_i64("default", value, 20000);
}

static void default_of_nothing(void *argument) {
    int64_t value;
    param_default((const struct param *)argument, &value);
}

static void a_row_without_default_has_none(void **state) {
    (void)state;
    static struct param row =
        PARAM(struct row, value, "p", param_ppm, "1%", "50%", "60%", "");
    check_aborts("default out of bounds", default_of_nothing, &row);
    row.fallback = NULL;
    check_aborts("no default", default_of_nothing, &row);
}

static void every_integer_kind_reads_what_it_writes(void **state) {
    (void)state;
    uint64_t random = 20200312;
    for (int round = 0; round < 200000; ++round) {
        const struct param *param = bare_of("integer") + round % 8;
        /* Magnitudes of all sizes, some of them round. */
        int64_t value = (int64_t)check_random(&random) >> (check_random(&random) % 64);
        if (round % 3 == 0) {
            value -= value % 1000000;
        }
        char text[PARAM_FORMAT_SIZE], again[PARAM_FORMAT_SIZE], error[256] = "";
        param->kind->format(param, &value, text, sizeof text);
        int64_t back = 0;
        check_true(text, param_parse(param, text, &back, error, sizeof error));
        check_i64(text, back, value);
        param->kind->format(param, &back, again, sizeof again);
        check_text(text, again, text);
    }
    static const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX};
    for (size_t i = 0; i < 8 * sizeof edges / sizeof edges[0]; ++i) {
        const struct param *param = bare_of("integer") + i % 8;
        char text[PARAM_FORMAT_SIZE], error[256] = "";
        int64_t back = 77;
        param->kind->format(param, &edges[i / 8], text, sizeof text);
        param_parse(param, text, &back, error, sizeof error);
        check_text(param->name, error, "");
        check_i64(text, back, edges[i / 8]);
    }
}

static double random_double(uint64_t *random) {
    for (;;) {
        const uint64_t bits = check_random(random);
        double value;
        memcpy(&value, &bits, sizeof value);
        const double magnitude = value < 0 ? -value : value;
        if (magnitude >= 1e-300 && magnitude <= 1e300) {
            return value;
        }
    }
}

static void reals_read_what_they_write_to_the_bit(void **state) {
    (void)state;
    const struct param *param = bare_of("real");
    uint64_t random = 7;
    for (int round = 0; round < 30000; ++round) {
        double value = random_double(&random), back = 0;
        if (round % 2 == 0) { /* what people write: few digits, moderate size */
            value = (double)check_random_in(&random, -1000000, 1000000) / 1000;
        }
        char text[PARAM_FORMAT_SIZE], error[256] = "";
        param->kind->format(param, &value, text, sizeof text);
        check_true(text, param_parse(param, text, &back, error, sizeof error));
        check_bits(text, back, value);
    }
}

/* Oracle: glibc's strtod, which is correctly rounded. */
static void reals_are_rounded_correctly(void **state) {
    (void)state;
    const struct param *param = bare_of("real");
    static const char *const hard[] = {
        "0.1",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740994.5",
        "1e23",
        "8.988465674311580e299",
        "1e-300",
        "1e300",
        "0.3",
        "179769313486231570000000",
        "4.35",
        "0.000001",
        "1e22",
        "2.2250738585072011e-290",
        "5e-1",
        "-1.40",
        "0.500000000000000166533453693773481063544750213623046875e0",
    };
    char error[256] = "";
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; ++i) {
        double value = 0;
        if (strlen(hard[i]) > 40) { /* more digits than are read */
            check_true(hard[i],
                       !param_parse(param, hard[i], &value, error, sizeof error));
            continue;
        }
        check_true(hard[i], param_parse(param, hard[i], &value, error, sizeof error));
        check_bits(hard[i], value, strtod(hard[i], NULL));
    }
    uint64_t random = 99;
    for (int round = 0; round < 30000; ++round) {
        char text[64];
        double value = 0;
        snprintf(text, sizeof text, "%" PRId64 "%015" PRIu64 "e%d",
                 (int64_t)check_random(&random) >> (round % 63),
                 check_random(&random) % UINT64_C(1000000000000000),
                 (int)check_random_in(&random, -290, 260));
        check_true(text, param_parse(param, text, &value, error, sizeof error));
        check_bits(text, value, strtod(text, NULL));
    }
    double percent = 0;
    param_parse(param, "45%", &percent, error, sizeof error);
    check_bits("45%", percent, 0.45);
}

static void canonical_reals_are_short(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0,          "0"                 },
        {-0.0,       "0"                 },
        {0.1,        "0.1"               },
        {-0.3,       "-0.3"              },
        {1.4,        "1.4"               },
        {100,        "100"               },
        {1e-6,       "0.000001"          },
        {1e-7,       "1e-7"              },
        {1.5e-9,     "1.5e-9"            },
        {123456.789, "123456.789"        },
        {1e17,       "100000000000000000"},
        {1e18,       "1e18"              },
        {-2.5e300,   "-2.5e300"          },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char text[DECIMAL_SIZE];
        decimal_write_double(cases[i].value, text);
        check_text(cases[i].text, text, cases[i].text);
    }
}

static void arbitrary_bytes_do_no_harm(void **state) {
    (void)state;
    static const char alphabet[] = "0123456789.eE+-_ kMBUSDnsminhdgwei%bp:TZ\n\t\xff";
    uint64_t random = 3;
    for (int round = 0; round < 200000; ++round) {
        char text[48], error[64], canonical[PARAM_FORMAT_SIZE];
        const size_t length = check_random(&random) % (sizeof text - 1);
        for (size_t i = 0; i < length; ++i) {
            text[i] = alphabet[check_random(&random) % (sizeof alphabet - 1)];
        }
        text[length] = '\0';
        const struct param *param = &bare[(size_t)round % BARE_COUNT];
        char value[PARAM_TEXT_SIZE], back[PARAM_TEXT_SIZE];
        if (param_parse(param, text, value, error, sizeof error)) {
            param->kind->format(param, value, canonical, sizeof canonical);
            check_true(text, param_parse(param, canonical, back, error, sizeof error));
            check_bytes(text, back, value, param->kind->size);
        }
    }
}

static void distances_count_slips(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"",             "",              0},
        {"abc",          "",              3},
        {"initial",      "initail",       1},
        {"kitten",       "sitting",       3},
        {"horizon_hour", "horizon_hours", 1},
        {"a",            "b",             1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        check_u64(cases[i].b, param_distance(cases[i].a, cases[i].b), cases[i].distance);
        check_u64(cases[i].b, param_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
    check_true("slip", param_resembles("initail", "initial"));
    check_true("another word", !param_resembles("volatility", "initial"));
    check_true("nothing alike", !param_resembles("a", "b"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_exactly),
        cmocka_unit_test(wrong_texts_are_refused_in_words),
        cmocka_unit_test(bounds_are_inclusive_and_told),
        cmocka_unit_test(a_row_without_default_has_none),
        cmocka_unit_test(every_integer_kind_reads_what_it_writes),
        cmocka_unit_test(reals_read_what_they_write_to_the_bit),
        cmocka_unit_test(reals_are_rounded_correctly),
        cmocka_unit_test(canonical_reals_are_short),
        cmocka_unit_test(arbitrary_bytes_do_no_harm),
        cmocka_unit_test(distances_count_slips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
