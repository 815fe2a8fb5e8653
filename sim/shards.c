#include "sim/shards.h"

#include "sim/shard_file.h"
#include "sim/shards_directory.h"
#include "sim/shards_index.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES_PER_FILE = 1024, FILES_MAX = 1000000, NAME_SIZE = 32, PATH_SIZE = 4096 };

struct shards {
    struct shards_directory directory;
    struct shards_manifest manifest;
    struct shards_index index;
    struct shard_file_format format;
    enum shards_mode mode;
    unsigned char *frame; /* one frame, being composed or read */
    size_t frame_size;
    int writing; /* descriptor of the growing file; -1: none */
    uint32_t writing_file;
    uint32_t writing_frames;
    double synced_s; /* when the growing file was last made durable */
    bool unsynced;   /* it has grown since */
    int reading;     /* descriptor of the file last read; -1: none */
    uint32_t reading_file;
    uint32_t next_file; /* number of the next file to begin */
    size_t damaged;
    char damaged_name[NAME_SIZE];
    char path[PATH_SIZE];
};

_Static_assert(SHARD_FILE_RECORDS == SHARDS_RECORDS, "a frame has room for a block");

const char *shards_status_text(enum shards_status status) {
    static const char *const texts[SHARDS_STATUS_COUNT] = {
#define X(name, text) [SHARDS_##name] = (text),
        SHARDS_STATUS_TABLE(X)
#undef X
    };
    assert(status < SHARDS_STATUS_COUNT);
    return texts[status];
}

static double monotonic_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void name_of(uint32_t file, char name[NAME_SIZE]) {
    snprintf(name, NAME_SIZE, "shard-%06u.bin", (unsigned)file);
}

/* number_of reads the number in shard-NNNNNN.bin; false for another name. */
static bool number_of(const char *name, uint32_t *file) {
    static const char shape[] = "shard-000000.bin";
    uint32_t number = 0;
    if (strlen(name) != strlen(shape)) {
        return false;
    }
    for (size_t i = 0; shape[i] != '\0'; ++i) {
        const bool is_digit = name[i] >= '0' && name[i] <= '9';
        if (shape[i] == '0' ? !is_digit : name[i] != shape[i]) {
            return false;
        }
        if (shape[i] == '0') {
            number = 10 * number + (uint32_t)(name[i] - '0');
        }
    }
    *file = number;
    return true;
}

static void note_damage(struct shards *shards, const char *name) {
    if (shards->damaged++ == 0) {
        snprintf(shards->damaged_name, sizeof shards->damaged_name, "%s", name);
    }
}

/* scan_frames verifies every whole frame of an open file; a shorter rest is what a killed
   process was writing. */
static enum shards_status scan_frames(struct shards *shards, int file, uint32_t number,
                                      struct shards_error *error) {
    char name[NAME_SIZE];
    struct stat stat;
    name_of(number, name);
    if (fstat(file, &stat) != 0) {
        return shards_fail(error, SHARDS_IO, errno, &shards->directory, name,
                           "cannot read");
    }
    unsigned char header[SHARD_FILE_HEADER_SIZE];
    if (!shard_file_read(file, 0, header, sizeof header) ||
        !shard_file_check_header(shards->format, header)) {
        note_damage(shards, name);
        return SHARDS_OK;
    }
    const uint64_t size = (uint64_t)stat.st_size - SHARD_FILE_HEADER_SIZE;
    const uint64_t frames = size / shards->frame_size;
    for (uint32_t i = 0; i < frames; ++i) {
        const uint64_t place = SHARD_FILE_HEADER_SIZE + (uint64_t)i * shards->frame_size;
        struct shard_file_frame frame;
        if (!shard_file_read(file, place, shards->frame, shards->frame_size) ||
            !shard_file_get_frame(shards->frame, shards->format.record_size, &frame)) {
            note_damage(shards, name);
            continue;
        }
        const struct shards_entry entry = {
            .number = frame.number, .count = frame.count, .file = number, .frame = i};
        if (!shards_index_put(&shards->index, entry)) {
            return shards_fail(error, SHARDS_NO_MEMORY, 0, &shards->directory, NULL,
                               "out of memory");
        }
    }
    return SHARDS_OK;
}

static enum shards_status scan_file(struct shards *shards, uint32_t number,
                                    struct shards_error *error) {
    char name[NAME_SIZE];
    name_of(number, name);
    const int file = openat(shards->directory.descriptor, name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return shards_fail(error, SHARDS_IO, errno, &shards->directory, name,
                           "cannot read");
    }
    const enum shards_status status = scan_frames(shards, file, number, error);
    close(file);
    return status;
}

