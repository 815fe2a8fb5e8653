/* The accounts at other marks than the engine's, against every account evaluated there:
   random worlds, whose other marks lead, lag, jump and come back, and whose ledger is set
   back to an earlier state now and then. */
#include "engine/margin/watch_aside.h"
#include "tests/support/random_world.h"

enum { WORLDS = 150, STEPS = 1500 };

struct subject {
    struct engine_world world, saved;
    struct plain plain, saved_plain;
    uint64_t random;
    int64_t outside_uusd[PLAIN_INSTRUMENTS];
    int64_t mark_uusd[PLAIN_INSTRUMENTS];
    struct margin_view view;
    struct watch_aside aside;
    void *memory;
    uint64_t unhealthy, differing; /* met at all; other than at the engine's marks */
};

static void open_subject(struct subject *subject, uint64_t seed, int64_t constant_ppm) {
    *subject = (struct subject){.random = seed};
    struct engine_terms terms = random_terms(&subject->random);
    terms.watch.constant_ppm = constant_ppm;
    world_open(&subject->world, &terms);
    plain_init(&subject->plain, &subject->world.terms);
    for (int i = 0; i < PLAIN_INSTRUMENTS; ++i) {
        subject->outside_uusd[i] = random_scale(&subject->random, 37) + 1000;
        subject->mark_uusd[i] = subject->outside_uusd[i];
    }
    const size_t size =
        watch_aside_footprint(terms.account_count, terms.instrument_count);
    subject->memory = check_memory(size);
    memset(subject->memory, 0, size);
    subject->view = subject->world.engine.margin;
    subject->view.mark_price_uusd = subject->mark_uusd;
    watch_aside_bind(&subject->aside, &subject->world.engine.watch, &subject->view,
                     subject->memory);
    subject->saved.memory = check_memory(subject->world.size);
}

static void close_subject(struct subject *subject) {
    world_close(&subject->world);
    world_close(&subject->saved);
    free(subject->memory);
}

static void transact(struct subject *subject) {
    struct receipt receipt;
    if (random_one_in(&subject->random, 6)) {
        const struct block_header header =
            random_header(&subject->random, &subject->world.engine.core->block);
        engine_begin_block(&subject->world.engine, &header);
        plain_begin_block(&subject->plain, &header);
    }
    const struct transaction transaction =
        random_transaction(&subject->random, &subject->plain, subject->outside_uusd);
    world_do(&subject->world, transaction);
    plain_apply(&subject->plain, &transaction, &receipt);
}

/* Keeps the ledger, or brings back the one that was kept: everybody has changed then. */
static void keep_or_set_back(struct subject *subject, bool kept) {
    struct account_set *changed = &subject->world.engine.changed;
    if (!kept) {
        memcpy(subject->saved.memory, subject->world.memory, subject->world.size);
        subject->saved_plain = subject->plain;
        return;
    }
    memcpy(subject->world.memory, subject->saved.memory, subject->world.size);
    subject->plain = subject->saved_plain;
    for (uint32_t account = 0; account < changed->account_count; ++account) {
        account_set_add(changed, account);
    }
}

static void move_marks(struct subject *subject) {
    for (uint32_t i = 0; i < subject->world.terms.instrument_count; ++i) {
        const int64_t own = subject->world.engine.core->mark_price_uusd[i];
        int64_t *mark = &subject->mark_uusd[i];
        if (own != 0 && random_one_in(&subject->random, 10)) {
            *mark = own;
        }
        const int64_t step = 1 + *mark / (random_one_in(&subject->random, 20) ? 3 : 200);
        *mark += check_random_in(&subject->random, -step, step);
        *mark = money_min(money_max(*mark, MONEY_PRICE_MIN), MONEY_PRICE_MAX / 4);
    }
}

static bool agrees(struct subject *subject) {
    const struct account_set *unhealthy = &subject->aside.unhealthy;
    uint32_t members = 0;
    bool agree = true;
    for (uint32_t a = ACCOUNT_FIRST_USER; a < unhealthy->account_count; ++a) {
        const struct margin margin = margin_evaluate(&subject->view, a);
        const bool want = margin_liquidatable(&margin);
        agree = agree && account_set_has(unhealthy, a) == want;
        members += want;
        subject->differing +=
            want != account_set_has(&subject->world.engine.watch.unhealthy, a);
    }
    subject->unhealthy += members;
    return agree && *unhealthy->count == members;
}

/* Returns whether all looks of a world agree. */
static bool follow(struct subject *subject) {
    bool kept = false, agree = true;
    for (int step = 0; step < STEPS && agree; ++step) {
        for (int64_t i = check_random_in(&subject->random, 0, 4); i > 0; --i) {
            transact(subject);
        }
        if (random_one_in(&subject->random, 50)) {
            keep_or_set_back(subject, kept);
            kept = !kept;
        }
        move_marks(subject);
        watch_aside_look(&subject->aside, &subject->world.engine.changed);
        account_set_clear(&subject->world.engine.changed);
        agree = agrees(subject);
    }
    return agree;
}

static void every_look_names_whom_the_definition_names(void **state) {
    (void)state;
    uint64_t unhealthy = 0, differing = 0;
    for (uint64_t seed = 1; seed <= WORLDS; ++seed) {
        struct subject subject;
        open_subject(&subject, seed, WATCH_EXACT_PPM);
        if (!follow(&subject)) {
            print_error("seed %d\n", (int)seed);
            fail();
        }
        unhealthy += subject.unhealthy;
        differing += subject.differing;
        close_subject(&subject);
    }
    check_true("somebody was liquidatable", unhealthy > 1000);
    check_true("at the other marks only, or at the engine's", differing > 1000);
}

static void half_the_constant_of_the_engines_boxes_is_noticed(void **state) {
    (void)state;
    int noticed = 0;
    for (uint64_t seed = 1; seed <= WORLDS; ++seed) {
        struct subject subject;
        open_subject(&subject, seed, WATCH_EXACT_PPM / 2);
        noticed += !follow(&subject);
        close_subject(&subject);
    }
    check_true("some world", noticed > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_look_names_whom_the_definition_names),
        cmocka_unit_test(half_the_constant_of_the_engines_boxes_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
