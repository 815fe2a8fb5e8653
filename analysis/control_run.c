#include "analysis/control_run.h"

#include "analysis/json.h"
#include "analysis/number.h"
#include "analysis/say.h"
#include "analysis/store_read.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static enum run_status check(const struct store *store,
                             const struct run_request *request) {
    const struct store_about *about = store_about_of(store);
    if (about->semantics != BREAKWATER_SEMANTICS || about->seed != request->seed) {
        say("%s: is a run of semantics %" PRId64 ", seed %" PRIu64
            "; a control meets the same storms: semantics %d, seed %" PRIu64,
            store_path(store), about->semantics, about->seed, BREAKWATER_SEMANTICS,
            request->seed);
        return RUN_INPUT;
    }
    if (about->paths <= request->paths) {
        say("%s: has %" PRIu64 " paths; a control of %" PRIu64
            " paths has more, or it tells nothing",
            store_path(store), about->paths, request->paths);
        return RUN_INPUT;
    }
    return RUN_OK;
}

enum run_status control_run_check(const char *path, const struct run_request *request) {
    struct store_error error;
    struct store *store = store_open(path, &error);
    if (store == NULL) {
        say("%s", error.text);
        return error.status;
    }
    const enum run_status status = check(store, request);
    store_close(store);
    return status;
}

enum run_status control_run_take(const char *path, struct run_result *result) {
    struct store_error error = {.status = RUN_IO, .text = "out of memory"};
    struct store *store = store_open(path, &error);
    struct spool *other = spool_open();
    enum run_status status = RUN_OK;
    if (store == NULL || other == NULL || !store_spool(store, other, &error)) {
        say("%s", error.text);
        status = error.status;
    } else if (!control_of_run(result->spool, other, result->metrics.estimate[0].level,
                               &result->control)) {
        say("%s: cannot be a control: %s", path, strerror(errno));
        status = errno == EINVAL ? RUN_INPUT : RUN_IO;
    } else if (result->control.pairs == 0) {
        say("%s: no control: bad debt never varies there or here", path);
    }
    spool_close(other);
    store_close(store);
    return status;
}

void control_run_print(FILE *file, const struct run_result *result) {
    const struct control *control = &result->control;
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    if (control->pairs == 0) {
        return;
    }
    fputs("\nTwin without feedback, as control of mean bad debt\n", file);
    if (control->paths > 0) {
        number_usd(control->mean.value, value);
        number_usd(control->mean.low, low);
        number_usd(control->mean.high, high);
        fprintf(file, "  %-36s %8s %-4s [%7s, %7s]%s\n", "mean by regression", value,
                "USD", low, high, result->metrics.failed > 0 ? " *" : "");
        number_count(control->paths, value);
        number_plain(control->reduction, low);
        fprintf(file, "  its variance is %s times less; twin known from %s paths\n", low,
                value);
    }
    number_plain(control->known_reduction, value);
    fprintf(file, "  beta %.3f, correlation %.3f: %s times less if the twin's mean\n",
            control->beta, control->correlation, value);
    number_plain(control->paired_reduction, value);
    fprintf(file, "  were known; the difference, on one storm, has %s times less\n",
            value);
}

void control_run_json(struct json *json, const struct run_result *result) {
    const struct control *control = &result->control;
    if (control->pairs == 0) {
        return;
    }
    json_open(json, "control", '{');
    json_text(json, "metric", "bad_debt_mean");
    json_unsigned(json, "pairs", control->pairs);
    json_unsigned(json, "control_paths", control->paths);
    json_real(json, "beta", control->beta);
    json_real(json, "correlation", control->correlation);
    json_real(json, "value", control->mean.value);
    json_real(json, "low", control->mean.low);
    json_real(json, "high", control->mean.high);
    json_real(json, "level", control->level);
    json_text(json, "unit", "USD");
    json_real(json, "variance_reduction", control->reduction);
    json_real(json, "variance_reduction_if_known", control->known_reduction);
    json_real(json, "variance_reduction_of_difference", control->paired_reduction);
    json_close(json, '{');
}

void control_run_store(struct store_hdf5 *store, const struct run_result *result) {
    const struct control *control = &result->control;
    if (control->pairs == 0) {
        return;
    }
    const hid_t group = store_hdf5_group(store, "control");
    store_hdf5_text(store, group, "metric", "bad_debt_mean");
    store_hdf5_text(store, group, "units", "USD");
    store_hdf5_integer(store, group, "pairs", (int64_t)control->pairs);
    store_hdf5_integer(store, group, "control_paths", (int64_t)control->paths);
    store_hdf5_real(store, group, "beta", control->beta);
    store_hdf5_real(store, group, "correlation", control->correlation);
    store_hdf5_real(store, group, "value", control->mean.value);
    store_hdf5_real(store, group, "low", control->mean.low);
    store_hdf5_real(store, group, "high", control->mean.high);
    store_hdf5_real(store, group, "level", control->level);
    store_hdf5_real(store, group, "variance_reduction", control->reduction);
    store_hdf5_real(store, group, "variance_reduction_if_known",
                    control->known_reduction);
    store_hdf5_real(store, group, "variance_reduction_of_difference",
                    control->paired_reduction);
    store_hdf5_group_close(store, group);
}
