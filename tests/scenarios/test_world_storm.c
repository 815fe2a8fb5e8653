/* What the storms of the presets are like: gas as published, answers that are neither
   always nor never, and what an outage of the chain adds. */
#include "tests/support/world_lab.h"

#include <math.h>

#define GWEI INT64_C(1000000000)

enum { PATHS = 32 };

static void column(const char *preset, const char *const *sets, enum outcome_field field,
                   int64_t *to) {
    struct lab lab;
    lab_open(&lab, preset, sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, 61, path);
        to[path] = lab_money(&outcome, field);
    }
    lab_close(&lab);
}

/* Published peaks of 12 March 2020 are 80 to 200 gwei; this protocol's own demand, up to
   two fifths of the target, is part of them.  Noise takes some paths beyond. */
static void the_storm_peaks_where_it_did_with_our_own_demand(void **unused) {
    (void)unused;
    int64_t peak[PATHS];
    int inside = 0;
    column("black-thursday", NULL, OUTCOME_GAS_PEAK, peak);
    for (int path = 0; path < PATHS; ++path) {
        inside += peak[path] >= 80 * GWEI && peak[path] <= 200 * GWEI;
        check_true("bounded", peak[path] >= 60 * GWEI && peak[path] <= 350 * GWEI);
    }
    check_true("most", inside >= PATHS * 3 / 4);
}

static void every_storm_has_two_answers(void **unused) {
    (void)unused;
    static const char *const presets[] = {"black-thursday", "black-thursday-replay",
                                          "flash-crash",    "gap-and-recover",
                                          "single-gap",     "staircase-down"};
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; ++i) {
        int64_t insolvent[PATHS];
        int64_t count = 0;
        column(presets[i], NULL, OUTCOME_INSOLVENCY, insolvent);
        for (int path = 0; path < PATHS; ++path) {
            count += insolvent[path];
        }
        check_true(presets[i], count > 0 && count < PATHS);
    }
}

/* In a one-way fall nobody is liquidated while there are no blocks, and everybody is worse
   off behind them.  Outages: five a day in the calm, fifteen times as many after a stair.
   Paired, above two standard errors. */
static void outages_in_a_fall_cost(void **unused) {
    (void)unused;
    static const char *const up[] = {"weather.outage_rate=0", NULL};
    static const char *const down[] = {"weather.outage_rate=5",
                                       "weather.outage_length=20min", NULL};
    int64_t without[PATHS], with[PATHS];
    double sum = 0, squares = 0;
    column("staircase-down", up, OUTCOME_BAD_DEBT, without);
    column("staircase-down", down, OUTCOME_BAD_DEBT, with);
    for (int path = 0; path < PATHS; ++path) {
        const double more = (double)(with[path] - without[path]) / 1e6;
        sum += more;
        squares += more * more;
    }
    const double mean = sum / PATHS;
    const double error = sqrt((squares / PATHS - mean * mean) / PATHS);
    check_true("they cost", mean > 2 * error);
}

/* Blocks are numbered by slot: the engine's last block stands still during an outage. */
static void no_block_is_made_during_an_outage(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "calm", NULL);
    struct world *world = &lab.world;
    world_init(world, 1, 0, false);
    lab.stage->weather.outage_step = 1e-12; /* only the one put there by hand */
    world_advance(world, lab.stage->start_ns);
    const uint64_t before = world->engine.core->block.number;
    world->state->weather.down_until_ns = lab.stage->start_ns + 10 * MINUTE_NS;
    world_advance(world, lab.stage->start_ns + 10 * MINUTE_NS - 1);
    check_u64("no block", world->engine.core->block.number, before);
    check_true("and a queue", world->state->weather.waiting > 5);
    world_advance(world, lab.stage->start_ns + 12 * MINUTE_NS);
    check_true("blocks again", world->engine.core->block.number > before + 45);
    check_u64("sound", world->state->status, OUTCOME_STATUS_COMPLETE);
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_storm_peaks_where_it_did_with_our_own_demand),
        cmocka_unit_test(every_storm_has_two_answers),
        cmocka_unit_test(outages_in_a_fall_cost),
        cmocka_unit_test(no_block_is_made_during_an_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
