/* embedded.h -- the presets, protocols and facts that travel inside the program.

   The tables are written by the build from scenarios/presets/,
   scenarios/protocols/ and data/ and end with a
   row whose name is NULL.  A text is followed by a zero byte that size does not count. */
#ifndef SCENARIOS_EMBEDDED_H
#define SCENARIOS_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* file name without its ending, such as "black-thursday" */
    const char *text;
    size_t size; /* bytes of text */
};

extern const struct embedded_file embedded_presets[];
extern const struct embedded_file embedded_protocols[];
extern const struct embedded_file embedded_facts[];

#endif
