/* Whose positions were closed on a path: what the rows say adds up to the outcome. */
#include "analysis/story_accounts.h"
#include "tests/support/check.h"

#include <stdlib.h>

enum { TOP = 10 };

static void load(struct subject *subject, const char *preset, const char *const *sets,
                 size_t count) {
    check_i64(preset, subject_load(preset, sets, count, subject), RUN_OK);
}

static int64_t money(const struct outcome *outcome, enum outcome_field field) {
    check_true("has a value", !outcome_missing(outcome, field));
    return outcome->value[field].integer;
}

static struct story_accounts expect_sums(const struct subject *subject, uint64_t path) {
    struct replay replay;
    struct story_account top[TOP], larger[2 * TOP];
    struct story_accounts all, again;
    check_i64("replayed", replay_path(subject, 7, path, REPLAY_ROOT_NS, &replay), RUN_OK);
    const struct outcome *outcome = &replay.outcome;
    check_true("found", story_accounts_find(subject->stage, &replay, top, TOP, &all));
    check_i64("shortfalls", all.shortfall_uusd,
              money(outcome, OUTCOME_BAD_DEBT) - money(outcome, OUTCOME_SHORTFALL_OPEN));
    /* Rounded down to a micro-USD per transaction, of which there are a few thousand. */
    check_close("reduced", (double)all.reduced_uusd,
                (double)money(outcome, OUTCOME_LIQUIDATED_NOTIONAL), 20000);
    check_u64("accounts", all.count,
              (uint64_t)money(outcome, OUTCOME_LIQUIDATED_ACCOUNTS));
    for (size_t i = 1; i < TOP; ++i) {
        check_true("sorted", top[i - 1].shortfall_uusd >= top[i].shortfall_uusd);
    }
    /* A longer table begins with the shorter one. */
    check_true("found",
               story_accounts_find(subject->stage, &replay, larger, 2 * TOP, &again));
    check_bytes("the same", (const unsigned char *)larger, (const unsigned char *)top,
                sizeof top);
    replay_free(&replay);
    return all;
}

static void they_add_up_to_the_outcome(void **state) {
    (void)state;
    struct subject subject;
    struct story_accounts all = {.count = 0};
    load(&subject, "black-thursday", NULL, 0);
    for (uint64_t path = 0; path < 3; ++path) {
        all = expect_sums(&subject, path);
    }
    check_true("some lost", all.with_loss > 0 && all.with_loss <= all.count);
    subject_free(&subject);
}

static void what_a_fork_took_back_does_not_count(void **state) {
    (void)state;
    static const char *const sets[] = {"weather.reorg_rate=200",
                                       "weather.reorg_depth_most=6"};
    struct subject subject;
    load(&subject, "black-thursday", sets, 2);
    for (uint64_t path = 0; path < 3; ++path) {
        expect_sums(&subject, path);
    }
    subject_free(&subject);
}

static void auctions_are_reductions_too(void **state) {
    (void)state;
    struct subject subject;
    load(&subject, "portfolio-auction", NULL, 0);
    expect_sums(&subject, 0);
    subject_free(&subject);
}

static void a_calm_path_has_none(void **state) {
    (void)state;
    static const char *const sets[] = {"world.horizon=1h"};
    struct subject subject;
    struct replay replay;
    struct story_account top[TOP];
    struct story_accounts all;
    load(&subject, "calm", sets, 1);
    check_i64("replayed", replay_path(&subject, 7, 0, REPLAY_ROOT_NS, &replay), RUN_OK);
    check_true("found", story_accounts_find(subject.stage, &replay, top, TOP, &all));
    check_u64("none", all.count,
              (uint64_t)money(&replay.outcome, OUTCOME_LIQUIDATED_ACCOUNTS));
    replay_free(&replay);
    subject_free(&subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_add_up_to_the_outcome),
        cmocka_unit_test(what_a_fork_took_back_does_not_count),
        cmocka_unit_test(auctions_are_reductions_too),
        cmocka_unit_test(a_calm_path_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
