#include "analysis/report/distribution.h"

#include <math.h>
#include <stdlib.h>

enum { EACH = 40 }; /* of the largest values, every one is a step */

size_t distribution_pack(double *value, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (!isnan(value[i])) {
            value[kept++] = value[i];
        }
    }
    return kept;
}

static int by_value(const void *a, const void *b) {
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

void distribution_sort(double *value, size_t count) {
    qsort(value, count, sizeof *value, by_value);
}

void distribution_exceedance(const double *sorted, size_t count, double level,
                             struct distribution_steps *steps) {
    steps->count = 0;
    steps->paths = count;
    const double coarse = DISTRIBUTION_STEPS - EACH - 6;
    const double ratio =
        count > EACH + 1 ? pow((double)EACH / (double)(count - 1), 1 / coarse) : 1;
    double wanted = count > 0 ? (double)(count - 1) : 0;
    for (size_t i = 0; i < count && steps->count < DISTRIBUTION_STEPS; ++i) {
        const size_t above = count - 1 - i; /* for the last of equals */
        const bool first = steps->count == 0;
        if ((i + 1 < count && sorted[i + 1] == sorted[i]) ||
            (!first && above > EACH && (double)above > wanted)) {
            continue;
        }
        struct distribution_step *step = &steps->step[steps->count++];
        *step = (struct distribution_step){
            .value = sorted[i],
            .above = above,
            .share = interval_share(above, count, level),
        };
        while (wanted >= (double)above && wanted > EACH) {
            wanted *= ratio;
        }
    }
}

void distribution_bins(const double *value, size_t count,
                       struct distribution_bins *bins) {
    double low = 0, high = 0;
    *bins = (struct distribution_bins){.count = 0};
    for (size_t i = 0; i < count; ++i) {
        if (isnan(value[i])) {
            continue;
        }
        low = bins->paths == 0 || value[i] < low ? value[i] : low;
        high = bins->paths == 0 || value[i] > high ? value[i] : high;
        bins->paths += 1;
    }
    if (!(high > low)) {
        return;
    }
    bins->count = DISTRIBUTION_BINS;
    bins->low = low;
    bins->width = (high - low) / DISTRIBUTION_BINS;
    for (size_t i = 0; i < count; ++i) {
        if (isnan(value[i])) {
            continue;
        }
        const double at = floor((value[i] - low) / bins->width);
        const size_t bin = at < 0 ? 0 : (size_t)at;
        bins->bin[bin < DISTRIBUTION_BINS ? bin : DISTRIBUTION_BINS - 1] += 1;
    }
}

static int by_pair(const void *a, const void *b) {
    const struct distribution_pair *one = a, *other = b;
    if (one->value != other->value) {
        return one->value < other->value ? -1 : 1;
    }
    return (one->path > other->path) - (one->path < other->path);
}

void distribution_groups(struct distribution_pair *pair, size_t count, double level,
                         struct distribution_groups *groups) {
    *groups = (struct distribution_groups){.count = 0};
    qsort(pair, count, sizeof *pair, by_pair);
    size_t wanted = count / DISTRIBUTION_GROUP_LEAST;
    wanted = wanted < DISTRIBUTION_GROUPS ? wanted : DISTRIBUTION_GROUPS;
    if (wanted < 2 || pair[0].value == pair[count - 1].value) {
        return;
    }
    groups->count = wanted;
    for (size_t i = 0; i < wanted; ++i) {
        struct distribution_group *group = &groups->group[i];
        const size_t first = i * count / wanted, end = (i + 1) * count / wanted;
        double sum = 0;
        for (size_t k = first; k < end; ++k) {
            sum += pair[k].value;
            group->events += pair[k].event != 0;
        }
        group->paths = end - first;
        group->low = pair[first].value;
        group->high = pair[end - 1].value;
        group->mean = sum / (double)group->paths;
        group->share = interval_share(group->events, group->paths, level);
    }
}
