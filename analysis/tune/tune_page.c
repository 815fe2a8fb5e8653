#include "analysis/tune/tune_page.h"

#include "analysis/number.h"
#include "analysis/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { ROWS_MOST = 24, CELL = 5 * NUMBER_SIZE };

const struct contestant *tune_shown(const struct tune_setting *setting) {
    if (setting->final.paths > 0) {
        return &setting->final;
    }
    return setting->found.paths > 0 ? &setting->found : NULL;
}

void tune_label(const struct tune *tune, size_t index, char text[TUNE_LABEL_SIZE]) {
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < tune->design.axis_count; ++i) {
        at += (size_t)snprintf(text + at, TUNE_LABEL_SIZE - at, "%s%s", i > 0 ? ", " : "",
                               tune->design.point[index].value[i]);
    }
}

const char *tune_word(const struct tune *tune, size_t index) {
    static const char *const fates[TUNE_FATE_COUNT] = {
        [TUNE_IN] = "",
        [TUNE_REFUSED] = "refused",
        [TUNE_BEATEN] = "beaten by another",
        [TUNE_OVER] = "over the budget",
        [TUNE_NEEDLESS] = "more than needed",
    };
    const struct tune_setting *own = &tune->setting[index];
    if (index == tune->recommended) {
        return "recommended";
    }
    if (own->fate != TUNE_IN) {
        return fates[own->fate];
    }
    if (!tune_has_budget(tune)) {
        return own->pareto ? "Pareto" : "";
    }
    return own->passed        ? "within"
           : own->surely_over ? "over the budget"
                              : "not to be told";
}

static enum number_look look_of(const struct contest_goal *goal) {
    const char *unit = goal->metric.unit;
    return strcmp(unit, "USD") == 0 ? NUMBER_USD
           : goal->metric.kind == METRICS_PROBABILITY ||
                   outcome_descriptions[goal->metric.field].kind == OUTCOME_RATIO
               ? NUMBER_PERCENT
               : NUMBER_PLAIN;
}

/* "4.1 % [3.1, 5.2]" */
static void figure(enum number_look look, const char *unit,
                   const struct interval *interval, char text[CELL]) {
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    const char *shown = number_unit(look, unit);
    number_as(look, interval->value, value);
    number_as(look, interval->low, low);
    number_as(look, interval->high, high);
    snprintf(text, CELL, "%s%s%s [%s, %s]", value, *shown != '\0' ? " " : "", shown, low,
             high);
}

static void goal_figure(const struct tune *tune, size_t goal,
                        const struct contestant *one, char text[CELL]) {
    const struct estimate *estimate = &one->estimate[goal];
    const struct interval interval = {estimate->value, estimate->low, estimate->high};
    figure(look_of(&tune->contest.goal[goal]), estimate->unit, &interval, text);
}

/* The metric, and the scenario when there are several. */
static void goal_name(const struct tune *tune, size_t goal, char *text, size_t size) {
    const struct contest_goal *own = &tune->contest.goal[goal];
    snprintf(text, size, "%s%s%s", own->metric.name,
             tune->contest.scenario_count > 1 ? " in " : "",
             tune->contest.scenario_count > 1 ? tune->scenario[own->scenario]->run.name
                                              : "");
}

static void put(FILE *file, const char *margin, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void put(FILE *file, const char *margin, const char *format, ...) {
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const struct page page = page_of(file, (unsigned)strlen(margin));
    page_put(&page, margin, text);
}

static void print_head(FILE *file, const struct tune *tune) {
    char count[NUMBER_SIZE];
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        fprintf(file, "%s%s", s > 0 ? ", " : "", tune->scenario[s]->run.name);
    }
    fputs(": ", file);
    for (size_t i = 0; i < tune->design.axis_count; ++i) {
        fprintf(file, "%s%s", i > 0 ? ", " : "", tune->design.axis[i].key);
    }
    number_count(tune->paths_run, count);
    fprintf(file, "; %zu settings, %s paths in all, seed %" PRIu64 "\n",
            tune->design.count, count, tune->request.seed);
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        const char *measure = tune->scenario[s]->run.measure;
        put(file, "", "Measure %s%s%s: %s.", measure, s > 0 ? " for " : "",
            s > 0 ? tune->scenario[s]->run.name : "",
            strcmp(measure, "conditional") == 0
                ? "if this storm happens, not how likely it is"
                : "over the horizon as the scenario's market makes it");
    }
    if (strcmp(tune->response.name, "hold_positions") == 0) {
        put(file, "",
            "Users hold their positions and post collateral in proportion to the "
            "requirement.");
    } else if (!tune->response.none) {
        put(file, "", "Users respond by %s: collateral and positions change.",
            tune->response.name);
    }
    put(file, "",
        "Intervals at %.6g %% cover the sampling of paths, not the choice of "
        "model. The numbers of the last round are of %" PRIu64
        " paths of a fresh seed, %" PRIu64 ".",
        100 * tune->request.level, tune->fresh_paths, tune->fresh_seed);
}

