#include "scenarios/rank.h"

#include "engine/numeric.h"

/* Heapsort: no recursion, no memory, and equal values are indistinguishable. */
static void sift(double *value, uint32_t at, uint32_t count) {
    const double moving = value[at];
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && value[child] < value[child + 1];
        if (!(moving < value[child])) {
            break;
        }
        value[at] = value[child];
        at = child;
    }
    value[at] = moving;
}

static void sort(double *value, uint32_t count) {
    for (uint32_t at = count / 2; at-- > 0;) {
        sift(value, at, count);
    }
    for (uint32_t end = count; end-- > 1;) {
        const double largest = value[0];
        value[0] = value[end];
        value[end] = largest;
        sift(value, 0, end);
    }
}

/* Number of sorted values below x, or not above it. */
static uint32_t position(const double *sorted, uint32_t count, double x, bool inclusive) {
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (sorted[middle] < x || (inclusive && sorted[middle] == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Twice the mean rank from 0, so that it is an integer, less its mean. */
static double centred_rank(const double *sorted, uint32_t count, double x) {
    const double below = (double)position(sorted, count, x, false);
    const double not_above = (double)position(sorted, count, x, true);
    return below + not_above - (double)count;
}

bool rank_correlation(const double *a, const double *b, uint32_t count, double *scratch,
                      double *correlation) {
    double *sorted_a = scratch;
    double *sorted_b = scratch + count;
    double aa = 0.0;
    double bb = 0.0;
    double ab = 0.0;
    for (uint32_t i = 0; i < count; ++i) {
        sorted_a[i] = a[i];
        sorted_b[i] = b[i];
    }
    sort(sorted_a, count);
    sort(sorted_b, count);
    for (uint32_t i = 0; i < count; ++i) {
        const double rank_a = centred_rank(sorted_a, count, a[i]);
        const double rank_b = centred_rank(sorted_b, count, b[i]);
        aa += rank_a * rank_a;
        bb += rank_b * rank_b;
        ab += rank_a * rank_b;
    }
    if (count < 2 || aa == 0.0 || bb == 0.0) {
        return false;
    }
    *correlation = ab / (numeric_sqrt(aa) * numeric_sqrt(bb));
    return true;
}
