#include "engine/options/standard_margin.h"

#define ROW(member, key, low, high, fallback, doc)                                       \
    PARAM(struct standard_margin, member, key, param_ppm, low, high, fallback, doc)

const struct param standard_margin_params[] = {
    PARAM(struct standard_margin, on, "standard", param_flag, NULL, NULL, "off",
          "options and base are margined by the standard formulas; off: refused"),
    PARAM(struct standard_margin, discounted, "discounted", param_flag, NULL, NULL, "off",
          "marks are discounted by the expiry's rate"),
    ROW(max_spot_ppm, "max_spot", "0%", "1000%", "15%",
        "initial charge of a short option at the money, share of spot"),
    ROW(min_spot_ppm, "min_spot", "0%", "1000%", "13%",
        "least initial charge of a short option, share of spot"),
    ROW(call_maintenance_ppm, "call_maintenance", "0%", "1000%", "9%",
        "maintenance charge of a short call, share of spot"),
    ROW(put_maintenance_ppm, "put_maintenance", "0%", "1000%", "9%",
        "maintenance charge of a short put, share of spot"),
    ROW(put_mark_ppm, "put_mark", "0%", "1000%", "9%",
        "maintenance charge of a short put, share of its mark, where that is more"),
    ROW(put_offset_ppm, "put_offset", "0%", "1000%", "105%",
        "least initial charge of a short put, share of its maintenance charge"),
    ROW(unpaired_initial_ppm, "unpaired_initial", "0%", "1000%", "120%",
        "initial charge of calls short on balance in the most an expiry can lose, "
        "share of forward"),
    ROW(unpaired_maintenance_ppm, "unpaired_maintenance", "0%", "1000%", "110%",
        "the same for maintenance"),
    ROW(base_ppm, "base_factor", "0%", "100%", "80%",
        "share of the base asset's value that counts for maintenance"),
    ROW(base_initial_ppm, "base_initial", "0%", "100%", "93.75%",
        "share of that share that counts for initial margin"),
    ROW(perp_confidence_ppm, "perp_confidence", "0%", "100%", "55%",
        "confidence in prices below which perpetuals are charged for it"),
    ROW(option_confidence_ppm, "option_confidence", "0%", "100%", "55%",
        "the same for short options"),
    ROW(base_confidence_ppm, "base_confidence", "0%", "100%", "55%", "the same for base"),
    ROW(confidence_factor_ppm, "confidence_factor", "0%", "1000%", "100%",
        "charge for missing confidence, share of spot"),
    ROW(depeg_threshold_ppm, "depeg_threshold", "0%", "200%", "99%",
        "price of the stable coin below which risk is charged for it, in USD"),
    ROW(depeg_factor_ppm, "depeg_factor", "0%", "10000%", "200%",
        "charge for each missing dollar of the stable coin, share of spot"),
    {0},
};

static wide share_floor(wide amount_uusd, int64_t share_ppm) {
    return money_divide_floor(amount_uusd * share_ppm, MONEY_ONE);
}

static wide wide_min(wide a, wide b) {
    return a < b ? a : b;
}

static wide wide_max(wide a, wide b) {
    return a > b ? a : b;
}

/* max(max_spot - out of the money / S, min_spot) S a, without dividing by S. */
static wide initial_charge(const struct standard_margin *terms, int64_t spot_uusd,
                           const struct standard_option *option) {
    const wide notional = money_value_floor(option->size_ubase, spot_uusd);
    const int64_t distance =
        option->put ? spot_uusd - option->strike_uusd : option->strike_uusd - spot_uusd;
    const wide relief = /* of the charge, so rounded down too */
        distance > 0 ? money_divide_floor(-(wide)option->size_ubase * distance, MONEY_ONE)
                     : 0;
    return wide_min(share_floor(notional, terms->max_spot_ppm) + relief,
                    share_floor(notional, terms->min_spot_ppm));
}

