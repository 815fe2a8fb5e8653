#include "../support/check.h"
#include "sim/events.h"

enum { CAPACITY = 200, MODEL_STEPS = 1500000 };

/* The plain model: all waiting events in a list in the order they will come. */
struct model_event {
    struct event event;
    struct event_handle handle;
    uint64_t sequence;
};

struct model {
    struct model_event waiting[CAPACITY];
    uint32_t count;
    uint64_t sequence;
};

static bool model_before(const struct model_event *a, const struct model_event *b) {
    if (a->event.time_ns != b->event.time_ns) {
        return a->event.time_ns < b->event.time_ns;
    }
    if (a->event.priority != b->event.priority) {
        return a->event.priority < b->event.priority;
    }
    return a->sequence < b->sequence;
}

static void model_push(struct model *model, const struct event *event,
                       struct event_handle handle) {
    const struct model_event added = {*event, handle, model->sequence++};
    uint32_t at = model->count++;
    for (; at > 0 && model_before(&added, &model->waiting[at - 1]); --at) {
        model->waiting[at] = model->waiting[at - 1];
    }
    model->waiting[at] = added;
}

static void model_remove(struct model *model, uint32_t at) {
    --model->count;
    memmove(model->waiting + at, model->waiting + at + 1,
            (model->count - at) * sizeof *model->waiting);
}

static bool is_same(const struct event *a, const struct event *b) {
    return a->time_ns == b->time_ns && a->kind == b->kind && a->subject == b->subject &&
           a->data == b->data && a->priority == b->priority;
}

struct pair {
    struct event_queue queue;
    void *memory;
    struct model model;
    struct event_handle stale; /* of an event that is gone */
    int64_t now_ns;
    uint64_t seed;
    bool sabotage;
};

/* Without a calendar, with spans shorter and longer than the steps. */
static void pair_open(struct pair *pair, uint64_t seed) {
    static const uint32_t span_bits[] = {EVENT_QUEUE_ONE_SPAN, 0, 3, 9};
    memset(pair, 0, sizeof *pair);
    pair->memory = check_memory(event_queue_footprint(CAPACITY));
    pair->seed = seed;
    pair->now_ns = -1000;
    event_queue_bind(&pair->queue, CAPACITY, span_bits[seed % 4], pair->memory);
    event_queue_clear(&pair->queue);
}

static bool step_push(struct pair *pair) {
    /* Some lie more than one turn of a calendar ahead. */
    const int64_t ahead_ns = check_random_in(&pair->seed, 0, 15) == 0 ? 5000 : 20;
    const struct event event = {.time_ns = pair->now_ns +
                                           check_random_in(&pair->seed, 0, ahead_ns),
                                .kind = (uint32_t)check_random(&pair->seed),
                                .subject = (uint32_t)check_random(&pair->seed),
                                .data = check_random(&pair->seed),
                                .priority = (uint8_t)check_random_in(&pair->seed, 0, 2)};
    struct event_handle handle = {0};
    const bool fits = event_queue_push(&pair->queue, &event, &handle);
    if (fits != (pair->model.count < CAPACITY)) {
        return false;
    }
    if (fits) {
        model_push(&pair->model, &event, handle);
    }
    return true;
}

static bool step_pop(struct pair *pair, bool keep) {
    struct event event;
    const bool got = keep ? event_queue_peek(&pair->queue, &event)
                          : event_queue_pop(&pair->queue, &event);
    if (got != (pair->model.count > 0)) {
        return false;
    }
    if (!got || keep) {
        return !got || is_same(&event, &pair->model.waiting[0].event);
    }
    const struct model_event expected = pair->model.waiting[0];
    pair->stale = expected.handle;
    pair->now_ns = event.time_ns;
    model_remove(&pair->model, 0);
    return is_same(&event, &expected.event);
}

static bool step_cancel(struct pair *pair) {
    if (event_queue_cancel(&pair->queue, pair->stale)) {
        return false;
    }
    if (pair->model.count == 0) {
        return true;
    }
    const uint32_t at = (uint32_t)(check_random(&pair->seed) % pair->model.count);
    pair->stale = pair->model.waiting[at].handle;
    model_remove(&pair->model, at);
    return event_queue_cancel(&pair->queue, pair->stale);
}

/* compare runs random operations on queue and model and returns the first step at which
   they differ, or steps.  Phases of growth, shrinking and cancelling alternate. */
