#include "analysis/subject.h"

#include "analysis/loaded.h"
#include "analysis/say.h"
#include "scenarios/canonical.h"
#include "scenarios/scenario.h"
#include "scenarios/stage.h"
#include "scenarios/variant.h"
#include "scenarios/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct estimate *metric_at(size_t index) {
    static struct metrics names; /* the list is the same every time it is made */
    if (names.count == 0) {
        metrics_list(&names);
    }
    return index < names.count ? &names.estimate[index] : NULL;
}

static const char *metric_name(size_t index) {
    const struct estimate *metric = metric_at(index);
    return metric == NULL ? NULL : metric->name;
}

static const char *metric_unit(size_t index) {
    const struct estimate *metric = metric_at(index);
    return metric == NULL ? NULL : metric->unit;
}

const struct schema *subject_schema(void) {
    static struct schema schema;
    schema = scenario_schema;
    schema.metric_name = metric_name;
    schema.metric_unit = metric_unit;
    return &schema;
}

static void run_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                     struct outcome *outcome) {
    const struct stage *stage = context;
    world_run_path(memory, stage, seed, path, outcome);
}

static void sample_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                        struct samples *samples, struct outcome *outcome) {
    const struct stage *stage = context;
    world_sample_path(memory, stage, seed, path, samples, outcome);
}

/* Derives what the paths share; says what does not go together. */
static enum run_status prepare_stage(struct subject *subject, const char *name,
                                     const struct scenario *scenario) {
    const char *key = NULL;
    char sentence[512] = "";
    subject->stage = malloc(sizeof *subject->stage);
    if (subject->stage == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (!stage_prepare(subject->stage, scenario, &key, sentence, sizeof sentence)) {
        say("%s: %s: %s", name, key, sentence);
        return RUN_INPUT;
    }
    return RUN_OK;
}

/* The canonical text, allocated; NULL when memory is out. */
static char *canonical_text(const void *scenario) {
    const size_t length = canonical_write(subject_schema(), scenario, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        canonical_write(subject_schema(), scenario, text, length + 1);
    }
    return text;
}

static enum run_status make_runnable(struct subject *subject, const char *name,
                                     const struct scenario *scenario) {
    const enum run_status prepared = prepare_stage(subject, name, scenario);
    if (prepared != RUN_OK) {
        return prepared;
    }
    subject->canonical = canonical_text(scenario);
    if (subject->canonical == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    subject->run.name = name;
    subject->run.canonical = subject->canonical;
    subject->run.measure = scenario_measure_name(scenario);
    scenario_hash(scenario, subject->run.hash);
    subject->run.context = subject->stage;
    subject->run.footprint = world_footprint(subject->stage);
    subject->run.run_path = run_path;
    subject->run.sample_path = sample_path;
    subject->run.start_ns = subject->stage->start_ns;
    subject->run.end_ns = subject->stage->end_ns;
    return RUN_OK;
}

/* Makes the rest of a subject from what was loaded. */
static enum run_status complete(struct subject *subject) {
    const enum run_status status = loaded_check(&subject->loaded);
    if (status != RUN_OK) {
        subject_free(subject);
        return status;
    }
    const enum run_status made =
        make_runnable(subject, load_name(subject->loaded), load_struct(subject->loaded));
    if (made != RUN_OK) {
        subject_free(subject);
    }
    return made;
}

/* "NAME --set 'key=value' ...", allocated. */
static char *name_of_variant(const char *name, const struct variant *variant) {
    const size_t size = strlen(name) + 1 + variant->set_count * sizeof variant->set[0] +
                        variant->set_count * sizeof " --set '='";
    char *text = malloc(size);
    if (text == NULL) {
        return NULL;
    }
    size_t used = (size_t)snprintf(text, size, "%s", name);
    for (uint32_t i = 0; i < variant->set_count; ++i) {
        used += (size_t)snprintf(text + used, size - used, " --set '%s=%s'",
                                 variant->set[i].key, variant->set[i].value);
    }
    return text;
}

enum run_status subject_derive(const struct subject *base, const struct variant *variant,
                               struct subject *derived, char *error, size_t error_size) {
    memset(derived, 0, sizeof *derived);
    struct scenario *scenario = malloc(sizeof *scenario);
    derived->name = name_of_variant(base->run.name, variant);
    if (scenario == NULL || derived->name == NULL) {
        say("out of memory");
        free(scenario);
        subject_free(derived);
        return RUN_IO;
    }
    *scenario = *(const struct scenario *)load_struct(base->loaded);
    enum run_status status = RUN_INPUT;
    if (variant_apply(variant, scenario, error, error_size)) {
        status = make_runnable(derived, derived->name, scenario);
    }
    free(scenario);
    if (status != RUN_OK) {
        subject_free(derived);
    }
    return status;
}

enum run_status subject_load(const char *argument, const char *const *sets,
                             size_t set_count, struct subject *subject) {
    memset(subject, 0, sizeof *subject);
    subject->loaded = load_scenario(subject_schema(), argument, sets, set_count);
    return complete(subject);
}

enum run_status subject_restore(const struct subject_text *text, const char *const *sets,
                                size_t set_count, struct subject *subject) {
    memset(subject, 0, sizeof *subject);
    const size_t length = canonical_file(text->name, text->canonical, NULL, 0);
    char *file = malloc(length + 1);
    if (file == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    canonical_file(text->name, text->canonical, file, length + 1);
    const struct embedded_file embedded = {
        .name = text->file, .text = file, .size = length};
    subject->loaded = load_memory_set(subject_schema(), &embedded, sets, set_count);
    free(file);
    return complete(subject);
}

void subject_free(struct subject *subject) {
    load_free(subject->loaded);
    free(subject->canonical);
    free(subject->name);
    free(subject->stage);
    memset(subject, 0, sizeof *subject);
}

/* Seconds in a unit of time, 0 for any other unit. */
bool subject_limit(const struct load_expect *expect, const struct estimate *estimate,
                   double *limit) {
    const double from = load_expect_seconds(expect->unit),
                 to = load_expect_seconds(estimate->unit);
    *limit = expect->value;
    if (from > 0 && to > 0) {
        *limit = expect->value * from / to;
        return true;
    }
    return load_expect_fits(expect->unit, estimate->unit);
}

enum run_status subject_expects(const struct subject *subject,
                                const struct metrics *metrics) {
    size_t count;
    const struct load_expect *expects = load_expects(subject->loaded, &count);
    enum run_status status = RUN_OK;
    for (size_t i = 0; i < count; ++i) {
        const struct estimate *estimate = metrics_find(metrics, expects[i].metric);
        double limit;
        if (estimate == NULL || !subject_limit(&expects[i], estimate, &limit)) {
            say("expect: %s: the metric is in %s", expects[i].text,
                estimate == NULL ? "no table" : estimate->unit);
            return RUN_INPUT;
        }
        if (!load_expect_holds(&expects[i], estimate->value, limit)) {
            say("expect failed: %s: it is %.6g %s, interval [%.6g, %.6g]",
                expects[i].text, estimate->value,
                strcmp(estimate->unit, "1") == 0 ? "" : estimate->unit, estimate->low,
                estimate->high);
            status = RUN_UNMET;
        }
    }
    return status;
}
