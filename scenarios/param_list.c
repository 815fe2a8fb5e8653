#include "scenarios/param_list.h"

#include <stdio.h>
#include <string.h>

static bool harmless(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') ||
           (byte != '\0' && strchr("._%+-/: ", byte) != NULL);
}

/* Appends an item without the blanks around it; false after saying what is wrong. */
static bool add_item(char list[PARAM_LIST_SIZE], const char *at, size_t length,
                     char *error, size_t error_size) {
    while (length > 0 && *at == ' ') {
        ++at;
        --length;
    }
    while (length > 0 && at[length - 1] == ' ') {
        --length;
    }
    const size_t used = strlen(list);
    if (length == 0) {
        snprintf(error, error_size, "has an empty item; write it like [0.5, 2]");
        return false;
    }
    for (size_t i = 0; i < length; ++i) {
        if (!harmless(at[i])) {
            snprintf(error, error_size,
                     "has an item of other characters than letters, digits, blanks and "
                     "._%%+-/:");
            return false;
        }
    }
    if (length >= PARAM_TEXT_SIZE || used + length + 3 > PARAM_LIST_SIZE) {
        snprintf(error, error_size, "is too long; at most %d bytes an item, %d in all",
                 PARAM_TEXT_SIZE - 1, PARAM_LIST_SIZE - 1);
        return false;
    }
    snprintf(list + used, PARAM_LIST_SIZE - used, "%s%.*s", used > 0 ? ", " : "",
             (int)length, at);
    return true;
}

static bool parse(const struct param *param, const char *text, void *value, char *error,
                  size_t error_size) {
    (void)param;
    char list[PARAM_LIST_SIZE] = "";
    const char *at = text;
    for (bool more = text[strspn(text, " ")] != '\0'; more;) {
        const size_t length = strcspn(at, ",");
        if (!add_item(list, at, length, error, error_size)) {
            return false;
        }
        more = at[length] == ',';
        at += length + more;
    }
    memset(value, 0, PARAM_LIST_SIZE);
    memcpy(value, list, strlen(list));
    return true;
}

static void format(const struct param *param, const void *value, char *text,
                   size_t size) {
    (void)param;
    snprintf(text, size, "%s", (const char *)value);
}

bool param_list_item(const char *list, size_t index, char item[PARAM_TEXT_SIZE]) {
    const char *at = list;
    for (; index > 0 && at != NULL; --index) {
        at = strstr(at, ", ");
        at = at != NULL ? at + 2 : NULL;
    }
    if (at == NULL || *at == '\0') {
        return false;
    }
    snprintf(item, PARAM_TEXT_SIZE, "%.*s", (int)strcspn(at, ","), at);
    return true;
}

static bool parse_factors(const struct param *param, const char *text, void *value,
                          char *error, size_t error_size) {
    static const struct param number = {
        .name = "factor", .kind = &param_real, .low = "0", .high = "1000"};
    char list[PARAM_LIST_SIZE], item[PARAM_TEXT_SIZE];
    if (!parse(param, text, list, error, error_size)) {
        return false;
    }
    for (size_t i = 0; param_list_item(list, i, item); ++i) {
        double factor;
        if (!param_parse(&number, item, &factor, error, error_size)) {
            return false;
        }
    }
    memcpy(value, list, sizeof list);
    return true;
}

const struct param_kind param_list = {
    .name = "list",
    .unit = "1",
    .example = "[5%, 8%]",
    .size = PARAM_LIST_SIZE,
    .list = true,
    .parse = parse,
    .format = format,
};

const struct param_kind param_factors = {
    .name = "factors",
    .unit = "1",
    .example = "[0.5, 2]",
    .size = PARAM_LIST_SIZE,
    .list = true,
    .parse = parse_factors,
    .format = format,
};
