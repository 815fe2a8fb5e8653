#include "engine/liquidation/english_auction.h"

#include "engine/segment.h"

static const char *const losses_words[] = {"socialised", "waiting", NULL};

const struct param english_auction_params[] = {
    PARAM(struct english_auction_terms, lot_ubase, "lot", param_quantity, "0.001",
          "1000000", "50",
          "most collateral of one auction (Maker ETH-A, lump in March 2020)"),
    PARAM(struct english_auction_terms, penalty_ppm, "penalty", param_ppm, "0%", "100%",
          "13%", "added to the debt that bids have to raise (Maker ETH-A, chop)"),
    PARAM(struct english_auction_terms, raise_ppm, "raise", param_ppm, "0.01%", "100%",
          "3%", "least raise of a bid (Maker ETH-A, beg; flip.sol's own default is 5 %)"),
    PARAM(struct english_auction_terms, bid_ns, "bid_duration", param_time, "1s", "30d",
          "10min",
          "so long a bid stands (Maker ETH-A, ttl: 10 min until 12 March 2020, then "
          "6 h; flip.sol's own default is 3 h)"),
    PARAM(struct english_auction_terms, length_ns, "duration", param_time, "1s", "30d",
          "6h", "longest auction (tau; flip.sol's own default is 2 days)"),
    PARAM(struct english_auction_terms, room, "auctions", param_integer, "1", "100000",
          "4096", "auctions open at once; a bite beyond them is refused"),
    PARAM_CHOICE(
        struct english_auction_terms, losses, "losses", losses_words, "socialised",
        "what the fund cannot pay: socialised, or waiting for a debt auction (Maker: "
        "sin, then flop)"),
    {0},
};

size_t english_auction_footprint(uint32_t room) {
    return segment_size(room * sizeof(struct english_lot)) +
           segment_size(sizeof(struct english_auction_state));
}

void english_auction_bind(struct english_auction *auction, uint32_t room, void *memory) {
    unsigned char *cursor = memory;
    auction->room = room;
    auction->lot = segment_take(&cursor, room * sizeof(struct english_lot));
    auction->state = segment_take(&cursor, sizeof(struct english_auction_state));
}

struct english_cut english_auction_cut(const struct english_auction_terms *terms,
                                       int64_t collateral_ubase, int64_t debt_uusd) {
    assert(collateral_ubase > 0 && debt_uusd > 0);
    struct english_cut cut = {.lot_ubase = collateral_ubase, .debt_uusd = debt_uusd};
    if (collateral_ubase > terms->lot_ubase) {
        cut.lot_ubase = terms->lot_ubase;
        cut.debt_uusd = money_mul_div_floor(debt_uusd, cut.lot_ubase, collateral_ubase);
    }
    cut.tab_uusd =
        money_mul_div_ceil(cut.debt_uusd, MONEY_ONE + terms->penalty_ppm, MONEY_ONE);
    return cut;
}

static uint32_t take_slot(struct english_auction *auction) {
    struct english_auction_state *state = auction->state;
    if (state->free == 0) {
        return state->used++;
    }
    const uint32_t slot = state->free - 1;
    state->free = auction->lot[slot].next;
    return slot;
}

struct english_lot *english_auction_open(struct english_auction *auction,
                                         const struct english_auction_terms *terms,
                                         uint32_t vault, const struct english_cut *cut,
                                         int64_t now_ns) {
    struct english_auction_state *state = auction->state;
    assert(!english_auction_full(auction));
    const uint32_t slot = take_slot(auction);
    struct english_lot *lot = &auction->lot[slot];
    const uint32_t uses = lot->uses + 1;
    const uint64_t id = (uint64_t)lot->uses * auction->room + slot + 1;
    assert(id <= UINT32_MAX);
    *lot = (struct english_lot){.id = (uint32_t)id,
                                .vault = vault,
                                .uses = uses,
                                .offered_ubase = cut->lot_ubase,
                                .lot_ubase = cut->lot_ubase,
                                .debt_uusd = cut->debt_uusd,
                                .tab_uusd = cut->tab_uusd,
                                .end_ns = now_ns + terms->length_ns};
    state->open += 1;
    state->debt_uusd += cut->debt_uusd;
    state->lots_ubase += cut->lot_ubase;
    return lot;
}

struct english_lot *english_auction_find(const struct english_auction *auction,
                                         uint32_t id) {
    if (id == 0 || auction->room == 0) {
        return NULL;
    }
    struct english_lot *lot = &auction->lot[(id - 1) % auction->room];
    return lot->id == id ? lot : NULL;
}

