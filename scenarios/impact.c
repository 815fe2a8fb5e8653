#include "scenarios/impact.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/fading.h"

#include <assert.h>
#include <string.h>

#define DAYS_A_YEAR 365.0

const struct param impact_params[] = {
    PARAM(struct impact_config, feedback, "feedback", param_flag, NULL, NULL, "on",
          "whether this protocol's flow moves the outside price"),
    PARAM(struct impact_config, prefactor, "prefactor", param_real, "0", "10", "0.7",
          "Y of the square-root law (of order one: Donier, Bonart 2015; the value is an "
          "assumption)"),
    PARAM(struct impact_config, permanent_share, "permanent_share", param_real, "0", "1",
          "30%", "share of the impact that stays (assumption)"),
    PARAM(struct impact_config, temporary_half_life_ns, "temporary_half_life", param_time,
          "1s", "3650d", "30min", "half-life of the other share (assumption)"),
    PARAM(struct impact_config, wave_half_life_ns, "wave_half_life", param_time, "1s",
          "3650d", "1h", "flow nearer in time than this is one metaorder (assumption)"),
    PARAM(struct impact_config, volume_uusd, "volume", param_money, "1 USD", "1000B USD",
          "209M USD",
          "volume of the outside market a day (ETH, 5-11 March 2020, Binance)"),
    PARAM(struct impact_config, reference_volatility, "reference_volatility", param_real,
          "0.1%", "2000%", "101%",
          "annualised volatility of the days volume and depth are from (ETH, 5-11 March "
          "2020)"),
    PARAM(struct impact_config, volume_exponent, "volume_exponent", param_real, "0", "2",
          "0.6",
          "volume grows with volatility to this power (12 March 2020 against the week "
          "before: 0.51 in USD, 0.73 in ETH)"),
    PARAM(struct impact_config, depth_uusd, "depth", param_money, "0 USD", "1000B USD",
          "3M USD",
          "one side of the outside book within depth_width; 0: without end "
          "(assumption)"),
    PARAM(struct impact_config, depth_width, "depth_width", param_real, "0.01%", "50%",
          "2%", "distance from the price within which depth is measured"),
    PARAM(struct impact_config, depth_elasticity, "depth_elasticity", param_real, "-2",
          "0", "-0.3",
          "of depth to volatility (BTC perpetual, 10 October 2025: -0.1 to -0.4)"),
    PARAM(struct impact_config, depth_floor, "depth_floor", param_real, "0.1%", "1", "5%",
          "depth never falls below this share of itself (BTC perpetual, 10 October "
          "2025)"),
    PARAM(struct impact_config, refill_half_life_ns, "refill_half_life", param_time, "1s",
          "3650d", "5min", "half-life of what has been taken from the book (assumption)"),
    {.name = NULL},
};

