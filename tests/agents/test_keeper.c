/* When a keeper liquidates, and what it pays. */
#include "agents/keeper.h"
#include "tests/support/world_agents.h"

static struct keeper_config terms(void) {
    struct keeper_config config = {0};
    desk_defaults(&agent_keeper, &config);
    config.count = 10;
    config.static_ppm = 600000;
    config.fee_median_wei = 60 * GWEI;
    config.fee_margin_ppm = 150000;
    config.fee_max_wei = 1000 * GWEI;
    config.gas = 500000;
    config.latency_ns = 6 * SECOND_NS;
    config.penalty_ppm = 15000;
    config.keeper_share_ppm = 200000;
    config.keeper_least_uusd = 25 * USD;
    config.share_ppm = 100000;
    config.max_notional_uusd = 100000 * USD;
    return config;
}

/* Closing 10 % of 1 M USD pays 100 k x 1.5 % x 20 % = 300 USD; at 200 USD an ether and
   500 k gas that is 3000 gwei.  Closing 10 % of 10 k USD pays the least, 25 USD: 250. */
static struct observe_target rich(uint32_t account) {
    return (struct observe_target){.account = account,
                                   .notional_uusd = 1000000 * USD,
                                   .equity_uusd = 50000 * USD,
                                   .pending_fee_wei = -1};
}

static struct observe_target poor(uint32_t account) {
    struct observe_target target = rich(account);
    target.notional_uusd = 10000 * USD;
    return target;
}

static struct observation watching(const struct observe_target *target, uint32_t count) {
    return (struct observation){.now_ns = 1000 * SECOND_NS,
                                .account = 20,
                                .outside_price_uusd = 200 * USD,
                                .base_fee_wei = 40 * GWEI,
                                .target = target,
                                .target_count = count};
}

static const struct keeper adaptive = {.is_static = 0};

static void traits_are_shared_out_as_said(void **unused) {
    (void)unused;
    enum { DRAWS = 20000 };
    struct keeper_config config = terms();
    int64_t statics = 0;
    for (uint32_t i = 0; i < 10; ++i) {
        struct keeper keeper = {0};
        struct rng rng = desk_stream(3, i);
        agent_keeper.init(&config, &keeper, i, &rng);
        statics += keeper.is_static;
        check_true("the first ones", keeper.is_static == (i < 6));
    }
    check_i64("60 % of ten", statics, 6);
    int below = 0;
    double latency = 0;
    for (uint64_t d = 0; d < DRAWS; ++d) {
        struct keeper keeper = {0};
        struct rng rng = desk_stream(4, d);
        agent_keeper.init(&config, &keeper, 0, &rng);
        below += keeper.fee_wei < 60 * GWEI;
        latency += (double)keeper.latency_ns / DRAWS;
        check_true("latency within its bound",
                   keeper.latency_ns >= 0 && keeper.latency_ns <= config.latency_ns);
    }
    /* Five standard errors of a share of a half, and of a mean of uniforms. */
    check_close("the median fee", (double)below / DRAWS, 0.5, 5 * 0.5 / 141.4);
    check_close("mean latency", latency, 3e9, 5 * 6e9 / 3.4641 / 141.4);
}

