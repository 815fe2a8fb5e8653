#include "analysis/estimate/survival.h"

#include "analysis/spool.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

/* What failed paths are taken for. */
enum failed_as { FAILED_LEFT_OUT, FAILED_NEVER, FAILED_AT_START };

/* The product in the making. */
struct product {
    uint64_t trials, at_risk, events; /* events so far, failed ones taken for such too */
    uint64_t censored;                /* before the present time */
    double survival, greenwood;       /* S and the sum under it */
    /* S and the paths at risk when somebody was last censored: between such times the
       product telescopes, and counting does not round. */
    double base;
    uint64_t base_at_risk;
    double area; /* under S so far */
    double last_time;
};

static int compare_times(const void *left, const void *right) {
    const struct survival_time *a = left, *b = right;
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return (int)b->event - (int)a->event; /* who is censored at a time was watched then */
}

static struct product product_begin(const struct survival_data *data, enum failed_as as) {
    struct product product = {
        .trials = data->count + (as == FAILED_LEFT_OUT ? 0 : data->failed),
        .survival = 1,
        .base = 1,
    };
    product.at_risk = product.base_at_risk = product.trials;
    if (as == FAILED_AT_START && data->failed > 0) {
        const double trials = (double)product.trials, count = (double)data->count;
        product.events = data->failed;
        product.at_risk = data->count;
        product.survival = count / trials;
        product.greenwood = (double)data->failed / (trials * count);
    }
    return product;
}

/* Goes on to a time with events. */
static void product_step(struct product *product, double time, uint64_t events) {
    const double at_risk = (double)product->at_risk, left = at_risk - (double)events;
    product->area += product->survival * (time - product->last_time);
    product->last_time = time;
    product->survival = product->base * (left / (double)product->base_at_risk);
    product->greenwood += (double)events / (at_risk * left); /* infinite at the last */
    product->events += events;
    product->at_risk -= events;
}

static struct interval product_incidence(const struct product *product, double level) {
    const uint64_t events = product->events, trials = product->trials;
    struct interval incidence = {1 - product->survival, nan(""), nan("")};
    if (product->censored == 0) {
        incidence.value = (double)events / (double)trials;
    }
    const bool few = events < INTERVAL_FEW || product->at_risk < INTERVAL_FEW;
    if (product->censored == 0 && few) {
        const struct interval exact = interval_clopper_pearson(events, trials, level);
        incidence.low = exact.low;
        incidence.high = exact.high;
    } else if (product->survival > 0 && product->survival < 1) {
        const double scale = log(product->survival);
        const double away = gsl_cdf_ugaussian_Pinv((1 + level) / 2) *
                            sqrt(product->greenwood) / fabs(scale);
        incidence.low = -expm1(scale * exp(-away));
        incidence.high = -expm1(scale * exp(away));
    }
    return incidence;
}

/* How many paths have the time of the path at `first`, and how many of them the event. */
static size_t same_time(const struct survival_data *data, size_t first,
                        uint64_t *events) {
    size_t next = first;
    *events = 0;
    for (; next < data->count && data->path[next].time == data->path[first].time;
         ++next) {
        *events += data->path[next].event;
    }
    return next - first;
}

/* Called at every time with events, with the product there. */
typedef void product_visit(struct survival *survival, size_t index,
                           const struct product *product);

/* The whole product, up to the horizon. */
static struct product walk(const struct survival_data *data, enum failed_as as,
                           struct survival *survival, product_visit *visit) {
    struct product product = product_begin(data, as);
    size_t index = 0;
    for (size_t first = 0; first < data->count;) {
        uint64_t events;
        const size_t count = same_time(data, first, &events);
        if (events > 0) {
            product_step(&product, data->path[first].time, events);
            visit(survival, index++, &product);
        }
        if (count > events) {
            product.censored += count - events;
            product.at_risk -= count - events;
            product.base = product.survival;
            product.base_at_risk = product.at_risk;
        }
        first += count;
    }
    product.area += product.survival * (data->horizon - product.last_time);
    return product;
}

static void put_step(struct survival *survival, size_t index,
                     const struct product *product) {
    struct survival_step *step = &survival->step[index];
    const double left = product->survival;
    step->time = product->last_time;
    step->events = product->events - survival->events;
    step->at_risk = product->at_risk + step->events;
    step->incidence = product_incidence(product, survival->level);
    step->error = left > 0 ? left * sqrt(product->greenwood) : nan("");
    survival->events = product->events;
}

static void lower_step(struct survival *survival, size_t index,
                       const struct product *product) {
    survival->step[index].incidence.low = product_incidence(product, survival->level).low;
}

static void raise_step(struct survival *survival, size_t index,
                       const struct product *product) {
    survival->step[index].incidence.high =
        product_incidence(product, survival->level).high;
}

/* The standard error of the area: sum A_i^2 d_i / (n_i (n_i - d_i)), A_i what of the area
   lies behind t_i.  A last step to S = 0 has no area behind it. */
static double area_error(const struct survival *survival, const struct product *whole,
                         const struct product *start) {
    double sum = start->greenwood * whole->area * whole->area, area = 0;
    double until = survival->horizon;
    for (size_t i = survival->count; i-- > 0;) {
        const struct survival_step *step = &survival->step[i];
        const double at_risk = (double)step->at_risk;
        const double left = at_risk - (double)step->events;
        area += (1 - step->incidence.value) * (until - step->time);
        until = step->time;
        if (left > 0) {
            sum += area * area * (double)step->events / (at_risk * left);
        }
    }
    return sqrt(sum);
}

