#include "engine/pool_shares.h"

#include "engine/segment.h"

size_t pool_shares_footprint(uint32_t account_count) {
    return segment_size(account_count * sizeof(int64_t)) +
           segment_size(sizeof(struct pool_shares_totals));
}

void pool_shares_bind(struct pool_shares *shares, uint32_t account_count, void *memory) {
    unsigned char *cursor = memory;
    shares->account_count = account_count;
    shares->held = segment_take(&cursor, account_count * sizeof(int64_t));
    shares->totals = segment_take(&cursor, sizeof(struct pool_shares_totals));
}

wide pool_shares_for(const struct pool_shares *shares, int64_t cash_uusd,
                     wide equity_uusd) {
    const int64_t outstanding = shares->totals->outstanding;
    if (outstanding == 0) {
        return cash_uusd;
    }
    return equity_uusd <= 0
               ? 0
               : money_divide_floor((wide)cash_uusd * outstanding, equity_uusd);
}

wide pool_shares_worth(const struct pool_shares *shares, int64_t amount,
                       wide equity_uusd) {
    const int64_t outstanding = shares->totals->outstanding;
    assert(amount >= 0);
    assert(amount <= outstanding);
    return equity_uusd <= 0 || outstanding == 0
               ? 0
               : money_divide_floor(equity_uusd * amount, outstanding);
}

/* floor(s E / S) <= c as long as s E < (c + 1) S. */
int64_t pool_shares_worth_at_most(const struct pool_shares *shares, int64_t cash_uusd,
                                  wide equity_uusd) {
    const int64_t outstanding = shares->totals->outstanding;
    assert(cash_uusd >= 0);
    if (equity_uusd <= 0) {
        return 0;
    }
    const wide most =
        money_divide_ceil(((wide)cash_uusd + 1) * outstanding, equity_uusd) - 1;
    return most < 0 ? 0 : most > outstanding ? outstanding : (int64_t)most;
}

void pool_shares_issue(struct pool_shares *shares, uint32_t account, int64_t amount) {
    assert(account < shares->account_count);
    assert(amount >= 0);
    assert(amount <= MONEY_SIZE_MAX - shares->totals->outstanding);
    shares->held[account] += amount;
    shares->totals->outstanding += amount;
    shares->totals->issued += amount;
}

void pool_shares_redeem(struct pool_shares *shares, uint32_t account, int64_t amount) {
    assert(account < shares->account_count);
    assert(amount >= 0);
    assert(amount <= shares->held[account]);
    shares->held[account] -= amount;
    shares->totals->outstanding -= amount;
    shares->totals->redeemed += amount;
}

wide pool_shares_residual(const struct pool_shares *shares) {
    const struct pool_shares_totals *totals = shares->totals;
    return totals->issued - totals->redeemed - totals->outstanding;
}

bool pool_shares_audit(const struct pool_shares *shares) {
    wide sum = 0;
    for (uint32_t account = 0; account < shares->account_count; ++account) {
        if (shares->held[account] < 0) {
            return false;
        }
        sum += shares->held[account];
    }
    return sum == shares->totals->outstanding && pool_shares_residual(shares) == 0;
}
