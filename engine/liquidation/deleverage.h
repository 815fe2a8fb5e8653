/* deleverage.h -- ranked auto-deleveraging: whose position is closed against a bankrupt
   account's when the insurance fund cannot pay what that account lacks.

   bankruptcy price  the price at which a position uses up an equity:
                     mark - equity / size for a long, mark + equity / |size| for a short
   rank              profit / |cost| * notional / equity, profit ratio times leverage,
                     highest first; equal ones by account number
   eligible          accounts on the other side with positive profit and equity whose
                     limit is not passed: the price at which min(profit, equity) is used
                     up.  So nobody is closed at a price worse than what its position has
                     cost it, nor into bankruptcy.
   The pool is not a candidate: a close-out into the venue is against it already, and what
   auto-deleveraging leaves may be charged to it by the waterfall.

   All comparisons are exact: ranks are fractions of 128-bit numbers, compared by their
   256-bit cross products.

   Units    micro-USD, 1e-6 base units, prices micro-USD per base unit.
   Memory   deleverage_queue_footprint bytes aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  pure functions; one queue per thread.
   Source   rank: Hyperliquid documentation, auto-deleveraging (mark / entry times notional
            / account value), and the queue of the large exchanges (profit ratio times
            leverage); overlap of bankruptcy prices: dYdX v4,
            x/clob/keeper/deleveraging.go. */
#ifndef ENGINE_LIQUIDATION_DELEVERAGE_H
#define ENGINE_LIQUIDATION_DELEVERAGE_H

#include "engine/money.h"

#include <stddef.h>

/* deleverage_price returns the price at which a position of size != 0 has used up an
   equity, which may be negative and is at most MONEY_SIZE_MAX either way.  Rounded for its
   holder, up for a long and down for a short: closed there nothing is owed.  It may lie
   outside the range of prices. */
wide deleverage_price(int64_t size_ubase, int64_t equity_uusd, int64_t mark_price_uusd);

/* deleverage_overlaps tells whether a holder of such a position with so much to lose may be
   closed at a price: a long not below, a short not above its deleverage_price. */
bool deleverage_overlaps(int64_t size_ubase, int64_t stake_uusd, int64_t mark_price_uusd,
                         int64_t price_uusd);

struct deleverage_standing { /* a candidate; all but size and cost positive */
    uint32_t account;
    int64_t size_ubase, cost_uusd;
    int64_t profit_uusd;   /* unrealised, less funding owed */
    int64_t equity_uusd;   /* of the account */
    int64_t notional_uusd; /* of the position */
};

/* deleverage_before tells whether a is deleveraged before b.  A cost of zero is an
   unlimited profit ratio. */
bool deleverage_before(const struct deleverage_standing *a,
                       const struct deleverage_standing *b);

struct deleverage_queue { /* a view: the first so many of those offered, in rank order */
    uint32_t capacity;
    uint32_t *count;
    struct deleverage_standing *standing;
};

/* deleverage_queue_footprint returns the bytes a queue of so many needs. */
size_t deleverage_queue_footprint(uint32_t capacity);

/* deleverage_queue_bind points the view at memory. */
void deleverage_queue_bind(struct deleverage_queue *queue, uint32_t capacity,
                           void *memory);

/* deleverage_offer puts a candidate in its place; the last one falls out of a full queue.
 */
void deleverage_offer(struct deleverage_queue *queue,
                      const struct deleverage_standing *standing);

/* deleverage_clear empties the queue and zeroes what was in it. */
void deleverage_clear(struct deleverage_queue *queue);

struct deleverage_fill { /* one account's part, for whoever watches */
    uint32_t account, instrument;
    int64_t quantity_ubase; /* signed change of its position */
    int64_t mark_price_uusd;
    int64_t haircut_uusd; /* its value at the mark less what it received */
};

#endif
