#include "engine/chain/fee_market.h"

#include "engine/money.h"

#include <assert.h>

int64_t fee_market_next(const struct fee_market_terms *terms, int64_t base_fee_wei,
                        int64_t used_gas) {
    assert(terms->target_gas >= 1);
    assert(terms->denominator >= 1);
    assert(base_fee_wei >= 0);
    assert(base_fee_wei <= FEE_MARKET_HIGHEST);
    assert(used_gas >= 0);
    assert(used_gas <= terms->limit_gas);
    const wide whole = (wide)terms->target_gas * terms->denominator;
    if (used_gas > terms->target_gas) {
        const wide more = money_divide_floor(
            (wide)base_fee_wei * (used_gas - terms->target_gas), whole);
        const wide next = base_fee_wei + (more > 1 ? more : 1);
        return next < FEE_MARKET_HIGHEST ? (int64_t)next : FEE_MARKET_HIGHEST;
    }
    const wide less =
        money_divide_floor((wide)base_fee_wei * (terms->target_gas - used_gas), whole);
    return base_fee_wei - (int64_t)less;
}
