#include "engine/funding.h"
#include "engine/rules/common.h"
#include "engine/rules/rules.h"

/* One takeover, before anything is changed. */
struct takeover {
    int64_t quantity_ubase; /* signed change of the target's position */
    wide fill_uusd;         /* cash the target receives for it */
    struct matched_delta delta;
};

static struct matched_account account_of(const struct engine *engine, uint32_t account) {
    const struct margin margin = margin_health(&engine->margin, account);
    return (struct matched_account){.equity_uusd = margin.equity_uusd,
                                    .maintenance_uusd = margin.maintenance_uusd};
}

wide engine_bankruptcy_quote_uusd(const struct engine *engine, uint32_t account,
                                  uint32_t instrument, int64_t quantity_ubase) {
    const struct matched_account own = account_of(engine, account);
    const struct margin_linear *terms = &engine->terms->instrument[instrument].margin;
    const int64_t mark = engine->core->mark_price_uusd[instrument];
    const int64_t before =
        portfolio_at(&engine->portfolio, account, instrument)->size_ubase;
    const int64_t after = before + quantity_ubase;
    const wide value = money_value_floor(after, mark) - money_value_floor(before, mark);
    const wide maintenance =
        margin_linear_maintenance(terms, money_value_ceil(money_magnitude(after), mark)) -
        margin_linear_maintenance(terms, money_value_ceil(money_magnitude(before), mark));
    return matched_bankruptcy_quote_uusd(&own, value, maintenance);
}

wide engine_fillable_price(const struct engine *engine, uint32_t account,
                           uint32_t instrument) {
    const struct matched_account own = account_of(engine, account);
    const int64_t mark = engine->core->mark_price_uusd[instrument];
    const int64_t size =
        portfolio_at(&engine->portfolio, account, instrument)->size_ubase;
    const struct matched_position position = {
        .size_ubase = size,
        .value_uusd = money_value_floor(size, mark),
        .maintenance_uusd =
            margin_linear_maintenance(&engine->terms->instrument[instrument].margin,
                                      money_value_ceil(money_magnitude(size), mark))};
    return matched_fillable_price(&engine->terms->matched, &own, &position);
}

static enum engine_status check_parties(const struct engine *engine,
                                        const struct transaction *transaction) {
    const uint32_t target = transaction->target;
    const uint32_t instrument = transaction->instrument;
    if (!rule_is_participant(engine, transaction->account) ||
        !rule_is_participant(engine, target) || transaction->account == target) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (transaction->amount < 0 || transaction->amount > MONEY_SIZE_MAX) {
        return ENGINE_BAD_AMOUNT;
    }
    if (transaction->price_uusd < 0 || transaction->price_uusd > MONEY_PRICE_MAX) {
        return ENGINE_BAD_PRICE;
    }
    if (!engine_price_known(engine, instrument)) {
        return ENGINE_NO_PRICE;
    }
    if (transaction->price_uusd > 0 && engine_price_stale(engine, instrument)) {
        return ENGINE_STALE_PRICE;
    }
    const int64_t size = portfolio_at(&engine->portfolio, target, instrument)->size_ubase;
    const int64_t own =
        portfolio_at(&engine->portfolio, transaction->account, instrument)->size_ubase;
    const bool opposite = (size > 0 && own < 0) || (size < 0 && own > 0);
    if (size == 0 || (transaction->price_uusd == 0 && !opposite)) {
        return ENGINE_NO_POSITION;
    }
    const struct margin margin = margin_health(&engine->margin, target);
    if (!margin_liquidatable(&margin)) {
        return ENGINE_HEALTHY;
    }
    if (engine->liquidated_block[target] == engine->core->block.number + 1) {
        return ENGINE_LIQUIDATION_LIMIT;
    }
    return money_fits(margin.equity_uusd) && money_fits(margin.maintenance_uusd)
               ? ENGINE_OK
               : ENGINE_OVERFLOW;
}