/* A setting's values with their keys and, where it takes others along, those. */
static void print_values(FILE *file, const struct tune *tune, size_t index) {
    for (size_t i = 0; i < tune->design.axis_count; ++i) {
        const char *now = tune->design.point[tune->current].value[i];
        fprintf(file, "  %-21s %-24s now %s\n", tune->design.axis[i].key,
                tune->design.point[index].value[i], now);
    }
}

static void print_figures(FILE *file, const struct tune *tune, size_t index) {
    const struct tune_setting *own = &tune->setting[index];
    const struct tune_setting *now = &tune->setting[tune->current];
    char value[CELL], before[CELL], name[160];
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        const struct contest_goal *goal = &tune->contest.goal[g];
        goal_name(tune, g, name, sizeof name);
        goal_figure(tune, g, &own->final, value);
        goal_figure(tune, g, &now->final, before);
        fprintf(file, "  %-21s %-24s now %s%s\n", name, value, before,
                g == tune->binding && tune->contest.goal_count > 1 ? "   binding" : "");
        if (!isnan(goal->limit)) {
            fprintf(file, "    budget %s\n", goal->expect.text);
        }
    }
    figure(NUMBER_USD, "USD", &own->final.mean_cost, value);
    figure(NUMBER_USD, "USD", &now->final.mean_cost, before);
    fprintf(file, "  %-21s %-24s now %s\n", "cost", value, before);
    figure(NUMBER_USD, "USD", &own->cost_change, value);
    fprintf(file, "    less the present one's, on the same paths: %s\n", value);
    figure(NUMBER_USD, "USD", &own->final.capital, value);
    fprintf(file, "    capital locked %s\n", value);
    figure(NUMBER_USD, "USD", &own->final.liquidation, value);
    fprintf(file, "    liquidations cost users %s, weighed %.6g\n", value,
            tune->contest.cost_weight);
}

/* Where the limit is passed, as far as the paths can tell. */
static void print_bracket(FILE *file, const struct tune *tune) {
    const struct design_point *point = tune->design.point;
    const size_t around =
        tune->recommended != TUNE_NONE ? tune->recommended : tune->nearest;
    if (tune->design.axis_count != 1 || around == TUNE_NONE) {
        return;
    }
    const bool met = tune->recommended != TUNE_NONE;
    const char *within = met ? point[around].value[0] : NULL;
    if (tune->over_below != TUNE_NONE) {
        put(file, "", "Threshold: surely over the budget at %s, %s%s.",
            point[tune->over_below].value[0], met ? "surely within it at " : "",
            met ? within : "nowhere surely within it above");
    }
    if (tune->over_above != TUNE_NONE) {
        put(file, "", "Threshold: surely over the budget at %s, %s%s.",
            point[tune->over_above].value[0], met ? "surely within it at " : "",
            met ? within : "nowhere surely within it below");
    }
    if (tune->over_below == TUNE_NONE && tune->over_above == TUNE_NONE) {
        put(file, "",
            "No setting is surely over the budget: the threshold may lie "
            "anywhere up to %s.",
            met ? within : "the end of the range, or beyond");
    }
}

/* How many paths would settle a goal that the estimate meets and the interval does not. */
static double paths_needed(const struct tune *tune, size_t index, size_t goal) {
    const struct contest_goal *of = &tune->contest.goal[goal];
    const struct estimate *estimate = &tune->setting[index].final.estimate[goal];
    const double half = of->more_is_better ? estimate->value - estimate->low
                                           : estimate->high - estimate->value;
    const double room =
        of->more_is_better ? estimate->value - of->limit : of->limit - estimate->value;
    return room > 0 && half > room
               ? (double)tune->setting[index].final.paths * (half / room) * (half / room)
               : nan("");
}

