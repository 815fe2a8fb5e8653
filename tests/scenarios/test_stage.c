/* What a stage derives, and which scenarios it refuses. */
#include "tests/support/world_lab.h"

static void accounts_are_numbered_without_gaps(void **unused) {
    (void)unused;
    static const char *const sets[] = {"oracle.reporters=7", "keepers.count=3",
                                       "population.accounts=20", "population.owners=20",
                                       NULL};
    struct lab lab;
    lab_open(&lab, "black-thursday", sets);
    const struct stage *stage = lab.stage;
    check_u64("the maker", stage->maker, ACCOUNT_FIRST_USER);
    check_u64("reporters", stage->reporter, ACCOUNT_FIRST_USER + 1);
    check_u64("keepers", stage->keeper, ACCOUNT_FIRST_USER + 8);
    check_u64("traders", stage->trader, ACCOUNT_FIRST_USER + 11);
    check_u64("owners of the pool", stage->provider, ACCOUNT_FIRST_USER + 31);
    check_u64("the arbitrageur", stage->arbitrageur, ACCOUNT_FIRST_USER + 51);
    check_u64("all", stage->account_count, ACCOUNT_FIRST_USER + 52);
    check_i64("warm-up", stage->start_ns - stage->begin_ns, 30 * MINUTE_NS);
    check_i64("horizon", stage->end_ns - stage->start_ns, 36 * HOUR_NS);
    check_u64("the twin has no feedback", stage->impact_off.config.feedback == 0, 1);
    check_close("and so no impact", stage->impact_off.prefactor, 0, 0);
    check_close("the path has", stage->impact.prefactor, 0.7, 0);
    lab_close(&lab);
}

static void agents_know_the_rules(void **unused) {
    (void)unused;
    static const char *const sets[] = {"oracle.deviation=1%",    "oracle.heartbeat=7min",
                                       "liquidation.penalty=2%", "pool.hedge_ratio=50%",
                                       "pool.hedge_delay=3",     NULL};
    struct lab lab;
    lab_open(&lab, "black-thursday", sets);
    const struct scenario *scenario = &lab.stage->scenario;
    check_i64("deviation", scenario->reporters.deviation_ppm, 10000);
    check_i64("heartbeat", scenario->reporters.heartbeat_ns, 7 * MINUTE_NS);
    check_i64("penalty", scenario->keepers.penalty_ppm, 20000);
    check_i64("ratio", scenario->market_maker.hedge_ratio_ppm, 500000);
    check_i64("delay", scenario->market_maker.hedge_delay_ns, 36 * SECOND_NS);
    lab_close(&lab);
}

static void odd_horizon(struct scenario *s) {
    s->world.horizon_ns += 1;
}
static void odd_warm_up(struct scenario *s) {
    s->world.warm_up_ns += 1;
}
static void odd_sample(struct scenario *s) {
    s->world.sample_ns += 1;
}
static void before_1970(struct scenario *s) {
    s->market.start_ns = s->world.warm_up_ns - 1;
}
static void entries(struct scenario *s) {
    s->population.entry_low_uusd = s->population.entry_high_uusd + 1;
}
static void leverages(struct scenario *s) {
    s->population.leverage_low = s->population.leverage_high + 1;
}
static void owners(struct scenario *s) {
    s->population.owners = s->population.accounts + 1;
}
static void responses(struct scenario *s) {
    s->population.top_up_ppm = 900000;
    s->population.deleverage_ppm = 100001;
}
static void cheap(struct scenario *s) {
    s->market.start_price_uusd = 999;
    s->instrument.multiplier_ubase = MONEY_ONE;
}
static void margins(struct scenario *s) {
    s->instrument.margin.maintenance_ppm = s->instrument.margin.initial_ppm + 1;
}
static void quorum(struct scenario *s) {
    s->oracle.quorum = s->oracle.reporter_count + 1;
}
static void not_accepted(struct scenario *s) {
    s->collateral.terms.accepted = 0;
}
static void worthless(struct scenario *s) {
    s->collateral.terms.haircut_ppm = MONEY_ONE;
}
static void called_cash(struct scenario *s) {
    snprintf(s->collateral.asset, sizeof s->collateral.asset, "USD");
}
static void above_the_cap(struct scenario *s) {
    static struct book_position position = {.size_ubase = MONEY_ONE,
                                            .entry_price_uusd = 194610000,
                                            .collateral_ubase = MONEY_ONE};
    static struct book book = {.count = 1, .owner_count = 1, .position = &position};
    s->book.book = &book;
    s->collateral.terms.cap_uusd = 194609999;
}
static void window(struct scenario *s) {
    s->weather.window_ns = 0;
}
static void facts(struct scenario *s) {
    snprintf(s->market.bridge.facts, sizeof s->market.bridge.facts, "nothing");
}

static void what_does_not_go_together_is_refused(void **unused) {
    (void)unused;
    /* change, the key told */
    static const struct {
        void (*change)(struct scenario *);
        const char *key;
    } cases[] = {
        {odd_horizon,   "world.horizon"          },
        {odd_warm_up,   "world.warm_up"          },
        {odd_sample,    "world.sample"           },
        {before_1970,   "market.start"           },
        {entries,       "population.entry_low"   },
        {leverages,     "population.leverage_low"},
        {owners,        "population.owners"      },
        {responses,     "population.top_up_share"},
        {cheap,         "market.start_price"     },
        {margins,       "margin"                 },
        {quorum,        "margin"                 },
        {not_accepted,  "collateral.share"       },
        {worthless,     "collateral.share"       },
        {called_cash,   "collateral.asset"       },
        {above_the_cap, "collateral.cap"         },
        {window,        "weather"                },
        {facts,         "market"                 },
    };
    struct scenario *sound = check_memory(sizeof *sound);
    struct scenario *broken = check_memory(sizeof *broken);
    struct stage *stage = check_memory(sizeof *stage);
    lab_load(sound, "black-thursday", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const char *key = "none";
        char sentence[256] = "";
        *broken = *sound;
        cases[i].change(broken);
        check_true(cases[i].key,
                   !stage_prepare(stage, broken, &key, sentence, sizeof sentence));
        check_contains(cases[i].key, key, cases[i].key);
        check_true("and says why", sentence[0] != '\0');
    }
    free(sound);
    free(broken);
    free(stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_numbered_without_gaps),
        cmocka_unit_test(agents_know_the_rules),
        cmocka_unit_test(what_does_not_go_together_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
