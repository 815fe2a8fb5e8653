#include "analysis/tune/tune.h"

#include "analysis/say.h"
#include "analysis/tune/answer.h"
#include "analysis/tune/race.h"
#include "scenarios/variant.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t tune_fresh_seed(uint64_t seed) {
    return seed ^ (UINT64_C(1) << 32);
}

bool tune_has_budget(const struct tune *tune) {
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        if (!isnan(tune->contest.goal[g].limit)) {
            return true;
        }
    }
    return false;
}

/* One goal in every scenario. */
static bool add_goals(struct tune *tune, const struct contest_goal *goal, char *error,
                      size_t error_size) {
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        if (tune->contest.goal_count == CONTEST_GOALS) {
            snprintf(error, error_size, "budgets times scenarios make more than %d goals",
                     CONTEST_GOALS);
            return false;
        }
        struct contest_goal *own = &tune->contest.goal[tune->contest.goal_count++];
        *own = *goal;
        own->scenario = s;
        snprintf(own->metric.measure, sizeof own->metric.measure, "%s",
                 tune->scenario[s]->run.measure);
    }
    return true;
}

static bool find_metric(const char *name, struct estimate *metric) {
    struct metrics *list = malloc(sizeof *list);
    if (list == NULL) {
        return false;
    }
    metrics_list(list);
    const struct estimate *found = metrics_find(list, name);
    if (found != NULL) {
        *metric = *found;
    }
    free(list);
    return found != NULL;
}

bool tune_goal(struct tune *tune, const char *budget, char *error, size_t error_size) {
    struct contest_goal goal;
    memset(&goal, 0, sizeof goal);
    if (!load_expect_parse(subject_schema(), budget, &goal.expect, error, error_size)) {
        return false;
    }
    if (!find_metric(goal.expect.metric, &goal.metric)) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    goal.more_is_better =
        goal.expect.comparator == LOAD_GREATER || goal.expect.comparator == LOAD_AT_LEAST;
    if (!subject_limit(&goal.expect, &goal.metric, &goal.limit)) {
        snprintf(error, error_size, "%s: the metric is in %s", budget, goal.metric.unit);
        return false;
    }
    return add_goals(tune, &goal, error, error_size);
}

/* P(insolvency) without a limit. */
static bool add_usual_goal(struct tune *tune) {
    char error[256];
    struct contest_goal goal;
    memset(&goal, 0, sizeof goal);
    goal.limit = nan("");
    return find_metric("p_insolvency", &goal.metric) &&
           add_goals(tune, &goal, error, sizeof error);
}

static enum run_status open_setting(struct tune *tune, size_t index) {
    struct tune_setting *setting = &tune->setting[index];
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        struct variant variant;
        enum run_status status = RUN_INPUT;
        const struct response_setting own = {&tune->response, &tune->design, index,
                                             load_struct(tune->scenario[s]->loaded)};
        if (response_variant(&own, &variant, setting->problem, sizeof setting->problem)) {
            status = subject_derive(tune->scenario[s], &variant, &setting->subject[s],
                                    setting->problem, sizeof setting->problem);
        }
        if (status == RUN_INPUT) {
            setting->fate = TUNE_REFUSED;
            return RUN_OK;
        }
        if (status != RUN_OK) {
            return status;
        }
        setting->search[s].run = setting->fresh[s].run = &setting->subject[s].run;
    }
    return RUN_OK;
}

enum run_status tune_open(struct tune *tune) {
    size_t open = 0;
    if (tune->contest.goal_count == 0 && !add_usual_goal(tune)) {
        say("out of memory");
        return RUN_IO;
    }
    tune->setting = calloc(tune->design.count, sizeof *tune->setting);
    if (tune->setting == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < tune->design.count; ++i) {
        const enum run_status status = open_setting(tune, i);
        if (status != RUN_OK) {
            return status;
        }
        tune->current = tune->design.point[i].current ? i : tune->current;
        open += tune->setting[i].fate == TUNE_IN && !tune->design.point[i].outside;
    }
    const struct tune_setting *current = &tune->setting[tune->current];
    if (current->fate == TUNE_REFUSED || open == 0) {
        say("no setting can be run: %s",
            current->fate == TUNE_REFUSED ? current->problem : tune->setting[0].problem);
        return RUN_INPUT;
    }
    return RUN_OK;
}

enum run_status tune_run(struct tune *tune) {
    enum run_status status = race_run(tune);
    if (status == RUN_OK) {
        status = answer_run(tune);
    }
    return status;
}

enum run_status tune_verdict(const struct tune *tune) {
    if (tune->failed * 1000 > tune->paths_run) {
        say("%" PRIu64 " of %" PRIu64 " paths failed", tune->failed, tune->paths_run);
        return RUN_BROKEN;
    }
    return tune_has_budget(tune) && tune->recommended == TUNE_NONE ? RUN_UNMET : RUN_OK;
}

bool tune_discard(struct tune *tune) {
    bool fine = true;
    for (size_t i = 0; i < TUNE_ROUNDS; ++i) {
        fine = run_discard_shards(&tune->kept[i]) && fine;
    }
    return fine;
}

void tune_free(struct tune *tune) {
    for (size_t i = 0; tune->setting != NULL && i < tune->design.count; ++i) {
        struct tune_setting *setting = &tune->setting[i];
        for (size_t s = 0; s < TUNE_SCENARIOS; ++s) {
            field_cell_free(&setting->search[s]);
            field_cell_free(&setting->fresh[s]);
            subject_free(&setting->subject[s]);
        }
        contest_free(&setting->found);
        contest_free(&setting->final);
    }
    for (size_t i = 0; i < TUNE_ROUNDS; ++i) {
        run_result_free(&tune->kept[i]);
    }
    free(tune->setting);
    tune->setting = NULL;
    design_free(&tune->design);
}