void impact_config_default(struct impact_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = impact_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

void impact_prepare(struct impact *impact, const struct impact_config *config,
                    int64_t usual_ns) {
    assert(usual_ns > 0);
    impact->config = *config;
    impact->prefactor = config->feedback != 0 ? config->prefactor : 0;
    impact->log_reference_daily =
        numeric_log(config->reference_volatility / numeric_sqrt(DAYS_A_YEAR));
    impact->usual_ns = usual_ns;
    impact->usual_wave = fading_factor(usual_ns, config->wave_half_life_ns);
    impact->usual_temporary = fading_factor(usual_ns, config->temporary_half_life_ns);
    impact->usual_refill = fading_factor(usual_ns, config->refill_half_life_ns);
}

void impact_init(struct impact_state *state, int64_t now_ns) {
    memset(state, 0, sizeof *state);
    state->time_ns = now_ns;
}

void impact_advance(const struct impact *impact, struct impact_state *state,
                    int64_t now_ns) {
    const struct impact_config *config = &impact->config;
    const int64_t span_ns = now_ns - state->time_ns;
    assert(span_ns >= 0);
    state->time_ns = now_ns;
    if (span_ns == 0 || (state->bought_uusd == 0 && state->sold_uusd == 0)) {
        return; /* nothing has happened that could fade */
    }
    double wave = impact->usual_wave;
    double temporary = impact->usual_temporary;
    double refill = impact->usual_refill;
    if (span_ns != impact->usual_ns) {
        wave = fading_factor(span_ns, config->wave_half_life_ns);
        temporary = fading_factor(span_ns, config->temporary_half_life_ns);
        refill = fading_factor(span_ns, config->refill_half_life_ns);
    }
    state->wave_uusd *= wave;
    state->temporary *= temporary;
    for (int side = 0; side < IMPACT_SIDE_COUNT; ++side) {
        state->taken_uusd[side] *= refill;
        state->moved[side] *= refill;
    }
}

double impact_log(const struct impact_state *state) {
    return state->permanent + state->temporary;
}

/* The market a trade meets: impact is scale * sqrt(|wave|), depth in micro-USD. */
struct conditions {
    double scale;
    double depth_uusd;
};

static struct conditions conditions_at(const struct impact *impact,
                                       double daily_volatility) {
    const struct impact_config *config = &impact->config;
    assert(daily_volatility >= 0);
    if (daily_volatility == 0) {
        return (struct conditions){.scale = 0, .depth_uusd = (double)config->depth_uusd};
    }
    const double stress = numeric_log(daily_volatility) - impact->log_reference_daily;
    const double volume_uusd =
        (double)config->volume_uusd * numeric_exp(config->volume_exponent * stress);
    const double thinned = numeric_exp(config->depth_elasticity * stress);
    return (struct conditions){
        .scale = impact->prefactor * daily_volatility / numeric_sqrt(volume_uusd),
        .depth_uusd =
            (double)config->depth_uusd * numeric_max(thinned, config->depth_floor),
    };
}

/* Mean of sign(v) sqrt|v| - sign(w) sqrt|w| for v from w to w + size: its antiderivative
   is 2/3 |v|^(3/2). */
static double mean_root_gain(double wave, double size) {
    const double before = numeric_sqrt(numeric_abs(wave));
    const double end = wave + size;
    const double after = numeric_sqrt(numeric_abs(end));
    const double area =
        (2.0 / 3.0) * (after * numeric_abs(end) - before * numeric_abs(wave));
    return area / size - numeric_copy_sign(before, wave);
}

void impact_trade(const struct impact *impact, struct impact_state *state, int64_t now_ns,
                  double daily_volatility, int64_t flow_uusd, double *fill_log) {
    impact_advance(impact, state, now_ns);
    *fill_log = 0;
    if (flow_uusd == 0) {
        return;
    }
    const struct impact_config *config = &impact->config;
    const struct conditions market = conditions_at(impact, daily_volatility);
    const enum impact_side side = flow_uusd > 0 ? IMPACT_ASK : IMPACT_BID;
    const double sign = flow_uusd > 0 ? 1 : -1;
    const double size = (double)money_magnitude(flow_uusd);
    /* From here on a purchase of `size` after a wave of the same sign: the law is odd. */
    const double wave = sign * state->wave_uusd;
    const double end = wave + size;
    const double metaorder = market.scale * mean_root_gain(wave, size);
    double immediate = 0;
    if (config->depth_uusd > 0) {
        const double walked = state->taken_uusd[side] + 0.5 * size;
        immediate = config->depth_width * walked / market.depth_uusd - state->moved[side];
    }
    *fill_log = sign * numeric_max(numeric_max(metaorder, immediate), 0);

    const double move =
        market.scale * (numeric_copy_sign(numeric_sqrt(numeric_abs(end)), end) -
                        numeric_copy_sign(numeric_sqrt(numeric_abs(wave)), wave));
    state->wave_uusd = sign * end;
    state->permanent += sign * config->permanent_share * move;
    state->temporary += sign * (1 - config->permanent_share) * move;
    state->taken_uusd[side] += size;
    state->moved[side] += move;
    int64_t *total = flow_uusd > 0 ? &state->bought_uusd : &state->sold_uusd;
    *total = money_narrow((wide)*total + money_magnitude(flow_uusd));
}
