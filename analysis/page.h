/* page.h -- text with a margin, wrapped to the width of whoever reads it.

   Units    columns of characters; ASCII only.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_PAGE_H
#define ANALYSIS_PAGE_H

#include <stdio.h>

enum { PAGE_WIDTH = 80, PAGE_LEAST = 32, PAGE_MOST = 120 };

struct page {
    FILE *file;
    unsigned width;
    unsigned margin; /* of the text; too narrow a page has it on lines of its own */
};

/* page_of begins a page: as wide as the terminal, or PAGE_WIDTH when it is none. */
struct page page_of(FILE *file, unsigned margin);

/* page_put prints a text beside what stands in the margin ("" for nothing), wrapped at
   blanks with the margin kept free; a word too long for the page is not broken. */
void page_put(const struct page *page, const char *margin, const char *text);

#endif
