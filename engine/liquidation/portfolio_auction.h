/* portfolio_auction.h -- liquidation by a two-phase Dutch auction of a whole portfolio.

   An account below its maintenance margin is sold by shares.  With E its equity at the
   mark prices, M its maintenance requirement (so E - M is its health) and R the reserved
   cash, what earlier bids have paid in:

     discount    d(t) falls from `start` to `cutoff` over `fast`, then to 0 over `slow`
     target      B  = E - M - buffer * M           the auction is over when B >= 0
     most        f  = B / (B - E d - R (1 - d))    one bid buys at most so much
     price       (E - R) d f                       for the share f of all but R
     fee         fee * E * f at d = 1, R = 0       when it begins

   An account whose equity is not above R is insolvent: nobody pays for it, bidders are
   paid, the more the longer nobody comes:

     payout      of the whole, from max(0, -E) over `insolvent` to M - E, and to no less
                 than `least` above the beginning: an account too small to pay for the gas
                 would wait for ever

   Amounts are in one unit of the caller's, shares and discounts in 1e-18.  Rounding is
   against the bidder, who chose the moment: prices up, payouts down.  The most one bid may
   buy is rounded up, so that buying it ends the auction.

   Units    any one unit of money; shares in 1e-18; nanoseconds.
   Range    |amount| <= 2^63.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   Derive v2-core, src/liquidation/DutchAuction.sol. */
#ifndef ENGINE_PORTFOLIO_AUCTION_H
#define ENGINE_PORTFOLIO_AUCTION_H

#include "engine/money.h"
#include "engine/param.h"

struct portfolio_auction_terms {
    int64_t start_ppm, cutoff_ppm; /* share of the equity a bid pays */
    int64_t fast_ns, slow_ns;
    int64_t insolvent_ns; /* until the payout is the whole maintenance margin's */
    int64_t fee_ppm;      /* of what has to be sold when it begins */
    int64_t buffer_ppm;   /* of maintenance, beyond it */
    int64_t least_uusd;   /* an insolvent account's payout beyond its hole, in the end */
    int64_t whole_uusd;   /* equity up to which all may be sold at once */
};

extern const struct param portfolio_auction_params[];

/* portfolio_auction_terms_valid tells whether the cutoff is below the start. */
bool portfolio_auction_terms_valid(const struct portfolio_auction_terms *terms);

/* What an account in an auction is worth, in one unit. */
struct portfolio_auction_worth {
    wide equity;      /* E, reserved cash included */
    wide maintenance; /* M */
    wide reserved;    /* R */
};

/* portfolio_auction_discount returns d(t), the share of the equity a bid pays, rounded up. */
wide portfolio_auction_discount(const struct portfolio_auction_terms *terms,
                                int64_t elapsed_ns);

/* portfolio_auction_target returns B, rounded down. */
wide portfolio_auction_target(const struct portfolio_auction_terms *terms,
                              const struct portfolio_auction_worth *worth);

/* portfolio_auction_biddable tells whether the account can be sold as a solvent one: E > R >= 0. */
static inline bool
portfolio_auction_biddable(const struct portfolio_auction_worth *worth) {
    return worth->equity > worth->reserved;
}

/* portfolio_auction_share_most returns f, the largest share one bid may buy at a discount; 1 when the
   equity does not exceed the terms' whole_uusd; 0 when nothing has to be sold.
   Range  portfolio_auction_biddable. */
wide portfolio_auction_share_most(const struct portfolio_auction_terms *terms,
                                  const struct portfolio_auction_worth *worth,
                                  wide discount);

/* portfolio_auction_price returns what a share costs at a discount, rounded up. */
wide portfolio_auction_price(const struct portfolio_auction_worth *worth, wide discount,
                             wide share);

/* portfolio_auction_fee returns the fee when a solvent auction begins, rounded up, at most E. */
wide portfolio_auction_fee(const struct portfolio_auction_terms *terms,
                           const struct portfolio_auction_worth *worth);

/* portfolio_auction_payout returns what whoever takes a share of an insolvent account is paid on top
   of it, rounded down. */
wide portfolio_auction_payout(const struct portfolio_auction_terms *terms,
                              const struct portfolio_auction_worth *worth,
                              int64_t elapsed_ns, wide share);

/* portfolio_auction_insolvent_need returns what a whole insolvent auction may cost in the end, M - E
   or 0: withdrawals wait while all of these exceed the insurance fund. */
wide portfolio_auction_insolvent_need(const struct portfolio_auction_worth *worth);

#endif
