#include "analysis/compare.h"
#include "tests/support/check.h"

#include <math.h>

/* Spools of paths made up; a side needs no scenario but its text. */
struct lab {
    struct spool *spool;
    struct metrics metrics;
    unsigned char digest[DIGEST_SIZE];
};

typedef void fill_outcome(struct outcome *outcome, uint64_t path);

static struct compare_side side_of(struct lab *lab, uint64_t count, fill_outcome *fill,
                                   const char *canonical) {
    lab->spool = spool_open();
    assert_non_null(lab->spool);
    for (uint64_t path = 0; path < count; ++path) {
        unsigned char record[OUTCOME_RECORD_SIZE];
        struct outcome outcome = {.path = path};
        fill(&outcome, path);
        outcome_write(&outcome, record);
        assert_true(spool_append(lab->spool, record, 1));
    }
    assert_true(metrics_compute(lab->spool, 0.95, "conditional", &lab->metrics));
    memset(lab->digest, 0, sizeof lab->digest);
    return (struct compare_side){.name = "toy",
                                 .measure = "conditional",
                                 .canonical = canonical,
                                 .seed = 1,
                                 .spool = lab->spool,
                                 .metrics = &lab->metrics,
                                 .digest = lab->digest};
}

static void fill_plain(struct outcome *outcome, uint64_t path) {
    uint64_t seed = path;
    outcome->value[OUTCOME_BAD_DEBT].integer = check_random_in(&seed, 0, 1000000000);
    outcome->value[OUTCOME_POOL_PNL].integer = check_random_in(&seed, 0, 1000000000);
    outcome->value[OUTCOME_GAS_PEAK].integer = check_random_in(&seed, 0, 1000000000);
    outcome->value[OUTCOME_COVER_1].integer = check_random_in(&seed, 0, 1000000000);
    outcome->value[OUTCOME_INSOLVENCY].integer = path % 4 == 0;
}

/* Less bad debt, less profit, more gas, the owner's shortfall up here and down there, and
   insolvent on a third of those paths. */
static void fill_changed(struct outcome *outcome, uint64_t path) {
    fill_plain(outcome, path);
    outcome->value[OUTCOME_BAD_DEBT].integer -= 1000 + (int64_t)path;
    outcome->value[OUTCOME_POOL_PNL].integer -= 1000 + (int64_t)path;
    outcome->value[OUTCOME_GAS_PEAK].integer += 1000 + (int64_t)path;
    outcome->value[OUTCOME_COVER_1].integer += path % 2 == 0 ? 1000 : -1000;
    outcome->value[OUTCOME_INSOLVENCY].integer &= path % 3 == 0;
}

static const struct compare_row *row_of(const struct compare *compare, const char *name) {
    for (size_t i = 0; i < compare->row_count; ++i) {
        if (strcmp(compare->row[i].metric, name) == 0) {
            return &compare->row[i];
        }
    }
    print_error("no row %s\n", name);
    _fail(__FILE__, __LINE__);
    return compare->row; /* never: the test has ended */
}

static void verdicts_are_in_words(void **state) {
    (void)state;
    static const struct {
        const char *metric;
        enum compare_verdict verdict;
        const char *word;
    } want[] = {
        {"bad_debt_mean", COMPARE_BETTER,  "better" },
        {"pool_pnl_mean", COMPARE_WORSE,   "worse"  },
        {"gas_peak_mean", COMPARE_HIGHER,  "higher" },
        {"cover_1_mean",  COMPARE_UNCLEAR, "unclear"},
        {"cover_2_mean",  COMPARE_SAME,    "same"   },
        {"p_insolvency",  COMPARE_BETTER,  "better" },
    };
    struct lab one, other;
    struct compare compare;
    const struct compare_side a = side_of(&one, 300, fill_plain, "");
    const struct compare_side b = side_of(&other, 300, fill_changed, "");
    check_i64("made", compare_make(&a, &b, 0.95, &compare), RUN_OK);
    for (size_t i = 0; i < sizeof want / sizeof *want; ++i) {
        const struct compare_row *row = row_of(&compare, want[i].metric);
        check_i64(want[i].metric, row->verdict, want[i].verdict);
        check_text(want[i].metric, compare_word(row->verdict), want[i].word);
    }
    check_close("25 of 300", row_of(&compare, "p_insolvency")->b->value, 25.0 / 300, 0);
    check_close("less 75", row_of(&compare, "p_insolvency")->paired.difference.value,
                -50.0 / 300, 1e-15);
    char text[16384] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    compare_print(file, &compare);
    fclose(file);
    check_contains("same", text, "seed 1, 300 paths, the same book, the same storm.");
    check_contains("scenarios", text, "The scenarios are the same.");
    check_contains("in points", text, "-16.7 [");
    compare_free(&compare);
    spool_close(one.spool);
    spool_close(other.spool);
}

