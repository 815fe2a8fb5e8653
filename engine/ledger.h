/* ledger.h -- double-entry ledger of one asset, with holds.

   Every movement debits one account and credits another, so the balances sum to zero; the
   account LEDGER_EXTERNAL stands for the world outside and carries minus what is held. A
   hold marks part of a balance as promised to its owner (a withdrawal that is not final):
   it is still in the balance and no longer counts as collateral.
   Balances may be negative: a margin account owes what its open profits do not cover.

   Units    1e-6 of the asset: micro-USD where it is cash.
   Memory   the caller provides ledger_footprint(accounts) bytes aligned to
            SEGMENT_ALIGNMENT; nothing is allocated.
   Threads  one ledger per thread. */
#ifndef ENGINE_LEDGER_H
#define ENGINE_LEDGER_H

#include "engine/money.h"
#include "engine/status.h"

#include <stddef.h>

struct ledger_totals {
    wide balance_micro; /* kept up to date by every write; zero or the ledger is broken */
    wide hold_micro;    /* sum of the holds */
    uint64_t entries;   /* movements booked */
};

struct ledger { /* a view: bound to memory, holds no state of its own */
    uint32_t account_count;
    int64_t *balance_micro;
    int64_t *hold_micro;
    struct ledger_totals *totals;
};

/* ledger_footprint returns the bytes a ledger of so many accounts needs. */
size_t ledger_footprint(uint32_t account_count);

/* ledger_bind points the view at memory; it reads and writes nothing there. */
void ledger_bind(struct ledger *ledger, uint32_t account_count, void *memory);

/* ledger_transfer moves amount >= 0 from debit to credit.
   Fails  ENGINE_UNKNOWN_ACCOUNT, ENGINE_BAD_AMOUNT, ENGINE_OVERFLOW; then nothing
   changed. */
enum engine_status ledger_transfer(struct ledger *ledger, uint32_t debit, uint32_t credit,
                                   int64_t amount_micro);

/* ledger_move moves a signed amount from debit to credit and is used where the caller has
   already proved that it fits. */
void ledger_move(struct ledger *ledger, uint32_t debit, uint32_t credit,
                 int64_t amount_micro);

/* ledger_hold marks amount >= 0 of an account as promised; asserts that it fits. */
void ledger_hold(struct ledger *ledger, uint32_t account, int64_t amount_micro);

/* ledger_release takes back part of a hold; asserts that so much is held. */
void ledger_release(struct ledger *ledger, uint32_t account, int64_t amount_micro);

/* ledger_free returns balance less hold. */
static inline int64_t ledger_free(const struct ledger *ledger, uint32_t account) {
    return ledger->balance_micro[account] - ledger->hold_micro[account];
}

/* ledger_residual is the running sum of all balances: 0, in O(1). */
static inline wide ledger_residual(const struct ledger *ledger) {
    return ledger->totals->balance_micro;
}

/* ledger_audit recomputes both sums, O(accounts): true when they agree with the running
   ones, balances sum to zero and no hold is negative. */
bool ledger_audit(const struct ledger *ledger);

#endif
