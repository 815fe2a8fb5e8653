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
