/* Who owes whom on a path: sums by another way, the star's closed form, time to get out. */
#include "analysis/subject.h"
#include "analysis/systemic/exposures.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#define HOUR_NS INT64_C(3600000000000)

static const char *const sets[] = {
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h",
    "population.accounts=150",           "population.owners=120",
    "population.near_margin_share=20%",  "fund.deposit=20k USD"};

struct lab {
    struct subject subject;
    struct world world;
    void *memory;
};

/* A storm of 5 hours as it stands after so many. */
static void open_lab(struct lab *lab, uint64_t path, int64_t hours) {
    check_i64(
        "load",
        subject_load("black-thursday", sets, sizeof sets / sizeof *sets, &lab->subject),
        RUN_OK);
    lab->memory = check_memory(lab->subject.run.footprint);
    world_bind(&lab->world, lab->subject.stage, lab->memory);
    world_init(&lab->world, 11, path, false);
    world_advance(&lab->world, lab->subject.stage->start_ns + hours * HOUR_NS);
}

static void close_lab(struct lab *lab) {
    free(lab->memory);
    subject_free(&lab->subject);
}

/* Sum of what accounts are short of at a price, by the engine's own equity. */
static double loss_at(const struct world *world, int64_t price_uusd, double *equity) {
    const int64_t marks[ENGINE_INSTRUMENTS] = {
        instrument_mark_uusd(&world->stage->terms.instrument[0], price_uusd)};
    struct margin_view view = world->outside_view;
    double loss = 0;
    view.mark_price_uusd = marks;
    *equity = 0;
    for (uint32_t i = ACCOUNT_POOL; i < world->stage->account_count; ++i) {
        const double own = (double)margin_equity_uusd(&view, i) / 1e6;
        const bool open = portfolio_at(&world->engine.portfolio, i, 0)->size_ubase != 0 ||
                          ledger_free(&world->engine.ledger, i) < 0;
        loss += own < 0 ? -own : 0;
        *equity += open && own > 0 ? own : 0;
    }
    return loss;
}

/* In a star only the clearing house can pass a loss on: it pays 1 - (loss - fund) / owes,
   and owes the winners, or all the losers owe when that is more (the rest is credited
   already).  Sums of 150 amounts of up to 1e7 USD: rounding below 1e-6 USD. */
static void check_star(const struct world *world, int64_t price_uusd) {
    struct exposures found;
    double equity;
    assert_true(exposures_find(world, price_uusd, &found));
    const double loss = loss_at(world, price_uusd, &equity);
    const double owes = found.owed > found.due ? found.owed : found.due;
    const double beyond = loss > found.fund ? loss - found.fund : 0;
    check_close("loss", found.loss, loss, 1e-6);
    check_close("equity", found.equity, equity, 1e-6);
    check_close("beyond the fund", found.uncovered, beyond, 1e-6);
    check_close("recovery", found.recovery, 1 - beyond / owes, 1e-12);
    check_close("winners' loss", found.winner_loss, found.due * beyond / owes, 1e-5);
    check_true("rounds", found.rounds <= 3);
    check_u64("defaults", found.defaults, found.insolvent + found.contagious);
    check_true("DebtRank is an upper bound",
               found.rank_linear * (found.equity + found.fund) >=
                   fmin(loss, found.fund) + found.winner_loss - 1e-6);
    check_true("2012 is not above 2015", found.rank_once <= found.rank_linear + 1e-12);
}

static void every_look_is_the_stars_closed_form(void **state) {
    (void)state;
    for (uint64_t path = 0; path < 3; ++path) {
        for (int64_t hours = 1; hours <= 4; hours += 3) {
            struct lab lab;
            open_lab(&lab, path, hours);
            const int64_t price = lab.world.state->outside_price_uusd;
            check_star(&lab.world, price);
            check_star(&lab.world, price * 3 / 4);
            check_star(&lab.world, price * 5 / 4);
            close_lab(&lab);
        }
    }
}

static void a_gap_makes_a_loss_that_the_fund_cannot_pay(void **state) {
    (void)state;
    struct lab lab;
    struct exposures calm, gap;
    open_lab(&lab, 0, 1);
    const int64_t price = lab.world.state->outside_price_uusd;
    assert_true(exposures_find(&lab.world, price, &calm));
    assert_true(exposures_find(&lab.world, price * 3 / 4, &gap));
    check_true("without it all is paid",
               calm.recovery == 1 && (calm.insolvent > 0) == (calm.rank_linear > 0));
    check_true("with it not", gap.uncovered > 0 && gap.recovery < 1);
    check_true("and a claim is shared by all", gap.winner_loss <= gap.uncovered);
    check_true("more are insolvent", gap.insolvent > calm.insolvent);
    double equity;
    check_true("the sums notice another price",
               fabs(loss_at(&lab.world, price, &equity) - gap.loss) > 1000);
    check_true("the largest is one of them", gap.largest > 0 && gap.largest <= gap.loss);
    close_lab(&lab);
}

/* Sells as fast as the book allows, second by second: what is taken decays, and is filled up
   to the share again.  Steps of a second with a half-life of 300 s are right within one
   part in 600 and the last second. */
static double sell_by_seconds(double amount, double room, double half_life_s) {
    const double kept = exp2(-1 / half_life_s);
    double taken = 0, seconds = 0;
    for (;;) {
        const double sold = room - taken;
        amount -= sold;
        if (amount <= 0) {
            return seconds;
        }
        taken = room * kept;
        seconds += 1;
    }
}

static void getting_out_takes_what_it_takes_to_sell(void **state) {
    (void)state;
    static const double amounts[] = {1e3, 1e5, 1e6, 7.7e6}, shares[] = {0.05, 0.1, 1};
    struct lab lab;
    open_lab(&lab, 1, 2);
    const struct impact *impact = &lab.subject.stage->impact;
    const double depth = impact_depth_uusd(impact, &lab.world.state->impact,
                                           lab.world.state->market.daily_volatility) /
                         1e6;
    const double half_life_s = (double)impact->config.refill_half_life_ns / 1e9;
    check_true("a book with an end", depth > 0);
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; ++i) {
        for (size_t k = 0; k < sizeof shares / sizeof *shares; ++k) {
            const double seconds =
                sell_by_seconds(amounts[i], shares[k] * depth, half_life_s);
            check_close("hours", exposures_horizon_h(&lab.world, amounts[i], shares[k]),
                        seconds / 3600, seconds / 3600 / 600 + 1.0 / 3600);
        }
    }
    close_lab(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_look_is_the_stars_closed_form),
        cmocka_unit_test(a_gap_makes_a_loss_that_the_fund_cannot_pay),
        cmocka_unit_test(getting_out_takes_what_it_takes_to_sell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
