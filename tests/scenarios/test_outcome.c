#include "engine/digest.h"
#include "scenarios/outcome.h"
#include "tests/support/check.h"

#include <math.h>

static struct outcome make_outcome(void) {
    struct outcome outcome = {
        .path = 12345,
        .status = OUTCOME_STATUS_NUMERIC,
        .log_head = {UINT64_C(0x1122334455667788), 99}
    };
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        if (outcome_descriptions[i].kind == OUTCOME_RATIO) {
            outcome.value[i].real = 0.1 * (double)(int)i - 1;
        } else {
            outcome.value[i].integer = INT64_MIN + (int64_t)i;
        }
    }
    return outcome;
}

static void a_record_reads_back(void **state) {
    (void)state;
    unsigned char record[OUTCOME_RECORD_SIZE], again[OUTCOME_RECORD_SIZE];
    struct outcome outcome = make_outcome(), back;
    outcome.missing = UINT64_C(1) << OUTCOME_FUND_DEPLETION_TIME;
    outcome_write(&outcome, record);
    outcome_read(&back, record);
    check_u64("path", back.path, 12345);
    check_u64("status", back.status, OUTCOME_STATUS_NUMERIC);
    check_true("missing", outcome_missing(&back, OUTCOME_FUND_DEPLETION_TIME));
    check_true("not missing", !outcome_missing(&back, OUTCOME_BAD_DEBT));
    check_i64("a missing value is 0", back.value[OUTCOME_FUND_DEPLETION_TIME].integer, 0);
    check_i64("money", back.value[OUTCOME_BAD_DEBT].integer, INT64_MIN);
    check_bits("ratio", back.value[OUTCOME_IMPACT_MAX].real,
               outcome.value[OUTCOME_IMPACT_MAX].real);
    outcome_write(&back, again);
    check_bytes("written again", again, record, sizeof record);
    static const unsigned char path[] = {0x39, 0x30, 0, 0, 0, 0, 0, 0};
    check_bytes("lowest byte first", record, path, sizeof path);
}

/* The digest by its definition, from a list of bytes. */
static void the_digest_is_the_defined_one(void **state) {
    (void)state;
    struct outcome outcome = make_outcome();
    unsigned char got[DIGEST_SIZE], want[DIGEST_SIZE];
    outcome.missing = UINT64_C(1) << OUTCOME_GAS_PEAK;
    struct digest digest;
    digest_init(&digest);
    digest_u64(&digest, 12345);
    digest_u32(&digest, OUTCOME_STATUS_NUMERIC);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const bool present = i != OUTCOME_GAS_PEAK;
        uint64_t bits;
        memcpy(&bits, &outcome.value[i], sizeof bits);
        digest_update(&digest, present ? "\1" : "\0", 1);
        digest_u64(&digest, present ? bits : 0);
    }
    digest_u64(&digest, UINT64_C(0x1122334455667788));
    digest_u64(&digest, 99);
    digest_final(&digest, want);
    outcome_digest(&outcome, got);
    check_bytes("digest", got, want, DIGEST_SIZE);
}

static void every_field_changes_the_digest(void **state) {
    (void)state;
    struct outcome outcome = make_outcome();
    unsigned char reference[DIGEST_SIZE], got[DIGEST_SIZE];
    outcome_digest(&outcome, reference);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        struct outcome other = outcome;
        if (outcome_descriptions[i].kind == OUTCOME_RATIO) {
            other.value[i].real = nextafter(other.value[i].real, 10);
        } else {
            other.value[i].integer += 1;
        }
        outcome_digest(&other, got);
        check_true(outcome_descriptions[i].name,
                   memcmp(got, reference, DIGEST_SIZE) != 0);
        other = outcome;
        other.missing = UINT64_C(1) << i;
        outcome_digest(&other, got);
        check_true(outcome_descriptions[i].name,
                   memcmp(got, reference, DIGEST_SIZE) != 0);
    }
}

static void both_zeros_are_one_value(void **state) {
    (void)state;
    struct outcome plus = {.path = 1}, minus = {.path = 1};
    unsigned char a[OUTCOME_RECORD_SIZE], b[OUTCOME_RECORD_SIZE];
    minus.value[OUTCOME_HAIRCUT_RATE].real = -0.0;
    outcome_write(&plus, a);
    outcome_write(&minus, b);
    check_bytes("record", b, a, sizeof a);
    outcome_digest(&plus, a);
    outcome_digest(&minus, b);
    check_bytes("digest", b, a, DIGEST_SIZE);
}

static void digest_it(void *argument) {
    unsigned char hash[DIGEST_SIZE];
    outcome_digest(argument, hash);
}

static void a_value_that_is_no_number_is_a_bug(void **state) {
    (void)state;
    struct outcome outcome = {.path = 1};
    outcome.value[OUTCOME_HAIRCUT_RATE].real = nan("");
    check_aborts("NaN", digest_it, &outcome);
    outcome.value[OUTCOME_HAIRCUT_RATE].real = HUGE_VAL;
    check_aborts("infinity", digest_it, &outcome);
    outcome.missing = UINT64_C(1) << OUTCOME_HAIRCUT_RATE;
    digest_it(&outcome); /* a missing value is not looked at */
}

static void descriptions_are_complete(void **state) {
    (void)state;
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const struct outcome_description *about = &outcome_descriptions[i];
        check_true(about->name, strlen(about->name) > 0);
        check_true(about->name, strlen(about->meaning) > 10);
        const bool time = about->kind == OUTCOME_TIME;
        const bool time_unit =
            strcmp(about->unit, "h") == 0 || strcmp(about->unit, "min") == 0;
        check_true(about->name, time == time_unit);
        check_true(about->name,
                   (about->kind == OUTCOME_MONEY) == (strcmp(about->unit, "USD") == 0));
        for (unsigned j = 0; j < i; ++j) {
            check_true(about->name,
                       strcmp(about->name, outcome_descriptions[j].name) != 0);
        }
    }
    check_text("first status", outcome_status_text(OUTCOME_STATUS_COMPLETE), "complete");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_reads_back),
        cmocka_unit_test(the_digest_is_the_defined_one),
        cmocka_unit_test(every_field_changes_the_digest),
        cmocka_unit_test(both_zeros_are_one_value),
        cmocka_unit_test(a_value_that_is_no_number_is_a_bug),
        cmocka_unit_test(descriptions_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
