#include "engine/decimal.h"
#include "engine/param.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static bool refuse(char *error, size_t size,
                                                         const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, size, format, arguments);
    va_end(arguments);
    return false;
}

/* -- numbers with units ------------------------------------------------------------- */

struct unit {
    const char *name;
    uint32_t factor; /* one of it is factor * 10^power stored units */
    int power;
};

struct scale {
    const struct unit *units; /* end with a NULL name; "" is a bare number */
    const char *allowed;      /* the units, as a message lists them */
    bool multiples;           /* k, M and B may stand before the unit */
    int places;               /* decimals of the stored unit in the unit of the limit */
    const char *limit_unit;   /* " USD": how the largest value is told */
    const char *finer;        /* what digits below the stored unit are finer than */
};

static const char *skip_spaces(const char *at) {
    while (*at == ' ') {
        ++at;
    }
    return at;
}

static int multiple_power(char letter) {
    return letter == 'k' ? 3 : letter == 'M' ? 6 : letter == 'B' ? 9 : 0;
}

static const struct unit *find_unit(const struct scale *scale, const char *name) {
    for (const struct unit *unit = scale->units; unit->name != NULL; ++unit) {
        if (strcmp(unit->name, name) == 0) {
            return unit;
        }
    }
    return NULL;
}

/* One text on its way to a value, and where to say what is wrong with it. */
struct reading {
    const struct param *param;
    const struct scale *scale;
    const char *text;
    char *error;
    size_t error_size;
};

static bool refuse_number(const struct reading *reading) {
    const char *text = reading->text, *example = reading->param->kind->example;
    char shown[PARAM_QUOTE_SIZE];
    if (*text == '\0') {
        return refuse(reading->error, reading->error_size, "is empty; write it like %s",
                      example);
    }
    if (text[strcspn(text, "0123456789")] != '\0' &&
        strspn(text, "+-.0123456789_") > DECIMAL_DIGITS) {
        return refuse(reading->error, reading->error_size,
                      "%s has more than %d digits; write it like %s",
                      param_quote(text, shown), DECIMAL_DIGITS, example);
    }
    return refuse(reading->error, reading->error_size,
                  "%s is not a number; write it like %s", param_quote(text, shown),
                  example);
}

/* Splits text into a decimal and a unit; the decimal takes up k, M and B. */
static bool read_measure(const struct reading *reading, struct decimal *decimal,
                         const struct unit **unit) {
    const struct scale *scale = reading->scale;
    const char *at = decimal_read(reading->text, decimal);
    if (at == NULL) {
        refuse_number(reading);
        return false;
    }
    at = skip_spaces(at);
    *unit = find_unit(scale, at);
    if (*unit == NULL && scale->multiples && multiple_power(*at) != 0) {
        decimal->exponent += decimal->mantissa == 0 ? 0 : multiple_power(*at);
        at = skip_spaces(at + 1);
        *unit = find_unit(scale, at);
    }
    if (*unit == NULL && *at == '\0' && decimal->mantissa == 0) {
        *unit = scale->units; /* zero is zero in every unit */
    }
    char shown[PARAM_QUOTE_SIZE], name[PARAM_QUOTE_SIZE];
    if (*unit == NULL && *at == '\0') {
        refuse(reading->error, reading->error_size,
               "%s needs a unit; allowed: %s; such as %s",
               param_quote(reading->text, shown), scale->allowed,
               reading->param->kind->example);
        return false;
    }
    if (*unit == NULL) {
        refuse(reading->error, reading->error_size,
               "%s has an unknown unit %s; allowed: %s",
               param_quote(reading->text, shown), param_quote(at, name), scale->allowed);
        return false;
    }
    return true;
}

static bool parse_scaled(const struct reading *reading, int64_t *value) {
    struct decimal decimal;
    const struct unit *unit = NULL;
    if (!read_measure(reading, &decimal, &unit)) {
        return false;
    }
    char shown[PARAM_QUOTE_SIZE], limit[DECIMAL_SIZE];
    switch (decimal_scale(&decimal, unit->factor, unit->power, value)) {
    case DECIMAL_FINER:
        return refuse(reading->error, reading->error_size, "%s is finer than %s",
                      param_quote(reading->text, shown), reading->scale->finer);
    case DECIMAL_LARGE:
        decimal_write(decimal.negative ? INT64_MIN : INT64_MAX, reading->scale->places,
                      limit);
        return refuse(reading->error, reading->error_size,
                      "%s is too large to store; the limit is %s%s",
                      param_quote(reading->text, shown), limit,
                      reading->scale->limit_unit);
    case DECIMAL_EXACT:
        break;
    }
    return true;
}

static int compare_i64(const void *a, const void *b) {
    int64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

static int64_t load_i64(const void *value) {
    int64_t integer;
    memcpy(&integer, value, sizeof integer);
    return integer;
}

/* SCALED(kind, ...) is the parse function of a kind whose value is a scaled integer. */
#define SCALED(kind_, ...)                                                               \
    static bool parse_##kind_(const struct param *param, const char *text, void *value,  \
                              char *error, size_t error_size) {                          \
        static const struct scale scale = {__VA_ARGS__};                                 \
        const struct reading reading = {param, &scale, text, error, error_size};         \
        int64_t parsed;                                                                  \
        if (!parse_scaled(&reading, &parsed)) {                                          \
            return false;                                                                \
        }                                                                                \
        memcpy(value, &parsed, sizeof parsed);                                           \
        return true;                                                                     \
    }

