#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

static uint64_t most_of(const struct distribution_bins *bins) {
    uint64_t most = 0;
    for (size_t i = 0; i < bins->count; ++i) {
        most = bins->bin[i] > most ? bins->bin[i] : most;
    }
    return most;
}

static void draw_bars(const struct svg *svg, const struct axes *axes,
                      const struct charts_bins *chart) {
    const struct distribution_bins *bins = chart->bins;
    for (size_t i = 0; i < bins->count; ++i) {
        char from[NUMBER_SIZE], to[NUMBER_SIZE], count[NUMBER_SIZE];
        struct story_text tip = {.length = 0};
        const double low = bins->low + (double)i * bins->width;
        if (bins->bin[i] == 0) {
            continue;
        }
        chart->write(low, from);
        chart->write(low + bins->width, to);
        number_count(bins->bin[i], count);
        story_text_add(&tip, "%s to %s: %s paths", from, to, count);
        const double x = scale_at(&axes->x, low);
        const double y = scale_at(&axes->y, (double)bins->bin[i] / (double)bins->paths);
        svg_box(svg, "bar",
                &(struct svg_box){x, y, scale_at(&axes->x, low + bins->width) - x - 1,
                                  axes->y.from - y},
                tip.text);
    }
}

void charts_bins(FILE *file, const struct charts_bins *chart) {
    const struct distribution_bins *bins = chart->bins;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    if (bins->count == 0) {
        return;
    }
    const double high = bins->low + bins->width * (double)bins->count;
    struct axes axes = {
        .x = {.low = bins->low, .high = high                                       },
        .y = {.low = 0,         .high = (double)most_of(bins) / (double)bins->paths},
        .write_x = chart->write,
        .write_y = figures_percent,
        .label_x = chart->unit,
        .label_y = "share of paths",
        .parts_x = 5,
        .parts_y = 5,
    };
    scale_round(&axes.x, 5);
    scale_round(&axes.y, 5);
    axes_place(&axes, &svg);
    char from[NUMBER_SIZE], to[NUMBER_SIZE], count[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    chart->write(bins->low, from);
    chart->write(high, to);
    number_count(bins->paths, count);
    story_text_add(&text, "From %s to %s %s over %s paths.", from, to, chart->unit,
                   count);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){chart->name, chart->title, text.text});
    axes_draw(&axes, &svg);
    draw_bars(&svg, &axes, chart);
    svg_end(&svg);
    html_write(file,
               "<figcaption><b>%s.</b> How the %s paths spread; means and quantiles with "
               "their intervals stand in the table.</figcaption>\n</figure>\n",
               chart->title, count);
}
