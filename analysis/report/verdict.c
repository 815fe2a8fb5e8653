#include "analysis/report/verdict.h"

#include "analysis/report/figures.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define VERDICT_ROW(identifier, below, word, sentence) {(below), (word), (sentence)},
static const struct {
    double below;
    const char *word, *sentence;
} bands[VERDICT_COUNT] = {VERDICT_BANDS(VERDICT_ROW)};
#undef VERDICT_ROW

enum verdict verdict_of(double share) {
    for (unsigned i = 0; i + 1 < VERDICT_COUNT; ++i) {
        if (share < bands[i].below) {
            return (enum verdict)i;
        }
    }
    return VERDICT_BREAKS;
}

const char *verdict_word(enum verdict verdict) {
    return bands[verdict].word;
}

const char *verdict_sentence(enum verdict verdict) {
    return bands[verdict].sentence;
}

double verdict_below(enum verdict verdict) {
    return bands[verdict].below;
}

static bool is_conditional(const struct evidence *evidence) {
    return strcmp(evidence->about->measure, "conditional") == 0;
}

static void add_doubt(struct story_text *text, const struct estimate *chance) {
    const enum verdict value = verdict_of(chance->value);
    if (!isnan(chance->high) && verdict_of(chance->high) > value) {
        story_text_add(text, " These paths cannot exclude the worse reading \"%s\".",
                       verdict_word(verdict_of(chance->high)));
    } else if (!isnan(chance->low) && verdict_of(chance->low) < value) {
        story_text_add(text, " These paths cannot exclude the better reading \"%s\".",
                       verdict_word(verdict_of(chance->low)));
    }
}

/* "450k (434k to 465k)" */
static void add_amount(struct story_text *text, const struct interval *mean) {
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    number_usd(mean->value, value);
    number_usd(mean->low, low);
    number_usd(mean->high, high);
    story_text_add(text, " %s (%s to %s)", value, low, high);
}

static void add_payers(struct story_text *text, const struct evidence *evidence) {
    const struct evidence_waterfall *fall = &evidence->waterfall;
    if (!(fall->debt[0].value > 0)) {
        story_text_add(text, " No account left a loss to others.");
        return;
    }
    story_text_add(text, " Mean bad debt of a path, in USD:");
    add_amount(text, &fall->debt[0]);
    story_text_add(text, ". Of it the insurance fund bore");
    add_amount(text, &fall->layer[0][EVIDENCE_FUND]);
    for (unsigned i = EVIDENCE_FUND + 1; i < EVIDENCE_LAYER_COUNT; ++i) {
        if (fall->layer[0][i].value >= 0.005 * fall->debt[0].value) {
            story_text_add(text, ", %s", evidence_layer_name[i]);
            add_amount(text, &fall->layer[0][i]);
        }
    }
    story_text_add(text, ".");
}

void verdict_write(const struct evidence *evidence, struct story_text *text) {
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    char count[NUMBER_SIZE], value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    text->length = 0;
    if (chance == NULL || isnan(chance->value)) {
        story_text_add(text, "The file has no estimate of P(insolvency): no path of the "
                             "run is complete.");
        return;
    }
    number_count(chance->n, count);
    number_percent(chance->value, value);
    number_percent(chance->low, low);
    number_percent(chance->high, high);
    story_text_add(text,
                   "%s, %s: losses exceed it on %s %% of %s simulated paths "
                   "(%.6g %% interval %s to %s %%).",
                   is_conditional(evidence) ? "If this storm happens"
                                            : "Over the horizon of the scenario",
                   verdict_sentence(verdict_of(chance->value)), value, count,
                   100 * chance->level, low, high);
    add_doubt(text, chance);
    add_payers(text, evidence);
}

void verdict_condition(const struct evidence *evidence, struct story_text *text) {
    text->length = 0;
    if (is_conditional(evidence)) {
        story_text_add(text, "All numbers are conditional: they say what happens if this "
                             "storm happens, not how likely the storm is. Do not "
                             "annualise them.");
    } else {
        story_text_add(text,
                       "All numbers are for the measure \"%.60s\": what the "
                       "scenario's market makes of its horizon.",
                       evidence->about->measure);
    }
    story_text_add(text, " Intervals cover the sampling of paths, not the choice of "
                         "model.");
    if (evidence->sensitivities.count == 0) {
        story_text_add(text,
                       " This run has no model range; run --sensitivities adds it.");
    }
}
