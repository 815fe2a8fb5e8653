#include "analysis/json_figure.h"
#include "analysis/report/figures.h"
#include "analysis/report/parts.h"
#include "analysis/report/verdict.h"

#include <math.h>

static void put_interval(struct json *json, const char *key,
                         const struct interval *interval) {
    json_open(json, key, '{');
    json_figure_interval(json, interval);
    json_close(json, '{');
}

static void put_metrics(struct json *json, const struct evidence *evidence) {
    json_open(json, "metrics", '{');
    for (size_t i = 0; i < evidence->metrics.count; ++i) {
        const struct estimate *estimate = &evidence->metrics.estimate[i];
        json_open(json, estimate->name, '{');
        json_figure_estimate(json, estimate);
        json_text(json, "measure", estimate->measure);
        json_flag(json, "incomplete", estimate->incomplete);
        json_flag(json, "thin_tail", estimate->thin_tail);
        if (!isnan(estimate->batch_low)) {
            json_real(json, "batch_low", estimate->batch_low);
            json_real(json, "batch_high", estimate->batch_high);
            json_flag(json, "batches_disagree", estimate->batches_disagree);
        }
        json_close(json, '{');
    }
    json_close(json, '{');
}

static void put_payers(struct json *json, const struct evidence *evidence) {
    static const char *const keys[] = {"all_paths", "insolvent_paths"};
    const struct evidence_waterfall *fall = &evidence->waterfall;
    json_open(json, "who_paid", '{');
    json_text(json, "unit", "USD, mean of a path");
    for (unsigned which = 0; which < 2; ++which) {
        json_open(json, keys[which], '{');
        json_unsigned(json, "n", fall->paths[which]);
        put_interval(json, "bad debt", &fall->debt[which]);
        for (unsigned i = 0; i < EVIDENCE_LAYER_COUNT; ++i) {
            put_interval(json, evidence_layer_name[i], &fall->layer[which][i]);
        }
        json_close(json, '{');
    }
    json_close(json, '{');
}

static void put_curves(struct json *json, const struct evidence *evidence) {
    json_open(json, "exceedance", '[');
    for (size_t i = 0; i < evidence->debt.count; ++i) {
        const struct distribution_step *step = &evidence->debt.step[i];
        json_open(json, NULL, '{');
        json_real(json, "bad_debt_above", step->value);
        json_real(json, "share", step->share.value);
        json_real(json, "low", step->share.low);
        json_real(json, "high", step->share.high);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_open(json, "fragility", '[');
    for (size_t i = 0; i < evidence->fragility.count; ++i) {
        const struct distribution_group *group = &evidence->fragility.group[i];
        json_open(json, NULL, '{');
        json_real(json, "fall_mean", group->mean);
        json_unsigned(json, "n", group->paths);
        json_real(json, "p_insolvency", group->share.value);
        json_real(json, "low", group->share.low);
        json_real(json, "high", group->share.high);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void put_variants(struct json *json, const char *name,
                         const struct evidence_variants *variants) {
    if (variants->count == 0) {
        return;
    }
    json_open(json, name, '[');
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        json_open(json, NULL, '{');
        json_text(json, "what", variant->what);
        json_text(json, "change", variant->change);
        put_interval(json, "p_insolvency", &variant->estimate);
        put_interval(json, "difference", &variant->difference);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void put_baseline(struct json *json, const struct evidence *evidence) {
    if (evidence->baseline == NULL) {
        return;
    }
    json_open(json, "baseline", '{');
    for (size_t i = 0; i < evidence->compare.row_count; ++i) {
        const struct compare_row *row = &evidence->compare.row[i];
        json_open(json, row->metric, '{');
        put_interval(json, "before",
                     &(struct interval){row->a->value, row->a->low, row->a->high});
        put_interval(json, "after",
                     &(struct interval){row->b->value, row->b->low, row->b->high});
        put_interval(json, "difference", &row->paired.difference);
        json_unsigned(json, "pairs", row->paired.pairs);
        json_text(json, "reading", compare_word(row->verdict));
        json_close(json, '{');
    }
    json_close(json, '{');
}

void parts_json(FILE *file, const struct evidence *evidence) {
    const struct store_about *about = evidence->about;
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    char command[PARTS_COMMAND_SIZE];
    struct story_text text;
    struct json json;
    parts_command(evidence, command);
    verdict_write(evidence, &text);
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    json_figure_run(&json,
                    &(struct json_figure_run){.scenario = about->scenario_name,
                                              .measure = about->measure,
                                              .digest = about->digest,
                                              .semantics = (uint64_t)about->semantics,
                                              .seed = about->seed,
                                              .paths = about->paths,
                                              .failed = evidence->metrics.failed});
    json_real(&json, "level", about->level);
    json_text(&json, "verdict",
              chance == NULL || isnan(chance->value)
                  ? NULL
                  : verdict_word(verdict_of(chance->value)));
    json_text(&json, "summary", text.text);
    put_metrics(&json, evidence);
    put_payers(&json, evidence);
    put_curves(&json, evidence);
    if (evidence->sensitivities.count > 0) {
        put_interval(&json, "model_range", &evidence->sensitivities.range);
    }
    put_variants(&json, "sensitivities", &evidence->sensitivities);
    put_variants(&json, "ablation", &evidence->ablation);
    put_variants(&json, "fragility", &evidence->severity);
    put_baseline(&json, evidence);
    if (evidence->worst_count > 0) {
        json_unsigned(&json, "worst_path", evidence->worst[0].path);
    }
    json_text(&json, "reproduce", command);
    json_close(&json, '{');
    json_end(&json);
}
