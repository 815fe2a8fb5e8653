#include "scenarios/load_utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The bytes a lead byte asks for, and the range of the second one: it is what keeps out
   overlong forms, surrogates and code points above 10FFFF. */
struct form {
    size_t follow;
    unsigned char low, high;
};

static struct form form_of(unsigned char lead) {
    if (lead >= 0xC2 && lead <= 0xDF) { /* U+0080 to U+009F steer terminals */
        return (struct form){1, lead == 0xC2 ? 0xA0 : 0x80, 0xBF};
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return (struct form){2, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF};
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return (struct form){3, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF};
    }
    return (struct form){0, 0, 0};
}

/* The length of the character at text, 0 if it is not one that may stand in text. */
static size_t character(const unsigned char *text, size_t size) {
    if (text[0] < 0x80) {
        const bool control =
            (text[0] < 0x20 && text[0] != '\t' && text[0] != '\n' && text[0] != '\r') ||
            text[0] == 0x7F;
        return control ? 0 : 1;
    }
    const struct form form = form_of(text[0]);
    if (form.follow == 0 || form.follow >= size || text[1] < form.low ||
        text[1] > form.high) {
        return 0;
    }
    for (size_t i = 2; i <= form.follow; ++i) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return form.follow + 1;
}

size_t load_utf8_check(const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < size) {
        const size_t length = character(bytes + at, size - at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return size;
}

/* The first tab that indents something, size if none does. */
static size_t find_tab(const struct load_file *file) {
    size_t at = 0;
    while (at < file->size) {
        const char *line = file->text + at;
        const size_t blanks = strspn(line, " \t");
        const char *tab = memchr(line, '\t', blanks);
        if (tab != NULL && strchr("\r\n#", line[blanks]) == NULL) {
            return (size_t)(tab - file->text);
        }
        at += blanks + strcspn(line + blanks, "\n") + 1;
    }
    return file->size;
}

bool load_utf8_lint(const struct load_file *file, struct load_report *report) {
    struct load_place place = {.file = file};
    place.at = load_utf8_check(file->text, file->size);
    if (place.at < file->size) {
        const unsigned byte = (unsigned char)file->text[place.at];
        char sentence[80];
        snprintf(sentence, sizeof sentence, "byte 0x%02X is %s; a scenario is text", byte,
                 byte < 0x80 ? "a control character" : "not printable UTF-8");
        load_report_add(report, place, "", sentence);
        return false;
    }
    place.at = find_tab(file);
    if (place.at < file->size) {
        load_report_add(report, place, "", "a tab cannot indent; use spaces");
        return false;
    }
    return true;
}
