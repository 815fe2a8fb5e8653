/* The price goes through the facts: in every hour from the open to both extremes to the
   close, low first if the hour closed above its open.  Between two key points it is a
   bridge in the business time of the hour, stepped online: with a the business time, a*
   that of the next key point and f = da / (a* - a),

       y += J + f (y* - y - J) + sqrt(V da (1 - f)) Z,

   and y = y* at the key point.  V is the residual variance of an hour, which with the jumps
   J follows the equations of variance.h; Z is correlated with its noise.  f is the share of
   a step in the variance expected before the key point.  For deterministic variance that
   is da / (a* - a) if it is constant, and this is the bridge's exact law.  Else it is an
   approximation: the variance is taken to stay, within an hour, where it is, and its
   future not to know the key point.  "Both extremes attained" means also "not exceeded":
   what noise or jump would carry beyond an extreme is folded back inside.  Folding is an
   approximation of the bridge conditioned to stay inside; it moves neither the key points
   nor the clock.

   Business time: each minute's share of the hour is Dirichlet(alpha), so a 25 % hour may
   happen in five minutes.  The extremes fall at two uniform business times, put on
   distinct steps strictly inside the hour, so that the stepped path shows both. */
#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/fading.h"
#include "scenarios/market/models.h"
#include "scenarios/market/variance.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

#include <assert.h>
#include <stdio.h>

#define MINUTE_NS (MARKET_HOUR_NS / MARKET_MINUTES)

/* Share of the hour that is spread evenly: business time never stands still, so the
   fraction of a step is never 0 / 0. */
#define EVEN_SHARE 1e-6

/* Row of the lowest low from the start on; the earliest if it is reached twice. */
static int64_t lowest_low(const struct market_bridge *bridge) {
    const struct market_keypoints *facts = &bridge->keypoints;
    int64_t lowest = bridge->first;
    for (int64_t row = bridge->first; row < facts->count; ++row) {
        if (facts->hour[row].low_uusd < facts->hour[lowest].low_uusd) {
            lowest = row;
        }
    }
    return lowest;
}

static bool prepare(struct market *market, char *error, size_t error_size) {
    const struct market_bridge_config *config = &market->config.bridge;
    struct market_bridge *bridge = &market->bridge;
    struct market_keypoints *facts = &bridge->keypoints;
    if (!market_keypoints_load(config->facts, facts, error, error_size)) {
        return false;
    }
    bridge->first = market_keypoints_find(facts, market->config.start_ns);
    if (bridge->first < 0) {
        char from[PARAM_FORMAT_SIZE], to[PARAM_FORMAT_SIZE];
        param_instant.format(NULL, &facts->hour[0].start_ns, from, sizeof from);
        param_instant.format(NULL, &facts->hour[facts->count - 1].start_ns, to,
                             sizeof to);
        snprintf(error, error_size,
                 "start is not an hour of the facts %s: allowed is every whole hour "
                 "from %s to %s",
                 config->facts, from, to);
        return false;
    }
    const double unit = (double)facts->hour[bridge->first].open_uusd;
    for (int64_t row = 0; row < facts->count; ++row) {
        const struct keypoint_hour *hour = &facts->hour[row];
        bridge->open[row] = numeric_log((double)hour->open_uusd / unit);
        bridge->high[row] = numeric_log((double)hour->high_uusd / unit);
        bridge->low[row] = numeric_log((double)hour->low_uusd / unit);
        bridge->close[row] = numeric_log((double)hour->close_uusd / unit);
    }
    bridge->last_hour =
        config->rebound == MARKET_REBOUND_FREE ? lowest_low(bridge) : facts->count;
    bridge->memory = fading_factor(MARKET_HOUR_NS, config->variance_memory_ns);
    bridge->calming = fading_factor(market->step_ns, config->variance_calming_ns);
    struct market_variance_config residual = market->config.variance;
    residual.start = config->residual_variance;
    return variance_prepare(market, &residual, error, error_size);
}

/* Business time at an offset inside the hour. */
static double clock_at(const struct market_bridge_state *bridge, int64_t offset_ns) {
    const int64_t minute = offset_ns / MINUTE_NS;
    if (minute >= MARKET_MINUTES) {
        return 1;
    }
    const double part = (double)(offset_ns - minute * MINUTE_NS) / (double)MINUTE_NS;
    return bridge->clock[minute] +
           part * (bridge->clock[minute + 1] - bridge->clock[minute]);
}

