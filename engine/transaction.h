/* transaction.h -- what may be asked of the engine, and what it answers.

   Units    micro-USD, 1e-6 base units, nanoseconds since 1970 UTC.
   Memory   values; copy them freely.  Both structs have no padding. */
#ifndef ENGINE_TRANSACTION_H
#define ENGINE_TRANSACTION_H

#include "engine/status.h"

#include <stdint.h>

/* X(identifier, name, meaning) */
#define TRANSACTION_KINDS(X)                                                             \
    X(DEPOSIT, "deposit", "an asset arrives from outside: account, asset, amount")       \
    X(WITHDRAW, "withdraw", "an asset leaves once final: account, asset, amount")        \
    X(TRADE, "trade",                                                                    \
      "against the pool: account, instrument, signed amount, limit price")               \
    X(LIQUIDATE, "liquidate",                                                            \
      "one close-out of target by the keeper account; matched: account takes it over")   \
    X(REPORT, "oracle_report", "a reporter's price: account, instrument, price, time")   \
    X(AUCTION_START, "auction_start",                                                    \
      "puts the target's portfolio up for sale, or has it go on as insolvent")           \
    X(BID, "bid",                                                                        \
      "account buys amount (1e-6) of the target's portfolio for at most price")          \
    X(AUCTION_STOP, "auction_stop", "ends the auction of a target that has recovered")   \
    X(BITE, "bite",                                                                      \
      "puts a lot of the target's collateral up for sale: account, target")              \
    X(LOT_BID, "lot_bid", "account bids price in all for amount of the lot target")      \
    X(DEAL, "deal", "hands over the lot target, or starts it anew: account, target")     \
    X(STUFF, "stuff", "nothing but the gas it uses: account")                            \
    X(STAKE, "stake", "cash of the account becomes the pool's, for shares of it")        \
    X(UNSTAKE, "unstake", "shares of the pool become cash that leaves: account, shares")

#define TRANSACTION_ENUM(identifier, name, meaning) TRANSACTION_##identifier,
enum transaction_kind { TRANSACTION_KINDS(TRANSACTION_ENUM) TRANSACTION_KIND_COUNT };
#undef TRANSACTION_ENUM

/* What DEPOSIT and WITHDRAW move: their transaction's instrument. */
enum asset { ASSET_CASH, ASSET_UNDERLYING, ASSET_COUNT };

/* The least fee that replaces a waiting transaction, in parts of its own. */
#define TRANSACTION_BUMP_PPM INT64_C(1100000)

struct transaction {
    uint32_t kind;    /* enum transaction_kind */
    uint32_t account; /* who sends it; REPORT: index of the reporter */
    uint32_t target;  /* LIQUIDATE, AUCTION_*, BID, BITE: whose; LOT_BID, DEAL: the lot's
                            id; else 0 */
    uint32_t instrument; /* DEPOSIT, WITHDRAW: enum asset */
    int64_t amount;      /* 1e-6 of the asset; signed 1e-6 base units for TRADE; share for
                            BID; 1e-6 shares for UNSTAKE; matched LIQUIDATE: most base
                            units taken over, 0 as many as may be */
    int64_t price_uusd;  /* TRADE: worst price accepted, 0 none; REPORT: the price;
                            BID: most that is paid, negative: least received, 0 none;
                            LOT_BID: the bid, micro-USD; matched LIQUIDATE: paid for it,
                            0 deleveraging */
    int64_t time_ns;     /* REPORT: when the price was observed; else 0 */
};
_Static_assert(sizeof(struct transaction) == 40, "no padding");

struct receipt {
    uint64_t status;             /* enum engine_status; all else is 0 unless ENGINE_OK */
    int64_t filled_ubase;        /* signed change of the position, against the pool or
                                    whoever took it over */
    int64_t fill_price_uusd;     /* price of the fill */
    int64_t mark_price_uusd;     /* mark price the decision was taken at */
    int64_t fee_uusd;            /* trading fee */
    int64_t penalty_uusd;        /* liquidation penalty, keeper's part included */
    int64_t keeper_reward_uusd;  /* received by the keeper */
    int64_t keeper_tip_uusd;     /* part of it that the insurance fund paid */
    int64_t slippage_uusd;       /* |fill - mark| times size */
    int64_t shortfall_uusd;      /* of the account closed by this transaction */
    int64_t fund_paid_uusd;      /* part of it paid by the insurance fund */
    int64_t socialised_uusd;     /* part of it charged to accounts other than the pool */
    int64_t pool_absorbed_uusd;  /* part of it charged to the pool */
    int64_t charged_equity_uusd; /* equity of those charged, before the charge */
    int64_t seized_ubase;      /* units of the underlying the pool bought of the target */
    int64_t seize_price_uusd;  /* at which it did */
    int64_t deleveraged_ubase; /* signed change of the position against other accounts'
                                    positions instead of the pool: auto-deleveraging */
    int64_t deleverage_price_uusd; /* price of all those fills */
    int64_t haircut_uusd; /* what it gave more than they were worth at the mark */
    int64_t deleverage_covered_uusd; /* part of the shortfall that paid */
    int64_t overshoot_uusd;          /* the rest of it: left with the closed account */
    int64_t deleveraged_count;       /* accounts whose positions those were */
    int64_t lot_notional_uusd; /* of what changed hands in an auction, at the mark */
    int64_t lot_fair_uusd;     /* its part of the account's equity */
    int64_t lot_paid_uusd; /* by the bidder; negative: to the bidder; of a lot: the bid */
    uint64_t lot;          /* id of the lot of an English auction */
    int64_t lot_ubase;     /* collateral in it; DEAL: handed to the winner */
    int64_t shares;        /* signed change of the account's shares of the pool */
    int64_t pool_cash_uusd; /* signed: what the pool got for them */
};
_Static_assert(sizeof(struct receipt) == 29 * 8, "no padding");

/* transaction_kind_name is the kind as it is written in files. */
const char *transaction_kind_name(enum transaction_kind kind);

#endif
