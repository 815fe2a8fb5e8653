/* variance_lab.h -- the models of stochastic variance at steps of any length.

   market_prepare allows steps up to five minutes; published prices are checked at sixteen
   or so steps a year.

   Units    as in scenarios/market/market.h.
   Memory   the caller's.
   Threads  pure functions of their arguments. */
#ifndef TESTS_SCENARIOS_VARIANCE_LAB_H
#define TESTS_SCENARIOS_VARIANCE_LAB_H

#include "scenarios/market/market.h"
#include "scenarios/market/models.h"
#include "tests/support/check.h"

#include <math.h>

#define LAB_STEP_NS INT64_C(12000000000)
#define LAB_YEAR_NS INT64_C(31536000000000000)

/* lab_default is the configuration of a model with every default. */
static inline struct market_config lab_default(enum market_model model) {
    struct market_config config;
    market_config_default(&config);
    config.model = model;
    return config;
}

/* lab_prepare prepares the model for steps of step_ns, however long. */
static inline void lab_prepare(struct market *market, const struct market_config *config,
                               int64_t step_ns) {
    char error[256] = "";
    memset(market, 0, sizeof *market);
    market->config = *config;
    market->step_ns = step_ns;
    market->step_years = (double)step_ns / MARKET_YEAR_NS;
    check_true(error, market_models[config->model]->prepare(market, error, sizeof error));
}

/* lab_start writes the state at the market's start. */
static inline void lab_start(const struct market *market, struct market_state *state,
                             uint64_t seed, uint64_t path) {
    market_init(market, state, market->config.start_ns, seed, path);
}

/* lab_run takes that many steps. */
static inline void lab_run(const struct market *market, struct market_state *state,
                           int64_t steps) {
    for (int64_t step = 0; step < steps; ++step) {
        market_step(market, state, state->time_ns + market->step_ns);
    }
}

/* What a sample says about a mean. */
struct lab_mean {
    double count, sum, squares;
};

static inline void lab_add(struct lab_mean *mean, double value) {
    mean->count += 1;
    mean->sum += value;
    mean->squares += value * value;
}

static inline double lab_standard_error(const struct lab_mean *mean) {
    const double average = mean->sum / mean->count;
    return sqrt((mean->squares / mean->count - average * average) / mean->count);
}

/* lab_check fails the test unless the mean is within that many standard errors. */
static inline void lab_check(const char *name, const struct lab_mean *mean, double want,
                             double errors) {
    check_close(name, mean->sum / mean->count, want, errors * lab_standard_error(mean));
}

#endif
