/* The mempool against a plain list, and its rules one by one. */
#include "engine/chain/mempool.h"
#include "engine/money.h"
#include "tests/support/check.h"

enum { CAPACITY = 24, SENDERS = 5, STEPS = 20000 };

static void open_pool(struct mempool *pool, uint32_t capacity) {
    const size_t size = mempool_footprint(capacity, SENDERS);
    void *memory = check_memory(size);
    memset(memory, 0, size);
    mempool_bind(pool, capacity, SENDERS, memory);
    mempool_init(pool);
}

static void close_pool(struct mempool *pool) {
    free(pool->entry);
}

static struct mempool_entry make(uint32_t sender, int64_t fee, int64_t gas,
                                 int64_t arrival) {
    return (struct mempool_entry){
        .transaction = {.account = sender, .amount = arrival},
        .fee_wei = fee,
        .gas = gas,
        .arrival_ns = arrival,
        .sender = sender,
        .tag = sender + 100
    };
}

static uint64_t add(struct mempool *pool, const struct mempool_entry *entry) {
    struct mempool_entry evicted;
    const uint64_t sequence = mempool_add(pool, entry, &evicted);
    check_i64("nobody had to go", evicted.gas, 0);
    return sequence;
}

/* The model: a list in order of sequence. */
struct plain {
    struct mempool_entry list[CAPACITY];
    uint32_t count;
    uint64_t sequence;
};

static bool plain_better(const struct mempool_entry *a, const struct mempool_entry *b) {
    return a->fee_wei > b->fee_wei ||
           (a->fee_wei == b->fee_wei &&
            (a->arrival_ns < b->arrival_ns ||
             (a->arrival_ns == b->arrival_ns && a->sequence < b->sequence)));
}

static void plain_remove(struct plain *plain, uint32_t at) {
    plain->count -= 1;
    for (uint32_t i = at; i < plain->count; ++i) {
        plain->list[i] = plain->list[i + 1];
    }
}

/* Whether nobody of the same sender is before (or behind) the entry at a place. */
static bool plain_is_end(const struct plain *plain, uint32_t at, bool head) {
    const uint32_t from = head ? 0 : at + 1;
    const uint32_t end = head ? at : plain->count;
    for (uint32_t i = from; i < end; ++i) {
        if (plain->list[i].sender == plain->list[at].sender) {
            return false;
        }
    }
    return true;
}

/* In the list's order a sender's first is whoever is nearest to the front. */
static uint64_t plain_enter(struct plain *plain, const struct mempool_entry *entry,
                            bool front, struct mempool_entry *evicted) {
    *evicted = (struct mempool_entry){0};
    if (plain->count == CAPACITY) {
        uint32_t worst = CAPACITY;
        for (uint32_t i = 0; i < plain->count; ++i) {
            if (plain_is_end(plain, i, false) &&
                (worst == CAPACITY ||
                 plain_better(&plain->list[worst], &plain->list[i]))) {
                worst = i;
            }
        }
        if (plain->list[worst].fee_wei >= entry->fee_wei) {
            *evicted = *entry;
            return 0;
        }
        *evicted = plain->list[worst];
        plain_remove(plain, worst);
    }
    const uint32_t at = front ? 0 : plain->count;
    for (uint32_t i = plain->count; i > at; --i) {
        plain->list[i] = plain->list[i - 1];
    }
    plain->list[at] = *entry;
    plain->list[at].sequence = ++plain->sequence;
    plain->count += 1;
    return plain->sequence;
}

static bool plain_replace(struct plain *plain, uint64_t sequence, int64_t fee,
                          int64_t bump_percent) {
    for (uint32_t i = 0; i < plain->count; ++i) {
        if (plain->list[i].sequence == sequence) {
            if (fee * 100 < plain->list[i].fee_wei * (100 + bump_percent)) {
                return false;
            }
            plain->list[i].fee_wei = fee;
            plain->list[i].transaction.amount = -fee;
            return true;
        }
    }
    return false;
}

static bool plain_take(struct plain *plain, int64_t base_fee, int64_t gas,
                       struct mempool_entry *entry) {
    uint32_t best = CAPACITY;
    for (uint32_t i = 0; i < plain->count; ++i) {
        if (plain_is_end(plain, i, true) && plain->list[i].fee_wei >= base_fee &&
            plain->list[i].gas <= gas &&
            (best == CAPACITY || plain_better(&plain->list[i], &plain->list[best]))) {
            best = i;
        }
    }
    if (best == CAPACITY) {
        return false;
    }
    *entry = plain->list[best];
    plain_remove(plain, best);
    return true;
}

