#include "analysis/tune/contest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

struct costs {
    double weight, *cost, *capital, *liquidation;
    size_t count;
};

static bool take_cost(void *context, const struct outcome *outcome) {
    struct costs *costs = context;
    const bool known = outcome->status == OUTCOME_STATUS_COMPLETE &&
                       !outcome_missing(outcome, OUTCOME_CAPITAL_LOCKED) &&
                       !outcome_missing(outcome, OUTCOME_LIQUIDATION_COST);
    const double capital = (double)outcome->value[OUTCOME_CAPITAL_LOCKED].integer / 1e6;
    const double cost = (double)outcome->value[OUTCOME_LIQUIDATION_COST].integer / 1e6;
    const size_t at = costs->count++;
    costs->capital[at] = known ? capital : nan("");
    costs->liquidation[at] = known ? cost : nan("");
    costs->cost[at] = known ? capital + costs->weight * cost : nan("");
    return true;
}

/* The mean of the values that are numbers, moved to the front of the array. */
static struct interval mean_of(double *value, size_t count, double level) {
    struct sample sample = {.real = value, .divisor = 1};
    for (size_t i = 0; i < count; ++i) {
        if (!isnan(value[i])) {
            value[sample.count++] = value[i];
        }
    }
    return sample.count > 0 ? interval_mean(&sample, level) : interval_none();
}

static bool look_at_cost(const struct contest *contest, struct contestant *one,
                         double level) {
    const struct spool *spool = one->spool[0];
    const size_t count = (size_t)spool_count(spool);
    double *columns = malloc((4 * count + 1) * sizeof *columns);
    struct costs costs = {.weight = contest->cost_weight};
    if (columns == NULL) {
        return false;
    }
    costs.cost = columns;
    costs.capital = columns + count;
    costs.liquidation = columns + 2 * count;
    if (!spool_visit(spool, take_cost, &costs)) {
        free(columns);
        return false;
    }
    double *scratch = columns + 3 * count;
    for (size_t i = 0; i < count; ++i) {
        scratch[i] = costs.cost[i];
    }
    one->mean_cost = mean_of(scratch, count, level);
    one->capital = mean_of(costs.capital, count, level);
    one->liquidation = mean_of(costs.liquidation, count, level);
    free(one->cost);
    one->cost = columns;
    one->paths = count;
    return true;
}

bool contest_look(const struct contest *contest, struct contestant *one, double level) {
    struct metrics *metrics = malloc(sizeof *metrics);
    bool fine = metrics != NULL && look_at_cost(contest, one, level);
    one->failed = 0;
    for (size_t s = 0; s < contest->scenario_count && fine; ++s) {
        fine = metrics_begin(one->spool[s], metrics);
        one->failed += fine ? metrics->failed : 0;
        for (size_t g = 0; g < contest->goal_count && fine; ++g) {
            const struct contest_goal *goal = &contest->goal[g];
            if (goal->scenario != s) {
                continue;
            }
            fine = metrics_compute_field(one->spool[s], goal->metric.field, level,
                                         goal->metric.measure, metrics);
            const struct estimate *found = metrics_find(metrics, goal->metric.name);
            assert(found != NULL);
            one->estimate[g] = *found;
        }
    }
    free(metrics);
    return fine;
}

bool contest_cost(const struct contestant *a, const struct contestant *b, double level,
                  struct interval *difference) {
    assert(a->paths == b->paths);
    double *value = malloc((a->paths + 1) * sizeof *value);
    if (value == NULL) {
        return false;
    }
    bool differ = false;
    for (size_t i = 0; i < a->paths; ++i) {
        value[i] = b->cost[i] - a->cost[i];
        differ |= value[i] != 0;
    }
    *difference = differ ? mean_of(value, a->paths, level) : (struct interval){0, 0, 0};
    free(value);
    return true;
}

