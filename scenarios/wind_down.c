#include "scenarios/wind_down.h"

#include "scenarios/lots.h"
#include "scenarios/purse.h"
#include "scenarios/stock.h"

static void next_block(struct world *world, int64_t wait_ns) {
    const struct block_header *last = &world->engine.core->block;
    uint64_t number = last->number + 1;
    if (number < world->engine.core->gated_until) {
        number = world->engine.core->gated_until;
    }
    const struct block_header header = {
        .number = number, .time_ns = last->time_ns + wait_ns, .flags = BLOCK_GENESIS};
    engine_begin_block(&world->engine, &header);
}

/* Settles funding up to now before the close: a second block at the same time adds none. */
static void close_positions(struct world *world) {
    struct receipt receipt;
    for (uint32_t account = ACCOUNT_FIRST_USER; account < world->stage->account_count;
         ++account) {
        const int64_t size =
            portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
        if (size == 0) {
            continue;
        }
        const struct transaction close = {.kind = TRANSACTION_TRADE,
                                          .account = account,
                                          .amount = -size,
                                          .price_uusd =
                                              world->state->outside_mark_uusd[0]};
        engine_apply(&world->engine, &close, &receipt);
    }
}

/* What is flat is in no auction any more. */
static void stop_auctions(struct world *world) {
    const struct account_set *auctioned = &world->engine.auctioned;
    struct receipt receipt;
    for (uint32_t account = account_set_next(auctioned, 0);
         account < world->stage->account_count;
         account = account_set_next(auctioned, account + 1)) {
        const struct transaction stop = {
            .kind = TRANSACTION_AUCTION_STOP, .account = account, .target = account};
        engine_apply(&world->engine, &stop, &receipt);
    }
}

/* Units that secure a debt are sold outside: their owner pays with what they bring. */
static void pay_debts(struct world *world) {
    const int64_t *mark = &world->state->outside_mark_uusd[0];
    struct receipt receipt;
    for (uint32_t account = ACCOUNT_POOL; account < world->stage->account_count;
         ++account) {
        const wide debt = -(wide)ledger_free(&world->engine.ledger, account);
        const wide worth =
            collateral_value_floor(ledger_free(&world->engine.collateral, account), *mark,
                                   world->stage->terms.instrument[0].multiplier_ubase);
        if (debt > 0 && worth > 0) {
            const struct transaction pay = {
                .kind = TRANSACTION_DEPOSIT,
                .account = account,
                .amount = money_narrow(debt < worth ? debt : worth)};
            engine_apply(&world->engine, &pay, &receipt);
        }
    }
}

/* Again in a block in which the queue has been paid out when it was full. */
static bool leave(struct world *world, const struct transaction *transaction,
                  struct receipt *receipt) {
    engine_apply(&world->engine, transaction, receipt);
    if (receipt->status == ENGINE_QUEUE_FULL) {
        next_block(world, world->stage->terms.escrow.finality_ns);
        engine_apply(&world->engine, transaction, receipt);
    }
    return receipt->status == ENGINE_OK;
}

static bool withdraw(struct world *world, uint32_t account, enum asset asset,
                     int64_t amount) {
    const struct transaction transaction = {.kind = TRANSACTION_WITHDRAW,
                                            .account = account,
                                            .instrument = asset,
                                            .amount = amount};
    struct receipt receipt;
    return leave(world, &transaction, &receipt);
}

/* Cash in the ledger that nobody waits for: less than all balances when some are debts. */
static wide cash_there(const struct world *world) {
    return -(wide)world->engine.ledger.balance_micro[ACCOUNT_EXTERNAL] -
           world->engine.escrow.state->pending_micro[ASSET_CASH];
}

/* The pool has no position left, and its owners take what cash it has. */
static void redeem_all(struct world *world) {
    const struct engine *engine = &world->engine;
    const struct pool_shares *shares = &engine->shares;
    for (uint32_t i = 0; i < world->stage->provider_count; ++i) {
        const uint32_t account = world->stage->provider + i;
        const wide there = cash_there(world);
        const int64_t free_uusd = engine_redeemable_uusd(engine);
        const wide most = free_uusd < there ? free_uusd : there;
        const int64_t amount =
            most <= 0 ? 0
                      : money_min(shares->held[account],
                                  pool_shares_worth_at_most(
                                      shares, money_narrow(most),
                                      margin_equity_uusd(&engine->margin, ACCOUNT_POOL)));
        const struct transaction redeem = {
            .kind = TRANSACTION_UNSTAKE, .account = account, .amount = amount};
        struct receipt receipt;
        if (amount > 0) {
            leave(world, &redeem, &receipt);
        }
    }
}

static void withdraw_all(struct world *world) {
    const struct ledger *collateral = &world->engine.collateral;
    wide cash = cash_there(world);
    for (uint32_t account = ACCOUNT_POOL; account < world->stage->account_count;
         ++account) {
        const int64_t free_uusd = ledger_free(&world->engine.ledger, account);
        const wide amount = free_uusd < cash ? free_uusd : cash;
        if (amount > 0 && withdraw(world, account, ASSET_CASH, money_narrow(amount))) {
            cash -= amount;
        }
        const int64_t units = ledger_free(collateral, account);
        if (units > 0) {
            withdraw(world, account, ASSET_UNDERLYING, units);
        }
    }
    next_block(world, world->stage->terms.escrow.finality_ns);
}

/* Units that nobody owes anything on are gone. */
static int64_t units_left(const struct world *world) {
    int64_t left = 0;
    for (uint32_t account = ACCOUNT_POOL; account < world->stage->account_count;
         ++account) {
        if (ledger_free(&world->engine.ledger, account) >= 0) {
            left += world->engine.collateral.balance_micro[account];
        }
    }
    return left;
}

wide wind_down(struct world *world) {
    const struct engine *engine = &world->engine;
    const struct position *pool = portfolio_at(&engine->portfolio, ACCOUNT_POOL, 0);
    wide residual = engine_residual(engine) + purse_residual(world) +
                    stock_residual(world) + (engine_audit(engine) ? 0 : 1) +
                    (ledger_audit(&world->purses) ? 0 : 1) +
                    (ledger_audit(&world->unit_purses) ? 0 : 1) +
                    (mempool_audit(&world->mempool) ? 0 : 1);
    next_block(world, 0);
    close_positions(world);
    stop_auctions(world);
    lots_settle(world);
    pay_debts(world);
    redeem_all(world);
    withdraw_all(world);
    const struct contract *contract = &engine->portfolio.market[0];
    residual += money_wide_magnitude(pool->size_ubase) +
                money_wide_magnitude(pool->cost_uusd) +
                money_wide_magnitude(contract->long_ubase) +
                money_wide_magnitude(contract->short_ubase) +
                money_wide_magnitude(engine->ledger.balance_micro[ACCOUNT_CLEARING]) +
                money_wide_magnitude(engine->ledger.totals->hold_micro) +
                money_wide_magnitude(engine->collateral.totals->hold_micro) +
                units_left(world) + (wide)engine->escrow.state->count +
                *engine->auctioned.count + (wide)engine->english.state->open +
                engine_residual(engine) + (engine_audit(engine) ? 0 : 1);
    return residual;
}
