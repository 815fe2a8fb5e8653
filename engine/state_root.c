#include "engine/state_root.h"

#include "engine/digest.h"

static void add_wide(struct digest *digest, wide value) {
    digest_u64(digest, (uint64_t)value);
    digest_u64(digest, (uint64_t)((uwide)value >> 64));
}

static void add_i64(struct digest *digest, int64_t value) {
    digest_u64(digest, (uint64_t)value);
}

static void add_core(struct digest *digest, const struct engine *engine) {
    const struct engine_core *core = engine->core;
    const int64_t fund[] = {core->fund_deposits_uusd,  core->fund_fees_uusd,
                            core->fund_penalties_uusd, core->fund_draws_uusd,
                            core->fund_tips_uusd,      core->deposits_uusd};
    digest_u64(digest, core->log.lane[0]);
    digest_u64(digest, core->log.lane[1]);
    digest_u64(digest, core->block.number);
    add_i64(digest, core->block.time_ns);
    digest_u64(digest, core->gated_until);
    for (unsigned i = 0; i < sizeof fund / sizeof fund[0]; ++i) {
        add_i64(digest, fund[i]);
    }
}

static void add_account(struct digest *digest, const struct engine *engine,
                        uint32_t account) {
    add_i64(digest, engine->ledger.balance_micro[account]);
    add_i64(digest, engine->ledger.hold_micro[account]);
    add_i64(digest, engine->collateral.balance_micro[account]);
    add_i64(digest, engine->collateral.hold_micro[account]);
    add_i64(digest, engine->shares.held[account]);
    digest_u64(digest, engine->liquidated_block[account]);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const struct position *position = portfolio_at(&engine->portfolio, account, i);
        add_i64(digest, position->size_ubase);
        add_i64(digest, position->cost_uusd);
        add_wide(digest, position->funding_index);
    }
}

/* A field at a time; without auctions all of them are zero. */
static void add_auction(struct digest *digest, const struct auction *auction) {
    digest_u64(digest, auction->phase);
    add_i64(digest, auction->start_ns);
    add_i64(digest, auction->reserved_uusd);
    add_i64(digest, auction->insolvent_uusd);
}

static void add_instrument(struct digest *digest, const struct engine *engine,
                           uint32_t i) {
    const struct contract *market = &engine->portfolio.market[i];
    add_wide(digest, market->funding_index);
    add_wide(digest, market->funding_remainder);
    add_i64(digest, market->funding_time_ns);
    add_i64(digest, market->index_price_uusd);
    add_i64(digest, market->index_time_ns);
    add_i64(digest, engine->oracle.kept[i].price_uusd);
    add_i64(digest, engine->oracle.kept[i].interval_since);
    for (uint32_t r = 0; r < engine->oracle.reporter_count; ++r) {
        const struct oracle_report *report =
            &engine->oracle.report[(size_t)i * engine->oracle.reporter_count + r];
        add_i64(digest, report->price_uusd);
        add_i64(digest, report->observed_ns);
        add_i64(digest, report->accepted_ns);
    }
}

static void add_lot(struct digest *digest, const struct english_lot *lot) {
    digest_u64(digest, (uint64_t)lot->id << 32 | lot->vault);
    digest_u64(digest, (uint64_t)lot->bidder << 32 | lot->uses);
    add_i64(digest, lot->offered_ubase);
    add_i64(digest, lot->lot_ubase);
    add_i64(digest, lot->index_price_uusd);
    add_i64(digest, lot->debt_uusd);
    add_i64(digest, lot->tab_uusd);
    add_i64(digest, lot->bid_uusd);
    add_i64(digest, lot->bid_until_ns);
    add_i64(digest, lot->end_ns);
}

void state_root(const struct engine *engine, unsigned char root[STATE_ROOT_SIZE]) {
    struct digest digest;
    const struct escrow *escrow = &engine->escrow;
    digest_init(&digest);
    add_core(&digest, engine);
    for (uint32_t account = 0; account < engine->terms->account_count; ++account) {
        add_account(&digest, engine, account);
        add_auction(&digest, &engine->auction[account]);
    }
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        add_instrument(&digest, engine, i);
    }
    for (uint64_t i = 0; i < escrow->state->count; ++i) {
        const struct escrow_entry *entry =
            &escrow->entry[(escrow->state->head + i) % escrow->capacity];
        digest_u64(&digest, (uint64_t)entry->asset << 32 | entry->account);
        add_i64(&digest, entry->amount_micro);
        add_i64(&digest, entry->accepted_ns);
    }
    for (uint32_t i = 0; i < engine->english.state->used; ++i) {
        add_lot(&digest, &engine->english.lot[i]);
    }
    add_i64(&digest, engine->english.state->lost_uusd);
    digest_final(&digest, root);
}
