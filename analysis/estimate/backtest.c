#include "analysis/estimate/backtest.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

/* Log-likelihood of events among trials at a rate; 0 ln 0 is 0. */
static double log_likelihood(uint64_t events, uint64_t trials, double rate) {
    const double hits = (double)events, rest = (double)(trials - events);
    return (events > 0 ? hits * log(rate) : 0) +
           (events < trials ? rest * log1p(-rate) : 0);
}

/* The same at the rate that was observed. */
static double largest_likelihood(uint64_t events, uint64_t trials) {
    return trials == 0 ? 0
                       : log_likelihood(events, trials, (double)events / (double)trials);
}

/* A ratio of likelihoods is at least 1 but for rounding. */
static struct backtest test_of(double ratio, unsigned degrees) {
    const double sound = ratio > 0 ? ratio : 0;
    return (struct backtest){sound, gsl_cdf_chisq_Q(sound, degrees), degrees};
}

struct backtest backtest_kupiec(uint64_t exceedances, uint64_t days, double promised) {
    assert(days >= 1);
    assert(exceedances <= days);
    assert(promised > 0);
    assert(promised < 1);
    return test_of(2 * (largest_likelihood(exceedances, days) -
                        log_likelihood(exceedances, days, promised)),
                   1);
}

struct backtest_transitions backtest_transitions_of(const bool *exceeds, size_t days) {
    struct backtest_transitions counts = {0, 0, 0, 0};
    for (size_t day = 1; day < days; ++day) {
        uint64_t *count = exceeds[day - 1] ? exceeds[day] ? &counts.from_loss_to_loss
                                                          : &counts.from_loss_to_calm
                          : exceeds[day]   ? &counts.from_calm_to_loss
                                           : &counts.from_calm_to_calm;
        ++*count;
    }
    return counts;
}

struct backtest backtest_independence(const struct backtest_transitions *transitions) {
    const uint64_t calm_loss = transitions->from_calm_to_loss,
                   loss_loss = transitions->from_loss_to_loss;
    const uint64_t after_calm = transitions->from_calm_to_calm + calm_loss,
                   after_loss = transitions->from_loss_to_calm + loss_loss;
    const double apart = largest_likelihood(calm_loss, after_calm) +
                         largest_likelihood(loss_loss, after_loss);
    const double alike =
        largest_likelihood(calm_loss + loss_loss, after_calm + after_loss);
    return test_of(2 * (apart - alike), 1);
}

struct backtest backtest_conditional(const struct backtest *kupiec,
                                     const struct backtest *independence) {
    return test_of(kupiec->ratio + independence->ratio, 2);
}

enum backtest_light backtest_basel(uint64_t exceedances, uint64_t days, double promised) {
    assert(exceedances <= days);
    assert(days <= UINT32_MAX);
    const double up_to =
        gsl_cdf_binomial_P((unsigned)exceedances, promised, (unsigned)days);
    return up_to < 0.95     ? BACKTEST_GREEN
           : up_to < 0.9999 ? BACKTEST_YELLOW
                            : BACKTEST_RED;
}
