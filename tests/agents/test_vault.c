/* The vaults at the start, and what their owners do. */
#include "agents/vault.h"
#include "tests/support/world_agents.h"

enum { VAULTS = 4000 };

static struct vault_config terms(void) {
    struct vault_config config = {0};
    desk_defaults(&agent_vault, &config);
    config.count = VAULTS;
    config.debt_uusd = 20000000 * USD;
    config.cap_ppm = 50000;
    config.least_ppm = 1550000;
    config.median_ppm = 2200000;
    config.top_up_ppm = 300000;
    config.alarm_ppm = 1700000;
    config.comfort_ppm = 2000000;
    config.fee_margin_ppm = 200000;
    config.fee_cap_wei = 150 * GWEI;
    config.gas = 250000;
    return config;
}

/* The median ratio of 4,000 draws: the share below it has a standard error of
   sqrt(1/4/4000) = 0.0079; four of them.  The share that responds: sqrt(.3 .7 / 4000) =
   0.0072; four of them. */
static void debts_add_up_and_ratios_are_as_drawn(void **unused) {
    (void)unused;
    const struct vault_config config = terms();
    const struct vault_address address = {.seed = 5, .path = 1, .purpose = 5};
    static struct vault vault[VAULTS];
    static double weight[VAULTS];
    vault_draw(&config, 194610000, &address, weight, vault);
    int64_t debt = 0, largest = 0, below = 0, responds = 0;
    for (int i = 0; i < VAULTS; ++i) {
        const double ratio = (double)vault[i].collateral_ubase * 194.61 /
                             (double)money_max(vault[i].debt_uusd, 1);
        debt += vault[i].debt_uusd;
        largest = money_max(largest, vault[i].debt_uusd);
        below += ratio < 2.2;
        responds += vault[i].responds;
        check_true("at least 155 %", ratio >= 1.55);
        check_true("a wallet", vault[i].wallet_uusd >= 0);
    }
    check_true("debts add up to one micro-USD a vault",
               debt <= config.debt_uusd && debt > config.debt_uusd - VAULTS);
    check_true("none above the cap", largest <= config.debt_uusd / 20);
    check_close("half are below the median", (double)below / VAULTS, 0.5, 4 * 0.0079);
    check_close("three in ten respond", (double)responds / VAULTS, 0.3, 4 * 0.0072);
}

/* 100 units at 100 USD, debt as given; comfort is 200 %, so 5,000 may be owed.  Gas: 250,000
   at 12 gwei and 100 USD cost 0.3 USD. */
static void an_owner_repays_down_to_comfort(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t debt_uusd, purse_uusd, responds, pending, repays;
    } rows[] = {
        {"170 %",              5882352941, 9000000000, 1, 0, 0         },
        {"just below",         5882352942, 9000000000, 1, 0, 882352942 },
        {"deep below",         9000000000, 9000000000, 1, 0, 4000000000},
        {"what the purse has", 9000000000, 1000300000, 1, 0, 1000000000},
        {"nothing but gas",    9000000000, 300000,     1, 0, 0         },
        {"one who freezes",    9000000000, 9000000000, 0, 0, 0         },
        {"one on its way",     9000000000, 9000000000, 1, 1, 0         },
        {"no debt",            0,          9000000000, 1, 0, 0         },
    };
    const struct vault_config config = terms();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct vault own = {.responds = rows[i].responds};
        const struct observation seen = {.now_ns = SECOND_NS,
                                         .account = 9,
                                         .outside_price_uusd = 100 * USD,
                                         .base_fee_wei = 10 * GWEI,
                                         .cash_uusd = -rows[i].debt_uusd,
                                         .units_ubase = 100000000,
                                         .purse_uusd = rows[i].purse_uusd,
                                         .pending_count = (uint32_t)rows[i].pending};
        const struct reply reply = desk_wake(&agent_vault, &config, &own, &seen, i);
        check_u64(rows[i].name, reply.count, rows[i].repays > 0);
        check_true("looks again", reply.wake_ns > seen.now_ns);
        if (reply.count == 1) {
            check_u64("a deposit", reply.intent[0].transaction.kind, TRANSACTION_DEPOSIT);
            check_i64(rows[i].name, reply.intent[0].transaction.amount, rows[i].repays);
            check_i64("20 % over the base fee", reply.intent[0].fee_wei, 12 * GWEI);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debts_add_up_and_ratios_are_as_drawn),
        cmocka_unit_test(an_owner_repays_down_to_comfort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
