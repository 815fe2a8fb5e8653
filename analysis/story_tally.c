#include "analysis/story_tally.h"

#include <stdlib.h>
#include <string.h>

#define QUIET_PRICE_PERCENT 8 /* a stretch with a larger move is told by itself */

bool tally_open(struct tally *tally, const struct stage *stage) {
    memset(tally, 0, sizeof *tally);
    tally->account_count = stage->account_count;
    tally->seen = calloc(stage->account_count, 1);
    return tally->seen != NULL;
}

void tally_free(struct tally *tally) {
    free(tally->seen);
    tally->seen = NULL;
}

void tally_clear(struct tally *tally) {
    unsigned char *seen = tally->seen;
    const size_t accounts = tally->account_count;
    memset(seen, 0, accounts);
    memset(tally, 0, sizeof *tally);
    tally->seen = seen;
    tally->account_count = accounts;
}

static void add_receipt(struct tally *tally, const struct event_row *row) {
    const struct transaction *transaction = &row->transaction;
    const struct receipt *receipt = &row->receipt;
    struct tally_kind *kind = &tally->kind[transaction->kind];
    int64_t word[TALLY_WORDS];
    memcpy(word, receipt, sizeof word);
    for (size_t i = 0; i < TALLY_WORDS; ++i) {
        const double value = (double)word[i] / 1e6;
        kind->sum[i] += value < 0 ? -value : value;
        if (word[i] != 0 && (kind->low[i] == 0 || value < kind->low[i])) {
            kind->low[i] = value;
        }
        if (word[i] != 0 && (kind->high[i] == 0 || value > kind->high[i])) {
            kind->high[i] = value;
        }
    }
    const double filled =
        (double)(receipt->filled_ubase + receipt->deleveraged_ubase) / 1e6;
    kind->notional +=
        (filled < 0 ? -filled : filled) * (double)receipt->mark_price_uusd / 1e6;
    kind->count += 1;
    const uint32_t target = transaction->target;
    if (target != 0 && target < tally->account_count && !tally->seen[target]) {
        tally->seen[target] = 1;
        kind->accounts += 1;
    }
    if (receipt->shortfall_uusd > 0) {
        tally->shortfalls += 1;
        tally->shortfall += (double)receipt->shortfall_uusd / 1e6;
        tally->fund_paid += (double)receipt->fund_paid_uusd / 1e6;
        tally->socialised += (double)receipt->socialised_uusd / 1e6;
        tally->pool_absorbed += (double)receipt->pool_absorbed_uusd / 1e6;
        tally->deleveraged += (double)receipt->deleverage_covered_uusd / 1e6;
    }
}

static void widen(int64_t value, int64_t *low, int64_t *high) {
    if (value != 0 && (*low == 0 || value < *low)) {
        *low = value;
    }
    if (value > *high) {
        *high = value;
    }
}

void tally_add(struct tally *tally, const struct event_row *row) {
    tally->first = tally->first == NULL ? row : tally->first;
    tally->last = row;
    tally->event[row->kind] += 1;
    tally->amount[row->kind] += (double)row->amount / 1e6;
    widen(row->outside_uusd, &tally->price_low, &tally->price_high);
    widen(row->base_fee_wei, &tally->gas_low, &tally->gas_high);
    if (row->kind == EVENT_LOG_ROOT) {
        tally->root = row;
    }
    if (row->kind != EVENT_LOG_TRANSACTION) {
        return;
    }
    if (row->receipt.status == ENGINE_OK) {
        add_receipt(tally, row);
    } else {
        tally->refused[row->receipt.status] += 1;
    }
}

size_t tally_forced(const struct tally *tally) {
    size_t count = 0;
    for (size_t i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        count += tally->kind[i].accounts;
    }
    return count;
}

bool tally_quiet(const struct tally *tally) {
    const bool calm =
        (tally->price_high - tally->price_low) / QUIET_PRICE_PERCENT * 100 <=
            tally->price_high &&
        tally->gas_high / 3 <= tally->gas_low;
    return calm && tally_forced(tally) == 0 && tally->shortfalls == 0 &&
           tally->event[EVENT_LOG_STUCK] + tally->event[EVENT_LOG_EVICTED] == 0;
}
