#include "agents/keeper.h"

#include "agents/gas.h"
#include "agents/keeper_bid.h"
#include "engine/money.h"
#include "engine/numeric.h"
#include "sim/distribution.h"

const struct param keeper_params[] = {
    PARAM(struct keeper_config, count, "count", param_integer, "0", "1000", "8",
          "liquidation keepers"),
    PARAM(struct keeper_config, capital_uusd, "capital", param_money, "0 USD", "100B USD",
          "2M USD", "capital of all keepers together"),
    PARAM(struct keeper_config, static_ppm, "static_share", param_ppm, "0%", "100%",
          "60%", "share of keepers whose fee was fixed at the start"),
    PARAM(struct keeper_config, fee_median_wei, "fee_median", param_gas_price, "0 gwei",
          "100000 gwei", "60 gwei", "median of the static keepers' fee"),
    PARAM(struct keeper_config, fee_sd, "fee_sd", param_real, "0", "5", "0.8",
          "standard deviation of the logarithm of that fee"),
    PARAM(struct keeper_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "15%", "adaptive keepers: fee above the base fee"),
    PARAM(struct keeper_config, fee_max_wei, "fee_max", param_gas_price, "0 gwei",
          "100000 gwei", "1000 gwei", "adaptive keepers: highest fee"),
    PARAM(struct keeper_config, gas, "gas", param_integer, "1", "30000000", "500000",
          "gas of a liquidation"),
    PARAM(struct keeper_config, latency_ns, "latency", param_time, "0s", "1h", "6s",
          "longest time from a block to a keeper's transaction"),
    PARAM(struct keeper_config, unpaid, "unpaid", param_flag, NULL, NULL, "off",
          "keepers come whatever the reward; for what liquidation costs do (assumption)"),
    PARAM(struct keeper_config, on_chain_ppm, "on_chain", param_ppm, "0%", "100%", "95%",
          "auctions: part of the capital in a margin account at the start (assumption)"),
    PARAM(struct keeper_config, look_ns, "look", param_time, "0s", "1h", "1min",
          "auctions: time between two looks at what is for sale, at least a slot "
          "(assumption)"),
    PARAM(struct keeper_config, unwind_ns, "unwind_time", param_time, "1min", "7d",
          "30min", "auctions: time in which a bought portfolio is sold (assumption)"),
    PARAM(struct keeper_config, risk_aversion, "risk_aversion", param_real, "0", "100",
          "0.5",
          "auctions: price of one standard deviation of a portfolio over that time "
          "(assumption)"),
    PARAM(struct keeper_config, capital_charge_ppm, "capital_charge", param_ppm, "0%",
          "1000%", "20%",
          "auctions: yearly charge on the margin a portfolio binds (assumption)"),
    {0},
};

static void keeper_init(const void *config_, void *state, uint32_t index,
                        struct rng *rng) {
    const struct keeper_config *config = config_;
    struct keeper *keeper = state;
    const double median = numeric_log((double)config->fee_median_wei + 1.0);
    const double fee = distribution_lognormal(rng, median, config->fee_sd);
    const double latency = rng_uniform(rng);
    /* The first ones are static: the share is met exactly and does not depend on luck. */
    keeper->is_static =
        (wide)(index + 1) * MONEY_ONE <= (wide)config->static_ppm * config->count;
    keeper->fee_wei = money_from_double_floor(fee);
    keeper->latency_ns = money_from_double_floor(latency * (double)config->latency_ns);
}

/* What the next liquidation of a target should earn. */
static int64_t reward_uusd(const struct keeper_config *config,
                           const struct observe_target *target) {
    const wide part =
        money_divide_floor((wide)target->notional_uusd * config->share_ppm, MONEY_ONE);
    const wide closed =
        part < config->max_notional_uusd ? part : config->max_notional_uusd;
    const wide penalty =
        target->equity_uusd <= 0
            ? 0
            : money_divide_floor(closed * config->penalty_ppm, MONEY_ONE);
    const wide reward = money_divide_floor(penalty * config->keeper_share_ppm, MONEY_ONE);
    return money_max(money_narrow(reward), config->keeper_least_uusd);
}

