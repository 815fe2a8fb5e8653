/* stuffer.h -- an adversary that fills blocks while prices fall, so that keepers stay out.

   When the outside price has fallen by so much within a window it sends transactions that
   do nothing but use gas, at a multiple of the base fee, until it has been calm for a while
   or its budget is used up.  It sends from several accounts, each of which uses a quarter
   of the gas of the one before it: what is left of a block when one does not fit is filled
   by the next.  What waits below the base fee it replaces.  Its budget is its
   purse, out of which it pays what it offered.  Where it bids, it also bids nothing for lots
   of English auctions that it keeps the others from, and takes what it wins.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   struct stuffer is a member's state.
   Threads  pure functions.
   Source   blocks filled against rivals: Fomo3D, 22 August 2018; on 12 March 2020 the
            crowd did it unasked. */
#ifndef AGENTS_STUFFER_H
#define AGENTS_STUFFER_H

#include "agents/agent.h"

#define STUFFER_ACCOUNTS 3

struct stuffer_config {
    int64_t on; /* flag */
    int64_t budget_uusd;
    int64_t fall_ppm;     /* begins after such a fall of the outside price */
    int64_t window_ns;    /* within so long */
    int64_t hold_ns;      /* goes on for so long after the last such fall */
    int64_t multiple_ppm; /* fee over the base fee */
    int64_t fee_max_wei;
    int64_t gas;       /* of one transaction */
    int64_t per_block; /* transactions that wait at any time */
    int64_t bids;      /* flag: also bids for lots */
    int64_t bite_gas, bid_gas;
    int64_t slot_ns; /* from the world: it looks at every slot */
};

struct stuffer {
    int64_t window_ends_ns;
    int64_t high_uusd, high_before_uusd; /* of this window and of the one before it */
    int64_t until_ns;                    /* stuffs until then */
};

/* stuffer_purse_uusd is what one of its accounts has of the budget: the larger its gas, the
   more. */
int64_t stuffer_purse_uusd(const struct stuffer_config *config, uint32_t index);

extern const struct param stuffer_params[];
extern const struct agent_kind agent_stuffer;

#endif
