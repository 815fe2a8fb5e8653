/* margin.h -- the health of a margin account: the one decision everything else filters
   for.

   equity      = balance - hold + sum over positions of
                 floor(size * mark) - cost - funding owed
   maintenance = sum of bracketed shares of ceil(|size| * mark)
   An account is liquidatable when equity < maintenance and it has a position.

   Units    micro-USD in 128 bits: no price and no size can overflow.
   Memory   reads only: it settles and accrues nothing.
   Threads  pure functions. */
#ifndef ENGINE_MARGIN_H
#define ENGINE_MARGIN_H

#include "engine/instrument.h"
#include "engine/portfolio.h"

struct margin_view { /* what health is evaluated on; marks may be others than the engine's
                      */
    const struct ledger *ledger;
    const struct portfolio *portfolio;
    const struct instrument_terms *terms; /* [instrument] */
    const int64_t *mark_price_uusd;       /* [instrument] */
};

struct margin {
    wide equity_uusd;
    wide initial_uusd;
    wide maintenance_uusd;
    wide notional_uusd;
    bool has_position;
};

/* margin_evaluate returns the account's margin at the view's mark prices. */
struct margin margin_evaluate(const struct margin_view *view, uint32_t account);

/* margin_health is margin_evaluate without the initial margin, which it leaves at 0:
   enough to decide who is liquidatable. */
struct margin margin_health(const struct margin_view *view, uint32_t account);

/* margin_withdrawable_uusd is what may leave the account whose margin_evaluate this is:
   free cash, and no more than the equity above initial margin; 0 when there is none. */
int64_t margin_withdrawable_uusd(const struct margin_view *view, uint32_t account,
                                 const struct margin *margin);

/* margin_equity_uusd is the equity alone. */
wide margin_equity_uusd(const struct margin_view *view, uint32_t account);

/* margin_profit_uusd returns a position's unrealised profit less the funding it owes. */
wide margin_profit_uusd(const struct margin_view *view, uint32_t account,
                        uint32_t instrument);

/* margin_liquidatable tells whether there is a position and equity < maintenance. */
static inline bool margin_liquidatable(const struct margin *margin) {
    return margin->has_position && margin->equity_uusd < margin->maintenance_uusd;
}

#endif
