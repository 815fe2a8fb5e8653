/* world.h -- one path: a scenario set in motion.

   All mutable state of a path lies in one contiguous block of consecutive segments: chain
   (the engine), node (mempool) and outside (market, weather, purses, agents, queue,
   recorder, what a fork will bring back).  struct world is a view bound to it; the block
   holds no pointer, so copying it and binding a view to the copy goes on with the same
   path.

   Units    micro-USD, 1e-6 base units, wei, nanoseconds.
   Memory   world_footprint(stage) bytes aligned to SEGMENT_ALIGNMENT; nothing is allocated.
   Threads  one world per thread; the stage is shared. */
#ifndef SCENARIOS_WORLD_H
#define SCENARIOS_WORLD_H

#include "agents/agent.h"
#include "engine/chain/mempool.h"
#include "engine/margin/watch_aside.h"
#include "scenarios/event_log.h"
#include "scenarios/outcome.h"
#include "scenarios/record.h"
#include "scenarios/reorg.h"
#include "scenarios/samples.h"
#include "scenarios/stage.h"
#include "sim/events.h"

enum world_event {
    EVENT_SLOT,
    EVENT_SAMPLE,
    EVENT_ARRIVE_CHAIN,
    EVENT_ARRIVE_OUTSIDE,
    EVENT_ROUND, /* of the oracle: all reporters look */
    EVENT_AGENT
};

/* A waiting liquidation of an account: where it is in the mempool. */
struct chase {
    uint64_t sequence;
    uint64_t slot;
};

struct world_state {
    uint64_t seed, path, branch;
    int64_t now_ns;
    int64_t slot;          /* since the beginning of the warm-up */
    uint64_t status;       /* enum outcome_status; not 0: the path has failed */
    uint64_t feedback_off; /* this is the twin */
    int64_t outside_price_uusd;
    int64_t base_fee_wei;
    struct market_state market;
    struct weather_state weather;
    struct impact_state impact;
    struct reorg_state reorg;
    /* the hedge on the outside market, settled to mark at every look */
    int64_t hedge_ubase, hedge_mark_uusd;
    int64_t arbitrage_ubase, arbitrage_mark_uusd; /* the arbitrageur's, likewise */
    int64_t asked_uusd; /* by the maker of the pool, not yet arrived outside */
    int64_t flow_emitted_ubase, flow_hedged_ubase; /* the flow identity */
    int64_t transfers;                             /* under way */
    uint32_t target_count;
    uint64_t lot_count; /* open lots of English auctions, as listed */
    int64_t stock_won_ubase, stock_sold_ubase; /* by bidders: the flow identity */
    uint32_t target_next;                      /* where the next list of targets begins */
    int64_t outside_mark_uusd[ENGINE_INSTRUMENTS];
};

struct world { /* a view; do not copy once bound */
    const struct stage *stage;
    /* chain */
    struct engine engine;
    /* node */
    struct mempool mempool;
    struct chase *chase; /* [account] */
    /* outside */
    struct world_state *state;
    struct ledger purses;      /* the participants' cash off the chain, double entry */
    struct ledger unit_purses; /* and their units of the underlying */
    struct event_queue queue;
    struct holder *holder; /* [trader] */
    struct trader *trader;
    struct keeper *keeper;
    struct market_maker *maker;
    struct stuffer *stuffer; /* [stuffer_count] */
    struct bidder *bidder;
    struct vault *vault;
    struct observe_lot *lot;    /* as many as auctions may be open */
    uint8_t *bidder_awake;      /* [bidder]: a wake-up is scheduled */
    struct provider *provider;  /* of the pool */
    struct venues_state *venue; /* [reporter] */
    int64_t *venue_price_uusd;  /* [reporter]: what it saw in the last round */
    uint64_t *occasion;         /* [account]: wake-ups so far */
    uint8_t *awake;             /* [keeper]: a wake-up is scheduled */
    struct observe_target *target;
    double *scratch; /* as many as the larger of traders and return samples, twice */
    struct margin_view outside_view;
    struct watch_aside outside; /* who is liquidatable at the outside price */
    struct record record;
    struct reorg reorg;
    struct event_log *log; /* of a replay, else NULL; not part of the block */
};

/* world_footprint returns the bytes a path needs. */
size_t world_footprint(const struct stage *stage);

/* world_bind points the view at memory; it reads and writes nothing there. */
void world_bind(struct world *world, const struct stage *stage, void *memory);

/* world_init zeroes the block and builds the book: all that happens before time begins. */
void world_init(struct world *world, uint64_t seed, uint64_t path, bool feedback_off);

/* world_advance handles events up to and including until_ns, or until the path fails. */
void world_advance(struct world *world, int64_t until_ns);

/* world_clone copies every bit of a path to another block and binds a view to it. */
void world_clone(const struct world *world, struct world *copy, void *memory);

/* world_rekey gives everything still to be drawn to another branch of the path. */
void world_rekey(struct world *world, uint64_t branch);

/* world_look_outside brings world.outside up to date with the book, the mark prices and
   funding.  A slot does; who looks in between does so before. */
void world_look_outside(struct world *world);

/* world_outcome freezes the metrics at the horizon, winds everything down, audits, and
   writes what the path yields. */
void world_outcome(struct world *world, struct outcome *outcome);

/* world_run_path runs one whole path in world_footprint(stage) bytes of memory, its twin
   first when the scenario asks for it. */
void world_run_path(void *memory, const struct stage *stage, uint64_t seed, uint64_t path,
                    struct outcome *outcome);

/* world_replay_path does the same, bit for bit, and fills the log, begun by the caller, with
   what happens on the path (not on its twin). */
void world_replay_path(void *memory, const struct stage *stage, uint64_t seed,
                       uint64_t path, struct event_log *log, struct outcome *outcome);

/* world_sample_path does what world_run_path does, bit for bit, and takes the path's samples
   (samples.h), none of a path that failed. */
void world_sample_path(void *memory, const struct stage *stage, uint64_t seed,
                       uint64_t path, struct samples *samples, struct outcome *outcome);

/* world_fail ends the path with a status unless it has failed before. */
void world_fail(struct world *world, enum outcome_status status);

/* world_impact is the impact law of this path, or of its twin. */
static inline const struct impact *world_impact(const struct world *world) {
    return world->state->feedback_off ? &world->stage->impact_off : &world->stage->impact;
}

/* world_reprice brings the outside price up to date with market and impact; a price out of
   range fails the path. */
void world_reprice(struct world *world);

/* world_schedule queues an event; a full queue fails the path. */
void world_schedule(struct world *world, enum world_event kind, uint32_t subject,
                    int64_t time_ns, uint64_t data);

#endif