static bool same(const struct mempool_entry *a, const struct mempool_entry *b) {
    return a->gas == b->gas && a->fee_wei == b->fee_wei && a->sender == b->sender &&
           a->arrival_ns == b->arrival_ns && a->tag == b->tag &&
           a->transaction.amount == b->transaction.amount &&
           a->transaction.account == b->transaction.account;
}

struct bench {
    struct mempool pool;
    struct plain plain;
    uint64_t random;
    int64_t bump_percent; /* of the model */
    uint64_t additions, replacements, refusals, takes, evictions, returns;
};

static bool step_add(struct bench *bench, int64_t now) {
    const uint32_t sender = (uint32_t)check_random_in(&bench->random, 0, SENDERS - 1);
    const int64_t fee = check_random_in(&bench->random, 0, 30);
    const int64_t gas = check_random_in(&bench->random, 1, 9);
    /* Arrivals are often equal: then the sequence decides. */
    const struct mempool_entry entry = make(sender, fee, gas, now / 4);
    struct mempool_entry out_a, out_b;
    const uint64_t got = mempool_add(&bench->pool, &entry, &out_a);
    const uint64_t want = plain_enter(&bench->plain, &entry, false, &out_b);
    bench->additions += got != 0;
    bench->evictions += out_a.gas != 0;
    return got == want && same(&out_a, &out_b);
}

static bool step_replace(struct bench *bench) {
    const uint64_t sequence = (uint64_t)check_random_in(
        &bench->random, (int64_t)bench->plain.sequence - CAPACITY,
        (int64_t)bench->plain.sequence);
    const int64_t fee = check_random_in(&bench->random, 1, 200);
    uint32_t slot = 0;
    while (slot < CAPACITY && mempool_find(&bench->pool, slot, sequence) == NULL) {
        slot += 1;
    }
    const struct transaction transaction = {
        .account = slot < CAPACITY ? bench->pool.entry[slot].sender : 0, .amount = -fee};
    const bool got = mempool_replace(&bench->pool, slot, sequence, &transaction, fee);
    const bool want = plain_replace(&bench->plain, sequence, fee, bench->bump_percent);
    bench->replacements += got;
    bench->refusals += !got;
    return got == want;
}

static bool step_take(struct bench *bench) {
    const int64_t base_fee = check_random_in(&bench->random, 0, 30);
    int64_t gas = check_random_in(&bench->random, 0, 20);
    for (int i = 0; i < CAPACITY; ++i) {
        struct mempool_entry a, b;
        const bool got = mempool_take(&bench->pool, base_fee, gas, &a);
        const bool want = plain_take(&bench->plain, base_fee, gas, &b);
        if (got != want || (got && (!same(&a, &b) || a.sequence != b.sequence))) {
            return false;
        }
        if (!got) {
            break;
        }
        gas -= a.gas;
        bench->takes += 1;
    }
    return true;
}

/* Takes a few and puts them back, the last one first. */
static bool step_put_back(struct bench *bench) {
    struct mempool_entry taken[4];
    struct mempool_entry model;
    uint32_t count = 0;
    while (count < 4 && mempool_take(&bench->pool, 10, 9, &taken[count]) &&
           plain_take(&bench->plain, 10, 9, &model)) {
        count += 1;
    }
    while (count > 0) {
        struct mempool_entry out_a, out_b;
        count -= 1;
        const uint64_t got = mempool_put_back(&bench->pool, &taken[count], &out_a);
        const uint64_t want = plain_enter(&bench->plain, &taken[count], true, &out_b);
        bench->returns += got != 0;
        if (got != want || !same(&out_a, &out_b)) {
            return false;
        }
    }
    return true;
}

