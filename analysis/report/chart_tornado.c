#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/scale.h"
#include "analysis/report/svg.h"
#include "analysis/story_text.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 8, RIGHT = 412, ROW = 38, TOP = 6, FOOT = 24 };

static double size_of(const struct evidence_variant *variant) {
    const double size = fabs(variant->difference.value);
    return isnan(size) ? -1 : size;
}

/* The variant with the largest effect first; the order of the file between equals. */
static size_t *order_of(const struct evidence_variants *variants) {
    size_t *order = calloc(variants->count + 1, sizeof *order);
    for (size_t i = 0; order != NULL && i < variants->count; ++i) {
        size_t at = i;
        for (; at > 0 && size_of(&variants->variant[order[at - 1]]) <
                             size_of(&variants->variant[i]);
             --at) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    return order;
}

static void draw(const struct svg *svg, const struct scale *x, double base,
                 const struct evidence_variant *variant, double y) {
    char value[FIGURES_SIZE], difference[NUMBER_SIZE], low[NUMBER_SIZE],
        high[NUMBER_SIZE];
    struct story_text name = {.length = 0}, text = {.length = 0};
    story_text_add(&name, "%.60s %.40s", variant->what, variant->change);
    svg_text(svg, "name", LEFT, y + 12, name.text);
    if (isnan(variant->estimate.value)) {
        svg_text(svg, "end", RIGHT, y + 12, "could not be run");
        return;
    }
    figures_value(NUMBER_PERCENT, variant->estimate.value, "1", value);
    number_difference(NUMBER_PERCENT, variant->difference.value, difference);
    number_difference(NUMBER_PERCENT, variant->difference.low, low);
    number_difference(NUMBER_PERCENT, variant->difference.high, high);
    story_text_add(&text, "%s: %s [%s, %s]", value, difference, low, high);
    svg_text(svg, "end", RIGHT, y + 12, text.text);
    const double from = scale_at(x, base), to = scale_at(x, variant->estimate.value);
    const double width = fabs(to - from);
    svg_box(svg, to < from ? "better" : "worse",
            &(struct svg_box){from < to ? from : to, y + 17, width < 1 ? 1 : width, 13},
            text.text);
    if (!isnan(variant->difference.low) && !isnan(variant->difference.high)) {
        svg_line(svg, "whisker", scale_at(x, base + variant->difference.low), y + 23.5,
                 scale_at(x, base + variant->difference.high), y + 23.5);
    }
}

static struct scale axis_of(const struct evidence_variants *variants) {
    struct scale x = {.low = variants->range.low, .high = variants->range.high};
    for (size_t i = 0; i < variants->count; ++i) {
        const struct interval *difference = &variants->variant[i].difference;
        const double low = variants->range.value + difference->low;
        const double high = variants->range.value + difference->high;
        x.low = low < x.low ? low : x.low;
        x.high = high > x.high ? high : x.high;
    }
    x.low = x.low < 0 ? 0 : x.low;
    x.high = x.high > 1 ? 1 : x.high;
    scale_round(&x, 5);
    x.low = x.low < 0 ? 0 : x.low;
    x.high = x.high > 1 ? 1 : x.high;
    x.from = LEFT + 10;
    x.to = RIGHT - 10;
    return x;
}

static void draw_axis(const struct svg *svg, const struct scale *x, double base) {
    double tick[SCALE_TICKS_MAX];
    char mark[NUMBER_SIZE];
    const double bottom = svg->height - FOOT;
    const size_t count = scale_ticks(x, 5, tick);
    for (size_t i = 0; i < count; ++i) {
        const double at = scale_at(x, tick[i]);
        figures_percent(tick[i], mark);
        svg_line(svg, "grid", at, TOP, at, bottom);
        svg_text(svg, "mid", at, bottom + 15, mark);
    }
    svg_line(svg, "limit", scale_at(x, base), TOP, scale_at(x, base), bottom);
}

void charts_tornado(FILE *file, const struct evidence *evidence) {
    const struct evidence_variants *variants = &evidence->sensitivities;
    size_t *order = variants->count > 0 ? order_of(variants) : NULL;
    if (order == NULL) {
        return;
    }
    const double base = variants->range.value;
    const struct svg svg = {
        .file = file, .width = 420, .height = TOP + FOOT + ROW * (double)variants->count};
    const struct scale x = axis_of(variants);
    char value[FIGURES_SIZE], range[FIGURES_SIZE], level[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    figures_value(NUMBER_PERCENT, base, "1", value);
    figures_interval(NUMBER_PERCENT, variants->range.low, variants->range.high, "1",
                     range);
    story_text_add(&text, "Base %s, smallest and largest estimate %s.", value, range);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){"tornado",
                                        "P(insolvency) with one assumption "
                                        "changed at a time",
                                        text.text});
    draw_axis(&svg, &x, base);
    for (size_t i = 0; i < variants->count; ++i) {
        draw(&svg, &x, base, &variants->variant[order[i]], TOP + ROW * (double)i);
    }
    svg_end(&svg);
    free(order);
    number_plain(100 * evidence->about->level, level);
    html_write(file,
               "<figcaption><b>What the headline rests on.</b> P(insolvency) with one "
               "assumption changed, on the same paths: estimate, then the difference to "
               "the run in percentage points with its paired %s %% interval (whisker). "
               "Red line: the run itself, %s. Model range: %s.</figcaption>\n</figure>\n",
               level, value, range);
}
