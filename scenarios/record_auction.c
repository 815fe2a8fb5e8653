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

static int64_t notional_of(const struct world *world, uint32_t account) {
    const struct margin margin = margin_health(&world->engine.margin, account);
    return money_fits(margin.notional_uusd) ? (int64_t)margin.notional_uusd
                                            : MONEY_SIZE_MAX;
}

/* Nobody has bid for what the account still has. */
static void left_without_bid(struct world *world, uint32_t account) {
    const struct record_lot lot = {.notional_uusd = notional_of(world, account)};
    record_auction_lot(world, &lot);
}

static void closed(struct world *world, uint32_t account) {
    const struct auction *auction = &world->engine.auction[account];
    const wide equity = margin_equity_uusd(&world->engine.margin, account);
    const wide besides = equity - auction->reserved_uusd;
    const struct record_auction record = {.trigger_uusd = auction->trigger_uusd,
                                          .paid_uusd = auction->paid_uusd,
                                          .returned_uusd =
                                              besides > 0 ? money_narrow(besides) : 0};
    if (auction->bids == 0 && !auction->forfeited) {
        left_without_bid(world, account);
    }
    record_auction_closed(world, &record);
}

void record_auction_start(struct world *world, uint32_t account) {
    const int64_t size = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    world->record.account[account].auctioned_long = size > 0;
    if (world->engine.auction[account].forfeited) {
        left_without_bid(world, account);
    }
}

void record_auction_bid(struct world *world, uint32_t account,
                        const struct receipt *receipt) {
    const struct auction *auction = &world->engine.auction[account];
    const struct record_reduction reduction = {
        .notional_uusd = receipt->lot_notional_uusd,
        .notional_before_uusd =
            (wide)notional_of(world, account) + receipt->lot_notional_uusd,
        .equity_before_uusd = margin_equity_uusd(&world->engine.margin, account) +
                              receipt->lot_fair_uusd - receipt->lot_paid_uusd -
                              receipt->shortfall_uusd,
        .is_long = world->record.account[account].auctioned_long != 0};
    record_reduction(world, account, &reduction);
    if (!auction->forfeited) {
        const struct record_lot lot = {.notional_uusd = receipt->lot_notional_uusd,
                                       .fair_uusd = receipt->lot_fair_uusd,
                                       .paid_uusd = receipt->lot_paid_uusd,
                                       .taken = true};
        record_auction_lot(world, &lot);
    }
    if (auction->phase == AUCTION_NONE) {
        closed(world, account);
    }
}

void record_auction_stop(struct world *world, uint32_t account) {
    closed(world, account);
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
