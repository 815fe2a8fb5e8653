/* Refusals: which status wins, and that nothing else has changed. */
#include "engine/engine.h"
#include "engine/state_root.h"
#include "tests/support/random_world.h"

enum { ALICE = ACCOUNT_FIRST_USER, BOB, CAROL, USERS = 3 };

#define NOW (3 * 12 * SECOND)

/* Block 3; two instruments, of which the second has no price.  Alice is long 10 at 100, Bob
   short 10, Carol has nothing.  Price 100. */
static void open_market(struct engine_world *world) {
    struct engine_terms terms = world_terms(USERS);
    terms.instrument_count = 2;
    terms.oracle.reporter_count = 2;
    terms.oracle.deviation_ppm = 10000;
    terms.oracle.heartbeat_ns = 600 * SECOND;
    terms.escrow.queue = 1;
    terms.escrow.gate_blocks = 1000;
    terms.venue.fee_ppm = 1000;
    terms.venue.pool_max_net_exposure_uusd = usd(3000);
    world_open(world, &terms);
    world_block(world, 2, 0);
    world_report(world, 0, 0, usd(100));
    world_deposit(world, ACCOUNT_POOL, usd(10000));
    world_deposit(world, ALICE, usd(200));
    world_deposit(world, BOB, usd(200));
    world_status("Alice", world_trade(world, ALICE, 0, base(10)), ENGINE_OK);
    world_status("Bob", world_trade(world, BOB, 0, base(-10)), ENGINE_OK);
    world_block(world, 3, 0);
}

struct row {
    const char *name;
    struct transaction transaction;
    enum engine_status status;
};

/* Each row is wrong in at least the way of its status, most of them in later ways, too. */
static void check_rows(struct engine_world *world, const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        world_status(rows[i].name, world_do(world, rows[i].transaction), rows[i].status);
    }
}

