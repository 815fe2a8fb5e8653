#include "agents/keeper_bid.h"

#include "agents/gas.h"
#include "engine/money.h"
#include "engine/numeric.h"

#define DAY_NS    86400e9
#define YEAR_DAYS 365.0

/* What a lot has to be worth more than its price, per unit of notional: all of it but the
   impact is the same for every lot of one look. */
struct costs {
    double rate;      /* of notional, without impact */
    double impact;    /* of notional, times the square root of the inventory */
    double inventory; /* of all bidders */
    double least;     /* of notional, for the smallest lot */
};

static struct costs costs_now(const struct keeper_config *config,
                              const struct observation *seen) {
    const double days = (double)config->unwind_ns / DAY_NS;
    const double sigma = seen->daily_volatility;
    const double venue = (double)config->venue_cost_ppm / 1e6;
    const double risk = config->risk_aversion * sigma * numeric_sqrt(days);
    const double capital = (double)config->initial_ppm / 1e6 *
                           ((double)config->capital_charge_ppm / 1e6) * days / YEAR_DAYS;
    struct costs costs = {.rate = venue + risk + capital,
                          .impact = 2.0 / 3.0 * config->impact_prefactor * sigma /
                                    numeric_sqrt((double)config->volume_uusd),
                          .inventory = (double)seen->inventory_uusd};
    costs.least = costs.rate + costs.impact * numeric_sqrt(costs.inventory);
    return costs;
}

static int64_t required(const struct costs *costs, int64_t notional_uusd) {
    const double notional = (double)notional_uusd;
    const double impact = costs->impact * numeric_sqrt(costs->inventory + notional);
    return money_from_double_ceil((costs->rate + impact) * notional);
}

int64_t keeper_required_uusd(const struct keeper_config *config,
                             const struct observation *seen, int64_t notional_uusd) {
    const struct costs costs = costs_now(config, seen);
    return required(&costs, notional_uusd);
}

static int64_t gas_uusd(const struct keeper_config *config,
                        const struct observation *seen, int64_t fee_wei) {
    return money_narrow(gas_cost_uusd(config->gas, fee_wei, seen->outside_price_uusd));
}

static int64_t part_of(int64_t amount, int64_t part, int64_t whole) {
    return money_mul_div_floor(amount, part, whole);
}

/* The own waiting transaction of a kind about a target, or NULL. */
static const struct observe_pending *waiting(const struct observation *seen,
                                             uint32_t kind, uint32_t target) {
    for (uint32_t i = 0; i < seen->pending_count; ++i) {
        if (seen->pending[i].kind == kind && seen->pending[i].target == target) {
            return &seen->pending[i];
        }
    }
    return NULL;
}

/* Sends a transaction, or gives a waiting one that the base fee has left behind a better
   fee; a static keeper waits. */
static bool send(const struct keeper_config *config, const struct keeper *keeper,
                 const struct observation *seen, const struct transaction *transaction,
                 int64_t fee_wei, struct reply *reply) {
    const struct observe_pending *old =
        waiting(seen, transaction->kind, transaction->target);
    if (old != NULL && (keeper->is_static || old->fee_wei >= seen->base_fee_wei ||
                        !gas_replaces(fee_wei, old->fee_wei))) {
        return false;
    }
    if (old == NULL && seen->pending_count + reply->count >= OBSERVE_PENDING) {
        return false;
    }
    struct observe_pending replaced = {0};
    if (old != NULL) {
        replaced = *old;
    }
    struct intent *intent = reply_add(reply, old == NULL ? INTENT_SEND : INTENT_REPLACE);
    if (intent == NULL) {
        return false;
    }
    intent->transaction = *transaction;
    intent->fee_wei = fee_wei;
    intent->gas = config->gas;
    intent->slot = replaced.slot;
    intent->sequence = replaced.sequence;
    return true;
}

