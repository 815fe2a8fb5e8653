#include "analysis/merge.h"

#include "analysis/bands.h"
#include "analysis/say.h"
#include "sim/montecarlo.h"
#include "sim/shards.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct folders {
    struct shards *shards[MERGE_FOLDERS_MAX];
    const char *const *names;
    size_t count;
    size_t record_size; /* of all of them; 0: none is open yet */
    char damage[512];   /* the first there is, or "" */
};

static void close_folders(struct folders *folders) {
    for (size_t i = 0; i < folders->count; ++i) {
        struct shards_error error;
        shards_close(folders->shards[i], &error);
    }
}

/* Remembers that saved blocks of the folder opened last cannot be used. */
static void note_damage(struct folders *folders, const char *name) {
    const char *file;
    const size_t count = shards_damaged(folders->shards[folders->count - 1], &file);
    if (count > 0 && folders->damage[0] == 0) {
        snprintf(folders->damage, sizeof folders->damage,
                 "%s/%s: is damaged: %zu saved block%s did not fit the checksum", name,
                 file, count, count == 1 ? "" : "s");
    }
}

/* Opens a folder and checks that it belongs to the first one. */
static enum run_status open_folder(struct folders *folders, const char *name,
                                   struct plan *plan) {
    struct shards_error error;
    char text[512];
    const struct shards_options options = {
        .directory = name, .mode = SHARDS_READ, .record_size = folders->record_size};
    struct shards **shards = &folders->shards[folders->count];
    const enum shards_status status = shards_open(&options, shards, &error);
    if (status != SHARDS_OK) {
        say("%s", error.text);
        return status == SHARDS_IO || status == SHARDS_NO_MEMORY ? RUN_IO : RUN_INPUT;
    }
    ++folders->count;
    folders->record_size = shards_record_size(*shards);
    if (folders->record_size != run_record_size(false) &&
        folders->record_size != run_record_size(true)) {
        say("%s: holds records of a size this program does not know", name);
        return RUN_INPUT;
    }
    note_damage(folders, name);
    struct plan own;
    if (!plan_read(name, shards_identity(*shards), &own, text, sizeof text)) {
        say("%s", text);
        return RUN_INPUT;
    }
    if (folders->count == 1) {
        *plan = own;
        return RUN_OK;
    }
    const bool same = own.seed == plan->seed && own.paths == plan->paths &&
                      memcmp(own.hash, plan->hash, DIGEST_SIZE) == 0;
    plan_free(&own);
    if (!same) {
        say("%s: is part of another run than %s (scenario, seed or -n differ)", name,
            folders->names[0]);
        return RUN_INPUT;
    }
    return RUN_OK;
}

/* Reads a block from the first folder that can give it. */
static bool read_block(const struct folders *folders, struct shards_block block,
                       unsigned char *records) {
    for (size_t i = 0; i < folders->count; ++i) {
        struct shards_error error;
        if (!shards_has(folders->shards[i], block)) {
            continue;
        }
        if (shards_read(folders->shards[i], block, records, &error) == SHARDS_OK) {
            return true;
        }
        say("%s", error.text);
    }
    return false;
}

static void say_missing(const struct folders *folders, uint64_t first, uint64_t end) {
    say("%s%sblocks %" PRIu64 "..%" PRIu64 " are in none of the folders; run --blocks "
        "%" PRIu64 "..%" PRIu64 " first",
        folders->damage, folders->damage[0] != 0 ? "; " : "", first, end, first, end);
}

/* Copies all blocks to the result; says every range that is missing. */
static enum run_status copy_blocks(const struct folders *folders, uint64_t paths,
                                   struct run_result *result) {
    unsigned char records[MONTECARLO_BLOCK * (OUTCOME_RECORD_SIZE + SAMPLES_RECORD_SIZE)];
    const uint64_t count = montecarlo_block_count(paths);
    uint64_t gap = UINT64_MAX; /* where the present range of missing blocks begins */
    enum run_status status = RUN_OK;
    for (uint64_t number = 0; number < count; ++number) {
        const uint64_t left = paths - number * MONTECARLO_BLOCK;
        const struct shards_block block = {
            number, (uint32_t)(left < MONTECARLO_BLOCK ? left : MONTECARLO_BLOCK)};
        if (!read_block(folders, block, records)) {
            gap = gap == UINT64_MAX ? number : gap;
            status = RUN_INPUT;
            continue;
        }
        if (gap != UINT64_MAX) {
            say_missing(folders, gap, number);
            gap = UINT64_MAX;
        }
        if (status == RUN_OK && !run_keep(result, records, block.count)) {
            say("the temporary file of the outcomes cannot be written: %s",
                strerror(errno));
            return RUN_IO;
        }
    }
    if (gap != UINT64_MAX) {
        say_missing(folders, gap, count);
    }
    return status;
}

struct run_subject merge_subject(const struct plan *plan) {
    struct run_subject subject = {
        .name = plan->name,
        .canonical = plan->canonical,
        .measure = plan->measure,
        .start_ns = plan->start_ns,
        .end_ns = plan->end_ns,
    };
    memcpy(subject.hash, plan->hash, DIGEST_SIZE);
    return subject;
}

enum run_status merge_shards(const char *const *names, size_t count, double level,
                             struct plan *plan, struct run_result *result) {
    assert(count >= 1);
    assert(count <= MERGE_FOLDERS_MAX);
    memset(plan, 0, sizeof *plan);
    memset(result, 0, sizeof *result);
    struct folders *folders = calloc(1, sizeof *folders);
    result->spool = spool_open();
    if (folders == NULL || result->spool == NULL) {
        say("out of memory or temporary space");
        free(folders);
        return RUN_IO;
    }
    folders->names = names;
    enum run_status status = RUN_OK;
    for (size_t i = 0; i < count && status == RUN_OK; ++i) {
        status = open_folder(folders, names[i], plan);
    }
    if (status == RUN_OK && folders->record_size == run_record_size(true)) {
        result->bands = bands_open();
        if (result->bands == NULL) {
            say("out of memory");
            status = RUN_IO;
        }
    }
    if (status == RUN_OK) {
        status = copy_blocks(folders, plan->paths, result);
    }
    if (status == RUN_OK && folders->damage[0] != 0) {
        say("%s; another folder has the same blocks", folders->damage);
    }
    close_folders(folders);
    free(folders);
    if (status != RUN_OK) {
        return status;
    }
    const struct run_subject subject = merge_subject(plan);
    const struct run_request request = {
        .seed = plan->seed, .paths = plan->paths, .level = level};
    return run_evaluate(&subject, &request, result);
}
