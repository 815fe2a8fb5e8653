#include "scenarios/lots.h"

static void list_lots(struct world *world) {
    const struct english_auction *auction = &world->engine.english;
    uint32_t count = 0;
    for (uint32_t i = 0; count < auction->state->open; ++i) {
        const struct english_lot *lot = &auction->lot[i];
        if (lot->id != 0) {
            world->lot[count++] = (struct observe_lot){.id = lot->id,
                                                       .bidder = lot->bidder,
                                                       .lot_ubase = lot->lot_ubase,
                                                       .tab_uusd = lot->tab_uusd,
                                                       .bid_uusd = lot->bid_uusd,
                                                       .bid_until_ns = lot->bid_until_ns,
                                                       .end_ns = lot->end_ns};
        }
    }
    world->state->lot_count = count;
}

/* Something to sell, or the proceeds of it, wakes its owner, too. */
static bool has_goods(const struct world *world, uint32_t account) {
    return ledger_free(&world->engine.collateral, account) > 0 ||
           world->unit_purses.balance_micro[account] > 0 ||
           ledger_free(&world->purses, account) >=
               world->stage->scenario.bidders.purse_uusd +
                   world->stage->scenario.bidders.order_least_uusd;
}

void lots_wake(struct world *world) {
    const struct stage *stage = world->stage;
    if (world->state->now_ns < stage->start_ns || stage->bidder_count == 0) {
        return;
    }
    list_lots(world);
    const bool all = world->state->lot_count > 0 || world->state->target_count > 0;
    for (uint32_t i = 0; i < stage->bidder_count; ++i) {
        const uint32_t account = stage->bidder + i;
        if (!world->bidder_awake[i] && (all || has_goods(world, account))) {
            world->bidder_awake[i] = 1;
            world_schedule(world, EVENT_AGENT, account,
                           world->state->now_ns + 1 + world->bidder[i].latency_ns, 0);
        }
    }
}

struct english_lot lots_look(const struct world *world,
                             const struct transaction *transaction) {
    const struct english_lot *lot =
        transaction->kind == TRANSACTION_DEAL
            ? english_auction_find(&world->engine.english, transaction->target)
            : NULL;
    return lot != NULL ? *lot : (struct english_lot){0};
}

int64_t lots_open_shortfall_uusd(const struct world *world) {
    const struct english_auction *auction = &world->engine.english;
    int64_t sum = 0;
    for (uint32_t i = 0; i < auction->state->used; ++i) {
        const struct english_lot *lot = &auction->lot[i];
        const wide brings =
            lot->bidder != 0
                ? lot->bid_uusd
                : money_value_floor(lot->lot_ubase, world->state->outside_price_uusd);
        const wide lacking = lot->debt_uusd - brings;
        sum += lot->id != 0 && lacking > 0 ? money_narrow(lacking) : 0;
    }
    return sum;
}

void lots_settle(struct world *world) {
    struct receipt receipt;
    const struct english_auction *auction = &world->engine.english;
    for (uint32_t i = 0; i < auction->state->used; ++i) {
        const struct english_lot *lot = &auction->lot[i];
        if (lot->id == 0) {
            continue;
        }
        const struct transaction deal = {
            .kind = TRANSACTION_DEAL, .account = world->stage->maker, .target = lot->id};
        world->state->stock_won_ubase += lot->bidder != 0 ? lot->lot_ubase : 0;
        engine_apply(&world->engine, &deal, &receipt);
    }
}
