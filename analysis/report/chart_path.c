#include "analysis/report/axes.h"
#include "analysis/report/charts.h"
#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/story_head.h"

#include <math.h>

enum { BUCKETS = 320, PANELS = 3 };
#define HOUR_NS 3.6e12

static double outside_of(const struct event_row *row) {
    return (double)row->outside_uusd / 1e6;
}
static double index_of(const struct event_row *row) {
    return (double)row->index_uusd / 1e6;
}
static double fund_of(const struct event_row *row) {
    return (double)row->fund_uusd / 1e6;
}
static double gas_of(const struct event_row *row) {
    return (double)row->base_fee_wei / 1e9;
}

/* A panel below another: one value, or the outside price with the oracle's beside it. */
static const struct panel {
    const char *label;
    double top, bottom;
    double (*value)(const struct event_row *row);
    double (*beside)(const struct event_row *row);
    void (*write)(double value, char text[NUMBER_SIZE]);
} panels[PANELS] = {
    {"price, USD: outside, and the oracle's (dashed)", 36,  150, outside_of, index_of,
     figures_plain                                                                                  },
    {"insurance fund, USD",                            180, 236, fund_of,    NULL,     figures_usd  },
    {"base fee, gwei",                                 262, 322, gas_of,     NULL,     figures_plain},
};

static double hours(const struct evidence *evidence, int64_t time_ns) {
    return (double)(time_ns - evidence->start_ns) / HOUR_NS;
}

static void extend(struct scale *scale, double value) {
    scale->low = value < scale->low ? value : scale->low;
    scale->high = value > scale->high ? value : scale->high;
}

static struct scale scale_of(const struct evidence *evidence, const struct panel *panel) {
    const struct replay *replay = &evidence->replay;
    struct scale scale = {
        .low = HUGE_VAL, .high = -HUGE_VAL, .from = panel->bottom, .to = panel->top};
    for (size_t i = 0; i < replay->count; ++i) {
        const struct event_row *row = &replay->row[i];
        extend(&scale, panel->value(row));
        if (panel->beside != NULL && panel->beside(row) > 0) {
            extend(&scale, panel->beside(row));
        }
    }
    if (panel->value != outside_of) {
        extend(&scale, 0);
    }
    scale_round(&scale, 4);
    return scale;
}

/* The last value of each stretch of time, as steps. */
static void draw_line(const struct svg *svg, const struct evidence *evidence,
                      const struct axes *axes, const char *style,
                      double (*value)(const struct event_row *row)) {
    const struct replay *replay = &evidence->replay;
    const double width = (axes->x.to - axes->x.from) / BUCKETS;
    size_t points = 0;
    double before = nan(""), last = -1;
    svg_path_begin(svg, style);
    for (size_t i = 0; i < replay->count; ++i) {
        const struct event_row *row = &replay->row[i];
        const double at = hours(evidence, row->time_ns), shown = value(row);
        const double x = scale_at(&axes->x, at), y = scale_at(&axes->y, shown);
        const bool next = i + 1 == replay->count || x - last >= width;
        if (at < axes->x.low || !next || (value == index_of && shown <= 0)) {
            continue;
        }
        if (!isnan(before)) {
            svg_path_to(svg, x, before, points++);
        }
        svg_path_to(svg, x, y, points++);
        before = y;
        last = x;
    }
    svg_path_end(svg, SVG_PATH_OPEN);
}

static void draw_panel(const struct svg *svg, const struct evidence *evidence,
                       const struct panel *panel, const struct scale *x) {
    struct axes axes = {.x = *x, .y = scale_of(evidence, panel)};
    double tick[SCALE_TICKS_MAX];
    char text[NUMBER_SIZE];
    const size_t count = scale_ticks(&axes.y, 4, tick);
    for (size_t i = 0; i < count; ++i) {
        const double y = scale_at(&axes.y, tick[i]);
        panel->write(tick[i], text);
        svg_line(svg, "grid", x->from, y, x->to, y);
        svg_text(svg, "end", x->from - 5, y + 4, text);
    }
    svg_text(svg, "note", 2, panel->top - 11, panel->label);
    if (panel->beside != NULL) {
        draw_line(svg, evidence, &axes, "beside", panel->beside);
    }
    draw_line(svg, evidence, &axes, "curve", panel->value);
}

/* What a number takes beside the one before it; the tenth has two digits. */
static double room_of(size_t index) {
    return index < 9 ? 12 : 19;
}

/* Where the numbers along the top stand: at their moments, or moved so that they do not
   lie on each other, first to the right, then back from the edge. */
static size_t place_moments(const struct evidence *evidence, const struct scale *x,
                            double place[CHARTS_MOMENTS]) {
    size_t count = 0;
    for (; count < evidence->moments.count && count < CHARTS_MOMENTS; ++count) {
        const double room = room_of(count);
        const double at =
            scale_at(x, hours(evidence, evidence->moments.moment[count].time_ns));
        const double least = count == 0 ? 0 : place[count - 1] + room;
        place[count] = at > least ? at : least;
    }
    double most = x->to + 6;
    for (size_t i = count; i-- > 0 && place[i] > most;) {
        place[i] = most;
        most -= room_of(i);
    }
    return count;
}

static void draw_moments(const struct svg *svg, const struct evidence *evidence,
                         const struct scale *x) {
    double place[CHARTS_MOMENTS];
    const size_t count = place_moments(evidence, x, place);
    for (size_t i = 0; i < count; ++i) {
        const double at =
            scale_at(x, hours(evidence, evidence->moments.moment[i].time_ns));
        char number[NUMBER_SIZE];
        number_count(i + 1, number);
        svg_line(svg, "moment", place[i], 14, at, 22);
        svg_line(svg, "moment", at, 22, at, panels[PANELS - 1].bottom);
        svg_text(svg, "mid", place[i], 11, number);
    }
}

void charts_path(FILE *file, const struct evidence *evidence) {
    const struct svg svg = {.file = file, .width = AXES_WIDTH, .height = 360};
    if (!(evidence->told || evidence->drawn) || evidence->replay.count == 0) {
        return;
    }
    struct scale x = {.low = 0,
                      .high = hours(evidence, evidence->end_ns),
                      .from = 46,
                      .to = svg.width - 20};
    double tick[SCALE_TICKS_MAX];
    char text[NUMBER_SIZE];
    struct story_text about;
    if (evidence->told) {
        story_head_tell(&about, &evidence->story);
    } else {
        about.length = 0;
        story_text_add(&about, "From the event log in the results file.");
    }
    fputs("<figure>\n", file);
    svg_begin(&svg, &(struct svg_about){"path",
                                        "The worst path: price, fund and gas over "
                                        "time",
                                        about.text});
    draw_moments(&svg, evidence, &x);
    for (unsigned i = 0; i < PANELS; ++i) {
        draw_panel(&svg, evidence, &panels[i], &x);
    }
    const size_t count = scale_ticks(&x, 8, tick);
    for (size_t i = 0; i < count; ++i) {
        const double at = scale_at(&x, tick[i]);
        figures_plain(tick[i], text);
        svg_line(&svg, "mark", at, 322, at, 326);
        svg_text(&svg, "mid", at, 338, text);
    }
    svg_text(&svg, "note mid", (x.from + x.to) / 2, 354, "hours since the start");
    svg_end(&svg);
    html_write(file, "<figcaption><b>The worst path.</b> %s</figcaption>\n</figure>\n",
               evidence->told ? "Numbers along the top are the moments of the list."
                              : "Drawn from its event log in the results file.");
}
