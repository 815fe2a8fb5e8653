/* response.h -- what users do when a margin requirement changes.

   With a requirement r times the present one (r the larger of the ratios of the swept
   margin keys) every account's equity share of its notional becomes r times what it was,
   down to the initial margin, and notional becomes r^-e times:

       hold_positions  e = 0   positions stay, users post more
       hold_equity     e = 1   collateral stays, users scale their positions
       elastic:e               in between
       none                    the book is drawn as the scenario says

   Leverage and open interest of the population are scaled; draws are the same for every
   setting, so that account i is the same user.  A maintenance margin above the initial one
   takes that along: nobody can open below maintenance.

   Units    ratios.
   Memory   values.
   Threads  pure functions.
   Source   DESIGN.md, "Tuning has an objective". */
#ifndef ANALYSIS_TUNE_RESPONSE_H
#define ANALYSIS_TUNE_RESPONSE_H

#include "analysis/tune/design.h"
#include "scenarios/variant.h"

struct response {
    char name[32]; /* as written */
    bool none;
    double elasticity;
};

/* response_parse reads one of the words above.  Fails   false, one sentence in error. */
bool response_parse(const char *text, struct response *response, char *error,
                    size_t error_size);

/* response_usual is the one for the keys of a design: hold_equity when only the initial
   margin is swept, hold_positions with the maintenance margin, else none. */
struct response response_usual(const struct design *design);

/* A setting of a design for a scenario. */
struct response_setting {
    const struct response *response;
    const struct design *design;
    size_t point;
    const struct scenario *scenario;
};

/* response_variant is the setting, with what users do about it, as a variant of the
   scenario.
   Fails   false, with one sentence in error, when the book comes from a file or a key that
           the response moves is swept itself. */
bool response_variant(const struct response_setting *setting, struct variant *variant,
                      char *error, size_t error_size);

#endif
