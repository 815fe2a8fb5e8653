/* Runs of paths whose outcomes are known: where they stop, and what they say then. */
#include "analysis/interrupt.h"
#include "analysis/run.h"
#include "tests/support/check.h"

#include <math.h>
#include <sys/stat.h>

static double next_uniform(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* A fifth of the paths is insolvent; bad debt is exponential, mean 100 USD. */
static void fake_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                      struct outcome *outcome) {
    const uint64_t *interrupted = context;
    uint64_t state = seed * 1000003 + path * UINT64_C(0xD1B54A32D192ED03);
    (void)memory;
    outcome->path = path;
    outcome->value[OUTCOME_INSOLVENCY].integer = next_uniform(&state) < 0.2;
    outcome->value[OUTCOME_BAD_DEBT].integer =
        (int64_t)(-1e8 * log(next_uniform(&state)));
    if (path == *interrupted) {
        interrupt_signal = SIGTERM;
    }
}

static const uint64_t never = UINT64_MAX;

static struct run_subject subject_of(const uint64_t *interrupted) {
    static const char canonical[] = "world.horizon: 36h\n";
    struct run_subject subject = {
        .name = "fake",
        .canonical = canonical,
        .measure = "conditional",
        .context = interrupted,
        .footprint = 64,
        .run_path = fake_path,
    };
    digest_of(canonical, sizeof canonical - 1, subject.hash);
    return subject;
}

static struct run_request request_of(uint64_t paths, const struct until *until) {
    return (struct run_request){.seed = 11,
                                .paths = paths,
                                .threads = 2,
                                .level = 0.95,
                                .quiet = true,
                                .until = until};
}

static struct until rules(const char *first, const char *second) {
    struct until until = {.count = second == NULL ? 1 : 2};
    char error[512];
    assert_true(until_parse(first, &until.rule[0], error, sizeof error));
    if (second != NULL) {
        assert_true(until_parse(second, &until.rule[1], error, sizeof error));
    }
    return until;
}

static void rules_are_read_in_the_metrics_unit(void **state) {
    (void)state;
    static const struct {
        const char *text, *metric;
        double half;
        bool relative;
    } cases[] = {
        {"p_insolvency=0.5%",              "p_insolvency",             0.005, false},
        {"p_insolvency=0.005",             "p_insolvency",             0.005, false},
        {"p_insolvency=relative:10%",      "p_insolvency",             0.1,   true },
        {"bad_debt_es99=20k USD",          "bad_debt_es99",            20000, false},
        {"bad_debt_mean=relative:0.02",    "bad_debt_mean",            0.02,  true },
        {"fund_depletion_time_mean=90min", "fund_depletion_time_mean", 1.5,   false},
    };
    struct until_rule rule;
    char error[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        check_true(cases[i].text, until_parse(cases[i].text, &rule, error, sizeof error));
        check_text(cases[i].text, rule.metric, cases[i].metric);
        check_relative(cases[i].text, rule.half, cases[i].half, 1e-15);
        check_true(cases[i].text, rule.relative == cases[i].relative);
        check_text(cases[i].text, rule.text, cases[i].text);
    }
}

static void wrong_rules_are_told_plainly(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"p_insolvency",                  "write METRIC=HALF"         },
        {"=1%",                           "write METRIC=HALF"         },
        {"p_insolvency=",                 "write METRIC=HALF"         },
        {"p_insolvncy=1%",                "did you mean p_insolvency?"},
        {"p_insolvency=0%",               "above zero"                },
        {"p_insolvency=-1%",              "above zero"                },
        {"p_insolvency=1h",               "shares"                    },
        {"p_insolvency=plenty",           "plenty"                    },
        {"bad_debt_mean=1%",              "write relative:1%"         },
        {"bad_debt_mean=1h",              "in USD"                    },
        {"bad_debt_mean=relative:10 USD", "has no unit"               },
        {"bad_debt_mean=relative:",       "is empty"                  },
    };
    struct until_rule rule;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char error[512] = "";
        check_true(cases[i].text,
                   !until_parse(cases[i].text, &rule, error, sizeof error));
        check_contains(cases[i].text, error, cases[i].part);
    }
}

