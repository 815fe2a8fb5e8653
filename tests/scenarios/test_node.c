/* Between participants and engine: holds, gas, refusals, and who is a target. */
#include "scenarios/node.h"
#include "tests/support/world_lab.h"

#define GWEI INT64_C(1000000000)

static const char *const small[] = {"population.accounts=10", "population.owners=10",
                                    "keepers.count=2", "limits.mempool=2", NULL};
static const struct weather_block calm = {
    .base_fee_wei = 10 * GWEI, .limit_gas = 30000000, .own_gas = 30000000};

static void start(struct lab *lab) {
    lab_open(lab, "black-thursday", small);
    world_init(&lab->world, 1, 0, false);
}

static void mine(struct lab *lab, const struct weather_block *block) {
    lab->world.state->slot += 1;
    lab->world.state->now_ns += 12 * SECOND_NS;
    lab->world.state->base_fee_wei = block->base_fee_wei;
    node_block(&lab->world, block);
    check_u64("sound", lab->world.state->status, OUTCOME_STATUS_COMPLETE);
}

static struct intent deposit(uint32_t account, int64_t amount, int64_t fee) {
    return (struct intent){
        .kind = INTENT_SEND,
        .transaction = {.kind = TRANSACTION_DEPOSIT,
                        .account = account,
                        .amount = amount},
        .fee_wei = fee,
        .gas = 200000
    };
}

/* 200 k gas at 10 gwei and 194.61 USD: 0.38922 USD. */
static void a_deposit_is_held_until_it_is_included(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t trader = lab.stage->trader;
    const int64_t purse = world->purses.balance_micro[trader];
    const int64_t margin = world->engine.ledger.balance_micro[trader];
    const struct intent intent = deposit(trader, 5 * USD, 9 * GWEI);
    check_true("it has enough", purse > 10 * USD);
    node_send(world, trader, &intent, 0);
    check_i64("held", ledger_free(&world->purses, trader), purse - 5 * USD);
    mine(&lab, &calm);
    check_i64("below the base fee it waits", ledger_free(&world->purses, trader),
              purse - 5 * USD);
    struct weather_block cheaper = calm;
    cheaper.base_fee_wei = 9 * GWEI;
    mine(&lab, &cheaper);
    check_i64("included", world->engine.ledger.balance_micro[trader], margin + 5 * USD);
    check_i64("paid with its gas", world->purses.balance_micro[trader],
              purse - 5 * USD - 350298);
    check_i64("nothing is held", world->purses.hold_micro[trader], 0);
    lab_close(&lab);
}

/* Others want twice the block at 10 gwei: the price that leaves room is 20 gwei, which is
   paid: 200 k gas of it are 0.77844 USD.  What was used moves the base fee, by 1/8 as the
   block is full: ours is part of it. */
static void in_a_full_block_the_price_is_what_others_would_pay(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    struct weather_state *weather = &world->state->weather;
    const uint32_t trader = lab.stage->trader;
    const int64_t purse = world->purses.balance_micro[trader];
    const struct intent intent = deposit(trader, 5 * USD, 20 * GWEI - 1);
    struct weather_block full = calm;
    full.others_gas = 60e6;
    weather->base_fee_wei = 10 * GWEI;
    node_send(world, trader, &intent, 0);
    mine(&lab, &full);
    check_i64("outbid", ledger_free(&world->purses, trader), purse - 5 * USD);
    check_i64("the price", weather->price_wei, 20 * GWEI);
    check_i64("an eighth", weather->base_fee_wei, 11250000000);
    const struct intent better = deposit(trader + 1, 5 * USD, 20 * GWEI);
    const int64_t purse_1 = world->purses.balance_micro[trader + 1];
    node_send(world, trader + 1, &better, 0);
    mine(&lab, &full);
    check_i64("paid", purse_1 - world->purses.balance_micro[trader + 1],
              5 * USD + 778440);
    check_i64("still full", weather->base_fee_wei, 12656250000);
    struct weather_block quiet = calm;
    quiet.others_gas = 14.8e6;
    const struct intent third = deposit(trader + 2, 5 * USD, 20 * GWEI);
    node_send(world, trader + 2, &third, 0);
    mine(&lab, &quiet); /* the first one and the third */
    check_i64("nothing waits", world->purses.hold_micro[trader], 0);
    check_i64("two of ours: 0.2 M above the target", weather->base_fee_wei,
              12656250000 + 12656250000 / 75 / 8);
    lab_close(&lab);
}

static void what_cannot_pay_is_not_sent_or_is_lost(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t trader = lab.stage->trader;
    const int64_t purse = world->purses.balance_micro[trader];
    const struct intent more = deposit(trader, purse + 1, 20 * GWEI);
    const struct intent nothing = deposit(trader, 0, 20 * GWEI);
    const struct intent all = deposit(trader, purse, 20 * GWEI);
    node_send(world, trader, &more, 0);
    node_send(world, trader, &nothing, 0);
    check_u64("not sent", world->mempool.state->count, 0);
    node_send(world, trader, &all, 0);
    check_u64("sent", world->mempool.state->count, 1);
    mine(&lab, &calm);
    check_u64("without gas it is dropped", world->mempool.state->count, 0);
    check_i64("and the hold is gone", ledger_free(&world->purses, trader), purse);
    lab_close(&lab);
}

