/* arbitrageur.h -- trades against the venue while its oracle lags, and hedges outside.

   When the outside price is away from the venue's by more than a round trip costs (spread,
   fee and premium on the chain, the outside market's cost, gas, and an edge that pays for
   funding and risk), it trades with a limit price that keeps the edge, and trades the
   opposite outside as soon as the chain has filled it: what it gains the pool loses.  Both
   positions together are worth the same at every price, so it keeps them until a gap the
   other way pays for a way back.  Cash moves from the outside to the chain when its margin
   there runs low, and back when the margin outside does; where that does not help it
   closes.

   Units    micro-USD, 1e-6 base units, wei, nanoseconds, ppm.
   Memory   no state: it remembers nothing but its positions.
   Threads  pure functions.
   Source   DESIGN.md, "The book"; zero-slippage oracle pricing used against the pool: GMX,
            18 September 2022. */
#ifndef AGENTS_ARBITRAGEUR_H
#define AGENTS_ARBITRAGEUR_H

#include "agents/agent.h"

struct arbitrageur_config {
    int64_t capital_uusd;     /* 0: there is none */
    int64_t chain_ppm;        /* part of it on the chain at the start */
    int64_t edge_ppm;         /* what a gap has to be worth beyond all costs */
    int64_t outside_cost_ppm; /* it reckons with, for one trade outside */
    int64_t margin_ppm;       /* equity the outside market asks for, share of notional */
    int64_t order_most_uusd, order_least_uusd; /* of one trade */
    int64_t look_ns;
    int64_t fee_margin_ppm, fee_cap_wei;
    int64_t gas;
    /* from the venue's, the instrument's and the margin's sections */
    int64_t half_spread_ppm, venue_fee_ppm, skew_depth_uusd;
    int64_t multiplier_ubase, initial_ppm;
};

extern const struct param arbitrageur_params[];
extern const struct agent_kind agent_arbitrageur;

#endif
