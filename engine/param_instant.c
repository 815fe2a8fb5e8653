#include "engine/decimal.h"
#include "engine/param.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_SECOND   INT64_C(1000000000)
#define SECONDS_PER_DAY INT64_C(86400)

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years start in
   March so that the leap day is the last.  Source  Hinnant, "chrono-compatible low-level
   date algorithms", days_from_civil. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    const int64_t y = year - (month <= 2);
    const int64_t era = y / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The same source, civil_from_days; range: the years of an int64_t of nanoseconds. */
static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day) {
    const int64_t z = days + 719468;
    const int64_t era = z / 146097;
    const int64_t of_era = z - era * 146097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    const int64_t shifted = (5 * of_year + 2) / 153;
    *day = of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted + (shifted < 10 ? 3 : -9);
    *year = y + era * 400 + (*month <= 2);
}

/* Reads exactly count digits. */
static bool take(const char **at, int count, int64_t *value) {
    *value = 0;
    for (; count > 0; --count, ++*at) {
        if (**at < '0' || **at > '9') {
            return false;
        }
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool take_mark(const char **at, char mark) {
    *at += **at == mark;
    return (*at)[-1] == mark;
}

static bool take_date(const char **at, int64_t *days) {
    int64_t year, month, day;
    if (!take(at, 4, &year) || !take_mark(at, '-') || !take(at, 2, &month) ||
        !take_mark(at, '-') || !take(at, 2, &day) || month < 1 || month > 12 || day < 1) {
        return false;
    }
    *days = days_of(year, month, day);
    int64_t y, m, d;
    date_of(*days, &y, &m, &d); /* the 30th of February becomes another date */
    return y == year && m == month && d == day;
}

static bool take_fraction(const char **at, int64_t *ns) {
    *ns = 0;
    if (**at != '.') {
        return true;
    }
    ++*at;
    int64_t unit = NS_PER_SECOND;
    for (; **at >= '0' && **at <= '9' && unit > 1; ++*at) {
        unit /= 10;
        *ns += (**at - '0') * unit;
    }
    return unit < NS_PER_SECOND;
}

static bool take_clock(const char **at, int64_t *seconds, int64_t *ns) {
    int64_t hour, minute, second = 0;
    *ns = 0;
    if (!take(at, 2, &hour) || !take_mark(at, ':') || !take(at, 2, &minute)) {
        return false;
    }
    if (**at == ':') {
        ++*at;
        if (!take(at, 2, &second) || !take_fraction(at, ns)) {
            return false;
        }
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

static bool parse_instant(const struct param *param, const char *text, void *value,
                          char *error, size_t error_size) {
    (void)param;
    char shown[PARAM_QUOTE_SIZE];
    const char *at = text;
    int64_t days = 0, seconds = 0, fraction = 0, ns = 0;
    bool valid = take_date(&at, &days);
    if (valid && *at != '\0') {
        valid = take_mark(&at, 'T') && take_clock(&at, &seconds, &fraction) &&
                take_mark(&at, 'Z') && *at == '\0';
    }
    if (!valid) {
        snprintf(error, error_size,
                 "%s is not an instant in UTC; write it like 2020-03-12T00:00:00Z",
                 param_quote(text, shown));
        return false;
    }
    /* A negative second is counted from its end: its start may be outside the range. */
    seconds += days * SECONDS_PER_DAY;
    if (seconds < 0 && fraction > 0) {
        ++seconds;
        fraction -= NS_PER_SECOND;
    }
    if (__builtin_mul_overflow(seconds, NS_PER_SECOND, &ns) ||
        __builtin_add_overflow(ns, fraction, &ns)) {
        snprintf(error, error_size,
                 "%s cannot be stored; allowed: 1677-09-22 to 2262-04-11",
                 param_quote(text, shown));
        return false;
    }
    memcpy(value, &ns, sizeof ns);
    return true;
}

static void format_instant(const struct param *param, const void *value, char *text,
                           size_t size) {
    (void)param;
    int64_t ns;
    memcpy(&ns, value, sizeof ns);
    int64_t seconds = ns / NS_PER_SECOND - (ns % NS_PER_SECOND < 0);
    const int64_t fraction =
        ns % NS_PER_SECOND + (ns % NS_PER_SECOND < 0) * NS_PER_SECOND;
    const int64_t days = seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0);
    seconds -= days * SECONDS_PER_DAY;
    int64_t year, month, day;
    date_of(days, &year, &month, &day);
    char part[DECIMAL_SIZE] = "0"; /* "0.5", told without its zero */
    decimal_write(fraction, 9, part);
    snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", (int)year, (int)month,
             (int)day, (int)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60), part + 1);
}

static int compare_instant(const void *a, const void *b) {
    int64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

const struct param_kind param_instant = {
    .name = "instant",
    .unit = "UTC",
    .example = "2020-03-12T00:00:00Z",
    .size = sizeof(int64_t),
    .parse = parse_instant,
    .format = format_instant,
    .compare = compare_instant,
};
