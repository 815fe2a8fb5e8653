/* settings.h -- every value of a loaded scenario, for the eye and for a machine.

   Units    canonical texts, as a scenario file has them.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_SETTINGS_H
#define ANALYSIS_COMMANDS_SETTINGS_H

#include "analysis/json.h"
#include "analysis/subject.h"

/* settings_print prints key, value and meaning, a line each, section by section. */
void settings_print(const struct subject *subject);

/* settings_json writes the member "parameters": key -> {value, kind, unit, doc, source}. */
void settings_json(struct json *json, const struct subject *subject);

#endif
