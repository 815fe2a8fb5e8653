#include "analysis/commands/deliver.h"

#include "analysis/publish.h"
#include "analysis/say.h"
#include "analysis/store.h"
#include "analysis/summary.h"
#include "analysis/variants.h"

#include <stdio.h>

enum run_status deliver_check(const char *out) {
    char error[512];
    const enum publish_place place =
        out == NULL ? PUBLISH_OPEN : publish_check(out, error, sizeof error);
    if (place == PUBLISH_OPEN) {
        return RUN_OK;
    }
    say("%s", error);
    return place == PUBLISH_CLOSED ? RUN_IO : RUN_INPUT;
}

/* The variants' folders lie in the run's own, so they go first. */
static bool discard_shards(struct run_result *result) {
    return (result->sensitivities == NULL ||
            variants_discard_shards(result->sensitivities)) &&
           (result->ablation == NULL || variants_discard_shards(result->ablation)) &&
           (result->fragility == NULL || variants_discard_shards(result->fragility)) &&
           run_discard_shards(result);
}

enum run_status deliver(const struct run_subject *subject, struct run_result *result,
                        const char *out, bool as_json) {
    char error[512];
    enum run_status status = RUN_OK;
    if (out != NULL && !store_write(out, subject, result, error, sizeof error)) {
        say("%s%s%s", error, result->shards[0] != 0 ? "; the paths are kept in " : "",
            result->shards);
        status = RUN_IO;
    } else if (out != NULL && !discard_shards(result)) {
        status = RUN_IO;
    }
    if (as_json) {
        summary_json(stdout, subject, result);
    } else {
        summary_print(stdout, subject, result);
        if (out != NULL && status == RUN_OK) {
            printf("results %s\n", out);
        }
    }
    return status;
}
