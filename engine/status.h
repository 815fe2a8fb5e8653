/* status.h -- the engine's answers, in order of precedence: the first row that applies is
   the one reported.

   Memory   texts are static. */
#ifndef ENGINE_STATUS_H
#define ENGINE_STATUS_H

#define ENGINE_STATUS_TABLE(X)                                                           \
    X(OK, "ok")                                                                          \
    X(UNKNOWN_KIND, "transaction kind does not exist")                                   \
    X(WRONG_MECHANISM, "accounts are liquidated in another way")                         \
    X(UNKNOWN_ACCOUNT, "account does not exist or may not do this")                      \
    X(UNKNOWN_INSTRUMENT, "instrument does not exist")                                   \
    X(UNKNOWN_ASSET, "asset is not accepted as collateral")                              \
    X(UNKNOWN_REPORTER, "account is not an oracle reporter")                             \
    X(IN_AUCTION, "account is in an auction")                                            \
    X(NOT_IN_AUCTION, "account is in no auction")                                        \
    X(NO_AUCTION, "auction does not exist")                                              \
    X(BAD_AMOUNT, "amount is zero, negative or beyond the range of the ledger")          \
    X(BAD_PRICE, "price is outside [1 micro-USD, 2^53]")                                 \
    X(REPORT_NOT_NEWER, "report is not newer than the reporter's last one")              \
    X(REPORT_NOT_DUE, "report neither deviates enough nor is its heartbeat due")         \
    X(NO_PRICE, "no index price yet")                                                    \
    X(STALE_PRICE, "index price is older than the staleness limit")                      \
    X(NO_POSITION, "account has no position in this instrument")                         \
    X(HEALTHY, "account is not below its maintenance margin")                            \
    X(LIQUIDATION_LIMIT, "account was already liquidated in this block")                 \
    X(AUCTION_INSOLVENT, "account's equity does not exceed what bids have paid in")      \
    X(NOT_RECOVERED, "account is still below what ends its auction")                     \
    X(AUCTIONS_FULL, "there is no room for another auction")                             \
    X(AUCTION_OVER, "auction takes no more bids")                                        \
    X(AUCTION_OPEN, "auction still takes bids")                                          \
    X(BID_TOO_LOW, "bid does not outbid the last one by the least raise")                \
    X(WITHDRAWALS_GATED, "withdrawals are blocked after a recent shortfall")             \
    X(QUEUE_FULL, "withdrawal queue is full")                                            \
    X(LIMIT_PRICE, "price is worse than the limit price")                                \
    X(COLLATERAL_CAP, "value of the collateral asset would exceed its cap")              \
    X(POOL_EXPOSURE, "pool's net exposure would exceed its limit")                       \
    X(POOL_INSOLVENT, "pool has no equity to take the other side")                       \
    X(INSUFFICIENT_SHARES, "account has not so many shares of the pool")                 \
    X(SHARES_DUST, "amount is not worth the least part of a share, or of a dollar")      \
    X(POOL_CASH, "pool has not so much free cash")                                       \
    X(POOL_RESERVE, "pool keeps this cash against its net position")                     \
    X(INSUFFICIENT_COLLATERAL, "equity would fall below the initial margin")             \
    X(OVERFLOW, "amount does not fit the ledger's 64-bit micro-USD")                     \
    X(FUND_INSUFFICIENT, "insurance fund has less than the takeover would cost it")

#define ENGINE_STATUS_ENUM(name, text) ENGINE_##name,
enum engine_status { ENGINE_STATUS_TABLE(ENGINE_STATUS_ENUM) ENGINE_STATUS_COUNT };
#undef ENGINE_STATUS_ENUM

/* engine_status_text is the status in words. */
const char *engine_status_text(enum engine_status status);

/* engine_status_name is the status as it is written in files: "HEALTHY". */
const char *engine_status_name(enum engine_status status);

#endif
