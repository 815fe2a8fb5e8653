#include "engine/ledger.h"

#include "engine/segment.h"

size_t ledger_footprint(uint32_t account_count) {
    return 2 * segment_size(account_count * sizeof(int64_t)) +
           segment_size(sizeof(struct ledger_totals));
}

void ledger_bind(struct ledger *ledger, uint32_t account_count, void *memory) {
    unsigned char *cursor = memory;
    ledger->account_count = account_count;
    ledger->balance_micro = segment_take(&cursor, account_count * sizeof(int64_t));
    ledger->hold_micro = segment_take(&cursor, account_count * sizeof(int64_t));
    ledger->totals = segment_take(&cursor, sizeof(struct ledger_totals));
}

/* The running sum follows each write on its own, so that a one-sided write shows. */
static void add(struct ledger *ledger, uint32_t account, int64_t amount_micro) {
    int64_t balance_micro;
    const bool overflow = __builtin_add_overflow(ledger->balance_micro[account],
                                                 amount_micro, &balance_micro);
    assert(!overflow);
    ledger->balance_micro[account] = balance_micro;
    ledger->totals->balance_micro += amount_micro;
}

enum engine_status ledger_transfer(struct ledger *ledger, uint32_t debit, uint32_t credit,
                                   int64_t amount_micro) {
    if (debit >= ledger->account_count || credit >= ledger->account_count ||
        debit == credit) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (amount_micro < 0 || amount_micro > MONEY_SIZE_MAX) {
        return ENGINE_BAD_AMOUNT;
    }
    if (!money_fits((wide)ledger->balance_micro[debit] - amount_micro) ||
        !money_fits((wide)ledger->balance_micro[credit] + amount_micro)) {
        return ENGINE_OVERFLOW;
    }
    ledger_move(ledger, debit, credit, amount_micro);
    return ENGINE_OK;
}

void ledger_move(struct ledger *ledger, uint32_t debit, uint32_t credit,
                 int64_t amount_micro) {
    assert(debit != credit);
    assert(amount_micro != INT64_MIN);
    add(ledger, debit, -amount_micro);
    add(ledger, credit, amount_micro);
    ledger->totals->entries += 1;
}

void ledger_hold(struct ledger *ledger, uint32_t account, int64_t amount_micro) {
    assert(amount_micro >= 0);
    ledger->hold_micro[account] =
        money_narrow((wide)ledger->hold_micro[account] + amount_micro);
    ledger->totals->hold_micro += amount_micro;
}

void ledger_release(struct ledger *ledger, uint32_t account, int64_t amount_micro) {
    assert(amount_micro >= 0);
    assert(ledger->hold_micro[account] >= amount_micro);
    ledger->hold_micro[account] -= amount_micro;
    ledger->totals->hold_micro -= amount_micro;
}

bool ledger_audit(const struct ledger *ledger) {
    wide balance = 0;
    wide hold = 0;
    for (uint32_t account = 0; account < ledger->account_count; ++account) {
        if (ledger->hold_micro[account] < 0) {
            return false;
        }
        balance += ledger->balance_micro[account];
        hold += ledger->hold_micro[account];
    }
    return balance == 0 && balance == ledger->totals->balance_micro &&
           hold == ledger->totals->hold_micro;
}
