#include "analysis/report/figures.h"
#include "analysis/report/parts.h"
#include "analysis/report/verdict.h"
#include "analysis/story_head.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Text with the characters that Markdown takes for itself escaped. */
static void put(FILE *file, const char *text) {
    for (; *text != 0; ++text) {
        if (strchr("\\`*_|<>[]#~", *text) != NULL) {
            fputc('\\', file);
        }
        fputc(*text == '\n' ? ' ' : *text, file);
    }
}

static void put_line(FILE *file, const char *lead, const char *text) {
    fputs(lead, file);
    put(file, text);
    fputs("\n", file);
}

static void put_headline(FILE *file, const struct evidence *evidence) {
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    const struct evidence_variants *variants = &evidence->sensitivities;
    char value[FIGURES_SIZE], range[FIGURES_SIZE];
    if (chance == NULL || isnan(chance->value)) {
        return;
    }
    figures_value(NUMBER_PERCENT, chance->value, "1", value);
    figures_interval(NUMBER_PERCENT, chance->low, chance->high, "1", range);
    fprintf(file, "**P(insolvency) %s**, %.6g %% interval %s", value, 100 * chance->level,
            range);
    if (variants->count > 0) {
        figures_interval(NUMBER_PERCENT, variants->range.low, variants->range.high, "1",
                         range);
        fprintf(file, ", model range %s", range);
    }
    fputs(".\n\n", file);
}

static void put_results(FILE *file, const struct evidence *evidence) {
    fprintf(file,
            "\n## Results\n\n| estimate | value | %.6g %% interval | paths |\n"
            "|---|--:|--:|--:|\n",
            100 * evidence->about->level);
    for (size_t i = 0; i < figures_count; ++i) {
        const struct number_row *row = &figures_rows[i];
        const struct estimate *estimate =
            row->metric == NULL ? NULL : metrics_find(&evidence->metrics, row->metric);
        char value[FIGURES_SIZE], range[FIGURES_SIZE], marks[METRICS_MARKS_SIZE];
        if (row->metric == NULL) {
            fprintf(file, "| **%s** | | | |\n", row->label);
        }
        if (estimate == NULL || estimate->n == 0) {
            continue;
        }
        figures_value(row->look, estimate->value, estimate->unit, value);
        figures_interval(row->look, estimate->low, estimate->high, estimate->unit, range);
        metrics_marks(estimate, marks);
        fprintf(file, "| %s | %s", row->label, value);
        put(file, marks);
        fprintf(file, " | %s | %" PRIu64 " |\n", range, estimate->n);
    }
    put_line(file, "\n", figures_legend);
}

static void put_payers(FILE *file, const struct evidence *evidence) {
    const struct evidence_waterfall *fall = &evidence->waterfall;
    fputs(
        "\n## Who paid\n\n| layer | all paths, mean | interval | insolvent paths, mean | "
        "interval |\n|---|--:|--:|--:|--:|\n",
        file);
    for (unsigned i = 0; i <= EVIDENCE_LAYER_COUNT; ++i) {
        const bool debt = i == 0;
        fprintf(file, "| %s |", debt ? "bad debt" : evidence_layer_name[i - 1]);
        for (unsigned which = 0; which < 2; ++which) {
            const struct interval *mean =
                debt ? &fall->debt[which] : &fall->layer[which][i - 1];
            char value[FIGURES_SIZE], range[FIGURES_SIZE];
            figures_value(NUMBER_USD, mean->value, "USD", value);
            figures_interval(NUMBER_USD, mean->low, mean->high, "USD", range);
            fprintf(file, " %s | %s |", value, range);
        }
        fputs("\n", file);
    }
}

static void put_variants(FILE *file, const char *title, const char *first,
                         const struct evidence_variants *variants) {
    if (variants->count == 0) {
        return;
    }
    fprintf(file,
            "\n## %s\n\n| %s | P(insolvency) | difference, points | paired interval "
            "|\n|---|--:|--:|--:|\n",
            title, first);
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        char value[FIGURES_SIZE], difference[NUMBER_SIZE], range[FIGURES_SIZE];
        figures_value(NUMBER_PERCENT, variant->estimate.value, "1", value);
        number_difference(NUMBER_PERCENT, variant->difference.value, difference);
        figures_interval(NUMBER_PERCENT, variant->difference.low,
                         variant->difference.high, "1", range);
        fputs("| ", file);
        put(file, variant->what);
        fputs(" ", file);
        put(file, variant->change);
        fprintf(file, " | %s | %s | %s |\n", value, difference, range);
    }
}