/* visit_files calls visit for every shard, in whatever order the directory has them: the
   index does not depend on it, as equal blocks have equal bytes. */
static enum shards_status
visit_files(struct shards *shards, struct shards_error *error,
            enum shards_status (*visit)(struct shards *shards, uint32_t number,
                                        struct shards_error *error)) {
    DIR *const listing = opendir(shards->path);
    if (listing == NULL) {
        return shards_fail(error, SHARDS_IO, errno, &shards->directory, NULL,
                           "cannot list the directory");
    }
    enum shards_status status = SHARDS_OK;
    const struct dirent *entry;
    while (status == SHARDS_OK && (errno = 0, entry = readdir(listing)) != NULL) {
        uint32_t number;
        if (number_of(entry->d_name, &number)) {
            status = visit(shards, number, error);
        }
    }
    if (status == SHARDS_OK && errno != 0) {
        status = shards_fail(error, SHARDS_IO, errno, &shards->directory, NULL,
                             "cannot list the directory");
    }
    closedir(listing);
    return status;
}

static enum shards_status adopt_file(struct shards *shards, uint32_t number,
                                     struct shards_error *error) {
    if (number >= shards->next_file) {
        shards->next_file = number + 1;
    }
    return scan_file(shards, number, error);
}

static enum shards_status refuse_file(struct shards *shards, uint32_t number,
                                      struct shards_error *error) {
    char name[NAME_SIZE];
    name_of(number, name);
    return shards_fail(
        error, SHARDS_FORMAT, 0, &shards->directory, name,
        "a shard without a manifest; delete it or choose another directory");
}

static enum shards_status remove_file(struct shards *shards, uint32_t number,
                                      struct shards_error *error) {
    char name[NAME_SIZE];
    name_of(number, name);
    if (unlinkat(shards->directory.descriptor, name, 0) != 0) {
        return shards_fail(error, SHARDS_IO, errno, &shards->directory, name,
                           "cannot delete");
    }
    return SHARDS_OK;
}

static enum shards_status start_new(struct shards *shards,
                                    const struct shards_options *options,
                                    struct shards_error *error) {
    if (shards_directory_has_manifest(&shards->directory)) {
        return shards_fail(error, SHARDS_EXISTS, 0, &shards->directory, NULL,
                           "the directory already holds a saved run");
    }
    const enum shards_status status = visit_files(shards, error, refuse_file);
    if (status != SHARDS_OK) {
        return status;
    }
    snprintf(shards->manifest.identity, sizeof shards->manifest.identity, "%s",
             options->identity);
    shards->manifest.record_size = options->record_size;
    return shards_directory_write_manifest(&shards->directory, &shards->manifest, error);
}

static enum shards_status check_run(struct shards *shards,
                                    const struct shards_options *options,
                                    struct shards_error *error) {
    const enum shards_status status =
        shards_directory_read_manifest(&shards->directory, &shards->manifest, error);
    if (status != SHARDS_OK) {
        return status;
    }
    if (options->identity != NULL &&
        strcmp(options->identity, shards->manifest.identity) != 0) {
        return shards_fail(error, SHARDS_OTHER_RUN, 0, &shards->directory, NULL,
                           "the directory holds another run");
    }
    if (options->record_size != 0 &&
        options->record_size != shards->manifest.record_size) {
        return shards_fail(error, SHARDS_FORMAT, 0, &shards->directory, NULL,
                           "the directory holds records of another size");
    }
    return SHARDS_OK;
}

static enum shards_status set_up(struct shards *shards,
                                 const struct shards_options *options,
                                 struct shards_error *error) {
    const bool is_new = options->mode == SHARDS_NEW;
    enum shards_status status =
        shards_directory_open(&shards->directory, shards->path, is_new, error);
    if (status == SHARDS_OK && options->mode == SHARDS_RESUME &&
        !shards_directory_has_manifest(&shards->directory)) {
        status = shards_fail(error, SHARDS_NOT_THERE, 0, &shards->directory, NULL,
                             "no saved run in this directory");
    }
    if (status == SHARDS_OK && options->mode != SHARDS_READ) {
        status = shards_directory_lock(&shards->directory, error);
    }
    if (status == SHARDS_OK) {
        status = is_new ? start_new(shards, options, error)
                        : check_run(shards, options, error);
    }
    if (status != SHARDS_OK) {
        return status;
    }
    const char *const identity = shards->manifest.identity;
    shards->format.record_size = shards->manifest.record_size;
    shards->format.run =
        shard_file_checksum((const unsigned char *)identity, strlen(identity));
    shards->frame_size = shard_file_frame_size(shards->manifest.record_size);
    shards->frame = malloc(shards->frame_size);
    if (shards->frame == NULL) {
        return shards_fail(error, SHARDS_NO_MEMORY, 0, &shards->directory, NULL,
                           "out of memory");
    }
    return is_new ? SHARDS_OK : visit_files(shards, error, adopt_file);
}

