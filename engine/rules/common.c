#include "engine/rules/common.h"

#include "engine/funding.h"

void rule_fill(struct engine *engine, uint32_t account, uint32_t instrument,
               int64_t quantity_ubase, int64_t price_uusd) {
    funding_settle(&engine->portfolio, &engine->ledger, account, instrument);
    funding_settle(&engine->portfolio, &engine->ledger, ACCOUNT_POOL, instrument);
    portfolio_fill(&engine->portfolio, &engine->ledger, account, instrument,
                   quantity_ubase, price_uusd);
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, ACCOUNT_POOL);
}

bool rule_price_too_old(const struct engine *engine, uint32_t account) {
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0 &&
            engine_price_stale(engine, i)) {
            return true;
        }
    }
    return margin_needs_units(&engine->margin, account) && engine_price_stale(engine, 0);
}

int64_t rule_slippage_uusd(int64_t quantity_ubase, int64_t price_uusd,
                           int64_t mark_uusd) {
    return money_narrow(money_value_floor(money_magnitude(quantity_ubase),
                                          money_magnitude(price_uusd - mark_uusd)));
}

int64_t rule_seize_price(const struct engine *engine) {
    return collateral_seize_price(&engine->terms->collateral,
                                  engine->core->mark_price_uusd[0]);
}

wide rule_estate_uusd(const struct engine *engine, uint32_t account) {
    const int64_t units = ledger_free(&engine->collateral, account);
    const wide equity = margin_equity_uusd(&engine->margin, account);
    return units == 0 ? equity
                      : equity - margin_units_uusd(&engine->margin, account) +
                            collateral_value_floor(
                                units, rule_seize_price(engine),
                                engine->terms->instrument[0].multiplier_ubase);
}

bool rule_has_position(const struct engine *engine, uint32_t account) {
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0) {
            return true;
        }
    }
    return false;
}

void rule_seize(struct engine *engine, uint32_t account, int64_t units,
                struct receipt *receipt) {
    const int64_t price = rule_seize_price(engine);
    const wide paid_uusd = collateral_value_floor(
        units, price, engine->terms->instrument[0].multiplier_ubase);
    ledger_move(&engine->collateral, account, ACCOUNT_POOL, units);
    ledger_move(&engine->ledger, ACCOUNT_POOL, account, money_narrow(paid_uusd));
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, ACCOUNT_POOL);
    receipt->seized_ubase = units;
    receipt->seize_price_uusd = price;
}

bool rule_units_fit(const struct engine *engine, uint32_t account) {
    const wide value = margin_units_uusd(&engine->margin, account);
    return value == 0 || money_fits(engine->ledger.balance_micro[ACCOUNT_POOL] - value);
}

struct margin rule_margin_after(const struct engine *engine, uint32_t account,
                                uint32_t instrument, const struct rule_fill_plan *plan) {
    const struct contract *market = &engine->portfolio.market[instrument];
    const struct margin_linear *terms = &engine->terms->instrument[instrument].margin;
    const int64_t mark = market->mark_price_uusd;
    const int64_t before =
        portfolio_at(&engine->portfolio, account, instrument)->size_ubase;
    const int64_t after = before + plan->quantity_ubase;
    const wide notional = money_value_ceil(money_magnitude(before), mark);
    const wide notional_after = money_value_ceil(money_magnitude(after), mark);
    const wide interest = money_value_ceil(portfolio_open_interest_ubase(market), mark);
    const wide interest_after = money_value_ceil(plan->interest_ubase, mark);
    struct margin margin = margin_evaluate(&engine->margin, account);
    margin.equity_uusd += money_value_floor(after, mark) -
                          money_value_floor(before, mark) - plan->cash_uusd;
    margin.initial_uusd += margin_linear_initial(terms, notional_after, interest_after) -
                           margin_linear_initial(terms, notional, interest);
    return margin;
}

static int64_t moved(int64_t side_ubase, int64_t before_ubase, int64_t after_ubase,
                     int64_t sign) {
    return side_ubase - money_max(sign * before_ubase, 0) +
           money_max(sign * after_ubase, 0);
}

int64_t rule_interest_after(const struct contract *market, int64_t buyer_ubase,
                            int64_t seller_ubase, int64_t quantity_ubase) {
    int64_t side[2] = {market->long_ubase, market->short_ubase};
    for (int i = 0; i < 2; ++i) {
        const int64_t sign = i == 0 ? 1 : -1;
        side[i] = moved(side[i], buyer_ubase, buyer_ubase + quantity_ubase, sign);
        side[i] = moved(side[i], seller_ubase, seller_ubase - quantity_ubase, sign);
    }
    return money_max(side[0], side[1]);
}
