#include "analysis/tune/design.h"

#include "scenarios/load.h"
#include "sim/random.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_qrng.h>

enum { USUAL_LINE = 15, USUAL_SIDE = 8, USUAL_CLOUD = 64 };

/* Kinds with an order and a middle; true writes whether it is a double. */
static bool is_number(const struct param_kind *kind, bool *real) {
    static const struct param_kind *const kinds[] = {
        &param_integer,  &param_ppm,  &param_money,     &param_price,
        &param_quantity, &param_time, &param_gas_price, NULL};
    *real = kind == &param_real;
    const struct param_kind *const *at = kinds;
    while (*at != NULL && *at != kind) {
        ++at;
    }
    return *real || *at != NULL;
}

/* A stored value as a double; amounts below 2^53 are exact. */
static double read_value(const struct design_axis *axis, const void *value) {
    int64_t integer;
    double real;
    if (axis->real) {
        memcpy(&real, value, sizeof real);
        return real;
    }
    memcpy(&integer, value, sizeof integer);
    return (double)integer;
}

static void write_value(const struct design_axis *axis, double at,
                        char text[DESIGN_VALUE_SIZE]) {
    const int64_t integer = axis->real ? 0 : llround(at);
    axis->param->kind->format(axis->param,
                              axis->real ? (const void *)&at : (const void *)&integer,
                              text, DESIGN_VALUE_SIZE);
}

/* Reads one bound by the key's own row; what stands for a step need not be within it. */
static bool read_bound(const struct design_axis *axis, const char *text, bool bounded,
                       double *to, char *error, size_t error_size) {
    struct param row = *axis->param;
    char sentence[512];
    union {
        int64_t integer;
        double real;
    } value;
    if (!bounded) {
        row.low = row.high = NULL;
    }
    if (!param_parse(&row, text, &value, sentence, sizeof sentence)) {
        snprintf(error, error_size, "%s: %s", axis->key, sentence);
        return false;
    }
    *to = read_value(axis, &value);
    return true;
}

/* Splits LOW..HIGH:STEP in place; step is NULL without one. */
static bool split(char *text, char **high, char **step) {
    char *dots = strstr(text, "..");
    if (dots == NULL || dots == text || dots[2] == '\0') {
        return false;
    }
    *dots = '\0';
    *high = dots + 2;
    *step = strchr(*high, ':');
    if (*step != NULL) {
        **step = '\0';
        ++*step;
    }
    return true;
}

static bool read_range(struct design_axis *axis, char *text, char *error,
                       size_t error_size) {
    char *high, *step;
    if (!split(text, &high, &step)) {
        snprintf(error, error_size,
                 "%s: write it KEY=LOW..HIGH or KEY=LOW..HIGH:STEP, such as "
                 "margin.maintenance=5%%..12%%",
                 axis->key);
        return false;
    }
    if (!read_bound(axis, text, true, &axis->low, error, error_size) ||
        !read_bound(axis, high, true, &axis->high, error, error_size) ||
        (step != NULL &&
         !read_bound(axis, step, false, &axis->step, error, error_size))) {
        return false;
    }
    if (!(axis->low < axis->high) || (step != NULL && !(axis->step > 0))) {
        snprintf(error, error_size, "%s: the %s", axis->key,
                 axis->low < axis->high ? "step has to be above zero"
                                        : "range is empty; the lower bound comes first");
        return false;
    }
    return true;
}

