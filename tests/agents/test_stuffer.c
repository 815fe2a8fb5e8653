/* When the stuffer stuffs, what it pays, and when it has to stop. */
#include "agents/stuffer.h"
#include "tests/support/world_agents.h"

#define MINUTE_NS (60 * SECOND_NS)

static struct stuffer_config terms(void) {
    struct stuffer_config config = {0};
    desk_defaults(&agent_stuffer, &config);
    config.fall_ppm = 50000;
    config.window_ns = 30 * MINUTE_NS;
    config.hold_ns = 60 * MINUTE_NS;
    config.multiple_ppm = 3000000;
    config.fee_max_wei = 600 * GWEI;
    config.gas = 500000;
    config.per_block = 4;
    config.slot_ns = 12 * SECOND_NS;
    return config;
}

static struct observation seen_at(int64_t minute, int64_t price_uusd) {
    return (struct observation){.now_ns = (100000 + minute * 60) * SECOND_NS,
                                .account = 9,
                                .outside_price_uusd = price_uusd,
                                .purse_uusd = 1000000 * USD,
                                .base_fee_wei = 50 * GWEI};
}

/* The rows are one after another: windows begin at 0, 30, 65 and 95 minutes. */
static void it_stuffs_after_a_fall_and_for_a_while(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t minute, price_uusd;
        uint32_t sends;
    } rows[] = {
        {"begins",                         0,   200000000, 0},
        {"4.9 %",                          10,  190200000, 0},
        {"a rise",                         20,  204000000, 0},
        {"5 % below that, next window",    30,  193800000, 4},
        {"calm, within the hour",          65,  195000000, 4},
        {"an hour later",                  90,  195000000, 4},
        {"more than an hour",              91,  195000000, 0},
        {"5 % below, but the high is old", 95,  190000000, 0},
        {"5 % below the last window's",    100, 185250000, 4},
    };
    const struct stuffer_config config = terms();
    struct stuffer own = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct observation seen = seen_at(rows[i].minute, rows[i].price_uusd);
        const struct reply reply = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
        check_u64(rows[i].name, reply.count, rows[i].sends);
        check_i64("looks again", reply.wake_ns, seen.now_ns + 12 * SECOND_NS);
        for (uint32_t k = 0; k < reply.count; ++k) {
            check_u64("sends", reply.intent[k].kind, INTENT_SEND);
            check_u64("nothing", reply.intent[k].transaction.kind, TRANSACTION_STUFF);
            check_u64("of its own", reply.intent[k].transaction.account, 9);
            check_i64("three times the base fee", reply.intent[k].fee_wei, 150 * GWEI);
            check_i64("gas", reply.intent[k].gas, 500000);
        }
    }
}

/* 500,000 gas at 150 gwei and 200 USD cost 15 USD. */
static void it_spends_what_it_has_and_no_more(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t purse_uusd, base_wei;
        uint32_t pending, sends;
    } rows[] = {
        {"rich",                      1000000000, 50000000000,  0, 4},
        {"one already waits",         1000000000, 50000000000,  1, 3},
        {"all wait",                  1000000000, 50000000000,  4, 0},
        {"money for two",             44999999,   50000000000,  0, 2},
        {"money for three",           45000000,   50000000000,  0, 3},
        {"three, of which one waits", 45000000,   50000000000,  1, 2},
        {"broke",                     0,          50000000000,  0, 0},
        {"its cap is the base fee",   1000000000, 600000000000, 0, 4},
        {"its cap is below it",       1000000000, 600000000001, 0, 0},
    };
    const struct stuffer_config config = terms();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct stuffer own = {.until_ns = INT64_MAX};
        struct observation seen = seen_at(0, 200 * USD);
        seen.purse_uusd = rows[i].purse_uusd;
        seen.base_fee_wei = rows[i].base_wei;
        seen.pending_count = rows[i].pending;
        for (uint32_t k = 0; k < rows[i].pending; ++k) {
            seen.pending[k] = (struct observe_pending){.kind = TRANSACTION_STUFF,
                                                       .fee_wei = 150 * GWEI};
        }
        const struct reply reply = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
        check_u64(rows[i].name, reply.count, rows[i].sends);
    }
}

