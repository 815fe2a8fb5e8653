#include "agents/stuffer.h"

#include "agents/gas.h"
#include "engine/money.h"

const struct param stuffer_params[] = {
    PARAM(struct stuffer_config, on, "on", param_flag, NULL, NULL, "off",
          "whether somebody fills blocks while prices fall"),
    PARAM(struct stuffer_config, budget_uusd, "budget", param_money, "0 USD", "100B USD",
          "2M USD", "what it can spend on gas (assumption)"),
    PARAM(struct stuffer_config, fall_ppm, "fall", param_ppm, "0.1%", "99%", "4%",
          "fall of the outside price at which it begins (assumption)"),
    PARAM(struct stuffer_config, window_ns, "window", param_time, "1min", "1d", "30min",
          "the fall is looked for in this window and the one before it (assumption)"),
    PARAM(struct stuffer_config, hold_ns, "hold", param_time, "0s", "7d", "3h",
          "it goes on for so long after the last such fall (assumption)"),
    PARAM(struct stuffer_config, multiple_ppm, "fee_multiple", param_ppm, "100%",
          "10000%", "300%", "its fee over the base fee (assumption)"),
    PARAM(struct stuffer_config, fee_max_wei, "fee_max", param_gas_price, "0 gwei",
          "100000 gwei", "2000 gwei", "most it pays per gas (assumption)"),
    PARAM(struct stuffer_config, gas, "gas", param_integer, "21000", "30000000",
          "1000000", "gas of one of its transactions (assumption)"),
    PARAM(struct stuffer_config, per_block, "per_block", param_integer, "1", "16", "8",
          "its transactions that wait at any time (assumption)"),
    PARAM(struct stuffer_config, bids, "bids", param_flag, NULL, NULL, "off",
          "whether it bids nothing for lots that it keeps the others from"),
    PARAM(struct stuffer_config, bite_gas, "bite_gas", param_integer, "21000", "30000000",
          "350000", "gas of a bite that puts a lot up for sale (assumption)"),
    PARAM(struct stuffer_config, bid_gas, "bid_gas", param_integer, "21000", "30000000",
          "150000", "gas of such a bid, and of taking a lot (assumption)"),
    {0},
};

int64_t stuffer_purse_uusd(const struct stuffer_config *config, uint32_t index) {
    const bool last = index + 1 == STUFFER_ACCOUNTS;
    return config->budget_uusd / (INT64_C(1) << (last ? index : index + 1));
}

static int64_t gas_of(const struct stuffer_config *config,
                      const struct observation *seen) {
    return money_max(config->gas >> (2 * seen->index), 21000);
}

static int64_t fee_wei(const struct stuffer_config *config,
                       const struct observation *seen) {
    const wide fee =
        money_divide_ceil((wide)seen->base_fee_wei * config->multiple_ppm, MONEY_ONE);
    return fee > config->fee_max_wei ? config->fee_max_wei : money_narrow(fee);
}

/* The highest price of this window and of the one before it: at least one window back and
   at most two. */
static bool has_fallen(const struct stuffer_config *config, struct stuffer *own,
                       const struct observation *seen) {
    if (seen->now_ns >= own->window_ends_ns) {
        own->high_before_uusd = own->high_uusd;
        own->high_uusd = 0;
        own->window_ends_ns = seen->now_ns + config->window_ns;
    }
    own->high_uusd = money_max(own->high_uusd, seen->outside_price_uusd);
    const int64_t high = money_max(own->high_uusd, own->high_before_uusd);
    return (wide)seen->outside_price_uusd * MONEY_ONE <=
           (wide)high * (MONEY_ONE - config->fall_ppm);
}

/* What one transaction costs at a fee, in micro-USD; the wallet counts in ETH's price. */
static wide cost_uusd(const struct stuffer_config *config, const struct observation *seen,
                      int64_t fee) {
    return gas_cost_uusd(gas_of(config, seen), fee, seen->outside_price_uusd);
}

static void raise_stuck(const struct observation *seen, int64_t fee,
                        struct reply *reply) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        const struct observe_pending *pending = &seen->pending[i];
        if (pending->kind != TRANSACTION_STUFF ||
            pending->fee_wei >= seen->base_fee_wei ||
            !gas_replaces(fee, pending->fee_wei)) {
            continue;
        }
        struct intent *intent = reply_add(reply, INTENT_REPLACE);
        if (intent == NULL) {
            return;
        }
        intent->slot = pending->slot;
        intent->sequence = pending->sequence;
        intent->fee_wei = fee;
        intent->transaction =
            (struct transaction){.kind = TRANSACTION_STUFF, .account = seen->account};
    }
}

