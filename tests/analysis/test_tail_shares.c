/* Whose loss the tail is: Gaussian closed forms, atoms by hand, parts that add up. */
#include "analysis/systemic/tail_shares.h"
#include "engine/numeric.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#define Q95 950000u

static double normal(uint64_t *state) {
    return numeric_normal_inverse(((double)(check_random(state) >> 11) + 0.5) * 0x1p-53);
}

/* Two losses, standard normal times own_sd and system_sd, with a correlation. */
struct pair {
    size_t count;
    double *own, *system;
};

static struct pair draw(uint64_t seed, size_t count, double own_sd, double system_sd) {
    const double rho = 0.6;
    struct pair pair = {.count = count,
                        .own = malloc(count * sizeof *pair.own),
                        .system = malloc(count * sizeof *pair.system)};
    assert_non_null(pair.own);
    assert_non_null(pair.system);
    for (size_t i = 0; i < count; ++i) {
        const double m = normal(&seed), z = normal(&seed);
        pair.system[i] = system_sd * m;
        pair.own[i] = own_sd * (rho * m + sqrt(1 - rho * rho) * z);
    }
    return pair;
}

static void pair_free(struct pair *pair) {
    free(pair->own);
    free(pair->system);
}

/* rho s phi(z) / a = 0.371288 at rho = 0.6, s = 0.3, a = 5 %.  In the tail the loss has the
   standard deviation 0.3 sqrt(0.36 x 0.138 + 0.64) = 0.249; with the edge, by the header, the
   standard error over 20,000 tail paths is sqrt(0.0620 + 0.95 x 0.0056) / sqrt(20,000)
   = 1.84e-3; four of it. */
static void gaussian_marginal_shortfall_is_the_closed_form(void **state) {
    (void)state;
    const struct tail_shares_terms terms = {.count = 400000, .q_ppm = Q95, .level = 0.95};
    struct pair pair = draw(1, terms.count, 0.3, 0.2);
    struct tail_shares_tail tail;
    assert_true(tail_shares_find(pair.system, &terms, &tail));
    const struct tail_shares_part part =
        tail_shares_of(pair.own, pair.system, &tail, &terms);
    check_close("MES", part.shortfall.value, 0.371288, 4 * 1.84e-3);
    check_close("half an interval", part.shortfall.high - part.shortfall.value,
                1.96 * 1.84e-3, 0.05 * 1.96 * 1.84e-3);
    check_close("effective paths", tail.effective, 20000, 1e-6);
    tail_shares_free(&tail);
    pair_free(&pair);
}

/* CoVaR of losses: 0.460559 at rho = 0.6, s_m = 0.2, 5 %.  Within half a percent of rank the
   quantile moves by 0.12 x 0.005 / phi(1.645) = 5.8e-3 either way, so the bias is of second
   order, below 1e-3; the standard error of a 95 % quantile of 4,001 paths of sd 0.16 is
   0.16 sqrt(.05 .95 / 4001) / 0.1031 = 5.3e-3.  Four, and the bias. */
static void gaussian_covar_is_the_closed_form(void **state) {
    (void)state;
    const struct tail_shares_terms terms = {.count = 400000, .q_ppm = Q95, .level = 0.95};
    struct pair pair = draw(2, terms.count, 0.3, 0.2);
    size_t conditioning;
    struct interval covar;
    assert_true(
        tail_shares_covar(pair.own, pair.system, &terms, 5000, &conditioning, &covar));
    check_u64("conditioning paths", conditioning, 4001);
    check_close("CoVaR", covar.value, 0.460559, 4 * 5.3e-3 + 1e-3);
    check_true("interval", covar.low < 0.460559 && covar.high > 0.460559);
    pair_free(&pair);
}

/* A loss of 100 on half a percent of the paths, 60 of it one party's: VaR99 = 0, ES99 = 50,
   of which 30 and 20.  The tail is the five paths, and five among those without loss. */
static void an_atom_is_shared_by_hand(void **state) {
    (void)state;
    enum { PATHS = 1000 };
    const struct tail_shares_terms terms = {
        .count = PATHS, .q_ppm = 990000, .level = 0.95};
    double total[PATHS] = {0}, first[PATHS] = {0}, second[PATHS] = {0};
    struct tail_shares_tail tail;
    for (int i = 0; i < 5; ++i) {
        total[200 * i] = 100;
        first[200 * i] = 60;
        second[200 * i] = 40;
    }
    assert_true(tail_shares_find(total, &terms, &tail));
    check_bits("VaR", tail.value_at_risk, 0);
    check_close("ES", tail.shortfall.value, 50, 1e-12);
    check_u64("above", tail.above, 5);
    check_close("effective", tail.effective, 100 / (5 + 25.0 / 995), 1e-9);
    const struct tail_shares_part a = tail_shares_of(first, total, &tail, &terms);
    const struct tail_shares_part b = tail_shares_of(second, total, &tail, &terms);
    check_close("first", a.shortfall.value, 30, 1e-12);
    check_close("second", b.shortfall.value, 20, 1e-12);
    check_close("share", a.share.value, 0.6, 1e-14);
    check_close("a fixed share is certain", a.share.high, 0.6, 1e-12);
    check_true("its size is not", a.shortfall.high > 31);
    tail_shares_free(&tail);
}

