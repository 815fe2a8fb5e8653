/* param_list.h -- a parameter that is a short list: [0.5, 2], or the same without brackets.

   Items are words and numbers with units ("8%", "1.5M USD", "free"): letters, digits,
   blanks and . _ % + - / :, so that the canonical spelling "0.5, 2" stands in YAML as it
   is between brackets.

   Units    those of the items.
   Memory   a value is PARAM_LIST_SIZE bytes of text.
   Threads  pure functions. */
#ifndef SCENARIOS_PARAM_LIST_H
#define SCENARIOS_PARAM_LIST_H

#include "engine/param.h"

#define PARAM_LIST_SIZE 128 /* of a list, zero-terminated: char[PARAM_LIST_SIZE] */

extern const struct param_kind param_list;    /* of texts */
extern const struct param_kind param_factors; /* of numbers, at least 0 */

/* param_list_item copies the index-th item of a list in canonical spelling to item.
   Fails   false behind the last one. */
bool param_list_item(const char *list, size_t index, char item[PARAM_TEXT_SIZE]);

#endif
