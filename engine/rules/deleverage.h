/* deleverage.h -- auto-deleveraging as a step of a liquidation.

   An account whose equity at the mark is negative owes what neither its own cash nor, when
   the fund is too small, anybody else has promised to pay.  What is left of its position
   then goes to the accounts on the other side that have won most (liquidation/
   deleverage.h) instead of into the venue.

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
