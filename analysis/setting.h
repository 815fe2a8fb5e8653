/* setting.h -- one value out of a scenario's canonical text.

   Units    as spelled there.
   Memory   the caller's buffer.
   Threads  no shared state. */
#ifndef ANALYSIS_SETTING_H
#define ANALYSIS_SETTING_H

#include <stddef.h>

/* setting_text copies the value of a key, such as "fund.deposit", without its line's end,
   and returns text; NULL when the scenario has no such key. */
const char *setting_text(const char *canonical, const char *key, char *text, size_t size);

/* setting_horizon_h is the horizon of the scenario in hours; NaN when the text has none. */
double setting_horizon_h(const char *canonical);

#endif
