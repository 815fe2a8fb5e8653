#include "engine/chain/mempool.h"

#include "engine/money.h"
#include "engine/segment.h"

size_t mempool_footprint(uint32_t capacity, uint32_t sender_count) {
    return segment_size(capacity * sizeof(struct mempool_entry)) +
           segment_size(capacity * sizeof(uint32_t)) +
           2 * segment_size(sender_count * sizeof(uint32_t)) +
           segment_size(sizeof(struct mempool_state));
}

void mempool_bind(struct mempool *mempool, uint32_t capacity, uint32_t sender_count,
                  void *memory) {
    unsigned char *cursor = memory;
    mempool->capacity = capacity;
    mempool->sender_count = sender_count;
    mempool->entry = segment_take(&cursor, capacity * sizeof(struct mempool_entry));
    mempool->heap = segment_take(&cursor, capacity * sizeof(uint32_t));
    mempool->first = segment_take(&cursor, sender_count * sizeof(uint32_t));
    mempool->last = segment_take(&cursor, sender_count * sizeof(uint32_t));
    mempool->state = segment_take(&cursor, sizeof(struct mempool_state));
}

void mempool_init(struct mempool *mempool) {
    for (uint32_t slot = 0; slot < mempool->capacity; ++slot) {
        mempool->entry[slot].slot = slot;
        mempool->entry[slot].next = slot + 1 < mempool->capacity ? slot + 2 : 0;
    }
    mempool->state->free = mempool->capacity > 0 ? 1 : 0;
}

/* Fee, arrival, sequence: a total order, since sequences differ. */
static bool better(const struct mempool_entry *a, const struct mempool_entry *b) {
    if (a->fee_wei != b->fee_wei) {
        return a->fee_wei > b->fee_wei;
    }
    if (a->arrival_ns != b->arrival_ns) {
        return a->arrival_ns < b->arrival_ns;
    }
    return a->sequence < b->sequence;
}

static void put(struct mempool *mempool, uint32_t at, uint32_t slot) {
    mempool->heap[at] = slot;
    mempool->entry[slot].place = at + 1;
}

static bool better_at(const struct mempool *mempool, uint32_t a, uint32_t b) {
    return better(&mempool->entry[mempool->heap[a]], &mempool->entry[mempool->heap[b]]);
}

static void swap(struct mempool *mempool, uint32_t a, uint32_t b) {
    const uint32_t slot = mempool->heap[a];
    put(mempool, a, mempool->heap[b]);
    put(mempool, b, slot);
}

