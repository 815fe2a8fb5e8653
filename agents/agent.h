/* agent.h -- how a participant meets the world: an observation in, intents out.

   An agent holds no pointer into the engine.  It sees what such a participant could see,
   with its latency, and returns what it wants done: a transaction with a fee, an order on
   the outside market, or a transfer to the chain.  What a kind may see is a mask; a field
   outside the mask is zero.

   Units    micro-USD, 1e-6 base units, wei per gas, nanoseconds.
   Memory   state of state_size bytes a member, plain data in the world's block; a reply is
            the caller's.
   Threads  pure functions of their arguments. */
#ifndef AGENTS_AGENT_H
#define AGENTS_AGENT_H

#include "engine/param.h"
#include "engine/transaction.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What may be observed; each kind has a mask of these. */
enum observe {
    OBSERVE_OUTSIDE = 1,        /* outside price, at the agent's own venue */
    OBSERVE_INDEX = 2,          /* index price and its time */
    OBSERVE_GAS = 4,            /* what inclusion in the last block took */
    OBSERVE_ACCOUNT = 8,        /* own margin account */
    OBSERVE_REPORT = 16,        /* own last oracle report on chain */
    OBSERVE_POOL = 32,          /* net position of the pool on chain, units included */
    OBSERVE_LIQUIDATABLE = 64,  /* accounts below maintenance, and who is after them */
    OBSERVE_OUTSIDE_BOOK = 128, /* own position and cash on the outside market */
    OBSERVE_AUCTIONS = 256,     /* what a bidder looks at, where there are auctions */
    OBSERVE_LOTS = 1 << 14,     /* open lots of English auctions */
    OBSERVE_HOLDINGS = 1 << 15, /* own cash and units, on the chain and off it */
    OBSERVE_SHARES = 1 << 10,   /* own shares of the pool, and what they are worth */
};

struct observe_target { /* an account below maintenance */
    uint32_t account;
    uint32_t instrument;
    int64_t notional_uusd; /* of its position */
    int64_t equity_uusd;
    int64_t pending_fee_wei; /* best fee of a waiting liquidation; -1: none waits */
    /* Where accounts are auctioned; zero where they are closed out. */
    int64_t maintenance_uusd;
    int64_t auction_start_ns; /* of the phase; 0: not in an auction yet */
    int64_t reserved_uusd;    /* paid in by earlier bids */
    int64_t discount_ppm;     /* share of the equity a bid pays now; 0: insolvent */
    int64_t share_ppm;        /* the most one bid may buy now; 0: nothing */
    int64_t fair_uusd;        /* what so much is worth at the mark */
    int64_t cost_uusd;        /* and what it costs; negative: the bidder is paid */
    int64_t due;              /* 1: somebody has to begin it, or let it go on */
};

struct observe_lot { /* an open lot of an English auction */
    uint32_t id;
    uint32_t bidder; /* account; 0: nobody has bid */
    int64_t lot_ubase, tab_uusd, bid_uusd;
    int64_t bid_until_ns, end_ns;
};

struct observe_pending { /* an own transaction that waits in the mempool */
    uint64_t sequence;
    uint32_t slot;
    uint32_t kind; /* enum transaction_kind */
    uint32_t target;
    uint32_t instrument;
    int64_t amount, price_uusd;
    int64_t fee_wei;
    int64_t arrival_ns;
};

struct observe_report {
    int64_t price_uusd; /* 0: none yet */
    int64_t observed_ns;
};

enum observe_auction { AUCTION_OWN_NONE, AUCTION_OWN_OPEN, AUCTION_OWN_OVER };

#define OBSERVE_PENDING 16
#define OBSERVE_TARGETS 64 /* more than the keepers of one slot can be after */

struct observation {
    int64_t now_ns;
    uint32_t account; /* own */
    uint32_t index;   /* in the population */
    int64_t outside_price_uusd;
    int64_t index_price_uusd, index_time_ns;
    int64_t
        base_fee_wei; /* or, where the last block was full, what its last place took */
    int64_t position_ubase, equity_uusd, initial_uusd, maintenance_uusd, notional_uusd;
    int64_t withdrawable_uusd;
    int64_t purse_uusd;           /* own free cash outside the chain */
    struct observe_report report; /* own last one on chain */
    int64_t pool_position_ubase;
    int64_t outside_position_ubase, outside_equity_uusd;
    int64_t on_its_way_uusd; /* asked of the chain and not yet arrived outside */
    int64_t own_auction;     /* enum observe_auction: whether the own account is in one */
    int64_t inventory_uusd;  /* notional all bidders hold, the own included */
    double daily_volatility;
    int64_t shares, shares_payable; /* own ones; of them, those the pool can redeem now */
    int64_t share_price_uusd;       /* of a whole share, MONEY_ONE parts; 0: worthless */
    const struct observe_target *target; /* by account */
    uint32_t target_count;
    const struct observe_lot *lot; /* by slot */
    uint32_t lot_count;
    int64_t cash_uusd, units_ubase; /* own free ones on the chain */
    int64_t stock_ubase;            /* own units off the chain */
    uint32_t pending_count;
    struct observe_pending pending[OBSERVE_PENDING]; /* oldest first */
};

enum intent_kind {
    INTENT_SEND,    /* transaction, fee_wei, gas */
    INTENT_REPLACE, /* the waiting slot and sequence gets transaction and fee_wei */
    INTENT_ORDER,   /* amount: signed base units on the outside market */
    INTENT_SELL,    /* amount: own units off the chain, on the outside market */
    INTENT_BRIDGE,  /* amount: own outside cash to the account transaction.account */
};

struct intent {
    enum intent_kind kind;
    struct transaction transaction;
    int64_t fee_wei, gas;
    int64_t amount;
    uint64_t sequence;
    uint32_t slot;
};

#define REPLY_INTENTS 16

struct reply {
    uint32_t count;
    struct intent intent[REPLY_INTENTS];
    int64_t wake_ns; /* next wake-up; 0: only when the world has something to see */
};

struct agent_kind {
    const char *name; /* of the population, too: owners of streams hash it */
    const char *doc;
    const struct param *params; /* ends with a row whose name is NULL */
    size_t state_size;
    uint32_t observes; /* mask of enum observe */
    bool draws;        /* wake uses its stream */
    /* init draws a member's lasting traits into its zeroed state; NULL: it has none. */
    void (*init)(const void *config, void *state, uint32_t index, struct rng *rng);
    /* wake decides; rng is a stream of this member's and this occasion's own. */
    void (*wake)(const void *config, void *state, const struct observation *observation,
                 struct rng *rng, struct reply *reply);
};

/* reply_add appends an intent and returns it zeroed, or NULL when the reply is full: an
   agent that wants more waits for its next wake-up. */
static inline struct intent *reply_add(struct reply *reply, enum intent_kind kind) {
    if (reply->count == REPLY_INTENTS) {
        return NULL;
    }
    struct intent *intent = &reply->intent[reply->count];
    *intent = (struct intent){.kind = kind};
    reply->count += 1;
    return intent;
}

#endif
