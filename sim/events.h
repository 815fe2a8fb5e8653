/* events.h -- the event queue: what happens next.

   Events are plain data in a total order: time, then priority (lower first), then order
   of insertion.  So no two events are equal, and what comes next depends neither on
   memory nor on compiler.

   Entries of the binary heap are 16 bytes: the time, and one word that packs priority (8
   bits), sequence (36 bits) and slot (20 bits).  The slot holds the rest of the event and
   the word it was pushed with; that word is the event's handle.  A sequence number is
   never used twice before event_queue_clear, so a stale handle cannot match: cancellation
   clears the slot and leaves the heap's entry to be thrown away when it surfaces.  When
   too many thrown-away entries are in the way they are swept out, so `capacity` counts
   live events only.  The sequence suffices for 2^36 - 1 pushes; one more fails an
   assertion.

   Events far ahead need no order yet: they wait in the buckets of a calendar, by the time
   span they fall into, and enter the heap when their span begins.  The heap stays as small
   as what is due soon (Brown 1988, Communications of the ACM 31, calendar queues; here the
   heap orders a span).  The order of events does not depend on the spans.

   pop leaves a hole at the root that the next push fills: an event that schedules its
   successor, which most do, costs one sift instead of two.

   Units    nanoseconds.
   Memory   the caller provides event_queue_footprint(capacity) bytes aligned to
            max_align_t.  All state lies in them, without pointers: copy them, bind a
   second view to the copy and go on from there.  struct event_queue is only the view.
   Threads  one queue per thread. */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_QUEUE_CAPACITY_MAX (UINT32_C(1) << 20)

struct event {
    int64_t time_ns;
    uint32_t kind;    /* the caller's: what happens */
    uint32_t subject; /* the caller's: to whom */
    uint64_t data;    /* the caller's: anything else */
    uint8_t priority; /* at equal times lower comes first */
};

/* A handle names one pushed event until event_queue_clear.  {0} names none. */
struct event_handle {
    uint64_t id;
};

struct event_queue_state;
struct event_queue_entry;
struct event_queue_slot;
struct event_queue_far;

struct event_queue {
    struct event_queue_state *state;
    struct event_queue_entry *heap; /* [1] is the root, [0] is unused */
    struct event_queue_slot *slots;
    struct event_queue_far *far;
    uint32_t capacity;
    uint32_t span_bits; /* a span is 2^span_bits ns */
};

#define EVENT_QUEUE_ONE_SPAN 63 /* span_bits of a queue without a calendar */

/* event_queue_footprint returns the bytes a queue of up to capacity live events needs.
   Range   1 <= capacity <= EVENT_QUEUE_CAPACITY_MAX. */
size_t event_queue_footprint(uint32_t capacity);

/* event_queue_span_bits returns the span_bits of a span of at least span_ns > 0: best a few
   times the usual distance between events. */
uint32_t event_queue_span_bits(int64_t span_ns);

/* event_queue_bind points the view at the memory and writes nothing to it: memory that
   holds a queue of the same capacity and span, copied from elsewhere, continues as that
   queue. */
void event_queue_bind(struct event_queue *queue, uint32_t capacity, uint32_t span_bits,
                      void *memory);

/* event_queue_clear makes the queue empty, whatever the memory held, in constant time.
   Handles of earlier events must not be used any more. */
void event_queue_clear(struct event_queue *queue);

/* event_queue_push adds an event and, unless handle is NULL, writes its handle.  It
   returns false and changes nothing when capacity events are waiting. Range   time_ns not
   before the last popped event's (an assertion: the past is over). */
bool event_queue_push(struct event_queue *queue, const struct event *event,
                      struct event_handle *handle);

/* event_queue_pop removes the next event and writes it to *event; false when none waits.
 */
bool event_queue_pop(struct event_queue *queue, struct event *event);

/* event_queue_peek writes the next event to *event and leaves it; false when none waits.
 */
bool event_queue_peek(struct event_queue *queue, struct event *event);

/* event_queue_cancel removes the event with this handle.  It returns false and changes
   nothing if that event was popped or cancelled before, or the handle names none. */
bool event_queue_cancel(struct event_queue *queue, struct event_handle handle);

/* event_queue_count returns how many events wait. */
uint32_t event_queue_count(const struct event_queue *queue);

/* event_queue_audit checks heap order, calendar and free list in O(capacity). */
bool event_queue_audit(const struct event_queue *queue);

#endif
