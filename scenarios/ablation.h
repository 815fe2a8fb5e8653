/* ablation.h -- a mechanism taken out of a scenario, one at a time.

   What a headline owes to a mechanism is the difference to the same storm without it.  A
   mechanism whose removal moves no headline is decoration.

   Units    values are texts of their keys.
   Memory   static.
   Threads  const. */
#ifndef SCENARIOS_ABLATION_H
#define SCENARIOS_ABLATION_H

#include "scenarios/variant.h"

struct ablation {
    const char *name, *doc;
    const char *sets[VARIANT_SETS]; /* "key=value", ends with NULL */
};

/* The ablations; ends with a row whose name is NULL. */
extern const struct ablation ablations[];

#define ABLATIONS_MAX 16

/* ablation_list writes one variant for each row to ABLATIONS_MAX ones and returns how many
   there are; values in canonical spelling. */
size_t ablation_list(struct variant *variants);

#endif
