#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

#include <math.h>

enum end { END_LOW, END_VALUE, END_HIGH };

static double end_of(const struct interval *incidence, enum end end) {
    const double value = end == END_LOW    ? incidence->low
                         : end == END_HIGH ? incidence->high
                                           : incidence->value;
    return isnan(value) ? incidence->value : value;
}

/* One step function: it stays until the next time, and goes on to the horizon.  Which way
   round: an area is drawn there and back. */
enum way { FORTH, BACK };

static void add_steps(const struct svg *svg, const struct axes *axes,
                      const struct survival *survival, enum end end, enum way way,
                      size_t *points) {
    for (size_t k = 0; k <= survival->count; ++k) {
        const size_t i = way == FORTH ? k : survival->count - k;
        const struct interval *at =
            i == 0 ? &survival->before : &survival->step[i - 1].incidence;
        const double y = scale_at(&axes->y, end_of(at, end));
        const double begin =
            i == 0 ? axes->x.from : scale_at(&axes->x, survival->step[i - 1].time);
        const double over = i == survival->count
                                ? axes->x.to
                                : scale_at(&axes->x, survival->step[i].time);
        svg_path_to(svg, way == FORTH ? begin : over, y, (*points)++);
        svg_path_to(svg, way == FORTH ? over : begin, y, (*points)++);
    }
}

static void draw(const struct svg *svg, const struct axes *axes,
                 const struct survival *survival) {
    size_t points = 0;
    svg_path_begin(svg, "band");
    add_steps(svg, axes, survival, END_HIGH, FORTH, &points);
    add_steps(svg, axes, survival, END_LOW, BACK, &points);
    svg_path_end(svg, SVG_PATH_CLOSED);
    points = 0;
    svg_path_begin(svg, "curve");
    add_steps(svg, axes, survival, END_VALUE, FORTH, &points);
    svg_path_end(svg, SVG_PATH_OPEN);
}

static struct axes axes_of(const struct survival *survival) {
    struct axes axes = {
        .x = {.low = 0,                             .high = survival->horizon},
        .y = { .low = 0, .high = end_of(&survival->incidence,                 END_HIGH)},
        .write_x = figures_plain,
        .write_y = figures_percent,
        .label_x = "hours since the start",
        .label_y = "share of paths",
        .parts_x = 6,
        .parts_y = 5,
    };
    scale_round(&axes.y, 5);
    axes.y.high = axes.y.high > 1 ? 1 : axes.y.high;
    return axes;
}

/* When half of the paths have, or when those that have do on average. */
static void tell_when(const struct survival *survival, struct story_text *text) {
    const struct interval *median = &survival->median;
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE] = "the horizon";
    if (isnan(median->value)) {
        story_text_add(text, "It does on fewer than half of the paths.");
        return;
    }
    number_plain(median->value, value);
    number_plain(median->low, low);
    if (!isnan(median->high)) {
        number_plain(median->high, high);
    }
    story_text_add(text, "On half of the paths it does within %s hours (%s to %s).",
                   value, isnan(median->low) ? "the start" : low, high);
}

/* Where the curve ends is an estimate of the page, told with the interval it has there. */
static void tell_end(const struct evidence *evidence, struct story_text *text) {
    const struct estimate *share = metrics_find(&evidence->metrics, "p_fund_depleted");
    char value[FIGURES_SIZE], range[FIGURES_SIZE];
    if (share == NULL || isnan(share->value)) {
        return;
    }
    figures_value(NUMBER_PERCENT, share->value, "1", value);
    figures_interval(NUMBER_PERCENT, share->low, share->high, "1", range);
    story_text_add(text, "At the end it was depleted on %s of them (%s). ", value, range);
}

void charts_depletion(FILE *file, const struct evidence *evidence) {
    const struct survival *survival = &evidence->depletion;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    struct story_text text = {.length = 0};
    char level[NUMBER_SIZE], count[NUMBER_SIZE];
    if (survival->count == 0) {
        return;
    }
    struct axes axes = axes_of(survival);
    axes_place(&axes, &svg);
    tell_end(evidence, &text);
    tell_when(survival, &text);
    fputs("<figure>\n", file);
    svg_begin(&svg,
              &(struct svg_about){"depletion-over-time",
                                  "Share of paths whose fund is depleted", text.text});
    axes_draw(&axes, &svg);
    draw(&svg, &axes, survival);
    svg_end(&svg);
    number_plain(100 * survival->level, level);
    number_count(survival->paths, count);
    html_write(file,
               "<figcaption><b>When the fund is depleted.</b> The share of %s paths on "
               "which it could not pay in full by then (Kaplan-Meier). %s Band: %s %% "
               "interval at each time.%s</figcaption>\n</figure>\n",
               count, text.text, level,
               survival->failed > 0 ? " It counts failed paths both ways." : "");
}
