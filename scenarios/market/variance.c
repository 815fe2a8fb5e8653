#include "scenarios/market/variance.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/market/models.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

#include <assert.h>
#include <stdio.h>

/* Below it rounding in correlation / volatility would outweigh what the noise of the
   variance does. */
#define LEAST_VOLATILITY 1e-6

/* Means below it are as good as 0; their squares could underflow. */
#define LEAST_MEAN 1e-100

/* h is half the next variance's variance over its squared mean.  Up to Andersen's 1.5 / 2
   it is drawn as a squared normal, which exists up to 1; above as atom and tail, which
   exist from 1/2 on.  Below the smaller bound series in h end with h^4. */
#define SQUARE_UP_TO 0.75
#define NARROW_BELOW 0x1p-12

#define UNDRAWN INT64_MIN
#define NEVER   INT64_MAX

/* A jump farther away than any path is long does not happen. */
#define WAIT_MAX_NS 1e18

static struct market_span span_of(const struct market_variance *model, double years) {
    const struct market_variance_config *v = &model->values;
    /* (1 - e^-speed t) / speed, also where the speed is 0 */
    const double reach =
        v->speed > 0 ? -numeric_expm1(-v->speed * years) / v->speed : years;
    const double forget = v->speed * reach;
    const double square = v->volatility * v->volatility;
    struct market_span span = {
        .drift = model->drift * years,
        .keep = 1 - forget,
        .pull = v->mean * forget,
        .noise = square * (1 - forget) * reach,
        .spread = 0.5 * v->mean * square * forget * reach,
    };
    const double rho = v->correlation;
    const double slope = v->volatility > 0 ? rho / v->volatility : 0;
    const double half = 0.5 * years;
    span.k0 = -slope * v->speed * v->mean * years;
    span.k1 = half * (v->speed * slope - 0.5) - slope;
    span.k2 = half * (v->speed * slope - 0.5) + slope;
    span.k3 = half * (1 - rho * rho);
    span.tilt = span.k2 + 0.5 * span.k3;
    return span;
}

bool variance_prepare(struct market *market, const struct market_variance_config *values,
                      char *error, size_t error_size) {
    struct market_variance *model = &market->variance;
    model->values = *values;
    struct market_variance_config *v = &model->values;
    if (v->volatility < LEAST_VOLATILITY) {
        v->volatility = 0;
        v->correlation = 0;
    }
    const double left = 1 - v->jump_correlation * v->variance_jump_mean;
    if (left <= 0) {
        snprintf(error, error_size,
                 "jump_correlation times variance_jump_mean has to be below 1: otherwise "
                 "the mean price after a jump is infinite");
        return false;
    }
    const double factor =
        numeric_exp(v->jump_mean + 0.5 * v->jump_sd * v->jump_sd) / left;
    model->drift = market->config.drift - v->jump_rate * (factor - 1);
    model->scale_floor = v->volatility_floor * v->volatility_floor;
    model->step = span_of(model, market->step_years);
    return true;
}

static void scale(const struct market *market, struct market_state *state) {
    const double variance = numeric_max(state->variance, market->variance.scale_floor);
    state->daily_volatility = numeric_sqrt(variance * (1 / MARKET_DAYS_A_YEAR));
}

void variance_rekey(struct market_state *state) {
    struct rng_address address = state->address;
    address.purpose = PURPOSE_MARKET_VARIANCE;
    state->stochastic.noise = rng_stream(&address);
    state->stochastic.jump_ns = UNDRAWN;
}

void variance_init(const struct market *market, struct market_state *state) {
    state->variance = market->variance.values.start;
    variance_rekey(state);
    scale(market, state);
}

/* ln E[exp(tilt * next variance)] if that is finite; otherwise what makes the step the
   uncorrected one. */
static double uncorrected(const struct market_span *span, double variance) {
    return -(span->k0 + (span->k1 + 0.5 * span->k3) * variance);
}

/* ln(1 - y) */
static inline double log_of_rest(double y) {
    if (numeric_abs(y) < 0x1p-12) { /* the next term is below 2^-62 of the first */
        return -y * (1 + y * (1.0 / 2 + y * (1.0 / 3 + y * (1.0 / 4 + y * (1.0 / 5)))));
    }
    return numeric_log1p(-y);
}

/* ln E[exp(tilt * V)] of V = a (b + Z)^2 with a b^2 = centre. */
static inline double log_mean_square(const struct market_span *span, double variance,
                                     double a, double centre) {
    const double y = 2 * span->tilt * a;
    return y < 1 ? span->tilt * centre / (1 - y) - 0.5 * log_of_rest(y)
                 : uncorrected(span, variance);
}

/* The next variance as a (b + Z)^2 of the given mean and square, its variance.  Andersen's
   a and b solve a + a b^2 = mean, so with a b^2 = centre

       centre = sqrt(mean^2 - square / 2),   a = (square / 2) / (mean + centre). */
static double draw_square(const struct market_span *span, double variance, double mean,
                          double square, uint64_t bits, double *log_mean) {
    const double centre = numeric_sqrt(mean * mean - 0.5 * square);
    const double a = 0.5 * square / (mean + centre);
    const double root =
        numeric_sqrt(centre) + numeric_sqrt(a) * numeric_normal_from_bits(bits);
    *log_mean = log_mean_square(span, variance, a, centre);
    return root * root;
}

/* The same where h = square / (2 mean^2) is small, as it is in steps of seconds: series
   in h, to the last bit, which wait for one division instead of four operations of that
   kind.  With w = sqrt(1 - h) the next variance is

       mean w + mean (1 - w) Z^2 + 2 mean sqrt(w (1 - w)) Z. */
