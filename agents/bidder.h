/* bidder.h -- a keeper of English auctions: bites vaults, bids for their collateral, sells it.

   It values a lot at the outside price less its discount (margin, unwinding) and bids
   that, or the tab for so much of the lot as the tab buys at that value; an `opener` bids
   the least that is possible instead, nothing at first, and raises when it is outbid.  It
   bids no more than its cash on the chain, and nothing where the gas eats the profit.
   Two kinds, as the other keepers: `static` ones pay the fee they fixed at the start, and
   what waits below the base fee blocks all they send later; adaptive ones pay a margin
   over the base fee and replace what is stuck.  What it wins it takes off the chain and
   sells over unwind_time; the proceeds return over the bridge.

   Units    micro-USD, 1e-6 base units, wei, nanoseconds, ppm.
   Memory   struct bidder is a member's state.
   Threads  pure functions.
   Source   Maker's auction-keeper (bite, bid by a price model, deal); keepers on 12 March
            2020: fees fixed in scripts, bids of nothing: MakerDAO post-mortem. */
#ifndef AGENTS_BIDDER_H
#define AGENTS_BIDDER_H

#include "agents/agent.h"

struct bidder_config {
    int64_t count;
    int64_t capital_uusd; /* cash on the chain of all of them together, in equal parts */
    int64_t purse_uusd;   /* of each, for gas */
    int64_t static_ppm;   /* share of static ones */
    int64_t opener_ppm;   /* share of adaptive ones that open with nothing */
    int64_t discount_ppm; /* mean; each one's is uniform within a half of it */
    int64_t fee_median_wei;
    double fee_sd; /* of its logarithm */
    int64_t fee_margin_ppm, fee_max_wei;
    int64_t bite_gas, bid_gas, deal_gas, transfer_gas;
    int64_t latency_ns;
    int64_t unwind_ns;        /* in which what was won is sold */
    int64_t order_least_uusd; /* smaller amounts are sold, and sent back, at once */
    /* from the auctions' terms */
    int64_t raise_ppm;
};

struct bidder {
    int64_t is_static, is_opener; /* 0 or 1 */
    int64_t fee_wei;              /* static: the fee it pays, whatever the base fee */
    int64_t discount_ppm;
    int64_t latency_ns;
    int64_t sold_ns; /* when it last sold */
};

extern const struct param bidder_params[];
extern const struct agent_kind agent_bidder;

#endif
