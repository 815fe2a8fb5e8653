#include "sim/events.h"

#include <assert.h>
#include <string.h>

#define SLOT_BITS      20
#define SEQUENCE_BITS  36
#define PRIORITY_SHIFT (SLOT_BITS + SEQUENCE_BITS)
#define SLOT_MASK      ((UINT64_C(1) << SLOT_BITS) - 1)
#define SEQUENCE_END   (UINT64_C(1) << SEQUENCE_BITS)
#define NO_SLOT        UINT32_MAX
#define ASKING_LEVELS  4
#define FAR_BUCKETS    1024 /* spans the calendar tells apart; later ones share */

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

struct event_queue_entry {
    uint64_t word; /* priority, sequence, slot */
    int64_t time_ns;
};

struct event_queue_slot {
    uint64_t word; /* of the event that lives here; 0: free */
    uint64_t data;
    int64_t time_ns;
    uint32_t kind;
    uint32_t subject;      /* in a free slot: the next free one */
    uint32_t next, before; /* slots of the same bucket plus one; 0: none */
};

struct event_queue_far {
    uint64_t used[FAR_BUCKETS / 64]; /* a bit for each bucket that is not empty */
    uint32_t first[FAR_BUCKETS];     /* slot plus one; 0: empty */
};

struct event_queue_state {
    uint64_t sequence; /* of the next push; 0 is never used, so no word is 0 */
    int64_t now_ns;    /* of the last popped event */
    int64_t span;      /* events up to this span are in the heap */
    uint32_t entries;  /* in the heap, the hole included */
    uint32_t live;     /* slots in use; entries without one were cancelled */
    uint32_t far;      /* of them in the calendar */
    uint32_t fresh;    /* slots from here on have never been used */
    uint32_t free;     /* first slot of the free list */
    uint32_t hole;     /* 1: the root was popped and not replaced yet */
};

_Static_assert(sizeof(struct event_queue_entry) == 16, "four entries a cache line");
_Static_assert(EVENT_QUEUE_CAPACITY_MAX - 1 <= SLOT_MASK, "slots fit their bits");
_Static_assert(PRIORITY_SHIFT + 8 == 64, "the word is full");

static size_t padded(size_t size) {
    return (size + 63) & ~(size_t)63;
}

/* A fifth of the entries may be cancelled ones before they are swept out: a sweep, linear
   in the capacity, is paid for by as many cancellations. */
static uint32_t entry_capacity(uint32_t capacity) {
    return capacity + capacity / 4 + 8;
}

static size_t heap_size(uint32_t capacity) {
    return padded((entry_capacity(capacity) + (size_t)1) *
                  sizeof(struct event_queue_entry));
}

size_t event_queue_footprint(uint32_t capacity) {
    assert(capacity >= 1);
    assert(capacity <= EVENT_QUEUE_CAPACITY_MAX);
    return padded(sizeof(struct event_queue_state)) + heap_size(capacity) +
           padded(capacity * sizeof(struct event_queue_slot)) +
           padded(sizeof(struct event_queue_far));
}

uint32_t event_queue_span_bits(int64_t span_ns) {
    assert(span_ns > 0);
    uint32_t bits = 0;
    while (bits < EVENT_QUEUE_ONE_SPAN - 1 && span_ns > INT64_C(1) << bits) {
        bits += 1;
    }
    return bits;
}

void event_queue_bind(struct event_queue *queue, uint32_t capacity, uint32_t span_bits,
                      void *memory) {
    assert(capacity >= 1);
    assert(capacity <= EVENT_QUEUE_CAPACITY_MAX);
    assert(span_bits <= EVENT_QUEUE_ONE_SPAN);
    unsigned char *const at = (unsigned char *)memory;
    const size_t heap_at = padded(sizeof(struct event_queue_state));
    const size_t slots_at = heap_at + heap_size(capacity);
    const size_t far_at = slots_at + padded(capacity * sizeof(struct event_queue_slot));
    queue->state = (struct event_queue_state *)memory;
    queue->heap = (struct event_queue_entry *)(void *)(at + heap_at);
    queue->slots = (struct event_queue_slot *)(void *)(at + slots_at);
    queue->far = (struct event_queue_far *)(void *)(at + far_at);
    queue->capacity = capacity;
    queue->span_bits = span_bits;
}

