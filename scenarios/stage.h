/* stage.h -- what all paths of a scenario share: derived once, then immutable.

   It turns the scenario's sections into the engine's terms, prepares market, impact,
   weather and venues, and decides who has which account.

   Units    as the scenario.
   Memory   a large value (the key points are in it): allocate it, do not put it on a stack.
   Threads  const once prepared; shared by all workers. */
#ifndef SCENARIOS_STAGE_H
#define SCENARIOS_STAGE_H

#include "agents/registry.h"
#include "scenarios/scenario.h"

/* The outside ledgers, one an asset, have the participants' purses under the numbers of their accounts, and
   its own accounts below them. */
enum {
    OUTSIDE_ENDOWMENT = 0, /* where all of it came from */
    OUTSIDE_CHAIN,         /* mirror of the chain: what was deposited */
    OUTSIDE_TRANSIT,       /* between the outside and the chain */
    OUTSIDE_GAS,           /* gas paid */
    OUTSIDE_MARKET,        /* the outside market's side of the hedge's profit */
    OUTSIDE_SALES,         /* and of units sold on it */
    OUTSIDE_ARBITRAGE,     /* and of the arbitrageur's */
};

struct stage {
    struct scenario scenario;
    struct engine_terms terms;
    struct market market;
    struct impact impact;
    struct impact impact_off; /* of the twin: flow without feedback */
    struct weather weather;
    struct venues venues;
    struct population_terms population;
    int64_t begin_ns, start_ns, end_ns; /* of the warm-up, of the metrics, of the path */
    int64_t start_price_uusd;
    uint32_t account_count;
    uint32_t maker, reporter, keeper, stuffer; /* first account of each kind */
    uint32_t bidder, vault, trader, provider;
    uint32_t reporter_count, keeper_count, stuffer_count;
    uint32_t bidder_count, vault_count, trader_count, provider_count;
    uint32_t arbitrageur; /* the last account, with a capital or without */
    uint32_t drawn_count; /* of the traders; those of the user's book follow */
    uint32_t event_capacity;
    uint64_t kind_hash[AGENT_KIND_COUNT]; /* of the populations' names */
    uint32_t return_samples;              /* ten-minute returns of a path */
};

/* stage_prepare derives the stage.
   Fails   false; key gets the "section.key" that is wrong and sentence what is wrong. */
bool stage_prepare(struct stage *stage, const struct scenario *scenario, const char **key,
                   char *sentence, size_t sentence_size);

#endif
