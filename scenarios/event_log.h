/* event_log.h -- what happened on one path, row by row, for a reader.

   A world has an event log or none.  A Monte Carlo path has none and pays a comparison; a
   replay gives one and gets the same bits with it: the log only looks.  It is not part of the
   world's block.  How many rows a path has is known when it has ended: run it once with room
   for none, then again with room for count.

   A row is generic over the kinds of transaction: it holds the transaction and its receipt
   as they are.

   Units    micro-USD, 1e-6 base units, wei, nanoseconds.
   Memory   the rows are the caller's; nothing is allocated.
   Threads  one log per world. */
#ifndef SCENARIOS_EVENT_LOG_H
#define SCENARIOS_EVENT_LOG_H

#include "engine/digest.h"
#include "engine/transaction.h"

#include <stdbool.h>
#include <stdint.h>

struct world;
struct mempool_entry;

/* X(identifier, name, meaning); amount is that of the row, at the start the open interest. */
#define EVENT_KINDS(X)                                                                   \
    X(START, "start", "the metrics begin")                                               \
    X(PRICE, "price", "the outside price has moved by 1 % since the last such row")      \
    X(GAS, "gas", "the base fee has doubled or halved since the last such row")          \
    X(MISSED, "missed_slot", "a slot without a block")                                   \
    X(REORG, "reorg", "the chain took back its last blocks, amount of them")             \
    X(ORPHANED, "orphaned", "a transaction of theirs: it waits again")                   \
    X(TRANSACTION, "transaction", "a block included it: accepted or refused")            \
    X(REPRICED, "repriced", "a waiting transaction offers a higher fee")                 \
    X(STUCK, "stuck", "a keeper's transaction has waited for 25 blocks")                 \
    X(EVICTED, "evicted", "a transaction pushed out of a full mempool")                  \
    X(UNPAID, "unpaid", "a transaction dropped: its sender cannot pay the gas")          \
    X(RELEASED, "released", "a withdrawal of amount is final and leaves the chain")      \
    X(DEPARTED, "departed", "amount sets off over the bridge to the account")            \
    X(ARRIVED, "arrived", "amount from the chain arrives in the purse outside")          \
    X(HEDGE, "hedge", "the pool's hedger traded amount base units outside")              \
    X(DEPLETED, "fund_depleted", "the insurance fund could not pay a request in full")   \
    X(GATED, "gated", "withdrawals are blocked")                                         \
    X(OPENED, "opened", "withdrawals are accepted again")                                \
    X(ROOT, "root", "state root, and history since the genesis block")                   \
    X(END, "end", "the horizon")                                                         \
    X(FAILED, "failed", "the path failed")

#define EVENT_ENUM(identifier, name, meaning) EVENT_LOG_##identifier,
enum event_log_kind { EVENT_KINDS(EVENT_ENUM) EVENT_LOG_KIND_COUNT };
#undef EVENT_ENUM

struct event_row {
    int64_t time_ns;
    uint64_t block; /* number of the last one */
    uint32_t kind;  /* enum event_log_kind */
    uint32_t account;
    int64_t amount;
    int64_t fee_wei;   /* offered by the transaction */
    int64_t waited_ns; /* by the transaction, in the mempool */
    /* the state after the event */
    int64_t outside_uusd, index_uusd, base_fee_wei, fund_uusd;
    int64_t bad_debt_uusd;          /* shortfalls so far */
    struct transaction transaction; /* zero where there is none */
    struct receipt receipt;         /* zero where there is none */
    /* EVENT_LOG_ROOT: BLAKE2b-256 of the state, and of every transaction with its receipt
       since the genesis block, which itself is in the state; orphans no longer count. */
    unsigned char root[DIGEST_SIZE], history[DIGEST_SIZE];
};

/* The extremes of a path from the start on, and when they were first seen. */
struct event_extremes {
    int64_t low_uusd, low_ns, high_uusd, high_ns;
    int64_t gas_wei, gas_ns;
    int64_t gap_ppm, gap_ns; /* |oracle / outside - 1| */
};

struct event_log {
    struct event_row *row;
    uint64_t capacity;
    uint64_t count;        /* of all rows, those without room included */
    int64_t root_every_ns; /* a state root is taken so often, and after a shortfall */
    struct event_extremes extremes;
    /* what the last rows told */
    struct digest history;
    struct digest fork_history; /* when the fork at hand began */
    int64_t root_ns, price_uusd, fee_wei, shortfall_uusd;
    bool started, gated, depleted;
};

/* event_log_init begins a log with room for capacity rows. */
void event_log_init(struct event_log *log, struct event_row *row, uint64_t capacity,
                    int64_t root_every_ns);

/* event_log_note adds one row of an account and an amount to the world's log, if it has
   one; so do all that follow. */
void event_log_note(struct world *world, enum event_log_kind kind, uint32_t account,
                    int64_t amount);

/* event_log_entry adds a row about a transaction that is not in a block. */
void event_log_entry(struct world *world, enum event_log_kind kind,
                     const struct mempool_entry *entry);

/* event_log_transaction adds the row of a transaction a block has included. */
void event_log_transaction(struct world *world, const struct mempool_entry *entry,
                           const struct receipt *receipt);

/* event_log_start adds that the metrics begin, and the first state root. */
void event_log_start(struct world *world);

/* event_log_fork remembers the history when a fork begins; event_log_reorg adds that its
   blocks were taken back and returns to that history. */
void event_log_fork(struct world *world);
void event_log_reorg(struct world *world, int64_t blocks);

/* event_log_slot adds what a slot has changed, and a state root when one is due. */
void event_log_slot(struct world *world, bool missed);

/* event_log_end adds the last state root and how the path ended, and takes the log from the
   world. */
void event_log_end(struct world *world);

/* event_log_kind_name is the kind as it is written in files; event_log_kind_meaning says
   what it is. */
const char *event_log_kind_name(enum event_log_kind kind);
const char *event_log_kind_meaning(enum event_log_kind kind);

#endif