static void what_is_stuck_it_replaces(void **unused) {
    (void)unused;
    const struct stuffer_config config = terms();
    struct stuffer own = {.until_ns = INT64_MAX};
    struct observation seen = seen_at(0, 200 * USD);
    seen.pending_count = 3;
    seen.pending[0] = (struct observe_pending){
        .sequence = 7, .slot = 3, .kind = TRANSACTION_STUFF, .fee_wei = 49 * GWEI};
    seen.pending[1] = (struct observe_pending){
        .sequence = 8, .slot = 4, .kind = TRANSACTION_STUFF, .fee_wei = 50 * GWEI};
    seen.pending[2] = (struct observe_pending){
        .sequence = 9, .slot = 5, .kind = TRANSACTION_LOT_BID, .fee_wei = 1};
    const struct reply reply = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
    check_u64("one replaced, two sent", reply.count, 3);
    check_u64("replaces", reply.intent[0].kind, INTENT_REPLACE);
    check_u64("the stuck one", reply.intent[0].sequence, 7);
    check_u64("where it waits", reply.intent[0].slot, 3);
    check_i64("for the fee of now", reply.intent[0].fee_wei, 150 * GWEI);
}

/* A quarter of the gas each, and halves of the budget. */
static void its_accounts_share_the_work(void **unused) {
    (void)unused;
    static const int64_t gas[STUFFER_ACCOUNTS] = {500000, 125000, 31250};
    static const int64_t purse[STUFFER_ACCOUNTS] = {500000000, 250000000, 250000000};
    struct stuffer_config config = terms();
    config.budget_uusd = 1000 * USD;
    for (uint32_t i = 0; i < STUFFER_ACCOUNTS; ++i) {
        struct stuffer own = {.until_ns = INT64_MAX};
        struct observation seen = seen_at(0, 200 * USD);
        seen.index = i;
        const struct reply reply = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
        check_u64("sends", reply.count, 4);
        check_i64("gas", reply.intent[0].gas, gas[i]);
        check_i64("purse", stuffer_purse_uusd(&config, i), purse[i]);
    }
}

/* Lots: one free, one that somebody else leads, its own that stands, its own that is over. */
static void it_bids_nothing_and_takes_what_it_wins(void **unused) {
    (void)unused;
    const int64_t now_ns = 100000 * SECOND_NS;
    const struct observe_lot lots[] = {
        {.id = 1,               .lot_ubase = 50000000, .end_ns = now_ns + 1},
        {.id = 2,
         .bidder = 8,
         .lot_ubase = 50000000,
         .bid_until_ns = now_ns,
         .end_ns = now_ns + 1},
        {.id = 3,
         .bidder = 9,
         .lot_ubase = 50000000,
         .bid_until_ns = now_ns + 1,
         .end_ns = now_ns + 1},
        {.id = 4,
         .bidder = 9,
         .lot_ubase = 50000000,
         .bid_until_ns = now_ns,
         .end_ns = now_ns + 1},
        {.id = 5,               .lot_ubase = 50000000,                                  .end_ns = now_ns                                             },
    };
    const struct observe_target vault = {.account = 77, .pending_fee_wei = -1};
    struct stuffer_config config = terms();
    config.bids = 1;
    struct stuffer own = {.until_ns = INT64_MAX};
    struct observation seen = seen_at(0, 200 * USD);
    seen.index = STUFFER_ACCOUNTS - 1;
    seen.lot = lots;
    seen.lot_count = 5;
    seen.target = &vault;
    seen.target_count = 1;
    const struct reply reply = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
    check_u64("three for the lots, four of stuffing", reply.count, 7);
    check_u64("bids", reply.intent[0].transaction.kind, TRANSACTION_LOT_BID);
    check_u64("for the free one", reply.intent[0].transaction.target, 1);
    check_i64("nothing", reply.intent[0].transaction.price_uusd, 0);
    check_i64("for all of it", reply.intent[0].transaction.amount, 50000000);
    check_u64("takes", reply.intent[1].transaction.kind, TRANSACTION_DEAL);
    check_u64("what is over", reply.intent[1].transaction.target, 4);
    check_u64("bites", reply.intent[2].transaction.kind, TRANSACTION_BITE);
    check_u64("the vault", reply.intent[2].transaction.target, 77);
    seen.index = 0;
    const struct reply other = desk_wake(&agent_stuffer, &config, &own, &seen, 0);
    check_u64("its other accounts only stuff", other.intent[0].transaction.kind,
              TRANSACTION_STUFF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stuffs_after_a_fall_and_for_a_while),
        cmocka_unit_test(it_spends_what_it_has_and_no_more),
        cmocka_unit_test(what_is_stuck_it_replaces),
        cmocka_unit_test(its_accounts_share_the_work),
        cmocka_unit_test(it_bids_nothing_and_takes_what_it_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