static void sift(struct mempool *mempool, uint32_t at) {
    const uint32_t count = mempool->state->ready;
    while (at > 0 && better_at(mempool, at, (at - 1) / 2)) {
        swap(mempool, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && better_at(mempool, child + 1, child);
        if (!better_at(mempool, child, at)) {
            return;
        }
        swap(mempool, at, child);
        at = child;
    }
}

static void heap_add(struct mempool *mempool, uint32_t slot) {
    put(mempool, mempool->state->ready, slot);
    mempool->state->ready += 1;
    sift(mempool, mempool->state->ready - 1);
}

static void heap_remove(struct mempool *mempool, uint32_t slot) {
    const uint32_t at = mempool->entry[slot].place - 1;
    mempool->entry[slot].place = 0;
    mempool->state->ready -= 1;
    if (at < mempool->state->ready) {
        put(mempool, at, mempool->heap[mempool->state->ready]);
        sift(mempool, at);
    }
}

static void unlink_entry(struct mempool *mempool, uint32_t slot) {
    struct mempool_entry *entry = &mempool->entry[slot];
    if (entry->place != 0) {
        heap_remove(mempool, slot);
    }
    if (entry->previous != 0) {
        mempool->entry[entry->previous - 1].next = entry->next;
    } else {
        mempool->first[entry->sender] = entry->next;
    }
    if (entry->next != 0) {
        mempool->entry[entry->next - 1].previous = entry->previous;
    } else {
        mempool->last[entry->sender] = entry->previous;
    }
    if (entry->previous == 0 && entry->next != 0) {
        heap_add(mempool, entry->next - 1);
    }
    entry->sequence = 0;
    entry->previous = 0;
    entry->next = mempool->state->free;
    mempool->state->free = slot + 1;
    mempool->state->count -= 1;
}

/* The sender tail with the worst fee: only a tail may go without breaking nonce order. */
static uint32_t worst_tail(const struct mempool *mempool) {
    uint32_t worst = 0;
    for (uint32_t sender = 0; sender < mempool->sender_count; ++sender) {
        const uint32_t tail = mempool->last[sender];
        if (tail != 0 && (worst == 0 || better(&mempool->entry[worst - 1],
                                               &mempool->entry[tail - 1]))) {
            worst = tail;
        }
    }
    return worst;
}

/* A copy of the entry in a slot of its own, not yet linked; NULL when somebody had to go and
   it was the entry itself. */
static struct mempool_entry *admit(struct mempool *mempool,
                                   const struct mempool_entry *entry,
                                   struct mempool_entry *evicted) {
    struct mempool_state *state = mempool->state;
    *evicted = (struct mempool_entry){0};
    assert(entry->sender < mempool->sender_count);
    assert(entry->fee_wei >= 0 && entry->gas > 0);
    if (state->free == 0) {
        const uint32_t worst = worst_tail(mempool);
        state->dropped += 1;
        if (worst == 0 || mempool->entry[worst - 1].fee_wei >= entry->fee_wei) {
            *evicted = *entry;
            return NULL;
        }
        *evicted = mempool->entry[worst - 1];
        unlink_entry(mempool, worst - 1);
    }
    const uint32_t slot = state->free - 1;
    struct mempool_entry *own = &mempool->entry[slot];
    state->free = own->next;
    state->count += 1;
    state->sequence += 1;
    *own = *entry;
    own->sequence = state->sequence;
    own->slot = slot;
    own->place = 0;
    own->next = 0;
    own->previous = 0;
    return own;
}

uint64_t mempool_add(struct mempool *mempool, const struct mempool_entry *entry,
                     struct mempool_entry *evicted) {
    struct mempool_entry *own = admit(mempool, entry, evicted);
    if (own == NULL) {
        return 0;
    }
    own->previous = mempool->last[entry->sender];
    mempool->last[entry->sender] = own->slot + 1;
    if (own->previous != 0) {
        mempool->entry[own->previous - 1].next = own->slot + 1;
    } else {
        mempool->first[entry->sender] = own->slot + 1;
        heap_add(mempool, own->slot);
    }
    return own->sequence;
}

uint64_t mempool_put_back(struct mempool *mempool, const struct mempool_entry *entry,
                          struct mempool_entry *evicted) {
    struct mempool_entry *own = admit(mempool, entry, evicted);
    if (own == NULL) {
        return 0;
    }
    own->next = mempool->first[entry->sender];
    mempool->first[entry->sender] = own->slot + 1;
    if (own->next != 0) {
        heap_remove(mempool, own->next - 1);
        mempool->entry[own->next - 1].previous = own->slot + 1;
    } else {
        mempool->last[entry->sender] = own->slot + 1;
    }
    heap_add(mempool, own->slot);
    return own->sequence;
}

const struct mempool_entry *mempool_find(const struct mempool *mempool, uint32_t slot,
                                         uint64_t sequence) {
    const bool waits = slot < mempool->capacity && sequence != 0 &&
                       mempool->entry[slot].sequence == sequence;
    return waits ? &mempool->entry[slot] : NULL;
}

bool mempool_replace(struct mempool *mempool, uint32_t slot, uint64_t sequence,
                     const struct transaction *transaction, int64_t fee_wei) {
    if (mempool_find(mempool, slot, sequence) == NULL) {
        return false;
    }
    struct mempool_entry *entry = &mempool->entry[slot];
    if ((wide)fee_wei * MONEY_ONE < (wide)entry->fee_wei * TRANSACTION_BUMP_PPM) {
        return false;
    }
    entry->transaction = *transaction;
    entry->fee_wei = fee_wei;
    if (entry->place != 0) {
        sift(mempool, entry->place - 1);
    }
    return true;
}

/* The best entry at or under a place of the heap that pays and fits; slot + 1, 0 if none.
   A place that pays and fits is better than all below it. */
static uint32_t best_under(const struct mempool *mempool, uint32_t at,
                           int64_t base_fee_wei, int64_t gas) {
    if (at >= mempool->state->ready) {
        return 0;
    }
    const uint32_t slot = mempool->heap[at];
    const struct mempool_entry *entry = &mempool->entry[slot];
    if (entry->fee_wei < base_fee_wei) {
        return 0;
    }
    if (entry->gas <= gas) {
        return slot + 1;
    }
    const uint32_t left = best_under(mempool, 2 * at + 1, base_fee_wei, gas);
    const uint32_t right = best_under(mempool, 2 * at + 2, base_fee_wei, gas);
    if (left == 0 || right == 0) {
        return left + right;
    }
    return better(&mempool->entry[left - 1], &mempool->entry[right - 1]) ? left : right;
}

bool mempool_take(struct mempool *mempool, int64_t base_fee_wei, int64_t gas,
                  struct mempool_entry *entry) {
    const uint32_t best = best_under(mempool, 0, base_fee_wei, gas);
    if (best == 0) {
        return false;
    }
    *entry = mempool->entry[best - 1];
    unlink_entry(mempool, best - 1);
    return true;
}

bool mempool_audit(const struct mempool *mempool) {
    uint32_t count = 0;
    for (uint32_t sender = 0; sender < mempool->sender_count; ++sender) {
        uint32_t previous = 0;
        for (uint32_t at = mempool->first[sender]; at != 0;
             at = mempool->entry[at - 1].next) {
            const struct mempool_entry *entry = &mempool->entry[at - 1];
            if (entry->sender != sender || entry->previous != previous ||
                (entry->place != 0) != (previous == 0) || count == mempool->capacity) {
                return false;
            }
            previous = at;
            count += 1;
        }
        if (mempool->last[sender] != previous) {
            return false;
        }
    }
    for (uint32_t at = 1; at < mempool->state->ready; ++at) {
        if (better_at(mempool, at, (at - 1) / 2)) {
            return false;
        }
    }
    return count == mempool->state->count;
}