void event_queue_clear(struct event_queue *queue) {
    const bool calendar = queue->span_bits < EVENT_QUEUE_ONE_SPAN;
    *queue->state = (struct event_queue_state){.sequence = 1,
                                               .now_ns = INT64_MIN,
                                               .span = calendar ? INT64_MIN : INT64_MAX,
                                               .free = NO_SLOT};
    memset(queue->far, 0, sizeof *queue->far);
}

/* One 128-bit comparison: the flags of a subtraction with borrow, no branch. */
static inline bool is_before(struct event_queue_entry a, struct event_queue_entry b) {
    const wide left = (wide)((unsigned_wide)(uint64_t)a.time_ns << 64 | a.word);
    const wide right = (wide)((unsigned_wide)(uint64_t)b.time_ns << 64 | b.word);
    return left < right;
}

/* rise puts entry where the hole at `at` belongs, moving later parents below top down. */
static inline void rise(struct event_queue_entry *heap, size_t top, size_t at,
                        struct event_queue_entry entry) {
    while (at > top && is_before(entry, heap[at / 2])) {
        heap[at] = heap[at / 2];
        at /= 2;
    }
    heap[at] = entry;
}

/* sink fills the hole at top: first it walks down to a leaf along the earlier children,
   which takes a number of steps that does not depend on the data, then entry rises from
   there, not far because most entries belong near the leaves (Wegener 1993, Theoretical
   Computer Science 118, bottom-up heap sort).  An event that is due before most others
   belongs near the top instead: so the first levels ask whether it may stay. */
static inline void sink(struct event_queue_entry *heap, size_t count, size_t top,
                        struct event_queue_entry entry) {
    size_t at = top;
    size_t child = 2 * at;
    for (int level = 0; level < ASKING_LEVELS && child < count; ++level) {
        child += is_before(heap[child + 1], heap[child]);
        if (is_before(entry, heap[child])) {
            heap[at] = entry;
            return;
        }
        heap[at] = heap[child];
        at = child;
        child = 2 * at;
    }
    while (child < count) {
        child += is_before(heap[child + 1], heap[child]);
        heap[at] = heap[child];
        at = child;
        child = 2 * at;
    }
    if (child == count) {
        heap[at] = heap[child];
        at = child;
    }
    rise(heap, top, at, entry);
}

static inline void close_hole(struct event_queue_state *state,
                              struct event_queue_entry *heap) {
    state->hole = 0;
    const struct event_queue_entry last = heap[state->entries];
    --state->entries;
    if (state->entries > 0) {
        sink(heap, state->entries, 1, last);
    }
}

static inline bool is_live(const struct event_queue *queue,
                           struct event_queue_entry entry) {
    return queue->slots[entry.word & SLOT_MASK].word == entry.word;
}

/* sweep removes all cancelled entries and restores the heap order bottom-up. */
static void sweep(struct event_queue *queue) {
    struct event_queue_entry *const heap = queue->heap;
    uint32_t kept = 0;
    for (uint32_t i = 1; i <= queue->state->entries; ++i) {
        if (is_live(queue, heap[i])) {
            heap[++kept] = heap[i];
        }
    }
    queue->state->entries = kept;
    for (size_t top = kept / 2; top >= 1; --top) {
        sink(heap, kept, top, heap[top]);
    }
}

static inline uint32_t take_slot(struct event_queue *queue) {
    struct event_queue_state *const state = queue->state;
    const uint32_t slot = state->free;
    if (slot == NO_SLOT) {
        return state->fresh++;
    }
    state->free = queue->slots[slot].subject;
    return slot;
}

static inline void free_slot(struct event_queue *queue, uint32_t slot) {
    queue->slots[slot].word = 0;
    queue->slots[slot].subject = queue->state->free;
    queue->state->free = slot;
    --queue->state->live;
}

/* Spans count from 1970, the earlier ones downwards. */
static inline int64_t span_of(const struct event_queue *queue, int64_t time_ns) {
    return time_ns >> queue->span_bits;
}

static inline uint32_t bucket_of(int64_t span) {
    return (uint32_t)((uint64_t)span % FAR_BUCKETS);
}

static inline void put_far(struct event_queue *queue, uint32_t slot, int64_t span) {
    struct event_queue_far *const far = queue->far;
    const uint32_t bucket = bucket_of(span);
    const uint32_t next = far->first[bucket];
    queue->slots[slot].next = next;
    queue->slots[slot].before = 0;
    if (next != 0) {
        queue->slots[next - 1].before = slot + 1;
    }
    far->first[bucket] = slot + 1;
    far->used[bucket / 64] |= UINT64_C(1) << bucket % 64;
    queue->state->far += 1;
}

