#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    struct market_variance_config values = market->config.variance;
    values.variance_jump_mean = 0;
    values.jump_correlation = 0;
    return variance_prepare(market, &values, error, error_size);
}

const struct market_row market_bates_row = {
    .name = "bates",
    .doc = "variance as in heston and jumps of the price that leave the variance alone",
    .prepare = prepare,
    .init = variance_init,
    .step = variance_step,
};
