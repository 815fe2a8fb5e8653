#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    struct market_variance_config values = market->config.variance;
    values.jump_rate = 0;
    values.variance_jump_mean = 0;
    values.jump_correlation = 0;
    return variance_prepare(market, &values, error, error_size);
}

const struct market_row market_heston_row = {
    .name = "heston",
    .doc = "mean-reverting stochastic variance, correlated with the price; QE-M scheme "
           "of Andersen",
    .prepare = prepare,
    .init = variance_init,
    .step = variance_step,
};
