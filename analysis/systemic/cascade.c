#include "analysis/systemic/cascade.h"

#include "sim/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 2000 };

struct member {
    size_t generation, size, children;
};

static void measure(const uint32_t *parent, size_t count, struct member *member,
                    struct cascade *cascade) {
    for (size_t i = 0; i < count; ++i) {
        const bool root = parent[i] == CASCADE_ROOT;
        assert(root || parent[i] < i);
        member[i].size = 1;
        member[i].generation = root ? 1 : member[parent[i]].generation + 1;
        cascade->roots += root;
        if (member[i].generation > cascade->depth) {
            cascade->depth = member[i].generation;
        }
    }
    for (size_t i = count; i-- > 0;) {
        if (parent[i] != CASCADE_ROOT) {
            member[parent[i]].size += member[i].size;
            member[parent[i]].children += 1;
        } else if (member[i].size > cascade->largest) {
            cascade->largest = member[i].size;
        }
        if (member[i].children > cascade->most) {
            cascade->most = member[i].children;
        }
    }
}

bool cascade_measure(const uint32_t *parent, size_t count, struct cascade *cascade) {
    struct member *member = calloc(count + 1, sizeof *member);
    memset(cascade, 0, sizeof *cascade);
    if (member == NULL) {
        return false;
    }
    cascade->count = count;
    measure(parent, count, member, cascade);
    free(member);
    return true;
}

static double branching_of(uint64_t roots, uint64_t members) {
    return members > 0 ? 1 - (double)roots / (double)members : nan("");
}

static int by_value(const void *one, const void *other) {
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b); /* equal values are alike: the order is total */
}

/* R of resampled paths; returns how many of them had members. */
static size_t resample(const struct cascade *path, size_t paths, double *value) {
    const struct rng_address address = {.purpose = random_hash_text("cascade_branching")};
    struct rng rng = rng_stream(&address);
    size_t used = 0;
    for (int k = 0; k < RESAMPLES; ++k) {
        uint64_t roots = 0, members = 0;
        for (size_t i = 0; i < paths; ++i) {
            const struct cascade *drawn = &path[rng_below(&rng, paths)];
            roots += drawn->roots;
            members += drawn->count;
        }
        if (members > 0) {
            value[used++] = branching_of(roots, members);
        }
    }
    return used;
}

bool cascade_branching(const struct cascade *path, size_t paths, double level,
                       struct interval *branching) {
    uint64_t roots = 0, members = 0;
    *branching = interval_none();
    for (size_t i = 0; i < paths; ++i) {
        roots += path[i].roots;
        members += path[i].count;
    }
    branching->value = branching_of(roots, members);
    if (members == 0 || paths < 2) {
        return true;
    }
    double *value = malloc(RESAMPLES * sizeof *value);
    if (value == NULL) {
        return false;
    }
    const size_t used = resample(path, paths, value);
    if (used > 0) {
        const size_t outside = (size_t)((1 - level) / 2 * (double)(used - 1));
        qsort(value, used, sizeof *value, by_value);
        branching->low = value[outside];
        branching->high = value[used - 1 - outside];
    }
    free(value);
    return true;
}
