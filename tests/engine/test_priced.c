#include "engine/venue/priced.h"
#include "tests/support/check.h"

#define MARK (200 * MONEY_ONE)

/* 5 basis points of half spread, 2,000 M USD of depth. */
static const struct venue_terms terms = {.half_spread_ppm = 500,
                                         .skew_depth_uusd = 2000000000 * MONEY_ONE,
                                         .fee_ppm = 500,
                                         .pool_max_net_exposure_uusd = 24000 * MONEY_ONE};

static void a_fill_pays_half_spread_and_premium(void **state) {
    (void)state;
    /* longs, shorts, quantity in base units; price by hand:
       200 * (1 +- .0005) * (1 + (2 skew + quantity) / 2 * 200 / 2e9) */
    static const struct {
        const char *name;
        int64_t longs, shorts, quantity, price;
    } rows[] = {
        {"buys, adds to the skew",     100, 0,   10,  200102102},
        {"sells, takes from the skew", 100, 0,   -10, 199901899},
        {"sells, adds to the skew",    0,   100, -10, 199897901},
        {"buys, takes from the skew",  0,   100, 10,  200098100},
        {"a balanced book",            50,  50,  1,   200100011},
        {"through the middle",         5,   0,   -10, 199900000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct contract market = {.long_ubase = rows[i].longs * MONEY_ONE,
                                        .short_ubase = rows[i].shorts * MONEY_ONE};
        check_i64(rows[i].name,
                  venue_fill_price(&terms, &market, MARK, rows[i].quantity * MONEY_ONE),
                  rows[i].price);
    }
}

static void a_price_is_positive_and_finite_or_there_is_none(void **state) {
    (void)state;
    struct venue_terms shallow = {.skew_depth_uusd = 1000 * MONEY_ONE};
    const struct contract even = {0};
    /* A sale of 20 base units is 4,000 USD, half of it twice the depth: -200 %, at most
       -50 %. */
    check_i64("half the mark", venue_fill_price(&shallow, &even, MARK, -20 * MONEY_ONE),
              100 * MONEY_ONE);
    /* A purchase of q has the premium q * 200 / 2 / 1,000. */
    check_i64("a thousand times",
              venue_fill_price(&shallow, &even, MARK, 10000 * MONEY_ONE), 1001 * MARK);
    check_i64("no price",
              venue_fill_price(&shallow, &even, MARK, 10000 * MONEY_ONE + 5000), 0);
    shallow.skew_depth_uusd = 0;
    check_i64("no premium", venue_fill_price(&shallow, &even, MARK, MONEY_SIZE_MAX),
              MARK);
    shallow.half_spread_ppm = 1;
    check_i64("highest", venue_fill_price(&shallow, &even, MONEY_PRICE_MAX, 1), 0);
    check_i64("a bid below it", venue_fill_price(&shallow, &even, MONEY_PRICE_MAX, -1),
              INT64_C(9007190247541737));
    check_i64("lowest", venue_fill_price(&shallow, &even, 1, -1), 1);
    check_i64("rounds up for a buyer", venue_fill_price(&shallow, &even, 1, 1), 2);
}

static void limits_bind_what_opens(void **state) {
    (void)state;
    /* Longs 100, shorts 40: the pool is short 60, 12,000 USD; its limit is 24,000 USD (skew
       120) and that of open interest 30,000 USD (150). */
    const struct contract market = {.mark_price_uusd = MARK,
                                    .long_ubase = 100 * MONEY_ONE,
                                    .short_ubase = 40 * MONEY_ONE};
    const struct instrument_terms instrument = {
        .multiplier_ubase = MONEY_ONE, .open_interest_max_uusd = 30000 * MONEY_ONE};
    /* position before, quantity; accepted */
    static const struct {
        const char *name;
        int64_t before, quantity;
        bool accepted;
    } rows[] = {
        {"up to open interest",        0,   50,   true },
        {"beyond open interest",       0,   51,   false},
        {"shrinks the exposure",       0,   -100, true },
        {"exposure on the other side", 0,   -120, false},
        {"closes",                     100, -100, true },
        {"turns short",                60,  -110, true },
        {"turns short too far",        60,  -180, false},
        {"shorts are the larger side", -40, -111, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_true(rows[i].name,
                   venue_accepts(&terms, &instrument, &market, rows[i].before * MONEY_ONE,
                                 rows[i].quantity * MONEY_ONE) == rows[i].accepted);
    }
    const struct contract risen = {.mark_price_uusd = 10 * MARK,
                                   .long_ubase = 100 * MONEY_ONE,
                                   .short_ubase = 40 * MONEY_ONE};
    check_true("closing passes above the limits",
               venue_accepts(&terms, &instrument, &risen, 60 * MONEY_ONE, -MONEY_ONE));
    check_true("opening does not",
               !venue_accepts(&terms, &instrument, &risen, 60 * MONEY_ONE, MONEY_ONE));
}

static void the_fee_rounds_up_twice(void **state) {
    (void)state;
    check_i64("10 at 200", (int64_t)venue_fee_uusd(&terms, 10 * MONEY_ONE, MARK),
              MONEY_ONE);
    check_i64("a sale", (int64_t)venue_fee_uusd(&terms, -10 * MONEY_ONE, MARK),
              MONEY_ONE);
    check_i64("the smallest", (int64_t)venue_fee_uusd(&terms, 1, 1), 1);
    /* 11 micro-USD of notional from 10.5, .0055 of fee */
    check_i64("up", (int64_t)venue_fee_uusd(&terms, 3, 3500000), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_pays_half_spread_and_premium),
        cmocka_unit_test(a_price_is_positive_and_finite_or_there_is_none),
        cmocka_unit_test(limits_bind_what_opens),
        cmocka_unit_test(the_fee_rounds_up_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
