#include "scenarios/record_lots.h"

#include "scenarios/record_auction.h"
#include "scenarios/world.h"

static int64_t outside_value(const struct world *world, int64_t units_ubase) {
    return money_clip(money_value_floor(units_ubase, world->state->outside_price_uusd));
}

static void record_bite(struct world *world, uint32_t vault,
                        const struct receipt *receipt) {
    struct record *record = &world->record;
    const int64_t index = world->engine.portfolio.market[0].index_price_uusd;
    record->totals->liquidated_uusd +=
        money_clip(money_value_floor(receipt->lot_ubase, index));
    account_set_add(&record->liquidated, vault);
}

static void record_deal(struct world *world, const struct english_lot *lot,
                        const struct receipt *receipt) {
    const int64_t fair = outside_value(world, lot->lot_ubase);
    const struct record_lot cleared = {.notional_uusd = fair,
                                       .fair_uusd = fair,
                                       .paid_uusd = lot->bid_uusd,
                                       .taken = lot->bidder != 0};
    record_auction_lot(world, &cleared);
    if (lot->bidder == 0) {
        return;
    }
    const struct record_auction closed = {
        .trigger_uusd =
            money_clip(money_value_floor(lot->offered_ubase, lot->index_price_uusd)),
        .paid_uusd = lot->bid_uusd,
        .returned_uusd = outside_value(world, lot->offered_ubase - lot->lot_ubase)};
    record_auction_closed(world, &closed);
    world->record.totals->penalty_uusd += receipt->penalty_uusd;
    record_loss(world, lot->vault, receipt);
}

void record_lots(struct world *world, const struct transaction *transaction,
                 const struct english_lot *lot, const struct receipt *receipt) {
    if (!world->record.totals->started || receipt->status != ENGINE_OK) {
        return;
    }
    if (transaction->kind == TRANSACTION_BITE) {
        record_bite(world, transaction->target, receipt);
    } else if (transaction->kind == TRANSACTION_DEAL) {
        record_deal(world, lot, receipt);
    }
}

int64_t record_lots_units_uusd(const struct world *world, uint32_t account) {
    const int64_t kept_ppm = MONEY_ONE - world->stage->scenario.bidders.discount_ppm;
    const int64_t units = world->engine.collateral.balance_micro[account] +
                          world->unit_purses.balance_micro[account];
    return money_mul_div_floor(outside_value(world, units), kept_ppm, MONEY_ONE);
}

int64_t record_lots_bidders_uusd(const struct world *world) {
    const struct stage *stage = world->stage;
    wide sum = stage->bidder_count > 0 ? world->engine.english.state->bids_uusd : 0;
    for (uint32_t i = 0; i < stage->bidder_count; ++i) {
        const uint32_t account = stage->bidder + i;
        sum += world->engine.ledger.balance_micro[account] +
               world->purses.balance_micro[account] +
               record_lots_units_uusd(world, account);
    }
    return money_clip(sum);
}
