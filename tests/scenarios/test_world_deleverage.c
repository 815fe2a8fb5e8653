/* Auto-deleveraging moves who pays, not what is owed; in a storm it moves more. */
#include "tests/support/world_lab.h"

enum { PATHS = 8, STORMS = 24 };

#define PASSIVE                                                                          \
    "population.top_up_share=0%", "population.deleverage_share=0%",                      \
        "traders.trade_chance=0%", "traders.withdraw_chance=0%"
#define FRICTIONLESS                                                                     \
    "weather.base_fee=0 gwei", "weather.missed_slots=0", "weather.gas_share=100%",       \
        "keepers.gas=1000", "keepers.capital=1M USD", "impact.depth=0 USD",              \
        "venue.half_spread=0%", "venue.skew_depth=0 USD", "venue.fee=0%",                \
        "oracle.deviation=0%", "instrument.funding_interest=0%",                         \
        "instrument.funding_slope=0%", "liquidation.share_per_block=100%",               \
        "liquidation.max_notional_per_block=1000M USD", "liquidation.penalty=0%",        \
        "liquidation.keeper_least=0 USD"

static void open_gap(struct lab *lab, const char *gap, const char *fund, const char *rule,
                     const char *most) {
    const char *const sets[] = {gap,
                                fund,
                                rule,
                                most,
                                "world.horizon=2h",
                                "population.accounts=120",
                                "population.owners=100",
                                FRICTIONLESS,
                                PASSIVE,
                                NULL};
    lab_open(lab, "single-gap", sets);
}

static int64_t others(const struct outcome *outcome) {
    return lab_money(outcome, OUTCOME_SOCIALISED_LOSS) +
           lab_money(outcome, OUTCOME_POOL_ABSORBED);
}

/* A gap, no friction, nobody acts: what each account owes is fixed at once.  The fund pays
   the same; what is left is the winners' haircut instead of everybody's. */
static void a_gap_costs_the_same_whoever_pays(void **unused) {
    (void)unused;
    static const char *const gaps[] = {"market.gap=-20%", "market.gap=-35%",
                                       "market.gap=30%"};
    static const char *const funds[] = {"fund.deposit=0 USD", "fund.deposit=30k USD"};
    static const char *const mosts[] = {"waterfall.deleverage_most=1",
                                        "waterfall.deleverage_most=256"};
    for (int i = 0; i < 12; ++i) {
        const char *gap = gaps[i % 3], *fund = funds[i / 3 % 2];
        struct lab none, ranked;
        open_gap(&none, gap, fund, "waterfall.deleverage=none", mosts[i / 6]);
        open_gap(&ranked, gap, fund, "waterfall.deleverage=ranked", mosts[i / 6]);
        int64_t covered = 0;
        for (uint64_t path = 0; path < PATHS; ++path) {
            const struct outcome a = lab_run(&none, 6, path);
            const struct outcome b = lab_run(&ranked, 6, path);
            const int64_t own =
                lab_money(&b, OUTCOME_ADL_HAIRCUT) - lab_money(&b, OUTCOME_ADL_OVERSHOOT);
            check_i64("bad debt", lab_money(&b, OUTCOME_BAD_DEBT),
                      lab_money(&a, OUTCOME_BAD_DEBT));
            check_i64("fund", lab_money(&b, OUTCOME_FUND_DRAW),
                      lab_money(&a, OUTCOME_FUND_DRAW));
            check_i64("the others", others(&b), others(&a) - own);
            check_i64("not without the rule", lab_money(&a, OUTCOME_ADL), 0);
            check_true("overshoot is rounding",
                       lab_money(&b, OUTCOME_ADL_OVERSHOOT) < USD);
            covered += own;
        }
        check_true(gap, covered > 1000 * USD);
        lab_close(&none);
        lab_close(&ranked);
    }
}

/* The same storms, three rules: less is socialised the earlier winners are asked, and who
   is asked at the low has closed at the low. */
static void in_a_storm_less_is_socialised_the_earlier_winners_pay(void **unused) {
    (void)unused;
    static const char *const rules[][2] = {
        {"waterfall.deleverage=none",   "waterfall.deleverage_when=account"},
        {"waterfall.deleverage=ranked", "waterfall.deleverage_when=account"},
        {"waterfall.deleverage=ranked", "waterfall.deleverage_when=all"    },
    };
    int64_t socialised[3] = {0}, haircut[3] = {0}, notional[3] = {0};
    for (int r = 0; r < 3; ++r) {
        const char *const sets[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=5h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "traders.look_mean=20min",
                                    "fund.deposit=200k USD",
                                    rules[r][0],
                                    rules[r][1],
                                    NULL};
        struct lab lab;
        lab_open(&lab, "black-thursday", sets);
        for (uint64_t path = 0; path < STORMS; ++path) {
            const struct outcome outcome = lab_run(&lab, 51, path);
            socialised[r] += others(&outcome);
            haircut[r] += lab_money(&outcome, OUTCOME_ADL_HAIRCUT);
            notional[r] += lab_money(&outcome, OUTCOME_ADL_NOTIONAL);
        }
        lab_close(&lab);
    }
    check_i64("nobody without the rule", haircut[0] + notional[0], 0);
    check_true("less is socialised",
               socialised[0] > socialised[1] && socialised[1] > socialised[2]);
    check_true("winners are closed more", notional[2] > notional[1] && notional[1] > 0);
    check_true("and pay more", haircut[2] > haircut[1] && haircut[1] > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_costs_the_same_whoever_pays),
        cmocka_unit_test(in_a_storm_less_is_socialised_the_earlier_winners_pay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
