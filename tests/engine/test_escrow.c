#include "engine/account.h"
#include "engine/escrow.h"
#include "tests/support/check.h"

#define SECOND INT64_C(1000000000)

enum { ACCOUNTS = 10, CAPACITY = 3, ALICE = ACCOUNT_FIRST_USER, BOB };

static const struct escrow_terms terms = {.finality_ns = 60 * SECOND, .queue = CAPACITY};

struct book {
    struct ledger ledger, units;
    struct ledger *asset[ASSET_COUNT];
    struct escrow escrow;
    void *memory[3];
};

static void open_book(struct book *book) {
    const size_t sizes[] = {ledger_footprint(ACCOUNTS), escrow_footprint(CAPACITY),
                            ledger_footprint(ACCOUNTS)};
    for (int i = 0; i < 3; ++i) {
        book->memory[i] = check_memory(sizes[i]);
        memset(book->memory[i], 0, sizes[i]);
    }
    ledger_bind(&book->ledger, ACCOUNTS, book->memory[0]);
    ledger_bind(&book->units, ACCOUNTS, book->memory[2]);
    book->asset[ASSET_CASH] = &book->ledger;
    book->asset[ASSET_UNDERLYING] = &book->units;
    escrow_bind(&book->escrow, CAPACITY, book->memory[1]);
    ledger_transfer(&book->ledger, ACCOUNT_EXTERNAL, ALICE, 1000);
    ledger_transfer(&book->ledger, ACCOUNT_EXTERNAL, BOB, 500);
}

static void close_book(struct book *book) {
    free(book->memory[0]);
    free(book->memory[1]);
    free(book->memory[2]);
}

static void request(struct book *book, enum asset asset, uint32_t account, int64_t amount,
                    int64_t now_ns) {
    const struct escrow_entry entry = {.accepted_ns = now_ns,
                                       .amount_micro = amount,
                                       .account = account,
                                       .asset = asset};
    escrow_request(&book->escrow, book->asset[asset], &entry);
}

static void check_book(const char *label, const struct book *book, int64_t alice,
                       int64_t held, uint64_t waiting) {
    check_i64(label, book->ledger.balance_micro[ALICE], alice);
    check_i64(label, book->ledger.hold_micro[ALICE], held);
    check_u64(label, book->escrow.state->count, waiting);
    check_true(label, escrow_residual(&book->escrow, book->asset) == 0);
    check_true(label, escrow_audit(&book->escrow, book->asset));
    check_true(label, ledger_audit(&book->ledger));
}

static void a_withdrawal_is_paid_once_it_is_final(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    request(&book, ASSET_CASH, ALICE, 300, 100 * SECOND);
    check_book("held", &book, 1000, 300, 1);
    escrow_release(&book.escrow, book.asset, &terms, 160 * SECOND - 1);
    check_book("not yet final", &book, 1000, 300, 1);
    escrow_release(&book.escrow, book.asset, &terms, 160 * SECOND);
    check_book("final", &book, 700, 0, 0);
    check_i64("cash", book.ledger.balance_micro[ACCOUNT_EXTERNAL], -1200);
    close_book(&book);
}

static void the_queue_is_a_ring_paid_in_order(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    for (int round = 0; round < 10; ++round) {
        const int64_t now = round * 1000 * SECOND;
        const int64_t alice = book.ledger.balance_micro[ALICE];
        request(&book, ASSET_CASH, ALICE, 10, now);
        request(&book, ASSET_CASH, BOB, 20, now + SECOND);
        check_true("room for one", !escrow_full(&book.escrow));
        request(&book, ASSET_CASH, ALICE, 30, now + 2 * SECOND);
        check_true("full", escrow_full(&book.escrow));
        check_book("three wait", &book, alice, 40, 3);
        escrow_release(&book.escrow, book.asset, &terms, now + 61 * SECOND);
        check_book("two are paid", &book, alice - 10, 30, 1);
        check_i64("Bob", book.ledger.balance_micro[BOB], 500 - 20 * (round + 1));
        escrow_release(&book.escrow, book.asset, &terms, now + 500 * SECOND);
        check_book("all are paid", &book, alice - 40, 0, 0);
    }
    close_book(&book);
}

static void without_cash_the_first_one_waits_and_all_behind_it(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    /* Bob's balance was paid out to somebody else: 400 of cash for 1,000. */
    ledger_transfer(&book.ledger, BOB, ACCOUNT_EXTERNAL, 1100);
    request(&book, ASSET_CASH, ALICE, 401, 0);
    request(&book, ASSET_CASH, ALICE, 5, 0);
    escrow_release(&book.escrow, book.asset, &terms, 1000 * SECOND);
    check_book("too little cash", &book, 1000, 406, 2);
    ledger_transfer(&book.ledger, ACCOUNT_EXTERNAL, BOB, 1);
    escrow_release(&book.escrow, book.asset, &terms, 1000 * SECOND);
    check_book("enough for the first", &book, 599, 5, 1);
    close_book(&book);
}

static void each_asset_is_paid_from_its_own_ledger(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    ledger_transfer(&book.units, ACCOUNT_EXTERNAL, ALICE, 70);
    request(&book, ASSET_UNDERLYING, ALICE, 70, 0);
    request(&book, ASSET_CASH, ALICE, 30, 0);
    check_book("both wait", &book, 1000, 30, 2);
    check_i64("units held", book.units.hold_micro[ALICE], 70);
    escrow_release(&book.escrow, book.asset, &terms, 60 * SECOND);
    check_book("both are paid", &book, 970, 0, 0);
    check_i64("units", book.units.balance_micro[ALICE], 0);
    check_i64("none are left", book.units.balance_micro[ACCOUNT_EXTERNAL], 0);
    check_true("units", ledger_audit(&book.units));
    close_book(&book);
}

static void request_beyond(void *argument) {
    struct book *book = argument;
    request(book, ASSET_CASH, ALICE, 1, 0);
}

static void a_full_queue_takes_no_more(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    for (int i = 0; i < CAPACITY; ++i) {
        request(&book, ASSET_CASH, ALICE, 1, 0);
    }
    check_aborts("one too many", request_beyond, &book);
    close_book(&book);
}

static void a_hold_without_its_withdrawal_is_caught(void **state) {
    (void)state;
    struct book book;
    open_book(&book);
    request(&book, ASSET_CASH, ALICE, 300, 0);
    ledger_hold(&book.ledger, BOB, 1);
    check_true("residual", escrow_residual(&book.escrow, book.asset) == 1);
    check_true("audit", !escrow_audit(&book.escrow, book.asset));
    ledger_release(&book.ledger, BOB, 1);
    book.escrow.entry[0].amount_micro += 1;
    check_true("an entry", !escrow_audit(&book.escrow, book.asset));
    book.escrow.entry[0].amount_micro -= 1;
    check_true("whole again", escrow_audit(&book.escrow, book.asset));
    close_book(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_withdrawal_is_paid_once_it_is_final),
        cmocka_unit_test(the_queue_is_a_ring_paid_in_order),
        cmocka_unit_test(without_cash_the_first_one_waits_and_all_behind_it),
        cmocka_unit_test(each_asset_is_paid_from_its_own_ledger),
        cmocka_unit_test(a_full_queue_takes_no_more),
        cmocka_unit_test(a_hold_without_its_withdrawal_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
