#include "engine/rules/common.h"
#include "engine/rules/deleverage.h"
#include "engine/rules/rules.h"

/* Lets the waterfall cover what the account's free balance, or the pool's equity, lacks.
 */
static void cover(struct engine *engine, uint32_t account, uint32_t instrument,
                  int64_t shortfall_uusd, struct receipt *receipt) {
    struct engine_core *core = engine->core;
    const struct waterfall_payment payment =
        waterfall_cover(&engine->waterfall, account, instrument, shortfall_uusd);
    core->fund_draws_uusd += payment.fund_uusd;
    core->gated_until = core->block.number + (uint64_t)engine->terms->escrow.gate_blocks;
    /* Measured, not summed from the payments: the identity between them can then fail. */
    const wide left = account == ACCOUNT_POOL
                          ? margin_equity_uusd(&engine->margin, account)
                          : ledger_free(&engine->ledger, account);
    receipt->shortfall_uusd = shortfall_uusd + (left < 0 ? money_narrow(left) : 0);
    receipt->fund_paid_uusd = payment.fund_uusd;
    receipt->socialised_uusd = payment.socialised_uusd;
    receipt->pool_absorbed_uusd = payment.pool_uusd;
    receipt->charged_equity_uusd = payment.charged_equity_uusd;
}

static void pay_keeper(struct engine *engine, uint32_t account, uint32_t keeper,
                       const struct close_out_charge *charge, struct receipt *receipt) {
    struct engine_core *core = engine->core;
    const int64_t fund_uusd = charge->penalty_uusd - charge->keeper_uusd;
    if (account != keeper) {
        ledger_move(&engine->ledger, account, keeper, charge->keeper_uusd);
    }
    ledger_move(&engine->ledger, account, ACCOUNT_FUND, fund_uusd);
    ledger_move(&engine->ledger, ACCOUNT_FUND, keeper, charge->tip_uusd);
    core->fund_penalties_uusd += fund_uusd;
    core->fund_tips_uusd += charge->tip_uusd;
    receipt->penalty_uusd = charge->penalty_uusd;
    receipt->keeper_reward_uusd = charge->keeper_uusd + charge->tip_uusd;
    receipt->keeper_tip_uusd = charge->tip_uusd;
}

/* Without a position but in debt, and units to pay it with. */
static bool is_borrower(const struct engine *engine, uint32_t account) {
    return ledger_free(&engine->ledger, account) < 0 &&
           ledger_free(&engine->collateral, account) > 0 &&
           !rule_has_position(engine, account);
}

/* The pool buys as many of the account's units as its debt needs. */
static void seize(struct engine *engine, uint32_t account, struct receipt *receipt) {
    const int64_t debt_uusd = -ledger_free(&engine->ledger, account);
    const wide needed =
        collateral_units_ceil(debt_uusd, rule_seize_price(engine),
                              engine->terms->instrument[0].multiplier_ubase);
    const wide there = ledger_free(&engine->collateral, account);
    rule_seize(engine, account, money_narrow(needed < there ? needed : there), receipt);
}

/* The keeper of a bankrupt account has its least reward and no penalty.  What deleveraging
   has left of a debt, the units make up for: that is how its price was found. */
static enum engine_status finish_deleverage(struct engine *engine,
                                            const struct transaction *transaction,
                                            struct receipt *receipt) {
    const struct close_out_charge charge = close_out_charge(
        &engine->terms->close_out, 0, 0, engine->ledger.balance_micro[ACCOUNT_FUND]);
    pay_keeper(engine, transaction->target, transaction->account, &charge, receipt);
    engine->liquidated_block[transaction->target] = engine->core->block.number + 1;
    if (is_borrower(engine, transaction->target)) {
        seize(engine, transaction->target, receipt);
    }
    account_set_add(&engine->touched, transaction->account);
    return ENGINE_OK;
}

/* An account that has nothing left but a debt: its units first, then the waterfall. */
static void settle_debt(struct engine *engine, uint32_t account, uint32_t instrument,
                        struct receipt *receipt) {
    if (is_borrower(engine, account)) {
        seize(engine, account, receipt);
    }
    const int64_t free_uusd = ledger_free(&engine->ledger, account);
    if (free_uusd < 0 && !rule_has_position(engine, account)) {
        cover(engine, account, instrument, -free_uusd, receipt);
    }
}

