#include "engine/liquidation/portfolio_auction.h"
#include "tests/support/check.h"

#define SECOND INT64_C(1000000000)
#define FINE   1e12 /* the vectors' dollars in 1e-12 */

/* A dollar amount of the vectors in 1e-12 USD: what a double holds of it is exact to
   1e-15 relative, and the integer to 1e-14. */
static wide fine(double usd) {
    return money_from_double_floor(usd * FINE);
}

static double usd_of(wide amount) {
    return (double)amount / FINE;
}

static double share_of(wide share) {
    return (double)share / 1e18;
}

static wide share(double value) {
    return money_from_double_floor(value * 1e18);
}

/* Derive, config-mainnet.sol. */
static const struct portfolio_auction_terms mainnet = {.start_ppm = 950000,
                                                       .cutoff_ppm = 700000,
                                                       .fast_ns = 900 * SECOND,
                                                       .slow_ns = 43200 * SECOND,
                                                       .insolvent_ns = 3600 * SECOND,
                                                       .fee_ppm = 100000,
                                                       .buffer_ppm = 150000};

/* Derive, the unit tests' default, and the terms of its portfolio simulations. */
static const struct portfolio_auction_terms unit = {.start_ppm = 1000000,
                                                    .cutoff_ppm = 800000,
                                                    .fast_ns = 600 * SECOND,
                                                    .slow_ns = 7200 * SECOND,
                                                    .insolvent_ns = 300 * SECOND,
                                                    .buffer_ppm = 100000};
static const struct portfolio_auction_terms simulation = {.start_ppm = 980000,
                                                          .cutoff_ppm = 800000,
                                                          .fast_ns = 100 * SECOND,
                                                          .slow_ns = 14400 * SECOND,
                                                          .insolvent_ns = 600 * SECOND,
                                                          .fee_ppm = 20000,
                                                          .buffer_ppm = 200000};

static void the_discount_falls_in_two_phases(void **state) {
    (void)state;
    struct portfolio_auction_terms other = unit;
    other.start_ppm = 960000;
    other.fast_ns = 300 * SECOND;
    const struct {
        const char *name;
        const struct portfolio_auction_terms *terms;
        int64_t seconds;
        double want;
    } rows[] = {
        {"unit, start",        &unit,    0,      1.0},
        {"unit, 300 s",        &unit,    300,    .90},
        {"unit, 600 s",        &unit,    600,    .80},
        {"unit, 960 s",        &unit,    960,    .76},
        {"unit, the end",      &unit,    7800,   0  },
        {"unit, long after",   &unit,    999999, 0  },
        {"other, start",       &other,   0,      .96},
        {"other, 150 s",       &other,   150,    .88},
        {"other, 300 s",       &other,   300,    .80},
        {"other, 6780 s",      &other,   6780,   .08},
        {"mainnet, 15 min",    &mainnet, 900,    .70},
        {"mainnet, 6 h after", &mainnet, 22500,  .35},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const wide got =
            portfolio_auction_discount(rows[i].terms, rows[i].seconds * SECOND);
        check_close(rows[i].name, share_of(got), rows[i].want, 1e-15);
    }
}

/* Equity 300, B = -140: Derive's own example. */
static void the_solvent_example_of_the_source(void **state) {
    (void)state;
    /* B = E - M (1 + .1) = -140 with M = 400 */
    const struct portfolio_auction_worth worth = {.equity = fine(300),
                                                  .maintenance = fine(400)};
    const wide half_way = portfolio_auction_discount(&unit, 300 * SECOND);
    const wide one = portfolio_auction_discount(&unit, 0);
    check_close("B", usd_of(portfolio_auction_target(&unit, &worth)), -140, 1e-11);
    check_close("at once", usd_of(portfolio_auction_price(&worth, one, share(1))), 300,
                1e-9);
    check_relative("most at once",
                   share_of(portfolio_auction_share_most(&unit, &worth, one)),
                   140.0 / 440.0, 1e-12);
    const wide most = portfolio_auction_share_most(&unit, &worth, half_way);
    check_close("most at 300 s", share_of(most), .341, 5e-4);
    check_relative("exactly", share_of(most), 140.0 / 410.0, 1e-12);
    check_close("all at 300 s",
                usd_of(portfolio_auction_price(&worth, half_way, share(1))), 270, 1e-9);
    check_close("most of it pays",
                usd_of(portfolio_auction_price(&worth, half_way, most)), 92, .5);
    check_close("a tenth", usd_of(portfolio_auction_price(&worth, half_way, share(.1))),
                27, 1e-9);
    const struct portfolio_auction_worth richer = {.equity = fine(1000),
                                                   .maintenance = fine(2000)};
    check_close("a tenth of 1000",
                usd_of(portfolio_auction_price(&richer, half_way, share(.1))), 90, 1e-9);
}

