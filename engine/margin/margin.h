/* margin.h -- the health of a margin account: the one decision everything else filters
   for.

   equity      = balance - hold + sum over positions of
                 floor(size * mark) - cost - funding owed, + value of the collateral units
   as margin   = the same with the units after their haircut
   maintenance = sum of bracketed shares of ceil(|size| * mark)
   An account is liquidatable when its equity as margin < maintenance and there is
   something to liquidate: a position, or units that secure a debt.

   Units    micro-USD in 128 bits: no price and no size can overflow.
   Memory   reads only: it settles and accrues nothing.
   Threads  pure functions. */
#ifndef ENGINE_MARGIN_H
#define ENGINE_MARGIN_H

#include "engine/account.h"
#include "engine/collateral.h"
#include "engine/instrument.h"
#include "engine/portfolio.h"

struct margin_view { /* what health is evaluated on; marks may be others than the engine's
                      */
    const struct ledger *ledger;     /* of cash */
    const struct ledger *collateral; /* of units of the underlying */
    const struct portfolio *portfolio;
    const struct instrument_terms *terms; /* [instrument] */
    const struct collateral_terms *collateral_terms;
    const int64_t *mark_price_uusd; /* [instrument]; units are worth what number 0 says */
};

/* margin_units returns the account's free units.  Where nobody has any, which is one number
   that all accounts share, the account's own are not fetched. */
static inline int64_t margin_units(const struct margin_view *view, uint32_t account) {
    return view->collateral->balance_micro[ACCOUNT_EXTERNAL] == 0
               ? 0
               : ledger_free(view->collateral, account);
}

struct margin {
    wide equity_uusd; /* as margin: units after their haircut */
    wide initial_uusd;
    wide maintenance_uusd;
    wide notional_uusd;
    wide units_uusd; /* value of the units, before the haircut */
    bool exposed;    /* there is something to liquidate */
};

/* margin_evaluate returns the account's margin at the view's mark prices. */
struct margin margin_evaluate(const struct margin_view *view, uint32_t account);

/* margin_health is margin_evaluate without the initial margin, which it leaves at 0:
   enough to decide who is liquidatable. */
struct margin margin_health(const struct margin_view *view, uint32_t account);

/* margin_withdrawable_uusd is what may leave the account whose margin_evaluate this is:
   free cash, and no more than the equity above initial margin; where cash may be borrowed
   against collateral that equity alone; 0 when there is none. */
int64_t margin_withdrawable_uusd(const struct margin_view *view, uint32_t account,
                                 const struct margin *margin);

/* margin_may_withdraw_units tells whether so many units may leave the account whose
   margin_evaluate this is: free ones, and equity as margin stays at or above initial. */
bool margin_may_withdraw_units(const struct margin_view *view, uint32_t account,
                               const struct margin *margin, int64_t units);

/* margin_units_uusd is the value of the account's free units, before the haircut. */
wide margin_units_uusd(const struct margin_view *view, uint32_t account);

/* margin_needs_units tells whether the account has units that secure something: a position
   or a debt. */
bool margin_needs_units(const struct margin_view *view, uint32_t account);

/* margin_equity_uusd is the equity, units at their full value: what the account is worth,
   not what it may rely on. */
wide margin_equity_uusd(const struct margin_view *view, uint32_t account);

/* margin_profit_uusd returns a position's unrealised profit less the funding it owes. */
wide margin_profit_uusd(const struct margin_view *view, uint32_t account,
                        uint32_t instrument);

/* margin_liquidatable tells whether there is something to liquidate and equity <
   maintenance. */
static inline bool margin_liquidatable(const struct margin *margin) {
    return margin->exposed && margin->equity_uusd < margin->maintenance_uusd;
}

#endif
