/* html.h -- text into a page of XHTML syntax: nothing that was read can break it.

   Units    UTF-8.  What is no UTF-8, and what no XML may hold, becomes U+FFFD.
   Memory   nothing is kept; the text goes to a stream, whose errors are the stream's.
   Threads  one writer per stream.
   Source   Extensible Markup Language 1.0, sections 2.2 (characters) and 2.4 (escaping). */
#ifndef ANALYSIS_REPORT_HTML_H
#define ANALYSIS_REPORT_HTML_H

#include <stdio.h>

/* html_text writes text with its five special characters escaped: fit for the inside of an
   element and of an attribute.  A blank before % does not break. */
void html_text(FILE *file, const char *text);

/* html_write writes a format as it stands, and every %s of it as html_text does; there is
   no other conversion but %%. */
void html_write(FILE *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
