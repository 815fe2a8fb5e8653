/* canonical.h -- a scenario written out: the text that is hashed, and the text to read.

   Both walk the schema's tables, so one scenario has one canonical text however it was
   written.  Name, doc, sources, expectations, sections marked excluded_from_hash and
   excluded keys are not part of it: they do not change a path.

   Units    canonical spellings of the param kinds.
   Memory   text goes to the caller's buffer.
   Threads  every function is pure. */
#ifndef SCENARIOS_CANONICAL_H
#define SCENARIOS_CANONICAL_H

#include "scenarios/load.h"
#include "scenarios/sections.h"

#include <stddef.h>

/* canonical_write writes one line "section.key: value" per value in the order of the
   tables (list rows as "section[0].key: value").  It returns the length of the whole text
   without its closing zero, as snprintf does: a larger result than size - 1 was cut. */
size_t canonical_write(const struct schema *schema, const void *scenario, char *text,
                       size_t size);

/* canonical_file writes a scenario file that says what a canonical text says and is called
   name: its way back from a results file to a scenario.  Returns as canonical_write. */
size_t canonical_file(const char *name, const char *canonical, char *text, size_t size);

/* canonical_show writes a complete scenario file: every value, with name, doc,
   expectations and sources.  Loading it gives the same struct, texts and sources. Returns
   as canonical_write. Range   load_status_of(result) == LOAD_OK. */
size_t canonical_show(const struct load_result *result, char *text, size_t size);

#endif