/* How much of the target's position goes: deleveraging knows no limit but the sender's own
   position. */
static int64_t quantity_of(const struct engine *engine,
                           const struct transaction *transaction) {
    const uint32_t instrument = transaction->instrument;
    const int64_t size =
        portfolio_at(&engine->portfolio, transaction->target, instrument)->size_ubase;
    const int64_t own =
        portfolio_at(&engine->portfolio, transaction->account, instrument)->size_ubase;
    int64_t most = money_min(money_magnitude(size), money_magnitude(own));
    if (transaction->price_uusd > 0) {
        most = money_magnitude(close_out_quantity(
            &engine->terms->close_out, size, engine->core->mark_price_uusd[instrument]));
    }
    if (transaction->amount > 0) {
        most = money_min(most, transaction->amount);
    }
    return size > 0 ? -most : most;
}

/* The sender's margin after it; it pays no fee. */
static bool sender_may(const struct engine *engine, const struct transaction *transaction,
                       const struct takeover *takeover) {
    const uint32_t instrument = transaction->instrument;
    const int64_t target =
        portfolio_at(&engine->portfolio, transaction->target, instrument)->size_ubase;
    const int64_t own =
        portfolio_at(&engine->portfolio, transaction->account, instrument)->size_ubase;
    const int64_t quantity = -takeover->quantity_ubase;
    const struct rule_fill_plan plan = {
        .quantity_ubase = quantity,
        .cash_uusd = takeover->fill_uusd,
        .interest_ubase = rule_interest_after(&engine->portfolio.market[instrument], own,
                                              target, quantity)};
    const struct margin margin =
        rule_margin_after(engine, transaction->account, instrument, &plan);
    return margin.equity_uusd >=
           (portfolio_opened_ubase(own, quantity) > 0 ? margin.initial_uusd : 0);
}

/* At the sender's price. */
static enum engine_status plan_takeover(const struct engine *engine,
                                        const struct transaction *transaction,
                                        struct takeover *takeover) {
    const int64_t quantity = takeover->quantity_ubase;
    const int64_t price = transaction->price_uusd;
    const wide limit =
        engine_fillable_price(engine, transaction->target, transaction->instrument);
    if (quantity < 0 ? price < limit : price > limit) {
        return ENGINE_LIMIT_PRICE;
    }
    takeover->fill_uusd = money_value_floor(-quantity, price);
    takeover->delta = matched_insurance_delta(
        &engine->terms->matched, takeover->fill_uusd,
        engine_bankruptcy_quote_uusd(engine, transaction->target, transaction->instrument,
                                     quantity));
    return sender_may(engine, transaction, takeover) ? ENGINE_OK
                                                     : ENGINE_INSUFFICIENT_COLLATERAL;
}

/* At the target's bankruptcy quote, which must not be worse than the sender's own. */
static enum engine_status plan_deleveraging(const struct engine *engine,
                                            const struct transaction *transaction,
                                            struct takeover *takeover) {
    const int64_t quantity = takeover->quantity_ubase;
    takeover->fill_uusd = engine_bankruptcy_quote_uusd(engine, transaction->target,
                                                       transaction->instrument, quantity);
    const struct margin own = margin_health(&engine->margin, transaction->account);
    if (!money_fits(own.equity_uusd) || !money_fits(own.maintenance_uusd)) {
        return ENGINE_OVERFLOW;
    }
    return -takeover->fill_uusd >=
                   engine_bankruptcy_quote_uusd(engine, transaction->account,
                                                transaction->instrument, -quantity)
               ? ENGINE_OK
               : ENGINE_LIMIT_PRICE;
}

