#include "tests/coverage/models.h"

#include "analysis/estimate/control.h"
#include "analysis/estimate/paired.h"
#include "analysis/estimate/survival.h"
#include "analysis/estimate/tail.h"
#include "analysis/until.h"
#include "sim/distribution.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define Q95 950000u
#define Q99 990000u

static uint64_t draw_events(struct rng *rng, uint64_t trials, double share) {
    uint64_t events = 0;
    for (uint64_t i = 0; i < trials; ++i) {
        events += rng_uniform(rng) < share;
    }
    return events;
}

/* The logarithm of the probability of k among n. */
static double log_binomial(uint64_t k, uint64_t n, double share) {
    const double a = (double)k, b = (double)n;
    return lgamma(b + 1) - lgamma(a + 1) - lgamma(b - a + 1) + a * log(share) +
           (b - a) * log1p(-share);
}

static struct interval share(const struct model *model, struct models_worker *worker) {
    const uint64_t events = draw_events(&worker->rng, model->paths, model->parameter);
    return interval_share(events, model->paths, MODELS_LEVEL);
}

static struct interval clopper_pearson(const struct model *model,
                                       struct models_worker *worker) {
    const uint64_t events = draw_events(&worker->rng, model->paths, model->parameter);
    return interval_clopper_pearson(events, model->paths, MODELS_LEVEL);
}

/* The probability of all counts whose interval covers. */
static double exact_of(const struct model *model,
                       struct interval (*interval)(uint64_t events, uint64_t trials,
                                                   double level)) {
    double sum = 0;
    for (uint64_t k = 0; k <= model->paths; ++k) {
        const double chance = exp(log_binomial(k, model->paths, model->parameter));
        if (chance > 1e-12) {
            const struct interval at = interval(k, model->paths, MODELS_LEVEL);
            sum += at.low <= model->truth && model->truth <= at.high ? chance : 0;
        }
    }
    return sum;
}

static double exact_share(const struct model *model) {
    return exact_of(model, interval_share);
}

static double exact_clopper_pearson(const struct model *model) {
    return exact_of(model, interval_clopper_pearson);
}

/* The inverse of each law at a probability. */
static double exponential_at(double p) {
    return -log1p(-p);
}

static double pareto_at(double p) {
    return pow(1 - p, -1.0 / 3); /* P(X > x) = x^-3 */
}

static struct sample sample_of(const struct model *model, struct models_worker *worker) {
    return (struct sample){.count = model->paths, .real = worker->values, .divisor = 1};
}

static struct interval mean_exponential(const struct model *model,
                                        struct models_worker *worker) {
    distribution_exponential_fill(&worker->rng, 1, worker->values, model->paths);
    const struct sample sample = sample_of(model, worker);
    return interval_mean(&sample, MODELS_LEVEL);
}

static struct interval mean_lognormal(const struct model *model,
                                      struct models_worker *worker) {
    for (size_t i = 0; i < model->paths; ++i) {
        worker->values[i] = distribution_lognormal(&worker->rng, 0, model->parameter);
    }
    const struct sample sample = sample_of(model, worker);
    return interval_mean(&sample, MODELS_LEVEL);
}

/* Zero on all paths but a share; exponential on those. */
static struct interval mean_with_atom(const struct model *model,
                                      struct models_worker *worker) {
    for (size_t i = 0; i < model->paths; ++i) {
        const bool any = rng_uniform(&worker->rng) < model->parameter;
        worker->values[i] = any ? distribution_exponential(&worker->rng, 1) : 0;
    }
    const struct sample sample = sample_of(model, worker);
    return interval_mean(&sample, MODELS_LEVEL);
}

static struct interval quantile(const struct model *model, struct models_worker *worker) {
    distribution_exponential_fill(&worker->rng, 1, worker->values, model->paths);
    struct sample sample = sample_of(model, worker);
    sample_sort(&sample);
    return tail_quantile(&sample, (uint32_t)(model->parameter * 1e6 + 0.5), MODELS_LEVEL);
}

/* The quantile lies between two order statistics when the number of values below it does
   between their ranks. */
static double exact_quantile(const struct model *model) {
    const struct tail_ranks ranks = tail_quantile_ranks(
        model->paths, (uint32_t)(model->parameter * 1e6 + 0.5), MODELS_LEVEL);
    double sum = 0;
    for (uint64_t k = ranks.low; k < ranks.high; ++k) {
        sum += exp(log_binomial(k, model->paths, model->parameter));
    }
    return sum;
}

/* A law's worst 2 % on top of an atom at zero, which is all that the worst 1 % depends on:
   how many paths are among them is drawn path by path. */
