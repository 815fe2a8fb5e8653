#include "scenarios/record_auction.h"

#include "engine/segment.h"
#include "scenarios/auctions.h"
#include "scenarios/record.h"
#include "scenarios/world.h"

size_t record_auction_footprint(uint32_t account_count) {
    return segment_size(account_count * sizeof(struct record_sale)) +
           account_set_footprint(account_count);
}

void record_auction_bind(struct record_sales *sales, uint32_t account_count,
                         void *memory) {
    unsigned char *cursor = memory;
    sales->sale = segment_take(&cursor, account_count * sizeof(struct record_sale));
    account_set_bind(&sales->triggered, account_count,
                     segment_take(&cursor, account_set_footprint(account_count)));
}

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

/* Nobody has bid for what the account still has. */
static void left_without_bid(struct world *world, uint32_t account) {
    const struct margin margin = margin_health(&world->engine.margin, account);
    const struct record_lot lot = {.notional_uusd = money_clip(margin.notional_uusd)};
    record_auction_lot(world, &lot);
}

static struct record_sale *trigger(struct world *world, uint32_t account,
                                   wide equity_uusd) {
    struct record_sale *sale = &world->record.sales.sale[account];
    if (!account_set_has(&world->record.sales.triggered, account)) {
        account_set_add(&world->record.sales.triggered, account);
        *sale = (struct record_sale){
            .trigger_uusd = money_clip(equity_uusd),
            .is_long =
                portfolio_at(&world->engine.portfolio, account, 0)->size_ubase > 0};
    }
    return sale;
}

void record_auction_slot(struct world *world) {
    const struct account_set *unhealthy = &world->outside.unhealthy;
    struct account_set *triggered = &world->record.sales.triggered;
    const uint32_t accounts = unhealthy->account_count;
    for (uint32_t account = account_set_next_without(unhealthy, triggered, 0);
         account < accounts;
         account = account_set_next_without(unhealthy, triggered, account + 1)) {
        trigger(world, account, margin_equity_uusd(&world->outside_view, account));
    }
    for (uint32_t account = account_set_next_without(triggered, unhealthy, 0);
         account < accounts;
         account = account_set_next_without(triggered, unhealthy, account + 1)) {
        if (!world->record.sales.sale[account].begun) {
            account_set_remove(triggered, account);
        }
    }
}

/* What the owner has got, and is left with, of an auction that ends now. */
static void close_sale(struct world *world, uint32_t account, wide equity_uusd) {
    const struct record_sale *sale = &world->record.sales.sale[account];
    const wide besides = equity_uusd - sale->reserved_uusd;
    const struct record_auction auction = {.trigger_uusd = sale->trigger_uusd,
                                           .paid_uusd = sale->paid_uusd,
                                           .returned_uusd =
                                               besides > 0 ? money_clip(besides) : 0};
    record_auction_closed(world, &auction);
    account_set_remove(&world->record.sales.triggered, account);
}

static void end_sale(struct world *world, uint32_t account) {
    const struct record_sale *sale = &world->record.sales.sale[account];
    if (sale->bids == 0 && !sale->forfeited) {
        left_without_bid(world, account);
    }
    close_sale(world, account, margin_equity_uusd(&world->engine.margin, account));
}

static void forfeit(struct world *world, uint32_t account, struct record_sale *sale) {
    if (sale->bids == 0 && sale->trigger_uusd > 0 && !sale->forfeited) {
        sale->forfeited = 1;
        left_without_bid(world, account);
    }
}

void record_auction_start(struct world *world, uint32_t account,
                          const struct receipt *receipt) {
    const wide equity =
        margin_equity_uusd(&world->engine.margin, account) + receipt->penalty_uusd;
    struct record_sale *sale = trigger(world, account, equity);
    sale->begun = 1;
    if (world->engine.auction[account].phase == AUCTION_NONE) {
        close_sale(world, account,
                   equity); /* its units were enough: nothing was for sale */
        return;
    }
    if (world->engine.auction[account].phase == AUCTION_INSOLVENT) {
        sale->reserved_uusd = 0; /* it is sold with the rest now */
        forfeit(world, account, sale);
    }
}

void record_auction_bid(struct world *world, uint32_t account,
                        const struct receipt *receipt) {
    struct record_sale *sale = &world->record.sales.sale[account];
    const struct margin margin = margin_health(&world->engine.margin, account);
    const struct record_reduction reduction = {
        .notional_uusd = receipt->lot_notional_uusd,
        .notional_before_uusd = margin.notional_uusd + receipt->lot_notional_uusd,
        .equity_before_uusd = margin.equity_uusd + receipt->lot_fair_uusd -
                              receipt->lot_paid_uusd - receipt->shortfall_uusd,
        .is_long = sale->is_long != 0};
    record_reduction(world, account, &reduction);
    sale->bids += 1;
    if (receipt->lot_paid_uusd > 0) {
        sale->paid_uusd += receipt->lot_paid_uusd;
        sale->reserved_uusd += receipt->lot_paid_uusd;
    }
    if (!sale->forfeited) {
        const struct record_lot lot = {.notional_uusd = receipt->lot_notional_uusd,
                                       .fair_uusd = receipt->lot_fair_uusd,
                                       .paid_uusd = receipt->lot_paid_uusd,
                                       .taken = true};
        record_auction_lot(world, &lot);
    }
    if (world->engine.auction[account].phase == AUCTION_NONE) {
        end_sale(world, account);
    }
}

void record_auction_stop(struct world *world, uint32_t account) {
    end_sale(world, account);
}

static void put_share(struct outcome *outcome, enum outcome_field field, int64_t part,
                      int64_t whole) {
    if (whole > 0) {
        outcome->value[field].real = (double)part / (double)whole;
        outcome->missing &= ~(UINT64_C(1) << field);
    }
}

void record_auction_finish(struct world *world, struct outcome *outcome) {
    const struct record_totals *totals = world->record.totals;
    const struct account_set *triggered = &world->record.sales.triggered;
    for (uint32_t account = account_set_next(triggered, 0);
         account < triggered->account_count;
         account = account_set_next(triggered, account + 1)) {
        const wide equity = margin_equity_uusd(&world->outside_view, account);
        if (equity <= 0) {
            forfeit(world, account, &world->record.sales.sale[account]);
        }
        close_sale(world, account, equity);
    }
    put_share(outcome, OUTCOME_AUCTION_RECOVERY, totals->auction_recovered_uusd,
              totals->auction_trigger_uusd);
    put_share(outcome, OUTCOME_ZERO_BID_SHARE, totals->zero_bid_uusd,
              totals->auctioned_uusd);
}
