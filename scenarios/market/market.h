/* market.h -- the outside price as if this protocol did not trade: X_exo.

   x = ln(price / start price) moves in steps of constant length.  What the protocol's own
   flow adds is impact's business (scenarios/impact.h): the outside price is
   start price * exp(x + impact), and impact never feeds back into x.

   A model is one file and one row of market_models.  Before the market's start (the
   warm-up) every model holds the start price.

   Units    time int64 nanoseconds since 1970, UTC; years of 365 days; volatility per
            square root of a year unless called daily; prices micro-USD.
   Memory   struct market is immutable once prepared and shared by all paths; struct
            market_state is plain data without pointers and lives in the path's block.
   Threads  pure functions of their arguments.
   Source   DESIGN.md, "The storm". */
#ifndef SCENARIOS_MARKET_MARKET_H
#define SCENARIOS_MARKET_MARKET_H

#include "engine/param.h"
#include "scenarios/market/keypoints.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum market_model {
    MARKET_GBM,
    MARKET_KEYPOINTS,
    MARKET_SINGLE_GAP,
    MARKET_STAIRCASE,
    MARKET_MERTON,
    MARKET_HESTON,
    MARKET_BATES,
    MARKET_SVCJ,
    MARKET_MODEL_COUNT
};

enum market_rebound { MARKET_REBOUND_FREE, MARKET_REBOUND_HISTORY };

struct market_bridge_config {
    char facts[PARAM_TEXT_SIZE];
    int64_t rebound; /* enum market_rebound */
    double alpha;
    double severity;
    double severity_sd;
    double residual_variance; /* per year, at the start */
    int64_t variance_memory_ns;
    int64_t variance_calming_ns;
};

struct market_gap_config {
    double gap; /* price after / price before - 1 */
    int64_t time_ns;
    double sd;       /* of the logarithm of a path's gap, in units of the gap */
    double recovery; /* share of the gap that closes again */
    int64_t half_life_ns;
    double noise; /* volatility around the gap */
};

struct market_staircase_config {
    double fall; /* of one step: 1 - price after / price before */
    int64_t interval_ns;
    int64_t steps;
    double noise; /* volatility around the stairs */
};

/* Stochastic variance with jumps in price and variance: scenarios/market/variance.h.  Of
   keypoints it is the residual, which starts at residual_variance. */
struct market_variance_config {
    double start;       /* variance at the start, per year */
    double mean;        /* that it reverts to, between jumps */
    double speed;       /* of reversion, per year */
    double volatility;  /* of the variance, per year */
    double correlation; /* of the two Brownian motions */
    double jump_rate;   /* per year */
    double jump_mean;   /* of the log price's jump, where the variance does not jump */
    double jump_sd;
    double variance_jump_mean;
    double jump_correlation; /* log price per unit of the variance's jump */
    double volatility_floor; /* of what impact and venues scale with */
};

struct market_config {
    int64_t model; /* enum market_model */
    int64_t start_ns;
    int64_t start_price_uusd;
    double drift;      /* of the expected price, per year */
    double volatility; /* per square root of a year */
    struct market_bridge_config bridge;
    struct market_gap_config gap;
    struct market_staircase_config staircase;
    struct market_variance_config variance;
};

/* Constants of the variance scheme for one span of time. */
struct market_span {
    double drift;         /* of the log price, without the variance's half */
    double keep, pull;    /* mean of the next variance: pull + keep * variance */
    double noise, spread; /* variance of the next variance: spread + noise * variance */
    double k0, k1, k2, k3;
    double tilt; /* k2 + k3 / 2: what the log price owes to the next variance */
};

/* What the variance models derive once: the values that the model uses, the others 0. */
struct market_variance {
    struct market_variance_config values;
    double drift;       /* per year: drift - jump_rate * (mean of a jump's factor - 1) */
    double scale_floor; /* of the variance that impact and venues scale with */
    double across;      /* sqrt(1 - correlation^2) */
    struct market_span step; /* of one whole step */
};

/* What the bridge model derives once from its configuration: logarithms of the key points
   against the first open, and the hour whose low ends the pinning. */
struct market_bridge {
    struct market_keypoints keypoints;
    double open[MARKET_KEYPOINTS_MAX], high[MARKET_KEYPOINTS_MAX];
    double low[MARKET_KEYPOINTS_MAX], close[MARKET_KEYPOINTS_MAX];
    int64_t first;     /* row of the market's start */
    int64_t last_hour; /* row whose low ends the pinning; count: none does */
    double memory;     /* weight of the past after one hour */
    double calming;    /* factor of the excess variance a step, once free */
};

