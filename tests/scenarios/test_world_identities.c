/* The identities hold on every path, and one unit in the wrong place breaks them. */
#include "tests/support/world_lab.h"

enum { PATHS = 6 };

static const char *const storm[] = {
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h",
    "population.accounts=150",           "population.owners=120",
    "population.near_margin_share=20%",  "fund.deposit=100k USD",
    "traders.look_mean=20min",           NULL};
static const char *const plain[] = {"population.accounts=150", "population.owners=100",
                                    "fund.deposit=20k USD", NULL};

static const struct sample {
    const char *preset;
    const char *const *sets;
} samples[] = {
    {"black-thursday",    storm},
    {"calm",              plain},
    {"single-gap",        plain},
    {"staircase-down",    plain},
    {"portfolio-auction", storm},
    {"lp-run",            storm},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void check_outcome(const struct outcome *outcome) {
    const int64_t bad_debt = lab_money(outcome, OUTCOME_BAD_DEBT);
    const int64_t fund = lab_money(outcome, OUTCOME_FUND_DRAW);
    const int64_t first = lab_money(outcome, OUTCOME_COVER_1);
    const int64_t two = lab_money(outcome, OUTCOME_COVER_2);
    const int64_t haircut = lab_money(outcome, OUTCOME_ADL_HAIRCUT);
    const int64_t covered = haircut - lab_money(outcome, OUTCOME_ADL_OVERSHOOT);
    const bool shared = !outcome_missing(outcome, OUTCOME_ADL_MAX_SHARE);
    const double most = outcome->value[OUTCOME_ADL_MAX_SHARE].real;
    check_i64("who paid, and what is open",
              fund + covered + lab_money(outcome, OUTCOME_SOCIALISED_LOSS) +
                  lab_money(outcome, OUTCOME_POOL_ABSORBED) +
                  lab_money(outcome, OUTCOME_SHORTFALL_OPEN),
              bad_debt);
    check_i64("uncovered", lab_money(outcome, OUTCOME_UNCOVERED_LOSS), bad_debt - fund);
    check_i64("insolvent", lab_money(outcome, OUTCOME_INSOLVENCY), bad_debt > fund);
    check_i64("any", lab_money(outcome, OUTCOME_ANY_BAD_DEBT), bad_debt > 0);
    check_true("cover 1 <= cover 2 <= twice cover 1",
               first <= two && two <= 2 * first && two <= bad_debt);
    check_true("somebody is the largest", first > 0 || bad_debt == 0);
    check_true("the fund never owes", lab_money(outcome, OUTCOME_FUND_MIN) >= 0);
    check_true("depletion has a time",
               outcome_missing(outcome, OUTCOME_FUND_DEPLETION_TIME) ==
                   (lab_money(outcome, OUTCOME_FUND_DEPLETED) == 0));
    check_true("winners pay no more than there is",
               covered >= 0 && covered <= haircut && fund + covered <= bad_debt);
    check_true("a haircut has a largest part",
               shared == (haircut > 0) && (!shared || (most > 0 && most <= 1)));
    check_i64("closed exactly when somebody was", lab_money(outcome, OUTCOME_ADL),
              lab_money(outcome, OUTCOME_ADL_NOTIONAL) > 0);
    check_i64("nothing was lost", lab_money(outcome, OUTCOME_IDENTITY_RESIDUAL), 0);
}

static void every_path_keeps_its_identities(void **unused) {
    (void)unused;
    int64_t haircuts = 0;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        for (uint64_t path = 0; path < PATHS; ++path) {
            const struct outcome outcome = lab_run(&lab, 31, path);
            check_outcome(&outcome);
            haircuts += lab_money(&outcome, OUTCOME_ADL_HAIRCUT);
        }
        lab_close(&lab);
    }
    check_true("auto-deleveraging took its part", haircuts > 0);
}

