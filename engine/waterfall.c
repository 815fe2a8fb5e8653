#include "engine/waterfall.h"

#include "engine/account.h"

struct levy {
    struct ledger *ledger;
    const struct margin_view *view;
    struct account_set *touched;
    struct waterfall_payment *payment;
    uint32_t defaulter, instrument;
    bool by_profit; /* step 2; else step 3 */
};

/* What an account may be charged in this step: nothing that is not there. */
static wide chargeable(const struct levy *levy, uint32_t account) {
    if (account == levy->defaulter) {
        return 0;
    }
    const wide equity = margin_equity_uusd(levy->view, account);
    if (equity <= 0) {
        return 0;
    }
    if (!levy->by_profit) {
        return equity;
    }
    const wide profit = margin_profit_uusd(levy->view, account, levy->instrument);
    if (profit <= 0) {
        return 0;
    }
    return profit < equity ? profit : equity;
}

static void charge(const struct levy *levy, uint32_t account, int64_t amount_uusd) {
    if (amount_uusd == 0) {
        return;
    }
    struct waterfall_payment *payment = levy->payment;
    /* Step 3 follows only when step 2 took all there was to take from every winner. */
    if (levy->by_profit ||
        margin_profit_uusd(levy->view, account, levy->instrument) <= 0) {
        payment->charged_equity_uusd +=
            money_narrow(margin_equity_uusd(levy->view, account));
    }
    ledger_move(levy->ledger, account, levy->defaulter, amount_uusd);
    account_set_add(levy->touched, account);
    if (account == ACCOUNT_POOL) {
        payment->pool_uusd += amount_uusd;
    } else {
        payment->socialised_uusd += amount_uusd;
    }
}

static int64_t share_floor(int64_t loss_uusd, wide part, wide whole) {
    return money_narrow(money_divide_floor((wide)loss_uusd * part, whole));
}

/* Charges loss pro rata and returns what is left of it.  The first walk sums, the second
   counts what the floors leave over, the third charges from the last account backwards,
   so that the last ones with room bear the remainder. */
static int64_t charge_pro_rata(const struct levy *levy, int64_t loss_uusd) {
    const uint32_t accounts = levy->ledger->account_count;
    wide whole = 0;
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        whole += chargeable(levy, account);
    }
    if (whole == 0) {
        return loss_uusd;
    }
    const int64_t due_uusd = whole < loss_uusd ? money_narrow(whole) : loss_uusd;
    int64_t remainder_uusd = due_uusd;
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        remainder_uusd -= share_floor(due_uusd, chargeable(levy, account), whole);
    }
    for (uint32_t account = accounts; account-- > ACCOUNT_POOL;) {
        const wide part = chargeable(levy, account);
        const int64_t share_uusd = share_floor(due_uusd, part, whole);
        const wide room = part - share_uusd;
        const int64_t extra_uusd =
            room < remainder_uusd ? money_narrow(room) : remainder_uusd;
        charge(levy, account, share_uusd + extra_uusd);
        remainder_uusd -= extra_uusd;
    }
    assert(remainder_uusd == 0);
    return loss_uusd - due_uusd;
}

struct waterfall_payment waterfall_cover(struct ledger *ledger,
                                         const struct margin_view *view,
                                         struct account_set *touched, uint32_t defaulter,
                                         uint32_t instrument, int64_t shortfall_uusd) {
    struct waterfall_payment payment = {0};
    assert(shortfall_uusd > 0);
    const int64_t fund_uusd = money_max(ledger->balance_micro[ACCOUNT_FUND], 0);
    payment.fund_uusd = money_min(fund_uusd, shortfall_uusd);
    if (payment.fund_uusd > 0) {
        ledger_move(ledger, ACCOUNT_FUND, defaulter, payment.fund_uusd);
    }
    int64_t rest_uusd = shortfall_uusd - payment.fund_uusd;
    struct levy levy = {.ledger = ledger,
                        .view = view,
                        .touched = touched,
                        .payment = &payment,
                        .defaulter = defaulter,
                        .instrument = instrument,
                        .by_profit = true};
    if (rest_uusd > 0) {
        rest_uusd = charge_pro_rata(&levy, rest_uusd);
    }
    if (rest_uusd > 0) {
        levy.by_profit = false;
        charge_pro_rata(&levy, rest_uusd);
    }
    return payment;
}
