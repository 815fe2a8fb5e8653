#include "sim/shards_directory.h"

#include "sim/shard_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char manifest_name[] = "manifest";
static const char lock_name[] = "lock";

/* The manifest's lines after the first; a change of either file format changes this. */
static const char format_line[] = "format breakwater-shards-1";
static const char record_size_key[] = "record_size ";

enum { NAME_SIZE = 64 };

enum shards_status shards_fail(struct shards_error *error, enum shards_status status,
                               int error_number, const struct shards_directory *directory,
                               const char *name, const char *text) {
    error->status = status;
    error->error_number = error_number;
    snprintf(error->text, sizeof error->text, "%s%s%s: %s%s%s", directory->path,
             name != NULL ? "/" : "", name != NULL ? name : "", text,
             error_number != 0 ? ": " : "",
             error_number != 0 ? strerror(error_number) : "");
    return status;
}

enum shards_status shards_directory_open(struct shards_directory *directory,
                                         const char *path, bool make,
                                         struct shards_error *error) {
    *directory = (struct shards_directory){.path = path, .descriptor = -1, .lock = -1};
    const bool made = make && mkdir(path, 0777) == 0;
    if (make && !made && errno != EEXIST) {
        return shards_fail(error, SHARDS_IO, errno, directory, NULL,
                           "cannot make the directory");
    }
    directory->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->descriptor < 0) {
        const enum shards_status status =
            errno == ENOENT && !make ? SHARDS_NOT_THERE : SHARDS_IO;
        return shards_fail(error, status, errno, directory, NULL,
                           "cannot open the directory");
    }
    const int parent =
        made ? openat(directory->descriptor, "..", O_RDONLY | O_CLOEXEC) : -1;
    if (parent >= 0) { /* best effort: not every file system lets one */
        (void)fsync(parent);
        close(parent);
    }
    return SHARDS_OK;
}

void shards_directory_close(struct shards_directory *directory) {
    if (directory->lock >= 0) {
        close(directory->lock);
    }
    if (directory->descriptor >= 0) {
        close(directory->descriptor);
    }
    directory->lock = -1;
    directory->descriptor = -1;
}

static enum shards_status say_busy(const struct shards_directory *directory, int lock,
                                   struct shards_error *error) {
    unsigned char owner[24] = {0};
    char text[96];
    (void)shard_file_read(lock, 0, owner, sizeof owner - 1);
    const char *const digits = (const char *)owner;
    snprintf(text, sizeof text, "another process is writing here (%.*s)",
             (int)strspn(digits, "0123456789"), digits);
    return shards_fail(error, SHARDS_BUSY, 0, directory, NULL, text);
}

/* Whether the locked file still has its name: shards_directory_remove may have deleted it
   between our open and our flock. */
