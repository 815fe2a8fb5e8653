/* load_text.h -- text that grows, and the errors of a load: place, key, sentence, caret.

   Memory   a buffer grows by realloc; when memory is out it stays as it is, and failed is
            set once and for all.
   Threads  one per load. */
#ifndef SCENARIOS_LOAD_TEXT_H
#define SCENARIOS_LOAD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct load_text {
    char *bytes; /* NULL while empty; always followed by a zero byte */
    size_t length, capacity;
    bool failed;
};

/* load_text_add appends size bytes and returns the offset of the first. */
size_t load_text_add(struct load_text *text, const char *bytes, size_t size);

/* load_text_print appends as printf does. */
__attribute__((format(printf, 2, 3))) void load_text_print(struct load_text *text,
                                                           const char *format, ...);

/* One file as it was read; name is how messages call it. */
struct load_file {
    char *name;
    char *text; /* followed by a zero byte */
    size_t size;
};

struct load_report {
    struct load_text text;
    size_t count; /* of messages, told or only counted */
};

/* Where a message belongs: a byte of a file, or with file NULL the words in origin. */
struct load_place {
    const struct load_file *file;
    size_t at;
    const char *origin; /* "--set margin.initial=5%", "calm.yaml" */
};

/* load_report_add appends one message, "file:line:col: key: sentence" with the line and a
   caret, or "origin: key: sentence".  key may be "". */
void load_report_add(struct load_report *report, struct load_place place, const char *key,
                     const char *sentence);

/* load_report_offset is the byte of a file at a line and a column of characters, both
   from 1; places behind the end are the end. */
size_t load_report_offset(const struct load_file *file, size_t line, size_t column);

/* A collection of words around one that is not among them. */
struct load_words {
    char allowed[512]; /* "a, b, c", or "" when the list is too long to help */
    const char *likely;
    bool overflow;
};

/* load_words_add offers one allowed word for the unknown one. */
void load_words_add(struct load_words *words, const char *unknown, const char *word);

/* load_words_print writes "; allowed: a, b, c; did you mean b?" as far as there is any.
 */
void load_words_print(const struct load_words *words, char *text, size_t size);

#endif
