/* Trees of liquidations: by hand, by Borel's law, and how far the interval covers. */
#include "analysis/systemic/cascade.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

static void trees_come_out_as_by_hand(void **state) {
    (void)state;
    enum { R = -1 };
    static const struct {
        const char *name;
        int parent[7];
        size_t count, roots, largest, depth, most;
    } cases[] = {
        {"nobody",    {0},                   0, 0, 0, 0, 0},
        {"loners",    {R, R, R},             3, 3, 1, 1, 0},
        {"a chain",   {R, 0, 1, 2},          4, 1, 4, 4, 1},
        {"a star",    {R, 0, 0, 0},          4, 1, 4, 2, 3},
        {"two trees", {R, R, 0, 1, 2, 2, 1}, 7, 2, 4, 3, 2},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        uint32_t parent[7];
        struct cascade found;
        for (size_t i = 0; i < cases[c].count; ++i) {
            parent[i] =
                cases[c].parent[i] == R ? CASCADE_ROOT : (uint32_t)cases[c].parent[i];
        }
        assert_true(cascade_measure(parent, cases[c].count, &found));
        check_u64(cases[c].name, found.count, cases[c].count);
        check_u64(cases[c].name, found.roots, cases[c].roots);
        check_u64(cases[c].name, found.largest, cases[c].largest);
        check_u64(cases[c].name, found.depth, cases[c].depth);
        check_u64(cases[c].name, found.most, cases[c].most);
    }
}

static double uniform(uint64_t *state) {
    return ((double)(check_random(state) >> 11) + 0.5) * 0x1p-53;
}

static unsigned poisson(uint64_t *state, double mean) {
    unsigned k = 0;
    for (double left = uniform(state); left > exp(-mean); left *= uniform(state)) {
        k += 1;
    }
    return k;
}

/* Grows one tree of Poisson offspring behind count members; returns the new count. */
static size_t grow(uint64_t *random, double mean, uint32_t *parent, size_t count,
                   size_t room) {
    size_t last = count + 1;
    parent[count] = CASCADE_ROOT;
    for (size_t i = count; i < last; ++i) {
        for (unsigned k = poisson(random, mean); k > 0; --k) {
            assert_true(last < room);
            parent[last++] = (uint32_t)i;
        }
    }
    return last;
}

/* Standard errors with 200,000 trees at R = 1/2: of a probability sqrt(p (1 - p) / m) <
   1.1e-3; of the mean size sqrt(4 / m) = 4.5e-3; of R sqrt(R (1 - R) / m) = 1.1e-3.  Five
   of each. */
static void sizes_follow_borel(void **state) {
    (void)state;
    enum { TREES = 200000, ROOM = 3 * TREES };
    static const double law[] = {0, 0.606531, 0.183940, 0.083674};
    uint32_t *parent = malloc(ROOM * sizeof *parent);
    uint64_t random = 5;
    size_t count = 0, of_size[4] = {0};
    assert_non_null(parent);
    for (int tree = 0; tree < TREES; ++tree) {
        const size_t before = count;
        struct cascade found;
        uint32_t own[1000];
        const size_t size = grow(&random, 0.5, own, 0, 1000);
        assert_true(cascade_measure(own, size, &found));
        check_u64("one tree", found.roots, 1);
        of_size[found.largest <= 3 ? found.largest : 0] += 1;
        for (size_t i = 0; i < size; ++i) {
            parent[count++] =
                own[i] == CASCADE_ROOT ? CASCADE_ROOT : own[i] + (uint32_t)before;
        }
    }
    for (size_t k = 1; k <= 3; ++k) {
        check_close("P(N = k)", (double)of_size[k] / TREES, law[k], 5 * 1.1e-3);
    }
    struct cascade all;
    struct interval branching;
    assert_true(cascade_measure(parent, count, &all));
    assert_true(cascade_branching(&all, 1, 0.95, &branching));
    check_close("mean size", (double)all.count / (double)all.roots, 2, 5 * 4.5e-3);
    check_close("R", branching.value, 0.5, 5 * 1.1e-3);
    check_true("one path gives no interval", isnan(branching.low));
    free(parent);
}

/* 200 studies of 40 paths of 10 trees; a percentile interval of 95 % covers a little less
   than that with 40 paths: 0.93.  Standard error sqrt(.93 .07 / 200) = 0.018; four. */
static void the_interval_covers(void **state) {
    (void)state;
    enum { STUDIES = 200, PATHS = 40, TREES = 10, ROOM = 2000 };
    uint64_t random = 11;
    int covered = 0;
    for (int study = 0; study < STUDIES; ++study) {
        struct cascade path[PATHS];
        struct interval branching;
        for (int p = 0; p < PATHS; ++p) {
            uint32_t parent[ROOM];
            size_t count = 0;
            for (int tree = 0; tree < TREES; ++tree) {
                count = grow(&random, 0.6, parent, count, ROOM);
            }
            assert_true(cascade_measure(parent, count, &path[p]));
        }
        assert_true(cascade_branching(path, PATHS, 0.95, &branching));
        covered += branching.low <= 0.6 && branching.high >= 0.6;
    }
    check_close("coverage", (double)covered / STUDIES, 0.93, 4 * 0.018);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_come_out_as_by_hand),
        cmocka_unit_test(sizes_follow_borel),
        cmocka_unit_test(the_interval_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