static inline void take_far(struct event_queue *queue, uint32_t slot, int64_t span) {
    struct event_queue_far *const far = queue->far;
    const struct event_queue_slot *const own = &queue->slots[slot];
    const uint32_t bucket = bucket_of(span);
    if (own->before != 0) {
        queue->slots[own->before - 1].next = own->next;
    } else {
        far->first[bucket] = own->next;
        if (own->next == 0) {
            far->used[bucket / 64] &= ~(UINT64_C(1) << bucket % 64);
        }
    }
    if (own->next != 0) {
        queue->slots[own->next - 1].before = own->before;
    }
    queue->state->far -= 1;
}

/* First bucket in use at or after one, around the end; some bucket is. */
static uint32_t next_bucket(const struct event_queue_far *far, uint32_t from) {
    uint32_t word = from / 64;
    uint64_t bits = far->used[word] >> from % 64 << from % 64;
    while (bits == 0) {
        word = (word + 1) % (FAR_BUCKETS / 64);
        bits = far->used[word];
    }
    return 64 * word + (uint32_t)__builtin_ctzll(bits);
}

/* The earliest span of a bucket's events. */
static int64_t earliest(const struct event_queue *queue, uint32_t bucket) {
    int64_t least = INT64_MAX;
    for (uint32_t at = queue->far->first[bucket]; at != 0;
         at = queue->slots[at - 1].next) {
        const int64_t span = span_of(queue, queue->slots[at - 1].time_ns);
        least = span < least ? span : least;
    }
    return least;
}

/* The span of the earliest far event: nearly always that of the next bucket in use, whose
   events are of this turn of the calendar. */
static int64_t next_span(const struct event_queue *queue) {
    const struct event_queue_far *const far = queue->far;
    const int64_t here = queue->state->span;
    const uint32_t from = bucket_of(here);
    int64_t least = INT64_MAX;
    uint32_t turned = 1;
    while (turned <= FAR_BUCKETS) {
        const uint32_t bucket = next_bucket(far, (from + turned) % FAR_BUCKETS);
        turned += (bucket - from - turned) % FAR_BUCKETS;
        if (turned > FAR_BUCKETS) {
            break;
        }
        const int64_t span = earliest(queue, bucket);
        least = span < least ? span : least;
        if ((uint64_t)least - (uint64_t)here <= turned) {
            break; /* whoever comes later in the turn is later */
        }
        turned += 1;
    }
    return least;
}

/* The heap is empty: the events of the next span that has any enter it. */
static void turn(struct event_queue *queue) {
    struct event_queue_state *const state = queue->state;
    const int64_t span = next_span(queue);
    uint32_t at = queue->far->first[bucket_of(span)];
    state->span = span;
    while (at != 0) {
        const uint32_t slot = at - 1;
        const struct event_queue_slot own = queue->slots[slot];
        at = own.next;
        if (span_of(queue, own.time_ns) == span) {
            take_far(queue, slot, span);
            ++state->entries;
            rise(queue->heap, 1, state->entries,
                 (struct event_queue_entry){.word = own.word, .time_ns = own.time_ns});
        }
    }
}

/* surface brings the next live event to the root; false when there is none. */
static inline bool surface(struct event_queue *queue) {
    struct event_queue_state *const state = queue->state;
    if (state->hole) {
        close_hole(state, queue->heap);
    }
    while (state->entries > state->live - state->far && !is_live(queue, queue->heap[1])) {
        close_hole(state, queue->heap);
    }
    if (state->entries == 0 && state->far > 0) {
        turn(queue);
    }
    return state->entries > 0;
}

