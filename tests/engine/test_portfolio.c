#include "engine/account.h"
#include "engine/portfolio.h"
#include "tests/support/check.h"

enum { ACCOUNTS = 10, ALICE = ACCOUNT_FIRST_USER, BOB };

struct book {
    struct ledger ledger;
    struct portfolio portfolio;
    void *memory[2];
};

static void open_book(struct book *book) {
    const size_t sizes[] = {ledger_footprint(ACCOUNTS), portfolio_footprint(ACCOUNTS, 2)};
    for (int i = 0; i < 2; ++i) {
        book->memory[i] = check_memory(sizes[i]);
        memset(book->memory[i], 0, sizes[i]);
    }
    ledger_bind(&book->ledger, ACCOUNTS, book->memory[0]);
    portfolio_bind(&book->portfolio, ACCOUNTS, 2, book->memory[1]);
}

static void close_book(struct book *book) {
    free(book->memory[0]);
    free(book->memory[1]);
}

/* Fills in the second instrument, so that a mix-up with the first shows. */
static void fill(struct book *book, uint32_t account, int64_t quantity, int64_t price) {
    check_true("fits", portfolio_fill_fits(&book->portfolio, &book->ledger, account, 1,
                                           quantity, price));
    portfolio_fill(&book->portfolio, &book->ledger, account, 1, quantity, price);
    check_true("audit", portfolio_audit(&book->portfolio, &book->ledger));
    check_true("ledger", ledger_audit(&book->ledger));
}

static void a_fill_realises_the_share_that_was_closed(void **state) {
    (void)state;
    /* Alice's fills one after the other, in units of 1 USD and 1 base unit:
       quantity, price; size, cost, balance after; the pool's cost and balance after */
    static const struct {
        const char *name;
        int64_t quantity, price, size, cost, balance, pool_cost, pool_balance;
    } rows[] = {
        {"opens",              10,  100, 10, 1000, 0,   -1000, 0   },
        {"adds",               10,  120, 20, 2200, 0,   -2200, 0   },
        {"closes a part",      -5,  130, 15, 1650, 100, -1650, -100},
        {"closes at a loss",   -5,  90,  10, 1100, 0,   -1100, 0   },
        {"through zero",       -14, 120, -4, -480, 100, 480,   -100},
        {"adds to the short",  -4,  80,  -8, -800, 100, 800,   -100},
        {"closes half of it",  4,   110, -4, -400, 60,  400,   -60 },
        {"through zero again", 5,   90,  1,  90,   100, -90,   -100},
        {"closes whole",       -1,  70,  0,  0,    80,  0,     -80 },
    };
    struct book book;
    open_book(&book);
    const struct position *own = portfolio_at(&book.portfolio, ALICE, 1);
    const struct position *pool = portfolio_at(&book.portfolio, ACCOUNT_POOL, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        fill(&book, ALICE, rows[i].quantity * MONEY_ONE, rows[i].price * MONEY_ONE);
        check_i64(rows[i].name, own->size_ubase, rows[i].size * MONEY_ONE);
        check_i64(rows[i].name, own->cost_uusd, rows[i].cost * MONEY_ONE);
        check_i64(rows[i].name, book.ledger.balance_micro[ALICE],
                  rows[i].balance * MONEY_ONE);
        check_i64(rows[i].name, pool->size_ubase, -rows[i].size * MONEY_ONE);
        check_i64(rows[i].name, pool->cost_uusd, rows[i].pool_cost * MONEY_ONE);
        check_i64(rows[i].name, book.ledger.balance_micro[ACCOUNT_POOL],
                  rows[i].pool_balance * MONEY_ONE);
    }
    close_book(&book);
}

static void every_remainder_is_against_the_holder(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    const struct position *own = portfolio_at(&book.portfolio, ALICE, 1);
    /* 3e-6 base units at 3.5 USD cost 10.5, rounded up 11. */
    fill(&book, ALICE, 3, 3500000);
    check_i64("cost", own->cost_uusd, 11);
    /* One of three sold for -3.5, rounded up -3; of the cost floor(11 * 2/3) = 7 stays, so
       11 - 3 - 7 = 1 is paid. */
    fill(&book, ALICE, -1, 3500000);
    check_i64("cost kept", own->cost_uusd, 7);
    check_i64("realised", book.ledger.balance_micro[ALICE], -1);
    /* Five sold for -17.5, up -17, three of them open a short: ceil(-17 * 3/5) = -10 is
       its cost; 7 - 17 + 10 = 0 is paid. */
    fill(&book, ALICE, -5, 3500000);
    check_i64("short", own->cost_uusd, -10);
    check_i64("paid", book.ledger.balance_micro[ALICE], -1);
    /* One of three bought back for 3.5, up 4; floor(-10 * 2/3) = -7 stays, 1 is paid. */
    fill(&book, ALICE, 1, 3500000);
    check_i64("short kept", own->cost_uusd, -7);
    check_i64("paid in all", book.ledger.balance_micro[ALICE], -2);
    close_book(&book);
}

static void open_interest_counts_everybody_but_the_pool(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    const struct contract *market = &book.portfolio.market[1];
    fill(&book, ALICE, 10, 1000000);
    fill(&book, BOB, -4, 1000000);
    check_i64("longs", market->long_ubase, 10);
    check_i64("shorts", market->short_ubase, 4);
    check_i64("skew", portfolio_skew_ubase(market), 6);
    check_i64("interest", portfolio_open_interest_ubase(market), 10);
    /* before, quantity; opened, open interest after */
    static const struct {
        const char *name;
        int64_t before, quantity, opened, interest;
    } rows[] = {
        {"grows",            10, 5,   5,  15},
        {"shrinks",          10, -5,  0,  5 },
        {"through zero",     10, -11, 1,  5 },
        {"far through zero", 10, -30, 20, 24},
        {"the smaller side", -4, -3,  3,  10},
        {"short shrinks",    -4, 4,   0,  10},
        {"short turns long", -4, 9,   5,  15},
        {"a newcomer",       0,  -7,  7,  11},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_i64(rows[i].name, portfolio_opened_ubase(rows[i].before, rows[i].quantity),
                  rows[i].opened);
        check_i64(rows[i].name,
                  portfolio_open_interest_after(market, rows[i].before, rows[i].quantity),
                  rows[i].interest);
    }
    close_book(&book);
}

