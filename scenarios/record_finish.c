#include "engine/numeric.h"
#include "scenarios/lots.h"
#include "scenarios/rank.h"
#include "scenarios/record.h"
#include "scenarios/record_auction.h"
#include "scenarios/record_lots.h"
#include "scenarios/world.h"

#define MEGAWEI   INT64_C(1000000)
#define SECOND_NS INT64_C(1000000000)

static void put(struct outcome *outcome, enum outcome_field field, int64_t value) {
    outcome->value[field].integer = value;
    outcome->missing &= ~(UINT64_C(1) << field);
}

static void put_real(struct outcome *outcome, enum outcome_field field, double value) {
    assert(numeric_is_finite(value));
    outcome->value[field].real = value;
    outcome->missing &= ~(UINT64_C(1) << field);
}

/* A ratio whose whole is nothing has no value. */
static void put_ratio(struct outcome *outcome, enum outcome_field field, double part,
                      double whole) {
    if (whole > 0.0) {
        put_real(outcome, field, part / whole);
    }
}

static int64_t open_shortfall(const struct world *world, uint32_t account) {
    const wide equity = margin_equity_uusd(&world->outside_view, account);
    return equity < 0 ? money_narrow(-equity) : 0;
}

static int64_t open_shortfalls(const struct world *world) {
    int64_t sum = lots_open_shortfall_uusd(world);
    for (uint32_t account = ACCOUNT_POOL; account < world->stage->account_count;
         ++account) {
        sum += open_shortfall(world, account);
    }
    return sum;
}

int64_t record_bad_debt_uusd(const struct world *world) {
    return world->record.totals->shortfall_uusd + open_shortfalls(world);
}

int64_t record_bad_debt_underlying_uusd(const struct world *world) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < world->stage->trader_count; ++i) {
        const uint32_t account = world->stage->trader + i;
        if (world->holder[i].collateral_ubase > 0) {
            sum += world->record.account[account].shortfall_uusd +
                   open_shortfall(world, account);
        }
    }
    for (uint32_t i = 0; i < world->stage->vault_count; ++i) {
        const uint32_t account = world->stage->vault + i;
        sum += world->record.account[account].shortfall_uusd +
               open_shortfall(world, account);
    }
    return sum + lots_open_shortfall_uusd(world);
}

static wide distance(wide a, wide b) {
    return a > b ? a - b : b - a;
}

wide record_residual(const struct world *world) {
    const struct record_totals *totals = world->record.totals;
    const wide payers = (wide)totals->fund_paid_uusd + totals->adl_covered_uusd +
                        totals->socialised_uusd + totals->pool_absorbed_uusd +
                        totals->waiting_uusd;
    const wide haircuts = (wide)totals->adl_covered_uusd + totals->adl_overshoot_uusd;
    return distance(payers, totals->shortfall_uusd) +
           distance(haircuts, totals->adl_haircut_uusd);
}

static void finish_losses(struct world *world, struct outcome *outcome) {
    struct record_totals *totals = world->record.totals;
    totals->waiting_uusd = world->engine.english.state->lost_uusd;
    const int64_t open = open_shortfalls(world);
    const int64_t bad_debt = totals->shortfall_uusd + open;
    const int64_t uncovered = bad_debt - totals->fund_paid_uusd;
    const int64_t material = money_mul_div_floor(
        totals->opening_uusd, world->stage->scenario.world.materiality_ppm, MONEY_ONE);
    put(outcome, OUTCOME_BAD_DEBT, bad_debt);
    put(outcome, OUTCOME_SHORTFALL_OPEN, open);
    put(outcome, OUTCOME_BAD_DEBT_UNDERLYING, record_bad_debt_underlying_uusd(world));
    put(outcome, OUTCOME_BAD_DEBT_MATERIAL, bad_debt > material);
    put(outcome, OUTCOME_ANY_BAD_DEBT, bad_debt > 0);
    put(outcome, OUTCOME_FUND_DRAW, totals->fund_paid_uusd);
    put(outcome, OUTCOME_FUND_MIN, world->engine.core->fund_least_uusd);
    put(outcome, OUTCOME_FUND_DEPLETED, totals->fund_depletion_ns >= 0);
    if (totals->fund_depletion_ns >= 0) {
        put(outcome, OUTCOME_FUND_DEPLETION_TIME, totals->fund_depletion_ns);
    }
    put(outcome, OUTCOME_UNCOVERED_LOSS, uncovered);
    put(outcome, OUTCOME_INSOLVENCY, uncovered > 0);
    put(outcome, OUTCOME_SOCIALISED_LOSS, totals->socialised_uusd);
    put(outcome, OUTCOME_POOL_ABSORBED, totals->pool_absorbed_uusd);
    const double charged = (double)totals->charged_equity_uusd;
    const double loss =
        (double)totals->socialised_uusd + (double)totals->pool_absorbed_uusd;
    put_real(outcome, OUTCOME_HAIRCUT_RATE, charged > 0.0 ? loss / charged : 0.0);
    if (totals->twin) {
        put(outcome, OUTCOME_FEEDBACK_BAD_DEBT, bad_debt - totals->twin_bad_debt_uusd);
        put_ratio(outcome, OUTCOME_CASCADE_RATIO, (double)totals->twin_missed,
                  (double)*world->record.liquidated.count);
    }
}

