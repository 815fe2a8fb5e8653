#include "engine/decimal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Exponents are kept inside +-100,000: far beyond every range, far from overflow. */
#define EXPONENT_LIMIT 100000

struct digits {
    const char *at;
    decimal_wide mantissa;
    int significant; /* digits in mantissa without the zeros in front */
    int pending;     /* zeros read behind the last digit of mantissa that is not zero */
    bool too_long;
};

static void take_digit(struct digits *digits, unsigned digit) {
    if (digit == 0) {
        digits->pending += digits->mantissa != 0;
        return;
    }
    const int more = digits->mantissa == 0 ? 1 : digits->pending + 1;
    if (digits->significant + more > DECIMAL_DIGITS) {
        digits->too_long = true;
        return;
    }
    for (int i = 0; i < more; ++i) {
        digits->mantissa *= 10;
    }
    digits->mantissa += digit;
    digits->significant += more;
    digits->pending = 0;
}

/* Reads digits with single underscores between them; returns how many. */
static int take_digits(struct digits *digits) {
    int count = 0;
    while (is_digit(*digits->at) ||
           (*digits->at == '_' && count > 0 && is_digit(digits->at[1]))) {
        if (*digits->at != '_') {
            take_digit(digits, (unsigned)(*digits->at - '0'));
            digits->too_long |= ++count > EXPONENT_LIMIT;
        }
        ++digits->at;
    }
    return count;
}

/* Reads e[+-]digits if one stands here; anything else belongs to the unit. */
static int take_exponent(struct digits *digits) {
    const char *at = digits->at;
    if (*at != 'e' && *at != 'E') {
        return 0;
    }
    ++at;
    const bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    if (!is_digit(*at)) {
        return 0;
    }
    int exponent = 0;
    for (; is_digit(*at); ++at) {
        exponent = exponent >= EXPONENT_LIMIT ? exponent : exponent * 10 + (*at - '0');
    }
    digits->at = at;
    return negative ? -exponent : exponent;
}

const char *decimal_read(const char *text, struct decimal *decimal) {
    struct digits digits = {.at = text};
    const bool negative = *text == '-';
    digits.at += *text == '-' || *text == '+';
    const int whole = take_digits(&digits);
    int places = 0;
    if (*digits.at == '.' && is_digit(digits.at[1])) {
        ++digits.at;
        places = take_digits(&digits);
    }
    if (whole + places == 0 || digits.too_long) {
        return NULL;
    }
    const int exponent = take_exponent(&digits);
    *decimal = (struct decimal){
        .mantissa = digits.mantissa,
        .exponent = digits.mantissa == 0 ? 0 : exponent + digits.pending - places,
        .negative = negative && digits.mantissa != 0,
    };
    return digits.at;
}

enum decimal_fit decimal_scale(const struct decimal *decimal, uint32_t factor, int power,
                               int64_t *value) {
    assert(factor > 0);
    assert(factor <= 1000);
    /* 10^35 * 1000 is below 2^128. */
    decimal_wide magnitude = decimal->mantissa * factor;
    int exponent = magnitude == 0 ? 0 : decimal->exponent + power;
    for (; exponent < 0 && magnitude % 10 == 0; ++exponent) {
        magnitude /= 10;
    }
    if (exponent < 0) {
        return DECIMAL_FINER;
    }
    const decimal_wide limit = ((decimal_wide)1 << 63) - !decimal->negative;
    for (; exponent > 0 && magnitude <= limit; --exponent) {
        magnitude *= 10;
    }
    if (magnitude > limit) {
        return DECIMAL_LARGE;
    }
    *value = decimal->negative ? (int64_t)(~(uint64_t)magnitude + 1) : (int64_t)magnitude;
    return DECIMAL_EXACT;
}

/* A whole number in base 2^32, least significant limb first.  The largest one needed is
   10^35 shifted far enough that 64 bits are left after dividing by 10^335. */
#define LIMBS 48
struct big {
    uint32_t limb[LIMBS];
};

static void big_multiply_by_10(struct big *big) {
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; ++i) {
        carry += (uint64_t)big->limb[i] * 10;
        big->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    assert(carry == 0);
}

static bool big_divide_by_10(struct big *big) {
    uint64_t rest = 0;
    for (int i = LIMBS - 1; i >= 0; --i) {
        rest = rest << 32 | big->limb[i];
        big->limb[i] = (uint32_t)(rest / 10);
        rest %= 10;
    }
    return rest != 0;
}

static int big_bit(const struct big *big, int bit) {
    return (int)(big->limb[bit / 32] >> (bit % 32) & 1);
}

static int big_length(const struct big *big) {
    int length = LIMBS * 32;
    while (length > 0 && big_bit(big, length - 1) == 0) {
        --length;
    }
    return length;
}

