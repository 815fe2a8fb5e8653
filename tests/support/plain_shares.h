/* plain_shares.h -- staking and unstaking in the plain model: one function each.

   Memory   nothing of its own.
   Threads  one model per thread. */
#ifndef TESTS_SUPPORT_PLAIN_SHARES_H
#define TESTS_SUPPORT_PLAIN_SHARES_H

#include "tests/support/plain_rules.h"

static inline whole plain_all_shares(const struct plain *plain) {
    whole sum = 0;
    for (uint32_t a = 0; a < plain->accounts; ++a) {
        sum += plain->shares[a];
    }
    return sum;
}

/* plain_free_cash is the balance that is not promised to anybody. */
static inline whole plain_free_cash(const struct plain *plain, uint32_t a) {
    return plain->balance[a] - plain->hold[a];
}

/* plain_reserve is the equity the pool keeps. */
static inline whole plain_reserve(const struct plain *plain) {
    whole notional = 0;
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        notional += plain_ceil(
            plain_abs(plain->position[ACCOUNT_POOL][i].size) * plain->mark[i], PLAIN_E6);
    }
    return plain_ceil(notional * plain->terms->pool_shares.reserve_ppm, PLAIN_E6);
}

static inline enum engine_status plain_may_ask(const struct plain *plain,
                                               const struct transaction *t) {
    if (t->account < ACCOUNT_FIRST_USER || t->account >= plain->accounts) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (plain->auction[t->account].phase != PLAIN_NO_AUCTION) {
        return ENGINE_IN_AUCTION;
    }
    if (t->amount <= 0 || !plain_fits(t->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    const bool units = plain_free_units(plain, ACCOUNT_POOL) != 0;
    return plain_old_price(plain, ACCOUNT_POOL) || plain_old_price(plain, t->account) ||
                   (units && plain_stale(plain, 0))
               ? ENGINE_STALE_PRICE
               : ENGINE_OK;
}

/* plain_stake and plain_unstake decide one kind of transaction each. */
static inline enum engine_status
plain_stake(struct plain *plain, const struct transaction *t, struct receipt *receipt) {
    const uint32_t a = t->account;
    const enum engine_status status = plain_may_ask(plain, t);
    const whole out = plain_all_shares(plain);
    const whole worth = plain_equity(plain, ACCOUNT_POOL);
    if (status != ENGINE_OK) {
        return status;
    }
    if (worth < 0 || (worth == 0 && out != 0)) {
        return ENGINE_POOL_INSOLVENT;
    }
    if (!plain_fits(worth)) {
        return ENGINE_OVERFLOW;
    }
    const whole own = out == 0 ? t->amount : plain_floor(t->amount * out, worth);
    const whole treasury = out == 0 ? worth : 0;
    if (own == 0) {
        return ENGINE_SHARES_DUST;
    }
    if (plain_free_cash(plain, a) < t->amount ||
        plain_backing(plain, a) - t->amount < plain_margin(plain, a, true)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    if (out + own + treasury > PLAIN_MOST ||
        !plain_fits(plain->balance[ACCOUNT_POOL] + t->amount)) {
        return ENGINE_OVERFLOW;
    }
    plain_move(plain, a, ACCOUNT_POOL, t->amount);
    plain->shares[a] += own;
    plain->shares[ACCOUNT_TREASURY] += treasury;
    receipt->shares = (int64_t)(own + (plain->mistake != 0));
    receipt->pool_cash_uusd = t->amount;
    return ENGINE_OK;
}

static inline enum engine_status
plain_unstake(struct plain *plain, const struct transaction *t, struct receipt *receipt) {
    const uint32_t a = t->account;
    const enum engine_status status = plain_may_ask(plain, t);
    const whole worth = plain_equity(plain, ACCOUNT_POOL);
    if (status != ENGINE_OK) {
        return status;
    }
    if (plain_gated(plain)) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (plain->queued == (uint32_t)plain->terms->escrow.queue) {
        return ENGINE_QUEUE_FULL;
    }
    if (worth <= 0) {
        return ENGINE_POOL_INSOLVENT;
    }
    if (plain->shares[a] < t->amount) {
        return ENGINE_INSUFFICIENT_SHARES;
    }
    if (!plain_fits(worth)) {
        return ENGINE_OVERFLOW;
    }
    const whole paid = plain_floor(worth * t->amount, plain_all_shares(plain));
    if (paid == 0) {
        return ENGINE_SHARES_DUST;
    }
    if (paid > plain_free_cash(plain, ACCOUNT_POOL)) {
        return ENGINE_POOL_CASH;
    }
    if (worth - paid < plain_reserve(plain)) {
        return ENGINE_POOL_RESERVE;
    }
    if (plain_free_cash(plain, a) < 0 ||
        plain_backing(plain, a) < plain_margin(plain, a, true)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    if (!plain_fits(plain->balance[ACCOUNT_POOL] - paid) ||
        !plain_fits(plain->balance[a] + paid)) {
        return ENGINE_OVERFLOW;
    }
    plain_move(plain, ACCOUNT_POOL, a, paid);
    plain->hold[a] += paid;
    plain->queue[plain->queued++] = (struct plain_withdrawal){
        .accepted = plain->now, .amount = paid, .account = a, .asset = ASSET_CASH};
    plain->shares[a] -= t->amount;
    receipt->shares = -t->amount;
    receipt->pool_cash_uusd = (int64_t)-paid;
    return ENGINE_OK;
}

#endif