static struct interval shortfall(const struct model *model, struct models_worker *worker,
                                 double (*at)(double p)) {
    const size_t above = draw_events(&worker->rng, model->paths, 0.02);
    const size_t first = model->paths - above;
    for (size_t i = 0; i < model->paths; ++i) {
        worker->values[i] = i < first ? 0 : at(0.98 + 0.02 * rng_uniform(&worker->rng));
    }
    struct sample tail = {.count = above, .real = worker->values + first, .divisor = 1};
    sample_sort(&tail);
    struct sample sample = sample_of(model, worker);
    sample.sorted = true;
    uint64_t count;
    return tail_shortfall(&sample, Q99, MODELS_LEVEL, &count);
}

static struct interval shortfall_exponential(const struct model *model,
                                             struct models_worker *worker) {
    return shortfall(model, worker, exponential_at);
}

static struct interval shortfall_pareto(const struct model *model,
                                        struct models_worker *worker) {
    return shortfall(model, worker, pareto_at);
}

/* VaR is in the atom: 100 with half a per cent. */
static struct interval shortfall_of_atoms(const struct model *model,
                                          struct models_worker *worker) {
    const size_t events = draw_events(&worker->rng, model->paths, 0.005);
    for (size_t i = 0; i < model->paths; ++i) {
        worker->values[i] = i < model->paths - events ? 0 : 100;
    }
    struct sample sample = sample_of(model, worker);
    sample.sorted = true;
    uint64_t count;
    return tail_shortfall(&sample, Q99, MODELS_LEVEL, &count);
}

/* Exponential times, watched until a uniform time or the horizon of 2.5. */
static struct survival survival(const struct model *model, struct models_worker *worker,
                                bool censored) {
    struct survival_time *path = malloc(model->paths * sizeof *path);
    assert(path != NULL);
    for (size_t i = 0; i < model->paths; ++i) {
        const double time = distribution_exponential(&worker->rng, 1);
        const double until = censored ? 4 * rng_uniform(&worker->rng) : 9;
        path[i] = time < until ? (struct survival_time){time, true}
                               : (struct survival_time){until, false};
    }
    struct survival_data data = {.count = model->paths, .path = path, .horizon = 2.5};
    struct survival fit;
    const bool fine = survival_fit(&data, MODELS_LEVEL, &fit);
    assert(fine);
    free(path);
    return fit;
}

static struct interval incidence(const struct model *model,
                                 struct models_worker *worker) {
    struct survival fit = survival(model, worker, true);
    const struct interval at = survival_at(&fit, model->parameter);
    survival_free(&fit);
    return at;
}

static struct interval incidence_uncensored(const struct model *model,
                                            struct models_worker *worker) {
    struct survival fit = survival(model, worker, false);
    const struct interval at = survival_at(&fit, model->parameter);
    survival_free(&fit);
    return at;
}

static struct interval median(const struct model *model, struct models_worker *worker) {
    struct survival fit = survival(model, worker, true);
    const struct interval at = fit.median;
    survival_free(&fit);
    return at;
}

static struct interval restricted_mean(const struct model *model,
                                       struct models_worker *worker) {
    struct survival fit = survival(model, worker, true);
    const struct interval at = fit.restricted_mean;
    survival_free(&fit);
    return at;
}

/* One storm for both runs: an event in the first on 10 % of the paths, in the second on
   12 %, and on `parameter` of them in one run only. */
static struct interval paired_shares(const struct model *model,
                                     struct models_worker *worker) {
    const double apart = model->parameter, second = (apart + 0.02) / 2;
    struct paired_counts counts = {0, 0, 0, 0};
    for (size_t i = 0; i < model->paths; ++i) {
        const double u = rng_uniform(&worker->rng);
        ++*(u < second         ? &counts.only_second
            : u < apart        ? &counts.only_first
            : u < 0.1 + second ? &counts.both
                               : &counts.neither);
    }
    return paired_share(&counts, MODELS_LEVEL);
}

/* Bad debt and the same with a margin that takes a tenth off, noise of its own on top. */
static struct interval paired_means(const struct model *model,
                                    struct models_worker *worker) {
    for (size_t i = 0; i < model->paths; ++i) {
        const double loss = distribution_exponential(&worker->rng, 1);
        worker->values[i] = -0.1 * loss + 0.05 * distribution_normal(&worker->rng);
    }
    const struct sample sample = sample_of(model, worker);
    return interval_mean(&sample, MODELS_LEVEL);
}

/* Paths until a share is known to 2 %: the interval of the look that ends it. */
static struct interval sequential(const struct model *model,
                                  struct models_worker *worker) {
    uint64_t events = 0, trials = 0;
    struct interval at = interval_none();
    for (unsigned look = 1; trials < model->paths; ++look) {
        const uint64_t next = UINT64_C(512) << look;
        events += draw_events(&worker->rng, next - trials, model->parameter);
        trials = next;
        at = interval_share(events, trials, until_level(MODELS_LEVEL, look));
        if ((at.high - at.low) / 2 <= 0.02) {
            break;
        }
    }
    return at;
}

