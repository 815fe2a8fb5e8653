/* Whose impact it was: flow by hand, causes by hand, and sums on real paths. */
#include "analysis/replay.h"
#include "analysis/systemic/attribution.h"
#include "analysis/systemic/cascade.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

static const char *const sets[] = {"market.start=2020-03-12T08:00:00Z",
                                   "world.horizon=5h",
                                   "population.accounts=150",
                                   "population.owners=120",
                                   "population.near_margin_share=20%",
                                   "fund.deposit=20k USD",
                                   "world.warm_up=0s"};

struct lab {
    struct subject subject;
    struct world world;
    void *memory;
    struct attribution own;
};

static void open_lab(struct lab *lab, const char *preset) {
    check_i64("load",
              subject_load(preset, sets, sizeof sets / sizeof *sets, &lab->subject),
              RUN_OK);
    lab->memory = check_memory(lab->subject.run.footprint);
    world_bind(&lab->world, lab->subject.stage, lab->memory);
    world_init(&lab->world, 11, 0, false);
    assert_true(attribution_open(&lab->own, &lab->world));
}

static void close_lab(struct lab *lab) {
    attribution_free(&lab->own);
    free(lab->memory);
    subject_free(&lab->subject);
}

static struct event_row close_out(const struct world *world, uint32_t account,
                                  int64_t filled_ubase) {
    return (struct event_row){
        .kind = EVENT_LOG_TRANSACTION,
        .time_ns = world->state->now_ns,
        .transaction = {.kind = TRANSACTION_LIQUIDATE, .target = account           },
        .receipt = {.status = ENGINE_OK,           .filled_ubase = filled_ubase}
    };
}

static struct event_row hedge(const struct world *world, uint32_t who,
                              int64_t quantity_ubase) {
    return (struct event_row){.kind = EVENT_LOG_HEDGE,
                              .time_ns = world->state->now_ns,
                              .account = who,
                              .amount = quantity_ubase};
}

/* Moves the price by a log as a trade does, and lets it fade for so long before. */
static void trade(struct lab *lab, double amount, int64_t later_ns) {
    struct world_state *state = lab->world.state;
    const double lasting = lab->subject.stage->scenario.impact.permanent_share;
    const double half_life =
        (double)lab->subject.stage->scenario.impact.temporary_half_life_ns;
    state->now_ns += later_ns;
    state->impact.temporary *= exp2(-(double)later_ns / half_life);
    state->impact.time_ns = state->now_ns;
    state->impact.permanent += lasting * amount;
    state->impact.temporary += (1 - lasting) * amount;
    world_reprice(&lab->world);
    world_look_outside(&lab->world);
}

static void follow(struct lab *lab, const struct event_row *rows, size_t count) {
    assert_true(attribution_follow(&lab->own, &lab->world, rows, count));
}

static double log_of(const struct lab *lab, size_t event) {
    return attribution_log(&lab->own, &lab->own.event[event].part,
                           lab->world.state->now_ns);
}

/* Two close-outs sold 1 and 3, a buy-back of 2 waits on the other side: a sale by the hedger
   that moves the price by -0.04 is theirs, 1 to 3.  After a half-life 30 % of it and half of
   70 % are left: 0.65.  What others sell is nobody's. */
static void impact_is_shared_by_quantity_and_fades(void **state) {
    (void)state;
    struct lab lab;
    open_lab(&lab, "black-thursday");
    const uint32_t first = lab.subject.stage->trader;
    const uint32_t maker = lab.subject.stage->maker;
    const int64_t half_life = lab.subject.stage->scenario.impact.temporary_half_life_ns;
    const struct event_row sold[] = {close_out(&lab.world, first, -1000000),
                                     close_out(&lab.world, first + 1, -3000000),
                                     close_out(&lab.world, first + 2, 2000000)};
    follow(&lab, sold, 3);
    check_u64("events", lab.own.count, 3);
    trade(&lab, -0.04, 1000000000);
    const struct event_row order = hedge(&lab.world, maker, -3600000);
    follow(&lab, &order, 1);
    check_close("a quarter", log_of(&lab, 0), -0.01, 1e-12);
    check_close("three quarters", log_of(&lab, 1), -0.03, 1e-12);
    check_close("the other side", log_of(&lab, 2), 0, 1e-12);
    trade(&lab, -0.02, half_life);
    const struct event_row others = hedge(&lab.world, lab.subject.stage->arbitrageur, -5);
    follow(&lab, &others, 1);
    check_close("faded", log_of(&lab, 0), -0.0065, 1e-12);
    check_close("nobody's",
                attribution_log(&lab.own, &lab.own.other, lab.world.state->now_ns), -0.02,
                1e-12);
    trade(&lab, -0.01, 0);
    follow(&lab, &order, 1);
    check_close("nobody waits any more", log_of(&lab, 1), -0.0195, 1e-12);
    close_lab(&lab);
}

