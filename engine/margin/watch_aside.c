#include "engine/margin/watch_aside.h"

#include "engine/account.h"
#include "engine/segment.h"

/* Where everybody whose box is left is known to be a member: as long as no box was set, the
   other marks inside these bounds leave nobody else's. */
struct watch_aside_searched {
    uint64_t evaluations; /* by the engine's watch, then; plus one */
    int64_t low_uusd[WATCH_INSTRUMENTS], high_uusd[WATCH_INSTRUMENTS];
};

size_t watch_aside_footprint(uint32_t account_count, uint32_t instrument_count) {
    return watch_footprint(account_count, instrument_count) +
           2 * account_set_footprint(account_count) +
           segment_size(sizeof(struct watch_aside_searched));
}

void watch_aside_bind(struct watch_aside *aside, const struct watch *engine,
                      const struct margin_view *view, void *memory) {
    const uint32_t accounts = view->portfolio->account_count;
    const uint32_t instruments = view->portfolio->instrument_count;
    unsigned char *cursor = memory;
    aside->engine = engine;
    watch_bind(&aside->own, view, &engine->terms,
               segment_take(&cursor, watch_footprint(accounts, instruments)));
    account_set_bind(&aside->member, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    account_set_bind(&aside->unhealthy, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    aside->searched = segment_take(&cursor, sizeof(struct watch_aside_searched));
}

static void join(struct watch_aside *aside, uint32_t account) {
    if (account >= ACCOUNT_FIRST_USER && !account_set_has(&aside->member, account)) {
        account_set_add(&aside->member, account);
        watch_account(&aside->own, account);
    }
}

static void leave(struct watch_aside *aside, uint32_t account) {
    account_set_remove(&aside->member, account);
    watch_forget(&aside->own, account);
}

/* Whether the engine's watch speaks for the account at the other marks, too. */
static bool spoken_for(const struct watch_aside *aside, uint32_t account) {
    const struct watch *engine = aside->engine;
    if (account_set_has(&engine->near, account)) {
        return false;
    }
    for (uint32_t i = 0; i < engine->view.portfolio->instrument_count; ++i) {
        const int64_t mark = aside->own.view.mark_price_uusd[i];
        if (edge_heap_edge(&engine->fall[i], account, -mark) < -mark ||
            edge_heap_edge(&engine->rise[i], account, mark) < mark) {
            return false;
        }
    }
    return true;
}

/* A member whose account changed is judged again, or needs no judgement of its own any more.
   The others stay: who was left out once is soon left out again. */
static void review(struct watch_aside *aside, const struct account_set *changed) {
    for (uint32_t account = account_set_next_common(changed, &aside->member, 0);
         account < changed->account_count;
         account = account_set_next_common(changed, &aside->member, account + 1)) {
        if (spoken_for(aside, account)) {
            leave(aside, account);
        } else {
            watch_account(&aside->own, account);
        }
    }
}

static void join_crossed(struct watch_aside *aside, const struct edge_heap *heap,
                         int64_t level) {
    const uint32_t count = *heap->count;
    for (uint32_t at = edge_heap_first_crossed(heap, level); at < count;
         at = edge_heap_next_crossed(heap, level, at)) {
        join(aside, heap->entry[at].account);
    }
}

/* Widens the bounds to the marks; false when they were inside.  A ledger that was set back to
   an earlier state has its count of evaluations set back, too, and everybody changed. */
static bool widen(struct watch_aside *aside, const struct account_set *changed) {
    struct watch_aside_searched *searched = aside->searched;
    const uint64_t evaluations = *aside->engine->evaluations + 1;
    const bool anew = searched->evaluations != evaluations || *changed->count != 0;
    bool wider = anew;
    searched->evaluations = evaluations;
    for (uint32_t i = 0; i < aside->own.view.portfolio->instrument_count; ++i) {
        const int64_t mark = aside->own.view.mark_price_uusd[i];
        if (anew || mark < searched->low_uusd[i]) {
            searched->low_uusd[i] = mark;
            wider = true;
        }
        if (anew || mark > searched->high_uusd[i]) {
            searched->high_uusd[i] = mark;
            wider = true;
        }
    }
    return wider;
}

static void join_all(struct watch_aside *aside, const struct account_set *changed) {
    const struct watch *engine = aside->engine;
    if (!widen(aside, changed)) {
        return;
    }
    const struct account_set *near = &engine->near;
    for (uint32_t account = account_set_next(near, 0); account < near->account_count;
         account = account_set_next(near, account + 1)) {
        join(aside, account);
    }
    for (uint32_t i = 0; i < engine->view.portfolio->instrument_count; ++i) {
        const int64_t mark = aside->own.view.mark_price_uusd[i];
        join_crossed(aside, &engine->fall[i], -mark);
        join_crossed(aside, &engine->rise[i], mark);
    }
}

void watch_aside_look(struct watch_aside *aside, const struct account_set *changed) {
    if (!aside->own.terms.exhaustive) {
        review(aside, changed);
    }
    for (uint32_t i = 0; i < aside->own.view.portfolio->instrument_count; ++i) {
        watch_moved(&aside->own, i);
    }
    if (aside->own.terms.exhaustive) {
        account_set_choose(&aside->unhealthy, &aside->own.unhealthy,
                           &aside->own.unhealthy, &aside->own.unhealthy);
        return;
    }
    join_all(aside, changed);
    account_set_choose(&aside->unhealthy, &aside->member, &aside->own.unhealthy,
                       &aside->engine->unhealthy);
}
