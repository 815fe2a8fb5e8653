#include "analysis/systemic/concentration.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *one, const void *other) {
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b); /* equal values are alike: the order is total */
}

static void measure(const double *sorted, size_t count, struct concentration *own) {
    double squares = 0, ranked = 0, top = 0;
    for (size_t i = 0; i < count; ++i) {
        assert(sorted[i] >= 0);
        own->total += sorted[i];
        own->holders += sorted[i] > 0;
        squares += sorted[i] * sorted[i];
        ranked += (double)(i + 1) * sorted[i];
        top += i + CONCENTRATION_TOP >= count ? sorted[i] : 0;
    }
    if (own->total <= 0) {
        return;
    }
    const double n = (double)count;
    own->largest = sorted[count - 1] / own->total;
    own->top_share = top / own->total;
    own->herfindahl = squares / (own->total * own->total);
    own->gini = 2 * ranked / (n * own->total) - (n + 1) / n;
    own->jain = own->total * own->total / (n * squares);
}

bool concentration_measure(const double *value, size_t count,
                           struct concentration *concentration) {
    double *sorted = malloc((count + 1) * sizeof *sorted);
    memset(concentration, 0, sizeof *concentration);
    if (sorted == NULL) {
        return false;
    }
    concentration->count = count;
    if (count > 0) {
        memcpy(sorted, value, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_value);
        measure(sorted, count, concentration);
    }
    free(sorted);
    return true;
}
