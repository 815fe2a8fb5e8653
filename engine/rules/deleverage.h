/* deleverage.h -- auto-deleveraging as a step of a liquidation.

   An account whose equity at the mark is negative is bankrupt: the insurance fund will have
   to pay what it lacks and what its close-out adds.  When the fund has less than that, what
   is left of the position goes to the accounts on the other side that have won most
   (liquidation/deleverage.h) instead of into the venue.  The fund pays after the last fill
   only, and may have promised the same cash to several accounts; with deleverage_when `all`
   it has to suffice for all bankrupt accounts together.

   The fund comes first: it pays as much of the deficit as it has, in proportion to what is
   closed, and the price is that at which the winners pay the rest:
     price = mark +- (deficit - fund's cash) / size, rounded for the bankrupt account
     haircut = sum of |price - mark| times size = shortfall - fund's part + overshoot
   where overshoot is what rounding leaves with the bankrupt account.  Of an account with
   several positions each bears the deficit in proportion to its maintenance margin (dYdX
   v4, x/subaccounts, bankruptcy price).

   Units    as engine.h.
   Memory   the engine's; one walk over all accounts, nothing is allocated. */
#ifndef ENGINE_RULES_DELEVERAGE_H
#define ENGINE_RULES_DELEVERAGE_H

#include "engine/rules/common.h"

/* rule_deleverage closes what it can of a position and fills in the receipt: true.  False,
   and nothing has changed, when auto-deleveraging is off, the account is solvent, the fund
   can pay for a close-out, the price is out of range, or nobody is eligible. */
bool rule_deleverage(struct engine *engine, uint32_t account, uint32_t instrument,
                     struct receipt *receipt);

#endif