static const struct unit integer_units[] = {
    {"",   1, 0},
    {NULL, 0, 0}
};
SCALED(integer, integer_units, "a bare number", true, 0, "", "a whole number")

static const struct unit ppm_units[] = {
    {"",    1, 6},
    {"%",   1, 4},
    {"bp",  1, 2},
    {"ppm", 1, 0},
    {NULL,  0, 0}
};
SCALED(ppm, ppm_units, "%, bp, ppm or a bare fraction", false, 4, "%", "1 ppm")

static const struct unit usd_units[] = {
    {"USD", 1, 6},
    {NULL,  0, 0}
};
SCALED(money, usd_units, "USD, k USD, M USD, B USD", true, 6, " USD", "1e-6 USD")

static const struct unit quantity_units[] = {
    {"",   1, 6},
    {NULL, 0, 0}
};
SCALED(quantity, quantity_units, "a bare number", true, 6, "", "1e-6")

static const struct unit time_units[] = {
    {"ns",  1,   0 },
    {"us",  1,   3 },
    {"ms",  1,   6 },
    {"s",   1,   9 },
    {"min", 6,   10},
    {"h",   36,  11},
    {"d",   864, 11},
    {NULL,  0,   0 }
};
SCALED(time, time_units, "ns, us, ms, s, min, h, d", false, 9, "s", "1 ns")

static const struct unit gas_units[] = {
    {"gwei", 1, 9},
    {"wei",  1, 0},
    {NULL,   0, 0}
};
SCALED(gas_price, gas_units, "gwei, wei", false, 9, " gwei", "1 wei")

static void format_integer(const struct param *param, const void *value, char *text,
                           size_t size) {
    (void)param;
    snprintf(text, size, "%lld", (long long)load_i64(value));
}

static void format_decimal(int64_t value, int places, const char *unit, char *text,
                           size_t size) {
    char number[DECIMAL_SIZE];
    decimal_write(value, places, number);
    snprintf(text, size, "%s%s", number, unit);
}

static void format_ppm(const struct param *param, const void *value, char *text,
                       size_t size) {
    (void)param;
    format_decimal(load_i64(value), 4, "%", text, size);
}

static void format_money(const struct param *param, const void *value, char *text,
                         size_t size) {
    (void)param;
    const int64_t uusd = load_i64(value);
    const int64_t thousand = INT64_C(1000000000), million = thousand * 1000;
    if (uusd % million == 0 && (uusd >= million * 1000 || uusd <= -million * 1000)) {
        format_decimal(uusd, 15, "B USD", text, size);
    } else if (uusd % thousand == 0 && (uusd >= million || uusd <= -million)) {
        format_decimal(uusd, 12, "M USD", text, size);
    } else {
        format_decimal(uusd, 6, " USD", text, size);
    }
}

static void format_price(const struct param *param, const void *value, char *text,
                         size_t size) {
    (void)param;
    format_decimal(load_i64(value), 6, " USD", text, size);
}

static void format_quantity(const struct param *param, const void *value, char *text,
                            size_t size) {
    (void)param;
    format_decimal(load_i64(value), 6, "", text, size);
}

/* The largest unit that leaves a whole number. */
static void format_time(const struct param *param, const void *value, char *text,
                        size_t size) {
    (void)param;
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {
        {"d",   INT64_C(86400000000000)},
        {"h",   INT64_C(3600000000000) },
        {"min", INT64_C(60000000000)   },
        {"s",   1000000000             },
        {"ms",  1000000                },
        {"us",  1000                   },
        {"ns",  1                      },
    };
    const int64_t ns = load_i64(value);
    size_t i = 0;
    while (ns % units[i].ns != 0) {
        ++i;
    }
    snprintf(text, size, "%lld%s", (long long)(ns / units[i].ns),
             ns == 0 ? "s" : units[i].name);
}

static void format_gas_price(const struct param *param, const void *value, char *text,
                             size_t size) {
    (void)param;
    format_decimal(load_i64(value), 9, " gwei", text, size);
}

/* -- real --------------------------------------------------------------------------- */

static bool parse_real(const struct param *param, const char *text, void *value,
                       char *error, size_t error_size) {
    static const struct unit units[] = {
        {"",    1, 0 },
        {"%",   1, -2},
        {"bp",  1, -4},
        {"ppm", 1, -6},
        {NULL,  0, 0 }
    };
    static const struct scale scale = {
        .units = units, .allowed = "%, bp, ppm or a bare number", .multiples = true};
    const struct reading reading = {param, &scale, text, error, error_size};
    struct decimal decimal;
    const struct unit *unit = NULL;
    if (!read_measure(&reading, &decimal, &unit)) {
        return false;
    }
    decimal.exponent += decimal.mantissa == 0 ? 0 : unit->power;
    double parsed;
    char shown[PARAM_QUOTE_SIZE];
    if (decimal_double(&decimal, &parsed) != DECIMAL_EXACT) {
        return refuse(error, error_size,
                      "%s is outside +-1e300 or closer to 0 than 1e-300",
                      param_quote(text, shown));
    }
    memcpy(value, &parsed, sizeof parsed);
    return true;
}

