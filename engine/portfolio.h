/* portfolio.h -- who holds what: positions, open interest and prices by instrument.

   A position stores its signed cost, not an average price: profit is size * mark - cost.
   When a position shrinks, the same share of the cost is realised through
   ACCOUNT_CLEARING, whose balance is therefore minus the sum of all costs.  Over all
   accounts, the pool included, sizes sum to zero.

   Units    micro-USD, 1e-6 base units, funding index in 1e-18 micro-USD per 1e-6 base
   unit. Memory   the caller provides portfolio_footprint bytes, aligned to
   SEGMENT_ALIGNMENT. Threads  one portfolio per thread. */
#ifndef ENGINE_PORTFOLIO_H
#define ENGINE_PORTFOLIO_H

#include "engine/ledger.h"
#include "engine/money.h"

#include <stddef.h>

struct position {
    int64_t size_ubase; /* signed: long is positive */
    int64_t cost_uusd;  /* signed: what was paid for the size now held */
    wide funding_index; /* the instrument's index when funding was last settled */
};

#define FUNDING_LEVEL_UNIT INT64_C(100000000000) /* of the funding index: 64 bits do */

struct contract {           /* the state of one instrument */
    wide funding_index;     /* cumulative funding a long has paid per 1e-6 base unit */
    int64_t funding_level;  /* the index in units of FUNDING_LEVEL_UNIT, rounded down */
    wide funding_remainder; /* rounding of settlements below one micro-USD, [0, 1e18) */
    int64_t funding_time_ns;
    int64_t index_price_uusd; /* 0 before the first */
    int64_t index_time_ns;
    int64_t mark_price_uusd; /* index times the contract multiplier */
    int64_t long_ubase;      /* sum of long sizes of all accounts but the pool */
    int64_t short_ubase; /* sum of short sizes of all accounts but the pool, positive */
};

struct portfolio { /* a view */
    uint32_t account_count, instrument_count;
    struct position *position; /* [account][instrument] */
    struct contract *market;   /* [instrument] */
};

/* portfolio_footprint returns the bytes a portfolio needs. */
size_t portfolio_footprint(uint32_t account_count, uint32_t instrument_count);

/* portfolio_bind points the view at memory; it reads and writes nothing there. */
void portfolio_bind(struct portfolio *portfolio, uint32_t account_count,
                    uint32_t instrument_count, void *memory);

/* portfolio_at returns the position of an account in an instrument. */
static inline struct position *portfolio_at(const struct portfolio *portfolio,
                                            uint32_t account, uint32_t instrument) {
    return &portfolio
                ->position[(size_t)account * portfolio->instrument_count + instrument];
}

/* portfolio_skew_ubase is what the pool owes: longs less shorts of all other accounts. */
static inline int64_t portfolio_skew_ubase(const struct contract *market) {
    return market->long_ubase - market->short_ubase;
}

/* portfolio_open_interest_ubase is the sum of all long sizes, the pool's included. */
static inline int64_t portfolio_open_interest_ubase(const struct contract *market) {
    return money_max(market->long_ubase, market->short_ubase);
}

/* portfolio_opened_ubase is what a signed quantity opens when it is added to a position:
   by how much the position grows, all that lies beyond zero when it changes sides, and 0
   when it only closes. */
static inline int64_t portfolio_opened_ubase(int64_t before_ubase,
                                             int64_t quantity_ubase) {
    const int64_t after = before_ubase + quantity_ubase;
    if ((before_ubase > 0 && after < 0) || (before_ubase < 0 && after > 0)) {
        return money_magnitude(after);
    }
    return money_max(money_magnitude(after) - money_magnitude(before_ubase), 0);
}

/* portfolio_open_interest_after is the open interest once an account other than the pool
   has added a signed quantity to its position. */
static inline int64_t portfolio_open_interest_after(const struct contract *market,
                                                    int64_t before_ubase,
                                                    int64_t quantity_ubase) {
    const int64_t after = before_ubase + quantity_ubase;
    return money_max(
        market->long_ubase - money_max(before_ubase, 0) + money_max(after, 0),
        market->short_ubase + money_min(before_ubase, 0) - money_min(after, 0));
}

/* portfolio_fill_fits tells whether a fill of the account against the pool at a price
   keeps everything within MONEY_SIZE_MAX: on both sides the size, the cost and the balance
   less all of that cost; the balance of ACCOUNT_CLEARING; the fill's consideration; the
   open interest and its value at the mark price. */
bool portfolio_fill_fits(const struct portfolio *portfolio, const struct ledger *ledger,
                         uint32_t account, uint32_t instrument, int64_t quantity_ubase,
                         int64_t price_uusd);

/* portfolio_fill changes the account's position by a signed quantity at a price, the
   pool's by the opposite, and realises both sides' profit on what was closed.  The
   consideration is rounded up: against the account, for the pool.  Funding must have been
   settled, asserted.
   Range  portfolio_fill_fits holds. */
void portfolio_fill(struct portfolio *portfolio, struct ledger *ledger, uint32_t account,
                    uint32_t instrument, int64_t quantity_ubase, int64_t price_uusd);

/* What changes hands between two accounts, neither of them the pool. */
struct portfolio_sale {
    uint32_t from, to, instrument;
    int64_t quantity_ubase; /* signed: with the sign of what is sold */
    int64_t price_uusd;
};

/* portfolio_transfer_fits tells whether a sale keeps sizes, costs, its consideration, open
   interest and its value within MONEY_SIZE_MAX; open interest is taken to grow by all that
   changes hands.  The balances are checked by the caller, who moves cash with it. */
bool portfolio_transfer_fits(const struct portfolio *portfolio,
                             const struct portfolio_sale *sale);

/* portfolio_transfer moves a quantity from one account to another at a price: both realise
   the profit on what they close, and what is opened costs the price.  The consideration is
   rounded up: for the one who parts with it.  Funding must have been settled, asserted.
   Range  portfolio_transfer_fits holds. */
void portfolio_transfer(struct portfolio *portfolio, struct ledger *ledger,
                        const struct portfolio_sale *sale);

/* portfolio_audit recomputes, O(accounts): true when in each instrument sizes sum to zero
   and open interest agrees, and when costs sum to minus the balance of ACCOUNT_CLEARING.
 */
bool portfolio_audit(const struct portfolio *portfolio, const struct ledger *ledger);

#endif
