#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

#include <math.h>

enum { EDGE_LOW, INNER_LOW, MIDDLE, INNER_HIGH, EDGE_HIGH };
_Static_assert(BANDS_QUANTILES == EDGE_HIGH + 1, "a band has two edges on either side");

/* What one fan chart needs. */
struct fan {
    const struct store_bands *bands;
    const struct bands_series *series;
    struct axes axes;
};

static double place_x(const struct fan *fan, unsigned point) {
    return scale_at(&fan->axes.x, fan->bands->hours[point]);
}

static double place_y(const struct fan *fan, double value) {
    return scale_at(&fan->axes.y, value);
}

enum end { END_VALUE, END_LOW, END_HIGH };

static double end_of(const struct interval *interval, enum end end) {
    return end == END_LOW    ? interval->low
           : end == END_HIGH ? interval->high
                             : interval->value;
}

/* An edge of an area: a quantile, or an end of its interval. */
struct edge {
    unsigned quantile;
    enum end end;
};

static void draw_area(const struct svg *svg, const struct fan *fan, struct edge low,
                      struct edge high) {
    size_t points = 0;
    svg_path_begin(svg, "band");
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        const double value = end_of(&fan->series->quantile[i][high.quantile], high.end);
        if (!isnan(value)) {
            svg_path_to(svg, place_x(fan, i), place_y(fan, value), points++);
        }
    }
    for (unsigned i = SAMPLES_POINTS; i-- > 0;) {
        const double value = end_of(&fan->series->quantile[i][low.quantile], low.end);
        if (!isnan(value)) {
            svg_path_to(svg, place_x(fan, i), place_y(fan, value), points++);
        }
    }
    svg_path_end(svg, SVG_PATH_CLOSED);
}

/* A quantile, or an end of its interval; where it is not known there is a gap. */
static void draw_line(const struct svg *svg, const struct fan *fan, const char *style,
                      unsigned quantile, enum end end) {
    size_t points = 0;
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        const double value = end_of(&fan->series->quantile[i][quantile], end);
        if (isnan(value)) {
            if (points > 0) {
                svg_path_end(svg, SVG_PATH_OPEN);
            }
            points = 0;
            continue;
        }
        if (points == 0) {
            svg_path_begin(svg, style);
        }
        svg_path_to(svg, place_x(fan, i), place_y(fan, value), points++);
    }
    if (points > 0) {
        svg_path_end(svg, SVG_PATH_OPEN);
    }
}

static struct axes axes_of(const struct store_bands *bands,
                           const struct bands_series *series,
                           const struct charts_bands *chart) {
    struct axes axes = {
        .x = {.low = 0,                               .high = bands->hours[SAMPLES_PARTS]},
        .y = {.low = chart->from_zero ? 0 : HUGE_VAL, .high = 0                          },
        .write_x = figures_plain,
        .write_y = chart->write,
        .label_x = "hours since the start",
        .label_y = chart->axis,
        .parts_x = 6,
        .parts_y = 5,
    };
    for (unsigned i = 0; i < SAMPLES_POINTS; ++i) {
        const struct interval *low = &series->quantile[i][EDGE_LOW];
        const struct interval *high = &series->quantile[i][EDGE_HIGH];
        const double least = isnan(low->low) ? low->value : low->low;
        const double most = isnan(high->high) ? high->value : high->high;
        axes.y.low = least < axes.y.low ? least : axes.y.low;
        axes.y.high = most > axes.y.high ? most : axes.y.high;
    }
    scale_round(&axes.y, 5);
    return axes;
}

/* The chart in words: where the middle and the edges are at the end. */
static void tell(const struct fan *fan, const struct charts_bands *chart,
                 struct story_text *text) {
    const struct interval *last = fan->series->quantile[SAMPLES_PARTS];
    char low[NUMBER_SIZE], middle[NUMBER_SIZE], high[NUMBER_SIZE];
    text->length = 0;
    chart->write(last[EDGE_LOW].value, low);
    chart->write(last[MIDDLE].value, middle);
    chart->write(last[EDGE_HIGH].value, high);
    story_text_add(
        text,
        "At the end the median is %s %s, and 90 %% of the paths are between %s and %s.",
        middle, chart->unit, low, high);
}

void charts_bands(FILE *file, const struct evidence *evidence,
                  const struct charts_bands *chart) {
    const struct store_bands *bands = evidence->bands;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    if (bands == NULL || !bands->there ||
        bands->series[chart->series].count[SAMPLES_PARTS] == 0 ||
        !(bands->hours[SAMPLES_PARTS] > 0)) {
        return;
    }
    const struct bands_series *series = &bands->series[chart->series];
    struct fan fan = {bands, series, axes_of(bands, series, chart)};
    struct story_text text;
    char level[NUMBER_SIZE], paths[NUMBER_SIZE];
    axes_place(&fan.axes, &svg);
    tell(&fan, chart, &text);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){chart->name, chart->title, text.text});
    axes_draw(&fan.axes, &svg);
    static const struct edge areas[][2] = {
        {{EDGE_LOW, END_VALUE},  {EDGE_HIGH, END_VALUE} },
        {{INNER_LOW, END_VALUE}, {INNER_HIGH, END_VALUE}},
        {{MIDDLE, END_LOW},      {MIDDLE, END_HIGH}     },
    };
    for (size_t i = 0; i < sizeof areas / sizeof *areas; ++i) {
        draw_area(&svg, &fan, areas[i][0], areas[i][1]);
    }
    draw_line(&svg, &fan, "beside", EDGE_LOW, END_LOW);
    draw_line(&svg, &fan, "beside", EDGE_HIGH, END_HIGH);
    draw_line(&svg, &fan, "curve", MIDDLE, END_VALUE);
    svg_end(&svg);
    number_plain(100 * evidence->about->level, level);
    number_count(series->count[SAMPLES_PARTS], paths);
    html_write(
        file,
        "<figcaption><b>%s.</b> %s Line: median of %s paths at each time; shades: 90 "
        "%%, half of them, and the %s %% interval of the median; dashed: as far as "
        "the outer edges may lie by theirs.</figcaption>\n</figure>\n",
        chart->title, chart->about, paths, level);
}
