#include "scenarios/purse.h"

#include "engine/numeric.h"

void purse_endow(struct world *world, uint32_t account, int64_t amount_uusd) {
    ledger_move(&world->purses, OUTSIDE_ENDOWMENT, account, amount_uusd);
}

void purse_deposited(struct world *world, uint32_t sender,
                     const struct transaction *deposit, bool from_transit) {
    struct ledger *purse = purse_of(world, deposit->instrument);
    if (from_transit) {
        ledger_move(purse, OUTSIDE_TRANSIT, OUTSIDE_CHAIN, deposit->amount);
        return;
    }
    ledger_release(purse, sender, deposit->amount);
    ledger_move(purse, sender, OUTSIDE_CHAIN, deposit->amount);
}

void purse_pay_gas(struct world *world, uint32_t account, int64_t amount_uusd) {
    ledger_move(&world->purses, account, OUTSIDE_GAS, amount_uusd);
}

void purse_released(struct world *world, const struct escrow_entry *entry) {
    event_log_note(world, EVENT_LOG_RELEASED, (uint32_t)entry->account,
                   entry->amount_micro);
    const int64_t amount = entry->amount_micro;
    if (entry->account != ACCOUNT_POOL || entry->asset != ASSET_CASH) {
        ledger_move(purse_of(world, entry->asset), OUTSIDE_CHAIN, entry->account, amount);
        return;
    }
    ledger_move(&world->purses, OUTSIDE_CHAIN, OUTSIDE_TRANSIT, amount);
    if (world->state->reorg.end_ns != 0) {
        return; /* the way is longer than the fork: it will be called back */
    }
    world_schedule(world, EVENT_ARRIVE_OUTSIDE, world->stage->maker,
                   world->state->now_ns + world->stage->scenario.world.transfer_delay_ns,
                   (uint64_t)amount);
}

void purse_take_back(struct world *world, const struct escrow_entry *entry) {
    const bool on_its_way = entry->account == ACCOUNT_POOL && entry->asset == ASSET_CASH;
    ledger_move(purse_of(world, entry->asset),
                on_its_way ? (uint32_t)OUTSIDE_TRANSIT : entry->account, OUTSIDE_CHAIN,
                entry->amount_micro);
}

void purse_bridge(struct world *world, uint32_t from, uint32_t to, int64_t amount_uusd) {
    if (amount_uusd <= 0 || ledger_free(&world->purses, from) < amount_uusd) {
        return;
    }
    ledger_move(&world->purses, from, OUTSIDE_TRANSIT, amount_uusd);
    event_log_note(world, EVENT_LOG_DEPARTED, to, amount_uusd);
    world_schedule(world, EVENT_ARRIVE_CHAIN, to,
                   world->state->now_ns + world->stage->scenario.world.transfer_delay_ns,
                   (uint64_t)amount_uusd);
}

void purse_arrived(struct world *world, uint32_t account, int64_t amount_uusd) {
    ledger_move(&world->purses, OUTSIDE_TRANSIT, account, amount_uusd);
    world->state->asked_uusd -= amount_uusd;
    event_log_note(world, EVENT_LOG_ARRIVED, account, amount_uusd);
}

/* Whose position on the outside market it is. */
struct outside_book {
    int64_t *size_ubase, *mark_uusd;
    uint32_t purse, market;
};

static struct outside_book outside_book(struct world *world, uint32_t account) {
    struct world_state *state = world->state;
    if (account == world->stage->arbitrageur) {
        return (struct outside_book){&state->arbitrage_ubase, &state->arbitrage_mark_uusd,
                                     account, OUTSIDE_ARBITRAGE};
    }
    return (struct outside_book){&state->hedge_ubase, &state->hedge_mark_uusd,
                                 world->stage->maker, OUTSIDE_MARKET};
}

static void settle(struct world *world, const struct outside_book *book) {
    const int64_t price = world->state->outside_price_uusd;
    const wide profit = money_value_floor(*book->size_ubase, price - *book->mark_uusd);
    *book->mark_uusd = price;
    if (profit != 0) {
        ledger_move(&world->purses, book->market, book->purse, money_narrow(profit));
    }
}

void purse_settle_hedge(struct world *world) {
    const struct outside_book book = outside_book(world, world->stage->maker);
    settle(world, &book);
}

void purse_settle_arbitrage(struct world *world) {
    const struct outside_book book = outside_book(world, world->stage->arbitrageur);
    settle(world, &book);
}

void purse_trade_hedge(struct world *world, int64_t quantity_ubase) {
    purse_order(world, world->stage->maker, quantity_ubase);
}

void purse_order(struct world *world, uint32_t account, int64_t quantity_ubase) {
    struct world_state *state = world->state;
    const struct impact *impact = world_impact(world);
    const struct outside_book book = outside_book(world, account);
    const int64_t price = state->outside_price_uusd;
    double fill_log = 0.0;
    settle(world, &book);
    const wide flow = money_value_floor(quantity_ubase, price);
    if (!money_fits(flow)) {
        world_fail(world, OUTCOME_STATUS_PRICE_RANGE);
        return;
    }
    impact_advance(impact, &state->impact, state->now_ns);
    impact_trade(impact, &state->impact, state->now_ns, state->market.daily_volatility,
                 (int64_t)flow, &fill_log);
    /* What the fill costs against the price before it, rounded up: |value| (e^cost - 1). */
    const double paid = numeric_expm1(fill_log) * (double)flow;
    ledger_move(&world->purses, book.purse, book.market, money_from_double_ceil(paid));
    *book.size_ubase += quantity_ubase;
    state->flow_hedged_ubase += quantity_ubase;
    world_reprice(world);
    event_log_note(world, EVENT_LOG_HEDGE, book.purse, quantity_ubase);
}

/* Double entry outside, and what it says of the chain against what the chain says. */
static wide books_residual(const struct ledger *outside, const struct ledger *chain) {
    const wide mirror = (wide)outside->balance_micro[OUTSIDE_CHAIN] +
                        chain->balance_micro[ACCOUNT_EXTERNAL];
    return money_wide_magnitude(ledger_residual(outside)) + money_wide_magnitude(mirror);
}

wide purse_residual(const struct world *world) {
    const struct world_state *state = world->state;
    const struct engine *engine = &world->engine;
    /* The pool took what the book emitted, units that were seized among it; hedges sold
       part of it; the rest is there. */
    const wide pool =
        (wide)portfolio_at(&engine->portfolio, ACCOUNT_POOL, 0)->size_ubase +
        engine->collateral.balance_micro[ACCOUNT_POOL];
    const wide inventory = pool + state->hedge_ubase + state->arbitrage_ubase;
    const wide flow =
        (wide)state->flow_emitted_ubase + state->flow_hedged_ubase - inventory;
    return books_residual(&world->purses, &engine->ledger) +
           books_residual(&world->unit_purses, &engine->collateral) +
           money_wide_magnitude(flow);
}
