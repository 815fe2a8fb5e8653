/* plain_deleverage.h -- auto-deleveraging of plain_model.h: every candidate, sorted whole,
   ranks compared by continued fractions.

   Memory   arrays on the stack.
   Threads  one model per thread. */
#ifndef TESTS_SUPPORT_PLAIN_DELEVERAGE_H
#define TESTS_SUPPORT_PLAIN_DELEVERAGE_H

#include "tests/support/plain_model.h"

/* plain_larger tells whether a / b > c / d; all positive but b and d, which may be zero. */
static inline bool plain_larger(whole a, whole b, whole c, whole d) {
    for (;;) {
        if (b == 0 || d == 0) {
            return b == 0 && d != 0;
        }
        if (a / b != c / d) {
            return a / b > c / d;
        }
        /* Equal whole parts: the larger remainder / b, the smaller b / remainder. */
        const whole r = a % b, s = c % d;
        if (r == 0 || s == 0) {
            return r != 0;
        }
        a = d;
        c = b;
        b = s;
        d = r;
    }
}

/* plain_ahead ranks two accounts: profit / cost * notional / equity, then the number. */
static inline bool plain_ahead(const struct plain *plain, uint32_t x, uint32_t y,
                               uint32_t i) {
    whole top[2], bottom[2];
    const uint32_t account[2] = {x, y};
    for (int k = 0; k < 2; ++k) {
        const struct plain_position *p = &plain->position[account[k]][i];
        top[k] = plain_profit(plain, account[k], i) *
                 plain_ceil(plain_abs(p->size) * plain->mark[i], PLAIN_E6);
        bottom[k] = plain_abs(p->cost) * plain_equity(plain, account[k]);
    }
    if (plain_larger(top[0], bottom[0], top[1], bottom[1])) {
        return true;
    }
    return !plain_larger(top[1], bottom[1], top[0], bottom[0]) && x < y;
}

/* plain_winner tells whether the account may be closed at the price: it has profit and
   equity, and neither is used up if all its position goes. */
static inline bool plain_winner(const struct plain *plain, uint32_t a, uint32_t i,
                                whole price) {
    const whole size = plain->position[a][i].size, mark = plain->mark[i];
    const whole profit = plain_profit(plain, a, i), equity = plain_equity(plain, a);
    const whole loss = size > 0 ? mark - price : price - mark;
    return profit > 0 && equity > 0 && plain_fits(profit) && plain_fits(equity) &&
           plain_fits(plain_ceil(plain_abs(size) * mark, PLAIN_E6)) &&
           loss * plain_abs(size) <= plain_least(profit, equity) * PLAIN_E6;
}

static inline whole plain_fund_tip(const struct plain *plain) {
    return plain_least(plain->terms->close_out.keeper_least_uusd,
                       plain_most(plain->balance[ACCOUNT_FUND], 0));
}

/* plain_haircut_price is the price, or 0 when there is nothing to deleverage for; fund gets
   what the fund pays. */
static inline whole plain_haircut_price(const struct plain *plain, uint32_t a, uint32_t i,
                                        whole venue_price, whole *fund) {
    const whole size = plain->position[a][i].size, mark = plain->mark[i];
    const whole owed = -plain_estate(plain, a);
    const whole all = plain_margin(plain, a, false);
    const whole notional = plain_ceil(plain_abs(size) * mark, PLAIN_E6);
    const whole own =
        plain_requirement(&plain->terms->instrument[i].margin, notional, false, 0);
    const bool all_count = plain->terms->waterfall.deleverage_when == WATERFALL_WHEN_ALL;
    whole promised = all_count ? 0 : owed;
    for (uint32_t b = ACCOUNT_FIRST_USER; b < plain->accounts && all_count; ++b) {
        promised +=
            plain_liquidatable(plain, b) ? plain_most(-plain_estate(plain, b), 0) : 0;
    }
    const whole more =
        plain_floor(size * mark, PLAIN_E6) - plain_floor(size * venue_price, PLAIN_E6);
    if (owed <= 0 || !plain_fits(owed) || !plain_fits(all) ||
        (venue_price != 0 && plain->balance[ACCOUNT_FUND] >= promised + more)) {
        return 0;
    }
    const whole share = own == all ? owed : plain_ceil(owed * own, all);
    *fund = plain_most(
        plain_least(plain->balance[ACCOUNT_FUND] - plain_fund_tip(plain), share), 0);
    const whole away = plain_ceil((share - *fund) * PLAIN_E6, plain_abs(size));
    const whole price = size > 0 ? mark + away : mark - away;
    return price < 1 || price > (whole)1 << 53 ? 0 : price;
}