static uint64_t compare(struct pair *pair, uint64_t steps) {
    for (uint64_t step = 0; step < steps; ++step) {
        const uint64_t dice = check_random(&pair->seed) % 100;
        const uint64_t phase = step / 5000 % 4;
        const uint64_t pushes = (const uint64_t[]){60, 35, 48, 46}[phase];
        const uint64_t pops = (const uint64_t[]){20, 50, 4, 46}[phase];
        bool same;
        if (dice < pushes) {
            same = step_push(pair);
        } else if (dice < pushes + pops) {
            same = step_pop(pair, false);
        } else if (dice % 8 == 0) {
            same = step_pop(pair, true);
        } else {
            same = step_cancel(pair);
        }
        if (pair->sabotage && step >= steps / 2 && pair->model.count > 0) {
            pair->model.waiting[0].event.data ^= 1;
        }
        if (!same || event_queue_count(&pair->queue) != pair->model.count ||
            (step % 64 == 0 && !event_queue_audit(&pair->queue))) {
            return step;
        }
    }
    while (pair->model.count > 0) {
        if (!step_pop(pair, false)) {
            return steps - 1;
        }
    }
    return step_pop(pair, false) ? steps : steps - 1;
}

static void the_queue_equals_a_sorted_list(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 4; ++seed) {
        struct pair pair;
        pair_open(&pair, seed);
        check_u64("first difference", compare(&pair, MODEL_STEPS), MODEL_STEPS);
        free(pair.memory);
    }
}

static void the_comparison_can_fail(void **state) {
    struct pair pair;
    (void)state;
    pair_open(&pair, 1);
    pair.sabotage = true;
    check_true("noticed", compare(&pair, MODEL_STEPS / 10) < MODEL_STEPS / 10);
    free(pair.memory);
}

static void push_at(struct event_queue *queue, int64_t time_ns, uint8_t priority,
                    uint32_t kind) {
    const struct event event = {.time_ns = time_ns, .priority = priority, .kind = kind};
    check_true("fits", event_queue_push(queue, &event, NULL));
}

