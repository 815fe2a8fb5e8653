/* publish.h -- files that are there completely or not at all.

   Units    bytes.
   Memory   nothing is kept.
   Threads  one writer per path. */
#ifndef ANALYSIS_PUBLISH_H
#define ANALYSIS_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>

enum publish_place {
    PUBLISH_OPEN,    /* a file can be written there */
    PUBLISH_NOWHERE, /* no file can be called so: the user's mistake */
    PUBLISH_CLOSED,  /* the folder is there and may not be written */
};

/* publish_check tells whether a file could be written at path: its folder exists and can
   be written, and path is not a folder itself.  What it is not stands in error, in one
   sentence. */
enum publish_place publish_check(const char *path, char *error, size_t error_size);

/* publish_file writes the bytes to a temporary neighbour, syncs it, renames it to path
   and syncs the folder.  Fails   false, nothing changed at path, one sentence in error.
 */
bool publish_file(const char *path, const void *bytes, size_t size, char *error,
                  size_t error_size);

#endif
