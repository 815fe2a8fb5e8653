/* purposes.h -- what the world's random streams are for.

   The purpose is one word of a stream's address (sim/random.h).  A number, once given, is
   never given to anything else, not even after its user is gone: otherwise old results
   would share luck with new ones in ways nobody can see.  New purposes go to the end.

   Units    none.
   Memory   constants only.
   Threads  constants only. */
#ifndef SCENARIOS_PURPOSES_H
#define SCENARIOS_PURPOSES_H

enum purpose {
    PURPOSE_POPULATION = 1, /* the book; owner: the account */
    PURPOSE_TRAITS = 2,     /* lasting traits of an agent; owner: the agent */
    PURPOSE_AGENT = 3,      /* decisions; owner: the agent, occasion: the wake-up */
    PURPOSE_PHASE = 4,      /* first wake-ups; owner: the agent */
    PURPOSE_VAULTS = 5,     /* the vaults at the start; owner: the vault */
    /* up to 99 are kept for the world and its agents. */
    PURPOSE_MARKET_NOISE = 100,    /* normals of the price */
    PURPOSE_MARKET_SEVERITY = 101, /* one normal a path: how severe the storm is */
    PURPOSE_MARKET_CLOCK = 102,    /* business time of an hour; occasion: the hour */
    PURPOSE_WEATHER = 103,         /* gas, missed slots, entropy */
    PURPOSE_VENUE = 104,           /* dispersion; owner: the venue */
    PURPOSE_MARKET_VARIANCE = 106, /* uniforms of the variance */
    PURPOSE_MARKET_JUMP = 107,     /* a jump and the way to it; occasion: which jump */
    PURPOSE_COLLATERAL = 110,      /* what collateral is; owner: the account */
    PURPOSE_REORG = 120,           /* forks of the chain; occasion: which fork */
};

#endif
