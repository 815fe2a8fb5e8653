/* keeper.h -- a liquidation keeper: capital, gas and a reason.

   It sees the accounts below maintenance and sends a liquidation for those nobody is
   effectively after, when the reward it expects exceeds the gas.  Two kinds: `static` ones
   pay the fee they fixed at the start (scripts of March 2020 did not re-price gas),
   adaptive ones pay a margin over the base fee, up to what the reward is worth, and replace
   what is stuck.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   struct keeper is a member's state.
   Threads  pure functions.
   Source   behaviour of keepers on 12 March 2020: MakerDAO post-mortem, DESIGN.md "Keepers". */
#ifndef AGENTS_KEEPER_H
#define AGENTS_KEEPER_H

#include "agents/agent.h"

struct keeper_config {
    int64_t count;
    int64_t capital_uusd;   /* of all keepers together, in equal parts */
    int64_t static_ppm;     /* share of static keepers */
    int64_t fee_median_wei; /* of the static fee, and of an adaptive one's usual cap */
    double fee_sd;          /* of its logarithm */
    int64_t fee_margin_ppm; /* adaptive: over the base fee */
    int64_t fee_max_wei;    /* adaptive: never more */
    int64_t gas;            /* of a liquidation */
    int64_t latency_ns;     /* longest time from a block to a keeper's transaction */
    int64_t unpaid;         /* flag: comes whatever the reward */
    /* from the liquidation's terms: what a liquidation earns */
    int64_t penalty_ppm, keeper_share_ppm, keeper_least_uusd;
    int64_t share_ppm, max_notional_uusd;
};

struct keeper {
    int64_t is_static; /* 0 or 1 */
    int64_t fee_wei;   /* static: the fee it pays, whatever the base fee */
    int64_t latency_ns;
};

extern const struct param keeper_params[];
extern const struct agent_kind agent_keeper;

#endif