static bool is_current(const struct shards_directory *directory, int lock) {
    struct stat ours, named;
    return fstat(lock, &ours) == 0 &&
           fstatat(directory->descriptor, lock_name, &named, 0) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

enum shards_status shards_directory_lock(struct shards_directory *directory,
                                         struct shards_error *error) {
    for (;;) {
        const int lock =
            openat(directory->descriptor, lock_name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (lock < 0) {
            return shards_fail(error, SHARDS_IO, errno, directory, lock_name,
                               "cannot open the lock");
        }
        if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            const enum shards_status status =
                reason == EWOULDBLOCK ? say_busy(directory, lock, error)
                                      : shards_fail(error, SHARDS_IO, reason, directory,
                                                    lock_name, "cannot take the lock");
            close(lock);
            return status;
        }
        if (is_current(directory, lock)) {
            directory->lock = lock;
            break;
        }
        close(lock);
    }
    /* The number is for the message only: flock decides. */
    char owner[24];
    const int length = snprintf(owner, sizeof owner, "%ld\n", (long)getpid());
    (void)!ftruncate(directory->lock, 0);
    (void)!pwrite(directory->lock, owner, (size_t)length, 0);
    return SHARDS_OK;
}

static void temporary_name(const char *name, char *text) {
    const int length = snprintf(text, NAME_SIZE, "%s.tmp", name);
    assert(length > 0 && length < NAME_SIZE);
}

int shards_directory_create(const struct shards_directory *directory, const char *name) {
    char temporary[NAME_SIZE];
    temporary_name(name, temporary);
    return openat(directory->descriptor, temporary,
                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
}

enum shards_status shards_directory_publish(const struct shards_directory *directory,
                                            int descriptor, const char *name,
                                            struct shards_error *error) {
    char temporary[NAME_SIZE];
    temporary_name(name, temporary);
    if (fsync(descriptor) != 0 ||
        renameat(directory->descriptor, temporary, directory->descriptor, name) != 0) {
        return shards_fail(error, SHARDS_IO, errno, directory, name, "cannot write");
    }
    if (fsync(directory->descriptor) != 0 && errno != EINVAL) {
        return shards_fail(error, SHARDS_IO, errno, directory, NULL,
                           "cannot make the directory durable");
    }
    return SHARDS_OK;
}

bool shards_directory_has_manifest(const struct shards_directory *directory) {
    return faccessat(directory->descriptor, manifest_name, F_OK, 0) == 0;
}

enum shards_status
shards_directory_write_manifest(const struct shards_directory *directory,
                                const struct shards_manifest *manifest,
                                struct shards_error *error) {
    char text[SHARDS_IDENTITY_SIZE + 128];
    const int length =
        snprintf(text, sizeof text, "%s\n%s\n%s%ju\n", manifest->identity, format_line,
                 record_size_key, (uintmax_t)manifest->record_size);
    assert(length > 0 && (size_t)length < sizeof text);
    const int file = shards_directory_create(directory, manifest_name);
    if (file < 0 || !shard_file_write(file, (unsigned char *)text, (size_t)length)) {
        const enum shards_status status = shards_fail(error, SHARDS_IO, errno, directory,
                                                      manifest_name, "cannot write");
        if (file >= 0) {
            close(file);
        }
        return status;
    }
    const enum shards_status status =
        shards_directory_publish(directory, file, manifest_name, error);
    close(file);
    return status;
}

/* take_line cuts the next line off; NULL if there is no whole one. */
static char *take_line(char **text) {
    char *const line = *text;
    char *const end = strchr(line, '\n');
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    *text = end + 1;
    return line;
}

static bool parse_manifest(char *text, struct shards_manifest *manifest) {
    const char *const identity = take_line(&text);
    const char *const format = identity != NULL ? take_line(&text) : NULL;
    const char *const size = format != NULL ? take_line(&text) : NULL;
    const size_t key = strlen(record_size_key);
    if (size == NULL || strcmp(format, format_line) != 0 ||
        strlen(identity) >= sizeof manifest->identity ||
        strncmp(size, record_size_key, key) != 0) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    manifest->record_size = strtoull(size + key, &end, 10);
    memcpy(manifest->identity, identity, strlen(identity) + 1);
    return errno == 0 && *end == '\0' && manifest->record_size > 0 &&
           manifest->record_size <= UINT32_MAX;
}

enum shards_status
shards_directory_read_manifest(const struct shards_directory *directory,
                               struct shards_manifest *manifest,
                               struct shards_error *error) {
    char text[SHARDS_IDENTITY_SIZE + 128] = {0};
    const int file = openat(directory->descriptor, manifest_name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT ? shards_fail(error, SHARDS_NOT_THERE, 0, directory, NULL,
                                             "no saved run in this directory")
                               : shards_fail(error, SHARDS_IO, errno, directory,
                                             manifest_name, "cannot read");
    }
    errno = 0;
    const bool longer = shard_file_read(file, 0, (unsigned char *)text, sizeof text - 1);
    const int reason = errno;
    close(file);
    if (!longer && reason != 0) {
        return shards_fail(error, SHARDS_IO, reason, directory, manifest_name,
                           "cannot read");
    }
    if (!parse_manifest(text, manifest)) {
        return shards_fail(error, SHARDS_FORMAT, 0, directory, manifest_name,
                           "not the manifest of a run that this version can read");
    }
    return SHARDS_OK;
}

enum shards_status shards_directory_remove(struct shards_directory *directory,
                                           struct shards_error *error) {
    static const char *const names[] = {"manifest.tmp", manifest_name, lock_name};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        if (unlinkat(directory->descriptor, names[i], 0) != 0 && errno != ENOENT) {
            return shards_fail(error, SHARDS_IO, errno, directory, names[i],
                               "cannot delete");
        }
    }
    if (rmdir(directory->path) != 0 && errno != ENOTEMPTY && errno != EEXIST) {
        return shards_fail(error, SHARDS_IO, errno, directory, NULL,
                           "cannot delete the directory");
    }
    return SHARDS_OK;
}