static void each_kind_pays_its_fee_and_never_more_than_it_is_worth(void **unused) {
    (void)unused;
    /* name, static, its fee, base fee, rich target, fee sent; 0: sends nothing */
    static const struct {
        const char *name;
        int64_t is_static, fee_wei, base_wei;
        bool is_rich;
        int64_t sent_wei;
    } cases[] = {
        {"adaptive: 15 % over the base fee",    0, 0,             40000000000,   true,  46000000000  },
        {"adaptive: poor target",               0, 0,             40000000000,   false, 46000000000  },
        {"adaptive: at most what it is worth",  0, 0,             240000000000,  false, 250000000000 },
        {"adaptive: not worth the base fee",    0, 0,             251000000000,  false, 0            },
        {"adaptive: at most its limit",         0, 0,             900000000000,  true,  1000000000000},
        {"adaptive: the base fee is beyond it", 0, 0,             1001000000000, true,  0            },
        {"adaptive: no base fee",               0, 0,             0,             true,  0            },
        {"static: its fee",                     1, 60000000000,   40000000000,   true,  60000000000  },
        {"static: even below the base fee",     1, 60000000000,   90000000000,   true,
         60000000000                                                                                 },
        {"static: not above what it is worth",  1, 251000000000,  40000000000,   false, 0            },
        {"static: worth it to the wei",         1, 250000000000,  40000000000,   false,
         250000000000                                                                                },
        {"static: a rich one is",               1, 3000000000000, 40000000000,   true,  3000000000000},
    };
    const struct keeper_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct keeper keeper = {.is_static = cases[i].is_static,
                                .fee_wei = cases[i].fee_wei};
        const struct observe_target target = cases[i].is_rich ? rich(31) : poor(31);
        struct observation seen = watching(&target, 1);
        seen.base_fee_wei = cases[i].base_wei;
        const struct reply reply = desk_wake(&agent_keeper, &config, &keeper, &seen, i);
        const bool sends = cases[i].sent_wei > 0 || cases[i].base_wei == 0;
        check_u64(cases[i].name, reply.count, sends);
        if (sends) {
            check_u64("a liquidation", reply.intent[0].transaction.kind,
                      TRANSACTION_LIQUIDATE);
            check_u64("its own", reply.intent[0].transaction.account, 20);
            check_u64("of the target", reply.intent[0].transaction.target, 31);
            check_i64(cases[i].name, reply.intent[0].fee_wei, cases[i].sent_wei);
        }
    }
}

static void without_equity_only_the_least_reward_is_expected(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = {.is_static = 1, .fee_wei = 251 * GWEI};
    struct observe_target target = rich(31);
    struct observation seen = watching(&target, 1);
    check_u64("equity: 300 USD",
              desk_wake(&agent_keeper, &config, &keeper, &seen, 0).count, 1);
    target.equity_uusd = 0;
    check_u64("none: 25 USD", desk_wake(&agent_keeper, &config, &keeper, &seen, 0).count,
              0);
    keeper.fee_wei = 250 * GWEI;
    check_u64("still worth it",
              desk_wake(&agent_keeper, &config, &keeper, &seen, 0).count, 1);
}

static void nothing_overflows_at_the_edge_of_the_parameters(void **unused) {
    (void)unused;
    struct keeper_config config = terms();
    config.gas = 1;
    config.keeper_least_uusd = 1000000 * USD;
    config.max_notional_uusd = 1000000000000 * USD;
    config.keeper_share_ppm = 1000000;
    config.share_ppm = 1000000;
    struct keeper keeper = adaptive;
    struct observe_target target = rich(31);
    target.notional_uusd = MONEY_SIZE_MAX;
    target.equity_uusd = MONEY_SIZE_MAX;
    struct observation seen = watching(&target, 1);
    seen.outside_price_uusd = 1;
    const struct reply reply = desk_wake(&agent_keeper, &config, &keeper, &seen, 0);
    check_i64("15 % over the base fee", reply.intent[0].fee_wei, 46 * GWEI);
}

static void it_skips_who_is_chased_already(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = adaptive;
    struct observe_target targets[3] = {rich(31), rich(32), rich(33)};
    struct observation seen = watching(targets, 3);
    targets[0].pending_fee_wei = 40 * GWEI;     /* will be included */
    targets[1].pending_fee_wei = 40 * GWEI - 1; /* is stuck */
    seen.pending_count = 1;
    seen.pending[0] = (struct observe_pending){
        .sequence = 4, .kind = TRANSACTION_LIQUIDATE, .target = 33, .fee_wei = 40 * GWEI};
    for (uint64_t occasion = 0; occasion < 20; ++occasion) {
        const struct reply reply =
            desk_wake(&agent_keeper, &config, &keeper, &seen, occasion);
        check_u64("only the stuck one", reply.count, 1);
        check_u64("of somebody else", reply.intent[0].transaction.target, 32);
    }
}