static void the_first_reason_is_the_one_reported(void **state) {
    (void)state;
    enum {
        DEPOSIT = TRANSACTION_DEPOSIT,
        WITHDRAW = TRANSACTION_WITHDRAW,
        TRADE = TRANSACTION_TRADE,
        LIQUIDATE = TRANSACTION_LIQUIDATE,
        REPORT = TRANSACTION_REPORT,
        NONE = TRANSACTION_KIND_COUNT
    };
    /* kind, account, target, instrument, amount, price, time */
    static const struct row rows[] = {
        {"kind before account",        {NONE, 99, 99, 9, 0, -1, 0},                  ENGINE_UNKNOWN_KIND           },
        {"deposit for the outside",
         {DEPOSIT, ACCOUNT_EXTERNAL, 0, 0, -1, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"deposit for clearing",
         {DEPOSIT, ACCOUNT_CLEARING, 0, 0, 1, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"deposit of nothing",         {DEPOSIT, ALICE, 0, 0, 0, 0, 0},              ENGINE_BAD_AMOUNT             },
        {"deposit beyond the range",
         {DEPOSIT, ALICE, 0, 0, MONEY_SIZE_MAX + 1, 0, 0},
         ENGINE_BAD_AMOUNT                                                                                         },
        {"deposit that overflows",
         {DEPOSIT, ALICE, 0, 0, MONEY_SIZE_MAX, 0, 0},
         ENGINE_OVERFLOW                                                                                           },
        {"the fund withdraws",
         {WITHDRAW, ACCOUNT_FUND, 0, 0, -1, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"withdrawal of less than 0",
         {WITHDRAW, ALICE, 0, 0, -1, 0, 0},
         ENGINE_BAD_AMOUNT                                                                                         },
        {"withdrawal of too much",
         {WITHDRAW, ALICE, 0, 0, 200000000, 0, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                                            },
        {"the pool trades",
         {TRADE, ACCOUNT_POOL, 0, 9, 0, -1, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"instrument before amount",
         {TRADE, ALICE, 0, 2, 0, -1, 0},
         ENGINE_UNKNOWN_INSTRUMENT                                                                                 },
        {"amount before price",
         {TRADE, ALICE, 0, 1, INT64_MIN, -1, 0},
         ENGINE_BAD_AMOUNT                                                                                         },
        {"price before no price",      {TRADE, ALICE, 0, 1, 1, -1, 0},               ENGINE_BAD_PRICE              },
        {"no price",                   {TRADE, CAROL, 0, 1, 1, 1, 0},                ENGINE_NO_PRICE               },
        {"limit before exposure",
         {TRADE, CAROL, 0, 0, 31000000, 1, 0},
         ENGINE_LIMIT_PRICE                                                                                        },
        {"a seller's limit",           {TRADE, CAROL, 0, 0, -1, 100000001, 0},       ENGINE_LIMIT_PRICE            },
        {"exposure before margin",
         {TRADE, CAROL, 0, 0, 31000000, 0, 0},
         ENGINE_POOL_EXPOSURE                                                                                      },
        {"margin",                     {TRADE, CAROL, 0, 0, 1, 0, 0},                ENGINE_INSUFFICIENT_COLLATERAL},
        {"margin of a turn",
         {TRADE, ALICE, 0, 0, -30000000, 0, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                                            },
        {"keeper before target",
         {LIQUIDATE, ACCOUNT_POOL, 99, 9, 0, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"target is the fund",
         {LIQUIDATE, CAROL, ACCOUNT_FUND, 9, 0, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                                    },
        {"liquidate where",
         {LIQUIDATE, CAROL, ALICE, 2, 0, 0, 0},
         ENGINE_UNKNOWN_INSTRUMENT                                                                                 },
        {"no price before position",
         {LIQUIDATE, BOB, CAROL, 1, 0, 0, 0},
         ENGINE_NO_PRICE                                                                                           },
        {"no position",                {LIQUIDATE, BOB, CAROL, 0, 0, 0, 0},          ENGINE_NO_POSITION            },
        {"healthy",                    {LIQUIDATE, CAROL, ALICE, 0, 0, 0, 0},        ENGINE_HEALTHY                },
        {"healthy pool",               {LIQUIDATE, CAROL, ACCOUNT_POOL, 0, 0, 0, 0}, ENGINE_HEALTHY                },
        {"instrument before reporter",
         {REPORT, 2, 0, 2, 0, -1, 0},
         ENGINE_UNKNOWN_INSTRUMENT                                                                                 },
        {"reporter before price",      {REPORT, 2, 0, 0, 0, -1, 0},                  ENGINE_UNKNOWN_REPORTER       },
        {"price before time",          {REPORT, 0, 0, 0, 0, 0, 0},                   ENGINE_BAD_PRICE              },
        {"from before",
         {REPORT, 0, 0, 0, 0, 100000000, 24 * SECOND},
         ENGINE_REPORT_NOT_NEWER                                                                                   },
        {"from the future",
         {REPORT, 1, 0, 0, 0, 100000000, NOW + 1},
         ENGINE_REPORT_NOT_NEWER                                                                                   },
        {"not due",                    {REPORT, 0, 0, 0, 0, 100999999, NOW},         ENGINE_REPORT_NOT_DUE         },
    };
    struct engine_world world;
    open_market(&world);
    check_rows(&world, rows, sizeof rows / sizeof rows[0]);
    check_u64("all were refused", world.engine.core->refusals,
              sizeof rows / sizeof rows[0]);
    world_close(&world);
}

static void an_asset_has_to_be_one_that_is_accepted(void **state) {
    (void)state;
    enum { DEPOSIT = TRANSACTION_DEPOSIT, WITHDRAW = TRANSACTION_WITHDRAW };
    /* kind, account, target, asset, amount, price, time */
    static const struct row rows[] = {
        {"asset before amount",        {DEPOSIT, ALICE, 0, 2, 0, 0, 0}, ENGINE_UNKNOWN_ASSET},
        {"an asset not accepted",      {DEPOSIT, ALICE, 0, 1, 0, 0, 0}, ENGINE_UNKNOWN_ASSET},
        {"units for the fund",
         {DEPOSIT, ACCOUNT_FUND, 0, 1, 0, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                             },
        {"withdrawal of what is none",
         {WITHDRAW, ALICE, 0, 2, 0, 0, 0},
         ENGINE_UNKNOWN_ASSET                                                               },
        {"units that are not there",
         {WITHDRAW, ALICE, 0, 1, 1, 0, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                     },
    };
    struct engine_world world;
    open_market(&world);
    check_rows(&world, rows, sizeof rows / sizeof rows[0]);
    world_close(&world);
}

static void what_needs_a_fresh_price_is_refused_first(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_block(&world, 302, 0); /* one hour after the report: just fresh */
    world_status("just fresh", world_trade(&world, ALICE, 0, base(1)), ENGINE_OK);
    world_block(&world, 303, 0);
    check_true("stale", engine_price_stale(&world.engine, 0));
    world_status("opens", world_trade(&world, CAROL, 0, base(31)), ENGINE_STALE_PRICE);
    world_status("turns", world_trade(&world, BOB, 0, base(11)), ENGINE_STALE_PRICE);
    world_status("closes", world_trade(&world, BOB, 0, base(1)), ENGINE_OK);
    world_status("withdraws with a position", world_withdraw(&world, ALICE, usd(999)),
                 ENGINE_STALE_PRICE);
    world_status("without one there is no price to be fresh",
                 world_withdraw(&world, CAROL, 1), ENGINE_INSUFFICIENT_COLLATERAL);
    world_close(&world);
}

static void a_withdrawal_is_gated_before_the_queue_is_looked_at(void **state) {
    (void)state;
    struct engine_world world;
    open_market(&world);
    world_deposit(&world, CAROL, usd(100));
    world_status("fills the queue", world_withdraw(&world, CAROL, 1), ENGINE_OK);
    world_status("full", world_withdraw(&world, CAROL, usd(999)), ENGINE_QUEUE_FULL);
    world_report(&world, 0, 0, usd(50));
    world_status("shortfall", world_liquidate(&world, CAROL, ALICE, 0), ENGINE_OK);
    check_true("it was one", world.receipt.shortfall_uusd > 0);
    world_status("gated", world_withdraw(&world, CAROL, usd(999)),
                 ENGINE_WITHDRAWALS_GATED);
    world_close(&world);
}

/* Brings what a refusal may change back to what it was. */
static void forget_log(struct engine *engine, const struct engine_core *before) {
    engine->core->log = before->log;
    engine->core->transactions = before->transactions;
    engine->core->refusals = before->refusals;
}

static void a_refusal_changes_nothing_but_the_log(void **state) {
    (void)state;
    uint64_t refusals = 0, random = 11;
    for (int round = 0; round < 40; ++round) {
        struct engine_world world;
        struct plain plain;
        int64_t price[PLAIN_INSTRUMENTS] = {usd(200), usd(3), usd(9000)};
        const struct engine_terms terms = random_terms(&random);
        unsigned char before[STATE_ROOT_SIZE], after[STATE_ROOT_SIZE];
        world_open(&world, &terms);
        plain_init(&plain, &world.terms);
        unsigned char *copy = check_memory(world.size);
        for (int step = 0; step < 1000; ++step) {
            if (step % 6 == 0) {
                const struct block_header header =
                    random_header(&random, &world.engine.core->block);
                engine_begin_block(&world.engine, &header);
                plain_begin_block(&plain, &header);
            }
            const struct transaction transaction =
                random_transaction(&random, &plain, price);
            const struct engine_core core = *world.engine.core;
            struct receipt want;
            memcpy(copy, world.memory, world.size);
            state_root(&world.engine, before);
            plain_apply(&plain, &transaction, &want);
            if (world_do(&world, transaction) == ENGINE_OK) {
                continue;
            }
            struct receipt empty = {.status = world.receipt.status};
            check_bytes("receipt", &world.receipt, &empty, sizeof empty);
            check_u64("counted", world.engine.core->refusals, core.refusals + 1);
            state_root(&world.engine, after);
            check_true("the log knows", memcmp(before, after, sizeof before) != 0);
            forget_log(&world.engine, &core);
            state_root(&world.engine, after);
            check_bytes("root", after, before, sizeof before);
            check_bytes("memory", world.memory, copy, world.size);
            refusals += 1;
        }
        free(copy);
        world_close(&world);
    }
    check_true("there were many", refusals > 10000);
}

static void terms_that_do_not_fit_are_told(void **state) {
    (void)state;
    const struct engine_terms good = world_terms(USERS);
    const char *sentence;
    check_true("good", engine_terms_valid(&good, &sentence));
    check_text("nothing to say", sentence, "");
    struct engine_terms terms = good;
    terms.account_count = ACCOUNT_FIRST_USER;
    check_true("nobody", !engine_terms_valid(&terms, &sentence));
    check_contains("nobody", sentence, "participant");
    terms = good;
    terms.instrument_count = ENGINE_INSTRUMENTS + 1;
    check_true("instruments", !engine_terms_valid(&terms, &sentence));
    terms.instrument_count = 0;
    check_true("none", !engine_terms_valid(&terms, &sentence));
    terms = good;
    terms.oracle.quorum = 2;
    check_true("quorum", !engine_terms_valid(&terms, &sentence));
    check_contains("quorum", sentence, "quorum");
    terms = good;
    terms.oracle.heartbeat_ns = terms.oracle.staleness_ns + 1;
    check_true("heartbeat", !engine_terms_valid(&terms, &sentence));
    terms = good;
    terms.instrument[0].margin.maintenance_ppm = 100001;
    check_true("margin", !engine_terms_valid(&terms, &sentence));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reason_is_the_one_reported),
        cmocka_unit_test(an_asset_has_to_be_one_that_is_accepted),
        cmocka_unit_test(what_needs_a_fresh_price_is_refused_first),
        cmocka_unit_test(a_withdrawal_is_gated_before_the_queue_is_looked_at),
        cmocka_unit_test(a_refusal_changes_nothing_but_the_log),
        cmocka_unit_test(terms_that_do_not_fit_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
