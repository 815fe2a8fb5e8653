/* The owner of a part of the pool: when it decides to leave, and what it then asks for. */
#include "agents/provider.h"
#include "tests/support/world_agents.h"

#define HOUR_NS (3600 * SECOND_NS)
#define LOOK_NS (600 * SECOND_NS)

static struct provider_config terms(void) {
    struct provider_config config = {0};
    desk_defaults(&agent_provider, &config);
    config.fall_ppm = 150000;
    config.drawdown_ppm = 50000;
    config.look_ns = LOOK_NS;
    return config;
}

static struct observation at_rest(void) {
    return (struct observation){.now_ns = 100 * HOUR_NS,
                                .account = 50,
                                .outside_price_uusd = 200 * USD,
                                .base_fee_wei = 10 * GWEI,
                                .shares = 600000 * USD,
                                .shares_payable = 600000 * USD,
                                .share_price_uusd = USD};
}

static void it_decides_at_the_fall_it_names(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t outside_uusd, share_uusd, share_fall_ppm;
        bool decides;
    } cases[] = {
        {"nothing happened",       200000000, 1000000, 50000,   false},
        {"15 % outside",           170000000, 1000000, 50000,   true },
        {"a unit less",            170000001, 1000000, 50000,   false},
        {"a rise",                 400000000, 2000000, 50000,   false},
        {"the share fell by 5 %",  200000000, 950000,  50000,   true },
        {"by a unit less",         200000000, 950001,  50000,   false},
        {"it is worth nothing",    200000000, 0,       50000,   true },
        {"and nobody looks at it", 200000000, 0,       1000000, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct provider_config config = terms();
        struct provider own = {.runs = 1, .delay_ns = HOUR_NS};
        struct observation seen = at_rest();
        config.drawdown_ppm = cases[i].share_fall_ppm;
        desk_wake(&agent_provider, &config, &own, &seen, 0); /* sees the highest */
        seen.outside_price_uusd = cases[i].outside_uusd;
        seen.share_price_uusd = cases[i].share_uusd;
        const struct reply reply = desk_wake(&agent_provider, &config, &own, &seen, 1);
        check_u64("it asks for nothing yet", reply.count, 0);
        check_i64(cases[i].name, own.leaves_ns, cases[i].decides ? 101 * HOUR_NS : 0);
        check_i64("when it looks again", reply.wake_ns,
                  seen.now_ns + (cases[i].decides ? HOUR_NS : LOOK_NS));
    }
}

static void the_fall_is_from_the_highest(void **unused) {
    (void)unused;
    const struct provider_config config = terms();
    struct provider own = {.runs = 1};
    struct observation seen = at_rest();
    const int64_t prices[] = {200, 180, 300, 260, 255};
    for (int i = 0; i < 5; ++i) {
        seen.outside_price_uusd = prices[i] * USD;
        desk_wake(&agent_provider, &config, &own, &seen, (uint64_t)i);
        check_true("only at 15 % below 300", (own.leaves_ns != 0) == (i == 4));
    }
}

static void it_asks_for_what_can_be_paid_until_nothing_is_left(void **unused) {
    (void)unused;
    const struct provider_config config = terms();
    struct provider own = {.runs = 1, .leaves_ns = 100 * HOUR_NS};
    struct observation seen = at_rest();
    seen.shares_payable = 1000 * USD;
    struct reply reply = desk_wake(&agent_provider, &config, &own, &seen, 0);
    check_u64("one request", reply.count, 1);
    check_u64("to redeem", reply.intent[0].transaction.kind, TRANSACTION_UNSTAKE);
    check_u64("its own", reply.intent[0].transaction.account, 50);
    check_i64("as much as there is", reply.intent[0].transaction.amount, 1000 * USD);
    check_i64("20 % above the base fee", reply.intent[0].fee_wei, 12 * GWEI);
    check_i64("and comes again", reply.wake_ns, seen.now_ns + LOOK_NS);
    seen.pending_count = 1;
    reply = desk_wake(&agent_provider, &config, &own, &seen, 1);
    check_u64("not while one waits", reply.count, 0);
    seen.pending_count = 0;
    seen.shares_payable = 0;
    reply = desk_wake(&agent_provider, &config, &own, &seen, 2);
    check_u64("not for nothing", reply.count, 0);
    check_i64("but it does not give up", reply.wake_ns, seen.now_ns + LOOK_NS);
    seen.shares = 0;
    reply = desk_wake(&agent_provider, &config, &own, &seen, 3);
    check_i64("all redeemed: it is gone", reply.wake_ns, 0);
    seen = at_rest();
    seen.now_ns = own.leaves_ns - 1;
    reply = desk_wake(&agent_provider, &config, &own, &seen, 4);
    check_u64("not before its time", reply.count, 0);
}

static void a_fee_has_a_cap(void **unused) {
    (void)unused;
    const struct provider_config config = terms();
    struct provider own = {.runs = 1, .leaves_ns = 1};
    struct observation seen = at_rest();
    seen.base_fee_wei = 299 * GWEI;
    const struct reply reply = desk_wake(&agent_provider, &config, &own, &seen, 0);
    check_i64("300 gwei", reply.intent[0].fee_wei, 300 * GWEI);
}

static void who_does_not_run_stays(void **unused) {
    (void)unused;
    const struct provider_config config = terms();
    struct provider own = {0};
    struct observation seen = at_rest();
    desk_wake(&agent_provider, &config, &own, &seen, 0);
    seen.outside_price_uusd = USD;
    const struct reply reply = desk_wake(&agent_provider, &config, &own, &seen, 1);
    check_u64("asks for nothing", reply.count, 0);
    check_i64("and never looks again", reply.wake_ns, 0);
}

/* Shares of 2,000 members: standard error 0.011 at one half, five of them; the median of
   their delays is within 0.028 standard deviations of the logarithm, five of those. */
static void traits_are_drawn_as_named(void **unused) {
    (void)unused;
    struct provider_config config = terms();
    int64_t runs = 0, early = 0;
    config.delay_median_ns = HOUR_NS;
    for (uint64_t i = 0; i < 2000; ++i) {
        struct provider half = {0}, most = {0};
        struct rng rng = desk_stream(7, i);
        struct rng again = rng;
        config.run_share_ppm = 500000;
        agent_provider.init(&config, &half, 0, &rng);
        config.run_share_ppm = 800000;
        agent_provider.init(&config, &most, 0, &again);
        check_true("who runs among fewer runs among more", half.runs <= most.runs);
        check_i64("with the same delay", half.delay_ns, most.delay_ns);
        runs += (int64_t)half.runs;
        early += half.delay_ns < HOUR_NS;
    }
    check_close("half of them", (double)runs / 2000, 0.5, 5 * 0.0112);
    check_close("half of them earlier", (double)early / 2000, 0.5, 5 * 0.0112);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_decides_at_the_fall_it_names),
        cmocka_unit_test(the_fall_is_from_the_highest),
        cmocka_unit_test(it_asks_for_what_can_be_paid_until_nothing_is_left),
        cmocka_unit_test(a_fee_has_a_cap),
        cmocka_unit_test(who_does_not_run_stays),
        cmocka_unit_test(traits_are_drawn_as_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
