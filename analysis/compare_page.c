/* compare_page.c -- a comparison on the terminal page and in JSON. */
#include "analysis/compare.h"
#include "analysis/json_figure.h"
#include "analysis/number.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const struct number_row lines[] = {
    {NULL,                                  "Who goes under, in %",       NUMBER_PLAIN  },
    {"p_insolvency",                        "P(insolvency)",              NUMBER_PERCENT},
    {"p_fund_depleted",                     "P(fund depleted)",           NUMBER_PERCENT},
    {"p_adl",                               "P(auto-deleveraging)",       NUMBER_PERCENT},
    {"p_bad_debt",                          "P(material bad debt)",       NUMBER_PERCENT},
    {NULL,                                  "Losses, in USD",             NUMBER_PLAIN  },
    {"bad_debt_mean",                       "bad debt, mean",             NUMBER_USD    },
    {"bad_debt_es99",                       "bad debt, ES 99 %",          NUMBER_USD    },
    {"fund_draw_mean",                      "paid by the fund, mean",     NUMBER_USD    },
    {"uncovered_loss_mean",                 "beyond the fund, mean",      NUMBER_USD    },
    {"adl_notional_mean",                   "auto-deleveraged, mean",     NUMBER_USD    },
    {"pool_pnl_hedged_mean",                "pool's profit hedged, mean", NUMBER_USD    },
    {NULL,                                  "Liquidations",               NUMBER_PLAIN  },
    {"liquidated_notional_mean",            "notional, mean, USD",        NUMBER_USD    },
    {"liquidated_accounts_mean",            "accounts, mean",             NUMBER_PLAIN  },
    {"liquidation_cost_mean",               "cost, mean, USD",            NUMBER_USD    },
    {"mpor_p95_mean",                       "time to close (95 %), min",  NUMBER_PLAIN  },
    {"undermargined_max_mean",              "worst under-margined, USD",  NUMBER_USD    },
    {NULL,                                  "What it takes, in USD",      NUMBER_PLAIN  },
    {"capital_locked_mean",                 "collateral posted, mean",    NUMBER_USD    },
    {"immediate_liquidation_notional_mean", "liquidatable at the start",  NUMBER_USD    },
    {NULL,                                  "Chain and oracle",           NUMBER_PLAIN  },
    {"gas_peak_mean",                       "peak gas price, mean, gwei", NUMBER_PLAIN  },
    {"keeper_excluded_share_mean",          "keepers shut out, %",        NUMBER_PERCENT},
    {"oracle_gap_max_mean",                 "largest oracle gap, %",      NUMBER_PERCENT},
};

static void print_line(FILE *file, const struct compare *compare,
                       const struct number_row *line) {
    const struct compare_row *row = compare_find(compare, line->metric);
    char a[NUMBER_SIZE], b[NUMBER_SIZE], difference[NUMBER_SIZE], low[NUMBER_SIZE],
        high[NUMBER_SIZE], interval[2 * NUMBER_SIZE + 8] = "", marks[METRICS_MARKS_SIZE];
    if (row == NULL || (row->a->n == 0 && row->b->n == 0)) {
        return; /* no path of either has such a value */
    }
    number_as(line->look, row->a->value, a);
    number_as(line->look, row->b->value, b);
    number_difference(line->look, row->paired.difference.value, difference);
    number_difference(line->look, row->paired.difference.low, low);
    number_difference(line->look, row->paired.difference.high, high);
    if (row->verdict != COMPARE_SAME) {
        snprintf(interval, sizeof interval, "[%s, %s]", low, high);
    }
    metrics_marks(&(struct estimate){.thin_tail = row->a->thin_tail || row->b->thin_tail,
                                     .batches_disagree = row->a->batches_disagree ||
                                                         row->b->batches_disagree,
                                     .incomplete = row->paired.failed > 0},
                  marks);
    fprintf(file, "  %-26s %7s %7s %7s %-17s %s%s\n", line->label, a, b, difference,
            interval, compare_word(row->verdict), marks);
}

static void print_changes(FILE *file, const struct compare *compare) {
    if (compare->change_count == 0) {
        fputs("The scenarios are the same.\n", file);
        return;
    }
    fputs("What differs:\n", file);
    for (size_t i = 0; i < compare->change_count; ++i) {
        const struct compare_change *change = &compare->change[i];
        fprintf(file, "  %-36s %s -> %s\n", change->key, change->a, change->b);
    }
}

