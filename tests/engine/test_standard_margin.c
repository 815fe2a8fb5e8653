#include "engine/options/standard_margin.h"
#include "tests/support/check.h"

#define USD(dollars) ((int64_t)((dollars)*1e6))

/* The values of the protocol's own published tests. */
static const struct standard_margin terms = {.on = 1,
                                             .max_spot_ppm = 150000,
                                             .min_spot_ppm = 100000,
                                             .call_maintenance_ppm = 75000,
                                             .put_maintenance_ppm = 75000,
                                             .put_mark_ppm = 75000,
                                             .put_offset_ppm = 1050000,
                                             .unpaired_initial_ppm = 1200000,
                                             .unpaired_maintenance_ppm = 1100000,
                                             .base_ppm = 800000,
                                             .base_initial_ppm = 937500,
                                             .perp_confidence_ppm = 400000,
                                             .option_confidence_ppm = 400000,
                                             .base_confidence_ppm = 400000,
                                             .confidence_factor_ppm = 400000,
                                             .depeg_threshold_ppm = 980000,
                                             .depeg_factor_ppm = 1200000};

static int64_t narrow(wide amount) {
    return money_narrow(amount);
}

static void a_leg_alone_costs_what_the_formula_says(void **state) {
    (void)state;
    /* name, {strike, size, mark, put}, maintenance, initial; spot is 1500 */
    const struct {
        const char *name;
        struct standard_option option;
        int64_t maintenance_uusd, initial_uusd;
    } cases[] = {
        {"published 1",               {USD(1500), USD(-1), -79371586, false}, -191871586, -304371586},
        {"published 3",               {USD(1900), USD(-1), -6008262, false},  -118508262, -156008262},
        {"published 4",               {USD(1300), USD(-1), -14322795, true},  -126822795, -164322795},
        {"a long costs nothing",      {USD(1500), USD(1), 79371585, false},   0,          0         },
 /* 0.15 * 1500 - 30 = 195 */
        {"partly out of the money",
         {USD(1530), USD(-1), 0, false},
         -112500000,
         -195000000                                                                                 },
 /* the mark's share is more than spot's: 0.075 * 3000 = 225; the offset, 1.05 * 3225,
         is more than 3000 + 225 */
        {"put deep in the money",
         {USD(4500), USD(-1), USD(-3000), true},
         USD(-3225),
         -3386250000                                                                                },
        {"a millionth of a contract", {USD(1500), -1, 0, false},              -113,       -225      },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const struct standard_charge got =
            standard_margin_leg(&terms, USD(1500), &cases[i].option);
        check_i64(cases[i].name, narrow(got.maintenance_uusd), cases[i].maintenance_uusd);
        check_i64(cases[i].name, narrow(got.initial_uusd), cases[i].initial_uusd);
    }
}

static void a_spread_loses_no_more_than_its_width(void **state) {
    (void)state;
    const struct standard_option option[] = {
        {USD(1100), USD(-1), USD(-410), false},
        {USD(1300), USD(1),  USD(223),  false},
    };
    const struct standard_options options = {option, 2, USD(1500), USD(1501)};
    const struct standard_expiry got = standard_margin_expiry(&terms, &options);
    check_i64("initial", narrow(got.charge.initial_uusd), USD(-200));
    check_i64("maintenance", narrow(got.charge.maintenance_uusd), USD(-200));
    check_i64("where", got.worst_price_uusd, USD(1300));
}

static void calls_short_on_balance_are_charged_by_the_forward(void **state) {
    (void)state;
    const struct standard_option option[] = {
        {USD(1100), USD(-3), USD(-1200), false},
        {USD(1300), USD(1),  USD(223),   false},
    };
    const struct standard_options options = {option, 2, USD(1500), USD(1501)};
    const struct standard_expiry got = standard_margin_expiry(&terms, &options);
    /* -600 at 1300, and two calls of 1.2 or 1.1 forwards */
    check_i64("initial", narrow(got.loss.initial_uusd), -USD(600) - USD(3602.4));
    check_i64("maintenance", narrow(got.loss.maintenance_uusd), -USD(600) - USD(3302.2));
    check_i64("short", narrow(got.short_ubase), USD(3));
    check_true("the legs alone are cheaper",
               got.charge.initial_uusd == got.isolated.initial_uusd);
}