bool design_axis_add(struct design *design, const struct scenario *scenario,
                     const char *text, char *error, size_t error_size) {
    char range[192], shown[PARAM_QUOTE_SIZE];
    struct load_key found;
    const char *equals = strchr(text, '=');
    if (design->axis_count == DESIGN_AXES) {
        snprintf(error, error_size, "at most %d keys at once", DESIGN_AXES);
        return false;
    }
    struct design_axis *axis = &design->axis[design->axis_count];
    if (equals == NULL || (size_t)(equals - text) >= sizeof axis->key ||
        strlen(equals + 1) >= sizeof range) {
        snprintf(error, error_size, "%s: write it KEY=LOW..HIGH",
                 param_quote(text, shown));
        return false;
    }
    *axis = (struct design_axis){.step = 0};
    memcpy(axis->key, text, (size_t)(equals - text));
    snprintf(range, sizeof range, "%s", equals + 1);
    for (size_t i = 0; i < design->axis_count; ++i) {
        if (strcmp(design->axis[i].key, axis->key) == 0) {
            snprintf(error, error_size, "%s: is named twice", axis->key);
            return false;
        }
    }
    if (!load_find(&scenario_schema, axis->key, &found, error, error_size)) {
        return false;
    }
    axis->param = found.param;
    if (!is_number(found.param->kind, &axis->real)) {
        snprintf(error, error_size,
                 "%s: is a %s, which has no values in between; compare its values one by "
                 "one",
                 axis->key, found.param->kind->name);
        return false;
    }
    axis->current = read_value(
        axis, (const char *)load_row_const(found.section, scenario, found.row) +
                  found.param->offset);
    if (!read_range(axis, range, error, error_size)) {
        return false;
    }
    ++design->axis_count;
    return true;
}

/* The nearest value that is short to write: a five-hundredth of the range or finer. */
static double round_value(const struct design_axis *axis, double at) {
    const double power = floor(log10((axis->high - axis->low) / 500));
    double value = axis->real ? at : round(at);
    if (axis->step <= 0 && (axis->real || power > 0)) {
        value = power < 0 ? round(at * pow(10, -power)) / pow(10, -power)
                          : round(at / pow(10, power)) * pow(10, power);
    }
    return value > axis->high ? axis->high : value < axis->low ? axis->low : value;
}

/* Appends a point unless the design has it. */
static void add_point(struct design *design, const double *at, bool current) {
    struct design_point *point = &design->point[design->count];
    *point = (struct design_point){.current = current};
    for (size_t i = 0; i < design->axis_count; ++i) {
        const struct design_axis *axis = &design->axis[i];
        point->at[i] = current ? at[i] : round_value(axis, at[i]);
        point->outside |= at[i] < axis->low || at[i] > axis->high;
        write_value(axis, point->at[i], point->value[i]);
    }
    point->outside = point->outside && current;
    for (size_t k = 0; k < design->count; ++k) {
        if (memcmp(design->point[k].value, point->value, sizeof point->value) == 0) {
            design->point[k].current |= current;
            return;
        }
    }
    ++design->count;
}

/* A round step that cuts the range into about so many parts: 1, 2, 2.5 or 5 times a power of
   ten.  None if it does not cut it evenly. */
static double round_step(const struct design_axis *axis, size_t parts) {
    static const double rounds[] = {1, 2, 2.5, 5, 10};
    const double range = axis->high - axis->low, wanted = range / (double)parts;
    const double power = pow(10, floor(log10(wanted)));
    double best = power;
    for (size_t i = 1; i < sizeof rounds / sizeof *rounds; ++i) {
        if (fabs(log(rounds[i] * power / wanted)) < fabs(log(best / wanted))) {
            best = rounds[i] * power;
        }
    }
    const double cuts = range / best;
    return fabs(cuts - round(cuts)) < 1e-9 * cuts && (axis->real || best >= 1) ? best : 0;
}

/* How many values a key takes on a grid that has so many a side. */
static size_t side_of(const struct design_axis *axis, size_t side) {
    if (axis->step > 0) {
        const double steps = floor((axis->high - axis->low) / axis->step * (1 + 1e-12));
        return steps >= DESIGN_POINTS_MAX ? DESIGN_POINTS_MAX + 1 : (size_t)steps + 1;
    }
    const double values = axis->high - axis->low + 1; /* of whole numbers */
    return !axis->real && values < (double)side ? (size_t)values : side;
}

