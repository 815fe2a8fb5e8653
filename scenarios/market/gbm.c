#include "scenarios/market/models.h"
#include "sim/distribution.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    (void)market, (void)error, (void)error_size;
    return true;
}

static void step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    (void)now_ns;
    const double z = distribution_normal(&state->noise);
    state->x += market->step_drift + market->step_sd * z;
}

const struct market_row market_gbm_row = {
    .name = "gbm",
    .doc = "geometric Brownian motion: d ln S = (drift - volatility^2 / 2) dt + "
           "volatility dW, stepped exactly",
    .prepare = prepare,
    .init = market_models_resting,
    .step = step,
};
