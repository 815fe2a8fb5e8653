#include "agents/arbitrageur.h"

#include "agents/gas.h"
#include "engine/money.h"

const struct param arbitrageur_params[] = {
    PARAM(struct arbitrageur_config, capital_uusd, "capital", param_money, "0 USD",
          "100B USD", "0 USD",
          "cash on the chain and on the outside market; 0: there is none (assumption)"),
    PARAM(struct arbitrageur_config, chain_ppm, "chain_share", param_ppm, "0%", "100%",
          "50%", "part of it on the chain at the start (assumption)"),
    PARAM(struct arbitrageur_config, edge_ppm, "edge", param_ppm, "0%", "100%", "0.2%",
          "gap beyond all costs that it trades for; pays for funding and risk "
          "(assumption)"),
    PARAM(struct arbitrageur_config, outside_cost_ppm, "outside_cost", param_ppm, "0%",
          "10%", "0.4%", "cost it reckons with for a trade outside (assumption)"),
    PARAM(struct arbitrageur_config, margin_ppm, "margin", param_ppm, "1%", "100%", "10%",
          "equity the outside market asks for, share of notional (assumption)"),
    PARAM(struct arbitrageur_config, order_most_uusd, "order_most", param_money, "1 USD",
          "100B USD", "30k USD", "largest trade at a time (assumption)"),
    PARAM(struct arbitrageur_config, order_least_uusd, "order_least", param_money,
          "1 USD", "1B USD", "5k USD", "smallest trade worth it (assumption)"),
    PARAM(struct arbitrageur_config, look_ns, "look", param_time, "1s", "1d", "12s",
          "time between two looks (assumption)"),
    PARAM(struct arbitrageur_config, fee_margin_ppm, "fee_margin", param_ppm, "0%",
          "1000%", "25%", "fee above the base fee (assumption)"),
    PARAM(struct arbitrageur_config, fee_cap_wei, "fee_cap", param_gas_price, "0 gwei",
          "100000 gwei", "500 gwei", "most it pays per gas (assumption)"),
    PARAM(struct arbitrageur_config, gas, "gas", param_integer, "1", "30000000", "200000",
          "gas of its transactions (assumption)"),
    {0},
};

/* Equity on the chain is kept at this many times the initial margin, of which it trades up
   to a half. */
#define COMFORT 2

static int64_t fee_wei(const struct arbitrageur_config *config,
                       const struct observation *seen) {
    return gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm, config->fee_cap_wei);
}

static wide gas_uusd(const struct arbitrageur_config *config,
                     const struct observation *seen) {
    return gas_cost_uusd(config->gas, fee_wei(config, seen), seen->outside_price_uusd);
}

static void send(const struct arbitrageur_config *config, const struct observation *seen,
                 const struct transaction *transaction, struct reply *reply) {
    struct intent *intent = reply_add(reply, INTENT_SEND);
    if (intent != NULL) {
        intent->transaction = *transaction;
        intent->transaction.account = seen->account;
        intent->fee_wei = fee_wei(config, seen);
        intent->gas = config->gas;
    }
}

static wide notional_uusd(wide size_ubase, int64_t price_uusd) {
    return money_divide_ceil(money_wide_magnitude(size_ubase) * price_uusd, MONEY_ONE);
}

/* What its cash outside carries beyond the margin of its position there. */
static wide spare_outside(const struct arbitrageur_config *config,
                          const struct observation *seen) {
    const wide notional =
        notional_uusd(seen->outside_position_ubase, seen->outside_price_uusd);
    return seen->outside_equity_uusd -
           money_divide_ceil(notional * config->margin_ppm, MONEY_ONE);
}

/* Outside it holds the opposite of what it holds on the chain. */
static void hedge(const struct arbitrageur_config *config, const struct observation *seen,
                  struct reply *reply) {
    const wide change = -(wide)seen->position_ubase - seen->outside_position_ubase;
    const bool closes = seen->position_ubase == 0;
    if (change == 0 || !money_fits(change) ||
        (!closes &&
         notional_uusd(change, seen->outside_price_uusd) < config->order_least_uusd)) {
        return;
    }
    struct intent *intent = reply_add(reply, INTENT_ORDER);
    if (intent != NULL) {
        intent->amount = (int64_t)change;
    }
}

/* The gap less the premium, in ppm: positive when the venue is too cheap. */
static wide gap_ppm(const struct arbitrageur_config *config,
                    const struct observation *seen) {
    const wide gap = money_divide_toward_zero(
        ((wide)seen->outside_price_uusd - seen->index_price_uusd) * MONEY_ONE,
        seen->index_price_uusd);
    /* The pool owes what it is short. */
    const wide skew = -money_divide_toward_zero(
        (wide)seen->pool_position_ubase * seen->index_price_uusd, MONEY_ONE);
    const wide premium =
        config->skew_depth_uusd == 0
            ? 0
            : money_divide_toward_zero(skew * MONEY_ONE, config->skew_depth_uusd);
    return gap - premium;
}

static wide least(wide a, wide b) {
    return a < b ? a : b;
}