static void an_adaptive_keeper_replaces_what_is_stuck(void **unused) {
    (void)unused;
    /* name, static, fee waiting, base fee, fee of the replacement; 0: none */
    static const struct {
        const char *name;
        int64_t is_static, waits_wei, base_wei, fee_wei;
    } cases[] = {
        {"not stuck",                          0, 40000000000,  40000000000,  0           },
        {"stuck",                              0, 40000000000,  50000000000,  57500000000 },
        {"static ones do not",                 1, 40000000000,  50000000000,  0           },
        {"worth at most 250 gwei",             0, 40000000000,  230000000000, 250000000000},
        {"no more than 10 % up: not accepted", 0, 240000000000, 245000000000, 0           },
        {"the base fee is out of reach",       0, 40000000000,  260000000000, 0           },
    };
    const struct keeper_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct keeper keeper = {.is_static = cases[i].is_static, .fee_wei = 40 * GWEI};
        struct observation seen = watching(NULL, 0);
        seen.base_fee_wei = cases[i].base_wei;
        seen.pending_count = 2;
        /* What is no liquidation is left alone. */
        seen.pending[0] =
            (struct observe_pending){.sequence = 3, .kind = TRANSACTION_DEPOSIT};
        seen.pending[1] = (struct observe_pending){.sequence = 4,
                                                   .slot = 9,
                                                   .kind = TRANSACTION_LIQUIDATE,
                                                   .target = 33,
                                                   .fee_wei = cases[i].waits_wei};
        const struct reply reply = desk_wake(&agent_keeper, &config, &keeper, &seen, i);
        check_u64(cases[i].name, reply.count, cases[i].fee_wei > 0);
        if (reply.count == 1) {
            check_u64("replaces", reply.intent[0].kind, INTENT_REPLACE);
            check_u64("that one", reply.intent[0].sequence, 4);
            check_u64("there", reply.intent[0].slot, 9);
            check_u64("the same target", reply.intent[0].transaction.target, 33);
            check_i64(cases[i].name, reply.intent[0].fee_wei, cases[i].fee_wei);
        }
    }
}

static void many_targets_are_taken_as_far_as_there_is_room(void **unused) {
    (void)unused;
    const struct keeper_config config = terms();
    struct keeper keeper = adaptive;
    struct observe_target targets[OBSERVE_TARGETS];
    uint32_t starts = 0;
    for (uint32_t i = 0; i < OBSERVE_TARGETS; ++i) {
        targets[i] = rich(100 + i);
    }
    struct observation seen = watching(targets, OBSERVE_TARGETS);
    for (uint32_t waiting = 0; waiting <= OBSERVE_PENDING; ++waiting) {
        seen.pending_count = waiting;
        for (uint32_t i = 0; i < waiting; ++i) {
            seen.pending[i] = (struct observe_pending){.sequence = i + 1,
                                                       .kind = TRANSACTION_LIQUIDATE,
                                                       .target = 9,
                                                       .fee_wei = 50 * GWEI};
        }
        const struct reply reply =
            desk_wake(&agent_keeper, &config, &keeper, &seen, waiting);
        check_u64("the rest of its room", reply.count, OBSERVE_PENDING - waiting);
        for (uint32_t i = 1; i < reply.count; ++i) {
            check_u64("one after the other", reply.intent[i].transaction.target,
                      100 + (reply.intent[0].transaction.target - 100 + i) %
                                OBSERVE_TARGETS);
        }
        starts += reply.count > 0 && reply.intent[0].transaction.target != 100;
    }
    check_true("they do not all begin with the same", starts > 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traits_are_shared_out_as_said),
        cmocka_unit_test(each_kind_pays_its_fee_and_never_more_than_it_is_worth),
        cmocka_unit_test(without_equity_only_the_least_reward_is_expected),
        cmocka_unit_test(nothing_overflows_at_the_edge_of_the_parameters),
        cmocka_unit_test(it_skips_who_is_chased_already),
        cmocka_unit_test(an_adaptive_keeper_replaces_what_is_stuck),
        cmocka_unit_test(many_targets_are_taken_as_far_as_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
