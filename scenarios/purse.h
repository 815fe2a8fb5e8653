/* purse.h -- the participants' cash off the chain, and the hedge on the outside market.

   A second double-entry ledger: every purse, what is under way, the gas paid, the outside
   market's side of the hedge, and a mirror of the chain whose balance is the cash that was
   deposited less what has come back.  Units of the underlying have a ledger like it.

   Units    micro-USD, 1e-6 base units, nanoseconds.
   Memory   the world's block.
   Threads  as the world. */
#ifndef SCENARIOS_PURSE_H
#define SCENARIOS_PURSE_H

#include "scenarios/world.h"

/* purse_endow gives a purse its cash at the start. */
void purse_endow(struct world *world, uint32_t account, int64_t amount_uusd);

/* purse_deposited moves a deposit that the chain has included: from the purse's hold, or
   from transit when it came over the bridge. */
void purse_deposited(struct world *world, uint32_t sender,
                     const struct transaction *deposit, bool from_transit);

/* purse_pay_gas pays the gas of an included transaction; a negative amount pays it back. */
void purse_pay_gas(struct world *world, uint32_t account, int64_t amount_uusd);

/* purse_of is the outside ledger of an asset. */
static inline struct ledger *purse_of(struct world *world, uint32_t asset) {
    return asset == ASSET_CASH ? &world->purses : &world->unit_purses;
}

/* purse_released sends what the chain's escrow has paid on its way: to the maker with the
   transfer delay when it was the pool's cash, to its owner's purse at once otherwise. */
void purse_released(struct world *world, const struct escrow_entry *entry);

/* purse_take_back undoes that: a fork has ended in whose blocks it was paid. */
void purse_take_back(struct world *world, const struct escrow_entry *entry);

/* purse_bridge sends cash of the maker to the chain. */
void purse_bridge(struct world *world, uint32_t from, uint32_t to, int64_t amount_uusd);

/* purse_arrived ends a transfer from the chain in the maker's purse. */
void purse_arrived(struct world *world, uint32_t account, int64_t amount_uusd);

/* purse_settle_hedge pays the hedge's profit or loss since the last time, rounded down. */
void purse_settle_hedge(struct world *world);

/* purse_trade_hedge is purse_order of the maker. */
void purse_trade_hedge(struct world *world, int64_t quantity_ubase);

/* purse_settle_arbitrage is the same for what the arbitrageur holds outside. */
void purse_settle_arbitrage(struct world *world);

/* purse_order trades signed base units on the outside market for the maker or the
   arbitrageur: the fill pays the impact law's cost, and the price moves. */
void purse_order(struct world *world, uint32_t account, int64_t quantity_ubase);

/* purse_residual sums the identities of the outside: double entry and the mirror of the
   chain in each asset, the flow identity (emitted = hedged + change of inventory).  0, or something is lost. */
wide purse_residual(const struct world *world);

#endif
