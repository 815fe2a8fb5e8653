#include "scenarios/outcome.h"

#include "engine/digest.h"

#include <assert.h>
#include <string.h>

#define OUTCOME_ROW(identifier, name, kind, unit, meaning)                               \
    [OUTCOME_##identifier] = {name, OUTCOME_##kind, unit, meaning},
const struct outcome_description outcome_descriptions[OUTCOME_FIELD_COUNT] = {
    OUTCOME_FIELDS(OUTCOME_ROW)};
#undef OUTCOME_ROW

#define OUTCOME_STATUS_ROW(identifier, text) [OUTCOME_STATUS_##identifier] = text,
static const char *const status_texts[OUTCOME_STATUS_COUNT] = {
    OUTCOME_STATUSES(OUTCOME_STATUS_ROW)};
#undef OUTCOME_STATUS_ROW

enum { WORD_PATH, WORD_STATUS, WORD_LOG_0, WORD_LOG_1, WORD_MISSING, WORD_VALUES };

static void put_word(unsigned char *record, size_t word, uint64_t value) {
    for (unsigned i = 0; i < 8; ++i) {
        record[8 * word + i] = (unsigned char)(value >> (8 * i));
    }
}

static uint64_t get_word(const unsigned char *record, size_t word) {
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
        value |= (uint64_t)record[8 * word + i] << (8 * i);
    }
    return value;
}

/* The bits of a field that has a value; both zeros of a double become +0. */
static uint64_t value_bits(const struct outcome *outcome, enum outcome_field field) {
    uint64_t bits;
    if (outcome_descriptions[field].kind == OUTCOME_RATIO) {
        const double real = outcome->value[field].real;
        assert(real - real == 0); /* neither a NaN nor an infinity leaves a path */
        if (real == 0) {
            return 0;
        }
        memcpy(&bits, &real, sizeof bits);
    } else {
        memcpy(&bits, &outcome->value[field].integer, sizeof bits);
    }
    return bits;
}

void outcome_write(const struct outcome *outcome,
                   unsigned char record[OUTCOME_RECORD_SIZE]) {
    put_word(record, WORD_PATH, outcome->path);
    put_word(record, WORD_STATUS, outcome->status);
    put_word(record, WORD_LOG_0, outcome->log_head[0]);
    put_word(record, WORD_LOG_1, outcome->log_head[1]);
    put_word(record, WORD_MISSING, outcome->missing);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const bool missing = outcome_missing(outcome, (enum outcome_field)i);
        put_word(record, WORD_VALUES + i,
                 missing ? 0 : value_bits(outcome, (enum outcome_field)i));
    }
}

void outcome_read(struct outcome *outcome,
                  const unsigned char record[OUTCOME_RECORD_SIZE]) {
    memset(outcome, 0, sizeof *outcome);
    outcome->path = get_word(record, WORD_PATH);
    outcome->status = get_word(record, WORD_STATUS);
    outcome->log_head[0] = get_word(record, WORD_LOG_0);
    outcome->log_head[1] = get_word(record, WORD_LOG_1);
    outcome->missing = get_word(record, WORD_MISSING);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const uint64_t bits = get_word(record, WORD_VALUES + i);
        memcpy(&outcome->value[i], &bits, sizeof bits);
    }
}

void outcome_digest(const struct outcome *outcome, unsigned char hash[32]) {
    struct digest digest;
    digest_init(&digest);
    digest_u64(&digest, outcome->path);
    assert(outcome->status < OUTCOME_STATUS_COUNT);
    digest_u32(&digest, (uint32_t)outcome->status);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const unsigned char present = !outcome_missing(outcome, (enum outcome_field)i);
        digest_update(&digest, &present, 1);
        digest_u64(&digest, present ? value_bits(outcome, (enum outcome_field)i) : 0);
    }
    digest_u64(&digest, outcome->log_head[0]);
    digest_u64(&digest, outcome->log_head[1]);
    digest_final(&digest, hash);
}

bool outcome_missing(const struct outcome *outcome, enum outcome_field field) {
    return (outcome->missing >> field & 1) != 0;
}

const char *outcome_status_text(enum outcome_status status) {
    assert((unsigned)status < OUTCOME_STATUS_COUNT);
    return status_texts[status];
}