/* The first step at whose end business time has reached a. */
static int64_t step_of(const struct market_bridge_state *bridge, double a,
                       int64_t step_ns) {
    int minute = 0;
    while (minute < MARKET_MINUTES - 1 && bridge->clock[minute + 1] <= a) {
        ++minute;
    }
    const double begin = bridge->clock[minute];
    const double part = (a - begin) / (bridge->clock[minute + 1] - begin);
    return money_from_double_ceil(((double)minute + part) * (double)MINUTE_NS /
                                  (double)step_ns);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
    return money_min(money_max(value, low), high);
}

static void draw_clock(struct market_bridge_state *bridge, struct rng *rng,
                       double alpha) {
    double share[MARKET_MINUTES];
    for (int minute = 0; minute < MARKET_MINUTES; ++minute) {
        share[minute] = alpha;
    }
    distribution_dirichlet_fill(rng, share, share, MARKET_MINUTES);
    bridge->clock[0] = 0;
    for (int minute = 0; minute < MARKET_MINUTES; ++minute) {
        bridge->clock[minute + 1] = bridge->clock[minute] +
                                    (1 - EVEN_SHARE) * share[minute] +
                                    EVEN_SHARE / MARKET_MINUTES;
    }
    bridge->clock[MARKET_MINUTES] = 1;
    bridge->clock_now = 0;
}

static void add_key(const struct market *market, struct market_bridge_state *bridge,
                    int64_t step, double y) {
    const int64_t offset_ns = step * market->step_ns;
    const int64_t key = bridge->key_count++;
    bridge->key_time_ns[key] =
        market->bridge.keypoints.hour[bridge->hour].start_ns + offset_ns;
    bridge->key_clock[key] = clock_at(bridge, offset_ns);
    bridge->key_y[key] = y;
}

/* Draws the hour's business clock and puts its key points on it.  An extreme that is the
   hour's first or last price is attained there and gets no point of its own.  y may
   differ from the open if the facts do not join: the bridge then starts where it is. */
static void enter_hour(const struct market *market, struct market_state *state,
                       int64_t row) {
    const struct market_bridge *facts = &market->bridge;
    struct market_bridge_state *bridge = &state->bridge;
    if (row >= facts->keypoints.count) {
        bridge->pinned = 0;
        return;
    }
    bridge->hour = row;
    bridge->key_count = 0;
    bridge->key_next = 0;
    bridge->key_last = MARKET_KEYS_MAX;
    bridge->seen_low = bridge->y;
    bridge->seen_high = bridge->y;
    bridge->past_variance = state->variance;

    struct rng_address address = state->address;
    address.purpose = PURPOSE_MARKET_CLOCK;
    address.occasion = (uint64_t)row;
    struct rng rng = rng_stream(&address);
    draw_clock(bridge, &rng, market->config.bridge.alpha);
    const double one = rng_uniform(&rng);
    const double other = rng_uniform(&rng);

    const int64_t steps = MARKET_HOUR_NS / market->step_ns;
    const bool rises = facts->close[row] > facts->open[row];
    const double early = rises ? facts->low[row] : facts->high[row];
    const double late = rises ? facts->high[row] : facts->low[row];
    const int64_t early_step =
        clamp(step_of(bridge, numeric_min(one, other), market->step_ns), 1, steps - 2);
    const int64_t late_step =
        clamp(step_of(bridge, numeric_max(one, other), market->step_ns), early_step + 1,
              steps - 1);
    if (early != bridge->y) {
        add_key(market, bridge, early_step, early);
    }
    if (late != facts->close[row]) {
        add_key(market, bridge, late_step, late);
    }
    add_key(market, bridge, steps, facts->close[row]);
    if (row == facts->last_hour) {
        bridge->pinned = bridge->y != facts->low[row];
        for (int64_t key = bridge->key_count - 1; key >= 0; --key) {
            if (bridge->key_y[key] == facts->low[row]) {
                bridge->key_last = key;
            }
        }
    }
}

static void init(const struct market *market, struct market_state *state) {
    const struct market_bridge_config *config = &market->config.bridge;
    struct rng_address address = state->address;
    address.purpose = PURPOSE_MARKET_SEVERITY;
    struct rng rng = rng_stream(&address);
    const double z = distribution_normal(&rng);
    state->bridge.severity = config->severity * numeric_exp(config->severity_sd * z);
    variance_rekey(state);
    state->bridge.residual = config->residual_variance;
    state->variance = config->residual_variance;
    state->daily_volatility =
        state->bridge.severity * numeric_sqrt(state->variance / MARKET_DAYS_A_YEAR);
    state->bridge.pinned = 1;
    enter_hour(market, state, market->bridge.first);
}