/* By how much the log price has to fall for the account to be liquidatable. */
static double distance_of(const struct world *world, uint32_t account) {
    double healthy = 0, under = -3;
    for (int i = 0; i < 60; ++i) {
        const double middle = (healthy + under) / 2;
        const int64_t marks[ENGINE_INSTRUMENTS] = {instrument_mark_uusd(
            &world->stage->terms.instrument[0],
            (int64_t)((double)world->state->outside_price_uusd * exp(middle)))};
        struct margin_view view = world->outside_view;
        view.mark_price_uusd = marks;
        const struct margin margin = margin_health(&view, account);
        if (margin_liquidatable(&margin)) {
            under = middle;
        } else {
            healthy = middle;
        }
    }
    return -under;
}

/* The healthy long that is nearest to its margin, behind the first ten traders. */
static uint32_t nearest_long(const struct world *world, double *distance) {
    uint32_t best = 0;
    for (uint32_t i = 10; i < world->stage->trader_count; ++i) {
        const uint32_t account = world->stage->trader + i;
        const double own =
            portfolio_at(&world->engine.portfolio, account, 0)->size_ubase > 0
                ? distance_of(world, account)
                : 3;
        if (own < 2.9 && own > 0.01 && (best == 0 || own < *distance)) {
            best = account;
            *distance = own;
        }
    }
    assert_true(best != 0);
    return best;
}

/* An account d away goes under; who did it follows from who moved the price by how much. */
static void the_parent_is_who_crossed_the_line(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double market, first, second, other; /* moves, in parts of d */
        uint32_t parent;
    } cases[] = {
        {"the market alone",           1.1, 0,    0,    0,   CASCADE_ROOT},
        {"the market and more",        1.1, 0.5,  0.5,  0,   CASCADE_ROOT},
        {"the first alone",            0,   1.1,  0,    0,   0           },
        {"the first, and the second",  0,   1.1,  1.1,  0,   0           },
        {"not without the second",     0,   0.6,  0.5,  0,   1           },
        {"the last straw",             0.9, 0.06, 0.06, 0,   1           },
        {"others' flow is the market", 0,   0.5,  0,    1.1, CASCADE_ROOT},
        {"others and the first",       0,   0.5,  0,    0.6, 0           },
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        struct lab lab;
        double d = 0;
        open_lab(&lab, "black-thursday");
        const uint32_t account = nearest_long(&lab.world, &d);
        const uint32_t victim = lab.subject.stage->trader;
        const uint32_t maker = lab.subject.stage->maker;
        const double moves[] = {-cases[c].first * d, -cases[c].second * d};
        lab.world.state->market.x -= cases[c].market * d;
        for (uint32_t k = 0; k < 2; ++k) {
            const struct event_row sold = close_out(&lab.world, victim + k, -1000000);
            const struct event_row order = hedge(&lab.world, maker, -900000);
            follow(&lab, &sold, 1);
            lab.world.state->now_ns += 1;
            lab.world.state->impact.permanent += 0.3 * moves[k];
            lab.world.state->impact.temporary += 0.7 * moves[k];
            if (k == 1) {
                lab.world.state->impact.permanent -= 0.3 * cases[c].other * d;
                lab.world.state->impact.temporary -= 0.7 * cases[c].other * d;
            }
            lab.world.state->impact.time_ns = lab.world.state->now_ns;
            world_reprice(&lab.world);
            world_look_outside(&lab.world);
            /* The arbitrageur's part of the instant, by quantity. */
            const double own = cases[c].second, all = own + cases[c].other;
            const struct event_row both[] = {
                hedge(&lab.world, maker,
                      k == 1 && all > 0 ? -(int64_t)(1e9 * own / all) : -900000),
                hedge(&lab.world, lab.subject.stage->arbitrageur,
                      all > 0 ? -(int64_t)(1e9 * cases[c].other / all) : 0)};
            follow(&lab, k == 1 ? both : &order, k == 1 ? 2 : 1);
        }
        const struct event_row last = close_out(&lab.world, account, -1000000);
        follow(&lab, &last, 1);
        check_u64(cases[c].name, lab.own.count, 3);
        check_i64(cases[c].name, lab.own.event[2].account, account);
        check_i64(cases[c].name, lab.own.event[2].parent, cases[c].parent);
        check_true(cases[c].name, !lab.own.event[2].unseen);
        close_lab(&lab);
    }
}

/* A liquidation pushes an account d away over by 1.1 d.  Had nobody been liquidated, it would
   have gone when the market has fallen by d itself, ten minutes later, or never. */