static void print_nearest(FILE *file, const struct tune *tune) {
    char label[TUNE_LABEL_SIZE];
    if (tune->nearest == TUNE_NONE) {
        put(file, "",
            "\nNo setting meets the budget: all that could be run are surely over "
            "it after the search.");
        return;
    }
    tune_label(tune, tune->nearest, label);
    put(file, "", "\nNo setting is surely within the budget. Nearest:");
    print_values(file, tune, tune->nearest);
    print_figures(file, tune, tune->nearest);
    const double paths = paths_needed(tune, tune->nearest, tune->binding);
    if (!isnan(paths)) {
        char count[NUMBER_SIZE];
        number_plain(paths, count);
        put(file, "", "Its estimate is within the budget; about %s paths would tell.",
            count);
    }
}

static void print_alike(FILE *file, const struct tune *tune) {
    char label[TUNE_LABEL_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < tune->design.count; ++i) {
        if (tune->setting[i].alike) {
            tune_label(tune, i, label);
            fprintf(file, "%s%s", count++ == 0 ? "Not to be told from it: " : "; ",
                    label);
        }
    }
    fputs(count > 0 ? "\n" : "", file);
}

static void print_row(FILE *file, const struct tune *tune, size_t index) {
    const struct tune_setting *own = &tune->setting[index];
    const struct contestant *shown = tune_shown(own);
    char label[TUNE_LABEL_SIZE], cell[CELL];
    tune_label(tune, index, label);
    fprintf(file, "%c%c %-14s", index == tune->current ? '>' : ' ',
            own->pareto ? '*' : ' ', label);
    if (shown == NULL) {
        fprintf(file, " %s: %s\n", tune_word(tune, index), own->problem);
        return;
    }
    number_usd(shown->mean_cost.value, cell);
    fprintf(file, " %8s", cell);
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        goal_figure(tune, g, shown, cell);
        fprintf(file, "  %-22s", cell);
    }
    fprintf(file, " %6zu%s %s\n", shown->paths, shown == &own->final ? " " : "s",
            tune->design.point[index].outside ? "" : tune_word(tune, index));
}

static void print_settings(FILE *file, const struct tune *tune) {
    size_t dropped[TUNE_FATE_COUNT] = {0}, left_out = 0;
    char name[160];
    fprintf(file, "\n   %-14s %8s", "setting", "cost USD");
    for (size_t g = 0; g < tune->contest.goal_count; ++g) {
        goal_name(tune, g, name, sizeof name);
        fprintf(file, "  %-22s", name);
    }
    fputs("  paths\n", file);
    for (size_t i = 0; i < tune->design.count; ++i) {
        const struct tune_setting *own = &tune->setting[i];
        if (tune->design.count > ROWS_MOST && own->fate != TUNE_IN &&
            i != tune->current) {
            ++dropped[own->fate];
            ++left_out;
            continue;
        }
        print_row(file, tune, i);
    }
    if (left_out > 0) {
        put(file, "",
            "Not shown: %zu refused, %zu surely over the budget, %zu more than needed, "
            "%zu "
            "beaten by another; --json has them.",
            dropped[TUNE_REFUSED], dropped[TUNE_OVER], dropped[TUNE_NEEDLESS],
            dropped[TUNE_BEATEN]);
    }
    put(file, "",
        "> the present setting   * nothing is surely better in cost and in every "
        "goal   s paths of the search, intervals wide enough for all settings");
}

static void print_again(FILE *file, const struct tune *tune, size_t index) {
    for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
        fprintf(file, "again   breakwater run %s",
                tune->setting[index].subject[s].run.name);
        for (size_t i = 0; i < tune->request.set_count; ++i) {
            fprintf(file, " --set '%s'", tune->request.sets[i]);
        }
        fprintf(file, " -n %" PRIu64 " --seed %" PRIu64 "\n", tune->fresh_paths,
                tune->fresh_seed);
    }
}

void tune_print(FILE *file, const struct tune *tune) {
    print_head(file, tune);
    if (tune->failed > 0) {
        fprintf(file, "\nFAILED PATHS: %" PRIu64 "\n", tune->failed);
    }
    if (tune->recommended != TUNE_NONE) {
        fputs(tune->recommended == tune->current ? "\nRecommended: the present setting\n"
                                                 : "\nRecommended\n",
              file);
        print_values(file, tune, tune->recommended);
        print_figures(file, tune, tune->recommended);
        print_alike(file, tune);
    } else if (tune_has_budget(tune)) {
        print_nearest(file, tune);
    } else {
        put(file, "",
            "\nWithout --budget nothing is recommended: the settings with * are "
            "what there is to choose from.");
    }
    print_bracket(file, tune);
    print_settings(file, tune);
    if (tune->recommended != TUNE_NONE) {
        print_again(file, tune, tune->recommended);
    }
}
