#include "engine/margin/margin.h"

#include "engine/funding.h"

wide margin_profit_uusd(const struct margin_view *view, uint32_t account,
                        uint32_t instrument) {
    const struct position *position = portfolio_at(view->portfolio, account, instrument);
    if (position->size_ubase == 0) {
        return 0;
    }
    return money_value_floor(position->size_ubase, view->mark_price_uusd[instrument]) -
           position->cost_uusd -
           funding_owed_uusd(position, view->portfolio->market[instrument].funding_index);
}

wide margin_equity_uusd(const struct margin_view *view, uint32_t account) {
    wide equity = ledger_free(view->ledger, account);
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        equity += margin_profit_uusd(view, account, i);
    }
    return equity;
}

struct margin margin_evaluate(const struct margin_view *view, uint32_t account) {
    struct margin margin = {.equity_uusd = ledger_free(view->ledger, account)};
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        const struct position *position = portfolio_at(view->portfolio, account, i);
        if (position->size_ubase == 0) {
            continue;
        }
        const int64_t mark = view->mark_price_uusd[i];
        const wide notional =
            money_value_ceil(money_magnitude(position->size_ubase), mark);
        const wide open_interest = money_value_ceil(
            portfolio_open_interest_ubase(&view->portfolio->market[i]), mark);
        margin.has_position = true;
        margin.equity_uusd += margin_profit_uusd(view, account, i);
        margin.notional_uusd += notional;
        margin.maintenance_uusd +=
            margin_linear_maintenance(&view->terms[i].margin, notional);
        margin.initial_uusd +=
            margin_linear_initial(&view->terms[i].margin, notional, open_interest);
    }
    return margin;
}
