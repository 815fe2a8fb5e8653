#include "analysis/depletion.h"

#include "analysis/json.h"
#include "analysis/number.h"

#include <math.h>

static void print_row(FILE *file, const char *label, const struct interval *interval,
                      const char *note) {
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    number_plain(interval->value, value);
    number_plain(interval->low, low);
    number_plain(interval->high, high);
    fprintf(file, "  %-36s %8s h    [%7s, %7s]%s\n", label, value, low, high, note);
}

void depletion_print(FILE *file, const struct run_result *result) {
    const struct survival *survival = &result->depletion;
    const struct estimate *given =
        metrics_find(&result->metrics, "fund_depletion_time_mean");
    char label[64], horizon[NUMBER_SIZE], note[64] = "";
    if (survival->events == 0) {
        return;
    }
    const char *failed = survival->failed > 0 ? " *" : "";
    number_plain(survival->horizon, horizon);
    fputs("\nWhen the fund is depleted\n", file);
    if (isnan(survival->median.value)) {
        snprintf(label, sizeof label, "mean time, %s h where it is not", horizon);
        print_row(file, label, &survival->restricted_mean, failed);
    } else {
        print_row(file, "median time", &survival->median, failed);
    }
    if (given != NULL) {
        char count[NUMBER_SIZE];
        number_count(given->n, count);
        snprintf(note, sizeof note, "%s n %s", failed, count);
        print_row(file, "mean time where it is",
                  &(struct interval){given->value, given->low, given->high}, note);
    }
}

static void put_interval(struct json *json, const char *key,
                         const struct interval *interval) {
    json_open(json, key, '{');
    json_real(json, "value", interval->value);
    json_real(json, "low", interval->low);
    json_real(json, "high", interval->high);
    json_close(json, '{');
}

void depletion_json(struct json *json, const struct run_result *result) {
    const struct survival *survival = &result->depletion;
    if (survival->horizon == 0) {
        return;
    }
    json_open(json, "fund_depletion", '{');
    json_unsigned(json, "paths", survival->paths);
    json_unsigned(json, "depleted", survival->events);
    json_unsigned(json, "failed_paths", survival->failed);
    json_text(json, "unit", "h");
    json_real(json, "horizon", survival->horizon);
    json_real(json, "level", survival->level);
    put_interval(json, "incidence", &survival->incidence);
    put_interval(json, "median", &survival->median);
    put_interval(json, "restricted_mean", &survival->restricted_mean);
    json_open(json, "curve", '[');
    for (int i = 1; i <= DEPLETION_TIMES; ++i) {
        const double time = survival->horizon * i / DEPLETION_TIMES;
        const struct interval at = survival_at(survival, time);
        json_open(json, NULL, '{');
        json_real(json, "time", time);
        json_real(json, "incidence", at.value);
        json_real(json, "low", at.low);
        json_real(json, "high", at.high);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_close(json, '{');
}
