#include "engine/rules/common.h"
#include "engine/rules/rules.h"
#include "engine/rules/transfer.h"
#include "engine/waterfall.h"

#define ONE ((wide)MONEY_INDEX_ONE)

/* What an auction is decided on. */
struct health {
    struct portfolio_auction_worth worth;
    bool has_position;
};

static struct health health_of(const struct engine *engine, uint32_t account) {
    const struct margin margin = margin_health(&engine->margin, account);
    return (struct health){
        .worth = {.equity = margin.equity_uusd,
                  .maintenance = margin.maintenance_uusd,
                  .reserved = engine->auction[account].reserved_uusd},
        .has_position = rule_has_position(engine, account)
    };
}

static bool is_over(const struct engine *engine, const struct auction *auction,
                    const struct health *health) {
    const struct portfolio_auction_worth *worth = &health->worth;
    if (!health->has_position) {
        return true;
    }
    return auction->phase == AUCTION_INSOLVENT
               ? worth->equity >= worth->maintenance
               : portfolio_auction_target(&engine->terms->auction, worth) >= 0;
}

/* Keeps the sum of what all insolvent auctions may cost. */
static void set_insolvent(struct engine *engine, struct auction *auction,
                          wide need_uusd) {
    engine->core->insolvent_uusd += need_uusd - auction->insolvent_uusd;
    auction->insolvent_uusd = money_narrow(need_uusd);
}

static void end(struct engine *engine, uint32_t account) {
    struct auction *auction = &engine->auction[account];
    set_insolvent(engine, auction, 0);
    *auction = (struct auction){.phase = AUCTION_NONE};
    account_set_remove(&engine->auctioned, account);
}

static void go_insolvent(struct engine *engine, uint32_t account,
                         const struct portfolio_auction_worth *worth) {
    struct auction *auction = &engine->auction[account];
    auction->phase = AUCTION_INSOLVENT;
    auction->start_ns = engine->core->block.time_ns;
    auction->reserved_uusd = 0; /* it is part of what is sold now */
    set_insolvent(engine, auction, portfolio_auction_insolvent_need(worth));
}

