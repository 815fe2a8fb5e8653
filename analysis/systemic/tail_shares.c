#include "analysis/systemic/tail_shares.h"

#include "analysis/estimate/tail.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#define PPM 1000000u

struct ranked {
    double value;
    size_t path;
};

static int by_value(const void *one, const void *other) {
    const struct ranked *a = one, *b = other;
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->path > b->path) - (a->path < b->path);
}

/* The values from smallest to largest, allocated; NULL when memory is out. */
static struct ranked *rank(const double *value, size_t count) {
    struct ranked *ranked = malloc((count + 1) * sizeof *ranked);
    for (size_t i = 0; ranked != NULL && i < count; ++i) {
        assert(isfinite(value[i]));
        ranked[i] = (struct ranked){.value = value[i], .path = i};
    }
    if (ranked != NULL) {
        qsort(ranked, count, sizeof *ranked, by_value);
    }
    return ranked;
}

static size_t rank_of(const struct tail_shares_terms *terms) {
    return (size_t)(((uint64_t)terms->count * terms->q_ppm + PPM - 1) / PPM);
}

static double mass_of(const struct tail_shares_terms *terms) {
    return (double)terms->count * (double)(PPM - terms->q_ppm) / PPM;
}

/* What follows from the weights. */
static void complete(const double *total, const struct tail_shares_terms *terms,
                     struct tail_shares_tail *tail) {
    double squares = 0;
    for (size_t i = 0; i < terms->count; ++i) {
        squares += tail->weight[i] * tail->weight[i];
    }
    tail->effective = tail->mass * tail->mass / squares;
    tail->shortfall = tail_shares_of(total, total, tail, terms).shortfall;
}

bool tail_shares_find(const double *total, const struct tail_shares_terms *terms,
                      struct tail_shares_tail *tail) {
    assert(terms->count >= 1);
    assert(terms->q_ppm > 0 && terms->q_ppm < PPM);
    struct ranked *ranked = rank(total, terms->count);
    memset(tail, 0, sizeof *tail);
    tail->weight = calloc(terms->count, sizeof *tail->weight);
    if (ranked == NULL || tail->weight == NULL) {
        free(ranked);
        tail_shares_free(tail);
        return false;
    }
    tail->value_at_risk = ranked[rank_of(terms) - 1].value;
    size_t at = 0;
    for (size_t i = 0; i < terms->count; ++i) {
        tail->above += total[i] > tail->value_at_risk;
        at += total[i] == tail->value_at_risk;
    }
    const double rest = (mass_of(terms) - (double)tail->above) / (double)at;
    for (size_t i = 0; i < terms->count; ++i) {
        tail->weight[i] = total[i] > tail->value_at_risk    ? 1
                          : total[i] == tail->value_at_risk ? rest
                                                            : 0;
    }
    free(ranked);
    tail->mass = mass_of(terms);
    tail->q = (double)terms->q_ppm / PPM;
    complete(total, terms, tail);
    return true;
}

bool tail_shares_worst(const double *total, const struct tail_shares_terms *terms,
                       uint64_t paths, struct tail_shares_tail *tail) {
    assert(terms->count >= 1);
    assert(terms->count <= paths);
    memset(tail, 0, sizeof *tail);
    tail->weight = calloc(terms->count, sizeof *tail->weight);
    if (tail->weight == NULL) {
        return false;
    }
    tail->value_at_risk = total[0];
    for (size_t i = 0; i < terms->count; ++i) {
        tail->weight[i] = 1;
        tail->value_at_risk =
            total[i] < tail->value_at_risk ? total[i] : tail->value_at_risk;
    }
    for (size_t i = 0; i < terms->count; ++i) {
        tail->above += total[i] > tail->value_at_risk;
    }
    tail->mass = (double)terms->count;
    tail->q = 1 - tail->mass / (double)paths;
    complete(total, terms, tail);
    return true;
}

void tail_shares_free(struct tail_shares_tail *tail) {
    free(tail->weight);
    memset(tail, 0, sizeof *tail);
}

static struct interval around(double value, double error, double level) {
    const double half = gsl_cdf_ugaussian_Pinv((1 + level) / 2) * error;
    return (struct interval){.value = value, .low = value - half, .high = value + half};
}

struct tail_shares_part tail_shares_of(const double *part, const double *total,
                                       const struct tail_shares_tail *tail,
                                       const struct tail_shares_terms *terms) {
    const double mass = tail->mass, q = tail->q;
    double own = 0, whole = 0, squares = 0, apart = 0;
    for (size_t i = 0; i < terms->count; ++i) {
        own += tail->weight[i] * part[i] / mass;
        whole += tail->weight[i] * total[i] / mass;
    }
    const double share = whole > 0 ? own / whole : nan("");
    for (size_t i = 0; i < terms->count; ++i) {
        const double away = part[i] - own, off = part[i] - share * total[i];
        squares += tail->weight[i] * away * away;
        apart += tail->weight[i] * (whole > 0 ? off * off : 0);
    }
    struct tail_shares_part found = {.shortfall = interval_none(),
                                     .share = interval_none()};
    found.shortfall.value = own;
    found.share.value = share;
    if (tail->effective < 2 || squares == 0) {
        return found;
    }
    const double edge = whole > 0 ? own - tail->value_at_risk * share : 0;
    const double variance = squares / mass + q * edge * edge;
    found.shortfall = around(own, sqrt(variance / mass), terms->level);
    if (whole > 0) {
        found.share = around(share, sqrt(apart) / mass / whole, terms->level);
    }
    return found;
}

bool tail_shares_covar(const double *own, const double *system,
                       const struct tail_shares_terms *terms, uint32_t band_ppm,
                       size_t *conditioning, struct interval *covar) {
    const uint64_t centre = rank_of(terms);
    const uint64_t half = (uint64_t)terms->count * band_ppm / PPM;
    const uint64_t low = centre > half ? centre - half : 1;
    const uint64_t high = centre + half < terms->count ? centre + half : terms->count;
    struct ranked *ranked = rank(own, terms->count);
    struct sample sample = {.divisor = 1,
                            .real = malloc((terms->count + 1) * sizeof *sample.real)};
    *conditioning = 0;
    *covar = interval_none();
    if (ranked == NULL || sample.real == NULL) {
        free(ranked);
        sample_free(&sample);
        return false;
    }
    for (uint64_t k = low; k <= high; ++k) {
        sample.real[sample.count++] = system[ranked[k - 1].path];
    }
    free(ranked);
    *conditioning = sample.count;
    sample_sort(&sample);
    *covar = tail_quantile(&sample, terms->q_ppm, terms->level);
    sample_free(&sample);
    return true;
}
