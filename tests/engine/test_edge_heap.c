#include "engine/margin/edge_heap.h"
#include "tests/support/check.h"

enum { ACCOUNTS = 200, STEPS = 60000 };

struct model {
    bool in[ACCOUNTS];
    int64_t edge[ACCOUNTS];
};

/* The account with the smallest edge, the lowest one of equals; ACCOUNTS when empty. */
static uint32_t smallest(const struct model *model) {
    uint32_t best = ACCOUNTS;
    for (uint32_t a = 0; a < ACCOUNTS; ++a) {
        if (model->in[a] && (best == ACCOUNTS || model->edge[a] < model->edge[best])) {
            best = a;
        }
    }
    return best;
}

/* The walk meets every crossed account once and no other. */
static bool walk_agrees(const struct edge_heap *heap, const struct model *model,
                        int64_t level) {
    bool met[ACCOUNTS] = {false};
    uint32_t crossed = 0, steps = 0;
    for (uint32_t at = edge_heap_first_crossed(heap, level); at < *heap->count;
         at = edge_heap_next_crossed(heap, level, at)) {
        const uint32_t account = heap->entry[at].account;
        if (met[account] || !model->in[account] || model->edge[account] >= level) {
            return false;
        }
        met[account] = true;
        steps += 1;
    }
    for (uint32_t a = 0; a < ACCOUNTS; ++a) {
        crossed += model->in[a] && model->edge[a] < level;
    }
    return steps == crossed;
}

/* Random edges; with sabotage the model forgets one move half way. */
static bool heap_and_model_agree_over(int64_t spread, bool sabotage) {
    struct edge_heap heap;
    struct model model = {0};
    uint64_t random = 3;
    bool agree = true;
    void *memory = check_memory(edge_heap_footprint(ACCOUNTS));
    memset(memory, 0, edge_heap_footprint(ACCOUNTS));
    edge_heap_bind(&heap, ACCOUNTS, memory);
    for (int step = 0; step < STEPS && agree; ++step) {
        const uint32_t account = (uint32_t)(check_random(&random) % ACCOUNTS);
        const int64_t edge = check_random_in(&random, -spread, spread);
        if (check_random(&random) % 3 == 0) {
            edge_heap_remove(&heap, account);
            model.in[account] = sabotage && step > STEPS / 2 && model.in[account];
        } else {
            edge_heap_set(&heap, account, edge);
            model.in[account] = true;
            model.edge[account] = edge;
        }
        const uint32_t best = smallest(&model);
        const int64_t level = check_random_in(&random, -spread, spread);
        agree = step % 16 != 0 || walk_agrees(&heap, &model, level);
        if (best == ACCOUNTS) {
            agree = agree && *heap.count == 0 && !edge_heap_crossed(&heap, INT64_MAX);
        } else {
            agree = agree && *heap.count > 0 && edge_heap_top(&heap) == best &&
                    edge_heap_crossed(&heap, level) == (model.edge[best] < level) &&
                    !edge_heap_crossed(&heap, model.edge[best]);
        }
    }
    free(memory);
    return agree;
}

static void heap_and_model_agree(void **state) {
    (void)state;
    check_true("distinct edges", heap_and_model_agree_over(INT64_C(1) << 61, false));
    check_true("many equal edges", heap_and_model_agree_over(3, false));
}

static void the_comparison_can_fail(void **state) {
    (void)state;
    check_true("a removal forgotten", !heap_and_model_agree_over(INT64_C(1) << 61, true));
}

static void the_shape_depends_on_the_content_alone(void **state) {
    (void)state;
    struct edge_heap up, down;
    void *memory[2];
    struct edge_heap *heaps[] = {&up, &down};
    for (int h = 0; h < 2; ++h) {
        memory[h] = check_memory(edge_heap_footprint(ACCOUNTS));
        memset(memory[h], 0, edge_heap_footprint(ACCOUNTS));
        edge_heap_bind(heaps[h], ACCOUNTS, memory[h]);
    }
    for (uint32_t a = 0; a < ACCOUNTS; ++a) {
        edge_heap_set(&up, a, a % 7);
        edge_heap_set(&down, ACCOUNTS - 1 - a, (ACCOUNTS - 1 - a) % 7);
    }
    for (int i = 0; i < ACCOUNTS; ++i) {
        const uint32_t account = edge_heap_top(&up);
        check_u64("the same account comes out", edge_heap_top(&down), account);
        edge_heap_remove(&up, account);
        edge_heap_remove(&down, account);
    }
    check_u64("empty", *up.count + *down.count, 0);
    free(memory[0]);
    free(memory[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap_and_model_agree),
        cmocka_unit_test(the_comparison_can_fail),
        cmocka_unit_test(the_shape_depends_on_the_content_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