static enum engine_status check_parties(const struct engine *engine,
                                        const struct transaction *transaction) {
    if (engine->terms->close_out.mechanism != LIQUIDATION_PORTFOLIO_AUCTION) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (!rule_is_participant(engine, transaction->account) ||
        !rule_is_participant(engine, transaction->target)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    return ENGINE_OK;
}

static bool worth_fits(const struct portfolio_auction_worth *worth) {
    return money_fits(worth->equity) && money_fits(worth->maintenance);
}

/* Units are sold when the auction begins: what is auctioned is positions and cash.  That may
   be enough; then the auction is over at once, and costs nothing. */
static void begin(struct engine *engine, uint32_t target, struct receipt *receipt) {
    struct auction *auction = &engine->auction[target];
    const int64_t units = ledger_free(&engine->collateral, target);
    if (units > 0) {
        rule_seize(engine, target, units, receipt);
    }
    *auction = (struct auction){.phase = AUCTION_SOLVENT,
                                .start_ns = engine->core->block.time_ns};
    account_set_add(&engine->auctioned, target);
    const struct health health = health_of(engine, target);
    if (health.worth.equity <= 0) {
        go_insolvent(engine, target, &health.worth);
    } else if (is_over(engine, auction, &health)) {
        end(engine, target);
    } else {
        const int64_t fee =
            money_narrow(portfolio_auction_fee(&engine->terms->auction, &health.worth));
        ledger_move(&engine->ledger, target, ACCOUNT_FUND, fee);
        engine->core->fund_penalties_uusd += fee;
        receipt->penalty_uusd = fee;
    }
}

enum engine_status engine_rule_auction_start(struct engine *engine,
                                             const struct transaction *transaction,
                                             struct receipt *receipt) {
    const uint32_t target = transaction->target;
    const enum engine_status status = check_parties(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    struct auction *auction = &engine->auction[target];
    const struct health health = health_of(engine, target);
    const struct portfolio_auction_worth *worth = &health.worth;
    if (auction->phase == AUCTION_INSOLVENT ||
        (auction->phase == AUCTION_SOLVENT &&
         (portfolio_auction_biddable(worth) || is_over(engine, auction, &health)))) {
        return ENGINE_IN_AUCTION;
    }
    const struct margin margin = margin_health(&engine->margin, target);
    if (auction->phase == AUCTION_NONE && !margin_liquidatable(&margin)) {
        return ENGINE_HEALTHY;
    }
    if (auction->phase == AUCTION_NONE && !health.has_position) {
        return ENGINE_NO_POSITION;
    }
    if (!worth_fits(worth) || !rule_units_fit(engine, target)) {
        return ENGINE_OVERFLOW;
    }
    if (auction->phase == AUCTION_NONE) {
        begin(engine, target, receipt);
    } else {
        go_insolvent(engine, target, worth);
    }
    account_set_add(&engine->touched, target);
    return ENGINE_OK;
}

enum engine_status engine_rule_auction_stop(struct engine *engine,
                                            const struct transaction *transaction,
                                            struct receipt *receipt) {
    const uint32_t target = transaction->target;
    const enum engine_status status = check_parties(engine, transaction);
    (void)receipt;
    if (status != ENGINE_OK) {
        return status;
    }
    if (!account_set_has(&engine->auctioned, target)) {
        return ENGINE_NOT_IN_AUCTION;
    }
    const struct health health = health_of(engine, target);
    if (!is_over(engine, &engine->auction[target], &health)) {
        return ENGINE_NOT_RECOVERED;
    }
    end(engine, target);
    account_set_add(&engine->touched, target);
    return ENGINE_OK;
}

/* One bid, before anything is changed. */
struct lot {
    struct portfolio_auction_worth worth;
    wide share;
    wide fair_uusd; /* the share of the equity less what is reserved */
    wide paid_uusd; /* negative: to the bidder */
    bool all_of_it; /* the most that one bid may buy */
};

static enum engine_status appraise(const struct engine *engine,
                                   const struct transaction *transaction,
                                   struct lot *lot) {
    const struct portfolio_auction_terms *terms = &engine->terms->auction;
    const struct auction *auction = &engine->auction[transaction->target];
    const struct health health = health_of(engine, transaction->target);
    const int64_t elapsed_ns = engine->core->block.time_ns - auction->start_ns;
    const wide wanted = transaction->amount * (ONE / MONEY_ONE);
    lot->worth = health.worth;
    if (!health.has_position) {
        return ENGINE_NO_POSITION;
    }
    if (is_over(engine, auction, &health)) {
        return ENGINE_HEALTHY;
    }
    if (auction->phase == AUCTION_SOLVENT && !portfolio_auction_biddable(&lot->worth)) {
        return ENGINE_AUCTION_INSOLVENT;
    }
    if (!worth_fits(&lot->worth)) {
        return ENGINE_OVERFLOW;
    }
    wide most = ONE;
    const wide discount = portfolio_auction_discount(terms, elapsed_ns);
    if (auction->phase == AUCTION_SOLVENT) {
        most = portfolio_auction_share_most(terms, &lot->worth, discount);
    }
    lot->all_of_it = wanted >= most;
    lot->share = lot->all_of_it ? most : wanted;
    lot->paid_uusd =
        auction->phase == AUCTION_SOLVENT
            ? portfolio_auction_price(&lot->worth, discount, lot->share)
            : -portfolio_auction_payout(terms, &lot->worth, elapsed_ns, lot->share);
    lot->fair_uusd = money_divide_floor(
        (lot->worth.equity - lot->worth.reserved) * lot->share, MONEY_INDEX_ONE);
    return ENGINE_OK;
}

/* The bidder's margin as it would be, at the mark prices. */
static struct margin margin_after(const struct engine *engine,
                                  const struct transaction *transaction,
                                  const struct lot *lot) {
    const struct portfolio *portfolio = &engine->portfolio;
    struct margin margin = margin_evaluate(&engine->margin, transaction->account);
    margin.equity_uusd += lot->fair_uusd - lot->paid_uusd;
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const struct contract *market = &portfolio->market[i];
        const struct margin_linear *terms = &engine->terms->instrument[i].margin;
        const int64_t mark = engine->core->mark_price_uusd[i];
        const int64_t own = portfolio_at(portfolio, transaction->account, i)->size_ubase;
        const int64_t other = portfolio_at(portfolio, transaction->target, i)->size_ubase;
        const int64_t quantity =
            portfolio_share_ubase(engine, transaction->target, i, lot->share);
        const wide interest =
            money_value_ceil(portfolio_open_interest_ubase(market), mark);
        const wide interest_then =
            money_value_ceil(rule_interest_after(market, own, other, quantity), mark);
        const wide notional = money_value_ceil(money_magnitude(own), mark);
        const wide notional_then =
            money_value_ceil(money_magnitude(own + quantity), mark);
        margin.equity_uusd += money_value_floor(own + quantity, mark) -
                              money_value_floor(own, mark) -
                              money_value_ceil(quantity, mark);
        margin.initial_uusd +=
            margin_linear_initial(terms, notional_then, interest_then) -
            margin_linear_initial(terms, notional, interest);
    }
    return margin;
}

static enum engine_status check_bid(const struct engine *engine,
                                    const struct transaction *transaction,
                                    struct lot *lot) {
    const uint32_t target = transaction->target;
    enum engine_status status = check_parties(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    if (transaction->account == target) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (account_set_has(&engine->auctioned, transaction->account)) {
        return ENGINE_IN_AUCTION;
    }
    if (!account_set_has(&engine->auctioned, target)) {
        return ENGINE_NOT_IN_AUCTION;
    }
    if (transaction->amount < 1 || transaction->amount > MONEY_ONE) {
        return ENGINE_BAD_AMOUNT;
    }
    if (!money_fits(transaction->price_uusd)) {
        return ENGINE_BAD_PRICE;
    }
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, target, i)->size_ubase != 0 &&
            engine_price_stale(engine, i)) {
            return ENGINE_STALE_PRICE;
        }
    }
    status = appraise(engine, transaction, lot);
    if (status != ENGINE_OK) {
        return status;
    }
    if (transaction->price_uusd != 0 && lot->paid_uusd > transaction->price_uusd) {
        return ENGINE_LIMIT_PRICE;
    }
    const struct margin margin = margin_after(engine, transaction, lot);
    if (margin.equity_uusd < margin.initial_uusd) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    return portfolio_share_fits(engine, target, transaction->account, lot->share,
                                lot->fair_uusd - lot->paid_uusd)
               ? ENGINE_OK
               : ENGINE_OVERFLOW;
}

