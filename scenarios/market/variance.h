/* variance.h -- prices with stochastic variance and jumps: what merton, heston, bates and
   svcj share, and the residual of keypoints.

       d ln S = (drift - rate * k - V / 2) dt + sqrt(V) dW1 + Zs dN
       d V    = speed (mean - V) dt + volatility sqrt(V) dW2 + Zv dN,   dW1 dW2 = corr dt

   N counts jumps at the given rate; Zv is exponential; Zs given Zv is normal with mean
   jump_mean + jump_correlation * Zv.  k = E[exp(Zs)] - 1, so that E[S] grows at the drift
   exactly.

   Jumps happen at their own instants inside a step.  From one to the next goes Andersen's
   quadratic-exponential scheme with its martingale correction: the mean of the price is
   exact at any step, its law has a weak error that falls with the step.  At a jump the
   price has used the variance before it; the legs behind it use the variance after it.

   The correction needs E[exp(tilt * next V)] < infinity.  It always is where price and
   variance correlate negatively; elsewhere it may not be in long steps, which then go
   uncorrected.  Steps of seconds are short enough for every published parameter set.

   The variance may be exactly 0, for good while.  What impact and venues scale with,
   daily_volatility, does not fall below the parameter volatility_floor.

   Draws.  A step takes one normal of the price's stream and one number of the variance's,
   jumps or not; all else comes from a stream of that jump.  So other intensities or jump
   sizes do not shift any of the noise, and the n-th jump keeps its luck.

   Units    as in market.h; variance per year.
   Memory   nothing is allocated.
   Threads  pure functions of their arguments.
   Source   Andersen (2008), J. Computational Finance 11(3), sections 3.2 and 4.3; Duffie,
            Pan, Singleton (2000), Econometrica 68(6), section 4. */
#ifndef SCENARIOS_MARKET_VARIANCE_H
#define SCENARIOS_MARKET_VARIANCE_H

#include "scenarios/market/market.h"

/* variance_prepare derives the constants of these values; those that a model does not use
   are 0.
   Fails   false, with one sentence in error, if the mean jump of the price is infinite. */
bool variance_prepare(struct market *market, const struct market_variance_config *values,
                      char *error, size_t error_size);

/* variance_init and variance_step are the rows' init and step. */
void variance_init(const struct market *market, struct market_state *state);
void variance_step(const struct market *market, struct market_state *state,
                   int64_t now_ns);

/* What the variance models have for a price that another model steps. */
struct variance_shock {
    double z;    /* standard normal, correlated with the variance's */
    double jump; /* of the log price, 0 on all but a few steps */
};

/* variance_step_alone advances *variance, and not the state's, by a step to now_ns and
   returns what goes with it.  It takes the draws of variance_step; the state's streams are
   to have been started by variance_rekey. */
struct variance_shock variance_step_alone(const struct market *market,
                                          struct market_state *state, int64_t now_ns,
                                          double *variance);

/* variance_rekey starts the streams of the state's branch; the next jump is drawn anew,
   which exponential waiting allows. */
void variance_rekey(struct market_state *state);

#endif
