#include "engine/waterfall.h"

#include "engine/account.h"

static const char *const deleverage_words[] = {"none", "ranked", NULL};
static const char *const when_words[] = {"account", "all", NULL};

const struct param waterfall_params[] = {
    PARAM_CHOICE(
        struct waterfall_terms, deleverage, "deleverage", deleverage_words, "none",
        "auto-deleveraging between fund and socialised loss: none, or winners by "
        "profit ratio times leverage"),
    PARAM_CHOICE(
        struct waterfall_terms, deleverage_when, "deleverage_when", when_words, "account",
        "when the fund cannot pay the shortfall of the account at hand, or of all "
        "accounts below zero together"),
    PARAM(struct waterfall_terms, deleverage_most, "deleverage_most", param_integer, "1",
          "256", "16",
          "accounts deleveraged by one liquidation, the rest in a later block "
          "(assumption)"),
    {0},
};

struct levy {
    const struct waterfall *waterfall;
    struct waterfall_payment *payment;
    uint32_t defaulter;
    bool by_profit; /* step 2; else step 3 */
};

/* What accounts may be charged: nothing that is not there. */
static void appraise(const struct waterfall *waterfall, uint32_t defaulter,
                     uint32_t instrument) {
    const uint32_t accounts = waterfall->ledger->account_count;
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        const wide equity =
            account == defaulter ? 0 : margin_equity_uusd(waterfall->view, account);
        const wide profit =
            equity <= 0 ? 0 : margin_profit_uusd(waterfall->view, account, instrument);
        waterfall->stake[account] =
            (struct waterfall_stake){.equity_uusd = equity > 0 ? equity : 0,
                                     .profit_uusd = profit > 0 ? profit : 0};
    }
}

static wide chargeable(const struct levy *levy, uint32_t account) {
    const struct waterfall_stake *stake = &levy->waterfall->stake[account];
    return levy->by_profit && stake->profit_uusd < stake->equity_uusd
               ? stake->profit_uusd
               : stake->equity_uusd;
}

static void charge(const struct levy *levy, uint32_t account, int64_t amount_uusd) {
    if (amount_uusd == 0) {
        return;
    }
    struct waterfall_payment *payment = levy->payment;
    struct waterfall_stake *stake = &levy->waterfall->stake[account];
    /* Step 3 follows only when step 2 took all there was to take from every winner. */
    if (levy->by_profit || stake->profit_uusd == 0) {
        payment->charged_equity_uusd += money_narrow(stake->equity_uusd);
    }
    stake->equity_uusd -= amount_uusd;
    ledger_move(levy->waterfall->ledger, account, levy->defaulter, amount_uusd);
    account_set_add(levy->waterfall->touched, account);
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
    const uint32_t accounts = levy->waterfall->ledger->account_count;
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
        const wide part = chargeable(levy, account);
        remainder_uusd -= part == 0 ? 0 : share_floor(due_uusd, part, whole);
    }
    for (uint32_t account = accounts; account-- > ACCOUNT_POOL;) {
        const wide part = chargeable(levy, account);
        if (part == 0) {
            continue;
        }
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

struct waterfall_payment waterfall_cover(const struct waterfall *waterfall,
                                         uint32_t defaulter, uint32_t instrument,
                                         int64_t shortfall_uusd) {
    struct waterfall_payment payment = {0};
    assert(shortfall_uusd > 0);
    const int64_t fund_uusd =
        money_max(waterfall->ledger->balance_micro[ACCOUNT_FUND], 0);
    payment.fund_uusd = money_min(fund_uusd, shortfall_uusd);
    if (payment.fund_uusd > 0) {
        ledger_move(waterfall->ledger, ACCOUNT_FUND, defaulter, payment.fund_uusd);
    }
    int64_t rest_uusd = shortfall_uusd - payment.fund_uusd;
    if (rest_uusd == 0) {
        return payment;
    }
    struct levy levy = {.waterfall = waterfall,
                        .payment = &payment,
                        .defaulter = defaulter,
                        .by_profit = true};
    appraise(waterfall, defaulter, instrument);
    rest_uusd = charge_pro_rata(&levy, rest_uusd);
    if (rest_uusd > 0) {
        levy.by_profit = false;
        charge_pro_rata(&levy, rest_uusd);
    }
    return payment;
}
