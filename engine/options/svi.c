#include "engine/options/svi.h"

#include <assert.h>

const char *svi_fault_text(enum svi_fault fault) {
    static const char *const texts[] = {
        [SVI_FINE] = "no arbitrage",
        [SVI_RANGE] = "b is below 0, |rho| not below 1, or sigma not above 0",
        [SVI_VARIANCE] = "total variance is not above 0 everywhere",
        [SVI_WING] = "a wing grows faster than a price can: b (1 + |rho|) is above 2",
        [SVI_BUTTERFLY] = "butterfly arbitrage: a density would be negative",
        [SVI_CALENDAR] = "calendar arbitrage: less total variance than an earlier expiry",
    };
    return texts[fault];
}

double svi_variance(const struct svi *svi, double k) {
    const double x = k - svi->m;
    return svi->a +
           svi->b * (svi->rho * x + numeric_sqrt(x * x + svi->sigma * svi->sigma));
}

/* Half the width of what the feed quotes; nothing where a is far below 0. */
static double width(const struct svi *svi) {
    const double scale = svi->a + svi->b * svi->sigma;
    return 4 * numeric_sqrt(scale > 0 ? scale : 0);
}

double svi_volatility(const struct svi *svi, double strike) {
    assert(strike > 0);
    const double edge = width(svi);
    const double k = numeric_clamp(numeric_log(strike / svi->forward), -edge, edge);
    const double w = numeric_min(svi_variance(svi, k), SVI_VARIANCE_MOST);
    assert(w > 0);
    return numeric_sqrt(w / svi->tau);
}

struct svi svi_tied(const struct svi *svi, double variance_ratio) {
    struct svi tied = *svi;
    tied.a *= variance_ratio;
    tied.b *= variance_ratio;
    return tied;
}

/* Gatheral's function, whose sign is that of the density at k. */
static double density_sign(const struct svi *svi, double k) {
    const double x = k - svi->m;
    const double root = numeric_sqrt(x * x + svi->sigma * svi->sigma);
    const double w = svi_variance(svi, k);
    const double slope = svi->b * (svi->rho + x / root);
    const double bend = svi->b * svi->sigma * svi->sigma / (root * root * root);
    const double factor = 1 - k * slope / (2 * w);
    return factor * factor - slope * slope / 4 * (1 / w + 0.25) + bend / 2;
}

/* The i-th point of a grid around the smile: dense where it bends, reaching
   three times as far as its flat wings begin. */
static double grid(const struct svi *svi, int i) {
    const double u = (double)(2 * i - (SVI_GRID - 1)) / (SVI_GRID - 1);
    const double reach = 3 * (width(svi) + svi->sigma) + numeric_abs(svi->m);
    return svi->m + reach * u * numeric_abs(u);
}

enum svi_fault svi_check(const struct svi *svi, double *k) {
    const double flat = 1 - svi->rho * svi->rho;
    *k = svi->m;
    if (!(svi->b >= 0) || !(flat > 0) || !(svi->sigma > 0) || !(svi->forward > 0) ||
        !(svi->tau > 0)) {
        return SVI_RANGE;
    }
    if (!(svi->a + svi->b * svi->sigma * numeric_sqrt(flat) > 0)) {
        *k = svi->m - svi->rho * svi->sigma / numeric_sqrt(flat);
        return SVI_VARIANCE;
    }
    if (svi->b * (1 + numeric_abs(svi->rho)) > 2) {
        return SVI_WING;
    }
    double least = 0;
    for (int i = 0; i < SVI_GRID; ++i) {
        const double at = grid(svi, i), sign = density_sign(svi, at);
        if (sign < least) {
            least = sign;
            *k = at;
        }
    }
    return least < 0 ? SVI_BUTTERFLY : SVI_FINE;
}

enum svi_fault svi_check_calendar(const struct svi *early, const struct svi *late,
                                  double *k) {
    double least = 0;
    *k = 0;
    for (int i = 0; i < 2 * SVI_GRID; ++i) { /* the grids of both */
        const double at = grid(i % 2 == 0 ? early : late, i / 2);
        const double gain = svi_variance(late, at) - svi_variance(early, at);
        if (gain < least) {
            least = gain;
            *k = at;
        }
    }
    return least < 0 ? SVI_CALENDAR : SVI_FINE;
}
