/* What must not matter: the unit of money, the size of a contract, how a position is cut
   into accounts, what accounts are called, and (almost) the length of a step. */
#include "tests/support/world_lab.h"

#include <math.h>

enum { PATHS = 8, FACTOR = 4, ACCOUNTS = 30, PARTS = 2 };

static const char *const storm[] = {
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h",
    "population.accounts=120",           "population.owners=100",
    "population.near_margin_share=20%",  "fund.deposit=100k USD",
    "traders.look_mean=20min",           NULL};

/* Everything in USD, and gas by its price in wei, times FACTOR: a power of four, whose
   root is one of two, so that doubles scale exactly. */
static void scale_money(struct scenario *s) {
    int64_t *const amounts[] = {&s->population.long_uusd,
                                &s->population.short_uusd,
                                &s->fund.deposit_uusd,
                                &s->pool.deposit_uusd,
                                &s->pool.max_net_exposure_uusd,
                                &s->impact.volume_uusd,
                                &s->impact.depth_uusd,
                                &s->venue.skew_depth_uusd,
                                &s->liquidation.max_notional_uusd,
                                &s->liquidation.min_notional_uusd,
                                &s->liquidation.keeper_least_uusd,
                                &s->keepers.capital_uusd,
                                &s->market_maker.capital_uusd,
                                &s->market_maker.settle_uusd,
                                &s->market_maker.order_least_uusd,
                                &s->reporters.purse_uusd,
                                &s->weather.base_fee_wei,
                                &s->keepers.fee_median_wei,
                                &s->keepers.fee_max_wei,
                                &s->traders.fee_cap_wei,
                                &s->market_maker.fee_wei,
                                &s->reporters.fee_cap_wei,
                                &s->providers.purse_uusd,
                                &s->providers.fee_cap_wei,
                                &s->arbitrageur.capital_uusd,
                                &s->arbitrageur.order_most_uusd,
                                &s->arbitrageur.order_least_uusd,
                                &s->arbitrageur.fee_cap_wei};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; ++i) {
        *amounts[i] *= FACTOR;
    }
}

/* A contract costs FACTOR times as much and there are as many fewer; gas is paid in it, so
   that its price in wei falls. */
static void scale_price(struct scenario *s) {
    s->market.start_price_uusd *= FACTOR;
    s->population.entry_low_uusd *= FACTOR;
    s->population.entry_high_uusd *= FACTOR;
    int64_t *const fees[] = {&s->weather.base_fee_wei,  &s->keepers.fee_median_wei,
                             &s->keepers.fee_max_wei,   &s->traders.fee_cap_wei,
                             &s->market_maker.fee_wei,  &s->reporters.fee_cap_wei,
                             &s->providers.fee_cap_wei, &s->arbitrageur.fee_cap_wei};
    for (size_t i = 0; i < sizeof fees / sizeof fees[0]; ++i) {
        *fees[i] /= FACTOR;
    }
}

static bool is_money(enum outcome_field field) {
    static const enum outcome_kind kinds[] = {
#define KIND(identifier, name, kind, unit, text) OUTCOME_##kind,
        OUTCOME_FIELDS(KIND)
#undef KIND
    };
    return kinds[field] == OUTCOME_MONEY;
}

static bool is_gas(enum outcome_field field) {
    return field == OUTCOME_GAS_P95 || field == OUTCOME_GAS_PEAK;
}

static const char *const names[] = {
#define NAME(identifier, name, kind, unit, text) name,
    OUTCOME_FIELDS(NAME)
#undef NAME
};

/* Times, counts and flags are equal; ratios to 1e-5.  Roundings of a unit a transaction,
   some ten thousand of them, and of half a unit of a price that values 24 M USD / 200 USD
   contracts, stay below 1 USD before scaling; a hundred times that where a wave of such
   differences changes what somebody decides is not seen on these paths. */
static void compare(const struct outcome *own, const struct outcome *scaled, double money,
                    double gas) {
    for (int f = 0; f < OUTCOME_FIELD_COUNT; ++f) {
        const enum outcome_field field = (enum outcome_field)f;
        check_true(names[f],
                   outcome_missing(own, field) == outcome_missing(scaled, field));
        if (outcome_missing(own, field)) {
            continue;
        }
        const double a = (double)own->value[f].integer;
        const double b = (double)scaled->value[f].integer;
        if (is_money(field)) {
            check_close(names[f], b / money, a, 1e6 + 1e-6 * fabs(a));
        } else if (is_gas(field)) {
            check_close(names[f], b / gas, a, 0.04 * a); /* a histogram's bin */
        } else if (field == OUTCOME_LIQUIDATED_ACCOUNTS || a < 2) {
            check_close(names[f], b, a, 0);
        }
    }
    static const enum outcome_field ratios[] = {
        OUTCOME_LIQUIDATED_SHARE,  OUTCOME_SLIPPAGE_RATE,  OUTCOME_IMPACT_MAX,
        OUTCOME_ORACLE_GAP_MAX,    OUTCOME_STORM_DRAWDOWN, OUTCOME_OI_WITHIN_5PCT,
        OUTCOME_CAPITAL_EFFICIENCY};
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; ++i) {
        check_close(names[ratios[i]], scaled->value[ratios[i]].real,
                    own->value[ratios[i]].real, 1e-5);
    }
}

