/* reorg.h -- forks: blocks that are made, seen, and taken back.

   When a fork begins (scenarios/weather.h draws when and how deep) the chain's segment and
   what the recorder has counted of it are copied.  The doomed blocks then run like any
   others, and everybody acts on them.  When the fork ends, the copy returns, everything that
   the doomed blocks did outside the chain is undone, and their transactions wait in the
   mempool again, ahead of their senders' later ones, for the block at hand.  The branch that
   wins has no block of this protocol in those slots.

   Undone   gas, deposits taken, withdrawals paid, what the pool was asked for, the flow that
            a trade emitted.  What was decided upon the doomed blocks stays: hedges, later
            transactions, transfers, and transactions dropped because their sender could not
            pay.  A purse that has spent a withdrawal is overdrawn until it is paid again,
            with the next block.  A deposit whose sender has spent what came back is dropped.
   Counted  the canonical chain only; extremes of prices and gas and samples over time are of
            the chain as it looked.
   Never    in the warm-up, across the start of the metrics or across the horizon.
   Cost     none without a fork; no memory where weather.reorg_rate is 0.

   Units    micro-USD, 1e-6 base units, nanoseconds.
   Memory   the world's block.  The list of orphans is bounded: a transaction of a doomed
            block has used at least its gas times world.refused_gas of the block's room, so a
            block has at most room over that for the kind that uses least; where that is
            nothing, as many as the mempool holds.  Times weather.reorg_depth_most.
   Threads  as the world. */
#ifndef SCENARIOS_REORG_H
#define SCENARIOS_REORG_H

#include "engine/chain/mempool.h"
#include "scenarios/stage.h"

struct world;

struct reorg_state {
    int64_t end_ns;                       /* of the fork at hand; 0: there is none */
    uint64_t blocks, included, released;  /* in it: transactions, withdrawals paid */
    uint64_t count;                       /* forks taken back */
    int64_t slots;                        /* of the fork at hand */
    int64_t flow_emitted_ubase, gas_uusd; /* when it began */
};

struct reorg_orphan { /* a transaction of a doomed block */
    struct mempool_entry entry;
    int64_t gas_uusd; /* paid */
    uint64_t done;    /* 0: refused */
};

struct reorg { /* a view; empty where no fork is possible */
    uint64_t capacity;
    void *chain, *record;
    struct reorg_orphan *orphan;
};

/* reorg_footprint returns the bytes that forks need. */
size_t reorg_footprint(const struct stage *stage);

/* reorg_bind points the view at memory. */
void reorg_bind(struct reorg *reorg, const struct stage *stage, void *memory);

/* reorg_slot ends a fork that is due and begins the one, if any, of the block to be made.
   What is still wrong when all is undone breaks an invariant. */
void reorg_slot(struct world *world, const struct weather_block *block);

/* reorg_included notes a transaction of the block at hand, and the gas it has paid;
   reorg_released how many withdrawals the block has paid. */
void reorg_included(struct world *world, const struct mempool_entry *entry, bool done,
                    int64_t gas_uusd);
void reorg_released(struct world *world, uint64_t count);

#endif
