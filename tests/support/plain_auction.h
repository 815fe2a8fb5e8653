/* plain_auction.h -- the portfolio auction of plain_model.h, and the switch over all kinds.

   Written from portfolio_auction.h and rules.h.  A bid is done on a copy, whose margin is
   looked at, before it is done for good.

   Units    as engine.h; shares in 1e-18.
   Memory   a bid copies the model.
   Threads  one model per thread. */
#ifndef TESTS_SUPPORT_PLAIN_AUCTION_H
#define TESTS_SUPPORT_PLAIN_AUCTION_H

#include "tests/support/plain_shares.h"

struct plain_standing {
    whole equity, maintenance, target;
};

static inline struct plain_standing plain_standing(const struct plain *plain,
                                                   uint32_t a) {
    const whole m = plain_margin(plain, a, false);
    const whole e = plain_backing(plain, a);
    const whole buffer = plain_ceil(m * plain->terms->auction.buffer_ppm, PLAIN_E6);
    return (struct plain_standing){
        .equity = e, .maintenance = m, .target = e - m - buffer};
}

/* plain_auction_over: no position, or the target of the phase is reached. */
static inline bool plain_auction_over(const struct plain *plain, uint32_t a) {
    const struct plain_standing w = plain_standing(plain, a);
    return !plain_has_position(plain, a) ||
           (plain->auction[a].phase == PLAIN_INSOLVENT ? w.equity >= w.maintenance
                                                       : w.target >= 0);
}

static inline enum engine_status plain_parties(const struct plain *plain,
                                               const struct transaction *t) {
    if (plain->terms->close_out.mechanism != LIQUIDATION_PORTFOLIO_AUCTION) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (t->account < ACCOUNT_FIRST_USER || t->account >= plain->accounts ||
        t->target < ACCOUNT_FIRST_USER || t->target >= plain->accounts) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    return ENGINE_OK;
}

/* plain_at is the share of the equity that a bid pays at a time, rounded up. */
static inline whole plain_at(const struct portfolio_auction_terms *terms, whole elapsed) {
    const whole start = terms->start_ppm * (PLAIN_E18 / PLAIN_E6);
    const whole cutoff = terms->cutoff_ppm * (PLAIN_E18 / PLAIN_E6);
    if (elapsed < terms->fast_ns) {
        return plain_ceil(start * terms->fast_ns - (start - cutoff) * elapsed,
                          terms->fast_ns);
    }
    const whole left = terms->fast_ns + terms->slow_ns - elapsed;
    return left <= 0 ? 0 : plain_ceil(cutoff * left, terms->slow_ns);
}

/* plain_most_share is the most one bid may buy of a solvent account, rounded up. */
static inline whole plain_most_share(const struct plain *plain, uint32_t a, whole d) {
    const struct plain_standing w = plain_standing(plain, a);
    if (w.equity <= plain->terms->auction.whole_uusd) {
        return PLAIN_E18;
    }
    const whole paid = plain_floor(w.equity * d, PLAIN_E18);
    const whole kept =
        plain_floor(plain->auction[a].reserved * (PLAIN_E18 - d), PLAIN_E18);
    return plain_ceil(w.target * -PLAIN_E18, paid + kept - w.target);
}

static inline void plain_go_insolvent(struct plain *plain, uint32_t a) {
    const struct plain_standing w = plain_standing(plain, a);
    plain->auction[a] =
        (struct plain_auction){.phase = PLAIN_INSOLVENT,
                               .start = plain->now,
                               .need = plain_most(w.maintenance - w.equity, 0)};
}