int64_t keeper_worth_wei(const struct keeper_config *config, int64_t reward,
                         int64_t price_uusd) {
    if (config->unpaid) {
        return INT64_MAX;
    }
    const wide wei_per_eth = MONEY_INDEX_ONE;
    const wide gas_cost = (wide)config->gas * price_uusd;
    const wide worth = money_divide_floor((wide)reward * wei_per_eth, gas_cost);
    return worth > INT64_MAX ? INT64_MAX : (int64_t)worth;
}

int64_t keeper_offer_wei(const struct keeper_config *config, const struct keeper *keeper,
                         const struct observation *seen, int64_t worth) {
    if (keeper->is_static) {
        return keeper->fee_wei;
    }
    return gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm,
                       money_min(worth, config->fee_max_wei));
}

/* An adaptive keeper raises what the base fee has left behind. */
static void replace_stuck(const struct keeper_config *config, const struct keeper *keeper,
                          const struct observation *seen, struct reply *reply) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        const struct observe_pending *pending = &seen->pending[i];
        if (pending->fee_wei >= seen->base_fee_wei ||
            pending->kind != TRANSACTION_LIQUIDATE) {
            continue;
        }
        const int64_t worth =
            keeper_worth_wei(config, config->keeper_least_uusd, seen->outside_price_uusd);
        const int64_t fee = keeper_offer_wei(config, keeper, seen, worth);
        if (!gas_replaces(fee, pending->fee_wei) || fee < seen->base_fee_wei) {
            continue;
        }
        struct intent *intent = reply_add(reply, INTENT_REPLACE);
        if (intent == NULL) {
            return;
        }
        intent->slot = pending->slot;
        intent->sequence = pending->sequence;
        intent->fee_wei = fee;
        intent->transaction = (struct transaction){.kind = TRANSACTION_LIQUIDATE,
                                                   .account = seen->account,
                                                   .target = pending->target};
    }
}

static bool after_already(const struct observation *seen, uint32_t target) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        if (seen->pending[i].target == target) {
            return true;
        }
    }
    return false;
}

static void keeper_wake(const void *config_, void *state, const struct observation *seen,
                        struct rng *rng, struct reply *reply) {
    const struct keeper_config *config = config_;
    const struct keeper *keeper = state;
    if (config->auctions) {
        keeper_bid(config, state, seen, rng, reply);
        return;
    }
    if (!keeper->is_static) {
        replace_stuck(config, keeper, seen, reply);
    }
    if (seen->target_count == 0) {
        return;
    }
    const uint32_t first = (uint32_t)rng_below(rng, seen->target_count);
    const uint32_t room = OBSERVE_PENDING - seen->pending_count;
    uint32_t sent = 0;
    for (uint32_t i = 0; i < seen->target_count && sent < room; ++i) {
        const struct observe_target *target =
            &seen->target[(first + i) % seen->target_count];
        if (target->pending_fee_wei >= seen->base_fee_wei ||
            after_already(seen, target->account)) {
            continue;
        }
        const int64_t worth = keeper_worth_wei(config, reward_uusd(config, target),
                                               seen->outside_price_uusd);
        const int64_t fee = keeper_offer_wei(config, keeper, seen, worth);
        if (fee > worth || (!keeper->is_static && fee < seen->base_fee_wei)) {
            continue;
        }
        struct intent *intent = reply_add(reply, INTENT_SEND);
        if (intent == NULL) {
            return;
        }
        sent += 1;
        intent->transaction = (struct transaction){.kind = TRANSACTION_LIQUIDATE,
                                                   .account = seen->account,
                                                   .target = target->account,
                                                   .instrument = target->instrument};
        intent->fee_wei = fee;
        intent->gas = config->gas;
    }
}

const struct agent_kind agent_keeper = {
    .name = "keepers",
    .doc = "liquidate what is below maintenance when the reward pays for the gas",
    .params = keeper_params,
    .state_size = sizeof(struct keeper),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_LIQUIDATABLE | OBSERVE_AUCTIONS,
    .init = keeper_init,
    .draws = true,
    .wake = keeper_wake,
};
