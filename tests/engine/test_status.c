#include "engine/status.h"
#include "engine/transaction.h"
#include "tests/support/check.h"

static void every_status_has_a_name_and_a_sentence_of_its_own(void **state) {
    (void)state;
    check_text("first", engine_status_name(ENGINE_OK), "OK");
    check_text("last", engine_status_name(ENGINE_FUND_INSUFFICIENT), "FUND_INSUFFICIENT");
    check_i64("OK is 0", ENGINE_OK, 0);
    for (int a = 0; a < ENGINE_STATUS_COUNT; ++a) {
        const char *text = engine_status_text((enum engine_status)a);
        check_true("text", strlen(text) > 1 && text[strlen(text) - 1] != '.');
        for (int b = 0; b < a; ++b) {
            check_true("names differ",
                       strcmp(engine_status_name((enum engine_status)a),
                              engine_status_name((enum engine_status)b)) != 0);
            check_true("texts differ",
                       strcmp(text, engine_status_text((enum engine_status)b)) != 0);
        }
    }
}

static void the_kinds_are_named_as_in_files(void **state) {
    (void)state;
    static const char *const names[] = {
        "deposit",       "withdraw", "trade",        "liquidate", "oracle_report",
        "auction_start", "bid",      "auction_stop", "bite",      "lot_bid",
        "deal",          "stuff",    "stake",        "unstake"};
    check_u64("kinds", TRANSACTION_KIND_COUNT, sizeof names / sizeof names[0]);
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        check_text("name", transaction_kind_name((enum transaction_kind)i), names[i]);
    }
}

static void name_of_nothing(void *argument) {
    engine_status_name(*(const enum engine_status *)argument);
}

static void a_status_that_does_not_exist_is_a_bug(void **state) {
    (void)state;
    enum engine_status beyond = ENGINE_STATUS_COUNT;
    check_aborts("beyond the table", name_of_nothing, &beyond);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_and_a_sentence_of_its_own),
        cmocka_unit_test(the_kinds_are_named_as_in_files),
        cmocka_unit_test(a_status_that_does_not_exist_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
