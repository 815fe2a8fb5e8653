/* outcome.h -- what one path yields: a flat record whose fields are one table.

   The table drives the digest, the shard record, the HDF5 columns, the estimates and the
   manual.  Definitions are those of DESIGN.md, "Canonical outcome fields"; changing one
   renames the field.

   Units    by kind: OUTCOME_MONEY int64 micro-USD (USD in files), OUTCOME_COUNT int64,
            OUTCOME_FLAG int64 0 or 1, OUTCOME_TIME int64 nanoseconds (h or min in files),
            OUTCOME_RATIO double, OUTCOME_GAS int64 wei (gwei in files).
   Memory   a value; copy it freely.
   Threads  one record per path. */
#ifndef SCENARIOS_OUTCOME_H
#define SCENARIOS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome_kind {
    OUTCOME_MONEY,
    OUTCOME_COUNT,
    OUTCOME_FLAG,
    OUTCOME_TIME,
    OUTCOME_RATIO,
    OUTCOME_GAS,
};

/* X(identifier, name, kind, unit in files, meaning); order is part of the digest. */
#define OUTCOME_FIELDS(X)                                                                \
    X(BAD_DEBT, "bad_debt", MONEY, "USD",                                                \
      "sum of account shortfalls, closed and open, before any layer pays")               \
    X(SHORTFALL_OPEN, "shortfall_open", MONEY, "USD",                                    \
      "part of bad_debt still unresolved at the horizon, at the outside price")          \
    X(BAD_DEBT_MATERIAL, "bad_debt_material", FLAG, "1",                                 \
      "bad_debt above materiality (default 0.1 % of opening open interest)")             \
    X(ANY_BAD_DEBT, "any_bad_debt", FLAG, "1", "bad_debt above zero")                    \
    X(FUND_DRAW, "fund_draw", MONEY, "USD", "paid by the insurance fund to shortfalls")  \
    X(FUND_MIN, "fund_min", MONEY, "USD", "lowest balance of the insurance fund")        \
    X(FUND_DEPLETED, "fund_depleted", FLAG, "1",                                         \
      "a request could not be paid in full from the insurance fund")                     \
    X(FUND_DEPLETION_TIME, "fund_depletion_time", TIME, "h",                             \
      "first such request, from the start; missing when it did not happen")              \
    X(UNCOVERED_LOSS, "uncovered_loss", MONEY, "USD",                                    \
      "bad_debt less what fund and backstop paid")                                       \
    X(INSOLVENCY, "insolvency", FLAG, "1", "uncovered_loss above zero: the headline")    \
    X(SOCIALISED_LOSS, "socialised_loss", MONEY, "USD",                                  \
      "residual charged to owners who did not default, after auto-deleveraging")         \
    X(HAIRCUT_RATE, "haircut_rate", RATIO, "1",                                          \
      "socialised_loss over the equity of those charged")                                \
    X(POOL_ABSORBED, "pool_absorbed", MONEY, "USD",                                      \
      "residual charged to the pool as a winner")                                        \
    X(POOL_PNL, "pool_pnl", MONEY, "USD",                                                \
      "change of the pool's equity less deposits and withdrawals, on chain")             \
    X(POOL_PNL_HEDGED, "pool_pnl_hedged", MONEY, "USD",                                  \
      "pool_pnl including the hedge held outside")                                       \
    X(LIQUIDATED_NOTIONAL, "liquidated_notional", MONEY, "USD",                          \
      "size times mark at each forced reduction of the original account")                \
    X(LIQUIDATED_SHARE, "liquidated_share", RATIO, "1",                                  \
      "liquidated_notional over opening open interest")                                  \
    X(LIQUIDATED_ACCOUNTS, "liquidated_accounts", COUNT, "1",                            \
      "distinct accounts with a forced reduction")                                       \
    X(LIQUIDATION_COST, "liquidation_cost", MONEY, "USD",                                \
      "slippage against mark, penalties and keeper fees")                                \
    X(SLIPPAGE_RATE, "slippage_rate", RATIO, "1",                                        \
      "|fill - mark| times size over liquidated_notional")                               \
    X(MPOR_P50, "mpor_p50", TIME, "min",                                                 \
      "margin period of risk, notional-weighted median: under maintenance to last fill") \
    X(MPOR_P95, "mpor_p95", TIME, "min", "its notional-weighted 95 % quantile")          \
    X(UNDERMARGINED_MAX, "undermargined_max", MONEY, "USD",                              \
      "largest notional under maintenance at the outside price")                         \
    X(IMPACT_MAX, "impact_max", RATIO, "1", "largest |exp(permanent + temporary) - 1|")  \
    X(FEEDBACK_BAD_DEBT, "feedback_bad_debt", MONEY, "USD",                              \
      "bad_debt less that of the twin without impact")                                   \
    X(CASCADE_RATIO, "cascade_ratio", RATIO, "1",                                        \
      "liquidated accounts that the twin does not liquidate, over all")                  \
    X(ORACLE_GAP_MAX, "oracle_gap_max", RATIO, "1", "largest |oracle / outside - 1|")    \
    X(GAS_P95, "gas_p95", GAS, "gwei",                                                   \
      "95 % quantile of the inclusion price over blocks")                                \
    X(GAS_PEAK, "gas_peak", GAS, "gwei", "largest inclusion price")                      \
    X(GAS_RETURN_RANK, "gas_return_rank", RATIO, "1",                                    \
      "Spearman correlation of gas with |10-minute return|")                             \
    X(KEEPER_EXCLUDED_SHARE, "keeper_excluded_share", RATIO, "1",                        \
      "keeper transactions not included within 25 blocks, over all")                     \
    X(CAPITAL_LOCKED, "capital_locked", MONEY, "USD",                                    \
      "time average of the traders' posted collateral")                                  \
    X(CAPITAL_EFFICIENCY, "capital_efficiency", RATIO, "1",                              \
      "time average of open interest over capital_locked")                               \
    X(RECOVERED_LIQUIDATION_SHARE, "recovered_liquidation_share", RATIO, "1",            \
      "liquidated notional whose account, untouched, is above initial margin within 4 "  \
      "h")                                                                               \
    X(COVER_1, "cover_1", MONEY, "USD", "largest owner's shortfall")                     \
    X(COVER_2, "cover_2", MONEY, "USD", "two largest owners' shortfalls")                \
    X(KEEPER_PNL, "keeper_pnl", MONEY, "USD", "keepers' rewards less gas")               \
    X(IMMEDIATE_LIQUIDATION_NOTIONAL, "immediate_liquidation_notional", MONEY, "USD",    \
      "notional under maintenance margin at the start")                                  \
    X(OI_WITHIN_5PCT, "oi_within_5pct", RATIO, "1",                                      \
      "share of opening open interest liquidatable by a 5 % adverse move")               \
    X(WITHDRAWAL_BLOCKED_TIME, "withdrawal_blocked_time", TIME, "h",                     \
      "time a solvent withdrawal is refused")                                            \
    X(STORM_DRAWDOWN, "storm_drawdown", RATIO, "1",                                      \
      "lowest exogenous price against the start, as a negative return")                  \
    X(BAD_DEBT_UNDERLYING, "bad_debt_underlying", MONEY, "USD",                          \
      "part of bad_debt of accounts whose collateral was the underlying itself")         \
    X(ADL, "adl", FLAG, "1", "an account was auto-deleveraged")                          \
    X(ADL_NOTIONAL, "adl_notional", MONEY, "USD",                                        \
      "winners' size times mark that auto-deleveraging closed")                          \
    X(ADL_HAIRCUT, "adl_haircut", MONEY, "USD",                                          \
      "its value at the mark less what the winners received")                            \
    X(ADL_OVERSHOOT, "adl_overshoot", MONEY, "USD",                                      \
      "adl_haircut less the shortfall it covered")                                       \
    X(ADL_MAX_SHARE, "adl_max_share", RATIO, "1",                                        \
      "largest owner's share of adl_haircut")                                            \
    X(AUCTION_RECOVERY, "auction_recovery", RATIO, "1",                                  \
      "bids paid and equity returned over equity at the trigger, solvent auctions")      \
    X(ZERO_BID_SHARE, "zero_bid_share", RATIO, "1",                                      \
      "auctioned notional cleared at <= 10 % of fair value, or left without a bid")      \
    X(ADVERSARY_PROFIT, "adversary_profit", MONEY, "USD",                                \
      "what adversaries own at the horizon, at the outside price, less what they had")   \
    X(REORGANISATIONS, "reorganisations", COUNT, "1",                                    \
      "forks whose blocks the chain took back")                                          \
    X(LP_WITHDRAWN, "lp_withdrawn", MONEY, "USD",                                        \
      "cash that owners of the pool took out of it for their shares")                    \
    X(POOL_LIQUIDITY_GAP_MAX, "pool_liquidity_gap_max", MONEY, "USD",                    \
      "largest cash due to leaving owners within 1 h less what the pool can pay them")   \
    X(ARBITRAGE_PNL, "arbitrage_pnl", MONEY, "USD",                                      \
      "change of what the arbitrageur owns, at the outside price, gas included")         \
    X(IDENTITY_RESIDUAL, "identity_residual", COUNT, "1e-6 USD",                         \
      "sum of the residuals of all accounting identities; must be 0")

