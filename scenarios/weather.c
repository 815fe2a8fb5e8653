#include "scenarios/weather.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/fading.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct param weather_params[] = {
    PARAM(struct weather_config, base_fee_wei, "base_fee", param_gas_price, "0 gwei",
          "100000 gwei", "10 gwei", "gas price on a calm day (assumption)"),
    PARAM(struct weather_config, congestion, "congestion", param_real, "0", "5", "0.8",
          "rise of ln gas per unit of the congestion level (assumption: puts the peak of "
          "12 March 2020 at 80 to 200 gwei)"),
    PARAM(struct weather_config, jump_scale, "congestion_jump", param_real, "0", "1000",
          "45", "congestion level per unit of |return over the window| (assumption)"),
    PARAM(struct weather_config, jump_cap, "congestion_cap", param_real, "0", "20", "3",
          "highest congestion level (assumption)"),
    PARAM(struct weather_config, jump_half_life_ns, "congestion_half_life", param_time,
          "1s", "3650d", "40min", "half-life of the congestion level (assumption)"),
    PARAM(struct weather_config, window_ns, "congestion_window", param_time, "1s", "1h",
          "10min", "over which the return is taken"),
    PARAM(struct weather_config, noise_sd, "gas_noise", param_real, "0", "2", "0.15",
          "standard deviation of ln gas that price does not explain (assumption)"),
    PARAM(struct weather_config, noise_half_life_ns, "gas_noise_half_life", param_time,
          "1s", "3650d", "30min", "its half-life (assumption)"),
    PARAM(struct weather_config, gas_limit, "gas_limit", param_integer, "0",
          "1_000_000_000", "30_000_000", "gas of one block"),
    PARAM(struct weather_config, gas_share, "gas_share", param_real, "0", "1", "20%",
          "share of a block left for this protocol on a calm day (assumption)"),
    PARAM(struct weather_config, crowding, "crowding", param_real, "0", "5", "0.5",
          "fall of the logarithm of that share per unit of the congestion level "
          "(assumption)"),
    PARAM(struct weather_config, missed_probability, "missed_slots", param_real, "0", "1",
          "0.5%", "probability that a slot has no block (assumption)"),
    {.name = NULL},
};

void weather_config_default(struct weather_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = weather_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

bool weather_prepare(struct weather *weather, const struct weather_config *config,
                     int64_t step_ns, char *error, size_t error_size) {
    assert(step_ns > 0);
    const int64_t lag = config->window_ns / step_ns;
    if (lag < 1 || lag >= WEATHER_HISTORY) {
        snprintf(error, error_size, "congestion_window has to be 1 to %d slots",
                 WEATHER_HISTORY - 1);
        return false;
    }
    weather->config = *config;
    weather->step_ns = step_ns;
    weather->lag = lag;
    weather->jump_decay = fading_factor(step_ns, config->jump_half_life_ns);
    weather->noise_decay = fading_factor(step_ns, config->noise_half_life_ns);
    weather->noise_step =
        config->noise_sd * numeric_sqrt(1 - weather->noise_decay * weather->noise_decay);
    return true;
}

void weather_init(const struct weather *weather, struct weather_state *state,
                  double log_price, uint64_t seed, uint64_t path) {
    memset(state, 0, sizeof *state);
    state->address =
        (struct rng_address){.seed = seed, .path = path, .purpose = PURPOSE_WEATHER};
    state->rng = rng_stream(&state->address);
    state->noise = weather->config.noise_sd * distribution_normal(&state->rng);
    for (int i = 0; i < WEATHER_HISTORY; ++i) {
        state->log_price[i] = log_price;
    }
}

void weather_step(const struct weather *weather, struct weather_state *state,
                  int64_t now_ns, double log_price, struct weather_block *block) {
    const struct weather_config *config = &weather->config;
    const double z = distribution_normal(&state->rng);
    const double luck = rng_uniform(&state->rng);
    const uint64_t entropy = rng_next(&state->rng);

    const int64_t now = ++state->steps % WEATHER_HISTORY;
    const int64_t then =
        (state->steps + WEATHER_HISTORY - weather->lag) % WEATHER_HISTORY;
    state->log_price[now] = log_price;
    const double moved = numeric_abs(log_price - state->log_price[then]);
    const double jump = numeric_min(config->jump_scale * moved, config->jump_cap);
    state->level = numeric_max(state->level * weather->jump_decay, jump);
    state->noise = state->noise * weather->noise_decay + weather->noise_step * z;

    const double log_gas = state->noise + config->congestion * state->level;
    const double fee = (double)config->base_fee_wei * numeric_exp(log_gas);
    const double room = (double)config->gas_limit * config->gas_share *
                        numeric_exp(-config->crowding * state->level);
    const bool missed = luck < config->missed_probability;
    *block = (struct weather_block){
        .time_ns = now_ns,
        .base_fee_wei = money_from_double_floor(fee),
        .gas_available = missed ? 0 : money_from_double_floor(room),
        .entropy = entropy,
        .flags = missed ? WEATHER_MISSED : 0,
    };
}

void weather_rekey(struct weather_state *state, uint64_t branch) {
    state->address.branch = branch;
    state->rng = rng_stream(&state->address);
}
