/* book_page.h -- a scenario's book: printed for a person, written as a file.

   The book is that of path 0 of seed 1: drawn, the user's own, or both.

   Units    USD and base units on the page.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_BOOK_PAGE_H
#define ANALYSIS_COMMANDS_BOOK_PAGE_H

#include "analysis/json.h"
#include "analysis/subject.h"

/* book_page_print prints what a risk engineer asks of a book first: open interest,
   concentration, leverage, distance to liquidation, and who is under water already.
   Fails   RUN_IO: out of memory, said. */
enum run_status book_page_print(const struct subject *subject);

/* book_page_json writes the same as the member "book"; amounts are in USD.
   Fails   RUN_IO: out of memory, said; the member is null then. */
enum run_status book_page_json(struct json *json, const struct subject *subject);

/* book_page_write writes the book to stdout as the file that book.file reads. */
enum run_status book_page_write(const struct subject *subject);

#endif
