#include "agents/bidder.h"

#include "agents/gas.h"
#include "engine/money.h"
#include "engine/numeric.h"
#include "sim/distribution.h"

const struct param bidder_params[] = {
    PARAM(struct bidder_config, count, "count", param_integer, "0", "1000", "0",
          "keepers that bid in English auctions"),
    PARAM(struct bidder_config, capital_uusd, "capital", param_money, "0 USD", "100B USD",
          "4M USD", "cash of all of them on the chain at the start (assumption)"),
    PARAM(struct bidder_config, purse_uusd, "purse", param_money, "0 USD", "1B USD",
          "50k USD", "cash of each outside the chain, for gas (assumption)"),
    PARAM(struct bidder_config, static_ppm, "static_share", param_ppm, "0%", "100%",
          "60%", "share of those whose fee was fixed at the start (assumption)"),
    PARAM(
        struct bidder_config, opener_ppm, "opener_share", param_ppm, "0%", "100%", "50%",
        "share of the others that open with nothing and raise when outbid (assumption)"),
    PARAM(
        struct bidder_config, discount_ppm, "discount", param_ppm, "0%", "100%", "5%",
        "mean discount on the outside price at which a lot is worth a bid (assumption)"),
    PARAM(struct bidder_config, fee_median_wei, "fee_median", param_gas_price, "0 gwei",
          "100000 gwei", "60 gwei", "median of the static ones' fee (assumption)"),
    PARAM(struct bidder_config, fee_sd, "fee_sd", param_real, "0", "5", "0.8",
          "standard deviation of the logarithm of that fee (assumption)"),
    PARAM(struct bidder_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "15%", "adaptive ones: fee above the base fee (assumption)"),
    PARAM(struct bidder_config, fee_max_wei, "fee_max", param_gas_price, "0 gwei",
          "100000 gwei", "1000 gwei", "adaptive ones: highest fee (assumption)"),
    PARAM(struct bidder_config, bite_gas, "bite_gas", param_integer, "1", "30000000",
          "350000", "gas of a bite (assumption)"),
    PARAM(struct bidder_config, bid_gas, "bid_gas", param_integer, "1", "30000000",
          "150000", "gas of a bid (assumption)"),
    PARAM(struct bidder_config, deal_gas, "deal_gas", param_integer, "1", "30000000",
          "120000", "gas of a deal (assumption)"),
    PARAM(struct bidder_config, transfer_gas, "transfer_gas", param_integer, "1",
          "30000000", "100000", "gas of a withdrawal (assumption)"),
    PARAM(struct bidder_config, latency_ns, "latency", param_time, "0s", "1h", "6s",
          "longest time from a block to a bidder's transaction"),
    PARAM(struct bidder_config, unwind_ns, "unwind_time", param_time, "0s", "7d", "30min",
          "time in which what was won is sold (assumption)"),
    PARAM(struct bidder_config, order_least_uusd, "order_least", param_money, "1 USD",
          "1B USD", "10k USD",
          "amounts up to it are sold and sent back whole (assumption)"),
    {0},
};

static void bidder_init(const void *config_, void *state, uint32_t index,
                        struct rng *rng) {
    const struct bidder_config *config = config_;
    struct bidder *own = state;
    const double median = numeric_log((double)config->fee_median_wei + 1.0);
    const double fee = distribution_lognormal(rng, median, config->fee_sd);
    const double latency = rng_uniform(rng);
    const double taste = rng_uniform(rng);
    /* The first ones are static, the last ones openers: shares are met exactly. */
    const int64_t fixed = config->static_ppm * config->count / MONEY_ONE;
    const int64_t openers = config->opener_ppm * (config->count - fixed) / MONEY_ONE;
    own->is_static = index < fixed;
    own->is_opener = (int64_t)index >= config->count - openers;
    own->fee_wei = money_from_double_floor(fee);
    own->latency_ns = money_from_double_floor(latency * (double)config->latency_ns);
    own->discount_ppm =
        money_from_double_floor((0.5 + taste) * (double)config->discount_ppm);
    own->discount_ppm = money_min(own->discount_ppm, MONEY_ONE);
}

/* All that one wake-up needs. */
struct desk {
    const struct bidder_config *config;
    struct bidder *own;
    const struct observation *seen;
    struct reply *reply;
    int64_t fee_wei;
    int64_t price_uusd; /* what a whole unit is worth to it */
    int64_t cash_uusd;  /* not yet bid with */
    uint32_t room;      /* for further transactions that wait */
};

static int64_t offered_wei(const struct bidder_config *config, const struct bidder *own,
                           const struct observation *seen) {
    if (own->is_static) {
        return own->fee_wei;
    }
    return gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm, config->fee_max_wei);
}

static wide gas_uusd(const struct desk *desk, int64_t gas) {
    return gas_cost_uusd(gas, desk->fee_wei, desk->seen->outside_price_uusd);
}

