/* A path is its block, its seed and its number, and nothing else. */
#include "engine/segment.h"
#include "tests/support/world_lab.h"

enum { PATHS = 4 };

/* Short paths that hold what matters: the crash hour, a gap, a staircase, a quiet day. */
static const char *const storm[] = {
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h",
    "population.accounts=150",           "population.owners=120",
    "population.near_margin_share=20%",  "fund.deposit=100k USD",
    "traders.look_mean=20min",           NULL};
static const char *const quiet[] = {
    "world.horizon=3h",       "population.accounts=150",
    "population.owners=150",  "population.near_margin_share=60%",
    "market.volatility=150%", NULL};
static const char *const gap[] = {"population.accounts=100", "population.owners=100",
                                  NULL};
static const char *const stairs[] = {"world.horizon=6h",        "market.stair_fall=4%",
                                     "population.accounts=150", "population.owners=100",
                                     "fund.deposit=50k USD",    NULL};

static const char *const vaults[] = {"market.start=2020-03-12T08:00:00Z",
                                     "world.horizon=8h",
                                     "vaults.count=150",
                                     "stuffer.on=on",
                                     "stuffer.bids=on",
                                     NULL};

struct sample {
    const char *preset;
    const char *const *sets;
};
static const struct sample samples[] = {
    {"black-thursday", storm },
    {"calm",           quiet },
    {"single-gap",     gap   },
    {"staircase-down", stairs},
    {"maker-2020",     vaults},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void the_memory_s_past_and_the_order_of_paths_do_not_matter(void **unused) {
    (void)unused;
    static const int poison[] = {0x00, 0x5A, 0xFF};
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        struct outcome first[PATHS];
        lab_open(&lab, samples[s].preset, samples[s].sets);
        for (uint64_t path = 0; path < PATHS; ++path) {
            first[path] = lab_run(&lab, 11, path);
        }
        for (int p = 0; p < 3; ++p) {
            for (uint64_t path = PATHS; path-- > 0;) {
                memset(lab.memory, poison[p], lab.size);
                const struct outcome again = lab_run(&lab, 11, path);
                lab_same(samples[s].preset, &again, &first[path]);
            }
        }
        check_true("paths differ", lab_differs(&first[0], &first[1]));
        const struct outcome other = lab_run(&lab, 12, 0);
        check_true("seeds differ", other.log_head[0] != first[0].log_head[0]);
        lab_close(&lab);
    }
}

static struct outcome finish(struct world *world) {
    struct outcome outcome;
    world_advance(world, world->stage->end_ns);
    world_outcome(world, &outcome);
    return outcome;
}

static void a_copy_at_another_address_goes_on_alike(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        const struct outcome whole = lab_run(&lab, 5, 3);
        const int64_t span_ns = lab.stage->end_ns - lab.stage->begin_ns;
        for (int part = 1; part < 4; ++part) {
            struct world copy;
            void *elsewhere = check_memory(lab.size + SEGMENT_ALIGNMENT);
            memset(lab.memory, 0xFF, lab.size);
            world_init(&lab.world, 5, 3, false);
            /* In the middle of a slot, with agents waiting. */
            world_advance(&lab.world,
                          lab.stage->begin_ns + span_ns * part / 4 + 5 * SECOND_NS + 1);
            world_clone(&lab.world, &copy,
                        (unsigned char *)elsewhere + SEGMENT_ALIGNMENT);
            memset(lab.memory, 0x5A, lab.size);
            const struct outcome outcome = finish(&copy);
            lab_same(samples[s].preset, &outcome, &whole);
            free(elsewhere);
        }
        lab_close(&lab);
    }
}

