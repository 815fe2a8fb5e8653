#include "engine/instrument.h"

const struct param instrument_params[] = {
    PARAM(struct instrument_terms, name, "name", param_text, NULL, NULL, "ETH-PERP",
          "what the perpetual is called, in a user's own book, too"),
    PARAM(struct instrument_terms, multiplier_ubase, "multiplier", param_quantity, "1",
          "1000000", "1", "base units in one contract"),
    PARAM(struct instrument_terms, funding_interest_ppm, "funding_interest", param_ppm,
          "0%", "10%", "0.03%", "funding rate per day at zero skew, paid by longs"),
    PARAM(struct instrument_terms, funding_slope_ppm, "funding_slope", param_ppm, "0%",
          "100%", "0.3%", "funding rate per day when all open interest is on one side"),
    PARAM(struct instrument_terms, funding_cap_ppm, "funding_cap", param_ppm, "0%",
          "100%", "9.6%", "largest funding rate per day, either way"),
    PARAM(struct instrument_terms, open_interest_max_uusd, "open_interest_max",
          param_money, "0 USD", "1000B USD", "0 USD",
          "largest open interest; 0: no limit"),
    {0},
};
