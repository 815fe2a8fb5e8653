#include "engine/engine.h"

#include "engine/funding.h"
#include "engine/rules/rules.h"
#include "engine/segment.h"

#include <string.h>

static uint32_t deleveraged_most(const struct engine_terms *terms) {
    return terms->waterfall.deleverage == WATERFALL_DELEVERAGE_NONE
               ? 0
               : (uint32_t)terms->waterfall.deleverage_most;
}

bool engine_terms_valid(const struct engine_terms *terms, const char **sentence) {
    *sentence = "";
    if (terms->account_count <= ACCOUNT_FIRST_USER) {
        *sentence = "there is no participant";
    } else if (terms->instrument_count < 1 ||
               terms->instrument_count > ENGINE_INSTRUMENTS) {
        *sentence = "between 1 and 8 instruments are possible";
    } else if (terms->oracle.reporter_count > ORACLE_REPORTERS) {
        *sentence = "at most 64 reporters are possible";
    } else if (terms->oracle.quorum > terms->oracle.reporter_count) {
        *sentence = "the quorum is larger than the number of reporters";
    } else if (terms->oracle.heartbeat_ns > terms->oracle.staleness_ns) {
        *sentence = "the heartbeat is longer than the staleness limit";
    } else if (deleveraged_most(terms) > WATERFALL_DELEVERAGE_MOST ||
               (terms->waterfall.deleverage != WATERFALL_DELEVERAGE_NONE &&
                terms->waterfall.deleverage_most < 1)) {
        *sentence = "between 1 and 256 accounts are deleveraged at a time";
    } else if (!portfolio_auction_terms_valid(&terms->auction) &&
               terms->close_out.mechanism == LIQUIDATION_PORTFOLIO_AUCTION) {
        *sentence = "the auction's cutoff is not below its start";
    } else if (terms->matched.on != 0 &&
               (terms->close_out.mechanism != LIQUIDATION_CLOSE_OUT ||
                terms->english.room != 0 || terms->collateral.accepted != 0)) {
        *sentence = "matched liquidation goes with close_out and cash as collateral only";
    } else if (terms->oracle.delay_ns > terms->oracle.staleness_ns) {
        *sentence = "the oracle's delay is longer than the staleness limit";
    }
    for (uint32_t i = 0; i < terms->instrument_count && **sentence == '\0'; ++i) {
        if (terms->matched.on != 0 && terms->instrument[i].margin.maintenance_ppm == 0) {
            *sentence = "matched liquidation needs a maintenance margin above 0";
        }
        if (!margin_linear_valid(&terms->instrument[i].margin)) {
            *sentence =
                "margin brackets ascend, rates do not fall, maintenance is at most "
                "initial, scaling starts below its end";
        }
    }
    if (**sentence == '\0' && !collateral_valid(&terms->collateral)) {
        *sentence = "haircut and seize spread are shares of a price, the cap an amount";
    }
    return **sentence == '\0';
}

size_t engine_footprint(const struct engine_terms *terms) {
    const uint32_t accounts = terms->account_count;
    const uint32_t instruments = terms->instrument_count;
    return segment_size(sizeof(struct engine_core)) + 2 * ledger_footprint(accounts) +
           pool_shares_footprint(accounts) + portfolio_footprint(accounts, instruments) +
           oracle_footprint((uint32_t)terms->oracle.reporter_count, instruments) +
           escrow_footprint((uint32_t)terms->escrow.queue) +
           english_auction_footprint((uint32_t)terms->english.room) +
           watch_footprint(accounts, instruments) + 3 * account_set_footprint(accounts) +
           segment_size(accounts * sizeof(struct waterfall_stake)) +
           deleverage_queue_footprint(deleveraged_most(terms)) +
           segment_size(deleveraged_most(terms) * sizeof(struct deleverage_fill)) +
           segment_size(accounts * sizeof(uint64_t)) +
           segment_size(accounts * sizeof(struct auction));
}