bool event_queue_push(struct event_queue *queue, const struct event *event,
                      struct event_handle *handle) {
    struct event_queue_state *const state = queue->state;
    assert(event->time_ns >= state->now_ns);
    assert(state->sequence < SEQUENCE_END);
    if (state->live == queue->capacity) {
        return false;
    }
    const uint32_t slot = take_slot(queue);
    const uint64_t word =
        (uint64_t)event->priority << PRIORITY_SHIFT | state->sequence << SLOT_BITS | slot;
    ++state->sequence;
    ++state->live;
    queue->slots[slot] = (struct event_queue_slot){.word = word,
                                                   .data = event->data,
                                                   .time_ns = event->time_ns,
                                                   .kind = event->kind,
                                                   .subject = event->subject};
    const struct event_queue_entry entry = {.word = word, .time_ns = event->time_ns};
    const int64_t span = span_of(queue, event->time_ns);
    if (span > state->span) {
        put_far(queue, slot, span);
    } else if (state->hole) {
        state->hole = 0;
        sink(queue->heap, state->entries, 1, entry);
    } else {
        if (state->entries == entry_capacity(queue->capacity)) {
            sweep(queue);
        }
        ++state->entries;
        rise(queue->heap, 1, state->entries, entry);
    }
    if (handle != NULL) {
        handle->id = word;
    }
    return true;
}

static inline void read_root(const struct event_queue *queue, struct event *event) {
    const struct event_queue_entry root = queue->heap[1];
    const struct event_queue_slot *const slot = &queue->slots[root.word & SLOT_MASK];
    event->time_ns = root.time_ns;
    event->kind = slot->kind;
    event->subject = slot->subject;
    event->data = slot->data;
    event->priority = (uint8_t)(root.word >> PRIORITY_SHIFT);
}

bool event_queue_pop(struct event_queue *queue, struct event *event) {
    if (!surface(queue)) {
        return false;
    }
    read_root(queue, event);
    free_slot(queue, (uint32_t)(queue->heap[1].word & SLOT_MASK));
    queue->state->now_ns = event->time_ns;
    queue->state->hole = 1;
    return true;
}

bool event_queue_peek(struct event_queue *queue, struct event *event) {
    if (!surface(queue)) {
        return false;
    }
    read_root(queue, event);
    return true;
}

bool event_queue_cancel(struct event_queue *queue, struct event_handle handle) {
    const uint64_t slot = handle.id & SLOT_MASK;
    if (handle.id == 0 || slot >= queue->state->fresh ||
        queue->slots[slot].word != handle.id) {
        return false;
    }
    const int64_t span = span_of(queue, queue->slots[slot].time_ns);
    if (span > queue->state->span) {
        take_far(queue, (uint32_t)slot, span);
    }
    free_slot(queue, (uint32_t)slot);
    return true;
}

uint32_t event_queue_count(const struct event_queue *queue) {
    return queue->state->live;
}

/* How many events the calendar holds, each in its bucket and linked both ways;
   UINT32_MAX when something is out of order. */
static uint32_t count_far(const struct event_queue *queue) {
    const struct event_queue_far *const far = queue->far;
    uint32_t count = 0;
    for (uint32_t bucket = 0; bucket < FAR_BUCKETS; ++bucket) {
        uint32_t before = 0;
        if ((far->used[bucket / 64] >> bucket % 64 & 1) != (far->first[bucket] != 0)) {
            return UINT32_MAX;
        }
        for (uint32_t at = far->first[bucket]; at != 0;
             at = queue->slots[at - 1].next, ++count) {
            if (at > queue->state->fresh || count > queue->state->far) {
                return UINT32_MAX;
            }
            const struct event_queue_slot *const own = &queue->slots[at - 1];
            const int64_t span = span_of(queue, own->time_ns);
            if (own->word == 0 || own->before != before || bucket_of(span) != bucket ||
                span <= queue->state->span) {
                return UINT32_MAX;
            }
            before = at;
        }
    }
    return count;
}

bool event_queue_audit(const struct event_queue *queue) {
    const struct event_queue_state *const state = queue->state;
    if (state->entries > entry_capacity(queue->capacity) || state->hole > 1 ||
        state->hole > state->entries || state->fresh > queue->capacity) {
        return false;
    }
    uint32_t live = count_far(queue);
    if (live != state->far) {
        return false;
    }
    for (uint32_t i = 1 + state->hole; i <= state->entries; ++i) {
        const struct event_queue_entry entry = queue->heap[i];
        const uint32_t parent = i / 2;
        if (parent > state->hole && !is_before(queue->heap[parent], entry)) {
            return false;
        }
        live += is_live(queue, entry);
    }
    uint32_t free = 0;
    for (uint32_t slot = state->free; slot != NO_SLOT && free <= state->fresh; ++free) {
        if (slot >= state->fresh || queue->slots[slot].word != 0) {
            return false;
        }
        slot = queue->slots[slot].subject;
    }
    return live == state->live && free + live == state->fresh;
}
