/* variant.h -- a scenario with a few values changed, to be compared with it.

   A variant keeps seed, paths and every address of the random streams: path i of both
   meets the same storm with the same book, as far as the changed values leave them alone.

   Units    values are canonical texts of their keys.
   Memory   values; what is changed is the caller's scenario.
   Threads  pure functions. */
#ifndef SCENARIOS_VARIANT_H
#define SCENARIOS_VARIANT_H

#include "scenarios/scenario.h"

#define VARIANT_SETS 16
#define VARIANT_NAME 64

struct variant_set {
    char key[PARAM_TEXT_SIZE], value[PARAM_FORMAT_SIZE];
};

struct variant {
    char what[VARIANT_NAME];   /* whose sensitivity: "impact.prefactor" */
    char change[VARIANT_NAME]; /* "x0.5", "8%" */
    uint32_t set_count;
    struct variant_set set[VARIANT_SETS];
};

/* variant_add appends "key = value" to a variant.  Range   fewer than VARIANT_SETS. */
void variant_add(struct variant *variant, const char *key, const char *value);

/* variant_scale writes the value at key times a factor, rounded to the stored unit, in
   canonical spelling.
   Fails   for a key that is no number, or a product that does not fit; one sentence. */
bool variant_scale(const struct scenario *scenario, const char *key, double factor,
                   char text[PARAM_FORMAT_SIZE], char *error, size_t error_size);

/* variant_apply writes a variant's values to a copy of its scenario and checks it as a
   loaded one is checked.
   Fails   one sentence with the key in error. */
bool variant_apply(const struct variant *variant, struct scenario *scenario, char *error,
                   size_t error_size);

/* variant_keeps tells whether a variant changes nothing a path depends on. */
bool variant_keeps(const struct variant *variant, const struct scenario *scenario);

#endif
