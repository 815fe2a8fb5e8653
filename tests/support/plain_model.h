/* plain_model.h -- the settlement layer once more, slow and plain: what tests compare with.

   Written from the headers' comments and sharing none of the engine's code but its
   vocabulary (terms, transactions, receipts, statuses).  No running sums, no watch, no
   heap: whatever is needed is summed up when it is needed, and a trade's margin is found
   by doing the trade on a copy.

   Units    as engine.h; a "nano" sum of funding is exact, in 1e-18 micro-USD.
   Memory   one struct; copies are whole states.
   Threads  one model per thread. */
#ifndef TESTS_SUPPORT_PLAIN_MODEL_H
#define TESTS_SUPPORT_PLAIN_MODEL_H

#include "engine/engine.h"

#include <string.h>

#define PLAIN_ACCOUNTS    24
#define PLAIN_INSTRUMENTS 3
#define PLAIN_REPORTERS   5
#define PLAIN_QUEUE       8

typedef wide whole; /* the model's only number */

#define PLAIN_MOST ((whole)1 << 60)
#define PLAIN_E6   ((whole)1000000)
#define PLAIN_E9   ((whole)1000000000)
#define PLAIN_E18  (PLAIN_E9 * PLAIN_E9)

struct plain_position {
    whole size, cost, index;
};

struct plain_report {
    whole price, observed;
};

struct plain_withdrawal {
    whole accepted, amount;
    uint32_t account, asset;
};

enum { PLAIN_NO_AUCTION, PLAIN_SOLVENT, PLAIN_INSOLVENT };

struct plain_auction {
    int phase;
    whole start, reserved, need;
};

struct plain {
    const struct engine_terms *terms;
    uint32_t accounts, instruments;
    whole number, now;
    bool genesis;
    whole gated_until;
    whole balance[PLAIN_ACCOUNTS], hold[PLAIN_ACCOUNTS];
    whole units[PLAIN_ACCOUNTS], unit_hold[PLAIN_ACCOUNTS]; /* of the underlying */
    whole shares[PLAIN_ACCOUNTS];                           /* of the pool */
    whole closed_in[PLAIN_ACCOUNTS]; /* block of the last close-out, plus one */
    struct plain_position position[PLAIN_ACCOUNTS][PLAIN_INSTRUMENTS];
    whole price[PLAIN_INSTRUMENTS], price_time[PLAIN_INSTRUMENTS];
    whole mark[PLAIN_INSTRUMENTS];
    whole index[PLAIN_INSTRUMENTS], index_time[PLAIN_INSTRUMENTS];
    whole rounding[PLAIN_INSTRUMENTS]; /* of all funding payments ever, nano */
    whole funding_paid;                /* by all accounts */
    struct plain_report report[PLAIN_INSTRUMENTS][PLAIN_REPORTERS];
    struct plain_withdrawal queue[PLAIN_QUEUE];
    uint32_t queued;
    struct plain_auction auction[PLAIN_ACCOUNTS];
    whole mistake; /* added to every trading fee: sabotage */
};

/* plain_floor and plain_ceil divide with a named rounding; b > 0. */
static inline whole plain_floor(whole a, whole b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}
static inline whole plain_ceil(whole a, whole b) {
    return -plain_floor(-a, b);
}

/* plain_abs, plain_least and plain_most are what they say. */
static inline whole plain_abs(whole a) {
    return a < 0 ? -a : a;
}
static inline whole plain_least(whole a, whole b) {
    return a < b ? a : b;
}
static inline whole plain_most(whole a, whole b) {
    return a < b ? b : a;
}
static inline bool plain_fits(whole a) {
    return plain_abs(a) <= PLAIN_MOST;
}

/* plain_init is an engine in which nothing has happened. */
static inline void plain_init(struct plain *plain, const struct engine_terms *terms) {
    memset(plain, 0, sizeof *plain);
    plain->terms = terms;
    plain->accounts = terms->account_count;
    plain->instruments = terms->instrument_count;
}

/* plain_side sums the long (sign 1) or short (-1) sizes of all but the pool. */
static inline whole plain_side(const struct plain *plain, uint32_t i, int sign) {
    whole sum = 0;
    for (uint32_t a = ACCOUNT_FIRST_USER; a < plain->accounts; ++a) {
        sum += plain_most(sign * plain->position[a][i].size, 0);
    }
    return sum;
}