static inline bool plain_exchange_fits(const struct plain *plain, uint32_t a, uint32_t b,
                                       uint32_t i, whole quantity, whole cost) {
    const uint32_t side[] = {a, b};
    struct plain after = *plain;
    for (int s = 0; s < 2; ++s) {
        struct plain_position *p = &after.position[side[s]][i];
        p->size += s == 0 ? quantity : -quantity;
        p->cost += s == 0 ? cost : -cost;
        if (!plain_fits(p->size) || !plain_fits(p->cost) ||
            !plain_fits(plain->balance[side[s]] - p->cost)) {
            return false;
        }
    }
    return plain_fits(cost) && plain_fits(plain->balance[ACCOUNT_CLEARING]) &&
           plain_fits(plain_side(&after, i, 1)) &&
           plain_fits(plain_side(&after, i, -1)) &&
           plain_fits(plain_open_interest(&after, i));
}

/* plain_take closes what the winner has of the bankrupt's position, at the price. */
static inline void plain_take(struct plain *plain, uint32_t a, uint32_t winner,
                              uint32_t i, whole price, struct receipt *receipt) {
    const whole left = plain->position[a][i].size;
    const whole has = plain_abs(plain->position[winner][i].size);
    const whole size = plain_least(plain_abs(left), has);
    const whole quantity = left > 0 ? -size : size;
    const whole cost = plain_floor(quantity * price, PLAIN_E6);
    const whole most =
        plain_least(plain_profit(plain, winner, i), plain_equity(plain, winner));
    const whole own = plain_equity(plain, winner), owed = plain_equity(plain, a);
    struct plain after = *plain;
    if (!plain_exchange_fits(plain, a, winner, i, quantity, cost)) {
        return;
    }
    plain_settle_funding(&after, a, i);
    plain_settle_funding(&after, winner, i);
    plain_add(&after, a, i, quantity, cost);
    plain_add(&after, winner, i, -quantity, -cost);
    if (own - plain_equity(&after, winner) > most) {
        return;
    }
    *plain = after;
    receipt->deleveraged_ubase += (int64_t)quantity;
    receipt->haircut_uusd += (int64_t)(plain_equity(plain, a) - owed);
    receipt->deleveraged_count += 1;
}

/* plain_deleverage does what rule_deleverage does. */
static inline bool plain_deleverage(struct plain *plain, uint32_t a, uint32_t i,
                                    whole venue_price, struct receipt *receipt) {
    const whole size = plain->position[a][i].size;
    const whole owed = -plain_estate(plain, a);
    uint32_t order[PLAIN_ACCOUNTS];
    uint32_t count = 0;
    whole fund = 0;
    const whole price = plain_haircut_price(plain, a, i, venue_price, &fund);
    if (plain->terms->waterfall.deleverage == 0 || price == 0) {
        return false;
    }
    for (uint32_t w = ACCOUNT_FIRST_USER; w < plain->accounts; ++w) {
        if (plain->position[w][i].size * (size > 0 ? -1 : 1) <= 0 ||
            !plain_winner(plain, w, i, price)) {
            continue;
        }
        uint32_t place = count++;
        for (; place > 0 && plain_ahead(plain, w, order[place - 1], i); --place) {
            order[place] = order[place - 1];
        }
        order[place] = w;
    }
    for (uint32_t k = 0;
         k < count && (int64_t)k < plain->terms->waterfall.deleverage_most; ++k) {
        if (plain->position[a][i].size != 0) {
            plain_take(plain, a, order[k], i, price, receipt);
        }
    }
    if (receipt->deleveraged_count == 0) {
        return false;
    }
    const whole closed = plain_abs(receipt->deleveraged_ubase);
    fund = plain_ceil(fund * closed, plain_abs(size));
    plain_move(plain, ACCOUNT_FUND, a, fund);
    const whole left = plain_estate(plain, a);
    receipt->deleverage_price_uusd = (int64_t)price;
    receipt->mark_price_uusd = (int64_t)plain->mark[i];
    receipt->fund_paid_uusd = (int64_t)fund;
    receipt->shortfall_uusd = (int64_t)(owed + plain_least(left, 0));
    receipt->overshoot_uusd = (int64_t)plain_most(left, 0);
    receipt->deleverage_covered_uusd = receipt->haircut_uusd - receipt->overshoot_uusd;
    plain->gated_until = plain->number + plain->terms->escrow.gate_blocks;
    plain->closed_in[a] = plain->number + 1;
    return true;
}

#endif
