/* Prices, overlap and rank of auto-deleveraging: published rows, hand calculation, and
   continued fractions. */
#include "engine/liquidation/deleverage.h"
#include "tests/support/check.h"
#include "tests/support/plain_deleverage.h"

#define MARK (50000 * MONEY_ONE)

static int64_t equity_at(int64_t cash_uusd, int64_t size_ubase, int64_t price_uusd) {
    return cash_uusd + (int64_t)money_value_floor(size_ubase, price_uusd);
}

/* dYdX v4, x/subaccounts, bankruptcy price: BTC at 50,000; what closing a part pays the
   account, rounded up, in micro-USD.  The last row is its mirror. */
static void closing_at_bankruptcy_pays_what_dydx_says(void **state) {
    (void)state;
    /* cash in USD; base units of 1 BTC or of 0.01 BTC, price of one; pays */
    static const struct {
        const char *name;
        int64_t cash_usd, size, quantity, mark_usd, pays_uusd;
    } rows[] = {
        {"long",              -4501, 100000,    -100000, 50000, 4501000000 },
        {"short",             5499,  -100000,   100000,  50000, -5499000000},
        {"half of a long",    -5000, 100000,    -50000,  50000, 2500000000 },
        {"a crumb, up",       -13,   100000000, -21347,  500,   2776       },
        {"a crumb of a debt", 13,    -10000000, 21347,   5000,  -27751     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const int64_t mark = rows[i].mark_usd * MONEY_ONE;
        const int64_t cash = rows[i].cash_usd * MONEY_ONE;
        const wide price =
            deleverage_price(rows[i].size, equity_at(cash, rows[i].size, mark), mark);
        check_i64(rows[i].name,
                  (int64_t)-money_value_floor(rows[i].quantity, (int64_t)price),
                  rows[i].pays_uusd);
    }
}

/* dYdX v4, x/clob, deleveraging: Carl is short 1 BTC with c USD, Dave long 1 BTC with d; all
   of it is closed at Carl's bankruptcy price, where his c just pays for it. */
static void deleveraging_at_bankruptcy_leaves_what_dydx_says(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t carl, dave;
        bool overlaps;
        int64_t after;
    } rows[] = {
        {"Dave has cash",             54999, 50000,  true,  104999},
        {"Dave owes",                 54999, -45001, true,  9998  },
        {"both have just their part", 49999, -49999, true,  0     },
        {"no overlap",                49999, -50000, false, 0     },
    };
    const int64_t one = MONEY_ONE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const int64_t carl = rows[i].carl * MONEY_ONE, dave = rows[i].dave * MONEY_ONE;
        const int64_t price =
            (int64_t)deleverage_price(-one, equity_at(carl, -one, MARK), MARK);
        check_i64("his cash pays for it", price, carl);
        check_true(rows[i].name, deleverage_overlaps(one, equity_at(dave, one, MARK),
                                                     MARK, price) == rows[i].overlaps);
        if (rows[i].overlaps) {
            check_i64(rows[i].name, dave + price, rows[i].after * MONEY_ONE);
        }
    }
}

static void the_price_is_rounded_for_its_holder(void **state) {
    (void)state;
    /* 3 base units; equity in micro-USD moves the price by a third of it */
    static const struct {
        const char *name;
        int64_t size, equity, price;
    } rows[] = {
        {"long, exact",              3000000,  -30,  110},
        {"long that owes, up",       3000000,  -29,  110},
        {"long that has, up",        3000000,  29,   91 },
        {"short, exact",             -3000000, -30,  90 },
        {"short that owes, down",    -3000000, -29,  90 },
        {"short that has, down",     -3000000, 29,   109},
        {"beyond the range, a debt", -3000000, -400, -34},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_i64(rows[i].name,
                  (int64_t)deleverage_price(rows[i].size, rows[i].equity, 100),
                  rows[i].price);
    }
}

/* Closed at the price all of the equity is gone and nothing is owed; a unit further, it
   is. */
