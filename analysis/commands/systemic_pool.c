#include "analysis/commands/systemic_output.h"

#include <stdlib.h>
#include <string.h>

/* The complete studies as columns. */
struct columns {
    size_t count;
    struct cascade *cascade;
    struct cascade *only; /* with all others for roots */
    double *total;
    double *class[OWNERS_CLASS_COUNT];
};

static void fill(struct columns *columns, const struct systemic_output *output) {
    for (size_t i = 0; i < output->count; ++i) {
        const struct study *study = &output->study[i];
        if (study->outcome.status != OUTCOME_STATUS_COMPLETE) {
            continue;
        }
        const size_t to = columns->count++;
        columns->cascade[to] = study->cascade;
        columns->only[to] = (struct cascade){.count = study->cascade.count,
                                             .roots = study->cascade.count - study->only};
        for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
            columns->class[k][to] = study->class_shortfall[k];
            columns->total[to] += study->class_shortfall[k];
        }
    }
}

static bool share_out(const struct columns *columns, const struct systemic_output *output,
                      struct systemic_pooled *pooled) {
    const struct tail_shares_terms terms = {.count = columns->count,
                                            .level = output->level};
    struct tail_shares_tail tail;
    if (!output->worst || columns->count == 0) {
        return true;
    }
    if (!tail_shares_worst(columns->total, &terms, output->paths, &tail)) {
        return false;
    }
    pooled->shortfall = tail.shortfall;
    for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
        pooled->class[k] =
            tail_shares_of(columns->class[k], columns -> total, &tail, &terms);
    }
    tail_shares_free(&tail);
    return true;
}

bool systemic_output_pool(const struct systemic_output *output,
                          struct systemic_pooled *pooled) {
    const size_t room = output->count + 1;
    struct columns columns = {.cascade = calloc(room, sizeof *columns.cascade),
                              .only = calloc(room, sizeof *columns.only)};
    double *values = calloc(room * (OWNERS_CLASS_COUNT + 1), sizeof *values);
    memset(pooled, 0, sizeof *pooled);
    bool made = columns.cascade != NULL && columns.only != NULL && values != NULL;
    if (made) {
        columns.total = values;
        for (size_t k = 0; k < OWNERS_CLASS_COUNT; ++k) {
            columns.class[k] = values + (k + 1) * room;
        }
        fill(&columns, output);
        pooled->count = columns.count;
        made =
            share_out(&columns, output, pooled) &&
            cascade_branching(columns.cascade, columns.count, output->level,
                              &pooled->branching) &&
            cascade_branching(columns.only, columns.count, output->level, &pooled->only);
    }
    free(columns.cascade);
    free(columns.only);
    free(values);
    return made;
}
