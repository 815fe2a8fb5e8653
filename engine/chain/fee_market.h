/* fee_market.h -- the price of block space: the base fee from one block to the next.

   A block that uses its target of gas leaves the base fee alone; one that uses more raises
   it and one that uses less lowers it, in proportion, by at most 1 / denominator:

       more  b' = b + max(b (used - target) / target / denominator, 1)
       less  b' = b - b (target - used) / target / denominator

   in whole wei, every division rounded down, as the protocol computes it.  So a base fee
   below the denominator does not fall any more, and any use above target raises it.  No
   chain reaches FEE_MARKET_HIGHEST; there it would stand still.

   Units    fees wei per unit of gas; gas in units of gas.
   Memory   values only.
   Threads  pure.
   Source   EIP-1559, "Specification" (expected_base_fee_per_gas; denominator 8, limit twice
            the target). */
#ifndef ENGINE_CHAIN_FEE_MARKET_H
#define ENGINE_CHAIN_FEE_MARKET_H

#include <stdint.h>

#define FEE_MARKET_HIGHEST INT64_C(1000000000000000000) /* wei: an ETH per gas */

struct fee_market_terms {
    int64_t target_gas;  /* of a block; at least 1 */
    int64_t limit_gas;   /* most a block may use */
    int64_t denominator; /* at least 1 */
};

/* fee_market_next returns the base fee of the block after one with base_fee_wei that used
   used_gas.
   Range   0 <= base_fee_wei <= FEE_MARKET_HIGHEST, 0 <= used_gas <= limit_gas. */
int64_t fee_market_next(const struct fee_market_terms *terms, int64_t base_fee_wei,
                        int64_t used_gas);

#endif