static void to_be_advanced_is_not_to_be_pushed_for_good(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double market; /* in parts of d */
        int64_t advanced_ns;
    } cases[] = {
        {"it would have gone later", 1.01, 600000000000},
        {"it would have stood",      0.99, -1          },
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
        struct lab lab;
        double d = 0;
        open_lab(&lab, "black-thursday");
        const uint32_t account = nearest_long(&lab.world, &d);
        const struct event_row sold =
            close_out(&lab.world, lab.subject.stage->trader, -1000000);
        follow(&lab, &sold, 1);
        trade(&lab, -1.1 * d, 1000000000);
        const struct event_row order =
            hedge(&lab.world, lab.subject.stage->maker, -900000);
        follow(&lab, &order, 1);
        const struct event_row last = close_out(&lab.world, account, -1000000);
        follow(&lab, &last, 1);
        lab.world.state->market.x -= cases[c].market * d;
        trade(&lab, 0, 600000000000);
        follow(&lab, NULL, 0);
        attribution_finish(&lab.own);
        check_u64(cases[c].name, lab.own.event[1].parent, 0);
        check_i64(cases[c].name, lab.own.event[0].advanced_ns, 0);
        check_i64(cases[c].name, lab.own.event[1].advanced_ns, cases[c].advanced_ns);
        close_lab(&lab);
    }
}

/* Walks a real path; returns the largest difference between the impact and its parts. */
static double walk(struct lab *lab, bool skip_hedges) {
    struct replay replay;
    struct event_log log;
    struct event event;
    double worst = 0;
    check_i64("replay", replay_path(&lab->subject, 11, 0, REPLAY_ROOT_NS, &replay),
              RUN_OK);
    event_log_init(&log, NULL, 0, REPLAY_ROOT_NS);
    lab->world.log = &log;
    world_init(&lab->world, 11, 0, false);
    while (event_queue_peek(&lab->world.queue, &event) &&
           event.time_ns <= lab->subject.stage->end_ns) {
        const uint64_t before = log.count;
        world_advance(&lab->world, event.time_ns);
        for (uint64_t i = before; skip_hedges && i < log.count; ++i) {
            lab->own.other.permanent += replay.row[i].kind == EVENT_LOG_HEDGE ? 1e-6 : 0;
        }
        follow(lab, replay.row + before, (size_t)(log.count - before));
        double sum = attribution_log(&lab->own, &lab->own.other, lab->own.time_ns);
        for (size_t i = 0; i < lab->own.count; ++i) {
            sum += attribution_log(&lab->own, &lab->own.event[i].part, lab->own.time_ns);
        }
        worst = fmax(worst, fabs(sum - impact_log(&lab->world.state->impact)));
    }
    replay_free(&replay);
    return worst;
}

/* Thousands of moves, each with a rounding of some 1e-18. */
static void the_parts_add_up_to_the_impact(void **state) {
    (void)state;
    static const char *const presets[] = {"black-thursday", "portfolio-auction"};
    for (size_t i = 0; i < 2; ++i) {
        struct lab lab;
        open_lab(&lab, presets[i]);
        check_close(presets[i], walk(&lab, false), 0, 1e-12);
        size_t children = 0, unseen = 0;
        double theirs = 0;
        for (size_t k = 0; k < lab.own.count; ++k) {
            children += lab.own.event[k].parent != CASCADE_ROOT;
            unseen += lab.own.event[k].unseen;
            theirs += lab.own.event[k].part.permanent;
        }
        check_true("a storm has liquidations", lab.own.count > 20);
        check_true("some of them push others", children > 0);
        check_true("most were seen below", 10 * unseen < lab.own.count);
        check_true("together they pushed the price down", theirs < 0);
        close_lab(&lab);
    }
    struct lab lab;
    open_lab(&lab, "black-thursday");
    check_true("a part too much is noticed", walk(&lab, true) > 1e-7);
    close_lab(&lab);
}

/* Without impact nobody pushes anybody. */
static void without_impact_all_are_roots(void **state) {
    (void)state;
    struct lab lab;
    open_lab(&lab, "single-gap");
    check_close("no impact", walk(&lab, false), 0, 0);
    check_true("liquidations", lab.own.count > 0);
    for (size_t k = 0; k < lab.own.count; ++k) {
        check_u64("root", lab.own.event[k].parent, CASCADE_ROOT);
    }
    close_lab(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impact_is_shared_by_quantity_and_fades),
        cmocka_unit_test(the_parent_is_who_crossed_the_line),
        cmocka_unit_test(to_be_advanced_is_not_to_be_pushed_for_good),
        cmocka_unit_test(the_parts_add_up_to_the_impact),
        cmocka_unit_test(without_impact_all_are_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
