#include "analysis/bands.h"

#include "analysis/estimate/tail.h"
#include "scenarios/histogram.h"

#include <math.h>
#include <stdlib.h>

#define BANDS_PPM(ppm) (ppm),
const uint32_t bands_quantile_ppm[BANDS_QUANTILES] = {BANDS_QUANTILES_PPM(BANDS_PPM)};
#undef BANDS_PPM

struct bands {
    uint64_t weight[SAMPLES_COUNT][SAMPLES_POINTS][SAMPLES_PLACES];
};

struct bands *bands_open(void) {
    return calloc(1, sizeof(struct bands));
}

void bands_close(struct bands *bands) {
    free(bands);
}

void bands_add(struct bands *bands, const unsigned char record[SAMPLES_RECORD_SIZE]) {
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            const uint16_t place =
                samples_place(record, (enum samples_series)series, point);
            if (place != SAMPLES_MISSING) {
                assert(place < SAMPLES_PLACES);
                bands->weight[series][point][place] += 1;
            }
        }
    }
}

/* The middle of a bin, in units of files. */
static double middle_of(enum samples_series series, uint32_t place) {
    const uint64_t low = (uint64_t)histogram_place_low(place, SAMPLES_BITS);
    const uint64_t next = (uint64_t)histogram_place_low(place + 1, SAMPLES_BITS);
    return ((double)low + (double)(next - low - 1) / 2) /
           samples_descriptions[series].divisor;
}

enum { RANKS = 3 * BANDS_QUANTILES };

/* The ranks that are asked for, of one count of paths. */
struct asked {
    uint64_t count;
    uint64_t rank[RANKS]; /* value, low and high of each quantile */
};

static void ask(uint64_t count, double level, struct asked *asked) {
    if (asked->count == count) {
        return; /* all points have the same count as a rule: the ranks are kept */
    }
    asked->count = count;
    for (unsigned i = 0; i < BANDS_QUANTILES && count > 0; ++i) {
        const struct tail_ranks ranks =
            tail_quantile_ranks(count, bands_quantile_ppm[i], level);
        asked->rank[3 * i] = ranks.value;
        asked->rank[3 * i + 1] = ranks.low;
        asked->rank[3 * i + 2] = ranks.high;
    }
}

/* Answers every rank in one walk over the bins; what has no such rank stays NaN. */
static void answer(const uint64_t weight[SAMPLES_PLACES], enum samples_series series,
                   const struct asked *asked, double value[RANKS]) {
    uint64_t before = 0;
    for (unsigned i = 0; i < RANKS; ++i) {
        value[i] = nan("");
    }
    for (uint32_t place = 0; place < SAMPLES_PLACES && before < asked->count; ++place) {
        const uint64_t here = weight[place];
        for (unsigned i = 0; here > 0 && i < RANKS; ++i) {
            if (asked->rank[i] > before && asked->rank[i] <= before + here) {
                value[i] = middle_of(series, place);
            }
        }
        before += here;
    }
}

void bands_compute(const struct bands *bands, enum samples_series series, double level,
                   struct bands_series *made) {
    struct asked asked = {.count = 0};
    for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
        const uint64_t *weight = bands->weight[series][point];
        double value[RANKS];
        uint64_t count = 0;
        for (uint32_t place = 0; place < SAMPLES_PLACES; ++place) {
            count += weight[place];
        }
        made->count[point] = count;
        ask(count, level, &asked);
        answer(weight, series, &asked, value);
        for (unsigned i = 0; i < BANDS_QUANTILES; ++i) {
            made->quantile[point][i] =
                (struct interval){value[3 * i], value[3 * i + 1], value[3 * i + 2]};
        }
    }
}
