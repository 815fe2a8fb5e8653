/* escrow.h -- withdrawals between request and finality.

   A withdrawal is held on the account when it is accepted and paid out, in order of
   request, once the block that accepted it is final.  The queue is of the kind "domain":
   full is a modelled refusal.

   Units    1e-6 of the asset, nanoseconds.
   Memory   escrow_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one escrow per thread. */
#ifndef ENGINE_ESCROW_H
#define ENGINE_ESCROW_H

#include "engine/ledger.h"
#include "engine/param.h"
#include "engine/transaction.h"

struct escrow_terms {
    int64_t finality_ns; /* from the block that accepts a withdrawal to its payment */
    int64_t gate_blocks; /* withdrawals are refused so long after a shortfall */
    int64_t queue;       /* withdrawals that may wait at once */
};

extern const struct param escrow_params[];

struct escrow_entry {
    int64_t accepted_ns;
    int64_t amount_micro;
    uint32_t account, asset;
};

struct escrow_state {
    uint64_t head, count; /* ring */
    wide pending_micro[ASSET_COUNT];
};

struct escrow { /* a view */
    uint32_t capacity;
    struct escrow_entry *entry;
    struct escrow_state *state;
};

/* escrow_footprint returns the bytes a queue of so many withdrawals needs. */
size_t escrow_footprint(uint32_t capacity);

/* escrow_bind points the view at memory. */
void escrow_bind(struct escrow *escrow, uint32_t capacity, void *memory);

/* escrow_full tells whether a further withdrawal would be refused. */
bool escrow_full(const struct escrow *escrow);

/* escrow_request holds an amount of the asset whose ledger this is and queues it; there is
   room, asserted. */
void escrow_request(struct escrow *escrow, struct ledger *ledger,
                    const struct escrow_entry *entry);

/* escrow_release pays what has become final, in order, as far as the asset is there;
   ledger[asset] is the asset's. */
void escrow_release(struct escrow *escrow, struct ledger *const *ledger,
                    const struct escrow_terms *terms, int64_t now_ns);

/* escrow_residual adds up, over the assets, how far the sum of the queue is from the sum
   of all holds: 0, in O(1). */
wide escrow_residual(const struct escrow *escrow, struct ledger *const *ledger);

/* escrow_audit recomputes the queue's sums, O(queue). */
bool escrow_audit(const struct escrow *escrow, struct ledger *const *ledger);

#endif
