/* load_utf8.h -- what bytes a scenario file may hold, checked before any parser sees
   them.

   Memory   nothing is allocated here.
   Threads  every function is pure. */
#ifndef SCENARIOS_LOAD_UTF8_H
#define SCENARIOS_LOAD_UTF8_H

#include "scenarios/load_text.h"

#include <stdbool.h>
#include <stddef.h>

/* load_utf8_check returns the offset of the first byte that is not well-formed UTF-8 or
   is a control character other than tab, line feed and carriage return; size if none is.
   Source  RFC 3629, section 4. */
size_t load_utf8_check(const char *text, size_t size);

/* load_utf8_lint reports a byte that load_utf8_check finds, and tabs that indent a line;
   it returns whether there were none. */
bool load_utf8_lint(const struct load_file *file, struct load_report *report);

#endif
