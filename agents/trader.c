#include "agents/trader.h"

#include "agents/gas.h"
#include "agents/population.h"
#include "engine/money.h"
#include "sim/distribution.h"

const struct param trader_params[] = {
    PARAM(struct trader_config, look_mean_ns, "look_mean", param_time, "1min", "30d",
          "4h", "mean time between two looks of a trader at its account"),
    PARAM(struct trader_config, alarm_ppm, "alarm", param_ppm, "0%", "1000%", "130%",
          "a trader responds when equity is below this multiple of maintenance margin"),
    PARAM(struct trader_config, comfort_ppm, "comfort", param_ppm, "100%", "2000%",
          "200%", "and restores equity to this multiple of maintenance margin"),
    PARAM(struct trader_config, withdraw_ppm, "withdraw_chance", param_ppm, "0%", "100%",
          "2%", "chance per look to withdraw half of what is free"),
    PARAM(struct trader_config, trade_ppm, "trade_chance", param_ppm, "0%", "100%", "10%",
          "chance per look to trade a part of the position"),
    PARAM(struct trader_config, trade_part_ppm, "trade_part", param_ppm, "0%", "100%",
          "10%", "largest part of the position so traded"),
    PARAM(struct trader_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "20%", "fee above the base fee"),
    PARAM(struct trader_config, fee_cap_wei, "fee_cap", param_gas_price, "0 gwei",
          "100000 gwei", "150 gwei", "most a trader pays per gas"),
    PARAM(struct trader_config, gas, "gas", param_integer, "1", "30000000", "200000",
          "gas of a trader's transaction"),
    {0},
};

static int64_t fee_wei(const struct trader_config *config,
                       const struct observation *seen) {
    return gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm, config->fee_cap_wei);
}

static void send(const struct trader_config *config, const struct observation *seen,
                 uint32_t kind, int64_t amount, struct reply *reply) {
    if (amount == 0) {
        return;
    }
    struct intent *intent = reply_add(reply, INTENT_SEND);
    if (intent == NULL) {
        return;
    }
    intent->transaction =
        (struct transaction){.kind = kind, .account = seen->account, .amount = amount};
    if (kind == TRANSACTION_AUCTION_STOP) {
        intent->transaction.amount = 0;
        intent->transaction.target = seen->account;
    }
    intent->fee_wei = fee_wei(config, seen);
    intent->gas = config->gas;
}

/* What the purse can spare: a deposit that leaves nothing for its gas is never included. */
static wide spare_uusd(const struct trader_config *config,
                       const struct observation *seen) {
    return seen->purse_uusd -
           gas_cost_uusd(config->gas, fee_wei(config, seen), seen->index_price_uusd);
}

/* The signed quantity that brings equity to comfort: maintenance falls with the size. */
static int64_t reduction_ubase(const struct trader_config *config,
                               const struct observation *seen) {
    const wide wanted =
        money_divide_ceil((wide)seen->maintenance_uusd * config->comfort_ppm, MONEY_ONE);
    if (seen->equity_uusd <= 0 || wanted <= 0) {
        return -seen->position_ubase;
    }
    /* kept / size = equity / wanted */
    const wide kept =
        money_divide_toward_zero((wide)seen->position_ubase * seen->equity_uusd, wanted);
    return money_narrow(kept) - seen->position_ubase;
}

static void respond(const struct trader_config *config, const struct trader *trader,
                    const struct observation *seen, struct reply *reply) {
    if (trader->response == HOLDER_TOP_UP) {
        const wide wanted = money_divide_ceil(
            (wide)seen->maintenance_uusd * config->comfort_ppm, MONEY_ONE);
        const wide lacking = wanted - seen->equity_uusd;
        const wide spare = spare_uusd(config, seen);
        const wide amount = lacking < spare ? lacking : spare;
        send(config, seen, TRANSACTION_DEPOSIT,
             amount > 0 && money_fits(amount) ? (int64_t)amount : 0, reply);
    } else if (trader->response == HOLDER_DELEVERAGE) {
        send(config, seen, TRANSACTION_TRADE, reduction_ubase(config, seen), reply);
    }
}

static void live(const struct trader_config *config, const struct observation *seen,
                 double choice, double part, struct reply *reply) {
    const double trade = (double)config->trade_ppm / 1e6;
    const double withdraw = (double)config->withdraw_ppm / 1e6;
    if (choice < trade) {
        const double most = (double)config->trade_part_ppm / 1e6;
        const double quantity = (double)seen->position_ubase * most * (2.0 * part - 1.0);
        send(config, seen, TRANSACTION_TRADE, money_from_double_floor(quantity), reply);
    } else if (choice < trade + withdraw) {
        send(config, seen, TRANSACTION_WITHDRAW, seen->withdrawable_uusd / 2, reply);
    }
}

/* Nothing but a deposit helps an account in an auction; one that has recovered ends it. */
static void live_in_auction(const struct trader_config *config,
                            const struct trader *trader, const struct observation *seen,
                            struct reply *reply) {
    if (seen->own_auction == AUCTION_OWN_OVER) {
        send(config, seen, TRANSACTION_AUCTION_STOP, 1, reply);
    } else if (trader->response == HOLDER_TOP_UP) {
        respond(config, trader, seen, reply);
    }
}

static void trader_wake(const void *config_, void *state, const struct observation *seen,
                        struct rng *rng, struct reply *reply) {
    const struct trader_config *config = config_;
    struct trader *trader = state;
    const double wait = distribution_exponential(rng, (double)config->look_mean_ns);
    const double choice = rng_uniform(rng);
    const double part = rng_uniform(rng);
    reply->wake_ns = seen->now_ns + 1 + money_from_double_floor(wait);
    if (seen->pending_count > 0) {
        return;
    }
    trader->rests = seen->position_ubase == 0;
    if (trader->rests) {
        reply->wake_ns = 0;
        return;
    }
    if (seen->own_auction != AUCTION_OWN_NONE) {
        live_in_auction(config, trader, seen, reply);
        return;
    }
    const wide alarm = (wide)seen->maintenance_uusd * config->alarm_ppm;
    if ((wide)seen->equity_uusd * MONEY_ONE < alarm) {
        respond(config, trader, seen, reply);
    } else {
        live(config, seen, choice, part, reply);
    }
}

const struct agent_kind agent_trader = {
    .name = "traders",
    .doc = "hold leveraged positions; top up, reduce or freeze when margin runs low",
    .params = trader_params,
    .state_size = sizeof(struct trader),
    .observes = OBSERVE_INDEX | OBSERVE_GAS | OBSERVE_ACCOUNT,
    .draws = true,
    .wake = trader_wake,
};
