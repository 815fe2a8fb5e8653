#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/parts.h"

#include <math.h>
#include <string.h>

static void write_row(FILE *file, const struct number_row *row,
                      const struct estimate *estimate) {
    char value[FIGURES_SIZE], range[FIGURES_SIZE], count[NUMBER_SIZE];
    char marks[METRICS_MARKS_SIZE];
    metrics_marks(estimate, marks);
    figures_value(row->look, estimate->value, estimate->unit, value);
    figures_interval(row->look, estimate->low, estimate->high, estimate->unit, range);
    number_count(estimate->n, count);
    html_write(file,
               "<tr><td>%s</td><td class=\"n\">%s<b>%s</b></td><td class=\"n\">%s</td>"
               "<td class=\"n\">%s</td></tr>\n",
               row->label, value, marks, range, count);
}

static void write_group(FILE *file, const char *label, unsigned columns) {
    fprintf(file, "<tr><th class=\"group\" colspan=\"%u\" scope=\"colgroup\">", columns);
    html_write(file, "%s</th></tr>\n", label);
}

static void write_table(FILE *file, const struct evidence *evidence) {
    char level[NUMBER_SIZE];
    number_plain(100 * evidence->about->level, level);
    html_write(file,
               "<table>\n<caption>%s Unknown: these paths cannot say, too few or all the "
               "same.</caption>\n<thead><tr><th "
               "scope=\"col\">estimate</th><th "
               "scope=\"col\" class=\"n\">value</th><th scope=\"col\" class=\"n\">%s %% "
               "interval</th><th scope=\"col\" class=\"n\">paths</th></tr></thead>\n"
               "<tbody>\n",
               figures_legend, level);
    for (size_t i = 0; i < figures_count; ++i) {
        const struct number_row *row = &figures_rows[i];
        if (row->metric == NULL) {
            write_group(file, row->label, 4);
            continue;
        }
        const struct estimate *estimate = metrics_find(&evidence->metrics, row->metric);
        if (estimate != NULL && estimate->n > 0) {
            write_row(file, row, estimate);
        }
    }
    fputs("</tbody>\n</table>\n", file);
}

/* A difference with its paired interval, and how many standard errors it is. */
static void write_difference(FILE *file, enum number_look look,
                             const struct interval *difference, double errors) {
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE], far[NUMBER_SIZE];
    number_difference(look, difference->value, value);
    number_difference(look, difference->low, low);
    number_difference(look, difference->high, high);
    number_plain(errors, far);
    html_write(file,
               "<td class=\"n\">%s<br/><small>[%s, %s]</small></td><td "
               "class=\"n\">%s</td>",
               value, low, high, far);
}

/* What the headline owes to each mechanism. */
static void write_ablation(FILE *file, const struct evidence *evidence) {
    const struct evidence_variants *variants = &evidence->ablation;
    char level[NUMBER_SIZE], base[FIGURES_SIZE];
    if (variants->count == 0) {
        return;
    }
    number_plain(100 * evidence->about->level, level);
    figures_value(NUMBER_PERCENT, variants->range.value, "1", base);
    html_write(
        file,
        "<h3>What each mechanism does</h3>\n<table class=\"pairs short\">\n<caption>The "
        "same paths without one mechanism at a time; P(insolvency) is %s with all "
        "of them. Differences to the run with paired %s %% intervals, in "
        "percentage points and USD; s.e.: in standard errors, below 2 these paths "
        "cannot tell.</caption>\n<thead><tr><th scope=\"col\">without</th><th "
        "scope=\"col\" class=\"n\">P(insolvency)</th><th scope=\"col\" "
        "class=\"n\">difference</th><th scope=\"col\" class=\"n\">s.e.</th><th "
        "scope=\"col\" class=\"n\">bad debt, mean</th><th scope=\"col\" "
        "class=\"n\">s.e.</th></tr></thead>\n<tbody>\n",
        base, level);
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        char value[FIGURES_SIZE], range[FIGURES_SIZE];
        html_write(file, "<tr><td>%s</td>", variant->what);
        if (isnan(variant->estimate.value)) {
            fputs("<td colspan=\"5\">could not be run</td></tr>\n", file);
            continue;
        }
        figures_value(NUMBER_PERCENT, variant->estimate.value, "1", value);
        figures_interval(NUMBER_PERCENT, variant->estimate.low, variant->estimate.high,
                         "1", range);
        html_write(file, "<td class=\"n\">%s<br/><small>%s</small></td>", value, range);
        write_difference(file, NUMBER_PERCENT, &variant->difference, variant->errors);
        write_difference(file, NUMBER_USD, &variant->debt_difference,
                         variant->debt_errors);
        fputs("</tr>\n", file);
    }
    fputs("</tbody>\n</table>\n", file);
}

/* The paths over time: what happened to the price, and what it did. */
static void write_bands(FILE *file, const struct evidence *evidence) {
    static const struct charts_bands charts[] = {
        {"price-over-time",         "Price over time",
         "On the outside market, this protocol's own sales included.",                              "outside price, USD",     "USD",  figures_plain, SAMPLES_OUTSIDE_PRICE, false},
        {"gas-over-time",           "Gas over time",            "What inclusion in a block costs.",
         "base fee, gwei",                                                                                                    "gwei", figures_plain, SAMPLES_BASE_FEE,      true },
        {"fund-over-time",          "Insurance fund over time", "What is left of it.",
         "insurance fund, USD",                                                                                               "USD",  figures_usd,   SAMPLES_FUND,          true },
        {"liquidated-over-time",    "Liquidations over time",
         "Notional of all forced reductions so far.",                                               "liquidated so far, USD", "USD",
         figures_usd,                                                                                                                                SAMPLES_LIQUIDATED,    true },
        {"open-interest-over-time", "Open interest over time",
         "Longs and shorts at the mark.",                                                           "open interest, USD",     "USD",  figures_usd,
         SAMPLES_OPEN_INTEREST,                                                                                                                                             true },
    };
    if (!evidence->bands->there && evidence->depletion.count == 0) {
        return;
    }
    fputs("<h3 id=\"time\">Over time</h3>\n<div class=\"charts\">\n", file);
    for (size_t i = 0; i < sizeof charts / sizeof *charts; ++i) {
        charts_bands(file, evidence, &charts[i]);
        if (charts[i].series == SAMPLES_FUND) {
            charts_depletion(file, evidence);
        }
    }
    fputs("</div>\n", file);
}

