#include "engine/rules/common.h"
#include "engine/rules/rules.h"
#include "engine/waterfall.h"

/* A vault: in debt, with collateral and nothing else. */
static bool is_vault(const struct engine *engine, uint32_t account) {
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0) {
            return false;
        }
    }
    return ledger_free(&engine->ledger, account) < 0 &&
           ledger_free(&engine->collateral, account) > 0;
}

static enum engine_status check_bite(const struct engine *engine,
                                     const struct transaction *transaction) {
    const uint32_t target = transaction->target;
    if (engine->english.room == 0) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (!rule_is_participant(engine, transaction->account) ||
        !rule_is_participant(engine, target)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (!engine_price_known(engine, 0)) {
        return ENGINE_NO_PRICE;
    }
    if (!is_vault(engine, target)) {
        return ENGINE_NO_POSITION;
    }
    const struct margin margin = margin_health(&engine->margin, target);
    if (!margin_liquidatable(&margin)) {
        return ENGINE_HEALTHY;
    }
    return english_auction_full(&engine->english) ? ENGINE_AUCTIONS_FULL : ENGINE_OK;
}

enum engine_status engine_rule_bite(struct engine *engine,
                                    const struct transaction *transaction,
                                    struct receipt *receipt) {
    const uint32_t vault = transaction->target;
    const struct english_auction_terms *terms = &engine->terms->english;
    const enum engine_status status = check_bite(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    const struct english_cut cut =
        english_auction_cut(terms, ledger_free(&engine->collateral, vault),
                            -ledger_free(&engine->ledger, vault));
    if (cut.debt_uusd == 0 || !money_fits(cut.tab_uusd) ||
        !money_fits((wide)engine->ledger.balance_micro[ACCOUNT_AUCTION] -
                    cut.debt_uusd)) {
        return ENGINE_OVERFLOW;
    }
    struct english_lot *lot = english_auction_open(&engine->english, terms, vault, &cut,
                                                   engine->core->block.time_ns);
    lot->index_price_uusd = engine->portfolio.market[0].index_price_uusd;
    ledger_move(&engine->collateral, vault, ACCOUNT_AUCTION, cut.lot_ubase);
    ledger_move(&engine->ledger, ACCOUNT_AUCTION, vault, cut.debt_uusd);
    account_set_add(&engine->touched, vault);
    receipt->mark_price_uusd = engine->core->mark_price_uusd[0];
    receipt->lot = lot->id;
    receipt->lot_ubase = cut.lot_ubase;
    return ENGINE_OK;
}

/* The bid is paid in at once and whoever is outbid gets his back, so that nothing stands
   between a winner and his lot. */
enum engine_status engine_rule_lot_bid(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    const uint32_t account = transaction->account;
    const struct english_auction_terms *terms = &engine->terms->english;
    const struct english_bid bid = {account, transaction->price_uusd,
                                    transaction->amount};
    const int64_t now_ns = engine->core->block.time_ns;
    if (engine->english.room == 0) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (!rule_is_participant(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    struct english_lot *lot = english_auction_find(&engine->english, transaction->target);
    if (lot == NULL) {
        return ENGINE_NO_AUCTION;
    }
    const enum engine_status status = english_auction_check(terms, lot, &bid, now_ns);
    if (status != ENGINE_OK) {
        return status;
    }
    const uint32_t outbid = lot->bidder;
    const int64_t own_uusd = outbid == account ? lot->bid_uusd : 0;
    /* Cash at hand, never borrowed. */
    const int64_t spendable_uusd =
        money_min(engine_withdrawable_uusd(engine, account),
                  money_max(ledger_free(&engine->ledger, account), 0));
    if (bid.bid_uusd - own_uusd > spendable_uusd) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    const wide held = (wide)engine->ledger.balance_micro[ACCOUNT_AUCTION] + bid.bid_uusd;
    if (!money_fits(held) ||
        (outbid != 0 &&
         !money_fits((wide)engine->ledger.balance_micro[outbid] + lot->bid_uusd))) {
        return ENGINE_OVERFLOW;
    }
    if (outbid != 0) {
        ledger_move(&engine->ledger, ACCOUNT_AUCTION, outbid, lot->bid_uusd);
        account_set_add(&engine->touched, outbid);
    }
    ledger_move(&engine->ledger, account, ACCOUNT_AUCTION, bid.bid_uusd);
    ledger_move(&engine->collateral, ACCOUNT_AUCTION, lot->vault,
                lot->lot_ubase - bid.wanted_ubase);
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, lot->vault);
    english_auction_bid(&engine->english, terms, lot, &bid, now_ns);
    receipt->lot = lot->id;
    receipt->lot_ubase = lot->lot_ubase;
    receipt->lot_paid_uusd = bid.bid_uusd;
    return ENGINE_OK;
}

/* The fund pays losses that wait, as far as its balance goes. */
static void heal(struct engine *engine, struct receipt *receipt) {
    struct english_auction_state *state = engine->english.state;
    const int64_t there = money_max(engine->ledger.balance_micro[ACCOUNT_FUND], 0);
    const int64_t paid = money_min(there, state->lost_uusd);
    ledger_move(&engine->ledger, ACCOUNT_FUND, ACCOUNT_AUCTION, paid);
    state->lost_uusd -= paid;
    engine->core->fund_draws_uusd += paid;
    receipt->fund_paid_uusd += paid;
}

/* The vault takes the loss back and the waterfall covers it there: nobody asks the owner for
   more than the lot.  What it does not cover stays the vault's debt. */
static void cover(struct engine *engine, uint32_t vault, int64_t shortfall_uusd,
                  struct receipt *receipt) {
    ledger_move(&engine->ledger, vault, ACCOUNT_AUCTION, shortfall_uusd);
    const int64_t before_uusd = engine->ledger.balance_micro[vault];
    const struct waterfall_payment payment =
        waterfall_cover(&engine->waterfall, vault, 0, shortfall_uusd);
    engine->core->fund_draws_uusd += payment.fund_uusd;
    /* Measured, not summed from the payments: the identity between them can then fail. */
    receipt->shortfall_uusd = engine->ledger.balance_micro[vault] - before_uusd;
    receipt->fund_paid_uusd = payment.fund_uusd;
    receipt->socialised_uusd = payment.socialised_uusd;
    receipt->pool_absorbed_uusd = payment.pool_uusd;
    receipt->charged_equity_uusd = payment.charged_equity_uusd;
}

static void pay_debt(struct engine *engine, const struct english_lot *lot,
                     struct receipt *receipt) {
    struct engine_core *core = engine->core;
    const int64_t surplus_uusd = lot->bid_uusd - lot->debt_uusd;
    if (surplus_uusd >= 0) {
        ledger_move(&engine->ledger, ACCOUNT_AUCTION, ACCOUNT_FUND, surplus_uusd);
        core->fund_penalties_uusd += surplus_uusd;
        receipt->penalty_uusd = surplus_uusd;
        heal(engine, receipt);
        return;
    }
    core->gated_until = core->block.number + (uint64_t)engine->terms->escrow.gate_blocks;
    if (engine->terms->english.losses == ENGLISH_AUCTION_SOCIALISED) {
        cover(engine, lot->vault, -surplus_uusd, receipt);
        return;
    }
    engine->english.state->lost_uusd -= surplus_uusd;
    receipt->shortfall_uusd = -surplus_uusd;
    heal(engine, receipt);
}

/* Before time begins and after the horizon a lot need not be over; one that nobody has bid
   for then goes back to the vault, debt and all. */
static void take_back(struct engine *engine, struct english_lot *lot) {
    ledger_move(&engine->collateral, ACCOUNT_AUCTION, lot->vault, lot->lot_ubase);
    ledger_move(&engine->ledger, lot->vault, ACCOUNT_AUCTION, lot->debt_uusd);
    account_set_add(&engine->touched, lot->vault);
    english_auction_close(&engine->english, lot);
}

static bool deal_fits(const struct engine *engine, const struct english_lot *lot) {
    const int64_t *balance = engine->ledger.balance_micro;
    return money_fits((wide)balance[lot->vault] - lot->debt_uusd) &&
           money_fits((wide)balance[ACCOUNT_FUND] + lot->tab_uusd) &&
           money_fits(engine->english.state->lost_uusd + (wide)lot->debt_uusd);
}

enum engine_status engine_rule_deal(struct engine *engine,
                                    const struct transaction *transaction,
                                    struct receipt *receipt) {
    const bool settling = (engine->core->block.flags & BLOCK_GENESIS) != 0;
    const int64_t now_ns = engine->core->block.time_ns;
    if (engine->english.room == 0) {
        return ENGINE_WRONG_MECHANISM;
    }
    if (!rule_is_participant(engine, transaction->account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    struct english_lot *lot = english_auction_find(&engine->english, transaction->target);
    if (lot == NULL) {
        return ENGINE_NO_AUCTION;
    }
    if (!settling && !english_auction_over(lot, now_ns)) {
        return ENGINE_AUCTION_OPEN;
    }
    if (!deal_fits(engine, lot)) {
        return ENGINE_OVERFLOW;
    }
    receipt->mark_price_uusd = engine->core->mark_price_uusd[0];
    receipt->lot = lot->id;
    if (lot->bidder == 0 && settling) {
        take_back(engine, lot);
        return ENGINE_OK;
    }
    if (lot->bidder == 0) {
        english_auction_restart(&engine->terms->english, lot, now_ns);
        return ENGINE_OK;
    }
    receipt->lot_ubase = lot->lot_ubase;
    receipt->lot_paid_uusd = lot->bid_uusd;
    ledger_move(&engine->collateral, ACCOUNT_AUCTION, lot->bidder, lot->lot_ubase);
    account_set_add(&engine->touched, lot->bidder);
    account_set_add(&engine->touched, lot->vault);
    const struct english_lot closed = *lot;
    english_auction_close(&engine->english, lot);
    pay_debt(engine, &closed, receipt);
    return ENGINE_OK;
}
