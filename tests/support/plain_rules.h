/* plain_rules.h -- the transactions of plain_model.h, one function each.

   A rule checks in the order of status.h and returns the first that applies.

   Memory   a trade copies the model to look at the state after it.
   Threads  one model per thread. */
#ifndef TESTS_SUPPORT_PLAIN_RULES_H
#define TESTS_SUPPORT_PLAIN_RULES_H

#include "tests/support/plain_deleverage.h"

/* plain_units_in decides a deposit of units of the underlying. */
static inline enum engine_status plain_units_in(struct plain *plain,
                                                const struct transaction *t) {
    const whole after = plain->units[t->account] + t->amount;
    const whole all = t->amount - plain->units[ACCOUNT_EXTERNAL];
    const whole cap = plain->terms->collateral.cap_uusd;
    if (plain->price[0] == 0) {
        return ENGINE_NO_PRICE;
    }
    if (!plain_fits(all) || !plain_fits(plain_worth(plain, all, plain->mark[0]))) {
        return ENGINE_OVERFLOW;
    }
    if (cap != 0 && plain_worth(plain, after, plain->mark[0]) > cap) {
        return ENGINE_COLLATERAL_CAP;
    }
    plain->units[t->account] = after;
    plain->units[ACCOUNT_EXTERNAL] -= t->amount;
    return ENGINE_OK;
}

