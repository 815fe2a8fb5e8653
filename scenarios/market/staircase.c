#include "engine/numeric.h"
#include "scenarios/market/models.h"
#include "sim/distribution.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    (void)error, (void)error_size;
    const double noise = market->config.staircase.noise;
    market->jump = numeric_log1p(-market->config.staircase.fall);
    market->step_drift = -0.5 * noise * noise * market->step_years;
    market->step_sd = noise * numeric_sqrt(market->step_years);
    return true;
}

/* The first step falls one interval after the start; the noise is a martingale. */
static void step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    const struct market_staircase_config *config = &market->config.staircase;
    const double z = distribution_normal(&state->noise);
    state->x += market->step_drift + market->step_sd * z;
    const int64_t next_ns =
        market->config.start_ns + (state->stairs + 1) * config->interval_ns;
    if (state->stairs < config->steps && now_ns >= next_ns) {
        state->x += market->jump;
        ++state->stairs;
    }
}

const struct market_row market_staircase_row = {
    .name = "staircase",
    .doc = "a one-way fall in equal steps at equal intervals, with a little noise",
    .prepare = prepare,
    .init = market_models_resting,
    .step = step,
};
