/* x = J (1 - R (1 - 2^(-t / h))) + W, t since the gap: a share R of the gap J closes again.
   J is the parameter's logarithm times exp(sd Z), one Z a path; W is Brownian motion. */
#include "engine/numeric.h"
#include "scenarios/fading.h"
#include "scenarios/market/models.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

static bool prepare(struct market *market, char *error, size_t error_size) {
    (void)error, (void)error_size;
    const double noise = market->config.gap.noise;
    market->jump = numeric_log1p(market->config.gap.gap);
    market->step_drift = -0.5 * noise * noise * market->step_years;
    market->step_sd = noise * numeric_sqrt(market->step_years);
    return true;
}

static void init(const struct market *market, struct market_state *state) {
    struct rng_address address = state->address;
    address.purpose = PURPOSE_MARKET_SEVERITY;
    struct rng rng = rng_stream(&address);
    const double z = distribution_normal(&rng);
    state->gap = market->jump * numeric_exp(market->config.gap.sd * z);
    market_models_resting(market, state);
}

static void step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    const struct market_gap_config *config = &market->config.gap;
    const int64_t since_ns = now_ns - (market->config.start_ns + config->time_ns);
    if (market->step_sd > 0) {
        const double z = distribution_normal(&state->noise);
        state->wander += market->step_drift + market->step_sd * z;
    }
    state->x = state->wander;
    if (since_ns >= 0) {
        const double open = fading_factor(since_ns, config->half_life_ns);
        state->x += state->gap * (1 - config->recovery * (1 - open));
    }
}

const struct market_row market_gap_row = {
    .name = "single-gap",
    .doc = "a price that jumps once by a given share, and may make up for part of it",
    .prepare = prepare,
    .init = init,
    .step = step,
};
