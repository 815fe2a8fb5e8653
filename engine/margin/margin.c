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

static inline wide units_value_uusd(const struct margin_view *view, int64_t units) {
    return units == 0 ? 0
                      : collateral_value_floor(units, view->mark_price_uusd[0],
                                               view->terms[0].multiplier_ubase);
}

wide margin_units_uusd(const struct margin_view *view, uint32_t account) {
    return units_value_uusd(view, margin_units(view, account));
}

wide margin_equity_uusd(const struct margin_view *view, uint32_t account) {
    wide equity = ledger_free(view->ledger, account) + margin_units_uusd(view, account);
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        equity += margin_profit_uusd(view, account, i);
    }
    return equity;
}

/* How much is open matters where rates grow with it only. */
static inline wide open_interest_uusd(const struct margin_view *view,
                                      uint32_t instrument) {
    return view->terms[instrument].margin.scaling_upper_uusd == 0
               ? 0
               : money_value_ceil(
                     portfolio_open_interest_ubase(&view->portfolio->market[instrument]),
                     view->mark_price_uusd[instrument]);
}

/* One product gives both roundings: a long is worth its floor and is charged for its
   ceiling, a short is worth minus its ceiling. */
static inline struct margin position_margin(const struct margin_view *view,
                                            uint32_t instrument,
                                            const struct position *position,
                                            bool initial) {
    const struct margin_linear *terms = &view->terms[instrument].margin;
    const wide product =
        (wide)money_magnitude(position->size_ubase) * view->mark_price_uusd[instrument];
    const wide below = money_divide_floor(product, MONEY_ONE);
    const wide notional = below + (below * MONEY_ONE != product);
    const wide value = position->size_ubase > 0 ? below : -notional;
    return (struct margin){
        .equity_uusd = value - position->cost_uusd -
                       funding_owed_uusd(
                           position, view->portfolio->market[instrument].funding_index),
        .initial_uusd = initial
                            ? margin_linear_initial(terms, notional,
                                                    open_interest_uusd(view, instrument))
                            : 0,
        .maintenance_uusd = margin_linear_maintenance(terms, notional),
        .notional_uusd = notional};
}

/* Sums in variables of their own: in a struct each sum would go through memory. */
static inline struct margin account_margin(const struct margin_view *view,
                                           uint32_t account, bool with_initial) {
    wide equity = ledger_free(view->ledger, account);
    wide initial = 0, maintenance = 0, notional = 0;
    bool exposed = false;
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        const struct position *position = portfolio_at(view->portfolio, account, i);
        if (position->size_ubase == 0) {
            continue;
        }
        const struct margin part = position_margin(view, i, position, with_initial);
        exposed = true;
        equity += part.equity_uusd;
        initial += part.initial_uusd;
        maintenance += part.maintenance_uusd;
        notional += part.notional_uusd;
    }
    const int64_t units = margin_units(view, account);
    wide value = 0;
    if (units != 0) {
        value = margin_units_uusd(view, account);
        equity += collateral_margin_floor(view->collateral_terms, value);
        /* What secures a debt is something to liquidate, with a position or without. */
        exposed = exposed || ledger_free(view->ledger, account) < 0;
    }
    return (struct margin){.equity_uusd = equity,
                           .initial_uusd = initial,
                           .maintenance_uusd = maintenance,
                           .notional_uusd = notional,
                           .units_uusd = value,
                           .exposed = exposed};
}

struct margin margin_health(const struct margin_view *view, uint32_t account) {
    return account_margin(view, account, false);
}

struct margin margin_evaluate(const struct margin_view *view, uint32_t account) {
    return account_margin(view, account, true);
}

int64_t margin_withdrawable_uusd(const struct margin_view *view, uint32_t account,
                                 const struct margin *margin) {
    const wide spare = margin->equity_uusd - margin->initial_uusd;
    const wide free = ledger_free(view->ledger, account);
    const bool borrow = view->collateral_terms->borrow != 0;
    const wide least = borrow || spare < free ? spare : free;
    return least > 0 ? money_narrow(least) : 0;
}

bool margin_may_withdraw_units(const struct margin_view *view, uint32_t account,
                               const struct margin *margin, int64_t units) {
    const int64_t left = margin_units(view, account) - units;
    const struct collateral_terms *terms = view->collateral_terms;
    return left >= 0 &&
           margin->equity_uusd - collateral_margin_floor(terms, margin->units_uusd) +
                   collateral_margin_floor(terms, units_value_uusd(view, left)) >=
               margin->initial_uusd;
}

bool margin_needs_units(const struct margin_view *view, uint32_t account) {
    if (margin_units(view, account) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        if (portfolio_at(view->portfolio, account, i)->size_ubase != 0) {
            return true;
        }
    }
    return ledger_free(view->ledger, account) < 0;
}
