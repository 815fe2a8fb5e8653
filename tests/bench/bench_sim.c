/* bench_sim.c -- the simulator's kernel: event queue and random numbers.

   Prints the median of REPEATS runs in CPU nanoseconds, and its ratio to a baseline run
   in the same process: the binary heap of a textbook (swaps, a branching comparison of
   time, priority and sequence, whole events in the heap) and the scalar normal.

   M/M/1     one server, arrivals at 0.8 of its speed: two events, two exponential draws
             (in batches, from a stream each) and a place in the line for each object.
   hold      N events waiting; pop the next, push it again an exponential time later
             (Vaucher and Duval 1975, CACM 18(4)); increments drawn beforehand. */
#include "sim/distribution.h"
#include "sim/events.h"
#include "sim/random.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    REPEATS = 9,
    OBJECTS = 400000,
    HOLDS = 1000000,
    NORMALS = 4000000,
    CHUNK = 4096,
    BATCH = 256,
    GAPS = 1 << 14,
    LINE = 1 << 14,
    CAPACITY = 10000
};

/* The baseline. */
struct textbook {
    struct {
        struct event event;
        uint64_t sequence;
    } heap[CAPACITY];
    uint32_t count;
    uint64_t sequence;
};

static bool textbook_before(const struct textbook *queue, uint32_t a, uint32_t b) {
    const struct event *const left = &queue->heap[a].event;
    const struct event *const right = &queue->heap[b].event;
    if (left->time_ns != right->time_ns) {
        return left->time_ns < right->time_ns;
    }
    if (left->priority != right->priority) {
        return left->priority < right->priority;
    }
    return queue->heap[a].sequence < queue->heap[b].sequence;
}

static void textbook_swap(struct textbook *queue, uint32_t a, uint32_t b) {
    const __typeof__(queue->heap[0]) kept = queue->heap[a];
    queue->heap[a] = queue->heap[b];
    queue->heap[b] = kept;
}

