#include "analysis/json.h"
#include "analysis/json_figure.h"
#include "analysis/tune/tune_page.h"
#include "scenarios/semantics.h"

#include <math.h>

static void write_interval(struct json *json, const char *key,
                           const struct interval *interval) {
    json_open(json, key, '{');
    json_figure_interval(json, interval);
    json_close(json, '{');
}

static void write_values(struct json *json, const struct tune *tune, size_t index) {
    json_open(json, "values", '{');
    for (size_t i = 0; i < tune->design.axis_count; ++i) {
        json_text(json, tune->design.axis[i].key, tune->design.point[index].value[i]);
    }
    json_close(json, '{');
}

static void write_goals(struct json *json, const struct tune *tune,
                        const struct contestant *shown) {
    json_open(json, "goals", '[');
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        json_open(json, NULL, '{');
        json_figure_estimate(json, &shown->estimate[g]);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void write_setting(struct json *json, const struct tune *tune, size_t index) {
    const struct tune_setting *own = &tune->setting[index];
    const struct contestant *shown = tune_shown(own);
    json_open(json, NULL, '{');
    write_values(json, tune, index);
    json_flag(json, "current", tune->design.point[index].current);
    json_flag(json, "in_range", !tune->design.point[index].outside);
    json_text(json, "verdict", tune_word(tune, index));
    json_flag(json, "pareto", own->pareto);
    json_flag(json, "indistinguishable", own->alike);
    if (own->fate == TUNE_REFUSED) {
        json_text(json, "problem", own->problem);
    }
    if (shown != NULL) {
        json_flag(json, "fresh", shown == &own->final);
        json_unsigned(json, "paths", shown->paths);
        json_unsigned(json, "failed_paths", shown->failed);
        write_interval(json, "cost", &shown->mean_cost);
        write_interval(json, "capital_locked", &shown->capital);
        write_interval(json, "liquidation_cost", &shown->liquidation);
        write_goals(json, tune, shown);
    }
    if (shown == &own->final) {
        write_interval(json, "cost_change", &own->cost_change);
    }
    json_close(json, '{');
}

static void write_budget(struct json *json, const struct tune *tune) {
    json_open(json, "goals", '[');
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        const struct contest_goal *goal = &tune->contest.goal[g];
        json_open(json, NULL, '{');
        json_text(json, "metric", goal->metric.name);
        json_text(json, "scenario", tune->scenario[goal->scenario]->run.name);
        json_text(json, "budget", isnan(goal->limit) ? NULL : goal->expect.text);
        json_real(json, "limit", goal->limit);
        json_text(json, "unit", goal->metric.unit);
        json_flag(json, "binding", tune->recommended != TUNE_NONE && g == tune->binding);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void write_rounds(struct json *json, const struct tune *tune) {
    json_open(json, "rounds", '[');
    for (size_t r = 0; r <= tune->rounds; ++r) {
        json_open(json, NULL, '{');
        json_unsigned(json, "settings", tune->round_settings[r]);
        json_unsigned(json, "paths", tune->round_paths[r]);
        json_flag(json, "fresh", r == tune->rounds);
        json_close(json, '{');
    }
    json_close(json, '[');
}

/* The values of a setting under a key; null without one. */
static void write_choice(struct json *json, const struct tune *tune, const char *key,
                         size_t index) {
    if (index == TUNE_NONE) {
        json_text(json, key, NULL);
        return;
    }
    json_open(json, key, '{');
    write_values(json, tune, index);
    json_text(json, "scenario", tune->setting[index].subject[0].run.name);
    json_close(json, '{');
}

void tune_json(FILE *file, const struct tune *tune) {
    struct json json;
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    json_open(&json, "scenarios", '[');
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        json_text(&json, NULL, tune->scenario[s]->run.name);
    }
    json_close(&json, '[');
    json_unsigned(&json, "semantics", BREAKWATER_SEMANTICS);
    json_unsigned(&json, "seed", tune->request.seed);
    json_unsigned(&json, "fresh_seed", tune->fresh_seed);
    json_unsigned(&json, "fresh_paths", tune->fresh_paths);
    json_unsigned(&json, "paths", tune->request.paths);
    json_real(&json, "level", tune->request.level);
    json_text(&json, "response", tune->response.name);
    json_real(&json, "cost_weight", tune->contest.cost_weight);
    json_unsigned(&json, "failed_paths", tune->failed);
    write_budget(&json, tune);
    write_rounds(&json, tune);
    write_choice(&json, tune, "recommended", tune->recommended);
    write_choice(&json, tune, "nearest", tune->nearest);
    write_choice(&json, tune, "surely_over_below", tune->over_below);
    write_choice(&json, tune, "surely_over_above", tune->over_above);
    json_open(&json, "settings", '[');
    for (size_t i = 0; i < tune->design.count; ++i) {
        write_setting(&json, tune, i);
    }
    json_close(&json, '[');
    json_close(&json, '{');
    json_end(&json);
}
