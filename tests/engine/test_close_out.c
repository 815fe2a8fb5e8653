#include "engine/liquidation/close_out.h"
#include "tests/support/check.h"

/* 10 % a block, between 1,000 and 5,000 USD; penalty 1.5 %, a fifth of it the keeper's, at
   least 25 USD. */
static const struct close_out_terms terms = {.share_ppm = 100000,
                                             .max_notional_uusd = 5000 * MONEY_ONE,
                                             .min_notional_uusd = 1000 * MONEY_ONE,
                                             .penalty_ppm = 15000,
                                             .keeper_share_ppm = 200000,
                                             .keeper_least_uusd = 25 * MONEY_ONE};

static void a_part_is_closed_or_all_when_little_would_remain(void **state) {
    (void)state;
    /* size in 1e-6 base units, mark in USD; quantity */
    static const struct {
        const char *name;
        int64_t size, mark, quantity;
    } rows[] = {
        {"a tenth",                200000000,  100, -20000000},
        {"a tenth of a short",     -200000000, 100, 20000000 },
        {"a tenth, rounded up",    200000001,  100, -20000001},
        {"at least 1,000 USD",     50000000,   100, -10000000},
        {"at most 5,000 USD",      900000000,  100, -50000000},
        {"all of 1,000 USD",       10000000,   100, -10000000},
        {"all of less",            9999999,    100, -9999999 },
        {"1,000 would remain",     20000000,   100, -20000000},
        {"a bit more remains",     20000001,   100, -10000000},
        {"the mark divides badly", 6006008,    333, -3003004 },
        {"and 999.9999 remain",    6006007,    333, -6006007 },
        {"the smallest",           -1,         100, 1        },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_i64(rows[i].name,
                  close_out_quantity(&terms, rows[i].size, rows[i].mark * MONEY_ONE),
                  rows[i].quantity);
    }
    struct close_out_terms tiny = terms;
    tiny.min_notional_uusd = 0;
    tiny.max_notional_uusd = 1;
    check_i64("never nothing", close_out_quantity(&tiny, 1000, 2 * MONEY_ONE), -1);
    tiny.share_ppm = MONEY_ONE;
    tiny.max_notional_uusd = INT64_C(1000000000000000000);
    check_i64("all at once", close_out_quantity(&tiny, MONEY_SIZE_MAX, 1),
              -MONEY_SIZE_MAX);
}

static void the_penalty_comes_from_equity_and_the_tip_from_the_fund(void **state) {
    (void)state;
    /* all in USD: notional, equity, fund; penalty, keeper's part, tip */
    static const struct {
        const char *name;
        int64_t notional, equity, fund, penalty, keeper, tip;
    } rows[] = {
        {"plain",                          20000, 9000, 1000, 300, 60, 0 },
        {"the keeper's part is too small", 2000,  9000, 1000, 30,  6,  19},
        {"no more than the equity",        20000, 100,  1000, 100, 20, 5 },
        {"no equity",                      20000, 0,    1000, 0,   0,  25},
        {"negative equity",                20000, -50,  1000, 0,   0,  25},
        {"the fund has little",            20000, -50,  10,   0,   0,  10},
        {"the fund is empty",              20000, -50,  0,    0,   0,  0 },
        {"paid by this very penalty",      1000,  9000, 0,    15,  3,  12},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct close_out_charge charge =
            close_out_charge(&terms, rows[i].notional * MONEY_ONE,
                             rows[i].equity * MONEY_ONE, rows[i].fund * MONEY_ONE);
        check_i64(rows[i].name, charge.penalty_uusd, rows[i].penalty * MONEY_ONE);
        check_i64(rows[i].name, charge.keeper_uusd, rows[i].keeper * MONEY_ONE);
        check_i64(rows[i].name, charge.tip_uusd, rows[i].tip * MONEY_ONE);
    }
    /* 1.5 % of 1 micro-USD is 1, a fifth of that 0. */
    const struct close_out_charge least = close_out_charge(&terms, 1, 1000, 0);
    check_i64("penalty up", least.penalty_uusd, 1);
    check_i64("keeper's part down", least.keeper_uusd, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_closed_or_all_when_little_would_remain),
        cmocka_unit_test(the_penalty_comes_from_equity_and_the_tip_from_the_fund),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
