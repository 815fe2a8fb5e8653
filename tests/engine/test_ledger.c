#include "engine/ledger.h"
#include "tests/support/check.h"

enum { ACCOUNTS = 5, STEPS = 20000 };

struct book {
    struct ledger ledger;
    void *memory;
};

static void open_book(struct book *book) {
    book->memory = check_memory(ledger_footprint(ACCOUNTS));
    memset(book->memory, 0, ledger_footprint(ACCOUNTS));
    ledger_bind(&book->ledger, ACCOUNTS, book->memory);
}

static void a_refused_transfer_says_why_and_changes_nothing(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    struct ledger *ledger = &book.ledger;
    check_i64("first", ledger_transfer(ledger, 0, 1, MONEY_SIZE_MAX), ENGINE_OK);
    /* debit, credit, amount, status */
    static const struct {
        uint32_t debit, credit;
        int64_t amount;
        enum engine_status status;
    } cases[] = {
        {5, 1, 1,                  ENGINE_UNKNOWN_ACCOUNT},
        {1, 5, 1,                  ENGINE_UNKNOWN_ACCOUNT},
        {2, 2, 1,                  ENGINE_UNKNOWN_ACCOUNT},
        {5, 1, -1,                 ENGINE_UNKNOWN_ACCOUNT},
        {0, 1, -1,                 ENGINE_BAD_AMOUNT     },
        {0, 1, INT64_MIN,          ENGINE_BAD_AMOUNT     },
        {0, 1, MONEY_SIZE_MAX + 1, ENGINE_BAD_AMOUNT     },
        {0, 2, 1,                  ENGINE_OVERFLOW       },
        {2, 1, 1,                  ENGINE_OVERFLOW       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const enum engine_status status =
            ledger_transfer(ledger, cases[i].debit, cases[i].credit, cases[i].amount);
        check_text("status", engine_status_name(status),
                   engine_status_name(cases[i].status));
        check_u64("entries", ledger->totals->entries, 1);
        check_i64("account 0", ledger->balance_micro[0], -MONEY_SIZE_MAX);
        check_i64("account 1", ledger->balance_micro[1], MONEY_SIZE_MAX);
        check_i64("account 2", ledger->balance_micro[2], 0);
    }
    check_true("audit", ledger_audit(ledger));
    free(book.memory);
}

static void a_hold_leaves_the_balance_and_takes_the_free_part(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    ledger_transfer(&book.ledger, 0, 3, 100);
    ledger_hold(&book.ledger, 3, 70);
    check_i64("free", ledger_free(&book.ledger, 3), 30);
    check_i64("balance", book.ledger.balance_micro[3], 100);
    ledger_release(&book.ledger, 3, 20);
    check_i64("free after release", ledger_free(&book.ledger, 3), 50);
    check_true("sum of holds", book.ledger.totals->hold_micro == 50);
    check_true("audit", ledger_audit(&book.ledger));
    free(book.memory);
}

static void release_too_much(void *argument) {
    struct ledger *ledger = argument;
    ledger_release(ledger, 3, 1);
}

static void more_than_is_held_cannot_be_released(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    check_aborts("nothing held", release_too_much, &book.ledger);
    free(book.memory);
}

/* Random movements against plain sums; sabotage adds a unit to the model half way. */
static bool model_agrees(int64_t sabotage) {
    struct book book;
    int64_t balance[ACCOUNTS] = {0}, hold[ACCOUNTS] = {0};
    uint64_t random = 7;
    bool agrees = true;
    open_book(&book);
    for (int step = 0; step < STEPS; ++step) {
        const uint32_t debit = (uint32_t)(check_random(&random) % ACCOUNTS);
        const uint32_t credit = (uint32_t)(check_random(&random) % ACCOUNTS);
        const int64_t amount = check_random_in(&random, -10, 1000000);
        if (ledger_transfer(&book.ledger, debit, credit, amount) == ENGINE_OK) {
            balance[debit] -= amount;
            balance[credit] += amount + (step == STEPS / 2 ? sabotage : 0);
        }
        if (amount >= 0) {
            const int64_t part = amount <= hold[debit] ? amount : hold[debit];
            ledger_hold(&book.ledger, credit, amount);
            hold[credit] += amount;
            ledger_release(&book.ledger, debit, part);
            hold[debit] -= part;
        }
        check_true("audit", ledger_audit(&book.ledger));
        check_true("residual", ledger_residual(&book.ledger) == 0);
    }
    for (int a = 0; a < ACCOUNTS; ++a) {
        agrees = agrees && book.ledger.balance_micro[a] == balance[a] &&
                 book.ledger.hold_micro[a] == hold[a];
    }
    free(book.memory);
    return agrees;
}

static void ledger_and_model_agree(void **state) {
    (void)state;
    check_true("every balance", model_agrees(0));
}

static void the_comparison_can_fail(void **state) {
    (void)state;
    check_true("one unit too many in the model", !model_agrees(1));
}

static void a_one_sided_write_is_caught(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    ledger_transfer(&book.ledger, 0, 1, 1000);
    book.ledger.balance_micro[2] += 1;
    check_true("balance", !ledger_audit(&book.ledger));
    book.ledger.balance_micro[2] -= 1;
    book.ledger.totals->balance_micro += 1;
    check_true("running sum", ledger_residual(&book.ledger) != 0);
    check_true("running sum, audit", !ledger_audit(&book.ledger));
    book.ledger.totals->balance_micro -= 1;
    book.ledger.hold_micro[2] += 1;
    check_true("hold", !ledger_audit(&book.ledger));
    book.ledger.hold_micro[2] = -1;
    book.ledger.hold_micro[3] = 1;
    check_true("negative hold", !ledger_audit(&book.ledger));
    book.ledger.hold_micro[2] = book.ledger.hold_micro[3] = 0;
    check_true("whole again", ledger_audit(&book.ledger));
    free(book.memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_transfer_says_why_and_changes_nothing),
        cmocka_unit_test(a_hold_leaves_the_balance_and_takes_the_free_part),
        cmocka_unit_test(more_than_is_held_cannot_be_released),
        cmocka_unit_test(ledger_and_model_agree),
        cmocka_unit_test(the_comparison_can_fail),
        cmocka_unit_test(a_one_sided_write_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