struct market {
    struct market_config config;
    int64_t step_ns;
    double step_years;
    double step_drift; /* (drift - volatility^2 / 2) of one step */
    double step_sd;    /* volatility of one step */
    double jump;       /* ln(1 + gap), or ln(1 - fall) */
    struct market_bridge bridge;
    struct market_variance variance;
};

#define MARKET_MINUTES  60
#define MARKET_KEYS_MAX 3

/* State of the bridge inside the current hour.  y is the price in units of the facts:
   x = severity * y. */
struct market_bridge_state {
    int64_t hour;      /* row of the key points */
    int64_t pinned;    /* 1: key points ahead, 0: free */
    int64_t key_count; /* of this hour */
    int64_t key_next;
    int64_t key_last; /* reaching it ends the pinning; MARKET_KEYS_MAX: none does */
    int64_t key_time_ns[MARKET_KEYS_MAX];
    double key_clock[MARKET_KEYS_MAX]; /* business time of the key */
    double key_y[MARKET_KEYS_MAX];
    double y;
    double clock_now;                 /* business time, 0 to 1 in the hour */
    double clock[MARKET_MINUTES + 1]; /* business time at each minute's start */
    double seen_low, seen_high;       /* of y in this hour */
    double past_variance; /* weighted variance at the hour's start, per year */
    double residual;      /* variance of the noise around the key points, per year */
    double excess;        /* once free: of the variance over the residual one */
    double severity;
};

#define MARKET_NOISE_AHEAD 16 /* steps whose noise is drawn together, to be quick */

/* State of the models of stochastic variance, beside x and variance. */
struct market_variance_state {
    struct rng noise; /* one draw a step: of the variance */
    int64_t jump_ns;  /* instant of the next jump; INT64_MIN: still to be drawn */
    int64_t jumps;    /* so far: the next one's occasion */
    int64_t used;     /* steps of those drawn together */
    uint64_t bits[MARKET_NOISE_AHEAD];      /* of the variance */
    double normals[2 * MARKET_NOISE_AHEAD]; /* of the variance, then of the price */
};

struct market_state {
    struct rng noise;
    struct rng_address address; /* of this path's market streams */
    int64_t time_ns;
    double x;                /* ln(price / start price), without this protocol's impact */
    double daily_volatility; /* current: what impact and venues scale with */
    double variance;         /* current, per year */
    int64_t stairs;          /* fallen so far */
    double gap, wander;      /* single-gap: this path's log gap, and the noise so far */
    struct market_bridge_state bridge;
    struct market_variance_state stochastic;
};

struct market_row {
    const char *name;
    const char *doc;
    /* prepare derives what the model needs, or says what is wrong and returns false. */
    bool (*prepare)(struct market *market, char *error, size_t error_size);
    void (*init)(const struct market *market, struct market_state *state);
    /* step goes from state->time_ns to now_ns, one step later, after the start. */
    void (*step)(const struct market *market, struct market_state *state, int64_t now_ns);
};

extern const struct market_row *const market_models[MARKET_MODEL_COUNT];

/* market_params are the section's parameters, those that all models share first; ends
   with a row whose name is NULL. */
extern const struct param market_params[];

/* market_config_default writes every parameter's default. */
void market_config_default(struct market_config *config);

/* market_prepare derives what all paths share: reads the facts, takes logarithms.
   Range   0 < step_ns <= 5 min and divides an hour.
   Fails   false, with one sentence in error, for values that do not go together. */
bool market_prepare(struct market *market, const struct market_config *config,
                    int64_t step_ns, char *error, size_t error_size);

/* market_init writes the state at begin_ns: the start price, streams at (seed, path).
   Range   begin_ns <= start and a whole number of steps before it. */
void market_init(const struct market *market, struct market_state *state,
                 int64_t begin_ns, uint64_t seed, uint64_t path);

/* market_step advances the state by one step to now_ns = state->time_ns + step_ns.
   Draws   one normal a step; where the variance is stochastic, one more number of a
           stream of its own; at the start of a pinned hour its business clock, at a jump
           what belongs to it, each from a stream of its own. */
void market_step(const struct market *market, struct market_state *state, int64_t now_ns);

/* market_rekey gives what is still to be drawn to another branch of the path. */
void market_rekey(struct market_state *state, uint64_t branch);

/* market_price writes start price * exp(log_price) to *price_uusd, to the nearest
   micro-USD.
   Fails   false, leaving *price_uusd alone, outside [MONEY_PRICE_MIN, MONEY_PRICE_MAX].
 */
bool market_price(int64_t start_price_uusd, double log_price, int64_t *price_uusd);

/* market_price_times is market_price with exp(log_price) known. */
bool market_price_times(int64_t start_price_uusd, double ratio, int64_t *price_uusd);

#endif
