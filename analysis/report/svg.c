#include "analysis/report/svg.h"

#include "analysis/report/html.h"

#include <math.h>

/* One decimal, and no minus before a zero. */
static void place(FILE *file, const char *lead, double value) {
    const double rounded = round(10 * value) / 10;
    fprintf(file, "%s%.1f", lead, rounded == 0 ? 0.0 : rounded);
}

static void attribute(FILE *file, const char *name, double value) {
    fprintf(file, " %s", name);
    place(file, "=\"", value);
    fputc('"', file);
}

static void begin(const struct svg *svg, const char *element, const char *style) {
    html_write(svg->file, "<%s class=\"%s\"", element, style);
}

void svg_begin(const struct svg *svg, const struct svg_about *about) {
    html_write(svg->file,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
               "aria-labelledby=\"%s-title %s-text\" viewBox=\"0 0",
               about->name, about->name);
    place(svg->file, " ", svg->width);
    place(svg->file, " ", svg->height);
    html_write(svg->file,
               "\">\n<title id=\"%s-title\">%s</title>\n<desc id=\"%s-text\">%s</desc>\n",
               about->name, about->title, about->name, about->description);
}

void svg_end(const struct svg *svg) {
    fputs("</svg>\n", svg->file);
}

void svg_line(const struct svg *svg, const char *style, double x1, double y1, double x2,
              double y2) {
    begin(svg, "line", style);
    attribute(svg->file, "x1", x1);
    attribute(svg->file, "y1", y1);
    attribute(svg->file, "x2", x2);
    attribute(svg->file, "y2", y2);
    fputs("/>\n", svg->file);
}

void svg_box(const struct svg *svg, const char *style, const struct svg_box *box,
             const char *tip) {
    begin(svg, "rect", style);
    attribute(svg->file, "x", box->x);
    attribute(svg->file, "y", box->y);
    attribute(svg->file, "width", box->width);
    attribute(svg->file, "height", box->height);
    if (tip != NULL) {
        html_write(svg->file, "><title>%s</title></rect>\n", tip);
    } else {
        fputs("/>\n", svg->file);
    }
}

void svg_dot(const struct svg *svg, const char *style, double x, double y,
             double radius) {
    begin(svg, "circle", style);
    attribute(svg->file, "cx", x);
    attribute(svg->file, "cy", y);
    attribute(svg->file, "r", radius);
    fputs("/>\n", svg->file);
}

void svg_text(const struct svg *svg, const char *style, double x, double y,
              const char *text) {
    begin(svg, "text", style);
    attribute(svg->file, "x", x);
    attribute(svg->file, "y", y);
    html_write(svg->file, ">%s</text>\n", text);
}

void svg_path_begin(const struct svg *svg, const char *style) {
    begin(svg, "path", style);
    fputs(" d=\"", svg->file);
}

void svg_path_to(const struct svg *svg, double x, double y, size_t index) {
    place(svg->file, index == 0 ? "M" : "L", x);
    place(svg->file, " ", y);
}

void svg_path_end(const struct svg *svg, enum svg_path_close close) {
    fputs(close == SVG_PATH_CLOSED ? "Z\"/>\n" : "\"/>\n", svg->file);
}
