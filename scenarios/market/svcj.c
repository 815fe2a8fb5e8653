#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    const struct market_variance_config values = market->config.variance;
    return variance_prepare(market, &values, error, error_size);
}

const struct market_row market_svcj_row = {
    .name = "svcj",
    .doc = "variance as in heston; price and variance jump together, at their own "
           "instants inside a step (Duffie, Pan, Singleton)",
    .prepare = prepare,
    .init = variance_init,
    .step = variance_step,
};
