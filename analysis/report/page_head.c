#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/parts.h"
#include "analysis/report/verdict.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void write_title(FILE *file, const struct evidence *evidence) {
    const struct store_about *about = evidence->about;
    char count[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    number_count(about->paths, count);
    story_text_add(&text,
                   "%s paths, seed %" PRIu64 ", measure %.60s, breakwater %.40s, "
                   "semantics %" PRId64,
                   count, about->seed, about->measure, about->release, about->semantics);
    html_write(file, "<h1>%s: stress test of the settlement layer</h1>\n",
               about->scenario_name);
    if (evidence->is_preset) {
        html_write(file, "<p>%s</p>\n", load_doc(evidence->preset.loaded));
    }
    html_write(file, "<p class=\"muted\">%s</p>\n", text.text);
}

static void write_failed(FILE *file, const struct evidence *evidence) {
    const struct metrics *metrics = &evidence->metrics;
    if (metrics->failed == 0) {
        return;
    }
    char failed[NUMBER_SIZE], count[NUMBER_SIZE];
    number_count(metrics->failed, failed);
    number_count(metrics->paths, count);
    html_write(file,
               "<div class=\"warning\"><b>%s of %s paths failed</b> and gave no outcome:",
               failed, count);
    for (unsigned i = 1; i < OUTCOME_STATUS_COUNT; ++i) {
        if (metrics->by_status[i] > 0) {
            number_count(metrics->by_status[i], failed);
            html_write(file, " %s: %s.", outcome_status_text((enum outcome_status)i),
                       failed);
        }
    }
    fputs(" Intervals of probabilities and quantiles count them both ways: as the worst, "
          "and as if nothing had happened. Means and shortfalls leave them out and are "
          "incomplete.</div>\n",
          file);
}

static void write_card(FILE *file, const struct evidence *evidence, const char *metric,
                       const char *label, enum number_look look) {
    const struct estimate *estimate = metrics_find(&evidence->metrics, metric);
    char value[FIGURES_SIZE], range[FIGURES_SIZE], level[NUMBER_SIZE];
    char warning[FIGURES_WARNING_SIZE];
    if (estimate == NULL || isnan(estimate->value)) {
        return;
    }
    figures_value(look, estimate->value, estimate->unit, value);
    figures_interval(look, estimate->low, estimate->high, estimate->unit, range);
    number_plain(100 * estimate->level, level);
    figures_warning(estimate, warning);
    html_write(file,
               "<div class=\"card\"><div>%s</div><div class=\"big\">%s</div>"
               "<div class=\"muted\">%s %% interval: %s<b>%s</b></div></div>\n",
               label, value, level, range, warning);
}

static void write_headline(FILE *file, const struct evidence *evidence) {
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    const struct evidence_variants *variants = &evidence->sensitivities;
    char value[FIGURES_SIZE], range[FIGURES_SIZE], level[NUMBER_SIZE];
    if (chance == NULL || isnan(chance->value)) {
        return;
    }
    figures_value(NUMBER_PERCENT, chance->value, "1", value);
    figures_interval(NUMBER_PERCENT, chance->low, chance->high, "1", range);
    number_plain(100 * chance->level, level);
    html_write(file,
               "<div class=\"card lead\"><div>P(insolvency): losses exceed the insurance "
               "fund</div><div class=\"big\">%s</div>"
               "<div>%s %% interval: <b>%s</b> (sampling of paths, dark bar)</div>",
               value, level, range);
    if (variants->count > 0) {
        figures_interval(NUMBER_PERCENT, variants->range.low, variants->range.high, "1",
                         range);
        html_write(
            file,
            "<div>Model range: <b>%s</b> (assumptions changed one at a time, light "
            "bar)</div>",
            range);
    }
    charts_headline(file, evidence);
    fputs("</div>\n", file);
}

/* What was changed, the first few of it. */
static void write_changed(FILE *file, const struct compare *compare) {
    enum { SHOWN = 3 };
    char more[NUMBER_SIZE];
    for (size_t i = 0; i < compare->change_count && i < SHOWN; ++i) {
        const struct compare_change *change = &compare->change[i];
        html_write(file, "%s<code>%s</code> from %s to %s", i == 0 ? " Changed: " : ", ",
                   change->key, change->a, change->b);
    }
    if (compare->change_count > SHOWN) {
        number_count(compare->change_count - SHOWN, more);
        html_write(file, ", and %s more", more);
    }
    fputs(compare->change_count > 0 ? ".</p>\n" : "</p>\n", file);
}

/* Against the baseline, in a sentence. */
static void write_change(FILE *file, const struct evidence *evidence) {
    const struct compare_row *row = compare_find(&evidence->compare, "p_insolvency");
    char before[FIGURES_SIZE], after[FIGURES_SIZE], difference[NUMBER_SIZE],
        low[NUMBER_SIZE], high[NUMBER_SIZE], level[NUMBER_SIZE];
    if (row == NULL) {
        return;
    }
    figures_value(NUMBER_PERCENT, row->a->value, "1", before);
    figures_value(NUMBER_PERCENT, row->b->value, "1", after);
    number_difference(NUMBER_PERCENT, row->paired.difference.value, difference);
    number_difference(NUMBER_PERCENT, row->paired.difference.low, low);
    number_difference(NUMBER_PERCENT, row->paired.difference.high, high);
    number_plain(100 * evidence->compare.level, level);
    html_write(
        file,
        "<p class=\"condition\"><b>Against the baseline: %s.</b> P(insolvency) goes "
        "from %s to %s: %s percentage points, paired %s %% interval %s to %s.",
        compare_word(row->verdict), before, after, difference, level, low, high);
    write_changed(file, &evidence->compare);
}

void parts_head(FILE *file, const struct evidence *evidence) {
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    char command[PARTS_COMMAND_SIZE];
    struct story_text text;
    write_title(file, evidence);
    write_failed(file, evidence);
    verdict_write(evidence, &text);
    fputs("<p class=\"verdict\">", file);
    if (chance != NULL && !isnan(chance->value)) {
        const enum verdict verdict = verdict_of(chance->value);
        fprintf(file, "<span class=\"word word%u\">", (unsigned)verdict);
        html_write(file, "%s</span> ", verdict_word(verdict));
    }
    html_write(file, "%s</p>\n", text.text);
    write_change(file, evidence);
    fputs("<div class=\"first\">\n", file);
    write_headline(file, evidence);
    verdict_condition(evidence, &text);
    html_write(file, "<p class=\"condition\">%s</p>\n</div>\n<div class=\"cards\">\n",
               text.text);
    write_card(file, evidence, "bad_debt_mean", "Bad debt of a path, mean", NUMBER_USD);
    write_card(file, evidence, "bad_debt_es99",
               "Bad debt in the worst 1 % of paths, mean", NUMBER_USD);
    write_card(file, evidence, "p_adl", "P(winners auto-deleveraged)", NUMBER_PERCENT);
    write_card(file, evidence, "liquidated_notional_mean", "Liquidated notional, mean",
               NUMBER_USD);
    fputs("</div>\n", file);
    parts_command(evidence, command);
    html_write(file, "<p>Reproduce: <code>%s</code></p>\n", command);
    fputs("<nav aria-label=\"Parts of the report\">", file);
    if (evidence->baseline != NULL) {
        fputs("<a href=\"#baseline\">Before and after</a> ", file);
    }
    fputs("<a href=\"#results\">Results</a> <a href=\"#worst\">The worst path</a> <a "
          "href=\"#scenario\">Scenario</a> "
          "<a href=\"#method\">Method and limitations</a></nav>\n",
          file);
}
