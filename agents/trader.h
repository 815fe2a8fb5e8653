/* trader.h -- a leveraged trader and how it responds when margin runs low.

   It looks at its account now and then.  When equity is below a multiple of maintenance
   margin it responds as drawn: it tops up from its wallet, reduces, or freezes; each is
   limited by cash and gas.  Otherwise it mostly does nothing; sometimes it takes profit by
   withdrawing part of what is free, or trades a small part of its position.  Without a
   position, and with nothing on its way to the chain, it looks no more.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   struct trader is a member's state.
   Threads  pure functions. */
#ifndef AGENTS_TRADER_H
#define AGENTS_TRADER_H

#include "agents/agent.h"

struct trader_config {
    int64_t look_mean_ns;   /* between looks, exponential */
    int64_t alarm_ppm;      /* responds when equity < this multiple of maintenance */
    int64_t comfort_ppm;    /* and restores equity to this multiple of maintenance */
    int64_t withdraw_ppm;   /* chance per look to withdraw a part of what is free */
    int64_t trade_ppm;      /* chance per look to trade a part of the position */
    int64_t trade_part_ppm; /* largest part of the position so traded */
    int64_t fee_margin_ppm, fee_cap_wei;
    int64_t gas;
};

struct trader {
    uint64_t response; /* enum holder_response */
    uint64_t rests;    /* 1: looks no more */
};

extern const struct param trader_params[];
extern const struct agent_kind agent_trader;

#endif
