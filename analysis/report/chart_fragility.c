#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

#include <inttypes.h>

static void draw_groups(const struct svg *svg, const struct axes *axes,
                        const struct distribution_groups *groups) {
    svg_path_begin(svg, "curve");
    for (size_t i = 0; i < groups->count; ++i) {
        svg_path_to(svg, scale_at(&axes->x, groups->group[i].mean),
                    scale_at(&axes->y, groups->group[i].share.value), i);
    }
    svg_path_end(svg, SVG_PATH_OPEN);
    for (size_t i = 0; i < groups->count; ++i) {
        const struct distribution_group *group = &groups->group[i];
        const double x = scale_at(&axes->x, group->mean);
        const double low = scale_at(&axes->y, group->share.low);
        const double high = scale_at(&axes->y, group->share.high);
        svg_line(svg, "whisker", x, low, x, high);
        svg_line(svg, "whisker", x - 4, low, x + 4, low);
        svg_line(svg, "whisker", x - 4, high, x + 4, high);
        svg_dot(svg, "dot", x, scale_at(&axes->y, group->share.value), 3.5);
    }
}

static double most_of(const struct distribution_groups *groups) {
    double most = 0;
    for (size_t i = 0; i < groups->count; ++i) {
        const double high = groups->group[i].share.high;
        most = high > most ? high : most;
    }
    return most;
}

void charts_fragility(FILE *file, const struct evidence *evidence) {
    const struct distribution_groups *groups = &evidence->fragility;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    if (groups->count == 0) {
        return;
    }
    const struct distribution_group *first = &groups->group[0],
                                    *last = &groups->group[groups->count - 1];
    struct axes axes = {
        .x = {.low = first->mean, .high = last->mean     },
        .y = {.low = 0,           .high = most_of(groups)},
        .write_x = figures_percent,
        .write_y = figures_percent,
        .label_x = "fall of the outside price from the start",
        .label_y = "P(insolvency)",
        .parts_x = 5,
        .parts_y = 5,
    };
    scale_round(&axes.x, 5);
    scale_round(&axes.y, 5);
    axes.y.high = axes.y.high > 1 ? 1 : axes.y.high;
    axes_place(&axes, &svg);
    char mild[FIGURES_SIZE], hard[FIGURES_SIZE], level[NUMBER_SIZE], paths[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    figures_value(NUMBER_PERCENT, first->share.value, "1", mild);
    figures_value(NUMBER_PERCENT, last->share.value, "1", hard);
    story_text_add(&text,
                   "%s in the group with the mildest fall, %s in that with the deepest.",
                   mild, hard);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){"fragility",
                                        "P(insolvency) by the depth of the "
                                        "fall",
                                        text.text});
    axes_draw(&axes, &svg);
    draw_groups(&svg, &axes, groups);
    svg_end(&svg);
    number_plain(100 * evidence->about->level, level);
    number_count(first->paths, paths);
    html_write(
        file,
        "<figcaption><b>By depth of the fall.</b> Paths in order of how deep the outside "
        "price falls (before this protocol's own sales), in groups of about %s; "
        "dots stand at a group's mean fall, whiskers are %s %% "
        "intervals.</figcaption>\n</figure>\n",
        paths, level);
}
