#include "scenarios/market/market.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"
#include "scenarios/purposes.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct market_row *const market_models[MARKET_MODEL_COUNT] = {
    [MARKET_GBM] = &market_gbm_row,        [MARKET_KEYPOINTS] = &market_bridge_row,
    [MARKET_SINGLE_GAP] = &market_gap_row, [MARKET_STAIRCASE] = &market_staircase_row,
    [MARKET_MERTON] = &market_merton_row,  [MARKET_HESTON] = &market_heston_row,
    [MARKET_BATES] = &market_bates_row,    [MARKET_SVCJ] = &market_svcj_row,
};

void market_config_default(struct market_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = market_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

bool market_prepare(struct market *market, const struct market_config *config,
                    int64_t step_ns, char *error, size_t error_size) {
    assert(step_ns > 0);
    memset(market, 0, sizeof *market);
    market->config = *config;
    market->step_ns = step_ns;
    if (step_ns > MARKET_HOUR_NS / 12 || MARKET_HOUR_NS % step_ns != 0) {
        snprintf(error, error_size,
                 "the market step has to divide an hour and be at most 5 min");
        return false;
    }
    const double volatility = config->volatility;
    market->step_years = (double)step_ns / MARKET_YEAR_NS;
    market->step_drift =
        (config->drift - 0.5 * volatility * volatility) * market->step_years;
    market->step_sd = volatility * numeric_sqrt(market->step_years);
    return market_models[config->model]->prepare(market, error, error_size);
}

void market_init(const struct market *market, struct market_state *state,
                 int64_t begin_ns, uint64_t seed, uint64_t path) {
    assert(begin_ns <= market->config.start_ns);
    assert((market->config.start_ns - begin_ns) % market->step_ns == 0);
    memset(state, 0, sizeof *state);
    state->address =
        (struct rng_address){.seed = seed, .path = path, .purpose = PURPOSE_MARKET_NOISE};
    state->noise = rng_stream(&state->address);
    state->time_ns = begin_ns;
    market_models[market->config.model]->init(market, state);
}

void market_step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    assert(now_ns == state->time_ns + market->step_ns);
    if (now_ns > market->config.start_ns) {
        market_models[market->config.model]->step(market, state, now_ns);
    }
    state->time_ns = now_ns;
    assert(numeric_is_finite(state->x));
}

void market_rekey(struct market_state *state, uint64_t branch) {
    state->address.branch = branch;
    state->noise = rng_stream(&state->address);
    variance_rekey(state);
}

bool market_price(int64_t start_price_uusd, double log_price, int64_t *price_uusd) {
    return market_price_times(start_price_uusd, numeric_exp(log_price), price_uusd);
}

bool market_price_times(int64_t start_price_uusd, double ratio, int64_t *price_uusd) {
    const double price = (double)start_price_uusd * ratio;
    if (!(price >= (double)MONEY_PRICE_MIN && price <= (double)MONEY_PRICE_MAX)) {
        return false;
    }
    *price_uusd = money_from_double_floor(numeric_round(price));
    return true;
}

void market_models_resting(const struct market *market, struct market_state *state) {
    const double volatility = market->config.volatility;
    state->variance = volatility * volatility;
    state->daily_volatility = volatility / numeric_sqrt(MARKET_DAYS_A_YEAR);
}
