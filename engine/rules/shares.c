#include "engine/rules/common.h"
#include "engine/rules/rules.h"

static wide pool_equity(const struct engine *engine) {
    return margin_equity_uusd(&engine->margin, ACCOUNT_POOL);
}

/* A price that decides what a share is worth has to be fresh. */
static bool price_too_old(const struct engine *engine, uint32_t account) {
    return rule_price_too_old(engine, ACCOUNT_POOL) ||
           (margin_units(&engine->margin, ACCOUNT_POOL) != 0 &&
            engine_price_stale(engine, 0)) ||
           rule_price_too_old(engine, account);
}

static enum engine_status check_asker(const struct engine *engine,
                                      const struct transaction *transaction) {
    if (!rule_is_participant(engine, transaction->account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (account_set_has(&engine->auctioned, transaction->account)) {
        return ENGINE_IN_AUCTION;
    }
    if (transaction->amount <= 0 || transaction->amount > MONEY_SIZE_MAX) {
        return ENGINE_BAD_AMOUNT;
    }
    return price_too_old(engine, transaction->account) ? ENGINE_STALE_PRICE : ENGINE_OK;
}

/* What the pool had before its first share. */
static wide unowned(const struct engine *engine, wide equity_uusd) {
    return engine->shares.totals->outstanding == 0 && equity_uusd > 0 ? equity_uusd : 0;
}

enum engine_status engine_rule_stake(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt) {
    struct pool_shares *shares = &engine->shares;
    const uint32_t account = transaction->account;
    const enum engine_status status = check_asker(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    const wide equity = pool_equity(engine);
    /* The first owners of a pool in debt would pay it: they are refused, too. */
    if (equity < 0 || (equity == 0 && shares->totals->outstanding > 0)) {
        return ENGINE_POOL_INSOLVENT;
    }
    if (!money_fits(equity)) {
        return ENGINE_OVERFLOW; /* nobody can tell what a share is worth */
    }
    const wide amount = pool_shares_for(shares, transaction->amount, equity);
    const wide before = unowned(engine, equity);
    if (amount == 0) {
        return ENGINE_SHARES_DUST;
    }
    if (transaction->amount > engine_withdrawable_uusd(engine, account)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    if (amount + before + shares->totals->outstanding > MONEY_SIZE_MAX ||
        ledger_transfer(&engine->ledger, account, ACCOUNT_POOL, transaction->amount) !=
            ENGINE_OK) {
        return ENGINE_OVERFLOW;
    }
    pool_shares_issue(shares, ACCOUNT_TREASURY, (int64_t)before);
    pool_shares_issue(shares, account, (int64_t)amount);
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, ACCOUNT_POOL);
    receipt->shares = (int64_t)amount;
    receipt->pool_cash_uusd = transaction->amount;
    return ENGINE_OK;
}

static enum engine_status check_payment(const struct engine *engine, uint32_t account,
                                        wide paid_uusd) {
    const struct margin margin = margin_evaluate(&engine->margin, account);
    if (paid_uusd == 0) {
        return ENGINE_SHARES_DUST;
    }
    if (paid_uusd > ledger_free(&engine->ledger, ACCOUNT_POOL)) {
        return ENGINE_POOL_CASH;
    }
    if (paid_uusd > engine_redeemable_uusd(engine)) {
        return ENGINE_POOL_RESERVE;
    }
    /* Who owes on the chain pays that first. */
    if (margin.equity_uusd < margin.initial_uusd ||
        ledger_free(&engine->ledger, account) < 0) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    return ENGINE_OK;
}

enum engine_status engine_rule_unstake(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    struct pool_shares *shares = &engine->shares;
    const struct engine_core *core = engine->core;
    const uint32_t account = transaction->account;
    enum engine_status status = check_asker(engine, transaction);
    if (status != ENGINE_OK) {
        return status;
    }
    if (engine_withdrawals_gated(engine)) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (escrow_full(&engine->escrow)) {
        return ENGINE_QUEUE_FULL;
    }
    const wide equity = pool_equity(engine);
    if (equity <= 0) {
        return ENGINE_POOL_INSOLVENT;
    }
    if (transaction->amount > shares->held[account]) {
        return ENGINE_INSUFFICIENT_SHARES;
    }
    if (!money_fits(equity)) {
        return ENGINE_OVERFLOW;
    }
    const wide paid = pool_shares_worth(shares, transaction->amount, equity);
    status = check_payment(engine, account, paid);
    if (status != ENGINE_OK) {
        return status;
    }
    if (ledger_transfer(&engine->ledger, ACCOUNT_POOL, account, (int64_t)paid) !=
        ENGINE_OK) {
        return ENGINE_OVERFLOW;
    }
    escrow_request(&engine->escrow, &engine->ledger,
                   &(struct escrow_entry){.accepted_ns = core->block.time_ns,
                                          .amount_micro = (int64_t)paid,
                                          .account = account,
                                          .asset = ASSET_CASH});
    pool_shares_redeem(shares, account, transaction->amount);
    account_set_add(&engine->touched, account);
    account_set_add(&engine->touched, ACCOUNT_POOL);
    receipt->shares = -transaction->amount;
    receipt->pool_cash_uusd = -(int64_t)paid;
    return ENGINE_OK;
}