static void put_baseline(FILE *file, const struct evidence *evidence) {
    const struct compare *compare = &evidence->compare;
    if (evidence->baseline == NULL) {
        return;
    }
    fputs("\n## Before and after\n\n| key | before | after |\n|---|---|---|\n", file);
    for (size_t i = 0; i < compare->change_count; ++i) {
        fprintf(file, "| `%s` | ", compare->change[i].key);
        put(file, compare->change[i].a);
        fputs(" | ", file);
        put(file, compare->change[i].b);
        fputs(" |\n", file);
    }
    fputs("\n| estimate | before | after | difference | paired interval | reading |\n"
          "|---|--:|--:|--:|--:|---|\n",
          file);
    for (size_t i = 0; i < figures_count; ++i) {
        const struct number_row *row = &figures_rows[i];
        if (row->metric == NULL) {
            fprintf(file, "| **%s** | | | | | |\n", row->label);
        }
        for (size_t k = 0; row->metric != NULL && k < compare->row_count; ++k) {
            const struct compare_row *pair = &compare->row[k];
            char before[FIGURES_SIZE], after[FIGURES_SIZE], difference[NUMBER_SIZE],
                low[NUMBER_SIZE], high[NUMBER_SIZE];
            if (strcmp(pair->metric, row->metric) != 0 || pair->paired.pairs == 0) {
                continue;
            }
            figures_value(row->look, pair->a->value, pair->a->unit, before);
            figures_value(row->look, pair->b->value, pair->b->unit, after);
            number_difference(row->look, pair->paired.difference.value, difference);
            number_difference(row->look, pair->paired.difference.low, low);
            number_difference(row->look, pair->paired.difference.high, high);
            fprintf(file, "| %s | %s | %s | %s | %s to %s | %s |\n", row->label, before,
                    after, difference, low, high, compare_word(pair->verdict));
        }
    }
}

static void put_item(void *context, const char *text) {
    put_line(context, "- ", text);
}

void parts_markdown(FILE *file, const struct evidence *evidence) {
    const struct store_about *about = evidence->about;
    char command[PARTS_COMMAND_SIZE], digest[DIGEST_TEXT_SIZE], count[NUMBER_SIZE];
    struct story_text text;
    number_count(about->paths, count);
    digest_text(about->digest, digest);
    fputs("# ", file);
    put(file, about->scenario_name);
    fprintf(file,
            ": stress test\n\n%s paths, seed %" PRIu64 ", measure %s, breakwater %s, "
            "semantics %" PRId64 "\n\n",
            count, about->seed, about->measure, about->release, about->semantics);
    verdict_write(evidence, &text);
    put_line(file, "", text.text);
    fputs("\n", file);
    put_headline(file, evidence);
    verdict_condition(evidence, &text);
    put_line(file, "> ", text.text);
    put_results(file, evidence);
    put_payers(file, evidence);
    put_variants(file, "What the headline rests on", "assumption",
                 &evidence->sensitivities);
    put_variants(file, "What each mechanism does", "mechanism", &evidence->ablation);
    put_variants(file, "Fragility", "severity of the storm", &evidence->severity);
    put_baseline(file, evidence);
    fputs("\n## The worst path\n\n", file);
    if (evidence->told) {
        story_head_tell(&text, &evidence->story);
        fprintf(file, "Path %" PRIu64 ". ", evidence->worst[0].path);
        put_line(file, "", text.text);
    } else {
        put_line(file, "It cannot be told here: ", evidence->problem);
    }
    fputs("\n## Limitations\n\n", file);
    parts_limitations(evidence, put_item, file);
    parts_command(evidence, command);
    fprintf(file, "\n## Reproduce it\n\n    %s\n\nDigest `%s`.\n", command, digest);
}
