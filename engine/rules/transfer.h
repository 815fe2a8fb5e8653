/* transfer.h -- a share of everything an account holds becomes another's.

   Every position goes at the mark price: the one realises its profit in cash, the other's
   cost is the mark, so that a share of the equity is what the caller moves in cash besides.
   Quantities are rounded up, so that what is sold is not less than the share.

   Units    shares in 1e-18.
   Memory   nothing is allocated. */
#ifndef ENGINE_RULES_TRANSFER_H
#define ENGINE_RULES_TRANSFER_H

#include "engine/engine.h"

/* portfolio_share_ubase returns the signed quantity that is a share of a position. */
int64_t portfolio_share_ubase(const struct engine *engine, uint32_t account,
                              uint32_t instrument, wide share);

/* portfolio_share_fits tells whether portfolio_transfer_share and then moving cash from the
   one to the other keeps everything in range: sizes, costs and open interest as in
   portfolio_exchange_fits; |balance| + |cash| + all costs, old and new, and the funding owed
   on either side; what ACCOUNT_CLEARING holds and all that may pass through it. */
bool portfolio_share_fits(const struct engine *engine, uint32_t from, uint32_t to,
                          wide share, wide cash_uusd);

/* portfolio_transfer_share moves a share of every position at the mark price and adds both
   accounts to touched; it returns the notional that went, rounded down.
   Range  portfolio_share_fits. */
int64_t portfolio_transfer_share(struct engine *engine, uint32_t from, uint32_t to,
                                 wide share);

#endif
