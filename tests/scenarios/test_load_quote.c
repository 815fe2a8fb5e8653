#include "scenarios/load_quote.h"
#include "tests/support/check.h"

static void single_quoted_text_is_read_as_yaml_says(void **state) {
    (void)state;
    /* between the quotes, text; the last rows but one are examples 7.8 and 7.9 of YAML 1.2.2 */
    static const char *const cases[][2] = {
        {"",                                                    ""                    },
        {"plain",                                               "plain"               },
        {"it''s",                                               "it's"                },
        {"''''a'' ",                                            "''a' "               },
        {" kept ",                                              " kept "              },
        {"one \n\t two",                                        "one two"             },
        {"one\r\ntwo",                                          "one two"             },
        {"one\n\n\n two",                                       "one\n\ntwo"          },
        {"\n",                                                  " "                   },
        {"a\r\n  ",                                             "a "                  },
        {"# : - \\n",                                           "# : - \\n"           },
        {"implicit block key",                                  "implicit block key"  },
        {" 1st non-empty\n\n 2nd non-empty \n\t3rd non-empty ",
         " 1st non-empty\n2nd non-empty 3rd non-empty "                               },
        {"here''s to \"quotes\"",                               "here's to \"quotes\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char text[128];
        const size_t length = load_quote_decode(cases[i][0], strlen(cases[i][0]), text);
        check_true(cases[i][0], length <= strlen(cases[i][0]));
        text[length] = '\0';
        check_text(cases[i][0], text, cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_quoted_text_is_read_as_yaml_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