/* Runs both side by side and returns the step at which they part, STEPS if never. */
static uint32_t run(struct bench *bench, int64_t bump_percent) {
    memset(&bench->plain, 0, sizeof bench->plain);
    bench->random = 7;
    bench->bump_percent = bump_percent;
    bench->additions = bench->replacements = bench->refusals = 0;
    bench->takes = bench->evictions = bench->returns = 0;
    open_pool(&bench->pool, CAPACITY);
    uint32_t step = 0;
    for (bool agree = true; agree && step < STEPS; step += agree) {
        const int64_t choice = check_random_in(&bench->random, 0, 10);
        agree = choice < 6    ? step_add(bench, step)
                : choice < 9  ? step_replace(bench)
                : choice < 10 ? step_take(bench)
                              : step_put_back(bench);
        agree = agree && mempool_audit(&bench->pool) &&
                bench->pool.state->count == bench->plain.count;
    }
    close_pool(&bench->pool);
    return step;
}

static void a_plain_list_does_the_same(void **unused) {
    (void)unused;
    struct bench bench;
    check_u64("steps", run(&bench, 10), STEPS);
    check_true("some of everything", bench.additions > 3000 && bench.replacements > 500 &&
                                         bench.refusals > 500 && bench.takes > 500 &&
                                         bench.evictions > 500 && bench.returns > 500);
}

static void the_comparison_can_fail(void **unused) {
    (void)unused;
    struct bench bench;
    check_true("a model that asks for 11 % parts from it", run(&bench, 11) < STEPS);
}

static void a_sender_s_transactions_keep_their_order(void **unused) {
    (void)unused;
    struct mempool pool;
    struct mempool_entry entry;
    open_pool(&pool, 8);
    const struct mempool_entry cheap = make(0, 5, 1, 1), dear = make(0, 500, 1, 2),
                               other = make(1, 50, 1, 3);
    const uint64_t first = add(&pool, &cheap);
    add(&pool, &dear);
    add(&pool, &other);
    check_true("the dear one waits behind the cheap one",
               mempool_take(&pool, 10, 100, &entry) && entry.sender == 1);
    check_true("and is stuck with it", !mempool_take(&pool, 10, 100, &entry));
    check_true("until the cheap one is replaced",
               mempool_replace(&pool, 0, first, &cheap.transaction, 10));
    check_true("first", mempool_take(&pool, 10, 100, &entry) && entry.fee_wei == 10);
    check_true("second", mempool_take(&pool, 10, 100, &entry) && entry.fee_wei == 500);
    close_pool(&pool);
}

static void what_was_taken_comes_back_in_front(void **unused) {
    (void)unused;
    struct mempool pool;
    struct mempool_entry first, second, entry, evicted;
    open_pool(&pool, 3);
    const struct mempool_entry sent[] = {make(0, 9, 1, 1), make(0, 8, 1, 2),
                                         make(0, 20, 1, 3)};
    for (int i = 0; i < 3; ++i) {
        add(&pool, &sent[i]);
    }
    assert_true(mempool_take(&pool, 0, 9, &first));
    assert_true(mempool_take(&pool, 0, 9, &second));
    check_i64("the second one", second.arrival_ns, 2);
    assert_true(mempool_put_back(&pool, &second, &evicted) != 0);
    check_i64("nobody had to go", evicted.gas, 0);
    assert_true(mempool_put_back(&pool, &first, &evicted) != 0);
    assert_true(mempool_audit(&pool));
    for (int64_t i = 1; i <= 3; ++i) {
        assert_true(mempool_take(&pool, 0, 9, &entry));
        check_i64("in the order they were sent", entry.arrival_ns, i);
    }
    /* Into a full pool, for too little. */
    for (int i = 0; i < 3; ++i) {
        add(&pool, &sent[i]);
    }
    const struct mempool_entry poor = make(1, 7, 1, 4);
    check_u64("refused", mempool_put_back(&pool, &poor, &evicted), 0);
    check_i64("told so", evicted.arrival_ns, 4);
    close_pool(&pool);
}

