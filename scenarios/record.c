#include "scenarios/record.h"

#include "engine/segment.h"
#include "scenarios/record_lots.h"
#include "scenarios/world.h"

#include <string.h>

#define NEAR_PPM INT64_C(50000) /* oi_within_5pct */

size_t record_chain_size(const struct stage *stage) {
    const uint32_t accounts = stage->account_count;
    return segment_size(sizeof(struct record_totals)) +
           segment_size(accounts * sizeof(struct record_account)) +
           2 * account_set_footprint(accounts) + 2 * edge_heap_footprint(accounts) +
           segment_size(record_auction_footprint(accounts)) +
           segment_size(sizeof(struct histogram));
}

size_t record_footprint(const struct stage *stage) {
    return record_chain_size(stage) + segment_size(sizeof(struct histogram)) +
           2 * segment_size(stage->return_samples * sizeof(double));
}

void record_bind(struct record *record, const struct stage *stage, void *memory) {
    const uint32_t accounts = stage->account_count;
    unsigned char *cursor = memory;
    record->totals = segment_take(&cursor, sizeof(struct record_totals));
    record->account = segment_take(&cursor, accounts * sizeof(struct record_account));
    account_set_bind(&record->liquidated, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    account_set_bind(&record->under, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    edge_heap_bind(&record->recover_up, accounts,
                   segment_take(&cursor, edge_heap_footprint(accounts)));
    edge_heap_bind(&record->recover_down, accounts,
                   segment_take(&cursor, edge_heap_footprint(accounts)));
    record_auction_bind(&record->sales, accounts,
                        segment_take(&cursor, record_auction_footprint(accounts)));
    record->mpor = segment_take(&cursor, sizeof(struct histogram));
    record->gas = segment_take(&cursor, sizeof(struct histogram));
    record->gas_sample = segment_take(&cursor, stage->return_samples * sizeof(double));
    record->return_sample = segment_take(&cursor, stage->return_samples * sizeof(double));
}

bool record_is_keeping(const struct transaction *transaction) {
    return transaction->kind == TRANSACTION_LIQUIDATE ||
           transaction->kind == TRANSACTION_AUCTION_START ||
           transaction->kind == TRANSACTION_BID ||
           transaction->kind == TRANSACTION_BITE ||
           transaction->kind == TRANSACTION_LOT_BID ||
           transaction->kind == TRANSACTION_DEAL;
}

void record_restore(struct world *world, const void *copy, int64_t slots) {
    struct record_totals *totals = world->record.totals;
    const struct record_totals seen = *totals;
    const struct engine_core *core = world->engine.core;
    memcpy(totals, copy, record_chain_size(world->stage));
    totals->gas_peak_wei = seen.gas_peak_wei;
    totals->samples = seen.samples;
    totals->returns = seen.returns;
    totals->last_log_price = seen.last_log_price;
    totals->capital_uusd = seen.capital_uusd;
    totals->open_interest_uusd = seen.open_interest_uusd;
    totals->impact_high = seen.impact_high;
    totals->impact_low = seen.impact_low;
    totals->gap_most = seen.gap_most;
    totals->lowest_log_price = seen.lowest_log_price;
    if (core->block.number < core->gated_until) {
        totals->gated_ns += slots * world->stage->scenario.world.slot_ns;
    }
}

int64_t record_keepers_uusd(const struct world *world) {
    const struct stage *stage = world->stage;
    int64_t sum = 0;
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        const uint32_t account = stage->keeper + i;
        sum += money_clip(margin_equity_uusd(&world->outside_view, account)) +
               world->engine.ledger.hold_micro[account] +
               world->purses.balance_micro[account];
    }
    return sum + record_lots_bidders_uusd(world);
}

int64_t record_hedge_uusd(const struct world *world) {
    const struct world_state *state = world->state;
    const wide open = money_value_floor(state->hedge_ubase, state->outside_price_uusd -
                                                                state->hedge_mark_uusd);
    return money_clip(open - world->purses.balance_micro[OUTSIDE_MARKET]);
}

int64_t record_arbitrage_uusd(const struct world *world) {
    const struct world_state *state = world->state;
    const uint32_t account = world->stage->arbitrageur;
    const wide open = money_value_floor(
        state->arbitrage_ubase, state->outside_price_uusd - state->arbitrage_mark_uusd);
    return money_clip(margin_equity_uusd(&world->outside_view, account) +
                      world->engine.ledger.hold_micro[account] +
                      world->purses.balance_micro[account] + open);
}

bool record_liquidatable_at(const struct world *world, uint32_t account,
                            int64_t mark_uusd) {
    struct margin_view view = world->outside_view;
    const int64_t marks[ENGINE_INSTRUMENTS] = {mark_uusd};
    view.mark_price_uusd = marks;
    const struct margin margin = margin_health(&view, account);
    return margin_liquidatable(&margin);
}

/* What vaults owe counts as interest that is open. */
static void survey_vaults(struct world *world) {
    for (uint32_t i = 0; i < world->stage->vault_count; ++i) {
        world->record.totals->opening_uusd += world->vault[i].debt_uusd;
    }
}

/* The book at time zero: open interest, what is near the boundary, what is over it. */
static void survey(struct world *world) {
    struct record_totals *totals = world->record.totals;
    const int64_t mark = world->state->outside_mark_uusd[0];
    for (uint32_t i = 0; i < world->stage->trader_count; ++i) {
        const uint32_t account = world->stage->trader + i;
        const int64_t size =
            portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
        const int64_t notional =
            money_clip(money_value_ceil(money_magnitude(size), mark));
        const int64_t adverse = money_mul_div_floor(
            mark, size > 0 ? MONEY_ONE - NEAR_PPM : MONEY_ONE + NEAR_PPM, MONEY_ONE);
        totals->opening_uusd += notional;
        if (record_liquidatable_at(world, account, mark)) {
            totals->immediate_uusd += notional;
        }
        if (record_liquidatable_at(world, account, adverse)) {
            totals->near_uusd += notional;
        }
    }
}

void record_start(struct world *world) {
    struct record_totals *totals = world->record.totals;
    totals->started = 1;
    totals->fund_depletion_ns = -1;
    totals->keeper_start_uusd = record_keepers_uusd(world);
    totals->pool_start_uusd =
        money_clip(margin_equity_uusd(&world->outside_view, ACCOUNT_POOL));
    totals->hedge_start_uusd = record_hedge_uusd(world);
    totals->arbitrage_start_uusd = record_arbitrage_uusd(world);
    totals->lowest_log_price = world->state->market.x;
    totals->last_log_price = world->state->market.x + impact_log(&world->state->impact);
    survey(world);
    survey_vaults(world);
}

static wide units_value_uusd(const struct world *world, int64_t units, int64_t price) {
    return collateral_value_floor(units, price,
                                  world->stage->terms.instrument[0].multiplier_ubase);
}

/* What the seized units of a receipt brought. */
static wide seized_uusd(const struct world *world, const struct receipt *receipt) {
    return units_value_uusd(world, receipt->seized_ubase, receipt->seize_price_uusd);
}

/* Looks out for the price at which an account, had nobody touched it, would be above its
   initial margin again:
     long   mark (N + U - E) / (N (1 - r) + U),  short  mark (N - U + E) / (N (1 + r) - U)
   with notional N, equity E, units' margin U and initial rate r before the first fill; a
   short that its units outweigh recovers by a rise, too, and is not looked out for. */
static void watch_recovery(struct world *world, uint32_t account,
                           const struct record_reduction *before) {
    const int64_t mark = world->engine.core->mark_price_uusd[0];
    const struct margin_linear *terms = &world->stage->terms.instrument[0].margin;
    const wide notional = before->notional_before_uusd;
    const wide backing = before->backing_before_uusd;
    const wide equity = before->equity_before_uusd;
    if (notional <= 0) {
        return; /* less than a micro-USD */
    }
    const wide rate = money_divide_ceil(
        margin_linear_initial(terms, notional, 0) * MONEY_ONE, notional);
    const wide loss = notional + backing - equity;
    const wide gain =
        money_divide_floor(notional * (MONEY_ONE - rate), MONEY_ONE) + backing;
    const wide room = notional - backing + equity;
    const wide cost =
        money_divide_ceil(notional * (MONEY_ONE + rate), MONEY_ONE) - backing;
    if (before->is_long && gain > 0 && loss > 0) {
        edge_heap_set(&world->record.recover_up, account,
                      money_clip(money_divide_ceil(loss * mark, gain) - 1));
    } else if (!before->is_long && cost > 0) {
        edge_heap_set(&world->record.recover_down, account,
                      money_clip(-money_divide_floor(room * mark, cost) - 1));
    }
}

/* What an account had before a close-out or a deleveraging. */
static struct record_reduction close_out_of(const struct world *world, uint32_t account,
                                            const struct receipt *receipt) {
    const int64_t mark = world->engine.core->mark_price_uusd[0];
    const int64_t after = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    const int64_t closed = receipt->filled_ubase + receipt->deleveraged_ubase;
    const int64_t before = after - closed;
    const wide lost =
        money_value_floor(receipt->filled_ubase, receipt->fill_price_uusd - mark);
    const struct margin_view *view = &world->engine.margin;
    const int64_t units =
        ledger_free(&world->engine.collateral, account) + receipt->seized_ubase;
    const wide backing = collateral_margin_floor(&world->stage->terms.collateral,
                                                 units_value_uusd(world, units, mark));
    return (struct record_reduction){
        .notional_uusd = money_clip(
            money_value_floor(money_magnitude(closed), receipt->mark_price_uusd)),
        .notional_before_uusd = money_value_ceil(money_magnitude(before), mark),
        .backing_before_uusd = backing,
        .equity_before_uusd =
            margin_equity_uusd(view, account) - margin_units_uusd(view, account) + lost +
            receipt->penalty_uusd - receipt->shortfall_uusd -
            seized_uusd(world, receipt) - receipt->overshoot_uusd + backing,
        .is_long = before > 0};
}

void record_reduction(struct world *world, uint32_t account,
                      const struct record_reduction *reduction) {
    struct record *record = &world->record;
    struct record_totals *totals = record->totals;
    struct record_account *own = &record->account[account];
    const int64_t now_ns = world->state->now_ns;
    const int64_t notional = reduction->notional_uusd;
    totals->liquidated_uusd += notional;
    account_set_add(&record->liquidated, account);
    if (!account_set_has(&record->under, account)) {
        account_set_add(&record->under, account);
        own->under_since_ns = now_ns;
    }
    own->last_fill_ns = now_ns;
    own->episode_uusd += notional;
    if (now_ns > own->recovery_until_ns) {
        own->recovery_until_ns = now_ns + RECORD_RECOVERY_NS;
        own->recovery_uusd = 0;
        own->recovered = 0;
        watch_recovery(world, account, reduction);
    }
    own->recovery_uusd += notional;
    if (own->recovered) {
        totals->recovered_uusd += notional;
    }
}

/* The haircut is summed from the fills, what it covered comes from the receipt: the identity
   between them can then fail. */
static void record_deleverage(struct world *world, const struct receipt *receipt) {
    struct record_totals *totals = world->record.totals;
    for (int64_t i = 0; i < receipt->deleveraged_count; ++i) {
        const struct deleverage_fill *fill = &world->engine.deleveraged[i];
        totals->adl_uusd += money_clip(money_value_floor(
            money_magnitude(fill->quantity_ubase), fill->mark_price_uusd));
        totals->adl_haircut_uusd += fill->haircut_uusd;
        world->record.account[fill->account].haircut_uusd += fill->haircut_uusd;
    }
    totals->adl_fills += receipt->deleveraged_count;
    totals->adl_covered_uusd += receipt->deleverage_covered_uusd;
    totals->adl_overshoot_uusd += receipt->overshoot_uusd;
}

static void record_costs(struct world *world, const struct receipt *receipt) {
    struct record_totals *totals = world->record.totals;
    totals->slippage_uusd += receipt->slippage_uusd;
    totals->penalty_uusd += receipt->penalty_uusd;
    totals->tip_uusd += receipt->keeper_tip_uusd;
    totals->seize_loss_uusd +=
        money_clip(units_value_uusd(world, receipt->seized_ubase,
                                    world->engine.core->mark_price_uusd[0]) -
                   seized_uusd(world, receipt));
}

static void record_shortfall(struct world *world, uint32_t account,
                             const struct receipt *receipt, bool unpaid) {
    struct record_totals *totals = world->record.totals;
    if (receipt->shortfall_uusd == 0 && receipt->fund_paid_uusd == 0 && !unpaid) {
        return;
    }
    totals->shortfall_uusd += receipt->shortfall_uusd;
    totals->fund_paid_uusd += receipt->fund_paid_uusd;
    totals->socialised_uusd += receipt->socialised_uusd;
    totals->pool_absorbed_uusd += receipt->pool_absorbed_uusd;
    totals->charged_equity_uusd += receipt->charged_equity_uusd;
    world->record.account[account].shortfall_uusd += receipt->shortfall_uusd;
    if (unpaid && totals->fund_depletion_ns < 0) {
        totals->fund_depletion_ns = world->state->now_ns - world->stage->start_ns;
    }
}

static void record_liquidation(struct world *world, uint32_t account,
                               const struct receipt *receipt) {
    const bool reduced = receipt->filled_ubase != 0 || receipt->deleveraged_ubase != 0;
    if (reduced || receipt->seized_ubase != 0) { /* else it was the pool's */
        account_set_add(&world->record.liquidated, account);
        record_costs(world, receipt);
    }
    if (reduced) {
        const struct record_reduction reduction = close_out_of(world, account, receipt);
        record_reduction(world, account, &reduction);
    }
    record_deleverage(world, receipt);
    const bool unpaid = receipt->shortfall_uusd != 0 &&
                        (receipt->shortfall_uusd > receipt->fund_paid_uusd ||
                         ledger_free(&world->engine.ledger, account) < 0);
    record_shortfall(world, account, receipt, unpaid);
}

/* A bid that the fund has not paid in full leaves the rest to others, or to nobody. */
static void record_bid(struct world *world, uint32_t account,
                       const struct receipt *receipt) {
    record_costs(world, receipt);
    record_auction_bid(world, account, receipt);
    record_shortfall(world, account, receipt,
                     -receipt->lot_paid_uusd > receipt->fund_paid_uusd);
}

void record_loss(struct world *world, uint32_t account, const struct receipt *receipt) {
    const bool paid = receipt->shortfall_uusd != 0 || receipt->fund_paid_uusd != 0;
    record_shortfall(world, account, receipt,
                     paid && (receipt->shortfall_uusd > receipt->fund_paid_uusd ||
                              ledger_free(&world->engine.ledger, account) < 0));
}

void record_transaction(struct world *world, const struct mempool_entry *entry,
                        const struct receipt *receipt) {
    struct record_totals *totals = world->record.totals;
    const struct transaction *transaction = &entry->transaction;
    if (!totals->started) {
        return;
    }
    if (record_is_keeping(transaction)) {
        const int64_t waited = world->state->now_ns - entry->arrival_ns;
        totals->keeper_sent += 1;
        totals->keeper_excluded +=
            waited > RECORD_EXCLUDED_BLOCKS * world->stage->scenario.world.slot_ns;
    }
    if (receipt->status != ENGINE_OK) {
        return;
    }
    totals->pool_flow_uusd += receipt->pool_cash_uusd;
    if (transaction->kind == TRANSACTION_UNSTAKE) {
        totals->lp_withdrawn_uusd -= receipt->pool_cash_uusd;
    }
    switch (transaction->kind) {
    case TRANSACTION_LIQUIDATE:
        record_liquidation(world, transaction->target, receipt);
        break;
    case TRANSACTION_AUCTION_START:
        record_costs(world, receipt);
        record_auction_start(world, transaction->target, receipt);
        break;
    case TRANSACTION_BID:
        record_bid(world, transaction->target, receipt);
        break;
    case TRANSACTION_AUCTION_STOP:
        record_auction_stop(world, transaction->target);
        break;
    default:
        if (transaction->account == ACCOUNT_POOL &&
            transaction->instrument == ASSET_CASH) {
            totals->pool_flow_uusd += transaction->kind == TRANSACTION_DEPOSIT
                                          ? transaction->amount
                                          : -transaction->amount;
        }
    }
}