static void looks_spend_no_more_than_the_error(void **state) {
    (void)state;
    double spent = 0;
    check_relative("first", until_level(0.95, 1), 0.975, 1e-15);
    check_relative("second", until_level(0.95, 2), 0.9875, 1e-15);
    for (unsigned look = 1; look <= 23; ++look) { /* 2^32 paths */
        spent += 1 - until_level(0.95, look);
    }
    check_true("all of them", spent <= 0.05 + 1e-12);
    check_true("nearly", spent > 0.0499);
}

/* By plain counting: the half-width of Wilson's interval of each look's prefix. */
static uint64_t where_it_stops(double half, uint64_t most, unsigned *looks) {
    uint64_t events = 0, next = 1024;
    *looks = 0;
    for (uint64_t path = 0; path < most; ++path) {
        struct outcome outcome = {.path = path};
        fake_path(&never, NULL, 11, path, &outcome);
        events += outcome.value[OUTCOME_INSOLVENCY].integer != 0;
        if (path + 1 == next || path + 1 == most) {
            ++*looks;
            next *= 2;
            const struct interval share =
                interval_wilson(events, path + 1, 1 - 0.05 / pow(2, *looks));
            if ((share.high - share.low) / 2 <= half) {
                return path + 1;
            }
        }
    }
    return 0;
}

static void it_stops_at_the_first_look_that_is_precise_enough(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        double half;
        uint64_t most;
    } cases[] = {
        {"p_insolvency=3%",   0.03,  20000},
        {"p_insolvency=2%",   0.02,  20000},
        {"p_insolvency=1%",   0.01,  20000},
        {"p_insolvency=1.3%", 0.013, 5000 }, /* at the last path, which is no power */
        {"p_insolvency=1%",   0.01,  4096 }, /* not at all; the last path is a look */
        {"p_insolvency=10%",  0.1,   300  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        unsigned looks;
        const uint64_t want = where_it_stops(cases[i].half, cases[i].most, &looks);
        const struct until until = rules(cases[i].rule, NULL);
        const struct run_subject subject = subject_of(&never);
        struct run_request request = request_of(cases[i].most, &until);
        for (request.threads = 1; request.threads <= 3; request.threads += 2) {
            struct run_result result, plain;
            check_i64("status", run_execute(&subject, &request, &result), RUN_OK);
            check_true("reached", result.until.reached == (want > 0));
            check_u64("paths", result.metrics.paths, want > 0 ? want : cases[i].most);
            check_u64("looks", result.until.looks, looks);
            check_true("whole", result.whole);
            check_relative("level", result.metrics.estimate[0].level,
                           1 - 0.05 / pow(2, looks), 1e-15);
            struct run_request same = request_of(result.metrics.paths, NULL);
            check_i64("status", run_execute(&subject, &same, &plain), RUN_OK);
            check_bytes("digest", result.digest, plain.digest, DIGEST_SIZE);
            run_result_free(&result);
            run_result_free(&plain);
        }
    }
}

static void every_rule_has_to_be_met(void **state) {
    (void)state;
    const struct run_subject subject = subject_of(&never);
    const struct until loose = rules("p_insolvency=3%", NULL);
    const struct until both = rules("p_insolvency=3%", "bad_debt_mean=relative:2.9%");
    /* 41 paths in the tail of 4096 at 99 % are thin, however narrow; 82 of 8192 are not. */
    const struct until thin = rules("bad_debt_es99=relative:90%", NULL);
    struct run_request request = request_of(20000, &loose);
    struct run_result result;
    run_execute(&subject, &request, &result);
    check_u64("one", result.metrics.paths, 1024);
    run_result_free(&result);
    /* An exponential mean to 2.9 %: z / sqrt(n) <= 0.029 with z 2.734 at look 4 asks for
       8888 paths, so it is look 5 with 16384 (z 2.955: 10383 would do). */
    request.until = &both;
    run_execute(&subject, &request, &result);
    check_u64("both", result.metrics.paths, 16384);
    check_true("met", result.until.met[0] && result.until.met[1]);
    run_result_free(&result);
    request.until = &thin;
    run_execute(&subject, &request, &result);
    check_u64("not from a thin tail", result.metrics.paths, 8192);
    run_result_free(&result);
}