static inline enum engine_status plain_auction_start(struct plain *plain,
                                                     const struct transaction *t,
                                                     struct receipt *receipt) {
    const uint32_t a = t->target;
    const enum engine_status status = plain_parties(plain, t);
    if (status != ENGINE_OK) {
        return status;
    }
    struct plain_standing w = plain_standing(plain, a);
    const bool spent = w.equity <= plain->auction[a].reserved;
    if (plain->auction[a].phase == PLAIN_INSOLVENT ||
        (plain->auction[a].phase == PLAIN_SOLVENT &&
         (!spent || plain_auction_over(plain, a)))) {
        return ENGINE_IN_AUCTION;
    }
    if (plain->auction[a].phase == PLAIN_NO_AUCTION && !plain_liquidatable(plain, a)) {
        return ENGINE_HEALTHY;
    }
    if (plain->auction[a].phase == PLAIN_NO_AUCTION && !plain_has_position(plain, a)) {
        return ENGINE_NO_POSITION;
    }
    if (!plain_fits(w.equity) || !plain_fits(w.maintenance) ||
        !plain_units_fit(plain, a)) {
        return ENGINE_OVERFLOW;
    }
    if (plain->auction[a].phase == PLAIN_SOLVENT) {
        plain_go_insolvent(plain, a);
        return ENGINE_OK;
    }
    if (plain_free_units(plain, a) > 0) {
        plain_sell_units(plain, a, plain_free_units(plain, a), receipt);
    }
    w = plain_standing(plain, a);
    if (w.equity <= 0) {
        plain_go_insolvent(plain, a);
        return ENGINE_OK;
    }
    plain->auction[a] =
        (struct plain_auction){.phase = PLAIN_SOLVENT, .start = plain->now};
    if (plain_auction_over(plain, a)) {
        plain->auction[a] = (struct plain_auction){0};
        return ENGINE_OK;
    }
    const whole sold =
        plain_ceil(w.equity * plain_most_share(plain, a, PLAIN_E18), PLAIN_E18);
    const whole fee =
        plain_least(w.equity, plain_ceil(sold * plain->terms->auction.fee_ppm, PLAIN_E6));
    plain_move(plain, a, ACCOUNT_FUND, fee);
    receipt->penalty_uusd = (int64_t)fee;
    return ENGINE_OK;
}

static inline enum engine_status plain_auction_stop(struct plain *plain,
                                                    const struct transaction *t) {
    const enum engine_status status = plain_parties(plain, t);
    if (status != ENGINE_OK) {
        return status;
    }
    if (plain->auction[t->target].phase == PLAIN_NO_AUCTION) {
        return ENGINE_NOT_IN_AUCTION;
    }
    if (!plain_auction_over(plain, t->target)) {
        return ENGINE_NOT_RECOVERED;
    }
    plain->auction[t->target] = (struct plain_auction){0};
    return ENGINE_OK;
}

/* plain_part_of is the signed quantity that is a share of a position, rounded up. */
static inline whole plain_part_of(whole size, whole share) {
    const whole part = plain_ceil(plain_abs(size) * share, PLAIN_E18);
    return size < 0 ? -part : part;
}

struct plain_lot {
    whole share, fair, paid;
    bool most;
};

static inline enum engine_status plain_appraise(const struct plain *plain,
                                                const struct transaction *t,
                                                struct plain_lot *lot) {
    const struct portfolio_auction_terms *terms = &plain->terms->auction;
    const struct plain_auction *auction = &plain->auction[t->target];
    const struct plain_standing w = plain_standing(plain, t->target);
    const whole elapsed = plain->now - auction->start, d = plain_at(terms, elapsed);
    if (!plain_has_position(plain, t->target)) {
        return ENGINE_NO_POSITION;
    }
    if (plain_auction_over(plain, t->target)) {
        return ENGINE_HEALTHY;
    }
    const bool solvent = auction->phase == PLAIN_SOLVENT;
    if (solvent && w.equity <= auction->reserved) {
        return ENGINE_AUCTION_INSOLVENT;
    }
    if (!plain_fits(w.equity) || !plain_fits(w.maintenance)) {
        return ENGINE_OVERFLOW;
    }
    const whole most = solvent ? plain_most_share(plain, t->target, d) : PLAIN_E18;
    const whole wanted = t->amount * (PLAIN_E18 / PLAIN_E6);
    lot->share = plain_least(wanted, most);
    lot->most = solvent && wanted >= most;
    const whole worth = w.equity - auction->reserved;
    lot->fair = plain_floor(worth * lot->share, PLAIN_E18);
    if (solvent) {
        lot->paid = plain_ceil(plain_ceil(worth * d, PLAIN_E18) * lot->share, PLAIN_E18);
        return ENGINE_OK;
    }
    const whole first = plain_most(-w.equity, 0);
    const whole last = plain_most(w.maintenance - w.equity, first + terms->least_uusd);
    const whole grown = plain_floor(
        (last - first) * plain_least(elapsed, terms->insolvent_ns), terms->insolvent_ns);
    lot->paid = -plain_floor((first + grown) * lot->share, PLAIN_E18);
    return ENGINE_OK;
}

