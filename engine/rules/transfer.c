#include "engine/rules/transfer.h"

#include "engine/funding.h"

int64_t portfolio_share_ubase(const struct engine *engine, uint32_t account,
                              uint32_t instrument, wide share) {
    const int64_t size =
        portfolio_at(&engine->portfolio, account, instrument)->size_ubase;
    const int64_t part =
        money_narrow(money_divide_ceil(money_magnitude(size) * share, MONEY_INDEX_ONE));
    return size < 0 ? -part : part;
}

static wide funding_due(const struct engine *engine, uint32_t account,
                        uint32_t instrument) {
    return funding_owed_uusd(portfolio_at(&engine->portfolio, account, instrument),
                             engine->portfolio.market[instrument].funding_index);
}

/* At the mark price; the consideration is rounded up: for the one who parts with it. */
static bool sale_of(const struct engine *engine, uint32_t instrument, wide share,
                    struct portfolio_exchange *sale) {
    const int64_t quantity =
        portfolio_share_ubase(engine, sale->counterparty, instrument, share);
    const wide cost =
        money_value_ceil(quantity, engine->core->mark_price_uusd[instrument]);
    sale->instrument = instrument;
    sale->quantity_ubase = quantity;
    sale->cost_uusd = money_fits(cost) ? (int64_t)cost : 0;
    return money_fits(cost);
}

bool portfolio_share_fits(const struct engine *engine, uint32_t from, uint32_t to,
                          wide share, wide cash_uusd) {
    const struct portfolio *portfolio = &engine->portfolio;
    const int64_t *balance = engine->ledger.balance_micro;
    /* Whatever of the costs is realised, no balance moves by more than all of them. */
    wide given = money_wide_magnitude(balance[from]) + money_wide_magnitude(cash_uusd);
    wide taken = money_wide_magnitude(balance[to]) + money_wide_magnitude(cash_uusd);
    wide cleared = money_wide_magnitude(balance[ACCOUNT_CLEARING]);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        struct portfolio_exchange sale = {.account = to, .counterparty = from};
        if (!sale_of(engine, i, share, &sale) ||
            !portfolio_exchange_fits(portfolio, &engine->ledger, &sale)) {
            return false;
        }
        const wide cost = money_wide_magnitude(sale.cost_uusd);
        const wide own_from =
            money_wide_magnitude(portfolio_at(portfolio, from, i)->cost_uusd);
        const wide own_to =
            money_wide_magnitude(portfolio_at(portfolio, to, i)->cost_uusd);
        given += cost + own_from + money_wide_magnitude(funding_due(engine, from, i));
        taken += cost + own_to + money_wide_magnitude(funding_due(engine, to, i));
        cleared += 2 * cost + own_from + own_to;
    }
    return money_fits(given) && money_fits(taken) && money_fits(cleared);
}

int64_t portfolio_transfer_share(struct engine *engine, uint32_t from, uint32_t to,
                                 wide share) {
    wide notional = 0;
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        struct portfolio_exchange sale = {.account = to, .counterparty = from};
        sale_of(engine, i, share, &sale);
        if (sale.quantity_ubase == 0) {
            continue;
        }
        funding_settle(&engine->portfolio, &engine->ledger, from, i);
        funding_settle(&engine->portfolio, &engine->ledger, to, i);
        portfolio_exchange(&engine->portfolio, &engine->ledger, &sale);
        notional += money_value_floor(money_magnitude(sale.quantity_ubase),
                                      engine->core->mark_price_uusd[i]);
    }
    account_set_add(&engine->touched, from);
    account_set_add(&engine->touched, to);
    return money_narrow(notional);
}
