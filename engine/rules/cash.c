#include "engine/rules/common.h"
#include "engine/rules/rules.h"

static bool is_amount(int64_t amount) {
    return amount > 0 && amount <= MONEY_SIZE_MAX;
}

/* Units of the underlying, valued at the price known. */
static enum engine_status check_units(const struct engine *engine, uint32_t account,
                                      int64_t amount) {
    const struct ledger *ledger = &engine->collateral;
    const struct collateral_terms *terms = &engine->terms->collateral;
    const int64_t mark = engine->core->mark_price_uusd[0];
    const wide after = (wide)ledger->balance_micro[account] + amount;
    const wide all = (wide)amount - ledger->balance_micro[ACCOUNT_EXTERNAL];
    if (!engine_price_known(engine, 0)) {
        return ENGINE_NO_PRICE;
    }
    if (!engine_units_fit(engine, all, mark)) {
        return ENGINE_OVERFLOW;
    }
    const wide value = collateral_value_floor(
        (int64_t)after, mark, engine->terms->instrument[0].multiplier_ubase);
    return terms->cap_uusd != 0 && value > terms->cap_uusd ? ENGINE_COLLATERAL_CAP
                                                           : ENGINE_OK;
}

static enum engine_status check_deposit(const struct engine *engine,
                                        const struct transaction *transaction) {
    const uint32_t account = transaction->account;
    const bool units = transaction->instrument == ASSET_UNDERLYING;
    if (!rule_is_margin_account(engine, account) && (account != ACCOUNT_FUND || units)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (transaction->instrument >= ASSET_COUNT ||
        (units && engine->terms->collateral.accepted == 0)) {
        return ENGINE_UNKNOWN_ASSET;
    }
    if (!is_amount(transaction->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    return units ? check_units(engine, account, transaction->amount) : ENGINE_OK;
}

enum engine_status engine_rule_deposit(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    (void)receipt;
    const uint32_t account = transaction->account;
    const int64_t amount = transaction->amount;
    enum engine_status status = check_deposit(engine, transaction);
    if (status == ENGINE_OK) {
        status = ledger_transfer(engine->asset[transaction->instrument], ACCOUNT_EXTERNAL,
                                 account, amount);
    }
    if (status != ENGINE_OK) {
        return status;
    }
    if (account != ACCOUNT_FUND) {
        account_set_add(&engine->touched, account);
    }
    if (transaction->instrument != ASSET_CASH) {
        return ENGINE_OK;
    }
    engine->core->deposits_uusd += amount;
    if (account == ACCOUNT_FUND) {
        engine->core->fund_deposits_uusd += amount;
        if ((engine->core->block.flags & BLOCK_GENESIS) != 0) {
            engine->core->fund_least_uusd = engine->core->fund_deposits_uusd;
        }
    }
    return ENGINE_OK;
}

static bool may_leave(const struct engine *engine,
                      const struct transaction *transaction) {
    const uint32_t account = transaction->account;
    const struct margin margin = margin_evaluate(&engine->margin, account);
    if (transaction->instrument == ASSET_UNDERLYING) {
        return margin_may_withdraw_units(&engine->margin, account, &margin,
                                         transaction->amount);
    }
    return transaction->amount <=
           margin_withdrawable_uusd(&engine->margin, account, &margin);
}

enum engine_status engine_rule_withdraw(struct engine *engine,
                                        const struct transaction *transaction,
                                        struct receipt *receipt) {
    (void)receipt;
    const struct engine_core *core = engine->core;
    const uint32_t account = transaction->account;
    const uint32_t asset = transaction->instrument;
    if (!rule_is_margin_account(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (asset >= ASSET_COUNT) {
        return ENGINE_UNKNOWN_ASSET;
    }
    if (account_set_has(&engine->auctioned, account)) {
        return ENGINE_IN_AUCTION;
    }
    if (!is_amount(transaction->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    /* A price that decides how much may leave has to be fresh. */
    if (rule_price_too_old(engine, account)) {
        return ENGINE_STALE_PRICE;
    }
    if (engine_withdrawals_gated(engine)) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (escrow_full(&engine->escrow)) {
        return ENGINE_QUEUE_FULL;
    }
    if (!may_leave(engine, transaction)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    escrow_request(&engine->escrow, engine->asset[asset],
                   &(struct escrow_entry){.accepted_ns = core->block.time_ns,
                                          .amount_micro = transaction->amount,
                                          .account = account,
                                          .asset = asset});
    account_set_add(&engine->touched, account);
    return ENGINE_OK;
}
