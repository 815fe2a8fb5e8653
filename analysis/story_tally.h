/* story_tally.h -- what happened in a stretch of a path, added up.

   Units    as scenarios/event_log.h; sums are doubles, for telling only.
   Memory   a tally owns its marks until tally_free.
   Threads  one thread. */
#ifndef ANALYSIS_STORY_TALLY_H
#define ANALYSIS_STORY_TALLY_H

#include "analysis/event_table.h"

#include <stdbool.h>
#include <stddef.h>

enum { TALLY_WORDS = sizeof(struct receipt) / sizeof(int64_t) };

/* What transactions of one kind came to. */
struct tally_kind {
    size_t count;
    size_t accounts;         /* distinct targets */
    double sum[TALLY_WORDS]; /* of the receipts' fields, sizes as magnitudes */
    double low[TALLY_WORDS], high[TALLY_WORDS];
    double notional; /* |filled| times mark */
};

struct tally {
    const struct event_row *first, *last; /* NULL: nothing happened */
    const struct event_row *root;         /* the last one, or NULL */
    struct tally_kind kind[TRANSACTION_KIND_COUNT];
    size_t refused[ENGINE_STATUS_COUNT];
    size_t event[EVENT_LOG_KIND_COUNT];
    double amount[EVENT_LOG_KIND_COUNT]; /* sums of the rows' amounts, in units */
    size_t shortfalls;
    double shortfall, fund_paid, socialised, pool_absorbed, deleveraged;
    int64_t price_low, price_high, gas_low, gas_high;
    unsigned char *seen; /* [account] */
    size_t account_count;
};

/* tally_open makes an empty tally.  Fails   false when memory is out. */
bool tally_open(struct tally *tally, const struct stage *stage);
void tally_free(struct tally *tally);

/* tally_clear empties it. */
void tally_clear(struct tally *tally);

/* tally_add adds a row. */
void tally_add(struct tally *tally, const struct event_row *row);

/* tally_forced counts transactions done to somebody: those with a target. */
size_t tally_forced(const struct tally *tally);

/* tally_quiet tells whether nothing happened but everyday business. */
bool tally_quiet(const struct tally *tally);

#endif
