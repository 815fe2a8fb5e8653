/* mempool.h -- transactions that wait for a block.

   Each sender's transactions are taken in the order they were sent (nonce order): a stuck
   one blocks those behind it.  Among the senders' first ones the best fee wins, then the
   earlier arrival, then the lower sequence.  A waiting transaction may be replaced for a
   fee at least 10 % higher; the new one keeps its place in the sender's order. The pool
   is of the kind "domain": when it is full, the newcomer pushes out the sender tail with
   the lowest fee, or is refused itself.

   Units    fees in wei per unit of gas.
   Memory   mempool_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed; then
   mempool_init. Threads  one mempool per thread. Source   ordering, nonce and +10 %
   replacement: go-ethereum, core/txpool/legacypool (price bump 10). */
#ifndef ENGINE_CHAIN_MEMPOOL_H
#define ENGINE_CHAIN_MEMPOOL_H

#include "engine/transaction.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mempool_entry {
    struct transaction transaction;
    int64_t fee_wei; /* most the sender pays per gas */
    int64_t gas;
    int64_t arrival_ns;
    uint64_t sequence; /* identifies the entry; 0: the slot is free */
    uint32_t sender;
    uint32_t slot;
    uint32_t previous, next; /* of the same sender, as slot + 1; 0: none */
    uint32_t place;          /* in the heap plus one; 0: not the sender's first */
    uint32_t tag;            /* the caller's own */
};

struct mempool_state {
    uint64_t sequence; /* last one given */
    uint32_t count;
    uint32_t ready;   /* entries in the heap */
    uint32_t free;    /* first free slot + 1 */
    uint32_t dropped; /* refused or pushed out for want of room */
};

struct mempool { /* a view */
    uint32_t capacity, sender_count;
    struct mempool_entry *entry; /* [capacity] */
    uint32_t *heap;              /* [capacity]: slots of the senders' first entries */
    uint32_t *first, *last;      /* [sender]: slot + 1 */
    struct mempool_state *state;
};

/* mempool_footprint returns the bytes a pool needs. */
size_t mempool_footprint(uint32_t capacity, uint32_t sender_count);

/* mempool_bind points the view at memory. */
void mempool_bind(struct mempool *mempool, uint32_t capacity, uint32_t sender_count,
                  void *memory);

/* mempool_init links the free slots of a zeroed pool. */
void mempool_init(struct mempool *mempool);

/* mempool_add queues a copy of entry's transaction, fee, gas, arrival, sender and tag and
   returns its sequence.  In a full pool somebody has to go: *evicted is then the entry that
   was pushed out, or the newcomer itself, which returns 0; otherwise evicted->gas is 0. */
uint64_t mempool_add(struct mempool *mempool, const struct mempool_entry *entry,
                     struct mempool_entry *evicted);

/* mempool_put_back queues an entry that had been taken in front of all its sender's waiting
   ones, so that several of a sender come back last one first; otherwise as mempool_add. */
uint64_t mempool_put_back(struct mempool *mempool, const struct mempool_entry *entry,
                          struct mempool_entry *evicted);

/* mempool_replace gives the waiting entry of that sequence a new transaction and fee;
   false when it no longer waits or the fee is below TRANSACTION_BUMP_PPM of the old one. */
bool mempool_replace(struct mempool *mempool, uint32_t slot, uint64_t sequence,
                     const struct transaction *transaction, int64_t fee_wei);

/* mempool_find returns the waiting entry in a slot if it still is that sequence, or NULL.
 */
const struct mempool_entry *mempool_find(const struct mempool *mempool, uint32_t slot,
                                         uint64_t sequence);

/* mempool_take removes the best entry whose fee is at least base_fee and whose gas is at
   most gas, and writes it to *entry; false when there is none.  Entries that do not fit
   are passed over; they stay. */
bool mempool_take(struct mempool *mempool, int64_t base_fee_wei, int64_t gas,
                  struct mempool_entry *entry);

/* mempool_audit checks order and links, O(capacity). */
bool mempool_audit(const struct mempool *mempool);

#endif
