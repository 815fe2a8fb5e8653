#include "scenarios/auctions.h"

bool auctions_held(const struct world *world) {
    return world->stage->terms.close_out.mechanism == LIQUIDATION_PORTFOLIO_AUCTION;
}

static wide share_of(wide amount, wide share) {
    return money_divide_floor(amount * share, MONEY_INDEX_ONE);
}

void auctions_appraise(const struct world *world, const struct margin *margin,
                       struct observe_target *target) {
    const struct portfolio_auction_terms *terms = &world->stage->terms.auction;
    const struct auction *auction = &world->engine.auction[target->account];
    const int64_t elapsed_ns =
        auction->phase == AUCTION_NONE ? 0 : world->state->now_ns - auction->start_ns;
    const struct portfolio_auction_worth worth = {.equity = margin->equity_uusd,
                                                  .maintenance = margin->maintenance_uusd,
                                                  .reserved = auction->reserved_uusd};
    const bool solvent =
        auction->phase != AUCTION_INSOLVENT && portfolio_auction_biddable(&worth);
    wide share = MONEY_INDEX_ONE;
    wide discount = 0;
    if (!money_fits(worth.equity) || !money_fits(worth.maintenance)) {
        return; /* beyond what the engine sells */
    }
    if (solvent) {
        discount = portfolio_auction_discount(terms, elapsed_ns);
        share = portfolio_auction_share_most(terms, &worth, discount);
    } else if (worth.equity >= worth.maintenance) {
        share = 0;
    }
    target->maintenance_uusd = money_clip(worth.maintenance);
    target->reserved_uusd = money_clip(worth.reserved);
    target->auction_start_ns = auction->start_ns;
    target->due =
        auction->phase == AUCTION_NONE || (auction->phase == AUCTION_SOLVENT && !solvent);
    target->discount_ppm =
        money_narrow(money_divide_ceil(discount, MONEY_INDEX_ONE / MONEY_ONE));
    target->share_ppm =
        money_narrow(money_divide_ceil(share, MONEY_INDEX_ONE / MONEY_ONE));
    target->fair_uusd = money_clip(share_of(worth.equity - worth.reserved, share));
    target->cost_uusd =
        money_clip(solvent ? portfolio_auction_price(&worth, discount, share)
                           : -portfolio_auction_payout(terms, &worth, elapsed_ns, share));
}

enum observe_auction auctions_own(const struct world *world, uint32_t account) {
    const struct auction *auction = &world->engine.auction[account];
    if (auction->phase == AUCTION_NONE) {
        return AUCTION_OWN_NONE;
    }
    const struct margin margin = margin_health(&world->engine.margin, account);
    const struct portfolio_auction_worth worth = {.equity = margin.equity_uusd,
                                                  .maintenance = margin.maintenance_uusd};
    const wide lack =
        auction->phase == AUCTION_INSOLVENT
            ? worth.equity - worth.maintenance
            : portfolio_auction_target(&world->stage->terms.auction, &worth);
    return margin.notional_uusd == 0 || lack >= 0 ? AUCTION_OWN_OVER : AUCTION_OWN_OPEN;
}

static int64_t held_uusd(const struct world *world, uint32_t account) {
    const int64_t size = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    return money_clip(
        money_value_ceil(money_magnitude(size), world->engine.core->mark_price_uusd[0]));
}

bool auctions_pause(const struct world *world) {
    const struct scenario *scenario = &world->stage->scenario;
    const int64_t slots = scenario->keepers.look_ns / scenario->world.slot_ns;
    return auctions_held(world) && slots > 1 && world->state->slot % slots != 0;
}

bool auctions_holds(const struct world *world, uint32_t account) {
    return portfolio_at(&world->engine.portfolio, account, 0)->size_ubase != 0;
}

void auctions_observe(const struct world *world, uint32_t account,
                      struct observation *seen) {
    const struct stage *stage = world->stage;
    const struct margin margin = margin_evaluate(&world->engine.margin, account);
    seen->position_ubase = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
    seen->equity_uusd = money_clip(margin.equity_uusd);
    seen->initial_uusd = money_clip(margin.initial_uusd);
    seen->maintenance_uusd = money_clip(margin.maintenance_uusd);
    seen->notional_uusd = money_clip(margin.notional_uusd);
    seen->own_auction = auctions_own(world, account);
    seen->daily_volatility = world->state->market.daily_volatility;
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        seen->inventory_uusd += held_uusd(world, stage->keeper + i);
    }
}
