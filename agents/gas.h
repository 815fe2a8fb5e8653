/* gas.h -- what agents reckon with when they send: fees and what gas costs.

   Units    wei per gas; micro-USD; ETH's price in micro-USD; ppm.
   Memory   values.
   Threads  pure functions. */
#ifndef AGENTS_GAS_H
#define AGENTS_GAS_H

#include "engine/money.h"
#include "engine/transaction.h"

/* gas_fee_wei returns a fee so much above another, rounded up, at most cap. */
static inline int64_t gas_fee_wei(int64_t fee_wei, int64_t above_ppm, int64_t cap_wei) {
    const wide fee =
        money_divide_ceil((wide)fee_wei * (MONEY_ONE + above_ppm), MONEY_ONE);
    return fee > cap_wei ? cap_wei : money_narrow(fee);
}

/* gas_cost_uusd returns what so much gas costs at a fee, rounded up. */
static inline wide gas_cost_uusd(int64_t gas, int64_t fee_wei, int64_t price_uusd) {
    return money_divide_ceil((wide)gas * fee_wei * price_uusd, MONEY_INDEX_ONE);
}

/* gas_replaces tells whether a fee is high enough to replace a waiting transaction's. */
static inline bool gas_replaces(int64_t fee_wei, int64_t waiting_wei) {
    return (wide)fee_wei * MONEY_ONE >= (wide)waiting_wei * TRANSACTION_BUMP_PPM;
}

#endif
