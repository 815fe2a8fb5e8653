/* record.h -- the recorder: what a path leaves behind, counted as it happens.

   It observes and changes nothing.  Everything here counts from the start of the metrics.

   Units    micro-USD, 1e-6 base units, wei, nanoseconds.
   Memory   record_footprint bytes of the world's block, zeroed.
   Threads  as the world. */
#ifndef SCENARIOS_RECORD_H
#define SCENARIOS_RECORD_H

#include "engine/account_set.h"
#include "engine/margin/edge_heap.h"
#include "engine/transaction.h"
#include "scenarios/histogram.h"
#include "scenarios/outcome.h"
#include "scenarios/record_auction.h"
#include "scenarios/stage.h"

struct world;
struct mempool_entry;

#define RECORD_EXCLUDED_BLOCKS 25 /* a keeper's patience, in blocks */
#define RECORD_RECOVERY_NS     INT64_C(14400000000000) /* 4 h */
#define RECORD_DUE_NS          INT64_C(3600000000000)  /* 1 h */

struct record_account {
    int64_t shortfall_uusd;
    int64_t under_since_ns;    /* under maintenance at the outside price since; 0: not */
    int64_t under_ubase;       /* size of the position then, 0: not */
    int64_t last_fill_ns;      /* in this episode */
    int64_t episode_uusd;      /* notional filled in this episode */
    int64_t recovery_until_ns; /* 4 h after the first fill of the episode */
    int64_t recovery_uusd;     /* notional filled within them */
    int64_t owner_uusd;        /* at the end: the shortfalls of this owner's accounts */
    int64_t haircut_uusd;      /* taken from it by auto-deleveraging */
    int64_t owner_haircut_uusd;
    uint64_t recovered; /* 1: it would have recovered in time */
};

struct record_totals {
    wide under_ubase; /* sum of those of all accounts */
    int64_t shortfall_uusd, fund_paid_uusd, socialised_uusd, pool_absorbed_uusd;
    int64_t charged_equity_uusd;
    int64_t adl_fills, adl_uusd; /* auto-deleveraging: accounts, times; notional */
    int64_t adl_haircut_uusd, adl_covered_uusd, adl_overshoot_uusd;
    int64_t waiting_uusd;      /* losses nobody has paid, at the horizon */
    int64_t fund_depletion_ns; /* from the start; -1: not yet */
    int64_t liquidated_uusd, slippage_uusd, penalty_uusd, tip_uusd;
    int64_t seize_loss_uusd; /* value at the mark less what seized units brought */
    int64_t recovered_uusd;
    int64_t undermargined_most_uusd;
    int64_t keeper_sent, keeper_excluded;
    int64_t keeper_start_uusd, pool_start_uusd, hedge_start_uusd;
    int64_t pool_flow_uusd; /* deposited to the pool less withdrawn from it */
    int64_t lp_withdrawn_uusd, pool_gap_most_uusd;
    int64_t arbitrage_start_uusd;
    int64_t started;                         /* 1 once the metrics have begun */
    uint64_t twin;                           /* 1: the next two are known */
    int64_t twin_bad_debt_uusd, twin_missed; /* liquidated here and not there */
    int64_t gated_ns;
    int64_t auctioned_uusd, zero_bid_uusd; /* notional, record_auction.h */
    int64_t auction_trigger_uusd, auction_recovered_uusd;
    int64_t opening_uusd; /* opening open interest: sum of traders' notional */
    int64_t immediate_uusd, near_uusd;
    int64_t gas_peak_wei;
    int64_t samples;
    int64_t returns; /* ten-minute samples of gas and return */
    double last_log_price;
    wide capital_uusd, open_interest_uusd; /* sums over samples */
    double impact_high, impact_low;        /* extremes of permanent + temporary */
    double gap_most, lowest_log_price;
};

struct record { /* a view */
    struct record_totals *totals;
    struct record_account *account;
    struct account_set liquidated;
    struct account_set under; /* episodes at hand */
    struct edge_heap recover_up, recover_down;
    struct record_sales sales;
    struct histogram *mpor; /* seconds, weighted by USD */
    struct histogram *gas;  /* mega-wei, one a block */
    double *gas_sample, *return_sample;
};

/* A forced reduction of an account, and what it was before. */
struct record_reduction {
    int64_t notional_uusd; /* that changed hands, at the mark */
    wide notional_before_uusd, equity_before_uusd;
    wide backing_before_uusd; /* part of the equity: units after their haircut */
    bool is_long;
};

/* record_footprint returns the bytes the recorder needs. */
size_t record_footprint(const struct stage *stage);

/* record_bind points the view at memory. */
void record_bind(struct record *record, const struct stage *stage, void *memory);

/* record_chain_size is how many bytes from totals on count what the chain did, besides a few
   extremes and samples. */
size_t record_chain_size(const struct stage *stage);

/* record_restore takes the recorder back to a copy of those bytes, so many slots old and
   without a block since; the extremes and samples stay. */
void record_restore(struct world *world, const void *copy, int64_t slots);

/* record_start begins the metrics: what the book looks like at time zero. */
void record_start(struct world *world);

/* record_transaction notes an included transaction. */
void record_transaction(struct world *world, const struct mempool_entry *entry,
                        const struct receipt *receipt);

/* record_reduction notes a forced reduction of an account. */
void record_reduction(struct world *world, uint32_t account,
                      const struct record_reduction *reduction);

/* record_is_keeping tells whether a transaction is a keeper's about another account. */
bool record_is_keeping(const struct transaction *transaction);
/* record_loss notes who paid what of an account's shortfall. */
void record_loss(struct world *world, uint32_t account, const struct receipt *receipt);

/* record_slot notes the state after a slot: prices, gas, episodes. */
void record_slot(struct world *world);

/* record_sample takes the samples that are averaged over time. */
void record_sample(struct world *world);

/* record_keepers_uusd is what all keepers own at this moment, on the chain and off it. */
int64_t record_keepers_uusd(const struct world *world);

/* record_liquidatable_at tells whether an account would be liquidatable if the mark of the
   outside price were mark_uusd. */
bool record_liquidatable_at(const struct world *world, uint32_t account,
                            int64_t mark_uusd);

/* record_arbitrage_uusd is what the arbitrageur owns: its equity on the chain at the outside
   price, its purse, and what the outside market owes it. */
int64_t record_arbitrage_uusd(const struct world *world);

/* record_hedge_uusd is the hedge's profit since ever: what the outside market has paid, and
   what it owes at the outside price. */
int64_t record_hedge_uusd(const struct world *world);

/* record_bad_debt_uusd is the sum of all shortfalls, closed and open, at this moment. */
int64_t record_bad_debt_uusd(const struct world *world);

/* record_bad_debt_underlying_uusd is the part of it of traders who had posted units. */
int64_t record_bad_debt_underlying_uusd(const struct world *world);

/* record_residual is 0 when the shortfalls are what fund, auto-deleveraging, other owners and
   the pool have paid, and the haircuts of auto-deleveraging what it paid and its overshoot.
 */
wide record_residual(const struct world *world);

/* record_finish writes the fields of a path that has reached its horizon. */
void record_finish(struct world *world, struct outcome *outcome);

#endif
