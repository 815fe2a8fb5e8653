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
          "100000 gwei", "10 gwei",
          "base fee on a calm day; 0: a chain without price and without others "
          "(assumption)"),
    PARAM(struct weather_config, congestion, "congestion", param_real, "0", "5", "0.8",
          "rise of the logarithm of what others pay per unit of the congestion level "
          "(assumption: puts the peak of "
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
    PARAM(struct weather_config, market.target_gas, "gas_target", param_integer, "1",
          "1_000_000_000", "15_000_000", "gas of a block that leaves the base fee alone"),
    PARAM(struct weather_config, market.limit_gas, "gas_limit", param_integer, "1",
          "1_000_000_000", "30_000_000", "gas of one block"),
    PARAM(struct weather_config, own_share, "gas_share", param_real, "0", "1", "20%",
          "most of a block that this protocol can use: its transactions touch the same "
          "state (assumption)"),
    PARAM(struct weather_config, market.denominator, "base_fee_denominator",
          param_integer, "1", "1_000_000", "8",
          "one over the largest change of the base fee a block (EIP-1559)"),
    PARAM(struct weather_config, elasticity, "demand_elasticity", param_real, "0.2", "20",
          "1", "of other users' demand for gas to its price (assumption)"),
    PARAM(struct weather_config, patience_ns, "demand_patience", param_time, "1s", "30d",
          "1min", "half-life of other users' demand that did not get in (assumption)"),
    PARAM(struct weather_config, missed_probability, "missed_slots", param_real, "0", "1",
          "0.5%", "probability that a slot has no block (assumption)"),
    PARAM(struct weather_config, outage_rate, "outage_rate", param_real, "0", "1000", "0",
          "outages a day on a calm chain (assumption)"),
    PARAM(struct weather_config, outage_mean_ns, "outage_length", param_time, "1s", "30d",
          "10min", "mean length of an outage, exponential (assumption)"),
    PARAM(struct weather_config, outage_congestion, "outage_congestion", param_real, "0",
          "5", "1",
          "rise of ln outage_rate per unit of the congestion level (assumption)"),
    PARAM(struct weather_config, reorg_rate, "reorg_rate", param_real, "0", "1000", "0",
          "forks a day that the chain reorganises away (assumption)"),
    PARAM(
        struct weather_config, reorg_depth_most, "reorg_depth_most", param_integer, "1",
        "6", "6",
        "most slots a reorganisation takes back, uniform from 1 (assumption; Ethereum's "
        "deepest under proof of stake, 25 May 2022: 7 blocks)"),
    {.name = NULL},
};

