#include "analysis/margin/edges.h"
#include "tests/support/check.h"

#define USD(dollars) ((int64_t)((dollars)*1e6))

struct lab {
    struct account_portfolio portfolio;
    struct protocol protocol;
    struct edges_work work;
};

static struct lab lab;

static void set_up(int64_t cash_uusd, int64_t size_ubase) {
    lab = (struct lab){
        .portfolio = {.market_count = 1, .perp_count = 1}
    };
    lab.portfolio.account = (struct portfolio_account){cash_uusd, MONEY_ONE};
    lab.portfolio.market[0] = (struct portfolio_market){.spot_uusd = USD(50000),
                                                        .perp_uusd = USD(50000),
                                                        .spot_confidence_ppm = MONEY_ONE,
                                                        .perp_confidence_ppm = MONEY_ONE};
    lab.portfolio.perp[0].size_ubase = size_ubase;
    lab.protocol.terms.instrument[0].margin =
        (struct margin_linear){.initial_ppm = 200000, .maintenance_ppm = 100000};
}

/* cash + a p = 0 and cash + a p = |a| p / 10, solved for p. */
static void a_perpetual_has_the_edges_of_the_closed_form(void **state) {
    (void)state;
    /* name, cash, size, liquidation below and above, bankruptcy below and above */
    const struct {
        const char *name;
        int64_t cash_uusd, size_ubase;
        struct edges want;
    } cases[] = {
        {"long",             USD(-4000), USD(0.1),  {{44444444444, 0}, {39999999999, 0}}},
        {"short",            USD(6000),  USD(-0.1), {{0, 54545454541}, {0, 60000000001}}},
        {"paid in full",     USD(0),     USD(0.1),  {{0, 0}, {0, 0}}                    },
        {"liquidatable now", USD(-4600), USD(0.1),  {{0, 0}, {45999999999, 0}}          },
        {"bankrupt now",     USD(-5100), USD(0.1),  {{0, 0}, {0, 0}}                    },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        set_up(cases[i].cash_uusd, cases[i].size_ubase);
        const struct edges got = edges_find(&lab.portfolio, &lab.protocol, 0, &lab.work);
        /* Margin is rounded up to 1e-6 USD, ten times as much of the price of a tenth. */
        check_close(cases[i].name, (double)got.liquidation.below_uusd,
                    (double)cases[i].want.liquidation.below_uusd, 22);
        check_close(cases[i].name, (double)got.liquidation.above_uusd,
                    (double)cases[i].want.liquidation.above_uusd, 22);
        check_close(cases[i].name, (double)got.bankruptcy.below_uusd,
                    (double)cases[i].want.bankruptcy.below_uusd, 22);
        check_close(cases[i].name, (double)got.bankruptcy.above_uusd,
                    (double)cases[i].want.bankruptcy.above_uusd, 22);
    }
}

static int64_t excess_at(int64_t spot_uusd) {
    edges_move(&lab.portfolio, 0, spot_uusd, &lab.work.moved);
    evaluate(&lab.work.moved, &lab.protocol, &lab.work.evaluation);
    return money_narrow(lab.work.evaluation.excess.maintenance_uusd);
}

/* A short strangle has an edge on either side; there is nothing between a price that is
   told and the one before it. */
static void an_edge_is_the_first_price_beyond(void **state) {
    (void)state;
    set_up(USD(20000), 0);
    lab.portfolio.perp_count = 0;
    lab.portfolio.expiry_count = 1;
    lab.portfolio.option_count = 2;
    lab.portfolio.expiry[0] =
        (struct portfolio_expiry){.time_ns = INT64_C(30) * 86400 * MONEY_ONE * 1000,
                                  .forward = 50100,
                                  .forward_confidence_ppm = MONEY_ONE,
                                  .volatility_confidence_ppm = MONEY_ONE};
    lab.portfolio.option[0] = (struct portfolio_option){
        .strike_uusd = USD(60000), .size_ubase = USD(-1), .volatility = 0.6};
    lab.portfolio.option[1] = (struct portfolio_option){
        .put = 1, .strike_uusd = USD(40000), .size_ubase = USD(-1), .volatility = 0.7};
    lab.protocol.standard = (struct standard_margin){.on = 1,
                                                     .max_spot_ppm = 150000,
                                                     .min_spot_ppm = 130000,
                                                     .call_maintenance_ppm = 90000,
                                                     .put_maintenance_ppm = 90000,
                                                     .put_mark_ppm = 90000,
                                                     .put_offset_ppm = 1050000,
                                                     .unpaired_initial_ppm = 1200000,
                                                     .unpaired_maintenance_ppm = 1100000};
    const struct edge edge =
        edges_find(&lab.portfolio, &lab.protocol, 0, &lab.work).liquidation;
    check_true("below", edge.below_uusd > USD(10000) && edge.below_uusd < USD(50000));
    check_true("above", edge.above_uusd > USD(50000) && edge.above_uusd < USD(90000));
    check_true("at the lower edge", excess_at(edge.below_uusd) < 0);
    check_true("just above it", excess_at(edge.below_uusd + 1) >= 0);
    check_true("at the upper edge", excess_at(edge.above_uusd) < 0);
    check_true("just below it", excess_at(edge.above_uusd - 1) >= 0);
    for (int64_t price = edge.below_uusd + 1; price < edge.above_uusd; price += USD(50)) {
        check_true("fine between them", excess_at(price) >= 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_perpetual_has_the_edges_of_the_closed_form),
        cmocka_unit_test(an_edge_is_the_first_price_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
