#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/parts.h"
#include "analysis/story_head.h"

#include <inttypes.h>

static void write_moments(FILE *file, const struct evidence *evidence) {
    const struct story_moments *moments = &evidence->moments;
    fputs("<div>\n<p class=\"muted\">Times are UTC; T+ counts from the "
          "start.</p>\n<ol>\n",
          file);
    for (size_t i = 0; i < moments->count && i < CHARTS_MOMENTS; ++i) {
        char time[STORY_TIME_SIZE];
        story_text_time(evidence->subject.stage, moments->moment[i].time_ns, time);
        html_write(file, "<li><b>%s</b> %s</li>\n", time, moments->moment[i].text);
    }
    fputs("</ol>\n", file);
    if (moments->count > CHARTS_MOMENTS) {
        char more[NUMBER_SIZE];
        number_count(moments->count - CHARTS_MOMENTS, more);
        html_write(file,
                   "<p class=\"muted\">%s more moments are told by the command "
                   "below.</p>\n",
                   more);
    }
    fputs("</div>\n", file);
}

static void write_value(FILE *file, const struct outcome *outcome,
                        enum outcome_field field, enum number_look look) {
    char text[FIGURES_SIZE] = "-";
    if (!outcome_missing(outcome, field)) {
        const double value =
            outcome_descriptions[field].kind == OUTCOME_RATIO
                ? outcome->value[field].real
                : (double)outcome->value[field].integer / spool_divisor(field);
        figures_value(look, value, outcome_descriptions[field].unit, text);
    }
    html_write(file, "<td class=\"n\">%s</td>", text);
}

static void write_worst(FILE *file, const struct evidence *evidence) {
    fputs("<h3>The paths with the most bad debt</h3>\n<table "
          "class=\"short\">\n<thead><tr><th "
          "scope=\"col\" class=\"n\">path</th><th scope=\"col\" class=\"n\">bad "
          "debt</th><th scope=\"col\" class=\"n\">beyond the fund</th><th scope=\"col\" "
          "class=\"n\">fall</th><th scope=\"col\" "
          "class=\"n\">peak gas</th></tr></thead>\n<tbody>\n",
          file);
    for (size_t i = 0; i < evidence->worst_count; ++i) {
        const struct outcome *outcome = &evidence->worst[i];
        fprintf(file, "<tr><td class=\"n\">%" PRIu64 "</td>", outcome->path);
        write_value(file, outcome, OUTCOME_BAD_DEBT, NUMBER_USD);
        write_value(file, outcome, OUTCOME_UNCOVERED_LOSS, NUMBER_USD);
        write_value(file, outcome, OUTCOME_STORM_DRAWDOWN, NUMBER_PERCENT);
        write_value(file, outcome, OUTCOME_GAS_PEAK, NUMBER_PLAIN);
        fputs("</tr>\n", file);
    }
    fputs("</tbody>\n</table>\n", file);
}

/* An amount that moved on one path: a fact, not an estimate. */
static void write_amount(FILE *file, const char *style, int64_t uusd) {
    char text[NUMBER_SIZE];
    number_usd((double)uusd / 1e6, text);
    html_write(file, "<td class=\"%s\">%s</td>", style, text);
}

static void write_accounts(FILE *file, const struct evidence *evidence) {
    const struct story_accounts *all = &evidence->accounts;
    char count[NUMBER_SIZE], losing[NUMBER_SIZE], shortfall[NUMBER_SIZE];
    number_count(all->count, count);
    number_count(all->with_loss, losing);
    number_usd((double)all->shortfall_uusd / 1e6, shortfall);
    html_write(
        file,
        "<h3>The accounts that cost the most on it</h3>\n<table>\n<caption>%s "
        "accounts were closed in part or whole, %s with a shortfall, together %s "
        "USD. Facts of this one path.</caption>\n<thead><tr><th "
        "scope=\"col\">account</th><th scope=\"col\" class=\"wide\">first closed</th><th "
        "scope=\"col\" class=\"n\">closed, USD</th><th scope=\"col\" "
        "class=\"n wide\">its cost, USD</th><th scope=\"col\" class=\"n\">shortfall, "
        "USD</th><th scope=\"col\" class=\"n\">share</th></tr></thead>\n<tbody>\n",
        count, losing, shortfall);
    for (size_t i = 0; i < EVIDENCE_ACCOUNTS && evidence->account[i].times > 0; ++i) {
        const struct story_account *own = &evidence->account[i];
        char who[REPLAY_WHO_SIZE], time[STORY_TIME_SIZE], share[NUMBER_SIZE] = "-";
        replay_who(evidence->subject.stage, own->account, who);
        story_text_time(evidence->subject.stage, own->first_ns, time);
        if (all->shortfall_uusd > 0) {
            number_percent((double)own->shortfall_uusd / (double)all->shortfall_uusd,
                           share);
        }
        html_write(file, "<tr><td>%s</td><td class=\"wide\">%s</td>", who, time);
        write_amount(file, "n", own->reduced_uusd);
        write_amount(file, "n wide", own->cost_uusd);
        write_amount(file, "n", own->shortfall_uusd);
        html_write(file, "<td class=\"n\">%s %%</td></tr>\n", share);
    }
    fputs("</tbody>\n</table>\n", file);
}

void parts_story(FILE *file, const struct evidence *evidence) {
    fputs("<h2 id=\"worst\">The worst path</h2>\n", file);
    if (evidence->told) {
        char path[NUMBER_SIZE];
        struct story_text text;
        story_head_tell(&text, &evidence->story);
        snprintf(path, sizeof path, "%" PRIu64, evidence->worst[0].path);
        html_write(file,
                   "<p>Path %s has the most bad debt. It was run again for this page and "
                   "came out as it was stored, every outcome and the log head.</p>\n"
                   "<p>%s</p>\n",
                   path, text.text);
        fputs("<div class=\"charts\">\n", file);
        charts_path(file, evidence);
        write_moments(file, evidence);
        fputs("</div>\n", file);
        html_write(file,
                   "<p>Told in full: <code>breakwater replay %s --path %s</code></p>\n",
                   store_path(evidence->store), path);
    } else {
        html_write(file, "<p class=\"warning\">It cannot be told here: %s.</p>\n",
                   evidence->problem);
        charts_path(file, evidence);
    }
    if (evidence->told && evidence->accounts.count > 0) {
        write_accounts(file, evidence);
    }
    if (evidence->worst_count > 0) {
        write_worst(file, evidence);
    }
}