/* The whole audit at every block finds nothing and changes nothing. */
static void the_audit_at_every_block_agrees(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        for (uint64_t path = 0; path < PATHS / 2; ++path) {
            lab.stage->scenario.performance.audit = 0;
            const struct outcome end = lab_run(&lab, 32, path);
            lab.stage->scenario.performance.audit = 1;
            const struct outcome block = lab_run(&lab, 32, path);
            lab_same(samples[s].preset, &block, &end);
        }
        lab_close(&lab);
    }
}

/* A: what all accounts of the chain own changes by what came in and went out; C: so does
   the fund.  Both from balances, without the engine's counters. */
static void cash_is_only_moved(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct lab lab;
        lab_open(&lab, samples[s].preset, samples[s].sets);
        const struct world *world = &lab.world;
        for (uint64_t path = 0; path < PATHS / 2; ++path) {
            wide own = 0;
            wide costs = 0;
            wide outside = 0;
            world_init(&lab.world, 33, path, false);
            world_advance(&lab.world, lab.stage->end_ns);
            const int64_t *balance = world->engine.ledger.balance_micro;
            for (uint32_t a = 0; a < lab.stage->account_count; ++a) {
                own += a == ACCOUNT_EXTERNAL ? 0 : balance[a];
                costs += portfolio_at(&world->engine.portfolio, a, 0)->cost_uusd;
                outside += world->purses.balance_micro[a];
            }
            const struct engine_core *core = world->engine.core;
            check_i64("on the chain", (int64_t)own, -balance[ACCOUNT_EXTERNAL]);
            check_i64("clearing", balance[ACCOUNT_CLEARING], -(int64_t)costs);
            check_i64("outside", (int64_t)outside, 0);
            check_i64("the mirror", world->purses.balance_micro[OUTSIDE_CHAIN],
                      -balance[ACCOUNT_EXTERNAL]);
            check_i64("the fund", balance[ACCOUNT_FUND],
                      lab.stage->scenario.fund.deposit_uusd + core->fund_fees_uusd +
                          core->fund_penalties_uusd - core->fund_draws_uusd -
                          core->fund_tips_uusd);
        }
        lab_close(&lab);
    }
}

struct sabotage {
    const char *name;
    void (*act)(struct world *world);
    bool at_once; /* the cheap sums of the next block see it */
};