static struct intent *send(struct desk *desk, uint32_t kind, uint32_t target,
                           int64_t gas) {
    struct intent *intent = desk->room == 0 ? NULL : reply_add(desk->reply, INTENT_SEND);
    if (intent != NULL) {
        desk->room -= 1;
        intent->transaction = (struct transaction){
            .kind = kind, .account = desk->seen->account, .target = target};
        intent->fee_wei = desk->fee_wei;
        intent->gas = gas;
    }
    return intent;
}

static bool waits(const struct observation *seen, uint32_t kind, uint32_t target) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        if (seen->pending[i].kind == kind && seen->pending[i].target == target) {
            return true;
        }
    }
    return false;
}

/* Below the base fee for want of a higher one at the time; the transaction stays as it is. */
static void replace_stuck(struct desk *desk) {
    const struct observation *seen = desk->seen;
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        const struct observe_pending *pending = &seen->pending[i];
        if (pending->kind == TRANSACTION_DEPOSIT ||
            pending->fee_wei >= seen->base_fee_wei ||
            desk->fee_wei < seen->base_fee_wei ||
            !gas_replaces(desk->fee_wei, pending->fee_wei)) {
            continue;
        }
        struct intent *intent = reply_add(desk->reply, INTENT_REPLACE);
        if (intent == NULL) {
            return;
        }
        intent->slot = pending->slot;
        intent->sequence = pending->sequence;
        intent->fee_wei = desk->fee_wei;
        intent->transaction = (struct transaction){.kind = pending->kind,
                                                   .account = seen->account,
                                                   .target = pending->target,
                                                   .instrument = pending->instrument,
                                                   .amount = pending->amount,
                                                   .price_uusd = pending->price_uusd};
    }
}

struct offer {
    int64_t bid_uusd, wanted_ubase;
};

/* In the tend phase: its value of the lot, or the least that outbids where it opens low. */
static bool tend(const struct desk *desk, const struct observe_lot *lot,
                 struct offer *offer) {
    const wide value = money_value_floor(lot->lot_ubase, desk->price_uusd);
    const int64_t most = value < lot->tab_uusd ? money_narrow(value) : lot->tab_uusd;
    int64_t least = 0;
    if (lot->bidder != 0) {
        const int64_t raised = money_mul_div_ceil(
            lot->bid_uusd, MONEY_ONE + desk->config->raise_ppm, MONEY_ONE);
        least = money_min(money_max(raised, lot->bid_uusd + 1), lot->tab_uusd);
    }
    offer->bid_uusd = desk->own->is_opener ? least : most;
    offer->wanted_ubase = lot->lot_ubase;
    return most >= least;
}

/* In the dent phase: what the tab buys at its value, or the most that outbids. */
static bool dent(const struct desk *desk, const struct observe_lot *lot,
                 struct offer *offer) {
    if (desk->price_uusd == 0) {
        return false;
    }
    const wide least =
        money_divide_ceil((wide)lot->tab_uusd * MONEY_ONE, desk->price_uusd);
    const int64_t most = money_mul_div_floor(lot->lot_ubase, MONEY_ONE,
                                             MONEY_ONE + desk->config->raise_ppm);
    if (least < 1 || least > most) {
        return false;
    }
    offer->bid_uusd = lot->tab_uusd;
    offer->wanted_ubase = desk->own->is_opener ? most : money_narrow(least);
    return true;
}

static bool decide(const struct desk *desk, const struct observe_lot *lot,
                   struct offer *offer) {
    const bool denting = lot->bidder != 0 && lot->bid_uusd == lot->tab_uusd;
    if (!(denting ? dent(desk, lot, offer) : tend(desk, lot, offer))) {
        return false;
    }
    /* Against the outside price: the discount is what unwinding may cost. */
    const wide worth =
        money_value_floor(offer->wanted_ubase, desk->seen->outside_price_uusd);
    const wide gas =
        gas_uusd(desk, desk->config->bid_gas) + gas_uusd(desk, desk->config->deal_gas);
    return offer->bid_uusd <= desk->cash_uusd && worth - offer->bid_uusd > gas;
}

static bool is_over(const struct observe_lot *lot, int64_t now_ns) {
    return now_ns >= lot->end_ns || (lot->bidder != 0 && now_ns >= lot->bid_until_ns);
}

