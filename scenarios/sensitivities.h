/* sensitivities.h -- which assumptions a headline is tried against: `sensitivities:`.

   A row names a key and factors for its value, or other values:

       sensitivities:
         - key: impact.prefactor
           factors: [0.5, 2]
         - key: market.rebound
           values: [history]

   Each factor and each value is a variant of the scenario.  A scenario without rows has
   the default ones: impact, depth and gas price times 0.5 and 2, severity of the storm
   10 % less and more.  Sensitivities change no path, so they are not part of the
   scenario's hash.

   Units    texts of the keys' kinds.
   Memory   values; sensitivities_check allocates while it runs.
   Threads  pure functions. */
#ifndef SCENARIOS_SENSITIVITIES_H
#define SCENARIOS_SENSITIVITIES_H

#include "engine/param.h"
#include "scenarios/param_list.h"
#include "scenarios/sections.h"

#include <stdint.h>

#define SENSITIVITIES_ROWS     16
#define SENSITIVITIES_VARIANTS 64

struct sensitivity {
    char key[PARAM_TEXT_SIZE];
    char factors[PARAM_LIST_SIZE], values[PARAM_LIST_SIZE];
};

struct sensitivities_config {
    uint32_t count;
    struct sensitivity row[SENSITIVITIES_ROWS];
};

struct scenario;
struct variant;

/* sensitivities_params are the section's parameters; ends with a row whose name is NULL.
 */
extern const struct param sensitivities_params[];

/* sensitivities_check tells everything wrong with the rows: a key that cannot vary, a row
   without items, an item that is out of bounds or does not go with the other values. */
bool sensitivities_check(const struct scenario *scenario, section_complain *complain,
                         void *context);

/* sensitivities_list writes the variants of a scenario, those of its own rows or the
   default ones, and returns how many there are: at most SENSITIVITIES_VARIANTS, which is
   the room there has to be.  A default one may be out of bounds:
   variant_apply tells. */
size_t sensitivities_list(const struct scenario *scenario, struct variant *variants);

/* sensitivities_severity writes the scenario with its storm's severity times 0.5, 0.6 ... 1.3
   (variances times the squares), and returns how many: SENSITIVITIES_SEVERITIES, or 0 when
   the market's model has nothing that stands for severity.  The change is spelled "x0.5". */
#define SENSITIVITIES_SEVERITIES 9
size_t sensitivities_severity(const struct scenario *scenario, struct variant *variants);

#endif
