#include "analysis/report/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* How long the character at text is, 1 to 4 bytes; 0: it is no UTF-8. */
static unsigned character_length(const unsigned char *text) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned length = text[0] < 0x80             ? 1
                            : (text[0] & 0xe0) == 0xc0 ? 2
                            : (text[0] & 0xf0) == 0xe0 ? 3
                            : (text[0] & 0xf8) == 0xf0 ? 4
                                                       : 0;
    if (length < 2) {
        return length;
    }
    uint32_t code = text[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; ++i) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fu);
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    const bool allowed =
        code >= least[length] && code <= 0x10ffff && code != 0xfffe && code != 0xffff;
    return allowed && !surrogate ? length : 0;
}

void html_text(FILE *file, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        const unsigned length = character_length(at);
        const bool control = *at < 0x20 && *at != '\n' && *at != '\t';
        if (at[0] == ' ' && at[1] == '%') {
            fputs("&#160;", file); /* a number and its sign stay on one line */
        } else if (length == 0 || control || *at == 0x7f) {
            fputs("\xef\xbf\xbd", file);
        } else if (*at == '&') {
            fputs("&amp;", file);
        } else if (*at == '<') {
            fputs("&lt;", file);
        } else if (*at == '>') {
            fputs("&gt;", file);
        } else if (*at == '"') {
            fputs("&quot;", file);
        } else if (*at == '\'') {
            fputs("&#39;", file);
        } else {
            fwrite(at, 1, length, file);
        }
        at += length == 0 ? 1 : length;
    }
}

void html_write(FILE *file, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    for (const char *at = format; *at != 0; ++at) {
        if (*at != '%') {
            fputc(*at, file);
            continue;
        }
        at += 1;
        assert(*at == 's' || *at == '%');
        if (*at == 's') {
            html_text(file, va_arg(arguments, const char *));
        } else {
            fputc('%', file);
        }
    }
    va_end(arguments);
}