void parts_results(FILE *file, const struct evidence *evidence) {
    fputs("<h2 id=\"results\">Results</h2>\n<div class=\"charts\">\n", file);
    charts_waterfall(file, evidence, 0);
    charts_waterfall(file, evidence, 1);
    charts_exceedance(file, evidence);
    charts_severity(file, evidence);
    charts_fragility(file, evidence);
    charts_tornado(file, evidence);
    charts_bins(file, &(struct charts_bins){&evidence->liquidated, "liquidated",
                                            "Liquidated notional", "USD", figures_usd});
    charts_bins(file, &(struct charts_bins){&evidence->gas, "gas", "Peak gas price",
                                            "gwei", figures_plain});
    fputs("</div>\n", file);
    write_bands(file, evidence);
    write_ablation(file, evidence);
    fputs("<h3>All estimates of this page</h3>\n", file);
    write_table(file, evidence);
}

static void write_changes(FILE *file, const struct compare *compare) {
    fputs("<table>\n<caption>What differs between the two scenarios</caption>\n"
          "<thead><tr><th scope=\"col\">key</th><th scope=\"col\">before</th>"
          "<th scope=\"col\">after</th></tr></thead>\n<tbody>\n",
          file);
    for (size_t i = 0; i < compare->change_count; ++i) {
        const struct compare_change *change = &compare->change[i];
        html_write(file, "<tr><td><code>%s</code></td><td>%s</td><td>%s</td></tr>\n",
                   change->key, change->a, change->b);
    }
    if (compare->change_count == 0) {
        fputs("<tr><td colspan=\"3\">nothing</td></tr>\n", file);
    }
    fputs("</tbody>\n</table>\n", file);
}

static void write_pair(FILE *file, const struct number_row *row,
                       const struct compare_row *pair) {
    char before[FIGURES_SIZE], after[FIGURES_SIZE], range[2][FIGURES_SIZE],
        difference[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE],
        marks[2][METRICS_MARKS_SIZE];
    metrics_marks(pair->a, marks[0]);
    metrics_marks(pair->b, marks[1]);
    figures_value(row->look, pair->a->value, pair->a->unit, before);
    figures_value(row->look, pair->b->value, pair->b->unit, after);
    figures_interval(row->look, pair->a->low, pair->a->high, pair->a->unit, range[0]);
    figures_interval(row->look, pair->b->low, pair->b->high, pair->b->unit, range[1]);
    number_difference(row->look, pair->paired.difference.value, difference);
    number_difference(row->look, pair->paired.difference.low, low);
    number_difference(row->look, pair->paired.difference.high, high);
    html_write(file,
               "<tr><td>%s</td><td class=\"n\">%s<b>%s</b><br/><small>%s</small></td>"
               "<td class=\"n\">%s<b>%s</b><br/><small>%s</small></td>"
               "<td class=\"n\">%s<br/><small>[%s, %s]</small></td><td>%s</td></tr>\n",
               row->label, before, marks[0], range[0], after, marks[1], range[1],
               difference, low, high, compare_word(pair->verdict));
}

void parts_baseline(FILE *file, const struct evidence *evidence) {
    const struct compare *compare = &evidence->compare;
    char level[NUMBER_SIZE];
    if (evidence->baseline == NULL) {
        return;
    }
    html_write(file,
               "<h2 id=\"baseline\">Before and after</h2>\n<p>Before: %s, the baseline. "
               "After: %s, this run. Both met the same paths, so differences are taken "
               "path by path.%s%s</p>\n",
               store_path(evidence->baseline), store_path(evidence->store),
               compare->other_book ? " The changes reach the book that is drawn: pairs "
                                     "are less alike, and intervals wider."
                                   : "",
               compare->other_storm ? " The changes reach the storm itself: pairs are "
                                      "less alike, and intervals wider."
                                    : "");
    write_changes(file, compare);
    number_plain(100 * compare->level, level);
    html_write(
        file,
        "<table class=\"pairs\">\n<caption>Estimates with their %s %% intervals; "
        "differences with "
        "paired ones, in percentage points for shares. %s</caption>\n<thead><tr><th "
        "scope=\"col\">estimate</th><th scope=\"col\" class=\"n\">before</th><th "
        "scope=\"col\" class=\"n\">after</th><th scope=\"col\" "
        "class=\"n\">difference</th><th "
        "scope=\"col\">reading</th></tr></thead>\n<tbody>\n",
        level, figures_legend);
    for (size_t i = 0; i < figures_count; ++i) {
        const struct number_row *row = &figures_rows[i];
        if (row->metric == NULL) {
            write_group(file, row->label, 5);
            continue;
        }
        const struct compare_row *pair = compare_find(compare, row->metric);
        if (pair != NULL && pair->paired.pairs > 0) {
            write_pair(file, row, pair);
        }
    }
    fputs("</tbody>\n</table>\n", file);
}
