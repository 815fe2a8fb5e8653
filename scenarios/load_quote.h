/* load_quote.h -- what a single-quoted YAML scalar says.

   libfyaml 0.7.12 loses the memory of a single-quoted text with more than a handful of
   doubled quotes, so these are read here.

   Memory   the caller's.
   Threads  pure.
   Source   YAML 1.2.2, sections 7.3.2 and 6.5. */
#ifndef SCENARIOS_LOAD_QUOTE_H
#define SCENARIOS_LOAD_QUOTE_H

#include <stddef.h>

/* load_quote_decode writes what the size bytes between the quotes say and returns its
   length, at most size: two quotes are one, a line break and the blanks around it are a
   space, and n breaks in a row are n - 1 line feeds. */
size_t load_quote_decode(const char *raw, size_t size, char *text);

#endif