static void release(struct shards *shards) {
    if (shards->writing >= 0) {
        close(shards->writing);
    }
    if (shards->reading >= 0) {
        close(shards->reading);
    }
    shards_directory_close(&shards->directory);
    shards_index_free(&shards->index);
    free(shards->frame);
    free(shards);
}

enum shards_status shards_open(const struct shards_options *options,
                               struct shards **shards, struct shards_error *error) {
    const struct shards_directory nowhere = {.path = options->directory};
    assert(options->mode == SHARDS_READ || options->identity != NULL);
    assert(options->mode == SHARDS_READ || options->record_size >= 1);
    assert(options->record_size <= UINT32_MAX);
    if (options->identity != NULL) {
        assert(strlen(options->identity) < SHARDS_IDENTITY_SIZE);
        assert(strchr(options->identity, '\n') == NULL);
    }
    *error = (struct shards_error){.status = SHARDS_OK};
    *shards = NULL;
    if (strlen(options->directory) >= PATH_SIZE) {
        return shards_fail(error, SHARDS_IO, ENAMETOOLONG, &nowhere, NULL,
                           "cannot open the directory");
    }
    struct shards *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return shards_fail(error, SHARDS_NO_MEMORY, 0, &nowhere, NULL, "out of memory");
    }
    made->mode = options->mode;
    made->writing = made->reading = -1;
    memcpy(made->path, options->directory, strlen(options->directory) + 1);
    const enum shards_status status = set_up(made, options, error);
    if (status != SHARDS_OK) {
        release(made);
        return status;
    }
    *shards = made;
    return SHARDS_OK;
}

static enum shards_status fail_write(const struct shards *shards,
                                     struct shards_error *error) {
    const int reason = errno;
    char name[NAME_SIZE];
    name_of(shards->writing_file, name);
    return shards_fail(error, SHARDS_IO, reason, &shards->directory, name,
                       "cannot write");
}

static enum shards_status sync_now(struct shards *shards, struct shards_error *error) {
    if (shards->writing >= 0 && shards->unsynced && fsync(shards->writing) != 0) {
        return fail_write(shards, error);
    }
    shards->unsynced = false;
    shards->synced_s = monotonic_s();
    return SHARDS_OK;
}

static void end_file(struct shards *shards) {
    if (shards->writing >= 0) {
        close(shards->writing);
        shards->writing = -1;
    }
}

static enum shards_status begin_file(struct shards *shards, struct shards_error *error) {
    char name[NAME_SIZE];
    unsigned char header[SHARD_FILE_HEADER_SIZE];
    assert(shards->next_file < FILES_MAX);
    shards->writing_file = shards->next_file++;
    shards->writing_frames = 0;
    name_of(shards->writing_file, name);
    shards->writing = shards_directory_create(&shards->directory, name);
    shard_file_put_header(shards->format, header);
    if (shards->writing < 0 ||
        !shard_file_write(shards->writing, header, sizeof header)) {
        return fail_write(shards, error);
    }
    return shards_directory_publish(&shards->directory, shards->writing, name, error);
}

/* ready_file makes sure that a file with room for a frame is open. */
static enum shards_status ready_file(struct shards *shards, struct shards_error *error) {
    if (shards->writing >= 0 && shards->writing_frames < FRAMES_PER_FILE) {
        return SHARDS_OK;
    }
    enum shards_status status = sync_now(shards, error);
    end_file(shards);
    if (status == SHARDS_OK) {
        status = begin_file(shards, error);
    }
    if (status != SHARDS_OK) {
        end_file(shards);
    }
    return status;
}

