/* load_book.h -- reads a user's book; book.h says what is in it.

   Everything wrong is told at once, as file:line:col: column: what is wrong, what is
   allowed, followed by the line and a caret.  Numbers are read exactly.

   Units    micro-USD, 1e-6 base units.
   Memory   a book is allocated here and belongs to the caller until load_book_free.
   Threads  one load by one thread. */
#ifndef SCENARIOS_LOAD_BOOK_H
#define SCENARIOS_LOAD_BOOK_H

#include "engine/digest.h"
#include "scenarios/book.h"
#include "scenarios/load_text.h"
#include "scenarios/sections.h"

#define LOAD_BOOK_LIMIT (64 * 1024 * 1024) /* bytes of one file */

struct load_book_terms { /* what the book has to go with */
    const char *instrument;
    const char *underlying;   /* as collateral; NULL: it is none */
    int64_t multiplier_ubase; /* base units in a contract */
    int64_t mark_uusd;        /* at the start */
};

/* load_book_parse reads the text of a file; it takes over file->text when it succeeds.
   Fails   NULL: report tells what is wrong, or nothing when memory is out. */
struct book *load_book_parse(struct load_file *file, const struct load_book_terms *terms,
                             struct load_report *report);

/* load_book_attach reads the file a scenario's book names, if it names one, and fills in
   the digest of its content. */
void load_book_attach(struct book_config *config, const struct load_book_terms *terms,
                      const struct section_attach *with);

/* load_book_free releases a book; NULL is fine. */
void load_book_free(struct book *book);

#endif