static void check_scaling(void (*scale)(struct scenario *), double money, double gas) {
    struct scenario *scenario = check_memory(sizeof *scenario);
    struct lab own, scaled;
    int64_t bad_debt = 0;
    lab_load(scenario, "black-thursday", storm);
    lab_stand(&own, scenario);
    scale(scenario);
    lab_stand(&scaled, scenario);
    for (uint64_t path = 0; path < PATHS; ++path) {
        const struct outcome a = lab_run(&own, 41, path);
        const struct outcome b = lab_run(&scaled, 41, path);
        compare(&a, &b, money, gas);
        bad_debt += lab_money(&a, OUTCOME_BAD_DEBT);
    }
    check_true("there was something to scale", bad_debt > PATHS * 1000 * USD);
    lab_close(&own);
    lab_close(&scaled);
    free(scenario);
}

static void the_unit_of_money_does_not_matter(void **unused) {
    (void)unused;
    check_scaling(scale_money, FACTOR, FACTOR);
}

static void the_size_of_a_contract_does_not_matter(void **unused) {
    (void)unused;
    check_scaling(scale_price, 1, 1.0 / FACTOR);
}

/* A book of one's own: each account of a drawn book in so many parts, in some order. */
static void cut(const struct lab *drawn, uint32_t parts, uint32_t stride,
                struct book_position *position, struct book *book) {
    const uint32_t count = ACCOUNTS * parts;
    for (uint32_t i = 0; i < count; ++i) {
        const struct holder *holder = &drawn->world.holder[i / parts];
        const bool first = i % parts == 0;
        const int64_t n = parts;
        position[i * stride % count] = (struct book_position){
            .size_ubase = holder->size_ubase / n + (first ? holder->size_ubase % n : 0),
            .entry_price_uusd = holder->entry_price_uusd,
            .collateral_uusd =
                holder->collateral_uusd / n + (first ? holder->collateral_uusd % n : 0),
            .collateral_ubase =
                holder->collateral_ubase / n + (first ? holder->collateral_ubase % n : 0),
            .owner = i / parts / 2 * stride % ACCOUNTS,
        };
    }
    *book = (struct book){.count = count, .owner_count = ACCOUNTS, .position = position};
}

/* No impact, no gas, no minimum, no skew premium; nobody but the keepers acts. */
static const char *const plain[] = {"population.accounts=30",
                                    "population.owners=30",
                                    "population.size_sd=1",
                                    "world.horizon=4h",
                                    "market.stair_fall=8%",
                                    "market.stair_steps=6",
                                    "weather.base_fee=0 gwei",
                                    "weather.gas_share=100%",
                                    "keepers.gas=1000",
                                    "impact.prefactor=0",
                                    "impact.depth=0 USD",
                                    "venue.skew_depth=0 USD",
                                    "liquidation.min_notional=0 USD",
                                    "liquidation.max_notional_per_block=1000M USD",
                                    "liquidation.share_per_block=30%",
                                    "liquidation.keeper_least=0 USD",
                                    "population.top_up_share=0%",
                                    "population.deleverage_share=0%",
                                    "traders.trade_chance=0%",
                                    "traders.withdraw_chance=0%",
                                    "fund.deposit=100M USD",
                                    NULL};

static void check_cut(uint32_t parts, uint32_t stride, double tolerance) {
    static struct book_position one[ACCOUNTS], other[ACCOUNTS * PARTS];
    struct scenario *scenario = check_memory(sizeof *scenario);
    struct lab drawn;
    int64_t bad_debt = 0;
    lab_load(scenario, "staircase-down", plain);
    lab_stand(&drawn, scenario);
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct lab whole, pieces;
        struct book book_one, book_other;
        world_init(&drawn.world, 43, path, false);
        cut(&drawn, 1, 1, one, &book_one);
        cut(&drawn, parts, stride, other, &book_other);
        scenario->book.mode = BOOK_REPLACE;
        scenario->book.book = &book_one;
        lab_stand(&whole, scenario);
        scenario->book.book = &book_other;
        lab_stand(&pieces, scenario);
        const struct outcome a = lab_run(&whole, 43, path);
        const struct outcome b = lab_run(&pieces, 43, path);
        static const enum outcome_field fields[] = {OUTCOME_BAD_DEBT,
                                                    OUTCOME_COVER_1,
                                                    OUTCOME_COVER_2,
                                                    OUTCOME_FUND_DRAW,
                                                    OUTCOME_LIQUIDATED_NOTIONAL,
                                                    OUTCOME_LIQUIDATION_COST,
                                                    OUTCOME_UNDERMARGINED_MAX};
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; ++f) {
            check_close(names[fields[f]], (double)lab_money(&b, fields[f]),
                        (double)lab_money(&a, fields[f]), tolerance);
        }
        bad_debt += lab_money(&a, OUTCOME_BAD_DEBT);
        lab_close(&whole);
        lab_close(&pieces);
    }
    check_true("there was something to compare", bad_debt > PATHS * 1000 * USD);
    lab_close(&drawn);
    free(scenario);
}

