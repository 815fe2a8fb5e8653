#include "analysis/summary.h"

#include "analysis/control_run.h"
#include "analysis/depletion.h"
#include "analysis/json_figure.h"
#include "analysis/number.h"
#include "analysis/tornado.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const struct number_row rows[] = {
    {NULL,                         "Who goes under",                      NUMBER_PLAIN  },
    {"p_insolvency",               "P(insolvency: loss beyond the fund)", NUMBER_PERCENT},
    {"p_fund_depleted",            "P(insurance fund depleted)",          NUMBER_PERCENT},
    {"p_adl",                      "P(auto-deleveraging)",                NUMBER_PERCENT},
    {"p_bad_debt",                 "P(material bad debt)",                NUMBER_PERCENT},
    {"p_any_bad_debt",             "P(any bad debt)",                     NUMBER_PERCENT},
    {NULL,                         "Bad debt",                            NUMBER_PLAIN  },
    {"bad_debt_mean",              "mean",                                NUMBER_USD    },
    {"bad_debt_var99",             "VaR 99 %",                            NUMBER_USD    },
    {"bad_debt_es99",              "ES 99 %",                             NUMBER_USD    },
    {"feedback_bad_debt_mean",     "of it by its own impact, mean",       NUMBER_USD    },
    {NULL,                         "Who paid, mean",                      NUMBER_PLAIN  },
    {"fund_draw_mean",             "insurance fund",                      NUMBER_USD    },
    {"adl_haircut_mean",           "auto-deleveraged winners",            NUMBER_USD    },
    {"socialised_loss_mean",       "socialised among winners",            NUMBER_USD    },
    {"pool_absorbed_mean",         "liquidity pool",                      NUMBER_USD    },
    {"shortfall_open_mean",        "still open at the horizon",           NUMBER_USD    },
    {"uncovered_loss_es99",        "uncovered loss, ES 99 %",             NUMBER_USD    },
    {NULL,                         "Liquidations",                        NUMBER_PLAIN  },
    {"liquidated_notional_mean",   "notional, mean",                      NUMBER_USD    },
    {"liquidated_notional_p95",    "notional, 95 % quantile",             NUMBER_USD    },
    {"liquidated_accounts_mean",   "accounts, mean",                      NUMBER_PLAIN  },
    {"slippage_rate_mean",         "slippage, mean",                      NUMBER_PERCENT},
    {"mpor_p95_p50",               "time to close (95 %), median path",   NUMBER_PLAIN  },
    {"undermargined_max_mean",     "worst under-margined notional, mean", NUMBER_USD    },
    {NULL,                         "Chain and oracle",                    NUMBER_PLAIN  },
    {"gas_peak_p50",               "peak gas price, median",              NUMBER_PLAIN  },
    {"keeper_excluded_share_mean", "keeper transactions shut out",        NUMBER_PERCENT},
    {"oracle_gap_max_p50",         "largest oracle gap, median",          NUMBER_PERCENT},
};

static void print_row(FILE *file, const struct number_row *row,
                      const struct metrics *metrics) {
    const struct estimate *estimate = metrics_find(metrics, row->metric);
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE], note[64] = "";
    char marks[METRICS_MARKS_SIZE];
    if (estimate == NULL || (estimate->n == 0 && metrics->paths > metrics->failed)) {
        return; /* no path of this scenario has such a value */
    }
    number_as(row->look, estimate->value, value);
    number_as(row->look, estimate->low, low);
    number_as(row->look, estimate->high, high);
    if (estimate->n + metrics->failed < metrics->paths) {
        char count[NUMBER_SIZE];
        number_count(estimate->n, count);
        snprintf(note, sizeof note, " n %s", count);
    }
    metrics_marks(estimate, marks);
    fprintf(file, "  %-36s %8s %-4s [%7s, %7s]%s%s\n", row->label, value,
            number_unit(row->look, estimate->unit), low, high, marks, note);
}

