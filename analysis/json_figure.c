#include "analysis/json_figure.h"

#include "engine/digest.h"

void json_figure_run(struct json *json, const struct json_figure_run *run) {
    char digest[DIGEST_TEXT_SIZE];
    digest_text(run->digest, digest);
    json_text(json, "scenario", run->scenario);
    json_text(json, "measure", run->measure);
    json_text(json, "digest", digest);
    json_unsigned(json, "semantics", run->semantics);
    json_unsigned(json, "seed", run->seed);
    json_unsigned(json, "paths", run->paths);
    json_unsigned(json, "failed_paths", run->failed);
}

void json_figure_interval(struct json *json, const struct interval *interval) {
    json_real(json, "value", interval->value);
    json_real(json, "low", interval->low);
    json_real(json, "high", interval->high);
}

void json_figure_estimate(struct json *json, const struct estimate *estimate) {
    json_figure_interval(
        json, &(struct interval){estimate->value, estimate->low, estimate->high});
    json_real(json, "level", estimate->level);
    json_unsigned(json, "n", estimate->n);
    json_text(json, "unit", estimate->unit);
}

void json_figure_paired(struct json *json, const struct paired *paired) {
    json_real(json, "difference", paired->difference.value);
    json_real(json, "difference_low", paired->difference.low);
    json_real(json, "difference_high", paired->difference.high);
    json_real(json, "standard_errors", paired->errors);
    json_unsigned(json, "pairs", paired->pairs);
    json_unsigned(json, "pairs_higher", paired->higher);
    json_unsigned(json, "pairs_lower", paired->lower);
    json_unsigned(json, "pairs_failed", paired->failed);
}
