#include "engine/account.h"
#include "engine/funding.h"
#include "tests/support/check.h"

#define HOUR INT64_C(3600000000000)

enum { ACCOUNTS = 10, ALICE = ACCOUNT_FIRST_USER, BOB };

static const struct instrument_terms terms = {.multiplier_ubase = MONEY_ONE,
                                              .funding_interest_ppm = 300,
                                              .funding_slope_ppm = 3000,
                                              .funding_cap_ppm = 2500};

static void the_rate_follows_the_skew_up_to_the_cap(void **state) {
    (void)state;
    /* long, short, rate per day in 1e-12 */
    static const struct {
        const char *name;
        int64_t longs, shorts, rate;
    } rows[] = {
        {"empty",             0, 0, 300000000  },
        {"balanced",          5, 5, 300000000  },
        {"half skewed",       3, 1, 1800000000 },
        {"all long, capped",  9, 0, 2500000000 },
        {"all short, capped", 0, 9, -2500000000},
        {"three quarters",    1, 7, -1950000000},
        {"a third, inward",   2, 1, 1300000000 },
        {"a seventh, inward", 3, 4, -128571428 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct contract market = {.long_ubase = rows[i].longs,
                                        .short_ubase = rows[i].shorts};
        check_i64(rows[i].name, funding_rate_e12(&terms, &market), rows[i].rate);
    }
}

static void the_index_is_rate_times_price_times_time(void **state) {
    (void)state;
    /* 0.18 % a day on 200 USD are 0.015 USD an hour for a base unit: 0.015 micro-USD for
       1e-6 of it, 1.5e16 in 1e-18. */
    struct contract market = {.mark_price_uusd = 200 * MONEY_ONE,
                              .long_ubase = 3 * MONEY_ONE,
                              .short_ubase = MONEY_ONE};
    funding_accrue(&market, &terms, HOUR);
    check_true("one hour", market.funding_index == INT64_C(15000000000000000));
    funding_accrue(&market, &terms, HOUR + 24 * HOUR);
    check_true("25 hours", market.funding_index == 25 * INT64_C(15000000000000000));
    check_i64("time", market.funding_time_ns, 25 * HOUR);
    funding_accrue(&market, &terms, 25 * HOUR + 999);
    check_true("less than a microsecond",
               market.funding_index == 25 * INT64_C(15000000000000000));
    funding_accrue(&market, &terms, 25 * HOUR + 999 + 1000);
    check_true("a microsecond: 3.6e17 / 8.64e10, inward",
               market.funding_index == 25 * INT64_C(15000000000000000) + 4166666);
}

static void nothing_accrues_without_price_or_position(void **state) {
    (void)state;
    struct contract market = {.mark_price_uusd = 200 * MONEY_ONE};
    funding_accrue(&market, &terms, HOUR);
    check_true("no position", market.funding_index == 0);
    market = (struct contract){.long_ubase = 1};
    funding_accrue(&market, &terms, HOUR);
    check_true("no price", market.funding_index == 0);
    check_i64("time goes on", market.funding_time_ns, HOUR);
}

static void what_is_owed_rounds_against_the_holder(void **state) {
    (void)state;
    /* size, index; owed */
    static const struct {
        int64_t size, index, owed;
    } rows[] = {
        {10000000,  INT64_C(15000000000000000),  150000 },
        {-10000000, INT64_C(15000000000000000),  -150000},
        {1,         1,                           1      },
        {-1,        1,                           0      },
        {1,         -1,                          0      },
        {-1,        -1,                          1      },
        {3,         INT64_C(500000000000000000), 2      },
        {-3,        INT64_C(500000000000000000), -1     },
        {0,         INT64_C(500000000000000000), 0      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct position position = {.size_ubase = rows[i].size};
        check_i64("owed", (int64_t)funding_owed_uusd(&position, rows[i].index),
                  rows[i].owed);
    }
}

struct book {
    struct ledger ledger;
    struct portfolio portfolio;
    void *memory[2];
};

static void open_book(struct book *book) {
    const size_t sizes[] = {ledger_footprint(ACCOUNTS), portfolio_footprint(ACCOUNTS, 1)};
    for (int i = 0; i < 2; ++i) {
        book->memory[i] = check_memory(sizes[i]);
        memset(book->memory[i], 0, sizes[i]);
    }
    ledger_bind(&book->ledger, ACCOUNTS, book->memory[0]);
    portfolio_bind(&book->portfolio, ACCOUNTS, 1, book->memory[1]);
    /* Alice +3, Bob -1, the pool -2, in 1e-6 base units. */
    portfolio_at(&book->portfolio, ALICE, 0)->size_ubase = 3;
    portfolio_at(&book->portfolio, BOB, 0)->size_ubase = -1;
    portfolio_at(&book->portfolio, ACCOUNT_POOL, 0)->size_ubase = -2;
    book->portfolio.market[0].long_ubase = 3;
    book->portfolio.market[0].short_ubase = 1;
}

static void close_book(struct book *book) {
    free(book->memory[0]);
    free(book->memory[1]);
}

static void move_index(struct contract *market, int64_t move) {
    market->funding_index += move;
    market->funding_level =
        (int64_t)money_divide_floor(market->funding_index, FUNDING_LEVEL_UNIT);
}

static void every_fraction_ends_in_the_dust_account(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    /* The index moves to 0.5: Alice owes 1.5 and pays 2; Bob and the pool receive 0.5 and 1,
       rounded down 0 and 1.  2 - 0 - 1 = 1 is left over: 0.5 + 0.5 of rounding. */
    move_index(&book.portfolio.market[0], INT64_C(500000000000000000));
    funding_settle(&book.portfolio, &book.ledger, ALICE, 0);
    check_i64("Alice", book.ledger.balance_micro[ALICE], -2);
    check_true("remainder",
               book.portfolio.market[0].funding_remainder == INT64_C(500000000000000000));
    check_true("half way", funding_audit(&book.portfolio, &book.ledger));
    funding_settle(&book.portfolio, &book.ledger, BOB, 0);
    check_i64("Bob", book.ledger.balance_micro[BOB], 0);
    check_i64("dust", book.ledger.balance_micro[ACCOUNT_DUST], 1);
    funding_settle(&book.portfolio, &book.ledger, ACCOUNT_POOL, 0);
    check_i64("pool", book.ledger.balance_micro[ACCOUNT_POOL], 1);
    check_i64("funding", book.ledger.balance_micro[ACCOUNT_FUNDING], 0);
    check_true("remainder", book.portfolio.market[0].funding_remainder == 0);
    funding_settle(&book.portfolio, &book.ledger, ALICE, 0);
    check_i64("Alice again", book.ledger.balance_micro[ALICE], -2);
    check_true("audit", funding_audit(&book.portfolio, &book.ledger));
    close_book(&book);
}

static void the_identity_holds_after_every_settlement(void **state) {
    (void)state;
    struct book book;
    uint64_t random = 5;
    open_book(&book);
    for (int step = 0; step < 20000; ++step) {
        move_index(&book.portfolio.market[0],
                   check_random_in(&random, -INT64_C(900000000000000000),
                                   INT64_C(1000000000000000000)));
        const uint32_t account = ACCOUNT_POOL + (uint32_t)(check_random(&random) % 3);
        funding_settle(&book.portfolio, &book.ledger, account, 0);
        check_true("audit", funding_audit(&book.portfolio, &book.ledger));
    }
    check_true("dust has come together", book.ledger.balance_micro[ACCOUNT_DUST] > 1000);
    close_book(&book);
}

static void a_broken_identity_is_caught(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    struct contract *market = &book.portfolio.market[0];
    move_index(market, INT64_C(500000000000000000));
    funding_settle(&book.portfolio, &book.ledger, ALICE, 0);
    wide *const numbers[] = {&market->funding_remainder,
                             &portfolio_at(&book.portfolio, BOB, 0)->funding_index};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        *numbers[i] += 1;
        check_true("1e-18", !funding_audit(&book.portfolio, &book.ledger));
        *numbers[i] -= 1;
    }
    book.ledger.balance_micro[ACCOUNT_FUNDING] += 1;
    check_true("micro-USD", !funding_audit(&book.portfolio, &book.ledger));
    book.ledger.balance_micro[ACCOUNT_FUNDING] -= 1;
    market->funding_remainder += MONEY_INDEX_ONE;
    book.ledger.balance_micro[ACCOUNT_FUNDING] += 1;
    check_true("a whole unit kept as remainder",
               !funding_audit(&book.portfolio, &book.ledger));
    close_book(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_follows_the_skew_up_to_the_cap),
        cmocka_unit_test(the_index_is_rate_times_price_times_time),
        cmocka_unit_test(nothing_accrues_without_price_or_position),
        cmocka_unit_test(what_is_owed_rounds_against_the_holder),
        cmocka_unit_test(every_fraction_ends_in_the_dust_account),
        cmocka_unit_test(the_identity_holds_after_every_settlement),
        cmocka_unit_test(a_broken_identity_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
