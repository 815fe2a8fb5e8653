/* common.h -- what several rules need: who may do what, and one fill.

   Units    as engine.h.
   Memory   nothing is allocated. */
#ifndef ENGINE_RULES_COMMON_H
#define ENGINE_RULES_COMMON_H

#include "engine/engine.h"

/* rule_is_margin_account: the pool and the participants. */
static inline bool rule_is_margin_account(const struct engine *engine, uint32_t account) {
    return account >= ACCOUNT_POOL && account < engine->terms->account_count;
}

/* rule_is_participant: whoever is none of the engine's own accounts. */
static inline bool rule_is_participant(const struct engine *engine, uint32_t account) {
    return account >= ACCOUNT_FIRST_USER && account < engine->terms->account_count;
}

/* rule_fill settles both sides' funding and fills the account against the pool.
   Range  portfolio_fill_fits holds. */
void rule_fill(struct engine *engine, uint32_t account, uint32_t instrument,
               int64_t quantity_ubase, int64_t price_uusd);

/* rule_price_too_old tells whether a price that the account's margin depends on is stale. */
bool rule_price_too_old(const struct engine *engine, uint32_t account);

/* rule_slippage_uusd is |price - mark| times size, rounded down. */
int64_t rule_slippage_uusd(int64_t quantity_ubase, int64_t price_uusd, int64_t mark_uusd);

/* rule_seize_price is the price at which the pool buys seized units. */
int64_t rule_seize_price(const struct engine *engine);

/* rule_estate_uusd is what an account is worth to its creditors: its equity, with units at
   what they bring when they are seized. */
wide rule_estate_uusd(const struct engine *engine, uint32_t account);

/* rule_has_position tells whether the account has a position in any instrument. */
bool rule_has_position(const struct engine *engine, uint32_t account);

/* rule_seize sells units of the account to the pool at the seize price.
   Range  rule_units_fit holds. */
void rule_seize(struct engine *engine, uint32_t account, int64_t units,
                struct receipt *receipt);

struct rule_fill_plan {     /* a fill that may be */
    int64_t quantity_ubase; /* signed */
    wide cash_uusd;         /* paid for it, with its fee */
    int64_t interest_ubase; /* open interest then */
};

/* rule_margin_after is the account's margin as it would be after a fill, at the mark. */
struct margin rule_margin_after(const struct engine *engine, uint32_t account,
                                uint32_t instrument, const struct rule_fill_plan *plan);

/* rule_interest_after is the open interest once one account holds quantity more and another
   as much less of what they held. */
int64_t rule_interest_after(const struct contract *market, int64_t buyer_ubase,
                            int64_t seller_ubase, int64_t quantity_ubase);

/* rule_units_fit tells whether the pool's cash may pay for all units of the account. */
bool rule_units_fit(const struct engine *engine, uint32_t account);

#endif
