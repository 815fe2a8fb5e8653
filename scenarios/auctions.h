/* auctions.h -- open auctions as bidders see them.

   Units    as agents/agent.h.
   Memory   the world's block; it changes nothing.
   Threads  as the world. */
#ifndef SCENARIOS_AUCTIONS_H
#define SCENARIOS_AUCTIONS_H

#include "scenarios/world.h"

/* auctions_held tells whether accounts are auctioned in this scenario. */
bool auctions_held(const struct world *world);

/* auctions_appraise fills what a target has of its auction: what one bid may buy now, what
   that is worth and what it costs. */
void auctions_appraise(const struct world *world, const struct margin *margin,
                       struct observe_target *target);

/* auctions_own tells what has become of an account's own auction. */
enum observe_auction auctions_own(const struct world *world, uint32_t account);

/* auctions_observe fills what a bidder sees besides the targets: its own margin account,
   volatility, and what all bidders hold. */
void auctions_observe(const struct world *world, uint32_t account,
                      struct observation *seen);

/* auctions_pause tells whether bidders let this slot pass without a look. */
bool auctions_pause(const struct world *world);

/* auctions_holds tells whether a bidder still has something to sell. */
bool auctions_holds(const struct world *world, uint32_t account);

#endif