/* plain_skew is what the pool owes; plain_open_interest the larger side, as notional. */
static inline whole plain_skew(const struct plain *plain, uint32_t i) {
    return plain_side(plain, i, 1) - plain_side(plain, i, -1);
}
static inline whole plain_open_interest(const struct plain *plain, uint32_t i) {
    return plain_ceil(plain_most(plain_side(plain, i, 1), plain_side(plain, i, -1)) *
                          plain->mark[i],
                      PLAIN_E6);
}

/* plain_move books an amount. */
static inline void plain_move(struct plain *plain, uint32_t debit, uint32_t credit,
                              whole amount) {
    plain->balance[debit] -= amount;
    plain->balance[credit] += amount;
}

/* plain_owed is the funding a position owes, exactly. */
static inline whole plain_owed(const struct plain *plain, uint32_t a, uint32_t i) {
    const struct plain_position *p = &plain->position[a][i];
    return p->size * (plain->index[i] - p->index);
}

/* plain_profit is the unrealised profit less the funding owed. */
static inline whole plain_profit(const struct plain *plain, uint32_t a, uint32_t i) {
    const struct plain_position *p = &plain->position[a][i];
    return plain_floor(p->size * plain->mark[i], PLAIN_E6) - p->cost -
           plain_ceil(plain_owed(plain, a, i), PLAIN_E18);
}

/* plain_worth is what so many units are worth at a price of instrument 0. */
static inline whole plain_worth(const struct plain *plain, whole units, whole price) {
    return plain_floor(units * price, plain->terms->instrument[0].multiplier_ubase);
}

/* plain_after_haircut is what of so many units counts as margin. */
static inline whole plain_after_haircut(const struct plain *plain, whole units) {
    const whole share = PLAIN_E6 - plain->terms->collateral.haircut_ppm;
    return plain_floor(plain_worth(plain, units, plain->mark[0]) * share, PLAIN_E6);
}

/* plain_free_units are the units that are not promised to their owner. */
static inline whole plain_free_units(const struct plain *plain, uint32_t a) {
    return plain->units[a] - plain->unit_hold[a];
}

/* plain_equity is balance - hold + profits + what the units are worth. */
static inline whole plain_equity(const struct plain *plain, uint32_t a) {
    whole equity = plain->balance[a] - plain->hold[a] +
                   plain_worth(plain, plain_free_units(plain, a), plain->mark[0]);
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        equity += plain_profit(plain, a, i);
    }
    return equity;
}

/* plain_seize_price is what the pool pays for a unit. */
static inline whole plain_seize_price(const struct plain *plain) {
    const whole spread = plain->terms->collateral.seize_spread_ppm;
    return plain_most(1, plain_floor(plain->mark[0] * (PLAIN_E6 - spread), PLAIN_E6));
}

/* plain_estate is the equity with the units at what they bring when they are seized. */
static inline whole plain_estate(const struct plain *plain, uint32_t a) {
    const whole units = plain_free_units(plain, a);
    return plain_equity(plain, a) - plain_worth(plain, units, plain->mark[0]) +
           plain_worth(plain, units, plain_seize_price(plain));
}

/* plain_backing is the equity with the units after their haircut. */
static inline whole plain_backing(const struct plain *plain, uint32_t a) {
    const whole units = plain_free_units(plain, a);
    return plain_equity(plain, a) - plain_worth(plain, units, plain->mark[0]) +
           plain_after_haircut(plain, units);
}

/* plain_scaled is an initial rate at an open interest. */
static inline whole plain_scaled(const struct margin_linear *margin, whole rate,
                                 whole oi) {
    const whole lower = margin->scaling_lower_uusd, upper = margin->scaling_upper_uusd;
    if (upper == 0) {
        return rate;
    }
    const whole inside = plain_least(plain_most(oi - lower, 0), upper - lower);
    return rate + plain_floor(inside * (PLAIN_E6 - rate), upper - lower);
}

/* plain_requirement is the bracketed margin of a notional: maintenance, or initial at an
   open interest. */
