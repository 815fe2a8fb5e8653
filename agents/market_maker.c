#include "agents/market_maker.h"

#include "engine/money.h"

#define HOUR_NS INT64_C(3600000000000)

const struct param market_maker_params[] = {
    PARAM(struct market_maker_config, capital_uusd, "capital", param_money, "0 USD",
          "100B USD", "3M USD", "cash on the outside market at the start"),
    PARAM(struct market_maker_config, margin_ppm, "margin", param_ppm, "0%", "100%",
          "10%", "equity the outside market asks for, share of notional"),
    PARAM(struct market_maker_config, settle_uusd, "settle", param_money, "1 USD",
          "100B USD", "250k USD", "profit or loss at which it settles with the pool"),
    PARAM(struct market_maker_config, order_least_uusd, "order_least", param_money,
          "0 USD", "1B USD", "5k USD",
          "smaller differences from the hedge are left alone"),
    PARAM(struct market_maker_config, fee_wei, "fee", param_gas_price, "0 gwei",
          "100000 gwei", "300 gwei", "most it pays per gas"),
    PARAM(struct market_maker_config, gas, "gas", param_integer, "1", "30000000",
          "150000", "gas of its transactions"),
    {0},
};

static void order(const struct market_maker_config *config,
                  const struct observation *seen, struct reply *reply) {
    const wide wanted = -money_divide_toward_zero(
        (wide)seen->pool_position_ubase * config->hedge_ratio_ppm, MONEY_ONE);
    wide target = wanted;
    if (config->margin_ppm > 0) {
        /* The largest position its equity carries. */
        const wide equity = money_max(seen->outside_equity_uusd, 0);
        const wide most = money_divide_floor(
            money_divide_floor(equity * MONEY_ONE, config->margin_ppm) * MONEY_ONE,
            seen->outside_price_uusd);
        target = wanted > most ? most : wanted < -most ? -most : wanted;
    }
    const wide change = target - seen->outside_position_ubase;
    const wide notional = money_divide_floor(
        (change < 0 ? -change : change) * seen->outside_price_uusd, MONEY_ONE);
    if (change == 0 || notional < config->order_least_uusd || !money_fits(change)) {
        return;
    }
    struct intent *intent = reply_add(reply, INTENT_ORDER);
    if (intent != NULL) {
        intent->amount = (int64_t)change;
    }
}

static void pay_pool(const struct market_maker_config *config, int64_t amount_uusd,
                     struct reply *reply) {
    struct intent *intent = amount_uusd > 0 ? reply_add(reply, INTENT_BRIDGE) : NULL;
    if (intent != NULL) {
        intent->transaction.account = config->pool_account;
        intent->amount = amount_uusd;
    }
}

static void ask_pool(const struct market_maker_config *config, int64_t amount_uusd,
                     struct reply *reply) {
    struct intent *intent = reply_add(reply, INTENT_SEND);
    if (intent != NULL) {
        intent->transaction = (struct transaction){.kind = TRANSACTION_WITHDRAW,
                                                   .account = config->pool_account,
                                                   .amount = amount_uusd};
        intent->fee_wei = config->fee_wei;
        intent->gas = config->gas;
    }
}

static void settle(const struct market_maker_config *config, struct market_maker *own,
                   const struct observation *seen, struct reply *reply) {
    /* What the hedge has earned and the pool has not got. */
    const int64_t due = seen->outside_equity_uusd - config->capital_uusd;
    const int64_t owed = -due - seen->on_its_way_uusd;
    if (due >= config->settle_uusd) {
        pay_pool(config, money_min(due, seen->purse_uusd), reply);
    } else if (owed >= config->settle_uusd && seen->now_ns - own->asked_ns >= HOUR_NS &&
               seen->pending_count == 0) {
        ask_pool(config, owed, reply);
        own->asked_ns = seen->now_ns;
    }
}

static void market_maker_wake(const void *config_, void *state,
                              const struct observation *seen, struct rng *rng,
                              struct reply *reply) {
    const struct market_maker_config *config = config_;
    (void)rng;
    reply->wake_ns = seen->now_ns + config->hedge_delay_ns;
    order(config, seen, reply);
    settle(config, state, seen, reply);
}

const struct agent_kind agent_market_maker = {
    .name = "market_maker",
    .doc = "hedges the pool's net position on the outside market, and settles with it",
    .params = market_maker_params,
    .state_size = sizeof(struct market_maker),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_POOL | OBSERVE_OUTSIDE_BOOK,
    .wake = market_maker_wake,
};
