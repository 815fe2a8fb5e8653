/* world_lab.h -- a scenario on the bench: preset plus settings, stage, block and view.

   Units    as scenarios/world.h; HOUR_NS and MINUTE_NS are nanoseconds.
   Memory   lab_open allocates, lab_close frees.
   Threads  one lab per thread. */
#ifndef TESTS_SUPPORT_WORLD_LAB_H
#define TESTS_SUPPORT_WORLD_LAB_H

#include "engine/account.h"
#include "scenarios/load.h"
#include "scenarios/world.h"
#include "tests/support/check.h"

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS   (60 * MINUTE_NS)
#define USD       MONEY_ONE

struct lab {
    struct stage *stage; /* a test may still turn its knobs */
    void *memory;
    size_t size;
    struct world world; /* bound to memory */
};

/* lab_stage prepares a stage from a scenario, or fails the test. */
static inline struct stage *lab_stage(const struct scenario *scenario) {
    struct stage *stage = check_memory(sizeof *stage);
    const char *key = "";
    char sentence[256] = "";
    if (!stage_prepare(stage, scenario, &key, sentence, sizeof sentence)) {
        print_error("%s %s\n", key, sentence);
        _fail(__FILE__, __LINE__);
    }
    return stage;
}

/* lab_load writes a preset with settings "section.key=value", which end with NULL. */
static inline void lab_load(struct scenario *scenario, const char *preset,
                            const char *const *sets) {
    size_t count = 0;
    while (sets != NULL && sets[count] != NULL) {
        count += 1;
    }
    struct load_result *result = load_scenario(&scenario_schema, preset, sets, count);
    assert_non_null(result);
    const struct scenario *loaded = load_struct(result);
    if (loaded == NULL) {
        print_error("%s\n", load_errors(result));
        _fail(__FILE__, __LINE__);
    } else {
        *scenario = *loaded;
    }
    load_free(result);
}

/* lab_stand makes a lab of a scenario. */
static inline void lab_stand(struct lab *lab, const struct scenario *scenario) {
    lab->stage = lab_stage(scenario);
    lab->size = world_footprint(lab->stage);
    lab->memory = check_memory(lab->size);
    world_bind(&lab->world, lab->stage, lab->memory);
}

/* lab_open makes a lab of a preset with settings, which end with NULL. */
static inline void lab_open(struct lab *lab, const char *preset,
                            const char *const *sets) {
    struct scenario *scenario = check_memory(sizeof *scenario);
    lab_load(scenario, preset, sets);
    lab_stand(lab, scenario);
    free(scenario);
}

/* lab_close frees what lab_open allocated. */
static inline void lab_close(struct lab *lab) {
    free(lab->memory);
    free(lab->stage);
}

/* lab_run runs one path and checks that it is complete. */
static inline struct outcome lab_run(struct lab *lab, uint64_t seed, uint64_t path) {
    struct outcome outcome;
    world_run_path(lab->memory, lab->stage, seed, path, &outcome);
    check_text("status", outcome_status_text((enum outcome_status)outcome.status),
               outcome_status_text(OUTCOME_STATUS_COMPLETE));
    return outcome;
}

/* lab_money returns a field that is there and is not a ratio. */
static inline int64_t lab_money(const struct outcome *outcome, enum outcome_field field) {
    check_true("the field has a value", !outcome_missing(outcome, field));
    return outcome->value[field].integer;
}

/* lab_same checks that two outcomes are the same bytes. */
static inline void lab_same(const char *label, const struct outcome *got,
                            const struct outcome *want) {
    unsigned char a[OUTCOME_RECORD_SIZE], b[OUTCOME_RECORD_SIZE];
    outcome_write(got, a);
    outcome_write(want, b);
    check_bytes(label, a, b, sizeof a);
}

/* lab_differs tells whether two outcomes differ in any byte. */
static inline bool lab_differs(const struct outcome *one, const struct outcome *other) {
    unsigned char a[OUTCOME_RECORD_SIZE], b[OUTCOME_RECORD_SIZE];
    outcome_write(one, a);
    outcome_write(other, b);
    return memcmp(a, b, sizeof a) != 0;
}

#endif
