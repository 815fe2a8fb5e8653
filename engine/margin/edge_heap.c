#include "engine/margin/edge_heap.h"

#include "engine/segment.h"

size_t edge_heap_footprint(uint32_t account_count) {
    return segment_size(account_count * sizeof(struct edge_entry)) +
           segment_size(account_count * sizeof(uint32_t)) +
           segment_size(sizeof(uint32_t));
}

void edge_heap_bind(struct edge_heap *heap, uint32_t account_count, void *memory) {
    unsigned char *cursor = memory;
    heap->entry = segment_take(&cursor, account_count * sizeof(struct edge_entry));
    heap->place = segment_take(&cursor, account_count * sizeof(uint32_t));
    heap->count = segment_take(&cursor, sizeof(uint32_t));
}

/* Ties go by account: the shape of the heap then depends on its content alone. */
static bool before(const struct edge_entry *a, const struct edge_entry *b) {
    return a->edge < b->edge || (a->edge == b->edge && a->account < b->account);
}

static void put(struct edge_heap *heap, uint32_t at, struct edge_entry entry) {
    heap->entry[at] = entry;
    heap->place[entry.account] = at + 1;
}

static void sift_up(struct edge_heap *heap, uint32_t at, struct edge_entry entry) {
    while (at > 0) {
        const uint32_t parent = (at - 1) / 2;
        if (!before(&entry, &heap->entry[parent])) {
            break;
        }
        put(heap, at, heap->entry[parent]);
        at = parent;
    }
    put(heap, at, entry);
}

static void sift_down(struct edge_heap *heap, uint32_t at, struct edge_entry entry) {
    const uint32_t count = *heap->count;
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && before(&heap->entry[child + 1], &heap->entry[child])) {
            child += 1;
        }
        if (!before(&heap->entry[child], &entry)) {
            break;
        }
        put(heap, at, heap->entry[child]);
        at = child;
    }
    put(heap, at, entry);
}

/* Settles an entry at a place that may violate the order upwards or downwards. */
static void settle(struct edge_heap *heap, uint32_t at, struct edge_entry entry) {
    if (at > 0 && before(&entry, &heap->entry[(at - 1) / 2])) {
        sift_up(heap, at, entry);
    } else {
        sift_down(heap, at, entry);
    }
}

void edge_heap_set(struct edge_heap *heap, uint32_t account, int64_t edge) {
    const struct edge_entry entry = {.edge = edge, .account = account};
    if (heap->place[account] == 0) {
        *heap->count += 1;
        sift_up(heap, *heap->count - 1, entry);
    } else {
        settle(heap, heap->place[account] - 1, entry);
    }
}

void edge_heap_take_out(struct edge_heap *heap, uint32_t account) {
    const uint32_t at = heap->place[account] - 1;
    heap->place[account] = 0;
    *heap->count -= 1;
    if (at < *heap->count) {
        settle(heap, at, heap->entry[*heap->count]);
    }
}

uint32_t edge_heap_top(const struct edge_heap *heap) {
    return heap->entry[0].account;
}