static void the_price_is_the_nearest_that_leaves_nothing_owed(void **state) {
    (void)state;
    uint64_t random = 7;
    for (int i = 0; i < 100000; ++i) {
        const int64_t sign = check_random(&random) % 2 == 0 ? 1 : -1;
        const int64_t size = sign * (1 + (int64_t)(check_random(&random) >>
                                                   check_random_in(&random, 5, 62)));
        const int64_t mark = check_random_in(&random, 1, INT64_C(1) << 40);
        const wide most = (wide)money_magnitude(size) * mark / MONEY_ONE;
        const int64_t range = money_fits(most) ? (int64_t)most : MONEY_SIZE_MAX;
        const int64_t equity = check_random_in(&random, -range, range);
        const wide price = deleverage_price(size, equity, mark);
        /* In 1e-12 USD, exactly: equity at the price, and at one a unit worse. */
        const wide left = (wide)equity * MONEY_ONE + size * (price - mark);
        check_true("nothing is owed", left >= 0);
        check_true("and a unit further it is", left - money_magnitude(size) < 0);
    }
}

static void the_rank_is_profit_ratio_times_leverage(void **state) {
    (void)state;
    /* profit / cost * notional / equity, in any unit; in rank order */
    static const struct deleverage_standing ranked[] = {
        {.account = 9,
         .cost_uusd = 0,
         .profit_uusd = 1,
         .notional_uusd = 1,
         .equity_uusd = 900},
        {.account = 2,
         .cost_uusd = -100,
         .profit_uusd = 50,
         .notional_uusd = 50,
         .equity_uusd = 10 }, /* 2.5 */
        {.account = 4,
         .cost_uusd = 100,
         .profit_uusd = 50,
         .notional_uusd = 150,
         .equity_uusd = 75 }, /* 1 */
        {.account = 7,
         .cost_uusd = 10,
         .profit_uusd = 5,
         .notional_uusd = 15,
         .equity_uusd = 7  }, /* 1.07 */
        {.account = 3,
         .cost_uusd = 10,
         .profit_uusd = 5,
         .notional_uusd = 15,
         .equity_uusd = 15 }, /* .5 */
        {.account = 8,
         .cost_uusd = -20,
         .profit_uusd = 10,
         .notional_uusd = 10,
         .equity_uusd = 10 }, /* .5, later */
    };
    static const int order[] = {0, 1, 3, 2, 4, 5};
    const size_t count = sizeof ranked / sizeof ranked[0];
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < count; ++k) {
            check_true("rank", deleverage_before(&ranked[order[i]], &ranked[order[k]]) ==
                                   (i < k));
        }
    }
}

/* Any magnitude up to the ledger's range, and often nearly or exactly the same rank. */
static struct deleverage_standing draw(uint64_t *random, uint32_t account) {
    int64_t value[4];
    const int shift = (int)check_random_in(random, 0, 59);
    for (int i = 0; i < 4; ++i) {
        const int64_t high = (INT64_C(1) << (60 - shift)) - 1;
        value[i] = check_random(random) % 3 == 0 ? MONEY_SIZE_MAX - (int64_t)account
                                                 : 1 + check_random_in(random, 0, high);
        value[i] = money_min(value[i], MONEY_SIZE_MAX);
    }
    const int64_t cost = check_random(random) % 50 == 0 ? 0 : value[0];
    return (struct deleverage_standing){.account = account,
                                        .size_ubase = 1,
                                        .cost_uusd = account % 2 ? cost : -cost,
                                        .profit_uusd = value[1],
                                        .equity_uusd = value[2],
                                        .notional_uusd = value[3]};
}