static double on_grid(const struct design_axis *axis, size_t side, size_t index) {
    if (axis->step > 0) {
        return axis->low + axis->step * (double)index;
    }
    return axis->low + (axis->high - axis->low) * (double)index / (double)(side - 1);
}

static void fill_grid(struct design *design, const size_t side[2]) {
    for (size_t i = 0; i < side[0]; ++i) {
        for (size_t k = 0; k < side[1]; ++k) {
            double at[DESIGN_AXES] = {on_grid(&design->axis[0], side[0], i)};
            if (design->axis_count > 1) {
                at[1] = on_grid(&design->axis[1], side[1], k);
            }
            add_point(design, at, false);
        }
    }
}

/* Whole numbers get equal shares of the unit interval, both bounds included. */
static bool fill_cloud(struct design *design, uint64_t seed, size_t points) {
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)design->axis_count);
    if (sobol == NULL) {
        return false;
    }
    for (size_t k = 0; k < points; ++k) {
        double unit[DESIGN_AXES], at[DESIGN_AXES];
        gsl_qrng_get(sobol, unit);
        for (size_t i = 0; i < design->axis_count; ++i) {
            const struct design_axis *axis = &design->axis[i];
            const uint64_t hash =
                random_hash_u64(random_hash_text(axis->key), random_hash_u64(seed, i));
            const double shift = (double)(hash >> 11) * 0x1p-53;
            const double u = unit[i] + shift - floor(unit[i] + shift);
            at[i] = axis->real ? axis->low + u * (axis->high - axis->low)
                               : axis->low + floor(u * (axis->high - axis->low + 1));
        }
        add_point(design, at, false);
    }
    gsl_qrng_free(sobol);
    return true;
}

/* The values a side, and how many points that makes; 0: refused. */
static size_t measure(struct design *design, size_t points, size_t side[2], char *error,
                      size_t error_size) {
    size_t usual = points > 0 ? points : USUAL_LINE;
    if (design->axis_count == 2) {
        usual = points > 0 ? (size_t)sqrt((double)points) : USUAL_SIDE;
    }
    side[0] = side[1] = 1;
    for (size_t i = 0; i < design->axis_count; ++i) {
        if (design->axis_count > 2 && design->axis[i].step > 0) {
            snprintf(error, error_size, "%s: a step makes a grid, of at most two keys",
                     design->axis[i].key);
            return 0;
        }
        if (design->axis_count <= 2) {
            if (points == 0 && design->axis[i].step <= 0) {
                design->axis[i].step = round_step(&design->axis[i], usual - 1);
            }
            side[i] = side_of(&design->axis[i], usual);
        }
    }
    const size_t count =
        design->axis_count > 2 ? points > 0 ? points : USUAL_CLOUD : side[0] * side[1];
    if (count > DESIGN_POINTS_MAX || usual < 2) {
        snprintf(
            error, error_size, "from 2 values a key up to %d settings in all; fewer %s",
            DESIGN_POINTS_MAX, usual < 2 ? "tell nothing" : "points or larger steps");
        return 0;
    }
    return count;
}

bool design_fill(struct design *design, uint64_t seed, size_t points, char *error,
                 size_t error_size) {
    size_t side[2];
    double current[DESIGN_AXES] = {0};
    assert(design->axis_count > 0);
    const size_t count = measure(design, points, side, error, error_size);
    if (count == 0) {
        return false;
    }
    design->point = calloc(count + 1, sizeof *design->point);
    design->count = 0;
    if (design->point == NULL ||
        (design->axis_count > 2 && !fill_cloud(design, seed, count))) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    if (design->axis_count <= 2) {
        fill_grid(design, side);
    }
    for (size_t i = 0; i < design->axis_count; ++i) {
        current[i] = design->axis[i].current;
    }
    add_point(design, current, true);
    return true;
}

void design_free(struct design *design) {
    free(design->point);
    design->point = NULL;
    design->count = 0;
}