static void a_refusal_costs_its_share_of_gas(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t keeper = lab.stage->keeper;
    const int64_t purse = world->purses.balance_micro[keeper];
    const struct intent intent = {
        .transaction = {.kind = TRANSACTION_LIQUIDATE,
                        .account = keeper,
                        .target = lab.stage->trader},
        .fee_wei = 20 * GWEI,
        .gas = 500000
    };
    node_send(world, keeper, &intent, 0);
    const uint64_t refusals = world->engine.core->refusals;
    mine(&lab, &calm);
    check_u64("healthy: refused", world->engine.core->refusals, refusals + 1);
    /* 20 % of 500 k gas at 10 gwei and 194.61 USD */
    check_i64("a fifth", purse - world->purses.balance_micro[keeper], 194610);
    lab_close(&lab);
}

static void who_is_pushed_out_gets_its_cash_back(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t first = lab.stage->trader;
    for (uint32_t i = 0; i < 3; ++i) {
        const struct intent intent = deposit(first + i, USD, (20 + i) * GWEI);
        node_send(world, first + i, &intent, 0);
    }
    check_u64("two have room", world->mempool.state->count, 2);
    check_i64("the cheapest went", world->purses.hold_micro[first], 0);
    check_i64("the others wait", world->purses.hold_micro[first + 2], USD);
    const struct intent cheap = deposit(first, USD, 19 * GWEI);
    node_send(world, first, &cheap, 0);
    check_i64("a newcomer that is worse goes itself", world->purses.hold_micro[first], 0);
    lab_close(&lab);
}

static void only_its_sender_replaces_a_transaction_by_its_kind(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t keeper = lab.stage->keeper;
    struct intent intent = {
        .transaction = {.kind = TRANSACTION_LIQUIDATE,
                        .account = keeper,
                        .target = lab.stage->trader},
        .fee_wei = 20 * GWEI,
        .gas = 500000
    };
    node_send(world, keeper, &intent, 0);
    const uint32_t slot = world->mempool.last[keeper] - 1;
    const struct mempool_entry *entry = &world->mempool.entry[slot];
    intent.slot = slot;
    intent.sequence = entry->sequence;
    intent.fee_wei = 40 * GWEI;
    node_replace(world, keeper + 1, &intent);
    check_i64("not another", entry->fee_wei, 20 * GWEI);
    intent.transaction.kind = TRANSACTION_WITHDRAW;
    node_replace(world, keeper, &intent);
    check_i64("not another kind", entry->fee_wei, 20 * GWEI);
    intent.transaction.kind = TRANSACTION_LIQUIDATE;
    node_replace(world, keeper, &intent);
    check_i64("its own", entry->fee_wei, 40 * GWEI);
    lab_close(&lab);
}

/* With a base fee of nothing, somebody nobody is after is still a target. */
static void targets_are_those_nobody_is_effectively_after(void **unused) {
    (void)unused;
    struct lab lab;
    start(&lab);
    struct world *world = &lab.world;
    const uint32_t victim = lab.stage->trader + 3;
    node_targets(world);
    check_u64("all are healthy", world->state->target_count, 0);
    account_set_add(&world->engine.watch.unhealthy, victim);
    node_targets(world);
    check_u64("one is not", world->state->target_count, 1);
    check_u64("that one", world->target[0].account, victim);
    check_i64("nobody is after it", world->target[0].pending_fee_wei, -1);
    /* name, fee, base fee, still a target */
    static const struct {
        const char *name;
        int64_t fee_wei, base_wei;
        uint32_t targets;
    } cases[] = {
        {"it will be included", 20000000000, 20000000000, 0},
        {"it is stuck",         20000000000, 20000000001, 1},
        {"a free block",        20000000000, 0,           0},
    };
    const struct intent intent = {
        .transaction = {.kind = TRANSACTION_LIQUIDATE,
                        .account = lab.stage->keeper,
                        .target = victim},
        .fee_wei = 20 * GWEI,
        .gas = 500000
    };
    node_send(world, lab.stage->keeper, &intent, 0);
    check_i64("seen in the same slot", world->target[0].pending_fee_wei, 20 * GWEI);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        world->state->weather.price_wei = cases[i].base_wei;
        node_targets(world);
        check_u64(cases[i].name, world->state->target_count, cases[i].targets);
    }
    lab_close(&lab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deposit_is_held_until_it_is_included),
        cmocka_unit_test(in_a_full_block_the_price_is_what_others_would_pay),
        cmocka_unit_test(what_cannot_pay_is_not_sent_or_is_lost),
        cmocka_unit_test(a_refusal_costs_its_share_of_gas),
        cmocka_unit_test(who_is_pushed_out_gets_its_cash_back),
        cmocka_unit_test(only_its_sender_replaces_a_transaction_by_its_kind),
        cmocka_unit_test(targets_are_those_nobody_is_effectively_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
