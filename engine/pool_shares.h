/* pool_shares.h -- who owns the pool: shares, issued for cash and redeemed for cash.

   A share is a claim on the pool's equity E at the mark price, with S shares out:
     stake    cash c brings  floor(c * S / E)  shares; the first ones cost a micro-USD each,
              and what the pool had before them is the treasury's, at the same price;
     unstake  s shares bring floor(s * E / S)  micro-USD.
   Both are rounded against whoever asks, so the others' shares never lose by it.  Without
   equity a share is worth nothing: none is issued, none redeemed.  Cash leaves only as far
   as it is free and as the pool keeps its reserve: a part of its net notional as equity.

   Units    shares in 1e-6 of a share, micro-USD, ppm.
   Memory   pool_shares_footprint bytes aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  as the ledger.
   Source   liquidity tokens at net asset value: GMX, GlpManager; Hyperliquid, HLP vault
            shares; reserve: GMX v2, MarketUtils reserve factor. */
#ifndef ENGINE_POOL_SHARES_H
#define ENGINE_POOL_SHARES_H

#include "engine/money.h"

#include <stddef.h>

struct pool_shares_terms {
    int64_t reserve_ppm; /* equity kept, as a share of the pool's net notional */
};

struct pool_shares_totals {
    wide issued, redeemed; /* since ever */
    int64_t outstanding;
};

struct pool_shares { /* a view */
    uint32_t account_count;
    int64_t *held; /* [account] */
    struct pool_shares_totals *totals;
};

/* pool_shares_footprint returns the bytes the shares of so many accounts need. */
size_t pool_shares_footprint(uint32_t account_count);

/* pool_shares_bind points the view at memory; it reads and writes nothing there. */
void pool_shares_bind(struct pool_shares *shares, uint32_t account_count, void *memory);

/* pool_shares_for returns how many shares the cash brings, rounded down; 0 when the pool
   has shares and no equity. */
wide pool_shares_for(const struct pool_shares *shares, int64_t cash_uusd,
                     wide equity_uusd);

/* pool_shares_worth returns what so many of the outstanding shares bring, rounded down; 0
   when the pool has no equity. */
wide pool_shares_worth(const struct pool_shares *shares, int64_t amount,
                       wide equity_uusd);

/* pool_shares_worth_at_most returns the most shares that are worth no more than the cash. */
int64_t pool_shares_worth_at_most(const struct pool_shares *shares, int64_t cash_uusd,
                                  wide equity_uusd);

/* pool_shares_issue gives the account so many new shares; they fit, asserted. */
void pool_shares_issue(struct pool_shares *shares, uint32_t account, int64_t amount);

/* pool_shares_redeem takes so many from the account, which has them, asserted. */
void pool_shares_redeem(struct pool_shares *shares, uint32_t account, int64_t amount);

/* pool_shares_residual is shares issued less redeemed less outstanding: 0, in O(1). */
wide pool_shares_residual(const struct pool_shares *shares);

/* pool_shares_audit recomputes the sum, O(accounts): true when the accounts hold what is
   outstanding and none holds less than nothing. */
bool pool_shares_audit(const struct pool_shares *shares);

#endif
