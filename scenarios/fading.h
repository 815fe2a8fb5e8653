/* fading.h -- how much is left of something that fades with a half-life.

   Units    time int64 nanoseconds.
   Memory   values only.
   Threads  pure. */
#ifndef SCENARIOS_FADING_H
#define SCENARIOS_FADING_H

#include "engine/numeric.h"

#include <stdint.h>

/* fading_factor is 2^(-span / half life).
   Range   half_life_ns > 0. */
static inline double fading_factor(int64_t span_ns, int64_t half_life_ns) {
    return numeric_exp(-NUMERIC_LN2 * (double)span_ns / (double)half_life_ns);
}

#endif