/* Haircuts by beneficial owner. */
static void finish_deleverage(struct world *world, struct outcome *outcome) {
    const struct stage *stage = world->stage;
    const struct record_totals *totals = world->record.totals;
    struct record_account *account = world->record.account;
    int64_t most = 0;
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        struct record_account *owner = &account[stage->trader + world->holder[i].owner];
        owner->owner_haircut_uusd += account[stage->trader + i].haircut_uusd;
        most = money_max(most, owner->owner_haircut_uusd);
    }
    put(outcome, OUTCOME_ADL, totals->adl_fills > 0);
    put(outcome, OUTCOME_ADL_NOTIONAL, totals->adl_uusd);
    put(outcome, OUTCOME_ADL_HAIRCUT, totals->adl_haircut_uusd);
    put(outcome, OUTCOME_ADL_OVERSHOOT, totals->adl_overshoot_uusd);
    put_ratio(outcome, OUTCOME_ADL_MAX_SHARE, (double)most,
              (double)totals->adl_haircut_uusd);
}

/* Shortfalls by beneficial owner; the pool is one of its own. */
static void finish_cover(struct world *world, struct outcome *outcome) {
    const struct stage *stage = world->stage;
    struct record_account *account = world->record.account;
    int64_t first =
        account[ACCOUNT_POOL].shortfall_uusd + open_shortfall(world, ACCOUNT_POOL);
    int64_t second = 0;
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        const uint32_t own = stage->trader + i;
        account[stage->trader + world->holder[i].owner].owner_uusd +=
            account[own].shortfall_uusd + open_shortfall(world, own);
    }
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        const uint32_t own = stage->keeper + i;
        account[own].owner_uusd =
            account[own].shortfall_uusd + open_shortfall(world, own);
    }
    for (uint32_t i = 0; i < stage->vault_count; ++i) { /* an owner each */
        const uint32_t own = stage->vault + i;
        account[own].owner_uusd =
            account[own].shortfall_uusd + open_shortfall(world, own);
    }
    for (uint32_t i = 0; i < stage->account_count; ++i) {
        const int64_t loss = account[i].owner_uusd;
        if (loss > first) {
            second = first;
            first = loss;
        } else if (loss > second) {
            second = loss;
        }
    }
    put(outcome, OUTCOME_COVER_1, first);
    put(outcome, OUTCOME_COVER_2, first + second);
}

/* Episodes still open count until the horizon, with what is left of the position. */
static void close_episodes(struct world *world) {
    struct record *record = &world->record;
    for (uint32_t account = account_set_next(&record->under, 0);
         account < world->stage->account_count;
         account = account_set_next(&record->under, account + 1)) {
        const struct record_account *own = &record->account[account];
        const int64_t size =
            portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
        const wide rest =
            money_value_ceil(money_magnitude(size), world->state->outside_mark_uusd[0]);
        const int64_t weight = own->episode_uusd + (money_fits(rest) ? (int64_t)rest : 0);
        histogram_add(record->mpor,
                      (world->stage->end_ns - own->under_since_ns) / SECOND_NS,
                      weight / MONEY_ONE + 1);
    }
}

static void finish_liquidations(struct world *world, struct outcome *outcome) {
    const struct record *record = &world->record;
    const struct record_totals *totals = record->totals;
    const double liquidated = (double)totals->liquidated_uusd;
    int64_t seconds;
    put(outcome, OUTCOME_LIQUIDATED_NOTIONAL, totals->liquidated_uusd);
    put_ratio(outcome, OUTCOME_LIQUIDATED_SHARE, liquidated,
              (double)totals->opening_uusd);
    put(outcome, OUTCOME_LIQUIDATED_ACCOUNTS, *record->liquidated.count);
    put(outcome, OUTCOME_LIQUIDATION_COST,
        totals->slippage_uusd + totals->seize_loss_uusd + totals->penalty_uusd +
            totals->tip_uusd);
    put_ratio(outcome, OUTCOME_SLIPPAGE_RATE, (double)totals->slippage_uusd, liquidated);
    put_ratio(outcome, OUTCOME_RECOVERED_LIQUIDATION_SHARE,
              (double)totals->recovered_uusd, liquidated);
    close_episodes(world);
    if (histogram_quantile(record->mpor, 500000, &seconds)) {
        put(outcome, OUTCOME_MPOR_P50, seconds * SECOND_NS);
    }
    if (histogram_quantile(record->mpor, 950000, &seconds)) {
        put(outcome, OUTCOME_MPOR_P95, seconds * SECOND_NS);
    }
    put(outcome, OUTCOME_UNDERMARGINED_MAX, totals->undermargined_most_uusd);
}

