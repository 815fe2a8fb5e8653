#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/scale.h"
#include "analysis/report/svg.h"
#include "analysis/story_text.h"

#include <math.h>

static struct scale axis_of(const struct estimate *chance,
                            const struct evidence_variants *variants) {
    double most = isnan(chance->high) ? chance->value : chance->high;
    if (variants->count > 0 && variants->range.high > most) {
        most = variants->range.high;
    }
    struct scale scale = {.low = 0, .high = most, .from = 12, .to = 388};
    scale.high = most < 0.001 ? 0.001 : most > 0.5 ? 1 : most;
    scale_round(&scale, 5);
    scale.high = scale.high > 1 ? 1 : scale.high;
    return scale;
}

static void describe(const struct estimate *chance,
                     const struct evidence_variants *variants, struct story_text *text) {
    char value[FIGURES_SIZE], range[FIGURES_SIZE];
    figures_value(NUMBER_PERCENT, chance->value, "1", value);
    figures_interval(NUMBER_PERCENT, chance->low, chance->high, "1", range);
    story_text_add(text, "Estimate %s, interval %s.", value, range);
    if (variants->count > 0) {
        figures_interval(NUMBER_PERCENT, variants->range.low, variants->range.high, "1",
                         range);
        story_text_add(text, " Model range %s.", range);
    }
}

void charts_headline(FILE *file, const struct evidence *evidence) {
    const struct estimate *chance = metrics_find(&evidence->metrics, "p_insolvency");
    const struct evidence_variants *variants = &evidence->sensitivities;
    const struct svg svg = {.file = file, .width = 412, .height = 62};
    struct story_text text = {.length = 0};
    double tick[SCALE_TICKS_MAX];
    char mark[NUMBER_SIZE];
    if (chance == NULL || isnan(chance->value)) {
        return;
    }
    const struct scale x = axis_of(chance, variants);
    describe(chance, variants, &text);
    svg_begin(&svg,
              &(struct svg_about){"headline", "P(insolvency) on a line", text.text});
    const size_t count = scale_ticks(&x, 5, tick);
    for (size_t i = 0; i < count; ++i) {
        const double at = scale_at(&x, tick[i]);
        figures_percent(tick[i], mark);
        svg_line(&svg, "grid", at, 6, at, 40);
        svg_text(&svg, "mid", at, 56, mark);
    }
    svg_line(&svg, "mark", x.from, 40, x.to, 40);
    if (variants->count > 0) {
        const double from = scale_at(&x, variants->range.low);
        svg_box(
            &svg, "range",
            &(struct svg_box){from, 12, scale_at(&x, variants->range.high) - from, 22},
            "model range");
    }
    if (!isnan(chance->low) && !isnan(chance->high)) {
        const double from = scale_at(&x, chance->low);
        svg_box(&svg, "interval",
                &(struct svg_box){from, 18, scale_at(&x, chance->high) - from, 10},
                "sampling interval");
    }
    svg_dot(&svg, "dot", scale_at(&x, chance->value), 23, 4.5);
    svg_end(&svg);
}
