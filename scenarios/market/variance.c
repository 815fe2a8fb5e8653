#include "scenarios/market/variance.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "scenarios/market/models.h"
#include "scenarios/purposes.h"
#include "sim/distribution.h"

#include <stdio.h>
#include <string.h>

/* Below it rounding in correlation / volatility would outweigh what the noise of the
   variance does. */
#define LEAST_VOLATILITY 1e-6

/* Means below it are as good as 0; their squares could underflow. */
#define LEAST_MEAN 1e-100

/* h is half the next variance's variance over its squared mean.  Up to Andersen's 1.5 / 2
   it is drawn as a squared normal, which exists up to 1; above as atom and tail, which
   exist from 1/2 on.  Below the smaller bound series in h end with h^3. */
#define SQUARE_UP_TO 0.75
#define NARROW_BELOW 0x1p-12

/* Kept out of the plain step, which is faster without their registers. */
#define RARE __attribute__((noinline, cold))

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
    model->across = numeric_sqrt(1 - v->correlation * v->correlation);
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
    state->stochastic.used = MARKET_NOISE_AHEAD;
}

void variance_init(const struct market *market, struct market_state *state) {
    state->variance = market->variance.values.start;
    variance_rekey(state);
    scale(market, state);
}

/* What the next variance is drawn from: its mean and variance, given the present one. */
struct law {
    double now, mean, square;
    double h; /* square / (2 mean^2) */
};

/* ln E[exp(tilt * next variance)] if that is finite; otherwise what makes the step the
   uncorrected one. */
RARE static double uncorrected(const struct market_span *span, double variance) {
    return -(span->k0 + (span->k1 + 0.5 * span->k3) * variance);
}

/* ln E[exp(tilt * V)] of V = a (b + Z)^2 with a b^2 = centre:

       tilt * centre / (1 - y) - ln(1 - y) / 2,   y = 2 tilt a < 1;

   in short steps y is tiny, and the series end with y^3: division and logarithm are
   slower. */
static inline double log_mean_square(const struct market_span *span, double variance,
                                     double a, double centre) {
    const double y = 2 * span->tilt * a;
    if (numeric_abs(y) < 0x1p-17) {
        const double y2 = y * y;
        const double grown = (1 + y) + y2 * (1 + y);
        const double half_log = y * (1.0 / 2 + y * (1.0 / 4)) + y2 * (y * (1.0 / 6));
        return span->tilt * centre * grown + half_log;
    }
    return y < 1 ? span->tilt * centre / (1 - y) - 0.5 * numeric_log1p(-y)
                 : uncorrected(span, variance);
}

/* The next variance as a (b + Z)^2.  Andersen's a and b have a + a b^2 = mean, so with
   a b^2 = centre

       centre = sqrt(mean^2 - square / 2),   a = (square / 2) / (mean + centre). */
RARE static double draw_square(const struct market_span *span, const struct law *law,
                               double z, double *log_mean) {
    const double centre = numeric_sqrt(law->mean * law->mean - 0.5 * law->square);
    const double a = 0.5 * law->square / (law->mean + centre);
    const double root = numeric_sqrt(centre) + numeric_sqrt(a) * z;
    *log_mean = log_mean_square(span, law->now, a, centre);
    return root * root;
}

/* The same where h is small, as it is in steps of seconds: series in h, to the last bit,
   wait for one division instead of four operations of that kind.  With w = sqrt(1 - h)
   the next variance is

       mean w + mean (1 - w) Z^2 + 2 mean sqrt(w (1 - w)) Z. */
static inline double draw_narrow(const struct market_span *span, const struct law *law,
                                 double z, double *log_mean) {
    const double mean = law->mean, h = law->h, h2 = h * h;
    const double a = mean * (h * (1.0 / 2 + h * (1.0 / 8)) + h2 * (h * (1.0 / 16)));
    const double bend = (1 - h * (1.0 / 8)) - h2 * (9.0 / 128 + h * (49.0 / 1024));
    const double centre = mean - a;
    *log_mean = log_mean_square(span, law->now, a, centre);
    return centre + (a * (z * z) + bend * (numeric_sqrt(law->square) * z));
}

