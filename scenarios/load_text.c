#include "scenarios/load_text.h"

#include "engine/param.h"
#include "scenarios/load.h"
#include "scenarios/load_utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct load_text *text, size_t more) {
    if (text->failed) {
        return false;
    }
    if (text->capacity - text->length > more) {
        return true;
    }
    const size_t capacity = (text->length + more + 1) * 2;
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

size_t load_text_add(struct load_text *text, const char *bytes, size_t size) {
    const size_t start = text->length;
    if (reserve(text, size)) {
        if (size > 0) {
            memcpy(text->bytes + start, bytes, size);
        }
        text->length += size;
        text->bytes[text->length] = '\0';
    }
    return start;
}

void load_text_print(struct load_text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0 && reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

static bool starts_character(char byte) {
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* A line of a source file, and a byte in it. */
struct spot {
    size_t line, column; /* from 1, in characters */
    const char *begin;   /* of the line */
    size_t length;       /* without its end */
    size_t into;         /* bytes from begin to the spot */
};

static struct spot find_spot(const struct load_file *file, size_t at) {
    struct spot spot = {.line = 1, .column = 1, .begin = file->text};
    at = at < file->size ? at : file->size;
    /* A place behind the last line break belongs to the line before it. */
    if (at == file->size && at > 0 && file->text[at - 1] == '\n') {
        --at;
    }
    for (size_t i = 0; i < at; ++i) {
        spot.column += starts_character(file->text[i]);
        if (file->text[i] == '\n') {
            ++spot.line;
            spot.column = 1;
            spot.begin = file->text + i + 1;
        }
    }
    spot.into = (size_t)(file->text + at - spot.begin);
    spot.length = strcspn(spot.begin, "\r\n");
    return spot;
}

#define WINDOW 120 /* bytes of a long line that are shown */

/* Appends the line with a caret under the spot; other than tabs, no control characters.
 */
static void add_excerpt(struct load_text *text, const struct spot *spot) {
    size_t from = 0, to = spot->length;
    if (spot->into > WINDOW / 2) {
        from = spot->into - WINDOW / 2;
    }
    to = to > from + WINDOW ? from + WINDOW : to;
    while (from < to && !starts_character(spot->begin[from])) {
        ++from;
    }
    while (to > from && to < spot->length && !starts_character(spot->begin[to])) {
        --to;
    }
    const bool utf8 = load_utf8_check(spot->begin + from, to - from) == to - from;
    load_text_add(text, "    ", 4);
    for (size_t i = from; i < to; ++i) {
        const char byte = spot->begin[i];
        const bool odd = byte < 0 ? !utf8 : (byte < 0x20 && byte != '\t') || byte == 0x7F;
        load_text_add(text, odd ? "?" : &byte, 1);
    }
    load_text_add(text, "\n    ", 5);
    for (size_t i = from; i < spot->into && i < to; ++i) {
        if (starts_character(spot->begin[i])) {
            load_text_add(text, spot->begin[i] == '\t' ? "\t" : " ", 1);
        }
    }
    load_text_add(text, "^\n", 2);
}

void load_report_add(struct load_report *report, struct load_place place, const char *key,
                     const char *sentence) {
    if (report->count++ >= LOAD_ERROR_LIMIT) {
        return;
    }
    const char *colon = key[0] != '\0' ? ": " : "";
    if (place.file == NULL) {
        load_text_print(&report->text, "%s: %s%s%s\n", place.origin, key, colon,
                        sentence);
        return;
    }
    const struct spot spot = find_spot(place.file, place.at);
    load_text_print(&report->text, "%s:%zu:%zu: %s%s%s\n", place.file->name, spot.line,
                    spot.column, key, colon, sentence);
    add_excerpt(&report->text, &spot);
}

size_t load_report_offset(const struct load_file *file, size_t line, size_t column) {
    size_t at = 0;
    while (line > 1 && at < file->size) {
        line -= file->text[at] == '\n';
        ++at;
    }
    while (column > 1 && at < file->size && file->text[at] != '\n') {
        ++at;
        column -= at >= file->size || starts_character(file->text[at]);
    }
    return at;
}

void load_words_add(struct load_words *words, const char *unknown, const char *word) {
    const size_t used = strlen(words->allowed);
    const int length = snprintf(words->allowed + used, sizeof words->allowed - used,
                                "%s%s", used > 0 ? ", " : "", word);
    words->overflow |= (size_t)length >= sizeof words->allowed - used;
    if (param_resembles(unknown, word) &&
        (words->likely == NULL ||
         param_distance(unknown, word) < param_distance(unknown, words->likely))) {
        words->likely = word;
    }
}

void load_words_print(const struct load_words *words, char *text, size_t size) {
    const bool list = words->allowed[0] != '\0' && !words->overflow;
    const bool guess = words->likely != NULL;
    snprintf(text, size, "%s%s%s%s%s", list ? "; allowed: " : "",
             list ? words->allowed : "", guess ? "; did you mean " : "",
             guess ? words->likely : "", guess ? "?" : "");
}
