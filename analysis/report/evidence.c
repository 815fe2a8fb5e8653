#include "analysis/report/evidence.h"

#include "analysis/report/evidence_columns.h"
#include "analysis/rerun.h"
#include "analysis/say.h"
#include "analysis/setting.h"
#include "analysis/store_depletion.h"
#include "analysis/store_worst.h"
#include "scenarios/embedded.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum run_status fail(const struct store_error *error) {
    say("%s", error->text);
    return error->status;
}

static double fund_of(const struct store_about *about) {
    static const struct param row = {.name = "deposit", .kind = &param_money};
    char text[PARAM_FORMAT_SIZE], error[256];
    int64_t uusd;
    if (setting_text(about->canonical, "fund.deposit", text, sizeof text) == NULL ||
        !param_parse(&row, text, &uusd, error, sizeof error)) {
        return nan("");
    }
    return (double)uusd / 1e6;
}

static enum run_status find_preset(struct evidence *evidence) {
    const char *name = evidence->about->scenario_name;
    for (const struct embedded_file *row = embedded_presets; row->name != NULL; ++row) {
        if (strcmp(row->name, name) == 0) {
            const enum run_status status = subject_load(name, NULL, 0, &evidence->preset);
            evidence->is_preset = status == RUN_OK;
            return status;
        }
    }
    return RUN_OK;
}

static enum run_status read_worst(struct evidence *evidence) {
    uint64_t path[EVIDENCE_WORST];
    struct store_error error;
    if (evidence->about->semantics != BREAKWATER_SEMANTICS) {
        return RUN_OK; /* its rows may have other fields; retell says so */
    }
    evidence->worst_count = EVIDENCE_WORST;
    if (!store_largest(evidence->store, "bad_debt", path, &evidence->worst_count,
                       &error)) {
        return fail(&error);
    }
    for (size_t i = 0; i < evidence->worst_count; ++i) {
        if (!store_rows(evidence->store, path[i], 1, &evidence->worst[i], &error)) {
            return fail(&error);
        }
    }
    return RUN_OK;
}

/* The worst path's rows from the file, for its drawing. */
static enum run_status draw_stored(struct evidence *evidence) {
    struct store_worst worst;
    struct store_error error;
    bool there;
    if (!store_worst_read(evidence->store, 1, &worst, &there, &error)) {
        return fail(&error);
    }
    if (there) {
        replay_free(&evidence->replay);
        evidence->replay = worst.replay;
        evidence->replay.outcome.path = worst.path;
        evidence->start_ns = worst.start_ns;
        evidence->end_ns = worst.end_ns;
        evidence->drawn = true;
    }
    return RUN_OK;
}

/* The worst path again, when this program still makes the same one of it. */
static enum run_status retell(const struct evidence_files *files,
                              struct evidence *evidence) {
    const struct store_about *about = evidence->about;
    const size_t size = sizeof evidence->problem;
    if (about->semantics != BREAKWATER_SEMANTICS) {
        snprintf(evidence->problem, size,
                 "the run is of semantics %" PRId64 " and this program has %d",
                 about->semantics, BREAKWATER_SEMANTICS);
        return RUN_OK;
    }
    if (evidence->worst_count == 0) {
        snprintf(evidence->problem, size, "no path is complete");
        return RUN_OK;
    }
    if (rerun_subject(evidence->store, files->sets, files->set_count,
                      &evidence->subject) != RUN_OK) {
        snprintf(evidence->problem, size,
                 "its scenario needs a file that is not here; name it by --set");
        say("the worst path is not told; the rest of the report is complete");
        return RUN_OK;
    }
    const uint64_t path = evidence->worst[0].path;
    const enum run_status status = replay_path(&evidence->subject, about->seed, path,
                                               REPLAY_ROOT_NS, &evidence->replay);
    if (status != RUN_OK) {
        return status;
    }
    const char *differs = replay_differs(&evidence->worst[0], &evidence->replay.outcome);
    if (differs != NULL) {
        snprintf(evidence->problem, size,
                 "run again, path %" PRIu64 " comes out differently: %s", path, differs);
        say("%s: %s", store_path(evidence->store), evidence->problem);
        return RUN_OK;
    }
    evidence->story = (struct story){
        .subject = &evidence->subject,
        .replay = &evidence->replay,
        .from_ns = evidence->subject.stage->begin_ns,
        .to_ns = evidence->subject.stage->end_ns,
        .seed = about->seed,
        .origin = "",
    };
    evidence->start_ns = evidence->subject.stage->start_ns;
    evidence->end_ns = evidence->subject.stage->end_ns;
    evidence->told =
        story_moments_find(&evidence->story, &evidence->moments) &&
        story_accounts_find(evidence->subject.stage, &evidence->replay, evidence->account,
                            EVIDENCE_ACCOUNTS, &evidence->accounts);
    if (!evidence->told) {
        say("out of memory");
    }
    return evidence->told ? RUN_OK : RUN_IO;
}

