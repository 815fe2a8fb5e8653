#include "analysis/until.h"

#include "analysis/json.h"
#include "analysis/number.h"
#include "analysis/subject.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Field and unit of the metric; a half-width in another unit is refused. */
static bool complete_rule(const struct load_expect *limit, struct until_rule *rule,
                          char *error, size_t size) {
    struct metrics *metrics = malloc(sizeof *metrics);
    if (metrics == NULL) {
        snprintf(error, size, "out of memory");
        return false;
    }
    metrics_list(metrics);
    const struct estimate *estimate = metrics_find(metrics, limit->metric);
    assert(estimate != NULL); /* the schema knows the names */
    const bool share = strcmp(estimate->unit, "1") == 0;
    bool fine = true;
    rule->field = estimate->field;
    if (rule->relative) {
        rule->half = limit->value;
    } else if (!share && strcmp(limit->unit, LOAD_EXPECT_SHARE) == 0) {
        fine = false;
        snprintf(error, size, "the metric is in %s; for a share of it write relative:%s",
                 estimate->unit, strchr(rule->text, '=') + 1);
    } else if (!subject_limit(limit, estimate, &rule->half)) {
        fine = false;
        snprintf(error, size, "the metric is in %s",
                 share ? "shares; write it like 0.5%" : estimate->unit);
    }
    free(metrics);
    if (fine && !(rule->half > 0)) {
        fine = false;
        snprintf(error, size, "a half-width is above zero");
    }
    return fine;
}

bool until_parse(const char *text, struct until_rule *rule, char *error, size_t size) {
    static const char relative[] = "relative:";
    const char *equals = strchr(text, '=');
    struct load_expect limit;
    char assertion[sizeof limit.text];
    memset(rule, 0, sizeof *rule);
    if (equals == NULL || equals == text || equals[1] == 0 ||
        strlen(text) >= sizeof assertion - 8) {
        snprintf(error, size, "write METRIC=HALF, such as p_insolvency=0.5%%");
        return false;
    }
    const char *half = equals + 1;
    rule->relative = strncmp(half, relative, sizeof relative - 1) == 0;
    half += rule->relative ? sizeof relative - 1 : 0;
    snprintf(rule->text, sizeof rule->text, "%s", text);
    snprintf(assertion, sizeof assertion, "%.*s <= %s", (int)(equals - text), text, half);
    struct schema schema = *subject_schema();
    schema.metric_unit = NULL; /* a share of a value is no unit: complete_rule looks */
    if (!load_expect_parse(&schema, assertion, &limit, error, size)) {
        return false;
    }
    snprintf(rule->metric, sizeof rule->metric, "%s", limit.metric);
    if (rule->relative && limit.unit[0] != 0 &&
        strcmp(limit.unit, LOAD_EXPECT_SHARE) != 0) {
        snprintf(error, size, "a relative half-width has no unit; write relative:10%%");
        return false;
    }
    return complete_rule(&limit, rule, error, size);
}

double until_level(double level, unsigned look) {
    assert(look >= 1);
    return 1 - ldexp(1 - level, -(int)look);
}

/* Takes down how wide the interval of one rule is and whether that will do. */
static void judge(const struct until_rule *rule, const struct metrics *metrics,
                  double *width, bool *met) {
    const struct estimate *estimate = metrics_find(metrics, rule->metric);
    assert(estimate != NULL);
    const double allowed =
        rule->relative ? rule->half * fabs(estimate->value) : rule->half;
    *width = (estimate->high - estimate->low) / 2;
    *met = *width <= allowed && !estimate->thin_tail && !estimate->batches_disagree;
}

bool until_look(const struct spool *spool, double level, struct until_state *state) {
    const struct until *until = state->rules;
    if (state->looks > 0 && state->paths == spool_count(spool)) {
        return state->reached;
    }
    state->paths = spool_count(spool);
    state->level = level;
    state->reached = true;
    ++state->looks;
    struct metrics *metrics = malloc(sizeof *metrics);
    bool fine = metrics != NULL && metrics_begin(spool, metrics);
    for (size_t i = 0; fine && i < until->count; ++i) {
        fine = metrics_compute_field(spool, until->rule[i].field,
                                     until_level(level, state->looks), "", metrics);
        if (fine) {
            judge(&until->rule[i], metrics, &state->widths[i], &state->met[i]);
            state->reached &= state->met[i];
        }
    }
    free(metrics);
    state->failed = !fine;
    state->reached &= fine;
    return state->reached;
}

void until_text(const struct until *until, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < until->count && used < size; ++i) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : " ",
                                 until->rule[i].text);
    }
}

void until_print(FILE *file, const struct until_state *state) {
    if (state->rules == NULL || state->looks == 0) {
        return;
    }
    char count[NUMBER_SIZE];
    number_count(state->paths, count);
    fprintf(file, "%s at look %u, %s paths; over all looks the level is %.6g %%.\n",
            state->reached ? "Precise enough" : "PRECISION NOT REACHED", state->looks,
            count, 100 * state->level);
    for (size_t i = 0; i < state->rules->count; ++i) {
        if (!state->met[i] && isnan(state->widths[i])) {
            fprintf(file, "  %s: no interval yet\n", state->rules->rule[i].text);
        } else if (!state->met[i]) {
            fprintf(file, "  %s: it is %.4g\n", state->rules->rule[i].text,
                    state->widths[i]);
        }
    }
}

void until_json(struct json *json, const struct until_state *state) {
    const struct until *until = state->rules;
    if (until == NULL) {
        return;
    }
    json_open(json, "until", '{');
    json_flag(json, "reached", state->reached);
    json_unsigned(json, "looks", state->looks);
    json_real(json, "level", state->level);
    json_open(json, "rules", '[');
    for (size_t i = 0; i < until->count; ++i) {
        json_open(json, NULL, '{');
        json_text(json, "metric", until->rule[i].metric);
        json_real(json, "half", until->rule[i].half);
        json_flag(json, "relative", until->rule[i].relative);
        json_real(json, "half_width", state->widths[i]);
        json_flag(json, "reached", state->met[i]);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_close(json, '{');
}