/* What the reader has to know about the pairs before the numbers. */
static void print_pairs(FILE *file, const struct compare *compare) {
    char count[NUMBER_SIZE];
    number_count(spool_count(compare->side[0].spool), count);
    fprintf(file,
            "Common random numbers: seed %" PRIu64 ", %s paths, %s book, %s storm.\n",
            compare->side[0].seed, count, compare->other_book ? "ANOTHER" : "the same",
            compare->other_storm ? "ANOTHER" : "the same");
    if (compare->other_book || compare->other_storm) {
        fputs("  Pairs share seed and path number but not what they are spent on: the\n"
              "  differences hold, their intervals gain little from pairing.\n",
              file);
    }
    if (strcmp(compare->side[0].measure, compare->side[1].measure) != 0) {
        fprintf(file, "  MEASURES DIFFER: A is %s, B is %s.\n", compare->side[0].measure,
                compare->side[1].measure);
    }
}

void compare_print(FILE *file, const struct compare *compare) {
    bool thin = false, disagree = false, failed = false;
    fprintf(file, "A  %s\nB  %s\n", compare->side[0].name, compare->side[1].name);
    print_pairs(file, compare);
    print_changes(file, compare);
    fprintf(file, "\n  %-26s %7s %7s %7s %-17s B is\n", "", "A", "B", "B - A",
            "paired interval");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
        if (lines[i].metric == NULL) {
            fprintf(file, "%s\n", lines[i].label);
        } else {
            print_line(file, compare, &lines[i]);
        }
    }
    for (size_t i = 0; i < compare->row_count; ++i) {
        thin |= compare->row[i].a->thin_tail || compare->row[i].b->thin_tail;
        disagree |=
            compare->row[i].a->batches_disagree || compare->row[i].b->batches_disagree;
        failed |= compare->row[i].paired.failed > 0;
    }
    fprintf(
        file,
        "\nIntervals at %g %% of B - A on the same paths; \"unclear\": they hold zero.\n",
        100 * compare->level);
    if (thin) {
        fputs("~ fewer than 50 paths in a tail: take more before trusting it\n", file);
    }
    if (disagree) {
        fputs("! 20 batches of the paths spread otherwise than this interval says\n",
              file);
    }
    if (failed) {
        fputs("* pairs with a failed path are left out; a probability's interval counts\n"
              "  them both ways\n",
              file);
    }
    for (unsigned i = 0; i < 2; ++i) {
        char digest[DIGEST_TEXT_SIZE];
        digest_text(compare->side[i].digest, digest);
        fprintf(file, "digest %c %s\n", "AB"[i], digest);
    }
}

static void json_side(struct json *json, const char *key,
                      const struct compare_side *side) {
    json_open(json, key, '{');
    json_figure_run(json, &(struct json_figure_run){.scenario = side->name,
                                                    .measure = side->measure,
                                                    .digest = side->digest,
                                                    .semantics = BREAKWATER_SEMANTICS,
                                                    .seed = side->seed,
                                                    .paths = side->metrics->paths,
                                                    .failed = side->metrics->failed});
    json_close(json, '{');
}

static void json_estimate(struct json *json, const char *key,
                          const struct estimate *estimate) {
    json_open(json, key, '{');
    json_figure_estimate(json, estimate);
    json_close(json, '{');
}

static void json_row(struct json *json, const struct compare_row *row) {
    json_open(json, row->metric, '{');
    json_text(json, "unit", row->a->unit);
    json_estimate(json, "a", row->a);
    json_estimate(json, "b", row->b);
    json_figure_paired(json, &row->paired);
    json_text(json, "b_is", compare_word(row->verdict));
    json_close(json, '{');
}

void compare_json(FILE *file, const struct compare *compare) {
    struct json json;
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    json_side(&json, "a", &compare->side[0]);
    json_side(&json, "b", &compare->side[1]);
    json_unsigned(&json, "semantics", BREAKWATER_SEMANTICS);
    json_unsigned(&json, "seed", compare->side[0].seed);
    json_unsigned(&json, "paths", spool_count(compare->side[0].spool));
    json_real(&json, "level", compare->level);
    json_flag(&json, "same_book", !compare->other_book);
    json_flag(&json, "same_storm", !compare->other_storm);
    json_open(&json, "changes", '{');
    for (size_t i = 0; i < compare->change_count; ++i) {
        json_open(&json, compare->change[i].key, '{');
        json_text(&json, "a", compare->change[i].a);
        json_text(&json, "b", compare->change[i].b);
        json_close(&json, '{');
    }
    json_close(&json, '{');
    json_open(&json, "metrics", '{');
    for (size_t i = 0; i < compare->row_count; ++i) {
        json_row(&json, &compare->row[i]);
    }
    json_close(&json, '{');
    json_close(&json, '{');
    json_end(&json);
}