static void textbook_push(struct textbook *queue, const struct event *event) {
    assert(queue->count < CAPACITY);
    uint32_t at = queue->count++;
    queue->heap[at].event = *event;
    queue->heap[at].sequence = queue->sequence++;
    while (at > 0 && textbook_before(queue, at, (at - 1) / 2)) {
        textbook_swap(queue, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void textbook_pop(struct textbook *queue, struct event *event) {
    assert(queue->count > 0);
    *event = queue->heap[0].event;
    queue->heap[0] = queue->heap[--queue->count];
    for (uint32_t at = 0;;) {
        uint32_t first = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2; ++child) {
            if (child < queue->count && textbook_before(queue, child, first)) {
                first = child;
            }
        }
        if (first == at) {
            return;
        }
        textbook_swap(queue, at, first);
        at = first;
    }
}

/* Times between arrivals, or of service: drawn BATCH at a time. */
struct times {
    struct rng rng;
    double mean_ns;
    uint32_t used;
    double values[BATCH];
};

static void times_start(struct times *times, uint64_t purpose, double mean_ns) {
    const struct rng_address address = {.seed = 1, .purpose = purpose};
    times->rng = rng_stream(&address);
    times->mean_ns = mean_ns;
    times->used = BATCH;
}

static int64_t times_next(struct times *times) {
    if (times->used == BATCH) {
        distribution_exponential_fill(&times->rng, times->mean_ns, times->values, BATCH);
        times->used = 0;
    }
    return (int64_t)times->values[times->used++];
}

struct bench {
    struct event_queue queue;
    struct textbook *textbook; /* NULL: measure the queue */
    struct rng rng;
    int64_t *gaps;
    int64_t *line;
    double *values;
    uint32_t size;
    double check; /* depends on all results: nothing can be optimised away */
};

static void push(struct bench *bench, int64_t time_ns, uint32_t kind) {
    const struct event event = {.time_ns = time_ns, .kind = kind};
    if (bench->textbook != NULL) {
        textbook_push(bench->textbook, &event);
        return;
    }
    const bool pushed = event_queue_push(&bench->queue, &event, NULL);
    assert(pushed);
}

static void pop(struct bench *bench, struct event *event) {
    if (bench->textbook != NULL) {
        textbook_pop(bench->textbook, event);
        return;
    }
    const bool popped = event_queue_pop(&bench->queue, event);
    assert(popped);
}

static void restart(struct bench *bench) {
    const struct rng_address address = {.seed = 1};
    bench->rng = rng_stream(&address);
    event_queue_clear(&bench->queue);
    if (bench->textbook != NULL) {
        bench->textbook->count = 0;
    }
}

static int64_t after(struct bench *bench, double mean_ns) {
    return (int64_t)distribution_exponential(&bench->rng, mean_ns);
}

static uint64_t mm1(struct bench *bench) {
    enum { ARRIVAL, SERVICE };
    static struct times gaps, services;
    uint64_t served = 0, arrived = 0;
    int64_t spent_ns = 0;
    times_start(&gaps, ARRIVAL, 1.25e9);
    times_start(&services, SERVICE, 1e9);
    push(bench, times_next(&gaps), ARRIVAL);
    while (served < OBJECTS) {
        struct event event;
        pop(bench, &event);
        if (event.kind == ARRIVAL) {
            push(bench, event.time_ns + times_next(&gaps), ARRIVAL);
            bench->line[arrived++ % LINE] = event.time_ns;
            if (arrived - served == 1) {
                push(bench, event.time_ns + times_next(&services), SERVICE);
            }
        } else {
            spent_ns += event.time_ns - bench->line[served++ % LINE];
            if (arrived > served) {
                push(bench, event.time_ns + times_next(&services), SERVICE);
            }
        }
    }
    bench->check = (double)spent_ns / (double)served * 1e-9;
    return served;
}

static uint64_t hold(struct bench *bench) {
    struct event event = {0};
    for (uint32_t i = 0; i < bench->size; ++i) {
        push(bench, bench->gaps[i], i);
    }
    for (uint32_t i = 0; i < HOLDS; ++i) {
        pop(bench, &event);
        push(bench, event.time_ns + bench->gaps[i % GAPS], event.kind);
    }
    bench->check = (double)event.time_ns;
    return HOLDS;
}

static uint64_t normals(struct bench *bench) {
    double sum = 0;
    for (uint64_t i = 0; i < NORMALS; i += CHUNK) {
        if (bench->textbook != NULL) {
            for (uint32_t k = 0; k < CHUNK; ++k) {
                bench->values[k] = distribution_normal(&bench->rng);
            }
        } else {
            distribution_normal_fill(&bench->rng, bench->values, CHUNK);
        }
        sum += bench->values[i % CHUNK];
    }
    bench->check = sum;
    return NORMALS / CHUNK * CHUNK;
}

static uint64_t words(struct bench *bench) {
    uint64_t *const bits = (uint64_t *)(void *)bench->values;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < NORMALS; i += CHUNK) {
        if (bench->textbook != NULL) {
            for (uint32_t k = 0; k < CHUNK; ++k) {
                bits[k] = rng_next(&bench->rng);
            }
        } else {
            rng_fill_u64(&bench->rng, bits, CHUNK);
        }
        sum += bits[0] + bits[CHUNK - 1];
    }
    bench->check = (double)(int64_t)(sum >> 1);
    return NORMALS / CHUNK * CHUNK;
}

static uint64_t streams(struct bench *bench) {
    struct rng_address address = {.seed = 1, .path = 2};
    uint64_t sum = 0;
    for (uint64_t i = 0; i < NORMALS / 4; ++i) {
        address.occasion = i;
        struct rng rng = rng_stream(&address);
        sum += rng_next(&rng);
    }
    bench->check = (double)(int64_t)(sum >> 1);
    return NORMALS / 4;
}

static double cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double measure(struct bench *bench, uint64_t (*run)(struct bench *bench)) {
    restart(bench);
    const double start = cpu_ns();
    const uint64_t items = run(bench);
    return (cpu_ns() - start) / (double)items;
}

static double median(double *values) {
    for (int i = 1; i < REPEATS; ++i) {
        for (int k = i; k > 0 && values[k] < values[k - 1]; --k) {
            const double kept = values[k];
            values[k] = values[k - 1];
            values[k - 1] = kept;
        }
    }
    return values[REPEATS / 2];
}

/* Runs both in turn, so that a noisy minute of the machine meets both. */
static void compare(struct bench *bench, struct textbook *baseline, const char *name,
                    uint64_t (*run)(struct bench *bench)) {
    double ours[REPEATS], theirs[REPEATS];
    for (int i = 0; i < REPEATS; ++i) {
        bench->textbook = NULL;
        ours[i] = measure(bench, run);
        const double check = bench->check;
        bench->textbook = baseline;
        theirs[i] = measure(bench, run);
        if (check < bench->check || check > bench->check) {
            fprintf(stderr, "%s: %.17g but the baseline says %.17g\n", name, check,
                    bench->check);
            exit(1);
        }
    }
    const double fast = median(ours), slow = median(theirs);
    printf("%-32s %8.2f ns %10.2f ns %8.2fx\n", name, fast, slow, slow / fast);
}

int main(void) {
    void *const memory = aligned_alloc(64, event_queue_footprint(CAPACITY));
    struct textbook *const textbook = calloc(1, sizeof *textbook);
    struct bench bench = {.gaps = calloc(GAPS, sizeof(int64_t)),
                          .line = calloc(LINE, sizeof(int64_t)),
                          .values = calloc(CHUNK, sizeof(double))};
    if (memory == NULL || textbook == NULL || bench.gaps == NULL || bench.line == NULL ||
        bench.values == NULL) {
        fprintf(stderr, "out of memory\n");
        return 1;
    }
    event_queue_bind(&bench.queue, CAPACITY, EVENT_QUEUE_ONE_SPAN, memory);
    restart(&bench);
    for (int i = 0; i < GAPS; ++i) {
        bench.gaps[i] = after(&bench, 1e9);
    }
    printf("%-32s %11s %13s %9s\n", "sim", "median", "baseline", "faster");
    compare(&bench, textbook, "M/M/1, an object", mm1);
    bench.size = 1000;
    compare(&bench, textbook, "hold N = 1 k, pop + push", hold);
    bench.size = CAPACITY;
    compare(&bench, textbook, "hold N = 10 k, pop + push", hold);
    compare(&bench, textbook, "normal, batch against single", normals);
    compare(&bench, textbook, "64 bits, batch against single", words);
    bench.textbook = NULL;
    printf("%-32s %8.2f ns\n", "stream at an address, first draw",
           measure(&bench, streams));
    free(memory);
    free(textbook);
    free(bench.gaps);
    free(bench.line);
    free(bench.values);
    return 0;
}
