#include "analysis/margin/evaluate.h"

static double discount(const struct portfolio_expiry *expiry,
                       const struct protocol *protocol) {
    return protocol->standard.discounted && expiry->rate > 0
               ? numeric_exp(-expiry->rate * portfolio_years(expiry))
               : 1;
}

static void mark_option(const struct account_portfolio *portfolio,
                        const struct protocol *protocol, uint32_t i,
                        struct evaluated_option *out) {
    const struct portfolio_option *option = &portfolio->option[i];
    const struct portfolio_expiry *expiry = &portfolio->expiry[option->expiry_index];
    const double strike = (double)option->strike_uusd / 1e6;
    out->volatility = option->volatility > 0 ? option->volatility
                                             : svi_volatility(&expiry->svi, strike);
    const struct black76_option terms = {strike, out->volatility, portfolio_years(expiry),
                                         discount(expiry, protocol), option->put != 0};
    out->greeks = black76_evaluate(&terms, expiry->forward);
    /* Here a model's value becomes money: USD a base unit times 1e-6 base units. */
    out->mark_uusd =
        money_from_double_floor(out->greeks.price * (double)option->size_ubase);
}

struct standard_options evaluate_options(const struct account_portfolio *portfolio,
                                         const struct evaluation *evaluation,
                                         uint32_t expiry, struct standard_option *option,
                                         uint32_t *index) {
    const struct portfolio_expiry *row = &portfolio->expiry[expiry];
    struct standard_options options = {
        .option = option,
        .spot_uusd = portfolio->market[row->market_index].spot_uusd,
        .forward_uusd = money_from_double_ceil(row->forward * 1e6)};
    for (uint32_t i = 0; i < portfolio->option_count; ++i) {
        const struct portfolio_option *from = &portfolio->option[i];
        if (from->expiry_index == expiry) {
            index[options.count] = i;
            option[options.count++] =
                (struct standard_option){.strike_uusd = from->strike_uusd,
                                         .size_ubase = from->size_ubase,
                                         .mark_uusd = evaluation->option[i].mark_uusd,
                                         .put = from->put != 0};
        }
    }
    return options;
}

/* Adds an expiry; returns its short sizes. */
static wide add_expiry(const struct account_portfolio *portfolio,
                       const struct protocol *protocol, uint32_t i,
                       struct evaluation *evaluation) {
    struct standard_option option[PORTFOLIO_OPTIONS];
    uint32_t index[PORTFOLIO_OPTIONS];
    const struct standard_margin *terms = &protocol->standard;
    const struct portfolio_expiry *row = &portfolio->expiry[i];
    const struct portfolio_market *market = &portfolio->market[row->market_index];
    const struct standard_options options =
        evaluate_options(portfolio, evaluation, i, option, index);
    struct evaluated_expiry *out = &evaluation->expiry[i];
    out->margin = standard_margin_expiry(terms, &options);
    for (size_t leg = 0; leg < options.count; ++leg) {
        evaluation->option[index[leg]].charge =
            standard_margin_leg(terms, market->spot_uusd, &option[leg]);
        evaluation->equity_uusd += option[leg].mark_uusd;
    }
    const struct standard_risk risk = {
        market->spot_uusd, out->margin.short_ubase,
        money_min(
            market->spot_confidence_ppm,
            money_min(row->forward_confidence_ppm, row->volatility_confidence_ppm))};
    out->doubt_uusd = standard_margin_doubt(terms, terms->option_confidence_ppm, &risk);
    evaluation->excess.initial_uusd += out->margin.charge.initial_uusd + out->doubt_uusd;
    evaluation->excess.maintenance_uusd += out->margin.charge.maintenance_uusd;
    return out->margin.short_ubase;
}

