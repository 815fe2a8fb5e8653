/* Distress that spreads: the published example, a linear system solved, and the clamps. */
#include "analysis/systemic/debt_rank.h"
#include "tests/support/check.h"

#include <string.h>

enum { NODES = 5 };

struct small {
    struct debt_rank_network network;
    double equity[NODES];
    struct debt_rank_claim claim[NODES * NODES];
};

static void begin(struct small *small, size_t count) {
    memset(small, 0, sizeof *small);
    small->network.count = count;
    small->network.equity = small->equity;
    small->network.claim = small->claim;
    for (size_t i = 0; i < count; ++i) {
        small->equity[i] = 1;
    }
}

static void add(struct small *small, uint32_t creditor, uint32_t debtor, double amount) {
    small->claim[small->network.claim_count++] = (struct debt_rank_claim){
        .creditor = creditor, .debtor = debtor, .amount = amount};
}

static void published(struct small *small) {
    static const double claims[3][3] = {
        {0,   0.4, 0.2},
        {0.3, 0,   0.1},
        {0.2, 0.2, 0  }
    };
    begin(small, 3);
    for (uint32_t i = 0; i < 3; ++i) {
        for (uint32_t j = 0; j < 3; ++j) {
            if (i != j) {
                add(small, i, j, claims[i][j]);
            }
        }
    }
}

/* Steps end when the distress grows by less than 1e-13; the circle's factor is below 0.6,
   so less than 2.5 times that is left out. */
static void three_banks_end_where_published(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum debt_rank_rule rule;
        double end[3], rank;
    } cases[] = {
        {"2015", DEBT_RANK_LINEAR, {0.1225, 0.04, 0.0325}, 0.095 / 3},
        {"2012", DEBT_RANK_ONCE,   {0.116, 0.032, 0.026},  0.074 / 3},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        struct small small;
        struct debt_rank_result result;
        double distress[3] = {0.1, 0, 0};
        published(&small);
        assert_true(debt_rank_spread(&small.network, cases[c].rule, distress, &result));
        check_true(cases[c].name, result.settled);
        for (size_t i = 0; i < 3; ++i) {
            check_close(cases[c].name, distress[i], cases[c].end[i], 3e-13);
        }
        check_close(cases[c].name, result.rank, cases[c].rank, 3e-13);
    }
}

/* One claim larger than the equity of whoever has it: 2 of 1. */
static void losses_end_at_what_there_is(void **state) {
    (void)state;
    for (int rule = DEBT_RANK_LINEAR; rule <= DEBT_RANK_ONCE; ++rule) {
        struct small small;
        struct debt_rank_result result;
        double distress[3] = {1, 0, 0};
        begin(&small, 3);
        add(&small, 1, 0, 2);
        add(&small, 2, 1, 0.5);
        assert_true(debt_rank_spread(&small.network, (enum debt_rank_rule)rule, distress,
                                     &result));
        check_bits("the creditor has lost all", distress[1], 1);
        check_bits("its creditor half", distress[2], 0.5);
        check_close("rank", result.rank, 0.5, 1e-15);
    }
    /* By the rule of 2012 the impact is clamped, too: half a shock costs half of all. */
    struct small small;
    struct debt_rank_result result;
    double distress[2] = {0.5, 0};
    begin(&small, 2);
    add(&small, 1, 0, 2);
    assert_true(debt_rank_spread(&small.network, DEBT_RANK_ONCE, distress, &result));
    check_bits("clamped impact", distress[1], 0.5);
    distress[1] = 0;
    assert_true(debt_rank_spread(&small.network, DEBT_RANK_LINEAR, distress, &result));
    check_bits("clamped loss", distress[1], 1);
}

static void without_equity_there_is_nothing_left_to_lose(void **state) {
    (void)state;
    struct small small;
    struct debt_rank_result result;
    double distress[2] = {0, 0};
    begin(&small, 2);
    small.equity[0] = 0;
    add(&small, 1, 0, 0.25);
    assert_true(debt_rank_spread(&small.network, DEBT_RANK_LINEAR, distress, &result));
    check_bits("in distress from the start", distress[0], 1);
    check_bits("and passes it on", distress[1], 0.25);
    check_close("rank is of those with equity", result.rank, 0.25, 1e-15);
}

/* A circle of two with factor 1 and no clamp in reach never settles, and says so. */
static void what_does_not_settle_says_so(void **state) {
    (void)state;
    struct small small;
    struct debt_rank_result result;
    double distress[2] = {1e-9, 0};
    begin(&small, 2);
    add(&small, 0, 1, 1);
    add(&small, 1, 0, 1);
    assert_true(debt_rank_spread(&small.network, DEBT_RANK_LINEAR, distress, &result));
    check_true("not settled", !result.settled);
    check_u64("steps", result.steps, DEBT_RANK_STEPS);
}

static void draw(struct small *small, uint64_t *random, double *first) {
    begin(small, NODES);
    for (uint32_t i = 0; i < NODES; ++i) {
        first[i] = (double)check_random_in(random, 0, 500) / 1000;
        for (uint32_t j = 0; j < NODES; ++j) {
            if (i != j && check_random(random) % 2 == 0) {
                add(small, i, j, (double)check_random_in(random, 0, 900) / 1000);
            }
        }
    }
}

static void spread(const struct small *small, enum debt_rank_rule rule,
                   const double *first, double *distress) {
    struct debt_rank_result result;
    memcpy(distress, first, NODES * sizeof *distress);
    assert_true(debt_rank_spread(&small->network, rule, distress, &result));
}

/* More claims, more distress; 2012 never above 2015; all within [0, 1]. */
static void the_laws_hold_for_any_network(void **state) {
    (void)state;
    uint64_t random = 3;
    for (int s = 0; s < 400; ++s) {
        struct small small;
        double linear[NODES], once[NODES], more[NODES], first[NODES];
        draw(&small, &random, first);
        spread(&small, DEBT_RANK_LINEAR, first, linear);
        spread(&small, DEBT_RANK_ONCE, first, once);
        add(&small, 0, 1, 0.1);
        spread(&small, DEBT_RANK_LINEAR, first, more);
        for (size_t i = 0; i < NODES; ++i) {
            check_true("never heals", once[i] >= first[i]);
            check_true("never below", once[i] <= linear[i] + 1e-12);
            check_true("a claim more", linear[i] <= more[i] + 1e-12);
            check_true("at most all", more[i] <= 1);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_banks_end_where_published),
        cmocka_unit_test(losses_end_at_what_there_is),
        cmocka_unit_test(without_equity_there_is_nothing_left_to_lose),
        cmocka_unit_test(what_does_not_settle_says_so),
        cmocka_unit_test(the_laws_hold_for_any_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