/* Half the excess may go into the premium its own trade brings. */
static wide size_uusd(const struct arbitrageur_config *config,
                      const struct observation *seen, wide excess_ppm) {
    const wide chain = (wide)seen->equity_uusd - COMFORT * (wide)seen->initial_uusd;
    wide most =
        money_divide_floor(chain * MONEY_ONE, (wide)COMFORT * config->initial_ppm);
    most = least(most, money_divide_floor(spare_outside(config, seen) * MONEY_ONE,
                                          (wide)COMFORT * config->margin_ppm));
    most = least(most, config->order_most_uusd);
    return config->skew_depth_uusd == 0
               ? most
               : least(most, money_divide_floor(config->skew_depth_uusd * excess_ppm,
                                                MONEY_ONE));
}

/* One way: what a trade on the chain and its hedge cost. */
static int64_t one_way_ppm(const struct arbitrageur_config *config) {
    return config->half_spread_ppm + config->venue_fee_ppm + config->outside_cost_ppm;
}

/* The worst price on the chain that leaves so much of the gap. */
static int64_t limit_uusd(const struct arbitrageur_config *config,
                          const struct observation *seen, bool buys, wide kept_ppm) {
    const wide price =
        money_divide_floor((wide)seen->outside_price_uusd * config->multiplier_ubase *
                               (buys ? MONEY_ONE - kept_ppm : MONEY_ONE + kept_ppm),
                           (wide)MONEY_ONE * MONEY_ONE);
    return price < 1 ? 1 : price > MONEY_PRICE_MAX ? MONEY_PRICE_MAX : (int64_t)price;
}

/* What enlarges its position has to pay for the way back, too; what reduces it does not,
   and asks no margin. */
static void trade(const struct arbitrageur_config *config, const struct observation *seen,
                  struct reply *reply) {
    const wide gap = gap_ppm(config, seen);
    const bool buys = gap > 0;
    const bool reduces = buys ? seen->position_ubase < 0 : seen->position_ubase > 0;
    const wide cost = (wide)one_way_ppm(config) * (reduces ? 1 : 2) + config->edge_ppm;
    const wide excess = money_wide_magnitude(gap) - cost;
    if (excess <= 0) {
        return;
    }
    const wide held = notional_uusd(seen->position_ubase, seen->outside_price_uusd);
    const wide size =
        reduces ? least(held, config->order_most_uusd) : size_uusd(config, seen, excess);
    if ((size < config->order_least_uusd && size != held) ||
        size * excess < 2 * gas_uusd(config, seen) * MONEY_ONE) {
        return;
    }
    const wide whole = money_divide_floor(size * MONEY_ONE, seen->outside_price_uusd);
    const int64_t quantity = money_narrow(
        reduces ? least(whole, money_wide_magnitude(seen->position_ubase)) : whole);
    const struct transaction order = {
        .kind = TRANSACTION_TRADE,
        .amount = buys ? quantity : -quantity,
        .price_uusd = limit_uusd(config, seen, buys, cost - config->half_spread_ppm)};
    if (quantity > 0) {
        send(config, seen, &order, reply);
    }
}

static void leave(const struct arbitrageur_config *config, const struct observation *seen,
                  struct reply *reply) {
    const struct transaction trade = {.kind = TRANSACTION_TRADE,
                                      .amount = -seen->position_ubase};
    send(config, seen, &trade, reply);
}

/* Cash to where margin runs low; false when there is nothing to move. */
static bool rebalance(const struct arbitrageur_config *config,
                      const struct observation *seen, struct reply *reply) {
    const wide lacking = COMFORT * (wide)seen->initial_uusd - seen->equity_uusd;
    const wide spare = spare_outside(config, seen);
    struct transaction move = {.kind = TRANSACTION_DEPOSIT};
    if (seen->equity_uusd < seen->initial_uusd) {
        const wide there = least(lacking, spare - gas_uusd(config, seen) * COMFORT);
        move.amount = there > 0 ? money_narrow(there) : 0;
    } else if (spare < 0) {
        move.kind = TRANSACTION_WITHDRAW;
        move.amount = money_narrow(least(-COMFORT * spare, seen->withdrawable_uusd));
    } else {
        return false;
    }
    if (move.amount <= 0) {
        leave(config, seen, reply);
    } else {
        send(config, seen, &move, reply);
    }
    return true;
}

static void arbitrageur_wake(const void *config_, void *state,
                             const struct observation *seen, struct rng *rng,
                             struct reply *reply) {
    const struct arbitrageur_config *config = config_;
    (void)state;
    (void)rng;
    reply->wake_ns = seen->now_ns + config->look_ns;
    hedge(config, seen, reply);
    if (seen->index_price_uusd == 0 || seen->pending_count > 0) {
        return;
    }
    if (seen->position_ubase == 0 || !rebalance(config, seen, reply)) {
        trade(config, seen, reply);
    }
}

const struct agent_kind agent_arbitrageur = {
    .name = "arbitrageur",
    .doc = "trades against the venue while its oracle lags, and hedges outside",
    .params = arbitrageur_params,
    .observes = OBSERVE_OUTSIDE | OBSERVE_INDEX | OBSERVE_GAS | OBSERVE_ACCOUNT |
                OBSERVE_POOL | OBSERVE_OUTSIDE_BOOK,
    .wake = arbitrageur_wake,
};
