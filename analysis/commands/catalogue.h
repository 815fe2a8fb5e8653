/* catalogue.h -- everything that can be listed, kind by kind, from the tables themselves.

   Units    texts.
   Memory   nothing is kept; an entry's texts live as long as its visit.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_CATALOGUE_H
#define ANALYSIS_COMMANDS_CATALOGUE_H

#include <stddef.h>

struct catalogue_entry {
    const char *name;
    const char *unit; /* NULL: entries of this kind have none */
    const char *doc;
    const char *group; /* NULL, or what sets it apart from those before */
};

typedef void catalogue_visit(void *context, const struct catalogue_entry *entry);

struct catalogue {
    const char *name, *doc;
    int width; /* columns the names take */
    void (*walk)(catalogue_visit *visit, void *context);
};

/* The kinds, in the order they are listed; ends with a row without a name. */
extern const struct catalogue catalogues[];

/* catalogue_find is the kind of a name, or NULL. */
const struct catalogue *catalogue_find(const char *name);

#endif
