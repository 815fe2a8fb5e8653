/* funding.h -- funding from skew, accrued by index and settled lazily.

   rate per day = clamp(interest + slope * (longs - shorts) / (longs + shorts), +-cap)
   index       += rate * mark price * time          (micro-USD per 1e-6 base unit, 1e-18)
                  by whole microseconds, hour by hour, each part rounded towards zero
   payment      = size * (index now - index then)   (a positive payment leaves the
   account)

   A payment is rounded up, against the holder; what rounding leaves in ACCOUNT_FUNDING is
   counted exactly and moved to ACCOUNT_DUST by whole micro-USD.

   Units    micro-USD, nanoseconds, index in 1e-18.
   Memory   the portfolio's; nothing is allocated.
   Threads  as the portfolio.
   Source   shape of the rate: Derive perp (interest plus premium, clamped). */
#ifndef ENGINE_FUNDING_H
#define ENGINE_FUNDING_H

#include "engine/instrument.h"
#include "engine/portfolio.h"

/* funding_rate_e12 returns the rate per day in 1e-12, rounded towards zero. */
int64_t funding_rate_e12(const struct instrument_terms *terms,
                         const struct contract *market);

/* funding_accrue brings the instrument's index to now; time never goes back.  Without a
   price or a position nothing accrues. */
void funding_accrue(struct contract *market, const struct instrument_terms *terms,
                    int64_t now_ns);

/* funding_owed_uusd returns what a position owes at an index (negative: is owed), rounded
   up against the holder. */
wide funding_owed_uusd(const struct position *position, wide funding_index);

/* funding_settle pays what the account's position owes and remembers the index. */
void funding_settle(struct portfolio *portfolio, struct ledger *ledger, uint32_t account,
                    uint32_t instrument);

/* funding_audit recomputes, O(accounts): true when ACCOUNT_FUNDING holds exactly what all
   unsettled positions are owed plus the remainders, which are below one micro-USD each.
 */
bool funding_audit(const struct portfolio *portfolio, const struct ledger *ledger);

#endif
