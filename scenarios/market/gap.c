#include "engine/numeric.h"
#include "scenarios/market/models.h"

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
    .prepare = prepare,
    .init = market_models_resting,
    .step = step,
};