static void a_stopped_and_resumed_run_is_the_same(void **state) {
    (void)state;
    char folder[] = "/tmp/breakwater-until-XXXXXX", out[64], command[128];
    assert_non_null(mkdtemp(folder));
    snprintf(out, sizeof out, "%s/run.h5", folder);
    const struct until until = rules("p_insolvency=2%", NULL);
    const uint64_t interrupted = 1500;
    const struct run_subject subject = subject_of(&never),
                             broken = subject_of(&interrupted);
    struct run_request request = request_of(20000, &until);
    struct run_result want, first, second;
    run_execute(&subject, &request, &want);
    request.out = out;
    check_i64("stopped", run_execute(&broken, &request, &first), RUN_TERMINATED);
    check_true("not whole", !first.whole && !first.until.reached);
    interrupt_signal = 0;
    request.resume = true;
    check_i64("resumed", run_execute(&subject, &request, &second), RUN_OK);
    check_bytes("digest", second.digest, want.digest, DIGEST_SIZE);
    check_u64("paths", second.metrics.paths, want.metrics.paths);
    check_u64("looks", second.until.looks, want.until.looks);
    check_true("discarded", run_discard_shards(&second));
    run_result_free(&want);
    run_result_free(&first);
    run_result_free(&second);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* Whoever looks at five prefixes and stops when the interval misses the truth defeats an
   interval of the plain level, and not one that spends its error.  2,000 repetitions: at
   95 % the standard error is 0.0049; five of them below is 0.926. */
static void looking_again_and_again_does_not_fool_it(void **state) {
    (void)state;
    enum { REPETITIONS = 2000, LOOKS = 5 };
    uint64_t seed = 20200312;
    int spent_misses = 0, plain_misses = 0;
    for (int repetition = 0; repetition < REPETITIONS; ++repetition) {
        uint64_t events = 0, trials = 0;
        bool spent_missed = false, plain_missed = false;
        for (unsigned look = 1; look <= LOOKS; ++look) {
            for (; trials < UINT64_C(512) << look; ++trials) {
                events += next_uniform(&seed) < 0.2;
            }
            const struct interval spent =
                interval_share(events, trials, until_level(0.95, look));
            const struct interval plain = interval_share(events, trials, 0.95);
            spent_missed |= spent.low > 0.2 || spent.high < 0.2;
            plain_missed |= plain.low > 0.2 || plain.high < 0.2;
        }
        spent_misses += spent_missed;
        plain_misses += plain_missed;
    }
    check_true("spent", spent_misses <= 0.074 * REPETITIONS);
    check_true("plain: the check can fail", plain_misses > 0.1 * REPETITIONS);
}

static void what_came_of_it_is_said(void **state) {
    (void)state;
    const struct until until = rules("p_insolvency=3%", "bad_debt_mean=1 USD");
    struct until_state state_of = {
        .rules = &until,
        .paths = 2048,
        .looks = 2,
        .level = 0.95,
        .widths = {0.02, 4.5  },
        .met = {true, false}
    };
    char page[4096], text[UNTIL_TEXT_SIZE];
    FILE *file = tmpfile();
    assert_non_null(file);
    until_print(file, &state_of);
    state_of.reached = state_of.met[1] = true;
    until_print(file, &state_of);
    rewind(file);
    page[fread(page, 1, sizeof page - 1, file)] = 0;
    fclose(file);
    check_text("page", page,
               "PRECISION NOT REACHED at look 2, 2,048 paths; over all looks the level "
               "is 95 %.\n  bad_debt_mean=1 USD: it is 4.5\n"
               "Precise enough at look 2, 2,048 paths; over all looks the level is 95 "
               "%.\n");
    until_text(&until, text, sizeof text);
    check_text("text", text, "p_insolvency=3% bad_debt_mean=1 USD");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_read_in_the_metrics_unit),
        cmocka_unit_test(wrong_rules_are_told_plainly),
        cmocka_unit_test(looks_spend_no_more_than_the_error),
        cmocka_unit_test(it_stops_at_the_first_look_that_is_precise_enough),
        cmocka_unit_test(every_rule_has_to_be_met),
        cmocka_unit_test(a_stopped_and_resumed_run_is_the_same),
        cmocka_unit_test(looking_again_and_again_does_not_fool_it),
        cmocka_unit_test(what_came_of_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