#define OUTCOME_ENUM(identifier, name, kind, unit, meaning) OUTCOME_##identifier,
enum outcome_field { OUTCOME_FIELDS(OUTCOME_ENUM) OUTCOME_FIELD_COUNT };
#undef OUTCOME_ENUM

struct outcome_description {
    const char *name;
    enum outcome_kind kind;
    const char *unit; /* in files and on screen */
    const char *meaning;
};
extern const struct outcome_description outcome_descriptions[OUTCOME_FIELD_COUNT];

/* Why a path ended: the status of a path, 0 when it reached the horizon. */
#define OUTCOME_STATUSES(X)                                                              \
    X(COMPLETE, "complete")                                                              \
    X(LIMIT, "a bounded container was full")                                             \
    X(PRICE_RANGE, "a price left [1 micro-USD x 1000, 2^53]")                            \
    X(NUMERIC, "a model produced a value that is not a number")                          \
    X(INVARIANT, "an accounting identity was broken")

#define OUTCOME_STATUS_ENUM(identifier, text) OUTCOME_STATUS_##identifier,
enum outcome_status { OUTCOME_STATUSES(OUTCOME_STATUS_ENUM) OUTCOME_STATUS_COUNT };
#undef OUTCOME_STATUS_ENUM

union outcome_value {
    int64_t integer; /* every kind but RATIO */
    double real;     /* OUTCOME_RATIO */
};

