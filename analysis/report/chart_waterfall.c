#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/scale.h"
#include "analysis/report/svg.h"
#include "analysis/story_text.h"

#include <math.h>

enum { LEFT = 8, RIGHT = 412, ROW = 38, TOP = 6 };

struct bar {
    const char *name, *style;
    double from, to;
    struct interval mean;
};

/* One row: the name and the amount above the bar, which hangs from the one before. */
static void draw(const struct svg *svg, const struct scale *x, const struct bar *bar,
                 double y) {
    char value[FIGURES_SIZE], range[FIGURES_SIZE];
    struct story_text text = {.length = 0};
    figures_value(NUMBER_USD, bar->mean.value, "USD", value);
    figures_interval(NUMBER_USD, bar->mean.low, bar->mean.high, "USD", range);
    story_text_add(&text, "%s [%s]", value, range);
    const double from = scale_at(x, bar->from), to = scale_at(x, bar->to);
    const double left = from < to ? from : to;
    const double width = fabs(to - from);
    svg_text(svg, "name", LEFT, y + 12, bar->name);
    svg_text(svg, "end", RIGHT, y + 12, text.text);
    svg_line(svg, "grid", LEFT, y + 30, RIGHT, y + 30);
    svg_box(svg, bar->style, &(struct svg_box){left, y + 17, width < 1 ? 1 : width, 13},
            text.text);
}

static void caption(FILE *file, const struct evidence *evidence, unsigned which) {
    char count[NUMBER_SIZE], level[NUMBER_SIZE];
    number_count(evidence->waterfall.paths[which], count);
    number_plain(100 * evidence->about->level, level);
    html_write(
        file,
        "<figcaption><b>Who paid%s.</b> Mean bad debt a path and the layers that "
        "bore it, in the order they are asked; each bar begins where the one above "
        "ends. In brackets: %s %% interval of the mean, over %s paths.",
        which == 0 ? ", all paths" : " when the fund was not enough", level, count);
    if (which == 1) {
        fputs(" Insolvent paths only.", file);
    }
    if (evidence->metrics.failed > 0) {
        fputs(" * Failed paths are missing.", file);
    }
    fputs("</figcaption>\n</figure>\n", file);
}

void charts_waterfall(FILE *file, const struct evidence *evidence, unsigned which) {
    static const char *const styles[EVIDENCE_LAYER_COUNT] = {"fund", "winners", "others",
                                                             "pool", "open"};
    const struct evidence_waterfall *fall = &evidence->waterfall;
    const struct svg svg = {
        .file = file, .width = 420, .height = TOP + ROW * (EVIDENCE_LAYER_COUNT + 1)};
    if (!(fall->debt[which].value > 0)) {
        return;
    }
    const struct scale x = {
        .low = 0, .high = fall->debt[which].value, .from = LEFT, .to = RIGHT};
    struct story_text text = {.length = 0};
    char number[NUMBER_SIZE];
    number_usd(fall->debt[which].value, number);
    story_text_add(&text, "Bad debt %s USD", number);
    for (unsigned i = 0; i < EVIDENCE_LAYER_COUNT; ++i) {
        number_usd(fall->layer[which][i].value, number);
        story_text_add(&text, "; %s %s", evidence_layer_name[i], number);
    }
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){which == 0 ? "payers" : "payers-insolvent",
                                        "Bad debt and who bore it", text.text});
    double left = fall->debt[which].value, y = TOP;
    draw(&svg, &x, &(struct bar){"bad debt", "debt", 0, left, fall->debt[which]}, y);
    for (unsigned i = 0; i < EVIDENCE_LAYER_COUNT; ++i) {
        const struct interval mean = fall->layer[which][i];
        const double part = isnan(mean.value) ? 0 : mean.value;
        y += ROW;
        draw(&svg, &x,
             &(struct bar){evidence_layer_name[i], styles[i], left, left - part, mean},
             y);
        left -= part;
    }
    svg_end(&svg);
    caption(file, evidence, which);
}
