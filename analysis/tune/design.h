/* design.h -- the settings that a tuning tries: one to eight keys of a scenario between bounds.

   One key is tried at equal steps, two keys on a full grid, more keys at the points of a
   Sobol sequence, shifted modulo 1 by the seed.  Every value is one the key can hold: it is
   rounded to the unit it is stored in, between the bounds to a number that is short to write,
   and a setting that comes twice is kept once.  The
   setting of the scenario as it is joins them, marked as current.

   Units    those of the keys; `at` is in stored units.
   Memory   a design owns its points until design_free.
   Threads  pure functions.
   Source   Sobol (1967), USSR Comp. Math. Math. Phys. 7(4), 86-112; Cranley, Patterson
            (1976), SIAM J. Numerical Analysis 13(6) (shift). */
#ifndef ANALYSIS_TUNE_DESIGN_H
#define ANALYSIS_TUNE_DESIGN_H

#include "engine/param.h"
#include "scenarios/scenario.h"

#include <stddef.h>
#include <stdint.h>

#define DESIGN_AXES       8
#define DESIGN_POINTS_MAX 1024
#define DESIGN_VALUE_SIZE 48

/* One key and the values it takes: whole numbers of stored units, or reals. */
struct design_axis {
    char key[PARAM_TEXT_SIZE];
    const struct param *param;
    bool real;
    double low, high, step; /* stored units; step 0: by the number of points */
    double current;
};

struct design_point {
    double at[DESIGN_AXES];
    char value[DESIGN_AXES][DESIGN_VALUE_SIZE]; /* canonical spelling */
    bool current;                               /* the scenario as it is */
    bool outside;                               /* current, and not between the bounds */
};

struct design {
    size_t axis_count, count;
    struct design_axis axis[DESIGN_AXES];
    struct design_point *point;
};

/* design_axis_add reads KEY=LOW..HIGH or KEY=LOW..HIGH:STEP for a scenario.
   Fails   false, with one sentence in error: no such key, no number, outside the key's own
           bounds, an empty range, a key named twice, too many keys. */
bool design_axis_add(struct design *design, const struct scenario *scenario,
                     const char *text, char *error, size_t error_size);

/* design_fill makes the points: about so many.  0 is the usual number: about 15 values of one
   key, 8 of each of two, at round steps where the range allows it, else 64.
   Fails   false, with one sentence in error: too many points, a step with three keys or
           more, out of memory. */
bool design_fill(struct design *design, uint64_t seed, size_t points, char *error,
                 size_t error_size);

/* design_free gives the points back. */
void design_free(struct design *design);

#endif