/* The fee for what leaves so much when gas is paid; -1: it does not pay. */
static int64_t fee_for(const struct keeper_config *config, const struct keeper *keeper,
                       const struct observation *seen, int64_t surplus_uusd) {
    if (surplus_uusd <= 0) {
        return -1;
    }
    const int64_t worth =
        keeper_worth_wei(config, surplus_uusd, seen->outside_price_uusd);
    const int64_t fee = keeper_offer_wei(config, keeper, seen, worth);
    return fee > worth || (!keeper->is_static && fee < seen->base_fee_wei) ? -1 : fee;
}

/* Sells what it holds in equal parts until it wants to be flat. */
static void unwind(const struct keeper_config *config, struct keeper *keeper,
                   const struct observation *seen, struct reply *reply) {
    const int64_t held = seen->position_ubase;
    const int64_t interval_ns = config->unwind_ns / KEEPER_UNWIND_PARTS;
    if (money_magnitude(held) > money_magnitude(keeper->held_ubase)) {
        keeper->unwind_by_ns = seen->now_ns + config->unwind_ns;
        keeper->slice_ns =
            keeper->slice_ns == 0 ? seen->now_ns - interval_ns : keeper->slice_ns;
    }
    keeper->held_ubase = held;
    if (held == 0) {
        keeper->slice_ns = 0;
        return;
    }
    if (seen->own_auction != AUCTION_OWN_NONE ||
        seen->now_ns - keeper->slice_ns < interval_ns) {
        return;
    }
    const int64_t left_ns = keeper->unwind_by_ns - seen->now_ns;
    const int64_t parts =
        left_ns <= 0
            ? 1
            : money_narrow(money_divide_ceil(left_ns, money_max(interval_ns, 1)));
    const struct transaction sale = {
        .kind = TRANSACTION_TRADE,
        .account = seen->account,
        .amount = money_narrow(money_divide_toward_zero(-(wide)held, parts))};
    /* What is at risk is worth any fee it may pay. */
    const int64_t fee = keeper_offer_wei(config, keeper, seen, INT64_MAX);
    if (sale.amount != 0 && send(config, keeper, seen, &sale, fee, reply)) {
        keeper->slice_ns = seen->now_ns;
    }
}

/* The notional its margin account still carries. */
static int64_t capacity_uusd(const struct keeper_config *config,
                             const struct observation *seen) {
    const int64_t free_uusd = money_max(seen->equity_uusd - seen->initial_uusd, 0);
    const wide most =
        money_divide_floor((wide)free_uusd * MONEY_ONE, config->initial_ppm);
    return most > MONEY_SIZE_MAX ? MONEY_SIZE_MAX : (int64_t)most;
}

struct bidder {
    const struct keeper_config *config;
    const struct keeper *keeper;
    const struct observation *seen;
    struct costs costs;
    int64_t capacity_uusd; /* notional its margin account still carries */
};

/* Whether no part of a lot can be worth what it costs: most looks end here. */
static bool hopeless(const struct bidder *bidder, const struct observe_target *target,
                     int64_t surplus_uusd) {
    const double notional =
        (double)target->notional_uusd * ((double)target->share_ppm / 1e6);
    return (double)surplus_uusd < bidder->costs.least * notional;
}

/* Bids for as much as it can carry if that pays; returns the notional it bids for. */
static int64_t bid(const struct bidder *bidder, const struct observe_target *target,
                   struct reply *reply) {
    const struct keeper_config *config = bidder->config;
    const struct observation *seen = bidder->seen;
    const int64_t capacity = bidder->capacity_uusd;
    if (hopeless(bidder, target, target->fair_uusd - target->cost_uusd)) {
        return 0;
    }
    const wide wanted =
        target->notional_uusd == 0
            ? 0
            : money_divide_floor((wide)capacity * MONEY_ONE, target->notional_uusd);
    const int64_t share =
        wanted < target->share_ppm ? money_narrow(wanted) : target->share_ppm;
    if (share <= 0) {
        return 0;
    }
    /* The auction itself takes no more than it has to sell when the bid arrives. */
    const int64_t most = wanted < MONEY_ONE ? money_narrow(wanted) : MONEY_ONE;
    const int64_t notional = part_of(target->notional_uusd, share, MONEY_ONE);
    const int64_t fair = part_of(target->fair_uusd, share, target->share_ppm);
    const int64_t cost = part_of(target->cost_uusd, share, target->share_ppm);
    const int64_t asked = required(&bidder->costs, notional);
    const int64_t fee = fee_for(config, bidder->keeper, seen, fair - cost - asked);
    if (fee < 0) {
        return 0;
    }
    const int64_t limit = fair - asked - gas_uusd(config, seen, fee);
    const struct transaction offer = {.kind = TRANSACTION_BID,
                                      .account = seen->account,
                                      .target = target->account,
                                      .amount = most,
                                      .price_uusd = limit == 0 ? -1 : limit};
    return send(config, bidder->keeper, seen, &offer, fee, reply) ? notional : 0;
}