static void print_head(FILE *file, const struct run_subject *subject,
                       const struct run_result *result) {
    char count[NUMBER_SIZE];
    number_count(result->metrics.paths, count);
    fprintf(file, "%s: %s paths, seed %" PRIu64 "\n", subject->name, count, result->seed);
    fprintf(file, "Measure %s: %s.\n", subject->measure,
            strcmp(subject->measure, "conditional") == 0
                ? "if this storm happens, not how likely it is"
                : "over the horizon as the scenario's market makes it");
    fprintf(
        file,
        "Intervals at %.6g %% cover the sampling of paths, not the choice of model.\n",
        100 * (result->metrics.count > 0 ? result->metrics.estimate[0].level : 0));
    until_print(file, &result->until);
    if (result->metrics.failed > 0) {
        number_count(result->metrics.failed, count);
        fprintf(file, "\nFAILED PATHS: %s of them gave no outcome:\n", count);
        for (unsigned i = 1; i < OUTCOME_STATUS_COUNT; ++i) {
            if (result->metrics.by_status[i] > 0) {
                fprintf(file, "  %8" PRIu64 "  %s\n", result->metrics.by_status[i],
                        outcome_status_text((enum outcome_status)i));
            }
        }
    }
}

static void print_foot(FILE *file, const struct run_result *result) {
    char digest[DIGEST_TEXT_SIZE];
    bool thin = false, disagree = false, unknown = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const struct estimate *estimate =
            rows[i].metric == NULL ? NULL
                                   : metrics_find(&result->metrics, rows[i].metric);
        thin |= estimate != NULL && estimate->thin_tail;
        disagree |= estimate != NULL && estimate->batches_disagree;
        unknown |= estimate != NULL && isnan(estimate->low + estimate->high);
    }
    fputc('\n', file);
    if (thin) {
        fputs("~ fewer than 50 paths in the tail: take more before trusting it\n", file);
    }
    if (disagree) {
        fputs("! 20 batches of the paths spread otherwise than this interval says\n",
              file);
    }
    if (unknown) {
        fputs("- these paths cannot say: too few, or all the same\n", file);
    }
    if (result->metrics.failed > 0) {
        fputs("* incomplete: failed paths are left out; the intervals of probabilities\n"
              "  and quantiles count them both ways\n",
              file);
    }
    digest_text(result->digest, digest);
    fprintf(file, "digest %s%s\n", digest, result->whole ? "" : " (a part)");
    const double paths = (double)result->metrics.paths;
    fprintf(file, "%.2f s, %.2f s CPU", result->seconds, result->cpu_seconds);
    if (result->metrics.paths > 0) {
        fprintf(file, ", %.3g ms CPU a path", 1000 * result->cpu_seconds / paths);
    }
    fputc('\n', file);
}

void summary_print(FILE *file, const struct run_subject *subject,
                   const struct run_result *result) {
    print_head(file, subject, result);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        if (rows[i].metric == NULL) {
            fprintf(file, "\n%s\n", rows[i].label);
        } else {
            print_row(file, &rows[i], &result->metrics);
            if (result->sensitivities != NULL) {
                tornado_print_range(file, result->sensitivities, rows[i].metric);
            }
        }
    }
    depletion_print(file, result);
    control_run_print(file, result);
    if (result->sensitivities != NULL) {
        tornado_print(file, result->sensitivities);
    }
    if (result->ablation != NULL) {
        tornado_print_ablation(file, result->ablation);
    }
    if (result->fragility != NULL) {
        tornado_print_fragility(file, result->fragility);
    }
    print_foot(file, result);
}

static void json_estimate(struct json *json, const struct estimate *estimate,
                          const char *measure) {
    json_open(json, estimate->name, '{');
    json_figure_estimate(json, estimate);
    if (strcmp(estimate->measure, measure) != 0) {
        json_text(json, "measure", estimate->measure);
    }
    if (estimate->incomplete) {
        json_flag(json, "incomplete", true);
    }
    if (estimate->thin_tail) {
        json_flag(json, "thin_tail", true);
    }
    if (!isnan(estimate->batch_low)) {
        json_real(json, "batch_low", estimate->batch_low);
        json_real(json, "batch_high", estimate->batch_high);
        json_flag(json, "batches_disagree", estimate->batches_disagree);
    }
    json_close(json, '{');
}