enum shards_status shards_write(struct shards *shards, struct shards_block block,
                                const unsigned char *records,
                                struct shards_error *error) {
    assert(shards->mode != SHARDS_READ);
    assert(block.count >= 1);
    assert(block.count <= SHARDS_RECORDS);
    enum shards_status status = ready_file(shards, error);
    if (status != SHARDS_OK) {
        return status;
    }
    const struct shard_file_frame frame = {.number = block.number, .count = block.count};
    shard_file_put_frame(frame, records, shards->format.record_size, shards->frame);
    if (!shard_file_write(shards->writing, shards->frame, shards->frame_size)) {
        /* The file may end in half a frame now: nothing may follow it. */
        status = fail_write(shards, error);
        (void)fsync(shards->writing);
        end_file(shards);
        return status;
    }
    const struct shards_entry entry = {.number = block.number,
                                       .count = block.count,
                                       .file = shards->writing_file,
                                       .frame = shards->writing_frames++};
    if (!shards_index_put(&shards->index, entry)) {
        return shards_fail(error, SHARDS_NO_MEMORY, 0, &shards->directory, NULL,
                           "out of memory");
    }
    shards->unsynced = true;
    if (monotonic_s() - shards->synced_s >= SHARDS_SYNC_SECONDS) {
        return sync_now(shards, error);
    }
    return SHARDS_OK;
}

/* open_for_reading opens the file unless it is the one read last. */
static bool open_for_reading(struct shards *shards, uint32_t file) {
    if (shards->reading >= 0 && shards->reading_file == file) {
        return true;
    }
    if (shards->reading >= 0) {
        close(shards->reading);
    }
    char name[NAME_SIZE];
    name_of(file, name);
    shards->reading = openat(shards->directory.descriptor, name, O_RDONLY | O_CLOEXEC);
    shards->reading_file = file;
    return shards->reading >= 0;
}

enum shards_status shards_read(struct shards *shards, struct shards_block block,
                               unsigned char *records, struct shards_error *error) {
    const struct shards_entry *const entry =
        shards_index_find(&shards->index, block.number);
    if (entry == NULL || entry->count < block.count) {
        return shards_fail(error, SHARDS_NOT_THERE, 0, &shards->directory, NULL,
                           "the block is not there");
    }
    char name[NAME_SIZE];
    name_of(entry->file, name);
    const uint64_t place =
        SHARD_FILE_HEADER_SIZE + (uint64_t)entry->frame * shards->frame_size;
    if (!open_for_reading(shards, entry->file) ||
        !shard_file_read(shards->reading, place, shards->frame, shards->frame_size)) {
        return shards_fail(error, SHARDS_IO, errno, &shards->directory, name,
                           "cannot read");
    }
    struct shard_file_frame frame;
    if (!shard_file_get_frame(shards->frame, shards->format.record_size, &frame) ||
        frame.number != entry->number || frame.count != entry->count) {
        return shards_fail(error, SHARDS_DAMAGED, 0, &shards->directory, name,
                           "a saved block does not fit its checksum");
    }
    memcpy(records, shards->frame + SHARD_FILE_FRAME_HEAD,
           block.count * shards->format.record_size);
    return SHARDS_OK;
}

bool shards_has(const struct shards *shards, struct shards_block block) {
    const struct shards_entry *const entry =
        shards_index_find(&shards->index, block.number);
    return entry != NULL && entry->count >= block.count;
}

size_t shards_block_count(const struct shards *shards) {
    return shards->index.count;
}

struct shards_block shards_block_at(const struct shards *shards, size_t index) {
    assert(index < shards->index.count);
    const struct shards_entry *const entry = &shards->index.entries[index];
    return (struct shards_block){.number = entry->number, .count = entry->count};
}

size_t shards_damaged(const struct shards *shards, const char **first_file) {
    *first_file = shards->damaged > 0 ? shards->damaged_name : NULL;
    return shards->damaged;
}

const char *shards_identity(const struct shards *shards) {
    return shards->manifest.identity;
}

size_t shards_record_size(const struct shards *shards) {
    return shards->manifest.record_size;
}

enum shards_status shards_close(struct shards *shards, struct shards_error *error) {
    *error = (struct shards_error){.status = SHARDS_OK};
    if (shards == NULL) {
        return SHARDS_OK;
    }
    const enum shards_status status = sync_now(shards, error);
    release(shards);
    return status;
}

/* The manifest goes last: what a kill leaves half deleted can still be resumed. */
enum shards_status shards_remove(struct shards *shards, struct shards_error *error) {
    assert(shards->mode != SHARDS_READ);
    *error = (struct shards_error){.status = SHARDS_OK};
    char left[NAME_SIZE + 4]; /* by a kill while the next file was being created */
    enum shards_status status = visit_files(shards, error, remove_file);
    snprintf(left, sizeof left, "shard-%06u.bin.tmp", (unsigned)shards->next_file);
    (void)unlinkat(shards->directory.descriptor, left, 0);
    if (status == SHARDS_OK) {
        status = shards_directory_remove(&shards->directory, error);
    }
    release(shards);
    return status;
}
