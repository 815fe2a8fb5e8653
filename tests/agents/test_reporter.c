/* When a reporter reports, what it pays, and when it gives up. */
#include "agents/reporter.h"
#include "tests/support/world_agents.h"

static struct reporter_config terms(void) {
    struct reporter_config config = {0};
    desk_defaults(&agent_reporter, &config);
    config.fee_cap_wei = 80 * GWEI;
    config.fee_margin_ppm = 250000;
    config.fee_bump_ppm = 250000;
    config.gas = 90000;
    config.look_ns = 12 * SECOND_NS;
    config.deviation_ppm = 5000;
    config.heartbeat_ns = 1200 * SECOND_NS;
    return config;
}

static struct observation at_rest(void) {
    return (struct observation){.now_ns = 10000 * SECOND_NS,
                                .account = 9,
                                .index = 2,
                                .outside_price_uusd = 200 * USD,
                                .report.price_uusd = 200 * USD,
                                .report.observed_ns = 9990 * SECOND_NS,
                                .base_fee_wei = 10 * GWEI};
}

static void it_reports_on_deviation_and_heartbeat(void **unused) {
    (void)unused;
    /* name, price now, age of the last report, reports */
    static const struct {
        const char *name;
        int64_t price_uusd, age_ns;
        uint32_t reports;
    } cases[] = {
        {"nothing new",        200000000, 10000000000,   0},
        {"just below +0.5 %",  200999999, 10000000000,   0},
        {"+0.5 %",             201000000, 10000000000,   1},
        {"just above -0.5 %",  199000001, 10000000000,   0},
        {"-0.5 %",             199000000, 10000000000,   1},
        {"just too young",     200000000, 1199999999999, 0},
        {"as old as the beat", 200000000, 1200000000000, 1},
    };
    const struct reporter_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observation seen = at_rest();
        seen.outside_price_uusd = cases[i].price_uusd;
        seen.report.observed_ns = seen.now_ns - cases[i].age_ns;
        const struct reply reply = desk_wake(&agent_reporter, &config, NULL, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].reports);
        check_i64("looks again", reply.wake_ns, seen.now_ns + 12 * SECOND_NS);
        if (reply.count == 1) {
            const struct intent *intent = &reply.intent[0];
            check_u64("sends", intent->kind, INTENT_SEND);
            check_u64("a report", intent->transaction.kind, TRANSACTION_REPORT);
            check_u64("under its index", intent->transaction.account, 2);
            check_i64("what it sees", intent->transaction.price_uusd,
                      cases[i].price_uusd);
            check_i64("now", intent->transaction.time_ns, seen.now_ns);
            check_i64("25 % over the base fee", intent->fee_wei, 12500000000);
            check_i64("gas", intent->gas, 90000);
        }
    }
}

static void its_first_report_is_due_at_once(void **unused) {
    (void)unused;
    const struct reporter_config config = terms();
    struct observation seen = at_rest();
    seen.report.price_uusd = 0;
    const struct reply reply = desk_wake(&agent_reporter, &config, NULL, &seen, 0);
    check_u64("one report", reply.count, 1);
}

static void a_stuck_report_is_bumped_up_to_the_cap(void **unused) {
    (void)unused;
    /* name, fee of what waits, base fee, replaces, new fee */
    static const struct {
        const char *name;
        int64_t fee_wei, base_wei;
        bool replaces;
        int64_t new_wei;
    } cases[] = {
        {"it will be included",     20000000000, 20000000000,  false, 0          },
        {"stuck: 25 % more",        20000000000, 20000000001,  true,  25000000000},
        {"rounded up",              20000000001, 30000000000,  true,  25000000002},
        {"capped, above 10 % more", 70000000000, 90000000000,  true,  80000000000},
        {"at the cap: it waits",    80000000000, 900000000000, false, 0          },
    };
    const struct reporter_config config = terms();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct observation seen = at_rest();
        seen.outside_price_uusd = 150 * USD;
        seen.base_fee_wei = cases[i].base_wei;
        seen.pending_count = 1;
        seen.pending[0] = (struct observe_pending){.sequence = 77,
                                                   .slot = 5,
                                                   .kind = TRANSACTION_REPORT,
                                                   .fee_wei = cases[i].fee_wei};
        const struct reply reply = desk_wake(&agent_reporter, &config, NULL, &seen, 0);
        check_u64(cases[i].name, reply.count, cases[i].replaces);
        if (cases[i].replaces) {
            check_u64("replaces", reply.intent[0].kind, INTENT_REPLACE);
            check_u64("that one", reply.intent[0].sequence, 77);
            check_u64("there", reply.intent[0].slot, 5);
            check_i64(cases[i].name, reply.intent[0].fee_wei, cases[i].new_wei);
            check_i64("with a fresh price", reply.intent[0].transaction.price_uusd,
                      150 * USD);
        }
    }
}

static void its_first_fee_is_capped(void **unused) {
    (void)unused;
    const struct reporter_config config = terms();
    struct observation seen = at_rest();
    seen.report.price_uusd = 100 * USD;
    seen.base_fee_wei = 500 * GWEI;
    const struct reply reply = desk_wake(&agent_reporter, &config, NULL, &seen, 0);
    check_u64("it tries", reply.count, 1);
    check_i64("at the cap", reply.intent[0].fee_wei, 80 * GWEI);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_reports_on_deviation_and_heartbeat),
        cmocka_unit_test(its_first_report_is_due_at_once),
        cmocka_unit_test(a_stuck_report_is_bumped_up_to_the_cap),
        cmocka_unit_test(its_first_fee_is_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
