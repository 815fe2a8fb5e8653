#include "analysis/report/scale.h"

#include <assert.h>
#include <math.h>

double scale_at(const struct scale *scale, double value) {
    double share;
    if (scale->logarithmic) {
        const double least = value > scale->low ? value : scale->low;
        share = log(least / scale->low) / log(scale->high / scale->low);
    } else {
        share = (value - scale->low) / (scale->high - scale->low);
    }
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return scale->from + share * (scale->to - scale->from);
}

double scale_step(double span, unsigned parts) {
    static const double steps[] = {1, 2, 5};
    assert(span > 0 && parts >= 1);
    const double least = span / parts * (1 - 1e-9);
    const double power = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i) {
        if (steps[i] * power >= least) {
            return steps[i] * power;
        }
    }
    return 10 * power;
}

void scale_round(struct scale *scale, unsigned parts) {
    if (scale->logarithmic) {
        scale->low = pow(10, floor(log10(scale->low) + 1e-9));
        scale->high = pow(10, ceil(log10(scale->high) - 1e-9));
        scale->high = scale->high > scale->low ? scale->high : 10 * scale->low;
        return;
    }
    if (!(scale->high > scale->low)) {
        scale->high = scale->low + (scale->low == 0 ? 1 : fabs(scale->low));
    }
    const double step = scale_step(scale->high - scale->low, parts);
    scale->low = floor(scale->low / step + 1e-9) * step;
    scale->high = ceil(scale->high / step - 1e-9) * step;
}

static size_t powers(const struct scale *scale, double tick[SCALE_TICKS_MAX]) {
    static const double factors[] = {1, 2, 5};
    const double decades = log10(scale->high / scale->low);
    const size_t factor_count = decades < 2 ? 3 : 1;
    const int every = decades > 8 ? 2 : 1;
    size_t count = 0;
    const int first = (int)floor(log10(scale->low) + 1e-9);
    for (int power = first; count < SCALE_TICKS_MAX - 3; power += every) {
        if (pow(10, power) > scale->high * (1 + 1e-9)) {
            break;
        }
        for (size_t i = 0; i < factor_count; ++i) {
            const double value = factors[i] * pow(10, power);
            if (value >= scale->low * (1 - 1e-9) && value <= scale->high * (1 + 1e-9)) {
                tick[count++] = value;
            }
        }
    }
    return count;
}

size_t scale_ticks(const struct scale *scale, unsigned parts,
                   double tick[SCALE_TICKS_MAX]) {
    if (scale->logarithmic) {
        return powers(scale, tick);
    }
    const double step = scale_step(scale->high - scale->low, parts);
    const double first = ceil(scale->low / step - 1e-9);
    size_t count = 0;
    for (; count < SCALE_TICKS_MAX; ++count) {
        const double value = (first + (double)count) * step;
        if (value > scale->high + 1e-9 * step) {
            break;
        }
        tick[count] = value == 0 ? 0 : value;
    }
    return count;
}
