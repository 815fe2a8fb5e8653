#include "scenarios/record_auction.h"

#include "scenarios/record.h"
#include "scenarios/world.h"

/* Whoever takes a lot that is worth nothing, or less, has not got it for nothing. */
static bool went_for_nothing(const struct record_lot *lot) {
    return !lot->taken ||
           (lot->fair_uusd > 0 && (wide)lot->paid_uusd * 10 <= lot->fair_uusd);
}

void record_auction_lot(struct world *world, const struct record_lot *lot) {
    struct record_totals *totals = world->record.totals;
    if (!totals->started) {
        return;
    }
    totals->auctioned_uusd += lot->notional_uusd;
    if (went_for_nothing(lot)) {
        totals->zero_bid_uusd += lot->notional_uusd;
    }
}

void record_auction_closed(struct world *world, const struct record_auction *auction) {
    struct record_totals *totals = world->record.totals;
    if (!totals->started || auction->trigger_uusd <= 0) {
        return;
    }
    totals->auction_trigger_uusd += auction->trigger_uusd;
    totals->auction_recovered_uusd += auction->paid_uusd + auction->returned_uusd;
}

static void put_share(struct outcome *outcome, enum outcome_field field, int64_t part,
                      int64_t whole) {
    if (whole > 0) {
        outcome->value[field].real = (double)part / (double)whole;
        outcome->missing &= ~(UINT64_C(1) << field);
    }
}

void record_auction_finish(const struct world *world, struct outcome *outcome) {
    const struct record_totals *totals = world->record.totals;
    put_share(outcome, OUTCOME_AUCTION_RECOVERY, totals->auction_recovered_uusd,
              totals->auction_trigger_uusd);
    put_share(outcome, OUTCOME_ZERO_BID_SHARE, totals->zero_bid_uusd,
              totals->auctioned_uusd);
}
