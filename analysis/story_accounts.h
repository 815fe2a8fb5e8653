/* story_accounts.h -- whose positions a path closed, and what was missing.

   Units    as scenarios/event_log.h.
   Memory   values in the caller's array.
   Threads  one thread. */
#ifndef ANALYSIS_STORY_ACCOUNTS_H
#define ANALYSIS_STORY_ACCOUNTS_H

#include "analysis/replay.h"

/* What was done to one account by others: forced reductions and their price. */
struct story_account {
    uint32_t account;
    uint64_t times;         /* transactions that took a part of it */
    int64_t first_ns;       /* of them */
    int64_t reduced_uusd;   /* |size| times mark that changed hands */
    int64_t cost_uusd;      /* slippage and penalties */
    int64_t shortfall_uusd; /* what others had to give up */
};

struct story_accounts {
    size_t count;                         /* of accounts it happened to */
    size_t with_loss;                     /* of them, with a shortfall */
    int64_t reduced_uusd, shortfall_uusd; /* of all of them */
};

/* story_accounts_find writes the accounts with the largest shortfalls, then the largest
   reductions, to top[0 .. most - 1], all zero behind the last.  What a fork took back does
   not count.  Fails   false when memory is out. */
bool story_accounts_find(const struct stage *stage, const struct replay *replay,
                         struct story_account *top, size_t most,
                         struct story_accounts *all);

#endif