/* plain_deposit and the functions after it decide one kind of transaction each. */
static inline enum engine_status plain_deposit(struct plain *plain,
                                               const struct transaction *t) {
    const bool units = t->instrument == ASSET_UNDERLYING;
    if ((t->account != ACCOUNT_FUND || units) &&
        (t->account < ACCOUNT_POOL || t->account >= plain->accounts)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (t->instrument > 1 || (units && !plain->terms->collateral.accepted)) {
        return ENGINE_UNKNOWN_ASSET;
    }
    if (t->amount <= 0 || !plain_fits(t->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    if (units) {
        return plain_units_in(plain, t);
    }
    if (!plain_fits(plain->balance[ACCOUNT_EXTERNAL] - t->amount) ||
        !plain_fits(plain->balance[t->account] + t->amount)) {
        return ENGINE_OVERFLOW;
    }
    plain_move(plain, ACCOUNT_EXTERNAL, t->account, t->amount);
    return ENGINE_OK;
}

static inline bool plain_stale(const struct plain *plain, uint32_t i) {
    return plain->now - plain->price_time[i] > plain->terms->oracle.staleness_ns;
}

/* plain_old_price: a price that secures something of the account is stale. */
static inline bool plain_old_price(const struct plain *plain, uint32_t a) {
    bool secures = plain->balance[a] < plain->hold[a];
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        if (plain->position[a][i].size != 0) {
            secures = true;
            if (plain_stale(plain, i)) {
                return true;
            }
        }
    }
    return secures && plain_free_units(plain, a) > 0 && plain_stale(plain, 0);
}

/* plain_may_leave tells whether an account may part with so much of an asset. */
static inline bool plain_may_leave(const struct plain *plain,
                                   const struct transaction *t) {
    const uint32_t a = t->account;
    struct plain after = *plain;
    if (t->instrument == ASSET_UNDERLYING) {
        after.unit_hold[a] += t->amount;
        return plain_free_units(&after, a) >= 0 &&
               plain_backing(&after, a) >= plain_margin(plain, a, true);
    }
    after.hold[a] += t->amount;
    return after.balance[a] >= after.hold[a] &&
           plain_backing(&after, a) >= plain_margin(plain, a, true);
}

/* plain_gated tells whether nothing may leave: after a shortfall, or when what insolvent
   accounts may need is more than the fund has. */
static inline bool plain_gated(const struct plain *plain) {
    whole need = 0;
    for (uint32_t b = 0; b < plain->accounts; ++b) {
        need += plain->auction[b].need;
    }
    return plain->number < plain->gated_until ||
           need > plain_most(plain->balance[ACCOUNT_FUND], 0);
}

static inline enum engine_status plain_withdraw(struct plain *plain,
                                                const struct transaction *t) {
    const uint32_t a = t->account;
    if (a < ACCOUNT_POOL || a >= plain->accounts) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (t->instrument > 1) {
        return ENGINE_UNKNOWN_ASSET;
    }
    if (plain->auction[a].phase != PLAIN_NO_AUCTION) {
        return ENGINE_IN_AUCTION;
    }
    if (t->amount <= 0 || !plain_fits(t->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    if (plain_old_price(plain, a)) {
        return ENGINE_STALE_PRICE;
    }
    if (plain_gated(plain)) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (plain->queued == (uint32_t)plain->terms->escrow.queue) {
        return ENGINE_QUEUE_FULL;
    }
    if (!plain_may_leave(plain, t)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    *(t->instrument == ASSET_UNDERLYING ? &plain->unit_hold[a] : &plain->hold[a]) +=
        t->amount;
    plain->queue[plain->queued++] = (struct plain_withdrawal){.accepted = plain->now,
                                                              .amount = t->amount,
                                                              .account = a,
                                                              .asset = t->instrument};
    return ENGINE_OK;
}

/* plain_slippage is |fill - mark| times size. */
static inline whole plain_slippage(whole quantity, whole price, whole mark) {
    return plain_floor(plain_abs(quantity) * plain_abs(price - mark), PLAIN_E6);
}

/* plain_within tells whether a size at the mark price is within a notional limit. */
static inline bool plain_within(whole size, whole mark, whole limit) {
    return limit == 0 || plain_ceil(plain_abs(size) * mark, PLAIN_E6) <= limit;
}

/* plain_trade_limits: limit price, the pool's exposure and open interest, its equity. */
static inline enum engine_status plain_trade_limits(const struct plain *plain,
                                                    const struct transaction *t,
                                                    whole price, bool opens) {
    const uint32_t i = t->instrument;
    struct plain after = *plain;
    after.position[t->account][i].size += t->amount;
    if (t->price_uusd > 0 &&
        (t->amount > 0 ? price > t->price_uusd : price < t->price_uusd)) {
        return ENGINE_LIMIT_PRICE;
    }
    if (!opens) {
        return ENGINE_OK;
    }
    const whole skew = plain_skew(&after, i);
    const whole limit = plain->terms->instrument[i].open_interest_max_uusd;
    if (plain_abs(skew) > plain_abs(plain_skew(plain, i)) &&
        !plain_within(skew, plain->mark[i],
                      plain->terms->venue.pool_max_net_exposure_uusd)) {
        return ENGINE_POOL_EXPOSURE;
    }
    if (limit != 0 && plain_open_interest(&after, i) > limit) {
        return ENGINE_POOL_EXPOSURE;
    }
    return plain_equity(plain, ACCOUNT_POOL) <= 0 ? ENGINE_POOL_INSOLVENT : ENGINE_OK;
}

static inline enum engine_status
plain_trade(struct plain *plain, const struct transaction *t, struct receipt *receipt) {
    const uint32_t a = t->account, i = t->instrument;
    if (a < ACCOUNT_FIRST_USER || a >= plain->accounts) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (i >= plain->instruments) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (plain->auction[a].phase != PLAIN_NO_AUCTION && !plain->genesis) {
        return ENGINE_IN_AUCTION;
    }
    if (t->amount == 0 || !plain_fits(t->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    if (t->price_uusd < 0 || t->price_uusd > (int64_t)1 << 53) {
        return ENGINE_BAD_PRICE;
    }
    if (plain->price[i] == 0) {
        return ENGINE_NO_PRICE;
    }
    const whole before = plain->position[a][i].size, after = before + t->amount;
    const bool flips = (before < 0 && after > 0) || (before > 0 && after < 0);
    const bool opens = flips || plain_abs(after) > plain_abs(before);
    whole price = t->price_uusd, fee = 0;
    if (!plain->genesis || price == 0) {
        if (opens && (plain_stale(plain, i) ||
                      (plain_free_units(plain, a) > 0 && plain_stale(plain, 0)))) {
            return ENGINE_STALE_PRICE;
        }
        price = plain_fill_price(plain, i, t->amount);
        if (price == 0) {
            return ENGINE_BAD_PRICE;
        }
        const enum engine_status status = plain_trade_limits(plain, t, price, opens);
        if (status != ENGINE_OK) {
            return status;
        }
        fee = plain_ceil(plain_abs(t->amount) * price, PLAIN_E6);
        fee = plain_ceil(fee * plain->terms->venue.fee_ppm, PLAIN_E6) + plain->mistake;
    }
    /* The state after it, with the whole consideration as cost: what of it is realised does
       not change the equity. */
    struct plain then = *plain;
    const whole cost = plain_ceil(t->amount * price, PLAIN_E6);
    plain_settle_funding(&then, a, i);
    then.position[a][i].size += t->amount;
    then.position[a][i].cost += cost + fee;
    const whole least = opens ? plain_margin(&then, a, true) : 0;
    const bool settles = plain->genesis && t->price_uusd > 0 && !opens;
    if (!settles && plain_backing(&then, a) < least) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    if (!plain_fits(fee) || !plain_fill_fits(plain, a, i, t->amount, price)) {
        return ENGINE_OVERFLOW;
    }
    const whole fund = plain_floor(fee * plain->terms->venue.fee_fund_ppm, PLAIN_E6);
    plain_fill(plain, a, i, t->amount, price);
    plain_move(plain, a, ACCOUNT_FUND, fund);
    plain_move(plain, a, ACCOUNT_TREASURY, fee - fund);
    receipt->filled_ubase = t->amount;
    receipt->fill_price_uusd = (int64_t)price;
    receipt->mark_price_uusd = (int64_t)plain->mark[i];
    receipt->fee_uusd = (int64_t)fee;
    receipt->slippage_uusd = (int64_t)plain_slippage(t->amount, price, plain->mark[i]);
    return ENGINE_OK;
}

/* plain_charge takes loss from the accounts pro rata to part[], floors first, what they
   leave over from the last account backwards; it returns what nobody could pay. */
static inline whole plain_charge(struct plain *plain, uint32_t defaulter, whole loss,
                                 const whole *part, struct receipt *receipt) {
    whole share[PLAIN_ACCOUNTS] = {0}, all = 0, given = 0;
    for (uint32_t a = 0; a < plain->accounts; ++a) {
        all += part[a];
    }
    const whole due = plain_least(all, loss);
    for (uint32_t a = 0; a < plain->accounts && all > 0; ++a) {
        share[a] = due * part[a] / all;
        given += share[a];
    }
    for (uint32_t a = plain->accounts; a-- > 0;) {
        const whole more = plain_least(due - given, part[a] - share[a]);
        share[a] += more;
        given += more;
    }
    for (uint32_t a = 0; a < plain->accounts; ++a) {
        plain_move(plain, a, defaulter, share[a]);
        if (a == ACCOUNT_POOL) {
            receipt->pool_absorbed_uusd += (int64_t)share[a];
        } else {
            receipt->socialised_uusd += (int64_t)share[a];
        }
    }
    return loss - due;
}

/* plain_cover lets fund, winners and then all the solvent pay a shortfall. */
static inline void plain_cover(struct plain *plain, uint32_t defaulter, uint32_t i,
                               whole shortfall, struct receipt *receipt) {
    whole part[PLAIN_ACCOUNTS] = {0}, before[PLAIN_ACCOUNTS], equity[PLAIN_ACCOUNTS];
    const whole fund =
        plain_least(shortfall, plain_most(plain->balance[ACCOUNT_FUND], 0));
    plain_move(plain, ACCOUNT_FUND, defaulter, fund);
    for (uint32_t a = ACCOUNT_POOL; a < plain->accounts; ++a) {
        before[a] = plain->balance[a];
        equity[a] = plain_equity(plain, a);
        if (a != defaulter) {
            part[a] = plain_most(plain_least(equity[a], plain_profit(plain, a, i)), 0);
        }
    }
    const whole rest = plain_charge(plain, defaulter, shortfall - fund, part, receipt);
    for (uint32_t a = ACCOUNT_POOL; a < plain->accounts; ++a) {
        part[a] = a == defaulter ? 0 : plain_most(plain_equity(plain, a), 0);
    }
    plain_charge(plain, defaulter, rest, part, receipt);
    for (uint32_t a = ACCOUNT_POOL; a < plain->accounts; ++a) {
        if (a != defaulter && plain->balance[a] != before[a]) {
            receipt->charged_equity_uusd += (int64_t)equity[a];
        }
    }
    receipt->fund_paid_uusd = (int64_t)fund;
    receipt->shortfall_uusd =
        (int64_t)fund + receipt->socialised_uusd + receipt->pool_absorbed_uusd;
    plain->gated_until = plain->number + plain->terms->escrow.gate_blocks;
}

/* plain_part is the signed quantity of the next close-out. */
static inline whole plain_part(const struct close_out_terms *terms, whole size,
                               whole mark) {
    const whole all = plain_abs(size);
    whole part = plain_ceil(all * terms->share_ppm, PLAIN_E6);
    part = plain_most(part, plain_ceil(terms->min_notional_uusd * PLAIN_E6, mark));
    part = plain_least(
        part, plain_most(1, plain_floor(terms->max_notional_uusd * PLAIN_E6, mark)));
    if ((all - part) * mark <= terms->min_notional_uusd * PLAIN_E6) {
        part = all; /* at most min_notional would remain */
    }
    return size > 0 ? -part : part;
}

/* plain_sell_units sells units to the pool at the seize price. */
static inline void plain_sell_units(struct plain *plain, uint32_t a, whole units,
                                    struct receipt *receipt) {
    const whole price = plain_seize_price(plain);
    plain->units[a] -= units;
    plain->units[ACCOUNT_POOL] += units;
    plain_move(plain, ACCOUNT_POOL, a, plain_worth(plain, units, price));
    receipt->seized_ubase = (int64_t)units;
    receipt->seize_price_uusd = (int64_t)price;
}

/* plain_units_fit tells whether the pool's cash may pay for all units of the account. */
static inline bool plain_units_fit(const struct plain *plain, uint32_t a) {
    const whole worth = plain_worth(plain, plain_free_units(plain, a), plain->mark[0]);
    return worth == 0 || plain_fits(plain->balance[ACCOUNT_POOL] - worth);
}

/* plain_seize sells units for what cash lacks, one unit at a time in thought: the least
   number that pays it, or all. */
static inline void plain_seize(struct plain *plain, uint32_t a, struct receipt *receipt) {
    const whole price = plain_seize_price(plain);
    const whole debt = plain->hold[a] - plain->balance[a];
    if (!plain_is_borrower(plain, a)) {
        return;
    }
    whole low = 0, high = plain_free_units(plain, a); /* pays too little; the most */
    while (high - low > 1 && plain_worth(plain, high, price) >= debt) {
        const whole middle = low + (high - low) / 2;
        *(plain_worth(plain, middle, price) >= debt ? &high : &low) = middle;
    }
    plain_sell_units(plain, a, high, receipt);
}

/* plain_settle seizes units, then the layers pay. */
static inline void plain_settle(struct plain *plain, uint32_t a, uint32_t i,
                                struct receipt *receipt) {
    plain_seize(plain, a, receipt);
    if (!plain_has_position(plain, a) && plain->balance[a] < plain->hold[a]) {
        plain_cover(plain, a, i, plain->hold[a] - plain->balance[a], receipt);
    }
}

/* plain_keeper pays penalty, reward and tip out of a close-out of so much notional. */
static inline void plain_keeper(struct plain *plain, const struct transaction *t,
                                whole notional, struct receipt *receipt) {
    const struct close_out_terms *terms = &plain->terms->close_out;
    const whole equity = plain_most(plain_estate(plain, t->target), 0);
    const whole penalty =
        plain_least(plain_ceil(notional * terms->penalty_ppm, PLAIN_E6), equity);
    const whole reward = penalty * terms->keeper_share_ppm / PLAIN_E6;
    plain_move(plain, t->target, ACCOUNT_FUND, penalty - reward);
    plain_move(plain, t->target, t->account, reward);
    const whole tip = plain_most(
        plain_least(terms->keeper_least_uusd - reward, plain->balance[ACCOUNT_FUND]), 0);
    plain_move(plain, ACCOUNT_FUND, t->account, tip);
    receipt->penalty_uusd = (int64_t)penalty;
    receipt->keeper_reward_uusd = (int64_t)(reward + tip);
    receipt->keeper_tip_uusd = (int64_t)tip;
}

/* plain_reward is the keeper's of a bankrupt account. */
static inline void plain_reward(struct plain *plain, uint32_t keeper,
                                struct receipt *receipt) {
    const whole tip = plain_fund_tip(plain);
    plain_move(plain, ACCOUNT_FUND, keeper, tip);
    receipt->keeper_reward_uusd = receipt->keeper_tip_uusd = (int64_t)tip;
}

static inline enum engine_status plain_liquidate_pool(struct plain *plain,
                                                      const struct transaction *t,
                                                      struct receipt *receipt) {
    const whole equity = plain_equity(plain, ACCOUNT_POOL);
    if (equity >= 0) {
        return ENGINE_HEALTHY;
    }
    if (!plain_fits(equity)) {
        return ENGINE_OVERFLOW;
    }
    plain_cover(plain, ACCOUNT_POOL, t->instrument, -equity, receipt);
    return ENGINE_OK;
}

static inline enum engine_status plain_liquidate(struct plain *plain,
                                                 const struct transaction *t,
                                                 struct receipt *receipt) {
    const uint32_t a = t->target, i = t->instrument;
    if (a != ACCOUNT_POOL && plain->terms->close_out.mechanism != LIQUIDATION_CLOSE_OUT &&
        !(a > ACCOUNT_POOL && a < plain->accounts && plain_is_borrower(plain, a))) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (t->account < ACCOUNT_FIRST_USER || t->account >= plain->accounts ||
        a < ACCOUNT_POOL || a >= plain->accounts) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (i >= plain->instruments) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (plain->price[i] == 0) {
        return ENGINE_NO_PRICE;
    }
    if (a == ACCOUNT_POOL) {
        return plain_liquidate_pool(plain, t, receipt);
    }
    const bool borrower = plain_is_borrower(plain, a);
    if (plain->position[a][i].size == 0 && (i != 0 || !borrower)) {
        return ENGINE_NO_POSITION;
    }
    if (!plain_liquidatable(plain, a)) {
        return ENGINE_HEALTHY;
    }
    if (plain->closed_in[a] == plain->number + 1) {
        return ENGINE_LIQUIDATION_LIMIT;
    }
    const whole mark = plain->mark[i];
    const bool room = plain_units_fit(plain, a);
    if (borrower) {
        if (!room) {
            return ENGINE_OVERFLOW;
        }
        plain->closed_in[a] = plain->number + 1;
        receipt->mark_price_uusd = (int64_t)mark;
        plain_keeper(plain, t, plain->hold[a] - plain->balance[a], receipt);
        plain_settle(plain, a, i, receipt);
        return ENGINE_OK;
    }
    if (plain_deleverage(plain, a, i,
                         plain_fill_price(plain, i, -plain->position[a][i].size),
                         receipt)) {
        plain_reward(plain, t->account, receipt);
        plain_seize(plain, a, receipt);
        return ENGINE_OK;
    }
    const whole quantity =
        plain_part(&plain->terms->close_out, plain->position[a][i].size, mark);
    const whole price = plain_fill_price(plain, i, quantity);
    if (price == 0) {
        return ENGINE_BAD_PRICE;
    }
    if (!plain_fill_fits(plain, a, i, quantity, price) || !room) {
        return ENGINE_OVERFLOW;
    }
    plain_fill(plain, a, i, quantity, price);
    plain->closed_in[a] = plain->number + 1;
    plain_keeper(plain, t, plain_ceil(plain_abs(quantity) * price, PLAIN_E6), receipt);
    receipt->filled_ubase = (int64_t)quantity;
    receipt->fill_price_uusd = (int64_t)price;
    receipt->mark_price_uusd = (int64_t)mark;
    receipt->slippage_uusd = (int64_t)plain_slippage(quantity, price, mark);
    plain_settle(plain, a, i, receipt);
    return ENGINE_OK;
}

/* plain_median is the lower middle of the fresh reports, 0 below the quorum. */
static inline whole plain_median(const struct plain *plain, uint32_t i) {
    const struct oracle_terms *terms = &plain->terms->oracle;
    const struct plain_report *report = plain->report[i];
    int64_t fresh = 0;
    bool counts[PLAIN_REPORTERS] = {false};
    for (int64_t r = 0; r < terms->reporter_count; ++r) {
        counts[r] = report[r].price != 0 &&
                    plain->now - report[r].observed <= terms->staleness_ns;
        fresh += counts[r];
    }
    for (int64_t r = 0; r < terms->reporter_count && fresh >= terms->quorum; ++r) {
        int64_t below = 0, equal = 0;
        for (int64_t s = 0; s < terms->reporter_count; ++s) {
            below += counts[s] && report[s].price < report[r].price;
            equal += counts[s] && report[s].price == report[r].price;
        }
        if (counts[r] && below <= (fresh - 1) / 2 && (fresh - 1) / 2 < below + equal) {
            return report[r].price;
        }
    }
    return 0;
}

static inline enum engine_status
plain_oracle(struct plain *plain, const struct transaction *t, struct receipt *receipt) {
    const struct oracle_terms *terms = &plain->terms->oracle;
    const uint32_t i = t->instrument;
    if (i >= plain->instruments) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    if (t->account >= terms->reporter_count) {
        return ENGINE_UNKNOWN_REPORTER;
    }
    struct plain_report *last = &plain->report[i][t->account];
    const struct plain_report kept = *last;
    const whole multiplier = plain->terms->instrument[i].multiplier_ubase;
    const whole most = (whole)1 << 53;
    const whole contract = plain_floor(t->price_uusd * multiplier, PLAIN_E6);
    if (t->price_uusd < 1 || t->price_uusd > most || contract < 1 || contract > most) {
        return ENGINE_BAD_PRICE;
    }
    if (t->time_ns > plain->now || (last->price != 0 && t->time_ns <= last->observed)) {
        return ENGINE_REPORT_NOT_NEWER;
    }
    if (last->price != 0 && t->time_ns - last->observed < terms->heartbeat_ns &&
        plain_abs(t->price_uusd - last->price) * PLAIN_E6 <
            last->price * terms->deviation_ppm) {
        return ENGINE_REPORT_NOT_DUE;
    }
    *last = (struct plain_report){.price = t->price_uusd, .observed = t->time_ns};
    const whole median = plain_median(plain, i);
    const whole mark_before = plain->mark[i];
    if (median != 0) {
        plain->mark[i] = plain_floor(median * multiplier, PLAIN_E6);
    }
    if (!plain_fits(plain_open_interest(plain, i)) ||
        !plain_fits(
            plain_worth(plain, -plain->units[ACCOUNT_EXTERNAL], plain->mark[0]))) {
        *last = kept;
        plain->mark[i] = mark_before;
        return ENGINE_OVERFLOW;
    }
    if (median != 0) {
        plain->price[i] = median;
        plain->price_time[i] = plain->now;
    }
    receipt->mark_price_uusd = (int64_t)plain->mark[i];
    return ENGINE_OK;
}

#endif