static void another_branch_has_the_same_past_and_another_future(void **unused) {
    (void)unused;
    struct lab lab;
    struct world copy;
    lab_open(&lab, "black-thursday", storm);
    void *memory = check_memory(lab.size);
    world_init(&lab.world, 5, 1, false);
    world_advance(&lab.world, lab.stage->start_ns + HOUR_NS);
    world_clone(&lab.world, &copy, memory);
    check_bytes("the past of the chain", copy.engine.core, lab.world.engine.core,
                sizeof *copy.engine.core);
    const int64_t price_uusd = lab.world.state->outside_price_uusd;
    world_rekey(&copy, 1);
    check_i64("the price is where it was", copy.state->outside_price_uusd, price_uusd);
    check_u64("its log, too", copy.engine.core->log.lane[0],
              lab.world.engine.core->log.lane[0]);
    /* Inside the hour; at its end both are at the key point. */
    world_advance(&lab.world, lab.stage->start_ns + HOUR_NS + 30 * MINUTE_NS);
    world_advance(&copy, lab.stage->start_ns + HOUR_NS + 30 * MINUTE_NS);
    check_true("another price, soon",
               lab.world.state->outside_price_uusd != copy.state->outside_price_uusd);
    const struct outcome own = finish(&lab.world);
    const struct outcome other = finish(&copy);
    check_u64("complete", own.status, OUTCOME_STATUS_COMPLETE);
    check_u64("complete, too", other.status, OUTCOME_STATUS_COMPLETE);
    check_true("another log", own.log_head[0] != other.log_head[0]);
    /* The same branch once more is the same future. */
    world_init(&lab.world, 5, 1, false);
    world_advance(&lab.world, lab.stage->start_ns + HOUR_NS);
    world_rekey(&lab.world, 1);
    const struct outcome again = finish(&lab.world);
    lab_same("the same branch", &again, &other);
    free(memory);
    lab_close(&lab);
}

static void advancing_in_pieces_is_advancing_at_once(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", storm);
    const struct outcome whole = lab_run(&lab, 8, 2);
    world_init(&lab.world, 8, 2, false);
    for (int64_t now_ns = lab.stage->begin_ns; now_ns < lab.stage->end_ns;
         now_ns += 7 * SECOND_NS) {
        world_advance(&lab.world, now_ns);
    }
    const struct outcome pieces = finish(&lab.world);
    lab_same("in pieces", &pieces, &whole);
    lab_close(&lab);
}

static void the_filter_sees_what_looking_at_everybody_sees(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        int64_t liquidated = 0;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        for (uint64_t path = 0; path < 2 * PATHS; ++path) {
            lab.stage->terms.watch.exhaustive = 0;
            const struct outcome filter = lab_run(&lab, 21 + path % 2, path);
            const uint64_t looks = *lab.world.engine.watch.evaluations;
            lab.stage->terms.watch.exhaustive = 1;
            world_bind(&lab.world, lab.stage, lab.memory);
            const struct outcome all = lab_run(&lab, 21 + path % 2, path);
            lab_same(samples[s].preset, &filter, &all);
            check_true("the filter looks less often",
                       looks < *lab.world.engine.watch.evaluations);
            liquidated += lab_money(&filter, OUTCOME_LIQUIDATED_ACCOUNTS);
        }
        check_true("there was something to see", liquidated > 0);
        lab_close(&lab);
    }
}

/* The equality above rests on proved constants: half of them is not enough. */
static void half_the_watch_s_constant_is_noticed(void **unused) {
    (void)unused;
    struct lab lab;
    int noticed = 0;
    lab_open(&lab, "black-thursday", storm);
    for (uint64_t path = 0; path < PATHS; ++path) {
        lab.stage->terms.watch.constant_ppm = WATCH_EXACT_PPM;
        const struct outcome exact = lab_run(&lab, 21, path);
        lab.stage->terms.watch.constant_ppm = WATCH_EXACT_PPM / 2;
        const struct outcome halved = lab_run(&lab, 21, path);
        noticed += lab_differs(&exact, &halved);
    }
    check_true("on one path at least", noticed > 0);
    lab_close(&lab);
}