static void order_is_time_then_priority_then_insertion(void **state) {
    static const struct {
        int64_t time_ns;
        uint8_t priority;
        uint32_t kind; /* place in the order */
    } cases[] = {
        {5,         0,   3},
        {5,         255, 6},
        {5,         0,   4},
        {INT64_MAX, 0,   7},
        {-1,        255, 2},
        {INT64_MIN, 255, 1},
        {INT64_MIN, 0,   0},
        {5,         128, 5},
        {INT64_MAX, 1,   8},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct pair pair;
    (void)state;
    pair_open(&pair, 1);
    for (uint32_t i = 0; i < COUNT; ++i) {
        push_at(&pair.queue, cases[i].time_ns, cases[i].priority, cases[i].kind);
    }
    for (uint32_t i = 0; i < COUNT; ++i) {
        struct event event;
        check_true("there", event_queue_pop(&pair.queue, &event));
        check_u64("place", event.kind, i);
    }
    free(pair.memory);
}

/* A copied block, bound anew while the original is destroyed, goes on as the original
   would have; both are run to the end and compared. */
static void a_copied_queue_goes_on_at_another_address(void **state) {
    struct pair pair;
    struct event here, there;
    (void)state;
    pair_open(&pair, 3);
    compare(&pair, 30000);
    for (int i = 0; i < 150; ++i) {
        check_true("push", step_push(&pair));
        check_true("cancel", i % 7 != 0 || step_cancel(&pair));
        check_true("pop", i % 5 != 0 || step_pop(&pair, false)); /* ends with a hole */
    }
    check_true("pop", step_pop(&pair, false));
    const size_t size = event_queue_footprint(CAPACITY);
    unsigned char *const copy = check_memory(size), *const kept = check_memory(size);
    memcpy(copy, pair.memory, size);
    struct event_queue other;
    event_queue_bind(&other, CAPACITY, pair.queue.span_bits, copy);
    memcpy(kept, copy, size);
    check_bytes("bind writes nothing", copy, pair.memory, size);

    struct model model = pair.model;
    while (event_queue_pop(&pair.queue, &here)) {
        check_true("original", is_same(&here, &pair.model.waiting[0].event));
        model_remove(&pair.model, 0);
    }
    memset(pair.memory, 0xFF, size);
    check_bytes("the copy is on its own", copy, kept, size);
    while (event_queue_pop(&other, &there)) {
        check_true("copy", is_same(&there, &model.waiting[0].event));
        model_remove(&model, 0);
    }
    check_u64("both ended", pair.model.count + model.count, 0);
    free(pair.memory);
    free(copy);
    free(kept);
}

static void what_the_memory_held_before_does_not_matter(void **state) {
    static const int poisons[] = {0x00, 0x5A, 0xFF};
    const size_t size = event_queue_footprint(CAPACITY);
    (void)state;
    for (size_t i = 0; i < sizeof poisons / sizeof *poisons; ++i) {
        struct pair pair;
        pair_open(&pair, 5);
        memset(pair.memory, poisons[i], size);
        event_queue_clear(&pair.queue);
        check_u64("empty", event_queue_count(&pair.queue), 0);
        check_u64("first difference", compare(&pair, 20000), 20000);
        free(pair.memory);
    }
}

static void full_refuses_and_changes_nothing(void **state) {
    const size_t size = event_queue_footprint(CAPACITY);
    struct pair pair;
    (void)state;
    pair_open(&pair, 1);
    for (uint32_t i = 0; i < CAPACITY; ++i) {
        push_at(&pair.queue, i, 0, i);
    }
    unsigned char *const before = check_memory(size);
    memcpy(before, pair.memory, size);
    struct event_handle handle = {.id = 77};
    const struct event event = {.time_ns = 1};
    check_true("refused", !event_queue_push(&pair.queue, &event, &handle));
    check_bytes("memory", pair.memory, before, size);
    check_u64("handle", handle.id, 77);
    struct event popped;
    check_true("pop", event_queue_pop(&pair.queue, &popped));
    check_true("room again", event_queue_push(&pair.queue, &event, &handle));
    free(before);
    free(pair.memory);
}

/* Cancelled events leave entries behind; ten times the capacity of them must not fill the
   queue, nor hurt those that wait. */
static void cancelled_events_take_no_room(void **state) {
    struct pair pair;
    (void)state;
    pair_open(&pair, 1);
    for (uint32_t i = 0; i < CAPACITY - 1; ++i) {
        push_at(&pair.queue, 1000 - i, 0, 1000 - i);
    }
    for (int i = 0; i < 10 * CAPACITY; ++i) {
        struct event_handle handle;
        const struct event event = {.time_ns = i % 2000};
        check_true("push", event_queue_push(&pair.queue, &event, &handle));
        check_true("cancel", event_queue_cancel(&pair.queue, handle));
        check_true("only once", !event_queue_cancel(&pair.queue, handle));
        check_true("audit", event_queue_audit(&pair.queue));
    }
    for (uint32_t i = 1000 - (CAPACITY - 2); i <= 1000; ++i) {
        struct event event;
        check_true("pop", event_queue_pop(&pair.queue, &event));
        check_u64("kind", event.kind, i);
    }
    free(pair.memory);
}

static void stale_handles_cancel_nothing(void **state) {
    struct pair pair;
    struct event event = {.time_ns = 1};
    struct event_handle handle, next;
    (void)state;
    pair_open(&pair, 1);
    check_true("none", !event_queue_cancel(&pair.queue, (struct event_handle){0}));
    event_queue_push(&pair.queue, &event, &handle);
    event_queue_pop(&pair.queue, &event);
    check_true("popped", !event_queue_cancel(&pair.queue, handle));
    event_queue_push(&pair.queue, &event, &next); /* in the same slot */
    check_true("slot used again", !event_queue_cancel(&pair.queue, handle));
    check_u64("still there", event_queue_count(&pair.queue), 1);
    check_true("right one", event_queue_cancel(&pair.queue, next));
    check_true("empty", !event_queue_pop(&pair.queue, &event));
    check_true("far slot",
               !event_queue_cancel(&pair.queue, (struct event_handle){UINT64_MAX}));
    free(pair.memory);
}

static void push_before_now(void *argument) {
    const struct event event = {.time_ns = 9};
    event_queue_push((struct event_queue *)argument, &event, NULL);
}

static void push_after_the_last_sequence(void *argument) {
    struct event_queue *const queue = (struct event_queue *)argument;
    const struct event event = {.time_ns = 11};
    const uint64_t last = (UINT64_C(1) << 36) - 1;
    memcpy(queue->state, &last, sizeof last); /* the sequence comes first */
    if (event_queue_push(queue, &event, NULL)) {
        event_queue_push(queue, &event, NULL);
    }
}

static void what_cannot_be_ordered_is_a_bug(void **state) {
    struct pair pair;
    struct event event;
    (void)state;
    pair_open(&pair, 1);
    push_at(&pair.queue, 10, 0, 0);
    event_queue_pop(&pair.queue, &event);
    check_aborts("before the last popped", push_before_now, &pair.queue);
    check_aborts("2^36 pushes", push_after_the_last_sequence, &pair.queue);
    push_at(&pair.queue, 10, 0, 0); /* the same moment is fine */
    free(pair.memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_equals_a_sorted_list),
        cmocka_unit_test(the_comparison_can_fail),
        cmocka_unit_test(order_is_time_then_priority_then_insertion),
        cmocka_unit_test(a_copied_queue_goes_on_at_another_address),
        cmocka_unit_test(what_the_memory_held_before_does_not_matter),
        cmocka_unit_test(full_refuses_and_changes_nothing),
        cmocka_unit_test(cancelled_events_take_no_room),
        cmocka_unit_test(stale_handles_cancel_nothing),
        cmocka_unit_test(what_cannot_be_ordered_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
