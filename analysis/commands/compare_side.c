#include "analysis/commands/compare_side.h"

#include "analysis/rerun.h"
#include "analysis/say.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum run_status compare_side_open(struct compare_one *one) {
    one->runs = true;
    if (!store_is_results(one->argument)) {
        return subject_load(one->argument, one->sets, one->set_count, &one->subject);
    }
    struct store_error error;
    one->store = store_open(one->argument, &error);
    if (one->store == NULL) {
        say("%s", error.text);
        return error.status;
    }
    const struct store_about *about = store_about_of(one->store);
    if (!about->complete) {
        say("%s: is a part of a run; merge the parts first", one->argument);
        return RUN_INPUT;
    }
    one->runs = one->set_count > 0;
    if (one->runs) {
        return rerun_subject(one->store, one->sets, one->set_count, &one->subject);
    }
    one->stored = (struct run_subject){.name = about->scenario_name,
                                       .canonical = about->canonical,
                                       .measure = about->measure};
    memcpy(one->stored.hash, about->scenario_hash, DIGEST_SIZE);
    return RUN_OK;
}

static int64_t semantics_of(const struct compare_one *one) {
    return one->runs ? BREAKWATER_SEMANTICS : store_about_of(one->store)->semantics;
}

enum run_status compare_side_fit(const struct compare_one *one,
                                 const struct compare_one *other, bool given,
                                 struct run_request *request) {
    if (semantics_of(one) != semantics_of(other)) {
        say("A is of semantics %" PRId64 " and B of %" PRId64
            ": their paths are computed otherwise; run one of them again",
            semantics_of(one), semantics_of(other));
        return RUN_INPUT;
    }
    const struct store *store = one->store != NULL ? one->store : other->store;
    if (store == NULL) {
        return RUN_OK;
    }
    const struct store_about *about = store_about_of(store);
    if (given && (request->seed != about->seed || request->paths != about->paths)) {
        say("%s has %" PRIu64 " paths of seed %" PRIu64
            ": that is what is compared; leave -n and --seed out",
            store_path(store), about->paths, about->seed);
        return RUN_INPUT;
    }
    request->seed = about->seed;
    request->paths = about->paths;
    return RUN_OK;
}

static enum run_status read_outcomes(struct compare_one *one, double level) {
    struct run_result *result = &one->result;
    const struct store_about *about = store_about_of(one->store);
    struct store_error error;
    memset(result, 0, sizeof *result);
    result->spool = spool_open();
    if (result->spool == NULL) {
        say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
        return RUN_IO;
    }
    if (!store_spool(one->store, result->spool, &error)) {
        say("%s", error.text);
        return error.status;
    }
    result->seed = about->seed;
    memcpy(result->digest, about->digest, sizeof result->digest);
    if (!metrics_compute(result->spool, level, about->measure, &result->metrics)) {
        say("the outcomes cannot be read back: %s", strerror(errno));
        return RUN_IO;
    }
    return RUN_OK;
}

enum run_status compare_side_take(struct compare_one *one,
                                  const struct run_request *request) {
    return one->runs ? run_execute(&one->subject.run, request, &one->result)
                     : read_outcomes(one, request->level);
}

struct compare_side compare_side_of(const struct compare_one *one) {
    const struct run_subject *subject = one->runs ? &one->subject.run : &one->stored;
    return (struct compare_side){
        .name = subject->name,
        .measure = subject->measure,
        .canonical = subject->canonical,
        .seed = one->result.seed,
        .spool = one->result.spool,
        .metrics = &one->result.metrics,
        .digest = one->result.digest,
    };
}

void compare_side_free(struct compare_one *one) {
    run_result_free(&one->result);
    subject_free(&one->subject);
    store_close(one->store);
    one->store = NULL;
}
