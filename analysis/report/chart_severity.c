#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_text.h"

#include <math.h>
#include <stdlib.h>

/* "x0.5" as 0.5; NaN when it is spelled otherwise. */
static double severity_of(const struct evidence_variant *variant) {
    char *end;
    const double severity = strtod(variant->change + 1, &end);
    return variant->change[0] == 'x' && end != variant->change + 1 && *end == 0 ? severity
                                                                                : nan("");
}

static bool is_known(const struct evidence_variant *variant) {
    return isfinite(severity_of(variant)) && isfinite(variant->estimate.value) &&
           isfinite(variant->estimate.low) && isfinite(variant->estimate.high);
}

static void draw(const struct svg *svg, const struct axes *axes,
                 const struct evidence_variants *variants) {
    size_t points = 0;
    svg_path_begin(svg, "curve");
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        if (is_known(variant)) {
            svg_path_to(svg, scale_at(&axes->x, severity_of(variant)),
                        scale_at(&axes->y, variant->estimate.value), points++);
        }
    }
    svg_path_end(svg, SVG_PATH_OPEN);
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        if (!is_known(variant)) {
            continue;
        }
        const double x = scale_at(&axes->x, severity_of(variant));
        const double low = scale_at(&axes->y, variant->estimate.low);
        const double high = scale_at(&axes->y, variant->estimate.high);
        svg_line(svg, "whisker", x, low, x, high);
        svg_line(svg, "whisker", x - 4, low, x + 4, low);
        svg_line(svg, "whisker", x - 4, high, x + 4, high);
        svg_dot(svg, "dot", x, scale_at(&axes->y, variant->estimate.value), 3.5);
    }
}

/* The storm as it is in the scenario. */
static void draw_base(const struct svg *svg, const struct axes *axes) {
    const double x = scale_at(&axes->x, 1);
    if (axes->x.low <= 1 && axes->x.high >= 1) {
        svg_line(svg, "limit", x, axes->y.from, x, axes->y.to);
        svg_text(svg, "warn end", x - 4, axes->y.to + 12, "this run");
    }
}

static size_t count_known(const struct evidence_variants *variants, struct axes *axes) {
    size_t count = 0;
    for (size_t i = 0; i < variants->count; ++i) {
        const struct evidence_variant *variant = &variants->variant[i];
        if (is_known(variant)) {
            const double severity = severity_of(variant);
            axes->x.low = severity < axes->x.low ? severity : axes->x.low;
            axes->x.high = severity > axes->x.high ? severity : axes->x.high;
            axes->y.high = variant->estimate.high > axes->y.high ? variant->estimate.high
                                                                 : axes->y.high;
            count += 1;
        }
    }
    return count;
}

void charts_severity(FILE *file, const struct evidence *evidence) {
    const struct evidence_variants *variants = &evidence->severity;
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = AXES_HEIGHT};
    struct axes axes = {
        .x = {.low = HUGE_VAL, .high = -HUGE_VAL},
        .y = {.low = 0,        .high = 0        },
        .write_x = figures_plain,
        .write_y = figures_percent,
        .label_x = "severity: moves of the storm times this",
        .label_y = "P(insolvency)",
        .parts_x = 8,
        .parts_y = 5,
    };
    if (count_known(variants, &axes) < 2) {
        return;
    }
    scale_round(&axes.x, 8);
    scale_round(&axes.y, 5);
    axes.y.high = axes.y.high > 1 ? 1 : axes.y.high;
    axes_place(&axes, &svg);
    const struct evidence_variant *first = &variants->variant[0],
                                  *last = &variants->variant[variants->count - 1];
    char mild[FIGURES_SIZE], hard[FIGURES_SIZE], level[NUMBER_SIZE], paths[NUMBER_SIZE];
    struct story_text text = {.length = 0};
    figures_value(NUMBER_PERCENT, first->estimate.value, "1", mild);
    figures_value(NUMBER_PERCENT, last->estimate.value, "1", hard);
    story_text_add(&text, "%s at a severity of %.20s, %s at %.20s.", mild, first->change,
                   hard, last->change);
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){"severity",
                                        "P(insolvency) against the severity "
                                        "of the storm",
                                        text.text});
    axes_draw(&axes, &svg);
    draw_base(&svg, &axes);
    draw(&svg, &axes, variants);
    svg_end(&svg);
    number_plain(100 * evidence->about->level, level);
    number_count(evidence->about->paths, paths);
    html_write(file,
               "<figcaption><b>Fragility.</b> The same %s paths with every move of the "
               "storm (%s) made milder and harder; whiskers are %s %% intervals. How "
               "steep the curve is near 1 says how near the edge the layer "
               "stands.</figcaption>\n</figure>\n",
               paths, first->what, level);
}
