#include "scenarios/load_quote.h"

#include <stdbool.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_break(char c) {
    return c == '\n' || c == '\r';
}

/* Reads the breaks and blanks from the first break on; returns the byte behind them. */
static size_t skip_breaks(const char *raw, size_t size, size_t at, size_t *breaks) {
    for (*breaks = 0; at < size && (is_break(raw[at]) || is_blank(raw[at])); ++at) {
        const bool pair = raw[at] == '\r' && at + 1 < size && raw[at + 1] == '\n';
        *breaks += is_break(raw[at]) && !pair;
    }
    return at;
}

size_t load_quote_decode(const char *raw, size_t size, char *text) {
    size_t length = 0, at = 0;
    while (at < size) {
        if (!is_break(raw[at])) {
            at += raw[at] == '\'' && at + 1 < size && raw[at + 1] == '\'';
            text[length++] = raw[at++];
            continue;
        }
        while (length > 0 && is_blank(text[length - 1])) {
            --length;
        }
        size_t breaks = 0;
        at = skip_breaks(raw, size, at, &breaks);
        for (size_t i = 1; i < breaks; ++i) {
            text[length++] = '\n';
        }
        if (breaks == 1) {
            text[length++] = ' ';
        }
    }
    return length;
}
