/* Limits in which theory says what happens, to the unit where it does. */
#include "engine/funding.h"
#include "tests/support/world_lab.h"

enum { PATHS = 8 };

/* Nobody acts unless the world makes them. */
#define PASSIVE                                                                          \
    "population.top_up_share=0%", "population.deleverage_share=0%",                      \
        "traders.trade_chance=0%", "traders.withdraw_chance=0%"
/* Whatever somebody does, somebody else pays nothing for it. */
#define FRICTIONLESS                                                                     \
    "weather.base_fee=0 gwei", "weather.missed_slots=0", "weather.gas_share=100%",       \
        "keepers.gas=1000", "keepers.capital=1M USD", "impact.prefactor=0",              \
        "impact.depth=0 USD", "venue.half_spread=0%", "venue.skew_depth=0 USD",          \
        "venue.fee=0%", "venues.venue_dispersion=0", "venues.venue_dispersion_slope=0",  \
        "oracle.deviation=0%", "instrument.funding_interest=0%",                         \
        "instrument.funding_slope=0%", "liquidation.share_per_block=100%",               \
        "liquidation.max_notional_per_block=1000M USD", "liquidation.penalty=0%",        \
        "liquidation.keeper_least=0 USD"
#define SMALL "population.accounts=120", "population.owners=100"

static wide equity(const struct world *world, uint32_t account) {
    return margin_equity_uusd(&world->engine.margin, account);
}

/* The price rests, so an account's equity changes by funding alone.  The index is summed
   here by hand: with a constant skew each slot adds the same. */
static void without_volatility_equity_changes_by_funding_alone(void **unused) {
    (void)unused;
    static const char *const sets[] = {"market.volatility=0",
                                       "world.horizon=3h",
                                       "venues.venue_dispersion=0",
                                       "weather.missed_slots=0",
                                       "population.near_margin_share=30%",
                                       SMALL,
                                       PASSIVE,
                                       NULL};
    struct lab lab;
    lab_open(&lab, "calm", sets);
    const struct stage *stage = lab.stage;
    struct world *world = &lab.world;
    wide *before = check_memory(stage->account_count * sizeof *before);
    for (uint64_t path = 0; path < PATHS; ++path) {
        world_init(world, 1, path, false);
        for (uint32_t i = stage->trader; i < stage->account_count; ++i) {
            before[i] = equity(world, i);
        }
        world_advance(world, stage->end_ns);
        const struct contract *contract = &world->engine.portfolio.market[0];
        const wide per_day =
            (wide)funding_rate_e12(&stage->terms.instrument[0], contract) *
            contract->mark_price_uusd;
        const int64_t slot_us = stage->scenario.world.slot_ns / 1000;
        const int64_t slots =
            (stage->end_ns - stage->begin_ns) / stage->scenario.world.slot_ns;
        const wide index = per_day * slot_us / INT64_C(86400000000) * slots;
        check_true("longs pay", index > 0);
        check_true("the index", contract->funding_index == index);
        for (uint32_t i = stage->trader; i < stage->account_count; ++i) {
            const int64_t size = portfolio_at(&world->engine.portfolio, i, 0)->size_ubase;
            const wide paid = money_divide_ceil(size * index, MONEY_INDEX_ONE);
            check_i64("change of equity", (int64_t)(equity(world, i) - before[i]),
                      -(int64_t)paid);
        }
        struct outcome outcome;
        world_outcome(world, &outcome);
        check_u64("complete", outcome.status, OUTCOME_STATUS_COMPLETE);
        check_i64("liquidations", lab_money(&outcome, OUTCOME_LIQUIDATED_ACCOUNTS), 0);
        check_i64("bad debt", lab_money(&outcome, OUTCOME_BAD_DEBT), 0);
    }
    free(before);
    lab_close(&lab);
}

/* Traders trade at the mark and pay fees: what they lose beyond what they withdrew is fees
   to fund and treasury, and funding to the pool, but for one micro-USD a fill and account
   of rounding against them. */
static void without_volatility_traders_lose_fees_and_funding(void **unused) {
    (void)unused;
    static const char *const sets[] = {"market.volatility=0",
                                       "world.horizon=3h",
                                       "venues.venue_dispersion=0",
                                       "venue.half_spread=0%",
                                       "venue.skew_depth=0 USD",
                                       "traders.look_mean=10min",
                                       "traders.trade_chance=50%",
                                       "traders.withdraw_chance=0%",
                                       "market_maker.settle=1000M USD",
                                       SMALL,
                                       NULL};
    struct lab lab;
    lab_open(&lab, "calm", sets);
    const struct stage *stage = lab.stage;
    struct world *world = &lab.world;
    const int64_t *balance = world->engine.ledger.balance_micro;
    for (uint64_t path = 0; path < PATHS; ++path) {
        wide traders = 0;
        world_init(world, 1, path, false);
        for (uint32_t i = stage->trader; i < stage->account_count; ++i) {
            traders -= equity(world, i);
        }
        const wide start = equity(world, ACCOUNT_POOL) + balance[ACCOUNT_FUND] +
                           balance[ACCOUNT_TREASURY];
        const uint64_t trades = world->engine.core->transactions;
        world_advance(world, stage->end_ns);
        for (uint32_t i = stage->trader; i < stage->account_count; ++i) {
            traders += equity(world, i);
        }
        const wide others = equity(world, ACCOUNT_POOL) + balance[ACCOUNT_FUND] +
                            balance[ACCOUNT_TREASURY] - start;
        const wide lost = -traders - others;
        const uint64_t fills = world->engine.core->transactions - trades;
        check_true("there were fills", fills > 300);
        check_true("fees were paid", balance[ACCOUNT_TREASURY] > 0);
        check_true("nothing appears", lost >= 0);
        check_true("nothing disappears but rounding",
                   lost <= (wide)fills + 2 * stage->account_count);
        check_u64("nobody was liquidated", *world->record.liquidated.count, 0);
    }
    lab_close(&lab);
}

