#include "engine/numeric.h"
#include "scenarios/market/models.h"
#include "sim/distribution.h"

const struct param market_staircase_params[] = {
    PARAM(struct market_config, staircase.fall, "stair_fall", param_real, "0", "50%",
          "2%", "staircase: fall of one step, share of the price (assumption)"),
    PARAM(struct market_config, staircase.interval_ns, "stair_interval", param_time, "1s",
          "3650d", "30min", "staircase: from one step to the next (assumption)"),
    PARAM(struct market_config, staircase.steps, "stair_steps", param_integer, "0",
          "1000", "30", "staircase: number of steps (assumption)"),
    PARAM(struct market_config, staircase.noise, "stair_noise", param_real, "0", "5",
          "10%", "staircase: annualised volatility between the steps (assumption)"),
    {.name = NULL},
};

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
    .params = market_staircase_params,
    .prepare = prepare,
    .init = market_models_resting,
    .step = step,
};
