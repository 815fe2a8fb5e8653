#include "engine/rules/common.h"
#include "engine/rules/rules.h"

struct trade_plan {
    int64_t price_uusd;
    int64_t opens_ubase; /* 0 when the position shrinks */
    bool genesis;        /* at its own price */
    wide fee_uusd;
};

/* Everything about a trade but its margin. */
static enum engine_status plan_trade(const struct engine *engine,
                                     const struct transaction *transaction,
                                     struct trade_plan *plan) {
    const uint32_t instrument = transaction->instrument;
    const int64_t quantity = transaction->amount;
    const struct contract *market = &engine->portfolio.market[instrument];
    const int64_t before =
        portfolio_at(&engine->portfolio, transaction->account, instrument)->size_ubase;
    if (!engine_price_known(engine, instrument)) {
        return ENGINE_NO_PRICE;
    }
    plan->opens_ubase = portfolio_opened_ubase(before, quantity);
    plan->genesis =
        (engine->core->block.flags & BLOCK_GENESIS) != 0 && transaction->price_uusd > 0;
    if (plan->genesis) {
        plan->price_uusd = transaction->price_uusd;
        plan->fee_uusd = 0;
        return ENGINE_OK;
    }
    const bool on_units = ledger_free(&engine->collateral, transaction->account) != 0;
    if (plan->opens_ubase > 0 && (engine_price_stale(engine, instrument) ||
                                  (on_units && engine_price_stale(engine, 0)))) {
        return ENGINE_STALE_PRICE;
    }
    plan->price_uusd = venue_fill_price(&engine->terms->venue, market,
                                        market->mark_price_uusd, quantity);
    if (plan->price_uusd == 0) {
        return ENGINE_BAD_PRICE;
    }
    const int64_t limit = transaction->price_uusd;
    if (limit > 0 &&
        (quantity > 0 ? plan->price_uusd > limit : plan->price_uusd < limit)) {
        return ENGINE_LIMIT_PRICE;
    }
    if (!venue_accepts(&engine->terms->venue, &engine->terms->instrument[instrument],
                       market, before, quantity)) {
        return ENGINE_POOL_EXPOSURE;
    }
    if (plan->opens_ubase > 0 && margin_equity_uusd(&engine->margin, ACCOUNT_POOL) <= 0) {
        return ENGINE_POOL_INSOLVENT;
    }
    plan->fee_uusd = venue_fee_uusd(&engine->terms->venue, quantity, plan->price_uusd);
    return ENGINE_OK;
}

static void take_fee(struct engine *engine, uint32_t account, int64_t fee_uusd) {
    const int64_t fund_uusd =
        money_mul_div_floor(fee_uusd, engine->terms->venue.fee_fund_ppm, MONEY_ONE);
    ledger_move(&engine->ledger, account, ACCOUNT_FUND, fund_uusd);
    ledger_move(&engine->ledger, account, ACCOUNT_TREASURY, fee_uusd - fund_uusd);
    engine->core->fund_fees_uusd += fund_uusd;
}

enum engine_status engine_rule_trade(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt) {
    const uint32_t account = transaction->account;
    const uint32_t instrument = transaction->instrument;
    const int64_t quantity = transaction->amount;
    struct trade_plan plan;
    if (!rule_is_participant(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (account_set_has(&engine->auctioned, account) &&
        (engine->core->block.flags & BLOCK_GENESIS) == 0) {
        return ENGINE_IN_AUCTION;
    }
    if (quantity == 0 || quantity < -MONEY_SIZE_MAX || quantity > MONEY_SIZE_MAX) {
        return ENGINE_BAD_AMOUNT;
    }
    if (transaction->price_uusd < 0 || transaction->price_uusd > MONEY_PRICE_MAX) {
        return ENGINE_BAD_PRICE;
    }
    const enum engine_status status = plan_trade(engine, transaction, &plan);
    if (status != ENGINE_OK) {
        return status;
    }
    const wide cost = money_value_ceil(quantity, plan.price_uusd);
    const struct contract *market = &engine->portfolio.market[instrument];
    const struct rule_fill_plan fill = {
        .quantity_ubase = quantity,
        .cash_uusd = cost + plan.fee_uusd,
        .interest_ubase = portfolio_open_interest_after(
            market, portfolio_at(&engine->portfolio, account, instrument)->size_ubase,
            quantity)};
    const struct margin margin = rule_margin_after(engine, account, instrument, &fill);
    /* Who only closes may be below the initial margin, but leaves no loss to others: an
       account whose equity would be negative is the keepers'.  A genesis block may close
       it, at a price of its own. */
    const bool unmargined =
        plan.genesis &&
        (plan.opens_ubase == 0 || (engine->core->block.flags & BLOCK_UNMARGINED) != 0);
    const wide least = plan.opens_ubase > 0 ? margin.initial_uusd : 0;
    if (margin.equity_uusd < least && !unmargined) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    if (!money_fits(plan.fee_uusd) ||
        !portfolio_fill_fits(&engine->portfolio, &engine->ledger, account, instrument,
                             quantity, plan.price_uusd)) {
        return ENGINE_OVERFLOW;
    }
    rule_fill(engine, account, instrument, quantity, plan.price_uusd);
    take_fee(engine, account, (int64_t)plan.fee_uusd);
    receipt->filled_ubase = quantity;
    receipt->fill_price_uusd = plan.price_uusd;
    receipt->mark_price_uusd = engine->core->mark_price_uusd[instrument];
    receipt->fee_uusd = (int64_t)plan.fee_uusd;
    receipt->slippage_uusd =
        rule_slippage_uusd(quantity, plan.price_uusd, receipt->mark_price_uusd);
    return ENGINE_OK;
}