/* Begins an auction whose largest discount would pay for the lot. */
static void begin(const struct bidder *bidder, const struct observe_target *target,
                  struct reply *reply) {
    const struct observation *seen = bidder->seen;
    const int64_t largest =
        target->fair_uusd > 0
            ? target->fair_uusd
            : money_max(target->maintenance_uusd, bidder->config->auction_least_uusd);
    if (hopeless(bidder, target, largest)) {
        return;
    }
    const int64_t notional = part_of(target->notional_uusd, target->share_ppm, MONEY_ONE);
    const int64_t asked = required(&bidder->costs, notional);
    const int64_t fee = fee_for(bidder->config, bidder->keeper, seen, largest - asked);
    const struct transaction start = {.kind = TRANSACTION_AUCTION_START,
                                      .account = seen->account,
                                      .target = target->account};
    if (fee >= 0) {
        send(bidder->config, bidder->keeper, seen, &start, fee, reply);
    }
}

/* Whether there is nothing to bid for: the pool, or a debt without a position. */
static bool is_closed_out(const struct observe_target *target) {
    return target->auction_start_ns == 0 && (!target->due || target->notional_uusd == 0);
}

static void close_out(const struct bidder *bidder, const struct observe_target *target,
                      struct reply *reply) {
    const struct observation *seen = bidder->seen;
    const int64_t fee =
        fee_for(bidder->config, bidder->keeper, seen, bidder->config->keeper_least_uusd);
    const struct transaction liquidation = {.kind = TRANSACTION_LIQUIDATE,
                                            .account = seen->account,
                                            .target = target->account,
                                            .instrument = target->instrument};
    if (fee >= 0) {
        send(bidder->config, bidder->keeper, seen, &liquidation, fee, reply);
    }
}

static void stop_own(const struct keeper_config *config, const struct keeper *keeper,
                     const struct observation *seen, struct reply *reply) {
    const struct transaction stop = {.kind = TRANSACTION_AUCTION_STOP,
                                     .account = seen->account,
                                     .target = seen->account};
    send(config, keeper, seen, &stop, keeper_offer_wei(config, keeper, seen, INT64_MAX),
         reply);
}

void keeper_bid(const struct keeper_config *config, struct keeper *keeper,
                const struct observation *seen, struct rng *rng, struct reply *reply) {
    unwind(config, keeper, seen, reply);
    if (seen->own_auction == AUCTION_OWN_OVER) {
        stop_own(config, keeper, seen, reply);
    }
    if (seen->own_auction != AUCTION_OWN_NONE || seen->target_count == 0) {
        return;
    }
    const uint32_t first = (uint32_t)rng_below(rng, seen->target_count);
    struct bidder bidder = {.config = config,
                            .keeper = keeper,
                            .seen = seen,
                            .costs = costs_now(config, seen),
                            .capacity_uusd = capacity_uusd(config, seen)};
    for (uint32_t i = 0; i < seen->target_count; ++i) {
        const struct observe_target *target =
            &seen->target[(first + i) % seen->target_count];
        if (target->pending_fee_wei >= seen->base_fee_wei ||
            target->account == seen->account) {
            continue;
        }
        if (is_closed_out(target)) {
            close_out(&bidder, target, reply);
        } else if (target->due) {
            begin(&bidder, target, reply);
        } else if (target->share_ppm > 0) {
            bidder.capacity_uusd -= bid(&bidder, target, reply);
        }
    }
}
