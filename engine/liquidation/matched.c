#include "engine/liquidation/matched.h"

const struct param matched_params[] = {
    PARAM(struct matched_terms, on, "on", param_flag, NULL, NULL, "off",
          "an account below maintenance is taken over by whoever offers a price, instead "
          "of being closed into the venue"),
    PARAM(struct matched_terms, fee_most_ppm, "max_fee", param_ppm, "0%", "100%", "1.5%",
          "most the insurance fund receives, share of the notional taken over"),
    PARAM(struct matched_terms, spread_ppm, "spread_to_maintenance", param_ppm, "0%",
          "1000%", "150%",
          "widest distance of the fillable price from the mark, share of the position's "
          "maintenance margin"),
    PARAM(struct matched_terms, adjustment_ppm, "bankruptcy_adjustment", param_ppm, "0%",
          "1000%", "100%",
          "how fast that distance is reached as equity falls below maintenance"),
    {0},
};

wide matched_bankruptcy_quote_uusd(const struct matched_account *account,
                                   wide value_change_uusd, wide maintenance_change_uusd) {
    const wide part = money_divide_floor(
        account->equity_uusd * money_wide_magnitude(maintenance_change_uusd),
        account->maintenance_uusd);
    return -value_change_uusd - part;
}

wide matched_fillable_price(const struct matched_terms *terms,
                            const struct matched_account *account,
                            const struct matched_position *position) {
    assert(position->size_ubase != 0);
    const wide missing = account->maintenance_uusd - account->equity_uusd;
    wide lack = money_divide_floor(terms->adjustment_ppm * missing, MONEY_ONE);
    lack = lack < 0 ? 0 : lack;
    lack = lack > account->maintenance_uusd ? account->maintenance_uusd : lack;
    const wide widest =
        money_divide_floor(position->maintenance_uusd * terms->spread_ppm, MONEY_ONE);
    const wide spread = money_divide_floor(widest * lack, account->maintenance_uusd);
    const wide worth = (position->value_uusd - spread) * MONEY_ONE;
    return position->size_ubase > 0
               ? money_divide_ceil(worth, position->size_ubase)
               : money_divide_floor(-worth, -(wide)position->size_ubase);
}

struct matched_delta matched_insurance_delta(const struct matched_terms *terms,
                                             wide fill_uusd, wide quote_uusd) {
    const wide delta = fill_uusd - quote_uusd;
    const wide most = money_divide_floor(
        money_wide_magnitude(fill_uusd) * terms->fee_most_ppm, MONEY_ONE);
    if (delta <= 0) {
        return (struct matched_delta){.draw_uusd = -delta};
    }
    return (struct matched_delta){.fee_uusd = delta < most ? delta : most};
}
