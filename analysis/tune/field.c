#include "analysis/tune/field.h"

#include "analysis/say.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 128 };

struct field {
    struct field_cell *const *cell;
    const struct field_request *request;
    uint64_t each;        /* paths a cell runs now */
    unsigned char *batch; /* of records for one spool */
};

/* Number n of the run is path first + n % each of cell n / each. */
static void run_path(const void *context, void *memory, uint64_t seed, uint64_t number,
                     struct outcome *outcome) {
    const struct field *field = context;
    const struct run_subject *run = field->cell[number / field->each]->run;
    const uint64_t path = field->request->first + number % field->each;
    run->run_path(run->context, memory, seed, path, outcome);
    assert(outcome->path == path);
    if (outcome->status == OUTCOME_STATUS_INVARIANT) {
        say("path %" PRIu64 ": %s; nothing more is run\n"
            "replay: breakwater replay %s --seed %" PRIu64 " --path %" PRIu64,
            path, outcome_status_text(OUTCOME_STATUS_INVARIANT), run->name, seed, path);
    }
    outcome->path = number;
}

/* Takes a record to its cell's spool, a batch at a time. */
static bool deal_out(void *context, const struct outcome *outcome) {
    const struct field *field = context;
    struct outcome own = *outcome;
    const uint64_t at = outcome->path % field->each, in_batch = at % BATCH;
    own.path = field->request->first + at;
    outcome_write(&own, field->batch + in_batch * OUTCOME_RECORD_SIZE);
    return (in_batch + 1 < BATCH && at + 1 < field->each) ||
           spool_append(field->cell[outcome->path / field->each]->spool, field->batch,
                        in_batch + 1);
}

/* The identity of the run: which scenarios, from which path to which. */
static void identify(const struct field *field, size_t count,
                     unsigned char hash[DIGEST_SIZE]) {
    struct digest digest;
    digest_init(&digest);
    digest_u64(&digest, field->request->first);
    digest_u64(&digest, field->request->end);
    for (size_t i = 0; i < count; ++i) {
        digest_update(&digest, field->cell[i]->run->hash, DIGEST_SIZE);
    }
    digest_final(&digest, hash);
}

static bool open_spools(struct field_cell *const *cell, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (cell[i]->spool == NULL) {
            cell[i]->spool = spool_open();
        }
        if (cell[i]->spool == NULL) {
            say("a temporary file for the outcomes cannot be made: %s", strerror(errno));
            return false;
        }
    }
    return true;
}

enum run_status field_run(struct field_cell *const *cell, size_t count,
                          const struct field_request *request, struct run_result *kept) {
    memset(kept, 0, sizeof *kept);
    assert(request->first < request->end);
    struct field field = {
        .cell = cell, .request = request, .each = request->end - request->first};
    struct run_subject mixed = {.name = "tune",
                                .canonical = "",
                                .measure = "",
                                .context = &field,
                                .run_path = run_path,
                                .mixed = true};
    if (count == 0) {
        return RUN_OK;
    }
    if (!open_spools(cell, count)) {
        return RUN_IO;
    }
    identify(&field, count, mixed.hash);
    for (size_t i = 0; i < count; ++i) {
        assert(spool_count(cell[i]->spool) == request->first);
        const size_t footprint = cell[i]->run->footprint;
        mixed.footprint = footprint > mixed.footprint ? footprint : mixed.footprint;
    }
    const struct run_request whole = {.seed = request->seed,
                                      .paths = field.each * count,
                                      .threads = request->threads,
                                      .level = 0.95,
                                      .out = request->out,
                                      .resume = request->resume,
                                      .quiet = request->quiet,
                                      .unit = request->unit};
    enum run_status status = run_execute(&mixed, &whole, kept);
    field.batch = malloc((size_t)BATCH * OUTCOME_RECORD_SIZE);
    if (status == RUN_OK &&
        (field.batch == NULL || !spool_visit(kept->spool, deal_out, &field))) {
        say("the outcomes cannot be read back: %s", strerror(errno));
        status = RUN_IO;
    }
    free(field.batch);
    return status;
}

void field_cell_free(struct field_cell *cell) {
    spool_close(cell->spool);
    cell->spool = NULL;
}
