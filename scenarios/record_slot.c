#include "scenarios/auctions.h"
#include "scenarios/record.h"
#include "scenarios/world.h"

#define MEGAWEI   INT64_C(1000000)
#define SECOND_NS INT64_C(1000000000)

static void end_episode(struct world *world, uint32_t account, int64_t end_ns,
                        int64_t weight_uusd) {
    struct record_account *own = &world->record.account[account];
    if (weight_uusd > 0) {
        histogram_add(world->record.mpor, (end_ns - own->under_since_ns) / SECOND_NS,
                      weight_uusd / MONEY_ONE + 1);
    }
    world->record.totals->under_ubase -= own->under_ubase;
    own->under_ubase = 0;
    own->under_since_ns = 0;
    own->episode_uusd = 0;
    account_set_remove(&world->record.under, account);
}

/* Brings the sum of the sizes under maintenance up to date with one of them. */
static void resize(struct world *world, uint32_t account) {
    struct record_account *own = &world->record.account[account];
    const int64_t size =
        money_magnitude(portfolio_at(&world->engine.portfolio, account, 0)->size_ubase);
    world->record.totals->under_ubase += (wide)size - own->under_ubase;
    own->under_ubase = size;
}

static void follow_episodes(struct world *world) {
    struct record *record = &world->record;
    const struct account_set *unhealthy = &world->outside.unhealthy;
    const struct account_set *changed = &world->engine.changed;
    const uint32_t accounts = unhealthy->account_count;
    for (uint32_t account = account_set_next_common(&record->under, changed, 0);
         account < accounts;
         account = account_set_next_common(&record->under, changed, account + 1)) {
        resize(world, account);
    }
    for (uint32_t account = account_set_next_without(unhealthy, &record->under, 0);
         account < accounts;
         account = account_set_next_without(unhealthy, &record->under, account + 1)) {
        account_set_add(&record->under, account);
        record->account[account].under_since_ns = world->state->now_ns;
        resize(world, account);
    }
    for (uint32_t account = account_set_next_without(&record->under, unhealthy, 0);
         account < accounts;
         account = account_set_next_without(&record->under, unhealthy, account + 1)) {
        end_episode(world, account, record->account[account].last_fill_ns,
                    record->account[account].episode_uusd);
    }
    const wide notional = money_divide_ceil(
        record->totals->under_ubase * world->state->outside_mark_uusd[0], MONEY_ONE);
    record->totals->undermargined_most_uusd =
        money_max(record->totals->undermargined_most_uusd, money_clip(notional));
}

static void recover(struct world *world, struct edge_heap *heap, int64_t level) {
    while (edge_heap_crossed(heap, level)) {
        const uint32_t account = edge_heap_top(heap);
        struct record_account *own = &world->record.account[account];
        edge_heap_remove(heap, account);
        if (world->state->now_ns <= own->recovery_until_ns) {
            own->recovered = 1;
            world->record.totals->recovered_uusd += own->recovery_uusd;
        }
    }
}

static double magnitude(double value) {
    return value < 0.0 ? -value : value;
}

static void follow_prices(struct world *world) {
    struct record_totals *totals = world->record.totals;
    const struct world_state *state = world->state;
    const int64_t index = world->engine.portfolio.market[0].index_price_uusd;
    const double impact = impact_log(&state->impact);
    const double gap = magnitude((double)index / (double)state->outside_price_uusd - 1.0);
    totals->impact_high = impact > totals->impact_high ? impact : totals->impact_high;
    totals->impact_low = impact < totals->impact_low ? impact : totals->impact_low;
    totals->gap_most = gap > totals->gap_most ? gap : totals->gap_most;
    if (state->market.x < totals->lowest_log_price) {
        totals->lowest_log_price = state->market.x;
    }
}

/* What owners who have decided to leave will ask for within the hour, against what the
   pool can redeem now. */
static void follow_pool(struct world *world) {
    const struct stage *stage = world->stage;
    const struct engine *engine = &world->engine;
    struct record_totals *totals = world->record.totals;
    int64_t leaving = 0;
    for (uint32_t i = 0; i < stage->provider_count; ++i) {
        const struct provider *provider = &world->provider[i];
        if (provider->leaves_ns != 0 &&
            provider->leaves_ns - world->state->now_ns <= RECORD_DUE_NS) {
            leaving += engine->shares.held[stage->provider + i];
        }
    }
    if (leaving > 0) {
        const wide equity = margin_equity_uusd(&engine->margin, ACCOUNT_POOL);
        const wide gap = pool_shares_worth(&engine->shares, leaving, equity) -
                         engine_redeemable_uusd(engine);
        totals->pool_gap_most_uusd =
            money_max(totals->pool_gap_most_uusd, money_clip(gap));
    }
}

void record_slot(struct world *world) {
    struct record *record = &world->record;
    const struct world_state *state = world->state;
    if (!record->totals->started) {
        return;
    }
    follow_prices(world);
    histogram_add(record->gas, state->base_fee_wei / MEGAWEI, 1);
    record->totals->gas_peak_wei =
        money_max(record->totals->gas_peak_wei, state->base_fee_wei);
    if (engine_withdrawals_gated(&world->engine)) {
        record->totals->gated_ns += world->stage->scenario.world.slot_ns;
    }
    follow_episodes(world);
    if (auctions_held(world)) {
        record_auction_slot(world);
    }
    if (world->stage->scenario.providers.run_share_ppm > 0) {
        follow_pool(world);
    }
    recover(world, &record->recover_up, state->outside_mark_uusd[0]);
    recover(world, &record->recover_down, -state->outside_mark_uusd[0]);
}

/* What the traders have posted, debts not counted: cash, and units at the outside price. */
static wide posted_uusd(const struct world *world) {
    const struct stage *stage = world->stage;
    const int64_t *cash = world->engine.ledger.balance_micro + stage->trader;
    const int64_t *units = world->engine.collateral.balance_micro + stage->trader;
    const int64_t mark = world->state->outside_mark_uusd[0];
    const int64_t multiplier = stage->terms.instrument[0].multiplier_ubase;
    wide sum = 0;
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        sum += money_max(cash[i], 0);
    }
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        if (units[i] != 0) {
            const wide posted =
                cash[i] + collateral_value_floor(units[i], mark, multiplier);
            sum += (posted > 0 ? posted : 0) - money_max(cash[i], 0);
        }
    }
    return sum;
}

void record_sample(struct world *world) {
    struct record_totals *totals = world->record.totals;
    const struct stage *stage = world->stage;
    const struct contract *contract = &world->engine.portfolio.market[0];
    totals->capital_uusd += posted_uusd(world);
    totals->open_interest_uusd += money_value_floor(
        contract->long_ubase + contract->short_ubase, contract->mark_price_uusd);
    totals->samples += 1;
    if (totals->returns < stage->return_samples) {
        const double log_price =
            world->state->market.x + impact_log(&world->state->impact);
        world->record.gas_sample[totals->returns] = (double)world->state->base_fee_wei;
        world->record.return_sample[totals->returns] =
            magnitude(log_price - totals->last_log_price);
        totals->last_log_price = log_price;
        totals->returns += 1;
    }
}