static void the_payout_of_an_insolvent_account_grows(void **state) {
    (void)state;
    const struct portfolio_auction_worth worth = {.equity = fine(-100),
                                                  .maintenance = fine(100)};
    const struct {
        const char *name;
        int64_t seconds;
        double share, want;
    } rows[] = {
        {"at once",        0,   1,  100},
        {"half at 12 s",   12,  .5, 52 },
        {"the whole time", 300, 1,  200},
        {"and no more",    999, 1,  200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const wide got = portfolio_auction_payout(&unit, &worth, rows[i].seconds * SECOND,
                                                  share(rows[i].share));
        check_close(rows[i].name, usd_of(got), rows[i].want, 1e-9);
    }
    check_close("need", usd_of(portfolio_auction_insolvent_need(&worth)), 200, 1e-11);
    struct portfolio_auction_terms least = unit;
    least.least_uusd = 150 * (int64_t)FINE;
    check_close("at least 150 more, but not at once",
                usd_of(portfolio_auction_payout(&least, &worth, 0, share(1))), 100, 1e-9);
    check_close("in the end",
                usd_of(portfolio_auction_payout(&least, &worth, 300 * SECOND, share(1))),
                250, 1e-9);
    const struct portfolio_auction_worth above = {.equity = fine(30),
                                                  .maintenance = fine(100)};
    check_close("with equity, nothing at once",
                usd_of(portfolio_auction_payout(&unit, &above, 0, share(1))), 0, 0);
    check_close("with equity, its lack in the end",
                usd_of(portfolio_auction_payout(&unit, &above, 300 * SECOND, share(1))),
                70, 1e-9);
    const struct portfolio_auction_worth healthy = {.equity = fine(130),
                                                    .maintenance = fine(100)};
    check_close("recovered: nothing",
                usd_of(portfolio_auction_payout(&unit, &healthy, 300 * SECOND, share(1))),
                0, 0);
}

/* Start .98, cutoff .8, fast 100 s, slow 4 h, buffer .2.  The vectors print M as the margin
   with its sign: maintenance = E - it. */
static void the_portfolio_simulations_are_reproduced(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t seconds;
        double want, equity, health, reserved, target, discount, most, bid;
    } rows[] = {
        {"Test1",   0,   1,                 119.30633018077472, -103.09061949052965, 0, -147.57000942479047,
         .98,                                                                                                             .5579412854255694,  65.23460867605947 },
        {"Test3",   30,  .15,               119.30871879735244, -103.08786782886884, 0, -147.5671851541131,
         .926,                                                                                                            .5718615273623249,  16.571981040952252},
        {"Test5 a", 30,  .10,               103.11691425041457, -129.47871773083105, 0,
         -175.99784412708019,                                                                                .926,        .6482804693487164,  9.54862625958839  },
        {"Test5 b", 600, .5555555555555556, 137.37340920803504, -46.11136202036238,
         9.54862625958839,                                                              -82.80831626604186,  .7722222222, .43340144971158817,
         42.780683484503875                                                                                                                                     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const char *name = rows[i].name;
        const struct portfolio_auction_worth worth = {
            .equity = fine(rows[i].equity),
            .maintenance = fine(rows[i].equity) - fine(rows[i].health),
            .reserved = fine(rows[i].reserved)};
        const wide d = portfolio_auction_discount(&simulation, rows[i].seconds * SECOND);
        const wide most = portfolio_auction_share_most(&simulation, &worth, d);
        const wide wanted = share(rows[i].want);
        check_relative(name, usd_of(portfolio_auction_target(&simulation, &worth)),
                       rows[i].target, 1e-9);
        check_close(name, share_of(d), rows[i].discount, 1e-10);
        check_relative(name, share_of(most), rows[i].most, 1e-9);
        check_relative(
            name,
            usd_of(portfolio_auction_price(&worth, d, wanted < most ? wanted : most)),
            rows[i].bid, 1e-9);
    }
}

/* Whatever the worth, discount and reserve: buying the most of it brings the target to
   zero, and the account is never worse off than before by more than the rounding. */
static void buying_the_most_ends_the_auction(void **state) {
    (void)state;
    uint64_t random = 77;
    int begun = 0;
    for (int i = 0; i < 100000; ++i) {
        struct portfolio_auction_worth worth = {
            .equity = check_random_in(&random, 1, INT64_C(1) << 40),
            .maintenance = check_random_in(&random, 1, INT64_C(1) << 42)};
        worth.reserved =
            check_random_in(&random, 0, (int64_t)worth.equity) * (i % 3 == 0);
        const int64_t elapsed = check_random_in(&random, 0, 45000) * SECOND;
        const wide target = portfolio_auction_target(&mainnet, &worth);
        if (!portfolio_auction_biddable(&worth) || target >= 0) {
            continue;
        }
        begun += 1;
        const wide d = portfolio_auction_discount(&mainnet, elapsed);
        const wide most = portfolio_auction_share_most(&mainnet, &worth, d);
        check_true("a share", most > 0 && most <= MONEY_INDEX_ONE);
        const wide price = portfolio_auction_price(&worth, d, most);
        const wide kept = MONEY_INDEX_ONE - most;
        const struct portfolio_auction_worth after = {
            .equity = money_divide_floor((worth.equity - worth.reserved) * kept,
                                         MONEY_INDEX_ONE) +
                      worth.reserved + price,
            .maintenance = money_divide_ceil(worth.maintenance * kept, MONEY_INDEX_ONE)};
        const wide left = portfolio_auction_target(&mainnet, &after);
        /* prices, equity, maintenance and target are each rounded by one or two units */
        check_true("at the target",
                   left >= -4 && left <= 4 + worth.maintenance / 1000000);
        check_true("the fee", portfolio_auction_fee(&mainnet, &worth) <= worth.equity);
    }
    check_true("many auctions", begun > 10000);
}

static void a_small_account_may_be_sold_whole(void **state) {
    (void)state;
    struct portfolio_auction_terms terms = mainnet;
    terms.whole_uusd = 1000;
    struct portfolio_auction_worth worth = {.equity = 1000, .maintenance = 1100};
    check_true("whole",
               portfolio_auction_share_most(&terms, &worth, 0) == MONEY_INDEX_ONE);
    worth.equity = 1001;
    check_true("a part", portfolio_auction_share_most(
                             &terms, &worth, portfolio_auction_discount(&terms, 0)) <
                             MONEY_INDEX_ONE);
    worth.equity = 2000;
    check_true("healthy: nothing", portfolio_auction_share_most(&terms, &worth, 0) == 0);
}

static void the_terms_have_to_fall(void **state) {
    (void)state;
    struct portfolio_auction_terms terms = mainnet;
    check_true("mainnet", portfolio_auction_terms_valid(&terms));
    terms.cutoff_ppm = terms.start_ppm;
    check_true("level", !portfolio_auction_terms_valid(&terms));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_discount_falls_in_two_phases),
        cmocka_unit_test(the_solvent_example_of_the_source),
        cmocka_unit_test(the_payout_of_an_insolvent_account_grows),
        cmocka_unit_test(the_portfolio_simulations_are_reproduced),
        cmocka_unit_test(buying_the_most_ends_the_auction),
        cmocka_unit_test(a_small_account_may_be_sold_whole),
        cmocka_unit_test(the_terms_have_to_fall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
