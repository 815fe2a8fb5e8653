#include "analysis/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Three significant digits of a magnitude below 1000 (or more, when it is not). */
static void three_digits(double value, const char *ending, char text[NUMBER_SIZE]) {
    const double magnitude = fabs(value);
    const int decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
    snprintf(text, NUMBER_SIZE, "%.*f%s", decimals, value, ending);
}

void number_usd(double usd, char text[NUMBER_SIZE]) {
    static const struct {
        double from, unit;
        const char *ending;
    } scales[] = {
        {999.5e6, 1e9, "B"},
        {999.5e3, 1e6, "M"},
        {999.5,   1e3, "k"}
    };
    const double magnitude = fabs(usd);
    if (isnan(usd)) {
        snprintf(text, NUMBER_SIZE, "-");
        return;
    }
    if (magnitude < 0.005) {
        snprintf(text, NUMBER_SIZE, "0");
        return;
    }
    for (unsigned i = 0; i < sizeof scales / sizeof *scales; ++i) {
        if (magnitude >= scales[i].from) {
            three_digits(usd / scales[i].unit, scales[i].ending, text);
            return;
        }
    }
    three_digits(usd, "", text);
}

void number_plain(double value, char text[NUMBER_SIZE]) {
    const double magnitude = fabs(value);
    if (isnan(value)) {
        snprintf(text, NUMBER_SIZE, "-");
    } else if (value == 0) {
        snprintf(text, NUMBER_SIZE, "0");
    } else if (magnitude >= 1e6 || magnitude < 1e-3) {
        snprintf(text, NUMBER_SIZE, "%.2e", value);
    } else if (magnitude >= 1000) {
        snprintf(text, NUMBER_SIZE, "%.0f", value);
    } else {
        snprintf(text, NUMBER_SIZE, "%.3g", value);
    }
}

void number_price(double usd, char text[NUMBER_SIZE]) {
    if (isnan(usd)) {
        snprintf(text, NUMBER_SIZE, "-");
    } else {
        const int small = fabs(usd) < 1;
        snprintf(text, NUMBER_SIZE, small ? "%.4g" : "%.2f", usd);
    }
}

void number_percent(double share, char text[NUMBER_SIZE]) {
    const double percent = 100 * share, magnitude = fabs(percent);
    if (isnan(share)) {
        snprintf(text, NUMBER_SIZE, "-");
    } else if (magnitude >= 10) {
        snprintf(text, NUMBER_SIZE, "%.1f", percent);
    } else if (magnitude >= 1 || share == 0) {
        snprintf(text, NUMBER_SIZE, "%.*f", share == 0 ? 0 : 2, percent);
    } else {
        snprintf(text, NUMBER_SIZE, "%.3g", percent);
    }
}

void number_count(uint64_t value, char text[NUMBER_SIZE]) {
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    size_t next = 0;
    for (int i = 0; i < length; ++i) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[next++] = ',';
        }
        text[next++] = digits[i];
    }
    text[next] = 0;
}

void number_as(enum number_look look, double value, char text[NUMBER_SIZE]) {
    static void (*const writers[])(double, char[NUMBER_SIZE]) = {
        [NUMBER_USD] = number_usd,
        [NUMBER_PERCENT] = number_percent,
        [NUMBER_PLAIN] = number_plain,
    };
    writers[look](value, text);
}

void number_difference(enum number_look look, double value, char text[NUMBER_SIZE]) {
    char plain[NUMBER_SIZE];
    number_as(look, value, plain);
    snprintf(text, NUMBER_SIZE, "%s%.30s",
             value > 0 && strcmp(plain, "0") != 0 ? "+" : "", plain);
}

const char *number_unit(enum number_look look, const char *unit) {
    return look == NUMBER_PERCENT ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
}
