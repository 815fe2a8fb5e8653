#include "../support/check.h"
#include "sim/shards.h"

#include <errno.h>

enum { RECORD = 40, BLOCKS = 30, HEADER = 64, FRAME = 32 + SHARDS_RECORDS * RECORD };

static const char identity[] = "semantics 1 scenario 0123abcd seed 7";

struct scratch {
    char directory[64];
    struct shards_error error;
};

static void scratch_open(struct scratch *scratch) {
    strcpy(scratch->directory, "/tmp/test_shards.XXXXXX");
    check_true("directory", mkdtemp(scratch->directory) != NULL);
}

static enum shards_status try_open(struct scratch *scratch, enum shards_mode mode,
                                   const char *name, struct shards **shards) {
    const struct shards_options options = {.directory = scratch->directory,
                                           .mode = mode,
                                           .identity = name,
                                           .record_size = RECORD};
    return shards_open(&options, shards, &scratch->error);
}

static struct shards *must_open(struct scratch *scratch, enum shards_mode mode) {
    struct shards *shards;
    const enum shards_status status = try_open(scratch, mode, identity, &shards);
    check_text("open", scratch->error.text, "");
    check_u64("open", status, SHARDS_OK);
    return shards;
}

static void must_close(struct scratch *scratch, struct shards *shards) {
    check_u64("close", shards_close(shards, &scratch->error), SHARDS_OK);
}

/* scratch_close deletes whatever the test left. */
static void scratch_close(struct scratch *scratch) {
    struct shards *shards;
    if (try_open(scratch, SHARDS_RESUME, identity, &shards) == SHARDS_OK) {
        check_u64("remove", shards_remove(shards, &scratch->error), SHARDS_OK);
        check_true("gone", access(scratch->directory, F_OK) != 0);
    }
}

static void fill(uint64_t number, unsigned char *records) {
    uint64_t seed = number;
    for (size_t i = 0; i < SHARDS_RECORDS * RECORD; ++i) {
        records[i] = (unsigned char)check_random(&seed);
    }
}

static struct shards_block full(uint64_t number) {
    return (struct shards_block){.number = number, .count = SHARDS_RECORDS};
}

static void write_block(struct scratch *scratch, struct shards *shards,
                        struct shards_block block) {
    unsigned char records[SHARDS_RECORDS * RECORD];
    fill(block.number, records);
    const enum shards_status status =
        shards_write(shards, block, records, &scratch->error);
    check_u64("write", status, SHARDS_OK);
}

static void check_block(struct scratch *scratch, struct shards *shards,
                        struct shards_block block) {
    unsigned char expected[SHARDS_RECORDS * RECORD], records[SHARDS_RECORDS * RECORD];
    fill(block.number, expected);
    const enum shards_status status =
        shards_read(shards, block, records, &scratch->error);
    check_u64("read", status, SHARDS_OK);
    check_bytes("records", records, expected, block.count * (size_t)RECORD);
}

/* Blocks 0 to BLOCKS - 1 in an order that is not that of their numbers. */
static void write_run(struct scratch *scratch) {
    struct shards *const shards = must_open(scratch, SHARDS_NEW);
    for (uint64_t i = 0; i < BLOCKS; ++i) {
        write_block(scratch, shards, full(i * 7 % BLOCKS));
    }
    must_close(scratch, shards);
}