static bool model_before(const struct deleverage_standing *a,
                         const struct deleverage_standing *b) {
    const whole top[] = {(whole)a->profit_uusd * a->notional_uusd,
                         (whole)b->profit_uusd * b->notional_uusd};
    const whole bottom[] = {plain_abs(a->cost_uusd) * a->equity_uusd,
                            plain_abs(b->cost_uusd) * b->equity_uusd};
    if (plain_larger(top[0], bottom[0], top[1], bottom[1])) {
        return true;
    }
    return !plain_larger(top[1], bottom[1], top[0], bottom[0]) && a->account < b->account;
}

static void ranks_are_compared_exactly(void **state) {
    (void)state;
    uint64_t random = 11;
    int ties = 0;
    for (int i = 0; i < 300000; ++i) {
        const struct deleverage_standing a = draw(&random, 8);
        struct deleverage_standing b = draw(&random, 9);
        if (i % 5 == 0) { /* the same rank from other numbers, or one unit off */
            b = a;
            b.account = 9;
            b.profit_uusd = a.notional_uusd;
            b.notional_uusd = money_min(a.profit_uusd + i % 2, MONEY_SIZE_MAX);
        }
        check_true("as by continued fractions",
                   deleverage_before(&a, &b) == model_before(&a, &b));
        check_true("one of two is first",
                   deleverage_before(&a, &b) != deleverage_before(&b, &a));
        ties += i % 5 == 0 && deleverage_before(&a, &b);
    }
    check_true("ties are decided by number", ties > 20000);
}

static void the_queue_keeps_the_first_in_rank_order(void **state) {
    (void)state;
    enum { MOST = 40 };
    uint64_t random = 13;
    for (int round = 0; round < 2000; ++round) {
        struct deleverage_standing all[MOST];
        struct deleverage_queue queue;
        const uint32_t capacity = (uint32_t)check_random_in(&random, 1, 12);
        const uint32_t count = (uint32_t)check_random_in(&random, 0, MOST);
        const size_t size = deleverage_queue_footprint(capacity);
        void *memory = check_memory(size);
        void *zero = check_memory(size);
        memset(memory, 0, size);
        memset(zero, 0, size);
        deleverage_queue_bind(&queue, capacity, memory);
        for (uint32_t i = 0; i < count; ++i) {
            all[i] = draw(&random, i);
            deleverage_offer(&queue, &all[i]);
        }
        check_u64("so many", *queue.count, count < capacity ? count : capacity);
        for (uint32_t i = 0; i < *queue.count; ++i) {
            uint32_t ahead = 0; /* as many as its place */
            for (uint32_t k = 0; k < count; ++k) {
                ahead += model_before(&all[k], &queue.standing[i]);
            }
            check_u64("place", ahead, i);
        }
        deleverage_clear(&queue);
        check_bytes("clear", memory, zero, size);
        free(memory);
        free(zero);
    }
}

static void a_rank_needs_profit_and_equity_child(void *standing) {
    const struct deleverage_standing fine = {
        .cost_uusd = 1, .profit_uusd = 1, .equity_uusd = 1, .notional_uusd = 1};
    deleverage_before(&fine, standing);
}

static void a_rank_needs_profit_and_equity(void **state) {
    (void)state;
    struct deleverage_standing rows[] = {
        {.profit_uusd = 0, .equity_uusd = 1, .notional_uusd = 1},
        {.profit_uusd = 1, .equity_uusd = 0, .notional_uusd = 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_true("asserted",
                   check_does_abort(a_rank_needs_profit_and_equity_child, &rows[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_at_bankruptcy_pays_what_dydx_says),
        cmocka_unit_test(deleveraging_at_bankruptcy_leaves_what_dydx_says),
        cmocka_unit_test(the_price_is_rounded_for_its_holder),
        cmocka_unit_test(the_price_is_the_nearest_that_leaves_nothing_owed),
        cmocka_unit_test(the_rank_is_profit_ratio_times_leverage),
        cmocka_unit_test(ranks_are_compared_exactly),
        cmocka_unit_test(the_queue_keeps_the_first_in_rank_order),
        cmocka_unit_test(a_rank_needs_profit_and_equity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