static void changes_are_told_by_key(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        size_t count;
        const char *key, *from, *to; /* of the first change */
        bool book, storm;
    } cases[] = {
        {"x.y: 1\n",                                                  "x.y: 1\n",                      0, "",                   "",      "",      false, false},
        {"x.y: 1\nfund.deposit: 1 USD\n",                             "x.y: 1\nfund.deposit: 2 USD\n", 1,
         "fund.deposit",                                                                                                        "1 USD", "2 USD", false, false},
        {"t[0].a: 1\n",                                               "t[0].a: 1\nt[1].a: 2\n",        1, "t[1].a",             "-",     "2",     false, false},
        {"t[0].a: 1\nt[1].a: 2\n",                                    "t[0].a: 1\n",                   1, "t[1].a",             "2",     "-",     false, false},
        {"x.y: 1\nx.yz: 2\n",                                         "x.y: 3\nx.yz: 2\n",             1, "x.y",                "1",     "3",     false, false},
        {"population.size_sd: 1\n",                                   "population.size_sd: 2\n",       1, "population.size_sd",
         "1",                                                                                                                            "2",     true,  false},
        {"margin.initial: 1\n",                                       "margin.initial: 2\n",           1, "margin.initial",     "1",     "2",
         true,                                                                                                                                           false},
        {"margin.initial: 1\nbook.mode: replace\nbook.content: ab\n",
         "margin.initial: 2\nbook.mode: replace\nbook.content: ab\n",                                  1, "margin.initial",
         "1",                                                                                                                            "2",     false, false},
        {"margin.initial: 1\nbook.mode: replace\nbook.content: \n",
         "margin.initial: 2\nbook.mode: replace\nbook.content: \n",                                    1, "margin.initial",
         "1",                                                                                                                            "2",     true,  false},
        {"market.model: gbm\n",                                       "market.model: svcj\n",          1, "market.model",       "gbm",   "svcj",
         false,                                                                                                                                          true },
        {"market.severity: 1\n",                                      "market.severity: 2\n",          1, "market.severity",    "1",     "2",
         false,                                                                                                                                          false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct lab one, other;
        struct compare compare;
        const struct compare_side a = side_of(&one, 3, fill_plain, cases[i].a);
        const struct compare_side b = side_of(&other, 3, fill_plain, cases[i].b);
        check_i64(cases[i].a, compare_make(&a, &b, 0.95, &compare), RUN_OK);
        check_u64(cases[i].a, compare.change_count, cases[i].count);
        check_true(cases[i].b, compare.other_book == cases[i].book);
        check_true(cases[i].b, compare.other_storm == cases[i].storm);
        if (cases[i].count > 0) {
            check_text("key", compare.change[0].key, cases[i].key);
            check_text("a", compare.change[0].a, cases[i].from);
            check_text("b", compare.change[0].b, cases[i].to);
        }
        compare_free(&compare);
        spool_close(one.spool);
        spool_close(other.spool);
    }
}

static void runs_of_other_paths_are_refused(void **state) {
    (void)state;
    struct lab one, other, more;
    struct compare compare;
    const struct compare_side a = side_of(&one, 10, fill_plain, "");
    struct compare_side b = side_of(&other, 10, fill_plain, "");
    const struct compare_side c = side_of(&more, 11, fill_plain, "");
    b.seed = 2;
    check_i64("another seed", compare_make(&a, &b, 0.95, &compare), RUN_INPUT);
    compare_free(&compare);
    check_i64("another number", compare_make(&a, &c, 0.95, &compare), RUN_INPUT);
    compare_free(&compare);
    spool_close(one.spool);
    spool_close(other.spool);
    spool_close(more.spool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_in_words),
        cmocka_unit_test(changes_are_told_by_key),
        cmocka_unit_test(runs_of_other_paths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