static void blocks_come_back_in_any_session(void **state) {
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    write_run(&scratch);
    struct shards *shards = must_open(&scratch, SHARDS_RESUME);
    write_block(&scratch, shards, full(100));
    check_block(&scratch, shards, full(100)); /* also before it is closed */
    check_block(&scratch, shards, full(3));
    must_close(&scratch, shards);
    shards = must_open(&scratch, SHARDS_READ);
    check_u64("blocks", shards_block_count(shards), BLOCKS + 1);
    for (size_t i = 0; i <= BLOCKS; ++i) {
        const struct shards_block block = shards_block_at(shards, i);
        check_u64("number", block.number, i < BLOCKS ? i : 100);
        check_u64("count", block.count, SHARDS_RECORDS);
        check_true("there", shards_has(shards, block));
        check_block(&scratch, shards, block);
    }
    check_true("not there", !shards_has(shards, full(BLOCKS)));
    unsigned char records[SHARDS_RECORDS * RECORD];
    check_u64("not there", shards_read(shards, full(BLOCKS), records, &scratch.error),
              SHARDS_NOT_THERE);
    check_text("identity", shards_identity(shards), identity);
    check_u64("record size", shards_record_size(shards), RECORD);
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

static void a_full_file_is_followed_by_another(void **state) {
    enum { MANY = 2500 };
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    struct shards *shards = must_open(&scratch, SHARDS_NEW);
    for (uint64_t i = 0; i < MANY; ++i) {
        write_block(&scratch, shards, full(i));
    }
    must_close(&scratch, shards);
    shards = must_open(&scratch, SHARDS_RESUME);
    check_u64("blocks", shards_block_count(shards), MANY);
    for (uint64_t i = 0; i < MANY; i += 83) {
        check_block(&scratch, shards, full(i));
    }
    must_close(&scratch, shards);
    char path[128];
    snprintf(path, sizeof path, "%s/shard-000002.bin", scratch.directory);
    check_true("third file", access(path, F_OK) == 0);
    scratch_close(&scratch);
}

/* A run of 1000 paths ends in a block of 40; extended to 1024 paths it needs all 64. */
static void a_short_block_does_not_pass_for_a_longer_one(void **state) {
    const struct shards_block part = {.number = 15, .count = 40};
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    struct shards *shards = must_open(&scratch, SHARDS_NEW);
    write_block(&scratch, shards, part);
    check_true("short", shards_has(shards, part));
    check_true("long", !shards_has(shards, full(15)));
    must_close(&scratch, shards);
    shards = must_open(&scratch, SHARDS_RESUME);
    check_block(&scratch, shards, part);
    check_true("long", !shards_has(shards, full(15)));
    write_block(&scratch, shards, full(15));
    check_block(&scratch, shards, full(15));
    must_close(&scratch, shards);
    shards = must_open(&scratch, SHARDS_RESUME);
    check_u64("one block", shards_block_count(shards), 1);
    check_block(&scratch, shards, full(15));
    check_block(&scratch, shards, part); /* the first 40 of them */
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

static void path_of(const struct scratch *scratch, const char *name, char path[128]) {
    snprintf(path, 128, "%s/%s", scratch->directory, name);
}

static void flip_byte(const char *path, long place) {
    FILE *const file = fopen(path, "r+b");
    check_true(path, file != NULL);
    fseek(file, place, SEEK_SET);
    const int byte = fgetc(file);
    check_true("inside", byte != EOF);
    fseek(file, place, SEEK_SET);
    fputc(byte ^ 0x10, file);
    fclose(file);
}

/* Whatever byte of a frame is damaged, that block is missing and all others are there. */
static void a_damaged_block_is_reported_and_missing(void **state) {
    static const long places[] = {
        0, 7, 8, 15, 16, 17, 23, 24, 31, 32, 33, 1000, 32 + 64 * RECORD - 1};
    struct scratch scratch;
    char path[128];
    const char *file;
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
        scratch_open(&scratch);
        write_run(&scratch);
        path_of(&scratch, "shard-000000.bin", path);
        flip_byte(path, HEADER + 4 * (long)FRAME + places[i]); /* block 4 * 7 = 28 */
        struct shards *const shards = must_open(&scratch, SHARDS_RESUME);
        check_u64("damaged", shards_damaged(shards, &file), 1);
        check_text("file", file, "shard-000000.bin");
        check_u64("blocks", shards_block_count(shards), BLOCKS - 1);
        check_true("missing", !shards_has(shards, full(28)));
        check_block(&scratch, shards, full(27));
        check_block(&scratch, shards, full(29));
        write_block(&scratch, shards, full(28)); /* run again */
        check_block(&scratch, shards, full(28));
        must_close(&scratch, shards);
        scratch_close(&scratch);
    }
}

static void a_damaged_header_loses_the_file_only(void **state) {
    struct scratch scratch;
    char path[128];
    const char *file;
    (void)state;
    scratch_open(&scratch);
    write_run(&scratch);
    struct shards *shards = must_open(&scratch, SHARDS_RESUME);
    write_block(&scratch, shards, full(100));
    must_close(&scratch, shards);
    path_of(&scratch, "shard-000000.bin", path);
    flip_byte(path, 16);
    shards = must_open(&scratch, SHARDS_RESUME);
    check_u64("damaged", shards_damaged(shards, &file), 1);
    check_u64("blocks", shards_block_count(shards), 1);
    check_block(&scratch, shards, full(100));
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

static void damage_after_opening_is_noticed_when_reading(void **state) {
    struct scratch scratch;
    unsigned char records[SHARDS_RECORDS * RECORD];
    char path[128];
    (void)state;
    scratch_open(&scratch);
    write_run(&scratch);
    struct shards *const shards = must_open(&scratch, SHARDS_READ);
    path_of(&scratch, "shard-000000.bin", path);
    flip_byte(path, HEADER + 500); /* block 0 */
    check_u64("read", shards_read(shards, full(0), records, &scratch.error),
              SHARDS_DAMAGED);
    check_contains("names the file", scratch.error.text, path);
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

/* A kill in the middle of a write leaves part of a frame: no damage, and what follows goes
   to another file. */
static void a_frame_cut_short_is_missing_but_not_damage(void **state) {
    static const long lengths[] = {HEADER, HEADER + 1, HEADER + 2 * (long)FRAME - 1};
    struct scratch scratch;
    const char *file;
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
        scratch_open(&scratch);
        write_run(&scratch);
        path_of(&scratch, "shard-000000.bin", path);
        check_i64("truncate", truncate(path, lengths[i]), 0);
        struct shards *shards = must_open(&scratch, SHARDS_RESUME);
        check_u64("damaged", shards_damaged(shards, &file), 0);
        check_true("no file", file == NULL);
        check_u64("blocks", shards_block_count(shards), i == 2);
        write_block(&scratch, shards, full(9));
        must_close(&scratch, shards);
        shards = must_open(&scratch, SHARDS_RESUME);
        check_block(&scratch, shards, full(9));
        must_close(&scratch, shards);
        scratch_close(&scratch);
    }
}

static void the_second_writer_is_refused(void **state) {
    struct scratch scratch;
    struct shards *second;
    char words[32];
    (void)state;
    scratch_open(&scratch);
    struct shards *const first = must_open(&scratch, SHARDS_NEW);
    check_u64("resume", try_open(&scratch, SHARDS_RESUME, identity, &second),
              SHARDS_BUSY);
    check_true("nothing", second == NULL);
    snprintf(words, sizeof words, "(%ld)", (long)getpid());
    check_contains("who", scratch.error.text, words);
    check_u64("new", try_open(&scratch, SHARDS_NEW, identity, &second), SHARDS_BUSY);
    struct shards *const reader = must_open(&scratch, SHARDS_READ);
    must_close(&scratch, reader);
    must_close(&scratch, first);
    struct shards *const third = must_open(&scratch, SHARDS_RESUME);
    must_close(&scratch, third);
    scratch_close(&scratch);
}

static void the_lock_of_a_dead_process_does_not_block(void **state) {
    struct scratch scratch;
    int ready[2];
    char byte;
    struct shards *shards;
    (void)state;
    scratch_open(&scratch);
    check_i64("pipe", pipe(ready), 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        shards = must_open(&scratch, SHARDS_NEW);
        write_block(&scratch, shards, full(1));
        (void)!write(ready[1], "", 1);
        for (;;) {
            pause();
        }
    }
    check_i64("ready", read(ready[0], &byte, 1), 1);
    check_u64("alive", try_open(&scratch, SHARDS_RESUME, identity, &shards), SHARDS_BUSY);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    shards = must_open(&scratch, SHARDS_RESUME);
    check_block(&scratch, shards, full(1));
    must_close(&scratch, shards);
    scratch_close(&scratch);
    close(ready[0]);
    close(ready[1]);
}

static void open_refuses_what_does_not_fit(void **state) {
    struct scratch scratch;
    struct shards *shards;
    (void)state;
    scratch_open(&scratch);
    check_u64("nothing to resume", try_open(&scratch, SHARDS_RESUME, identity, &shards),
              SHARDS_NOT_THERE);
    check_u64("nothing to read", try_open(&scratch, SHARDS_READ, NULL, &shards),
              SHARDS_NOT_THERE);
    write_run(&scratch);
    check_u64("exists", try_open(&scratch, SHARDS_NEW, identity, &shards), SHARDS_EXISTS);
    check_contains("names it", scratch.error.text, scratch.directory);
    check_u64("other", try_open(&scratch, SHARDS_RESUME, "seed 8", &shards),
              SHARDS_OTHER_RUN);
    check_u64("other", try_open(&scratch, SHARDS_READ, "seed 8", &shards),
              SHARDS_OTHER_RUN);
    const struct shards_options longer = {.directory = scratch.directory,
                                          .mode = SHARDS_RESUME,
                                          .identity = identity,
                                          .record_size = RECORD + 1};
    check_u64("record", shards_open(&longer, &shards, &scratch.error), SHARDS_FORMAT);
    const struct shards_options any = {.directory = scratch.directory,
                                       .mode = SHARDS_READ};
    check_u64("any", shards_open(&any, &shards, &scratch.error), SHARDS_OK);
    must_close(&scratch, shards);
    scratch_close(&scratch);
    check_u64("no directory", try_open(&scratch, SHARDS_RESUME, identity, &shards),
              SHARDS_NOT_THERE);
    strcat(scratch.directory, "/deeper");
    check_u64("no parent", try_open(&scratch, SHARDS_NEW, identity, &shards), SHARDS_IO);
    check_i64("errno", scratch.error.error_number, ENOENT);
}

static void a_wrong_manifest_is_refused(void **state) {
    static const char *const texts[] = {
        "",
        "no end of line",
        "an identity\n",
        "an identity\nformat breakwater-shards-9\nrecord_size 40\n",
        "an identity\nformat breakwater-shards-1\nrecord_size 0\n",
        "an identity\nformat breakwater-shards-1\nrecord_size 40x\n",
        "an identity\nformat breakwater-shards-1\nrecord_size 99999999999999999999999\n",
    };
    struct scratch scratch;
    struct shards *shards;
    char path[128];
    (void)state;
    scratch_open(&scratch);
    write_run(&scratch);
    path_of(&scratch, "manifest", path);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
        FILE *const file = fopen(path, "w");
        check_true("manifest", file != NULL && fputs(texts[i], file) >= 0);
        fclose(file);
        check_u64(texts[i], try_open(&scratch, SHARDS_RESUME, identity, &shards),
                  SHARDS_FORMAT);
    }
    check_i64("delete", unlink(path), 0);
    check_u64("shards without one", try_open(&scratch, SHARDS_NEW, identity, &shards),
              SHARDS_FORMAT);
    path_of(&scratch, "shard-000000.bin", path);
    check_i64("delete", unlink(path), 0);
    shards = must_open(&scratch, SHARDS_NEW);
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

/* A file may not grow beyond 200 kB, as if the disk were full; in a child, for the limit
   cannot be taken back.  The block that did not fit is refused, those before are kept. */
static void write_until_full(void *argument) {
    struct scratch *const scratch = (struct scratch *)argument;
    const struct rlimit limit = {200000, 200000};
    unsigned char records[SHARDS_RECORDS * RECORD];
    struct shards *const shards = must_open(scratch, SHARDS_NEW);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (uint64_t i = 0;; ++i) {
        fill(i, records);
        if (shards_write(shards, full(i), records, &scratch->error) == SHARDS_OK) {
            continue;
        }
        const bool told = scratch->error.status == SHARDS_IO &&
                          scratch->error.error_number == EFBIG &&
                          strstr(scratch->error.text, "shard-000000.bin") != NULL &&
                          !shards_has(shards, full(i)) && shards_has(shards, full(i - 1));
        must_close(scratch, shards);
        if (told) {
            abort();
        }
        return;
    }
}

static void a_full_disk_is_told_and_loses_no_finished_block(void **state) {
    struct scratch scratch;
    const char *file;
    (void)state;
    scratch_open(&scratch);
    check_aborts("told", write_until_full, &scratch);
    struct shards *const shards = must_open(&scratch, SHARDS_RESUME);
    const uint64_t blocks = (200000 - HEADER) / FRAME;
    check_u64("damaged", shards_damaged(shards, &file), 0);
    check_u64("blocks", shards_block_count(shards), blocks);
    for (uint64_t i = 0; i < blocks; ++i) {
        check_block(&scratch, shards, full(i));
    }
    write_block(&scratch, shards, full(blocks));
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

static void no_room_for_the_manifest(void *argument) {
    struct scratch *const scratch = (struct scratch *)argument;
    const struct rlimit limit = {0, 0};
    struct shards *shards;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (try_open(scratch, SHARDS_NEW, identity, &shards) == SHARDS_IO &&
        scratch->error.error_number == EFBIG && shards == NULL) {
        abort();
    }
}

static void a_disk_full_at_the_start_is_told(void **state) {
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    check_aborts("told", no_room_for_the_manifest, &scratch);
    struct shards *const shards =
        must_open(&scratch, SHARDS_NEW); /* nothing in the way */
    must_close(&scratch, shards);
    scratch_close(&scratch);
}

static void remove_leaves_foreign_files_alone(void **state) {
    struct scratch scratch;
    char path[128];
    (void)state;
    scratch_open(&scratch);
    write_run(&scratch);
    path_of(&scratch, "shard-000001.bin.tmp", path); /* of a kill at the wrong moment */
    FILE *file = fopen(path, "w");
    check_true("leftover", file != NULL);
    fclose(file);
    path_of(&scratch, "notes", path);
    file = fopen(path, "w");
    check_true("foreign", file != NULL);
    fclose(file);
    struct shards *const shards = must_open(&scratch, SHARDS_RESUME);
    check_u64("remove", shards_remove(shards, &scratch.error), SHARDS_OK);
    check_i64("foreign file is there", unlink(path), 0);
    check_i64("and nothing else", rmdir(scratch.directory), 0);
}

static void closing_nothing_is_fine(void **state) {
    struct shards_error error;
    (void)state;
    check_u64("close", shards_close(NULL, &error), SHARDS_OK);
    for (int i = 0; i < SHARDS_STATUS_COUNT; ++i) {
        check_true("text", shards_status_text((enum shards_status)i)[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_back_in_any_session),
        cmocka_unit_test(a_full_file_is_followed_by_another),
        cmocka_unit_test(a_short_block_does_not_pass_for_a_longer_one),
        cmocka_unit_test(a_damaged_block_is_reported_and_missing),
        cmocka_unit_test(a_damaged_header_loses_the_file_only),
        cmocka_unit_test(damage_after_opening_is_noticed_when_reading),
        cmocka_unit_test(a_frame_cut_short_is_missing_but_not_damage),
        cmocka_unit_test(the_second_writer_is_refused),
        cmocka_unit_test(the_lock_of_a_dead_process_does_not_block),
        cmocka_unit_test(open_refuses_what_does_not_fit),
        cmocka_unit_test(a_wrong_manifest_is_refused),
        cmocka_unit_test(a_full_disk_is_told_and_loses_no_finished_block),
        cmocka_unit_test(a_disk_full_at_the_start_is_told),
        cmocka_unit_test(remove_leaves_foreign_files_alone),
        cmocka_unit_test(closing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
