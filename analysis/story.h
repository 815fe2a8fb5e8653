/* story.h -- one path told: what happened in a paragraph, a timeline, what came of it.

   Times are UTC and T+hh:mm:ss from the start of the metrics.  The timeline goes in
   stretches of equal length, in which like is put together with totals; quiet stretches
   in a row are one.

   Units    as printed; USD with k, M or B.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_STORY_H
#define ANALYSIS_STORY_H

#include "analysis/replay.h"

#include <stdio.h>

struct story {
    const struct subject *subject;
    const struct replay *replay;
    const unsigned char *selected; /* rows to tell; NULL: all */
    int64_t from_ns, to_ns;
    bool filtered;    /* some kinds only: what was chosen, nothing around it */
    int64_t every_ns; /* length of a stretch; 0: every row on its line */
    uint64_t seed;
    const char *origin; /* where the scenario came from, and what was compared */
};

/* story_print tells the path.  Fails   RUN_IO when memory is out, after saying so. */
enum run_status story_print(FILE *file, const struct story *story);

/* story_every is the length of a stretch that makes a timeline of some forty of a span. */
int64_t story_every(int64_t span_ns, int64_t slot_ns);

#endif
