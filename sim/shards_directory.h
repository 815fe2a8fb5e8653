/* shards_directory.h -- the directory of a saved run: its lock, its manifest, durable
   names.

   Units    none.
   Memory   nothing is allocated.
   Threads  one thread at a time. */
#ifndef SIM_SHARDS_DIRECTORY_H
#define SIM_SHARDS_DIRECTORY_H

#include "sim/shards.h"

struct shards_directory {
    const char *path; /* as the user wrote it: for messages */
    int descriptor;
    int lock; /* -1: not held */
};

struct shards_manifest {
    char identity[SHARDS_IDENTITY_SIZE];
    uint64_t record_size;
};

/* shards_fail fills in the error: "PATH/NAME: text", and what errno says if it is not 0.
   name may be NULL.  It returns the status. */
enum shards_status shards_fail(struct shards_error *error, enum shards_status status,
                               int error_number, const struct shards_directory *directory,
                               const char *name, const char *text);

/* shards_directory_open opens a directory, made first if make says so.
   Fails   NOT_THERE, IO. */
enum shards_status shards_directory_open(struct shards_directory *directory,
                                         const char *path, bool make,
                                         struct shards_error *error);

/* shards_directory_close closes it and frees the lock. */
void shards_directory_close(struct shards_directory *directory);

/* shards_directory_lock takes the writer's lock.
   Fails   BUSY, IO. */
enum shards_status shards_directory_lock(struct shards_directory *directory,
                                         struct shards_error *error);

/* shards_directory_publish makes a finished file durable and gives it its final name:
   fsync, rename of NAME.tmp to NAME, fsync of the directory.
   Fails   IO. */
enum shards_status shards_directory_publish(const struct shards_directory *directory,
                                            int descriptor, const char *name,
                                            struct shards_error *error);

/* shards_directory_create opens NAME.tmp for writing, empty.  Fails   -1 with errno. */
int shards_directory_create(const struct shards_directory *directory, const char *name);

/* shards_directory_has_manifest returns whether a run was saved here. */
bool shards_directory_has_manifest(const struct shards_directory *directory);

/* shards_directory_write_manifest and shards_directory_read_manifest keep and return it.
   Fails   NOT_THERE, FORMAT (read only), IO. */
enum shards_status
shards_directory_write_manifest(const struct shards_directory *directory,
                                const struct shards_manifest *manifest,
                                struct shards_error *error);
enum shards_status
shards_directory_read_manifest(const struct shards_directory *directory,
                               struct shards_manifest *manifest,
                               struct shards_error *error);

/* shards_directory_remove deletes manifest, lock, and the directory if it is empty then.
   Fails   IO. */
enum shards_status shards_directory_remove(struct shards_directory *directory,
                                           struct shards_error *error);

#endif
