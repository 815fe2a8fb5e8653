/* english_auction.h -- collateral of unsafe vaults sold lot by lot to who bids most.

   A bite takes a lot of the vault's collateral and the same share of its debt.  The lot's
   tab is that debt and a penalty.  Two phases:
     tend  bids of cash for the whole lot rise, by at least a minimum raise, up to the tab;
     dent  the tab is bid, and bids ask for less and less of the lot, by the same raise;
           what they leave goes back to the vault.
   A bid stands for a while (ttl); the lot is over when the last one has stood so long, or
   at the end of the auction (tau).  Without any bid it starts anew.  The first bid may be
   nothing at all: whoever bids alone takes the lot for it.

   The table of open auctions is of the kind "domain": full is a refused bite.

   Units    micro-USD, 1e-6 base units, nanoseconds, ppm.
   Memory   english_auction_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one table per thread; the rules are pure functions.
   Source   Maker dss flip.sol (tend, dent, tick, deal; beg, ttl, tau) and cat.sol (bite;
            lump, chop).  flip.sol asks a first bid to be above 0 in units of 1e-45 DAI:
            here that is 0. */
#ifndef ENGINE_ENGLISH_AUCTION_H
#define ENGINE_ENGLISH_AUCTION_H

#include "engine/money.h"
#include "engine/param.h"
#include "engine/status.h"

enum english_auction_losses { ENGLISH_AUCTION_SOCIALISED, ENGLISH_AUCTION_WAITING };

struct english_auction_terms {
    int64_t lot_ubase;   /* most collateral of one lot */
    int64_t penalty_ppm; /* of the debt, in the tab */
    int64_t raise_ppm;   /* least raise of a bid */
    int64_t bid_ns;      /* so long a bid stands */
    int64_t length_ns;   /* so long an auction lasts at most */
    int64_t room;        /* auctions open at once; 0: there are none */
    int64_t losses;      /* enum english_auction_losses: of what the fund cannot pay */
};

extern const struct param english_auction_params[];

struct english_lot {
    uint32_t id; /* never given twice; 0: the slot is free */
    uint32_t vault;
    uint32_t bidder; /* 0: nobody has bid */
    uint32_t uses;   /* of this slot */
    uint32_t next;   /* free slot after this free one, plus 1 */
    uint32_t unused;
    int64_t offered_ubase;    /* at the bite */
    int64_t lot_ubase;        /* what the last bid takes */
    int64_t index_price_uusd; /* at the bite */
    int64_t debt_uusd, tab_uusd;
    int64_t bid_uusd;
    int64_t bid_until_ns, end_ns;
};

struct english_auction_state {
    uint32_t open;
    uint32_t used; /* slots that have ever been */
    uint32_t free; /* first free one of them, plus 1; 0: none */
    uint32_t unused;
    wide debt_uusd;    /* of the open lots */
    wide bids_uusd;    /* standing bids, paid in */
    wide lots_ubase;   /* collateral on offer */
    int64_t lost_uusd; /* losses that wait: nobody has paid them */
};

struct english_auction { /* a view */
    uint32_t room;
    struct english_lot *lot; /* [room] */
    struct english_auction_state *state;
};

/* english_auction_footprint returns the bytes a table of so many auctions needs. */
size_t english_auction_footprint(uint32_t room);

/* english_auction_bind points the view at memory. */
void english_auction_bind(struct english_auction *auction, uint32_t room, void *memory);

struct english_cut { /* what one bite takes */
    int64_t lot_ubase;
    int64_t debt_uusd; /* its share, rounded down; all of it with the last lot */
    int64_t tab_uusd;  /* rounded up */
};

/* english_auction_cut returns the next lot of a vault with collateral > 0 and debt > 0;
   its debt may be 0 where the collateral is many lots and the debt next to nothing. */
struct english_cut english_auction_cut(const struct english_auction_terms *terms,
                                       int64_t collateral_ubase, int64_t debt_uusd);

/* english_auction_full tells whether a further auction would be refused. */
static inline bool english_auction_full(const struct english_auction *auction) {
    return auction->state->open == auction->room;
}

/* english_auction_open puts a lot up for sale and returns it; there is room, asserted. */
struct english_lot *english_auction_open(struct english_auction *auction,
                                         const struct english_auction_terms *terms,
                                         uint32_t vault, const struct english_cut *cut,
                                         int64_t now_ns);

/* english_auction_find returns the open lot of that id, or NULL. */
struct english_lot *english_auction_find(const struct english_auction *auction,
                                         uint32_t id);

/* english_auction_over tells whether no more bids are taken. */
static inline bool english_auction_over(const struct english_lot *lot, int64_t now_ns) {
    return now_ns >= lot->end_ns || (lot->bidder != 0 && now_ns >= lot->bid_until_ns);
}

/* english_auction_least_uusd returns the least cash that outbids a lot in its tend phase;
   english_auction_most_ubase the most collateral that does in its dent phase. */
int64_t english_auction_least_uusd(const struct english_auction_terms *terms,
                                   const struct english_lot *lot);
int64_t english_auction_most_ubase(const struct english_auction_terms *terms,
                                   const struct english_lot *lot);

/* english_auction_denting tells whether the tab has been bid. */
static inline bool english_auction_denting(const struct english_lot *lot) {
    return lot->bidder != 0 && lot->bid_uusd == lot->tab_uusd;
}

struct english_bid {
    uint32_t bidder;
    int64_t bid_uusd;     /* cash */
    int64_t wanted_ubase; /* for so much of the lot */
};

/* english_auction_check returns the status of a bid:
   ENGINE_BAD_AMOUNT, ENGINE_AUCTION_OVER, ENGINE_BID_TOO_LOW or ENGINE_OK. */
enum engine_status english_auction_check(const struct english_auction_terms *terms,
                                         const struct english_lot *lot,
                                         const struct english_bid *bid, int64_t now_ns);

/* english_auction_bid records a checked bid. */
void english_auction_bid(struct english_auction *auction,
                         const struct english_auction_terms *terms,
                         struct english_lot *lot, const struct english_bid *bid,
                         int64_t now_ns);

/* english_auction_restart begins a lot without a bid anew. */
void english_auction_restart(const struct english_auction_terms *terms,
                             struct english_lot *lot, int64_t now_ns);

/* english_auction_close takes a lot from the table. */
void english_auction_close(struct english_auction *auction, struct english_lot *lot);

/* english_auction_owed_uusd is what auctions owe: debts taken over and losses that wait,
   less the bids paid in.  O(1). */
wide english_auction_owed_uusd(const struct english_auction *auction);

/* english_auction_audit recomputes the sums and walks the free slots, O(room). */
bool english_auction_audit(const struct english_auction *auction);

#endif