/* Nobody takes leverage later, either: withdrawals would. */
static void without_leverage_no_preset_has_bad_debt(void **unused) {
    (void)unused;
    static const char *const sets[] = {
        "population.leverage_low=1",
        "population.leverage_high=1.05",
        "population.near_margin_share=0%",
        "traders.withdraw_chance=0%",
        "collateral.share=0%", /* it is a second leverage */
        SMALL,
        NULL};
    static const char *const presets[] = {"black-thursday", "calm", "staircase-down",
                                          "single-gap"};
    for (size_t p = 0; p < sizeof presets / sizeof presets[0]; ++p) {
        struct lab lab;
        lab_open(&lab, presets[p], sets);
        for (uint64_t path = 0; path < PATHS; ++path) {
            const struct outcome outcome = lab_run(&lab, 2, path);
            check_i64(presets[p], lab_money(&outcome, OUTCOME_BAD_DEBT), 0);
        }
        lab_close(&lab);
    }
}

struct fall {
    const char *name, *set;
    bool bad_debt; /* theory's answer */
};

/* After a step the marks are right one block later and the keepers one more; between steps
   the price rests but for 0.1 % of noise.  A step below the maintenance margin (6.5 %)
   leaves equity; one of 12 % takes accounts from above it to below zero. */
static void without_friction_steps_below_maintenance_leave_no_bad_debt(void **unused) {
    (void)unused;
    static const struct fall falls[] = {
        {"3 %",   "market.stair_fall=3%",   false},
        {"6 %",   "market.stair_fall=6%",   false},
        {"6.3 %", "market.stair_fall=6.3%", false},
        {"12 %",  "market.stair_fall=12%",  true },
    };
    for (size_t f = 0; f < sizeof falls / sizeof falls[0]; ++f) {
        const char *const sets[] = {falls[f].set,
                                    "market.stair_steps=10",
                                    "market.stair_noise=2%",
                                    "world.horizon=6h",
                                    "population.near_margin_share=30%",
                                    "keepers.count=8",
                                    FRICTIONLESS,
                                    SMALL,
                                    PASSIVE,
                                    NULL};
        struct lab lab;
        int bad = 0;
        lab_open(&lab, "staircase-down", sets);
        for (uint64_t path = 0; path < PATHS; ++path) {
            const struct outcome outcome = lab_run(&lab, 3, path);
            check_true("some were liquidated",
                       lab_money(&outcome, OUTCOME_LIQUIDATED_ACCOUNTS) > 10);
            check_i64("nothing is left open", lab_money(&outcome, OUTCOME_SHORTFALL_OPEN),
                      0);
            bad += lab_money(&outcome, OUTCOME_BAD_DEBT) != 0;
        }
        check_i64(falls[f].name, bad, falls[f].bad_debt ? PATHS : 0);
        lab_close(&lab);
    }
}

/* A diffusion of 300 % a year moves 0.2 % a slot: far below the margin, too. */
static void without_friction_a_diffusion_leaves_no_bad_debt(void **unused) {
    (void)unused;
    static const char *const sets[] = {"market.volatility=300%",
                                       "world.horizon=12h",
                                       "population.near_margin_share=30%",
                                       FRICTIONLESS,
                                       SMALL,
                                       PASSIVE,
                                       NULL};
    struct lab lab;
    int64_t liquidated = 0;
    lab_open(&lab, "calm", sets);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome outcome = lab_run(&lab, 4, path);
        check_i64("bad debt", lab_money(&outcome, OUTCOME_BAD_DEBT), 0);
        liquidated += lab_money(&outcome, OUTCOME_LIQUIDATED_ACCOUNTS);
    }
    check_true("many were liquidated", liquidated > 10 * PATHS);
    lab_close(&lab);
}

/* What an account owes once the price has jumped, from its genesis transactions alone:
   collateral + floor(size * after) - ceil(size * entry), when that is negative. */
