/* store_read_rows.h -- an open results file from the inside, for the files of store_read.

   Units    none.
   Memory   texts kept here are freed by store_close.
   Threads  one thread. */
#ifndef ANALYSIS_STORE_READ_ROWS_H
#define ANALYSIS_STORE_READ_ROWS_H

#include "analysis/store_read.h"

#include <hdf5.h>

struct store_text {
    struct store_text *next;
    char *text;
};

struct store {
    const char *path;
    hid_t file;
    struct store_about about;
    struct store_text *kept;
};

/* store_keep makes an allocated text the store's own.  Fails   false when memory is out;
   the text is freed then. */
bool store_keep(struct store *store, char *text);

/* store_damaged writes that the file is damaged and how, or, when another semantics made
   it, that this is why; it returns false. */
bool store_damaged(const struct store *store, const char *what,
                   struct store_error *error);

/* store_lacks writes that a column is not in the file; it returns false. */
bool store_lacks(const struct store *store, const char *column,
                 struct store_error *error);

#endif
