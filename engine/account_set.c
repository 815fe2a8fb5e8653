#include "engine/account_set.h"

#include "engine/segment.h"

#include <string.h>

static uint32_t words(uint32_t bits) {
    return (bits + 63) / 64;
}

size_t account_set_footprint(uint32_t account_count) {
    const uint32_t count = words(account_count);
    return segment_size(count * sizeof(uint64_t)) +
           segment_size(words(count) * sizeof(uint64_t)) + segment_size(sizeof(uint32_t));
}

void account_set_bind(struct account_set *set, uint32_t account_count, void *memory) {
    unsigned char *cursor = memory;
    const uint32_t count = words(account_count);
    set->account_count = account_count;
    set->word = segment_take(&cursor, count * sizeof(uint64_t));
    set->summary = segment_take(&cursor, words(count) * sizeof(uint64_t));
    set->count = segment_take(&cursor, sizeof(uint32_t));
}

void account_set_flip(struct account_set *set, uint32_t account) {
    const uint32_t at = account / 64;
    const uint64_t before = set->word[at];
    const uint64_t after = before ^ UINT64_C(1) << (account % 64);
    const uint64_t word = UINT64_C(1) << (at % 64);
    set->word[at] = after;
    *set->count += after > before ? 1 : UINT32_MAX; /* one more or one less */
    if (after == 0) {
        set->summary[at / 64] &= ~word;
    } else {
        set->summary[at / 64] |= word;
    }
}

/* First set bit >= from in a bitmap of so many words, or 64 * count. */
static uint32_t next_bit(const uint64_t *word, uint32_t count, uint32_t from) {
    uint32_t at = from / 64;
    if (at >= count) {
        return 64 * count;
    }
    uint64_t bits = word[at] >> (from % 64) << (from % 64);
    while (bits == 0) {
        at += 1;
        if (at == count) {
            return 64 * count;
        }
        bits = word[at];
    }
    return 64 * at + (uint32_t)__builtin_ctzll(bits);
}

uint32_t account_set_next_word(const struct account_set *set, uint32_t from) {
    const uint32_t count = words(set->account_count);
    const uint32_t word = next_bit(set->summary, words(count), from / 64 + 1);
    if (word >= count) {
        return set->account_count;
    }
    return 64 * word + (uint32_t)__builtin_ctzll(set->word[word]);
}

/* First member >= from whose bit in other, flipped, is set. */
static inline uint32_t next_with(const struct account_set *set,
                                 const struct account_set *other, uint64_t flip,
                                 uint32_t from) {
    const uint32_t count = words(set->account_count);
    uint64_t mask = ~UINT64_C(0) >> (from % 64) << (from % 64);
    if (from >= set->account_count || *set->count == 0) {
        return set->account_count;
    }
    for (uint32_t word = from / 64; word < count;
         word = next_bit(set->summary, words(count), word + 1)) {
        const uint64_t bits = set->word[word] & (other->word[word] ^ flip) & mask;
        if (bits != 0) {
            return 64 * word + (uint32_t)__builtin_ctzll(bits);
        }
        mask = ~UINT64_C(0);
    }
    return set->account_count;
}

uint32_t account_set_next_without(const struct account_set *set,
                                  const struct account_set *other, uint32_t from) {
    return next_with(set, other, ~UINT64_C(0), from);
}

uint32_t account_set_next_common(const struct account_set *set,
                                 const struct account_set *other, uint32_t from) {
    return next_with(set, other, 0, from);
}

void account_set_clear(struct account_set *set) {
    const uint32_t count = words(set->account_count);
    if (*set->count != 0) {
        memset(set->word, 0, count * sizeof(uint64_t));
        memset(set->summary, 0, words(count) * sizeof(uint64_t));
        *set->count = 0;
    }
}

void account_set_choose(struct account_set *set, const struct account_set *who,
                        const struct account_set *yes, const struct account_set *no) {
    const uint32_t count = words(set->account_count);
    account_set_clear(set);
    if (*yes->count == 0 && *no->count == 0) {
        return;
    }
    uint32_t members = 0;
    for (uint32_t at = 0; at < count; ++at) {
        const uint64_t bits =
            (yes->word[at] & who->word[at]) | (no->word[at] & ~who->word[at]);
        set->word[at] = bits;
        if (bits != 0) {
            set->summary[at / 64] |= UINT64_C(1) << (at % 64);
            for (uint64_t left = bits; left != 0; left &= left - 1) {
                members += 1;
            }
        }
    }
    *set->count = members;
}
