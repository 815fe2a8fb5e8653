#include "engine/ledger.h"

#include "engine/segment.h"

size_t ledger_footprint(uint32_t account_count) {
    return 2 * segment_size(account_count * sizeof(int64_t)) +
           segment_size(sizeof(struct ledger_totals));
}

void ledger_bind(struct ledger *ledger, uint32_t account_count, void *memory) {
    unsigned char *cursor = memory;
    ledger->account_count = account_count;
    ledger->balance_uusd = segment_take(&cursor, account_count * sizeof(int64_t));
    ledger->hold_uusd = segment_take(&cursor, account_count * sizeof(int64_t));
    ledger->totals = segment_take(&cursor, sizeof(struct ledger_totals));
}

/* The running sum follows each write on its own, so that a one-sided write shows. */
static void write_balance(struct ledger *ledger, uint32_t account, int64_t balance_uusd) {
    ledger->totals->balance_uusd += (wide)balance_uusd - ledger->balance_uusd[account];
    ledger->balance_uusd[account] = balance_uusd;
}

enum engine_status ledger_transfer(struct ledger *ledger, uint32_t debit, uint32_t credit,
                                   int64_t amount_uusd) {
    if (debit >= ledger->account_count || credit >= ledger->account_count ||
        debit == credit) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (amount_uusd < 0 || amount_uusd > MONEY_SIZE_MAX) {
        return ENGINE_BAD_AMOUNT;
    }
    if (!money_fits((wide)ledger->balance_uusd[debit] - amount_uusd) ||
        !money_fits((wide)ledger->balance_uusd[credit] + amount_uusd)) {
        return ENGINE_OVERFLOW;
    }
    ledger_move(ledger, debit, credit, amount_uusd);
    return ENGINE_OK;
}

void ledger_move(struct ledger *ledger, uint32_t debit, uint32_t credit,
                 int64_t amount_uusd) {
    assert(debit != credit);
    const wide debit_after = (wide)ledger->balance_uusd[debit] - amount_uusd;
    const wide credit_after = (wide)ledger->balance_uusd[credit] + amount_uusd;
    write_balance(ledger, debit, money_narrow(debit_after));
    write_balance(ledger, credit, money_narrow(credit_after));
    ledger->totals->entries += 1;
}

void ledger_hold(struct ledger *ledger, uint32_t account, int64_t amount_uusd) {
    assert(amount_uusd >= 0);
    ledger->hold_uusd[account] =
        money_narrow((wide)ledger->hold_uusd[account] + amount_uusd);
    ledger->totals->hold_uusd += amount_uusd;
}

void ledger_release(struct ledger *ledger, uint32_t account, int64_t amount_uusd) {
    assert(amount_uusd >= 0);
    assert(ledger->hold_uusd[account] >= amount_uusd);
    ledger->hold_uusd[account] -= amount_uusd;
    ledger->totals->hold_uusd -= amount_uusd;
}

wide ledger_residual(const struct ledger *ledger) {
    return ledger->totals->balance_uusd;
}

bool ledger_audit(const struct ledger *ledger) {
    wide balance = 0;
    wide hold = 0;
    for (uint32_t account = 0; account < ledger->account_count; ++account) {
        if (ledger->hold_uusd[account] < 0) {
            return false;
        }
        balance += ledger->balance_uusd[account];
        hold += ledger->hold_uusd[account];
    }
    return balance == 0 && balance == ledger->totals->balance_uusd &&
           hold == ledger->totals->hold_uusd;
}
