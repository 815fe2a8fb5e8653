/* shards.h -- finished blocks of records on disk, for resume and for merging.

   A directory holds
     manifest          text; its first line is the run's identity, given by the caller
     lock              held by flock while a writer lives: the death of a process, however
                       violent, frees it
     shard-NNNNNN.bin  raw frames, one a block, each with its own checksum.
   A shard is created as NAME.tmp with its header, fsync'ed, renamed, and the directory
   fsync'ed; then it only grows, one write a finished block.  Each start begins a new
   shard, and so does a full one.

   What survives.  A process killed at any moment loses no block that shards_write
   returned for.  A machine that loses power loses at most the blocks of the last
   SHARDS_SYNC_SECONDS: fsync is called that often at most, and at the end.  (One fsync a
   block would cost more than cheap paths do.)  A frame that was cut short or does not fit
   its checksum is as good as missing, and the block is run again.

   Units    none; integers in files are little-endian.
   Memory   shards_open allocates; afterwards 24 bytes a block (of 64 paths).
   Threads  one thread at a time.  A directory has one writer; any number may read, also
            while it is being written. */
#ifndef SIM_SHARDS_H
#define SIM_SHARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARDS_SYNC_SECONDS  2
#define SHARDS_IDENTITY_SIZE 1024 /* longest identity, with its final zero */
#define SHARDS_RECORDS       64   /* records in a full block */

#define SHARDS_STATUS_TABLE(X)                                                           \
    X(OK, "ok")                                                                          \
    X(NOT_THERE, "no saved run in this directory")                                       \
    X(EXISTS, "the directory already holds a saved run")                                 \
    X(OTHER_RUN, "the directory holds another run")                                      \
    X(BUSY, "another process is writing to this directory")                              \
    X(FORMAT, "not a directory of shards this version can read")                         \
    X(DAMAGED, "a saved block does not fit its checksum")                                \
    X(NO_MEMORY, "out of memory")                                                        \
    X(IO, "input or output failed")

enum shards_status {
#define X(name, text) SHARDS_##name,
    SHARDS_STATUS_TABLE(X)
#undef X
        SHARDS_STATUS_COUNT
};

/* Why the last call failed: a sentence with the file's name, ready to print. */
struct shards_error {
    enum shards_status status;
    int error_number; /* errno, 0 if the system was not the reason */
    char text[512];
};

enum shards_mode {
    SHARDS_NEW,    /* make the directory if need be; refuse one with a saved run */
    SHARDS_RESUME, /* go on with a saved run of the same identity */
    SHARDS_READ    /* read only, without the lock */
};

struct shards_options {
    const char *directory;
    enum shards_mode mode;
    const char *identity; /* one line; SHARDS_READ: NULL takes any */
    size_t record_size;   /* SHARDS_READ: 0 takes any */
};

struct shards; /* opaque */

struct shards_block {
    uint64_t number;
    uint32_t count; /* records: SHARDS_RECORDS, less in the last block of a run */
};

/* shards_open opens a directory, takes the lock if it may write, and reads and verifies
   every frame.  Damaged ones are counted and left out.
   Fails   NOT_THERE, EXISTS, OTHER_RUN, BUSY, FORMAT, NO_MEMORY, IO; *shards is NULL. */
enum shards_status shards_open(const struct shards_options *options,
                               struct shards **shards, struct shards_error *error);

/* shards_close makes everything durable, frees the lock and the memory (always).  NULL is
   allowed.
   Fails   IO. */
enum shards_status shards_close(struct shards *shards, struct shards_error *error);

/* shards_remove closes and deletes what shards_open's directory holds, then the directory
   unless something else is in it.  For a writer whose results are safe elsewhere.
   Fails   IO. */
enum shards_status shards_remove(struct shards *shards, struct shards_error *error);

/* shards_write keeps a block, also in place of a saved one with no more records.
   Range   1 <= count <= SHARDS_RECORDS; not opened with SHARDS_READ.
   Fails   IO (the block is not kept), NO_MEMORY. */
enum shards_status shards_write(struct shards *shards, struct shards_block block,
                                const unsigned char *records, struct shards_error *error);

/* shards_read writes the first block.count records of a block.
   Fails   NOT_THERE if the block is not there or has fewer records (a run that is being
           extended); DAMAGED, IO. */
enum shards_status shards_read(struct shards *shards, struct shards_block block,
                               unsigned char *records, struct shards_error *error);

/* shards_has returns whether shards_read would find the block. */
bool shards_has(const struct shards *shards, struct shards_block block);

/* shards_block_count returns how many different blocks are there. */
size_t shards_block_count(const struct shards *shards);

/* shards_block_at returns them in order of number.
   Range   index < shards_block_count. */
struct shards_block shards_block_at(const struct shards *shards, size_t index);

/* shards_damaged returns how many damaged frames shards_open found, and in which file the
   first was (NULL if none).  A last frame cut short by a killed process is not damage. */
size_t shards_damaged(const struct shards *shards, const char **first_file);

/* shards_identity returns the first line of the manifest. */
const char *shards_identity(const struct shards *shards);

/* shards_record_size returns the bytes of a record. */
size_t shards_record_size(const struct shards *shards);

/* shards_status_text returns one sentence without details. */
const char *shards_status_text(enum shards_status status);

#endif