static bool waits(const struct observation *seen, uint32_t kind, uint32_t target) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        if (seen->pending[i].kind == kind && seen->pending[i].target == target) {
            return true;
        }
    }
    return false;
}

struct desk {
    const struct stuffer_config *config;
    const struct observation *seen;
    struct reply *reply;
    int64_t fee_wei;
    uint32_t waiting; /* in the mempool, what is sent now included */
};

static bool send(struct desk *desk, const struct transaction *transaction, int64_t gas) {
    struct intent *intent = reply_add(desk->reply, INTENT_SEND);
    if (intent == NULL) {
        return false;
    }
    intent->transaction = *transaction;
    intent->fee_wei = desk->fee_wei;
    intent->gas = gas;
    desk->waiting += 1;
    return true;
}

/* Half of what may wait is left for the stuffing. */
#define LOTS_MOST (OBSERVE_PENDING / 2)

/* Takes the lots it has won and bids nothing for those nobody has bid for. */
static void visit_lots(struct desk *desk) {
    const struct observation *seen = desk->seen;
    for (uint32_t i = 0; i < seen->lot_count && desk->waiting < LOTS_MOST; ++i) {
        const struct observe_lot *lot = &seen->lot[i];
        const bool own = lot->bidder == seen->account;
        const bool over =
            seen->now_ns >= lot->end_ns || (own && seen->now_ns >= lot->bid_until_ns);
        const uint32_t kind = own ? TRANSACTION_DEAL : TRANSACTION_LOT_BID;
        if (own != over || (!own && lot->bidder != 0) || waits(seen, kind, lot->id)) {
            continue;
        }
        const struct transaction transaction = {.kind = kind,
                                                .account = seen->account,
                                                .target = lot->id,
                                                .amount = own ? 0 : lot->lot_ubase};
        if (!send(desk, &transaction, desk->config->bid_gas)) {
            return;
        }
    }
}

/* What nobody puts up for sale nobody can have for nothing. */
static void bite(struct desk *desk) {
    const struct observation *seen = desk->seen;
    for (uint32_t i = 0; i < seen->target_count && desk->waiting < LOTS_MOST; ++i) {
        const struct transaction transaction = {.kind = TRANSACTION_BITE,
                                                .account = seen->account,
                                                .target = seen->target[i].account};
        if (!waits(seen, TRANSACTION_BITE, transaction.target) &&
            !send(desk, &transaction, desk->config->bite_gas)) {
            return;
        }
    }
}

static void stuff(struct desk *desk) {
    const struct observation *seen = desk->seen;
    const struct transaction nothing = {.kind = TRANSACTION_STUFF,
                                        .account = seen->account};
    const wide cost = cost_uusd(desk->config, seen, desk->fee_wei);
    wide left = seen->purse_uusd - cost * desk->waiting;
    uint32_t stuffing = 0;
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        stuffing += seen->pending[i].kind == TRANSACTION_STUFF;
    }
    for (; stuffing < desk->config->per_block && desk->waiting < OBSERVE_PENDING &&
           left >= cost;
         ++stuffing) {
        if (!send(desk, &nothing, gas_of(desk->config, seen))) {
            return;
        }
        left -= cost;
    }
}
static void stuffer_wake(const void *config_, void *state, const struct observation *seen,
                         struct rng *rng, struct reply *reply) {
    const struct stuffer_config *config = config_;
    struct stuffer *own = state;
    struct desk desk = {.config = config,
                        .seen = seen,
                        .reply = reply,
                        .fee_wei = fee_wei(config, seen),
                        .waiting = seen->pending_count};
    (void)rng;
    reply->wake_ns = seen->now_ns + config->slot_ns;
    if (has_fallen(config, own, seen)) {
        own->until_ns = seen->now_ns + config->hold_ns;
    }
    /* From the account whose queue is the quickest. */
    const bool bids = config->bids && seen->index + 1 == STUFFER_ACCOUNTS;
    if (bids) {
        visit_lots(&desk);
    }
    if (seen->now_ns > own->until_ns || desk.fee_wei < seen->base_fee_wei) {
        return;
    }
    if (bids) {
        bite(&desk);
    }
    raise_stuck(seen, desk.fee_wei, reply);
    stuff(&desk);
}

const struct agent_kind agent_stuffer = {
    .name = "stuffer",
    .doc = "fills blocks while prices fall, so that keepers stay out",
    .params = stuffer_params,
    .state_size = sizeof(struct stuffer),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_LOTS | OBSERVE_LIQUIDATABLE,
    .wake = stuffer_wake,
};
