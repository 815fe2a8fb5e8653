#include "scenarios/venues.h"

#include "engine/numeric.h"
#include "scenarios/fading.h"
#include "scenarios/market/market.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

#include <assert.h>
#include <string.h>

const struct param venues_params[] = {
    PARAM(struct venues_config, base, "venue_dispersion", param_real, "0", "10%", "5 bp",
          "standard deviation of a venue's price around the outside price at rest "
          "(assumption)"),
    PARAM(struct venues_config, slope, "venue_dispersion_slope", param_real, "0", "1",
          "2%", "what each unit of daily volatility adds to it (assumption)"),
    PARAM(struct venues_config, half_life_ns, "venue_half_life", param_time, "1s", "30d",
          "5min", "half-life of a venue's deviation (assumption)"),
    {.name = NULL},
};

void venues_config_default(struct venues_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = venues_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

static double spread_of(double decay) {
    return numeric_sqrt(1 - decay * decay);
}

void venues_prepare(struct venues *venues, const struct venues_config *config,
                    int64_t usual_ns) {
    assert(usual_ns > 0);
    venues->config = *config;
    venues->usual_ns = usual_ns;
    venues->usual_decay = fading_factor(usual_ns, config->half_life_ns);
    venues->usual_spread = spread_of(venues->usual_decay);
}

void venues_init(struct venues_state *state, int64_t now_ns, uint64_t seed, uint64_t path,
                 uint64_t owner) {
    memset(state, 0, sizeof *state);
    state->address = (struct rng_address){
        .seed = seed, .path = path, .purpose = PURPOSE_VENUE, .owner = owner};
    state->rng = rng_stream(&state->address);
    state->time_ns = now_ns;
    state->z = distribution_normal(&state->rng);
}

static double next_shock(struct venues_state *state) {
    if (state->ahead == 0) {
        distribution_normal_fill(&state->rng, state->shock, VENUES_AHEAD);
        state->ahead = VENUES_AHEAD;
    }
    const double shock = state->shock[VENUES_AHEAD - state->ahead];
    state->ahead -= 1;
    return shock;
}

double venues_offset(const struct venues *venues, struct venues_state *state,
                     int64_t now_ns, double daily_volatility) {
    const int64_t span_ns = now_ns - state->time_ns;
    assert(span_ns >= 0);
    assert(daily_volatility >= 0);
    if (span_ns > 0) {
        const bool usual = span_ns == venues->usual_ns;
        const double decay = usual ? venues->usual_decay
                                   : fading_factor(span_ns, venues->config.half_life_ns);
        const double spread = usual ? venues->usual_spread : spread_of(decay);
        state->z = decay * state->z + spread * next_shock(state);
        state->time_ns = now_ns;
    }
    return (venues->config.base + venues->config.slope * daily_volatility) * state->z;
}

bool venues_look(const struct venues *venues, struct venues_state *state, uint32_t count,
                 const struct venues_glance *glance, int64_t *price_uusd) {
    double ratio[VENUES_LOOK_MOST] = {0};
    assert(count <= VENUES_LOOK_MOST);
    for (uint32_t i = 0; i < count; ++i) {
        ratio[i] =
            venues_offset(venues, &state[i], glance->now_ns, glance->daily_volatility);
    }
    numeric_exp_batch(ratio, ratio, count);
    bool in_range = true;
    for (uint32_t i = 0; i < count; ++i) {
        in_range &=
            market_price_times(glance->outside_price_uusd, ratio[i], &price_uusd[i]);
    }
    return in_range;
}

void venues_rekey(struct venues_state *state, uint64_t branch) {
    state->address.branch = branch;
    state->rng = rng_stream(&state->address);
    state->ahead = 0;
}
