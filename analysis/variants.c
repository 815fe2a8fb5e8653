#include "analysis/variants.h"

#include "analysis/say.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIANTS_NAME(metric) metric,
const char *const variants_metric[VARIANTS_METRIC_COUNT] = {
    VARIANTS_METRICS(VARIANTS_NAME)};

/* What all variants of a run share. */
struct plan_of_variants {
    const struct subject *base;
    const struct run_request *request;
    const struct run_result *result;
    struct variants *variants;
};

static void fill_estimates(const struct metrics *metrics,
                           struct estimate estimate[VARIANTS_METRIC_COUNT]) {
    for (size_t i = 0; i < VARIANTS_METRIC_COUNT; ++i) {
        const struct estimate *found = metrics_find(metrics, variants_metric[i]);
        assert(found != NULL);
        estimate[i] = *found;
    }
}

static enum run_status compare(const struct plan_of_variants *plan,
                               const struct spool *spool, struct variants_row *row) {
    for (size_t i = 0; i < VARIANTS_METRIC_COUNT; ++i) {
        const struct estimate *of = &plan->variants->base[i];
        if (!paired_compute(plan->result->spool, spool, of->field, of->kind,
                            plan->request->level, &row->paired[i])) {
            say("the outcomes cannot be compared: %s", strerror(errno));
            return RUN_IO;
        }
    }
    return RUN_OK;
}

/* The row of a scenario among the first so many that have run. */
static const struct variants_row *find_row(const struct variants *variants, size_t count,
                                           const unsigned char hash[DIGEST_SIZE]) {
    for (size_t i = 0; i < count; ++i) {
        const struct variants_row *row = &variants->row[i];
        if (!row->same && *row->problem == '\0' &&
            memcmp(row->hash, hash, DIGEST_SIZE) == 0) {
            return row;
        }
    }
    return NULL;
}

/* A variant with the scenario of an earlier one, of this comparison or of one before it, is
   not run again. */
static const struct variants_row *twin_of(const struct plan_of_variants *plan,
                                          size_t index) {
    const struct run_result *result = plan->result;
    const struct variants *const before[] = {result->sensitivities, result->ablation,
                                             result->fragility};
    const unsigned char *hash = plan->variants->row[index].hash;
    const struct variants_row *twin = find_row(plan->variants, index, hash);
    for (size_t i = 0; i < sizeof before / sizeof before[0] && twin == NULL; ++i) {
        if (before[i] != NULL) {
            twin = find_row(before[i], before[i]->count, hash);
        }
    }
    return twin;
}

static void take_results(struct variants_row *row, const struct variants_row *from) {
    memcpy(row->digest, from->digest, sizeof row->digest);
    memcpy(row->estimate, from->estimate, sizeof row->estimate);
    memcpy(row->paired, from->paired, sizeof row->paired);
    row->failed = from->failed;
}

static enum run_status execute(const struct plan_of_variants *plan,
                               struct subject *subject, size_t index) {
    char out[4096], label[192], hash[DIGEST_TEXT_SIZE];
    struct variants_row *row = &plan->variants->row[index];
    struct run_result *kept = &plan->variants->kept[index];
    struct run_request request = *plan->request;
    request.bands = false; /* they are the base's */
    digest_text(row->hash, hash);
    if (request.out != NULL) {
        snprintf(out, sizeof out, "%s.shards/%.16s", request.out, hash);
        request.out = out;
        request.resume = true; /* nothing there yet is fine, too */
    }
    snprintf(label, sizeof label, "paths of %s %s (%zu of %zu)", row->variant.what,
             row->variant.change, index + 1, plan->variants->count);
    request.unit = label;
    enum run_status status = run_execute(&subject->run, &request, kept);
    if (status == RUN_OK) {
        fill_estimates(&kept->metrics, row->estimate);
        memcpy(row->digest, kept->digest, sizeof row->digest);
        row->failed = kept->metrics.failed;
        status = compare(plan, kept->spool, row);
    }
    spool_close(kept->spool);
    kept->spool = NULL;
    return status;
}

static enum run_status run_row(const struct plan_of_variants *plan, size_t index) {
    struct variants_row *row = &plan->variants->row[index];
    struct subject subject;
    enum run_status status = subject_derive(plan->base, &row->variant, &subject,
                                            row->problem, sizeof row->problem);
    if (status != RUN_OK) { /* what a scenario names itself was checked when it loaded */
        return status == RUN_INPUT ? RUN_OK : status;
    }
    memcpy(row->hash, subject.run.hash, sizeof row->hash);
    row->same = memcmp(row->hash, plan->base->run.hash, sizeof row->hash) == 0;
    const struct variants_row *twin = twin_of(plan, index);
    if (row->same) {
        fill_estimates(&plan->result->metrics, row->estimate);
        memcpy(row->digest, plan->result->digest, sizeof row->digest);
        row->failed = plan->result->metrics.failed;
        status = compare(plan, plan->result->spool, row);
    } else if (twin != NULL) {
        take_results(row, twin);
    } else {
        status = execute(plan, &subject, index);
    }
    subject_free(&subject);
    return status;
}

enum run_status variants_run(const struct subject *base,
                             const struct run_request *request,
                             const struct run_result *result,
                             const struct variant *variant, size_t count,
                             struct variants *variants) {
    assert(result->whole);
    memset(variants, 0, sizeof *variants);
    variants->row = calloc(count + 1, sizeof *variants->row);
    variants->kept = calloc(count + 1, sizeof *variants->kept);
    if (variants->row == NULL || variants->kept == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    variants->count = count;
    fill_estimates(&result->metrics, variants->base);
    const struct plan_of_variants plan = {base, request, result, variants};
    for (size_t i = 0; i < count; ++i) {
        variants->row[i].variant = variant[i];
        const enum run_status status = run_row(&plan, i);
        if (status != RUN_OK) {
            return status;
        }
    }
    return RUN_OK;
}

struct variants_range variants_range(const struct variants *variants, size_t metric) {
    assert(metric < VARIANTS_METRIC_COUNT);
    const double base = variants->base[metric].value;
    struct variants_range range = {.low = base, .high = base};
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        const double value = row->estimate[metric].value;
        if (*row->problem != '\0') {
            continue;
        }
        if (value < range.low) {
            range.low = value;
            range.lowest = row;
        } else if (value > range.high) {
            range.high = value;
            range.highest = row;
        }
    }
    return range;
}

enum run_status variants_verdict(const struct variants *variants) {
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        if (row->failed * 1000 > variants->base[0].n + row->failed) {
            say("%s %s: %" PRIu64 " paths failed", row->variant.what, row->variant.change,
                row->failed);
            return RUN_BROKEN;
        }
    }
    return RUN_OK;
}

bool variants_discard_shards(struct variants *variants) {
    bool fine = true;
    for (size_t i = 0; i < variants->count; ++i) {
        fine = run_discard_shards(&variants->kept[i]) && fine;
    }
    return fine;
}

void variants_free(struct variants *variants) {
    for (size_t i = 0; i < variants->count; ++i) {
        run_result_free(&variants->kept[i]);
    }
    free(variants->row);
    free(variants->kept);
    memset(variants, 0, sizeof *variants);
}