static enum engine_status liquidate_pool(struct engine *engine,
                                         const struct transaction *transaction,
                                         struct receipt *receipt) {
    const wide equity = margin_equity_uusd(&engine->margin, ACCOUNT_POOL);
    if (equity >= 0) {
        return ENGINE_HEALTHY;
    }
    if (!money_fits(equity)) {
        return ENGINE_OVERFLOW;
    }
    cover(engine, ACCOUNT_POOL, transaction->instrument, (int64_t)-equity, receipt);
    account_set_add(&engine->touched, ACCOUNT_POOL);
    return ENGINE_OK;
}

static enum engine_status check_liquidation(const struct engine *engine,
                                            const struct transaction *transaction) {
    const uint32_t target = transaction->target;
    const uint32_t instrument = transaction->instrument;
    const bool borrower =
        rule_is_margin_account(engine, target) && is_borrower(engine, target);
    if (engine->terms->close_out.mechanism == LIQUIDATION_PORTFOLIO_AUCTION &&
        target != ACCOUNT_POOL && !borrower) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (engine->english.room > 0 && borrower) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (!rule_is_participant(engine, transaction->account) ||
        !rule_is_margin_account(engine, target)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (!engine_price_known(engine, instrument)) {
        return ENGINE_NO_PRICE;
    }
    if (target == ACCOUNT_POOL) {
        return ENGINE_OK;
    }
    if (portfolio_at(&engine->portfolio, target, instrument)->size_ubase == 0 &&
        (instrument != 0 || !is_borrower(engine, target))) {
        return ENGINE_NO_POSITION;
    }
    const struct margin margin = margin_health(&engine->margin, target);
    if (!margin_liquidatable(&margin)) {
        return ENGINE_HEALTHY;
    }
    if (engine->liquidated_block[target] == engine->core->block.number + 1) {
        return ENGINE_LIQUIDATION_LIMIT;
    }
    return ENGINE_OK;
}

/* Charges the account for what was done so far and pays the keeper. */
static void charge_target(struct engine *engine, const struct transaction *transaction,
                          wide notional_uusd, struct receipt *receipt) {
    const uint32_t target = transaction->target;
    const struct close_out_charge charge = close_out_charge(
        &engine->terms->close_out, notional_uusd, rule_estate_uusd(engine, target),
        engine->ledger.balance_micro[ACCOUNT_FUND]);
    pay_keeper(engine, target, transaction->account, &charge, receipt);
    engine->liquidated_block[target] = engine->core->block.number + 1;
    receipt->mark_price_uusd = engine->core->mark_price_uusd[transaction->instrument];
    account_set_add(&engine->touched, transaction->account);
}

enum engine_status engine_rule_liquidate(struct engine *engine,
                                         const struct transaction *transaction,
                                         struct receipt *receipt) {
    const uint32_t target = transaction->target;
    const uint32_t instrument = transaction->instrument;
    if (engine->terms->matched.on != 0 && target != ACCOUNT_POOL) {
        return engine_rule_matched(engine, transaction, receipt);
    }
    const enum engine_status status = check_liquidation(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    if (target == ACCOUNT_POOL) {
        return liquidate_pool(engine, transaction, receipt);
    }
    if (is_borrower(engine, target)) {
        if (!rule_units_fit(engine, target)) {
            return ENGINE_OVERFLOW;
        }
        charge_target(engine, transaction, -(wide)ledger_free(&engine->ledger, target),
                      receipt);
        settle_debt(engine, target, instrument, receipt);
        return ENGINE_OK;
    }
    if (rule_deleverage(engine, target, instrument, receipt)) {
        return finish_deleverage(engine, transaction, receipt);
    }
    const struct contract *market = &engine->portfolio.market[instrument];
    const int64_t mark = market->mark_price_uusd;
    const int64_t quantity = close_out_quantity(
        &engine->terms->close_out,
        portfolio_at(&engine->portfolio, target, instrument)->size_ubase, mark);
    const int64_t price = venue_fill_price(&engine->terms->venue, market, mark, quantity);
    if (price == 0) {
        return ENGINE_BAD_PRICE;
    }
    if (!portfolio_fill_fits(&engine->portfolio, &engine->ledger, target, instrument,
                             quantity, price) ||
        !rule_units_fit(engine, target)) {
        return ENGINE_OVERFLOW;
    }
    rule_fill(engine, target, instrument, quantity, price);
    receipt->filled_ubase = quantity;
    receipt->fill_price_uusd = price;
    receipt->slippage_uusd = rule_slippage_uusd(quantity, price, mark);
    charge_target(engine, transaction, money_value_ceil(money_magnitude(quantity), price),
                  receipt);
    settle_debt(engine, target, instrument, receipt);
    return ENGINE_OK;
}