bool contest_goal_difference(const struct contest *contest, size_t goal,
                             const struct contestant *a, const struct contestant *b,
                             double level, struct interval *difference) {
    const struct contest_goal *of = &contest->goal[goal];
    const struct estimate *first = &a->estimate[goal], *second = &b->estimate[goal];
    if (!paired_possible(of->metric.kind)) {
        *difference = (struct interval){.value = second->value - first->value,
                                        .low = second->low - first->high,
                                        .high = second->high - first->low};
        return true;
    }
    struct paired paired;
    if (!paired_compute(a->spool[of->scenario], b->spool[of->scenario], of->metric.field,
                        of->metric.kind, level, &paired)) {
        return false;
    }
    *difference = paired.difference;
    if (paired.higher + paired.lower == 0 && paired.failed == 0 &&
        isnan(difference->low)) { /* a mean of pairs that are all alike */
        *difference = (struct interval){0, 0, 0};
    }
    return true;
}

static enum contest_verdict verdict_on(const struct contest_goal *goal,
                                       const struct estimate *estimate) {
    const double better = goal->more_is_better ? estimate->high : estimate->low;
    const double worse = goal->more_is_better ? estimate->low : estimate->high;
    const double sign = goal->more_is_better ? -1 : 1;
    const bool counted = goal->metric.kind != METRICS_MEAN &&
                         goal->metric.kind != METRICS_ES99; /* failed paths, both ways */
    const bool trusted = !estimate->thin_tail && !estimate->batches_disagree &&
                         (counted || !estimate->incomplete);
    const bool strict =
        goal->expect.comparator == LOAD_LESS || goal->expect.comparator == LOAD_GREATER;
    const double above = sign * (worse - goal->limit); /* a NaN is neither */
    if (trusted && (strict ? above < 0 : above <= 0)) {
        return CONTEST_WITHIN;
    }
    return trusted && sign * (better - goal->limit) > 0 ? CONTEST_OVER : CONTEST_UNCLEAR;
}

enum contest_verdict contest_verdict_of(const struct contest *contest,
                                        const struct contestant *one) {
    enum contest_verdict worst = CONTEST_WITHIN;
    for (size_t g = 0; g < contest->goal_count; ++g) {
        if (isnan(contest->goal[g].limit)) {
            continue;
        }
        const enum contest_verdict verdict =
            verdict_on(&contest->goal[g], &one->estimate[g]);
        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}

double contest_excess(const struct contest *contest, const struct contestant *one) {
    double most = -HUGE_VAL;
    for (size_t g = 0; g < contest->goal_count; ++g) {
        const struct contest_goal *goal = &contest->goal[g];
        const double sign = goal->more_is_better ? -1 : 1;
        const double limit = isnan(goal->limit) ? 0 : goal->limit;
        const double excess =
            sign * (one->estimate[g].value - limit) / (limit != 0 ? fabs(limit) : 1);
        most = excess > most ? excess : most;
    }
    return most;
}

/* Whether B's estimates are better throughout: what saves a look at the pairs. */
static bool looks_better(const struct contest *contest, const struct contestant *b,
                         const struct contestant *a) {
    bool better = b->mean_cost.value < a->mean_cost.value;
    for (size_t g = 0; g < contest->goal_count && better; ++g) {
        const double sign = contest->goal[g].more_is_better ? -1 : 1;
        better = sign * b->estimate[g].value < sign * a->estimate[g].value;
    }
    return better;
}

bool contest_beats(const struct contest *contest, const struct contestant *b,
                   const struct contestant *a, double level, bool *fine) {
    struct interval difference;
    *fine = true;
    if (!looks_better(contest, b, a)) {
        return false;
    }
    *fine = contest_cost(a, b, level, &difference);
    bool better = *fine && difference.high < 0;
    for (size_t g = 0; g < contest->goal_count && better; ++g) {
        *fine = contest_goal_difference(contest, g, a, b, level, &difference);
        better = *fine && (contest->goal[g].more_is_better ? difference.low > 0
                                                           : difference.high < 0);
    }
    return better;
}

void contest_free(struct contestant *one) {
    free(one->cost);
    one->cost = NULL;
}
