#include "tests/support/check.h"
#include "tests/support/engine_world.h"

enum { USERS = 3 };

/* 100 contracts at 100 USD ask for 1,000 USD; she has 10. */
static void a_book_is_taken_over_below_initial_margin(void **state) {
    (void)state;
    const struct engine_terms terms = world_terms(USERS);
    /* flags, price, status */
    static const struct {
        const char *label;
        uint64_t flags;
        int64_t price_usd;
        enum engine_status status;
    } cases[] = {
        {"an ordinary block",         0,                                0,   ENGINE_INSUFFICIENT_COLLATERAL},
        {"an ordinary block, marked", BLOCK_UNMARGINED,                 0,
         ENGINE_INSUFFICIENT_COLLATERAL                                                                    },
        {"genesis",                   BLOCK_GENESIS,                    100, ENGINE_INSUFFICIENT_COLLATERAL},
        {"genesis, at the market",    BLOCK_GENESIS | BLOCK_UNMARGINED, 0,
         ENGINE_INSUFFICIENT_COLLATERAL                                                                    },
        {"genesis, taken over",       BLOCK_GENESIS | BLOCK_UNMARGINED, 100, ENGINE_OK                     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct engine_world world;
        world_open(&world, &terms);
        world_block(&world, 1, cases[i].flags);
        world_report(&world, 0, 0, 100 * MONEY_ONE);
        world_deposit(&world, ACCOUNT_POOL, 1000000 * MONEY_ONE);
        world_deposit(&world, ACCOUNT_FIRST_USER, 10 * MONEY_ONE);
        const struct transaction trade = {.kind = TRANSACTION_TRADE,
                                          .account = ACCOUNT_FIRST_USER,
                                          .amount = 100 * MONEY_ONE,
                                          .price_uusd = cases[i].price_usd * MONEY_ONE};
        world_do(&world, trade);
        check_i64(cases[i].label, (int64_t)world.receipt.status, cases[i].status);
        check_true("audit", engine_audit(&world.engine));
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_is_taken_over_below_initial_margin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
