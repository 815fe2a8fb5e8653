/* exposures.h -- who owes whom at one instant of a path, and what becomes of it.

   Everything is settled at a price: who has lost owes it to the clearing house, who has won
   has it to get from there.  A node's own assets are its free cash and its units of the
   underlying; a debt in cash is owed to the clearing house, too.  The clearing house has the
   insurance fund, and owes the outside what it has credited and not yet collected, which
   makes its books balance.  The network is a star: nobody on this layer owes anybody else.

   Loss        sum over accounts of max(0, -equity), before the fund.
   Recovery    what the clearing house pays of what it owes, once the fund is spent.
   DebtRank    distress over the same claims; those on debtors count as far as their own
               assets do not cover them.  It takes a part of the fund that is lost for the
               same part of every winner's profit: an upper bound.  Where everybody can pay
               there is no distress, the fund empty or not.

   Units    USD; lots of English auctions are not part of it.
   Memory   scratch while it runs.
   Threads  reads the world only. */
#ifndef ANALYSIS_SYSTEMIC_EXPOSURES_H
#define ANALYSIS_SYSTEMIC_EXPOSURES_H

#include "scenarios/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exposures {
    double price;        /* settled at */
    size_t accounts;     /* with a position or a debt */
    double owed;         /* to the clearing house, by all who have lost */
    double due;          /* by it, to all who have won */
    double fund, equity; /* equity of all accounts that have some */
    size_t insolvent;    /* accounts that cannot pay what they owe */
    double loss, uncovered;
    double largest; /* loss of one account */
    /* by the greatest clearing vector */
    double recovery;             /* 1: everybody gets what is due */
    double winner_loss;          /* of what is due */
    size_t defaults, contagious; /* contagious: would pay if all others did */
    unsigned rounds;
    /* by DebtRank */
    double rank_linear, rank_once;
};

/* exposures_find looks at the world settled at a price of the outside market.
   Fails   false when memory is out. */
bool exposures_find(const struct world *world, int64_t price_uusd,
                    struct exposures *exposures);

/* exposures_horizon_h is the time, in hours, to sell an amount without ever taking more than
   a share of the depth on a side of the book, which refills as it is taken: all of the share
   at once, then as fast as it comes back,
       T = max(0, amount / (share depth) - 1) half_life / ln 2.
   0 for a book without end. */
double exposures_horizon_h(const struct world *world, double amount_usd, double share);

#endif
