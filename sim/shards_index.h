/* shards_index.h -- which block is in which file of a shard directory, in order of
   number.

   Units    none.
   Memory   grows with malloc, 24 bytes a block.
   Threads  one thread at a time. */
#ifndef SIM_SHARDS_INDEX_H
#define SIM_SHARDS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Frame number `frame` of file number `file` holds count records of the block. */
struct shards_entry {
    uint64_t number;
    uint32_t count;
    uint32_t file;
    uint32_t frame;
};

struct shards_index {
    struct shards_entry *entries;
    size_t count;
    size_t room;
};

/* shards_index_put adds an entry, or replaces the one of the same block unless that has
   more records.  It is cheap when blocks come nearly in order.
   Fails   false: out of memory. */
bool shards_index_put(struct shards_index *index, struct shards_entry entry);

/* shards_index_find returns a block's entry, or NULL. */
const struct shards_entry *shards_index_find(const struct shards_index *index,
                                             uint64_t number);

/* shards_index_free gives the memory back. */
void shards_index_free(struct shards_index *index);

#endif
