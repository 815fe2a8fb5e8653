#include "engine/account_set.h"
#include "tests/support/check.h"

static uint32_t plain_next(const bool *in, uint32_t count, uint32_t from) {
    uint32_t at = from < count ? from : count;
    while (at < count && !in[at]) {
        at += 1;
    }
    return at;
}

static void check_against_model(uint32_t accounts, uint64_t seed) {
    struct account_set set;
    bool *in = check_memory(accounts);
    void *memory = check_memory(account_set_footprint(accounts));
    memset(in, 0, accounts);
    memset(memory, 0, account_set_footprint(accounts));
    account_set_bind(&set, accounts, memory);
    for (int step = 0; step < 4000; ++step) {
        const uint32_t account = (uint32_t)(check_random(&seed) % accounts);
        /* Mostly empty in the first half, mostly full in the second. */
        if ((check_random(&seed) % 10 < 3) == (step < 2000)) {
            account_set_add(&set, account);
            in[account] = true;
        } else {
            account_set_remove(&set, account);
            in[account] = false;
        }
        uint32_t count = 0;
        for (uint32_t a = plain_next(in, accounts, 0); a < accounts;
             a = plain_next(in, accounts, a + 1)) {
            count += 1;
        }
        const uint32_t from = (uint32_t)(check_random(&seed) % (accounts + 2));
        check_u64("count", *set.count, count);
        check_true("has", account_set_has(&set, account) == in[account]);
        check_u64("next", account_set_next(&set, from), plain_next(in, accounts, from));
        check_u64("first", account_set_next(&set, 0), plain_next(in, accounts, 0));
    }
    free(in);
    free(memory);
}

static void set_and_model_agree(void **state) {
    (void)state;
    static const uint32_t sizes[] = {1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        check_against_model(sizes[i], i + 1);
    }
}

/* Two sets, and a third that is one of them for some and the other for the others. */
static void sets_are_combined(void **state) {
    (void)state;
    enum { ACCOUNTS = 4200, SETS = 4 };
    uint64_t seed = 5;
    struct account_set set[SETS];
    void *memory[SETS];
    for (int s = 0; s < SETS; ++s) {
        memory[s] = check_memory(account_set_footprint(ACCOUNTS));
        memset(memory[s], 0, account_set_footprint(ACCOUNTS));
        account_set_bind(&set[s], ACCOUNTS, memory[s]);
    }
    for (int round = 0; round < 40; ++round) {
        const uint64_t one_in = 1 + (uint64_t)round * 20;
        for (uint32_t a = 0; a < ACCOUNTS; ++a) {
            for (int s = 0; s < SETS - 1; ++s) {
                if (check_random(&seed) % one_in == 0) {
                    account_set_flip(&set[s], a);
                }
            }
        }
        account_set_choose(&set[3], &set[0], &set[1], &set[2]);
        uint32_t count = 0, common = account_set_next_common(&set[1], &set[2], 0);
        for (uint32_t a = 0; a < ACCOUNTS; ++a) {
            const bool want =
                account_set_has(&set[account_set_has(&set[0], a) ? 1 : 2], a);
            check_true("chosen", account_set_has(&set[3], a) == want);
            count += want;
            if (account_set_has(&set[1], a) && account_set_has(&set[2], a)) {
                check_u64("common", common, a);
                common = account_set_next_common(&set[1], &set[2], a + 1);
            }
        }
        check_u64("no more", common, ACCOUNTS);
        check_u64("count", *set[3].count, count);
        for (uint32_t a = account_set_next(&set[3], 0); a < ACCOUNTS;
             a = account_set_next(&set[3], a + 1)) {
            count -= 1;
        }
        check_u64("walked", count, 0);
        if (round % 8 == 7) {
            account_set_clear(&set[round / 8 % 3]);
            check_u64("cleared", account_set_next(&set[round / 8 % 3], 0), ACCOUNTS);
        }
    }
    for (int s = 0; s < SETS; ++s) {
        free(memory[s]);
    }
}

static void a_sparse_set_is_walked_in_order(void **state) {
    (void)state;
    enum { ACCOUNTS = 100000 };
    static const uint32_t members[] = {0, 63, 64, 4095, 4096, 65535, 65536, 99999};
    struct account_set set;
    void *memory = check_memory(account_set_footprint(ACCOUNTS));
    memset(memory, 0, account_set_footprint(ACCOUNTS));
    account_set_bind(&set, ACCOUNTS, memory);
    check_u64("empty", account_set_next(&set, 0), ACCOUNTS);
    for (size_t i = 8; i-- > 0;) {
        account_set_add(&set, members[i]);
        account_set_add(&set, members[i]);
    }
    uint32_t at = account_set_next(&set, 0);
    for (size_t i = 0; i < 8; ++i, at = account_set_next(&set, at + 1)) {
        check_u64("member", at, members[i]);
    }
    check_u64("end", at, ACCOUNTS);
    check_u64("each counted once", *set.count, 8);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_and_model_agree),
        cmocka_unit_test(sets_are_combined),
        cmocka_unit_test(a_sparse_set_is_walked_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
