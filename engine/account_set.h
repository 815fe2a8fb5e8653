/* account_set.h -- a set of accounts, walked in account order.

   A bitmap with a summary of its words, so that a walk skips what is empty.

   Memory   account_set_footprint(accounts) bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one set per thread. */
#ifndef ENGINE_ACCOUNT_SET_H
#define ENGINE_ACCOUNT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account_set { /* a view */
    uint32_t account_count;
    uint64_t *word;    /* bit a % 64 of word a / 64: account a is in */
    uint64_t *summary; /* the same for the words that are not zero */
    uint32_t *count;
};

/* account_set_footprint returns the bytes a set over so many accounts needs. */
size_t account_set_footprint(uint32_t account_count);

/* account_set_bind points the view at memory. */
void account_set_bind(struct account_set *set, uint32_t account_count, void *memory);

/* account_set_has tells whether an account is in. */
static inline bool account_set_has(const struct account_set *set, uint32_t account) {
    return (set->word[account / 64] >> (account % 64) & 1) != 0;
}

/* account_set_flip puts in who is out and takes out who is in. */
void account_set_flip(struct account_set *set, uint32_t account);

/* account_set_add puts an account in, account_set_remove takes it out; either may repeat.
 */
static inline void account_set_add(struct account_set *set, uint32_t account) {
    if (!account_set_has(set, account)) {
        account_set_flip(set, account);
    }
}
static inline void account_set_remove(struct account_set *set, uint32_t account) {
    if (account_set_has(set, account)) {
        account_set_flip(set, account);
    }
}

/* account_set_next_word returns the first member beyond the word of 64 accounts that from
   is in, or account_count when there is none. */
uint32_t account_set_next_word(const struct account_set *set, uint32_t from);

/* account_set_next returns the first member >= from, or account_count when there is none.
 */
static inline uint32_t account_set_next(const struct account_set *set, uint32_t from) {
    if (*set->count == 0 || from >= set->account_count) {
        return set->account_count;
    }
    const uint64_t here = set->word[from / 64] >> (from % 64);
    return here != 0 ? from + (uint32_t)__builtin_ctzll(here)
                     : account_set_next_word(set, from);
}

/* account_set_next_without returns the first member >= from that is no member of other, a
   set over as many accounts; account_count when there is none. */
uint32_t account_set_next_without(const struct account_set *set,
                                  const struct account_set *other, uint32_t from);

/* account_set_next_common returns the first member >= from that is a member of other, too, a
   set over as many accounts; account_count when there is none. */
uint32_t account_set_next_common(const struct account_set *set,
                                 const struct account_set *other, uint32_t from);

/* account_set_clear takes everybody out. */
void account_set_clear(struct account_set *set);

/* account_set_choose makes set what yes is for the members of who, and what no is for the
   others; all are sets over as many accounts, and set is none of the others. */
void account_set_choose(struct account_set *set, const struct account_set *who,
                        const struct account_set *yes, const struct account_set *no);

#endif
