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
