#include "engine/rules/common.h"
#include "engine/rules/rules.h"

static bool is_amount(int64_t amount) {
    return amount > 0 && amount <= MONEY_SIZE_MAX;
}

enum engine_status engine_rule_deposit(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt) {
    (void)receipt;
    const uint32_t account = transaction->account;
    const int64_t amount = transaction->amount;
    if (!rule_is_margin_account(engine, account) && account != ACCOUNT_FUND) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (!is_amount(amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    const enum engine_status status =
        ledger_transfer(&engine->ledger, ACCOUNT_EXTERNAL, account, amount);
    if (status != ENGINE_OK) {
        return status;
    }
    engine->core->deposits_uusd += amount;
    if (account == ACCOUNT_FUND) {
        engine->core->fund_deposits_uusd += amount;
        if ((engine->core->block.flags & BLOCK_GENESIS) != 0) {
            engine->core->fund_least_uusd = engine->core->fund_deposits_uusd;
        }
    } else {
        account_set_add(&engine->touched, account);
    }
    return ENGINE_OK;
}

enum engine_status engine_rule_withdraw(struct engine *engine,
                                        const struct transaction *transaction,
                                        struct receipt *receipt) {
    (void)receipt;
    const struct engine_core *core = engine->core;
    const uint32_t account = transaction->account;
    if (!rule_is_margin_account(engine, account)) {
        return ENGINE_UNKNOWN_ACCOUNT;
    }
    if (account_set_has(&engine->auctioned, account)) {
        return ENGINE_IN_AUCTION;
    }
    if (!is_amount(transaction->amount)) {
        return ENGINE_BAD_AMOUNT;
    }
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        if (portfolio_at(&engine->portfolio, account, i)->size_ubase != 0 &&
            engine_price_stale(engine, i)) {
            return ENGINE_STALE_PRICE;
        }
    }
    if (engine_withdrawals_gated(engine)) {
        return ENGINE_WITHDRAWALS_GATED;
    }
    if (escrow_full(&engine->escrow)) {
        return ENGINE_QUEUE_FULL;
    }
    if (transaction->amount > engine_withdrawable_uusd(engine, account)) {
        return ENGINE_INSUFFICIENT_COLLATERAL;
    }
    escrow_request(&engine->escrow, &engine->ledger, account, transaction->amount,
                   core->block.time_ns);
    account_set_add(&engine->touched, account);
    return ENGINE_OK;
}