/* The double nearest to big * 2^-shift, ties to even; inexact: a fraction was cut off. */
static double big_round(const struct big *big, int shift, bool inexact) {
    const int length = big_length(big);
    uint64_t bits = 0;
    for (int i = 0; i < 54; ++i) { /* 53 bits and the one that decides */
        const int bit = length - 1 - i;
        bits = bits << 1 | (uint64_t)(bit >= 0 ? big_bit(big, bit) : 0);
    }
    for (int bit = length - 55; bit >= 0 && !inexact; --bit) {
        inexact = big_bit(big, bit) != 0;
    }
    const bool up = (bits & 1) != 0 && (inexact || (bits & 2) != 0);
    uint64_t mantissa = (bits >> 1) + up;
    int exponent = length - 53 - shift;
    if (mantissa >> 53 != 0) {
        mantissa >>= 1;
        ++exponent;
    }
    const uint64_t biased = (uint64_t)exponent + 52 + 1023;
    assert(biased > 0);
    assert(biased < 2047);
    const uint64_t pattern = biased << 52 | (mantissa & ((UINT64_C(1) << 52) - 1));
    double value;
    memcpy(&value, &pattern, sizeof value);
    return value;
}

/* The power of ten of the leading digit. */
static int decimal_magnitude(const struct decimal *decimal) {
    int digits = 0;
    for (decimal_wide rest = decimal->mantissa; rest != 0; rest /= 10) {
        ++digits;
    }
    return digits - 1 + decimal->exponent;
}

enum decimal_fit decimal_double(const struct decimal *decimal, double *value) {
    if (decimal->mantissa == 0) {
        *value = 0;
        return DECIMAL_EXACT;
    }
    const int magnitude = decimal_magnitude(decimal);
    if (magnitude < -300 || magnitude > 300) {
        return magnitude < 0 ? DECIMAL_FINER : DECIMAL_LARGE;
    }
    struct big big = {{0}};
    int shift = 0;
    bool inexact = false;
    if (decimal->exponent < 0) {
        /* 10 is below 2^(10/3): 64 bits or more are left after the divisions. */
        shift = (64 - decimal->exponent * 10 / 3 + 32) / 32 * 32;
    }
    for (int i = 0; i < 4; ++i) {
        big.limb[shift / 32 + i] = (uint32_t)(decimal->mantissa >> (32 * i));
    }
    for (int i = 0; i < decimal->exponent; ++i) {
        big_multiply_by_10(&big);
    }
    for (int i = 0; i < -decimal->exponent; ++i) {
        inexact |= big_divide_by_10(&big);
    }
    const double nearest = big_round(&big, shift, inexact);
    *value = decimal->negative ? -nearest : nearest;
    return DECIMAL_EXACT;
}

void decimal_write(int64_t value, int places, char text[DECIMAL_SIZE]) {
    assert(places >= 0);
    assert(places <= 18);
    const uint64_t magnitude = value < 0 ? ~(uint64_t)value + 1 : (uint64_t)value;
    uint64_t unit = 1;
    for (int i = 0; i < places; ++i) {
        unit *= 10;
    }
    const int length =
        snprintf(text, DECIMAL_SIZE, "%s%llu.%0*llu", value < 0 ? "-" : "",
                 (unsigned long long)(magnitude / unit), places > 0 ? places : 1,
                 (unsigned long long)(magnitude % unit));
    assert(length > 0);
    assert(length < DECIMAL_SIZE);
    char *end = text + length;
    while (end[-1] == '0') {
        --end;
    }
    end -= end[-1] == '.';
    *end = '\0';
}

/* Copies the digits of a "%.*e" without the zeros behind the last; returns how many. */
static int copy_digits(const char *text, char digits[24]) {
    int length = 0;
    for (; *text != 'e'; ++text) {
        if (is_digit(*text)) {
            digits[length++] = *text;
        }
    }
    while (length > 1 && digits[length - 1] == '0') {
        --length;
    }
    return length;
}

/* Collects the digits of the shortest "%.*e" that reads back as value. */
static int shortest_digits(double value, char digits[24], int *exponent) {
    for (int count = 1; count <= 17; ++count) {
        char text[40];
        snprintf(text, sizeof text, "%.*e", count - 1, value);
        struct decimal decimal;
        double back = 0;
        const char *end = decimal_read(text, &decimal);
        assert(end != NULL);
        assert(*end == '\0');
        if (decimal_double(&decimal, &back) == DECIMAL_EXACT && back == value) {
            *exponent = decimal_magnitude(&decimal);
            return copy_digits(text, digits);
        }
    }
    abort(); /* 17 significant digits always read back */
}

void decimal_write_double(double value, char text[DECIMAL_SIZE]) {
    if (value == 0) {
        memcpy(text, "0", 2);
        return;
    }
    const double magnitude = value < 0 ? -value : value;
    assert(magnitude >= 1e-300);
    assert(magnitude < 1e301);
    char digits[24];
    int exponent = 0;
    const int length = shortest_digits(magnitude, digits, &exponent);
    char *at = text;
    if (value < 0) {
        *at++ = '-';
    }
    const bool plain = exponent >= -6 && exponent <= 17;
    int point = plain ? exponent : 0; /* index of the digit before the decimal point */
    if (point < 0) {
        *at++ = '0';
        *at++ = '.';
        for (int i = -1; i > point; --i) {
            *at++ = '0';
        }
    }
    for (int i = 0; i < length || i <= point; ++i) {
        if (point >= 0 && i == point + 1) {
            *at++ = '.';
        }
        *at++ = i < length ? digits[i] : '0';
    }
    *at = '\0';
    if (!plain) {
        snprintf(at, (size_t)(text + DECIMAL_SIZE - at), "e%d", exponent);
    }
}