static void a_replacement_pays_ten_percent_more(void **unused) {
    (void)unused;
    /* name, old fee, new fee, accepted */
    static const struct {
        const char *name;
        int64_t old_wei, new_wei;
        bool accepted;
    } cases[] = {
        {"exactly 10 %",   1000,                1100,                true },
        {"one wei less",   1000,                1099,                false},
        {"rounding up",    1001,                1102,                true },
        {"rounded down",   1001,                1101,                false},
        {"from nothing",   0,                   0,                   true },
        {"near the limit", 8000000000000000000, 8800000000000000000, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct mempool pool;
        open_pool(&pool, 2);
        const struct mempool_entry entry = make(2, cases[i].old_wei, 21000, 9);
        const uint64_t sequence = add(&pool, &entry);
        const struct transaction transaction = {.amount = 77};
        check_true(cases[i].name, mempool_replace(&pool, 0, sequence, &transaction,
                                                  cases[i].new_wei) == cases[i].accepted);
        const struct mempool_entry *waiting = mempool_find(&pool, 0, sequence);
        assert_non_null(waiting);
        check_i64(cases[i].name, waiting->fee_wei,
                  cases[i].accepted ? cases[i].new_wei : cases[i].old_wei);
        check_i64("its arrival stays", waiting->arrival_ns, 9);
        check_true("a sequence that is gone",
                   !mempool_replace(&pool, 0, sequence + 1, &transaction, INT64_MAX));
        close_pool(&pool);
    }
}

static void a_full_pool_drops_the_worst_last_one(void **unused) {
    (void)unused;
    struct mempool pool;
    struct mempool_entry evicted;
    open_pool(&pool, 3);
    const struct mempool_entry cheap = make(0, 1, 1, 1), behind = make(0, 40, 1, 2),
                               middle = make(1, 30, 1, 3), low = make(2, 30, 1, 4),
                               high = make(2, 31, 1, 5);
    add(&pool, &cheap); /* the lowest fee, but somebody of its sender is behind it */
    add(&pool, &behind);
    add(&pool, &middle);
    check_u64("not better than the worst tail", mempool_add(&pool, &low, &evicted), 0);
    check_i64("the newcomer goes", evicted.arrival_ns, 4);
    check_true("better", mempool_add(&pool, &high, &evicted) != 0);
    check_i64("the worst tail goes", evicted.arrival_ns, 3);
    check_u64("both counted", pool.state->dropped, 2);
    check_true("sound", mempool_audit(&pool));
    close_pool(&pool);
}

static void what_does_not_fit_is_passed_over_and_stays(void **unused) {
    (void)unused;
    struct mempool pool;
    struct mempool_entry entry;
    open_pool(&pool, 4);
    const struct mempool_entry large = make(0, 90, 500, 1), small = make(1, 10, 100, 2);
    add(&pool, &large);
    add(&pool, &small);
    check_true("the small one fits",
               mempool_take(&pool, 0, 499, &entry) && entry.sender == 1);
    check_true("nothing else does", !mempool_take(&pool, 0, 499, &entry));
    check_true("next block", mempool_take(&pool, 0, 500, &entry) && entry.sender == 0);
    check_u64("empty", pool.state->count, 0);
    close_pool(&pool);
}

/* Each row breaks one link by hand; the audit has to see it. */
static void the_audit_sees_broken_links(void **unused) {
    (void)unused;
    for (int way = 0; way < 6; ++way) {
        struct mempool pool;
        open_pool(&pool, 6);
        const struct mempool_entry a = make(0, 5, 1, 1), b = make(0, 6, 1, 2),
                                   c = make(1, 7, 1, 3), d = make(2, 4, 1, 4);
        add(&pool, &a);
        add(&pool, &b);
        add(&pool, &c);
        add(&pool, &d);
        check_true("before", mempool_audit(&pool));
        switch (way) {
        case 0:
            pool.entry[1].previous = 0;
            break;
        case 1:
            pool.state->count += 1;
            break;
        case 2:
            pool.last[0] = 1;
            break;
        case 3:
            pool.entry[0].sender = 3;
            break;
        case 4:
            pool.entry[pool.heap[0]].fee_wei = 0;
            break;
        default:
            pool.entry[0].place = 0;
            break;
        }
        check_true("after", !mempool_audit(&pool));
        close_pool(&pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_list_does_the_same),
        cmocka_unit_test(the_comparison_can_fail),
        cmocka_unit_test(a_sender_s_transactions_keep_their_order),
        cmocka_unit_test(what_was_taken_comes_back_in_front),
        cmocka_unit_test(a_replacement_pays_ten_percent_more),
        cmocka_unit_test(a_full_pool_drops_the_worst_last_one),
        cmocka_unit_test(what_does_not_fit_is_passed_over_and_stays),
        cmocka_unit_test(the_audit_sees_broken_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
