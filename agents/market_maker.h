/* market_maker.h -- hedges the pool on the outside market.

   Every hedge_delay it compares the pool's net position on chain with its own outside
   position and trades towards minus hedge ratio times it.  The hedge has its own cash and
   margin there: an order that its equity does not carry is cut.  Profit beyond a threshold
   is sent to the pool, which it reaches after the transfer delay; a loss beyond it is
   asked back from the pool by a withdrawal, which is paid once final.

   Units    micro-USD, 1e-6 base units, nanoseconds, ppm.
   Memory   struct market_maker is a member's state.
   Threads  pure functions. */
#ifndef AGENTS_MARKET_MAKER_H
#define AGENTS_MARKET_MAKER_H

#include "agents/agent.h"

struct market_maker_config {
    int64_t capital_uusd;     /* cash on the outside market at the start */
    int64_t margin_ppm;       /* equity the outside market asks for, share of notional */
    int64_t settle_uusd;      /* profit or loss at which the pool is settled with */
    int64_t order_least_uusd; /* smaller differences are left alone */
    int64_t fee_wei;          /* most it pays per gas */
    int64_t gas;
    /* from the pool's section */
    int64_t hedge_ratio_ppm, hedge_delay_ns;
    uint32_t pool_account;
};

struct market_maker {
    int64_t asked_ns; /* when it last asked the pool for cash */
};

extern const struct param market_maker_params[];
extern const struct agent_kind agent_market_maker;

#endif