/* The next variance as an atom at 0 and an exponential tail.  One uniform makes both, and
   the larger it is the larger the variance, as in the square. */
RARE static double draw_tail(const struct market_span *span, const struct law *law,
                             uint64_t bits, double *log_mean) {
    const double tail = 2 / (1 + 2 * law->h); /* probability of not 0 */
    const double beta = tail / law->mean;
    const double beyond = 1 - numeric_uniform_from_bits(bits);
    *log_mean = span->tilt < beta ? numeric_log1p(tail * span->tilt / (beta - span->tilt))
                                  : uncorrected(span, law->now);
    return beyond >= tail ? 0 : numeric_log(tail / beyond) / beta;
}

/* The noise of a leg: the variance's number as bits and as normal, the price's normal. */
struct luck {
    uint64_t bits;
    double variance, price;
};

/* The next variance and what the correction takes off the log price. */
static inline double draw_next(const struct market_span *span, double now,
                               struct luck luck, double *log_mean) {
    struct law law = {.now = now,
                      .mean = span->pull + span->keep * now,
                      .square = span->spread + span->noise * now};
    if (!(law.square > 0 && law.mean > LEAST_MEAN)) {
        *log_mean = span->tilt * law.mean;
        return law.mean;
    }
    law.h = 0.5 * law.square / (law.mean * law.mean);
    if (law.h < NARROW_BELOW) {
        return draw_narrow(span, &law, luck.variance, log_mean);
    }
    return law.h <= SQUARE_UP_TO ? draw_square(span, &law, luck.variance, log_mean)
                                 : draw_tail(span, &law, luck.bits, log_mean);
}