static uint32_t somebody(const struct world *world) {
    return world->stage->trader;
}
static void ledger_balance(struct world *world) {
    world->engine.ledger.balance_micro[somebody(world)] += 1;
}
static void ledger_sum(struct world *world) {
    world->engine.ledger.totals->balance_micro += 1;
}
static void hold(struct world *world) {
    world->engine.ledger.hold_micro[somebody(world)] += 1;
}
static void queue_sum(struct world *world) {
    world->engine.escrow.state->pending_micro[ASSET_CASH] += 1;
}
static void fund_fees(struct world *world) {
    world->engine.core->fund_fees_uusd += 1;
}
static void fund_penalties(struct world *world) {
    world->engine.core->fund_penalties_uusd -= 1;
}
static void fund_draws(struct world *world) {
    world->engine.core->fund_draws_uusd += 1;
}
static void fund_tips(struct world *world) {
    world->engine.core->fund_tips_uusd += 1;
}
static void fund_balance(struct world *world) { /* double entry, and yet wrong */
    ledger_move(&world->engine.ledger, ACCOUNT_FUND, ACCOUNT_TREASURY, 1);
}
static void position_size(struct world *world) {
    portfolio_at(&world->engine.portfolio, somebody(world), 0)->size_ubase += 1;
}
static void position_cost(struct world *world) {
    portfolio_at(&world->engine.portfolio, somebody(world), 0)->cost_uusd -= 1;
}
static void open_interest(struct world *world) {
    world->engine.portfolio.market[0].long_ubase += 1;
}
static void funding_index(struct world *world) {
    struct position *position =
        portfolio_at(&world->engine.portfolio, somebody(world), 0);
    position->funding_index += 1;
}
static void purse_balance(struct world *world) {
    world->purses.balance_micro[somebody(world)] += 1;
}
static void purse_sum(struct world *world) {
    world->purses.totals->balance_micro -= 1;
}
static void mirror(struct world *world) { /* double entry, and yet wrong */
    ledger_move(&world->purses, OUTSIDE_CHAIN, OUTSIDE_GAS, 1);
}
static void flow_hedged(struct world *world) {
    world->state->flow_hedged_ubase += 1;
}
static void flow_emitted(struct world *world) {
    world->state->flow_emitted_ubase -= 1;
}
static void hedge(struct world *world) {
    world->state->hedge_ubase += 1;
}
static void arbitrage(struct world *world) {
    world->state->arbitrage_ubase -= 1;
}
static void shares_held(struct world *world) {
    world->engine.shares.held[somebody(world)] += 1;
}
static void shares_sum(struct world *world) {
    world->engine.shares.totals->outstanding -= 1;
}
static void unit_balance(struct world *world) {
    world->engine.collateral.balance_micro[somebody(world)] += 1;
}
static void unit_sum(struct world *world) {
    world->engine.collateral.totals->balance_micro += 1;
}
static void unit_hold(struct world *world) {
    world->engine.collateral.hold_micro[somebody(world)] += 1;
}
static void unit_queue(struct world *world) {
    world->engine.escrow.state->pending_micro[ASSET_UNDERLYING] -= 1;
}
static void unit_purse(struct world *world) {
    world->unit_purses.balance_micro[somebody(world)] -= 1;
}
static void unit_mirror(struct world *world) { /* double entry, and yet wrong */
    ledger_move(&world->unit_purses, OUTSIDE_CHAIN, OUTSIDE_ENDOWMENT, 1);
}
static void unit_seized(struct world *world) { /* double entry, and nobody sells it */
    ledger_move(&world->engine.collateral, somebody(world), ACCOUNT_POOL, 1);
}
static void recorded_shortfall(struct world *world) {
    world->record.totals->shortfall_uusd += 1;
}
static void recorded_draw(struct world *world) {
    world->record.totals->fund_paid_uusd += 1;
}
static void recorded_loss(struct world *world) {
    world->record.totals->socialised_uusd -= 1;
}
static void recorded_pool(struct world *world) {
    world->record.totals->pool_absorbed_uusd += 1;
}
static void recorded_covered(struct world *world) {
    world->record.totals->adl_covered_uusd += 1;
    world->record.totals->adl_haircut_uusd += 1; /* B alone */
}
static void recorded_haircut(struct world *world) {
    world->record.totals->adl_haircut_uusd += 1;
}
static void recorded_overshoot(struct world *world) {
    world->record.totals->adl_overshoot_uusd -= 1;
}
static void mempool_count(struct world *world) {
    world->mempool.state->count += 1;
}

