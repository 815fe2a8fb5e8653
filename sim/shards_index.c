#include "sim/shards_index.h"

#include <stdlib.h>
#include <string.h>

/* The first entry whose number is not below the given one. */
static size_t place_of(const struct shards_index *index, uint64_t number) {
    size_t low = 0, high = index->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (index->entries[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool make_room(struct shards_index *index) {
    if (index->count < index->room) {
        return true;
    }
    const size_t room = index->room > 0 ? 2 * index->room : 256;
    struct shards_entry *const entries =
        realloc(index->entries, room * sizeof *index->entries);
    if (entries == NULL) {
        return false;
    }
    index->entries = entries;
    index->room = room;
    return true;
}

bool shards_index_put(struct shards_index *index, struct shards_entry entry) {
    const size_t at = place_of(index, entry.number);
    if (at < index->count && index->entries[at].number == entry.number) {
        if (index->entries[at].count <= entry.count) {
            index->entries[at] = entry;
        }
        return true;
    }
    if (!make_room(index)) {
        return false;
    }
    memmove(index->entries + at + 1, index->entries + at,
            (index->count - at) * sizeof *index->entries);
    index->entries[at] = entry;
    ++index->count;
    return true;
}

const struct shards_entry *shards_index_find(const struct shards_index *index,
                                             uint64_t number) {
    const size_t at = place_of(index, number);
    const bool found = at < index->count && index->entries[at].number == number;
    return found ? &index->entries[at] : NULL;
}

void shards_index_free(struct shards_index *index) {
    free(index->entries);
    *index = (struct shards_index){0};
}
