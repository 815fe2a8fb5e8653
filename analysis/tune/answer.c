#include "analysis/tune/answer.h"

#include "analysis/say.h"
#include "analysis/tune/race.h"
#include "sim/montecarlo.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The settings that can be recommended; the present one stands behind them if it is none. */
struct finalists {
    struct tune *tune;
    size_t *list;
    size_t count; /* without a present setting that cannot be recommended */
    bool fine;
};

static bool is_candidate(const struct tune *tune, size_t index) {
    return tune->setting[index].fate == TUNE_IN && !tune->design.point[index].outside;
}

/* Whether the search found a to be safer than b; a dearer setting is when it cannot tell. */
static bool is_safer(const struct tune *tune, size_t a, size_t b) {
    const struct contestant *one = &tune->setting[a].found;
    const struct contestant *other = &tune->setting[b].found;
    const double first = contest_excess(&tune->contest, one);
    const double second = contest_excess(&tune->contest, other);
    return first != second ? first < second
                           : one->mean_cost.value > other->mean_cost.value;
}

/* Safest first; equals stay in the order of the design. */
static void sort_by_safety(const struct finalists *finalists) {
    size_t *list = finalists->list;
    for (size_t i = 1; i < finalists->count; ++i) {
        const size_t own = list[i];
        size_t at = i;
        while (at > 0 && is_safer(finalists->tune, own, list[at - 1])) {
            list[at] = list[at - 1];
            --at;
        }
        list[at] = own;
    }
}

static void test_in_sequence(const struct finalists *finalists) {
    struct tune_setting *setting = finalists->tune->setting;
    const size_t *list = finalists->list;
    for (size_t i = 0; i < finalists->count; ++i) {
        if (setting[list[i]].verdict != CONTEST_WITHIN) {
            break;
        }
        setting[list[i]].passed = true;
    }
    for (size_t i = finalists->count; i-- > 0;) {
        if (setting[list[i]].verdict != CONTEST_OVER) {
            break;
        }
        setting[list[i]].surely_over = true;
    }
}

static void recommend(struct tune *tune) {
    for (size_t i = 0; i < tune->design.count; ++i) {
        const struct tune_setting *own = &tune->setting[i];
        if (!is_candidate(tune, i)) {
            continue;
        }
        if (own->passed && (tune->recommended == TUNE_NONE ||
                            own->final.mean_cost.value <
                                tune->setting[tune->recommended].final.mean_cost.value)) {
            tune->recommended = i;
        }
        if (tune->nearest == TUNE_NONE ||
            contest_excess(&tune->contest, &own->final) <
                contest_excess(&tune->contest, &tune->setting[tune->nearest].final)) {
            tune->nearest = i;
        }
    }
    tune->nearest = tune->recommended == TUNE_NONE ? tune->nearest : TUNE_NONE;
}

/* The goal nearest to its limit, or furthest beyond. */
static void find_binding(struct tune *tune, size_t at) {
    double most = -HUGE_VAL;
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        struct contest alone = {.goal_count = 1, .goal = {tune->contest.goal[g]}};
        struct contestant one = {.estimate = {tune->setting[at].final.estimate[g]}};
        const double excess = contest_excess(&alone, &one);
        if (excess > most) {
            most = excess;
            tune->binding = g;
        }
    }
}

/* With one key: what is surely over on either side of the answer. */
static void bracket(struct tune *tune, size_t around) {
    const struct design_point *point = tune->design.point;
    for (size_t i = 0; i < tune->design.count; ++i) {
        const struct tune_setting *own = &tune->setting[i];
        if (point[i].outside || !(own->surely_over || own->fate == TUNE_OVER)) {
            continue;
        }
        const double at = point[i].at[0];
        if (at < point[around].at[0] &&
            (tune->over_below == TUNE_NONE || at > point[tune->over_below].at[0])) {
            tune->over_below = i;
        } else if (at > point[around].at[0] && (tune->over_above == TUNE_NONE ||
                                                at < point[tune->over_above].at[0])) {
            tune->over_above = i;
        }
    }
}

static bool holds_zero(const struct interval *difference) {
    return difference->low <= 0 && difference->high >= 0;
}

