#include "analysis/story_accounts.h"

#include <stdlib.h>
#include <string.h>

/* Whether the row is about a part of somebody's position that somebody else took. */
static bool is_reduction(const struct event_row *row, const struct stage *stage) {
    const struct receipt *receipt = &row->receipt;
    return row->kind == EVENT_LOG_TRANSACTION && receipt->status == ENGINE_OK &&
           row->transaction.target != 0 &&
           row->transaction.target < stage->account_count &&
           (receipt->mark_price_uusd > 0 || receipt->lot_notional_uusd > 0 ||
            receipt->shortfall_uusd > 0);
}

static int64_t reduced_uusd(const struct receipt *receipt) {
    if (receipt->lot_notional_uusd > 0) {
        return receipt->lot_notional_uusd;
    }
    const int64_t size = receipt->filled_ubase + receipt->deleveraged_ubase;
    return money_clip(money_value_floor(money_magnitude(size), receipt->mark_price_uusd));
}

static void add(const struct event_row *row, struct story_account *own,
                struct story_accounts *all) {
    const struct receipt *receipt = &row->receipt;
    const int64_t reduced = reduced_uusd(receipt);
    all->count += own->times == 0;
    all->with_loss += own->shortfall_uusd == 0 && receipt->shortfall_uusd > 0;
    all->reduced_uusd += reduced;
    all->shortfall_uusd += receipt->shortfall_uusd;
    own->account = row->transaction.target;
    own->times += 1;
    own->first_ns = row->time_ns; /* rows come backwards */
    own->reduced_uusd += reduced;
    own->cost_uusd += receipt->slippage_uusd + receipt->penalty_uusd;
    own->shortfall_uusd += receipt->shortfall_uusd;
}

/* The order of the table; an account that nothing happened to is last. */
static bool is_before(const struct story_account *one,
                      const struct story_account *other) {
    if (one->shortfall_uusd != other->shortfall_uusd) {
        return one->shortfall_uusd > other->shortfall_uusd;
    }
    return one->reduced_uusd > other->reduced_uusd;
}

bool story_accounts_find(const struct stage *stage, const struct replay *replay,
                         struct story_account *top, size_t most,
                         struct story_accounts *all) {
    struct story_account *own = calloc(stage->account_count, sizeof *own);
    memset(top, 0, most * sizeof *top);
    memset(all, 0, sizeof *all);
    if (own == NULL) {
        return false;
    }
    /* Backwards: a row in a block that a later fork took back is met after the fork. */
    uint64_t last_block = UINT64_MAX;
    for (size_t i = replay->count; i-- > 0;) {
        const struct event_row *row = &replay->row[i];
        if (row->kind == EVENT_LOG_REORG && row->block < last_block) {
            last_block = row->block;
        }
        if (row->block <= last_block && row->time_ns >= stage->start_ns &&
            is_reduction(row, stage)) {
            add(row, &own[row->transaction.target], all);
        }
    }
    for (uint32_t account = 0; account < stage->account_count; ++account) {
        size_t at = own[account].times > 0 ? most : 0;
        while (at > 0 && is_before(&own[account], &top[at - 1])) {
            at -= 1;
            if (at + 1 < most) {
                top[at + 1] = top[at];
            }
            top[at] = own[account];
        }
    }
    free(own);
    return true;
}