void weather_config_default(struct weather_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = weather_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

#define DAY_NS 86400e9

static bool refuse(char *error, size_t error_size, const char *sentence) {
    snprintf(error, error_size, "%s", sentence);
    return false;
}

/* The logarithm that ln w may not exceed, nine standard deviations of noise included: the
   fee market's range, 1e18 wei, less a factor of ten for what waits. */
#define LOG_HIGHEST 39.1

bool weather_prepare(struct weather *weather, const struct weather_config *config,
                     int64_t step_ns, char *error, size_t error_size) {
    assert(step_ns > 0);
    const int64_t lag = config->window_ns / step_ns;
    if (lag < 1 || lag >= WEATHER_HISTORY) {
        snprintf(error, error_size, "congestion_window has to be 1 to %d slots",
                 WEATHER_HISTORY - 1);
        return false;
    }
    if (config->market.target_gas > config->market.limit_gas) {
        return refuse(error, error_size, "gas_target is above gas_limit");
    }
    weather->config = *config;
    weather->step_ns = step_ns;
    weather->lag = lag;
    weather->jump_decay = fading_factor(step_ns, config->jump_half_life_ns);
    weather->noise_decay = fading_factor(step_ns, config->noise_half_life_ns);
    weather->noise_step =
        config->noise_sd * numeric_sqrt(1 - weather->noise_decay * weather->noise_decay);
    weather->log_base =
        config->base_fee_wei > 0 ? numeric_log((double)config->base_fee_wei) : 0;
    weather->own_gas =
        money_from_double_floor((double)config->market.limit_gas * config->own_share);
    weather->wait_decay = fading_factor(step_ns, config->patience_ns);
    weather->outage_step = config->outage_rate * (double)step_ns / DAY_NS;
    if (weather->log_base + config->congestion * config->jump_cap + 9 * config->noise_sd >
        LOG_HIGHEST) {
        return refuse(error, error_size,
                      "the price of gas could exceed 100M gwei; lower base_fee, "
                      "congestion, congestion_cap or gas_noise");
    }
    return true;
}

void weather_init(const struct weather *weather, struct weather_state *state,
                  double log_price, uint64_t seed, uint64_t path) {
    memset(state, 0, sizeof *state);
    state->address =
        (struct rng_address){.seed = seed, .path = path, .purpose = PURPOSE_WEATHER};
    state->rng = rng_stream(&state->address);
    state->noise = weather->config.noise_sd * distribution_normal(&state->rng);
    state->down_until_ns = INT64_MIN;
    for (int i = 0; i < WEATHER_HISTORY; ++i) {
        state->log_price[i] = log_price;
    }
    if (weather->config.base_fee_wei > 0) {
        const double fee =
            (double)weather->config.base_fee_wei * numeric_exp(state->noise);
        state->base_fee_wei = money_max(money_from_double_floor(fee), 1);
        state->price_wei = state->base_fee_wei;
    }
}

static void stir(const struct weather *weather, struct weather_state *state,
                 double log_price, double z) {
    const struct weather_config *config = &weather->config;
    const int64_t now = ++state->steps % WEATHER_HISTORY;
    const int64_t then =
        (state->steps + WEATHER_HISTORY - weather->lag) % WEATHER_HISTORY;
    state->log_price[now] = log_price;
    const double moved = numeric_abs(log_price - state->log_price[then]);
    const double jump = numeric_min(config->jump_scale * moved, config->jump_cap);
    state->level = numeric_max(state->level * weather->jump_decay, jump);
    state->noise = state->noise * weather->noise_decay + weather->noise_step * z;
}

/* Whether this slot has no block, and why.  One uniform decides: its lower end is a missed
   slot, its upper end the beginning of an outage.  A slot without a block needs no entropy:
   the length of the outage is drawn from it. */
static uint64_t absent(const struct weather *weather, struct weather_state *state,
                       const struct weather_block *block, double luck) {
    const struct weather_config *config = &weather->config;
    if (weather->outage_step > 0) {
        if (block->time_ns < state->down_until_ns) {
            return WEATHER_MISSED | WEATHER_OUTAGE;
        }
        const double rate =
            weather->outage_step * numeric_exp(config->outage_congestion * state->level);
        if (luck > 1 - rate) {
            const double share = -numeric_log(numeric_uniform_from_bits(block->entropy));
            const double length_ns =
                numeric_min(share * (double)config->outage_mean_ns, 4e18);
            state->down_until_ns = block->time_ns + money_from_double_ceil(length_ns);
            return WEATHER_MISSED | WEATHER_OUTAGE;
        }
    }
    return luck < config->missed_probability ? WEATHER_MISSED : 0;
}

/* How many slots a fork that begins with this block lasts; 0 when none does.  Every fork has
   a stream of its own, and the first step draws only when the first one is due: so nothing
   else moves by forks being possible. */
static int64_t fork_slots(const struct weather *weather, struct weather_state *state,
                          const struct weather_block *block) {
    const struct weather_config *config = &weather->config;
    const bool first = state->forks == 0;
    if (config->reorg_rate <= 0 ||
        (!first && (block->flags != 0 || block->time_ns < state->fork_due_ns))) {
        return 0;
    }
    struct rng_address address = state->address;
    address.purpose = PURPOSE_REORG;
    address.occasion = state->forks;
    struct rng rng = rng_stream(&address);
    const uint64_t depth = rng_below(&rng, (uint64_t)config->reorg_depth_most);
    const double share = -numeric_log(rng_uniform(&rng));
    const int64_t slots = first ? 0 : 1 + (int64_t)depth;
    const double wait_ns = numeric_min(share * DAY_NS / config->reorg_rate, 4e18);
    state->forks += 1;
    state->fork_due_ns =
        block->time_ns + slots * weather->step_ns + money_from_double_ceil(wait_ns);
    return slots;
}

/* What others want of one slot at the base fee. */
static double wanted(const struct weather *weather, const struct weather_state *state) {
    const struct weather_config *config = &weather->config;
    if (config->base_fee_wei == 0) {
        return 0;
    }
    const double log_worth =
        weather->log_base + state->noise + config->congestion * state->level;
    const double log_fee = numeric_log((double)state->base_fee_wei);
    return (double)config->market.target_gas *
           numeric_exp(config->elasticity * (log_worth - log_fee));
}

void weather_step(const struct weather *weather, struct weather_state *state,
                  int64_t now_ns, double log_price, struct weather_block *block) {
    const double z = distribution_normal(&state->rng);
    const double luck = rng_uniform(&state->rng);
    const uint64_t entropy = rng_next(&state->rng);
    stir(weather, state, log_price, z);
    *block = (struct weather_block){
        .time_ns = now_ns,
        .base_fee_wei = state->base_fee_wei,
        .limit_gas = weather->config.market.limit_gas,
        .own_gas = weather->own_gas,
        .others_gas = (1 + state->waiting) * wanted(weather, state),
        .entropy = entropy,
    };
    block->flags = absent(weather, state, block, luck);
    block->fork_slots = fork_slots(weather, state, block);
    if (block->flags != 0) {
        state->waiting = (1 + state->waiting) * weather->wait_decay;
    }
}

int64_t weather_price_wei(const struct weather *weather,
                          const struct weather_block *block, int64_t own_gas) {
    const double room = (double)(block->limit_gas - own_gas);
    if (block->others_gas <= room) {
        return block->base_fee_wei;
    }
    if (room <= 0) {
        return FEE_MARKET_HIGHEST;
    }
    const double dearer =
        numeric_log(block->others_gas / room) / weather->config.elasticity;
    const double price = (double)block->base_fee_wei * numeric_exp(dearer);
    return money_from_double_ceil(numeric_min(price, (double)FEE_MARKET_HIGHEST));
}

void weather_close(const struct weather *weather, struct weather_state *state,
                   const struct weather_block *block, int64_t own_gas) {
    state->price_wei = weather_price_wei(weather, block, own_gas);
    if (weather->config.base_fee_wei == 0) {
        return;
    }
    const double room = (double)(block->limit_gas - own_gas);
    const double served = numeric_min(block->others_gas, room);
    const double left = block->others_gas > 0 ? 1 - served / block->others_gas : 0;
    state->waiting = (1 + state->waiting) * left * weather->wait_decay;
    state->base_fee_wei = fee_market_next(&weather->config.market, state->base_fee_wei,
                                          own_gas + money_from_double_floor(served));
}

void weather_rekey(struct weather_state *state, uint64_t branch) {
    state->address.branch = branch;
    state->rng = rng_stream(&state->address);
}