/* y reflected at the ends of [low, high] until it is inside. */
static double fold(double y, double low, double high) {
    if (y >= low && y <= high) {
        return y;
    }
    const double width = high - low;
    if (width <= 0) {
        return low;
    }
    const double turns = (y - low) / (2 * width);
    const double phase = 2 * (turns - numeric_floor(turns));
    const double inside = phase <= 1 ? phase : 2 - phase;
    return numeric_clamp(low + inside * width, low, high);
}

/* Parkinson (1980), J. Business 53(1): a range R of one hour estimates the hour's
   variance as R^2 / (4 ln 2).  The hour under way counts with the range seen so far. */
static double running_variance(const struct market_bridge *facts,
                               const struct market_bridge_state *bridge) {
    const double range = bridge->seen_high - bridge->seen_low;
    const double hour = range * range * (MARKET_HOURS_A_YEAR / (4 * NUMERIC_LN2));
    return facts->memory * bridge->past_variance + (1 - facts->memory) * hour;
}

/* z and jump are of y; variance is the residual one before the step. */
struct shock {
    double variance, z, jump;
};

static void pinned_step(const struct market *market, struct market_state *state,
                        int64_t now_ns, const struct shock *shock) {
    const struct market_bridge *facts = &market->bridge;
    struct market_bridge_state *bridge = &state->bridge;
    const int64_t row = bridge->hour;
    const int64_t key = bridge->key_next;
    const double target = bridge->key_y[key];
    const bool reached = now_ns >= bridge->key_time_ns[key];
    if (reached) {
        bridge->y = target;
        bridge->clock_now = bridge->key_clock[key];
    } else {
        const double clock =
            clock_at(bridge, now_ns - facts->keypoints.hour[row].start_ns);
        const double passed = clock - bridge->clock_now;
        const double part = passed / (bridge->key_clock[key] - bridge->clock_now);
        const double variance = shock->variance * (1 / MARKET_HOURS_A_YEAR);
        const double noise = numeric_sqrt(variance * passed * (1 - part)) * shock->z;
        const double from = bridge->y + shock->jump;
        const double y = from + part * (target - from) + noise;
        const double low = numeric_min(facts->low[row], bridge->seen_low);
        const double high = numeric_max(facts->high[row], bridge->seen_high);
        bridge->y = fold(y, low, high);
        bridge->clock_now = clock;
    }
    bridge->seen_low = numeric_min(bridge->seen_low, bridge->y);
    bridge->seen_high = numeric_max(bridge->seen_high, bridge->y);
    state->variance = running_variance(facts, bridge);
    if (reached) {
        bridge->excess = state->variance - bridge->residual;
        bridge->pinned = key != bridge->key_last;
        ++bridge->key_next;
        if (bridge->pinned && bridge->key_next == bridge->key_count) {
            enter_hour(market, state, row + 1);
        }
    }
}

/* The drift is that of x = severity * y, so that without drift the price, not its
   logarithm, is a martingale.  The variance is the residual one and what is left of the
   storm's excess over it. */
static void free_step(const struct market *market, struct market_state *state,
                      const struct shock *shock) {
    struct market_bridge_state *bridge = &state->bridge;
    const double s = bridge->severity;
    const double drift =
        (market->variance.drift - 0.5 * s * s * state->variance) * market->step_years;
    const double noise = numeric_sqrt(state->variance * market->step_years) * shock->z;
    bridge->y += drift / s + noise + shock->jump;
    bridge->excess *= market->bridge.calming;
    state->variance = numeric_max(bridge->residual + bridge->excess, 0);
}

static void step(const struct market *market, struct market_state *state,
                 int64_t now_ns) {
    struct market_bridge_state *bridge = &state->bridge;
    struct shock shock = {.variance = bridge->residual};
    const struct variance_shock drawn =
        variance_step_alone(market, state, now_ns, &bridge->residual);
    shock.z = drawn.z;
    shock.jump = drawn.jump != 0 ? drawn.jump / bridge->severity : 0;
    if (bridge->pinned) {
        pinned_step(market, state, now_ns, &shock);
    } else {
        free_step(market, state, &shock);
    }
    state->x = bridge->severity * bridge->y;
    state->daily_volatility =
        bridge->severity * numeric_sqrt(state->variance * (1 / MARKET_DAYS_A_YEAR));
}

const struct market_row market_bridge_row = {
    .name = "keypoints",
    .doc = "hourly open, low, high and close of an incident, joined by bridges of "
           "stochastic variance in bursty business time",
    .prepare = prepare,
    .init = init,
    .step = step,
};
