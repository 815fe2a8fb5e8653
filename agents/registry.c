#include "agents/registry.h"

#include "agents/arbitrageur.h"
#include "agents/bidder.h"
#include "agents/keeper.h"
#include "agents/market_maker.h"
#include "agents/provider.h"
#include "agents/reporter.h"
#include "agents/stuffer.h"
#include "agents/trader.h"
#include "agents/vault.h"

const struct agent_kind *const agent_kinds[AGENT_KIND_COUNT] = {
    [AGENT_MARKET_MAKER] = &agent_market_maker,
    [AGENT_REPORTER] = &agent_reporter,
    [AGENT_KEEPER] = &agent_keeper,
    [AGENT_TRADER] = &agent_trader,
    [AGENT_STUFFER] = &agent_stuffer,
    [AGENT_BIDDER] = &agent_bidder,
    [AGENT_VAULT] = &agent_vault,
    [AGENT_PROVIDER] = &agent_provider,
    [AGENT_ARBITRAGEUR] = &agent_arbitrageur,
};