/* plain_hand_over does what a bid does, the waterfall's part excepted. */
static inline whole plain_hand_over(struct plain *plain, const struct transaction *t,
                                    const struct plain_lot *lot) {
    whole notional = 0;
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        const whole quantity =
            plain_part_of(plain->position[t->target][i].size, lot->share);
        const whole cost = plain_ceil(quantity * plain->mark[i], PLAIN_E6);
        if (quantity == 0) {
            continue;
        }
        plain_settle_funding(plain, t->target, i);
        plain_settle_funding(plain, t->account, i);
        plain_add(plain, t->target, i, -quantity, -cost);
        plain_add(plain, t->account, i, quantity, cost);
        notional += plain_floor(plain_abs(quantity) * plain->mark[i], PLAIN_E6);
    }
    plain_move(plain, t->target, t->account, lot->fair - lot->paid);
    return notional;
}

/* plain_hand_over_fits: the bounds of transfer.h and portfolio.h. */
static inline bool plain_hand_over_fits(const struct plain *plain,
                                        const struct transaction *t,
                                        const struct plain_lot *lot) {
    const uint32_t side[] = {t->target, t->account};
    whole clearing = plain_abs(plain->balance[ACCOUNT_CLEARING]);
    whole most[2];
    for (int s = 0; s < 2; ++s) {
        most[s] = plain_abs(plain->balance[side[s]]) + plain_abs(lot->fair - lot->paid);
    }
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        const whole quantity =
            plain_part_of(plain->position[t->target][i].size, lot->share);
        const whole cost = plain_ceil(quantity * plain->mark[i], PLAIN_E6);
        for (int s = 0; s < 2; ++s) {
            const struct plain_position *p = &plain->position[side[s]][i];
            most[s] += plain_abs(cost) + plain_abs(p->cost) +
                       plain_abs(plain_ceil(plain_owed(plain, side[s], i), PLAIN_E18));
            clearing += plain_abs(cost) + plain_abs(p->cost);
        }
        if (!plain_exchange_fits(plain, t->account, t->target, i, quantity, cost)) {
            return false;
        }
    }
    return plain_fits(most[0]) && plain_fits(most[1]) && plain_fits(clearing);
}

static inline enum engine_status plain_check_bid(const struct plain *plain,
                                                 const struct transaction *t,
                                                 struct plain_lot *lot) {
    enum engine_status status = plain_parties(plain, t);
    if (status != ENGINE_OK || t->account == t->target) {
        return status != ENGINE_OK ? status : ENGINE_UNKNOWN_ACCOUNT;
    }
    if (plain->auction[t->account].phase != PLAIN_NO_AUCTION) {
        return ENGINE_IN_AUCTION;
    }
    if (plain->auction[t->target].phase == PLAIN_NO_AUCTION) {
        return ENGINE_NOT_IN_AUCTION;
    }
    if (t->amount < 1 || t->amount > PLAIN_E6) {
        return ENGINE_BAD_AMOUNT;
    }
    if (!plain_fits(t->price_uusd)) {
        return ENGINE_BAD_PRICE;
    }
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        if (plain->position[t->target][i].size != 0 && plain_stale(plain, i)) {
            return ENGINE_STALE_PRICE;
        }
    }
    status = plain_appraise(plain, t, lot);
    if (status != ENGINE_OK) {
        return status;
    }
    if (t->price_uusd != 0 && lot->paid > t->price_uusd) {
        return ENGINE_LIMIT_PRICE;
    }
    struct plain then = *plain;
    plain_hand_over(&then, t, lot);
    if (plain_backing(&then, t->account) < plain_margin(&then, t->account, true)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    return plain_hand_over_fits(plain, t, lot) ? ENGINE_OK : ENGINE_OVERFLOW;
}

