/* histogram.h -- counts in fixed log-linear bins: exact to merge, in any order.

   Values below 64 have a bin each; above, every doubling is divided into 32 bins, so a
   quantile is known within 1/32.

   Units    the caller's; values are int64 and not negative.
   Memory   a value of HISTOGRAM_BINS words, zeroed when empty.
   Threads  pure functions of their arguments. */
#ifndef SCENARIOS_HISTOGRAM_H
#define SCENARIOS_HISTOGRAM_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define HISTOGRAM_BINS 1920 /* 64 + 58 doublings of 32 */

struct histogram {
    int64_t total;
    int64_t weight[HISTOGRAM_BINS];
};

/* histogram_place returns the bin of a value when every doubling is divided into 2^bits
   bins, and values below 2^(bits + 1) have one each; histogram_place_low the smallest value
   of such a bin.  Both go in the order of the values.
   Range   value >= 0, 1 <= bits <= 16. */
static inline uint32_t histogram_place(int64_t value, uint32_t bits) {
    const uint32_t parts = UINT32_C(1) << bits;
    assert(value >= 0);
    if (value < 2 * (int64_t)parts) {
        return (uint32_t)value;
    }
    const uint32_t exponent = 63 - (uint32_t)__builtin_clzll((uint64_t)value);
    const uint32_t part = (uint32_t)((uint64_t)value >> (exponent - bits)) & (parts - 1);
    return 2 * parts + (exponent - bits - 1) * parts + part;
}
static inline int64_t histogram_place_low(uint32_t place, uint32_t bits) {
    const uint32_t parts = UINT32_C(1) << bits;
    if (place < 2 * parts) {
        return place;
    }
    const uint32_t doubling = (place - 2 * parts) / parts; /* above the first */
    return (int64_t)((uint64_t)(parts + (place - 2 * parts) % parts) << (doubling + 1));
}

/* histogram_bin returns the bin of a value, histogram_low the smallest value of a bin. */
static inline uint32_t histogram_bin(int64_t value) {
    return histogram_place(value, 5);
}
static inline int64_t histogram_low(uint32_t bin) {
    return histogram_place_low(bin, 5);
}

/* histogram_add counts a value with a weight >= 0. */
static inline void histogram_add(struct histogram *histogram, int64_t value,
                                 int64_t weight) {
    assert(weight >= 0);
    histogram->weight[histogram_bin(value)] += weight;
    histogram->total += weight;
}

/* histogram_quantile writes the smallest value of the first bin at which at least
   share_ppm of the weight is reached; false when nothing was counted. */
static inline bool histogram_quantile(const struct histogram *histogram,
                                      int64_t share_ppm, int64_t *value) {
    __extension__ typedef __int128 product;
    const product wanted = (product)histogram->total * share_ppm;
    product reached = 0;
    if (histogram->total == 0) {
        return false;
    }
    for (uint32_t bin = 0; bin < HISTOGRAM_BINS; ++bin) {
        reached += (product)histogram->weight[bin] * 1000000;
        if (reached >= wanted && histogram->weight[bin] > 0) {
            *value = histogram_low(bin);
            return true;
        }
    }
    return false;
}

#endif
