/* edge_heap.h -- the accounts ordered by the edge at which they want to be looked at
   again.

   A binary min-heap of (edge, account) with the place of each account, so that an
   account's edge can be moved or withdrawn.  A heap for falling prices stores negated
   edges.

   Units    the factor's own: micro-USD, or an index in a coarser unit.
   Memory   edge_heap_footprint(accounts) bytes, aligned to SEGMENT_ALIGNMENT.
   Threads  one heap per thread. */
#ifndef ENGINE_EDGE_HEAP_H
#define ENGINE_EDGE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edge_entry {
    int64_t edge;
    uint32_t account;
    uint32_t unused; /* zero */
};

struct edge_heap { /* a view */
    struct edge_entry *entry;
    uint32_t *place; /* [account]: index in entry plus one, 0 when absent */
    uint32_t *count;
};

/* edge_heap_footprint returns the bytes a heap of so many accounts needs. */
size_t edge_heap_footprint(uint32_t account_count);

/* edge_heap_bind points the view at memory, which starts zeroed. */
void edge_heap_bind(struct edge_heap *heap, uint32_t account_count, void *memory);

/* edge_heap_set puts the account in, or moves it to another edge. */
void edge_heap_set(struct edge_heap *heap, uint32_t account, int64_t edge);

/* edge_heap_edge returns the account's edge, or otherwise when it is not there. */
static inline int64_t edge_heap_edge(const struct edge_heap *heap, uint32_t account,
                                     int64_t otherwise) {
    const uint32_t place = heap->place[account];
    return place == 0 ? otherwise : heap->entry[place - 1].edge;
}

/* edge_heap_take_out takes out an account that is there. */
void edge_heap_take_out(struct edge_heap *heap, uint32_t account);

/* edge_heap_remove takes the account out if it is there. */
static inline void edge_heap_remove(struct edge_heap *heap, uint32_t account) {
    if (heap->place[account] != 0) {
        edge_heap_take_out(heap, account);
    }
}

/* edge_heap_crossed tells whether the smallest edge is below level. */
static inline bool edge_heap_crossed(const struct edge_heap *heap, int64_t level) {
    return *heap->count > 0 && heap->entry[0].edge < level;
}

/* edge_heap_top returns the account with the smallest edge; the heap is not empty. */
uint32_t edge_heap_top(const struct edge_heap *heap);

/* edge_heap_first_crossed and edge_heap_next_crossed walk the entries whose edge is below
   level, each once, parents before children: the place of the first one, and of the one
   after place at, or the count when there is none. */
static inline uint32_t edge_heap_first_crossed(const struct edge_heap *heap,
                                               int64_t level) {
    return edge_heap_crossed(heap, level) ? 0 : *heap->count;
}
static inline uint32_t edge_heap_next_crossed(const struct edge_heap *heap, int64_t level,
                                              uint32_t at) {
    const uint32_t count = *heap->count;
    uint32_t next = 2 * at + 1;
    while (next >= count || heap->entry[next].edge >= level) {
        /* Nothing below here: on to the sibling, or to that of a parent. */
        while (next != 0 && next % 2 == 0) {
            next = (next - 1) / 2;
        }
        if (next == 0) {
            return count;
        }
        next += 1;
    }
    return next;
}

#endif