static inline whole plain_requirement(const struct margin_linear *margin, whole notional,
                                      bool initial, whole oi) {
    whole sum = 0;
    const int tiers = (int)margin->tier_count;
    for (int b = -1; b < tiers; ++b) {
        const whole from = b < 0 ? 0 : margin->tier[b].above_uusd;
        const whole to = b + 1 < tiers ? margin->tier[b + 1].above_uusd : notional;
        const whole part = plain_least(to, notional) - from;
        whole rate = b < 0 ? margin->maintenance_ppm : margin->tier[b].maintenance_ppm;
        if (initial) {
            rate = b < 0 ? margin->initial_ppm : margin->tier[b].initial_ppm;
            rate = plain_scaled(margin, rate, oi);
        }
        sum += plain_most(part, 0) * rate;
    }
    return plain_ceil(sum, PLAIN_E6);
}

/* plain_margin is the margin an account needs over all its positions. */
static inline whole plain_margin(const struct plain *plain, uint32_t a, bool initial) {
    whole sum = 0;
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        const whole notional =
            plain_ceil(plain_abs(plain->position[a][i].size) * plain->mark[i], PLAIN_E6);
        sum += plain_requirement(&plain->terms->instrument[i].margin, notional, initial,
                                 plain_open_interest(plain, i));
    }
    return sum;
}

static inline bool plain_has_position(const struct plain *plain, uint32_t a) {
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        if (plain->position[a][i].size != 0) {
            return true;
        }
    }
    return false;
}

/* plain_is_borrower: no position, a debt, and units that secure it. */
static inline bool plain_is_borrower(const struct plain *plain, uint32_t a) {
    return !plain_has_position(plain, a) && plain->balance[a] < plain->hold[a] &&
           plain_free_units(plain, a) > 0;
}

/* plain_liquidatable: there is a position or a secured debt, and equity after the haircut
   < maintenance. */
static inline bool plain_liquidatable(const struct plain *plain, uint32_t a) {
    return (plain_has_position(plain, a) || plain_is_borrower(plain, a)) &&
           plain_backing(plain, a) < plain_margin(plain, a, false);
}

/* plain_settle_funding pays what a position owes, rounded up; whole micro-USD of rounding
   lie in the dust account. */
static inline void plain_settle_funding(struct plain *plain, uint32_t a, uint32_t i) {
    const whole exact = plain_owed(plain, a, i);
    const whole paid = plain_ceil(exact, PLAIN_E18);
    whole dust = 0;
    plain->position[a][i].index = plain->index[i];
    plain->balance[a] -= paid;
    plain->funding_paid += paid;
    plain->rounding[i] += paid * PLAIN_E18 - exact;
    for (uint32_t k = 0; k < plain->instruments; ++k) {
        dust += plain->rounding[k] / PLAIN_E18;
    }
    plain->balance[ACCOUNT_DUST] = dust;
    plain->balance[ACCOUNT_FUNDING] = plain->funding_paid - dust;
}

/* plain_add adds a quantity bought for a cost to one side's position and realises the
   share of the cost that was closed. */
static inline void plain_add(struct plain *plain, uint32_t a, uint32_t i, whole quantity,
                             whole cost) {
    struct plain_position *p = &plain->position[a][i];
    const whole before = p->size, after = before + quantity;
    whole realised = 0; /* paid */
    if (before == 0 || (before > 0) == (quantity > 0)) {
        p->cost += cost;
    } else if (plain_abs(quantity) <= plain_abs(before)) {
        const whole kept = plain_floor(p->cost * plain_abs(after), plain_abs(before));
        realised = p->cost + cost - kept;
        p->cost = kept;
    } else {
        const whole kept = plain_ceil(cost * plain_abs(after), plain_abs(quantity));
        realised = p->cost + cost - kept;
        p->cost = kept;
    }
    p->size = after;
    plain_move(plain, a, ACCOUNT_CLEARING, realised);
}

/* plain_fill settles funding and fills the account against the pool. */
static inline void plain_fill(struct plain *plain, uint32_t a, uint32_t i, whole quantity,
                              whole price) {
    const whole cost = plain_ceil(quantity * price, PLAIN_E6);
    plain_settle_funding(plain, a, i);
    plain_settle_funding(plain, ACCOUNT_POOL, i);
    plain_add(plain, a, i, quantity, cost);
    plain_add(plain, ACCOUNT_POOL, i, -quantity, -cost);
}

/* plain_fill_fits: sizes, costs, balances less costs, clearing, consideration, open
   interest and its value are within MONEY_SIZE_MAX. */