void summary_json(FILE *file, const struct run_subject *subject,
                  const struct run_result *result) {
    struct json json;
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    json_figure_run(&json, &(struct json_figure_run){.scenario = subject->name,
                                                     .measure = subject->measure,
                                                     .digest = result->digest,
                                                     .semantics = BREAKWATER_SEMANTICS,
                                                     .seed = result->seed,
                                                     .paths = result->metrics.paths,
                                                     .failed = result->metrics.failed});
    json_flag(&json, "complete", result->whole);
    json_real(&json, "seconds", result->seconds);
    json_real(&json, "cpu_seconds", result->cpu_seconds);
    json_open(&json, "metrics", '{');
    for (size_t i = 0; i < result->metrics.count; ++i) {
        json_estimate(&json, &result->metrics.estimate[i], subject->measure);
    }
    json_close(&json, '{');
    until_json(&json, &result->until);
    depletion_json(&json, result);
    control_run_json(&json, result);
    if (result->sensitivities != NULL) {
        tornado_json_range(&json, result->sensitivities);
        tornado_json(&json, "sensitivities", result->sensitivities);
    }
    if (result->ablation != NULL) {
        tornado_json(&json, "ablation", result->ablation);
    }
    if (result->fragility != NULL) {
        tornado_json(&json, "fragility", result->fragility);
    }
    json_close(&json, '{');
    json_end(&json);
}

/* The value of a field in shown units; NaN where it is missing. */
static double shown_value(const struct outcome *outcome, enum outcome_field field) {
    if (outcome_missing(outcome, field)) {
        return nan("");
    }
    return outcome_descriptions[field].kind == OUTCOME_RATIO
               ? outcome->value[field].real
               : (double)outcome->value[field].integer / spool_divisor(field);
}

void summary_outcome(FILE *file, const struct outcome *outcome) {
    unsigned char hash[DIGEST_SIZE];
    char digest[DIGEST_TEXT_SIZE];
    outcome_digest(outcome, hash);
    digest_text(hash, digest);
    fprintf(file, "path %" PRIu64 ": %s\n", outcome->path,
            outcome_status_text((enum outcome_status)outcome->status));
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const enum outcome_field field = (enum outcome_field)i;
        const struct outcome_description *about = &outcome_descriptions[i];
        const double value = shown_value(outcome, field);
        const char *unit = strcmp(about->unit, "1") == 0 ? "" : about->unit;
        if (isnan(value)) {
            fprintf(file, "  %-32s %20s\n", about->name, "-");
        } else if (about->kind == OUTCOME_MONEY) {
            fprintf(file, "  %-32s %20.6f %s\n", about->name, value, unit);
        } else {
            fprintf(file, "  %-32s %20.8g %s\n", about->name, value, unit);
        }
    }
    fprintf(file, "log head %016" PRIx64 "%016" PRIx64 "\ndigest %s\n",
            outcome->log_head[1], outcome->log_head[0], digest);
}

void summary_outcome_members(struct json *json, const struct outcome *outcome) {
    unsigned char hash[DIGEST_SIZE];
    char digest[DIGEST_TEXT_SIZE];
    outcome_digest(outcome, hash);
    digest_text(hash, digest);
    json_unsigned(json, "path", outcome->path);
    json_text(json, "status", outcome_status_text((enum outcome_status)outcome->status));
    json_text(json, "digest", digest);
    json_open(json, "fields", '{');
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        json_open(json, outcome_descriptions[i].name, '{');
        json_real(json, "value", shown_value(outcome, (enum outcome_field)i));
        json_text(json, "unit", outcome_descriptions[i].unit);
        json_close(json, '{');
    }
    json_close(json, '{');
}

void summary_outcome_json(FILE *file, const struct outcome *outcome) {
    struct json json;
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    summary_outcome_members(&json, outcome);
    json_close(&json, '{');
    json_end(&json);
}
