#include "analysis/report/axes.h"

enum { LEFT = 54, RIGHT = 20, TOP = 24, BOTTOM = 40 };

void axes_place(struct axes *axes, const struct svg *svg) {
    axes->x.from = LEFT;
    axes->x.to = svg->width - RIGHT;
    axes->y.from = svg->height - BOTTOM;
    axes->y.to = TOP;
}

void axes_draw(const struct axes *axes, const struct svg *svg) {
    double tick[SCALE_TICKS_MAX];
    char text[NUMBER_SIZE];
    size_t count = scale_ticks(&axes->y, axes->parts_y, tick);
    for (size_t i = 0; i < count; ++i) {
        const double y = scale_at(&axes->y, tick[i]);
        axes->write_y(tick[i], text);
        svg_line(svg, "grid", axes->x.from, y, axes->x.to, y);
        svg_text(svg, "end", axes->x.from - 5, y + 4, text);
    }
    count = scale_ticks(&axes->x, axes->parts_x, tick);
    for (size_t i = 0; i < count; ++i) {
        const double x = scale_at(&axes->x, tick[i]);
        axes->write_x(tick[i], text);
        svg_line(svg, "mark", x, axes->y.from, x, axes->y.from + 4);
        svg_text(svg, "mid", x, axes->y.from + 16, text);
    }
    svg_line(svg, "mark", axes->x.from, axes->y.from, axes->x.to, axes->y.from);
    svg_text(svg, "note", 2, 12, axes->label_y);
    svg_text(svg, "note mid", (axes->x.from + axes->x.to) / 2, svg->height - 6,
             axes->label_x);
}
