#include "analysis/rerun.h"

#include "analysis/interrupt.h"
#include "analysis/replay.h"
#include "analysis/run_digest.h"
#include "analysis/say.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
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

/* Intervals come from a statistics library, whose last digits may differ elsewhere. */
static bool close_to(double a, double b) {
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b));
}

static void compare_estimates(const struct metrics *made, const struct metrics *stored,
                              struct rerun_findings *findings) {
    findings->estimates = made->count == stored->count;
    for (size_t i = 0; i < made->count && findings->estimates; ++i) {
        const struct estimate *own = &made->estimate[i];
        const struct estimate *other = metrics_find(stored, own->name);
        const bool same = other != NULL && close_to(own->value, other->value) &&
                          close_to(own->low, other->low) &&
                          close_to(own->high, other->high) && own->n == other->n;
        if (!same) {
            findings->estimates = false;
            snprintf(findings->estimate, sizeof findings->estimate, "%.63s", own->name);
        }
    }
}

/* Digest and estimates of the rows in the spool. */
static enum run_status evaluate(struct store *store, const struct spool *spool,
                                struct rerun_findings *findings) {
    const struct store_about *about = store_about_of(store);
    struct metrics *metrics = calloc(2, sizeof *metrics);
    struct store_error error;
    enum run_status status = RUN_OK;
    if (metrics == NULL ||
        !run_digest(about->scenario_hash, about->seed, spool, findings->digest) ||
        !metrics_compute(spool, about->level, about->measure, &metrics[0])) {
        say("%s", metrics == NULL ? "out of memory" : strerror(errno));
        status = RUN_IO;
    } else if (!store_metrics(store, &metrics[1], &error)) {
        status = fail(&error);
    } else {
        findings->rows = memcmp(findings->digest, about->digest, DIGEST_SIZE) == 0;
        compare_estimates(&metrics[0], &metrics[1], findings);
    }
    free(metrics);
    return status;
}

enum run_status rerun_check_rows(struct store *store, struct rerun_findings *findings) {
    struct store_error error;
    struct spool *spool = spool_open();
    if (spool == NULL) {
        say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
        return RUN_IO;
    }
    const enum run_status status = store_spool(store, spool, &error)
                                       ? evaluate(store, spool, findings)
                                       : fail(&error);
    spool_close(spool);
    return status;
}

struct rerun {
    struct store *store;
    const struct subject *subject;
    void *memory;
    struct rerun_findings *findings;
};

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
    memset(&made, 0, sizeof made);
    rerun->subject->run.run_path(rerun->subject->run.context, rerun->memory,
                                 store_about_of(rerun->store)->seed, path, &made);
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

enum run_status rerun_check_paths(struct store *store, const struct subject *subject,
                                  uint64_t spread, struct rerun_findings *findings) {
    const size_t line = 64; /* a cache line; aligned_alloc wants whole ones */
    const uint64_t paths = store_about_of(store)->paths;
    const uint64_t count = spread < paths ? spread : paths;
    struct store_error error;
    uint64_t worst[WORST];
    size_t found = WORST;
    if (!store_largest(store, "bad_debt", worst, &found, &error)) {
        return fail(&error);
    }
    const struct rerun rerun = {
        .store = store,
        .subject = subject,
        .memory = aligned_alloc(line, (subject->run.footprint + line) / line * line),
        .findings = findings};
    enum run_status status = RUN_OK;
    if (rerun.memory == NULL) {
        say("out of memory");
        status = RUN_IO;
    }
    for (uint64_t i = 0; status == RUN_OK && i < count; ++i) {
        status = check_path(&rerun, spread_path(i, count, paths));
    }
    for (size_t i = 0; status == RUN_OK && i < found; ++i) {
        if (!is_spread(worst[i], count, paths)) {
            status = check_path(&rerun, worst[i]);
            findings->worst += 1;
        }
    }
    free(rerun.memory);
    return status;
}