static enum run_status read_spool(struct store *store, struct spool **spool) {
    struct store_error error;
    *spool = spool_open();
    if (*spool == NULL) {
        say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
        return RUN_IO;
    }
    return store_spool(store, *spool, &error) ? RUN_OK : fail(&error);
}

static struct compare_side side_of(const struct store *store, const struct spool *spool,
                                   const struct metrics *metrics) {
    const struct store_about *about = store_about_of(store);
    return (struct compare_side){
        .name = about->scenario_name,
        .measure = about->measure,
        .canonical = about->canonical,
        .seed = about->seed,
        .spool = spool,
        .metrics = metrics,
        .digest = about->digest,
    };
}

static enum run_status compare_with(const char *baseline, struct evidence *evidence) {
    struct store_error error;
    evidence->baseline = store_open(baseline, &error);
    if (evidence->baseline == NULL ||
        !store_metrics(evidence->baseline, &evidence->baseline_metrics, &error)) {
        return fail(&error);
    }
    const struct store_about *before_about = store_about_of(evidence->baseline);
    if (before_about->semantics != BREAKWATER_SEMANTICS ||
        evidence->about->semantics != BREAKWATER_SEMANTICS) {
        say("%s is of semantics %" PRId64 " and %s of %" PRId64
            "; this program compares paths of %d: run both again",
            baseline, before_about->semantics, store_path(evidence->store),
            evidence->about->semantics, BREAKWATER_SEMANTICS);
        return RUN_INPUT;
    }
    enum run_status status = read_spool(evidence->baseline, &evidence->spool[0]);
    if (status == RUN_OK) {
        status = read_spool(evidence->store, &evidence->spool[1]);
    }
    if (status != RUN_OK) {
        return status;
    }
    const struct compare_side before =
        side_of(evidence->baseline, evidence->spool[0], &evidence->baseline_metrics);
    const struct compare_side after =
        side_of(evidence->store, evidence->spool[1], &evidence->metrics);
    return compare_make(&before, &after, evidence->about->level, &evidence->compare);
}

enum run_status evidence_gather(const struct evidence_files *files,
                                struct evidence *evidence) {
    struct store_error error;
    memset(evidence, 0, sizeof *evidence);
    evidence->store = store_open(files->results, &error);
    if (evidence->store == NULL) {
        return fail(&error);
    }
    evidence->about = store_about_of(evidence->store);
    evidence->fund = fund_of(evidence->about);
    if (!store_metrics(evidence->store, &evidence->metrics, &error) ||
        !evidence_columns(evidence, &error)) {
        return fail(&error);
    }
    evidence->bands = calloc(1, sizeof *evidence->bands);
    if (evidence->bands == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (!store_bands_read(evidence->store, evidence->bands, &error) ||
        !store_depletion_read(evidence->store, &evidence->depletion, &error)) {
        return fail(&error);
    }
    enum run_status status = read_worst(evidence);
    if (status == RUN_OK && files->baseline != NULL) {
        status = compare_with(files->baseline, evidence);
    }
    if (status == RUN_OK) {
        status = find_preset(evidence);
    }
    status = status == RUN_OK ? retell(files, evidence) : status;
    return status == RUN_OK && !evidence->told ? draw_stored(evidence) : status;
}

void evidence_free(struct evidence *evidence) {
    story_moments_free(&evidence->moments);
    replay_free(&evidence->replay);
    subject_free(&evidence->subject);
    subject_free(&evidence->preset);
    compare_free(&evidence->compare);
    struct evidence_variants *const variants[] = {
        &evidence->sensitivities, &evidence->ablation, &evidence->severity};
    for (unsigned i = 0; i < 2; ++i) {
        spool_close(evidence->spool[i]);
    }
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; ++i) {
        store_column_free(&variants[i]->name[0]);
        store_column_free(&variants[i]->name[1]);
        free(variants[i]->variant);
    }
    free(evidence->bands);
    survival_free(&evidence->depletion);
    store_close(evidence->baseline);
    store_close(evidence->store);
    memset(evidence, 0, sizeof *evidence);
}