/* One leg without a jump.  The correction replaces k0 and k1. */
static inline void advance(const struct market_span *span, struct market_state *state,
                           struct luck luck) {
    const double now = state->variance;
    double log_mean;
    const double next = draw_next(span, now, luck, &log_mean);
    state->x += span->drift + (span->k2 * next - log_mean) - 0.5 * span->k3 * now +
                numeric_sqrt(span->k3 * (now + next)) * luck.price;
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

/* The leg from from_ns to the next jump, and the jump. */
struct leap {
    double years;
    struct luck luck; /* of the leg */
    double more;      /* the variance's jump */
    double jump;      /* the log price's */
};

/* Its stream: the wait, the leg's two draws, the variance's jump, the price's. */
static struct leap draw_leap(const struct market *market, struct market_state *state,
                             int64_t from_ns) {
    const struct market_variance_config *v = &market->variance.values;
    struct rng rng = stream_of_jump(state);
    struct leap leap;
    (void)rng_next(&rng); /* the wait has been used */
    leap.years = (double)(state->stochastic.jump_ns - from_ns) / MARKET_YEAR_NS;
    leap.luck.bits = rng_next(&rng);
    leap.luck.variance = numeric_normal_from_bits(leap.luck.bits);
    leap.luck.price = distribution_normal(&rng);
    leap.more = distribution_exponential(&rng, v->variance_jump_mean);
    const double size = distribution_normal(&rng);
    leap.jump = v->jump_mean + v->jump_correlation * leap.more + v->jump_sd * size;
    ++state->stochastic.jumps;
    return leap;
}

static void leg_and_jump(const struct market *market, struct market_state *state,
                         int64_t from_ns) {
    const struct leap leap = draw_leap(market, state, from_ns);
    const struct market_span span = span_of(&market->variance, leap.years);
    advance(&span, state, leap.luck);
    state->variance += leap.more;
    state->x += leap.jump;
}

/* The step in which a jump may fall.  Without one it is the plain step, bit for bit. */
RARE static void step_with_jumps(const struct market *market, struct market_state *state,
                                 int64_t now_ns, struct luck luck) {
    struct market_variance_state *stochastic = &state->stochastic;
    int64_t from_ns = state->time_ns;
    if (stochastic->jump_ns == UNDRAWN) {
        stochastic->jump_ns = draw_jump(market, state, from_ns);
    }
    if (stochastic->jump_ns > now_ns) {
        advance(&market->variance.step, state, luck);
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
        advance(&span, state, luck);
    }
}

/* The same numbers as one draw of each stream a step would give. */
__attribute__((noinline)) static void draw_ahead(struct market_state *state) {
    struct market_variance_state *stochastic = &state->stochastic;
    uint64_t bits[2 * MARKET_NOISE_AHEAD];
    rng_fill_u64(&stochastic->noise, bits, MARKET_NOISE_AHEAD);
    rng_fill_u64(&state->noise, bits + MARKET_NOISE_AHEAD, MARKET_NOISE_AHEAD);
    memcpy(stochastic->bits, bits, sizeof stochastic->bits);
    numeric_normal_from_bits_batch(bits, stochastic->normals, 2 * MARKET_NOISE_AHEAD);
    stochastic->used = 0;
}

static inline struct luck next_luck(struct market_state *state) {
    struct market_variance_state *stochastic = &state->stochastic;
    if (stochastic->used == MARKET_NOISE_AHEAD) {
        draw_ahead(state);
    }
    const int64_t i = stochastic->used++;
    return (struct luck){.bits = stochastic->bits[i],
                         .variance = stochastic->normals[i],
                         .price = stochastic->normals[MARKET_NOISE_AHEAD + i]};
}

void variance_step(const struct market *market, struct market_state *state,
                   int64_t now_ns) {
    const struct luck luck = next_luck(state);
    if (now_ns < state->stochastic.jump_ns) {
        advance(&market->variance.step, state, luck);
    } else {
        step_with_jumps(market, state, now_ns, luck);
    }
    scale(market, state);
}

static double variance_after(const struct market_variance *model, double variance,
                             double years, struct luck luck) {
    const struct market_span span = span_of(model, years);
    double unused;
    return draw_next(&span, variance, luck, &unused);
}

/* The price's jumps of a step in which one may fall, added up. */
RARE static double jumps_alone(const struct market *market, struct market_state *state,
                               int64_t now_ns, struct luck luck, double *variance) {
    struct market_variance_state *stochastic = &state->stochastic;
    const struct market_variance *model = &market->variance;
    int64_t from_ns = state->time_ns;
    double jumped = 0, unused;
    if (stochastic->jump_ns == UNDRAWN) {
        stochastic->jump_ns = draw_jump(market, state, from_ns);
    }
    if (stochastic->jump_ns > now_ns) {
        *variance = draw_next(&model->step, *variance, luck, &unused);
        return 0;
    }
    while (stochastic->jump_ns <= now_ns) {
        const struct leap leap = draw_leap(market, state, from_ns);
        *variance = variance_after(model, *variance, leap.years, leap.luck) + leap.more;
        jumped += leap.jump;
        from_ns = stochastic->jump_ns;
        stochastic->jump_ns = draw_jump(market, state, from_ns);
    }
    const double years = (double)(now_ns - from_ns) / MARKET_YEAR_NS;
    *variance = variance_after(model, *variance, years, luck);
    return jumped;
}

struct variance_shock variance_step_alone(const struct market *market,
                                          struct market_state *state, int64_t now_ns,
                                          double *variance) {
    const struct market_variance *model = &market->variance;
    const struct luck luck = next_luck(state);
    struct variance_shock shock = {.jump = 0};
    if (now_ns < state->stochastic.jump_ns) {
        double unused;
        *variance = draw_next(&model->step, *variance, luck, &unused);
    } else {
        shock.jump = jumps_alone(market, state, now_ns, luck, variance);
    }
    shock.z = model->values.correlation * luck.variance + model->across * luck.price;
    return shock;
}
