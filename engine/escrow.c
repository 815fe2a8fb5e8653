#include "engine/escrow.h"

#include "engine/account.h"
#include "engine/segment.h"

const struct param escrow_params[] = {
    PARAM(struct escrow_terms, finality_ns, "finality", param_time, "0s", "30d", "768s",
          "from inclusion to finality; 768 s are two epochs of 32 slots of 12 s"),
    PARAM(struct escrow_terms, gate_blocks, "withdrawal_gate", param_integer, "0",
          "1000000", "50", "blocks for which withdrawals are refused after a shortfall"),
    PARAM(struct escrow_terms, queue, "withdrawal_queue", param_integer, "1", "1000000",
          "1024", "withdrawals that may wait for finality at once"),
    {0},
};

size_t escrow_footprint(uint32_t capacity) {
    return segment_size(capacity * sizeof(struct escrow_entry)) +
           segment_size(sizeof(struct escrow_state));
}

void escrow_bind(struct escrow *escrow, uint32_t capacity, void *memory) {
    unsigned char *cursor = memory;
    escrow->capacity = capacity;
    escrow->entry = segment_take(&cursor, capacity * sizeof(struct escrow_entry));
    escrow->state = segment_take(&cursor, sizeof(struct escrow_state));
}

bool escrow_full(const struct escrow *escrow) {
    return escrow->state->count == escrow->capacity;
}

void escrow_request(struct escrow *escrow, struct ledger *ledger,
                    const struct escrow_entry *entry) {
    assert(!escrow_full(escrow));
    struct escrow_state *state = escrow->state;
    escrow->entry[(state->head + state->count) % escrow->capacity] = *entry;
    state->count += 1;
    state->pending_micro[entry->asset] += entry->amount_micro;
    ledger_hold(ledger, entry->account, entry->amount_micro);
}

void escrow_release(struct escrow *escrow, struct ledger *const *ledger,
                    const struct escrow_terms *terms, int64_t now_ns) {
    struct escrow_state *state = escrow->state;
    while (state->count > 0) {
        const struct escrow_entry *entry = &escrow->entry[state->head];
        struct ledger *own = ledger[entry->asset];
        const int64_t there_micro = -own->balance_micro[ACCOUNT_EXTERNAL];
        if (now_ns - entry->accepted_ns < terms->finality_ns ||
            entry->amount_micro > there_micro) {
            return;
        }
        ledger_release(own, entry->account, entry->amount_micro);
        ledger_move(own, entry->account, ACCOUNT_EXTERNAL, entry->amount_micro);
        state->pending_micro[entry->asset] -= entry->amount_micro;
        state->head = (state->head + 1) % escrow->capacity;
        state->count -= 1;
    }
}

wide escrow_residual(const struct escrow *escrow, struct ledger *const *ledger) {
    wide sum = 0;
    for (int asset = 0; asset < ASSET_COUNT; ++asset) {
        const wide difference =
            escrow->state->pending_micro[asset] - ledger[asset]->totals->hold_micro;
        sum += difference < 0 ? -difference : difference;
    }
    return sum;
}

bool escrow_audit(const struct escrow *escrow, struct ledger *const *ledger) {
    wide pending[ASSET_COUNT] = {0};
    for (uint64_t i = 0; i < escrow->state->count; ++i) {
        const struct escrow_entry *entry =
            &escrow->entry[(escrow->state->head + i) % escrow->capacity];
        pending[entry->asset] += entry->amount_micro;
    }
    for (int asset = 0; asset < ASSET_COUNT; ++asset) {
        if (pending[asset] != escrow->state->pending_micro[asset]) {
            return false;
        }
    }
    return escrow_residual(escrow, ledger) == 0;
}