int64_t english_auction_least_uusd(const struct english_auction_terms *terms,
                                   const struct english_lot *lot) {
    if (lot->bidder == 0) {
        return 0;
    }
    const int64_t raised =
        money_mul_div_ceil(lot->bid_uusd, MONEY_ONE + terms->raise_ppm, MONEY_ONE);
    return money_min(money_max(raised, lot->bid_uusd + 1), lot->tab_uusd);
}

int64_t english_auction_most_ubase(const struct english_auction_terms *terms,
                                   const struct english_lot *lot) {
    return money_mul_div_floor(lot->lot_ubase, MONEY_ONE, MONEY_ONE + terms->raise_ppm);
}

enum engine_status english_auction_check(const struct english_auction_terms *terms,
                                         const struct english_lot *lot,
                                         const struct english_bid *bid, int64_t now_ns) {
    if (bid->bid_uusd < 0 || bid->bid_uusd > lot->tab_uusd || bid->wanted_ubase <= 0 ||
        bid->wanted_ubase > lot->lot_ubase) {
        return ENGINE_BAD_AMOUNT;
    }
    if (english_auction_over(lot, now_ns)) {
        return ENGINE_AUCTION_OVER;
    }
    if (english_auction_denting(lot)) {
        return bid->bid_uusd == lot->tab_uusd &&
                       bid->wanted_ubase <= english_auction_most_ubase(terms, lot)
                   ? ENGINE_OK
                   : ENGINE_BID_TOO_LOW;
    }
    return bid->wanted_ubase == lot->lot_ubase &&
                   bid->bid_uusd >= english_auction_least_uusd(terms, lot)
               ? ENGINE_OK
               : ENGINE_BID_TOO_LOW;
}

void english_auction_bid(struct english_auction *auction,
                         const struct english_auction_terms *terms,
                         struct english_lot *lot, const struct english_bid *bid,
                         int64_t now_ns) {
    auction->state->bids_uusd += bid->bid_uusd - lot->bid_uusd;
    auction->state->lots_ubase -= lot->lot_ubase - bid->wanted_ubase;
    lot->bidder = bid->bidder;
    lot->bid_uusd = bid->bid_uusd;
    lot->lot_ubase = bid->wanted_ubase;
    lot->bid_until_ns = now_ns + terms->bid_ns;
}

void english_auction_restart(const struct english_auction_terms *terms,
                             struct english_lot *lot, int64_t now_ns) {
    assert(lot->bidder == 0);
    lot->end_ns = now_ns + terms->length_ns;
}

void english_auction_close(struct english_auction *auction, struct english_lot *lot) {
    struct english_auction_state *state = auction->state;
    assert(lot->id != 0);
    state->open -= 1;
    state->debt_uusd -= lot->debt_uusd;
    state->bids_uusd -= lot->bid_uusd;
    state->lots_ubase -= lot->lot_ubase;
    *lot = (struct english_lot){.uses = lot->uses, .next = state->free};
    state->free = (uint32_t)(lot - auction->lot) + 1;
}

wide english_auction_owed_uusd(const struct english_auction *auction) {
    const struct english_auction_state *state = auction->state;
    return state->debt_uusd + state->lost_uusd - state->bids_uusd;
}

bool english_auction_audit(const struct english_auction *auction) {
    const struct english_auction_state *state = auction->state;
    struct english_auction_state sum = {0};
    for (uint32_t i = 0; i < auction->room; ++i) {
        const struct english_lot *lot = &auction->lot[i];
        if (lot->id == 0) {
            continue;
        }
        if ((lot->id - 1) % auction->room != i || lot->bid_uusd > lot->tab_uusd ||
            lot->lot_ubase > lot->offered_ubase || i >= state->used) {
            return false;
        }
        sum.open += 1;
        sum.debt_uusd += lot->debt_uusd;
        sum.bids_uusd += lot->bid_uusd;
        sum.lots_ubase += lot->lot_ubase;
    }
    for (uint32_t at = state->free; at != 0; at = auction->lot[at - 1].next) {
        sum.free += 1;
        if (auction->lot[at - 1].id != 0 || sum.free > auction->room) {
            return false;
        }
    }
    return sum.open == state->open && sum.debt_uusd == state->debt_uusd &&
           sum.bids_uusd == state->bids_uusd && sum.lots_ubase == state->lots_ubase &&
           sum.free + sum.open == state->used && state->lost_uusd >= 0;
}
