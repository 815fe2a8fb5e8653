#include "scenarios/observe.h"

#include "scenarios/auctions.h"
#include "scenarios/purse.h"

#include <string.h>

static void see_account(const struct world *world, uint32_t account,
                        struct observation *seen) {
    const struct margin margin = margin_evaluate(&world->engine.margin, account);
    seen->position_ubase = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    seen->equity_uusd = money_clip(margin.equity_uusd);
    seen->initial_uusd = money_clip(margin.initial_uusd);
    seen->maintenance_uusd = money_clip(margin.maintenance_uusd);
    seen->notional_uusd = money_clip(margin.notional_uusd);
    seen->withdrawable_uusd =
        margin_withdrawable_uusd(&world->engine.margin, account, &margin);
}

static void see_shares(const struct world *world, uint32_t account,
                       struct observation *seen) {
    const struct engine *engine = &world->engine;
    const struct pool_shares *shares = &engine->shares;
    const wide equity = margin_equity_uusd(&engine->margin, ACCOUNT_POOL);
    seen->shares = shares->held[account];
    seen->shares_payable = money_min(
        seen->shares,
        pool_shares_worth_at_most(shares, engine_redeemable_uusd(engine), equity));
    seen->share_price_uusd = equity <= 0 || shares->totals->outstanding == 0
                                 ? 0
                                 : money_clip(money_divide_floor(
                                       equity * MONEY_ONE, shares->totals->outstanding));
}

static void see_outside_book(struct world *world, enum agent_kind_id kind,
                             struct observation *seen) {
    if (kind == AGENT_ARBITRAGEUR) {
        purse_settle_arbitrage(world);
        seen->outside_position_ubase = world->state->arbitrage_ubase;
        return;
    }
    purse_settle_hedge(world);
    seen->outside_position_ubase = world->state->hedge_ubase;
    seen->on_its_way_uusd = world->state->asked_uusd;
}

static void see_pending(const struct world *world, uint32_t account,
                        struct observation *seen) {
    const struct mempool *mempool = &world->mempool;
    for (uint32_t at = mempool->first[account];
         at != 0 && seen->pending_count < OBSERVE_PENDING;
         at = mempool->entry[at - 1].next) {
        const struct mempool_entry *entry = &mempool->entry[at - 1];
        seen->pending[seen->pending_count++] =
            (struct observe_pending){.sequence = entry->sequence,
                                     .slot = at - 1,
                                     .kind = entry->transaction.kind,
                                     .target = entry->transaction.target,
                                     .instrument = entry->transaction.instrument,
                                     .amount = entry->transaction.amount,
                                     .price_uusd = entry->transaction.price_uusd,
                                     .fee_wei = entry->fee_wei,
                                     .arrival_ns = entry->arrival_ns};
    }
}

struct observe_report observe_report(const struct world *world, uint32_t index) {
    const struct oracle_report *last = &world->engine.oracle.report[index];
    return (struct observe_report){.price_uusd = last->price_uusd,
                                   .observed_ns = last->observed_ns};
}

void observe(struct world *world, enum agent_kind_id kind, uint32_t index,
             uint32_t account, struct observation *seen) {
    const uint32_t mask = agent_kinds[kind]->observes;
    const struct contract *contract = &world->engine.portfolio.market[0];
    static const struct observation nothing;
    memcpy(seen, &nothing,
           offsetof(struct observation, pending)); /* the rest is counted */
    seen->now_ns = world->state->now_ns;
    seen->account = account;
    seen->index = index;
    seen->purse_uusd = ledger_free(&world->purses, account);
    see_pending(world, account, seen);
    if ((mask & OBSERVE_OUTSIDE) != 0) {
        seen->outside_price_uusd = kind == AGENT_REPORTER
                                       ? world->venue_price_uusd[index]
                                       : world->state->outside_price_uusd;
    }
    if ((mask & OBSERVE_INDEX) != 0) {
        seen->index_price_uusd = contract->index_price_uusd;
        seen->index_time_ns = contract->index_time_ns;
    }
    if ((mask & OBSERVE_GAS) != 0) {
        seen->base_fee_wei = world->state->weather.price_wei;
    }
    if ((mask & OBSERVE_AUCTIONS) != 0 && auctions_held(world)) {
        auctions_observe(world, account, seen);
    }
    if ((mask & OBSERVE_ACCOUNT) != 0) {
        see_account(world, account, seen);
        seen->own_auction = auctions_own(world, account);
    }
    if ((mask & OBSERVE_REPORT) != 0) {
        seen->report = observe_report(world, index);
    }
    if ((mask & OBSERVE_POOL) != 0) {
        /* Units that were seized are a risk like a position. */
        seen->pool_position_ubase =
            portfolio_at(&world->engine.portfolio, ACCOUNT_POOL, 0)->size_ubase +
            world->engine.collateral.balance_micro[ACCOUNT_POOL];
    }
    if ((mask & OBSERVE_OUTSIDE_BOOK) != 0) {
        see_outside_book(world, kind, seen);
        seen->purse_uusd = ledger_free(&world->purses, account);
        seen->outside_equity_uusd = seen->purse_uusd;
    }
    if ((mask & OBSERVE_SHARES) != 0) {
        see_shares(world, account, seen);
    }
    if ((mask & OBSERVE_LOTS) != 0) {
        seen->lot = world->lot;
        seen->lot_count = (uint32_t)world->state->lot_count;
    }
    if ((mask & OBSERVE_HOLDINGS) != 0) {
        seen->cash_uusd = ledger_free(&world->engine.ledger, account);
        seen->units_ubase = ledger_free(&world->engine.collateral, account);
        seen->stock_ubase = world->unit_purses.balance_micro[account];
    }
    if ((mask & OBSERVE_LIQUIDATABLE) != 0) {
        seen->target = world->target;
        seen->target_count = world->state->target_count;
    }
}
