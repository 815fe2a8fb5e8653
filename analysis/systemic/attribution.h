/* attribution.h -- which liquidation pushed which account over: impact, kept by whose it is.

   Impact is a sum: each trade outside adds to I_perm and I_temp, and what it added fades by
   itself.  So the impact of this protocol's flow is kept apart by the liquidation it came
   from, and the parts add up to I:

   - what a close-out gives to the pool waits until the hedger trades, and each of its trades
     belongs to the close-outs waiting on its side, by their quantities; what a bidder won
     in auctions belongs, when the bidder trades, to the accounts it won it from;
   - what a trade moved the price by is split by the quantities of whom it belongs to.

   An event is the first forced reduction of an account.  When it went under maintenance at
   the outside price, at log price p, the liquidations before it had moved the price by C_1 ..
   C_n, in their order, as left by then.  Without them it would have been at p - sum C_k.  Is
   the account below maintenance there, too, it is a root: the market alone did it.  Else its
   parent is the first j at which p - sum C_k + C_1 + .. + C_j is below: had liquidation
   stopped before j, it would have stood.  This is the first order only: positions and other
   people's flow are those of the path.

   To be pushed over is not to be pushed for good: an account with a parent is advanced when,
   later on the path, the price without any liquidation's part reaches the edge at which it
   is below maintenance, as it was when it went under.  Then it went earlier, by that delay,
   and not instead of never.

   What a fork took back is no event: leave its rows out; hedges of it are other flow.  An account that was never seen under maintenance at the
   outside price (the oracle's was worse) is a root and counted as unseen.

   Units    logs of price ratios, 1e-6 base units, nanoseconds.
   Memory   owns what it keeps until attribution_free.
   Threads  one a path. */
#ifndef ANALYSIS_SYSTEMIC_ATTRIBUTION_H
#define ANALYSIS_SYSTEMIC_ATTRIBUTION_H

#include "engine/account_set.h"
#include "scenarios/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An account that others pushed under, and the price at which it would be by itself. */
struct attribution_push {
    uint32_t account;
    bool falling; /* it is liquidatable at and below the edge, else at and above */
    double edge_usd;
    int64_t since_ns;
};

/* What a source of flow has done to the price. */
struct attribution_part {
    double waiting_ubase; /* given to the pool, not yet hedged: signed as its trade */
    double permanent, temporary;
    int64_t time_ns; /* temporary is as of */
};

struct attribution_event {
    uint32_t account, parent; /* parent: index of an earlier event, or CASCADE_ROOT */
    int64_t time_ns;
    bool unseen;
    int64_t advanced_ns; /* by how much it went earlier; -1: else it would never have */
    struct attribution_part part;
};

struct attribution {
    const struct stage *stage;
    struct attribution_event *event;
    size_t count, capacity;
    struct attribution_part other; /* all flow that is no liquidation's */
    uint32_t *event_of;            /* [account]: index of its event plus 1, or 0 */
    uint32_t *cause;               /* [account]: parent found when it went under */
    unsigned char *seen;           /* [account]: cause is known */
    struct attribution_push *push; /* that have not reached their edge by themselves */
    size_t push_count;
    int64_t *advanced_ns;     /* [account]: of those that have, else -1 */
    struct account_set under; /* maintenance at the outside price */
    void *under_memory;
    double *won;                 /* [keeper][event]: USD of lots, while it holds any */
    double permanent, temporary; /* impact at the last look */
    int64_t time_ns;
};

/* attribution_open begins with the world as it is.  Fails   false when memory is out. */
bool attribution_open(struct attribution *attribution, const struct world *world);

/* attribution_free gives everything back. */
void attribution_free(struct attribution *attribution);

/* attribution_follow looks at the world after one instant, of which rows[count] tell: call it
   for each.  Fails   false when memory is out. */
bool attribution_follow(struct attribution *attribution, const struct world *world,
                        const struct event_row *rows, size_t count);

/* attribution_finish writes by how much each event was advanced: 0 for roots. */
void attribution_finish(struct attribution *attribution);

/* attribution_log is what a part has left of the log price at an instant not before its
   own. */
double attribution_log(const struct attribution *attribution,
                       const struct attribution_part *part, int64_t now_ns);

#endif