static enum engine_status check_ranges(const struct engine *engine,
                                       const struct transaction *transaction,
                                       const struct takeover *takeover) {
    const wide paid = money_wide_magnitude(takeover->fill_uusd) +
                      takeover->delta.fee_uusd + takeover->delta.draw_uusd;
    if (!money_fits(paid)) {
        return ENGINE_OVERFLOW;
    }
    const struct portfolio_exchange exchange = {
        transaction->account, transaction->target, transaction->instrument,
        -takeover->quantity_ubase, (int64_t)takeover->fill_uusd};
    if (!portfolio_exchange_fits(&engine->portfolio, &engine->ledger, &exchange)) {
        return ENGINE_OVERFLOW;
    }
    return engine->ledger.balance_micro[ACCOUNT_FUND] < takeover->delta.draw_uusd
               ? ENGINE_FUND_INSUFFICIENT
               : ENGINE_OK;
}

/* Both sides' funding, the exchange, and the fund's part. */
static void settle(struct engine *engine, const struct transaction *transaction,
                   const struct takeover *takeover) {
    struct engine_core *core = engine->core;
    const uint32_t target = transaction->target;
    const struct portfolio_exchange exchange = {
        transaction->account, target, transaction->instrument, -takeover->quantity_ubase,
        (int64_t)takeover->fill_uusd};
    const int64_t fee_uusd = (int64_t)takeover->delta.fee_uusd;
    const int64_t draw_uusd = (int64_t)takeover->delta.draw_uusd;
    funding_settle(&engine->portfolio, &engine->ledger, transaction->account,
                   transaction->instrument);
    funding_settle(&engine->portfolio, &engine->ledger, target, transaction->instrument);
    portfolio_exchange(&engine->portfolio, &engine->ledger, &exchange);
    ledger_move(&engine->ledger, target, ACCOUNT_FUND, fee_uusd);
    ledger_move(&engine->ledger, ACCOUNT_FUND, target, draw_uusd);
    core->fund_penalties_uusd += fee_uusd;
    core->fund_draws_uusd += draw_uusd;
    if (draw_uusd > 0) {
        core->gated_until =
            core->block.number + (uint64_t)engine->terms->escrow.gate_blocks;
    }
    engine->liquidated_block[target] = core->block.number + 1;
    account_set_add(&engine->touched, transaction->account);
    account_set_add(&engine->touched, target);
}

/* The price of a quote, rounded towards zero. */
static int64_t price_of(const struct takeover *takeover) {
    return money_clip(
        money_divide_toward_zero(money_wide_magnitude(takeover->fill_uusd) * MONEY_ONE,
                                 money_magnitude(takeover->quantity_ubase)));
}

enum engine_status engine_rule_matched(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    const bool deleveraging = transaction->price_uusd == 0;
    struct takeover takeover = {0};
    enum engine_status status = check_parties(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    takeover.quantity_ubase = quantity_of(engine, transaction);
    status = deleveraging ? plan_deleveraging(engine, transaction, &takeover)
                          : plan_takeover(engine, transaction, &takeover);
    if (status == ENGINE_OK) {
        status = check_ranges(engine, transaction, &takeover);
    }
    if (status != ENGINE_OK) {
        return status;
    }
    receipt->mark_price_uusd = engine->core->mark_price_uusd[transaction->instrument];
    if (deleveraging) {
        receipt->deleveraged_ubase = takeover.quantity_ubase;
        receipt->deleverage_price_uusd = price_of(&takeover);
    } else {
        receipt->filled_ubase = takeover.quantity_ubase;
        receipt->fill_price_uusd = transaction->price_uusd;
        receipt->slippage_uusd = rule_slippage_uusd(
            takeover.quantity_ubase, transaction->price_uusd, receipt->mark_price_uusd);
    }
    receipt->penalty_uusd = (int64_t)takeover.delta.fee_uusd;
    receipt->shortfall_uusd = (int64_t)takeover.delta.draw_uusd;
    receipt->fund_paid_uusd = receipt->shortfall_uusd;
    settle(engine, transaction, &takeover);
    return ENGINE_OK;
}
