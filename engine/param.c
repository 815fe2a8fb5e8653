#include "engine/param.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *param_quote(const char *text, char out[PARAM_QUOTE_SIZE]) {
    size_t length = strlen(text), kept = length;
    if (kept > 60) {
        for (kept = 57; kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80; --kept) {
        }
    }
    char *at = out;
    *at++ = '"';
    for (size_t i = 0; i < kept; ++i) {
        const unsigned char byte = (unsigned char)text[i];
        *at++ = byte < 0x20 || byte == 0x7F ? '?' : text[i];
    }
    snprintf(at, (size_t)(out + PARAM_QUOTE_SIZE - at), "%s\"",
             kept < length ? "..." : "");
    return out;
}

#define DISTANCE_LIMIT 64

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Rows of the matrix of distances: the current one, the last, the one before. */
struct distances {
    size_t row[3][DISTANCE_LIMIT + 1];
};

static size_t cell(const struct distances *d, const char *a, const char *b, size_t i,
                   size_t j) {
    const size_t change = d->row[1][j - 1] + (a[i - 1] != b[j - 1]);
    const size_t best = smaller(change, smaller(d->row[1][j], d->row[0][j - 1]) + 1);
    const bool swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
    return swap ? smaller(best, d->row[2][j - 2] + 1) : best;
}

size_t param_distance(const char *a, const char *b) {
    const size_t rows = strlen(a), columns = strlen(b);
    if (rows > DISTANCE_LIMIT || columns > DISTANCE_LIMIT) {
        return SIZE_MAX;
    }
    struct distances d = {{{0}}};
    for (size_t j = 0; j <= columns; ++j) {
        d.row[0][j] = j;
    }
    for (size_t i = 1; i <= rows; ++i) {
        memcpy(d.row[2], d.row[1], sizeof d.row[2]);
        memcpy(d.row[1], d.row[0], sizeof d.row[1]);
        d.row[0][0] = i;
        for (size_t j = 1; j <= columns; ++j) {
            d.row[0][j] = cell(&d, a, b, i, j);
        }
    }
    return d.row[0][columns];
}

bool param_resembles(const char *a, const char *b) {
    const size_t a_size = strlen(a), b_size = strlen(b);
    const size_t longer = a_size > b_size ? a_size : b_size;
    const size_t distance = param_distance(a, b);
    return distance <= (longer + 2) / 3 && distance < longer;
}

static void tell_bounds(const struct param *param, const char *text, char *error,
                        size_t error_size) {
    char shown[PARAM_QUOTE_SIZE];
    param_quote(text, shown);
    if (param->high == NULL) {
        snprintf(error, error_size, "%s is too low; allowed: at least %s", shown,
                 param->low);
    } else if (param->low == NULL) {
        snprintf(error, error_size, "%s is too high; allowed: at most %s", shown,
                 param->high);
    } else {
        snprintf(error, error_size, "%s is out of range; allowed: %s to %s", shown,
                 param->low, param->high);
    }
}

union param_value {
    int64_t integer;
    double real;
    char text[PARAM_FORMAT_SIZE];
};

static int compare_with(const struct param *param, const void *value, const char *bound) {
    union param_value limit;
    char error[256];
    const bool valid = param->kind->parse(param, bound, &limit, error, sizeof error);
    assert(valid);
    return param->kind->compare(value, &limit);
}

bool param_parse(const struct param *param, const char *text, void *value, char *error,
                 size_t error_size) {
    assert(param->kind->size <= sizeof(union param_value));
    union param_value parsed;
    char trimmed[256];
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        --length;
    }
    char shown[PARAM_QUOTE_SIZE];
    if (length >= sizeof trimmed) {
        snprintf(error, error_size, "%s is too long; at most %zu bytes",
                 param_quote(text, shown), sizeof trimmed - 1);
        return false;
    }
    memcpy(trimmed, text, length);
    trimmed[length] = '\0';
    if (!param->kind->parse(param, trimmed, &parsed, error, error_size)) {
        return false;
    }
    if (param->kind->compare != NULL &&
        ((param->low != NULL && compare_with(param, &parsed, param->low) < 0) ||
         (param->high != NULL && compare_with(param, &parsed, param->high) > 0))) {
        tell_bounds(param, trimmed, error, error_size);
        return false;
    }
    memcpy(value, &parsed, param->kind->size);
    return true;
}

void param_default(const struct param *param, void *value) {
    assert(param->fallback != NULL);
    char error[256];
    const bool valid = param_parse(param, param->fallback, value, error, sizeof error);
    assert(valid);
}

void *param_at(const struct param *param, void *section) {
    return (char *)section + param->offset;
}