/* Whose winners pay when the fund cannot: those of the largest position. */
static uint32_t main_instrument(const struct engine *engine, uint32_t account) {
    uint32_t largest = 0;
    wide most = -1;
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const wide notional = money_value_ceil(
            money_magnitude(portfolio_at(&engine->portfolio, account, i)->size_ubase),
            engine->core->mark_price_uusd[i]);
        if (notional > most) {
            most = notional;
            largest = i;
        }
    }
    return largest;
}

/* The waterfall gives the account what it owes the bidder. */
static void cover_payout(struct engine *engine, uint32_t target, int64_t payout_uusd,
                         struct receipt *receipt) {
    struct engine_core *core = engine->core;
    const int64_t before_uusd = engine->ledger.balance_micro[target];
    const struct waterfall_payment payment = waterfall_cover(
        &engine->waterfall, target, main_instrument(engine, target), payout_uusd);
    core->fund_draws_uusd += payment.fund_uusd;
    core->gated_until = core->block.number + (uint64_t)engine->terms->escrow.gate_blocks;
    /* Measured, not summed from the payments: the identity between them can then fail. */
    receipt->shortfall_uusd = engine->ledger.balance_micro[target] - before_uusd;
    receipt->fund_paid_uusd = payment.fund_uusd;
    receipt->socialised_uusd = payment.socialised_uusd;
    receipt->pool_absorbed_uusd = payment.pool_uusd;
    receipt->charged_equity_uusd = payment.charged_equity_uusd;
}

enum engine_status engine_rule_bid(struct engine *engine,
                                   const struct transaction *transaction,
                                   struct receipt *receipt) {
    const uint32_t target = transaction->target;
    struct auction *auction = &engine->auction[target];
    struct lot lot;
    const enum engine_status status = check_bid(engine, transaction, &lot);
    if (status != ENGINE_OK) {
        return status;
    }
    const int64_t paid_uusd = money_narrow(lot.paid_uusd);
    const int64_t fair_uusd = money_narrow(lot.fair_uusd);
    if (paid_uusd < 0) {
        cover_payout(engine, target, -paid_uusd, receipt);
    }
    receipt->lot_notional_uusd =
        portfolio_transfer_share(engine, target, transaction->account, lot.share);
    ledger_move(&engine->ledger, target, transaction->account, fair_uusd - paid_uusd);
    receipt->lot_fair_uusd = fair_uusd;
    receipt->lot_paid_uusd = paid_uusd;
    receipt->slippage_uusd = money_max(fair_uusd - paid_uusd, 0);
    if (auction->phase == AUCTION_SOLVENT) {
        auction->reserved_uusd += paid_uusd;
    }
    const struct health health = health_of(engine, target);
    if (is_over(engine, auction, &health) ||
        (lot.all_of_it && auction->phase == AUCTION_SOLVENT)) {
        end(engine, target);
    } else if (auction->phase == AUCTION_INSOLVENT) {
        set_insolvent(engine, auction, portfolio_auction_insolvent_need(&health.worth));
    }
    return ENGINE_OK;
}