/* Adds a perpetual; returns its size without sign. */
static wide add_perp(const struct account_portfolio *portfolio,
                     const struct protocol *protocol, uint32_t i,
                     struct evaluation *evaluation) {
    const struct margin_linear *margin = &protocol->terms.instrument[0].margin;
    const struct portfolio_perp *perp = &portfolio->perp[i];
    const struct portfolio_market *market = &portfolio->market[perp->market_index];
    const int64_t magnitude = money_magnitude(perp->size_ubase);
    const wide notional = money_value_ceil(magnitude, market->perp_uusd);
    struct evaluated_perp *out = &evaluation->perp[i];
    out->profit_uusd =
        money_value_floor(perp->size_ubase, market->perp_uusd - perp->entry_uusd) +
        perp->funding_uusd;
    out->charge.initial_uusd =
        -margin_linear_initial(margin, notional, market->open_interest_uusd);
    out->charge.maintenance_uusd = -margin_linear_maintenance(margin, notional);
    if (protocol->standard.on) {
        const struct standard_risk risk = {
            market->spot_uusd, magnitude,
            money_min(market->spot_confidence_ppm, market->perp_confidence_ppm)};
        out->doubt_uusd = standard_margin_doubt(
            &protocol->standard, protocol->standard.perp_confidence_ppm, &risk);
    }
    evaluation->equity_uusd += out->profit_uusd;
    evaluation->excess.initial_uusd +=
        out->profit_uusd + out->charge.initial_uusd + out->doubt_uusd;
    evaluation->excess.maintenance_uusd +=
        out->profit_uusd + out->charge.maintenance_uusd;
    return magnitude;
}

static void add_base(const struct account_portfolio *portfolio,
                     const struct protocol *protocol, uint32_t i,
                     struct evaluation *evaluation) {
    const struct standard_margin *terms = &protocol->standard;
    const struct portfolio_holding *base = &portfolio->base[i];
    const struct portfolio_market *market = &portfolio->market[base->market_index];
    const struct standard_risk risk = {market->spot_uusd, base->size_ubase,
                                       market->spot_confidence_ppm};
    struct evaluated_base *out = &evaluation->base[i];
    out->value_uusd = money_value_floor(base->size_ubase, market->spot_uusd);
    out->charge = standard_margin_base(terms, market->spot_uusd, base->size_ubase);
    out->doubt_uusd = standard_margin_doubt(terms, terms->base_confidence_ppm, &risk);
    evaluation->equity_uusd += out->value_uusd;
    evaluation->excess.initial_uusd += out->charge.initial_uusd + out->doubt_uusd;
    evaluation->excess.maintenance_uusd += out->charge.maintenance_uusd;
}

void evaluate(const struct account_portfolio *portfolio, const struct protocol *protocol,
              struct evaluation *evaluation) {
    const wide cash = portfolio->account.cash_uusd;
    wide at_risk[PORTFOLIO_MARKETS] = {0}; /* short options and perpetuals */
    *evaluation = (struct evaluation){
        .equity_uusd = cash, .excess = {cash, cash}
    };
    for (uint32_t i = 0; i < portfolio->option_count; ++i) {
        mark_option(portfolio, protocol, i, &evaluation->option[i]);
    }
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        at_risk[portfolio->expiry[i].market_index] +=
            add_expiry(portfolio, protocol, i, evaluation);
    }
    for (uint32_t i = 0; i < portfolio->perp_count; ++i) {
        at_risk[portfolio->perp[i].market_index] +=
            add_perp(portfolio, protocol, i, evaluation);
    }
    for (uint32_t i = 0; i < portfolio->base_count; ++i) {
        add_base(portfolio, protocol, i, evaluation);
    }
    for (uint32_t i = 0; i < portfolio->market_count && protocol->standard.on; ++i) {
        evaluation->depeg_uusd[i] =
            standard_margin_depeg(&protocol->standard, portfolio->market[i].spot_uusd,
                                  at_risk[i], portfolio->account.stable_ppm);
        evaluation->excess.initial_uusd += evaluation->depeg_uusd[i];
    }
}