static int64_t owed(const struct world *world, uint32_t i, int64_t after_uusd) {
    const uint32_t account = world->stage->trader + i;
    const struct holder *holder = &world->holder[i];
    const int64_t collateral = world->engine.ledger.balance_micro[account];
    const wide cost = money_value_ceil(holder->size_ubase, holder->entry_price_uusd);
    const wide left =
        collateral + money_value_floor(holder->size_ubase, after_uusd) - cost;
    return left < 0 ? (int64_t)-left : 0;
}

struct jump {
    const char *name, *set;
    double gap;
};

/* shortfall = sum N_i max(0, g - e_i): exact in units from the book, and within a unit and
   a price rounding each from notionals and equities as the theory has them. */
static void a_single_gap_costs_what_its_closed_form_says(void **unused) {
    (void)unused;
    static const struct jump jumps[] = {
        {"fall of 20 %", "market.gap=-20%", -0.20},
        {"fall of 35 %", "market.gap=-35%", -0.35},
        {"rise of 30 %", "market.gap=30%",  0.30 },
    };
    for (size_t j = 0; j < sizeof jumps / sizeof jumps[0]; ++j) {
        const char *const sets[] = {jumps[j].set,
                                    "fund.deposit=100M USD",
                                    "world.horizon=2h",
                                    FRICTIONLESS,
                                    SMALL,
                                    PASSIVE,
                                    NULL};
        struct lab lab;
        lab_open(&lab, "single-gap", sets);
        const struct stage *stage = lab.stage;
        const int64_t start = stage->start_price_uusd;
        for (uint64_t path = 0; path < PATHS; ++path) {
            wide exact = 0;
            double theory = 0;
            world_init(&lab.world, 6, path, false);
            const int64_t after = (int64_t)((double)start * (1 + jumps[j].gap) + 0.5);
            for (uint32_t i = 0; i < stage->trader_count; ++i) {
                const double size = (double)lab.world.holder[i].size_ubase / 1e6;
                const double loss = -size * (double)start * jumps[j].gap -
                                    (double)equity(&lab.world, stage->trader + i);
                exact += owed(&lab.world, i, after);
                theory += loss > 0 ? loss : 0;
            }
            world_advance(&lab.world, stage->end_ns);
            struct outcome outcome;
            world_outcome(&lab.world, &outcome);
            check_u64("complete", outcome.status, OUTCOME_STATUS_COMPLETE);
            check_i64("the price after", lab.world.state->outside_price_uusd, after);
            check_i64(jumps[j].name, lab_money(&outcome, OUTCOME_BAD_DEBT),
                      (int64_t)exact);
            check_i64("all of it closed", lab_money(&outcome, OUTCOME_SHORTFALL_OPEN), 0);
            check_i64("the fund paid it", lab_money(&outcome, OUTCOME_FUND_DRAW),
                      (int64_t)exact);
            /* the price is rounded by half a unit: half a micro-USD a contract */
            const double contracts =
                (double)lab.world.stage->scenario.population.long_uusd / (double)start *
                2;
            check_close("theory", (double)exact, theory, stage->trader_count + contracts);
        }
        lab_close(&lab);
    }
}

/* Nobody liquidates: the same sum is open at the horizon. */
static void without_keepers_the_same_shortfall_stays_open(void **unused) {
    (void)unused;
    static const char *const with[] = {
        "fund.deposit=100M USD", "world.horizon=2h", FRICTIONLESS, SMALL, PASSIVE, NULL};
    static const char *const none[] = {"fund.deposit=100M USD",
                                       "world.horizon=2h",
                                       FRICTIONLESS,
                                       SMALL,
                                       PASSIVE,
                                       "keepers.count=0",
                                       NULL};
    struct lab closed, open;
    lab_open(&closed, "single-gap", with);
    lab_open(&open, "single-gap", none);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome a = lab_run(&closed, 6, path);
        const struct outcome b = lab_run(&open, 6, path);
        const int64_t owed_uusd = lab_money(&a, OUTCOME_BAD_DEBT);
        check_true("somebody owes", owed_uusd > 0);
        check_i64("the same sum", lab_money(&b, OUTCOME_BAD_DEBT), owed_uusd);
        check_i64("all of it open", lab_money(&b, OUTCOME_SHORTFALL_OPEN), owed_uusd);
        check_i64("nobody paid", lab_money(&b, OUTCOME_FUND_DRAW), 0);
        check_i64("cover 1", lab_money(&b, OUTCOME_COVER_1),
                  lab_money(&a, OUTCOME_COVER_1));
        check_i64("cover 2", lab_money(&b, OUTCOME_COVER_2),
                  lab_money(&a, OUTCOME_COVER_2));
    }
    lab_close(&closed);
    lab_close(&open);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_volatility_equity_changes_by_funding_alone),
        cmocka_unit_test(without_volatility_traders_lose_fees_and_funding),
        cmocka_unit_test(without_leverage_no_preset_has_bad_debt),
        cmocka_unit_test(without_friction_steps_below_maintenance_leave_no_bad_debt),
        cmocka_unit_test(without_friction_a_diffusion_leaves_no_bad_debt),
        cmocka_unit_test(a_single_gap_costs_what_its_closed_form_says),
        cmocka_unit_test(without_keepers_the_same_shortfall_stays_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