/* plain_bid: a share of the target's portfolio for a price, or for a payout. */
static inline enum engine_status
plain_bid(struct plain *plain, const struct transaction *t, struct receipt *receipt) {
    struct plain_lot lot;
    const enum engine_status status = plain_check_bid(plain, t, &lot);
    if (status != ENGINE_OK) {
        return status;
    }
    struct plain_auction *auction = &plain->auction[t->target];
    if (lot.paid < 0) {
        uint32_t largest = 0;
        for (uint32_t i = 1; i < plain->instruments; ++i) {
            const struct plain_position *p = plain->position[t->target];
            if (plain_ceil(plain_abs(p[i].size) * plain->mark[i], PLAIN_E6) >
                plain_ceil(plain_abs(p[largest].size) * plain->mark[largest], PLAIN_E6)) {
                largest = i;
            }
        }
        plain_cover(plain, t->target, largest, -lot.paid, receipt);
    }
    receipt->lot_notional_uusd = (int64_t)plain_hand_over(plain, t, &lot);
    receipt->lot_fair_uusd = (int64_t)lot.fair;
    receipt->lot_paid_uusd = (int64_t)lot.paid;
    receipt->slippage_uusd = (int64_t)plain_most(lot.fair - lot.paid, 0);
    if (auction->phase == PLAIN_SOLVENT) {
        auction->reserved += lot.paid;
    } else {
        const struct plain_standing w = plain_standing(plain, t->target);
        auction->need = plain_most(w.maintenance - w.equity, 0);
    }
    if (lot.most || plain_auction_over(plain, t->target)) {
        *auction = (struct plain_auction){0};
    }
    return ENGINE_OK;
}

/* plain_apply decides one transaction and writes its receipt. */
static inline void plain_apply(struct plain *plain, const struct transaction *t,
                               struct receipt *receipt) {
    memset(receipt, 0, sizeof *receipt);
    switch (t->kind) {
    case TRANSACTION_DEPOSIT:
        receipt->status = plain_deposit(plain, t);
        break;
    case TRANSACTION_WITHDRAW:
        receipt->status = plain_withdraw(plain, t);
        break;
    case TRANSACTION_TRADE:
        receipt->status = plain_trade(plain, t, receipt);
        break;
    case TRANSACTION_LIQUIDATE:
        receipt->status = plain_liquidate(plain, t, receipt);
        break;
    case TRANSACTION_REPORT:
        receipt->status = plain_oracle(plain, t, receipt);
        break;
    case TRANSACTION_AUCTION_START:
        receipt->status = plain_auction_start(plain, t, receipt);
        break;
    case TRANSACTION_BID:
        receipt->status = plain_bid(plain, t, receipt);
        break;
    case TRANSACTION_AUCTION_STOP:
        receipt->status = plain_auction_stop(plain, t);
        break;
    case TRANSACTION_BITE:
    case TRANSACTION_LOT_BID:
    case TRANSACTION_DEAL:
        receipt->status = ENGINE_WRONG_MECHANISM; /* here debts are seized for */
        break;
    case TRANSACTION_STUFF:
        receipt->status = t->account < ACCOUNT_FIRST_USER || t->account >= plain->accounts
                              ? ENGINE_UNKNOWN_ACCOUNT
                              : ENGINE_OK;
        break;
    case TRANSACTION_STAKE:
        receipt->status = plain_stake(plain, t, receipt);
        break;
    case TRANSACTION_UNSTAKE:
        receipt->status = plain_unstake(plain, t, receipt);
        break;
    default:
        receipt->status = ENGINE_UNKNOWN_KIND;
    }
}

#endif
