/* watch_aside.h -- who would be liquidatable at other mark prices than the engine's?

   The same accounts are judged at a second set of marks, say the outside price.  Where those
   lie inside the box that the engine's watch keeps for an account, its verdict is the
   engine's: a box proves it for every price in it.  Only the others, the members, are
   judged one by one, by a watch of their own.

   Units    as watch.h.
   Memory   watch_aside_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one per thread. */
#ifndef ENGINE_WATCH_ASIDE_H
#define ENGINE_WATCH_ASIDE_H

#include "engine/margin/watch.h"

struct watch_aside_searched;

struct watch_aside { /* a view */
    const struct watch *engine;
    struct watch own;          /* of the members, at the other marks */
    struct account_set member; /* its box in the engine's watch, if any, is left */
    struct account_set unhealthy;
    struct watch_aside_searched *searched;
};

/* watch_aside_footprint returns the bytes a view needs. */
size_t watch_aside_footprint(uint32_t account_count, uint32_t instrument_count);

/* watch_aside_bind points the view at memory, at the engine's watch and at the view with
   the other marks, whose terms and accounts are the engine's. */
void watch_aside_bind(struct watch_aside *aside, const struct watch *engine,
                      const struct margin_view *view, void *memory);

/* watch_aside_look brings unhealthy up to date.  The engine's watch is; changed are the
   accounts whose balance, hold or position changed since the last look. */
void watch_aside_look(struct watch_aside *aside, const struct account_set *changed);

#endif