static inline double draw_narrow(const struct market_span *span, double variance,
                                 double mean, double square, double h, uint64_t bits,
                                 double *log_mean) {
    const double z = numeric_normal_from_bits(bits);
    const double a =
        mean * h * (1.0 / 2 + h * (1.0 / 8 + h * (1.0 / 16 + h * (5.0 / 128))));
    const double bend = 1 - h * (1.0 / 8 + h * (9.0 / 128 + h * (49.0 / 1024)));
    const double centre = mean - a;
    *log_mean = log_mean_square(span, variance, a, centre);
    return centre + (a * (z * z) + bend * (numeric_sqrt(square) * z));
}

/* The next variance as an atom at 0 and an exponential tail.  One uniform makes both, and
   the larger it is the larger the variance, as in the square. */
static double draw_tail(const struct market_span *span, double variance, double mean,
                        double h, uint64_t bits, double *log_mean) {
    const double tail = 2 / (1 + 2 * h); /* probability of not 0 */
    const double beta = tail / mean;
    const double beyond = 1 - numeric_uniform_from_bits(bits);
    *log_mean = span->tilt < beta ? numeric_log1p(tail * span->tilt / (beta - span->tilt))
                                  : uncorrected(span, variance);
    return beyond >= tail ? 0 : numeric_log(tail / beyond) / beta;
}

/* One leg without a jump.  The correction replaces k0 and k1. */
static inline void advance(const struct market_span *span, struct market_state *state,
                           uint64_t bits, double z) {
    const double variance = state->variance;
    const double mean = span->pull + span->keep * variance;
    const double square = span->spread + span->noise * variance;
    double next, log_mean;
    if (!(square > 0 && mean > LEAST_MEAN)) {
        next = mean;
        log_mean = span->tilt * mean;
    } else {
        const double h = square / (2 * (mean * mean));
        if (h < NARROW_BELOW) {
            next = draw_narrow(span, variance, mean, square, h, bits, &log_mean);
        } else if (h <= SQUARE_UP_TO) {
            next = draw_square(span, variance, mean, square, bits, &log_mean);
        } else {
            next = draw_tail(span, variance, mean, h, bits, &log_mean);
        }
    }
    state->x += span->drift + (span->k2 * next - log_mean) - 0.5 * span->k3 * variance +
                numeric_sqrt(span->k3 * (variance + next)) * z;
    state->variance = next;
}

static struct rng stream_of_jump(const struct market_state *state) {
    struct rng_address address = state->address;
    address.purpose = PURPOSE_MARKET_JUMP;
    address.occasion = (uint64_t)state->stochastic.jumps;
    return rng_stream(&address);
}

/* Instant of the next jump, at least a nanosecond after from_ns. */
static int64_t draw_jump(const struct market *market, const struct market_state *state,
                         int64_t from_ns) {
    const double rate = market->variance.values.jump_rate;
    if (!(rate > 0)) {
        return NEVER;
    }
    struct rng rng = stream_of_jump(state);
    const double wait_ns = distribution_exponential(&rng, 1) / rate * MARKET_YEAR_NS;
    return wait_ns < WAIT_MAX_NS ? from_ns + money_from_double_ceil(wait_ns) : NEVER;
}

/* The leg from from_ns to the next jump, and the jump.  Its stream: the wait, the leg's
   two draws, the variance's jump, the price's. */
static void leg_and_jump(const struct market *market, struct market_state *state,
                         int64_t from_ns) {
    const struct market_variance_config *v = &market->variance.values;
    struct rng rng = stream_of_jump(state);
    (void)rng_next(&rng); /* the wait has been used */
    const double years = (double)(state->stochastic.jump_ns - from_ns) / MARKET_YEAR_NS;
    const struct market_span span = span_of(&market->variance, years);
    const uint64_t bits = rng_next(&rng);
    const double z = distribution_normal(&rng);
    advance(&span, state, bits, z);
    const double more = distribution_exponential(&rng, v->variance_jump_mean);
    const double size = distribution_normal(&rng);
    state->variance += more;
    state->x += v->jump_mean + v->jump_correlation * more + v->jump_sd * size;
    ++state->stochastic.jumps;
}

/* The step in which a jump may fall.  Without one it is the plain step, bit for bit. */
static void step_with_jumps(const struct market *market, struct market_state *state,
                            int64_t now_ns, uint64_t bits, double z) {
    struct market_variance_state *stochastic = &state->stochastic;
    int64_t from_ns = state->time_ns;
    if (stochastic->jump_ns == UNDRAWN) {
        stochastic->jump_ns = draw_jump(market, state, from_ns);
    }
    if (stochastic->jump_ns > now_ns) {
        advance(&market->variance.step, state, bits, z);
        return;
    }
    while (stochastic->jump_ns <= now_ns) {
        leg_and_jump(market, state, from_ns);
        from_ns = stochastic->jump_ns;
        stochastic->jump_ns = draw_jump(market, state, from_ns);
    }
    if (from_ns < now_ns) {
        const double years = (double)(now_ns - from_ns) / MARKET_YEAR_NS;
        const struct market_span span = span_of(&market->variance, years);
        advance(&span, state, bits, z);
    }
}

void variance_step(const struct market *market, struct market_state *state,
                   int64_t now_ns) {
    const uint64_t bits = rng_next(&state->stochastic.noise);
    const double z = distribution_normal(&state->noise);
    if (now_ns < state->stochastic.jump_ns) {
        advance(&market->variance.step, state, bits, z);
    } else {
        step_with_jumps(market, state, now_ns, bits, z);
    }
    scale(market, state);
}
