/* svg.h -- drawings inside a page: lines, boxes, texts; styles are classes of the page.

   A drawing has a title and a description that a screen reader speaks, and scales with the
   width it is given.

   Units    places in units of the drawing, written with one decimal.
   Memory   nothing is kept; all goes to a stream.
   Threads  one writer per stream.
   Source   Scalable Vector Graphics 1.1; WAI-ARIA graphics: role img with labels. */
#ifndef ANALYSIS_REPORT_SVG_H
#define ANALYSIS_REPORT_SVG_H

#include <stdio.h>

struct svg {
    FILE *file;
    double width, height;
};

struct svg_box {
    double x, y, width, height;
};

/* What a drawing says of itself; the name is unique in the page. */
struct svg_about {
    const char *name, *title, *description;
};

/* svg_begin and svg_end enclose a drawing. */
void svg_begin(const struct svg *svg, const struct svg_about *about);
void svg_end(const struct svg *svg);

/* svg_line, svg_box, svg_dot and svg_text draw one thing of a class; a box may carry a tip
   (NULL: none) that shows under the pointer. */
void svg_line(const struct svg *svg, const char *style, double x1, double y1, double x2,
              double y2);
void svg_box(const struct svg *svg, const char *style, const struct svg_box *box,
             const char *tip);
void svg_dot(const struct svg *svg, const char *style, double x, double y, double radius);
void svg_text(const struct svg *svg, const char *style, double x, double y,
              const char *text);

/* Whether a path comes back to its first point, as an area does. */
enum svg_path_close { SVG_PATH_OPEN, SVG_PATH_CLOSED };

/* svg_path_begin, svg_path_to for each point, counted from 0, and svg_path_end draw a line
   through points. */
void svg_path_begin(const struct svg *svg, const char *style);
void svg_path_to(const struct svg *svg, double x, double y, size_t index);
void svg_path_end(const struct svg *svg, enum svg_path_close close);

#endif