/* Hands over what it has won, starts anew what nobody has bid for, bids for the rest. */
static void visit_lot(struct desk *desk, const struct observe_lot *lot) {
    const struct observation *seen = desk->seen;
    if (is_over(lot, seen->now_ns)) {
        if ((lot->bidder == 0 || lot->bidder == seen->account) &&
            !waits(seen, TRANSACTION_DEAL, lot->id)) {
            send(desk, TRANSACTION_DEAL, lot->id, desk->config->deal_gas);
        }
        return;
    }
    struct offer offer;
    if (lot->bidder == seen->account || waits(seen, TRANSACTION_LOT_BID, lot->id) ||
        !decide(desk, lot, &offer)) {
        return;
    }
    struct intent *intent =
        send(desk, TRANSACTION_LOT_BID, lot->id, desk->config->bid_gas);
    if (intent != NULL) {
        intent->transaction.amount = offer.wanted_ubase;
        intent->transaction.price_uusd = offer.bid_uusd;
        desk->cash_uusd -= offer.bid_uusd;
    }
}

/* Nobody bites for the sake of it: only who could bid does. */
static void bite(struct desk *desk, uint32_t first) {
    const struct observation *seen = desk->seen;
    for (uint32_t i = 0; i < seen->target_count && desk->cash_uusd > 0; ++i) {
        const struct observe_target *target =
            &seen->target[(first + i) % seen->target_count];
        if (target->pending_fee_wei >= seen->base_fee_wei ||
            waits(seen, TRANSACTION_BITE, target->account)) {
            continue;
        }
        if (send(desk, TRANSACTION_BITE, target->account, desk->config->bite_gas) ==
            NULL) {
            return;
        }
    }
}

/* What was won leaves the chain, is sold little by little, and comes back as cash. */
static void unwind(struct desk *desk) {
    const struct observation *seen = desk->seen;
    const struct bidder_config *config = desk->config;
    struct bidder *own = desk->own;
    if (seen->units_ubase > 0 && !waits(seen, TRANSACTION_WITHDRAW, 0)) {
        struct intent *intent = send(desk, TRANSACTION_WITHDRAW, 0, config->transfer_gas);
        if (intent != NULL) {
            intent->transaction.instrument = ASSET_UNDERLYING;
            intent->transaction.amount = seen->units_ubase;
        }
    }
    if (seen->stock_ubase > 0) {
        const int64_t since_ns =
            money_min(seen->now_ns - own->sold_ns, config->unwind_ns);
        const wide least = money_divide_ceil((wide)config->order_least_uusd * MONEY_ONE,
                                             seen->outside_price_uusd);
        wide part = config->unwind_ns == 0
                        ? seen->stock_ubase
                        : (wide)seen->stock_ubase * since_ns / config->unwind_ns;
        part = part < least ? least : part;
        struct intent *intent = reply_add(desk->reply, INTENT_SELL);
        if (intent != NULL) {
            intent->amount =
                part < seen->stock_ubase ? money_narrow(part) : seen->stock_ubase;
        }
    }
    own->sold_ns = seen->now_ns;
    const int64_t spare = seen->purse_uusd - config->purse_uusd;
    if (spare >= config->order_least_uusd) {
        struct intent *intent = reply_add(desk->reply, INTENT_BRIDGE);
        if (intent != NULL) {
            intent->transaction.account = seen->account;
            intent->amount = spare;
        }
    }
}

static void bidder_wake(const void *config_, void *state, const struct observation *seen,
                        struct rng *rng, struct reply *reply) {
    const struct bidder_config *config = config_;
    struct desk desk = {.config = config,
                        .own = state,
                        .seen = seen,
                        .reply = reply,
                        .cash_uusd = seen->cash_uusd,
                        .room = OBSERVE_PENDING - seen->pending_count};
    const uint32_t first_lot =
        seen->lot_count == 0 ? 0 : (uint32_t)rng_below(rng, seen->lot_count);
    const uint32_t first_target =
        seen->target_count == 0 ? 0 : (uint32_t)rng_below(rng, seen->target_count);
    desk.fee_wei = offered_wei(config, desk.own, seen);
    desk.price_uusd = money_mul_div_floor(seen->outside_price_uusd,
                                          MONEY_ONE - desk.own->discount_ppm, MONEY_ONE);
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        desk.cash_uusd -= seen->pending[i].kind == TRANSACTION_LOT_BID
                              ? seen->pending[i].price_uusd
                              : 0;
    }
    unwind(&desk);
    if (!desk.own->is_static) {
        replace_stuck(&desk);
        if (desk.fee_wei < seen->base_fee_wei) {
            return;
        }
    }
    for (uint32_t i = 0; i < seen->lot_count && desk.room > 0; ++i) {
        visit_lot(&desk, &seen->lot[(first_lot + i) % seen->lot_count]);
    }
    bite(&desk, first_target);
}

const struct agent_kind agent_bidder = {
    .name = "bidders",
    .doc = "bite vaults, bid for their collateral at English auctions, and sell it",
    .params = bidder_params,
    .state_size = sizeof(struct bidder),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_LIQUIDATABLE | OBSERVE_LOTS |
                OBSERVE_HOLDINGS,
    .init = bidder_init,
    .draws = true,
    .wake = bidder_wake,
};