/* Ties at the value at risk, values with both signs. */
static void parts_add_up_to_the_whole(void **state) {
    (void)state;
    enum { PATHS = 777, PARTS = 4 };
    const struct tail_shares_terms terms = {
        .count = PATHS, .q_ppm = 930001, .level = 0.9};
    static double part[PARTS][PATHS], total[PATHS];
    uint64_t random = 9;
    for (size_t i = 0; i < PATHS; ++i) {
        total[i] = 0;
        for (size_t k = 0; k < PARTS; ++k) {
            part[k][i] = (double)check_random_in(&random, -3, 9);
            total[i] += part[k][i];
        }
    }
    struct tail_shares_tail tail;
    double sum = 0, shares = 0;
    assert_true(tail_shares_find(total, &terms, &tail));
    for (size_t k = 0; k < PARTS; ++k) {
        const struct tail_shares_part own = tail_shares_of(part[k], total, &tail, &terms);
        sum += own.shortfall.value;
        shares += own.share.value;
    }
    check_close("shortfall", sum, tail.shortfall.value, 1e-11);
    check_close("shares", shares, 1, 1e-12);
    const double honest = tail_shares_of(part[0], total, &tail, &terms).shortfall.value;
    for (size_t i = 0; i < PATHS; ++i) {
        part[0][i] += 1; /* counted twice */
    }
    const double twice = tail_shares_of(part[0], total, &tail, &terms).shortfall.value;
    check_close("what does not add up shows", sum - honest + twice,
                tail.shortfall.value + 1, 1e-11);
    tail_shares_free(&tail);
}

/* Knowing only the worst of the paths is as good as knowing all. */
static void the_worst_paths_alone_say_the_same(void **state) {
    (void)state;
    const struct tail_shares_terms all = {.count = 2000, .q_ppm = Q95, .level = 0.95};
    struct tail_shares_terms few = {.count = 0, .level = 0.95};
    struct pair pair = draw(4, all.count, 0.3, 0.2);
    struct tail_shares_tail whole, worst;
    double own[100], system[100];
    assert_true(tail_shares_find(pair.system, &all, &whole));
    for (size_t i = 0; i < all.count; ++i) {
        if (pair.system[i] > whole.value_at_risk) {
            own[few.count] = pair.own[i];
            system[few.count++] = pair.system[i];
        }
    }
    check_u64("of them", few.count, 100);
    assert_true(tail_shares_worst(system, &few, all.count, &worst));
    const struct tail_shares_part a = tail_shares_of(pair.own, pair.system, &whole, &all);
    const struct tail_shares_part b = tail_shares_of(own, system, &worst, &few);
    check_close("shortfall", b.shortfall.value, a.shortfall.value, 1e-14);
    check_close("share", b.share.value, a.share.value, 1e-14);
    check_close("share, low", b.share.low, a.share.low, 1e-13);
    /* Its value at risk is the least of the worst, the other the largest of the rest. */
    check_relative("shortfall, low", b.shortfall.low, a.shortfall.low, 0.01);
    check_close("effective", worst.effective, 100, 1e-12);
    tail_shares_free(&whole);
    tail_shares_free(&worst);
    pair_free(&pair);
}

/* 400 studies of 2,000 Gaussian paths, 100 of them the tail; the standard error of a
   coverage of 0.95 is 0.011.  Four, and 0.02 for a normal interval from 100 values. */
static void the_interval_covers(void **state) {
    (void)state;
    const struct tail_shares_terms terms = {.count = 2000, .q_ppm = Q95, .level = 0.95};
    int covered = 0, shares = 0;
    for (uint64_t study = 0; study < 400; ++study) {
        struct pair pair = draw(1000 + study * 7919, terms.count, 0.3, 0.2);
        struct tail_shares_tail tail;
        assert_true(tail_shares_find(pair.system, &terms, &tail));
        const struct tail_shares_part part =
            tail_shares_of(pair.own, pair.system, &tail, &terms);
        covered += part.shortfall.low <= 0.371288 && part.shortfall.high >= 0.371288;
        shares += part.share.low <= 0.9 && part.share.high >= 0.9; /* .6 .3 / .2 */
        tail_shares_free(&tail);
        pair_free(&pair);
    }
    check_close("shortfall", covered / 400.0, 0.95, 4 * 0.011 + 0.02);
    check_close("share", shares / 400.0, 0.95, 4 * 0.011 + 0.02);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaussian_marginal_shortfall_is_the_closed_form),
        cmocka_unit_test(gaussian_covar_is_the_closed_form),
        cmocka_unit_test(an_atom_is_shared_by_hand),
        cmocka_unit_test(parts_add_up_to_the_whole),
        cmocka_unit_test(the_worst_paths_alone_say_the_same),
        cmocka_unit_test(the_interval_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