static struct standard_option random_option(uint64_t *state) {
    return (struct standard_option){.strike_uusd =
                                        USD(10) * check_random_in(state, 80, 220),
                                    .size_ubase = USD(1) * check_random_in(state, -3, 3),
                                    .mark_uusd = 0,
                                    .put = check_random_in(state, 0, 1) == 1};
}

/* With calls bought at least as often as sold, the most a set can lose is the least payoff
   over all settlement prices: brute force over a fine grid finds the same. */
static void the_most_it_can_lose_is_that_of_brute_force(void **state) {
    (void)state;
    uint64_t random = 5;
    int met = 0;
    for (int round = 0; round < 400; ++round) {
        struct standard_option option[6];
        const struct standard_options options = {option, 6, USD(1500), USD(1501)};
        int64_t calls = 0;
        wide least = 0;
        for (size_t i = 0; i < 6; ++i) {
            option[i] = random_option(&random);
            calls += option[i].put ? 0 : option[i].size_ubase;
        }
        if (calls < 0) {
            continue;
        }
        for (int64_t price = 0; price <= USD(2500); price += USD(5)) {
            const wide payoff = standard_margin_payoff(&options, price);
            least = payoff < least ? payoff : least;
        }
        const struct standard_expiry got = standard_margin_expiry(&terms, &options);
        check_i64("least payoff", narrow(got.payoff_uusd), narrow(least));
        check_i64("loss", narrow(got.loss.initial_uusd), narrow(least));
        check_i64("told where", narrow(least),
                  got.payoff_uusd < 0
                      ? narrow(standard_margin_payoff(&options, got.worst_price_uusd))
                      : 0);
        met += least < 0;
    }
    check_true("most sets can lose", met > 100);
}

/* A bought option never makes an account worse. */
static void a_long_option_never_costs(void **state) {
    (void)state;
    uint64_t random = 6;
    for (int round = 0; round < 400; ++round) {
        struct standard_option option[5];
        for (size_t i = 0; i < 5; ++i) {
            option[i] = random_option(&random);
        }
        option[4].size_ubase = USD(1);
        struct standard_options options = {option, 4, USD(1500), USD(1501)};
        const struct standard_expiry before = standard_margin_expiry(&terms, &options);
        options.count = 5;
        const struct standard_expiry after = standard_margin_expiry(&terms, &options);
        check_true("initial", after.charge.initial_uusd >= before.charge.initial_uusd);
        check_true("maintenance",
                   after.charge.maintenance_uusd >= before.charge.maintenance_uusd);
    }
}

static void base_and_contingencies_are_those_by_hand(void **state) {
    (void)state;
    const struct standard_charge base = standard_margin_base(&terms, USD(1500), USD(2));
    check_i64("base", narrow(base.maintenance_uusd), USD(2400));
    check_i64("base, initial", narrow(base.initial_uusd), USD(2250));
    /* confidence 0.3: 0.7 * 0.4 * 1500 * 2 = 840 */
    struct standard_risk risk = {USD(1500), USD(2), 300000};
    check_i64("doubt", narrow(standard_margin_doubt(&terms, 400000, &risk)), USD(-840));
    risk.confidence_ppm = 400000;
    check_i64("at the threshold", narrow(standard_margin_doubt(&terms, 400000, &risk)),
              0);
    /* 0.98 - 0.95 = 0.03; 0.03 * 1.2 * 1500 * 2 = 108 */
    check_i64("depeg", narrow(standard_margin_depeg(&terms, USD(1500), USD(2), 950000)),
              USD(-108));
    check_i64("peg holds",
              narrow(standard_margin_depeg(&terms, USD(1500), USD(2), 980000)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leg_alone_costs_what_the_formula_says),
        cmocka_unit_test(a_spread_loses_no_more_than_its_width),
        cmocka_unit_test(calls_short_on_balance_are_charged_by_the_forward),
        cmocka_unit_test(the_most_it_can_lose_is_that_of_brute_force),
        cmocka_unit_test(a_long_option_never_costs),
        cmocka_unit_test(base_and_contingencies_are_those_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
