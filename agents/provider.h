/* provider.h -- owns a part of the pool, and may run.

   Most providers never look.  A runner watches the outside price and the price of its
   share: when the price outside has fallen far enough below the highest it has seen, or the
   share below its own highest, it decides to leave, and does so after a delay of its own.
   It asks for as many of its shares as the pool can redeem at that moment, and for the rest
   again and again: who comes first is paid, who comes late finds the reserve.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   struct provider is a member's state.
   Threads  pure functions. */
#ifndef AGENTS_PROVIDER_H
#define AGENTS_PROVIDER_H

#include "agents/agent.h"

struct provider_config {
    int64_t count;
    int64_t run_share_ppm; /* of the providers: who may run */
    int64_t fall_ppm;      /* of the outside price from its highest, at which one runs */
    int64_t drawdown_ppm;  /* of the share price from its highest; 100 %: never */
    int64_t look_ns;       /* between two looks */
    int64_t delay_median_ns; /* from the decision to the first request */
    double delay_sd;         /* of its logarithm */
    int64_t purse_uusd;      /* cash for gas */
    int64_t fee_margin_ppm, fee_cap_wei;
    int64_t gas;
};

struct provider {
    uint64_t runs; /* 1: it may run */
    int64_t delay_ns;
    int64_t leaves_ns; /* when it begins to ask; 0: it has not decided to */
    int64_t outside_most_uusd, share_most_uusd;
};

extern const struct param provider_params[];
extern const struct agent_kind agent_provider;

#endif