static void collateral_the_watch_ignores_is_noticed(void **unused) {
    (void)unused;
    struct lab lab;
    int noticed = 0;
    lab_open(&lab, "black-thursday", storm);
    for (uint64_t path = 0; path < PATHS; ++path) {
        lab.stage->terms.watch.collateral_ignored = 0;
        const struct outcome exact = lab_run(&lab, 21, path);
        lab.stage->terms.watch.collateral_ignored = 1;
        const struct outcome ignored = lab_run(&lab, 21, path);
        noticed += lab_differs(&exact, &ignored);
    }
    check_true("on one path at least", noticed > 0);
    lab_close(&lab);
}

static void without_feedback_the_path_is_its_own_twin(void **unused) {
    (void)unused;
    struct scenario *scenario = check_memory(sizeof *scenario);
    struct lab still, off;
    lab_load(scenario, "black-thursday", storm);
    scenario->world.twin = 1;
    scenario->impact.prefactor = 0;
    lab_stand(&still, scenario);
    scenario->impact.prefactor = 0.7;
    scenario->impact.feedback = 0;
    lab_stand(&off, scenario);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome y_0 = lab_run(&still, 3, path);
        const struct outcome twin = lab_run(&off, 3, path);
        lab_same("Y = 0 is feedback off", &y_0, &twin);
        check_i64("no bad debt from feedback", lab_money(&y_0, OUTCOME_FEEDBACK_BAD_DEBT),
                  0);
        check_true("somebody was liquidated",
                   lab_money(&y_0, OUTCOME_LIQUIDATED_ACCOUNTS) > 0);
        check_close("nobody because of feedback", y_0.value[OUTCOME_CASCADE_RATIO].real,
                    0, 0);
        check_close("no impact", y_0.value[OUTCOME_IMPACT_MAX].real, 0, 0);
    }
    lab_close(&still);
    lab_close(&off);
    free(scenario);
}

/* The twin changes nothing but the two fields it fills; feedback is what it says. */
static void the_twin_measures_feedback(void **unused) {
    (void)unused;
    struct scenario *scenario = check_memory(sizeof *scenario);
    struct lab alone, twin, off;
    int64_t more = 0;
    lab_load(scenario, "black-thursday", storm);
    lab_stand(&alone, scenario);
    scenario->world.twin = 1;
    lab_stand(&twin, scenario);
    scenario->world.twin = 0;
    scenario->impact.feedback = 0;
    lab_stand(&off, scenario);
    for (uint64_t path = 0; path < 2 * PATHS; ++path) {
        const struct outcome plain = lab_run(&alone, 3, path);
        struct outcome both = lab_run(&twin, 3, path);
        const struct outcome without = lab_run(&off, 3, path);
        check_i64("bad debt less the twin's", lab_money(&both, OUTCOME_FEEDBACK_BAD_DEBT),
                  lab_money(&plain, OUTCOME_BAD_DEBT) -
                      lab_money(&without, OUTCOME_BAD_DEBT));
        more += lab_money(&both, OUTCOME_FEEDBACK_BAD_DEBT) != 0;
        check_true("a path without its twin has no such fields",
                   outcome_missing(&plain, OUTCOME_FEEDBACK_BAD_DEBT) &&
                       outcome_missing(&plain, OUTCOME_CASCADE_RATIO));
        both.missing = plain.missing;
        lab_same("all else", &both, &plain);
    }
    check_true("feedback did something", more > 0);
    lab_close(&alone);
    lab_close(&twin);
    lab_close(&off);
    free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_memory_s_past_and_the_order_of_paths_do_not_matter),
        cmocka_unit_test(a_copy_at_another_address_goes_on_alike),
        cmocka_unit_test(another_branch_has_the_same_past_and_another_future),
        cmocka_unit_test(advancing_in_pieces_is_advancing_at_once),
        cmocka_unit_test(the_filter_sees_what_looking_at_everybody_sees),
        cmocka_unit_test(half_the_watch_s_constant_is_noticed),
        cmocka_unit_test(collateral_the_watch_ignores_is_noticed),
        cmocka_unit_test(without_feedback_the_path_is_its_own_twin),
        cmocka_unit_test(the_twin_measures_feedback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
