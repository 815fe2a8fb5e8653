#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

#include <math.h>

/* The band is drawn where both of its ends are on the axis. */
static double on_axis(const struct scale *y, double share) {
    return scale_at(y, share > y->low ? share : y->low);
}

/* A curve as steps: it stays until the next value.  last is the end of the axis. */
static void draw_steps(const struct svg *svg, const struct axes *axes,
                       const struct distribution_steps *steps) {
    size_t points = 0;
    svg_path_begin(svg, "curve");
    double before = axes->y.to;
    svg_path_to(svg, axes->x.from, before, points++);
    for (size_t i = 0; i < steps->count; ++i) {
        const double x = scale_at(&axes->x, steps->step[i].value);
        const double y = on_axis(&axes->y, steps->step[i].share.value);
        svg_path_to(svg, x, before, points++);
        svg_path_to(svg, x, y, points++);
        before = y;
    }
    svg_path_end(svg, SVG_PATH_OPEN);
}

static void draw_band(const struct svg *svg, const struct axes *axes,
                      const struct distribution_steps *steps) {
    size_t points = 0;
    svg_path_begin(svg, "band");
    double before = axes->y.to;
    for (size_t i = 0; i < steps->count; ++i) {
        const double x = scale_at(&axes->x, steps->step[i].value);
        svg_path_to(svg, x, before, points++);
        before = on_axis(&axes->y, steps->step[i].share.high);
        svg_path_to(svg, x, before, points++);
    }
    for (size_t i = steps->count; i-- > 0;) {
        const double x = scale_at(&axes->x, steps->step[i].value);
        svg_path_to(svg, x, on_axis(&axes->y, steps->step[i].share.low), points++);
        svg_path_to(svg, x,
                    i == 0 ? axes->y.to : on_axis(&axes->y, steps->step[i - 1].share.low),
                    points++);
    }
    svg_path_end(svg, SVG_PATH_CLOSED);
}

static void draw_fund(const struct svg *svg, const struct axes *axes, double fund) {
    if (isnan(fund) || fund < axes->x.low || fund > axes->x.high) {
        return;
    }
    const double x = scale_at(&axes->x, fund);
    char number[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    number_usd(fund, number);
    story_text_add(&text, "fund at the start %s", number);
    svg_line(svg, "limit", x, axes->y.from, x, axes->y.to);
    const int right = x > (axes->x.from + axes->x.to) / 2;
    svg_text(svg, right ? "warn end" : "warn", right ? x - 4 : x + 4, axes->y.from - 8,
             text.text);
}

static struct axes axes_of(const struct evidence *evidence) {
    const struct distribution_steps *steps = &evidence->debt;
    const double most = steps->step[steps->count - 1].value;
    const double middle = steps->step[steps->count / 2].value;
    struct axes axes = {
        .x = {.low = 0,   .high = most > 0 ? most : 1},
        .y = { .low = 0.5 / (double)steps->paths, .high = 1,         .logarithmic = true},
        .write_x = figures_usd,
        .write_y = figures_percent,
        .label_x = "bad debt above, USD",
        .label_y = "share of paths",
        .parts_x = 5,
        .parts_y = 5,
    };
    if (middle > 0 && most > 100 * middle) {
        axes.x.low = middle / 10;
        axes.x.logarithmic = true;
    }
    scale_round(&axes.x, 5);
    scale_round(&axes.y, 5);
    return axes;
}

void charts_exceedance(FILE *file, const struct evidence *evidence) {
    const struct distribution_steps *steps = &evidence->debt;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    struct story_text text = {.length = 0};
    char most[NUMBER_SIZE], count[NUMBER_SIZE];
    if (steps->count == 0) {
        return;
    }
    struct axes axes = axes_of(evidence);
    axes_place(&axes, &svg);
    number_usd(steps->step[steps->count - 1].value, most);
    number_count(steps->paths, count);
    story_text_add(&text, "Falling curve over %s paths; the largest bad debt is %s USD.",
                   count, most);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){"exceedance",
                                        "Share of paths with bad debt above "
                                        "an amount",
                                        text.text});
    axes_draw(&axes, &svg);
    draw_band(&svg, &axes, steps);
    draw_steps(&svg, &axes, steps);
    draw_fund(&svg, &axes, evidence->fund);
    svg_end(&svg);
    number_plain(100 * evidence->about->level, most);
    html_write(file,
               "<figcaption><b>How large bad debt gets.</b> The share of paths whose bad "
               "debt is above an amount, on a logarithmic axis. Band: %s %% interval at "
               "each amount, over %s paths. Right of the red line the fund as it was at "
               "the start is not enough.</figcaption>\n</figure>\n",
               most, count);
}