struct outcome {
    uint64_t path;
    uint64_t status;      /* enum outcome_status */
    uint64_t log_head[2]; /* of the path's transaction log */
    uint64_t missing;     /* bit i: field i has no value on this path */
    union outcome_value value[OUTCOME_FIELD_COUNT];
};
_Static_assert(OUTCOME_FIELD_COUNT <= 64, "outcome.missing has one bit a field");

/* OUTCOME_RECORD_SIZE bytes hold one serialised outcome: little-endian u64 words in the
   order path, status, log head, missing, values; doubles as bits, -0 written as +0, a
   missing value as 0. */
#define OUTCOME_RECORD_SIZE (8 * (5 + OUTCOME_FIELD_COUNT))

/* outcome_write serialises; outcome_read is its inverse. */
void outcome_write(const struct outcome *outcome,
                   unsigned char record[OUTCOME_RECORD_SIZE]);
void outcome_read(struct outcome *outcome,
                  const unsigned char record[OUTCOME_RECORD_SIZE]);

/* outcome_digest writes the path digest: BLAKE2b-256 over (path u64, status u32, every
   field in table order as a presence byte and 8 bytes, the log head). */
void outcome_digest(const struct outcome *outcome, unsigned char digest[32]);

/* outcome_missing tells whether the field has no value on this path. */
bool outcome_missing(const struct outcome *outcome, enum outcome_field field);

/* outcome_status_text is the status in words. */
const char *outcome_status_text(enum outcome_status status);

#endif