/* A liquidation closes 30 % of each part, rounded up to a base unit of at most 200
   micro-USD at most; about sixty of them, of sixty parts. */
static void a_position_cut_into_accounts_loses_the_same(void **unused) {
    (void)unused;
    check_cut(PARTS, 1, 60 * 60 * 200);
}

/* The same accounts under other numbers, with other numbers for their owners.  Nothing is
   rounded differently. */
static void names_of_accounts_and_owners_do_not_matter(void **unused) {
    (void)unused;
    check_cut(1, 7, 0);
    check_cut(1, 11, 0);
}

struct moments {
    double sum, squares;
};

static void count(struct moments *moments, double value) {
    moments->sum += value;
    moments->squares += value * value;
}

static double standard_error(const struct moments *moments, double n) {
    const double mean = moments->sum / n;
    return sqrt((moments->squares / n - mean * mean) / n);
}

/* Slots of 6 s, market steps, too; what is limited by block, and what one liquidation costs
   and earns, is halved, waits in blocks are doubled.  Both headlines agree within a standard
   error; the stated bias is 3 % of the liquidated share (prices are looked at twice as
   often, so that more boundaries are touched) and 5 % of probability (of which the queue
   for gas, counted in slots, makes the larger part: 1 % where nobody waits). */
static void half_the_step_changes_little(void **unused) {
    (void)unused;
    enum { MANY = 256 };
    struct scenario *scenario = check_memory(sizeof *scenario);
    struct lab slow, fast;
    struct moments share[2] = {{0}}, insolvent[2] = {{0}};
    lab_load(scenario, "black-thursday", storm);
    scenario->fund.deposit_uusd = 400000 * USD;
    lab_stand(&slow, scenario);
    scenario->world.slot_ns /= 2;
    scenario->weather.market.target_gas /= 2;
    scenario->weather.market.limit_gas /= 2;
    scenario->weather.market.denominator *= 2;
    scenario->liquidation.share_ppm = 51317; /* 1 - sqrt(0.9) */
    scenario->liquidation.max_notional_uusd /= 2;
    scenario->liquidation.keeper_least_uusd /= 2;
    scenario->keepers.gas /= 2;
    scenario->keepers.latency_ns /= 2;
    scenario->reporters.look_ns /= 2;
    scenario->pool.hedge_delay_blocks *= 2;
    scenario->settlement.gate_blocks *= 2;
    lab_stand(&fast, scenario);
    for (uint64_t path = 0; path < MANY; ++path) {
        const struct outcome a = lab_run(&slow, 47, path);
        const struct outcome b = lab_run(&fast, 47, path);
        count(&share[0], a.value[OUTCOME_LIQUIDATED_SHARE].real);
        count(&share[1], b.value[OUTCOME_LIQUIDATED_SHARE].real);
        count(&insolvent[0], (double)lab_money(&a, OUTCOME_INSOLVENCY));
        count(&insolvent[1], (double)lab_money(&b, OUTCOME_INSOLVENCY));
    }
    const double level = share[0].sum / MANY;
    check_true("much is liquidated", level > 0.1);
    check_true("some paths end insolvent, some do not",
               insolvent[0].sum > MANY * 0.05 && insolvent[0].sum < MANY * 0.95);
    check_close("liquidated share", share[1].sum / MANY, level,
                0.03 * level + standard_error(&share[0], MANY));
    check_close("insolvency", insolvent[1].sum / MANY, insolvent[0].sum / MANY,
                0.05 + standard_error(&insolvent[0], MANY));
    lab_close(&slow);
    lab_close(&fast);
    free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_of_money_does_not_matter),
        cmocka_unit_test(the_size_of_a_contract_does_not_matter),
        cmocka_unit_test(a_position_cut_into_accounts_loses_the_same),
        cmocka_unit_test(names_of_accounts_and_owners_do_not_matter),
        cmocka_unit_test(half_the_step_changes_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