void engine_bind(struct engine *engine, const struct engine_terms *terms, void *memory) {
    const uint32_t accounts = terms->account_count;
    const uint32_t instruments = terms->instrument_count;
    const uint32_t reporters = (uint32_t)terms->oracle.reporter_count;
    const uint32_t most = deleveraged_most(terms);
    unsigned char *cursor = memory;
    engine->terms = terms;
    engine->core = segment_take(&cursor, sizeof(struct engine_core));
    ledger_bind(&engine->ledger, accounts,
                segment_take(&cursor, ledger_footprint(accounts)));
    ledger_bind(&engine->collateral, accounts,
                segment_take(&cursor, ledger_footprint(accounts)));
    pool_shares_bind(&engine->shares, accounts,
                     segment_take(&cursor, pool_shares_footprint(accounts)));
    engine->asset[ASSET_CASH] = &engine->ledger;
    engine->asset[ASSET_UNDERLYING] = &engine->collateral;
    portfolio_bind(&engine->portfolio, accounts, instruments,
                   segment_take(&cursor, portfolio_footprint(accounts, instruments)));
    oracle_bind(&engine->oracle, reporters, instruments,
                segment_take(&cursor, oracle_footprint(reporters, instruments)));
    escrow_bind(&engine->escrow, (uint32_t)terms->escrow.queue,
                segment_take(&cursor, escrow_footprint((uint32_t)terms->escrow.queue)));
    const uint32_t room = (uint32_t)terms->english.room;
    english_auction_bind(&engine->english, room,
                         segment_take(&cursor, english_auction_footprint(room)));
    engine->margin =
        (struct margin_view){.ledger = &engine->ledger,
                             .collateral = &engine->collateral,
                             .portfolio = &engine->portfolio,
                             .terms = terms->instrument,
                             .collateral_terms = &terms->collateral,
                             .mark_price_uusd = engine->core->mark_price_uusd};
    watch_bind(&engine->watch, &engine->margin, &terms->watch,
               segment_take(&cursor, watch_footprint(accounts, instruments)));
    account_set_bind(&engine->touched, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    account_set_bind(&engine->changed, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    engine->waterfall = (struct waterfall){
        .ledger = &engine->ledger,
        .view = &engine->margin,
        .touched = &engine->touched,
        .stake = segment_take(&cursor, accounts * sizeof(struct waterfall_stake))};
    deleverage_queue_bind(&engine->ranking, most,
                          segment_take(&cursor, deleverage_queue_footprint(most)));
    engine->deleveraged = segment_take(&cursor, most * sizeof(struct deleverage_fill));
    engine->liquidated_block = segment_take(&cursor, accounts * sizeof(uint64_t));
    engine->auction = segment_take(&cursor, accounts * sizeof(struct auction));
    account_set_bind(&engine->auctioned, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
}

void engine_begin_block(struct engine *engine, const struct block_header *header) {
    struct engine_core *core = engine->core;
    assert(header->time_ns >= core->block.time_ns);
    assert(header->number > core->block.number || core->block.time_ns == 0);
    core->block = *header;
    uint64_t word[6] = {header->number,
                        (uint64_t)header->time_ns,
                        (uint64_t)header->base_fee_wei,
                        (uint64_t)header->gas_limit,
                        header->entropy,
                        header->flags};
    log_absorb(&core->log, word, 6);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        struct contract *market = &engine->portfolio.market[i];
        const wide before = market->funding_index;
        funding_accrue(market, &engine->terms->instrument[i], header->time_ns);
        if (market->funding_index != before) {
            watch_moved(&engine->watch, i);
        }
    }
    escrow_release(&engine->escrow, engine->asset, &engine->terms->escrow,
                   header->time_ns);
}

#define LOG_LEAST 6 /* words every transaction has: itself, and the status */
_Static_assert(sizeof(struct receipt) / sizeof(uint64_t) % 4 == 1, "a status, and fours");

/* The receipt's fields are words in the order in which they are declared. */
static void log_transaction(struct log_head *log, const struct transaction *transaction,
                            const struct receipt *receipt) {
    uint64_t word[LOG_LEAST - 1 + sizeof *receipt / sizeof(uint64_t)] = {
        (uint64_t)transaction->kind << 32 | transaction->account,
        (uint64_t)transaction->target << 32 | transaction->instrument,
        (uint64_t)transaction->amount,
        (uint64_t)transaction->price_uusd,
        (uint64_t)transaction->time_ns,
    };
    memcpy(word + LOG_LEAST - 1, receipt, sizeof *receipt);
    /* Most kinds leave the end of the receipt empty, and a refusal all of it: fours of zeros
       at the end are told by the count alone. */
    size_t count = sizeof word / sizeof word[0];
    while (count > LOG_LEAST &&
           (word[count - 1] | word[count - 2] | word[count - 3] | word[count - 4]) == 0) {
        count -= 4;
    }
    log_absorb(log, word, count);
}

/* Whoever a transaction touched is looked at again, in account order. */
static void settle_touched(struct engine *engine) {
    struct account_set *touched = &engine->touched;
    for (uint32_t account = account_set_next(touched, 0);
         account < touched->account_count;
         account = account_set_next(touched, account + 1)) {
        account_set_remove(touched, account);
        account_set_add(&engine->changed, account);
        watch_account(&engine->watch, account);
    }
}

void engine_apply(struct engine *engine, const struct transaction *transaction,
                  struct receipt *receipt) {
    static enum engine_status (*const rules[TRANSACTION_KIND_COUNT])(
        struct engine *, const struct transaction *, struct receipt *) = {
        [TRANSACTION_DEPOSIT] = engine_rule_deposit,
        [TRANSACTION_WITHDRAW] = engine_rule_withdraw,
        [TRANSACTION_TRADE] = engine_rule_trade,
        [TRANSACTION_LIQUIDATE] = engine_rule_liquidate,
        [TRANSACTION_REPORT] = engine_rule_report,
        [TRANSACTION_AUCTION_START] = engine_rule_auction_start,
        [TRANSACTION_BID] = engine_rule_bid,
        [TRANSACTION_AUCTION_STOP] = engine_rule_auction_stop,
        [TRANSACTION_BITE] = engine_rule_bite,
        [TRANSACTION_LOT_BID] = engine_rule_lot_bid,
        [TRANSACTION_DEAL] = engine_rule_deal,
        [TRANSACTION_STUFF] = engine_rule_stuff,
        [TRANSACTION_STAKE] = engine_rule_stake,
        [TRANSACTION_UNSTAKE] = engine_rule_unstake,
    };
    struct engine_core *core = engine->core;
    memset(receipt, 0, sizeof *receipt);
    receipt->status = ENGINE_UNKNOWN_KIND;
    if (transaction->kind < TRANSACTION_KIND_COUNT) {
        receipt->status = rules[transaction->kind](engine, transaction, receipt);
    }
    core->transactions += 1;
    if (receipt->status == ENGINE_OK) {
        core->fund_least_uusd =
            money_min(core->fund_least_uusd, engine->ledger.balance_micro[ACCOUNT_FUND]);
        settle_touched(engine);
    } else {
        core->refusals += 1;
    }
    log_transaction(&core->log, transaction, receipt);
}

wide engine_residual(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    const wide fund = (wide)core->fund_deposits_uusd + core->fund_fees_uusd +
                      core->fund_penalties_uusd - core->fund_draws_uusd -
                      core->fund_tips_uusd - engine->ledger.balance_micro[ACCOUNT_FUND];
    const wide owed = english_auction_owed_uusd(&engine->english) +
                      engine->ledger.balance_micro[ACCOUNT_AUCTION];
    const wide lots = engine->english.state->lots_ubase -
                      engine->collateral.balance_micro[ACCOUNT_AUCTION];
    wide sum = money_wide_magnitude(owed) + money_wide_magnitude(lots) +
               money_wide_magnitude(fund) +
               money_wide_magnitude(ledger_residual(&engine->ledger)) +
               money_wide_magnitude(ledger_residual(&engine->collateral)) +
               money_wide_magnitude(pool_shares_residual(&engine->shares)) +
               escrow_residual(&engine->escrow, engine->asset);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const wide remainder = engine->portfolio.market[i].funding_remainder;
        sum += remainder < 0 || remainder >= MONEY_INDEX_ONE;
    }
    return sum;
}

/* Who is in an auction, and what the insolvent ones may cost. */
static bool audit_auctions(const struct engine *engine) {
    wide insolvent = 0;
    for (uint32_t account = 0; account < engine->terms->account_count; ++account) {
        const struct auction *auction = &engine->auction[account];
        if (account_set_has(&engine->auctioned, account) !=
                (auction->phase != AUCTION_NONE) ||
            (auction->phase != AUCTION_INSOLVENT && auction->insolvent_uusd != 0)) {
            return false;
        }
        insolvent += auction->insolvent_uusd;
    }
    return insolvent == engine->core->insolvent_uusd;
}

bool engine_audit(const struct engine *engine) {
    return engine_residual(engine) == 0 && ledger_audit(&engine->ledger) &&
           ledger_audit(&engine->collateral) && pool_shares_audit(&engine->shares) &&
           portfolio_audit(&engine->portfolio, &engine->ledger) &&
           funding_audit(&engine->portfolio, &engine->ledger) &&
           escrow_audit(&engine->escrow, engine->asset) && audit_auctions(engine) &&
           english_auction_audit(&engine->english);
}

bool engine_price_known(const struct engine *engine, uint32_t instrument) {
    return engine->portfolio.market[instrument].index_price_uusd != 0;
}

bool engine_price_stale(const struct engine *engine, uint32_t instrument) {
    return engine->core->block.time_ns -
               engine->portfolio.market[instrument].index_time_ns >
           engine->terms->oracle.staleness_ns;
}

bool engine_withdrawals_gated(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    return core->block.number < core->gated_until ||
           core->insolvent_uusd >
               money_max(engine->ledger.balance_micro[ACCOUNT_FUND], 0);
}

int64_t engine_withdrawable_uusd(const struct engine *engine, uint32_t account) {
    const struct margin margin = margin_evaluate(&engine->margin, account);
    return margin_withdrawable_uusd(&engine->margin, account, &margin);
}

int64_t engine_redeemable_uusd(const struct engine *engine) {
    const wide notional = margin_health(&engine->margin, ACCOUNT_POOL).notional_uusd;
    const wide reserve =
        money_divide_ceil(notional * engine->terms->pool_shares.reserve_ppm, MONEY_ONE);
    const wide spare = margin_equity_uusd(&engine->margin, ACCOUNT_POOL) - reserve;
    const wide free = ledger_free(&engine->ledger, ACCOUNT_POOL);
    const wide least = spare < free ? spare : free;
    return least > 0 ? money_narrow(least) : 0;
}

bool engine_units_fit(const struct engine *engine, wide units, int64_t mark_price_uusd) {
    return money_fits(units) && money_fits(collateral_value_floor(
                                    (int64_t)units, mark_price_uusd,
                                    engine->terms->instrument[0].multiplier_ubase));
}
