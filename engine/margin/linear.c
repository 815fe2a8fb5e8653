#include "engine/margin/linear.h"

const struct param margin_linear_params[] = {
    PARAM(struct margin_linear, initial_ppm, "initial", param_ppm, "0.1%", "100%", "10%",
          "equity to open, share of notional"),
    PARAM(struct margin_linear, maintenance_ppm, "maintenance", param_ppm, "0.1%", "100%",
          "6.5%", "equity to keep, share of notional"),
    PARAM(struct margin_linear, scaling_lower_uusd, "scaling_lower", param_money, "0 USD",
          "1000B USD", "0 USD", "open interest from which the initial rate grows"),
    PARAM(struct margin_linear, scaling_upper_uusd, "scaling_upper", param_money, "0 USD",
          "1000B USD", "0 USD",
          "open interest at which the initial rate is 100 %; 0: no scaling"),
    {0},
};

const struct param margin_linear_tier_params[] = {
    PARAM(struct margin_linear_tier, above_uusd, "above", param_money, "1 USD",
          "1000B USD", 0, "notional of a position from which this bracket's rates apply"),
    PARAM(struct margin_linear_tier, initial_ppm, "initial", param_ppm, "0.1%", "100%", 0,
          "equity to open, share of the notional in this bracket"),
    PARAM(struct margin_linear_tier, maintenance_ppm, "maintenance", param_ppm, "0.1%",
          "100%", 0, "equity to keep, share of the notional in this bracket"),
    {0},
};

bool margin_linear_valid(const struct margin_linear *margin) {
    int64_t above = 0;
    int64_t initial = margin->initial_ppm;
    int64_t maintenance = margin->maintenance_ppm;
    if (initial < maintenance || margin->tier_count > MARGIN_LINEAR_TIERS ||
        (margin->scaling_upper_uusd != 0 &&
         margin->scaling_upper_uusd <= margin->scaling_lower_uusd)) {
        return false;
    }
    for (uint32_t i = 0; i < margin->tier_count; ++i) {
        const struct margin_linear_tier *tier = &margin->tier[i];
        if (tier->above_uusd <= above || tier->initial_ppm < initial ||
            tier->maintenance_ppm < maintenance ||
            tier->initial_ppm < tier->maintenance_ppm) {
            return false;
        }
        above = tier->above_uusd;
        initial = tier->initial_ppm;
        maintenance = tier->maintenance_ppm;
    }
    return true;
}

int64_t margin_linear_scaled_ppm(const struct margin_linear *margin, int64_t rate_ppm,
                                 wide open_interest_uusd) {
    const wide lower = margin->scaling_lower_uusd;
    const wide upper = margin->scaling_upper_uusd;
    if (upper == 0 || open_interest_uusd <= lower) {
        return rate_ppm;
    }
    if (open_interest_uusd >= upper) {
        return MONEY_ONE;
    }
    return rate_ppm +
           money_narrow(money_divide_floor(
               (open_interest_uusd - lower) * (MONEY_ONE - rate_ppm), upper - lower));
}

/* The common case, no scaling, without a call. */
static inline int64_t scaled_ppm(const struct margin_linear *margin, int64_t rate_ppm,
                                 wide open_interest_uusd) {
    return margin->scaling_upper_uusd == 0
               ? rate_ppm
               : margin_linear_scaled_ppm(margin, rate_ppm, open_interest_uusd);
}

wide margin_linear_maintenance(const struct margin_linear *margin, wide notional_uusd) {
    wide product = notional_uusd * margin->maintenance_ppm;
    int64_t below_ppm = margin->maintenance_ppm;
    /* A later bracket adds the difference of the rates on what lies above its start. */
    for (uint32_t i = 0; i < margin->tier_count; ++i) {
        const struct margin_linear_tier *tier = &margin->tier[i];
        if (notional_uusd <= tier->above_uusd) {
            break;
        }
        product +=
            (notional_uusd - tier->above_uusd) * (tier->maintenance_ppm - below_ppm);
        below_ppm = tier->maintenance_ppm;
    }
    return money_divide_ceil(product, MONEY_ONE);
}

wide margin_linear_initial(const struct margin_linear *margin, wide notional_uusd,
                           wide open_interest_uusd) {
    int64_t below_ppm = scaled_ppm(margin, margin->initial_ppm, open_interest_uusd);
    wide product = notional_uusd * below_ppm;
    for (uint32_t i = 0; i < margin->tier_count; ++i) {
        const struct margin_linear_tier *tier = &margin->tier[i];
        if (notional_uusd <= tier->above_uusd) {
            break;
        }
        const int64_t rate_ppm =
            scaled_ppm(margin, tier->initial_ppm, open_interest_uusd);
        product += (notional_uusd - tier->above_uusd) * (rate_ppm - below_ppm);
        below_ppm = rate_ppm;
    }
    return money_divide_ceil(product, MONEY_ONE);
}

int64_t margin_linear_maintenance_least_ppm(const struct margin_linear *margin) {
    return margin->maintenance_ppm; /* rates do not fall: margin_linear_valid */
}

int64_t margin_linear_maintenance_most_ppm(const struct margin_linear *margin) {
    return margin->tier_count == 0 ? margin->maintenance_ppm
                                   : margin->tier[margin->tier_count - 1].maintenance_ppm;
}
