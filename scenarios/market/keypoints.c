#include "scenarios/market/keypoints.h"

#include "engine/decimal.h"
#include "engine/param.h"
#include "scenarios/embedded.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define HEADER     "start,open,high,low,close"
#define FIELDS     5
#define FIELD_SIZE 32

struct reader {
    const char *text, *end;
    int64_t line;
    char *error;
    size_t error_size;
};

static bool refuse(const struct reader *reader, const char *what) {
    snprintf(reader->error, reader->error_size, "line %lld: %s", (long long)reader->line,
             what);
    return false;
}

/* Copies the next line's fields; refuses a line with another number of them. */
static bool read_fields(struct reader *reader, char fields[FIELDS][FIELD_SIZE]) {
    int count = 0;
    size_t length = 0;
    ++reader->line;
    for (bool more = true; more;) {
        const char byte = reader->text < reader->end ? *reader->text++ : '\n';
        if (byte == ',' || byte == '\n') {
            fields[count++][length] = 0;
            length = 0;
            more = byte == ',' && count < FIELDS;
            if (count == FIELDS && byte == ',') {
                return refuse(reader, "more than the five fields " HEADER);
            }
        } else if (byte == 0) {
            return refuse(reader, "a zero byte");
        } else if (length < FIELD_SIZE - 1) {
            fields[count][length++] = byte;
        } else {
            return refuse(reader, "a field longer than 31 bytes");
        }
    }
    return count == FIELDS || refuse(reader, "fewer than the five fields " HEADER);
}

static bool read_price(const struct reader *reader, const char *field, int64_t *uusd) {
    struct decimal decimal;
    const char *rest = decimal_read(field, &decimal);
    if (rest == NULL || *rest != 0) {
        return refuse(reader, "a price is not a number such as 194.61");
    }
    if (decimal_scale(&decimal, 1, 6, uusd) != DECIMAL_EXACT) {
        return refuse(reader, "a price has more than six decimals or is too large");
    }
    return (*uusd >= 1000 && *uusd <= (INT64_C(1) << 53)) ||
           refuse(reader, "a price is not between 0.001 and 9007199254.740992 USD");
}

static bool read_hour(const struct reader *reader, char fields[FIELDS][FIELD_SIZE],
                      struct keypoint_hour *hour) {
    static const struct param instant = {.name = "start", .kind = &param_instant};
    char reason[160];
    if (!param_parse(&instant, fields[0], &hour->start_ns, reason, sizeof reason)) {
        return refuse(reader, reason);
    }
    if (!read_price(reader, fields[1], &hour->open_uusd) ||
        !read_price(reader, fields[2], &hour->high_uusd) ||
        !read_price(reader, fields[3], &hour->low_uusd) ||
        !read_price(reader, fields[4], &hour->close_uusd)) {
        return false;
    }
    const bool inside =
        hour->low_uusd <= hour->open_uusd && hour->open_uusd <= hour->high_uusd &&
        hour->low_uusd <= hour->close_uusd && hour->close_uusd <= hour->high_uusd;
    return inside || refuse(reader, "open and close have to lie in [low, high]");
}

bool market_keypoints_parse(const char *text, size_t size,
                            struct market_keypoints *keypoints, char *error,
                            size_t error_size) {
    struct reader reader = {
        .text = text, .end = text + size, .error = error, .error_size = error_size};
    const size_t header = strlen(HEADER "\n");
    keypoints->count = 0;
    reader.line = 1;
    if (size < header || memcmp(text, HEADER "\n", header) != 0) {
        return refuse(&reader, "the header has to be " HEADER);
    }
    reader.text += header;
    while (reader.text < reader.end) {
        char fields[FIELDS][FIELD_SIZE];
        struct keypoint_hour hour;
        if (!read_fields(&reader, fields) || !read_hour(&reader, fields, &hour)) {
            return false;
        }
        if (keypoints->count == MARKET_KEYPOINTS_MAX) {
            return refuse(&reader, "more than 512 hours");
        }
        if (keypoints->count > 0 &&
            hour.start_ns !=
                keypoints->hour[keypoints->count - 1].start_ns + MARKET_HOUR_NS) {
            return refuse(&reader, "start has to be one hour after the line before");
        }
        keypoints->hour[keypoints->count++] = hour;
    }
    return keypoints->count > 0 || refuse(&reader, "no hour after the header");
}

bool market_keypoints_load(const char *name, struct market_keypoints *keypoints,
                           char *error, size_t error_size) {
    const struct embedded_file *file = embedded_facts;
    while (file->name != NULL && strcmp(file->name, name) != 0) {
        ++file;
    }
    if (file->name != NULL) {
        char reason[192];
        if (market_keypoints_parse(file->text, file->size, keypoints, reason,
                                   sizeof reason)) {
            return true;
        }
        snprintf(error, error_size, "facts %s, %s", name, reason);
        return false;
    }
    char quoted[PARAM_QUOTE_SIZE];
    int used = snprintf(error, error_size,
                        "no facts are called %s; there are:", param_quote(name, quoted));
    for (file = embedded_facts; file->name != NULL && used >= 0; ++file) {
        if ((size_t)used < error_size) {
            used += snprintf(error + used, error_size - (size_t)used, " %s", file->name);
        }
    }
    return false;
}

int64_t market_keypoints_find(const struct market_keypoints *keypoints,
                              int64_t start_ns) {
    assert(keypoints->count > 0);
    const int64_t since = start_ns - keypoints->hour[0].start_ns;
    if (since < 0 || since % MARKET_HOUR_NS != 0 ||
        since / MARKET_HOUR_NS >= keypoints->count) {
        return -1;
    }
    return since / MARKET_HOUR_NS;
}
