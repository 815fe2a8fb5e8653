/* axes.h -- the frame of a chart: grid, marks, and what the axes say.

   Units    as scale.h.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_REPORT_AXES_H
#define ANALYSIS_REPORT_AXES_H

#include "analysis/number.h"
#include "analysis/report/scale.h"
#include "analysis/report/svg.h"

struct axes {
    struct scale x, y;
    void (*write_x)(double value, char text[NUMBER_SIZE]);
    void (*write_y)(double value, char text[NUMBER_SIZE]);
    const char *label_x, *label_y;
    unsigned parts_x, parts_y;
};

/* The room most charts take: legible on a telephone, two beside each other on a desk. */
enum { AXES_WIDTH = 420, AXES_HEIGHT = 260 };

/* axes_place gives both scales the places inside a drawing that leave room for the marks. */
void axes_place(struct axes *axes, const struct svg *svg);

/* axes_draw draws the frame. */
void axes_draw(const struct axes *axes, const struct svg *svg);

#endif
