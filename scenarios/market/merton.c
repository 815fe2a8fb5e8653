#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    const struct market_variance_config *given = &market->config.variance;
    const double volatility = market->config.volatility;
    const struct market_variance_config values = {
        .start = volatility * volatility,
        .mean = volatility * volatility,
        .jump_rate = given->jump_rate,
        .jump_mean = given->jump_mean,
        .jump_sd = given->jump_sd,
        .volatility_floor = given->volatility_floor,
    };
    return variance_prepare(market, &values, error, error_size);
}

const struct market_row market_merton_row = {
    .name = "merton",
    .doc =
        "geometric Brownian motion and normal jumps of the log price at a constant rate",
    .prepare = prepare,
    .init = variance_init,
    .step = variance_step,
};
