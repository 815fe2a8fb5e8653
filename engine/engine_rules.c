#include "engine/engine_rules.h"

#include "engine/funding.h"
#include "engine/waterfall.h"

/* Margin accounts: the pool and the participants. */
static bool is_margin_account(const struct engine *engine, uint32_t account) {
    return account >= ACCOUNT_POOL && account < engine->terms->account_count;
}

static bool is_participant(const struct engine *engine, uint32_t account) {
    return account >= ACCOUNT_FIRST_USER && account < engine->terms->account_count;
}

static bool is_amount(int64_t amount) {
    return amount > 0 && amount <= MONEY_SIZE_MAX;
}

enum engine_status engine_rule_deposit(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    (void)receipt;
    const uint32_t account = transaction->account;
    const int64_t amount = transaction->amount;
    if (!is_margin_account(engine, account) && account != ACCOUNT_FUND) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (!is_amount(amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    const enum engine_status status =
        ledger_transfer(&engine->ledger, ACCOUNT_EXTERNAL, account, amount);
    if (status != ENGINE_OK) {
        return status;
    }
    engine->core->deposits_uusd += amount;
    if (account == ACCOUNT_FUND) {
        engine->core->fund_deposits_uusd += amount;
        if ((engine->core->block.flags & BLOCK_GENESIS) != 0) {
            engine->core->fund_least_uusd = engine->core->fund_deposits_uusd;
        }
    } else {
        account_set_add(&engine->touched, account);
    }
    return ENGINE_OK;
}

enum engine_status engine_rule_withdraw(struct engine *engine,
                                        const struct transaction *transaction,
                                        struct receipt *receipt) {
    (void)receipt;
    const struct engine_core *core = engine->core;
    const uint32_t account = transaction->account;
    if (!is_margin_account(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (!is_amount(transaction->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0 &&
            engine_price_stale(engine, i)) {
            return ENGINE_STALE_PRICE;
        }
    }
    if (core->block.number < core->gated_until) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (escrow_full(&engine->escrow)) {
        return ENGINE_QUEUE_FULL;
    }
    if (transaction->amount > engine_withdrawable_uusd(engine, account)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    escrow_request(&engine->escrow, &engine->ledger, account, transaction->amount,
                   core->block.time_ns);
    account_set_add(&engine->touched, account);
    return ENGINE_OK;
}

/* The account's margin as it would be after a fill, before anything is changed. */
static struct margin margin_after(const struct engine *engine, uint32_t account,
                                  uint32_t instrument, int64_t quantity_ubase,
                                  wide cash_uusd) {
    const struct contract *market = &engine->portfolio.market[instrument];
    const struct margin_linear *terms = &engine->terms->instrument[instrument].margin;
    const int64_t mark = market->mark_price_uusd;
    const int64_t before =
        portfolio_at(&engine->portfolio, account, instrument)->size_ubase;
    const int64_t after = before + quantity_ubase;
    const wide notional = money_value_ceil(money_magnitude(before), mark);
    const wide notional_after = money_value_ceil(money_magnitude(after), mark);
    const wide interest = money_value_ceil(portfolio_open_interest_ubase(market), mark);
    const wide interest_after = money_value_ceil(
        portfolio_open_interest_after(market, before, quantity_ubase), mark);
    struct margin margin = margin_evaluate(&engine->margin, account);
    margin.equity_uusd +=
        money_value_floor(after, mark) - money_value_floor(before, mark) - cash_uusd;
    margin.initial_uusd += margin_linear_initial(terms, notional_after, interest_after) -
                           margin_linear_initial(terms, notional, interest);
    return margin;
}

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
    if (plan->opens_ubase > 0 && engine_price_stale(engine, instrument)) {
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

static void fill(struct engine *engine, uint32_t account, uint32_t instrument,
                 int64_t quantity_ubase, int64_t price_uusd) {
    funding_settle(&engine->portfolio, &engine->ledger, account, instrument);
    funding_settle(&engine->portfolio, &engine->ledger, ACCOUNT_POOL, instrument);
    portfolio_fill(&engine->portfolio, &engine->ledger, account, instrument,
                   quantity_ubase, price_uusd);
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, ACCOUNT_POOL);
}

static int64_t slippage_uusd(int64_t quantity_ubase, int64_t price_uusd,
                             int64_t mark_uusd) {
    return money_narrow(money_value_floor(money_magnitude(quantity_ubase),
                                          money_magnitude(price_uusd - mark_uusd)));
}

enum engine_status engine_rule_trade(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt) {
    const uint32_t account = transaction->account;
    const uint32_t instrument = transaction->instrument;
    const int64_t quantity = transaction->amount;
    struct trade_plan plan;
    if (!is_participant(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
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
    const struct margin margin =
        margin_after(engine, account, instrument, quantity, cost + plan.fee_uusd);
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
    fill(engine, account, instrument, quantity, plan.price_uusd);
    take_fee(engine, account, (int64_t)plan.fee_uusd);
    receipt->filled_ubase = quantity;
    receipt->fill_price_uusd = plan.price_uusd;
    receipt->mark_price_uusd = engine->core->mark_price_uusd[instrument];
    receipt->fee_uusd = (int64_t)plan.fee_uusd;
    receipt->slippage_uusd =
        slippage_uusd(quantity, plan.price_uusd, receipt->mark_price_uusd);
    return ENGINE_OK;
}

/* Lets the waterfall cover what the account's free balance, or the pool's equity, lacks.
 */
static void cover(struct engine *engine, uint32_t account, uint32_t instrument,
                  int64_t shortfall_uusd, struct receipt *receipt) {
    struct engine_core *core = engine->core;
    const struct waterfall_payment payment =
        waterfall_cover(&engine->ledger, &engine->margin, &engine->touched, account,
                        instrument, shortfall_uusd);
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

static bool has_position(const struct engine *engine, uint32_t account) {
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0) {
            return true;
        }
    }
    return false;
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
    if (!is_participant(engine, transaction->account) ||
        !is_margin_account(engine, target)) {
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
    if (portfolio_at(&engine->portfolio, target, instrument)->size_ubase == 0) {
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

enum engine_status engine_rule_liquidate(struct engine *engine,
                                         const struct transaction *transaction,
                                         struct receipt *receipt) {
    const uint32_t target = transaction->target;
    const uint32_t instrument = transaction->instrument;
    const enum engine_status status = check_liquidation(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    if (target == ACCOUNT_POOL) {
        return liquidate_pool(engine, transaction, receipt);
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
                             quantity, price)) {
        return ENGINE_OVERFLOW;
    }
    fill(engine, target, instrument, quantity, price);
    engine->liquidated_block[target] = engine->core->block.number + 1;
    const struct close_out_charge charge = close_out_charge(
        &engine->terms->close_out, money_value_ceil(money_magnitude(quantity), price),
        margin_equity_uusd(&engine->margin, target),
        engine->ledger.balance_uusd[ACCOUNT_FUND]);
    pay_keeper(engine, target, transaction->account, &charge, receipt);
    receipt->filled_ubase = quantity;
    receipt->fill_price_uusd = price;
    receipt->mark_price_uusd = mark;
    receipt->slippage_uusd = slippage_uusd(quantity, price, mark);
    const int64_t free_uusd = ledger_free(&engine->ledger, target);
    if (!has_position(engine, target) && free_uusd < 0) {
        cover(engine, target, instrument, -free_uusd, receipt);
    }
    account_set_add(&engine->touched, transaction->account);
    return ENGINE_OK;
}

enum engine_status engine_rule_report(struct engine *engine,
                                      const struct transaction *transaction,
                                      struct receipt *receipt) {
    const uint32_t instrument = transaction->instrument;
    const int64_t now_ns = engine->core->block.time_ns;
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    const struct oracle_report report = {.price_uusd = transaction->price_uusd,
                                         .observed_ns = transaction->time_ns,
                                         .accepted_ns = now_ns};
    const struct instrument_terms *terms = &engine->terms->instrument[instrument];
    struct contract *market = &engine->portfolio.market[instrument];
    if (transaction->account >= engine->oracle.reporter_count) {
        return ENGINE_UNKNOWN_REPORTER;
    }
    /* A price is in range when the mark price that it makes is. */
    const wide reported =
        money_divide_floor((wide)report.price_uusd * terms->multiplier_ubase, MONEY_ONE);
    if (reported < MONEY_PRICE_MIN || reported > MONEY_PRICE_MAX) {
        return ENGINE_BAD_PRICE;
    }
    const enum engine_status status =
        oracle_check(&engine->oracle, &engine->terms->oracle, instrument,
                     transaction->account, &report);
    if (status != ENGINE_OK) {
        return status;
    }
    const int64_t index_uusd = oracle_index(&engine->oracle, &engine->terms->oracle,
                                            instrument, transaction->account, &report);
    const int64_t mark = index_uusd == 0 ? market->mark_price_uusd
                                         : instrument_mark_uusd(terms, index_uusd);
    if (!money_fits(money_value_ceil(portfolio_open_interest_ubase(market), mark))) {
        return ENGINE_OVERFLOW;
    }
    oracle_record(&engine->oracle, instrument, transaction->account, &report);
    if (index_uusd != 0) {
        market->index_price_uusd = index_uusd;
        market->index_time_ns = now_ns;
    }
    if (mark != market->mark_price_uusd) {
        market->mark_price_uusd = mark;
        engine->core->mark_price_uusd[instrument] = mark;
        watch_moved(&engine->watch, instrument);
    }
    receipt->mark_price_uusd = mark;
    return ENGINE_OK;
}
