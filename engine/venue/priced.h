/* priced.h -- the venue: the pool takes the other side at the index price.

   fill = mark * (1 +- half spread) * (1 + (skew before + skew after) / 2 / depth)
   where the skew is the notional the pool owes and depth is a notional: who adds to the
   skew pays, who takes from it is paid.  The sum of both skews is a notional rounded towards
   zero, the premium a share in 1e-9 rounded towards zero and at least -1/2.  Buyers round
   the price up, sellers down.

   Units    micro-USD, 1e-6 base units, ppm.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   premium by skew: Synthetix v3 perps, skewScale; limits on the pool's exposure:
            GMX open-interest caps after 18 September 2022. */
#ifndef ENGINE_VENUE_PRICED_H
#define ENGINE_VENUE_PRICED_H

#include "engine/instrument.h"
#include "engine/portfolio.h"

struct venue_terms {
    int64_t half_spread_ppm;
    int64_t skew_depth_uusd; /* 0: no premium */
    int64_t fee_ppm;         /* of notional, paid by the taker */
    int64_t fee_fund_ppm;    /* part of the fee that goes to the insurance fund */
    int64_t pool_max_net_exposure_uusd; /* 0: no limit */
};

extern const struct param venue_params[];

/* venue_fill_price returns the price of a signed quantity at a mark price: at least 1
   micro-USD; 0 when it would exceed MONEY_PRICE_MAX or the premium a thousand times the
   mark. */
int64_t venue_fill_price(const struct venue_terms *terms, const struct contract *market,
                         int64_t mark_price_uusd, int64_t quantity_ubase);

/* venue_accepts tells whether the pool may take the other side of a signed quantity that is
   added to a position.  What only closes always passes; else the pool's net exposure has to
   stay within its limit or not grow, and open interest to stay within its limit. */
bool venue_accepts(const struct venue_terms *terms,
                   const struct instrument_terms *instrument,
                   const struct contract *market, int64_t before_ubase,
                   int64_t quantity_ubase);

/* venue_fee_uusd is the trading fee of a fill, rounded up. */
wide venue_fee_uusd(const struct venue_terms *terms, int64_t quantity_ubase,
                    int64_t price_uusd);

#endif