struct standard_charge standard_margin_leg(const struct standard_margin *terms,
                                           int64_t spot_uusd,
                                           const struct standard_option *option) {
    if (option->size_ubase >= 0) {
        return (struct standard_charge){0, 0};
    }
    const wide mark = option->mark_uusd;
    const wide notional = money_value_floor(option->size_ubase, spot_uusd);
    const wide initial = mark + initial_charge(terms, spot_uusd, option);
    if (!option->put) {
        return (struct standard_charge){
            initial, mark + share_floor(notional, terms->call_maintenance_ppm)};
    }
    const wide maintenance =
        mark + wide_min(share_floor(notional, terms->put_maintenance_ppm),
                        share_floor(mark, terms->put_mark_ppm));
    return (struct standard_charge){
        wide_min(initial, share_floor(maintenance, terms->put_offset_ppm)), maintenance};
}

wide standard_margin_payoff(const struct standard_options *options, int64_t price_uusd) {
    wide sum = 0;
    for (size_t i = 0; i < options->count; ++i) {
        const struct standard_option *option = &options->option[i];
        const int64_t inside = option->put ? option->strike_uusd - price_uusd
                                           : price_uusd - option->strike_uusd;
        if (inside > 0) {
            sum += money_value_floor(option->size_ubase, inside);
        }
    }
    return sum;
}

/* The payoff at one more settlement price. */
static void look_at(struct standard_expiry *expiry,
                    const struct standard_options *options, int64_t price_uusd) {
    const wide payoff = standard_margin_payoff(options, price_uusd);
    if (payoff < expiry->payoff_uusd) {
        expiry->payoff_uusd = payoff;
        expiry->worst_price_uusd = price_uusd;
    }
}

struct standard_expiry standard_margin_expiry(const struct standard_margin *terms,
                                              const struct standard_options *options) {
    struct standard_expiry expiry = {0};
    wide calls = 0;
    look_at(&expiry, options, 0);
    for (size_t i = 0; i < options->count; ++i) {
        const struct standard_option *option = &options->option[i];
        const struct standard_charge leg =
            standard_margin_leg(terms, options->spot_uusd, option);
        expiry.isolated.initial_uusd += leg.initial_uusd;
        expiry.isolated.maintenance_uusd += leg.maintenance_uusd;
        expiry.short_ubase += option->size_ubase < 0 ? -(wide)option->size_ubase : 0;
        calls += option->put ? 0 : option->size_ubase;
        look_at(&expiry, options, option->strike_uusd);
    }
    const wide unpaired =
        calls < 0 ? money_divide_floor(calls * options->forward_uusd, MONEY_ONE) : 0;
    expiry.loss.initial_uusd =
        expiry.payoff_uusd + share_floor(unpaired, terms->unpaired_initial_ppm);
    expiry.loss.maintenance_uusd =
        expiry.payoff_uusd + share_floor(unpaired, terms->unpaired_maintenance_ppm);
    expiry.charge.initial_uusd =
        wide_max(expiry.isolated.initial_uusd, expiry.loss.initial_uusd);
    expiry.charge.maintenance_uusd =
        wide_max(expiry.isolated.maintenance_uusd, expiry.loss.maintenance_uusd);
    return expiry;
}

struct standard_charge standard_margin_base(const struct standard_margin *terms,
                                            int64_t spot_uusd, int64_t base_ubase) {
    const wide value = money_value_floor(base_ubase, spot_uusd);
    const wide maintenance = share_floor(value, terms->base_ppm);
    return (struct standard_charge){share_floor(maintenance, terms->base_initial_ppm),
                                    maintenance};
}

wide standard_margin_doubt(const struct standard_margin *terms, int64_t threshold_ppm,
                           const struct standard_risk *risk) {
    if (risk->confidence_ppm >= threshold_ppm) {
        return 0;
    }
    const wide notional =
        money_divide_floor(-risk->size_ubase * risk->spot_uusd, MONEY_ONE);
    return share_floor(share_floor(notional, MONEY_ONE - risk->confidence_ppm),
                       terms->confidence_factor_ppm);
}

wide standard_margin_depeg(const struct standard_margin *terms, int64_t spot_uusd,
                           wide size_ubase, int64_t stable_ppm) {
    if (stable_ppm >= terms->depeg_threshold_ppm) {
        return 0;
    }
    const wide notional = money_divide_floor(-size_ubase * spot_uusd, MONEY_ONE);
    return share_floor(share_floor(notional, terms->depeg_threshold_ppm - stable_ppm),
                       terms->depeg_factor_ppm);
}
