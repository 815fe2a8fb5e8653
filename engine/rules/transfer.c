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

static wide magnitude(wide value) {
    return value < 0 ? -value : value;
}

static wide funding_due(const struct engine *engine, uint32_t account,
                        uint32_t instrument) {
    return funding_owed_uusd(portfolio_at(&engine->portfolio, account, instrument),
                             engine->portfolio.market[instrument].funding_index);
}

static struct portfolio_sale sale_of(const struct engine *engine, uint32_t from,
                                     uint32_t to, uint32_t instrument, wide share) {
    return (struct portfolio_sale){
        .from = from,
        .to = to,
        .instrument = instrument,
        .quantity_ubase = portfolio_share_ubase(engine, from, instrument, share),
        .price_uusd = engine->core->mark_price_uusd[instrument]};
}

bool portfolio_share_fits(const struct engine *engine, uint32_t from, uint32_t to,
                          wide share, wide cash_uusd) {
    const struct portfolio *portfolio = &engine->portfolio;
    const int64_t *balance = engine->ledger.balance_micro;
    /* Whatever of the costs is realised, no balance moves by more than all of them. */
    wide given = magnitude(balance[from]) + magnitude(cash_uusd);
    wide taken = magnitude(balance[to]) + magnitude(cash_uusd);
    wide cleared = magnitude(balance[ACCOUNT_CLEARING]);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const struct portfolio_sale sale = sale_of(engine, from, to, i, share);
        if (!portfolio_transfer_fits(portfolio, &sale)) {
            return false;
        }
        const wide cost =
            magnitude(money_value_ceil(sale.quantity_ubase, sale.price_uusd));
        const wide own_from = magnitude(portfolio_at(portfolio, from, i)->cost_uusd);
        const wide own_to = magnitude(portfolio_at(portfolio, to, i)->cost_uusd);
        given += cost + own_from + magnitude(funding_due(engine, from, i));
        taken += cost + own_to + magnitude(funding_due(engine, to, i));
        cleared += 2 * cost + own_from + own_to;
    }
    return money_fits(given) && money_fits(taken) && money_fits(cleared);
}

int64_t portfolio_transfer_share(struct engine *engine, uint32_t from, uint32_t to,
                                 wide share) {
    wide notional = 0;
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const struct portfolio_sale sale = sale_of(engine, from, to, i, share);
        if (sale.quantity_ubase == 0) {
            continue;
        }
        funding_settle(&engine->portfolio, &engine->ledger, from, i);
        funding_settle(&engine->portfolio, &engine->ledger, to, i);
        portfolio_transfer(&engine->portfolio, &engine->ledger, &sale);
        notional +=
            money_value_floor(money_magnitude(sale.quantity_ubase), sale.price_uusd);
    }
    account_set_add(&engine->touched, from);
    account_set_add(&engine->touched, to);
    return money_narrow(notional);
}