/* X = Y + noise of a tenth of its variance; Y's mean from ten times as many paths. */
static struct interval mean_by_control(const struct model *model,
                                       struct models_worker *worker) {
    double *x = worker->values, *y = worker->values + model->paths, mean = 0;
    const size_t count = 10 * model->paths;
    distribution_exponential_fill(&worker->rng, 1, y, count);
    for (size_t i = 0; i < count; ++i) {
        mean += y[i] / (double)count;
    }
    for (size_t i = 0; i < model->paths; ++i) {
        x[i] = y[i] + sqrt(0.1) * distribution_normal(&worker->rng);
    }
    return control_fit(x, y, model->paths, mean, count, MODELS_LEVEL).mean;
}

#define EVEN     0.94, 0.96
#define AT_LEAST 0.95, 1
#define BY_RANK  "two order statistics: at least 95 %"
#define BY_COUNT "discrete"

/* estimate, law, paths, parameter, draw, truth, exact, bounds, remark */
#define ROW(...)                                                                         \
    { __VA_ARGS__ }

const struct model models[] = {
    ROW("share", "Bernoulli 50 %", 1000, 0.5, share, 0.5, exact_share, EVEN, BY_COUNT),
    ROW("share", "Bernoulli 10 %", 1000, 0.1, share, 0.1, exact_share, EVEN, BY_COUNT),
    ROW("share", "Bernoulli 2 %", 1000, 0.02, share, 0.02, exact_share, EVEN, BY_COUNT),
    ROW("share", "Bernoulli 0.1 %", 1000, 0.001, share, 0.001, exact_share, AT_LEAST,
        "Clopper-Pearson: at least 95 %"),
    ROW("Clopper-Pearson", "Bernoulli 10 %", 1000, 0.1, clopper_pearson, 0.1,
        exact_clopper_pearson, AT_LEAST, "at least 95 %, always"),
    ROW("mean", "exponential", 1000, 0, mean_exponential, 1, NULL, EVEN, ""),
    ROW("mean", "lognormal, sigma 1", 20000, 1, mean_lognormal, 1.6487212707001282, NULL,
        EVEN, ""),
    ROW("mean", "atom of 90 % at 0, exponential", 2000, 0.1, mean_with_atom, 0.1, NULL,
        EVEN, ""),
    ROW("95 % quantile", "exponential", 1000, 0.95, quantile, 2.995732273553991,
        exact_quantile, AT_LEAST, BY_RANK),
    ROW("VaR 99 %", "exponential", 10000, 0.99, quantile, 4.605170185988091,
        exact_quantile, AT_LEAST, BY_RANK),
    ROW("ES 99 %", "exponential tail, atom at 0", 100000, 0, shortfall_exponential,
        5.605170185988091, NULL, EVEN, "1,000 paths in the tail"),
    ROW("ES 99 %", "100 with 0.5 %, else 0", 20000, 0, shortfall_of_atoms, 50, NULL, EVEN,
        "VaR in the atom"),
    ROW("ES 99 %", "Pareto, index 3", 100000, 0, shortfall_pareto, 6.962383250419174,
        NULL, 0.85, 0.95, "too narrow: barely a variance"),
    ROW("incidence", "exponential, censored at random", 400, 1, incidence,
        0.6321205588285577, NULL, EVEN, "Greenwood, log(-log)"),
    ROW("incidence", "exponential, to the horizon", 400, 1, incidence_uncensored,
        0.6321205588285577, NULL, EVEN, "Greenwood, log(-log)"),
    ROW("median time", "exponential, censored at random", 400, 0, median,
        0.6931471805599453, NULL, EVEN, ""),
    ROW("restricted mean", "exponential, censored at random", 400, 0, restricted_mean,
        0.9179150013761012, NULL, EVEN, ""),
    ROW("paired shares", "5 % of pairs disagree", 1000, 0.05, paired_shares, 0.02, NULL,
        EVEN, "Tango's score"),
    ROW("paired means", "a tenth of an exponential", 1000, 0, paired_means, -0.1, NULL,
        EVEN, ""),
    ROW("share, --until 2 %", "Bernoulli 20 %", 65536, 0.2, sequential, 0.2, NULL,
        AT_LEAST, "spends its error: at least 95 %"),
    ROW("ES 99 %", "exponential tail, atom at 0", 5000, 0, shortfall_exponential,
        5.605170185988091, NULL, EVEN, "50 paths in the tail: the least without a flag"),
    ROW("mean by control", "twin of 10 times the paths", 200, 0, mean_by_control, 1, NULL,
        EVEN, "variance 5.5 times less"),
};
const size_t models_count = sizeof models / sizeof *models;
