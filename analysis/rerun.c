#include "analysis/rerun.h"

#include "analysis/bands.h"
#include "analysis/interrupt.h"
#include "analysis/replay.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "scenarios/samples.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORST = 5 };

static enum run_status fail(const struct store_error *error) {
    say("%s", error->text);
    return error->status;
}

enum run_status rerun_subject(const struct store *store, const char *const *sets,
                              size_t set_count, struct subject *subject) {
    const struct store_about *about = store_about_of(store);
    if (about->semantics != BREAKWATER_SEMANTICS) {
        say("%s: was run by semantics %" PRId64
            " (breakwater %s); this program has %d and "
            "would make other paths of it",
            store_path(store), about->semantics, about->release, BREAKWATER_SEMANTICS);
        return RUN_INPUT;
    }
    const struct subject_text text = {.file = store_path(store),
                                      .name = about->scenario_name,
                                      .canonical = about->canonical};
    return subject_restore(&text, sets, set_count, subject);
}

struct rerun {
    struct store *store;
    const struct subject *subject;
    void *memory;
    struct rerun_findings *findings;
    struct run_result *made; /* of the rows; with bands when all paths are run again */
};

/* One path, counted in the bands when there are any. */
static void run_again(const struct rerun *rerun, uint64_t path, struct outcome *outcome) {
    const struct run_subject *run = &rerun->subject->run;
    const uint64_t seed = store_about_of(rerun->store)->seed;
    struct samples samples;
    unsigned char record[SAMPLES_RECORD_SIZE];
    memset(outcome, 0, sizeof *outcome);
    if (rerun->made->bands == NULL) {
        run->run_path(run->context, rerun->memory, seed, path, outcome);
        return;
    }
    run->sample_path(run->context, rerun->memory, seed, path, &samples, outcome);
    samples_write(&samples, record);
    bands_add(rerun->made->bands, record);
}

static enum run_status check_path(const struct rerun *rerun, uint64_t path) {
    struct store_error error;
    struct outcome stored, made;
    struct rerun_findings *findings = rerun->findings;
    if (interrupt_signal != 0) {
        say("interrupted after %" PRIu64 " paths", findings->paths);
        return interrupt_signal == SIGTERM ? RUN_TERMINATED : RUN_INTERRUPTED;
    }
    if (!store_rows(rerun->store, path, 1, &stored, &error)) {
        return fail(&error);
    }
    run_again(rerun, path, &made);
    const char *differs = replay_differs(&stored, &made);
    findings->paths += 1;
    if (differs != NULL && findings->different++ == 0) {
        findings->path = path;
        snprintf(findings->field, sizeof findings->field, "%s", differs);
    }
    return RUN_OK;
}

/* Which of the spread paths is the index-th: they begin with the first and end with the
   last of the run. */
static uint64_t spread_path(uint64_t index, uint64_t count, uint64_t paths) {
    return count == 1 ? 0 : (uint64_t)((uwide)index * (paths - 1) / (count - 1));
}

static bool is_spread(uint64_t path, uint64_t count, uint64_t paths) {
    bool found = false;
    for (uint64_t i = 0; i < count; ++i) {
        found |= spread_path(i, count, paths) == path;
    }
    return found;
}

/* So many paths spread over the run, then the worst of those that were left out. */
static enum run_status check_paths(const struct rerun *rerun, uint64_t count) {
    const uint64_t paths = store_about_of(rerun->store)->paths;
    struct store_error error;
    uint64_t worst[WORST];
    size_t found = WORST;
    if (!store_largest(rerun->store, "bad_debt", worst, &found, &error)) {
        return fail(&error);
    }
    enum run_status status = RUN_OK;
    for (uint64_t i = 0; status == RUN_OK && i < count; ++i) {
        status = check_path(rerun, spread_path(i, count, paths));
    }
    for (size_t i = 0; status == RUN_OK && i < found; ++i) {
        if (!is_spread(worst[i], count, paths)) {
            status = check_path(rerun, worst[i]);
            rerun->findings->worst += 1;
        }
    }
    return status;
}

static enum run_status out_of_memory(void) {
    say("out of memory");
    return RUN_IO;
}

static enum run_status check_groups(const struct rerun *rerun) {
    struct rerun_findings *findings = rerun->findings;
    const bool same = findings->rows && findings->different == 0;
    rerun->made->subject = same ? rerun->subject : NULL;
    return store_again(rerun->store, &rerun->subject->run, rerun->made, findings->group)
               ? RUN_OK
               : out_of_memory();
}

/* Everything, once the rows are in made->spool. */
static enum run_status check(struct rerun *rerun, uint64_t spread) {
    const struct store_about *about = store_about_of(rerun->store);
    const struct run_request request = {
        .seed = about->seed, .paths = about->paths, .level = about->level};
    const uint64_t count = spread < about->paths ? spread : about->paths;
    struct run_result *made = rerun->made;
    enum run_status status = run_evaluate(&rerun->subject->run, &request, made);
    if (status != RUN_OK) {
        return status;
    }
    memcpy(rerun->findings->digest, made->digest, DIGEST_SIZE);
    rerun->findings->rows = memcmp(made->digest, about->digest, DIGEST_SIZE) == 0;
    made->bands = count == about->paths ? bands_open() : NULL;
    rerun->memory = run_memory(&rerun->subject->run);
    if (rerun->memory == NULL || (count == about->paths && made->bands == NULL)) {
        return out_of_memory();
    }
    status = check_paths(rerun, count);
    return status == RUN_OK ? check_groups(rerun) : status;
}

enum run_status rerun_check(struct store *store, const struct subject *subject,
                            uint64_t spread, struct rerun_findings *findings) {
    struct store_error error;
    struct run_result *made = calloc(1, sizeof *made);
    memset(findings, 0, sizeof *findings);
    if (made == NULL) {
        return out_of_memory();
    }
    struct rerun rerun = {
        .store = store, .subject = subject, .findings = findings, .made = made};
    enum run_status status = RUN_OK;
    made->spool = spool_open();
    if (made->spool == NULL) {
        say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
        status = RUN_IO;
    } else if (!store_spool(store, made->spool, &error)) {
        status = fail(&error);
    } else {
        status = check(&rerun, spread);
    }
    free(rerun.memory);
    run_result_free(made);
    free(made);
    return status;
}

bool rerun_agrees(const struct rerun_findings *findings) {
    bool agree = findings->rows && findings->different == 0;
    for (unsigned i = 0; i < STORE_AGAIN_COUNT; ++i) {
        agree &= findings->group[i].word != STORE_AGAIN_DIFFERS;
    }
    return agree;
}
