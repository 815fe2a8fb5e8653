/* engine.h -- the settlement layer: a state machine with one door.

   Transactions go in, receipts come out; time arrives with the block header.  The same
   headers and transactions give the same bytes on a desk, in a test and in a simulation.
   A refused transaction changes nothing but the log.

   Units    micro-USD, 1e-6 base units, nanoseconds since 1970 UTC, ppm.
   Memory   engine_footprint(terms) bytes aligned to SEGMENT_ALIGNMENT hold all state;
   struct engine is a view with pointers into itself: bind it where it stays. Threads  one
   engine per thread. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/account.h"
#include "engine/account_set.h"
#include "engine/collateral.h"
#include "engine/escrow.h"
#include "engine/instrument.h"
#include "engine/ledger.h"
#include "engine/liquidation/close_out.h"
#include "engine/liquidation/deleverage.h"
#include "engine/liquidation/english_auction.h"
#include "engine/liquidation/matched.h"
#include "engine/liquidation/portfolio_auction.h"
#include "engine/log.h"
#include "engine/margin/margin.h"
#include "engine/margin/watch.h"
#include "engine/oracle/aggregate.h"
#include "engine/pool_shares.h"
#include "engine/portfolio.h"
#include "engine/transaction.h"
#include "engine/venue/priced.h"
#include "engine/waterfall.h"

#define ENGINE_INSTRUMENTS WATCH_INSTRUMENTS

struct engine_terms {
    uint32_t account_count; /* the engine's own included */
    uint32_t instrument_count;
    struct instrument_terms instrument[ENGINE_INSTRUMENTS];
    struct oracle_terms oracle;
    struct venue_terms venue;
    struct close_out_terms close_out;
    struct matched_terms matched; /* off: close-out into the venue */
    struct waterfall_terms waterfall;
    struct portfolio_auction_terms auction;
    struct escrow_terms escrow;
    struct collateral_terms collateral;
    struct english_auction_terms english; /* room 0: no such auctions */
    struct pool_shares_terms pool_shares;
    struct watch_terms watch;
};

/* In a block so marked (before time begins, and after the horizon) a trade fills at its own
   price, free of fee and limits.  BLOCK_UNMARGINED goes with it: what such a trade opens
   needs no initial margin either, as when a book is taken over as it is. */
enum { BLOCK_GENESIS = 1, BLOCK_UNMARGINED = 2 };

struct block_header { /* input: the engine draws nothing */
    uint64_t number;
    int64_t time_ns;
    int64_t base_fee_wei;
    int64_t gas_limit;
    uint64_t entropy;
    uint64_t flags;
};

struct engine_core {
    struct log_head log;
    struct block_header block;
    uint64_t transactions, refusals;
    uint64_t gated_until; /* first block in which withdrawals are accepted again */
    /* What went in and out of the insurance fund and of the ledger, for the identities.
     */
    int64_t fund_deposits_uusd, fund_fees_uusd, fund_penalties_uusd;
    int64_t fund_draws_uusd, fund_tips_uusd, fund_least_uusd;
    int64_t deposits_uusd;
    wide insolvent_uusd; /* what all insolvent auctions may cost */
    int64_t mark_price_uusd[ENGINE_INSTRUMENTS];
};

struct auction {            /* of one account */
    uint64_t phase;         /* enum auction_phase */
    int64_t start_ns;       /* of the phase */
    int64_t reserved_uusd;  /* solvent: paid in by bids, no part of later lots */
    int64_t insolvent_uusd; /* insolvent: its part of the core's sum */
};
enum auction_phase { AUCTION_NONE, AUCTION_SOLVENT, AUCTION_INSOLVENT };

struct engine { /* a view; do not copy once bound */
    const struct engine_terms *terms;
    struct engine_core *core;
    struct ledger ledger;              /* of cash */
    struct ledger collateral;          /* of the underlying posted as collateral */
    struct ledger *asset[ASSET_COUNT]; /* both, by what a transaction names */
    struct pool_shares shares;         /* of the pool */
    struct portfolio portfolio;
    struct oracle oracle;
    struct escrow escrow;
    struct english_auction english;
    struct margin_view margin; /* at the engine's mark prices */
    struct watch watch;
    struct account_set touched; /* by the transaction at hand */
    struct account_set changed; /* since the observer last emptied it */
    struct waterfall waterfall;
    struct deleverage_queue ranking; /* empty between transactions */
    struct deleverage_fill
        *deleveraged; /* by the last transaction: as many as its receipt
                                            says, in rank order */
    uint64_t
        *liquidated_block;   /* [account]: number of the last close-out's block, plus 1 */
    struct auction *auction; /* [account] */
    struct account_set auctioned; /* in an auction now */
};

/* engine_terms_valid tells whether the terms are in range and fit each other; the
   sentence says what is wrong. */
bool engine_terms_valid(const struct engine_terms *terms, const char **sentence);

/* engine_footprint returns the bytes the state needs. */
size_t engine_footprint(const struct engine_terms *terms);

/* engine_bind points the view at memory and terms, which stay until the last use; it
   reads and writes nothing there.  Zeroed memory is a valid empty engine. */
void engine_bind(struct engine *engine, const struct engine_terms *terms, void *memory);

/* engine_begin_block makes header the block at hand: accrues funding, pays what has
   become final.  Numbers and times do not go back, asserted. */
void engine_begin_block(struct engine *engine, const struct block_header *header);

/* engine_apply decides one transaction in the block at hand and writes its receipt. */
void engine_apply(struct engine *engine, const struct transaction *transaction,
                  struct receipt *receipt);

/* engine_residual sums the O(1) identities: both ledgers, escrow, funding remainders, fund,
   shares of the pool.  It is 0, or the engine is broken. */
wide engine_residual(const struct engine *engine);

/* engine_audit recomputes every sum, O(accounts): true when all identities hold. */
bool engine_audit(const struct engine *engine);

/* engine_price_known tells whether the instrument has an index price; engine_price_stale
   whether it is older than the oracle's staleness limit. */
bool engine_price_known(const struct engine *engine, uint32_t instrument);
bool engine_price_stale(const struct engine *engine, uint32_t instrument);

/* engine_withdrawals_gated tells whether nobody may withdraw now: after a shortfall, or while
   insolvent auctions may cost more than the insurance fund has. */
bool engine_withdrawals_gated(const struct engine *engine);

/* engine_withdrawable_uusd is what a withdrawal may take now: free cash, and no more than
   the equity above initial margin; 0 when there is none. */
int64_t engine_withdrawable_uusd(const struct engine *engine, uint32_t account);

/* engine_redeemable_uusd is what redeemed shares may take out of the pool now: free cash,
   and no more than the equity above the reserve; 0 when there is none. */
int64_t engine_redeemable_uusd(const struct engine *engine);

/* engine_bankruptcy_quote_uusd is the cash the account would receive (negative: pay) for a
   signed change of its position that leaves its equity the same share of its maintenance
   margin; engine_fillable_price the price at which matched liquidation would let the position
   go.  Both at the mark price, of liquidation/matched.h.
   Range  a position != 0 in the instrument; equity and maintenance margin fit the ledger. */
wide engine_bankruptcy_quote_uusd(const struct engine *engine, uint32_t account,
                                  uint32_t instrument, int64_t quantity_ubase);
wide engine_fillable_price(const struct engine *engine, uint32_t account,
                           uint32_t instrument);

/* engine_units_fit tells whether so many units of the underlying in all, held at a mark
   price of instrument 0, keep every sum of values within the ledger's range. */
bool engine_units_fit(const struct engine *engine, wide units, int64_t mark_price_uusd);

#endif
