#include "engine/portfolio.h"

#include "engine/account.h"
#include "engine/segment.h"

size_t portfolio_footprint(uint32_t account_count, uint32_t instrument_count) {
    return segment_size((size_t)account_count * instrument_count *
                        sizeof(struct position)) +
           segment_size(instrument_count * sizeof(struct contract));
}

void portfolio_bind(struct portfolio *portfolio, uint32_t account_count,
                    uint32_t instrument_count, void *memory) {
    unsigned char *cursor = memory;
    portfolio->account_count = account_count;
    portfolio->instrument_count = instrument_count;
    portfolio->position = segment_take(&cursor, (size_t)account_count * instrument_count *
                                                    sizeof(struct position));
    portfolio->market = segment_take(&cursor, instrument_count * sizeof(struct contract));
}

/* A fill leaves balance less cost where the consideration moves it, whatever part of the
   cost it realises: with both in range the balance after it is, too. */
static bool side_fits(const struct ledger *ledger, uint32_t account,
                      const struct position *position, wide quantity_ubase,
                      wide cost_uusd) {
    const wide cost_all = position->cost_uusd + cost_uusd;
    return money_fits(position->size_ubase + quantity_ubase) && money_fits(cost_all) &&
           money_fits(ledger->balance_micro[account] - cost_all);
}

bool portfolio_fill_fits(const struct portfolio *portfolio, const struct ledger *ledger,
                         uint32_t account, uint32_t instrument, int64_t quantity_ubase,
                         int64_t price_uusd) {
    const struct position *own = portfolio_at(portfolio, account, instrument);
    const struct position *pool = portfolio_at(portfolio, ACCOUNT_POOL, instrument);
    const struct contract *market = &portfolio->market[instrument];
    const wide cost = money_value_ceil(quantity_ubase, price_uusd);
    if (!money_fits(cost) || !side_fits(ledger, account, own, quantity_ubase, cost) ||
        !side_fits(ledger, ACCOUNT_POOL, pool, -(wide)quantity_ubase, -cost) ||
        !money_fits(ledger->balance_micro[ACCOUNT_CLEARING])) {
        return false;
    }
    const int64_t open_interest =
        portfolio_open_interest_after(market, own->size_ubase, quantity_ubase);
    return money_fits(open_interest) &&
           money_fits(money_value_ceil(open_interest, market->mark_price_uusd));
}

/* Realises the part of the cost that belongs to what the fill closed, so that the average
   entry price of the rest stays.  Rounded up: the holder realises no more than is due.
   Range: portfolio_fill_fits. */
static void settle_side(struct ledger *ledger, uint32_t account,
                        struct position *position, int64_t quantity_ubase,
                        int64_t cost_uusd) {
    const int64_t before = position->size_ubase;
    const int64_t after = before + quantity_ubase;
    const int64_t cost_all = position->cost_uusd + cost_uusd;
    int64_t cost_kept = cost_all;
    if (after == 0) {
        cost_kept = 0;
    } else if ((before > 0) != (after > 0) && before != 0) {
        /* Through zero: what is open now was bought by this fill alone. */
        cost_kept = money_mul_div_ceil(cost_uusd, money_magnitude(after),
                                       money_magnitude(quantity_ubase));
    } else if (money_magnitude(after) < money_magnitude(before)) {
        cost_kept = money_mul_div_floor(position->cost_uusd, money_magnitude(after),
                                        money_magnitude(before));
    }
    position->size_ubase = after;
    position->cost_uusd = cost_kept;
    /* What is not kept as cost is realised: profit = -(cost that goes). */
    if (cost_all != cost_kept) {
        ledger_move(ledger, account, ACCOUNT_CLEARING, cost_all - cost_kept);
    }
}

static void count_open_interest(struct contract *market, int64_t size_ubase,
                                int64_t sign) {
    if (size_ubase > 0) {
        market->long_ubase += sign * size_ubase;
    } else {
        market->short_ubase -= sign * size_ubase;
    }
}