/* Keepers' transactions that still wait at the horizon, longer than their patience. */
static void count_waiting(const struct world *world, int64_t *sent, int64_t *excluded) {
    const int64_t patience_ns =
        RECORD_EXCLUDED_BLOCKS * world->stage->scenario.world.slot_ns;
    for (uint32_t i = 0; i < world->mempool.capacity; ++i) {
        const struct mempool_entry *entry = &world->mempool.entry[i];
        if (entry->sequence != 0 && record_is_keeping(&entry->transaction)) {
            *sent += 1;
            *excluded += world->stage->end_ns - entry->arrival_ns > patience_ns;
        }
    }
}

static void finish_chain(struct world *world, struct outcome *outcome) {
    const struct record *record = &world->record;
    const struct record_totals *totals = record->totals;
    int64_t megawei;
    int64_t sent = totals->keeper_sent;
    int64_t excluded = totals->keeper_excluded;
    double correlation;
    count_waiting(world, &sent, &excluded);
    if (histogram_quantile(record->gas, 950000, &megawei)) {
        put(outcome, OUTCOME_GAS_P95, megawei * MEGAWEI);
    }
    put(outcome, OUTCOME_GAS_PEAK, totals->gas_peak_wei);
    put_ratio(outcome, OUTCOME_KEEPER_EXCLUDED_SHARE, (double)excluded, (double)sent);
    if (rank_correlation(record->gas_sample, record->return_sample,
                         (uint32_t)totals->returns, world->scratch, &correlation)) {
        put_real(outcome, OUTCOME_GAS_RETURN_RANK, correlation);
    }
    const double up = numeric_expm1(totals->impact_high);
    const double down = -numeric_expm1(totals->impact_low);
    put_real(outcome, OUTCOME_IMPACT_MAX, up > down ? up : down);
    put_real(outcome, OUTCOME_ORACLE_GAP_MAX, totals->gap_most);
    put_real(outcome, OUTCOME_STORM_DRAWDOWN, numeric_expm1(totals->lowest_log_price));
    put(outcome, OUTCOME_WITHDRAWAL_BLOCKED_TIME, totals->gated_ns);
    put(outcome, OUTCOME_REORGANISATIONS, (int64_t)world->state->reorg.count);
}

static void finish_book(const struct world *world, struct outcome *outcome) {
    const struct record_totals *totals = world->record.totals;
    const int64_t samples = money_max(totals->samples, 1);
    const int64_t pool_pnl =
        money_narrow(margin_equity_uusd(&world->outside_view, ACCOUNT_POOL)) -
        totals->pool_start_uusd - totals->pool_flow_uusd;
    const int64_t hedge = record_hedge_uusd(world) - totals->hedge_start_uusd;
    put(outcome, OUTCOME_POOL_PNL, pool_pnl);
    put(outcome, OUTCOME_POOL_PNL_HEDGED, pool_pnl + hedge);
    put(outcome, OUTCOME_ARBITRAGE_PNL,
        record_arbitrage_uusd(world) - totals->arbitrage_start_uusd);
    put(outcome, OUTCOME_LP_WITHDRAWN, totals->lp_withdrawn_uusd);
    put(outcome, OUTCOME_POOL_LIQUIDITY_GAP_MAX, totals->pool_gap_most_uusd);
    put(outcome, OUTCOME_KEEPER_PNL,
        record_keepers_uusd(world) - totals->keeper_start_uusd);
    put(outcome, OUTCOME_CAPITAL_LOCKED,
        money_narrow(money_divide_floor(totals->capital_uusd, samples)));
    put_ratio(outcome, OUTCOME_CAPITAL_EFFICIENCY, (double)totals->open_interest_uusd,
              (double)totals->capital_uusd);
    put(outcome, OUTCOME_IMMEDIATE_LIQUIDATION_NOTIONAL, totals->immediate_uusd);
    put_ratio(outcome, OUTCOME_OI_WITHIN_5PCT, (double)totals->near_uusd,
              (double)totals->opening_uusd);
}

/* What an adversary spent, and what it got for it. */
static void finish_adversaries(const struct world *world, struct outcome *outcome) {
    const struct stage *stage = world->stage;
    int64_t profit = 0;
    for (uint32_t i = 0; i < stage->stuffer_count; ++i) {
        const uint32_t account = stage->stuffer + i;
        profit += world->purses.balance_micro[account] +
                  world->engine.ledger.balance_micro[account] +
                  record_lots_units_uusd(world, account) -
                  stuffer_purse_uusd(&stage->scenario.stuffer, i);
    }
    if (stage->stuffer_count > 0) {
        put(outcome, OUTCOME_ADVERSARY_PROFIT, profit);
    }
}

void record_finish(struct world *world, struct outcome *outcome) {
    outcome->missing = (UINT64_C(1) << OUTCOME_FIELD_COUNT) - 1;
    if (!world->record.totals->started) {
        return;
    }
    finish_losses(world, outcome);
    finish_cover(world, outcome);
    finish_deleverage(world, outcome);
    finish_liquidations(world, outcome);
    finish_chain(world, outcome);
    finish_book(world, outcome);
    finish_adversaries(world, outcome);
    record_auction_finish(world, outcome);
}