/* Whether no cost and no goal tells two settings apart. */
static bool is_alike(struct finalists *finalists, const struct tune_setting *a,
                     const struct tune_setting *b) {
    const struct tune *tune = finalists->tune;
    struct interval difference;
    finalists->fine = finalists->fine && contest_cost(&a->final, &b->final,
                                                      tune->request.level, &difference);
    bool alike = finalists->fine && holds_zero(&difference);
    for (size_t g = 0; g < tune->contest.goal_count && alike; ++g) {
        finalists->fine = contest_goal_difference(&tune->contest, g, &a->final, &b->final,
                                                  tune->request.level, &difference);
        alike = finalists->fine && holds_zero(&difference);
    }
    return alike;
}

/* What the fresh paths say about pairs of settings. */
static void compare_finalists(struct finalists *finalists) {
    struct tune *tune = finalists->tune;
    const struct tune_setting *now = &tune->setting[tune->current];
    for (size_t i = 0; i < finalists->count && finalists->fine; ++i) {
        struct tune_setting *own = &tune->setting[finalists->list[i]];
        own->pareto = true;
        for (size_t k = 0; k < finalists->count && own->pareto && finalists->fine; ++k) {
            own->pareto =
                k == i ||
                !contest_beats(&tune->contest, &tune->setting[finalists->list[k]].final,
                               &own->final, tune->request.level, &finalists->fine);
        }
        finalists->fine =
            finalists->fine && contest_cost(&now->final, &own->final, tune->request.level,
                                            &own->cost_change);
        if (tune->recommended != TUNE_NONE && finalists->list[i] != tune->recommended) {
            own->alike = is_alike(finalists, &tune->setting[tune->recommended], own);
        }
    }
}

/* What the search was allowed, shared by those who are left: from one to three times the
   paths of its last round, in whole blocks. */
static uint64_t share_paths(const struct tune *tune, size_t count) {
    const uint64_t paths = tune->request.paths;
    assert(count > 0); /* the present setting at least */
    uint64_t share = paths * tune->design.count / count;
    share = share > 3 * paths ? 3 * paths : share;
    share -= share % MONTECARLO_BLOCK;
    return share < paths ? paths : share;
}

static enum run_status run_fresh(struct tune *tune, const size_t *list, size_t count) {
    tune->fresh_paths = share_paths(tune, count);
    const struct race_round round = {.list = list,
                                     .count = count,
                                     .round = tune->rounds,
                                     .end = tune->fresh_paths,
                                     .level = tune->request.level,
                                     .fresh = true};
    return race_round(tune, &round);
}

static void count_failed(struct tune *tune) {
    for (size_t i = 0; i < tune->design.count; ++i) {
        tune->failed += tune->setting[i].found.failed + tune->setting[i].final.failed;
    }
}

enum run_status answer_run(struct tune *tune) {
    struct finalists finalists = {.tune = tune,
                                  .list = calloc(tune->design.count + 1, sizeof(size_t)),
                                  .fine = true};
    tune->recommended = tune->nearest = tune->over_below = tune->over_above = TUNE_NONE;
    tune->fresh_seed = tune_fresh_seed(tune->request.seed);
    if (finalists.list == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < tune->design.count; ++i) {
        if (is_candidate(tune, i)) {
            finalists.list[finalists.count++] = i;
        }
    }
    sort_by_safety(&finalists);
    const bool reference = !is_candidate(tune, tune->current);
    finalists.list[finalists.count] = tune->current;
    const enum run_status status =
        run_fresh(tune, finalists.list, finalists.count + (reference ? 1 : 0));
    if (status == RUN_OK) {
        for (size_t i = 0; i < finalists.count + (reference ? 1 : 0); ++i) {
            struct tune_setting *own = &tune->setting[finalists.list[i]];
            own->verdict = contest_verdict_of(&tune->contest, &own->final);
        }
        count_failed(tune);
        if (tune_has_budget(tune)) {
            test_in_sequence(&finalists);
            recommend(tune);
        }
        const size_t around =
            tune->recommended != TUNE_NONE ? tune->recommended : tune->nearest;
        if (around != TUNE_NONE) {
            find_binding(tune, around);
        }
        if (around != TUNE_NONE && tune->design.axis_count == 1) {
            bracket(tune, around);
        }
        compare_finalists(&finalists);
    }
    free(finalists.list);
    if (!finalists.fine) {
        say("the outcomes cannot be compared: %s", strerror(errno));
        return RUN_IO;
    }
    return status;
}
