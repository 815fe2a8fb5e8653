/* scenario.h -- the whole input of a run: parsed, validated, immutable.

   A scenario, a seed and a path number are one path.  Each section below is described by
   one table of parameters; load.h reads it, canonical.h writes it.

   Units    those of the parameters.
   Memory   a value; the user's book in it belongs to the load it came from.
   Threads  const once loaded. */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include "agents/arbitrageur.h"
#include "agents/bidder.h"
#include "agents/keeper.h"
#include "agents/market_maker.h"
#include "agents/population.h"
#include "agents/provider.h"
#include "agents/reporter.h"
#include "agents/stuffer.h"
#include "agents/trader.h"
#include "agents/vault.h"
#include "engine/engine.h"
#include "scenarios/book.h"
#include "scenarios/impact.h"
#include "scenarios/market/market.h"
#include "scenarios/sections.h"
#include "scenarios/sensitivities.h"
#include "scenarios/venues.h"
#include "scenarios/weather.h"

enum scenario_measure { MEASURE_CONDITIONAL, MEASURE_HORIZON };

struct world_config {
    int64_t measure; /* enum scenario_measure */
    int64_t horizon_ns, warm_up_ns, slot_ns, sample_ns;
    int64_t materiality_ppm;
    int64_t refused_gas_ppm; /* of a transaction's gas, used up by a refusal */
    int64_t transfer_delay_ns;
    int64_t twin; /* flag: also run the path without feedback */
};

struct collateral_config {
    char asset[PARAM_TEXT_SIZE]; /* what the underlying is called */
    struct collateral_terms terms;
    int64_t share_ppm; /* of the traders' collateral */
};

struct pool_config {
    int64_t deposit_uusd;
    int64_t max_net_exposure_uusd;
    int64_t hedge_ratio_ppm;
    int64_t hedge_delay_blocks;
    int64_t reserve_ppm;
};

struct fund_config {
    int64_t deposit_uusd;
};

struct limits_config {
    int64_t mempool, transfers;
};

struct performance_config {
    int64_t watch; /* 0 filter, 1 exhaustive */
    int64_t audit; /* 0 at the end of each path, 1 at every block */
};

struct scenario {
    struct world_config world;
    struct market_config market;
    struct impact_config impact;
    struct weather_config weather;
    struct venues_config venues;
    struct instrument_terms instrument;
    struct oracle_terms oracle;
    struct venue_terms venue;
    struct close_out_terms liquidation;
    struct portfolio_auction_terms auction;
    struct escrow_terms settlement;
    struct collateral_config collateral;
    struct pool_config pool;
    struct fund_config fund;
    struct waterfall_terms waterfall;
    struct population_config population;
    struct book_config book;
    struct trader_config traders;
    struct keeper_config keepers;
    struct reporter_config reporters;
    struct market_maker_config market_maker;
    struct english_auction_terms english_auction;
    struct vault_config vaults;
    struct bidder_config bidders;
    struct stuffer_config stuffer;
    struct provider_config providers;
    struct arbitrageur_config arbitrageur;
    struct limits_config limits;
    struct performance_config performance;
    struct sensitivities_config sensitivities;
};

/* scenario_schema is what the loader walks. */
extern const struct schema scenario_schema;

/* scenario_measure_name is the measure in words: "conditional" or "horizon". */
const char *scenario_measure_name(const struct scenario *scenario);

/* scenario_hash writes BLAKE2b-256 of the canonical text. */
void scenario_hash(const struct scenario *scenario, unsigned char hash[32]);

#endif
