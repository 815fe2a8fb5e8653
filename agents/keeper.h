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
    /* where accounts are auctioned: keeper_bid.h */
    int64_t on_chain_ppm; /* part of the capital in the margin account at the start */
    int64_t look_ns;      /* between two looks at open auctions */
    int64_t unwind_ns;    /* in which what was bought is sold */
    double risk_aversion; /* price of one standard deviation over that time */
    int64_t capital_charge_ppm; /* a year, on the margin that a lot binds */
    /* from other sections */
    int64_t auction_least_uusd;
    int64_t auctions; /* flag: accounts are auctioned */
    int64_t initial_ppm;
    int64_t venue_cost_ppm; /* spread and fee of the venue */
    int64_t volume_uusd;    /* of the outside market, a day */
    double impact_prefactor;
};

struct keeper {
    int64_t is_static; /* 0 or 1 */
    int64_t fee_wei;   /* static: the fee it pays, whatever the base fee */
    int64_t latency_ns;
    int64_t held_ubase;   /* at the last look */
    int64_t unwind_by_ns; /* when it wants to be flat */
    int64_t slice_ns;     /* of the last sale on the way */
};

/* keeper_worth_wei is the highest fee at which a reward still pays for the gas. */
int64_t keeper_worth_wei(const struct keeper_config *config, int64_t reward_uusd,
                         int64_t price_uusd);

/* keeper_offer_wei is the fee a keeper offers for what is worth so much per gas. */
int64_t keeper_offer_wei(const struct keeper_config *config, const struct keeper *keeper,
                         const struct observation *seen, int64_t worth_wei);

extern const struct param keeper_params[];
extern const struct agent_kind agent_keeper;

#endif