/* A copy of the curve as it would be if failed paths were so, for its area. */
static bool fit_area(const struct survival_data *data, enum failed_as as, double level,
                     struct interval *area) {
    struct survival fit = {.horizon = data->horizon, .level = level};
    fit.step = calloc(data->count + 1, sizeof *fit.step);
    if (fit.step == NULL) {
        return false;
    }
    const struct product start = product_begin(data, as);
    fit.events = start.events;
    const struct product whole = walk(data, as, &fit, put_step);
    while (fit.count < data->count && fit.step[fit.count].events > 0) {
        ++fit.count;
    }
    *area = (struct interval){whole.area, nan(""), nan("")};
    if (whole.events > 0) {
        const double half =
            gsl_cdf_ugaussian_Pinv((1 + level) / 2) * area_error(&fit, &whole, &start);
        area->low = fmax(0, whole.area - half);
        area->high = fmin(data->horizon, whole.area + half);
    }
    free(fit.step);
    return true;
}

static bool fit_restricted_mean(const struct survival_data *data,
                                struct survival *survival) {
    struct interval least, most, *mean = &survival->restricted_mean;
    if (!fit_area(data, FAILED_LEFT_OUT, survival->level, mean)) {
        return false;
    }
    if (data->failed == 0) {
        return true;
    }
    if (!fit_area(data, FAILED_AT_START, survival->level, &least) ||
        !fit_area(data, FAILED_NEVER, survival->level, &most)) {
        return false;
    }
    mean->low = least.low;
    mean->high = most.high;
    return true;
}

/* Each of the three is where one of the curves reaches a half. */
static void find_median(struct survival *survival) {
    struct interval *median = &survival->median;
    *median = interval_none();
    for (size_t i = survival->count; i-- > 0;) {
        const struct survival_step *step = &survival->step[i];
        median->value = step->incidence.value >= 0.5 ? step->time : median->value;
        median->low = step->incidence.high >= 0.5 ? step->time : median->low;
        median->high = step->incidence.low >= 0.5 ? step->time : median->high;
    }
}

/* Puts the paths in order, with the horizon as the end of all, and counts the steps. */
static size_t prepare(struct survival_data *data) {
    for (size_t i = 0; i < data->count; ++i) {
        struct survival_time *path = &data->path[i];
        assert(path->time >= 0);
        if (path->time > data->horizon) {
            *path = (struct survival_time){data->horizon, false};
        }
    }
    if (data->count > 1) {
        qsort(data->path, data->count, sizeof *data->path, compare_times);
    }
    size_t steps = 0;
    for (size_t first = 0; first < data->count;) {
        uint64_t events;
        first += same_time(data, first, &events);
        steps += events > 0;
    }
    return steps;
}

/* The incidence while nobody has met the event. */
static struct interval incidence_of_none(const struct survival_data *data, double level) {
    const struct product low = product_begin(data, FAILED_NEVER);
    const struct product high = product_begin(data, FAILED_AT_START);
    return (struct interval){0, product_incidence(&low, level).low,
                             product_incidence(&high, level).high};
}

bool survival_fit(struct survival_data *data, double level, struct survival *survival) {
    assert(data->horizon > 0);
    const size_t steps = prepare(data);
    *survival = (struct survival){.horizon = data->horizon,
                                  .level = level,
                                  .paths = data->count,
                                  .failed = data->failed,
                                  .incidence = interval_none(),
                                  .before = interval_none(),
                                  .median = interval_none(),
                                  .restricted_mean = interval_none()};
    if (data->count == 0) {
        return true;
    }
    survival->step = calloc(steps + 1, sizeof *survival->step);
    if (survival->step == NULL || !fit_restricted_mean(data, survival)) {
        survival_free(survival);
        return false;
    }
    walk(data, FAILED_LEFT_OUT, survival, put_step);
    if (data->failed > 0) {
        walk(data, FAILED_NEVER, survival, lower_step);
        walk(data, FAILED_AT_START, survival, raise_step);
    }
    survival->count = steps;
    survival->before = incidence_of_none(data, level);
    survival->incidence = survival_at(survival, data->horizon);
    find_median(survival);
    return true;
}

struct gathering {
    struct survival_data data;
    double divisor;
};

static bool gather(void *context, const struct outcome *outcome) {
    struct gathering *gathering = context;
    struct survival_data *data = &gathering->data;
    const int64_t time_ns = outcome->value[OUTCOME_FUND_DEPLETION_TIME].integer;
    if (outcome->status != OUTCOME_STATUS_COMPLETE) {
        ++data->failed;
        return true;
    }
    const bool event = !outcome_missing(outcome, OUTCOME_FUND_DEPLETION_TIME);
    data->path[data->count++] = (struct survival_time){
        event ? (double)time_ns / gathering->divisor : data->horizon, event};
    return true;
}

bool survival_depletion(const struct spool *spool, double horizon_h, double level,
                        struct survival *survival) {
    struct gathering gathering = {
        .data = {.horizon = horizon_h},
        .divisor = spool_divisor(OUTCOME_FUND_DEPLETION_TIME),
    };
    memset(survival, 0, sizeof *survival);
    gathering.data.path =
        malloc((size_t)(spool_count(spool) + 1) * sizeof *gathering.data.path);
    const bool fine = gathering.data.path != NULL &&
                      spool_visit(spool, gather, &gathering) &&
                      survival_fit(&gathering.data, level, survival);
    free(gathering.data.path);
    return fine;
}

struct interval survival_at(const struct survival *survival, double time) {
    struct interval at = survival->before;
    for (size_t i = 0; i < survival->count && survival->step[i].time <= time; ++i) {
        at = survival->step[i].incidence;
    }
    return at;
}

void survival_free(struct survival *survival) {
    free(survival->step);
    memset(survival, 0, sizeof *survival);
}
