#include "engine/numeric.h"
#include "scenarios/market/models.h"

const struct param market_gap_params[] = {
    PARAM(struct market_config, gap.gap, "gap", param_real, "-99%", "1000%", "-30%",
          "single-gap: price after over price before, less 1 (assumption)"),
    PARAM(struct market_config, gap.time_ns, "gap_time", param_time, "0s", "3650d", "1h",
          "single-gap: from the start to the jump (assumption)"),
    {.name = NULL},
};

static bool prepare(struct market *market, char *error, size_t error_size) {
    (void)error, (void)error_size;
    market->jump = numeric_log1p(market->config.gap.gap);
    return true;
}

static void step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    const int64_t jump_ns = market->config.start_ns + market->config.gap.time_ns;
    state->x = now_ns >= jump_ns ? market->jump : 0;
}

const struct market_row market_gap_row = {
    .name = "single-gap",
    .doc = "a price that rests, jumps once by a given share, and rests again",
    .params = market_gap_params,
    .prepare = prepare,
    .init = market_models_resting,
    .step = step,
};
