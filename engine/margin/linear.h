/* linear.h -- margin as a share of notional, in brackets, for linear instruments.

   requirement(notional) = sum over brackets of (part of the notional inside) * rate.
   The first bracket starts at 0.  The initial rate may grow with open interest:
   rate_eff = min(1, rate + clamp((OI - lower) / (upper - lower), 0, 1) * (1 - rate)).

   Units    micro-USD, ppm.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   brackets: Hyperliquid margin tiers; scaling: dYdX v4,
            x/perpetuals/types/liquidity_tier.go. */
#ifndef ENGINE_MARGIN_LINEAR_H
#define ENGINE_MARGIN_LINEAR_H

#include "engine/money.h"
#include "engine/param.h"

#define MARGIN_LINEAR_TIERS 8

struct margin_linear_tier {
    int64_t above_uusd; /* the bracket starts here */
    int64_t initial_ppm;
    int64_t maintenance_ppm;
};

struct margin_linear {
    int64_t initial_ppm, maintenance_ppm; /* of the first bracket */
    int64_t scaling_lower_uusd; /* open interest from which the initial rate grows */
    int64_t scaling_upper_uusd; /* open interest at which it is 1; 0: no scaling */
    uint32_t tier_count;        /* further brackets, ascending */
    struct margin_linear_tier tier[MARGIN_LINEAR_TIERS];
};

extern const struct param margin_linear_params[];
extern const struct param margin_linear_tier_params[];

/* margin_linear_valid tells whether brackets ascend, rates do not fall from one bracket
   to the next, and no maintenance rate exceeds its initial rate. */
bool margin_linear_valid(const struct margin_linear *margin);

/* margin_linear_maintenance returns the maintenance margin of a notional, rounded up. */
wide margin_linear_maintenance(const struct margin_linear *margin, wide notional_uusd);

/* margin_linear_initial returns the initial margin of a notional at an open interest,
   rounded up. */
wide margin_linear_initial(const struct margin_linear *margin, wide notional_uusd,
                           wide open_interest_uusd);

/* margin_linear_scaled_ppm returns the initial rate at an open interest, rounded down as
   the source does: base .2 in a band of 1 M to 2 M USD is 387,653 ppm at 1,234,567 USD.
 */
int64_t margin_linear_scaled_ppm(const struct margin_linear *margin, int64_t rate_ppm,
                                 wide open_interest_uusd);

/* margin_linear_maintenance_least and _most return the smallest and the largest rate of
   any bracket: the bounds of the requirement's slope. */
int64_t margin_linear_maintenance_least_ppm(const struct margin_linear *margin);
int64_t margin_linear_maintenance_most_ppm(const struct margin_linear *margin);

#endif