static void a_fill_beyond_the_range_does_not_fit(void **state) {
    (void)state;
    const int64_t most = MONEY_SIZE_MAX;
    struct book book;
    open_book(&book);
    struct contract *market = &book.portfolio.market[1];
    market->mark_price_uusd = MONEY_ONE;
    fill(&book, ALICE, 100, 1000000);
    /* quantity, price, fits */
    static const struct {
        const char *name;
        int64_t quantity, price;
        bool fits;
    } rows[] = {
        {"largest size",              most - 100,  1,                true },
        {"size",                      most - 99,   1,                false},
        {"consideration",             most / 1000, 2000 * MONEY_ONE, false},
        {"sale of the largest size",  -most,       1,                true },
        {"sale into too large a one", -most,       2 * MONEY_ONE,    false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_true(rows[i].name,
                   portfolio_fill_fits(&book.portfolio, &book.ledger, ALICE, 1,
                                       rows[i].quantity, rows[i].price) == rows[i].fits);
    }
    market->mark_price_uusd = 2 * MONEY_ONE;
    check_true(
        "value of the open interest",
        !portfolio_fill_fits(&book.portfolio, &book.ledger, ALICE, 1, most / 2 + 1, 1));
    ledger_transfer(&book.ledger, ACCOUNT_EXTERNAL, ACCOUNT_POOL, most);
    check_true("the pool's balance",
               !portfolio_fill_fits(&book.portfolio, &book.ledger, ALICE, 1, 1, 1000000));
    close_book(&book);
}

/* Alice is long 10 at 100, Bob short 4 at 120; Bob's 4 are closed against Alice's for 440.
 */
static void two_accounts_exchange_without_the_pool(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    fill(&book, ALICE, 10 * MONEY_ONE, 100 * MONEY_ONE);
    fill(&book, BOB, -4 * MONEY_ONE, 120 * MONEY_ONE);
    const struct position pool = *portfolio_at(&book.portfolio, ACCOUNT_POOL, 1);
    const struct contract *market = &book.portfolio.market[1];
    const struct portfolio_exchange exchange = {BOB, ALICE, 1, 4 * MONEY_ONE,
                                                440 * MONEY_ONE};
    check_true("fits", portfolio_exchange_fits(&book.portfolio, &book.ledger, &exchange));
    portfolio_exchange(&book.portfolio, &book.ledger, &exchange);
    check_true("audit", portfolio_audit(&book.portfolio, &book.ledger));
    check_true("ledger", ledger_audit(&book.ledger));
    check_i64("Alice: 440 for a cost of 400", book.ledger.balance_micro[ALICE],
              40 * MONEY_ONE);
    check_i64("Bob: 440 for 480", book.ledger.balance_micro[BOB], 40 * MONEY_ONE);
    check_i64("what Alice has left", portfolio_at(&book.portfolio, ALICE, 1)->cost_uusd,
              600 * MONEY_ONE);
    check_i64("longs", market->long_ubase, 6 * MONEY_ONE);
    check_i64("shorts", market->short_ubase, 0);
    check_bytes("the pool", portfolio_at(&book.portfolio, ACCOUNT_POOL, 1), &pool,
                sizeof pool);
    /* What opens between two accounts is open interest on both sides. */
    const struct portfolio_exchange opening = {ALICE, BOB, 1, MONEY_ONE, MONEY_ONE};
    portfolio_exchange(&book.portfolio, &book.ledger, &opening);
    check_i64("longs", market->long_ubase, 7 * MONEY_ONE);
    check_i64("shorts", market->short_ubase, MONEY_ONE);
    check_true("audit", portfolio_audit(&book.portfolio, &book.ledger));
    const struct portfolio_exchange most = {ALICE, BOB, 1, MONEY_SIZE_MAX, 1};
    check_true("too large",
               !portfolio_exchange_fits(&book.portfolio, &book.ledger, &most));
    close_book(&book);
}

static void a_broken_sum_is_caught(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    fill(&book, ALICE, 10000000, 100000000);
    fill(&book, BOB, -3000000, 110000000);
    struct position *own = portfolio_at(&book.portfolio, ALICE, 1);
    struct contract *market = &book.portfolio.market[1];
    int64_t *const numbers[] = {&own->size_ubase,
                                &own->cost_uusd,
                                &market->long_ubase,
                                &market->short_ubase,
                                &portfolio_at(&book.portfolio, BOB, 0)->cost_uusd,
                                &book.ledger.balance_micro[ACCOUNT_CLEARING]};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        *numbers[i] += 1;
        check_true("one unit", !portfolio_audit(&book.portfolio, &book.ledger));
        *numbers[i] -= 1;
        check_true("whole again", portfolio_audit(&book.portfolio, &book.ledger));
    }
    close_book(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_realises_the_share_that_was_closed),
        cmocka_unit_test(every_remainder_is_against_the_holder),
        cmocka_unit_test(open_interest_counts_everybody_but_the_pool),
        cmocka_unit_test(a_fill_beyond_the_range_does_not_fit),
        cmocka_unit_test(two_accounts_exchange_without_the_pool),
        cmocka_unit_test(a_broken_sum_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