static inline bool plain_fill_fits(const struct plain *plain, uint32_t a, uint32_t i,
                                   whole quantity, whole price) {
    const whole cost = plain_ceil(quantity * price, PLAIN_E6);
    const uint32_t side[] = {a, ACCOUNT_POOL};
    struct plain after = *plain;
    if (!plain_fits(cost) || !plain_fits(plain->balance[ACCOUNT_CLEARING])) {
        return false;
    }
    for (int s = 0; s < 2; ++s) {
        const struct plain_position *p = &plain->position[side[s]][i];
        const whole sign = s == 0 ? 1 : -1;
        if (!plain_fits(p->size + sign * quantity) ||
            !plain_fits(p->cost + sign * cost) ||
            !plain_fits(plain->balance[side[s]] - p->cost - sign * cost)) {
            return false;
        }
    }
    after.position[a][i].size += quantity;
    return plain_fits(plain_side(&after, i, 1)) &&
           plain_fits(plain_side(&after, i, -1)) &&
           plain_fits(plain_open_interest(&after, i));
}

/* plain_fill_price is the venue's price, 0 when there is none. */
static inline whole plain_fill_price(const struct plain *plain, uint32_t i,
                                     whole quantity) {
    const struct venue_terms *venue = &plain->terms->venue;
    const whole side = quantity > 0 ? 1 : -1;
    whole spread = PLAIN_E6 + side * venue->half_spread_ppm;
    whole premium = PLAIN_E9;
    if (venue->skew_depth_uusd > 0) {
        const whole before = plain_skew(plain, i);
        const whole both = (before + before + quantity) * plain->mark[i] / PLAIN_E6;
        const whole depth = venue->skew_depth_uusd;
        if (both > 2000 * depth) {
            return 0;
        }
        premium += plain_most(both, -depth) * PLAIN_E9 / (2 * depth);
    }
    const whole exact = plain->mark[i] * spread * premium;
    const whole price = side > 0 ? plain_ceil(exact, PLAIN_E6 * PLAIN_E9)
                                 : plain_floor(exact, PLAIN_E6 * PLAIN_E9);
    return price > ((whole)1 << 53) ? 0 : plain_most(price, 1);
}

/* plain_begin_block accrues funding and pays what is final. */
static inline void plain_begin_block(struct plain *plain,
                                     const struct block_header *header) {
    plain->number = header->number;
    plain->now = header->time_ns;
    plain->genesis = (header->flags & BLOCK_GENESIS) != 0;
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        const struct instrument_terms *terms = &plain->terms->instrument[i];
        const whole longs = plain_side(plain, i, 1), shorts = plain_side(plain, i, -1);
        whole elapsed = plain->now - plain->index_time[i];
        plain->index_time[i] = plain->now;
        if (plain->mark[i] == 0 || longs + shorts == 0) {
            continue;
        }
        whole rate = PLAIN_E6 *
                     (terms->funding_interest_ppm * (longs + shorts) +
                      terms->funding_slope_ppm * (longs - shorts)) /
                     (longs + shorts);
        rate = plain_least(rate, PLAIN_E6 * terms->funding_cap_ppm);
        rate = plain_most(rate, -PLAIN_E6 * terms->funding_cap_ppm);
        for (; elapsed > 0; elapsed -= 3600 * PLAIN_E9) {
            const whole microseconds = plain_least(elapsed, 3600 * PLAIN_E9) / 1000;
            plain->index[i] += rate * plain->mark[i] * microseconds / (86400 * PLAIN_E6);
        }
    }
    uint32_t paid = 0;
    while (paid < plain->queued) {
        const struct plain_withdrawal *w = &plain->queue[paid];
        const bool units = w->asset == ASSET_UNDERLYING;
        whole *hold = units ? plain->unit_hold : plain->hold;
        whole *balance = units ? plain->units : plain->balance;
        if (plain->now - w->accepted < plain->terms->escrow.finality_ns ||
            w->amount > -balance[ACCOUNT_EXTERNAL]) {
            break;
        }
        hold[w->account] -= w->amount;
        balance[w->account] -= w->amount;
        balance[ACCOUNT_EXTERNAL] += w->amount;
        paid += 1;
    }
    plain->queued -= paid;
    memmove(plain->queue, plain->queue + paid, plain->queued * sizeof plain->queue[0]);
}

#endif
