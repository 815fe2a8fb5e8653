/* The base fee's recursion, by hand and against its own statement in wide arithmetic. */
#include "engine/chain/fee_market.h"
#include "engine/money.h"
#include "tests/support/check.h"

#define GWEI INT64_C(1000000000)

static const struct fee_market_terms mainnet = {
    .target_gas = 15000000, .limit_gas = 30000000, .denominator = 8};

/* By hand from EIP-1559: changes are b |used - target| / target / 8, floored; a rise is at
   least 1 wei. */
static void the_base_fee_follows_the_use_of_the_block(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t base_wei, used_gas, next_wei;
    } cases[] = {
        {"on target",               1 * GWEI,           15000000, 1 * GWEI          },
        {"full: an eighth up",      1 * GWEI,           30000000, 1125000000        },
        {"empty: an eighth down",   1 * GWEI,           0,        875000000         },
        {"a tenth above target",    1 * GWEI,           16500000, 1012500000        },
        {"a tenth below target",    1 * GWEI,           13500000, 987500000         },
        {"one gas above, 8.33 wei", 1 * GWEI,           15000001, 1000000008        },
        {"one gas below, 8.33 wei", 1 * GWEI,           14999999, 999999992         },
        {"one gas above, at least", 100,                15000001, 101               },
        {"one gas below, nothing",  100,                14999999, 100               },
        {"7 / 8 is nothing",        7,                  0,        7                 },
        {"8 / 8",                   8,                  0,        7                 },
        {"15 / 8 is 1",             15,                 30000000, 16                },
        {"from nothing",            0,                  15000001, 1                 },
        {"nothing",                 0,                  0,        0                 },
        {"beyond 64 bits between",  FEE_MARKET_HIGHEST, 0,        875000000000000000},
        {"the highest",             FEE_MARKET_HIGHEST, 30000000, FEE_MARKET_HIGHEST},
        {"near the highest",        900000000000000000, 30000000, FEE_MARKET_HIGHEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        check_i64(cases[i].name,
                  fee_market_next(&mainnet, cases[i].base_wei, cases[i].used_gas),
                  cases[i].next_wei);
    }
}

/* 21 full blocks multiply a fee by 1.125^21 = 11.87: what a jump of the demand by a factor
   of eleven takes. */
static void a_fee_climbs_eleven_times_in_twenty_one_blocks(void **unused) {
    (void)unused;
    int64_t fee = 10 * GWEI;
    for (int block = 0; block < 20; ++block) {
        fee = fee_market_next(&mainnet, fee, mainnet.limit_gas);
    }
    check_true("twenty are too few", fee < 110 * GWEI);
    fee = fee_market_next(&mainnet, fee, mainnet.limit_gas);
    check_close("twenty-one", (double)fee, 118.6323057 * 1e9, 100);
}

/* The statement itself, division by division, for other chains and random blocks. */
static int64_t by_the_book(const struct fee_market_terms *terms, int64_t base,
                           int64_t used) {
    wide change = (wide)base * (used - terms->target_gas);
    const bool more = change > 0 || (change == 0 && used > terms->target_gas);
    change = (change < 0 ? -change : change) / terms->target_gas / terms->denominator;
    if (!more) {
        return (int64_t)(base - change);
    }
    return (int64_t)(base + (change > 1 ? change : 1));
}

/* Marsaglia's xorshift: 13, 7, 17. */
static int64_t below(uint64_t *state, uint64_t end) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (int64_t)(*state % end);
}

static void two_divisions_are_one(void **unused) {
    (void)unused;
    uint64_t luck = 88172645463325252;
    for (int i = 0; i < 100000; ++i) {
        struct fee_market_terms terms;
        terms.target_gas = 1 + below(&luck, 1000000);
        terms.limit_gas = terms.target_gas * 2;
        terms.denominator = 1 + below(&luck, 20);
        const int64_t base = below(&luck, UINT64_C(1000000000000));
        const int64_t used = below(&luck, (uint64_t)terms.limit_gas + 1);
        check_i64("next", fee_market_next(&terms, base, used),
                  by_the_book(&terms, base, used));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_fee_follows_the_use_of_the_block),
        cmocka_unit_test(a_fee_climbs_eleven_times_in_twenty_one_blocks),
        cmocka_unit_test(two_divisions_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