static void format_real(const struct param *param, const void *value, char *text,
                        size_t size) {
    (void)param;
    double real;
    memcpy(&real, value, sizeof real);
    char number[DECIMAL_SIZE];
    decimal_write_double(real, number);
    snprintf(text, size, "%s", number);
}

static int compare_real(const void *a, const void *b) {
    double left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

/* -- choices, flags and texts
 * -------------------------------------------------------------------------- */

static bool parse_choice(const struct param *param, const char *text, void *value,
                         char *error, size_t error_size) {
    const char *likely = NULL;
    char list[256] = "", shown[PARAM_QUOTE_SIZE];
    for (int64_t i = 0; param->choices[i] != NULL; ++i) {
        if (strcmp(param->choices[i], text) == 0) {
            memcpy(value, &i, sizeof i);
            return true;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "",
                 param->choices[i]);
        if (param_resembles(text, param->choices[i]) &&
            (likely == NULL ||
             param_distance(text, param->choices[i]) < param_distance(text, likely))) {
            likely = param->choices[i];
        }
    }
    const char *ask = likely == NULL ? "" : "; did you mean ";
    return refuse(error, error_size, "%s is not allowed; allowed: %s%s%s%s",
                  param_quote(text, shown), list, ask, likely == NULL ? "" : likely,
                  likely == NULL ? "" : "?");
}

static void format_choice(const struct param *param, const void *value, char *text,
                          size_t size) {
    snprintf(text, size, "%s", param->choices[load_i64(value)]);
}

static bool parse_flag(const struct param *param, const char *text, void *value,
                       char *error, size_t error_size) {
    (void)param;
    static const char *const words[] = {"off", "on", "false", "true", "no", "yes"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i) {
        if (strcmp(words[i], text) == 0) {
            const int64_t flag = (int64_t)(i % 2);
            memcpy(value, &flag, sizeof flag);
            return true;
        }
    }
    char shown[PARAM_QUOTE_SIZE];
    return refuse(error, error_size, "%s is not allowed; allowed: on, off, true, false",
                  param_quote(text, shown));
}

static void format_flag(const struct param *param, const void *value, char *text,
                        size_t size) {
    (void)param;
    snprintf(text, size, "%s", load_i64(value) != 0 ? "on" : "off");
}

static bool parse_text(const struct param *param, const char *text, void *value,
                       char *error, size_t error_size) {
    (void)param;
    const size_t length = strlen(text);
    char shown[PARAM_QUOTE_SIZE];
    if (length >= PARAM_TEXT_SIZE) {
        return refuse(error, error_size, "%s is too long; at most %d bytes",
                      param_quote(text, shown), PARAM_TEXT_SIZE - 1);
    }
    for (size_t i = 0; i < length; ++i) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            return refuse(error, error_size,
                          "%s contains a control character; one line "
                          "of printable text is allowed",
                          param_quote(text, shown));
        }
    }
    memset(value, 0, PARAM_TEXT_SIZE);
    memcpy(value, text, length);
    return true;
}

static void format_text(const struct param *param, const void *value, char *text,
                        size_t size) {
    (void)param;
    snprintf(text, size, "%s", (const char *)value);
}

/* -- kinds and rows ----------------------------------------------------------------- */

#define KIND(kind_, unit_, example_, size_, compare_)                                    \
    const struct param_kind param_##kind_ = {                                            \
        .name = #kind_,                                                                  \
        .unit = (unit_),                                                                 \
        .example = (example_),                                                           \
        .size = (size_),                                                                 \
        .parse = parse_##kind_,                                                          \
        .format = format_##kind_,                                                        \
        .compare = (compare_),                                                           \
    }

KIND(integer, "1", "15M", sizeof(int64_t), compare_i64);
KIND(ppm, "1", "6.25%", sizeof(int64_t), compare_i64);
KIND(money, "USD", "1.5M USD", sizeof(int64_t), compare_i64);
KIND(quantity, "base", "2.5", sizeof(int64_t), compare_i64);
KIND(time, "s", "12s", sizeof(int64_t), compare_i64);
KIND(gas_price, "gwei", "10 gwei", sizeof(int64_t), compare_i64);
KIND(choice, "1", "a word", sizeof(int64_t), NULL);
KIND(flag, "1", "on", sizeof(int64_t), NULL);
KIND(real, "1", "0.3", sizeof(double), compare_real);
KIND(text, "1", "some words", PARAM_TEXT_SIZE, NULL);

/* A price is written as money is, but never in millions. */
const struct param_kind param_price = {
    .name = "price",
    .unit = "USD",
    .example = "194.61 USD",
    .size = sizeof(int64_t),
    .parse = parse_money,
    .format = format_price,
    .compare = compare_i64,
};
