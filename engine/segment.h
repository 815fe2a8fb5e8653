/* segment.h -- laying out a flat block: pieces one behind the other, each aligned.

   A module states its footprint and binds a view of pointers to the memory it is given;
   both walk the same pieces in the same order, so that a copied block can be bound anew.

   Units    bytes.
   Memory   pieces are aligned to SEGMENT_ALIGNMENT; the block itself must be, too.
   Threads  pure functions. */
#ifndef ENGINE_SEGMENT_H
#define ENGINE_SEGMENT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENT_ALIGNMENT 64

/* segment_size returns bytes rounded up to the alignment. */
static inline size_t segment_size(size_t bytes) {
    return (bytes + SEGMENT_ALIGNMENT - 1) / SEGMENT_ALIGNMENT * SEGMENT_ALIGNMENT;
}

/* segment_take returns the next piece and moves *cursor behind it. */
static inline void *segment_take(unsigned char **cursor, size_t bytes) {
    assert((uintptr_t)*cursor % SEGMENT_ALIGNMENT == 0);
    void *piece = *cursor;
    *cursor += segment_size(bytes);
    return piece;
}

#endif