void portfolio_fill(struct portfolio *portfolio, struct ledger *ledger, uint32_t account,
                    uint32_t instrument, int64_t quantity_ubase, int64_t price_uusd) {
    assert(account != ACCOUNT_POOL);
    struct contract *market = &portfolio->market[instrument];
    struct position *own = portfolio_at(portfolio, account, instrument);
    struct position *pool = portfolio_at(portfolio, ACCOUNT_POOL, instrument);
    const int64_t cost = money_narrow(money_value_ceil(quantity_ubase, price_uusd));
    assert(own->funding_index == market->funding_index);
    assert(pool->funding_index == market->funding_index);
    count_open_interest(market, own->size_ubase, -1);
    settle_side(ledger, account, own, quantity_ubase, cost);
    settle_side(ledger, ACCOUNT_POOL, pool, -quantity_ubase, -cost);
    count_open_interest(market, own->size_ubase, 1);
}

bool portfolio_transfer_fits(const struct portfolio *portfolio,
                             const struct portfolio_sale *sale) {
    const struct position *giver = portfolio_at(portfolio, sale->from, sale->instrument);
    const struct position *taker = portfolio_at(portfolio, sale->to, sale->instrument);
    const struct contract *market = &portfolio->market[sale->instrument];
    const wide quantity = sale->quantity_ubase;
    const wide cost = money_value_ceil(sale->quantity_ubase, sale->price_uusd);
    const wide open_interest = (wide)money_max(market->long_ubase, market->short_ubase) +
                               money_magnitude(sale->quantity_ubase);
    return money_fits(cost) && money_fits(taker->size_ubase + quantity) &&
           money_fits(giver->size_ubase - quantity) &&
           money_fits(taker->cost_uusd + cost) && money_fits(giver->cost_uusd - cost) &&
           money_fits(open_interest) &&
           money_fits(money_value_ceil((int64_t)open_interest, market->mark_price_uusd));
}

void portfolio_transfer(struct portfolio *portfolio, struct ledger *ledger,
                        const struct portfolio_sale *sale) {
    assert(sale->from != sale->to);
    assert(sale->from != ACCOUNT_POOL && sale->to != ACCOUNT_POOL);
    const int64_t quantity = sale->quantity_ubase;
    struct contract *market = &portfolio->market[sale->instrument];
    struct position *giver = portfolio_at(portfolio, sale->from, sale->instrument);
    struct position *taker = portfolio_at(portfolio, sale->to, sale->instrument);
    const int64_t cost = money_narrow(money_value_ceil(quantity, sale->price_uusd));
    assert(giver->funding_index == market->funding_index);
    assert(taker->funding_index == market->funding_index);
    count_open_interest(market, giver->size_ubase, -1);
    count_open_interest(market, taker->size_ubase, -1);
    settle_side(ledger, sale->from, giver, -quantity, -cost);
    settle_side(ledger, sale->to, taker, quantity, cost);
    count_open_interest(market, giver->size_ubase, 1);
    count_open_interest(market, taker->size_ubase, 1);
}

static bool audit_instrument(const struct portfolio *portfolio, uint32_t instrument,
                             wide *cost_sum) {
    const struct contract *market = &portfolio->market[instrument];
    wide size_sum = 0;
    wide longs = 0;
    wide shorts = 0;
    for (uint32_t account = 0; account < portfolio->account_count; ++account) {
        const struct position *position = portfolio_at(portfolio, account, instrument);
        size_sum += position->size_ubase;
        *cost_sum += position->cost_uusd;
        if (position->size_ubase == 0 && position->cost_uusd != 0) {
            return false;
        }
        if (account != ACCOUNT_POOL) {
            longs += position->size_ubase > 0 ? position->size_ubase : 0;
            shorts += position->size_ubase < 0 ? -(wide)position->size_ubase : 0;
        }
    }
    return size_sum == 0 && longs == market->long_ubase && shorts == market->short_ubase;
}

bool portfolio_audit(const struct portfolio *portfolio, const struct ledger *ledger) {
    wide cost_sum = 0;
    for (uint32_t instrument = 0; instrument < portfolio->instrument_count;
         ++instrument) {
        if (!audit_instrument(portfolio, instrument, &cost_sum)) {
            return false;
        }
    }
    return cost_sum + ledger->balance_micro[ACCOUNT_CLEARING] == 0;
}
