#include "scenarios/stock.h"

#include "engine/numeric.h"

void stock_sell(struct world *world, uint32_t account, int64_t units_ubase) {
    struct world_state *state = world->state;
    const struct impact *impact = world_impact(world);
    const int64_t sold =
        money_min(units_ubase, world->unit_purses.balance_micro[account]);
    double fill_log = 0.0;
    if (sold <= 0) {
        return;
    }
    const wide value = money_value_floor(sold, state->outside_price_uusd);
    if (!money_fits(value)) {
        world_fail(world, OUTCOME_STATUS_PRICE_RANGE);
        return;
    }
    impact_advance(impact, &state->impact, state->now_ns);
    impact_trade(impact, &state->impact, state->now_ns, state->market.daily_volatility,
                 -(int64_t)value, &fill_log);
    /* Against the price before it, rounded down: value e^fill. */
    const int64_t cost = money_from_double_ceil(-numeric_expm1(fill_log) * (double)value);
    const int64_t paid = money_max((int64_t)value - cost, 0);
    ledger_move(&world->unit_purses, account, OUTSIDE_SALES, sold);
    ledger_move(&world->purses, OUTSIDE_SALES, account, paid);
    state->stock_sold_ubase += sold;
    world_reprice(world);
}

wide stock_residual(const struct world *world) {
    const struct stage *stage = world->stage;
    const struct world_state *state = world->state;
    const struct ledger *chain = &world->engine.collateral;
    wide held = 0;
    for (uint32_t account = stage->stuffer; account < stage->vault; ++account) {
        held += (wide)chain->balance_micro[account] +
                world->unit_purses.balance_micro[account];
    }
    const wide flow = (wide)state->stock_won_ubase - state->stock_sold_ubase - held;
    return flow < 0 ? -flow : flow;
}
