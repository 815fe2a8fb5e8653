/* wrong_inputs.h -- scenario files with mistakes, and all that is said about each.

   Units    none.
   Memory   static.
   Threads  const. */
#ifndef TESTS_SCENARIOS_WRONG_INPUTS_H
#define TESTS_SCENARIOS_WRONG_INPUTS_H

#include <stddef.h>

#define TEXT(literal) (literal), sizeof(literal) - 1

/* what is wrong, the file (called toy.yaml) and its size, the errors */
static const struct {
    const char *label, *text;
    size_t size;
    const char *errors;
} wrong_inputs[] = {
    {"typo in a key",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initail: 5%\n"),
     "toy.yaml:3:3: margin.initail: unknown key; allowed: initial, maintenance, fund, "
     "delay; did you mean initial?\n"
     "      initail: 5%\n"
     "      ^\n"                                                                       },
    {"typo in a section",
     TEXT("extends: calm\n"
          "margn:\n"
          "  initial: 5%\n"),
     "toy.yaml:2:1: margn: unknown key; allowed: name, doc, extends, expect, market, "
     "margin, tiers, performance; did you mean margin?\n"
     "    margn:\n"
     "    ^\n"                                                                         },
    {"key outside its section",
     TEXT("extends: calm\n"
          "initial: 5%\n"),
     "toy.yaml:2:1: initial: unknown key; it belongs into the section margin\n"
     "    initial: 5%\n"
     "    ^\n"                                                                         },
    {"no such section",
     TEXT("extends: calm\n"
          "volatility: 80%\n"),
     "toy.yaml:2:1: volatility: unknown key; allowed: name, doc, extends, expect, "
     "market, margin, tiers, performance\n"
     "    volatility: 80%\n"
     "    ^\n"                                                                         },
    {"value without unit",
     TEXT("extends: calm\n"
          "margin:\n"
          "  delay: 12\n"),
     "toy.yaml:3:10: margin.delay: \"12\" needs a unit; allowed: ns, us, ms, s, min, h, "
     "d; such as 12s\n"
     "      delay: 12\n"
     "             ^\n"                                                                },
    {"unknown unit",
     TEXT("extends: calm\n"
          "margin:\n"
          "  delay: 12 m\n"),
     "toy.yaml:3:10: margin.delay: \"12 m\" has an unknown unit \"m\"; allowed: ns, us, "
     "ms, s, min, h, d\n"
     "      delay: 12 m\n"
     "             ^\n"                                                                },
    {"out of range",
     TEXT("extends: calm\n"
          "margin: {initial: 120%}\n"),
     "toy.yaml:2:19: margin.initial: \"120%\" is out of range; allowed: 1 ppm to 100%\n"
     "    margin: {initial: 120%}\n"
     "                      ^\n"                                                       },
    {"finer than the unit",
     TEXT("extends: calm\n"
          "margin:\n"
          "  fund: 0.0000001 USD\n"),
     "toy.yaml:3:9: margin.fund: \"0.0000001 USD\" is finer than 1e-6 USD\n"
     "      fund: 0.0000001 USD\n"
     "            ^\n"                                                                 },
    {"overflow",
     TEXT("extends: calm\n"
          "margin:\n"
          "  fund: 1e30 USD\n"),
     "toy.yaml:3:9: margin.fund: \"1e30 USD\" is too large to store; the limit is "
     "9223372036854.775807 USD\n"
     "      fund: 1e30 USD\n"
     "            ^\n"                                                                 },
    {"not a number",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial: high\n"),
     "toy.yaml:3:12: margin.initial: \"high\" is not a number; write it like 6.25%\n"
     "      initial: high\n"
     "               ^\n"                                                              },
    {"wrong choice",
     TEXT("extends: calm\n"
          "market:\n"
          "  model: hestn\n"),
     "toy.yaml:3:10: market.model: \"hestn\" is not allowed; allowed: gbm, heston, "
     "key-points; did you mean heston?\n"
     "      model: hestn\n"
     "             ^\n"                                                                },
    {"wrong flag",
     TEXT("extends: calm\n"
          "performance:\n"
          "  exhaustive: maybe\n"),
     "toy.yaml:3:15: performance.exhaustive: \"maybe\" is not allowed; allowed: on, off, "
     "true, false\n"
     "      exhaustive: maybe\n"
     "                  ^\n"                                                           },
    {"wrong instant",
     TEXT("extends: calm\n"
          "market:\n"
          "  start: 2020-02-30T00:00:00Z\n"),
     "toy.yaml:3:10: market.start: \"2020-02-30T00:00:00Z\" is not an instant in UTC; "
     "write it like 2020-03-12T00:00:00Z\n"
     "      start: 2020-02-30T00:00:00Z\n"
     "             ^\n"                                                                },
    {"text too long",
     TEXT("extends: calm\n"
          "market:\n"
          "  facts: "
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"),
     "toy.yaml:3:10: market.facts: "
     "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is too long; at "
     "most 63 bytes\n"
     "      facts: "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
     "             ^\n"                                                                },
    {"no value",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial:\n"),
     "toy.yaml:3:3: margin.initial: has no value; write one value, like 5%\n"
     "      initial:\n"
     "      ^\n"                                                                       },
    {"empty value",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial: ''\n"),
     "toy.yaml:3:13: margin.initial: is empty; write it like 6.25%\n"
     "      initial: ''\n"
     "                ^\n"                                                             },
    {"list for a value",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial: [5%]\n"),
     "toy.yaml:3:12: margin.initial: is a list or mapping; write one value, like 5%\n"
     "      initial: [5%]\n"
     "               ^\n"                                                              },
    {"mapping for a list",
     TEXT("extends: calm\n"
          "tiers:\n"
          "  upto: 1 USD\n"),
     "toy.yaml:2:1: tiers: is a list; write each row as \"- upto: ...\", or [] for no "
     "rows\n"
     "    tiers:\n"
     "    ^\n"                                                                         },
    {"list for a mapping",
     TEXT("extends: calm\n"
          "margin:\n"
          "  - initial: 5%\n"),
     "toy.yaml:2:1: margin: is a section; write its keys below it, indented\n"
     "    margin:\n"
     "    ^\n"                                                                         },
    {"text for a section",
     TEXT("extends: calm\n"
          "margin: 5%\n"),
     "toy.yaml:2:1: margin: is a section; write its keys below it, indented\n"
     "    margin: 5%\n"
     "    ^\n"                                                                         },
    {"text for a row",
     TEXT("extends: calm\n"
          "tiers:\n"
          "  - 1 USD\n"),
     "toy.yaml:3:5: tiers[0]: has to be a mapping from key to value\n"
     "      - 1 USD\n"
     "        ^\n"                                                                     },
    {"too many rows",
     TEXT("extends: calm\n"
          "tiers: [{upto: 1 USD}, {upto: 2 USD}, {upto: 3 USD}, {upto: 4 USD}, {upto: 5 "
          "USD}]\n"),
     "toy.yaml:2:69: tiers[4]: is a row too many; at most 4 are allowed\n"
     "    {upto: 1 USD}, {upto: 2 USD}, {upto: 3 USD}, {upto: 4 USD}, {upto: 5 USD}]\n"
     "                                                                ^\n"             },
    {"typo in a row",
     TEXT("extends: calm\n"
          "tiers:\n"
          "  - upto: 1 USD\n"
          "  - upto: 2 USD\n"
          "    levrage: 3\n"),
     "toy.yaml:5:5: tiers[1].levrage: unknown key; allowed: upto, leverage; did you mean "
     "leverage?\n"
     "        levrage: 3\n"
     "        ^\n"                                                                     },
    {"value missing in a row",
     TEXT("extends: calm\n"
          "tiers:\n"
          "  - leverage: 3\n"),
     "toy.yaml:3:5: tiers[0].upto: has to be given: largest notional, such as 1.5M USD\n"
     "      - leverage: 3\n"
     "        ^\n"                                                                     },
    {"value missing",
     TEXT("margin:\n"
          "  initial: 5%\n"),
     "toy.yaml: market.spot: has to be given: price at the start, such as 194.61 USD\n"},
    {"key twice",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial: 5%\n"
          "  fund: 1 USD\n"
          "  initial: 6%\n"),
     "toy.yaml:5:3: margin.initial: is given twice; first on line 3\n"
     "      initial: 6%\n"
     "      ^\n"                                                                       },
    {"section twice",
     TEXT("margin: {}\n"
          "extends: calm\n"
          "margin: {}\n"),
     "toy.yaml:3:1: margin: is given twice; first on line 1\n"
     "    margin: {}\n"
     "    ^\n"                                                                         },
    {"unclosed bracket",         TEXT("margin: {initial: 5%\n"),
     "toy.yaml:1:21: missing comma in flow mapping\n"
     "    margin: {initial: 5%\n"
     "                        ^\n"                                                     },
    {"unclosed quote",           TEXT("name: \"calm\n"),
     "toy.yaml:1:8: double-quoted scalar without closing quote\n"
     "    name: \"calm\n"
     "           ^\n"                                                                  },
    {"tab",
     TEXT("margin:\n"
          "\tinitial: 5%\n"),
     "toy.yaml:2:1: a tab cannot indent; use spaces\n"
     "    \tinitial: 5%\n"
     "    ^\n"                                                                         },
    {"alias",
     TEXT("margin: &m {initial: 5%}\n"
          "market: *m\n"),
     "toy.yaml:1:12: anchors and aliases are not allowed; write the value again\n"
     "    margin: &m {initial: 5%}\n"
     "               ^\n"                                                              },
    {"merge key",
     TEXT("margin:\n"
          "  <<: other\n"),
     "toy.yaml:2:3: merge keys are not allowed; use extends\n"
     "      <<: other\n"
     "      ^\n"                                                                       },
    {"tag",                      TEXT("margin: !!map {}\n"),
     "toy.yaml:1:15: tags are not allowed; every value is text\n"
     "    margin: !!map {}\n"
     "                  ^\n"                                                           },
    {"two documents",
     TEXT("extends: calm\n"
          "---\n"
          "extends: calm\n"),
     "toy.yaml:2:1: a second document starts here; one is allowed\n"
     "    ---\n"
     "    ^\n"                                                                         },
    {"directive",
     TEXT("%YAML 1.2\n"
          "---\n"
          "extends: calm\n"),
     "toy.yaml:2:1: directives are not allowed\n"
     "    ---\n"
     "    ^\n"                                                                         },
    {"complex key",
     TEXT("? [a, b]\n"
          ": c\n"),
     "toy.yaml:1:3: a key has to be a word, not a mapping or a list\n"
     "    ? [a, b]\n"
     "      ^\n"                                                                       },
    {"too deep",                 TEXT("a: [[[[[[[[[[]]]]]]]]]]\n"),
     "toy.yaml:1:11: is nested too deep; at most 8 levels are allowed\n"
     "    a: [[[[[[[[[[]]]]]]]]]]\n"
     "              ^\n"                                                               },
    {"empty file",               TEXT(""),
     "toy.yaml:1:1: is empty; a scenario is a mapping from section to keys\n"
     "    \n"
     "    ^\n"                                                                         },
    {"only a comment",           TEXT("# nothing here\n"),
     "toy.yaml:1:1: is empty; a scenario is a mapping from section to keys\n"
     "    # nothing here\n"
     "    ^\n"                                                                         },
    {"a list",                   TEXT("- calm\n"),
     "toy.yaml:1:1: has to be a mapping from section to keys\n"
     "    - calm\n"
     "    ^\n"                                                                         },
    {"a word",                   TEXT("calm\n"),
     "toy.yaml:1:1: has to be a mapping from section to keys\n"
     "    calm\n"
     "    ^\n"                                                                         },
    {"NUL byte",                 TEXT("name: a\000b\n"),
     "toy.yaml:1:8: byte 0x00 is a control character; a scenario is text\n"
     "    name: a\n"
     "           ^\n"                                                                  },
    {"escape sequence",          TEXT("name: \033[2J\n"),
     "toy.yaml:1:7: byte 0x1B is a control character; a scenario is text\n"
     "    name: ?[2J\n"
     "          ^\n"                                                                   },
    {"escaped NUL",              TEXT("name: \"a\\0b\"\n"),
     "toy.yaml:1:8: contains an escaped character that is not allowed in text\n"
     "    name: \"a\\0b\"\n"
     "           ^\n"                                                                  },
    {"not UTF-8",                TEXT("name: caf\351\n"),
     "toy.yaml:1:10: byte 0xE9 is not printable UTF-8; a scenario is text\n"
     "    name: caf?\n"
     "             ^\n"                                                                },
    {"unknown preset",           TEXT("extends: clam\n"),
     "toy.yaml:1:10: extends: there is no preset \"clam\" and no such file; allowed: "
     "calm, storm, circle, lost; did you mean calm?\n"
     "    extends: clam\n"
     "             ^\n"                                                                },
    {"extends a missing file",   TEXT("extends: ./no-such-file.yaml\n"),
     "toy.yaml:1:10: extends: cannot be opened: No such file or directory\n"
     "    extends: ./no-such-file.yaml\n"
     "             ^\n"                                                                },
    {"extends a folder",         TEXT("extends: /tmp\n"),
     "toy.yaml:1:10: extends: is a folder, not a scenario file\n"
     "    extends: /tmp\n"
     "             ^\n"                                                                },
    {"extends a list",           TEXT("extends: [calm]\n"),
     "toy.yaml:1:1: extends: has to be a text\n"
     "    extends: [calm]\n"
     "    ^\n"                                                                         },
    {"circle of presets",        TEXT("extends: circle\n"),
     "preset:circle:1:10: extends: extends \"circle\", which extends this file: a "
     "circle\n"
     "    extends: circle\n"
     "             ^\n"                                                                },
    {"preset that names a file", TEXT("extends: lost\n"),
     "preset:lost:1:10: extends: there is no preset \"../secret.yaml\" and no such file; "
     "allowed: calm, storm, circle, lost\n"
     "    extends: ../secret.yaml\n"
     "             ^\n"                                                                },
    {"expect a word",
     TEXT("extends: calm\n"
          "expect: p_insolvency\n"),
     "toy.yaml:2:1: expect: is a list; write each as \"- p_insolvency <= 5%\"\n"
     "    expect: p_insolvency\n"
     "    ^\n"                                                                         },
    {"expect without sign",
     TEXT("extends: calm\n"
          "expect:\n"
          "  - p_insolvency\n"),
     "toy.yaml:3:5: expect[0]: \"p_insolvency\" is not an assertion; write it like "
     "p_insolvency <= 5%\n"
     "      - p_insolvency\n"
     "        ^\n"                                                                     },
    {"expect wrong sign",
     TEXT("extends: calm\n"
          "expect:\n"
          "  - p_insolvency == 5%\n"),
     "toy.yaml:3:5: expect[0]: \"p_insolvency == 5%\" does not compare; allowed: <=, <, "
     ">=, >\n"
     "      - p_insolvency == 5%\n"
     "        ^\n"                                                                     },
    {"expect wrong metric",
     TEXT("extends: calm\n"
          "expect:\n"
          "  - p_insolvncy <= 5%\n"),
     "toy.yaml:3:5: expect[0]: there is no metric \"p_insolvncy\"; allowed: "
     "p_insolvency, mean_bad_debt, p95_mpor; did you mean p_insolvency?\n"
     "      - p_insolvncy <= 5%\n"
     "        ^\n"                                                                     },
    {"expect wrong value",
     TEXT("extends: calm\n"
          "expect:\n"
          "  - p_insolvency <= five\n"),
     "toy.yaml:3:5: expect[0]: \"five\" is not a number; write it like 0.3\n"
     "      - p_insolvency <= five\n"
     "        ^\n"                                                                     },
    {"source is a list",
     TEXT("extends: calm\n"
          "margin: {source: [a]}\n"),
     "toy.yaml:2:18: margin.source: has to be a text, or a mapping from key to text\n"
     "    margin: {source: [a]}\n"
     "                     ^\n"                                                        },
    {"source of nothing",
     TEXT("extends: calm\n"
          "margin:\n"
          "  source:\n"
          "    initil: vote\n"),
     "toy.yaml:4:5: margin.source.initil: unknown key; allowed: initial, maintenance, "
     "fund, delay; did you mean initial?\n"
     "        initil: vote\n"
     "        ^\n"                                                                     },
    {"name is a list",
     TEXT("extends: calm\n"
          "name: [a]\n"),
     "toy.yaml:2:1: name: has to be a text\n"
     "    name: [a]\n"
     "    ^\n"                                                                         },
    {"rule across keys",
     TEXT("extends: calm\n"
          "margin:\n"
          "  maintenance: 6%\n"),
     "toy.yaml:3:16: margin.maintenance: is above margin.initial; allowed: at most "
     "margin.initial\n"
     "      maintenance: 6%\n"
     "                   ^\n"                                                          },
    {"rule about a row",
     TEXT("extends: calm\n"
          "tiers:\n"
          "  - upto: 2 USD\n"
          "  - upto: 1 USD\n"),
     "toy.yaml:4:11: tiers[1].upto: is not above the row before\n"
     "      - upto: 1 USD\n"
     "              ^\n"                                                               },
    {"rule about a list",
     TEXT("extends: calm\n"
          "tiers: [{upto: 1 USD}, {upto: 2 USD}, {upto: 3 USD}]\n"),
     "toy.yaml:2:1: tiers: has three rows, which this toy does not like\n"
     "    tiers: [{upto: 1 USD}, {upto: 2 USD}, {upto: 3 USD}]\n"
     "    ^\n"                                                                         },
    {"rule met by a default",
     TEXT("extends: calm\n"
          "margin: {initial: 2%}\n"),
     "toy.yaml: margin.maintenance: is above margin.initial; allowed: at most "
     "margin.initial\n"                                                                },
    {"three errors at once",
     TEXT("extends: calm\n"
          "margin:\n"
          "  initial: 0\n"
          "  fnd: 1 USD\n"
          "market: {spot: 5}\n"),
     "toy.yaml:3:12: margin.initial: \"0\" is out of range; allowed: 1 ppm to 100%\n"
     "      initial: 0\n"
     "               ^\n"
     "toy.yaml:4:3: margin.fnd: unknown key; allowed: initial, maintenance, fund, delay; "
     "did you mean fund?\n"
     "      fnd: 1 USD\n"
     "      ^\n"
     "toy.yaml:5:16: market.spot: \"5\" needs a unit; allowed: USD, k USD, M USD, B USD; "
     "such as 194.61 USD\n"
     "    market: {spot: 5}\n"
     "                   ^\n"                                                          },
    {"caret under a wide line",
     TEXT("extends: calm\n"
          "margin: {fund: \"\303\251 \303\251\", initial: x}\n"),
     "toy.yaml:2:17: margin.fund: \"\303\251 \303\251\" is not a number; write it like "
     "1.5M USD\n"
     "    margin: {fund: \"\303\251 \303\251\", initial: x}\n"
     "                    ^\n"
     "toy.yaml:2:32: margin.initial: \"x\" is not a number; write it like 6.25%\n"
     "    margin: {fund: \"\303\251 \303\251\", initial: x}\n"
     "                                   ^\n"                                          },
};

#endif
