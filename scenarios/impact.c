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
    PARAM(
        struct impact_config, event_depth, "event_depth", param_real, "0.1%", "1", "20%",
        "what a depth event of full size leaves of the depth; 1: there are no events "
        "(BTC perpetual, 10 October 2025: 5 to 20 %, of which volatility explains 34 to "
        "47 % of the logarithm)"),
    PARAM(struct impact_config, event_response, "event_response", param_real, "0", "100",
          "0.32",
          "rise of the event's logarithm for each book (depth within depth_width) that "
          "was run through and has not refilled (assumption: full size at five)"),
    PARAM(struct impact_config, event_recovery_ns, "event_recovery", param_time, "1s",
          "3650d", "43min",
          "from an event of full size until half the depth is back (BTC perpetual, 10 "
          "October 2025, asks within 5 %)"),
    {.name = NULL},
};

void impact_config_default(struct impact_config *config) {
    memset(config, 0, sizeof *config);
    for (const struct param *row = impact_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, config));
    }
}

/* h of the header.  An event that leaves a quarter or more is worth less than two halvings
   of depth: h would exceed the recovery, and is that. */
static double event_half_life_ns(const struct impact_config *config, double most) {
    const double recovery_ns = (double)config->event_recovery_ns;
    if (most <= 2 * NUMERIC_LN2) {
        return recovery_ns;
    }
    return recovery_ns * NUMERIC_LN2 / numeric_log(most / NUMERIC_LN2);
}

static double event_factor(const struct impact *impact, int64_t span_ns) {
    return numeric_exp(-NUMERIC_LN2 * (double)span_ns / impact->event_half_life_ns);
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
    impact->event_most = 0;
    impact->usual_event = 0;
    if (config->event_response > 0 && config->depth_uusd > 0) {
        impact->event_most = -numeric_log(config->event_depth);
    }
    if (impact->event_most > 0) {
        impact->event_half_life_ns = event_half_life_ns(config, impact->event_most);
        impact->usual_event = event_factor(impact, usual_ns);
    }
}

void impact_init(struct impact_state *state, int64_t now_ns, double outside) {
    memset(state, 0, sizeof *state);
    state->time_ns = now_ns;
    state->outside = outside;
}

static void fade_event(const struct impact *impact, struct impact_state *state,
                       int64_t span_ns) {
    if (impact->event_most <= 0) {
        return;
    }
    if (span_ns == impact->usual_ns) {
        state->run_through *= impact->usual_refill;
        state->event *= impact->usual_event;
        return;
    }
    state->run_through *= fading_factor(span_ns, impact->config.refill_half_life_ns);
    state->event *= event_factor(impact, span_ns);
}

/* The book was run through by so many of itself, signed. */
static void run_through(const struct impact *impact, struct impact_state *state,
                        double books) {
    state->run_through += books;
    const double called = impact->config.event_response * numeric_abs(state->run_through);
    state->event = numeric_max(state->event, numeric_min(called, impact->event_most));
}

void impact_follow(const struct impact *impact, struct impact_state *state,
                   double outside) {
    if (impact->event_most > 0) {
        run_through(impact, state,
                    (outside - state->outside) / impact->config.depth_width);
    }
    state->outside = outside;
}

void impact_advance(const struct impact *impact, struct impact_state *state,
                    int64_t now_ns) {
    const struct impact_config *config = &impact->config;
    const int64_t span_ns = now_ns - state->time_ns;
    assert(span_ns >= 0);
    state->time_ns = now_ns;
    if (span_ns == 0) {
        return;
    }
    fade_event(impact, state, span_ns);
    if (state->bought_uusd == 0 && state->sold_uusd == 0) {
        return; /* no flow has happened that could fade */
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

/* ln of volatility against that of the days volume and depth are from; 0 at rest. */
static double stress_of(const struct impact *impact, double daily_volatility) {
    assert(daily_volatility >= 0);
    return daily_volatility > 0
               ? numeric_log(daily_volatility) - impact->log_reference_daily
               : 0;
}

static double depth_under(const struct impact *impact, double stress, double event) {
    const struct impact_config *config = &impact->config;
    const double left = numeric_exp(config->depth_elasticity * stress - event);
    return (double)config->depth_uusd * numeric_max(left, config->depth_floor);
}

double impact_depth_uusd(const struct impact *impact, const struct impact_state *state,
                         double daily_volatility) {
    return depth_under(impact, stress_of(impact, daily_volatility), state->event);
}

/* The law's factor of sqrt(|wave|). */
static double scale_under(const struct impact *impact, double daily_volatility,
                          double stress) {
    const struct impact_config *config = &impact->config;
    const double volume_uusd =
        (double)config->volume_uusd * numeric_exp(config->volume_exponent * stress);
    return impact->prefactor * daily_volatility / numeric_sqrt(volume_uusd);
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

/* The mean cost of a walk, against the trader.  The book draws back while it is walked: the
   depth is that of the middle. */
static double walk(const struct impact *impact, struct impact_state *state, double flow,
                   double stress) {
    const enum impact_side side = flow > 0 ? IMPACT_ASK : IMPACT_BID;
    const double walked = state->taken_uusd[side] + 0.5 * numeric_abs(flow);
    double half = 0;
    if (impact->event_most > 0) {
        half = 0.5 * flow / depth_under(impact, stress, 0);
        run_through(impact, state, half);
    }
    const double depth_uusd = depth_under(impact, stress, state->event);
    if (impact->event_most > 0) {
        run_through(impact, state, half);
    }
    return impact->config.depth_width * walked / depth_uusd - state->moved[side];
}

void impact_trade(const struct impact *impact, struct impact_state *state, int64_t now_ns,
                  double daily_volatility, int64_t flow_uusd, double *fill_log) {
    impact_advance(impact, state, now_ns);
    *fill_log = 0;
    if (flow_uusd == 0) {
        return;
    }
    const struct impact_config *config = &impact->config;
    const double stress = stress_of(impact, daily_volatility);
    const double scale = scale_under(impact, daily_volatility, stress);
    const enum impact_side side = flow_uusd > 0 ? IMPACT_ASK : IMPACT_BID;
    const double sign = flow_uusd > 0 ? 1 : -1;
    const double size = (double)money_magnitude(flow_uusd);
    /* From here on a purchase of `size` after a wave of the same sign: the law is odd. */
    const double wave = sign * state->wave_uusd;
    const double end = wave + size;
    const double metaorder = scale * mean_root_gain(wave, size);
    const double immediate =
        config->depth_uusd > 0 ? walk(impact, state, sign * size, stress) : 0;
    *fill_log = sign * numeric_max(numeric_max(metaorder, immediate), 0);

    const double move =
        scale * (numeric_copy_sign(numeric_sqrt(numeric_abs(end)), end) -
                 numeric_copy_sign(numeric_sqrt(numeric_abs(wave)), wave));
    state->wave_uusd = sign * end;
    state->permanent += sign * config->permanent_share * move;
    state->temporary += sign * (1 - config->permanent_share) * move;
    state->taken_uusd[side] += size;
    state->moved[side] += move;
    int64_t *total = flow_uusd > 0 ? &state->bought_uusd : &state->sold_uusd;
    *total = money_narrow((wide)*total + money_magnitude(flow_uusd));
}
