/* bench_market.c -- one step of each model of the outside price.

   Prints the median of REPEATS runs in CPU nanoseconds a step of 12 s, and its ratio to
   geometric Brownian motion run in turn with it.  The models run with their defaults;
   "hectic" has 10,000 jumps a year (one in 260 steps). */
#include "scenarios/market/market.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPEATS = 9, STEPS = 10800 /* 36 h */, PATHS = 40 };

#define STEP_NS INT64_C(12000000000)

/* CPU nanoseconds a step. */
static double measure(const struct market *market, double *sink) {
    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct market_state state;
        market_init(market, &state, market->config.start_ns, 1, path);
        for (int step = 0; step < STEPS; ++step) {
            market_step(market, &state, state.time_ns + STEP_NS);
        }
        *sink += state.x;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    const double seconds = (double)(end.tv_sec - begin.tv_sec);
    return (seconds * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) /
           ((double)PATHS * STEPS);
}

static int ascending(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, REPEATS, sizeof *values, ascending);
    return values[REPEATS / 2];
}

static void prepare(struct market *market, const struct market_config *config) {
    char error[256];
    if (!market_prepare(market, config, STEP_NS, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
}

/* Runs both in turn, so that a noisy minute of the machine meets both. */
static void compare(const struct market *baseline, const struct market_config *config,
                    const char *name, double *sink) {
    static struct market market;
    double ours[REPEATS], theirs[REPEATS];
    prepare(&market, config);
    for (int i = 0; i < REPEATS; ++i) {
        ours[i] = measure(&market, sink);
        theirs[i] = measure(baseline, sink);
    }
    const double slow = median(ours), fast = median(theirs);
    printf("%-32s %8.2f ns %10.2f ns %8.2fx\n", name, slow, fast, slow / fast);
}

int main(void) {
    static struct market gbm;
    struct market_config config;
    double sink = 0;
    market_config_default(&config);
    config.model = MARKET_GBM;
    prepare(&gbm, &config);
    printf("%-32s %11s %13s %9s\n", "market, a step", "median", "gbm", "slower");
    for (int model = 0; model < MARKET_MODEL_COUNT; ++model) {
        config.model = model;
        compare(&gbm, &config, market_models[model]->name, &sink);
    }
    config.model = MARKET_SVCJ;
    config.variance.jump_rate = 10000;
    config.variance.jump_mean = 0;
    config.variance.variance_jump_mean = 0.001;
    compare(&gbm, &config, "svcj, hectic", &sink);
    assert(sink - sink == 0);
    return 0;
}
