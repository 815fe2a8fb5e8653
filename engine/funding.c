#include "engine/funding.h"

#include "engine/account.h"

#define HOUR_NS INT64_C(3600000000000)
#define DAY_US  INT64_C(86400000000)
#define E6      INT64_C(1000000)
#define NS_A_US INT64_C(1000)

int64_t funding_rate_e12(const struct instrument_terms *terms,
                         const struct contract *market) {
    const wide total = (wide)market->long_ubase + market->short_ubase;
    wide rate = (wide)terms->funding_interest_ppm * E6;
    if (total > 0) {
        rate = money_divide_toward_zero(
            E6 * (terms->funding_interest_ppm * total +
                  (wide)terms->funding_slope_ppm * portfolio_skew_ubase(market)),
            total);
    }
    const wide cap = (wide)terms->funding_cap_ppm * E6;
    if (rate > cap) {
        rate = cap;
    }
    return money_narrow(rate < -cap ? -cap : rate);
}

static int64_t level_of(wide funding_index) {
    return money_narrow(money_divide_floor(funding_index, FUNDING_LEVEL_UNIT));
}

void funding_accrue(struct contract *market, const struct instrument_terms *terms,
                    int64_t now_ns) {
    assert(now_ns >= market->funding_time_ns);
    int64_t elapsed_ns = now_ns - market->funding_time_ns;
    market->funding_time_ns = now_ns;
    if (market->mark_price_uusd == 0 || (market->long_ubase | market->short_ubase) == 0) {
        return;
    }
    const wide per_day = (wide)funding_rate_e12(terms, market) * market->mark_price_uusd;
    /* An hour at a time: |per_day| < 2^94, an hour is under 2^32 microseconds. */
    while (elapsed_ns > 0) {
        const int64_t part_ns = money_min(elapsed_ns, HOUR_NS);
        market->funding_index +=
            money_divide_toward_zero(per_day * (part_ns / NS_A_US), DAY_US);
        elapsed_ns -= part_ns;
    }
    market->funding_level = level_of(market->funding_index);
}

/* size * (index now - index then) in 1e-18 micro-USD, exact. */
static wide owed_exact(const struct position *position, wide funding_index) {
    const wide move = funding_index - position->funding_index;
    if (money_is_narrow(move)) {
        return (wide)position->size_ubase * (int64_t)move;
    }
    wide product;
    const bool overflow =
        __builtin_mul_overflow((wide)position->size_ubase, move, &product);
    assert(!overflow);
    return product;
}

wide funding_owed_uusd(const struct position *position, wide funding_index) {
    if (position->size_ubase == 0 || position->funding_index == funding_index) {
        return 0;
    }
    return money_divide_ceil(owed_exact(position, funding_index), MONEY_INDEX_ONE);
}

void funding_settle(struct portfolio *portfolio, struct ledger *ledger, uint32_t account,
                    uint32_t instrument) {
    struct position *position = portfolio_at(portfolio, account, instrument);
    struct contract *market = &portfolio->market[instrument];
    if (position->size_ubase != 0 && position->funding_index != market->funding_index) {
        const wide exact = owed_exact(position, market->funding_index);
        const wide paid = money_divide_ceil(exact, MONEY_INDEX_ONE);
        if (paid != 0) {
            ledger_move(ledger, account, ACCOUNT_FUNDING, money_narrow(paid));
        }
        market->funding_remainder += paid * MONEY_INDEX_ONE - exact;
        if (market->funding_remainder >= MONEY_INDEX_ONE) {
            market->funding_remainder -= MONEY_INDEX_ONE;
            ledger_move(ledger, ACCOUNT_FUNDING, ACCOUNT_DUST, 1);
        }
    }
    position->funding_index = market->funding_index;
}

bool funding_audit(const struct portfolio *portfolio, const struct ledger *ledger) {
    wide held = (wide)ledger->balance_micro[ACCOUNT_FUNDING] * MONEY_INDEX_ONE;
    for (uint32_t instrument = 0; instrument < portfolio->instrument_count;
         ++instrument) {
        const struct contract *market = &portfolio->market[instrument];
        if (market->funding_remainder < 0 ||
            market->funding_remainder >= MONEY_INDEX_ONE ||
            market->funding_level != level_of(market->funding_index)) {
            return false;
        }
        held -= market->funding_remainder;
        for (uint32_t account = 0; account < portfolio->account_count; ++account) {
            held += owed_exact(portfolio_at(portfolio, account, instrument),
                               market->funding_index);
        }
    }
    return held == 0 && ledger->balance_micro[ACCOUNT_DUST] >= 0;
}