static const struct sabotage sabotages[] = {
    {"balance on the chain",    ledger_balance,     false},
    {"sum of balances",         ledger_sum,         true },
    {"hold",                    hold,               false},
    {"sum of the queue",        queue_sum,          true },
    {"fees to the fund",        fund_fees,          true },
    {"penalties to the fund",   fund_penalties,     true },
    {"draws from the fund",     fund_draws,         true },
    {"tips from the fund",      fund_tips,          true },
    {"the fund's balance",      fund_balance,       true },
    {"size of a position",      position_size,      false},
    {"cost of a position",      position_cost,      false},
    {"open interest",           open_interest,      false},
    {"funding of a position",   funding_index,      false},
    {"balance of a purse",      purse_balance,      false},
    {"sum of purses",           purse_sum,          true },
    {"mirror of the chain",     mirror,             true },
    {"flow hedged",             flow_hedged,        true },
    {"flow emitted",            flow_emitted,       true },
    {"hedge",                   hedge,              true },
    {"the arbitrageur's hedge", arbitrage,          true },
    {"shares of an account",    shares_held,        false},
    {"all shares",              shares_sum,         true },
    {"units on the chain",      unit_balance,       false},
    {"sum of units",            unit_sum,           true },
    {"hold of units",           unit_hold,          false},
    {"units in the queue",      unit_queue,         true },
    {"units in a purse",        unit_purse,         false},
    {"mirror of the units",     unit_mirror,        true },
    {"units seized",            unit_seized,        true },
    {"shortfall recorded",      recorded_shortfall, false},
    {"draw recorded",           recorded_draw,      false},
    {"loss recorded",           recorded_loss,      false},
    {"pool's loss recorded",    recorded_pool,      false},
    {"winners' part recorded",  recorded_covered,   false},
    {"haircut recorded",        recorded_haircut,   false},
    {"overshoot recorded",      recorded_overshoot, false},
    {"count of what waits",     mempool_count,      false},
};

static uint64_t sabotaged(struct lab *lab, const struct sabotage *sabotage,
                          int64_t when_ns, uint64_t *at_once) {
    struct outcome outcome;
    struct world *world = &lab->world;
    world_init(world, 34, 2, false);
    world_advance(world, when_ns);
    sabotage->act(world);
    world_advance(world, when_ns + 3 * MINUTE_NS);
    *at_once = world->state->status;
    world_advance(world, lab->stage->end_ns);
    world_outcome(world, &outcome);
    check_true("a path that failed has no values",
               outcome.missing == (UINT64_C(1) << OUTCOME_FIELD_COUNT) - 1 ||
                   outcome.status == OUTCOME_STATUS_COMPLETE);
    return outcome.status;
}

/* In the middle of the path and at its very end; the cheap sums at once, the rest by the
   audit at the end of the path. */
static void one_unit_in_the_wrong_place_ends_the_path(void **unused) {
    (void)unused;
    struct lab lab;
    lab_open(&lab, "black-thursday", storm);
    for (size_t i = 0; i < sizeof sabotages / sizeof sabotages[0]; ++i) {
        const struct sabotage *sabotage = &sabotages[i];
        uint64_t at_once;
        check_u64(sabotage->name,
                  sabotaged(&lab, sabotage, lab.stage->start_ns + HOUR_NS, &at_once),
                  OUTCOME_STATUS_INVARIANT);
        check_u64(sabotage->name, at_once,
                  sabotage->at_once ? OUTCOME_STATUS_INVARIANT : OUTCOME_STATUS_COMPLETE);
        check_u64(sabotage->name, sabotaged(&lab, sabotage, lab.stage->end_ns, &at_once),
                  OUTCOME_STATUS_INVARIANT);
    }
    lab_close(&lab);
}

/* With the audit at every block, every account's error is seen at once. */
static void the_audit_at_every_block_sees_it_at_once(void **unused) {
    (void)unused;
    static void (*const acts[])(struct world *) = {
        ledger_balance, hold,          position_size, position_cost, open_interest,
        funding_index,  purse_balance, unit_balance,  unit_hold,     unit_purse};
    struct lab lab;
    lab_open(&lab, "black-thursday", storm);
    lab.stage->scenario.performance.audit = 1;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; ++i) {
        const struct sabotage sabotage = {.act = acts[i]};
        uint64_t at_once;
        sabotaged(&lab, &sabotage, lab.stage->start_ns + HOUR_NS, &at_once);
        check_u64("seen", at_once, OUTCOME_STATUS_INVARIANT);
    }
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_keeps_its_identities),
        cmocka_unit_test(the_audit_at_every_block_agrees),
        cmocka_unit_test(cash_is_only_moved),
        cmocka_unit_test(one_unit_in_the_wrong_place_ends_the_path),
        cmocka_unit_test(the_audit_at_every_block_sees_it_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
