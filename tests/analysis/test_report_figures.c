/* What an estimate may not be trusted for is said where it stands. */
#include "analysis/report/figures.h"
#include "tests/support/check.h"

static void every_flag_has_a_mark_and_words(void **state) {
    static const struct {
        const char *name;
        struct estimate estimate;
        const char *marks, *words;
    } cases[] = {
        {"none",       {.n = 9},                                            "",   ""                                       },
        {"thin tail",  {.thin_tail = true},                                 " ~", "; fewer than 50 paths in the tail"      },
        {"batches",
         {.batches_disagree = true},
         " !",                                                                    "; batches of the paths disagree with it"},
        {"incomplete", {.incomplete = true},                                " *", "; failed paths are missing"             },
        {"all",
         {.thin_tail = true, .batches_disagree = true, .incomplete = true},
         " ~ ! *",                                                                "; fewer than 50 paths in the tail; batches of the paths disagree with it; "
         "failed paths are missing"                                                                      },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char marks[METRICS_MARKS_SIZE], words[FIGURES_WARNING_SIZE];
        metrics_marks(&cases[i].estimate, marks);
        figures_warning(&cases[i].estimate, words);
        check_text(cases[i].name, marks, cases[i].marks);
        check_text(cases[i].name, words, cases[i].words);
        for (const char *mark = marks; *mark != '\0'; ++mark) {
            check_true("explained", strchr(figures_legend, *mark) != NULL);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flag_has_a_mark_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
