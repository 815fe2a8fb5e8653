/* story_moment.h -- the moments of a path that are told with their exact time.

   Units    nanoseconds.
   Memory   a list owns its moments until story_moments_free.
   Threads  one thread. */
#ifndef ANALYSIS_STORY_MOMENT_H
#define ANALYSIS_STORY_MOMENT_H

#include "analysis/story.h"

struct story_moment {
    int64_t time_ns;
    char text[200];
};

struct story_moments {
    struct story_moment *moment; /* in the order of time */
    size_t count;
};

/* story_moments_find gathers them.  Fails   false when memory is out. */
bool story_moments_find(const struct story *story, struct story_moments *moments);
void story_moments_free(struct story_moments *moments);

#endif
